//! `peerscope journal export`: the journal as plain files.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::folder::write_folder;
use crate::{
    cli::{
        Ending, note,
        output::{Output, count},
        start::Start,
    },
    domain::{JournalFile, JournalPick, NoteType, Tag},
    messages, reading, web,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A folder with a page for each note, which Obsidian opens
    Markdown,
    /// One file to read anywhere, and to print
    Html,
    /// One file that holds all: revisions, highlights, readings, the ledger
    Json,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[arg(long, value_enum, default_value = "markdown")]
    format: Format,
    /// Only notes of this day or a later one
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Only notes of this day or an earlier one
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only notes with this tag
    #[arg(long)]
    tag: Option<Tag>,
    /// Only challenge, insight, idea, design, solution, result or feedback
    #[arg(long, value_name = "TYPE", value_parser = note::note_type)]
    kind: Option<NoteType>,
    /// A folder for Markdown, else a file that is not there yet; `journal` with the format's ending
    /// unless it is named, `-` for standard output
    #[arg(long, value_name = "FOLDER|FILE")]
    out: Option<PathBuf>,
}

impl Export {
    pub(in crate::cli) async fn run(
        &self,
        start: Start,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        let pick = JournalPick {
            from: self.from,
            to: self.to,
            tag: self.tag.clone(),
            note_type: self.kind,
        };
        let store = start.store().await?;
        let journal = reading::journal(&store, start.reader(&store).await?, &pick).await?;
        let usual = match self.format {
            Format::Markdown => "journal",
            Format::Html => "journal.html",
            Format::Json => "journal.json",
        };
        let place = self.out.clone().unwrap_or_else(|| PathBuf::from(usual));
        match self.format {
            Format::Markdown => return folder(&place, &journal, output),
            Format::Html => write_new(&place, &web::journal_file(&journal)?, output)?,
            Format::Json => write_new(&place, &journal.write(), output)?,
        }
        if place != Path::new("-") {
            let notes = count(journal.notes.len() as u64, "note", "notes");
            output.line(&format!("{notes} written to {}", place.display()));
        }
        Ok(Ending::Well)
    }
}

fn folder(place: &Path, journal: &JournalFile, output: &Output) -> anyhow::Result<Ending> {
    if place == Path::new("-") {
        bail!("a folder cannot be written to standard output: name one with --out");
    }
    let heading = messages::text("journal.highlights");
    let written = write_folder(place, journal, heading)?;
    let pages = count(written.pages as u64, "note", "notes");
    output.line(&format!("{pages} written to {}", place.display()));
    if written.removed > 0 {
        let gone = count(written.removed as u64, "page", "pages");
        output.note(&format!("{gone} of before that had another name or no note removed"));
    }
    Ok(Ending::Well)
}

/// Into a file that is not there yet, or to standard output.
pub(super) fn write_new(place: &Path, text: &str, output: &Output) -> anyhow::Result<()> {
    if place == Path::new("-") {
        output.line(text.strip_suffix('\n').unwrap_or(text));
        return Ok(());
    }
    let written = std::fs::File::create_new(place)
        .and_then(|mut it| it.write_all(text.as_bytes()).and_then(|()| it.sync_all()));
    written.with_context(|| format!("could not write {}", place.display()))
}
