//! Translates a query of the domain into what tantivy runs.

mod filters;
mod similar;
mod words;

pub(super) use filters::has_words_of;

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
    schema::Fields,
    thesaurus::Thesaurus,
    weights::{ALL_WORDS_GAIN, ALSO_SAID, LONG_QUERY, MOST_WORDS_GAIN},
};
use crate::domain::query::{Clause, Query};

/// What is run for a query.
pub(super) struct Plan {
    /// All that was asked for.
    pub(super) strict: Box<dyn Run>,
    /// What matches needs in any case: filters, and none of what is excluded.
    pub(super) fixed: Box<dyn Run>,
    /// Words and phrases that are asked for side by side.
    pub(super) units: Vec<Sought>,
    /// Of the units, as they were typed.
    words: usize,
    /// Looser readings, to be tried in this order when too little is found.
    pub(super) relaxed: Vec<Box<dyn Run>>,
    /// What raises the score of a document that matches anyway.
    pub(super) boosts: Vec<Boost>,
    /// The same, of words that stand together: asked for only where it could matter, as positions are
    /// slow to read.
    pub(super) pairs: Vec<Pair>,
    /// Queries of topics, whose shares in what is found are counted.
    pub(super) topics: Vec<Box<dyn Run>>,
    pub(super) statistics: Frequencies,
}

/// Something that is sought, as it was written.
pub(super) struct Sought {
    pub(super) written: String,
    pub(super) run: Box<dyn Run>,
}

/// What a document scores on top where the words of a query stand in a place that says more.
pub(super) struct Boost {
    pub(super) written: String,
    pub(super) place: Place,
    pub(super) gain: f32,
    pub(super) run: Box<dyn Run>,
}

/// Two words that were typed side by side.
pub(super) struct Pair {
    pub(super) written: String,
    pub(super) gain: f32,
    /// That no document scores more, before the gain.
    pub(super) most: f32,
    pub(super) run: Box<dyn Run>,
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
        let mut translator = Translator {
            fields: index.0.fields,
            searcher,
            tongues: &tongues,
            pool: &index.0.pool,
            thesaurus: &thesaurus,
            known: &ask.known,
            levels: HashMap::new(),
            topics_deep: 0,
        };
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
                    units.extend(run.map(|run| Sought { written: clause.to_string(), run }));
                }
            }
        }
        let mut boosts = Vec::new();
        translator.boosts(conjuncts, &mut boosts)?;
        let pairs = translator.pairs(conjuncts)?;
        let strict = units.iter().map(|it| (Occur::Must, it.run.box_clone()));
        let counted = ask.known.topics.iter().filter(|_| ask.counts);
        let topics = counted.map(|(_, topic)| translator.whole(topic));
        let topics = topics.collect::<tantivy::Result<_>>()?;
        Ok(Self {
            strict: together(fixed.iter().map(cloned).chain(strict).collect()),
            relaxed: relaxed(&fixed, &units),
            fixed: together(fixed),
            units,
            words,
            boosts,
            pairs,
            topics,
            statistics: Frequencies(translator.levels),
        })
    }
}

/// What a document scores once more if it matches, by how much.
pub(super) type Bonus<'a> = (f32, &'a dyn Run);

impl Plan {
    /// A long query as one whose words may be missing, with what their being there is worth: all of
    /// them, most of them. `None` for one that is short.
    pub(super) fn soft(&self) -> Option<(&dyn Run, [Bonus<'_>; 2])> {
        let (most, any) = (self.relaxed.first()?, self.relaxed.last()?);
        let bonuses = [(ALL_WORDS_GAIN, self.strict.as_ref()), (MOST_WORDS_GAIN, most.as_ref())];
        (self.words >= LONG_QUERY).then_some((any.as_ref(), bonuses))
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

/// Most of the words, then any of them.
fn relaxed(fixed: &[(Occur, Box<dyn Run>)], units: &[Sought]) -> Vec<Box<dyn Run>> {
    let mut least: Vec<usize> = vec![units.len().div_ceil(2), 1];
    least.dedup();
    least.retain(|it| *it < units.len());
    least
        .into_iter()
        .map(|least| {
            let units = units.iter().map(|it| it.run.box_clone()).collect();
            let some = BooleanQuery::union_with_minimum_required_clauses(units, least);
            let some: Box<dyn Run> = Box::new(some);
            together(fixed.iter().map(cloned).chain([(Occur::Must, some)]).collect())
        })
        .collect()
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

impl Translator<'_> {
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
