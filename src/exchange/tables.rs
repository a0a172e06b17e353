//! Lists as tables of values with commas between them (RFC 4180): ours, and those of Pocket, Instapaper and
//! Readwise Reader, told apart by the names of their columns.

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::Timestamp;

use super::{
    LineReason, ListFile, ListFormat,
    fields::{Row, shortened, state_by_progress, tags_in},
    own,
};
use crate::domain::ReadingState;

/// `None` for a table of something else.
pub(super) fn read(text: &str, now: Timestamp) -> Option<ListFile> {
    let mut reader =
        ReaderBuilder::new().flexible(true).trim(Trim::Headers).from_reader(text.as_bytes());
    let names = reader.headers().ok()?.iter().map(str::to_lowercase).collect();
    let columns = Columns(names);
    let format = columns.format()?;
    let mut file = ListFile::of(format);
    for record in reader.records() {
        match record {
            Ok(record) => take(&mut file, &columns, &record, now),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                file.complain(line, LineReason::Unreadable(shortened(&error.to_string())));
            }
        }
    }
    Some(file)
}

fn take(file: &mut ListFile, columns: &Columns, record: &StringRecord, now: Timestamp) {
    let line = record.position().map_or(0, csv::Position::line);
    if record.iter().all(|it| it.trim().is_empty()) {
        return;
    }
    let cell = |name| columns.cell(record, name);
    match file.format {
        ListFormat::OwnCsv => own::take_row(file, line, &cell),
        ListFormat::PocketCsv => file.take(pocket(line, &cell), now),
        ListFormat::Instapaper => file.take(instapaper(line, &cell), now),
        _ if cell("location") == "feed" => file.complain(line, LineReason::OnlyInAFeed),
        _ => file.take(readwise(line, &cell), now),
    }
}

/// Names in lower case, in their order.
struct Columns(Vec<String>);

impl Columns {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|it| it == name)
    }

    fn format(&self) -> Option<ListFormat> {
        let is = |names: &[&str]| names.iter().all(|it| self.has(it));
        if is(&["address", "state", "added", "changed"]) {
            Some(ListFormat::OwnCsv)
        } else if is(&["url", "time_added", "status"]) {
            Some(ListFormat::PocketCsv)
        } else if is(&["url", "title", "folder"]) {
            Some(ListFormat::Instapaper)
        } else if is(&["url", "document tags", "location"]) {
            Some(ListFormat::Readwise)
        } else {
            None
        }
    }

    fn cell<'a>(&self, record: &'a StringRecord, name: &str) -> &'a str {
        let at = self.0.iter().position(|it| it == name);
        at.and_then(|it| record.get(it)).unwrap_or_default()
    }
}

/// `title,url,time_added,tags,status`: seconds, tags with `|` between them, `unread` or `archive`.
fn pocket<'a>(line: u64, cell: &impl Fn(&'static str) -> &'a str) -> Row {
    let is_read = matches!(cell("status"), "archive" | "read");
    Row {
        line,
        address: cell("url").to_owned(),
        title: cell("title").to_owned(),
        state: is_read.then_some(ReadingState::Studied),
        tags: tags_in(cell("tags"), &['|', ',']),
        added: cell("time_added").to_owned(),
        finished: String::new(),
    }
}

/// `URL,Title,Selection,Folder,Timestamp,Tags`: the last two are missing in older files. A folder that a person
/// made is a tag.
fn instapaper<'a>(line: u64, cell: &impl Fn(&'static str) -> &'a str) -> Row {
    let folder = cell("folder").trim();
    let mut tags = tags_in(cell("tags"), &[',']);
    match folder {
        "" | "Unread" | "Archive" => {}
        // What a person liked; whether it was read is not told.
        "Starred" => tags.push("starred".to_owned()),
        folder => tags.push(folder.replace(',', " ")),
    }
    Row {
        line,
        address: cell("url").to_owned(),
        title: cell("title").to_owned(),
        state: (folder == "Archive").then_some(ReadingState::Studied),
        tags,
        added: cell("timestamp").to_owned(),
        finished: String::new(),
    }
}

/// `Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen`: tags as Python writes a list;
/// `new`, `later`, `shortlist`, `archive` or `feed`.
fn readwise<'a>(line: u64, cell: &impl Fn(&'static str) -> &'a str) -> Row {
    let mut tags = tags_in(cell("document tags"), &[',']);
    let state = match cell("location") {
        "archive" => Some(ReadingState::Studied),
        location => {
            if location == "shortlist" {
                tags.push("shortlist".to_owned());
            }
            state_by_progress(cell("reading progress"))
        }
    };
    Row {
        line,
        address: cell("url").to_owned(),
        title: cell("title").to_owned(),
        state,
        tags,
        added: cell("saved date").to_owned(),
        finished: String::new(),
    }
}
