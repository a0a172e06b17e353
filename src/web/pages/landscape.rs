//! `/landscape`: which peers wrote about what, and when, as a heat map.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{RawQuery, State};

use super::{
    Answer, Frame, Place, html,
    newest::{Choice, Choices, Empty, language_of},
    subject::subject_page,
    time::Moment,
    words::{counted, kind_name, rich},
};
use crate::web::say;
use crate::{
    domain::{Cell, Entry, EntryId, Kind, Landscape, LandscapeRow},
    reading::{self, Counting, Scope, Subject, SubjectSort, Surveyed},
    web::{
        Web,
        api::{Named, counting_of, named, scope_of},
        params::Params,
    },
};

#[derive(Template)]
#[template(path = "landscape.html")]
struct LandscapePage {
    frame: Frame,
    choices: Choices,
    years: Vec<Choice>,
    counts_everything: bool,
    meaning: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Peers that have no column of their own.
    more: Option<String>,
    /// What the small bars stand for.
    bars: Option<String>,
    best: Vec<Best>,
    json: String,
    empty: Option<Empty>,
}

struct Column {
    name: String,
    link: String,
}

struct Row {
    name: String,
    link: String,
    all: Option<Shown>,
    cells: Vec<Option<Shown>>,
}

/// A cell that holds something.
struct Shown {
    stories: usize,
    shade: usize,
    /// Who, about what, how much, in which years, and the best of it.
    label: String,
    link: String,
    bars: Vec<Bar>,
}

struct Bar {
    x: usize,
    y: usize,
    height: usize,
}

/// The best posts about a subject.
struct Best {
    name: String,
    link: String,
    posts: Vec<BestPost>,
}

struct BestPost {
    id: i64,
    title: String,
    language: String,
    peer: String,
    peer_name: String,
    day: Moment,
    kind: Option<String>,
}

/// Peers that have a column. More could not be told apart.
const MOST_COLUMNS: usize = 40;
/// Years that have a bar in each cell.
const MOST_BARS: usize = 6;
/// In units of the drawing.
const BAR_STEP: usize = 4;
const BAR_HEIGHT: usize = 10;

pub(in crate::web) async fn landscape(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    if let Some(text) = asked.text("q") {
        let subject = reading::subject_called(web.library(), &web.asker(), text).await?;
        return subject_page(&web, &subject, &asked).await;
    }
    let (scope, counting, now) = (scope_of(&asked)?, counting_of(&asked)?, web.clock().now());
    let surveyed = reading::landscape(web.library(), &web.asker(), &scope, counting, now).await?;
    let ids: Vec<EntryId> = surveyed.best.iter().flatten().copied().collect();
    let verdicts = web.library().store.insights_in_short(&ids).await?;
    let kinds = verdicts.into_iter().filter_map(|(id, it)| Some((id, it.verdict?.kind)));
    let peers = web.library().store.peers().await?;
    let choices = Choices::of(&peers, scope.peer.as_ref(), scope.domain.as_ref());
    let drawing = Drawing::of(&surveyed, &scope, &asked);
    html(&drawing.page(&web, choices, counting, &kinds.collect()))
}

/// `/landscape/{topic}`.
pub(in crate::web) async fn landscape_of(
    State(web): State<Web>,
    name: Named,
    RawQuery(query): RawQuery,
) -> Answer {
    let subject = Subject::from(web.topic(&named(name)).await?);
    subject_page(&web, &subject, &Params::lenient(query.as_deref())).await
}

/// Where a subject has a page of its own.
pub(super) fn page_of(subject: &Subject, asked: &Params) -> String {
    match &subject.sort {
        SubjectSort::Topic(slug) => asked.link_with(&format!("/landscape/{slug}"), &NARROWING),
        _ => asked.with_only(&NARROWING).link("/landscape", "q", &subject.called()),
    }
}

/// What a map and the page of a subject have in common.
const NARROWING: [&str; 3] = ["domain", "year", "everything"];

struct Drawing<'a> {
    surveyed: &'a Surveyed,
    asked: &'a Params,
    year: Option<i16>,
    /// The last years of the map.
    years: Vec<i16>,
    /// Most stories of any cell.
    most: usize,
}

impl<'a> Drawing<'a> {
    fn of(surveyed: &'a Surveyed, scope: &Scope, asked: &'a Params) -> Self {
        let landscape = &surveyed.landscape;
        let from = landscape.years.len().saturating_sub(MOST_BARS);
        let years = landscape.years[from..].to_vec();
        let most = landscape.most();
        Self { surveyed, asked, year: scope.year, years, most }
    }

    fn page(
        &self,
        web: &Web,
        choices: Choices,
        counting: Counting,
        kinds: &HashMap<EntryId, Kind>,
    ) -> LandscapePage {
        let Surveyed { subjects, landscape, .. } = self.surveyed;
        let columns = landscape.peers.iter().take(MOST_COLUMNS);
        let rows = subjects.iter().zip(&landscape.rows);
        let left_out = landscape.peers.len().saturating_sub(MOST_COLUMNS);
        let is_empty = landscape.peers.is_empty();
        LandscapePage {
            frame: Frame::new(web, say::text("web.nav.landscape"), Place::Landscape),
            choices,
            years: year_choices(&self.surveyed.years, self.year),
            counts_everything: counting == Counting::Everything,
            meaning: self.meaning(counting),
            columns: columns.map(|it| self.column(it)).collect(),
            rows: rows.map(|(subject, row)| self.row(subject, row, landscape)).collect(),
            more: (left_out > 0).then(|| counted("web.landscape.more", left_out as u64)),
            bars: self.bars_meaning(),
            best: self.best(kinds),
            json: self.asked.link_with("/landscape.json", &NARROWING),
            empty: is_empty.then(nothing),
        }
    }

    fn meaning(&self, counting: Counting) -> String {
        let rows = if self.surveyed.is_by_phrases() { "phrases" } else { "own" };
        let counts = if counting == Counting::Everything { "everything" } else { "substance" };
        let text = |key: String| say::text(&key).to_owned();
        let rows = text(format!("web.landscape.rows.{rows}"));
        format!("{rows} {}", text(format!("web.landscape.counts.{counts}")))
    }

    fn bars_meaning(&self) -> Option<String> {
        let (first, last) = (self.years.first()?, self.years.last()?);
        let (first, last) = (first.to_string(), last.to_string());
        let values = [("first", first.as_str()), ("last", last.as_str())];
        (self.years.len() > 1).then(|| say::fill("web.landscape.bars", &values))
    }

    fn column(&self, peer: &str) -> Column {
        Column {
            name: self.name(peer).to_owned(),
            link: Params::lenient(None).link("/", "peer", peer),
        }
    }

    fn name<'b>(&'b self, peer: &'b str) -> &'b str {
        self.surveyed.peer_names.get(peer).map_or(peer, String::as_str)
    }

    fn row(&self, subject: &Subject, row: &LandscapeRow, landscape: &Landscape) -> Row {
        let cells = row.cells.iter().zip(&landscape.peers).take(MOST_COLUMNS);
        let all = say::text("web.landscape.all");
        let cell = |(cell, peer): (&Option<Cell>, &String)| {
            cell.as_ref().map(|it| self.cell(it, subject, self.name(peer), Some(peer)))
        };
        Row {
            name: subject.name.clone(),
            link: page_of(subject, self.asked),
            all: row.all.as_ref().map(|it| self.cell(it, subject, all, None)),
            cells: cells.map(cell).collect(),
        }
    }

    fn cell(&self, cell: &Cell, subject: &Subject, name: &str, peer: Option<&str>) -> Shown {
        let stories = counted("web.facet.stories", cell.stories as u64);
        let years = cell.years.iter().rev().map(|(year, n)| format!("{year}: {n}"));
        let years = years.collect::<Vec<_>>().join(say::text("web.list-separator"));
        let best = self.surveyed.entries.get(&cell.best).map_or("", |it| it.title.as_str());
        let values = [
            ("subject", subject.name.as_str()),
            ("peer", name),
            ("stories", &stories),
            ("years", &years),
            ("best", best),
        ];
        let asked = match peer {
            Some(peer) => self.asked.without(&[]).with("peer", peer),
            None => self.asked.without(&[]),
        };
        Shown {
            stories: cell.stories,
            shade: cell.shade(self.most),
            label: say::fill("web.landscape.cell", &values),
            link: page_of_peer(subject, &asked),
            bars: if peer.is_some() { self.bars(cell) } else { Vec::new() },
        }
    }

    /// None where there is but one year. The number tells how much there is; the bars fill their height,
    /// as they tell the course, save that a single story is no peak.
    fn bars(&self, cell: &Cell) -> Vec<Bar> {
        let years = self.years.iter().enumerate().filter(|_| self.years.len() > 1);
        let most = cell.years.values().copied().max().unwrap_or_default().max(3);
        let bar = |(at, year): (usize, &i16)| {
            let height = (cell.years.get(year)? * BAR_HEIGHT).div_ceil(most);
            Some(Bar { x: at * BAR_STEP, y: BAR_HEIGHT - height, height })
        };
        years.filter_map(bar).collect()
    }

    fn best(&self, kinds: &HashMap<EntryId, Kind>) -> Vec<Best> {
        let Surveyed { subjects, best, entries, .. } = self.surveyed;
        let post = |it: &EntryId| Some(BestPost::of(entries.get(it)?, kinds.get(it).copied()));
        let best = subjects.iter().zip(best).filter(|(_, posts)| !posts.is_empty());
        let told = best.map(|(subject, posts)| Best {
            name: subject.name.clone(),
            link: page_of(subject, self.asked),
            posts: posts.iter().filter_map(post).collect(),
        });
        told.collect()
    }
}

/// The page of a subject, with the peer that was chosen.
fn page_of_peer(subject: &Subject, asked: &Params) -> String {
    let names = ["domain", "year", "everything", "peer"];
    match &subject.sort {
        SubjectSort::Topic(slug) => asked.link_with(&format!("/landscape/{slug}"), &names),
        _ => asked.with_only(&names).link("/landscape", "q", &subject.called()),
    }
}

impl BestPost {
    fn of(entry: &Entry, kind: Option<Kind>) -> Self {
        Self {
            id: entry.id.0,
            title: entry.title.clone(),
            language: language_of(entry),
            peer: entry.peer.clone(),
            peer_name: entry.peer_name.clone(),
            day: Moment::day(entry.published.unwrap_or(entry.ordered)),
            kind: kind.map(kind_name),
        }
    }
}

/// Years to choose from.
pub(super) fn year_choices(years: &[i16], chosen: Option<i16>) -> Vec<Choice> {
    let choice = |year: &i16| Choice {
        slug: year.to_string(),
        name: year.to_string(),
        is_chosen: chosen == Some(*year),
    };
    years.iter().map(choice).collect()
}

fn nothing() -> Empty {
    Empty {
        title: say::text("web.empty.landscape.title"),
        steps: vec![
            rich(say::text("web.empty.landscape.topics")),
            rich(say::text("web.empty.landscape.wider")),
        ],
    }
}
