//! Parameters of requests: each is checked, and told by name when it is wrong.

use std::str::FromStr;

use jiff::Timestamp;
use url::form_urlencoded;

use crate::web::say;
use crate::{
    domain::{EntryId, Slug, SourceId, StoryId, Tag, query::Day},
    search::Sort,
    store::{Cursor, KeptCursor},
};

/// A parameter that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: found `{found}`, expected {expected}")]
pub struct BadParameter {
    pub name: String,
    pub found: String,
    pub expected: String,
}

/// Longest value that is repeated in an error, in characters.
const LONGEST_REPEATED: usize = 80;

/// The parameters of one request, each of a known name.
#[derive(Debug)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Reads the part behind `?`, for pages: what is not known there is passed over.
    pub(super) fn lenient(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self { pairs: pairs.into_owned().collect() }
    }

    /// Reads the part behind `?`. A name that is not among `known` is a mistake, since a filter that
    /// is misspelled would be dropped in silence.
    pub(super) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, BadParameter> {
        let params = Self::lenient(query);
        match params.pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, value)) => {
                let known = [("known", known.join(", "))];
                let known = known.each_ref().map(|(place, names)| (*place, names.as_str()));
                Err(bad(name, value, say::fill("web.expected.known", &known)))
            }
            None => Ok(params),
        }
    }

    /// A link with these parameters, one of them changed.
    pub(super) fn link(&self, path: &str, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let others = self.pairs.iter().filter(|(it, value)| it != name && !value.is_empty());
        for (name, value) in others {
            query.append_pair(name, value);
        }
        query.append_pair(name, value);
        format!("{path}?{}", query.finish())
    }

    /// The same with one of the parameters changed.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.pairs.retain(|(it, _)| it != name);
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without some of the parameters.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        let others = self.pairs.iter().filter(|(it, _)| !names.contains(&it.as_str()));
        Self { pairs: others.cloned().collect() }
    }

    /// The same with some of the parameters only.
    pub(super) fn with_only(&self, names: &[&str]) -> Self {
        let pairs = self.pairs.iter().filter(|(it, _)| names.contains(&it.as_str()));
        Self { pairs: pairs.cloned().collect() }
    }

    /// A link with these of the parameters, as far as they say something.
    pub(super) fn link_with(&self, path: &str, names: &[&str]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(names.iter().filter_map(|it| Some((it, self.text(it)?))));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether a name was sent, with whatever value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|it| it.0 == name)
    }

    /// A link to a page with the values of some of the parameters as they came.
    pub(super) fn back_to(&self, path: &str, names: &[&str]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs.iter().filter(|(it, _)| names.contains(&it.as_str())));
        format!("{path}?{}", query.finish())
    }

    /// The last value of a name with its blanks; empty if there is none.
    pub(super) fn as_typed(&self, name: &str) -> &str {
        self.pairs.iter().rev().find(|it| it.0 == name).map_or("", |it| it.1.as_str())
    }

    /// The last value of a name; an empty one counts as none.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().rev().find(|it| it.0 == name)?;
        Some(found.1.trim()).filter(|it| !it.is_empty())
    }

    /// Every value of a name, in their order.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        let all = self.pairs.iter().filter(|(it, _)| it == name);
        all.map(|(_, value)| value.trim()).filter(|it| !it.is_empty()).collect()
    }

    /// The slug of a peer or domain, also from its name.
    pub(super) fn slug(&self, name: &str) -> Result<Option<Slug>, BadParameter> {
        let read = |text| Slug::of(text).ok_or_else(|| bad(name, text, expected("slug")));
        self.text(name).map(read).transpose()
    }

    pub(super) fn since(&self, name: &str) -> Result<Option<Timestamp>, BadParameter> {
        let read = |text| since(text).map_err(|error| BadParameter { name: name.into(), ..error });
        self.text(name).map(read).transpose()
    }

    /// A whole number from 0 to `most`, or the usual one.
    pub(super) fn number(
        &self,
        name: &str,
        usual: usize,
        least: usize,
        most: usize,
    ) -> Result<usize, BadParameter> {
        let Some(text) = self.text(name) else { return Ok(usual) };
        let number = text.parse().ok().filter(|it| (least..=most).contains(it));
        number.ok_or_else(|| {
            let (least, most) = (least.to_string(), most.to_string());
            let bounds = [("least", least.as_str()), ("most", most.as_str())];
            bad(name, text, say::fill("web.expected.number", &bounds))
        })
    }

    pub(super) fn source(&self, name: &str) -> Result<Option<SourceId>, BadParameter> {
        Ok(self.parsed(name, "source")?.map(SourceId))
    }

    pub(super) fn entry(&self, name: &str) -> Result<Option<EntryId>, BadParameter> {
        Ok(self.parsed(name, "entry")?.map(EntryId))
    }

    pub(super) fn story(&self, name: &str) -> Result<Option<StoryId>, BadParameter> {
        Ok(self.parsed(name, "story")?.map(StoryId))
    }

    pub(super) fn tag(&self, name: &str) -> Result<Option<Tag>, BadParameter> {
        self.parsed(name, "tag")
    }

    /// One of our words, told by `word` in the message catalogue.
    pub(super) fn word<T>(
        &self,
        name: &str,
        from_word: impl Fn(&str) -> Option<T>,
        word: &str,
    ) -> Result<Option<T>, BadParameter> {
        let read = |text: &str| from_word(text).ok_or_else(|| bad(name, text, expected(word)));
        self.text(name).map(read).transpose()
    }

    /// Where the page before ended: what it gave as `next`.
    pub(super) fn cursor(&self, name: &str) -> Result<Option<Cursor>, BadParameter> {
        let found = self.kept_cursor(name)?;
        Ok(found.map(|KeptCursor { at, id }| Cursor { ordered: at, id: EntryId(id) }))
    }

    /// The same, in a reader's list.
    pub(super) fn kept_cursor(&self, name: &str) -> Result<Option<KeptCursor>, BadParameter> {
        let read = |text: &str| {
            let (at, id) = text.split_once('.')?;
            let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
            Some(KeptCursor { at, id: id.parse().ok()? })
        };
        self.word(name, read, "cursor")
    }

    pub(super) fn sort(&self, name: &str) -> Result<Sort, BadParameter> {
        match self.text(name) {
            None | Some("relevance") => Ok(Sort::Relevance),
            Some("newest") => Ok(Sort::Newest),
            Some("oldest") => Ok(Sort::Oldest),
            Some(other) => Err(bad(name, other, expected("sort"))),
        }
    }

    /// Whether something is wanted; not, unless it is said.
    pub(super) fn yes(&self, name: &str) -> Result<bool, BadParameter> {
        match self.text(name) {
            None | Some("false" | "0" | "no") => Ok(false),
            Some("true" | "1" | "yes") => Ok(true),
            Some(other) => Err(bad(name, other, expected("yes"))),
        }
    }

    fn parsed<T: FromStr>(&self, name: &str, word: &str) -> Result<Option<T>, BadParameter> {
        let read = |text: &str| text.parse().map_err(|_| bad(name, text, expected(word)));
        self.text(name).map(read).transpose()
    }
}

/// The text of a cursor, for the next request.
pub(super) fn cursor_text(cursor: &Cursor) -> String {
    format!("{}.{}", cursor.ordered.as_millisecond(), cursor.id)
}

pub(super) fn kept_cursor_text(cursor: &KeptCursor) -> String {
    format!("{}.{}", cursor.at.as_millisecond(), cursor.id)
}

/// The beginning of a year, month or day in UTC: `2025`, `2025-03`, `2025-03-01`.
pub fn since(text: &str) -> Result<Timestamp, BadParameter> {
    let day: Result<Day, _> = text.parse();
    day.map(Day::start).map_err(|_| bad("since", text, expected("date")))
}

fn expected(word: &str) -> String {
    say::text(&format!("web.expected.{word}")).to_owned()
}

fn bad(name: &str, found: &str, expected: String) -> BadParameter {
    let found = found.chars().take(LONGEST_REPEATED).collect();
    BadParameter { name: name.to_owned(), found, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_takes_a_year_a_month_or_a_day() {
        for (text, start) in [
            ("2025", "2025-01-01T00:00:00Z"),
            ("2025-03", "2025-03-01T00:00:00Z"),
            ("2025-03-09", "2025-03-09T00:00:00Z"),
        ] {
            assert_eq!(since(text).unwrap().to_string(), start);
        }
        for wrong in ["", "25", "2025-13", "2025-02-30", "soon", "2025-3", "20250301"] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_bad_parameter_is_told_by_name_with_what_was_expected() {
        let params = Params::read(Some("limit=many&cursor=x"), &["limit", "cursor"]).unwrap();
        let limit = params.number("limit", 20, 1, 100).unwrap_err();
        assert_eq!(limit.to_string(), "limit: found `many`, expected a whole number from 1 to 100");
        assert_eq!(params.cursor("cursor").unwrap_err().name, "cursor");
        assert_eq!(Params::read(Some("limt=3"), &["limit"]).unwrap_err().name, "limt");
    }

    #[test]
    fn a_cursor_survives_the_way_out_and_back() {
        let cursor =
            Cursor { ordered: Timestamp::from_millisecond(1_234_567).unwrap(), id: EntryId(9) };
        let params = Params::read(Some(&format!("cursor={}", cursor_text(&cursor))), &["cursor"]);
        assert_eq!(params.unwrap().cursor("cursor").unwrap(), Some(cursor));
    }
}
