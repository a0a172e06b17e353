//! `/setup`: the first steps of an installation that follows nobody: domains, interests, peers. Then it
//! writes `feeds.toml`, and the first round begins.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{Answer, Frame, Place, html, words::counted};
use crate::{
    catalogue,
    config::ConfigError,
    domain::{Peer, Slug},
    feeds::{Beginning, FeedsError},
    report::chain,
    web::{Web, params::Params, problem::Problem, say},
};

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    frame: Frame,
    domains: Vec<DomainRow>,
    interests: String,
    /// What is to be mended before the next step.
    problem: Option<String>,
    /// What stands in the file already stays.
    has_file: bool,
}

struct DomainRow {
    slug: String,
    description: String,
    peers: String,
    /// What people in it care about.
    example: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "setup-peers.html")]
struct PeersPage {
    frame: Frame,
    domains: Vec<Slug>,
    interests: String,
    back: String,
    rows: Vec<PeerRow>,
}

struct PeerRow {
    slug: String,
    name: String,
    hosts: String,
    domains: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "setup-by-hand.html")]
struct ByHandPage {
    frame: Frame,
    file: String,
    said: String,
    text: String,
    lines: usize,
}

/// Peers that are proposed, and those of them that are chosen unless one says otherwise.
const PROPOSED: usize = 40;
const CHOSEN: usize = 12;
const MOST_INTERESTS: usize = 30;
/// In letters.
const LONGEST_INTEREST: usize = 100;

pub(in crate::web) async fn setup(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let domains = domains_of(&asked);
    let is_next = asked.text("step") == Some("peers");
    if is_next && !domains.is_empty() {
        return html(&PeersPage::of(&web, domains, &asked));
    }
    let problem = is_next.then(|| say::text("web.setup.no-domain").to_owned());
    let edition = web.hands()?.feeds.edition().await?;
    html(&SetupPage {
        frame: Frame::new(&web, say::text("web.setup.heading"), Place::Elsewhere),
        domains: catalogue::domains().iter().map(|it| DomainRow::of(it, &domains)).collect(),
        interests: asked.as_typed("interests").to_owned(),
        problem,
        has_file: !edition.text.trim().is_empty(),
    })
}

/// `POST /setup`
pub(in crate::web) async fn post_setup(
    State(web): State<Web>,
    sent: Bytes,
) -> Result<Response, Problem> {
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let beginning = Beginning {
        domains: domains_of(&form),
        interests: interests_of(&form),
        peers: peers_of(&form),
    };
    let feeds = &web.hands()?.feeds;
    match feeds.begin(beginning.clone()).await {
        Ok(_) => Ok(Redirect::to("/setup/progress").into_response()),
        Err(FeedsError::Config(failure @ ConfigError::Unsaved { .. })) => {
            tracing::warn!("{}", chain(&failure));
            let text = feeds.begun(beginning).await?;
            let page = html(&ByHandPage::of(&web, &failure, text))?;
            Ok((StatusCode::INTERNAL_SERVER_ERROR, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Those of the catalogue that are named, each once.
fn domains_of(asked: &Params) -> Vec<Slug> {
    let named = asked.texts("domain");
    catalogue::domain_slugs().into_iter().filter(|it| named.contains(&it.as_str())).collect()
}

/// One a line, or with commas between.
fn interests_of(form: &Params) -> Vec<String> {
    let lines = form.as_typed("interests").split(['\n', ',']);
    let lines = lines.map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut interests: Vec<String> = Vec::new();
    for interest in lines.filter(|it| it.contains(char::is_alphanumeric)).take(MOST_INTERESTS) {
        let interest: String = interest.chars().take(LONGEST_INTEREST).collect();
        if !interests.contains(&interest) {
            interests.push(interest);
        }
    }
    interests
}

/// Those that were proposed and chosen, with the sources that were proposed.
fn peers_of(form: &Params) -> Vec<Peer> {
    let chosen = form.texts("peer");
    let proposed = catalogue::suggest(&domains_of(form), PROPOSED);
    proposed.into_iter().filter(|it| chosen.contains(&it.slug.as_str())).collect()
}

impl DomainRow {
    fn of((slug, description): &(Slug, String), chosen: &[Slug]) -> Self {
        let peers = catalogue::find("", Some(slug)).len() as u64;
        Self {
            slug: slug.to_string(),
            description: description.clone(),
            peers: counted("web.peers.count", peers),
            example: say::text(&format!("web.setup.example.{slug}")).to_owned(),
            is_chosen: chosen.contains(slug),
        }
    }
}

impl PeersPage {
    fn of(web: &Web, domains: Vec<Slug>, asked: &Params) -> Self {
        let proposed = catalogue::suggest(&domains, PROPOSED);
        let rows = proposed.iter().enumerate().map(|(at, it)| PeerRow::of(it, at < CHOSEN));
        Self {
            frame: Frame::new(web, say::text("web.setup.heading"), Place::Elsewhere),
            interests: asked.as_typed("interests").to_owned(),
            back: asked.back_to("/setup", &["domain", "interests"]),
            rows: rows.collect(),
            domains,
        }
    }
}

impl PeerRow {
    fn of(peer: &Peer, is_chosen: bool) -> Self {
        let separator = say::text("web.list-separator");
        let mut hosts: Vec<&str> = peer.sources.iter().map(|it| it.address.host()).collect();
        hosts.dedup();
        let domains: Vec<&str> = peer.domains.iter().map(Slug::as_str).collect();
        Self {
            slug: peer.slug.to_string(),
            name: peer.name.clone(),
            hosts: hosts.join(separator),
            domains: domains.join(separator),
            is_chosen,
        }
    }
}

impl ByHandPage {
    fn of(web: &Web, failure: &ConfigError, text: String) -> Self {
        Self {
            frame: Frame::new(web, say::text("web.setup.heading"), Place::Elsewhere),
            file: web
                .hands()
                .map_or_else(|_| String::new(), |it| it.feeds.path().display().to_string()),
            said: chain(failure),
            lines: text.lines().count().min(30),
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages;

    #[test]
    fn interests_come_one_a_line_and_each_once() {
        let form =
            "interests=dynamic++pricing%0D%0Asearch+ranking%2C+dynamic+pricing%0D%0A--%0D%0A";
        let interests = interests_of(&Params::lenient(Some(form)));
        assert_eq!(interests, ["dynamic pricing", "search ranking"]);
    }

    #[test]
    fn only_peers_that_were_proposed_can_be_chosen() {
        let form = Params::lenient(Some("domain=ecommerce&peer=etsy&peer=nobody&peer=netflix"));
        let names: Vec<String> = peers_of(&form).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["Etsy"]);
    }

    #[test]
    fn every_domain_has_an_example_of_what_people_care_about() {
        for slug in catalogue::domain_slugs() {
            let key = format!("web.setup.example.{slug}");
            assert!(messages::has(&key), "{key} has no text");
        }
    }
}
