//! A query as a condition on notes: words are looked for in what a person wrote, filters in what stands
//! around it. Filters that say nothing of notes are passed over.

use crate::{
    domain::query::{Clause, Day, Feature, Filter},
    store::sql::{ms, plain},
};

pub(super) enum Bound {
    Text(String),
    Number(i64),
}

/// A condition on `notes AS n`, whose places begin with this number, and what is bound to them.
pub(super) fn condition(root: &Clause, first: usize) -> (String, Vec<Bound>) {
    let mut writer = Writer { first, bound: Vec::new() };
    let sql = writer.clause(root).unwrap_or_else(|| EVERYTHING.to_owned());
    (sql, writer.bound)
}

const EVERYTHING: &str = "1 = 1";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

struct Writer {
    first: usize,
    bound: Vec<Bound>,
}

impl Writer {
    /// `None` for what says nothing of notes.
    fn clause(&mut self, clause: &Clause) -> Option<String> {
        match clause {
            Clause::All(inner) => self.joined(inner, " AND "),
            Clause::Any(inner) => self.joined(inner, " OR "),
            Clause::Not(inner) => Some(format!("NOT {}", self.clause(inner)?)),
            Clause::Word(text) | Clause::Phrase(text) | Clause::Prefix(text) => {
                Some(self.holds("n.folded", text))
            }
            Clause::Near { words, .. } => {
                let words = words.split(' ').map(|it| Clause::Word(it.to_owned()));
                self.clause(&Clause::all(words.collect()))
            }
            Clause::Filter(filter) => self.filter(filter),
        }
    }

    fn joined(&mut self, inner: &[Clause], word: &str) -> Option<String> {
        let parts: Vec<String> = inner.iter().filter_map(|it| self.clause(it)).collect();
        if parts.is_empty() { None } else { Some(format!("({})", parts.join(word))) }
    }

    fn filter(&mut self, filter: &Filter) -> Option<String> {
        match filter {
            Filter::Note(note_type) => {
                let place = self.text(note_type.as_str().to_owned());
                Some(format!("n.type = {place}"))
            }
            Filter::Tag(tag) => {
                let place = self.text(tag.as_str().to_owned());
                Some(format!(
                    "EXISTS (SELECT 1 FROM note_tags AS t WHERE t.note_id = n.id \
                     AND t.tag = {place})"
                ))
            }
            Filter::Peer(name) => {
                // By its slug or words of its name.
                let held = self.holds("LOWER(REPLACE(c.peer_name, ' ', '-'))", &dashed(name));
                Some(format!(
                    "EXISTS (SELECT 1 FROM note_citations AS c WHERE c.note_id = n.id AND {held})"
                ))
            }
            Filter::Title(words) => Some(self.holds("n.folded", words)),
            Filter::After(day) => self.days(Some(*day), None),
            Filter::Before(day) => {
                let place = self.number(first_day(*day));
                Some(format!("n.day < {place}"))
            }
            Filter::Published(from, to) => self.days(*from, *to),
            Filter::Has(Feature::Note) => Some(EVERYTHING.to_owned()),
            _ => None,
        }
    }

    fn days(&mut self, from: Option<Day>, to: Option<Day>) -> Option<String> {
        let from = from.map(|it| format!("n.day >= {}", self.number(first_day(it))));
        let to = to.map(|it| {
            let end = ms(it.end()).div_euclid(DAY_MS);
            format!("n.day < {}", self.number(end))
        });
        let parts: Vec<String> = from.into_iter().chain(to).collect();
        if parts.is_empty() { None } else { Some(format!("({})", parts.join(" AND "))) }
    }

    fn holds(&mut self, column: &str, text: &str) -> String {
        let place = self.text(pattern(text));
        format!("{column} LIKE {place} ESCAPE '\\'")
    }

    fn text(&mut self, text: String) -> String {
        self.bound.push(Bound::Text(text));
        self.place()
    }

    fn number(&mut self, number: i64) -> String {
        self.bound.push(Bound::Number(number));
        self.place()
    }

    fn place(&self) -> String {
        format!("${}", self.first + self.bound.len() - 1)
    }
}

fn first_day(day: Day) -> i64 {
    ms(day.start()).div_euclid(DAY_MS)
}

fn dashed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("-")
}

/// What holds a text anywhere.
pub(super) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in plain(text.to_lowercase()).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Query;

    fn told(text: &str) -> (String, usize) {
        let (sql, bound) = condition(Query::parse(text).root(), 4);
        (sql, bound.len())
    }

    #[test]
    fn each_part_of_a_query_has_its_condition() {
        assert_eq!(told(""), ("1 = 1".to_owned(), 0));
        let word = |place: usize| format!("n.folded LIKE ${place} ESCAPE '\\'");
        assert_eq!(told("towers"), (word(4), 1));
        assert_eq!(
            told("note:idea (towers OR hashing) -cache"),
            (format!("(n.type = $4 AND ({} OR {}) AND NOT {})", word(5), word(6), word(7)), 4)
        );
        assert_eq!(told("after:2025-03").0, "(n.day >= $4)");
        assert_eq!(told("lang:de"), ("1 = 1".to_owned(), 0), "notes have no language");
        assert_eq!(told("-lang:de towers"), (format!("({})", word(4)), 1));
    }

    #[test]
    fn signs_of_patterns_are_letters_like_others() {
        assert_eq!(pattern("18 %_\\A"), "%18 \\%\\_\\\\a%");
    }
}
