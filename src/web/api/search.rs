//! What a search came to as JSON, and why: hits, counts, peers, explanations.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    shapes::marked_html,
    stories::{AlsoAtShape, AlsoInShape},
};
use crate::{
    domain::{Address, Kind, Role, Slug},
    reading::{Found, Hit, PeerOnSubject, Quote},
    search::{Counts, Explanation, ScorePart},
};

/// What a search came to.
#[derive(Debug, Serialize)]
pub struct SearchAnswer {
    pub query: String,
    /// What was answered instead, as nothing holds a word of the query.
    pub corrected: Option<String>,
    /// Stories that match.
    pub total: usize,
    /// Too few matched every word, so that those with most of them follow.
    pub relaxed: bool,
    /// What was odd in the query.
    pub notices: Vec<String>,
    pub hits: Vec<SearchHit>,
    /// Where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountsShape>,
    /// Where counts were asked for: those that wrote the most worth reading, and lately, first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<PeerOnSubjectShape>,
}

#[derive(Debug, Serialize)]
pub struct SearchHit {
    pub story: i64,
    pub entry: i64,
    pub title: String,
    /// The same with `<mark>` around what matched, everything else escaped.
    pub title_html: String,
    pub url: Option<Address>,
    pub peer: String,
    pub peer_name: String,
    pub published: Option<Timestamp>,
    /// What sort of post it is; `null` where it was not read.
    pub kind: Option<Kind>,
    /// From 0 to 3: how much a peer engineer can learn from it.
    pub worth: Option<u8>,
    pub score: f32,
    /// Where else the story is told.
    pub also_at: Vec<AlsoAtShape>,
    pub also_in: Vec<AlsoInShape>,
    /// Plain text.
    pub snippet: String,
    pub snippet_html: String,
    /// Passages of the roles that were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<QuoteShape>,
}

#[derive(Debug, Serialize)]
pub struct QuoteShape {
    pub role: Role,
    /// Word for word.
    pub text: String,
    pub text_html: String,
    /// Number of the block of the article in which it stands, from 0.
    pub block: u32,
}

/// How many of the stories that were found have each value, those with the most first.
#[derive(Debug, Serialize)]
pub struct CountsShape {
    pub peers: Vec<CountShape>,
    pub domains: Vec<CountShape>,
    pub topics: Vec<CountShape>,
    pub kinds: Vec<CountShape>,
    pub languages: Vec<CountShape>,
    /// Latest first.
    pub years: Vec<CountShape>,
    /// `2025-03`; earliest first, those without any left out.
    pub months: Vec<CountShape>,
}

#[derive(Debug, Serialize)]
pub struct CountShape {
    pub value: String,
    pub stories: usize,
}

#[derive(Debug, Serialize)]
pub struct PeerOnSubjectShape {
    pub peer: String,
    pub peer_name: String,
    pub stories: usize,
    /// Sum over its posts of how well each fits, the best of all counting 1, less the older it is.
    pub worth: f32,
    pub newest: Timestamp,
    pub best: BestShape,
}

#[derive(Debug, Serialize)]
pub struct BestShape {
    pub story: i64,
    pub entry: i64,
    pub title: String,
    pub url: Option<Address>,
    pub published: Option<Timestamp>,
}

/// Why an entry stands where it stands: the sum of its parts times `recency` is its score.
#[derive(Debug, Serialize)]
pub struct ExplanationShape {
    pub query: String,
    pub entry: i64,
    /// From 1; none where it is not among the first thousand.
    pub place: Option<usize>,
    pub score: f32,
    pub recency: f32,
    /// By which that gain falls faster or slower with age.
    pub kind: Option<Kind>,
    pub parts: Vec<PartShape>,
    /// Words and phrases that it lacks.
    pub missing: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct PartShape {
    /// `text`, `title`, `headings`, `names`, `together`, `filters`, `all-words` or `most-words`.
    pub place: &'static str,
    pub words: String,
    pub score: f32,
}

impl SearchAnswer {
    pub fn of(query: &str, found: &Found) -> Self {
        Self {
            query: query.to_owned(),
            corrected: found.corrected.as_ref().map(ToString::to_string),
            total: found.total,
            relaxed: found.relaxed,
            notices: found.notices.iter().map(ToString::to_string).collect(),
            hits: found.hits.iter().map(SearchHit::of).collect(),
            counts: found.counts.as_ref().map(CountsShape::of),
            peers: found.peers.iter().map(PeerOnSubjectShape::of).collect(),
        }
    }
}

impl SearchHit {
    pub(super) fn of(hit: &Hit) -> Self {
        let entry = &hit.entry;
        Self {
            story: entry.story.0,
            entry: entry.id.0,
            title: entry.title.clone(),
            title_html: marked_html(&hit.title),
            url: entry.link.clone(),
            peer: entry.peer.clone(),
            peer_name: entry.peer_name.clone(),
            published: entry.published,
            kind: hit.verdict.map(|it| it.kind),
            worth: hit.verdict.map(|it| it.worth.get()),
            score: hit.score,
            also_at: hit.elsewhere.also_at.iter().cloned().map(Into::into).collect(),
            also_in: hit.elsewhere.also_in.iter().cloned().map(Into::into).collect(),
            snippet: hit.snippet.text.clone(),
            snippet_html: marked_html(&hit.snippet),
            quotes: hit.quotes.iter().map(QuoteShape::of).collect(),
        }
    }
}

impl QuoteShape {
    fn of(Quote { role, text, place }: &Quote) -> Self {
        Self {
            role: *role,
            text: text.text.clone(),
            text_html: marked_html(text),
            block: place.block,
        }
    }
}

impl CountsShape {
    fn of(counts: &Counts) -> Self {
        let Counts { peers, domains, topics, kinds, languages, years, months } = counts;
        let counted = |(value, stories): &(String, usize)| CountShape::of(value, *stories);
        let topic = |(slug, stories): &(Slug, usize)| CountShape::of(slug, *stories);
        let kind = |(kind, stories): &(Kind, usize)| CountShape::of(&kind.as_str(), *stories);
        let month = |(year, month, stories): &(i16, u8, usize)| {
            CountShape::of(&format!("{year:04}-{month:02}"), *stories)
        };
        Self {
            peers: peers.iter().map(counted).collect(),
            domains: domains.iter().map(counted).collect(),
            topics: topics.iter().map(topic).collect(),
            kinds: kinds.iter().map(kind).collect(),
            languages: languages.iter().map(counted).collect(),
            years: years.iter().map(|(year, stories)| CountShape::of(year, *stories)).collect(),
            months: months.iter().map(month).collect(),
        }
    }
}

impl CountShape {
    fn of(value: &impl ToString, stories: usize) -> Self {
        Self { value: value.to_string(), stories }
    }
}

impl PeerOnSubjectShape {
    fn of(PeerOnSubject { standing, best }: &PeerOnSubject) -> Self {
        Self {
            peer: standing.peer.clone(),
            peer_name: best.peer_name.clone(),
            stories: standing.stories,
            worth: standing.worth,
            newest: standing.newest,
            best: BestShape {
                story: best.story.0,
                entry: best.id.0,
                title: best.title.clone(),
                url: best.link.clone(),
                published: best.published,
            },
        }
    }
}

impl ExplanationShape {
    pub fn of(query: &str, entry: i64, explanation: &Explanation) -> Self {
        let Explanation { parts, recency, kind, score, missing, place } = explanation;
        let part = |it: &ScorePart| PartShape {
            place: it.place.as_str(),
            words: it.words.clone(),
            score: it.score,
        };
        Self {
            query: query.to_owned(),
            entry,
            place: *place,
            score: *score,
            recency: *recency,
            kind: *kind,
            parts: parts.iter().map(part).collect(),
            missing: missing.clone(),
        }
    }
}
