//! Fits linear models: the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (Nocedal and
//! Wright, "Numerical Optimization", 2006, algorithm 7.5) on a convex loss with a quadratic penalty.

use std::collections::{HashMap, VecDeque};

use peerscope::insight::training::{Features, Linear};

/// What the outputs are trained to say.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Loss {
    /// The logarithms of shares of one another.
    Softmax,
    /// Numbers, by the square of the error.
    Squares,
    /// The logarithm of the odds, each output for itself.
    Odds,
}

/// A row to learn from.
#[derive(Clone)]
pub(crate) struct Row<'a> {
    pub(crate) features: &'a Features,
    pub(crate) target: Vec<f32>,
    pub(crate) weight: f32,
}

/// Fits one weight per feature and output. `penalty` is that of half the squared weights against the
/// summed loss; `fewest` is in how many rows a sparse feature must occur.
pub(crate) fn fit(
    rows: &[Row<'_>],
    loss: Loss,
    penalty: f64,
    length: f32,
    fewest: usize,
) -> Linear {
    let outputs = rows[0].target.len();
    let dense = rows[0].features.dense.len();
    let hashes = frequent(rows, fewest);
    let places: HashMap<u32, usize> = hashes.iter().enumerate().map(|(at, it)| (*it, at)).collect();
    let prepared: Vec<Prepared<'_>> =
        rows.iter().map(|row| Prepared::of(row, &places, length)).collect();
    let shape = Shape { outputs, dense, sparse: hashes.len() };
    let weights =
        minimise(shape.size(), |at, slope| shape.loss(&prepared, loss, penalty, at, slope));
    shape.linear(&weights, hashes, length)
}

fn frequent(rows: &[Row<'_>], fewest: usize) -> Vec<u32> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for (hash, _) in rows.iter().flat_map(|it| &it.features.sparse) {
        *counts.entry(*hash).or_default() += 1;
    }
    let mut hashes: Vec<u32> =
        counts.into_iter().filter(|it| it.1 >= fewest).map(|it| it.0).collect();
    hashes.sort_unstable();
    hashes
}

struct Prepared<'a> {
    sparse: Vec<(usize, f32)>,
    dense: &'a [f32],
    target: &'a [f32],
    weight: f32,
}

impl<'a> Prepared<'a> {
    fn of(row: &'a Row<'_>, places: &HashMap<u32, usize>, length: f32) -> Self {
        let known = row.features.sparse.iter().filter_map(|it| Some((*places.get(&it.0)?, it.1)));
        let mut sparse: Vec<(usize, f32)> = known.collect();
        let norm = sparse.iter().map(|it| it.1 * it.1).sum::<f32>().sqrt().max(1e-6);
        for it in &mut sparse {
            it.1 *= length / norm;
        }
        Self { sparse, dense: &row.features.dense, target: &row.target, weight: row.weight }
    }
}

/// Bias, then dense rows, then sparse rows.
#[derive(Clone, Copy)]
struct Shape {
    outputs: usize,
    dense: usize,
    sparse: usize,
}

impl Shape {
    fn size(self) -> usize {
        (1 + self.dense + self.sparse) * self.outputs
    }

    fn loss(
        self,
        rows: &[Prepared<'_>],
        loss: Loss,
        penalty: f64,
        weights: &[f64],
        slope: &mut [f64],
    ) -> f64 {
        let outputs = self.outputs;
        let (bias, rest) = weights.split_at(outputs);
        let mut total = 0.5 * penalty * rest.iter().map(|it| it * it).sum::<f64>();
        slope[..outputs].fill(0.0);
        for (slope, weight) in slope[outputs..].iter_mut().zip(rest) {
            *slope = penalty * weight;
        }
        let first_sparse = (1 + self.dense) * outputs;
        let mut scores = vec![0.0; outputs];
        for row in rows {
            scores.copy_from_slice(bias);
            for (at, value) in row.dense.iter().enumerate() {
                add(&mut scores, &weights[(1 + at) * outputs..][..outputs], f64::from(*value));
            }
            for (at, value) in &row.sparse {
                add(
                    &mut scores,
                    &weights[first_sparse + at * outputs..][..outputs],
                    f64::from(*value),
                );
            }
            total += f64::from(row.weight) * into_errors(&mut scores, row.target, loss);
            for it in &mut scores {
                *it *= f64::from(row.weight);
            }
            add(&mut slope[..outputs], &scores, 1.0);
            for (at, value) in row.dense.iter().enumerate() {
                add(&mut slope[(1 + at) * outputs..][..outputs], &scores, f64::from(*value));
            }
            for (at, value) in &row.sparse {
                add(
                    &mut slope[first_sparse + at * outputs..][..outputs],
                    &scores,
                    f64::from(*value),
                );
            }
        }
        total
    }

    #[expect(clippy::cast_possible_truncation, reason = "weights are kept in eight bits")]
    fn linear(self, weights: &[f64], hashes: Vec<u32>, length: f32) -> Linear {
        let outputs = self.outputs;
        let sparse = &weights[(1 + self.dense) * outputs..];
        let scales: Vec<f64> = (0..outputs)
            .map(|it| {
                sparse.iter().skip(it).step_by(outputs).fold(1e-9, |most, it| it.abs().max(most))
            })
            .collect();
        let small = |row: &[f64]| -> Vec<i8> {
            let shares = row.iter().zip(&scales).map(|(weight, scale)| weight / scale * 127.0);
            shares.map(|it| it.round() as i8).collect()
        };
        let sparse = sparse.chunks(outputs).flat_map(small).collect();
        Linear {
            outputs,
            length,
            bias: weights[..outputs].iter().map(|it| *it as f32).collect(),
            dense: weights[outputs..(1 + self.dense) * outputs]
                .iter()
                .map(|it| *it as f32)
                .collect(),
            hashes,
            sparse,
            scales: scales.iter().map(|it| *it as f32).collect(),
            ..Linear::default()
        }
        .ready()
    }
}

/// Without the features that weigh next to nothing for every output.
pub(crate) fn pruned(linear: &Linear) -> Linear {
    let rows = linear.hashes.iter().zip(linear.sparse.chunks(linear.outputs));
    let kept = rows.filter(|it| it.1.iter().any(|it| it.unsigned_abs() >= LEAST_WEIGHT));
    let (hashes, sparse): (Vec<u32>, Vec<&[i8]>) = kept.unzip();
    Linear { hashes, sparse: sparse.concat(), ..linear.clone() }.ready()
}

fn add(sums: &mut [f64], row: &[f64], factor: f64) {
    for (sum, it) in sums.iter_mut().zip(row) {
        *sum += factor * it;
    }
}

/// Turns scores into what is wrong with them, and returns the loss.
fn into_errors(scores: &mut [f64], target: &[f32], loss: Loss) -> f64 {
    let mut total = 0.0;
    if loss == Loss::Softmax {
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scores.iter().map(|it| (it - most).exp()).sum();
        for (score, target) in scores.iter_mut().zip(target) {
            let log = *score - most - sum.ln();
            total -= f64::from(*target) * log;
            *score = log.exp() - f64::from(*target);
        }
        return total;
    }
    for (score, target) in scores.iter_mut().zip(target) {
        let target = f64::from(*target);
        if loss == Loss::Squares {
            *score -= target;
            total += 0.5 * *score * *score;
        } else {
            let raw = *score;
            total += raw.max(0.0) - raw * target + (-raw.abs()).exp().ln_1p();
            *score = 1.0 / (1.0 + (-raw).exp()) - target;
        }
    }
    total
}

/// Of 127: what is kept of a feature's weights when none is greater.
const LEAST_WEIGHT: u8 = 2;
/// Pairs of steps that are remembered.
const MEMORY: usize = 8;
const MOST_STEPS: usize = 120;

fn minimise(size: usize, mut loss: impl FnMut(&[f64], &mut [f64]) -> f64) -> Vec<f64> {
    let (mut at, mut slope) = (vec![0.0; size], vec![0.0; size]);
    let mut value = loss(&at, &mut slope);
    let first = norm(&slope);
    let mut memory: VecDeque<(Vec<f64>, Vec<f64>, f64)> = VecDeque::new();
    for _ in 0..MOST_STEPS {
        if norm(&slope) < 2e-4 * first {
            break;
        }
        let direction = direction(&slope, &memory);
        let descent = dot(&direction, &slope);
        let mut step = if memory.is_empty() { 1.0 / first.max(1.0) } else { 1.0 };
        let (mut next, mut next_slope) = (at.clone(), slope.clone());
        let next_value = loop {
            for ((next, at), direction) in next.iter_mut().zip(&at).zip(&direction) {
                *next = at + step * direction;
            }
            let next_value = loss(&next, &mut next_slope);
            if next_value <= value + 1e-4 * step * descent || step < 1e-10 {
                break next_value;
            }
            step *= 0.5;
        };
        let moved: Vec<f64> = next.iter().zip(&at).map(|(next, at)| next - at).collect();
        let turned: Vec<f64> = next_slope.iter().zip(&slope).map(|(next, it)| next - it).collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-12 {
            memory.push_back((moved, turned, 1.0 / curvature));
            if memory.len() > MEMORY {
                memory.pop_front();
            }
        }
        (at, slope, value) = (next, next_slope, next_value);
    }
    at
}

fn direction(slope: &[f64], memory: &VecDeque<(Vec<f64>, Vec<f64>, f64)>) -> Vec<f64> {
    let mut direction: Vec<f64> = slope.iter().map(|it| -it).collect();
    let mut factors = Vec::new();
    for (moved, turned, inverse) in memory.iter().rev() {
        let factor = inverse * dot(moved, &direction);
        add(&mut direction, turned, -factor);
        factors.push(factor);
    }
    if let Some((_, turned, inverse)) = memory.back() {
        let scale = 1.0 / (inverse * dot(turned, turned));
        for it in &mut direction {
            *it *= scale;
        }
    }
    for ((moved, turned, inverse), factor) in memory.iter().zip(factors.into_iter().rev()) {
        let other = inverse * dot(turned, &direction);
        add(&mut direction, moved, factor - other);
    }
    direction
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}
