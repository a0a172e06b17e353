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

/// Documents from which the time that is won is far more than that to begin a thread.
const FEWEST_TO_HALVE: u32 = 200_000;

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
    use super::*;

    #[test]
    fn each_document_is_in_one_half() {
        let mut left = 7;
        let halves = [5, 4, 6].map(|documents| cut(0..documents, &mut left));
        assert_eq!(halves, [[Some(0..5), None], [Some(0..2), Some(2..4)], [None, Some(0..6)]]);
    }

    #[test]
    fn a_floor_only_rises() {
        let floor = SharedFloor::default();
        let raised = [f32::NEG_INFINITY, 2.5, 1.0, 3.0].map(|it| floor.raised_to(it).to_bits());
        assert_eq!(raised, [0.0_f32, 2.5, 2.5, 3.0].map(f32::to_bits));
    }
}
