//! `peerscope notes`: the journal, latest first.

use clap::Args;

use super::{
    Ending, named, note,
    output::{Output, count, harmless},
    queue::tags_text,
    start::Start,
};
use crate::{
    domain::{Citation, Competency, EntryId, Note, NoteLink, NoteType, Query, Tag, cut_at_word},
    store::{NotesAsk, Store},
    web::api,
};

#[derive(Debug, Args)]
pub(super) struct Notes {
    /// Each of them in what you wrote; also a query: note:idea tag:ads after:2026-03
    words: Vec<String>,
    /// Only challenge, insight, idea, design, solution, result or feedback
    #[arg(long = "type", value_name = "TYPE", value_parser = note::note_type)]
    note_type: Option<NoteType>,
    /// Only what has this tag
    #[arg(long)]
    tag: Option<Tag>,
    /// Only what is evidence of this, like "system design"
    #[arg(long)]
    competency: Option<Competency>,
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
        let query = Query::parse(&self.words.join(" "));
        for filter in query.filters().iter().filter(|it| !it.is_of_notes()) {
            output.warning(&format!("{}: says nothing of notes, and was left out", filter.name()));
        }
        let ask = NotesAsk {
            note_type: self.note_type,
            tag: self.tag.clone(),
            entry: self.cited(&store).await?,
            competency: self.competency.clone(),
            query,
            limit: self.limit,
            ..NotesAsk::default()
        };
        let page = store.notes(start.reader(&store).await?, &ask).await?;
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

pub(super) fn show(note: &Note, whole: bool, output: &Output) {
    output.line("");
    output.line(&output.strong(&harmless(&note.heading())));
    let about = format!("{} · {} · {}", note.note_type.as_str(), note.date, note.id);
    output.line(&format!("  {}", output.faint(&(about + &tags_text(&note.tags)))));
    let competencies: Vec<&str> = note.competencies.iter().map(Competency::as_str).collect();
    if !competencies.is_empty() {
        output.line(&format!("  shows {}", harmless(&competencies.join(", "))));
    }
    show_idea(note, output);
    let text = if whole { note.text.clone() } else { cut_at_word(&note.text, SHOWN) };
    for line in text.trim_end().lines() {
        output.line(&format!("  {}", harmless(&line.replace('\t', "    "))));
    }
    for link in note.links.iter().filter_map(NoteLink::line) {
        output.line(&format!("  links {}", harmless(&link)));
    }
    for Citation { title, address, peer_name, .. } in &note.cites {
        output.line(&format!("  cites {}: {}", harmless(peer_name), harmless(title)));
        if let Some(address) = address {
            output.line(&format!("    {}", address.as_str()));
        }
    }
}

fn show_idea(note: &Note, output: &Output) {
    let Some(idea) = note.idea() else { return };
    let facts = [("owner", &idea.owner), ("effort", &idea.effort), ("outcome", &idea.outcome)];
    let mut parts = vec![idea.state.as_str().to_owned()];
    let said = facts.iter().filter(|(_, text)| !text.is_empty());
    parts.extend(said.map(|(name, text)| format!("{name} {}", harmless(text))));
    output.line(&format!("  {}", parts.join(" · ")));
    for line in idea.hypothesis.lines() {
        output.line(&format!("  hypothesis: {}", harmless(line)));
    }
}
