//! What the documents of a small range score by words whose lists are walked one after the other.

use tantivy::{DocId, Score, TERMINATED};

use super::{postings::Form, word::Word};

/// Documents of a window: so few that what they score stays at hand.
const WIDTH: u32 = 512;
const PLACES: usize = WIDTH as usize;

pub(super) struct Window {
    start: DocId,
    /// A bit for each document that has one of the words that choose and was not taken yet.
    there: Bits,
    sums: [Sum; PLACES],
    /// The best of several forms of a word.
    best: [Score; PLACES],
}

type Bits = [u64; PLACES / 64];

/// Of one document.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    /// What the words score that choose.
    pub(super) words: Score,
    /// How many of them it has.
    pub(super) chosen: u16,
    /// What it scores on top.
    pub(super) extra: Score,
}

impl Window {
    pub(super) fn new() -> Self {
        let there = [0; PLACES / 64];
        Self { start: 0, there, sums: [Sum::default(); PLACES], best: [0.0; PLACES] }
    }

    pub(super) fn begin(&mut self, start: DocId) {
        self.start = start;
        self.there.fill(0);
        self.sums.fill(Sum::default());
    }

    /// Takes in a word of which a document needs one.
    pub(super) fn choose(&mut self, word: &mut Word) {
        let there = self.take(word, |sum, score| {
            sum.words += score;
            sum.chosen += 1;
        });
        self.there.iter_mut().zip(there).for_each(|(all, some)| *all |= some);
    }

    /// Takes in what documents score on top that are there for another reason.
    pub(super) fn add(&mut self, word: &mut Word) {
        self.take(word, |sum, score| sum.extra += score);
    }

    /// The next of the documents, in order.
    pub(super) fn take_next(&mut self) -> Option<DocId> {
        let (place, bits) = (0..).zip(&mut self.there).find(|(_, bits)| **bits != 0)?;
        let bit = bits.trailing_zeros();
        *bits &= *bits - 1;
        Some(self.start + 64 * place + bit)
    }

    pub(super) fn sum(&self, document: DocId) -> Sum {
        self.sums[self.place(document)]
    }

    /// Says which documents have the word.
    fn take(&mut self, word: &mut Word, add: impl Fn(&mut Sum, Score)) -> Bits {
        if let [form] = word.forms.as_mut_slice() {
            return self.walk(form, |window, place, score| add(&mut window.sums[place], score));
        }
        let mut there = Bits::default();
        for form in &mut word.forms {
            let more = self.walk(form, |window, place, score| {
                window.best[place] = window.best[place].max(score);
            });
            there.iter_mut().zip(more).for_each(|(all, some)| *all |= some);
        }
        for place in places(there) {
            add(&mut self.sums[place], self.best[place]);
            self.best[place] = 0.0;
        }
        there
    }

    fn walk(&mut self, form: &mut Form, mut take: impl FnMut(&mut Self, usize, Score)) -> Bits {
        let mut there = Bits::default();
        let end = (self.start + WIDTH).min(TERMINATED);
        form.walk(self.start, end, |document, score| {
            let place = self.place(document);
            there[place / 64] |= 1 << (place % 64);
            take(self, place, score);
        });
        there
    }

    fn place(&self, document: DocId) -> usize {
        (document - self.start) as usize % PLACES
    }
}

fn places(there: Bits) -> impl Iterator<Item = usize> {
    (0..PLACES).step_by(64).zip(there).flat_map(|(first, mut bits)| {
        std::iter::from_fn(move || {
            let bit = bits.trailing_zeros() as usize;
            bits &= bits.wrapping_sub(1);
            (bit < 64).then_some(first + bit)
        })
    })
}
