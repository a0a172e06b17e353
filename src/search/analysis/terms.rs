//! What a word or phrase of a query asks of a field: terms of which one must be there.

use super::{Form, StemPool, Tongue, Words, letters::is_paired};

/// A word or phrase as it is searched: one of the alternatives must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::search) struct Unit {
    pub(in crate::search) alternatives: Vec<Alternative>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::search) enum Alternative {
    Term(String),
    /// At least two terms, each with its place among the words of the phrase.
    Phrase(Vec<(usize, String)>),
    /// The beginning of a term: a single letter of a script that is indexed by pairs.
    Beginning(String),
}

impl Unit {
    /// `tongues` are the languages that the index holds. `None` when the text asks for nothing.
    pub(in crate::search) fn of(text: &str, tongues: &[Tongue], pool: &StemPool) -> Option<Self> {
        let mut unit = Self::default();
        let others = tongues.iter().filter(|it| **it != Tongue::ENGLISH);
        for tongue in std::iter::once(&Tongue::ENGLISH).chain(others) {
            unit.add(text, *tongue, pool);
        }
        (!unit.alternatives.is_empty()).then_some(unit)
    }

    fn add(&mut self, text: &str, tongue: Tongue, pool: &StemPool) {
        let mut words = Words::new(text, tongue, pool);
        let mut terms: Vec<(usize, String)> = Vec::new();
        let mut wholes: Vec<(usize, String)> = Vec::new();
        let mut loose = None;
        let mut end = 0;
        while let Some((piece, term)) = words.next() {
            end = end.max(piece.position + piece.span);
            match piece.form {
                Form::Whole => wholes.push((piece.span, term.to_owned())),
                Form::Common => terms.push((piece.position, term.to_owned())),
                Form::Own => {
                    if let Some((_, last)) = terms.last_mut() {
                        term.clone_into(last);
                    }
                }
                Form::Loose => loose = loose.or_else(|| Some(term.to_owned())),
            }
        }
        for (span, whole) in wholes {
            if span == end {
                self.push(Alternative::Term(whole));
            }
        }
        match (terms.len(), loose) {
            (0, Some(term)) if term.starts_with(is_paired) => {
                self.push(Alternative::Beginning(term));
            }
            (0, _) => {}
            (1, _) => self.push(Alternative::Term(terms.remove(0).1)),
            _ => self.push(Alternative::Phrase(terms)),
        }
    }

    fn push(&mut self, alternative: Alternative) {
        if !self.alternatives.contains(&alternative) {
            self.alternatives.push(alternative);
        }
    }

    pub(in crate::search) fn add_alternatives(&mut self, others: Self) {
        others.alternatives.into_iter().for_each(|it| self.push(it));
    }

    /// Every single term, for marking them in a text.
    pub(in crate::search) fn into_terms(self) -> impl Iterator<Item = String> {
        self.alternatives.into_iter().flat_map(|it| match it {
            Alternative::Term(term) | Alternative::Beginning(term) => vec![term],
            Alternative::Phrase(terms) => terms.into_iter().map(|(_, term)| term).collect(),
        })
    }
}
