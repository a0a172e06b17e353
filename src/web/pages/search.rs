//! `/search`: what was found, with the best passage of each.

use askama::Template;
use axum::extract::{RawQuery, State};

use super::{
    Answer, Frame, Place,
    card::Card,
    facets::{Facet, Histogram, Narrowing, PeerRow, peer_rows},
    html,
    newest::Choices,
    note_parts::NoteRow,
    words::{Markup, counted, grouped, rich},
};
use crate::web::say;
use crate::{
    domain::query::{Filter, Notice, Query},
    reading::{self, Found, Wanted},
    search::Sort,
    store::{NotesAsk, PeerReport},
    web::{Web, feed::NARROWING, params::Params, problem::Problem},
};

pub(super) const ROWS: usize = 20;
/// Nobody reads so far; each page costs as much as all before it.
pub(super) const LAST_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    feeds: Feeds,
    query: String,
    since: String,
    /// What is wrong with `since`.
    since_problem: Option<String>,
    is_newest_first: bool,
    choices: Choices,
    /// `None` before anything is asked.
    results: Option<Results>,
    tips: Vec<Tip>,
}

pub(super) struct Results {
    pub(super) count: String,
    pub(super) notes: Vec<Markup>,
    /// What the reader wrote of the same.
    pub(super) own: OwnNotes,
    pub(super) hits: Vec<Card>,
    pub(super) histogram: Option<Histogram>,
    pub(super) facets: Vec<Facet>,
    pub(super) peers: Vec<PeerRow>,
    pub(super) newer: Option<String>,
    pub(super) older: Option<String>,
}

/// The reader's notes that a search finds.
#[derive(Default)]
pub(super) struct OwnNotes {
    pub(super) rows: Vec<NoteRow>,
    /// Where the others are.
    pub(super) more: Option<String>,
}

/// Where the same search is a feed.
struct Feeds {
    atom: String,
    json: String,
}

/// One thing that the query language can do.
struct Tip {
    example: &'static str,
    meaning: Markup,
}

pub(in crate::web) async fn search(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let since_problem = match asked.since("since") {
        Ok(_) => None,
        Err(bad) => Some(Problem::Parameter(bad).detail()),
    };
    let page = asked.number("page", 1, 1, LAST_PAGE)?;
    let wanted = Wanted { offset: (page - 1) * ROWS, ..wanted_of(&web, &asked)? };
    let text = asked.text("q").unwrap_or_default();
    let peers = web.library().store.peers().await?;
    let results = match text {
        "" => None,
        text => Some(results(&web, text, &wanted, &asked, &peers).await?),
    };
    if results.as_ref().is_some_and(|it| !it.hits.is_empty()) && page == 1 {
        reading::remember_search(web.library(), &web.asker(), text, wanted.now);
    }
    let title = if text.is_empty() { say::text("web.nav.search") } else { text };
    html(&SearchPage {
        frame: Frame::new(&web, title, Place::Search),
        feeds: Feeds::of(&asked),
        query: text.to_owned(),
        since: asked.text("since").unwrap_or_default().to_owned(),
        since_problem,
        is_newest_first: wanted.sort == Sort::Newest,
        choices: Choices::of(&peers, wanted.peer.as_ref(), wanted.domain.as_ref()),
        results,
        tips: tips(),
    })
}

/// What the parameters of the page narrow a search to; an odd date narrows it to nothing.
pub(super) fn wanted_of(web: &Web, asked: &Params) -> Result<Wanted, Problem> {
    let is_newest_first = asked.text("sort") == Some("newest");
    Ok(Wanted {
        peer: asked.slug("peer")?,
        domain: asked.slug("domain")?,
        since: asked.since("since").ok().flatten(),
        sort: if is_newest_first { Sort::Newest } else { Sort::Relevance },
        verbatim: asked.text("verbatim").is_some(),
        counts: true,
        ..Wanted::best(ROWS, web.clock().now())
    })
}

pub(super) async fn results(
    web: &Web,
    text: &str,
    wanted: &Wanted,
    asked: &Params,
    peers: &[PeerReport],
) -> Result<Results, Problem> {
    let query = Query::parse(text);
    let reader = web.asker();
    let found = reading::find(web.library(), &reader, query.clone(), wanted).await?;
    let answered = found.corrected.as_ref().unwrap_or(&query);
    let page = wanted.offset / ROWS + 1;
    let shown = wanted.offset + found.hits.len();
    let more = shown < found.total && page < LAST_PAGE && !found.hits.is_empty();
    let narrowing = Narrowing { query: answered, asked };
    let counts = found.counts.as_ref();
    let topics = &reader.following.topics;
    let facets = counts.map(|it| narrowing.facets(it, peers, topics, found.total));
    let hits = found.hits.iter().map(|hit| {
        let why = (wanted.sort == Sort::Relevance).then(|| {
            let asked = asked.without(&["page"]).with("q", &answered.to_string());
            asked.link("/explain", "entry", &hit.entry.id.to_string())
        });
        Card { why, ..Card::of_hit(hit, wanted.now) }
    });
    Ok(Results {
        count: count(&found),
        notes: notes(&found, text, asked),
        own: if page == 1 { own_notes(web, answered).await? } else { OwnNotes::default() },
        hits: hits.collect(),
        histogram: counts.and_then(|it| narrowing.histogram(it)),
        facets: facets.unwrap_or_default(),
        peers: peer_rows(&found.peers, wanted.now),
        newer: (page > 1).then(|| asked.link("/search", "page", &(page - 1).to_string())),
        older: more.then(|| asked.link("/search", "page", &(page + 1).to_string())),
    })
}

/// Shown above what peers wrote.
const OWN_NOTES: u32 = 3;

/// Nothing where something is asked that only posts have.
async fn own_notes(web: &Web, query: &Query) -> Result<OwnNotes, Problem> {
    if query.is_empty() || !query.filters().iter().all(|it| it.is_of_notes()) {
        return Ok(OwnNotes::default());
    }
    let ask = NotesAsk { query: query.clone(), limit: OWN_NOTES, ..NotesAsk::default() };
    let page = web.library().store.notes(web.reader(), &ask).await?;
    let more = page.next.map(|_| Params::lenient(None).link("/journal", "q", &query.to_string()));
    Ok(OwnNotes { rows: page.rows.iter().map(NoteRow::of).collect(), more })
}

/// What is to be said of how the query was read.
fn notes(found: &Found, text: &str, asked: &Params) -> Vec<Markup> {
    let mut notes: Vec<Markup> = found.notices.iter().map(noted).collect();
    if let Some(corrected) = &found.corrected {
        let said = [("asked", text), ("corrected", &corrected.to_string())];
        let verbatim = asked.without(&["page"]).link("/search", "verbatim", "1");
        let step = say::text("web.search.verbatim");
        notes.push(rich(&say::fill("web.search.corrected", &said)).with_link(step, &verbatim));
    }
    if found.relaxed {
        notes.push(rich(say::text("web.search.relaxed")));
    }
    notes
}

fn count(found: &Found) -> String {
    match found.total {
        0 => say::text("web.search.nothing").to_owned(),
        total => counted("web.search.count", total as u64),
    }
}

impl Feeds {
    fn of(asked: &Params) -> Self {
        let link = |path| asked.link_with(path, &NARROWING);
        Self { atom: link("/search.atom"), json: link("/search.json") }
    }
}

/// What was odd in a query, in the words of the catalogue.
pub(super) fn noted(notice: &Notice) -> Markup {
    use crate::domain::query::{DEEPEST_NESTING, LONGEST_QUERY, MOST_TERMS, SHORTEST_PREFIX};
    let number = |key: &str, n: usize| say::fill(key, &[("n", &grouped(n as u64))]);
    let text = match notice {
        Notice::TooLong => number("web.notice.too-long", LONGEST_QUERY),
        Notice::TooManyTerms => number("web.notice.too-many-terms", MOST_TERMS),
        Notice::TooDeep => number("web.notice.too-deep", DEEPEST_NESTING),
        Notice::OpenQuote => say::text("web.notice.open-quote").to_owned(),
        Notice::OddParenthesis => say::text("web.notice.odd-parenthesis").to_owned(),
        Notice::OddOperator => say::text("web.notice.odd-operator").to_owned(),
        Notice::ShortPrefix => number("web.notice.short-prefix", SHORTEST_PREFIX),
        Notice::Unknown { filter, value } => {
            say::fill("web.notice.unknown", &[("filter", filter), ("value", value)])
        }
        Notice::UnknownFilter(name) => {
            say::fill("web.notice.unknown-filter", &[("name", name.as_str())])
        }
        Notice::WrongValue { filter, value } => {
            let values = Filter::values(filter).join(say::text("web.list-separator"));
            let key = if values.is_empty() { "wrong-value" } else { "wrong-choice" };
            let said = [("name", filter.as_str()), ("value", value), ("values", &values)];
            say::fill(&format!("web.notice.{key}"), &said)
        }
    };
    rich(&text)
}

fn tips() -> Vec<Tip> {
    let tip = |example, meaning| Tip { example, meaning: rich(meaning) };
    vec![
        tip(say::text("web.tip.words.example"), say::text("web.tip.words.meaning")),
        tip(say::text("web.tip.phrase.example"), say::text("web.tip.phrase.meaning")),
        tip(say::text("web.tip.without.example"), say::text("web.tip.without.meaning")),
        tip(say::text("web.tip.or.example"), say::text("web.tip.or.meaning")),
        tip(say::text("web.tip.title.example"), say::text("web.tip.title.meaning")),
        tip(say::text("web.tip.after.example"), say::text("web.tip.after.meaning")),
        tip(say::text("web.tip.prefix.example"), say::text("web.tip.prefix.meaning")),
        tip(say::text("web.tip.near.example"), say::text("web.tip.near.meaning")),
        tip(say::text("web.tip.kind.example"), say::text("web.tip.kind.meaning")),
        tip(say::text("web.tip.passage.example"), say::text("web.tip.passage.meaning")),
        tip(say::text("web.tip.minutes.example"), say::text("web.tip.minutes.meaning")),
    ]
}
