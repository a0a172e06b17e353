//! Whether one entry matches, by what is said of the parts of a query.

use super::{Clause, Query};

impl Query {
    /// Puts together what `part` says of each word, phrase, prefix and filter: whether it is there,
    /// and `None` where it asks for nothing, as a word without letters does.
    pub fn matches(&self, part: &mut impl FnMut(&Clause) -> Option<bool>) -> bool {
        holds(&self.root, part).unwrap_or(true)
    }
}

fn holds(clause: &Clause, part: &mut impl FnMut(&Clause) -> Option<bool>) -> Option<bool> {
    match clause {
        Clause::Not(inner) => holds(inner, part).map(|it| !it),
        Clause::All(inner) => inner.iter().filter_map(|it| holds(it, part)).reduce(|a, b| a && b),
        Clause::Any(inner) => inner.iter().filter_map(|it| holds(it, part)).reduce(|a, b| a || b),
        Clause::Word(_)
        | Clause::Phrase(_)
        | Clause::Near { .. }
        | Clause::Prefix(_)
        | Clause::Filter(_) => part(clause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_decides_and_what_asks_for_nothing_does_not() {
        let matches = |query: &str| {
            Query::parse(query).matches(&mut |part| match part {
                Clause::Word(word) if word == "nothing" => None,
                Clause::Word(word) => Some(word == "there"),
                _ => Some(false),
            })
        };
        for query in ["", "there", "there nothing", "nothing", "-nothing", "missing OR there"] {
            assert!(matches(query), "{query}");
        }
        for query in ["missing", "there missing", "-there", "missing OR nothing", "-(-missing)"] {
            assert!(!matches(query), "{query}");
        }
    }
}
