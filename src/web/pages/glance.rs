//! A post at a glance: its kind, and the quotes in which it tells challenge, approach, result and limits.

use super::{
    beside::link_from_passage,
    newest::{Choice, reading_time},
    words::{counted, kind_name},
};
use crate::web::say;
use crate::{
    domain::{
        EntryId, Insight, Kind, Passage, Place, Role,
        query::{Clause, Query},
    },
    web::params::Params,
};

/// What was read out of a post, in its own words.
pub(super) struct Glance {
    /// Of the entry.
    pub(super) id: i64,
    /// All there are, for readers who know better.
    pub(super) kinds: Vec<Choice>,
    /// Kind, worth and time to read.
    pub(super) about: Vec<String>,
    /// Roles of which there are quotes, in the order in which one asks for them.
    pub(super) parts: Vec<Part>,
    pub(super) measures: Vec<Quote>,
    pub(super) phrases: Vec<Phrase>,
}

pub(super) struct Part {
    pub(super) role: &'static str,
    pub(super) name: String,
    pub(super) quotes: Vec<Quote>,
}

pub(super) struct Quote {
    pub(super) text: String,
    /// Where it stands in the article.
    pub(super) link: String,
    /// Where a note on it begins, if it has a role.
    pub(super) note: Option<String>,
}

pub(super) struct Phrase {
    pub(super) text: String,
    /// What others say of it.
    pub(super) link: String,
}

/// Where the quotes of a post are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadAt {
    SamePageOf(EntryId),
    PageOf(EntryId),
}

impl ReadAt {
    fn entry(self) -> EntryId {
        match self {
            Self::SamePageOf(entry) | Self::PageOf(entry) => entry,
        }
    }

    /// The place before a block, as `extract::with_places` calls it.
    fn link(self, Place { block, .. }: Place) -> String {
        match self {
            Self::SamePageOf(_) => format!("#b{block}"),
            Self::PageOf(entry) => format!("/entries/{entry}#b{block}"),
        }
    }
}

/// Of a role: more are no glance.
const MOST_QUOTES: usize = 2;
const MOST_MEASURES: usize = 6;
const MOST_PHRASES: usize = 8;

impl Glance {
    /// `None` where nothing was read out of a post.
    pub(super) fn of(insight: &Insight, entry: EntryId, words: u32) -> Option<Self> {
        let kind = insight.verdict?.kind;
        let read_at = ReadAt::SamePageOf(entry);
        let quote = |text: &str, place| Quote {
            text: text.to_owned(),
            link: read_at.link(place),
            note: None,
        };
        let choice = |it: Kind| Choice {
            slug: it.as_str().to_owned(),
            name: kind_name(it),
            is_chosen: it == kind,
        };
        let part = |role: Role| Part {
            quotes: surest(insight, role, read_at, MOST_QUOTES),
            ..Part::empty(role)
        };
        let measures = insight.measures.iter().take(MOST_MEASURES);
        let phrases = insight.phrases.iter().take(MOST_PHRASES);
        let worth =
            insight.verdict.map(|it| counted("web.glance.worth", u64::from(it.worth.get())));
        let about = [Some(kind_name(kind)), worth, reading_time(words)];
        Some(Self {
            id: entry.0,
            kinds: Kind::ALL.map(choice).into(),
            about: about.into_iter().flatten().collect(),
            parts: Role::ALL.into_iter().map(part).filter(|it| !it.quotes.is_empty()).collect(),
            measures: measures.map(|it| quote(&it.text, it.place)).collect(),
            phrases: phrases.map(|it| Phrase::of(&it.text)).collect(),
        })
    }
}

impl Part {
    pub(super) fn empty(role: Role) -> Self {
        let name = say::text(&format!("role.{}", role.as_str())).to_owned();
        Self { role: role.as_str(), name, quotes: Vec::new() }
    }
}

/// All quotes of a role, in reading order.
pub(super) fn quotes(insight: &Insight, role: Role, read_at: ReadAt) -> Vec<Quote> {
    surest(insight, role, read_at, usize::MAX)
}

/// Those of a role that most surely have it, in reading order.
pub(super) fn surest(insight: &Insight, role: Role, read_at: ReadAt, most: usize) -> Vec<Quote> {
    let mut passages: Vec<&Passage> =
        insight.passages.iter().filter(|it| it.role == role).collect();
    passages.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    passages.truncate(most);
    passages.sort_by_key(|it| it.place);
    let quote = |it: &Passage| Quote {
        text: it.text.clone(),
        link: read_at.link(it.place),
        note: Some(link_from_passage(role, read_at.entry(), &it.text)),
    };
    passages.into_iter().map(quote).collect()
}

impl Phrase {
    fn of(text: &str) -> Self {
        let query = Query::of(Clause::Phrase(text.to_owned())).to_string();
        let link = Params::lenient(None).link("/search", "q", &query);
        Self { text: text.to_owned(), link }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{KeyPhrase, Verdict, Worth};

    fn insight() -> Insight {
        let passage = |role, block| Passage {
            role,
            text: format!("{} {block}", role.as_str()),
            place: Place { block, start: 3 },
            confidence: 0.9,
        };
        let verdict = Verdict { kind: Kind::CaseStudy, worth: Worth::MOST, expected: 2.6 };
        Insight {
            verdict: Some(verdict),
            passages: vec![
                passage(Role::Limitation, 2),
                passage(Role::Challenge, 4),
                passage(Role::Limitation, 9),
            ],
            phrases: vec![KeyPhrase { text: "cold start".to_owned(), weight: 1.0 }],
            ..Insight::default()
        }
    }

    #[test]
    fn challenge_comes_first_and_each_quote_leads_to_its_block() {
        let glance = Glance::of(&insight(), EntryId(7), 0).unwrap();
        let told = glance
            .parts
            .iter()
            .map(|it| (it.role, it.quotes.iter().map(|it| it.link.as_str()).collect::<Vec<_>>()));
        let expected = [("challenge", vec!["#b4"]), ("limitation", vec!["#b2", "#b9"])];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        assert_eq!(glance.phrases[0].link, "/search?q=%22cold+start%22");
        let elsewhere = quotes(&insight(), Role::Challenge, ReadAt::PageOf(EntryId(7)));
        assert_eq!(elsewhere[0].link, "/entries/7#b4");
        assert!(Glance::of(&Insight::default(), EntryId(7), 900).is_none());
    }

    #[test]
    fn every_kind_and_role_has_a_name() {
        for key in Kind::ALL.map(|it| format!("kind.{}", it.as_str())) {
            assert!(crate::messages::has(&key), "{key}");
        }
        for key in Role::ALL.map(|it| format!("role.{}", it.as_str())) {
            assert!(crate::messages::has(&key), "{key}");
        }
    }
}
