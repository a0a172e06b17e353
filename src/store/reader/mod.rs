//! What readers keep: seen, readings, notes, highlights, searches. A crawl only ever moves it along
//! with the entries that it belongs to.

mod cited;
mod follow;
mod gone;
mod highlights;
mod import;
mod import_cites;
mod import_notes;
mod kept;
mod ledger;
mod list_part;
mod note_query;
mod note_writes;
mod notes;
mod outside;
mod ranks;
mod readings;
mod searches;
mod seen;
mod sittings;
mod tags;
mod typed;
mod undo;
mod whole;

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};

use super::{Store, StoreError};
use crate::domain::{
    Highlight, HighlightDraft, HighlightId, IdeaState, Kept, ListedReading, Note, NoteDraft,
    NoteId, NoteRevision, Position, ReaderId, ReadingChange, ReadingState, SavedSearch, Seen,
    Sitting, Slug, StoryId, TabId, Tag, TypedNote,
};

pub(super) use self::{
    cited::{citations, read_citation},
    follow::{Moved, follow_entries},
    gone::{LEAVING_READINGS, drop_forgotten, keep_names_of_entry, keep_names_of_peer},
    ledger::begin_all as begin_ledgers,
};
pub use self::{
    highlights::HighlightsAsk,
    import::{ImportConflict, JournalImported, LedgerTaken, LeftOut},
    list_part::{ListCounts, ListInShort, ListView},
    note_writes::NoteWrite,
    notes::{NotesAsk, NotesOrder},
    outside::{Arrival, ImportOutcome, ImportedReading},
    readings::{ReadingReport, ReadingsAsk},
    tags::{CompetencyReport, TagReport},
    undo::{ReadingsChanged, ReadingsDo},
    whole::JournalParts,
};

/// Where a page of a reader's list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptCursor {
    pub at: Timestamp,
    pub id: i64,
}

/// Part of a reader's list, latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPage<T> {
    pub rows: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<KeptCursor>,
}

impl<T> KeptPage<T> {
    /// Of one row more than wanted, if there are so many.
    pub(in crate::store) fn of(
        mut rows: Vec<T>,
        limit: u32,
        cursor: impl Fn(&T) -> KeptCursor,
    ) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Self { rows, next }
    }
}

/// As two numbers, those of before the beginning where nothing is to be left out.
pub(in crate::store) fn before(cursor: Option<KeptCursor>) -> (i64, i64) {
    cursor.map_or((i64::MAX, i64::MAX), |it| (super::sql::ms(it.at), it.id))
}

impl Store {
    /// Records that stories were shown to a reader; those that do not exist are passed over.
    pub async fn show_stories(
        &self,
        reader: ReaderId,
        stories: &[StoryId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.told(self.write(async |it| seen::show(it, reader, stories, now).await).await)
    }

    /// Records that a reader opened a story; says what is known of it then, if it exists.
    pub async fn open_story(
        &self,
        reader: ReaderId,
        story: StoryId,
        now: Timestamp,
    ) -> Result<Option<Seen>, StoreError> {
        self.told(self.write(async |it| seen::open(it, reader, story, now).await).await)
    }

    pub async fn seen(&self, reader: ReaderId, story: StoryId) -> Result<Option<Seen>, StoreError> {
        self.told(self.read(async |it| seen::seen(it, reader, story).await).await)
    }

    /// The last sitting of a reader that was written down.
    pub async fn sitting(&self, reader: ReaderId) -> Result<Option<Sitting>, StoreError> {
        self.told(self.read(async |it| sittings::load(it, reader).await).await)
    }

    /// Writes down that a reader looks at a page, which may show what arrived up to a number of the
    /// change sequence.
    pub async fn sit(
        &self,
        reader: ReaderId,
        shown: Option<i64>,
        now: Timestamp,
    ) -> Result<Sitting, StoreError> {
        self.told(self.write(async |it| sittings::sit(it, reader, shown, now).await).await)
    }

    /// Puts a story on a reader's list, or changes what is there; `None` where there is no such
    /// story.
    pub async fn change_reading(
        &self,
        reader: ReaderId,
        story: StoryId,
        change: ReadingChange,
        now: Timestamp,
    ) -> Result<Option<ReadingReport>, StoreError> {
        let change = async |it: &mut _| readings::change(it, reader, story, change, now).await;
        self.told(self.write(change).await)
    }

    /// Takes a story off a reader's list; says whether it was there.
    pub async fn remove_reading(
        &self,
        reader: ReaderId,
        story: StoryId,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| readings::remove(it, reader, story).await).await)
    }

    pub async fn reading(
        &self,
        reader: ReaderId,
        story: StoryId,
    ) -> Result<Option<ReadingReport>, StoreError> {
        self.told(self.read(async |it| readings::one(it, reader, story).await).await)
    }

    /// A reader's list, what was added last first.
    pub async fn readings(
        &self,
        reader: ReaderId,
        ask: &ReadingsAsk,
    ) -> Result<KeptPage<ReadingReport>, StoreError> {
        self.told(self.read(async |it| readings::list(it, reader, ask).await).await)
    }

    /// All of a reader's list, in the order of the hand.
    pub async fn all_readings(&self, reader: ReaderId) -> Result<Vec<ReadingReport>, StoreError> {
        self.told(self.read(async |it| readings::all(it, reader).await).await)
    }

    /// The readings of these stories, in the order asked for.
    pub async fn readings_of(
        &self,
        reader: ReaderId,
        stories: &[StoryId],
    ) -> Result<Vec<ReadingReport>, StoreError> {
        self.told(self.read(async |it| list_part::reports(it, reader, stories).await).await)
    }

    /// How far a reader has come with these stories, as far as they are on the list.
    pub async fn reading_states(
        &self,
        reader: ReaderId,
        stories: &[StoryId],
    ) -> Result<HashMap<StoryId, ReadingState>, StoreError> {
        self.told(self.read(async |it| list_part::states(it, reader, stories).await).await)
    }

    /// Part of a reader's list, and what is left to read of it.
    pub async fn list_in_short(
        &self,
        reader: ReaderId,
        (view, tag): (ListView, Option<&Tag>),
        now: Timestamp,
    ) -> Result<ListInShort, StoreError> {
        self.told(
            self.read(async |it| list_part::in_short(it, reader, (view, tag), now).await).await,
        )
    }

    pub async fn list_counts(
        &self,
        reader: ReaderId,
        now: Timestamp,
    ) -> Result<ListCounts, StoreError> {
        self.told(self.read(async |it| list_part::counts(it, reader, now).await).await)
    }

    /// Changes several readings in one transaction, and keeps what they were.
    pub async fn change_readings(
        &self,
        reader: ReaderId,
        stories: &[StoryId],
        what: &ReadingsDo,
        now: Timestamp,
    ) -> Result<ReadingsChanged, StoreError> {
        let change = async |it: &mut _| undo::change(it, reader, stories, what, now).await;
        self.told(self.write(change).await)
    }

    /// Puts readings back as they were before a change; says which, or `None` where it cannot be taken back
    /// (any more).
    pub async fn undo_readings(
        &self,
        reader: ReaderId,
        undo: i64,
    ) -> Result<Option<Vec<StoryId>>, StoreError> {
        self.told(self.write(async |it| undo::undo(it, reader, undo).await).await)
    }

    /// Remembers how far a story is read; says whether it is on the list.
    pub async fn put_position(
        &self,
        reader: ReaderId,
        story: StoryId,
        position: &Position,
    ) -> Result<bool, StoreError> {
        let put = async |it: &mut _| list_part::put_position(it, (reader, story), position).await;
        self.told(self.write(put).await)
    }

    /// Puts what is listed elsewhere on a reader's list, in one transaction; what is at an unknown address
    /// becomes an entry whose page is asked for. Says what came of each that has an address.
    pub async fn import_readings(
        &self,
        reader: ReaderId,
        listed: Vec<ListedReading>,
        arrival: Arrival,
        now: Timestamp,
    ) -> Result<Vec<ImportedReading>, StoreError> {
        let import = async |it: &mut _| outside::import(it, reader, listed, arrival, now).await;
        self.told(self.write(import).await)
    }

    /// Puts one page on a reader's list, which can be taken back where it was not there before.
    pub async fn save_page(
        &self,
        reader: ReaderId,
        listed: ListedReading,
        now: Timestamp,
    ) -> Result<Option<(ImportedReading, Option<i64>)>, StoreError> {
        let save = async |it: &mut sqlx::AnyConnection| {
            let came = outside::import(it, reader, vec![listed], Arrival::Now, now).await?.pop();
            let Some(came) = came else { return Ok(None) };
            let undo = match came.outcome {
                ImportOutcome::Added => Some(undo::keep_new(it, reader, came.story, now).await?),
                ImportOutcome::United | ImportOutcome::Same => None,
            };
            Ok(Some((came, undo)))
        };
        self.told(self.write(save).await)
    }

    pub async fn add_note(
        &self,
        reader: ReaderId,
        draft: &NoteDraft,
        now: Timestamp,
    ) -> Result<NoteWrite, StoreError> {
        self.told(self.write(async |it| note_writes::add(it, reader, draft, now).await).await)
    }

    /// Has a note say something else than it did in the given revision. What it said is kept.
    pub async fn change_note(
        &self,
        (reader, id): (ReaderId, NoteId),
        revision: u32,
        draft: &NoteDraft,
        now: Timestamp,
    ) -> Result<NoteWrite, StoreError> {
        let change =
            async |it: &mut _| note_writes::change(it, (reader, id), revision, draft, now).await;
        self.told(self.write(change).await)
    }

    /// Has an idea come to another state. What the note said before is kept, and the step with its
    /// time.
    pub async fn move_idea(
        &self,
        (reader, id): (ReaderId, NoteId),
        state: IdeaState,
        now: Timestamp,
    ) -> Result<NoteWrite, StoreError> {
        let step = async |it: &mut _| note_writes::move_idea(it, (reader, id), state, now).await;
        self.told(self.write(step).await)
    }

    /// Deletes a note with all that it said, save its hashes in the ledger; says whether there was one.
    pub async fn delete_note(
        &self,
        reader: ReaderId,
        id: NoteId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| note_writes::delete(it, reader, id, now).await).await)
    }

    pub async fn note(&self, reader: ReaderId, id: NoteId) -> Result<Option<Note>, StoreError> {
        self.told(self.read(async |it| notes::one(it, reader, id).await).await)
    }

    /// The notes that name a note, in text or links, the latest made first.
    pub async fn notes_naming(
        &self,
        reader: ReaderId,
        id: NoteId,
    ) -> Result<Vec<Note>, StoreError> {
        self.told(self.read(async |it| notes::naming(it, reader, id).await).await)
    }

    /// How many notes a reader has of each day, the latest first.
    pub async fn notes_by_day(&self, reader: ReaderId) -> Result<Vec<(Date, u64)>, StoreError> {
        self.told(self.read(async |it| notes::by_day(it, reader).await).await)
    }

    /// Keeps what stands in a tab's editor, in place of what stood there before.
    pub async fn keep_typed(&self, reader: ReaderId, note: &TypedNote) -> Result<(), StoreError> {
        self.told(self.write(async |it| typed::keep(it, reader, note).await).await)
    }

    /// Says whether there was something.
    pub async fn drop_typed(&self, reader: ReaderId, tab: &TabId) -> Result<bool, StoreError> {
        self.told(self.write(async |it| typed::drop_tab(it, reader, tab).await).await)
    }

    /// What was typed of a note, or of those that are new, and not kept; the latest first.
    pub async fn typed_of(
        &self,
        reader: ReaderId,
        note: Option<NoteId>,
    ) -> Result<Vec<TypedNote>, StoreError> {
        self.told(self.read(async |it| typed::of_note(it, reader, note).await).await)
    }

    /// A reader's notes, latest first.
    pub async fn notes(
        &self,
        reader: ReaderId,
        ask: &NotesAsk,
    ) -> Result<KeptPage<Note>, StoreError> {
        self.told(self.read(async |it| notes::list(it, reader, ask).await).await)
    }

    /// What a note said before its changes, latest first; `None` where there is no such note.
    pub async fn note_revisions(
        &self,
        reader: ReaderId,
        id: NoteId,
    ) -> Result<Option<Vec<NoteRevision>>, StoreError> {
        self.told(self.read(async |it| notes::revisions(it, reader, id).await).await)
    }

    /// Keeps a highlight, unless it is there already; `None` where there is no such entry.
    pub async fn add_highlight(
        &self,
        reader: ReaderId,
        draft: &HighlightDraft,
        now: Timestamp,
    ) -> Result<Option<Highlight>, StoreError> {
        self.told(self.write(async |it| highlights::add(it, reader, draft, now).await).await)
    }

    /// Says whether there was such a highlight.
    pub async fn delete_highlight(
        &self,
        reader: ReaderId,
        id: HighlightId,
    ) -> Result<bool, StoreError> {
        self.told(self.write(async |it| highlights::delete(it, reader, id).await).await)
    }

    /// A reader's highlights, latest first.
    pub async fn highlights(
        &self,
        reader: ReaderId,
        ask: &HighlightsAsk,
    ) -> Result<KeptPage<Highlight>, StoreError> {
        self.told(self.read(async |it| highlights::list(it, reader, ask).await).await)
    }

    /// Keeps a search under its slug, in place of one that is there; says as it is kept.
    pub async fn save_search(
        &self,
        reader: ReaderId,
        search: &SavedSearch,
    ) -> Result<SavedSearch, StoreError> {
        self.told(self.write(async |it| searches::save(it, reader, search).await).await)
    }

    /// Says whether there was such a search.
    pub async fn remove_search(&self, reader: ReaderId, slug: &Slug) -> Result<bool, StoreError> {
        self.told(self.write(async |it| searches::remove(it, reader, slug).await).await)
    }

    /// By name.
    pub async fn saved_searches(&self, reader: ReaderId) -> Result<Vec<SavedSearch>, StoreError> {
        self.told(self.read(async |it| searches::saved(it, reader).await).await)
    }

    /// Remembers what a reader has searched for; what is empty or very long is not worth it.
    pub async fn remember_search(
        &self,
        reader: ReaderId,
        text: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.told(self.write(async |it| searches::remember(it, reader, text, now).await).await)
    }

    /// What a reader has searched for, latest first.
    pub async fn past_searches(
        &self,
        reader: ReaderId,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        self.told(self.read(async |it| searches::past(it, reader, limit).await).await)
    }

    /// The tags that a reader uses, those used most first.
    pub async fn tags(&self, reader: ReaderId) -> Result<Vec<TagReport>, StoreError> {
        self.told(self.read(async |it| tags::reports(it, reader).await).await)
    }

    /// The competencies that a reader's notes show, those of most notes first.
    pub async fn competencies(
        &self,
        reader: ReaderId,
    ) -> Result<Vec<CompetencyReport>, StoreError> {
        self.told(self.read(async |it| tags::competencies(it, reader).await).await)
    }

    /// The stories of which a reader keeps something, each once, in the order of their numbers.
    pub async fn stories_kept(
        &self,
        reader: ReaderId,
        kept: &Kept,
    ) -> Result<Vec<StoryId>, StoreError> {
        self.told(self.read(async |it| kept::stories(it, reader, kept).await).await)
    }
}
