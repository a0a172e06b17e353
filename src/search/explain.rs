//! Why an entry stands where it stands: its score, part by part.

use tantivy::{
    DocAddress, DocSet as _, Searcher, TERMINATED, Term,
    query::{EnableScoring, Query as Run},
    schema::IndexRecordOption,
};

use super::{
    Ask,
    pairs::Pair,
    ranking::{Reading, column, ranked},
    schema::{Fields, KIND, ORDERED, kind_of},
    segments::KnownSegments,
    translate::{Plan, Statistics},
    weights::Recency,
};
use crate::domain::{EntryId, Kind};

/// The score of an entry for a query: the sum of its parts, times [`recency`](Self::recency).
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    pub parts: Vec<ScorePart>,
    /// What it gains by being recent: 1 is nothing.
    pub recency: f32,
    /// By which that gain falls faster or slower with age.
    pub kind: Option<Kind>,
    pub score: f32,
    /// Words and phrases of the query that it lacks.
    pub missing: Vec<String>,
    /// Its place among all hits, from 1; `None` where it is none of the first ones.
    pub place: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScorePart {
    pub place: Place,
    /// The part of the query, as it is read.
    pub words: String,
    pub score: f32,
}

/// Where something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The whole text, names and title included.
    Text,
    Title,
    Headings,
    /// Of peer, authors and categories.
    Names,
    /// Two words stand together as they were typed.
    Together,
    /// Filters of which some posts fulfil more than others.
    Filters,
    /// Of a long query all words are there.
    AllWords,
    /// Of a long query at least half of the words are there.
    MostWords,
}

impl Place {
    /// The word in JSON and in keys of messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Title => "title",
            Self::Headings => "headings",
            Self::Names => "names",
            Self::Together => "together",
            Self::Filters => "filters",
            Self::AllWords => "all-words",
            Self::MostWords => "most-words",
        }
    }
}

/// Hits among which the place of an entry is told.
const DEEPEST_PLACE: usize = 1_000;

/// `None` where the index has no such entry, or it does not match.
pub(super) fn explained(
    plan: &Plan,
    ask: &Ask,
    entry: EntryId,
    searcher: &Searcher,
    fields: &Fields,
) -> tantivy::Result<Option<Explanation>> {
    let Some(at) = address(entry, searcher, fields)? else { return Ok(None) };
    let ask = Ask { limit: DEEPEST_PLACE, offset: 0, counts: false, ..ask.clone() };
    let outcome = ranked(plan, &ask, searcher, &KnownSegments::default())?;
    let scorer = Scoring { plan, searcher, at };
    if scorer.score(plan.fixed.as_ref())?.is_none() {
        return Ok(None);
    }
    let (mut parts, mut missing) = (Vec::new(), Vec::new());
    let mut push = |place, words: &str, score: f32| {
        if score > 0.0 {
            parts.push(ScorePart { place, words: words.to_owned(), score });
        }
    };
    let (mut sum, mut chosen) = (0.0, 0);
    for unit in &plan.units {
        match scorer.score(unit.run.as_ref())? {
            Some(score) => {
                sum += score;
                chosen += usize::from(!unit.is_everyday);
                push(Place::Text, &unit.written, score);
            }
            None => missing.push(unit.written.clone()),
        }
    }
    if chosen == 0 && !plan.units.is_empty() {
        return Ok(None);
    }
    push(Place::Filters, "", scorer.score(plan.fixed.as_ref())?.unwrap_or_default());
    for boost in &plan.boosts {
        let score = scorer.score(boost.run.as_ref())?.unwrap_or_default();
        push(boost.place, &boost.written, boost.gain * score);
    }
    for pair in &plan.pairs {
        push(Place::Together, &pair.written, scorer.together(pair)?);
    }
    if let Some(soft) = plan.soft.as_ref().filter(|_| outcome.reading == Reading::MostWords) {
        let all = if missing.is_empty() { soft.all_gain } else { 0.0 };
        let most = if chosen >= soft.most() { soft.most_gain } else { 0.0 };
        push(Place::AllWords, "", sum * all);
        push(Place::MostWords, "", sum * most);
    }
    let (recency, kind) = scorer.recency(&ask)?;
    let score = parts.iter().map(|it| it.score).sum::<f32>() * recency;
    let place = outcome.hits.iter().position(|it| it.entry == entry).map(|it| it + 1);
    Ok(Some(Explanation { parts, recency, kind, score, missing, place }))
}

fn address(
    entry: EntryId,
    searcher: &Searcher,
    fields: &Fields,
) -> tantivy::Result<Option<DocAddress>> {
    let term = Term::from_field_i64(fields.entry, entry.0);
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        let index = reader.inverted_index(fields.entry)?;
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
            continue;
        };
        let alive = reader.alive_bitset();
        let mut document = postings.doc();
        while document != TERMINATED {
            if alive.is_none_or(|it| it.is_alive(document)) {
                return Ok(Some(DocAddress::new(segment, document)));
            }
            document = postings.advance();
        }
    }
    Ok(None)
}

/// Scores one document as the ranking does.
struct Scoring<'a> {
    plan: &'a Plan,
    searcher: &'a Searcher,
    at: DocAddress,
}

impl Scoring<'_> {
    /// `None` where the document does not match.
    fn score(&self, run: &dyn Run) -> tantivy::Result<Option<f32>> {
        let statistics = Statistics { searcher: self.searcher, frequencies: &self.plan.statistics };
        let scoring = EnableScoring::enabled_from_statistics_provider(&statistics, self.searcher);
        let reader = self.searcher.segment_reader(self.at.segment_ord);
        let mut scorer = run.weight(scoring)?.scorer(reader, 1.0)?;
        let mut document = scorer.doc();
        if document < self.at.doc_id {
            document = scorer.seek(self.at.doc_id);
        }
        Ok((document == self.at.doc_id).then(|| scorer.score()))
    }

    fn together(&self, pair: &Pair) -> tantivy::Result<f32> {
        let statistics = Statistics { searcher: self.searcher, frequencies: &self.plan.statistics };
        let reader = self.searcher.segment_reader(self.at.segment_ord);
        Ok(pair.weight(&statistics)?.scorer(reader)?.score(self.at.doc_id))
    }

    fn recency(&self, ask: &Ask) -> tantivy::Result<(f32, Option<Kind>)> {
        let reader = self.searcher.segment_reader(self.at.segment_ord);
        let ordered = column(reader, ORDERED)?.get_val(self.at.doc_id);
        let kind = column(reader, KIND)?.get_val(self.at.doc_id);
        Ok((Recency::at(ask.now).boost(kind, ordered), kind_of(kind)))
    }
}
