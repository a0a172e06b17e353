//! Pages: read by anyone with a browser; a script only helps to type. Words come from the catalogue, dates
//! from the clock, everything else is escaped by the templates.

mod account;
mod account_digest;
mod attention;
mod digests;
mod elsewhere;
mod entry;
mod explain;
mod facets;
mod glance;
mod interests;
mod keep;
mod landscape;
mod limits;
mod login;
mod newest;
mod pictures;
mod politeness;
mod preferences;
mod private;
mod search;
mod shelf;
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
    account::{
        account, post_end_others, post_end_session, post_name, post_password, post_revoke,
        post_token,
    },
    account_digest::post_digest_address,
    digests::{digest, digests},
    entry::{entry, post_kind},
    explain::explain,
    interests::{interests, post_interests},
    keep::{post_note, post_queue},
    landscape::{landscape, landscape_of},
    limits::{limits, post_idea},
    login::{login, post_login, post_logout, to_login},
    newest::newest,
    politeness::{about_bot, politeness},
    preferences::{
        confirm_address, erase, export, post_address, post_confirm_address, post_erase, post_links,
        post_preferences, preferences,
    },
    search::search,
    shelf::{post_shelf, post_unshelve, shelf},
    sources::sources,
    subscribe::{confirm, post_confirm, post_subscribe, subscribe},
    tongue::asked_language,
    topics::{topic, topics},
    trends::trends,
    unsubscribe::{post_undo, post_unsubscribe, unsubscribe},
};

use self::words::{Markup, rich};
use super::{Web, assets, identity, problem::Problem, say, viewer::Viewer};

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
        Self { title, place, style, script, icon, viewer, account, troubles }
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
