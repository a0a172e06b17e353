//! Loads what is only needed of what was chosen: authors, quotes, what the archive offers, and what the
//! reader did.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::{Composed, DigestError, draft::Draft, past::Old, window::minutes};
use crate::{
    domain::{
        Entry, EntryId, Insight, Issue, Note, NoteAgain, OwnWeek, Quoted, Read, ReaderId, Role,
        StoryId, SubscriberId, Why, cut_at_word, notes_again,
    },
    home::Library,
    store::OwnCounts,
};

/// Before the first issue there is none to count from.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Of a note, in characters.
const LONGEST_EXCERPT: usize = 240;

struct Details {
    entries: HashMap<EntryId, Entry>,
    insights: HashMap<EntryId, Insight>,
    chosen_before: BTreeSet<(SubscriberId, StoryId)>,
}

/// All at once: many issues tell of the same.
pub(super) async fn completed(
    library: &Library,
    drafts: Vec<Draft>,
) -> Result<Vec<Composed>, DigestError> {
    let asked: Vec<(SubscriberId, StoryId)> = drafts
        .iter()
        .flat_map(|draft| draft.archive.iter().map(|(it, _)| (draft.subscriber, it.story)))
        .collect();
    let chosen_before = library.store.chosen_before(&asked).await?.into_iter().collect();
    let reads =
        |it: &Issue| it.reads.iter().chain(&it.papers).map(|it| it.entry).collect::<Vec<EntryId>>();
    let of_drafts = drafts.iter().flat_map(|draft| {
        let old = draft.archive.iter().map(|(it, _)| it.entry);
        reads(&draft.issue).into_iter().chain(old).collect::<Vec<_>>()
    });
    let ids: Vec<EntryId> = of_drafts.collect::<BTreeSet<_>>().into_iter().collect();
    let entries = library.store.entries_without_bodies(&ids).await?;
    let entries = entries.into_iter().map(|it| (it.id, it)).collect();
    let insights = library.store.insights(&ids).await?;
    let details = Details { entries, insights, chosen_before };
    Ok(drafts.into_iter().map(|it| details.complete(it)).collect())
}

impl Details {
    fn complete(&self, draft: Draft) -> Composed {
        let Draft { subscriber, mut issue, chosen, left_out, archive } = draft;
        issue.reads.iter_mut().chain(&mut issue.papers).for_each(|it| self.complete_read(it));
        let mut archive = archive.into_iter();
        let is_new = |(it, _): &(Old, _)| !self.chosen_before.contains(&(subscriber, it.story));
        issue.archive = archive.find(is_new).and_then(|(old, subject)| self.old(&old, subject));
        issue.numbers.minutes += issue.archive.as_ref().map_or(0, |it| it.minutes);
        Composed { issue, chosen, left_out }
    }

    fn complete_read(&self, read: &mut Read) {
        let insight = self.insights.get(&read.entry);
        read.quotes = insight.map(quotes).unwrap_or_default();
        if let Some(entry) = self.entries.get(&read.entry) {
            read.authors.clone_from(&entry.authors);
            read.language.clone_from(&entry.language);
            if read.quotes.is_empty() {
                read.summary.clone_from(&entry.summary);
            }
        }
    }

    fn old(&self, old: &Old, subject: Option<String>) -> Option<Read> {
        let entry = self.entries.get(&old.entry)?;
        let verdict = self.insights.get(&old.entry).and_then(|it| it.verdict);
        let matches = subject.map(|name| Why::Matches { name });
        let mut read = Read {
            story: entry.story,
            entry: entry.id,
            title: entry.title.clone(),
            language: None,
            address: entry.link.clone(),
            peer: entry.peer.parse().ok()?,
            peer_name: entry.peer_name.clone(),
            authors: Vec::new(),
            published: entry.published,
            minutes: minutes(entry.words),
            kind: verdict.map(|it| it.kind),
            worth: verdict.map(|it| it.worth),
            quotes: Vec::new(),
            summary: String::new(),
            why: matches.into_iter().chain([Why::NeverRead]).collect(),
            score: old.score,
        };
        self.complete_read(&mut read);
        Some(read)
    }
}

/// The surest of each role.
fn quotes(insight: &Insight) -> Vec<Quoted> {
    let quote = |role: Role| {
        let passages = insight.passages.iter().filter(|it| it.role == role);
        let surest = passages.reduce(|a, b| if b.confidence > a.confidence { b } else { a });
        surest.map(|it| Quoted { role, text: it.text.clone() })
    };
    Role::ALL.into_iter().filter_map(quote).collect()
}

/// What a reader did since the issue before.
pub(super) async fn own_week(
    library: &Library,
    reader: ReaderId,
    last_slot: Option<Timestamp>,
    issue: &Issue,
) -> Result<OwnWeek, DigestError> {
    let store = &library.store;
    let from = last_slot.or(issue.slot.checked_sub(WEEK).ok()).unwrap_or(issue.slot);
    let OwnCounts { queued, read, notes, ideas, waiting } =
        store.own_counts(reader, from, issue.slot).await?;
    let mut again = Vec::new();
    for id in notes_again(&store.note_times(reader).await?, issue.week, issue.slot) {
        again.extend(store.note(reader, id).await?.as_ref().map(again_of));
    }
    let ledger = store.ledger_head(reader).await?;
    Ok(OwnWeek { queued, read, notes, ideas, waiting, again, ledger })
}

fn again_of(note: &Note) -> NoteAgain {
    NoteAgain {
        note: note.id,
        kind: note.note_type,
        title: note.heading(),
        excerpt: cut_at_word(note.text.trim(), LONGEST_EXCERPT),
        made: note.made,
    }
}
