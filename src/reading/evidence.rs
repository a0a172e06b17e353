//! The evidence pack's parts: notes, what was read, what was neglected, and whether the ledger holds.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    Asker, FindError,
    survey::{self, Scope, Survey, own_subjects},
};
use crate::{
    domain::{
        Entry, EntryId, JudgedPost, Kept, Kind, Note, PackParts, PackSpan, ProposedRead,
        ReadingState, Rubric, RubricCompetency, StoryId, StudiedRead, Subject, UNDATED, Watched,
        is_said, one_of_each_story, reading_minutes,
    },
    home::Library,
    store::{ReadingReport, ReadingsAsk, Store, StoreError},
};

/// What a pack is to tell of.
#[derive(Clone, Debug)]
pub struct PackAsk {
    pub span: PackSpan,
    pub rubric: Option<Rubric>,
    /// Of the reader's days.
    pub zone: TimeZone,
}

/// Proposed for one gap.
const MOST_PROPOSED: usize = 3;
/// Of a list; nobody studies more.
const MOST_READINGS: u32 = 100_000;

/// Reads all that a pack is made of.
pub async fn evidence(
    library: &Library,
    asker: &Asker,
    ask: PackAsk,
    now: Timestamp,
) -> Result<PackParts, FindError> {
    let (store, reader) = (&library.store, asker.reader);
    let notes = store.all_notes(reader).await?;
    let readings = ReadingsAsk { limit: MOST_READINGS, ..ReadingsAsk::default() };
    let readings = store.readings(reader, &readings).await?.rows;
    let watching = watching(library, asker, ask.rubric.as_ref()).await?;
    let subjects: Vec<Subject> = watching.iter().map(|it| it.subject.clone()).collect();
    let survey = Survey::of(library, asker, &Scope::default(), &subjects, now).await?;
    let members = survey::members(library, asker, &subjects, now).await?;
    let known = known_stories(store, asker, &readings).await?;
    let reads = studied(store, &readings, (&watching, &members), &ask.zone).await?;
    let watched = Watching {
        survey: &survey,
        members: &members,
        notes: &notes,
        reads: &reads,
        known: &known,
    };
    let watched = watched.all(store, &watching, &ask.zone).await?;
    let ledger = store.check_ledger(reader).await?;
    let today = now.to_zoned(ask.zone).date();
    let (span, rubric) = (ask.span, ask.rubric);
    Ok(PackParts { span, rubric, notes, reads, watched, ledger, made: now, today })
}

/// What a reader means to care about.
struct Watch {
    subject: Subject,
    competency: Option<RubricCompetency>,
}

/// The competencies of the rubric, then topics and interests.
async fn watching(
    library: &Library,
    asker: &Asker,
    rubric: Option<&Rubric>,
) -> Result<Vec<Watch>, StoreError> {
    let competencies = rubric.map(|it| it.competencies.as_slice()).unwrap_or_default();
    let competencies = competencies.iter().map(|it| {
        let subject = Subject { name: it.name.clone(), ..Subject::of_query("") };
        let subject = Subject { query: it.query(), ..subject };
        Watch { subject, competency: Some(it.clone()) }
    });
    let mut watching: Vec<Watch> = competencies.collect();
    for subject in own_subjects(library, asker).await? {
        let name = subject.name.to_lowercase();
        if !watching.iter().any(|it| it.subject.name.to_lowercase() == name) {
            watching.push(Watch { subject, competency: None });
        }
    }
    Ok(watching)
}

/// Stories that need not be proposed: on the list in whatever state, or opened.
async fn known_stories(
    store: &Store,
    asker: &Asker,
    readings: &[ReadingReport],
) -> Result<HashSet<StoryId>, StoreError> {
    let opened = store.stories_kept(asker.reader, &Kept::Opened).await?;
    Ok(readings.iter().map(|it| it.reading.story).chain(opened).collect())
}

/// What was read to its end, with what it is and what it is on.
async fn studied(
    store: &Store,
    readings: &[ReadingReport],
    (watching, members): (&[Watch], &[HashSet<EntryId>]),
    zone: &TimeZone,
) -> Result<Vec<StudiedRead>, StoreError> {
    let is_read = |it: &&ReadingReport| {
        matches!(it.reading.state, ReadingState::Studied | ReadingState::Applied)
    };
    let readings: Vec<&ReadingReport> = readings.iter().filter(is_read).collect();
    let entries: Vec<EntryId> = readings.iter().filter_map(|it| it.entry).collect();
    let asides = store.asides(&entries).await?;
    let kind = |entry: EntryId| -> Option<Kind> { Some(asides.get(&entry)?.verdict?.kind) };
    let subjects = |entry: EntryId| {
        let on = watching.iter().zip(members).filter(|(_, it)| it.contains(&entry));
        on.map(|(it, _)| it.subject.name.clone()).collect()
    };
    let read = |it: &ReadingReport| {
        let finished = it.reading.finished.unwrap_or(it.reading.changed);
        StudiedRead {
            story: it.reading.story,
            entry: it.entry,
            title: it.title.clone(),
            address: it.address.clone(),
            peer_name: it.peer_name.clone(),
            state: it.reading.state,
            finished: zone.to_datetime(finished).date(),
            kind: it.entry.and_then(kind),
            subjects: it.entry.map(subjects).unwrap_or_default(),
        }
    };
    Ok(readings.into_iter().map(read).collect())
}

struct Watching<'a> {
    survey: &'a Survey,
    members: &'a [HashSet<EntryId>],
    notes: &'a [Note],
    reads: &'a [StudiedRead],
    known: &'a HashSet<StoryId>,
}

impl Watching<'_> {
    async fn all(
        &self,
        store: &Store,
        watching: &[Watch],
        zone: &TimeZone,
    ) -> Result<Vec<Watched>, StoreError> {
        let proposed: Vec<Vec<&JudgedPost>> =
            self.survey.on_subjects().iter().map(|it| self.proposed(it)).collect();
        let ids: BTreeSet<EntryId> = proposed.iter().flatten().map(|it| it.entry).collect();
        let ids: Vec<EntryId> = ids.into_iter().collect();
        let entries = store.entries_without_bodies(&ids).await?;
        let entries: HashMap<EntryId, Entry> = entries.into_iter().map(|it| (it.id, it)).collect();
        let watched = watching.iter().zip(self.members).zip(proposed);
        let watched = watched.map(|((watch, members), proposed)| {
            let reads = proposed
                .iter()
                .filter_map(|post| Some(proposed_read(entries.get(&post.entry)?, post.kind, zone)));
            Watched {
                name: watch.subject.name.clone(),
                noted: self.noted(watch, members),
                read: self.read(&watch.subject.name),
                reads: reads.collect(),
            }
        });
        Ok(watched.collect())
    }

    /// Unread posts that tell of real challenges, the best first.
    fn proposed<'p>(&self, posts: &[&'p JudgedPost]) -> Vec<&'p JudgedPost> {
        let fit = posts.iter().copied().filter(|it| it.is_of_substance());
        let mut fit = one_of_each_story(fit.filter(|it| !self.known.contains(&it.story)));
        fit.sort_by(|a, b| b.expected.total_cmp(&a.expected));
        fit.truncate(MOST_PROPOSED);
        fit
    }

    /// The day of the last note that shows it, names it, or cites a post on it.
    fn noted(&self, watch: &Watch, members: &HashSet<EntryId>) -> Option<Date> {
        let is_on = |note: &&Note| {
            watch.competency.as_ref().is_some_and(|it| it.is_shown_by(note))
                || is_said(&watch.subject.name, &format!("{}\n{}", note.title, note.text))
                || note.cites.iter().any(|it| members.contains(&it.entry))
        };
        self.notes.iter().filter(is_on).map(|it| it.date).max()
    }

    fn read(&self, name: &str) -> Option<Date> {
        let on = self.reads.iter().filter(|it| it.subjects.iter().any(|it| it == name));
        on.map(|it| it.finished).max()
    }
}

fn proposed_read(entry: &Entry, kind: Option<Kind>, zone: &TimeZone) -> ProposedRead {
    let published = Some(entry.published.unwrap_or(entry.ordered)).filter(|it| *it != UNDATED);
    ProposedRead {
        entry: entry.id,
        title: entry.title.clone(),
        address: entry.link.clone(),
        peer_name: entry.peer_name.clone(),
        published: published.map(|it| zone.to_datetime(it).date()),
        kind,
        minutes: reading_minutes(entry.words).max(1),
    }
}
