//! The pack as one value, of which all faces are made.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};

use super::{
    Area, Gap, IdeaEvidence, PackSpan, ReadingProfile, Rubric, StudiedRead, Watched, areas, gaps,
    idea_evidence, profile,
};
use crate::domain::{IdeaState, LedgerCheck, Note, NoteId, NoteType};

/// All that a pack is made of.
#[derive(Clone, Debug)]
pub struct PackParts {
    pub span: PackSpan,
    pub rubric: Option<Rubric>,
    /// All of the reader's, of whatever time.
    pub notes: Vec<Note>,
    /// All that was ever finished.
    pub reads: Vec<StudiedRead>,
    pub watched: Vec<Watched>,
    pub ledger: LedgerCheck,
    pub made: Timestamp,
    /// Where the reader is.
    pub today: Date,
}

/// What a journal and a list show of some months.
#[derive(Clone, Debug)]
pub struct Pack<'a> {
    pub span: PackSpan,
    pub made: Timestamp,
    pub figures: Figures,
    /// What was told of each competency, or type.
    pub areas: Vec<Area<'a>>,
    pub ideas: Vec<IdeaEvidence<'a>>,
    pub profile: ReadingProfile,
    pub gaps: Vec<Gap>,
    pub ledger: &'a LedgerCheck,
}

/// The months in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub notes: usize,
    /// Those of each type that there is any of, in the order of [`NoteType::ALL`].
    pub by_type: Vec<(NoteType, usize)>,
    pub ideas: usize,
    pub adopted: usize,
    /// Peers that are cited.
    pub peers: usize,
    /// Entries that are cited.
    pub sources: usize,
    /// Stories that were studied or put to use.
    pub read: usize,
    pub applied: usize,
}

/// Composes the pack.
pub fn pack(parts: &PackParts) -> Pack<'_> {
    let span = parts.span;
    let notes: Vec<&Note> = parts.notes.iter().filter(|it| span.has(it.date)).collect();
    let ideas = idea_evidence(&parts.notes, |it| is_of(it, span));
    let profile = profile(&parts.reads, span);
    Pack {
        span,
        made: parts.made,
        figures: figures(&notes, &ideas, &profile),
        areas: areas(&notes, parts.rubric.as_ref()),
        ideas,
        profile,
        gaps: gaps(parts.watched.clone(), span, parts.today),
        ledger: &parts.ledger,
    }
}

/// Written down in the span, or moved in it.
fn is_of(note: &Note, span: PackSpan) -> bool {
    let moved = |at: Timestamp| span.has(at.to_zoned(jiff::tz::TimeZone::UTC).date());
    span.has(note.date) || note.path.iter().any(|it| moved(it.at))
}

fn figures(notes: &[&Note], ideas: &[IdeaEvidence<'_>], profile: &ReadingProfile) -> Figures {
    let many = |note_type: NoteType| notes.iter().filter(|it| it.note_type == note_type).count();
    let by_type = NoteType::ALL.map(|it| (it, many(it))).into_iter().filter(|it| it.1 > 0);
    let cites = || notes.iter().flat_map(|it| &it.cites);
    let entries: BTreeSet<_> = cites().map(|it| it.entry).collect();
    let peers: BTreeSet<&str> =
        cites().map(|it| it.peer_name.as_str()).filter(|it| !it.is_empty()).collect();
    Figures {
        notes: notes.len(),
        by_type: by_type.collect(),
        ideas: ideas.len(),
        adopted: ideas.iter().filter(|it| it.idea.state == IdeaState::Adopted).count(),
        peers: peers.len(),
        sources: entries.len(),
        read: profile.read,
        applied: profile.applied,
    }
}

impl Pack<'_> {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.figures.notes == 0 && self.figures.read == 0 && self.ideas.is_empty()
    }

    /// Ideas that are told by themselves, so that areas only name them.
    pub fn ideas_told(&self) -> BTreeSet<NoteId> {
        self.ideas.iter().map(|it| it.note.id).collect()
    }
}
