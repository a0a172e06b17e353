//! The library: everything that was published and read, in SQL (SQLite, or PostgreSQL).
//!
//! What changes is written by one connection, group by group, each in one transaction that also
//! moves the change sequence on; the index follows that sequence ([`Store::changes_after`]).

mod access;
mod articles;
mod asides;
mod backfill;
mod backup;
mod check;
mod digest;
mod entries;
mod error;
mod follow;
mod follow_rows;
mod forget;
mod insight;
mod known;
mod open;
mod peers;
mod phrases;
mod planned;
mod politeness;
mod reader;
mod record;
mod robots;
mod roster;
mod sequence;
mod sources;
mod sql;
mod state;
mod stories;
mod written;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use sqlx::{Any, Transaction};

use crate::domain::{
    Address, Entry, EntryDraft, EntryId, Following, Gate, HostTally, PageToAsk, Plan, RobotsCopy,
    Search, Slug, SourceId, SourceToVisit, Visit, day_of,
    story::{Mark, StoryFacts},
};

#[doc(hidden)]
pub use self::planned::Step;
pub use self::{
    access::{KeptByReader, NewReader, ReaderReport, ShelfAsk, Who},
    articles::{ArticleNote, AskedPage, EntriesToPlan, PageText, PagesAsk},
    asides::Aside,
    backfill::BackfillProgress,
    backup::Restored,
    check::{Integrity, Sizes, TableSize},
    digest::{
        ArrivedStory, Claim, ClaimedIssue, ClaimedLetter, DeliveryRecord, IssueReport, LastIssue,
        LetterReport, NewLetter, NewSubscriber, OwnCounts, PostInShort, SubscriberRecord,
        SubscriberReport, Telling,
    },
    entries::{Arrived, Cursor, EntriesAsk, EntryWithBody, Page, Revision},
    error::{Cause, StoreError},
    follow::FollowReport,
    forget::Forgetting,
    insight::{CorrectionsAsk, InsightCounts, ReadInsight, RereadPart, Rereading},
    open::Location,
    politeness::HostReport,
    reader::{
        Arrival, CompetencyReport, HighlightsAsk, ImportConflict, ImportOutcome, ImportedReading,
        JournalImported, JournalParts, KeptCursor, KeptPage, LedgerTaken, LeftOut, ListCounts,
        ListInShort, ListView, NoteWrite, NotesAsk, NotesOrder, ReadingReport, ReadingsAsk,
        ReadingsChanged, ReadingsDo, TagReport,
    },
    record::Recorded,
    sequence::{Changes, IndexRow, Portion},
    sources::{PeerReport, Pick, SourceCounts, SourceReport},
    stories::{AlsoAt, AlsoIn, Elsewhere, EntriesToMatch, Matched, StoryMember, StoryView},
};
use self::{
    open::{Dialect, Pools},
    planned::Planned,
    roster::Roster,
    sql::{Cells, Sql, ms},
};

/// An open library. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Opened>);

struct Opened {
    pools: Pools,
    place: String,
    lineage: String,
    /// When old visits were last deleted, in milliseconds.
    pruned: AtomicI64,
    planned: Planned,
    roster: Roster,
}

/// Old visits are looked for this often.
const PRUNE_EVERY_MS: i64 = 60 * 60 * 1000;

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.0.place).finish()
    }
}

impl Store {
    /// Opens a library, makes it where there is none, and brings an older one up to date.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let pools = Pools::open(location).await?;
        let place = location.to_string();
        let lineage = "SELECT value FROM meta WHERE name = 'lineage'";
        let row = sqlx::query(lineage).fetch_one(&pools.writer).await;
        let lineage = row.and_then(|row| Cells::of(&row).text());
        let lineage = lineage.map_err(|error| StoreError::of(&place, error))?;
        let (pruned, planned) = (AtomicI64::new(i64::MIN), Planned::default());
        let roster = Roster::default();
        Ok(Self(Arc::new(Opened { pools, place, lineage, pruned, planned, roster })))
    }

    /// Tells this library from others, also from itself before a backup was brought back: an index
    /// made from another lineage has to be made anew.
    pub fn lineage(&self) -> &str {
        &self.0.lineage
    }

    /// Follows what `feeds.toml` says now. What is no longer in it stays, unvisited; a new source is
    /// due at once; a peer's only source that has another address keeps its entries.
    pub async fn follow(
        &self,
        following: &Following,
        now: Timestamp,
    ) -> Result<FollowReport, StoreError> {
        self.told(self.write(async |it| follow::follow(it, following, now).await).await)
    }

    /// Sources to visit now, the longest due first.
    pub async fn sources_due(&self, now: Timestamp) -> Result<Vec<SourceToVisit>, StoreError> {
        self.told(sources::due(&self.0.pools.readers, now).await)
    }

    /// Sources whether due or not. Whoever visits them heeds [`SourceState::not_before`].
    ///
    /// [`SourceState::not_before`]: crate::domain::SourceState::not_before
    pub async fn sources_to_visit(&self, pick: &Pick) -> Result<Vec<SourceToVisit>, StoreError> {
        self.told(sources::picked(&self.0.pools.readers, pick).await)
    }

    /// When the next source becomes due; `None` when none ever does.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.told(sources::next_due(&self.0.pools.readers).await)
    }

    /// Records finished visits in one transaction, in their order. Visits to sources that were
    /// forgotten in the meantime are left out.
    pub async fn record(&self, visits: Vec<Visit>) -> Result<Vec<Recorded>, StoreError> {
        let Some(now) = visits.iter().map(|it| it.at).max() else { return Ok(Vec::new()) };
        let prepared = visits.into_iter().map(record::prepare).collect();
        let prune = self.0.pruned.load(Ordering::Relaxed).saturating_add(PRUNE_EVERY_MS) < ms(now);
        let recorded = self.write(async |it| {
            if prune {
                record::prune_visits(it, now).await?;
                politeness::prune(it, day_of(now)).await?;
            }
            record::record(it, prepared).await
        });
        let recorded = recorded.await;
        if prune && recorded.is_ok() {
            self.0.pruned.store(ms(now), Ordering::Relaxed);
        }
        self.told(recorded)
    }

    /// How far the back-catalogue of a source was walked.
    pub async fn backfill_progress(
        &self,
        source: SourceId,
    ) -> Result<Option<BackfillProgress>, StoreError> {
        self.told(self.read(async |it| backfill::progress(it, source).await).await)
    }

    /// Records entries of a back-catalogue together with how far it was walked. Entries that are known
    /// stay as they are.
    pub async fn record_backlog(
        &self,
        source: &SourceToVisit,
        drafts: Vec<EntryDraft>,
        progress: &BackfillProgress,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let id = source.id;
        let prepared = record::prepare_backlog(source, drafts, now);
        let record = async |it: &mut sqlx::AnyConnection| {
            backfill::keep(it, id, progress).await?;
            record::record_backlog(it, prepared).await
        };
        self.told(self.write(record).await)
    }

    /// Every source of any type, followed or not, ordered by peer.
    pub async fn sources(&self) -> Result<Vec<SourceReport>, StoreError> {
        self.told(self.read(async |it| self.0.roster.sources(it).await).await)
    }

    /// What there is of some sources; of nothing else.
    pub async fn source_counts(
        &self,
        sources: &[SourceId],
    ) -> Result<HashMap<SourceId, SourceCounts>, StoreError> {
        self.told(self.read(async |it| sources::counts(it, sources).await).await)
    }

    /// Every peer, followed or not, ordered by slug.
    pub async fn peers(&self) -> Result<Vec<PeerReport>, StoreError> {
        self.told(self.read(async |it| self.0.roster.peers(it).await).await)
    }

    /// Entries, newest first.
    pub async fn entries(&self, ask: &EntriesAsk) -> Result<Page<Entry>, StoreError> {
        self.told(entries::list(&self.0.pools.readers, ask).await)
    }

    pub async fn entry(&self, id: EntryId) -> Result<Option<EntryWithBody>, StoreError> {
        Ok(self.entries_by_id(&[id]).await?.pop())
    }

    /// The entries that exist, in the order asked for.
    pub async fn entries_by_id(&self, ids: &[EntryId]) -> Result<Vec<EntryWithBody>, StoreError> {
        self.told(entries::with_bodies(&self.0.pools.readers, ids).await)
    }

    /// The same with nothing but their sanitised texts.
    pub async fn entry_texts(&self, ids: &[EntryId]) -> Result<Vec<(Entry, String)>, StoreError> {
        self.told(entries::texts(&self.0.pools.readers, ids).await)
    }

    /// The same without their texts.
    pub async fn entries_without_bodies(&self, ids: &[EntryId]) -> Result<Vec<Entry>, StoreError> {
        self.told(entries::without_bodies(&self.0.pools.readers, ids).await)
    }

    /// The titles of the entries that exist, in the order asked for.
    pub async fn titles(&self, ids: &[EntryId]) -> Result<Vec<(EntryId, String)>, StoreError> {
        self.told(entries::titles(&self.0.pools.readers, ids).await)
    }

    /// What an entry said before its edits, latest first.
    pub async fn revisions(&self, id: EntryId) -> Result<Vec<Revision>, StoreError> {
        self.told(entries::revisions(&self.0.pools.readers, id).await)
    }

    /// What changed after a position of the change sequence, a portion at a time. The entries of a
    /// peer count as changed when `feeds.toml` says something else of it, or nothing any more.
    pub async fn changes_after(
        &self,
        position: i64,
        portion: Portion,
    ) -> Result<Changes, StoreError> {
        self.told(sequence::after(&self.0.pools.readers, position, portion).await)
    }

    /// Everything that a search may ask of these entries, as far as they exist; in no order.
    pub async fn index_rows(&self, entries: &[EntryId]) -> Result<Vec<IndexRow>, StoreError> {
        self.told(self.read(async |it| sequence::by_id(it, entries).await).await)
    }

    /// The end of the change sequence.
    pub async fn last_change(&self) -> Result<i64, StoreError> {
        self.told(self.read(async |it| sequence::last(it).await).await)
    }

    /// What [`Store::forget`] would delete.
    pub async fn forget_preview(&self, slug: &Slug) -> Result<Option<Forgetting>, StoreError> {
        self.told(self.read(async |it| forget::preview(it, slug).await).await)
    }

    /// Deletes all that a peer left, and says what it was. Followed again, it comes as new.
    pub async fn forget(&self, slug: &Slug) -> Result<Option<Forgetting>, StoreError> {
        self.told(self.write(async |it| forget::forget(it, slug).await).await)
    }

    /// Deletes an entry for good, also while its source still lists it; says whether there was one.
    pub async fn delete_entry(&self, id: EntryId, now: Timestamp) -> Result<bool, StoreError> {
        self.told(self.write(async |it| forget::delete_entry(it, id, now).await).await)
    }

    /// The next entries whose articles are to be thought about: new, or changed since.
    pub async fn articles_to_plan(&self, portion: Portion) -> Result<EntriesToPlan, StoreError> {
        self.told(self.read(async |it| articles::to_plan(it, portion).await).await)
    }

    /// Carries out what was decided about [`Store::articles_to_plan`].
    pub async fn plan_articles(&self, plans: Vec<Plan>, upto: i64) -> Result<(), StoreError> {
        self.told(self.write(async |it| articles::carry_out(it, plans, upto).await).await)
    }

    /// Pages to ask for now, those of the newest entries first.
    pub async fn pages_to_ask(
        &self,
        ask: &PagesAsk,
        now: Timestamp,
    ) -> Result<Vec<PageToAsk>, StoreError> {
        self.told(articles::to_ask(&self.0.pools.readers, ask, now).await)
    }

    /// How many pages could be asked for now, of all peers or of one.
    pub async fn pages_due(&self, peer: Option<&Slug>, now: Timestamp) -> Result<u64, StoreError> {
        self.told(articles::due(&self.0.pools.readers, peer, now).await)
    }

    /// When the next page may be asked for; `None` when none ever is.
    pub async fn next_page_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.told(articles::next_due(&self.0.pools.readers).await)
    }

    /// Records pages that were asked for, in one transaction; says how many texts came or changed.
    pub async fn record_pages(&self, pages: Vec<AskedPage>) -> Result<u64, StoreError> {
        self.told(self.write(async |it| articles::record(it, pages).await).await)
    }

    /// What the source carries of an entry, also where the text of its page is shown.
    pub async fn source_body(&self, entry: EntryId) -> Result<Option<String>, StoreError> {
        self.told(articles::source_body(&self.0.pools.readers, entry).await)
    }

    /// Adds how hosts were treated on a day.
    pub async fn add_politeness(
        &self,
        day: i64,
        tallies: Vec<(Gate, HostTally)>,
    ) -> Result<(), StoreError> {
        if tallies.is_empty() {
            return Ok(());
        }
        self.told(self.write(async |it| politeness::add(it, day, tallies).await).await)
    }

    /// How each host was treated since a day, those with the most requests first.
    pub async fn politeness_since(&self, day: i64) -> Result<Vec<HostReport>, StoreError> {
        self.told(politeness::since(&self.0.pools.readers, day).await)
    }

    /// What is kept of the `robots.txt` of an origin (`https://example.com`).
    pub async fn robots(&self, origin: &str) -> Result<Option<RobotsCopy>, StoreError> {
        self.told(robots::load(&self.0.pools.readers, origin).await)
    }

    pub async fn keep_robots(&self, origin: &str, copy: &RobotsCopy) -> Result<(), StoreError> {
        self.told(self.write(async |it| robots::keep(it, origin, copy).await).await)
    }

    /// The next entries that are to be compared with others: new, or changed since.
    pub async fn entries_to_match(&self, rows: u32) -> Result<EntriesToMatch, StoreError> {
        self.told(self.read(async |it| stories::to_match(it, rows).await).await)
    }

    /// Lets entries be found by these marks, and by no others.
    pub async fn mark_entries(&self, marks: Vec<(EntryId, Vec<Mark>)>) -> Result<(), StoreError> {
        self.told(self.write(async |it| stories::mark(it, marks).await).await)
    }

    /// Entries that have one of these values among their marks.
    pub async fn entries_marked(
        &self,
        values: Vec<i64>,
    ) -> Result<Vec<(i64, EntryId)>, StoreError> {
        self.told(stories::found_by(&self.0.pools.readers, values).await)
    }

    pub async fn story_facts(&self, entries: &[EntryId]) -> Result<Vec<StoryFacts>, StoreError> {
        self.told(stories::facts(&self.0.pools.readers, entries).await)
    }

    /// The text of each entry that is shown.
    pub async fn bodies(&self, entries: &[EntryId]) -> Result<Vec<(EntryId, String)>, StoreError> {
        self.told(stories::bodies(&self.0.pools.readers, entries).await)
    }

    /// Records what was found of [`Store::entries_to_match`], in one transaction, and puts stories
    /// together; says how many entries went over to another story.
    pub async fn record_stories(&self, matched: Matched) -> Result<u64, StoreError> {
        self.told(self.write(async |it| stories::record(it, matched).await).await)
    }

    /// Tells an entry apart for good from all that it is one story with; says from how many.
    pub async fn split_story(&self, entry: EntryId) -> Result<u64, StoreError> {
        self.told(self.write(async |it| stories::split(it, entry).await).await)
    }

    /// Makes the stories of two entries one for good; says whether both exist and were two.
    pub async fn merge_stories(&self, one: EntryId, other: EntryId) -> Result<bool, StoreError> {
        self.told(self.write(async |it| stories::merge(it, one, other).await).await)
    }

    /// The story of an entry with all its members.
    pub async fn story(&self, entry: EntryId) -> Result<Option<StoryView>, StoreError> {
        self.told(self.read(async |it| stories::story(it, entry).await).await)
    }

    pub async fn entry_at(&self, address: &Address) -> Result<Option<EntryId>, StoreError> {
        self.told(self.read(async |it| stories::entry_at(it, address).await).await)
    }

    /// Where else the stories of these entries are told, and their verdicts.
    pub async fn asides(&self, entries: &[EntryId]) -> Result<HashMap<EntryId, Aside>, StoreError> {
        self.told(self.read(async |it| asides::asides(it, entries).await).await)
    }

    /// Key phrases that so many stories have since then, or more, each with all entries that have it since
    /// an earlier time.
    pub async fn frequent_phrases(
        &self,
        since_and_from: (Timestamp, Timestamp),
        fewest_stories: usize,
    ) -> Result<BTreeMap<String, Vec<EntryId>>, StoreError> {
        let phrases = async |it: &mut sqlx::AnyConnection| {
            phrases::frequent(it, since_and_from, fewest_stories).await
        };
        self.told(self.read(phrases).await)
    }

    /// Keeps what searching for a source in another place came to.
    pub async fn keep_search(&self, source: SourceId, search: &Search) -> Result<(), StoreError> {
        self.told(self.write(async |it| state::keep_search(it, source, search).await).await)
    }

    /// Lets a source that was gone be visited again.
    pub async fn unmute(&self, source: SourceId) -> Result<(), StoreError> {
        self.told(self.write(async |it| state::unmute(it, source).await).await)
    }

    /// Writes a whole, consistent copy to a new file, while the library stays in use.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if self.0.pools.dialect != Dialect::Sqlite {
            return Err(StoreError::NotAFile);
        }
        let mut connection = self.told(self.0.pools.readers.acquire().await)?;
        backup::backup(&mut connection, &self.0.place, to).await
    }

    /// Puts a backup in the place of a library that nobody is using. What was there is kept.
    pub async fn restore(from: &Path, to: &Path, now: Timestamp) -> Result<Restored, StoreError> {
        backup::restore(from, to, now).await
    }

    /// Looks at every page and every reference; takes a while for a large library.
    pub async fn check(&self) -> Result<Integrity, StoreError> {
        let dialect = self.0.pools.dialect;
        self.told(self.read(async |it| check::check(it, dialect).await).await)
    }

    /// What takes the space.
    pub async fn sizes(&self) -> Result<Sizes, StoreError> {
        let dialect = self.0.pools.dialect;
        self.told(self.read(async |it| check::sizes(it, dialect).await).await)
    }

    /// Lets running work finish and closes the library.
    pub async fn close(self) {
        self.0.pools.readers.close().await;
        self.0.pools.writer.close().await;
    }

    /// Plans a failure of the next write, for tests of what a crash leaves.
    #[doc(hidden)]
    pub fn fail_at(&self, step: Step) {
        self.fail_at_write(step, 0);
    }

    /// The same for a later write: so many go well before.
    #[doc(hidden)]
    pub fn fail_at_write(&self, step: Step, writes_before: u32) {
        self.0.planned.plan(step, writes_before);
    }

    async fn read<T>(&self, work: impl AsyncFnOnce(&mut sqlx::AnyConnection) -> Sql<T>) -> Sql<T> {
        let mut connection = self.0.pools.readers.acquire().await?;
        work(&mut connection).await
    }

    /// Does some work in one transaction: all of it is kept, or nothing.
    async fn write<T>(&self, work: impl AsyncFnOnce(&mut sqlx::AnyConnection) -> Sql<T>) -> Sql<T> {
        let mut transaction: Transaction<'static, Any> = self.0.pools.begin().await?;
        let done = work(&mut transaction).await?;
        self.0.planned.pass(Step::BeforeCommit)?;
        transaction.commit().await?;
        self.0.planned.pass(Step::AfterCommit)?;
        Ok(done)
    }

    fn told<T>(&self, result: Sql<T>) -> Result<T, StoreError> {
        result.map_err(|error| StoreError::of(&self.0.place, error))
    }
}
