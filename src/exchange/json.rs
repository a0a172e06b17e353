//! Lists as JSON: ours, those of Wallabag, and what the API of Readwise Reader answers.

use jiff::Timestamp;
use serde_json::{Deserializer, Value};

use super::{
    LineReason, Lines, ListFile, ListFormat,
    fields::{Row, shortened, state_by_progress},
    own,
};
use crate::domain::ReadingState;

/// `None` for JSON of something else. What is cut off or broken is read up to there.
pub(super) fn read(text: &str, now: Timestamp) -> Option<ListFile> {
    let start = if text.trim_start().starts_with('[') {
        Some((None, text.find('[')? + 1))
    } else if text.contains(&format!("\"{}\"", own::FORMAT)) {
        list_called(text, "readings").map(|it| (Some(ListFormat::OwnJson), it))
    } else {
        list_called(text, "results").map(|it| (Some(ListFormat::Readwise), it))
    };
    let (format, start) = start?;
    let mut items = Items { text, at: start };
    let mut lines = Lines::of(text);
    let mut next = items.next();
    let format = match format {
        Some(format) => format,
        None => format_of(next.as_ref())?,
    };
    let mut file = ListFile::of(format);
    while let Some((place, item)) = next {
        let line = lines.line_at(place);
        match item {
            Ok(item) if format == ListFormat::OwnJson => own::take_json(&mut file, line, item),
            Ok(item) if item.is_object() => take(&mut file, line, &item, now),
            Ok(item) => {
                file.complain(line, LineReason::Unreadable(shortened(&item.to_string())));
            }
            Err(error) => {
                file.complain(line, LineReason::Unreadable(shortened(&error.to_string())));
                break;
            }
        }
        next = items.next();
    }
    Some(file)
}

/// Behind the bracket that opens a list with this name.
fn list_called(text: &str, name: &str) -> Option<usize> {
    let name = format!("\"{name}\"");
    let behind = text.find(&name)? + name.len();
    let opened = text[behind..].find('[')?;
    let between = &text[behind..behind + opened];
    let is_list = between.chars().all(|it| it == ':' || it.is_whitespace());
    is_list.then_some(behind + opened + 1)
}

/// The values of a list one by one, each with its place in the text; nothing behind one that is broken.
struct Items<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Items<'_> {
    type Item = (usize, serde_json::Result<Value>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..)?;
        let skipped = rest.find(|it: char| it != ',' && !it.is_whitespace())?;
        let (place, rest) = (self.at + skipped, &rest[skipped..]);
        if rest.starts_with(']') {
            return None;
        }
        let mut values = Deserializer::from_str(rest).into_iter::<Value>();
        let value = values.next()?;
        self.at = place + values.byte_offset();
        Some((place, value))
    }
}

/// By the first item; an empty list is as good as any.
fn format_of(first: Option<&(usize, serde_json::Result<Value>)>) -> Option<ListFormat> {
    let Some((_, first)) = first else { return Some(ListFormat::Wallabag) };
    let first = first.as_ref().ok()?;
    let has = |name: &str| first.get(name).is_some();
    if has("is_archived") || has("given_url") {
        Some(ListFormat::Wallabag)
    } else if has("source_url") || (has("location") && has("url")) {
        Some(ListFormat::Readwise)
    } else {
        None
    }
}

fn take(file: &mut ListFile, line: u64, item: &Value, now: Timestamp) {
    if file.format == ListFormat::Wallabag {
        return file.take(wallabag(line, item), now);
    }
    match text(item, "location").as_str() {
        "feed" => file.complain(line, LineReason::OnlyInAFeed),
        _ => file.take(readwise(line, item), now),
    }
}

fn wallabag(line: u64, item: &Value) -> Row {
    let mut tags = tags(item);
    if is_true(item, "is_starred") {
        tags.push("starred".to_owned());
    }
    let address = [text(item, "url"), text(item, "given_url")];
    Row {
        line,
        address: address.into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
        title: text(item, "title"),
        state: is_true(item, "is_archived").then_some(ReadingState::Studied),
        tags,
        added: text(item, "created_at"),
        finished: text(item, "archived_at"),
    }
}

/// Where the document comes from; its own `url` leads to Readwise.
fn readwise(line: u64, item: &Value) -> Row {
    let address = [text(item, "source_url"), text(item, "url")];
    let state = match text(item, "location").as_str() {
        "archive" => Some(ReadingState::Studied),
        _ => state_by_progress(&text(item, "reading_progress")),
    };
    let added = [text(item, "saved_at"), text(item, "created_at")];
    Row {
        line,
        address: address.into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
        title: text(item, "title"),
        state,
        tags: tags(item),
        added: added.into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
        finished: String::new(),
    }
}

fn text(item: &Value, name: &str) -> String {
    match item.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn is_true(item: &Value, name: &str) -> bool {
    item.get(name).is_some_and(|it| it.as_bool() == Some(true) || it.as_i64() == Some(1))
}

/// A list of names or of objects with a label, or an object whose keys are the names.
fn tags(item: &Value) -> Vec<String> {
    let name = |it: &Value| {
        let label = it.as_str().or_else(|| it.get("label")?.as_str());
        label.or_else(|| it.get("name")?.as_str()).map(str::to_owned)
    };
    match item.get("tags") {
        Some(Value::Array(tags)) => tags.iter().filter_map(name).collect(),
        Some(Value::Object(tags)) => tags.keys().cloned().collect(),
        _ => Vec::new(),
    }
}
