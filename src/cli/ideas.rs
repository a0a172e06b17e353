//! `peerscope ideas`: ideas by how far they have come.

use clap::Args;

use super::{
    Ending, note,
    notes::show,
    output::{Output, count},
    start::Start,
};
use crate::{
    domain::{IdeaState, Note, NoteType, Query},
    store::{NotesAsk, NotesOrder},
    web::api,
};

#[derive(Debug, Args)]
pub(super) struct Ideas {
    /// Each of them in what you wrote; also a query: tag:ads after:2026-03
    words: Vec<String>,
    /// Only noted, proposed, tried, adopted or rejected
    #[arg(long, value_parser = note::idea_state)]
    state: Option<IdeaState>,
    /// Only those that this person takes on
    #[arg(long)]
    owner: Option<String>,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

/// More ideas are no board.
const MOST: u32 = 1_000;

impl Ideas {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let ask = NotesAsk {
            note_type: Some(NoteType::Idea),
            state: self.state,
            query: Query::parse(&self.words.join(" ")),
            order: NotesOrder::Date,
            limit: MOST,
            ..NotesAsk::default()
        };
        let mut page = store.notes(start.reader(&store).await?, &ask).await?;
        page.rows.retain(|it| self.is_of_owner(it));
        if self.json {
            output.json(&api::NoteList::from(page))?;
            return Ok(Ending::Well);
        }
        output.note(&count(page.rows.len() as u64, "idea", "ideas"));
        for state in IdeaState::ALL {
            let is_here = |it: &&Note| it.idea().is_some_and(|it| it.state == state);
            let here: Vec<&Note> = page.rows.iter().filter(is_here).collect();
            if !here.is_empty() {
                output.line("");
                output.line(&format!("{} ({})", output.strong(state.as_str()), here.len()));
            }
            for note in here {
                show(note, false, output);
            }
        }
        Ok(Ending::Well)
    }

    fn is_of_owner(&self, note: &Note) -> bool {
        let Some(owner) = &self.owner else { return true };
        note.idea().is_some_and(|it| it.owner.eq_ignore_ascii_case(owner.trim()))
    }
}
