//! `/peers`: the catalogue and everybody who is followed, with one click to follow or leave.

use std::collections::{BTreeMap, HashSet};

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    response::Redirect,
};

use super::{
    Answer, Frame, Place, html,
    newest::Choice,
    words::{counted, grouped},
};
use crate::{
    catalogue::{self, Activity, CataloguePeer},
    domain::{Following, Peer, Slug, fold},
    web::{
        Web,
        api::{self, Named},
        params::Params,
        problem::{Problem, Thing},
        say,
    },
};

#[derive(Template)]
#[template(path = "peers.html")]
struct PeersPage {
    frame: Frame,
    words: String,
    domains: Vec<Choice>,
    standings: Vec<Choice>,
    count: String,
    rows: Vec<PeerRow>,
    newer: Option<String>,
    older: Option<String>,
    /// Where a form leads back to.
    here: String,
    /// Who was just followed or left.
    done: Option<String>,
    may_follow: bool,
}

struct PeerRow {
    slug: String,
    name: String,
    about: Vec<String>,
    follow: Follow,
}

/// What follows a peer, or leaves it.
pub(super) struct Follow {
    pub(super) slug: String,
    pub(super) is_followed: bool,
    /// Whether it can be followed by a click: it is in the catalogue.
    pub(super) is_offered: bool,
    /// For whom hears it without what stands around.
    pub(super) label: String,
}

impl Follow {
    pub(super) fn of(slug: &str, name: &str, is_followed: bool, is_offered: bool) -> Self {
        let peer = [("peer", name)];
        let label = if is_followed {
            say::fill("web.peers.unfollow-peer", &peer)
        } else {
            say::fill("web.peers.follow-peer", &peer)
        };
        Self { slug: slug.to_owned(), is_followed, is_offered, label }
    }
}

/// Peers on a page.
const ROWS: usize = 50;
const LAST_PAGE: usize = 100;

/// Which peers to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    Followed,
    Others,
}

impl Which {
    const ALL: [Self; 3] = [Self::All, Self::Followed, Self::Others];

    fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Followed => "followed",
            Self::Others => "others",
        }
    }

    fn takes(self, is_followed: bool) -> bool {
        match self {
            Self::All => true,
            Self::Followed => is_followed,
            Self::Others => !is_followed,
        }
    }
}

pub(in crate::web) async fn peers(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let words = asked.text("q").unwrap_or_default();
    let domain = asked.slug("domain")?;
    let which = asked.text("which");
    let which = Which::ALL.into_iter().find(|it| Some(it.as_str()) == which).unwrap_or(Which::All);
    let page = asked.number("page", 1, 1, LAST_PAGE)?;
    let following = web.following();
    let mut rows = rows_of(&web, &following, words, domain.as_ref()).await?;
    rows.retain(|it| which.takes(it.follow.is_followed));
    let total = rows.len();
    let rows: Vec<PeerRow> = rows.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
    let link =
        |page: usize| asked.without(&["done", "left"]).link("/peers", "page", &page.to_string());
    let standing = |it: Which| Choice {
        slug: it.as_str().to_owned(),
        name: say::text(&format!("web.peers.which.{}", it.as_str())).to_owned(),
        is_chosen: it == which,
    };
    html(&PeersPage {
        frame: Frame::new(&web, say::text("web.nav.peers"), Place::Peers),
        words: words.to_owned(),
        domains: domains(&following, domain.as_ref()),
        standings: Which::ALL.map(standing).into(),
        count: counted("web.peers.count", total as u64),
        newer: (page > 1).then(|| link(page - 1)),
        older: (page * ROWS < total).then(|| link(page + 1)),
        here: asked.link_with("/peers", &["q", "domain", "which", "page"]),
        done: done(&asked),
        may_follow: web.hands().is_ok(),
        rows,
    })
}

fn done(asked: &Params) -> Option<String> {
    let told = |key: &str, name: &str| {
        let name = name.parse::<Slug>().ok()?;
        let name = catalogue::by_name(name.as_str()).map_or(name.to_string(), |it| it.name.clone());
        Some(say::fill(key, &[("peer", &name)]))
    };
    let followed = asked.text("done").and_then(|it| told("web.peers.done", it));
    followed.or_else(|| asked.text("left").and_then(|it| told("web.peers.left", it)))
}

/// Everybody that the catalogue knows and that is followed, by name.
async fn rows_of(
    web: &Web,
    following: &Following,
    words: &str,
    domain: Option<&Slug>,
) -> Result<Vec<PeerRow>, Problem> {
    let followed = Followed::of(following);
    let entries = web.library().store.peers().await?;
    let entries: BTreeMap<&str, u64> =
        entries.iter().map(|it| (it.slug.as_str(), it.entries)).collect();
    let found = catalogue::find(words, domain);
    let known: HashSet<Slug> = catalogue::peers().iter().map(CataloguePeer::slug).collect();
    let others = following.peers.iter().filter(|it| !known.contains(&it.slug));
    let others = others.filter(|it| matches_words(it, words, domain));
    let mut rows: Vec<PeerRow> = found
        .iter()
        .map(|it| PeerRow::of_catalogue(it, &followed, &entries))
        .chain(others.map(|it| PeerRow::of_file(it, &entries)))
        .collect();
    rows.sort_by_cached_key(|it| fold(&it.name));
    Ok(rows)
}

fn matches_words(peer: &Peer, words: &str, domain: Option<&Slug>) -> bool {
    let name = fold(&peer.name);
    domain.is_none_or(|it| peer.domains.contains(it))
        && fold(words).split_whitespace().all(|word| name.contains(word))
}

/// By slug, and by the addresses of sources: a peer may be called something else in the file.
pub(super) struct Followed {
    slugs: HashSet<Slug>,
    addresses: HashSet<String>,
}

impl Followed {
    pub(super) fn of(following: &Following) -> Self {
        let sources = following.peers.iter().flat_map(|it| &it.sources);
        Self {
            slugs: following.peers.iter().map(|it| it.slug.clone()).collect(),
            addresses: sources.map(|it| it.address.key()).collect(),
        }
    }

    pub(super) fn has(&self, peer: &CataloguePeer) -> bool {
        let is_read = |it: &catalogue::CatalogueSource| self.addresses.contains(&it.address.key());
        self.slugs.contains(&peer.slug()) || peer.sources.iter().any(is_read)
    }
}

impl PeerRow {
    fn of_catalogue(
        peer: &CataloguePeer,
        followed: &Followed,
        entries: &BTreeMap<&str, u64>,
    ) -> Self {
        let slug = peer.slug().to_string();
        let mut about = vec![listed(&peer.domains)];
        about.push(counted("web.peers.sources", peer.sources.len() as u64));
        if peer.activity == Activity::Quiet {
            about.push(say::text("web.peers.quiet").to_owned());
        }
        about.extend(entries_of(&slug, entries));
        let follow = Follow::of(&slug, &peer.name, followed.has(peer), true);
        Self { name: peer.name.clone(), about, follow, slug }
    }

    fn of_file(peer: &Peer, entries: &BTreeMap<&str, u64>) -> Self {
        let slug = peer.slug.to_string();
        let mut about = vec![listed(&peer.domains)];
        about.push(counted("web.peers.sources", peer.sources.len() as u64));
        about.extend(entries_of(&slug, entries));
        about.retain(|it| !it.is_empty());
        let follow = Follow::of(&slug, &peer.name, true, false);
        Self { name: peer.name.clone(), about, follow, slug }
    }
}

fn listed(domains: &[Slug]) -> String {
    let names: Vec<&str> = domains.iter().map(Slug::as_str).collect();
    names.join(say::text("web.list-separator"))
}

fn entries_of(slug: &str, entries: &BTreeMap<&str, u64>) -> Option<String> {
    let count = entries.get(slug).copied().filter(|it| *it > 0)?;
    Some(counted("web.count.entries", count))
}

/// The domains of the catalogue, those of the reader first, each with how many peers it has.
fn domains(following: &Following, chosen: Option<&Slug>) -> Vec<Choice> {
    let own = &following.reader.domains;
    let mut slugs = catalogue::domain_slugs();
    slugs.sort_by_key(|it| !own.contains(it));
    let choice = |slug: Slug| Choice {
        name: format!("{slug} ({})", grouped(catalogue::find("", Some(&slug)).len() as u64)),
        is_chosen: chosen == Some(&slug),
        slug: slug.into(),
    };
    slugs.into_iter().map(choice).collect()
}

/// `POST /peers/{slug}/follow`
pub(in crate::web) async fn post_follow(
    State(web): State<Web>,
    name: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let name = api::named(name);
    let peer = catalogue::by_name(&name).ok_or_else(|| missing(&name))?;
    web.hands()?.feeds.follow(vec![peer.as_peer()]).await?;
    Ok(back(&sent, "done", peer.slug().as_str()))
}

/// `POST /peers/{slug}/unfollow`
pub(in crate::web) async fn post_unfollow(
    State(web): State<Web>,
    name: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let name = api::named(name);
    let slug: Slug = name.parse().map_err(|_| missing(&name))?;
    let following = web.following();
    let called = called_in(&following, &slug).unwrap_or_else(|| slug.clone());
    web.hands()?.feeds.unfollow(called).await?;
    Ok(back(&sent, "left", slug.as_str()))
}

/// How the file calls a peer of the catalogue.
fn called_in(following: &Following, slug: &Slug) -> Option<Slug> {
    let is_called = |it: &&Peer| it.slug == *slug;
    let known = catalogue::by_name(slug.as_str());
    let keys: HashSet<String> =
        known.iter().flat_map(|it| &it.sources).map(|it| it.address.key()).collect();
    let reads = |it: &&Peer| it.sources.iter().any(|it| keys.contains(&it.address.key()));
    let peers = &following.peers;
    let peer = peers.iter().find(is_called).or_else(|| peers.iter().find(reads));
    peer.map(|it| it.slug.clone())
}

fn missing(name: &str) -> Problem {
    Problem::Missing(Thing::Peer, name.chars().take(80).collect())
}

/// To the page that the form was on: one of ours about peers, nothing else.
fn back(sent: &[u8], what: &str, slug: &str) -> Redirect {
    let form = Params::lenient(Some(&String::from_utf8_lossy(sent)));
    let here = form.text("back").unwrap_or_default();
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let path = match path.strip_prefix("/peers/") {
        Some(name) if name.parse::<Slug>().is_ok() => path,
        _ => "/peers",
    };
    let kept = Params::lenient(Some(query)).with_only(&["q", "domain", "which", "page"]);
    let place = if path == "/peers" { format!("#{slug}") } else { String::new() };
    Redirect::to(&format!("{}{place}", kept.link(path, what, slug)))
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;

    #[test]
    fn a_form_leads_back_to_pages_about_peers_only() {
        let leads = |back_to: &str| {
            let sent: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("back", back_to)
                .finish();
            let response = back(sent.as_bytes(), "done", "etsy").into_response();
            response.headers()["location"].to_str().unwrap().to_owned()
        };
        assert_eq!(leads("/peers?q=a&page=2"), "/peers?q=a&page=2&done=etsy#etsy");
        assert_eq!(leads("/peers/etsy"), "/peers/etsy?done=etsy");
        assert_eq!(leads("//evil.example/peers/etsy"), "/peers?done=etsy#etsy");
        assert_eq!(leads("/peers/..//x?x=1"), "/peers?done=etsy#etsy");
    }
}
