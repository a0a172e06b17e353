//! Reads JSON Feed (versions 1 and 1.1), forgiving what is of the wrong type or missing.
//!
//! Not through feed-rs, which refuses a whole document for one numeric id and mixes the kinds of
//! links. A document that is no JSON as a whole is read item by item.

use jiff::Timestamp;
use serde_json::{Deserializer, Map, Value};

use crate::domain::{
    Address, ComplaintKind, Feed, FeedEntry, FeedFormat, Language, Markup, dates::read_date,
};

use super::{
    MOST_ENTRIES, SyndicationError, authors, feed::note_guids, labels::add_label, links::resolve,
    markup::kept, notes::Notes,
};

type Object = Map<String, Value>;

pub(super) fn read_json(
    text: &str,
    address: &Address,
    mut notes: Notes,
) -> Result<Feed, SyndicationError> {
    let (about, mut items) = match whole(text) {
        Some(read) => read,
        None => rescued(text, &mut notes),
    };
    if items.is_empty() && about.is_empty() {
        let damage = "it is JSON that breaks off or is garbled".to_owned();
        return Err(SyndicationError::Broken { address: address.clone(), damage });
    }
    if items.len() > MOST_ENTRIES {
        let all = items.len();
        let detail = format!("it lists {all} entries, of which the first {MOST_ENTRIES} are read");
        notes.add(ComplaintKind::EntriesLost, detail);
        items.truncate(MOST_ENTRIES);
    }
    let site = string(&about, "home_page_url").and_then(|written| resolve(address, &written));
    let context = Context {
        document: address,
        site: site.clone(),
        language: language(&about),
        authors: persons(&about),
    };
    let entries: Vec<_> = items.iter().map(|item| context.entry(item, &mut notes)).collect();
    let guids: Vec<_> = entries.iter().map(|entry| entry.guid.as_deref()).collect();
    note_guids(&guids, true, &mut notes);
    Ok(Feed {
        format: FeedFormat::Json,
        title: string(&about, "title").and_then(|title| kept(title, Markup::Text)),
        site,
        language: context.language.clone(),
        complaints: notes.into_complaints(entries.len()),
        entries,
        ..Feed::default()
    })
}

/// The document without its items, and the items that are objects.
fn whole(text: &str) -> Option<(Object, Vec<Object>)> {
    let read: Value = serde_json::from_str(text).ok().or_else(|| {
        // Line breaks inside of strings are not JSON; outside of them they mean nothing.
        let one_line = text.replace(['\n', '\r', '\t'], " ");
        let mut values = Deserializer::from_str(&one_line).into_iter();
        values.next()?.ok()
    })?;
    let Value::Object(mut about) = read else { return None };
    let items = match about.remove("items") {
        Some(Value::Array(items)) => items,
        Some(item @ Value::Object(_)) => vec![item],
        _ => Vec::new(),
    };
    let objects = items.into_iter().filter_map(|item| match item {
        Value::Object(item) => Some(item),
        _ => None,
    });
    Some((about, objects.collect()))
}

/// Reads the items of a document one by one, up to where it breaks off.
fn rescued(text: &str, notes: &mut Notes) -> (Object, Vec<Object>) {
    let text = text.replace(['\n', '\r', '\t'], " ");
    let mut items = Vec::new();
    let mut garbled = 0;
    let list = text.find("\"items\"").and_then(|at| Some(at + text[at..].find('[')? + 1));
    let mut rest = list.map_or("", |at| &text[at..]);
    let mut is_cut = true;
    while let Some(start) = rest.find(['{', ']']) {
        if rest[start..].starts_with(']') {
            is_cut = false;
            break;
        }
        let Some(length) = object_length(&rest[start..]) else { break };
        match serde_json::from_str(&rest[start..start + length]) {
            Ok(item) => items.push(item),
            Err(_) => garbled += 1,
        }
        rest = &rest[start + length..];
    }
    if is_cut {
        notes.add(ComplaintKind::CutOff, "it ends in the middle of its items");
    }
    if garbled > 0 {
        let detail = format!("{garbled} items are not JSON and are left out");
        notes.add(ComplaintKind::EntriesLost, detail);
    }
    if !is_cut && garbled == 0 {
        notes.add(ComplaintKind::Malformed, "it is not JSON outside of its items");
    }
    (about_before(&text, list), items)
}

/// What stands before the items, closed as if nothing came behind it.
fn about_before(text: &str, list: Option<usize>) -> Object {
    let head = list.map_or("", |at| &text[..at]);
    serde_json::from_str(&format!("{head}]}}")).unwrap_or_default()
}

/// The bytes of the object at the beginning of a text: up to the brace that closes it.
fn object_length(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

struct Context<'a> {
    document: &'a Address,
    site: Option<Address>,
    language: Option<Language>,
    authors: Vec<String>,
}

impl Context<'_> {
    fn entry(&self, item: &Object, notes: &mut Notes) -> FeedEntry {
        let link = self.link(item, notes);
        let html = string(item, "content_html").and_then(|html| kept(html, Markup::Html));
        let text = string(item, "content_text").and_then(|text| kept(text, Markup::Text));
        let summary = string(item, "summary").and_then(|text| kept(text, Markup::Text));
        let content = html.or(text).or_else(|| summary.clone());
        let authors = persons(item);
        let base = link.clone().or_else(|| self.site.clone());
        FeedEntry {
            guid: string(item, "id").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()),
            title: string(item, "title").and_then(|title| kept(title, Markup::Text)),
            authors: if authors.is_empty() { self.authors.clone() } else { authors },
            categories: labels(item),
            language: language(item).or_else(|| self.language.clone()),
            published: date(item, "date_published", notes),
            updated: date(item, "date_modified", notes),
            summary,
            content,
            base: base.or_else(|| Some(self.document.clone())),
            link,
        }
    }

    /// `url` → `external_url` → an id that is an address → the first attachment.
    fn link(&self, item: &Object, notes: &mut Notes) -> Option<Address> {
        let base = self.site.as_ref().unwrap_or(self.document);
        for key in ["url", "external_url"] {
            let Some(written) = string(item, key).filter(|it| !it.trim().is_empty()) else {
                continue;
            };
            match resolve(base, &written) {
                Some(link) => return Some(link),
                None => notes.link(&written),
            }
        }
        let by_id = string(item, "id").and_then(|id| id.parse().ok());
        by_id.or_else(|| {
            let attachments = item.get("attachments").and_then(Value::as_array)?;
            let written = attachments.first()?.get("url")?.as_str()?;
            resolve(base, written)
        })
    }
}

/// Strings as they are; numbers, where a string is wanted, as their digits.
fn string(object: &Object, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn language(object: &Object) -> Option<Language> {
    string(object, "language").and_then(|tag| tag.parse().ok())
}

/// `authors` of version 1.1, `author` of version 1; each an object, a list of them, or a name.
fn persons(object: &Object) -> Vec<String> {
    let mut found = Vec::new();
    for key in ["authors", "author"] {
        match object.get(key) {
            Some(Value::Array(all)) => all.iter().for_each(|one| add_person(&mut found, one)),
            Some(one) => add_person(&mut found, one),
            None => {}
        }
    }
    found
}

fn add_person(found: &mut Vec<String>, person: &Value) {
    let name = match person {
        Value::String(name) => Some(name.as_str()),
        Value::Object(person) => person.get("name").and_then(Value::as_str),
        _ => None,
    };
    if let Some(name) = name {
        authors::add(found, name);
    }
}

fn labels(item: &Object) -> Vec<String> {
    let mut found = Vec::new();
    match item.get("tags") {
        Some(Value::Array(tags)) => {
            for tag in tags {
                match tag {
                    Value::String(tag) => add_label(&mut found, tag),
                    Value::Object(tag) => {
                        let name = tag.get("name").and_then(Value::as_str).unwrap_or_default();
                        add_label(&mut found, name);
                    }
                    _ => {}
                }
            }
        }
        Some(Value::String(tags)) => tags.split(',').for_each(|tag| add_label(&mut found, tag)),
        _ => {}
    }
    found
}

fn date(item: &Object, key: &str, notes: &mut Notes) -> Option<Timestamp> {
    let written = string(item, key).filter(|text| !text.trim().is_empty())?;
    let time = read_date(&written);
    if time.is_none() {
        notes.date(&written);
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Feed {
        let address = "https://example.com/feed.json".parse().unwrap();
        read_json(text, &address, Notes::default()).unwrap()
    }

    #[test]
    fn wrong_types_cost_only_themselves() {
        let feed = read(
            r#"{"version": "http://jsonfeed.org/version/1", "author": {"name": "Ada"}, "items": [
                {"id": 7, "url": "/p/7", "tags": [null, "a", 3], "authors": null, "content_text": "1 < 2"},
                null,
                {"id": "https://example.com/p/8", "title": null, "author": "Grace"}]}"#,
        );
        let [first, second] = feed.entries.as_slice() else { panic!("two entries") };
        assert_eq!(first.guid.as_deref(), Some("7"));
        assert_eq!(first.link.as_ref().unwrap().as_str(), "https://example.com/p/7");
        assert_eq!(
            (&first.authors[..], &first.categories[..]),
            (&["Ada".to_owned()][..], &["a".to_owned()][..])
        );
        assert_eq!(first.content, Some(Markup::Text("1 < 2".to_owned())));
        assert_eq!(second.link.as_ref().unwrap().as_str(), "https://example.com/p/8");
        assert_eq!(second.authors, ["Grace"]);
    }

    #[test]
    fn a_cut_document_yields_its_whole_items() {
        let feed = read(r#"{"title": "T", "items": [{"id": "}a"}, {"id": "b", "url": "#);
        assert_eq!(feed.entries.len(), 1);
        assert_eq!(feed.title.unwrap().raw(), "T");
        assert_eq!(feed.complaints[0].kind, ComplaintKind::CutOff);
    }
}
