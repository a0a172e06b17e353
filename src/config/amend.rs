//! Changes what `[reader]` and `[digest]` of a feeds file say, leaving every other letter as it is.

use std::ops::Range;

use toml_edit::{Array, Document, Item};

use super::{
    ConfigError,
    document::Findings,
    edit::parse_for_editing,
    following::read_following,
    write::{list, quoted},
};
use crate::domain::{DigestPlan, ReaderProfile, Slug};

/// What is to be said from now on; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amendment {
    pub domains: Option<Vec<Slug>>,
    pub interests: Option<Vec<String>>,
    pub mute: Option<Vec<String>>,
    /// Day, time and zone of the digest.
    pub day: Option<String>,
    pub at: Option<String>,
    pub zone: Option<String>,
}

/// The text that says so. Comments stay, those inside of lists too, save where they stand in a line with
/// what is taken out alone. Refused where the text would be wrong then.
pub fn amend(text: &str, amendment: &Amendment) -> Result<String, ConfigError> {
    let domains = amendment.domains.as_ref();
    let domains = domains.map(|it| it.iter().map(|it| it.as_str().to_owned()).collect());
    let lists = [
        ("domains", domains),
        ("interests", amendment.interests.clone()),
        ("mute", amendment.mute.clone()),
    ];
    let words = [("day", &amendment.day), ("at", &amendment.at), ("zone", &amendment.zone)];
    let mut amended = text.to_owned();
    for (key, wanted) in lists {
        if let Some(wanted) = wanted {
            amended = with_value(&amended, "reader", key, &Wanted::List(wanted))?;
        }
    }
    for (key, wanted) in words {
        if let Some(wanted) = wanted {
            amended = with_value(&amended, "digest", key, &Wanted::Word(wanted.clone()))?;
        }
    }
    let read = read_following(&amended, "feeds.toml".as_ref(), &[])?.following;
    if says(amendment, &read.reader, &read.digest) {
        Ok(amended)
    } else {
        Err(ConfigError::NotAmendable { line: 1 })
    }
}

enum Wanted {
    List(Vec<String>),
    Word(String),
}

impl Wanted {
    fn written(&self) -> String {
        match self {
            Self::List(texts) => list(texts.iter().map(String::as_str)),
            Self::Word(word) => quoted(word),
        }
    }

    /// Whether there is nothing to be said that is not said already by saying nothing.
    fn is_nothing(&self) -> bool {
        matches!(self, Self::List(texts) if texts.is_empty())
    }
}

/// The last look: whether the text is read as it was meant.
fn says(amendment: &Amendment, reader: &ReaderProfile, digest: &DigestPlan) -> bool {
    fn same<T: Ord + Clone>(wanted: Option<&Vec<T>>, read: &[T]) -> bool {
        let sorted = |list: &[T]| {
            let mut list = list.to_vec();
            list.sort();
            list
        };
        wanted.is_none_or(|it| sorted(it) == sorted(read))
    }
    let is = |wanted: Option<&String>, read: &String| wanted.is_none_or(|it| it == read);
    same(amendment.domains.as_ref(), &reader.domains)
        && same(amendment.interests.as_ref(), &reader.interests)
        && same(amendment.mute.as_ref(), &reader.mute)
        && is(amendment.day.as_ref(), &digest.day)
        && is(amendment.at.as_ref(), &digest.at)
        && is(amendment.zone.as_ref(), &digest.zone)
}

fn with_value(text: &str, table: &str, key: &str, wanted: &Wanted) -> Result<String, ConfigError> {
    let document = parse_for_editing(text)?;
    let Some(item) = document.get(table) else {
        return Ok(if wanted.is_nothing() {
            text.to_owned()
        } else {
            with_table(text, table, key, wanted)
        });
    };
    match item.as_table_like().and_then(|it| it.get(key)) {
        Some(value) => replaced(text, value, wanted).ok_or_else(|| refused(text, item)),
        None if wanted.is_nothing() => Ok(text.to_owned()),
        None => with_line(text, &document, table, key, wanted).ok_or_else(|| refused(text, item)),
    }
}

fn refused(text: &str, item: &Item) -> ConfigError {
    let offset = item.span().unwrap_or_default().start;
    ConfigError::NotAmendable { line: Findings::new(text, "feeds.toml".as_ref()).line(offset) }
}

fn replaced(text: &str, value: &Item, wanted: &Wanted) -> Option<String> {
    let span = value.span()?;
    let mut amended = text.to_owned();
    match (wanted, value.as_array()) {
        (Wanted::List(texts), Some(array)) if text[span.clone()].contains('#') => {
            return with_elements(text, &span, array, texts);
        }
        (Wanted::List(texts), Some(array)) => {
            let present = array.iter().map(toml_edit::Value::as_str);
            if !present.eq(texts.iter().map(|it| Some(it.as_str()))) {
                amended.replace_range(span, &wanted.written());
            }
        }
        (Wanted::Word(word), _) => {
            if value.as_str() != Some(word.as_str()) {
                amended.replace_range(span, &wanted.written());
            }
        }
        (Wanted::List(_), None) => return None,
    }
    Some(amended)
}

/// A list with comments inside: what stays is not touched, what is new comes behind the last of it.
fn with_elements(
    text: &str,
    brackets: &Range<usize>,
    array: &Array,
    wanted: &[String],
) -> Option<String> {
    let spanned = |it: &toml_edit::Value| Some((it.as_str()?.to_owned(), it.span()?));
    let present: Vec<(String, Range<usize>)> = array.iter().map(spanned).collect::<Option<_>>()?;
    let is_present = |it: &&String| present.iter().any(|(text, _)| text == *it);
    let added: Vec<String> =
        wanted.iter().filter(|it| !is_present(it)).map(|it| quoted(it)).collect();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    if !added.is_empty() {
        let added = added.join(", ");
        edits.push(match present.iter().rev().find(|(text, _)| wanted.contains(text)) {
            Some((_, last)) => (last.end..last.end, format!(", {added}")),
            None => (brackets.start + 1..brackets.start + 1, format!("{added}, ")),
        });
    }
    let leaving = present.iter().filter(|(text, _)| !wanted.contains(text));
    edits.extend(leaving.map(|(_, span)| (leaving_of(text, brackets, span), String::new())));
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut amended = text.to_owned();
    for (range, new) in edits {
        amended.replace_range(range, &new);
    }
    Some(amended)
}

/// What goes with an element: its comma, and its line where nothing else but a comment stands on it.
fn leaving_of(text: &str, list: &Range<usize>, element: &Range<usize>) -> Range<usize> {
    let after = &text[element.end..list.end];
    let blanks = after.len() - after.trim_start().len();
    let comma = after[blanks..].starts_with(',');
    let end = if comma { element.end + blanks + 1 } else { element.end };
    let line_start = text[..element.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let before = text[line_start..element.start].trim();
    let behind = text[end..line_end].trim();
    let is_alone = before.is_empty() && (behind.is_empty() || behind.starts_with('#'));
    if is_alone && line_start > list.start && line_end <= list.end {
        line_start..line_end
    } else {
        element.start..end
    }
}

/// A new line right below the head of a table; `None` where the table has no head of its own.
fn with_line(
    text: &str,
    document: &Document<String>,
    table: &str,
    key: &str,
    wanted: &Wanted,
) -> Option<String> {
    let table =
        document.get(table)?.as_table().filter(|it| !it.is_dotted() && !it.is_implicit())?;
    let head = table.span()?;
    let line_end = text[head.end..].find('\n').map(|at| head.end + at + 1);
    let ending = ending_of(text);
    let line = format!("{key} = {}", wanted.written());
    Some(match line_end {
        Some(at) => format!("{}{line}{ending}{}", &text[..at], &text[at..]),
        None => format!("{text}{ending}{line}{ending}"),
    })
}

/// The table with its one line, behind everything else.
fn with_table(text: &str, table: &str, key: &str, wanted: &Wanted) -> String {
    let ending = ending_of(text);
    let before = text.trim_end();
    let gap = if before.is_empty() { String::new() } else { format!("{ending}{ending}") };
    format!("{before}{gap}[{table}]{ending}{key} = {}{ending}", wanted.written())
}

fn ending_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Ours.\n[reader]   # who\ndomains = [\"ecommerce\"]   # the shop\n\
        interests = [\n    \"dynamic pricing\",  # since 2024\n    \"search ranking\",\n    # later: more\n]\n\n\
        [[peer]]\nname = \"A\"\nfeed = \"https://a.example/feed\"   # the blog\n";

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|it| (*it).to_owned()).collect()
    }

    fn amended(text: &str, amendment: &Amendment) -> String {
        amend(text, amendment).unwrap()
    }

    #[test]
    fn nothing_is_touched_but_what_is_to_be_said() {
        let domains = Some(vec!["ecommerce".parse().unwrap(), "travel".parse().unwrap()]);
        let text = amended(FILE, &Amendment { domains, ..Amendment::default() });
        assert_eq!(text, FILE.replace("[\"ecommerce\"]", "[\"ecommerce\", \"travel\"]"));
        let same = Amendment {
            domains: Some(vec!["ecommerce".parse().unwrap()]),
            interests: Some(texts(&["dynamic pricing", "search ranking"])),
            mute: Some(texts(&[])),
            ..Amendment::default()
        };
        assert_eq!(amended(FILE, &same), FILE);
    }

    #[test]
    fn comments_inside_of_a_list_stay_with_what_they_stand_beside() {
        let interests = Some(texts(&["dynamic pricing", "feature store"]));
        let text = amended(FILE, &Amendment { interests, ..Amendment::default() });
        let expected = FILE
            .replace("\"dynamic pricing\",", "\"dynamic pricing\", \"feature store\",")
            .replace("    \"search ranking\",\n", "");
        assert_eq!(text, expected);
        let none =
            amended(FILE, &Amendment { interests: Some(texts(&[])), ..Amendment::default() });
        assert!(none.contains("interests = [\n    # later: more\n]"), "{none}");
        let other =
            amended(FILE, &Amendment { interests: Some(texts(&["x"])), ..Amendment::default() });
        assert!(other.contains("interests = [\"x\", \n    # later: more\n]"), "{other}");
    }

    #[test]
    fn what_is_missing_gets_a_line_and_a_table() {
        let mute = Some(texts(&["kind:release"]));
        let amendment =
            Amendment { mute, zone: Some("Europe/Berlin".into()), ..Amendment::default() };
        let text = amended(FILE, &amendment);
        assert!(text.contains("[reader]   # who\nmute = [\"kind:release\"]\ndomains"), "{text}");
        assert!(text.ends_with("# the blog\n\n[digest]\nzone = \"Europe/Berlin\"\n"), "{text}");
        assert_eq!(
            amended("", &Amendment { day: Some("Friday".into()), ..Amendment::default() }),
            "[digest]\nday = \"Friday\"\n"
        );
        let windows = amended(&FILE.replace('\n', "\r\n"), &amendment);
        assert_eq!(windows.matches('\n').count(), windows.matches("\r\n").count());
    }

    #[test]
    fn what_cannot_be_said_well_is_refused() {
        let refused = |text: &str, amendment: &Amendment| amend(text, amendment).unwrap_err();
        let day = Amendment { day: Some("Someday".into()), ..Amendment::default() };
        assert!(matches!(refused(FILE, &day), ConfigError::Mistaken(_)));
        let mute = Amendment { mute: Some(texts(&["a"])), ..Amendment::default() };
        assert!(matches!(refused("a = [", &mute), ConfigError::Mistaken(_)));
        let dotted = "\n\nreader.interests = []\n";
        assert!(matches!(refused(dotted, &mute), ConfigError::NotAmendable { .. }));
    }
}
