//! Words, phrases and prefixes in one field.

use std::collections::HashMap;

use tantivy::{
    Term,
    query::{ConstScoreQuery, PhraseQuery, Query as Run, TermQuery, TermSetQuery},
    schema::{Field, IndexRecordOption},
};

use super::{Boost, Translator, unscored};
use crate::{
    domain::query::Clause,
    search::{
        Place,
        analysis::{Alternative, Unit},
        loose::LoosePhrase,
        pairs::Pair,
        weights::{EVERYDAY_SHARE, FEWEST_TO_TELL_EVERYDAY, FIELD_WEIGHTS, TOGETHER_GAIN},
        word::AnyForm,
    },
};

/// Words whose place in titles and headings counts; further ones of a long query hardly would.
const MOST_BOOSTED_WORDS: usize = 12;
/// Terms that a prefix, or a single letter of Han, kana or Hangul, stands for at most.
pub(in crate::search) const MOST_EXPANSIONS: usize = 100;
/// Terms of a segment among which the most frequent ones with a prefix are chosen.
const MOST_PREFIXED: usize = 20_000;

/// Pairs of words that are looked at; further ones of a long query hardly matter.
const MOST_PAIRS: usize = 6;

impl Translator<'_> {
    /// A word, or whatever means the same.
    pub(super) fn word(
        &mut self,
        field: Field,
        text: &str,
    ) -> tantivy::Result<Option<Box<dyn Run>>> {
        let unit = self.thesaurus.unit(text, self.tongues, self.pool);
        unit.map(|it| self.any_of(field, it, 0)).transpose()
    }

    /// Words in this order and no others; they may be moved by `slop` places in all.
    pub(super) fn phrase(
        &mut self,
        field: Field,
        text: &str,
        slop: u32,
    ) -> tantivy::Result<Option<Box<dyn Run>>> {
        let unit = Unit::of(text, self.tongues, self.pool);
        unit.map(|it| self.any_of(field, it, slop)).transpose()
    }

    fn any_of(&mut self, field: Field, unit: Unit, slop: u32) -> tantivy::Result<Box<dyn Run>> {
        let mut runs: Vec<Box<dyn Run>> = Vec::new();
        let mut terms = Vec::new();
        for alternative in unit.alternatives {
            match alternative {
                Alternative::Term(text) => terms.push(Term::from_field_text(field, &text)),
                Alternative::Phrase(words) => {
                    let term =
                        |(at, text): (usize, String)| (at, Term::from_field_text(field, &text));
                    let words: Vec<(usize, Term)> = words.into_iter().map(term).collect();
                    runs.push(if slop > 0 && words.len() > 2 {
                        Box::new(LoosePhrase { field, words, slop })
                    } else {
                        Box::new(PhraseQuery::new_with_offset_and_slop(words, slop))
                    });
                }
                Alternative::Beginning(letter) => runs.push(self.beginning(field, &letter)?),
            }
        }
        for term in self.levelled(terms, !runs.is_empty())? {
            runs.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
        Ok(if runs.len() == 1 { runs.remove(0) } else { Box::new(AnyForm(runs)) })
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
    pub(super) fn prefix(&self, field: Field, letters: &str) -> tantivy::Result<Box<dyn Run>> {
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

    /// Words side by side, as they may stand together in a text. Beside an everyday word nearly any
    /// other stands somewhere.
    pub(super) fn pairs(&self, conjuncts: &[Clause]) -> tantivy::Result<Vec<Pair>> {
        let mut pairs = Vec::new();
        for both in conjuncts.windows(2) {
            let [Clause::Word(one), Clause::Word(other)] = both else { continue };
            if self.is_everyday(&both[0])? || self.is_everyday(&both[1])? {
                continue;
            }
            let written = format!("{one} {other}");
            let unit = Unit::of(&written, self.tongues, self.pool).unwrap_or_default();
            let forms = self.forms_of(unit)?;
            if !forms.is_empty() {
                pairs.push(Pair { written, field: self.fields.text, forms, gain: TOGETHER_GAIN });
            }
        }
        pairs.truncate(MOST_PAIRS);
        Ok(pairs)
    }

    /// The phrases of a unit of which every word stands somewhere.
    fn forms_of(&self, unit: Unit) -> tantivy::Result<Vec<Vec<(usize, Term)>>> {
        let mut forms = Vec::new();
        for alternative in unit.alternatives {
            let Alternative::Phrase(words) = alternative else { continue };
            let term =
                |(at, text): (usize, String)| (at, Term::from_field_text(self.fields.text, &text));
            let form: Vec<(usize, Term)> = words.into_iter().map(term).collect();
            let mut stand_somewhere = true;
            for (_, term) in &form {
                stand_somewhere &= self.searcher.doc_freq(term)? > 0;
            }
            if stand_somewhere {
                forms.push(form);
            }
        }
        Ok(forms)
    }

    /// Whether nearly every post has a word, so that it tells nothing of what is meant.
    pub(super) fn is_everyday(&self, clause: &Clause) -> tantivy::Result<bool> {
        let Clause::Word(word) = clause else { return Ok(false) };
        let mut most = 0;
        for term in Unit::of(word, &[], self.pool).unwrap_or_default().into_terms() {
            let term = Term::from_field_text(self.fields.text, &term);
            most = most.max(self.searcher.doc_freq(&term)?);
        }
        let all = self.searcher.num_docs();
        Ok(all >= FEWEST_TO_TELL_EVERYDAY && most > all / EVERYDAY_SHARE)
    }

    /// For each word that is asked for: where it counts more than in the body.
    pub(super) fn boosts(
        &mut self,
        clauses: &[Clause],
        boosts: &mut Vec<Boost>,
    ) -> tantivy::Result<()> {
        for clause in clauses {
            match clause {
                Clause::Word(text) => {
                    let unit = self.thesaurus.unit(text, self.tongues, self.pool);
                    self.boosts_of(text, &unit.unwrap_or_default(), boosts)?;
                }
                Clause::Phrase(text) => {
                    let unit = Unit::of(text, self.tongues, self.pool);
                    self.boosts_of(text, &unit.unwrap_or_default(), boosts)?;
                }
                Clause::All(inner) | Clause::Any(inner) => self.boosts(inner, boosts)?,
                Clause::Not(_) | Clause::Filter(_) | Clause::Near { .. } | Clause::Prefix(_) => {}
            }
        }
        Ok(())
    }

    fn boosts_of(
        &mut self,
        written: &str,
        unit: &Unit,
        boosts: &mut Vec<Boost>,
    ) -> tantivy::Result<()> {
        let fields = self.fields;
        let places = [
            (Place::Title, FIELD_WEIGHTS.title, fields.title),
            (Place::Headings, FIELD_WEIGHTS.headings, fields.headings),
            (Place::Names, FIELD_WEIGHTS.names, fields.names),
        ];
        if boosts.len() >= MOST_BOOSTED_WORDS * places.len() {
            return Ok(());
        }
        for (place, gain, field) in places {
            let terms = unit.alternatives.iter().filter_map(|it| match it {
                Alternative::Term(text) => Some(Term::from_field_text(field, text)),
                Alternative::Phrase(_) | Alternative::Beginning(_) => None,
            });
            let runs: Vec<Box<dyn Run>> = self
                .levelled(terms.collect(), true)?
                .into_iter()
                .map(|it| Box::new(TermQuery::new(it, IndexRecordOption::WithFreqs)) as _)
                .collect();
            let run: Box<dyn Run> = match <[_; 1]>::try_from(runs) {
                Ok([only]) => only,
                Err(none) if none.is_empty() => continue,
                Err(several) => Box::new(AnyForm(several)),
            };
            boosts.push(Boost { written: written.to_owned(), place, gain, run });
        }
        Ok(())
    }
}
