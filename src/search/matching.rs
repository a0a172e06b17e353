//! Whether a single entry matches a query, without an index: the counterpart of `translate`, with
//! which it agrees.

use std::{collections::HashMap, sync::Arc};

use tantivy::{
    TantivyDocument, Term,
    schema::{Field, Value as _},
};

use super::{
    Index, IndexDocument, Known, SearchError,
    analysis::{Alternative, StemPool, Tongue, Unit, Words},
    loose::stand_together,
    schema::{Builder, Fields},
    thesaurus::Thesaurus,
    translate::has_words_of,
};
use crate::domain::{
    Role, Slug,
    query::{Clause, Day, Feature, Filter, Query, Wording},
};

/// Decides about single entries for one query.
pub struct Matcher {
    query: Query,
    known: Known,
    fields: Fields,
    tongues: Arc<[Tongue]>,
    thesaurus: Arc<Thesaurus>,
    pool: StemPool,
    /// Slugs of the peers that a filter means, by what it says.
    peers: HashMap<String, Slug>,
}

/// Between two values of one field, as tantivy counts.
const GAP: usize = 1;

impl Matcher {
    pub(super) fn new(query: &Query, known: Known, index: &Index) -> Result<Self, SearchError> {
        let (tongues, thesaurus) = (index.tongues(), index.thesaurus());
        let pool = index.0.pool.clone();
        let query = thesaurus.widened(query, &pool);
        let topics = known.topics.iter().map(|(_, query)| query);
        let mut peers = HashMap::new();
        for filter in std::iter::once(&query).chain(topics).flat_map(Query::filters) {
            let Filter::Peer(name) = filter else { continue };
            let Some(slug) = Slug::of(name) else { continue };
            let term = Term::from_field_text(index.0.fields.peer, slug.as_str());
            let told = |error| SearchError::of("read", error);
            if index.0.reader.searcher().doc_freq(&term).map_err(told)? > 0 {
                peers.insert(name.clone(), slug);
            }
        }
        Ok(Self { query, known, fields: index.0.fields, tongues, thesaurus, pool, peers })
    }

    pub fn matches(&self, entry: &IndexDocument) -> bool {
        let mut builder = Builder::new(self.fields);
        let document = builder.document(entry);
        let texts = Texts { document: &document, pool: &self.pool, terms: HashMap::new() };
        Match { matcher: self, entry, texts, topics_deep: 0 }.holds(&self.query)
    }
}

/// One query and one entry.
struct Match<'a> {
    matcher: &'a Matcher,
    entry: &'a IndexDocument,
    texts: Texts<'a>,
    topics_deep: usize,
}

impl Match<'_> {
    fn holds(&mut self, query: &Query) -> bool {
        query.matches(&mut |part| self.part(part))
    }

    fn part(&mut self, part: &Clause) -> Option<bool> {
        let text = self.matcher.fields.text;
        match part {
            Clause::Word(word) => self.word(text, word),
            Clause::Phrase(words) => self.phrase(text, words, 0),
            Clause::Near { words, slop } => self.phrase(text, words, *slop),
            Clause::Prefix(letters) => Some(self.prefix(text, letters)),
            Clause::Filter(filter) => Some(self.filter(filter)),
            Clause::All(_) | Clause::Any(_) | Clause::Not(_) => None,
        }
    }

    fn word(&mut self, field: Field, word: &str) -> Option<bool> {
        let Matcher { thesaurus, tongues, pool, .. } = self.matcher;
        let unit = thesaurus.unit(word, tongues, pool)?;
        Some(self.has_any_of(field, &unit, 0))
    }

    fn phrase(&mut self, field: Field, words: &str, slop: u32) -> Option<bool> {
        let unit = Unit::of(words, &self.matcher.tongues, &self.matcher.pool)?;
        Some(self.has_any_of(field, &unit, slop))
    }

    fn prefix(&mut self, field: Field, letters: &str) -> bool {
        let letters = letters.to_lowercase();
        let own = Unit::of(&letters, &self.matcher.tongues, &self.matcher.pool);
        let own: Vec<String> = own.unwrap_or_default().into_terms().collect();
        let terms = self.texts.terms(field);
        terms.keys().any(|it| it.starts_with(&letters))
            || own.iter().any(|it| terms.contains_key(it))
    }

    fn passage(&mut self, role: Role, wording: &Wording) -> bool {
        let field = self.matcher.fields.passages(role);
        match wording {
            Wording::Anything => self.entry.passages.iter().any(|it| it.role == role),
            Wording::Words(text) => self.word(field, text).unwrap_or(false),
            Wording::Prefix(letters) => self.prefix(field, letters),
        }
    }

    fn has_any_of(&mut self, field: Field, unit: &Unit, slop: u32) -> bool {
        let terms = self.texts.terms(field);
        unit.alternatives.iter().any(|alternative| match alternative {
            Alternative::Term(term) => terms.contains_key(term),
            Alternative::Beginning(letter) => terms.keys().any(|it| it.starts_with(letter)),
            Alternative::Phrase(words) => {
                let places =
                    words.iter().map(|(at, it)| (*at, terms.get(it).map_or(&[][..], |it| it)));
                stand_together(places, slop as usize)
            }
        })
    }

    fn filter(&mut self, filter: &Filter) -> bool {
        let Matcher { known, fields, .. } = self.matcher;
        let entry = self.entry;
        let is_slug = |slugs: &[String], name: &str| {
            Slug::of(name).is_some_and(|slug| slugs.iter().any(|it| it == slug.as_str()))
        };
        let since = |day: &Day| entry.ordered >= day.start();
        match filter {
            Filter::Peer(name) => self.is_of_peer(name),
            Filter::Domain(name) => is_slug(&entry.domains, name),
            Filter::Title(text) => self.word(fields.title, text).unwrap_or(false),
            Filter::Author(text) => self.phrase(fields.authors, text, 0).unwrap_or(false),
            Filter::Category(text) => self.word(fields.categories, text).unwrap_or(false),
            Filter::Language(language) => {
                self.texts.has(fields.language, &language.as_str().to_ascii_lowercase())
            }
            Filter::After(day) => since(day),
            Filter::Before(day) => !since(day),
            Filter::Published(from, to) => {
                from.is_none_or(|it| since(&it)) && to.is_none_or(|it| entry.ordered < it.end())
            }
            Filter::Minutes(least, most) => {
                let minutes = crate::domain::reading_minutes(entry.words);
                minutes >= least.unwrap_or(1) && most.is_none_or(|it| minutes <= it)
            }
            Filter::Has(feature @ (Feature::Code | Feature::Image)) => {
                entry.features.contains(feature)
            }
            Filter::Has(Feature::Note) | Filter::Is(_) | Filter::Note(_) | Filter::Tag(_) => {
                known.stories(filter).is_some_and(|it| it.has(entry.story))
            }
            Filter::Source(written) => known.sources(written).contains(&entry.source),
            Filter::Topic(name) => self.is_of_topic(name),
            Filter::Kind(kind) => entry.kind == Some(*kind),
            Filter::Worth(least, most) => entry.worth.is_some_and(|it| it >= *least && it <= *most),
            Filter::Passage(role, wording) => self.passage(*role, wording),
            Filter::Similar(other) => known.gist(*other).is_some_and(|gist| {
                let terms = self.texts.terms(fields.text);
                let shared = gist.terms.iter().filter(|(it, _)| terms.contains_key(it)).count();
                gist.story != entry.story && shared >= gist.least()
            }),
        }
    }

    fn is_of_peer(&self, name: &str) -> bool {
        let peer = &self.entry.peer;
        match self.matcher.peers.get(name) {
            Some(slug) => slug.as_str() == peer,
            None => Slug::of(name).is_some_and(|slug| has_words_of(peer, &slug)),
        }
    }

    fn is_of_topic(&mut self, name: &str) -> bool {
        let Some(query) = self.matcher.known.topic(name) else { return false };
        if self.topics_deep == super::translate::DEEPEST_TOPIC {
            return false;
        }
        self.topics_deep += 1;
        let holds = self.holds(query);
        self.topics_deep -= 1;
        holds
    }
}

/// The terms of one document, field by field as they are asked for.
struct Texts<'a> {
    document: &'a TantivyDocument,
    pool: &'a StemPool,
    terms: HashMap<Field, Terms>,
}

/// Each term with its positions, in ascending order.
type Terms = HashMap<String, Vec<u32>>;

impl Texts<'_> {
    fn has(&self, field: Field, text: &str) -> bool {
        self.document.get_all(field).any(|it| it.as_str() == Some(text))
    }

    fn terms(&mut self, field: Field) -> &Terms {
        self.terms.entry(field).or_insert_with(|| {
            let mut terms = Terms::new();
            let mut end = 0;
            for value in self.document.get_all(field) {
                let (tongue, text) = Tongue::unmarked(value.as_str().unwrap_or_default());
                let mut words = Words::new(text, tongue, self.pool);
                let (start, mut last) = (end, end);
                while let Some((piece, term)) = words.next() {
                    let at = start + piece.position;
                    let place = u32::try_from(at).unwrap_or(u32::MAX);
                    terms.entry(term.to_owned()).or_default().push(place);
                    last = last.max(at + piece.span);
                }
                end = last + GAP;
            }
            terms
        })
    }
}
