//! Pages: read by anyone with a browser; a script only helps to type. Words come from the catalogue, dates
//! from the clock, everything else is escaped by the templates.

mod account;
mod account_digest;
mod attention;
mod beside;
mod card;
mod care;
mod digests;
mod elsewhere;
mod entry;
mod explain;
mod facets;
mod glance;
mod ideas;
mod interests;
mod journal;
mod journal_export;
mod keep;
mod keys;
mod landscape;
mod limits;
mod list;
mod list_add;
mod list_change;
mod list_import;
mod list_row;
mod login;
mod nav;
mod newest;
mod note_editor;
mod note_form;
mod note_history;
mod note_page;
mod note_parts;
mod pack;
mod peer;
mod peers;
mod pictures;
mod politeness;
mod preferences;
mod private;
mod progress;
pub(super) mod progress_words;
mod search;
mod settings;
mod setup;
mod shelf;
mod sources;
mod subject;
mod subscribe;
mod time;
mod today;
mod today_groups;
mod tongue;
mod topics;
mod trends;
mod unsubscribe;
mod wishes;
mod words;

use askama::Template;
use axum::response::Html;

pub(super) use self::{
    account::{
        account, post_end_others, post_end_session, post_name, post_password, post_revoke,
        post_token,
    },
    account_digest::post_digest_address,
    attention::is_read_by_someone,
    beside::{post_delete_highlight, post_highlight},
    care::{post_repair, post_visit},
    digests::{digest, digests},
    entry::{entry, post_kind},
    explain::explain,
    ideas::{ideas, post_move},
    interests::{interests, post_interests},
    journal::journal,
    journal_export::journal_export,
    keep::{post_note, post_queue},
    keys::keys,
    landscape::{landscape, landscape_of},
    limits::{limits, post_idea},
    list::{list, post_bulk, post_undo_list},
    list_add::{add, address_in, post_add},
    list_change::{go_on, neighbour, post_reading},
    list_import::{LARGEST_LIST, export_csv, export_json, import, post_import},
    login::{login, post_login, post_logout, to_login},
    note_editor::{edit_note, new_note, post_discard, post_new_note, post_note_edit},
    note_history::{delete_note, post_delete_note, revisions},
    note_page::note,
    pack::pack_page,
    peer::peer,
    peers::{peers, post_follow, post_unfollow},
    politeness::{about_bot, politeness},
    preferences::{
        confirm_address, erase, export, post_address, post_confirm_address, post_erase, post_links,
        post_preferences, preferences,
    },
    progress::progress,
    search::search,
    settings::{post_feeds, post_settings, settings},
    setup::{post_setup, setup},
    shelf::{post_shelf, post_unshelve, shelf},
    sources::sources,
    subscribe::{confirm, post_confirm, post_subscribe, subscribe},
    today::today,
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
use super::{Web, assets, here, identity, problem::Problem, say, viewer::Viewer};

type Answer = Result<Html<String>, Problem>;

/// The part of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Today,
    Search,
    List,
    Journal,
    Landscape,
    Digests,
    Topics,
    Limits,
    Trends,
    Ideas,
    Peers,
    Sources,
    Settings,
    Shelf,
    Account,
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
    /// The reader's name, where there are logins.
    account: Option<String>,
    /// Where to come back to from what is done on the page.
    back: String,
    /// What was just done, with a way to take it back.
    done: Option<Markup>,
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
        let reader = identity::current().and_then(|it| it.reader.clone());
        Self { account: reader.map(|it| it.display), ..Self::around(title, place, troubles) }
    }

    fn around(title: &str, place: Place, troubles: Vec<Trouble>) -> Self {
        let name = say::text("web.name");
        let title = if title.is_empty() { name.to_owned() } else { format!("{title} · {name}") };
        let (style, icon) = (assets::style_path(), assets::icon_path());
        let (script, viewer) = (assets::script_path(), Viewer::present());
        let account = None;
        let done = here::done().map(|it| Markup::of_ours(it.html()));
        let back = here::path();
        Self { title, place, style, script, icon, viewer, account, back, done, troubles }
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
        detail: match problem {
            Problem::LogIn => {
                rich(&problem.detail()).with_link(say::text("web.login.link"), "/login")
            }
            _ => rich(&problem.detail()),
        },
    };
    page.render().unwrap_or_else(|_| problem.detail())
}

fn html(page: &impl Template) -> Answer {
    Ok(Html(page.render()?))
}
