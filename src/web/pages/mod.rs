//! Pages: read by anyone with a browser; a script only helps to type. Words come from the catalogue, dates
//! from the clock, everything else is escaped by the templates.

mod attention;
mod beside;
mod digests;
mod elsewhere;
mod entry;
mod explain;
mod facets;
mod glance;
mod journal_export;
mod ideas;
mod journal;
mod keep;
mod landscape;
mod limits;
mod newest;
mod pack;
mod note_editor;
mod note_form;
mod note_history;
mod note_page;
mod note_parts;
mod pictures;
mod politeness;
mod preferences;
mod private;
mod search;
mod sources;
mod subject;
mod subscribe;
mod time;
mod tongue;
mod topics;
mod trends;
mod unsubscribe;
mod wishes;
mod words;

use askama::Template;
use axum::response::Html;

pub(super) use self::{
    beside::{post_delete_highlight, post_highlight},
    digests::{digest, digests},
    entry::{entry, post_kind},
    explain::explain,
    journal_export::journal_export,
    ideas::{ideas, post_move},
    journal::journal,
    keep::{post_note, post_queue},
    landscape::{landscape, landscape_of},
    limits::{limits, post_idea},
    newest::newest,
    pack::pack_page,
    note_editor::{edit_note, new_note, post_discard, post_new_note, post_note_edit},
    note_history::{delete_note, post_delete_note, revisions},
    note_page::note,
    politeness::{about_bot, politeness},
    preferences::{
        confirm_address, erase, export, post_address, post_confirm_address, post_erase, post_links,
        post_preferences, preferences,
    },
    search::search,
    sources::sources,
    subscribe::{confirm, post_confirm, post_subscribe, subscribe},
    tongue::asked_language,
    topics::{topic, topics},
    trends::trends,
    unsubscribe::{post_undo, post_unsubscribe, unsubscribe},
};
pub use self::{
    journal_export::journal_file,
    pack::{pack_file, pack_markdown},
};

use self::words::{Markup, rich};
use super::{Web, assets, problem::Problem, say, viewer::Viewer};

type Answer = Result<Html<String>, Problem>;

/// The part of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Newest,
    Search,
    Topics,
    Landscape,
    Digests,
    Sources,
    Elsewhere,
}

/// What every page has around its content.
struct Frame {
    /// Of the document, as tabs and bookmarks show it.
    title: String,
    place: Place,
    style: String,
    script: String,
    icon: String,
    /// How the page is to look.
    viewer: Viewer,
    /// What keeps the service from its work, on every page until it is mended.
    troubles: Vec<Trouble>,
}

struct Trouble {
    title: &'static str,
    detail: String,
}

impl Frame {
    fn new(web: &Web, title: &str, place: Place) -> Self {
        let status = web.status().snapshot();
        let trouble = |title, detail: Option<String>| Some(Trouble { title, detail: detail? });
        let troubles = [
            trouble(say::text("web.trouble.mistakes"), status.mistakes),
            trouble(say::text("web.trouble.crawl"), status.trouble),
        ];
        let troubles = troubles.into_iter().flatten().collect();
        Self::around(title, place, troubles)
    }

    fn around(title: &str, place: Place, troubles: Vec<Trouble>) -> Self {
        let name = say::text("web.name");
        let title = if title.is_empty() { name.to_owned() } else { format!("{title} · {name}") };
        let (style, icon) = (assets::style_path(), assets::icon_path());
        let (script, viewer) = (assets::script_path(), Viewer::present());
        Self { title, place, style, script, icon, viewer, troubles }
    }

    fn is_at(&self, place: Place) -> bool {
        self.place == place
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    status: u16,
    title: String,
    detail: Markup,
}

/// A problem as a page. It says nothing of the library: whoever sees it may be a stranger.
pub(super) fn problem_page(problem: &Problem) -> String {
    let title = problem.title();
    let page = ProblemPage {
        frame: Frame::around(&title, Place::Elsewhere, Vec::new()),
        status: problem.status().as_u16(),
        title,
        detail: rich(&problem.detail()),
    };
    page.render().unwrap_or_else(|_| problem.detail())
}

fn html(page: &impl Template) -> Answer {
    Ok(Html(page.render()?))
}
