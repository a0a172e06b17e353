//! A journal that comes in from files, in one transaction: what is new is kept, nothing here is lost.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::AnyConnection;

use super::{highlights, import_cites::Cites, import_notes, ledger, notes, ranks, readings};
use crate::{
    domain::{
        Arrival, ConflictKind, DraftError, HighlightRecord, Idea, IdeaMove, Joining, LedgerEvent,
        LedgerFact, Note, NoteContent, NoteDraft, NoteId, NoteRecord, ReaderId, Reading,
        ReadingRecord, RevisionRecord, check_ledger, is_chained, joining, joining_page,
    },
    store::sql::{Cells, Sql, take_numbers},
};

/// What came of importing a journal.
#[derive(Debug, Default, Serialize)]
pub struct JournalImported {
    /// Notes that were not here.
    pub new: u64,
    /// Notes that say something else than before, or of which more is known.
    pub changed: u64,
    /// Pages that somebody began, and the notes that they became.
    pub begun: Vec<(String, NoteId)>,
    /// Notes that were here as they came.
    pub known: u64,
    pub highlights: u64,
    pub readings: u64,
    pub ledger: LedgerTaken,
    /// What was left out.
    pub conflicts: Vec<ImportConflict>,
}

/// What became of the ledger that came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerTaken {
    /// None came, or nothing was to be written.
    #[default]
    None,
    /// It goes on here as it was.
    Whole,
    /// What came was entered into the ledger that there is.
    Entered,
    /// It does not hold for the notes that came with it, so that these were entered into a new one.
    Broken,
}

#[derive(Debug, Serialize)]
pub struct ImportConflict {
    /// The name of its page, where it came with one.
    pub page: Option<String>,
    pub note: Option<NoteId>,
    #[serde(flatten)]
    pub why: LeftOut,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum LeftOut {
    Conflict(ConflictKind),
    /// No note can be like that.
    Refused {
        #[serde(serialize_with = "as_text")]
        refused: DraftError,
    },
}

fn as_text<S: serde::Serializer>(error: &DraftError, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(error)
}

/// One import under way.
struct Import<'c> {
    connection: &'c mut AnyConnection,
    reader: ReaderId,
    now: Timestamp,
    cites: Cites,
    /// The notes that are here.
    here: BTreeMap<NoteId, NoteRecord>,
    /// Lines that are to be added to the ledger.
    facts: Vec<LedgerFact>,
    report: JournalImported,
}

pub(super) async fn import(
    connection: &mut AnyConnection,
    reader: ReaderId,
    arrival: &Arrival,
    now: Timestamp,
) -> Sql<JournalImported> {
    // Other writers wait until this is done.
    take_numbers(connection, "ledger", 0).await?;
    let here = records(connection, reader).await?;
    let cites = Cites::load(connection, reader).await?;
    let is_empty = here.is_empty() && ledger::head(connection, reader).await?.is_none();
    let here = here.into_iter().map(|it| (it.note, it)).collect();
    let (facts, report) = (Vec::new(), JournalImported::default());
    let mut import = Import { connection, reader, now, cites, here, facts, report };
    for record in &arrival.file.notes {
        import.record(None, record, joining(record, import.here.get(&record.note))).await?;
    }
    import.keep_ledger(arrival, is_empty).await?;
    for (page, record) in &arrival.pages {
        let joining = joining_page(record, import.here.get(&record.note));
        import.record(Some(page), record, joining).await?;
    }
    for (page, content) in &arrival.new {
        import.begin(page, content).await?;
    }
    import.enter().await?;
    for highlight in &arrival.file.highlights {
        import.highlight(highlight).await?;
    }
    for reading in &arrival.file.readings {
        import.reading(reading).await?;
    }
    Ok(import.report)
}

/// All notes of a reader with all that they said.
pub(super) async fn records(
    connection: &mut AnyConnection,
    reader: ReaderId,
) -> Sql<Vec<NoteRecord>> {
    let mut former: BTreeMap<NoteId, Vec<_>> = BTreeMap::new();
    for (note, revision) in notes::all_revisions(connection, reader).await? {
        former.entry(note).or_default().push(revision);
    }
    let notes = notes::all(connection, reader).await?;
    let record =
        |note: &Note| NoteRecord::of(note, former.get(&note.id).map_or(&[][..], Vec::as_slice));
    Ok(notes.iter().map(record).collect())
}

impl Import<'_> {
    async fn record(
        &mut self,
        page: Option<&String>,
        record: &NoteRecord,
        joining: Joining,
    ) -> Sql<()> {
        match joining {
            Joining::Known => self.report.known += 1,
            Joining::Conflict(why) => {
                self.leave_out(page, Some(record.note), LeftOut::Conflict(why));
            }
            Joining::New => return self.add(page, record).await,
            Joining::Further(further) => return self.go_on(page, record, &further).await,
            Joining::Rewrite(content) => return self.rewrite(page, record.note, &content).await,
        }
        Ok(())
    }

    fn leave_out(&mut self, page: Option<&String>, note: Option<NoteId>, why: LeftOut) {
        self.report.conflicts.push(ImportConflict { page: page.cloned(), note, why });
    }

    /// The draft of a content, with what it cites; `None` where it was left out.
    async fn draft(
        &mut self,
        page: Option<&String>,
        note: Option<NoteId>,
        content: &NoteContent,
    ) -> Sql<Option<NoteDraft>> {
        let cites = self.cites.find_all(self.connection, &content.cites).await?;
        let entries: Vec<_> = cites.iter().map(|it| it.entry).collect();
        match content.draft(&entries) {
            Ok(draft) => Ok(Some(draft)),
            Err(refused) => {
                self.leave_out(page, note, LeftOut::Refused { refused });
                Ok(None)
            }
        }
    }

    async fn add(&mut self, page: Option<&String>, record: &NoteRecord) -> Sql<()> {
        let Some((present, former)) = record.revisions.split_last() else { return Ok(()) };
        let note = record.note;
        if is_taken(self.connection, note).await? {
            self.leave_out(page, Some(note), LeftOut::Conflict(ConflictKind::OtherNote));
            return Ok(());
        }
        let Some(draft) = self.draft(page, Some(note), &present.content).await? else {
            return Ok(());
        };
        let cites = self.cites.find_all(self.connection, &present.content.cites).await?;
        let whole = import_notes::Whole {
            id: note,
            revision: present.revision,
            made: record.made,
            changed: present.at,
            path: record.path.clone(),
        };
        import_notes::insert(self.connection, self.reader, &whole, draft, cites).await?;
        let untils = former.iter().skip(1).chain([present]).map(|it| it.at);
        for (revision, until) in former.iter().zip(untils) {
            self.keep_former(note, revision, until).await?;
        }
        self.count_on(note).await?;
        self.enter_all(note, &record.revisions);
        self.here.insert(note, record.clone());
        self.report.new += 1;
        Ok(())
    }

    /// Numbers up to there are never given again.
    async fn count_on(&mut self, note: NoteId) -> Sql<()> {
        let counter = "UPDATE counters SET last = $1 WHERE name = 'note' AND last < $1";
        sqlx::query(counter).bind(note.0).execute(&mut *self.connection).await.map(drop)
    }

    async fn keep_former(
        &mut self,
        note: NoteId,
        former: &RevisionRecord,
        until: Timestamp,
    ) -> Sql<()> {
        let cites = self.cites.find_all(self.connection, &former.content.cites).await?;
        let revision = (former.revision, until);
        import_notes::insert_revision(self.connection, note, revision, &former.content, cites).await
    }

    fn enter_all(&mut self, note: NoteId, revisions: &[RevisionRecord]) {
        self.facts.extend(revisions.iter().map(|it| LedgerFact {
            note,
            revision: it.revision,
            at: it.at,
            event: LedgerEvent::Entered,
            content: Some(it.content.hash()),
        }));
    }

    /// Adds what a note said later on another machine.
    async fn go_on(
        &mut self,
        page: Option<&String>,
        record: &NoteRecord,
        further: &[RevisionRecord],
    ) -> Sql<()> {
        let note = record.note;
        let Some(last) = further.last() else { return Ok(()) };
        let Some(draft) = self.draft(page, Some(note), &last.content).await? else {
            return Ok(());
        };
        let Some(present) = notes::one(self.connection, self.reader, note).await? else {
            return Ok(());
        };
        import_notes::keep_present(self.connection, &present, further[0].at).await?;
        for pair in further.windows(2) {
            self.keep_former(note, &pair[0], pair[1].at).await?;
        }
        let cites = self.cites.find_all(self.connection, &last.content.cites).await?;
        let whole = import_notes::Whole {
            id: note,
            revision: last.revision,
            made: record.made,
            changed: last.at,
            path: record.path.clone(),
        };
        import_notes::replace(self.connection, &whole, draft, cites).await?;
        self.enter_all(note, further);
        self.here.insert(note, record.clone());
        self.report.changed += 1;
        Ok(())
    }

    /// Has a note say what its page says: a change like any other, of now.
    async fn rewrite(
        &mut self,
        page: Option<&String>,
        note: NoteId,
        content: &NoteContent,
    ) -> Sql<()> {
        let Some(draft) = self.draft(page, Some(note), content).await? else { return Ok(()) };
        let Some(present) = notes::one(self.connection, self.reader, note).await? else {
            return Ok(());
        };
        let cites = self.cites.find_all(self.connection, &content.cites).await?;
        import_notes::keep_present(self.connection, &present, self.now).await?;
        let whole = import_notes::Whole {
            id: note,
            revision: present.revision + 1,
            made: present.made,
            changed: self.now,
            path: path_after(present.path, draft.idea(), self.now),
        };
        import_notes::replace(self.connection, &whole, draft, cites).await?;
        self.report.changed += 1;
        self.report.known = self.report.known.saturating_sub(1);
        self.written(note, LedgerEvent::Changed).await
    }

    /// A page that somebody began, unless it was imported before.
    async fn begin(&mut self, page: &String, content: &NoteContent) -> Sql<()> {
        let Some(draft) = self.draft(Some(page), None, content).await? else { return Ok(()) };
        let all = notes::all(self.connection, self.reader).await?;
        if all.iter().any(|it| it.says(&draft)) {
            self.report.known += 1;
            return Ok(());
        }
        let id = NoteId(take_numbers(self.connection, "note", 1).await?);
        let cites = self.cites.find_all(self.connection, &content.cites).await?;
        let path = path_after(Vec::new(), draft.idea(), self.now);
        let (made, changed) = (self.now, self.now);
        let whole = import_notes::Whole { id, revision: 1, made, changed, path };
        import_notes::insert(self.connection, self.reader, &whole, draft, cites).await?;
        self.report.new += 1;
        self.report.begun.push((page.clone(), id));
        self.written(id, LedgerEvent::Made).await
    }

    /// A line of what a note says now, behind those that are entered.
    async fn written(&mut self, note: NoteId, event: LedgerEvent) -> Sql<()> {
        let Some(present) = notes::one(self.connection, self.reader, note).await? else {
            return Ok(());
        };
        let (revision, content) = (present.revision, Some(present.content().hash()));
        let at = self.now;
        self.facts.push(LedgerFact { note, revision, at, event, content });
        Ok(())
    }

    /// Goes on with the ledger that came, where there was none and it holds.
    async fn keep_ledger(&mut self, arrival: &Arrival, is_empty: bool) -> Sql<()> {
        let Some(lines) = arrival.file.ledger.as_ref().filter(|it| !it.is_empty()) else {
            return Ok(());
        };
        if !is_empty || !self.report.conflicts.is_empty() {
            return Ok(());
        }
        let contents = ledger::contents(self.connection, self.reader).await?;
        if is_chained(lines) && check_ledger(lines, &contents).is_sound() {
            ledger::write(self.connection, self.reader, lines.clone()).await?;
            // Also numbers of notes of which only hashes are left.
            let last = lines.iter().map(|it| it.note).max().unwrap_or(NoteId(0));
            self.count_on(last).await?;
            self.facts.clear();
            self.report.ledger = LedgerTaken::Whole;
        } else {
            self.report.ledger = LedgerTaken::Broken;
        }
        Ok(())
    }

    async fn enter(&mut self) -> Sql<()> {
        if self.facts.is_empty() {
            return Ok(());
        }
        // Those that came with their times first, in their order.
        self.facts
            .sort_by_key(|it| (it.event != LedgerEvent::Entered, it.at, it.note, it.revision));
        if self.report.ledger == LedgerTaken::None {
            self.report.ledger = LedgerTaken::Entered;
        }
        ledger::append(self.connection, self.reader, &self.facts).await
    }

    async fn highlight(&mut self, record: &HighlightRecord) -> Sql<()> {
        let cites = self.cites.find(self.connection, &record.cites).await?;
        match highlights::take_in(self.connection, self.reader, record, cites).await? {
            Ok(is_new) => self.report.highlights += u64::from(is_new),
            Err(refused) => self.leave_out(None, None, LeftOut::Refused { refused }),
        }
        Ok(())
    }

    /// A story that is on the list here stays as it is; another one comes in at the end.
    async fn reading(&mut self, record: &ReadingRecord) -> Sql<()> {
        let cites = self.cites.find(self.connection, &record.cites).await?;
        let ReadingRecord { state, added, changed, finished, tags, .. } = record.clone();
        let story = cites.story;
        let rank = ranks::behind_all(self.connection, (self.reader, story)).await?;
        let (snoozed_until, position) = (None, None);
        let reading =
            Reading { story, state, rank, tags, added, changed, finished, snoozed_until, position };
        if readings::take_in(self.connection, self.reader, reading, &cites).await? {
            self.report.readings += 1;
        }
        Ok(())
    }
}

/// With a step to where the idea is now, if it was elsewhere.
fn path_after(mut path: Vec<IdeaMove>, idea: Option<&Idea>, now: Timestamp) -> Vec<IdeaMove> {
    if let Some(state) = idea.map(|it| it.state)
        && path.last().is_none_or(|it| it.state != state)
    {
        path.push(IdeaMove { state, at: now });
    }
    path
}

/// By whomever.
async fn is_taken(connection: &mut AnyConnection, note: NoteId) -> Sql<bool> {
    let sql = "SELECT COUNT(*) FROM notes WHERE id = $1";
    let row = sqlx::query(sql).bind(note.0).fetch_one(connection).await?;
    Ok(Cells::of(&row).number()? > 0)
}
