//! `peerscope notes`: the journal, latest first.

use clap::Args;

use super::{
    Ending, named, note,
    output::{Output, count, harmless},
    queue::tags_text,
    start::Start,
};
use crate::{
    domain::{Citation, EntryId, Note, NoteType, ReaderId, Tag, cut_at_word},
    store::{NotesAsk, Store},
    web::api,
};

#[derive(Debug, Args)]
pub(super) struct Notes {
    /// Each of them in title or text, in any case
    words: Vec<String>,
    /// Only challenge, insight, idea, design, solution, result or feedback
    #[arg(long = "type", value_name = "TYPE", value_parser = note::note_type)]
    note_type: Option<NoteType>,
    /// Only what has this tag
    #[arg(long)]
    tag: Option<Tag>,
    /// Only what cites this entry (number or address)
    #[arg(long)]
    entry: Option<String>,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
    /// Notes to show at most
    #[arg(short = 'n', long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
}

/// Characters of a note that are shown among others.
const SHOWN: usize = 280;

impl Notes {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let words = self.words.iter().flat_map(|it| it.split_whitespace());
        let ask = NotesAsk {
            note_type: self.note_type,
            tag: self.tag.clone(),
            entry: self.cited(&store).await?,
            words: words.map(str::to_owned).collect(),
            before: None,
            limit: self.limit,
        };
        let page = store.notes(ReaderId::ONLY, &ask).await?;
        if self.json {
            output.json(&api::NoteList::from(page))?;
            return Ok(Ending::Well);
        }
        match page.rows.len() as u64 {
            many if page.next.is_some() => {
                output.note(&format!("the latest {}", count(many, "note", "notes")));
            }
            all => output.note(&count(all, "note", "notes")),
        }
        let alone = page.rows.len() == 1;
        for note in &page.rows {
            show(note, alone, output);
        }
        Ok(Ending::Well)
    }

    /// A number may be that of an entry which is gone.
    async fn cited(&self, store: &Store) -> anyhow::Result<Option<EntryId>> {
        let Some(written) = &self.entry else { return Ok(None) };
        if let Ok(number) = written.parse() {
            return Ok(Some(EntryId(number)));
        }
        Ok(Some(named::entry(store, written).await?.entry.id))
    }
}

fn show(note: &Note, whole: bool, output: &Output) {
    output.line("");
    output.line(&output.strong(&harmless(&note.heading())));
    let day = note.made.strftime("%Y-%m-%d");
    let about = format!("{} · {day} · {}", note.note_type.as_str(), note.id);
    output.line(&format!("  {}", output.faint(&(about + &tags_text(&note.tags)))));
    let text = if whole { note.text.clone() } else { cut_at_word(&note.text, SHOWN) };
    for line in text.trim_end().lines() {
        output.line(&format!("  {}", harmless(&line.replace('\t', "    "))));
    }
    for Citation { title, address, peer_name, .. } in &note.cites {
        output.line(&format!("  cites {}: {}", harmless(peer_name), harmless(title)));
        if let Some(address) = address {
            output.line(&format!("    {}", address.as_str()));
        }
    }
}
