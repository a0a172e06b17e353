//! Words that mean the same, in the form in which queries are searched.

use std::collections::HashMap;

use super::analysis::{Form, StemPool, Tongue, Unit, Words};
use crate::domain::{
    LONGEST_SYNONYM, Synonyms,
    query::{Clause, Query},
};

/// Finds for a word, or for words in a row, what means the same.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    groups: Vec<Vec<String>>,
    /// Groups by the stems of each of their words or phrases.
    by_stems: HashMap<String, Vec<usize>>,
}

impl Thesaurus {
    pub(super) fn of(synonyms: &Synonyms, pool: &StemPool) -> Self {
        let groups = synonyms.groups().to_vec();
        let mut by_stems: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, group) in groups.iter().enumerate() {
            for form in group {
                by_stems.entry(stems(form, pool)).or_default().push(at);
            }
        }
        Self { groups, by_stems }
    }

    /// What means the same as some words, save themselves.
    fn others(&self, stems_of_words: &str, pool: &StemPool) -> Vec<&str> {
        let groups = self.by_stems.get(stems_of_words).into_iter().flatten();
        let forms = groups.flat_map(|at| &self.groups[*at]).map(String::as_str);
        forms.filter(|it| stems(it, pool) != stems_of_words).collect()
    }

    /// A word as it is searched, whatever means the same being one of its alternatives.
    pub(super) fn unit(&self, text: &str, tongues: &[Tongue], pool: &StemPool) -> Option<Unit> {
        let mut unit = Unit::of(text, tongues, pool)?;
        for other in self.others(&stems(text, pool), pool) {
            let more = Unit::of(other, &[], pool).unwrap_or_default();
            unit.add_alternatives(more);
        }
        Some(unit)
    }

    /// The same query, where several words in a row that mean one thing together may be replaced by
    /// whatever else means it: `large language model` by `LLM`.
    pub(super) fn widened(&self, query: &Query, pool: &StemPool) -> Query {
        if self.groups.is_empty() {
            query.clone()
        } else {
            Query::of(self.widen(query.root(), pool))
        }
    }

    fn widen(&self, clause: &Clause, pool: &StemPool) -> Clause {
        match clause {
            Clause::All(clauses) => Clause::all(self.widen_side_by_side(clauses, pool)),
            Clause::Any(clauses) => {
                let widened = clauses.iter().map(|it| self.widen(it, pool)).collect();
                Clause::any(widened).unwrap_or_else(|| clause.clone())
            }
            Clause::Not(_)
            | Clause::Word(_)
            | Clause::Phrase(_)
            | Clause::Near { .. }
            | Clause::Prefix(_)
            | Clause::Filter(_) => clause.clone(),
        }
    }

    fn widen_side_by_side(&self, clauses: &[Clause], pool: &StemPool) -> Vec<Clause> {
        let mut widened = Vec::with_capacity(clauses.len());
        let mut at = 0;
        while at < clauses.len() {
            if let Some((length, replaced)) = self.longest_at(&clauses[at..], pool) {
                widened.push(replaced);
                at += length;
            } else {
                widened.push(self.widen(&clauses[at], pool));
                at += 1;
            }
        }
        widened
    }

    /// The longest run of words that has others for it, how long it is and what stands for it.
    fn longest_at(&self, clauses: &[Clause], pool: &StemPool) -> Option<(usize, Clause)> {
        let words: Vec<&str> = clauses
            .iter()
            .map_while(|it| if let Clause::Word(word) = it { Some(word.as_str()) } else { None })
            .take(LONGEST_SYNONYM)
            .collect();
        (2..=words.len()).rev().find_map(|length| {
            let others = self.others(&stems(&words[..length].join(" "), pool), pool);
            if others.is_empty() {
                return None;
            }
            let as_written = Clause::all(clauses[..length].to_vec());
            let others = others.into_iter().map(|it| Clause::Phrase(it.to_owned()));
            let replaced = Clause::any(std::iter::once(as_written).chain(others).collect())?;
            Some((length, replaced))
        })
    }
}

/// The English stems of a text, in their order.
fn stems(text: &str, pool: &StemPool) -> String {
    let mut words = Words::new(text, Tongue::ENGLISH, pool);
    let mut stems = String::new();
    while let Some((piece, term)) = words.next() {
        if piece.form == Form::Common {
            if !stems.is_empty() {
                stems.push(' ');
            }
            stems.push_str(term);
        }
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thesaurus(pool: &StemPool) -> Thesaurus {
        let text = "k8s, kubernetes\nlarge language model, LLM\nerlang, beam vm";
        Thesaurus::of(&Synonyms::parse(text).0, pool)
    }

    #[test]
    fn words_that_mean_one_thing_together_may_be_replaced() {
        let pool = StemPool::default();
        let widened =
            |query: &str| thesaurus(&pool).widened(&Query::parse(query), &pool).to_string();
        assert_eq!(
            widened("serving large language models fast"),
            "serving (large language models OR \"LLM\") fast"
        );
        assert_eq!(widened("a OR large language model"), "a OR large language model OR \"LLM\"");
        for same in ["k8s", "\"large language model\"", "-(large language model)", "large model"] {
            assert_eq!(widened(same), same);
        }
    }

    #[test]
    fn a_word_has_what_means_the_same_among_its_alternatives() {
        let pool = StemPool::default();
        let terms = |word: &str| -> Vec<String> {
            thesaurus(&pool).unit(word, &[], &pool).unwrap().into_terms().collect()
        };
        assert_eq!(terms("K8s"), ["k8s", "kubernet"]);
        assert_eq!(terms("LLMs"), ["llm", "larg", "languag", "model"]);
        assert_eq!(terms("language"), ["languag"]);
    }
}
