//! The landscape and what peers wrote on one subject, as JSON.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{RawQuery, State},
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Named,
    handlers::{Answer, DEEPEST_OFFSET, MOST_HITS, USUAL_HITS},
};
use crate::{
    domain::{Address, Cell, Entry, Insight, Kind, Role, Slug},
    reading::{self, Counting, OnSubject, Part, Quoted, Scope, Subject, SubjectSort, Surveyed},
    web::{
        Web,
        params::{BadParameter, Params},
        problem::Problem,
    },
};

/// Subjects by peers.
#[derive(Debug, Serialize)]
pub struct LandscapeShape {
    /// Years that there are to choose from, the latest first.
    years: Vec<i16>,
    peers: Vec<PeerRef>,
    subjects: Vec<RowShape>,
}

#[derive(Debug, Serialize)]
struct PeerRef {
    peer: String,
    peer_name: String,
}

#[derive(Debug, Serialize)]
struct RowShape {
    name: String,
    topic: Option<Slug>,
    /// By which a search finds the same.
    query: String,
    /// Of all peers; a story that two of them tell counts once.
    stories: usize,
    years: BTreeMap<i16, usize>,
    cells: Vec<CellShape>,
    best: Vec<EntryRef>,
}

/// What one peer wrote about a subject.
#[derive(Debug, Serialize)]
struct CellShape {
    peer: String,
    stories: usize,
    years: BTreeMap<i16, usize>,
    best: Option<EntryRef>,
    newest: Option<EntryRef>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct EntryRef {
    entry: i64,
    story: i64,
    title: String,
    url: Option<Address>,
    peer: String,
    peer_name: String,
    published: Option<Timestamp>,
}

/// What peers wrote on one subject.
#[derive(Debug, Serialize)]
pub struct SubjectShape {
    name: String,
    topic: Option<Slug>,
    query: String,
    total: usize,
    /// Those that there are to choose from.
    peers: Vec<PeerCountShape>,
    years: Vec<i16>,
    posts: Vec<QuotedShape>,
}

#[derive(Debug, Serialize)]
struct PeerCountShape {
    peer: String,
    peer_name: String,
    stories: usize,
}

/// A post with its quotes.
#[derive(Debug, Serialize)]
pub(super) struct QuotedShape {
    #[serde(flatten)]
    entry: EntryRef,
    kind: Option<Kind>,
    worth: Option<u8>,
    passages: Vec<PassageShape>,
    measures: Vec<String>,
}

#[derive(Debug, Serialize)]
struct PassageShape {
    role: Role,
    text: String,
    /// Of the article: the quote is at `/entries/{entry}#b{block}`.
    block: u32,
}

impl LandscapeShape {
    pub fn of(surveyed: &Surveyed) -> Self {
        let Surveyed { subjects, landscape, peer_names, years, entries, best } = surveyed;
        let entry = |id| entries.get(&id).map(EntryRef::of);
        let cell = |(peer, cell): (&String, &Option<Cell>)| {
            let cell = cell.as_ref()?;
            let (best, newest) = (entry(cell.best), entry(cell.newest));
            let years = cell.years.clone();
            Some(CellShape { peer: peer.clone(), stories: cell.stories, years, best, newest })
        };
        let rows = subjects.iter().zip(&landscape.rows).zip(best).map(|((subject, row), best)| {
            let cells = landscape.peers.iter().zip(&row.cells);
            let all = row.all.as_ref();
            RowShape {
                name: subject.name.clone(),
                topic: topic_of(subject),
                query: subject.search().to_string(),
                stories: all.map_or(0, |it| it.stories),
                years: all.map(|it| it.years.clone()).unwrap_or_default(),
                cells: cells.filter_map(cell).collect(),
                best: best.iter().filter_map(|it| entry(*it)).collect(),
            }
        });
        let peer = |it: &String| PeerRef {
            peer: it.clone(),
            peer_name: peer_names.get(it).unwrap_or(it).clone(),
        };
        Self {
            years: years.clone(),
            peers: landscape.peers.iter().map(peer).collect(),
            subjects: rows.collect(),
        }
    }
}

pub(super) fn topic_of(subject: &Subject) -> Option<Slug> {
    match &subject.sort {
        SubjectSort::Topic(slug) => Some(slug.clone()),
        _ => None,
    }
}

impl EntryRef {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            entry: entry.id.0,
            story: entry.story.0,
            title: entry.title.clone(),
            url: entry.link.clone(),
            peer: entry.peer.clone(),
            peer_name: entry.peer_name.clone(),
            published: entry.published,
        }
    }
}

impl SubjectShape {
    pub fn of(subject: &Subject, found: &OnSubject) -> Self {
        let peers = found.peers.iter().map(|it| PeerCountShape {
            peer: it.peer.clone(),
            peer_name: it.name.clone(),
            stories: it.stories,
        });
        Self {
            name: subject.name.clone(),
            topic: topic_of(subject),
            query: subject.search().to_string(),
            total: found.total,
            peers: peers.collect(),
            years: found.years.iter().rev().copied().collect(),
            posts: found.posts.iter().map(QuotedShape::of).collect(),
        }
    }
}

impl QuotedShape {
    pub(super) fn of(Quoted { entry, insight, .. }: &Quoted) -> Self {
        let Insight { verdict, passages, measures, .. } = insight;
        let passage = |it: &crate::domain::Passage| PassageShape {
            role: it.role,
            text: it.text.clone(),
            block: it.place.block,
        };
        Self {
            entry: EntryRef::of(entry),
            kind: verdict.map(|it| it.kind),
            worth: verdict.map(|it| it.worth.get()),
            passages: passages.iter().map(passage).collect(),
            measures: measures.iter().map(|it| it.text.clone()).collect(),
        }
    }
}

/// Which posts are looked at.
pub(in crate::web) fn scope_of(params: &Params) -> Result<Scope, BadParameter> {
    let year = params.number("year", 0, 1, 9999)?;
    Ok(Scope {
        domain: params.slug("domain")?,
        peer: params.slug("peer")?,
        year: i16::try_from(year).ok().filter(|it| *it > 0),
        since: params.since("since")?,
    })
}

pub(in crate::web) fn counting_of(params: &Params) -> Result<Counting, BadParameter> {
    let everything = params.yes("everything")?;
    Ok(if everything { Counting::Everything } else { Counting::Substance })
}

pub(crate) async fn landscape(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Result<axum::response::Response, Problem> {
    use axum::response::IntoResponse as _;
    let known = ["q", "domain", "peer", "year", "since", "everything", "sort", "limit", "offset"];
    let params = Params::read(query.as_deref(), &known)?;
    if let Some(text) = params.text("q") {
        let subject = reading::subject_called(web.library(), &web.asker(), text).await?;
        return Ok(answer(&web, &subject, &params).await?.into_response());
    }
    let (scope, counting, now) = (scope_of(&params)?, counting_of(&params)?, web.clock().now());
    let surveyed = reading::landscape(web.library(), &web.asker(), &scope, counting, now).await?;
    Ok(Json(LandscapeShape::of(&surveyed)).into_response())
}

/// `/api/v1/landscape/{topic}`.
pub(crate) async fn landscape_of(
    State(web): State<Web>,
    name: Named,
    RawQuery(query): RawQuery,
) -> Answer<SubjectShape> {
    let known = ["domain", "peer", "year", "since", "everything", "sort", "limit", "offset"];
    let params = Params::read(query.as_deref(), &known)?;
    let subject = Subject::from(web.topic(&super::named(name)).await?);
    answer(&web, &subject, &params).await
}

async fn answer(web: &Web, subject: &Subject, params: &Params) -> Answer<SubjectShape> {
    let (scope, counting) = (scope_of(params)?, counting_of(params)?);
    let order = |word: &str| ["newest", "oldest"].into_iter().find(|it| *it == word);
    let part = Part {
        offset: params.number("offset", 0, 0, DEEPEST_OFFSET)?,
        limit: params.number("limit", USUAL_HITS, 1, MOST_HITS)?,
        oldest_first: params.word("sort", order, "age")? == Some("oldest"),
    };
    let (library, asker, now) = (web.library(), web.asker(), web.clock().now());
    let found =
        reading::on_subject(library, &asker, subject, (&scope, counting), part, now).await?;
    Ok(Json(SubjectShape::of(subject, &found)))
}
