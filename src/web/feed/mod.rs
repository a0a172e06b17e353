//! Feeds to subscribe to, in Atom (RFC 4287) or JSON Feed 1.1: the newest stories that match a search
//! strictly, and the issues of the digest.

mod atom;
mod issues;
mod json;
mod story;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use jiff::Timestamp;

pub(super) use self::issues::{issues_atom, issues_json};
use self::story::{Story, sound};
use super::{
    Web,
    base::{Base, slug_in_address},
    params::Params,
    problem::Problem,
    tagged,
};
use crate::{
    domain::{Digest, Topic, UNDATED, query::Query},
    messages,
    reading::{self, Wanted},
};

/// Stories of one feed.
const MOST_STORIES: usize = 50;

/// What narrows a search: its page and its feed have these in common.
pub(super) const NARROWING: [&str; 4] = ["q", "peer", "domain", "since"];
/// How a page shows what is found; a feed has one order and one page.
const OF_PAGES: [&str; 2] = ["sort", "page"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Atom,
    Json,
}

impl Format {
    /// A name without its ending `.atom` or `.json`, and the format that this asks for.
    pub(super) fn at_end_of(name: &str) -> Option<(&str, Self)> {
        match name.rsplit_once('.')? {
            (stem, "atom") => Some((stem, Self::Atom)),
            (stem, "json") => Some((stem, Self::Json)),
            _ => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }
}

/// A feed, all its addresses in full.
struct Feed {
    id: String,
    title: String,
    own: String,
    page: String,
    icon: String,
    updated: Timestamp,
    stories: Vec<Story>,
}

/// What a feed is of.
struct Subject {
    /// What tells it from all other feeds of this library.
    known_by: Vec<String>,
    title: String,
    query: Query,
    wanted: Wanted,
    page: String,
    own: String,
}

pub(super) async fn search_atom(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let feed = of_search(&web, query.as_deref(), Format::Atom, &base).await?;
    feed.answer(Format::Atom, &headers)
}

pub(super) async fn search_json(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    base: Base,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let feed = of_search(&web, query.as_deref(), Format::Json, &base).await?;
    feed.answer(Format::Json, &headers)
}

async fn of_search(
    web: &Web,
    query: Option<&str>,
    format: Format,
    base: &Base,
) -> Result<Feed, Problem> {
    let known: Vec<&str> = NARROWING.into_iter().chain(OF_PAGES).collect();
    let params = Params::read(query, &known)?;
    let wanted = Wanted {
        peer: params.slug("peer")?,
        domain: params.slug("domain")?,
        since: params.since("since")?,
        ..Wanted::newest(MOST_STORIES, web.clock().now())
    };
    let query = Query::parse(params.text("q").unwrap_or_default());
    let narrowing = NARROWING[1..].iter().map(|it| params.text(it).unwrap_or_default().to_owned());
    let said: Vec<&str> = NARROWING.iter().filter_map(|it| params.text(it)).collect();
    let title =
        if said.is_empty() { messages::text("web.newest.heading") } else { &said.join(" · ") };
    let subject = Subject {
        known_by: ["search".to_owned(), query.to_string()].into_iter().chain(narrowing).collect(),
        title: title.to_owned(),
        query,
        wanted,
        page: params.link_with("/search", &NARROWING),
        own: params.link_with(&format!("/search.{}", format.ending()), &NARROWING),
    };
    Feed::of(web, subject, base).await
}

pub(super) async fn topic(
    web: &Web,
    topic: Topic,
    format: Format,
    base: &Base,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let slug = slug_in_address(topic.slug.as_str());
    let subject = Subject {
        known_by: vec!["topic".to_owned(), topic.slug.into()],
        title: topic.name,
        query: Query::parse(&topic.query),
        wanted: Wanted::newest(MOST_STORIES, web.clock().now()),
        page: format!("/topics/{slug}"),
        own: format!("/topics/{slug}.{}", format.ending()),
    };
    Feed::of(web, subject, base).await?.answer(format, headers)
}

impl Feed {
    async fn of(web: &Web, subject: Subject, base: &Base) -> Result<Self, Problem> {
        let Subject { known_by, title, query, wanted, page, own } = subject;
        let library = web.library();
        let found = reading::find(library, &web.asker(), query, &wanted).await?;
        let lineage = library.store.lineage();
        let stories = found.hits.into_iter().map(|hit| Story::of(hit, lineage, base));
        let stories: Vec<Story> = stories.collect();
        Ok(Self {
            id: urn(lineage, known_by.iter().map(String::as_str)),
            title: format!("{} · {}", sound(&title), messages::text("web.name")),
            own: base.at(&own),
            page: base.at(&page),
            icon: base.at(&super::assets::icon_path()),
            updated: stories.iter().map(|it| it.updated).max().unwrap_or(UNDATED),
            stories,
        })
    }

    fn answer(&self, format: Format, headers: &HeaderMap) -> Result<Response, Problem> {
        let (kind, text) = match format {
            Format::Atom => ("application/atom+xml; charset=utf-8", atom::written(self)?),
            Format::Json => ("application/feed+json; charset=utf-8", json::written(self)),
        };
        Ok(tagged::answer(headers, kind, text))
    }
}

/// A name for good, of something in one library: a UUID (RFC 9562 §5.8) of what it is known by. A
/// library that was put back from a copy has another lineage, since its numbers may come again.
fn urn<'a>(lineage: &'a str, known_by: impl Iterator<Item = &'a str>) -> String {
    let parts = std::iter::once(lineage).chain(known_by);
    let digest = Digest::of(parts.map(str::as_bytes)).0;
    let [time, version, variant] = [&digest[..12], &digest[12..15], &digest[15..18]];
    let (high, low) = time.split_at(8);
    format!("urn:uuid:{high}-{low}-8{version}-8{variant}-{}", &digest[18..30])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_uuid_that_differs_by_library_and_subject() {
        let name = urn("ab", ["story", "7"].into_iter());
        let groups: Vec<usize> = name["urn:uuid:".len()..].split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(name, urn("ab", ["story", "7"].into_iter()));
        assert_ne!(name, urn("ab", ["story", "8"].into_iter()));
        assert_ne!(name, urn("ac", ["story", "7"].into_iter()));
    }

    #[test]
    fn a_format_is_the_ending_of_a_name() {
        assert_eq!(Format::at_end_of("pricing.atom"), Some(("pricing", Format::Atom)));
        assert_eq!(Format::at_end_of("pricing.json"), Some(("pricing", Format::Json)));
        assert_eq!(Format::at_end_of("pricing"), None);
        assert_eq!(Format::at_end_of("pricing.rss"), None);
    }
}
