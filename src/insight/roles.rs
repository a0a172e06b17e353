//! Roles of sentences, and which of them are quoted.

use std::ops::{Range, RangeInclusive};

use crate::domain::{BlockKind, Passage, Role};

use super::{
    features::{Split, sentence_features},
    linear::{Features, likeliest, ln, number, shares_of},
    model::{Model, ROLES},
};

/// How likely a sentence is to have no role, or each of the four.
pub type Shares = [f32; ROLES];

/// Passages of one role that are quoted from an article, at most.
const MOST_PASSAGES: usize = 3;
/// In characters: shorter sentences say too little alone, longer ones are no quotes.
const QUOTED: RangeInclusive<usize> = 25..=420;
/// A passage is left out that is so much less sure than the surest of its role.
const LEAST_OF_BEST: f32 = 0.6;

/// What each sentence does in its article, its words alone considered.
pub fn alone(split: &Split<'_>, model: &Model) -> Vec<Shares> {
    let vectors = split.vectors(&model.words);
    let shares = vectors.iter().enumerate().map(|(at, vector)| {
        let features = sentence_features(split, at, vector, &model.words);
        shares(&model.sentence.scores(&features))
    });
    shares.collect()
}

/// What each sentence does in its article, the sentences around it considered too.
pub fn in_context(split: &Split<'_>, alone: &[Shares], model: &Model) -> Vec<Shares> {
    let around = Around::of(split, alone);
    (0..alone.len()).map(|at| shares(&model.context.scores(&around.features(at)))).collect()
}

/// What the scores of a sentence say.
pub fn shares(scores: &[f32]) -> Shares {
    shares_of(scores).try_into().unwrap_or([0.2; ROLES])
}

/// The role of a sentence: the likeliest one, rare roles being favoured as the model says.
pub fn role_of(shares: &Shares, model: &Model) -> Option<Role> {
    let best = likeliest(shares, &model.role_bias);
    best.checked_sub(1).map(|it| Role::ALL[it])
}

/// The best few passages of each role, in reading order.
pub(super) fn passages(split: &Split<'_>, shares: &[Shares], model: &Model) -> Vec<Passage> {
    let roles: Vec<Option<Role>> = shares.iter().map(|it| role_of(it, model)).collect();
    let mut chosen: Vec<usize> = Vec::new();
    for (number, role) in Role::ALL.into_iter().enumerate() {
        let sure = |at: &usize| shares[*at][number + 1];
        let floor = model.role_floor.get(number).copied().unwrap_or_default();
        let mut of_role: Vec<usize> = (0..shares.len())
            .filter(|at| roles[*at] == Some(role) && sure(at) >= floor)
            .filter(|at| QUOTED.contains(&split.sentences[*at].text.chars().count()))
            .collect();
        of_role.sort_by(|one, other| sure(other).total_cmp(&sure(one)).then(one.cmp(other)));
        let least = of_role.first().map_or(0.0, |it| sure(it) * LEAST_OF_BEST);
        chosen.extend(of_role.into_iter().take(MOST_PASSAGES).filter(|at| sure(at) >= least));
    }
    chosen.sort_unstable();
    let passage = |at: usize| {
        let role = roles[at]?;
        let (sentence, number) = (&split.sentences[at], role as usize + 1);
        let text = sentence.text.to_owned();
        Some(Passage { role, text, place: sentence.place, confidence: shares[at][number] })
    };
    chosen.into_iter().filter_map(passage).collect()
}

/// What the sentences of an article look like alone, summed up in several ways.
#[derive(Debug)]
pub struct Around<'a> {
    split: &'a Split<'a>,
    alone: &'a [Shares],
    /// Sums of the shares of all sentences before each, and of all at the end.
    before: Vec<Shares>,
    mean: Option<Shares>,
    /// Of each sentence, and of the mean: logarithms cost more than all the rest.
    centred: Vec<Shares>,
    mean_logs: Shares,
    /// Of each sentence: those of the same block, and those under the same heading.
    blocks: Vec<Range<usize>>,
    sections: Vec<Range<usize>>,
}

impl<'a> Around<'a> {
    pub fn of(split: &'a Split<'a>, alone: &'a [Shares]) -> Self {
        let mut before = vec![[0.0; ROLES]];
        for (at, shares) in alone.iter().enumerate() {
            let mut sum = before[at];
            sum.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
            before.push(sum);
        }
        let (sentences, count) = (&split.sentences, alone.len());
        let blocks = runs(count, |at| sentences[at].place.block == sentences[at - 1].place.block);
        let sections = runs(count, |at| sentences[at].heading == sentences[at - 1].heading);
        let centred = alone.iter().map(centred).collect();
        let mean_logs = Shares::default();
        let mut around =
            Self { split, alone, before, mean: None, centred, mean_logs, blocks, sections };
        around.mean = around.mean(0..count, None);
        around.mean_logs = logs(&around.mean.unwrap_or_default());
        around
    }

    /// What the second look at a sentence considers.
    pub fn features(&self, at: usize) -> Features {
        let all = self.alone.len();
        let mut dense = Vec::with_capacity(60);
        dense.extend(self.centred[at]);
        for neighbour in [at.checked_sub(2), at.checked_sub(1), Some(at + 1), Some(at + 2)] {
            let neighbour = neighbour.and_then(|it| self.centred.get(it));
            dense.extend(neighbour.copied().unwrap_or_default());
        }
        for around in [&self.blocks[at], &self.sections[at]] {
            let mean = self.mean(around.clone(), Some(at));
            dense.extend(mean.map_or(self.mean_logs, |it| logs(&it)));
        }
        dense.extend(self.mean_logs);
        let total = self.before[all];
        dense.extend(self.before[at].map(|it| ln(1.0 + it)));
        for (output, total) in total.iter().enumerate() {
            let after = total - self.before[at][output] - self.alone[at][output];
            dense.push(ln(1.0 + after.max(0.0)));
        }
        dense.extend(self.place(at));
        Features { sparse: Vec::new(), dense }
    }

    fn place(&self, at: usize) -> [f32; 9] {
        let (all, sentence) = (self.alone.len(), &self.split.sentences[at]);
        let yes = |it: bool| f32::from(u8::from(it));
        let log = |count: usize| ln(1.0 + number(count));
        [
            number(at) / number(all),
            log(at),
            log(all - at),
            log(all),
            number(at - self.blocks[at].start).min(5.0),
            yes(sentence.is_alone),
            yes(sentence.kind == BlockKind::ListItem),
            yes(sentence.kind == BlockKind::Quote),
            number(sentence.text.len()) / 100.0,
        ]
    }

    /// Of the sentences of a range, one of them left out; `None` of none.
    fn mean(&self, range: Range<usize>, without: Option<usize>) -> Option<Shares> {
        let count = range.len() - usize::from(without.is_some());
        let own = without.map_or([0.0; ROLES], |it| self.alone[it]);
        let mut sum = self.before[range.end];
        for (output, sum) in sum.iter_mut().enumerate() {
            *sum = (*sum - self.before[range.start][output] - own[output]).max(0.0) / number(count);
        }
        (count > 0).then_some(sum)
    }
}

/// Of each place the run that it belongs to: `joins` says whether one belongs to the run of the place before.
fn runs(count: usize, joins: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::with_capacity(count);
    while runs.len() < count {
        let start = runs.len();
        let end = (start + 1..count).find(|at| !joins(*at)).unwrap_or(count);
        runs.extend(std::iter::repeat_n(start..end, end - start));
    }
    runs
}

fn logs(shares: &Shares) -> Shares {
    shares.map(|it| ln(it + 1e-3))
}

fn centred(shares: &Shares) -> Shares {
    let logs = shares.map(|it| ln(it + 1e-4));
    let mean = logs.iter().sum::<f32>() / number(ROLES);
    logs.map(|it| it - mean)
}
