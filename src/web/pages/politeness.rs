//! `/politeness`: how each host was treated; `/about-bot`: who crawls, and how to be left out.

use askama::Template;
use axum::extract::{RawQuery, State};

use super::{
    Answer, Frame, Place, html,
    words::{Markup, counted, grouped, rich, sized},
};
use crate::web::say;
use crate::{
    domain::{HostTally, day_of},
    fetch::PRODUCT,
    store::HostReport,
    web::{Web, params::Params},
};

#[derive(Template)]
#[template(path = "politeness.html")]
struct PolitenessPage {
    frame: Frame,
    days: String,
    total: Option<Row>,
    rows: Vec<Row>,
}

/// Numbers as they are shown; empty where there is nothing to tell.
struct Row {
    host: String,
    requests: String,
    conditional: String,
    unchanged: String,
    received: String,
    saved: String,
    waits: String,
    robots: String,
    at_once: String,
}

const USUAL_DAYS: usize = 30;
const MOST_DAYS: usize = 400;

pub(in crate::web) async fn politeness(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Answer {
    let days = Params::lenient(query.as_deref()).number("days", USUAL_DAYS, 1, MOST_DAYS)?;
    let first_day = day_of(web.clock().now()) - i64::try_from(days).unwrap_or(1) + 1;
    let hosts = web.library().store.politeness_since(first_day).await?;
    let mut total = HostTally::default();
    for host in &hosts {
        total += host.tally;
    }
    let all = say::text("web.politeness.all");
    html(&PolitenessPage {
        frame: Frame::new(&web, say::text("web.politeness.heading"), Place::Elsewhere),
        days: counted("web.politeness.days", days as u64),
        total: (hosts.len() > 1).then(|| Row::of(all, &total)),
        rows: hosts.iter().map(|HostReport { host, tally }| Row::of(host, tally)).collect(),
    })
}

impl Row {
    fn of(host: &str, tally: &HostTally) -> Self {
        Self {
            host: host.to_owned(),
            requests: grouped(tally.requests),
            conditional: grouped(tally.conditional),
            unchanged: grouped(tally.unchanged),
            received: sized(tally.bytes),
            saved: sized(tally.saved_bytes),
            waits: grouped(tally.waits_obeyed),
            robots: grouped(tally.robots_obeyed),
            at_once: grouped(tally.most_at_once),
        }
    }
}

#[derive(Template)]
#[template(path = "about-bot.html")]
struct AboutBotPage {
    frame: Frame,
    user_agent: String,
    contact: Markup,
    manners: Vec<Markup>,
    product: &'static str,
}

/// It says nothing of the library: whoever sees it may be a stranger.
pub(in crate::web) async fn about_bot(State(web): State<Web>) -> Answer {
    let crawler = web.crawler();
    let contact = match &crawler.contact {
        Some(contact) => say::fill("web.bot.contact", &[("contact", contact)]),
        None => say::text("web.bot.no-contact").to_owned(),
    };
    let manners = ["pace", "conditions", "waits", "robots", "reads", "feeds"];
    let manner = |it: &str| rich(say::text(&format!("web.bot.manner.{it}")));
    html(&AboutBotPage {
        frame: Frame::around(say::text("web.bot.heading"), Place::Elsewhere, Vec::new()),
        user_agent: crawler.user_agent.clone(),
        contact: rich(&contact),
        manners: manners.into_iter().map(manner).collect(),
        product: PRODUCT,
    })
}
