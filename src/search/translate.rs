//! Translates a query of the domain into what tantivy runs.

use std::{collections::HashMap, ops::Bound};

use jiff::Timestamp;
use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, Bm25StatisticsProvider, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery,
        EmptyQuery, Occur, PhraseQuery, Query as Run, RangeQuery, TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    Ask, Index,
    analysis::{Alternative, StemPool, Tongue, Unit},
    exclusion::Excluded,
    schema::Fields,
    weights::{ALL_WORDS_GAIN, FIELD_WEIGHTS, LONG_QUERY, MOST_WORDS_GAIN},
};
use crate::domain::{
    Slug,
    query::{Clause, Day, Filter, Query},
};

/// What is run for a query.
pub(super) struct Plan {
    /// All that was asked for.
    pub(super) strict: Box<dyn Run>,
    /// Words and phrases that are asked for side by side.
    units: usize,
    /// Looser readings, to be tried in this order when too little is found.
    pub(super) relaxed: Vec<Box<dyn Run>>,
    /// What raises the score of a document that matches anyway, by how much.
    pub(super) boosts: Vec<(f32, Box<dyn Run>)>,
    pub(super) statistics: Frequencies,
}

/// Words whose place in titles and headings counts; further ones of a long query hardly would.
const MOST_BOOSTED_WORDS: usize = 12;
/// Terms that a prefix, or a single letter of Han, kana or Hangul, stands for at most.
const MOST_EXPANSIONS: usize = 100;
/// Terms of a segment among which the most frequent ones with a prefix are chosen.
const MOST_PREFIXED: usize = 20_000;

impl Plan {
    pub(super) fn of(
        query: &Query,
        ask: &Ask,
        searcher: &Searcher,
        index: &Index,
    ) -> tantivy::Result<Self> {
        let tongues = index.tongues();
        let (fields, pool) = (index.0.fields, &index.0.pool);
        let mut translator =
            Translator { fields, searcher, tongues: &tongues, pool, levels: HashMap::new() };
        let conjuncts = match query.root() {
            Clause::All(clauses) => clauses.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut fixed = translator.asked(ask)?;
        let mut units: Vec<Box<dyn Run>> = Vec::new();
        for (at, clause) in conjuncts.iter().enumerate() {
            if conjuncts[..at].contains(clause) {
                continue;
            }
            match clause {
                Clause::Not(inner) => {
                    fixed.extend(translator.run(inner)?.map(excluded));
                }
                Clause::Filter(_) => {
                    fixed.extend(translator.run(clause)?.map(|it| (Occur::Must, it)));
                }
                _ => units.extend(translator.run(clause)?),
            }
        }
        let mut boosts = Vec::new();
        translator.boosts(conjuncts, &mut boosts)?;
        let strict = units.iter().map(|it| (Occur::Must, it.box_clone()));
        Ok(Self {
            units: units.len(),
            strict: together(fixed.iter().map(cloned).chain(strict).collect()),
            relaxed: relaxed(&fixed, &units),
            boosts,
            statistics: Frequencies(translator.levels),
        })
    }
}

/// What a document scores once more if it matches, by how much.
pub(super) type Bonus<'a> = (f32, &'a dyn Run);

impl Plan {
    /// A long query as one whose words may be missing, with what their being there is worth; `None`
    /// for one that is short.
    pub(super) fn soft(&self) -> Option<(&dyn Run, [Bonus<'_>; 2])> {
        let (most, any) = (self.relaxed.first()?, self.relaxed.last()?);
        let bonuses = [(ALL_WORDS_GAIN, self.strict.as_ref()), (MOST_WORDS_GAIN, most.as_ref())];
        (self.units >= LONG_QUERY).then_some((any.as_ref(), bonuses))
    }
}

/// Most of the words, then any of them.
fn relaxed(fixed: &[(Occur, Box<dyn Run>)], units: &[Box<dyn Run>]) -> Vec<Box<dyn Run>> {
    let mut least: Vec<usize> = vec![units.len().div_ceil(2), 1];
    least.dedup();
    least.retain(|it| *it < units.len());
    least
        .into_iter()
        .map(|least| {
            let units = units.iter().map(|it| it.box_clone()).collect();
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
    /// Document frequencies by which the alternatives of one word are scored alike.
    levels: HashMap<Term, u64>,
}

impl Translator<'_> {
    fn asked(&mut self, ask: &Ask) -> tantivy::Result<Vec<(Occur, Box<dyn Run>)>> {
        let mut clauses = Vec::new();
        if let Some(peer) = &ask.peer {
            clauses.push(self.peer(peer)?);
        }
        if let Some(domain) = &ask.domain {
            clauses.push(self.slug(self.fields.domain, domain));
        }
        if let Some(since) = ask.since {
            clauses.push(self.between(Some(since), None));
        }
        Ok(clauses.into_iter().map(|it| (Occur::Must, it)).collect())
    }

    /// `None` when the clause asks for nothing.
    fn run(&mut self, clause: &Clause) -> tantivy::Result<Option<Box<dyn Run>>> {
        Ok(match clause {
            Clause::Word(text) | Clause::Phrase(text) => self.words(self.fields.text, text, 0)?,
            Clause::Near { words, slop } => self.words(self.fields.text, words, *slop)?,
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
                (!any.is_empty()).then(|| Box::new(BooleanQuery::union(any)) as Box<dyn Run>)
            }
        })
    }

    fn filter(&mut self, filter: &Filter) -> tantivy::Result<Box<dyn Run>> {
        let nothing = || -> Box<dyn Run> { Box::new(EmptyQuery) };
        Ok(match filter {
            Filter::Peer(name) => self.peer(name)?,
            Filter::Domain(name) => self.slug(self.fields.domain, name),
            Filter::Title(text) => self.words(self.fields.title, text, 0)?.unwrap_or_else(nothing),
            Filter::Author(text) => {
                self.words(self.fields.authors, text, 0)?.map_or_else(nothing, unscored)
            }
            Filter::Category(text) => {
                self.words(self.fields.categories, text, 0)?.map_or_else(nothing, unscored)
            }
            Filter::Language(language) => {
                self.exact(self.fields.language, &language.as_str().to_ascii_lowercase())
            }
            Filter::After(day) => self.between(Some(day.start()), None),
            Filter::Before(day) => self.between(None, Some(day.start())),
            Filter::Published(from, to) => self.between(from.map(Day::start), to.map(Day::end)),
            Filter::Minutes(least, most) => {
                let term = |it: u32| Term::from_field_i64(self.fields.minutes, i64::from(it));
                // A post without a text takes nobody a known time.
                let least = Bound::Included(term(least.unwrap_or(1)));
                let most = most.map_or(Bound::Unbounded, |it| Bound::Included(term(it)));
                unscored(Box::new(RangeQuery::new(least, most)))
            }
            Filter::Has(feature) => self.exact(self.fields.has, feature.as_str()),
        })
    }

    /// The peer of that slug, or else the peers in whose slugs all the words occur.
    fn peer(&mut self, name: &str) -> tantivy::Result<Box<dyn Run>> {
        let field = self.fields.peer;
        let Some(slug) = Slug::of(name) else { return Ok(Box::new(EmptyQuery)) };
        if self.searcher.doc_freq(&Term::from_field_text(field, slug.as_str()))? > 0 {
            return Ok(self.exact(field, slug.as_str()));
        }
        let mut matching = Vec::new();
        for reader in self.searcher.segment_readers() {
            let peers = reader.inverted_index(field)?;
            let mut terms = peers.terms().stream()?;
            while terms.advance() {
                let peer = std::str::from_utf8(terms.key()).unwrap_or_default();
                let has = |word: &str| peer.split('-').any(|it| it == word);
                if slug.as_str().split('-').all(has) {
                    matching.push(Term::from_field_text(field, peer));
                }
            }
        }
        Ok(unscored(Box::new(TermSetQuery::new(matching))))
    }

    fn slug(&self, field: Field, name: &str) -> Box<dyn Run> {
        Slug::of(name)
            .map_or_else(|| Box::new(EmptyQuery) as _, |it| self.exact(field, it.as_str()))
    }

    #[expect(clippy::unused_self, reason = "reads like its siblings")]
    fn exact(&self, field: Field, text: &str) -> Box<dyn Run> {
        let term = Term::from_field_text(field, text);
        unscored(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
    }

    fn between(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Box<dyn Run> {
        let term = |at: Timestamp| Term::from_field_i64(self.fields.ordered, at.as_millisecond());
        let from = from.map_or(Bound::Unbounded, |it| Bound::Included(term(it)));
        let to = to.map_or(Bound::Unbounded, |it| Bound::Excluded(term(it)));
        unscored(Box::new(RangeQuery::new(from, to)))
    }

    /// The words of a phrase may be moved by `slop` places in all.
    fn words(
        &mut self,
        field: Field,
        text: &str,
        slop: u32,
    ) -> tantivy::Result<Option<Box<dyn Run>>> {
        let Some(unit) = Unit::of(text, self.tongues, self.pool) else { return Ok(None) };
        let mut runs: Vec<Box<dyn Run>> = Vec::new();
        let mut terms = Vec::new();
        for alternative in unit.alternatives {
            match alternative {
                Alternative::Term(text) => terms.push(Term::from_field_text(field, &text)),
                Alternative::Phrase(words) => {
                    let term =
                        |(at, text): (usize, String)| (at, Term::from_field_text(field, &text));
                    let words = words.into_iter().map(term).collect();
                    runs.push(Box::new(PhraseQuery::new_with_offset_and_slop(words, slop)));
                }
                Alternative::Beginning(letter) => runs.push(self.beginning(field, &letter)?),
            }
        }
        for term in self.levelled(terms, !runs.is_empty())? {
            runs.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
        Ok(Some(if runs.len() == 1 {
            runs.remove(0)
        } else {
            Box::new(DisjunctionMaxQuery::new(runs))
        }))
    }

    /// Of several terms for one word, those that occur, scored as if they were equally frequent:
    /// the few German posts that say "pricing" are not worth more than all the English ones.
    fn levelled(&mut self, terms: Vec<Term>, has_others: bool) -> tantivy::Result<Vec<Term>> {
        if terms.len() < 2 {
            return Ok(terms);
        }
        let mut frequencies = Vec::with_capacity(terms.len());
        for term in terms {
            frequencies.push((self.searcher.doc_freq(&term)?, term));
        }
        let most = frequencies.iter().map(|(frequency, _)| *frequency).max().unwrap_or_default();
        if most == 0 {
            frequencies.truncate(usize::from(!has_others));
        } else {
            frequencies.retain(|(frequency, _)| *frequency > 0);
        }
        Ok(frequencies
            .into_iter()
            .map(|(_, term)| {
                let level = self.levels.entry(term.clone()).or_default();
                *level = most.max(*level);
                term
            })
            .collect())
    }

    /// Terms that begin so, the frequent ones if there are many, and what the letters are as a word:
    /// its stem may be shorter than they are.
    fn prefix(&self, field: Field, letters: &str) -> tantivy::Result<Box<dyn Run>> {
        let letters = letters.to_lowercase();
        let mut frequencies: HashMap<String, u64> = HashMap::new();
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(field)?;
            let mut terms = index.terms().range().ge(&letters).into_stream()?;
            let mut looked_at = 0;
            while looked_at < MOST_PREFIXED
                && terms.advance()
                && terms.key().starts_with(letters.as_bytes())
            {
                looked_at += 1;
                let term = String::from_utf8_lossy(terms.key()).into_owned();
                *frequencies.entry(term).or_default() += u64::from(terms.value().doc_freq);
            }
        }
        let mut frequencies: Vec<(String, u64)> = frequencies.into_iter().collect();
        frequencies.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        frequencies.truncate(MOST_EXPANSIONS);
        let own = Unit::of(&letters, self.tongues, self.pool).unwrap_or_default();
        let terms = frequencies.into_iter().map(|(term, _)| term).chain(own.into_terms());
        let terms = terms.map(|it| Term::from_field_text(field, &it));
        Ok(Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 1.0)))
    }

    fn beginning(&self, field: Field, letter: &str) -> tantivy::Result<Box<dyn Run>> {
        let mut matching = Vec::new();
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(field)?;
            let mut terms = index.terms().range().ge(letter).into_stream()?;
            let mut taken = 0;
            while taken < MOST_EXPANSIONS
                && terms.advance()
                && terms.key().starts_with(letter.as_bytes())
            {
                let term = std::str::from_utf8(terms.key()).unwrap_or_default();
                matching.push(Term::from_field_text(field, term));
                taken += 1;
            }
        }
        Ok(unscored(Box::new(TermSetQuery::new(matching))))
    }

    /// For each word that is asked for: where it counts more than in the body.
    fn boosts(
        &mut self,
        clauses: &[Clause],
        boosts: &mut Vec<(f32, Box<dyn Run>)>,
    ) -> tantivy::Result<()> {
        for clause in clauses {
            match clause {
                Clause::Word(text) | Clause::Phrase(text) => self.boosts_of(text, boosts)?,
                Clause::All(inner) | Clause::Any(inner) => self.boosts(inner, boosts)?,
                Clause::Not(_) | Clause::Filter(_) | Clause::Near { .. } | Clause::Prefix(_) => {}
            }
        }
        Ok(())
    }

    fn boosts_of(
        &mut self,
        text: &str,
        boosts: &mut Vec<(f32, Box<dyn Run>)>,
    ) -> tantivy::Result<()> {
        let Some(unit) = Unit::of(text, self.tongues, self.pool) else { return Ok(()) };
        let fields = self.fields;
        let weighted = [
            (FIELD_WEIGHTS.title, fields.title),
            (FIELD_WEIGHTS.headings, fields.headings),
            (FIELD_WEIGHTS.names, fields.names),
        ];
        if boosts.len() >= MOST_BOOSTED_WORDS * weighted.len() {
            return Ok(());
        }
        for (weight, field) in weighted {
            let terms = unit.alternatives.iter().filter_map(|it| match it {
                Alternative::Term(text) => Some(Term::from_field_text(field, text)),
                Alternative::Phrase(_) | Alternative::Beginning(_) => None,
            });
            let runs: Vec<Box<dyn Run>> = self
                .levelled(terms.collect(), true)?
                .into_iter()
                .map(|it| Box::new(TermQuery::new(it, IndexRecordOption::WithFreqs)) as _)
                .collect();
            match runs.len() {
                0 => {}
                1 => boosts.extend(runs.into_iter().map(|it| (weight, it))),
                _ => boosts.push((weight, Box::new(DisjunctionMaxQuery::new(runs)))),
            }
        }
        Ok(())
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
