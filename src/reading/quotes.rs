//! Quotes of posts that were found: the passages that a query asks for by their role.

use crate::{
    domain::{
        Insight, Language, Passage, Place, Role,
        query::{Clause, Filter, Query, Wording},
    },
    search::{Index, Marker, Snippet},
};

/// A passage for which a post was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    pub role: Role,
    /// Word for word, what was asked for marked.
    pub text: Snippet,
    pub place: Place,
}

/// Finds the quotes for one query.
pub(super) struct Quoter {
    /// `None` marks nothing: any passage of the role will do.
    asked: Vec<(Role, Option<Marker>)>,
}

impl Quoter {
    pub(super) fn of(query: &Query, index: &Index) -> Self {
        let mut filters = Vec::new();
        add_wanted(query.root(), &mut filters);
        let asked = filters.into_iter().map(|(role, wording)| {
            let words = match wording {
                Wording::Anything => None,
                Wording::Words(words) if words.contains(' ') => Some(Clause::Phrase(words.clone())),
                Wording::Words(word) => Some(Clause::Word(word.clone())),
                Wording::Prefix(letters) => Some(Clause::Prefix(letters.clone())),
            };
            (role, words.map(|it| index.marker(&Query::of(it))))
        });
        Self { asked: asked.collect() }
    }

    /// For each passage that is asked for the one that fits best, none twice.
    pub(super) fn quotes(&self, insight: &Insight, language: Option<&Language>) -> Vec<Quote> {
        let mut quotes: Vec<Quote> = Vec::new();
        for (role, marker) in &self.asked {
            let passages = insight.passages.iter().filter(|it| it.role == *role);
            let quote = |it: &Passage| {
                let marks = marker.as_ref().map(|marker| marker.marks(&it.text, language));
                let text = Snippet { text: it.text.clone(), marks: marks.unwrap_or_default() };
                (it.confidence, Quote { role: *role, text, place: it.place })
            };
            let fits = |it: &(f32, Quote)| marker.is_none() || !it.1.text.marks.is_empty();
            let best = passages.map(quote).filter(fits).max_by(|a, b| {
                let marks =
                    |it: &Quote| it.text.marks.iter().map(ExactSizeIterator::len).sum::<usize>();
                marks(&a.1).cmp(&marks(&b.1)).then_with(|| a.0.total_cmp(&b.0))
            });
            let is_told = |it: &Quote| quotes.iter().any(|told| told.place == it.place);
            quotes.extend(best.map(|it| it.1).filter(|it| !is_told(it)));
        }
        quotes
    }
}

/// Not those inside of exclusions: they are not there.
fn add_wanted<'a>(clause: &'a Clause, filters: &mut Vec<(Role, &'a Wording)>) {
    match clause {
        Clause::All(inner) | Clause::Any(inner) => {
            for it in inner {
                add_wanted(it, filters);
            }
        }
        Clause::Filter(Filter::Passage(role, wording)) => filters.push((*role, wording)),
        Clause::Not(_)
        | Clause::Word(_)
        | Clause::Phrase(_)
        | Clause::Near { .. }
        | Clause::Prefix(_)
        | Clause::Filter(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insight() -> Insight {
        let passage = |role, text: &str, block, confidence| Passage {
            role,
            text: text.to_owned(),
            place: Place { block, start: 0 },
            confidence,
        };
        let passages = vec![
            passage(Role::Challenge, "Latency grew with each shop.", 1, 0.6),
            passage(Role::Challenge, "A cold start took a minute, and the start was slow.", 2, 0.9),
            passage(Role::Result, "The start takes a second.", 3, 0.7),
            passage(Role::Result, "Costs fell by half.", 4, 0.8),
        ];
        Insight { passages, ..Insight::default() }
    }

    fn told(query: &str) -> Vec<(Role, u32, usize)> {
        let index = Index::in_memory().unwrap();
        let quotes = Quoter::of(&Query::parse(query), &index).quotes(&insight(), None);
        quotes.iter().map(|it| (it.role, it.place.block, it.text.marks.len())).collect()
    }

    #[test]
    fn the_passage_that_was_asked_for_is_quoted_and_marked() {
        assert_eq!(told("challenge:latency"), [(Role::Challenge, 1, 1)]);
        assert_eq!(told("challenge:\"cold start\" kafka"), [(Role::Challenge, 2, 3)]);
        assert_eq!(
            told("result:start* OR challenge:lat*"),
            [(Role::Result, 3, 1), (Role::Challenge, 1, 1)]
        );
        assert_eq!(told("result:*"), [(Role::Result, 4, 0)]);
    }

    #[test]
    fn nothing_is_quoted_twice_nor_what_was_not_asked_for() {
        assert_eq!(told("challenge:cold challenge:start").len(), 1);
        for query in ["latency", "-challenge:latency", "challenge:kafka", "limitation:*", ""] {
            assert_eq!(told(query), [], "{query}");
        }
    }
}
