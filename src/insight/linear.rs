//! A linear model: a weight for each feature and output.

use super::table::Table;

/// What was seen: features by the hash of their name, and numbers in fixed places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// The same one may stand here more than once.
    pub sparse: Vec<(u32, f32)>,
    pub dense: Vec<f32>,
}

impl Features {
    /// With each sparse feature once.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.sparse = unique(self.sparse);
        self
    }
}

/// Each number once, ascending: with the greatest of its values.
fn unique(mut features: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    features.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
    features.dedup_by_key(|it| it.0);
    features
}

/// A weight for each feature and output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linear {
    pub outputs: usize,
    /// To which length the known sparse features are brought before they are weighed.
    pub length: f32,
    pub bias: Vec<f32>,
    /// Row by row, one per dense number.
    pub dense: Vec<f32>,
    /// Hashes of the sparse features, ascending.
    pub hashes: Vec<u32>,
    /// Row by row, one per hash; each number is a 127th of the scale of its output.
    pub sparse: Vec<i8>,
    pub scales: Vec<f32>,
    /// Made by [`Linear::ready`].
    pub table: Table,
}

impl Linear {
    /// With its look-up table; the rest is taken as it is.
    #[must_use]
    pub fn ready(mut self) -> Self {
        self.table = Table::of(&self.hashes, &self.sparse, &self.dense, self.outputs);
        self
    }

    /// The sum of the weights for each output; features that were seen more than once count once.
    pub fn scores(&self, features: &Features) -> Vec<f32> {
        let mut sums = self.table.sums();
        let square = self.table.add_sparse(&features.sparse, &mut sums);
        let factor = if square > 0.0 { self.length / square.sqrt() / 127.0 } else { 0.0 };
        for ((sum, scale), bias) in sums.iter_mut().zip(&self.scales).zip(&self.bias) {
            *sum = *sum * factor * scale + bias;
        }
        self.table.add_dense(&features.dense, &mut sums);
        sums.truncate(self.outputs);
        sums
    }
}

/// Shares of 1 that stand to each other as the exponentials of the scores.
pub fn shares_of(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut shares: Vec<f32> = scores.iter().map(|it| exp(it - most)).collect();
    let sum: f32 = shares.iter().sum();
    for it in &mut shares {
        *it /= sum;
    }
    shares
}

/// Where the share is greatest after its bias was added to its logarithm; classes without a bias have none
/// added. The last of equal ones.
pub fn likeliest(shares: &[f32], bias: &[f32]) -> usize {
    let score = |at: usize| ln(shares[at]) + bias.get(at).copied().unwrap_or_default();
    let best = (0..shares.len()).max_by(|one, other| score(*one).total_cmp(&score(*other)));
    best.unwrap_or_default()
}

/// The chance whose odds have this logarithm.
pub(super) fn chance(log_odds: f32) -> f32 {
    let of_greater = 1.0 / (1.0 + exp(-log_odds.abs()));
    if log_odds < 0.0 { 1.0 - of_greater } else { of_greater }
}

/// `e` to the power of a number that is not above 0, to seven digits: of additions and
/// multiplications only, so that it comes out alike on every machine, which the platform's own does
/// not promise.
fn exp(power: f32) -> f32 {
    let power = power.max(-80.0);
    let halvings = (-power * std::f32::consts::LOG2_E).floor();
    let rest = f64::from(power) + f64::from(halvings) * std::f64::consts::LN_2;
    let series = (1..=10).rev().fold(1.0, |sum, at| 1.0 + sum * rest / f64::from(at));
    #[expect(clippy::cast_possible_truncation, reason = "at most 116, and a rounding")]
    let (halvings, series) = (halvings as i32, series as f32);
    series * 0.5_f32.powi(halvings)
}

/// The natural logarithm of a number above 0, to six digits, alike on every machine: the series of
/// the inverse hyperbolic tangent over the mantissa.
pub(super) fn ln(number: f32) -> f32 {
    let bits = number.max(f32::MIN_POSITIVE).to_bits();
    #[expect(clippy::cast_possible_wrap, reason = "the exponent has eight bits")]
    let exponent = f64::from((bits >> 23) as i32 - 127);
    let mantissa = f64::from(f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000));
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let series = (0..12).rev().fold(0.0, |sum, at| sum * square + 1.0 / f64::from(2 * at + 1));
    #[expect(clippy::cast_possible_truncation, reason = "a rounding")]
    let ln = (2.0 * ratio * series + exponent * std::f64::consts::LN_2) as f32;
    ln
}

/// A count of words or sentences as a number.
#[expect(clippy::cast_precision_loss, reason = "nobody writes so many words")]
pub(super) fn number(count: usize) -> f32 {
    count as f32
}

/// Hashes are spread well already.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Identity;

impl std::hash::BuildHasher for Identity {
    type Hasher = Taken;

    fn build_hasher(&self) -> Taken {
        Taken(0)
    }
}

/// See [`Identity`].
#[derive(Debug)]
pub(super) struct Taken(u64);

impl std::hash::Hasher for Taken {
    fn write(&mut self, _: &[u8]) {}

    fn write_u32(&mut self, hash: u32) {
        // The table takes its upper and its lower bits for different things.
        self.0 = u64::from(hash) << 32 | u64::from(hash);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_logarithms_are_right() {
        for at in 0..400_u16 {
            let power = -f32::from(at) / 13.0;
            assert!((exp(power) - power.exp()).abs() <= 2e-7, "{power}");
            let number = 0.001 + f32::from(at) * 3.7;
            assert!((ln(number) - number.ln()).abs() <= 1e-5, "{number}");
        }
    }

    #[test]
    fn known_features_are_weighed_and_others_left_out() {
        let linear = Linear {
            outputs: 2,
            length: 2.0,
            bias: vec![0.5, 0.0],
            dense: vec![1.0, -1.0],
            hashes: vec![7, 9],
            sparse: vec![127, 0, 0, 127],
            scales: vec![3.0, 1.0],
            ..Linear::default()
        };
        let linear = linear.ready();
        let features = Features { sparse: vec![(7, 1.0), (8, 5.0)], dense: vec![0.25] };
        assert_eq!(linear.scores(&features), [2.0 * 3.0 + 0.5 + 0.25, -0.25]);
    }
}
