//! Our own files: JSON with a reading a line, and a table. Written, read and written again they are the same
//! byte for byte.

use csv::{Terminator, WriterBuilder};

use super::{LineReason, ListFile, fields::shortened};
use crate::domain::{ListedReading, Position, ReadingState};

/// What our JSON says that it is.
pub(super) const FORMAT: &str = "peerscope-list";

const COLUMNS: [&str; 9] = [
    "address",
    "title",
    "state",
    "tags",
    "added",
    "changed",
    "finished",
    "snoozed_until",
    "position",
];

/// A list as JSON, in its order.
pub fn json(list: &[ListedReading]) -> String {
    let rows = list.iter().filter_map(|it| serde_json::to_string(it).ok());
    let rows: Vec<String> = rows.collect();
    let between = if rows.is_empty() { "" } else { "\n" };
    let rows = rows.join(",\n");
    format!("{{\"format\":\"{FORMAT}\",\"version\":1,\"readings\":[{between}{rows}{between}]}}\n")
}

/// A list as a table, in its order.
pub fn csv(list: &[ListedReading]) -> String {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(COLUMNS);
    for it in list {
        let tags: Vec<&str> = it.tags.iter().map(crate::domain::Tag::as_str).collect();
        let time = |time: Option<jiff::Timestamp>| time.map(|it| it.to_string());
        let position = it.position.as_ref().and_then(|it| serde_json::to_string(it).ok());
        let row = [
            it.address.as_ref().map(ToString::to_string).unwrap_or_default(),
            it.title.clone(),
            it.state.as_str().to_owned(),
            tags.join(","),
            it.added.to_string(),
            it.changed.to_string(),
            time(it.finished).unwrap_or_default(),
            time(it.snoozed_until).unwrap_or_default(),
            position.unwrap_or_default(),
        ];
        let _ = writer.write_record(&row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

pub(super) fn take_json(file: &mut ListFile, line: u64, item: serde_json::Value) {
    match serde_json::from_value::<ListedReading>(item) {
        Ok(reading) => take(file, line, reading),
        Err(error) => {
            file.complain(line, LineReason::Unreadable(shortened(&error.to_string())));
        }
    }
}

pub(super) fn take_row<'a>(
    file: &mut ListFile,
    line: u64,
    cell: &impl Fn(&'static str) -> &'a str,
) {
    match row(cell) {
        Ok(reading) => take(file, line, reading),
        Err(reason) => file.complain(line, reason),
    }
}

fn take(file: &mut ListFile, line: u64, reading: ListedReading) {
    if reading.address.is_none() {
        file.complain(line, LineReason::NoAddress);
    }
    file.readings.extend(reading.address.is_some().then_some(reading));
}

fn row<'a>(cell: &impl Fn(&'static str) -> &'a str) -> Result<ListedReading, LineReason> {
    let time = |name| {
        let written = cell(name);
        let wrong = || LineReason::NotATime(shortened(written));
        let read = || written.parse().map_err(|_| wrong());
        (!written.is_empty()).then(read).transpose()
    };
    let needed = |name| time(name)?.ok_or_else(|| LineReason::NotATime(String::new()));
    let address = Some(cell("address")).filter(|it| !it.is_empty());
    let not_an_address = |it: &str| LineReason::NotAnAddress(shortened(it));
    let address = address.map(|it| it.parse().map_err(|_| not_an_address(it))).transpose()?;
    let state = ReadingState::from_word(cell("state"));
    let state = state.ok_or_else(|| LineReason::Unreadable(shortened(cell("state"))))?;
    let tags = cell("tags").split(',').filter(|it| !it.is_empty());
    let tag = |it: &str| it.parse().map_err(|_| LineReason::NotATag(shortened(it)));
    let position = Some(cell("position")).filter(|it| !it.is_empty());
    let wrong = |it: &str| LineReason::Unreadable(shortened(it));
    let read = |it: &str| serde_json::from_str::<Position>(it).map_err(|_| wrong(it));
    Ok(ListedReading {
        address,
        title: cell("title").to_owned(),
        state,
        tags: tags.map(tag).collect::<Result<_, _>>()?,
        added: needed("added")?,
        changed: needed("changed")?,
        finished: time("finished")?,
        snoozed_until: time("snoozed_until")?,
        position: position.map(read).transpose()?,
    })
}
