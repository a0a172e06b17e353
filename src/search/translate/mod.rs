//! Translates a query of the domain into what tantivy runs.

mod filters;
mod members;
mod similar;
mod words;

pub(super) use filters::has_words_of;
pub(super) use members::Membership;

use std::collections::HashMap;

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, Bm25StatisticsProvider, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery,
        Occur, Query as Run,
    },
    schema::Field,
};

use super::{
    Ask, Index, Known, Place,
    analysis::{StemPool, Tongue},
    exclusion::Excluded,
    pairs::Pair,
    schema::Fields,
    soft::Soft,
    thesaurus::Thesaurus,
    weights::{ALL_WORDS_GAIN, ALSO_SAID, LONG_QUERY, MOST_WORDS_GAIN},
};
use crate::domain::query::{Clause, Feature, Filter, Query, Wording};

/// What is run for a query.
pub(super) struct Plan {
    /// All that was asked for.
    pub(super) strict: Box<dyn Run>,
    /// What matches needs in any case: filters, and none of what is excluded.
    pub(super) fixed: Box<dyn Run>,
    /// Words and phrases that are asked for side by side.
    pub(super) units: Vec<Sought>,
    /// The looser reading, for when too little is found.
    pub(super) soft: Option<Soft>,
    /// Whether the looser reading is also tried where a little is found.
    pub(super) is_long: bool,
    /// What raises the score of a document that matches anyway.
    pub(super) boosts: Vec<Boost>,
    /// The same, of words that stand together: asked for only where it could matter, as positions are
    /// slow to read.
    pub(super) pairs: Vec<Pair>,
    /// Queries of topics, whose shares in what is found are counted.
    pub(super) topics: Vec<CountedTopic>,
    pub(super) statistics: Frequencies,
}

/// Something that is sought, as it was written.
pub(super) struct Sought {
    pub(super) written: String,
    pub(super) run: Box<dyn Run>,
    /// Nearly every post has it, so that it chooses none.
    pub(super) is_everyday: bool,
}

/// What a document scores on top where the words of a query stand in a place that says more.
pub(super) struct Boost {
    pub(super) written: String,
    pub(super) place: Place,
    pub(super) gain: f32,
    pub(super) run: Box<dyn Run>,
}

/// A topic, and what its documents in a segment are remembered by; `None` where they change while the
/// segment does not.
pub(super) struct CountedTopic {
    pub(super) run: Box<dyn Run>,
    pub(super) known_as: Option<String>,
}

/// Topics may name each other: further than this nobody looks, as they may name each other in a ring.
pub(super) const DEEPEST_TOPIC: usize = 4;

impl Plan {
    pub(super) fn of(
        query: &Query,
        ask: &Ask,
        searcher: &Searcher,
        index: &Index,
    ) -> tantivy::Result<Self> {
        let (tongues, thesaurus) = (index.tongues(), index.thesaurus());
        let mut translator = Translator::of(ask, searcher, index, (&tongues, &thesaurus));
        let conjuncts = query.conjuncts();
        let mut fixed = translator.asked(ask)?;
        let (mut units, mut words) = (Vec::new(), 0);
        for (at, clause) in conjuncts.iter().enumerate() {
            if conjuncts[..at].contains(clause) {
                continue;
            }
            match clause {
                Clause::Not(inner) => fixed.extend(translator.run(inner)?.map(excluded)),
                Clause::Filter(_) => {
                    fixed.extend(translator.run(clause)?.map(|it| (Occur::Must, it)));
                }
                _ => {
                    let run = translator.run(clause)?;
                    words += words_of(clause);
                    let is_everyday = translator.is_everyday(clause)?;
                    let written = clause.to_string();
                    units.extend(run.map(|run| Sought { written, run, is_everyday }));
                }
            }
        }
        let mut boosts = Vec::new();
        translator.boosts(conjuncts, &mut boosts)?;
        let pairs = translator.pairs(conjuncts)?;
        let strict = units.iter().map(|it| (Occur::Must, it.run.box_clone()));
        let topics = translator.counted_topics(ask)?;
        Ok(Self {
            strict: together(fixed.iter().map(cloned).chain(strict).collect()),
            soft: soft(&fixed, &mut units, words >= LONG_QUERY),
            is_long: words >= LONG_QUERY,
            fixed: together(fixed),
            units,
            boosts,
            pairs,
            topics,
            statistics: Frequencies(translator.levels),
        })
    }
}

/// Whether what a query finds in a segment depends on nothing but the segment.
pub(super) fn is_constant(clause: &Clause) -> bool {
    match clause {
        Clause::All(inner) | Clause::Any(inner) => inner.iter().all(is_constant),
        Clause::Not(inner) => is_constant(inner),
        Clause::Word(_) | Clause::Phrase(_) | Clause::Near { .. } => true,
        // The most frequent words with these letters, and the peers that are there, are those of all
        // segments.
        Clause::Prefix(_) => false,
        Clause::Filter(filter) => matches!(
            filter,
            Filter::Domain(_)
                | Filter::Title(_)
                | Filter::Author(_)
                | Filter::Category(_)
                | Filter::Language(_)
                | Filter::After(_)
                | Filter::Before(_)
                | Filter::Published(..)
                | Filter::Minutes(..)
                | Filter::Has(Feature::Code | Feature::Image)
                | Filter::Kind(_)
                | Filter::Worth(..)
                | Filter::Passage(_, Wording::Anything | Wording::Words(_))
        ),
    }
}

/// Words that stand for one thing together were typed one by one.
fn words_of(clause: &Clause) -> usize {
    match clause {
        Clause::All(inner) => inner.len(),
        Clause::Any(inner) => inner.first().map_or(1, words_of),
        _ => 1,
    }
}

/// The same with words missing; `None` where none may be.
fn soft(fixed: &[(Occur, Box<dyn Run>)], units: &mut [Sought], is_long: bool) -> Option<Soft> {
    if units.iter().all(|it| it.is_everyday) {
        // To be or not to be.
        for unit in units.iter_mut() {
            unit.is_everyday = false;
        }
    }
    let runs = |is_everyday: bool| -> Vec<Box<dyn Run>> {
        let units = units.iter().filter(|it| it.is_everyday == is_everyday);
        units.map(|it| it.run.box_clone()).collect()
    };
    let (choosing, adding) = (runs(false), runs(true));
    let fixed = (!fixed.is_empty()).then(|| together(fixed.iter().map(cloned).collect()));
    let gain = |gain: f32| if is_long { gain } else { 0.0 };
    let (all_gain, most_gain) = (gain(ALL_WORDS_GAIN), gain(MOST_WORDS_GAIN));
    let may_lack = choosing.len() + adding.len() > 1;
    may_lack.then_some(Soft { choosing, adding, fixed, all_gain, most_gain })
}

fn cloned((occur, run): &(Occur, Box<dyn Run>)) -> (Occur, Box<dyn Run>) {
    (*occur, run.box_clone())
}

/// Of nothing but exclusions: everything else.
fn together(mut clauses: Vec<(Occur, Box<dyn Run>)>) -> Box<dyn Run> {
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, unscored(Box::new(AllQuery))));
    }
    match clauses.as_slice() {
        [(Occur::Must, only)] => only.box_clone(),
        _ => Box::new(BooleanQuery::new(clauses)),
    }
}

fn excluded(run: Box<dyn Run>) -> (Occur, Box<dyn Run>) {
    (Occur::MustNot, Box::new(Excluded(run)))
}

fn unscored(run: Box<dyn Run>) -> Box<dyn Run> {
    Box::new(ConstScoreQuery::new(run, 0.0))
}

struct Translator<'a> {
    fields: Fields,
    searcher: &'a Searcher,
    tongues: &'a [Tongue],
    pool: &'a StemPool,
    thesaurus: &'a Thesaurus,
    known: &'a Known,
    /// Document frequencies by which the alternatives of one word are scored alike.
    levels: HashMap<Term, u64>,
    /// Topics within topics that are being translated.
    topics_deep: usize,
}

impl<'a> Translator<'a> {
    fn of(
        ask: &'a Ask,
        searcher: &'a Searcher,
        index: &'a Index,
        (tongues, thesaurus): (&'a [Tongue], &'a Thesaurus),
    ) -> Self {
        Self {
            fields: index.0.fields,
            searcher,
            tongues,
            pool: &index.0.pool,
            thesaurus,
            known: &ask.known,
            levels: HashMap::new(),
            topics_deep: 0,
        }
    }
}

impl Translator<'_> {
    fn counted_topics(&mut self, ask: &Ask) -> tantivy::Result<Vec<CountedTopic>> {
        let counted = ask.known.topics.iter().filter(|_| ask.counts);
        counted.map(|(_, topic)| self.counted_topic(topic)).collect()
    }

    fn counted_topic(&mut self, topic: &Query) -> tantivy::Result<CountedTopic> {
        let known_as = is_constant(topic.root()).then(|| format!("{topic} {:?}", self.tongues));
        Ok(CountedTopic { run: self.whole(topic)?, known_as })
    }

    /// A whole query, as it is where nothing is relaxed and nothing scored.
    fn whole(&mut self, query: &Query) -> tantivy::Result<Box<dyn Run>> {
        let run = self.run(query.root())?;
        Ok(run.map_or_else(|| together(Vec::new()), unscored))
    }

    /// `None` when the clause asks for nothing.
    fn run(&mut self, clause: &Clause) -> tantivy::Result<Option<Box<dyn Run>>> {
        Ok(match clause {
            Clause::Word(text) => self.word(self.fields.text, text)?,
            Clause::Phrase(text) => self.phrase(self.fields.text, text, 0)?,
            Clause::Near { words, slop } => self.phrase(self.fields.text, words, *slop)?,
            Clause::Prefix(letters) => Some(self.prefix(self.fields.text, letters)?),
            Clause::Filter(filter) => Some(self.filter(filter)?),
            Clause::Not(inner) => self.run(inner)?.map(|it| together(vec![excluded(it)])),
            Clause::All(clauses) => {
                let mut all = Vec::new();
                for clause in clauses {
                    all.extend(match clause {
                        Clause::Not(inner) => self.run(inner)?.map(excluded),
                        other => self.run(other)?.map(|it| (Occur::Must, it)),
                    });
                }
                (!all.is_empty()).then(|| together(all))
            }
            Clause::Any(clauses) => {
                let mut any = Vec::new();
                for clause in clauses {
                    any.extend(self.run(clause)?);
                }
                // Who writes `OR` mostly means that either says the same.
                let most = DisjunctionMaxQuery::with_tie_breaker;
                (!any.is_empty()).then(|| Box::new(most(any, ALSO_SAID)) as Box<dyn Run>)
            }
        })
    }
}

/// The frequencies that scores are computed from.
pub(super) struct Frequencies(HashMap<Term, u64>);

pub(super) struct Statistics<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) frequencies: &'a Frequencies,
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.searcher.total_num_docs()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.frequencies.0.get(term).map_or_else(|| self.searcher.doc_freq(term), |it| Ok(*it))
    }
}
