//! `peerscope note`: writes a page of the journal, or changes one.

use std::{
    collections::BTreeSet,
    io::{self, Read as _},
};

use anyhow::{Context as _, bail};
use clap::Args;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Ending,
    editor::{self, Edited},
    named,
    output::Output,
    start::Start,
};
use crate::{
    domain::{
        Competency, EntryId, Idea, IdeaState, Note as Kept, NoteDraft, NoteId, NoteLink, NoteType,
        ReaderId, Tag, competencies_of, tags_of,
    },
    reading,
    store::Store,
};

#[derive(Debug, Args)]
pub(super) struct Note {
    /// Numbers or addresses of entries that the note cites, then its text (Markdown) in quotation
    /// marks, or - for standard input; without a text your editor opens ($VISUAL, $EDITOR)
    #[arg(value_name = "ENTRY|TEXT")]
    words: Vec<String>,
    /// challenge, insight, idea, design, solution, result or feedback; insight where none is given
    #[arg(long = "type", value_name = "TYPE", value_parser = note_type)]
    about: Option<NoteType>,
    #[arg(long)]
    title: Option<String>,
    /// May be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// What it is evidence of, like "system design"; may be repeated
    #[arg(long = "competency", value_name = "COMPETENCY")]
    competencies: Vec<String>,
    /// The day on which it happened, like 2026-03-14; today where none is given
    #[arg(long)]
    date: Option<Date>,
    /// Where it leads: `[[12]]` to note 12, an address, or words and an address; may be repeated
    #[arg(long = "link", value_name = "LINK", value_parser = link)]
    links: Vec<NoteLink>,
    /// How far an idea has come: noted, proposed, tried, adopted or rejected
    #[arg(long, value_parser = idea_state)]
    state: Option<IdeaState>,
    /// Who takes the idea on
    #[arg(long)]
    owner: Option<String>,
    /// What is expected of the idea
    #[arg(long)]
    hypothesis: Option<String>,
    /// S, M, L, or in words
    #[arg(long)]
    effort: Option<String>,
    /// What came of the idea, as a number with its unit: "-18 % p99"
    #[arg(long, allow_hyphen_values = true)]
    outcome: Option<String>,
    /// Change the note with this number: entries, tags, competencies and links are added, what else is
    /// given is replaced
    #[arg(long, value_name = "NUMBER")]
    edit: Option<i64>,
    /// Delete the note with this number for good, and what it said before
    #[arg(
        long,
        value_name = "NUMBER",
        conflicts_with_all = ["words", "about", "title", "tags", "competencies", "date", "links",
            "state", "owner", "hypothesis", "effort", "outcome", "edit"]
    )]
    delete: Option<i64>,
}

pub(super) fn note_type(word: &str) -> Result<NoteType, String> {
    let types = NoteType::ALL.map(NoteType::as_str).join(", ");
    NoteType::from_word(word).ok_or_else(|| format!("it is one of {types}"))
}

pub(super) fn idea_state(word: &str) -> Result<IdeaState, String> {
    let states = IdeaState::ALL.map(IdeaState::as_str).join(", ");
    IdeaState::from_word(word).ok_or_else(|| format!("it is one of {states}"))
}

fn link(line: &str) -> Result<NoteLink, String> {
    NoteLink::written(line).map_err(|refused| refused.to_string())
}

/// A text, and the file in which it was written, if it was.
enum Text {
    Given(String),
    Edited(Edited),
}

async fn delete(number: i64, start: &Start, output: &Output) -> anyhow::Result<Ending> {
    let store = start.store().await?;
    let reader = start.reader(&store).await?;
    if !reading::delete_note(&store, reader, NoteId(number), start.clock.now()).await? {
        bail!("there is no note {number}; `peerscope notes` lists them");
    }
    output.line(&format!("deleted note {number}"));
    store.close().await;
    Ok(Ending::Well)
}

impl Note {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        if let Some(number) = self.delete {
            return delete(number, &start, output).await;
        }
        let (entries, text) = parts(&self.words)?;
        let tags = tags_of(&self.tags)?;
        let competencies = competencies_of(&self.competencies)?;
        let store = start.store().await?;
        let reader = start.reader(&store).await?;
        // All that can be wrong is found before anyone writes.
        let cites = named::entries(&store, entries).await?;
        let cites: Vec<EntryId> = cites.iter().map(|it| it.entry.id).collect();
        let former = self.former(&store, reader).await?;
        let text = self.text(text, former.as_ref(), &start)?;
        let draft = self.draft(text.as_str(), former.as_ref(), tags, cites);
        let draft = draft.and_then(|it| self.around(it, former.as_ref(), competencies));
        let kept = match draft {
            Ok(draft) => keep(&store, reader, former.as_ref(), &draft, start.clock.now()).await,
            Err(refused) => Err(refused),
        };
        match (kept, text) {
            (Ok(note), text) => {
                text.discard();
                output.line(&format!("note {}", note.id));
                tell(&note, former.as_ref(), output);
            }
            (Err(error), Text::Edited(edited)) => return Err(error.context(edited.whereabouts())),
            (Err(error), Text::Given(_)) => return Err(error),
        }
        store.close().await;
        Ok(Ending::Well)
    }

    /// The note that is changed.
    async fn former(&self, store: &Store, reader: ReaderId) -> anyhow::Result<Option<Kept>> {
        let Some(id) = self.edit else { return Ok(None) };
        match store.note(reader, NoteId(id)).await? {
            Some(note) => Ok(Some(note)),
            None => bail!("there is no note {id}; `peerscope notes` shows their numbers"),
        }
    }

    fn text(
        &self,
        given: Option<&str>,
        former: Option<&Kept>,
        start: &Start,
    ) -> anyhow::Result<Text> {
        let changes_the_rest = self.title.is_some()
            || self.about.is_some()
            || self.date.is_some()
            || self.has_idea()
            || ![&self.tags, &self.words, &self.competencies].iter().all(|it| it.is_empty())
            || !self.links.is_empty();
        match (given, former) {
            (Some("-"), _) => standard_input().map(Text::Given),
            (Some(text), _) => Ok(Text::Given(text.to_owned())),
            (None, Some(former)) if changes_the_rest => Ok(Text::Given(former.text.clone())),
            (None, former) => {
                let text = former.map_or("", |it| it.text.as_str());
                editor::edit(start.places.folder(), text).map(Text::Edited)
            }
        }
    }

    fn draft(
        &self,
        text: &str,
        former: Option<&Kept>,
        tags: BTreeSet<Tag>,
        cites: Vec<EntryId>,
    ) -> anyhow::Result<NoteDraft> {
        let former_type = former.map_or(NoteType::Insight, |it| it.note_type);
        let former_title = former.map_or("", |it| it.title.as_str());
        let (mut all_tags, mut all_cites) = (tags, cites);
        if let Some(former) = former {
            all_tags.extend(former.tags.iter().cloned());
            all_cites.splice(0..0, former.cites.iter().map(|it| it.entry));
        }
        Ok(NoteDraft::new(
            self.about.unwrap_or(former_type),
            self.title.as_deref().unwrap_or(former_title),
            text,
            all_tags,
            all_cites,
        )?)
    }

    /// With all that stands around the text.
    fn around(
        &self,
        draft: NoteDraft,
        former: Option<&Kept>,
        mut competencies: BTreeSet<Competency>,
    ) -> anyhow::Result<NoteDraft> {
        let mut links = former.map(|it| it.links.clone()).unwrap_or_default();
        links.extend(self.links.iter().cloned());
        competencies.extend(former.into_iter().flat_map(|it| it.competencies.iter().cloned()));
        let mut draft = draft.showing(competencies)?.linked(links)?;
        if let Some(date) = self.date {
            draft = draft.dated(date)?;
        }
        if !self.has_idea() {
            return Ok(draft);
        }
        if draft.note_type() != NoteType::Idea {
            bail!("only an idea has a path: say --type idea, too");
        }
        let idea = former.and_then(|it| it.kept_idea.clone()).unwrap_or_default();
        Ok(draft.on_its_way(self.idea(idea))?)
    }

    fn has_idea(&self) -> bool {
        let texts = [&self.owner, &self.hypothesis, &self.effort, &self.outcome];
        self.state.is_some() || texts.iter().any(|it| it.is_some())
    }

    fn idea(&self, former: Idea) -> Idea {
        let text = |given: &Option<String>, former: String| given.clone().unwrap_or(former);
        Idea {
            state: self.state.unwrap_or(former.state),
            owner: text(&self.owner, former.owner),
            hypothesis: text(&self.hypothesis, former.hypothesis),
            effort: text(&self.effort, former.effort),
            outcome: text(&self.outcome, former.outcome),
        }
    }
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Self::Given(text) => text,
            Self::Edited(edited) => &edited.text,
        }
    }

    fn discard(self) {
        if let Self::Edited(edited) = self {
            edited.discard();
        }
    }
}

/// Entries, then a text.
fn parts(words: &[String]) -> anyhow::Result<(&[String], Option<&str>)> {
    let entries = words.iter().take_while(|it| named::is_entry(it)).count();
    match &words[entries..] {
        [] => Ok((words, None)),
        [text] => Ok((&words[..entries], Some(text))),
        _ => bail!("put the text of the note into quotation marks: it is one argument"),
    }
}

/// Beyond the longest note in any script, in bytes.
const MOST_INPUT: u64 = 4 * 1024 * 1024;

fn standard_input() -> anyhow::Result<String> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MOST_INPUT).read_to_string(&mut text);
    read.context("could not read the text of the note from standard input")?;
    Ok(text)
}

async fn keep(
    store: &Store,
    reader: ReaderId,
    former: Option<&Kept>,
    draft: &NoteDraft,
    now: Timestamp,
) -> anyhow::Result<Kept> {
    // The day on which one writes, where one writes.
    let today = now.to_zoned(TimeZone::system()).date();
    let dated = match (former, draft.date()) {
        (None, None) => draft.clone().dated(today)?,
        _ => draft.clone(),
    };
    let draft = &dated;
    let note = match former {
        Some(it) => reading::rewrite_note(store, (reader, it.id), it.revision, draft, now).await?,
        None => reading::write_note(store, reader, draft, now).await?,
    };
    Ok(note)
}

fn tell(note: &Kept, former: Option<&Kept>, output: &Output) {
    match former {
        Some(former) if former.revision == note.revision => output.note("it is as it was"),
        Some(former) => {
            output.note(&format!("what it said at revision {} is kept", former.revision));
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_first_and_the_text_is_one_argument() {
        let split = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
            parts(&words).map(|(entries, text)| (entries.len(), text.map(str::to_owned)))
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(split(&["12", "https://example.com/a"]).unwrap(), (2, None));
        assert_eq!(split(&["12", "3 ways to rank"]).unwrap(), (1, text("3 ways to rank")));
        assert_eq!(split(&["12", "-"]).unwrap(), (1, text("-")));
        assert_eq!(split(&["towers"]).unwrap(), (0, text("towers")));
        assert_eq!(split(&["https://example.com/ says"]).unwrap().0, 0);
        assert!(split(&["12", "3", "ways", "to", "rank"]).is_err());
    }
}
