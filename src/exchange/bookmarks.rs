//! Lists as HTML: bookmarks as all browsers write them since Netscape, and the older export of Pocket. Tags
//! are seldom closed in it, and need not be.

use jiff::Timestamp;
use quick_xml::{
    Reader,
    escape::{resolve_predefined_entity, unescape_with},
    events::{BytesStart, Event},
};

use super::{
    LineReason, Lines, ListFile, ListFormat,
    fields::{Row, shortened, tags_in},
};
use crate::domain::ReadingState;

/// In a file that is damaged in more places, only what stands before them is read.
const MOST_DAMAGES: usize = 1_000;
/// How far into a file it is looked for what wrote it, in bytes.
const HEAD: usize = 2_000;

/// `None` for HTML of something else.
pub(super) fn read(text: &str, now: Timestamp) -> Option<ListFile> {
    let format = format_of(text)?;
    let mut import = Import {
        file: ListFile::of(format),
        lines: Lines::of(text),
        folders: Vec::new(),
        open: Open::Nothing,
        is_read: false,
        now,
    };
    let mut from = 0;
    for _ in 0..MOST_DAMAGES {
        let Some((damage, said)) = import.read(text, from) else { break };
        let line = import.lines.line_at(damage);
        import.file.complain(line, LineReason::Unreadable(shortened(&said)));
        // On with the next link behind the damage.
        let behind = text.get(damage + 1..).unwrap_or_default().to_ascii_lowercase();
        let Some(next) = behind.find("<a ") else { break };
        from = damage + 1 + next;
    }
    Some(import.file)
}

fn format_of(text: &str) -> Option<ListFormat> {
    let head = text[..text.floor_char_boundary(HEAD)].to_ascii_lowercase();
    if head.contains("netscape-bookmark-file") {
        return Some(ListFormat::Bookmarks);
    }
    let is_of_pocket = head.contains("pocket export") || head.contains("time_added=");
    is_of_pocket.then_some(ListFormat::PocketHtml)
}

struct Import<'a> {
    file: ListFile,
    lines: Lines<'a>,
    /// Names of those that are open; empty for those that every browser has.
    folders: Vec<String>,
    open: Open,
    /// Below the heading of Pocket's archive.
    is_read: bool,
    now: Timestamp,
}

/// The element whose text is being read.
enum Open {
    Nothing,
    Link(Box<Row>),
    Folder {
        name: String,
        is_own: bool,
    },
    /// What follows belongs to Pocket's list, or to its archive.
    Heading(String),
}

impl Import<'_> {
    /// Reads as far as it goes; where the damage is that stopped it, and what it is.
    fn read(&mut self, text: &str, from: usize) -> Option<(usize, String)> {
        let mut reader = Reader::from_str(&text[from..]);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            let place = from + usize::try_from(reader.buffer_position()).unwrap_or_default();
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => self.start(&tag, place),
                Ok(Event::End(tag)) => self.end(tag.local_name().as_ref()),
                Ok(Event::Text(words)) => self.text(&words),
                Ok(Event::GeneralRef(name)) => self.text(&format!("&{};", &*name)),
                Ok(Event::Eof) => {
                    self.close();
                    return None;
                }
                Ok(_) => {}
                Err(error) => {
                    self.close();
                    let damage = usize::try_from(reader.error_position()).unwrap_or_default();
                    return Some((from + damage, error.to_string()));
                }
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, place: usize) {
        match tag.local_name().as_ref().to_ascii_lowercase().as_str() {
            "a" => {
                self.close();
                let line = self.lines.line_at(place);
                self.open = Open::Link(Box::new(self.link(tag, line)));
            }
            "h3" => {
                self.close();
                let of_browser = ["personal_toolbar_folder", "unfiled_bookmarks_folder"];
                let is_own = of_browser.iter().all(|it| attribute(tag, it).is_none());
                self.open = Open::Folder { name: String::new(), is_own };
            }
            "h1" => {
                self.close();
                self.open = Open::Heading(String::new());
            }
            // What belongs to a folder begins, whether it had a name or not.
            "dl" => self.close(),
            _ => {}
        }
    }

    fn link(&self, tag: &BytesStart<'_>, line: u64) -> Row {
        let value = |name| attribute(tag, name).unwrap_or_default();
        let mut tags = tags_in(&value("tags"), &[',']);
        tags.extend(self.folders.last().map(|it| it.replace(',', " ")));
        let added = [value("time_added"), value("add_date")];
        let is_read = self.is_read || attribute(tag, "toread").is_some_and(|it| it == "0");
        Row {
            line,
            address: value("href"),
            title: String::new(),
            state: is_read.then_some(ReadingState::Studied),
            tags,
            added: added.into_iter().find(|it| !it.is_empty()).unwrap_or_default(),
            finished: String::new(),
        }
    }

    fn text(&mut self, words: &str) {
        match &mut self.open {
            Open::Link(row) => row.title.push_str(words),
            Open::Folder { name, .. } | Open::Heading(name) => name.push_str(words),
            Open::Nothing => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name.to_ascii_lowercase().as_str() {
            "a" | "h3" | "h1" => self.close(),
            "dl" => {
                self.close();
                self.folders.pop();
            }
            _ => {}
        }
    }

    /// Takes what was open, whether its end was written or not.
    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Link(row) => self.take(*row),
            Open::Folder { name, is_own } => {
                let name = if is_own { plain(&name) } else { String::new() };
                self.folders.push(name);
            }
            Open::Heading(name) => self.is_read = plain(&name).to_lowercase().contains("archive"),
            Open::Nothing => {}
        }
    }

    fn take(&mut self, row: Row) {
        // Pages that browsers make themselves, and little programs kept as bookmarks.
        let is_of_browser = ["javascript:", "place:", "about:", "chrome:", "data:", "file:"];
        let written = row.address.trim_start().to_ascii_lowercase();
        let title = plain(&row.title);
        if is_of_browser.iter().any(|it| written.starts_with(it)) {
            let found = shortened(&row.address);
            return self.file.complain(row.line, LineReason::NotAnAddress(found));
        }
        self.file.take(Row { title, ..row }, self.now);
    }
}

/// The value of an attribute, its name in any case.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let attributes = attributes.with_checks(false).flatten();
    let mut named = attributes.filter(|it| it.key.local_name().as_ref().eq_ignore_ascii_case(name));
    named.next().map(|it| unescaped(it.value.trim()))
}

/// Text on one line, entities resolved.
fn plain(text: &str) -> String {
    unescaped(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Longest name of an entity, in bytes, with `&` and `;`.
const LONGEST_ENTITY: usize = 12;

/// Resolves the entities that writers of such lists use; whatever else begins with `&` stays as it is.
fn unescaped(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(';').filter(|it| it + 2 <= LONGEST_ENTITY);
        let entity = end.map(|it| format!("&{};", &piece[..it]));
        let resolve = |name: &str| match name {
            "nbsp" => Some(" "),
            name => resolve_predefined_entity(name),
        };
        let letter = entity.and_then(|it| Some(unescape_with(&it, resolve).ok()?.into_owned()));
        if let (Some(letter), Some(end)) = (letter, end) {
            plain.push_str(&letter);
            plain.push_str(&piece[end + 1..]);
        } else {
            plain.push('&');
            plain.push_str(piece);
        }
    }
    plain
}
