//! Cuts the documents of a large index into two halves, which two threads look through at once.

use std::{
    ops::Range,
    sync::{
        LazyLock,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use tantivy::{DocId, Searcher, SegmentReader};

/// Documents from which the time that is won is far more than that to begin a thread; few in tests of this crate, so
/// that there are halves.
const FEWEST_TO_HALVE: u32 = if cfg!(test) { 100 } else { 200_000 };

/// Some documents of a segment.
pub(super) struct Part<'a> {
    pub(super) reader: &'a SegmentReader,
    pub(super) range: Range<DocId>,
}

/// All documents, segment by segment.
pub(super) fn whole(searcher: &Searcher) -> Vec<Part<'_>> {
    let readers = searcher.segment_readers().iter();
    readers.map(|reader| Part { reader, range: 0..reader.max_doc() }).collect()
}

/// `None` where they are few.
pub(super) fn halves(searcher: &Searcher) -> Option<[Vec<Part<'_>>; 2]> {
    let parts = whole(searcher);
    let all: u32 = parts.iter().map(|it| it.range.end).fold(0, u32::saturating_add);
    if all < FEWEST_TO_HALVE {
        return None;
    }
    let (mut first, mut second, mut left) = (Vec::new(), Vec::new(), all / 2);
    for Part { reader, range } in parts {
        let [before, after] = cut(range, &mut left);
        first.extend(before.map(|range| Part { reader, range }));
        second.extend(after.map(|range| Part { reader, range }));
    }
    Some([first, second])
}

/// A range in two, of which the first has no more than what is left.
fn cut(range: Range<DocId>, left: &mut DocId) -> [Option<Range<DocId>>; 2] {
    let taken = range.end.min(*left);
    *left -= taken;
    [0..taken, taken..range.end].map(|it| (!it.is_empty()).then_some(it))
}

/// The least key that counts, as far as either half knows. Keys are no less than 0, and bits of such
/// numbers stand in their order.
#[derive(Default)]
pub(super) struct SharedFloor(AtomicU32);

impl SharedFloor {
    /// The higher of the two, which the other half takes over.
    pub(super) fn raised_to(&self, floor: f32) -> f32 {
        let shared = f32::from_bits(self.0.load(Relaxed));
        if floor > shared {
            self.0.fetch_max(floor.to_bits(), Relaxed);
        }
        floor.max(shared)
    }
}

static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));
/// Threads that are searching.
static BUSY: AtomicUsize = AtomicUsize::new(0);

/// A thread that is searching, as long as this lives.
pub(super) struct Turn(());

impl Turn {
    pub(super) fn begin() -> Self {
        BUSY.fetch_add(1, Relaxed);
        Self(())
    }

    /// One more, where a processor has nothing to search: many searches at once are not slower for the
    /// threads of each.
    pub(super) fn if_idle() -> Option<Self> {
        let turn = Self::begin();
        (BUSY.load(Relaxed) <= *PROCESSORS).then_some(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        BUSY.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        domain::{EntryId, SourceId, StoryId, query::Query},
        search::{Ask, Found, Index, IndexChange, IndexDocument},
    };

    #[test]
    fn each_document_is_in_one_half() {
        let mut left = 7;
        let halves = [5, 4, 6].map(|documents| cut(0..documents, &mut left));
        assert_eq!(halves, [[Some(0..5), None], [Some(0..2), Some(2..4)], [None, Some(0..6)]]);
    }

    /// Posts of which some lack a word of most queries.
    fn posts() -> impl Iterator<Item = IndexChange> {
        let words = ["queues", "caches", "prices", "ranking", "latency", "backlog", "alerts"];
        (1..=400).map(move |entry| {
            let said = |at: usize| words[(at * at + usize::try_from(entry).unwrap()) % words.len()];
            let body: Vec<&str> = (0..usize::try_from(entry % 23).unwrap() + 2).map(said).collect();
            IndexChange::Put(Box::new(IndexDocument {
                entry: EntryId(entry),
                story: StoryId(entry - entry % 3),
                source: SourceId(1),
                peer: "example".to_owned(),
                peer_name: "Example".to_owned(),
                domains: Vec::new(),
                title: said(1).to_owned(),
                headings: Vec::new(),
                body: body.join(" "),
                authors: Vec::new(),
                categories: Vec::new(),
                language: None,
                words: 20,
                features: Vec::new(),
                kind: None,
                worth: None,
                expected: 0.0,
                passages: Vec::new(),
                ordered: Timestamp::from_second(1_700_000_000 + entry * 86_400).unwrap(),
                changed: entry,
            }))
        })
    }

    /// On one processor there are no halves, and nothing is compared.
    #[test]
    fn two_halves_find_what_one_walk_finds() {
        let index = Index::in_memory().unwrap();
        index.apply(&posts().collect::<Vec<_>>()).unwrap();
        index.commit(400).unwrap();
        assert!(halves(&index.0.reader.searcher()).is_some());
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        for query in
            ["queues caches prices", "ranking latency nothing alerts", "prices backlog other"]
        {
            let query = Query::parse(query);
            let ask = Ask::best(30, now);
            let in_halves = index.search(&query, &ask).unwrap();
            // While all processors are busy there is one walk.
            let busy: Vec<Turn> = (0..=*PROCESSORS).map(|_| Turn::begin()).collect();
            let in_one = index.search(&query, &ask).unwrap();
            drop(busy);
            assert_eq!(in_halves.total, in_one.total);
            let scored = |found: &Found| -> Vec<(StoryId, EntryId, u32)> {
                found.hits.iter().map(|it| (it.story, it.entry, it.score.to_bits())).collect()
            };
            assert_eq!(scored(&in_halves), scored(&in_one));
            assert!(in_one.hits.len() > 20, "{query}");
        }
    }

    #[test]
    fn a_floor_only_rises() {
        let floor = SharedFloor::default();
        let raised = [f32::NEG_INFINITY, 2.5, 1.0, 3.0].map(|it| floor.raised_to(it).to_bits());
        assert_eq!(raised, [0.0_f32, 2.5, 2.5, 3.0].map(f32::to_bits));
    }
}
