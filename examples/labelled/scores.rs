//! Measures of how well predictions fit labels.

/// Of each class: the harmonic mean of precision and recall; 0 for one that was never predicted right.
pub(crate) fn f1(truth: &[usize], predicted: &[usize], classes: usize) -> Vec<f64> {
    let mut counts = vec![(0.0, 0.0); classes];
    for (truth, predicted) in truth.iter().zip(predicted) {
        if truth == predicted {
            counts[*truth].0 += 2.0;
        }
        counts[*truth].1 += 1.0;
        counts[*predicted].1 += 1.0;
    }
    counts.into_iter().map(|(right, all)| if all > 0.0 { right / all } else { 0.0 }).collect()
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The chance that one of the wanted is ranked before one of the others (the area under the curve of
/// receiver operating characteristics).
pub(crate) fn auc(scores: &[f64], wanted: &[bool]) -> f64 {
    let ranks = ranks(scores);
    let positive = wanted.iter().filter(|it| **it).count() as f64;
    let negative = wanted.len() as f64 - positive;
    let sum: f64 = ranks.iter().zip(wanted).filter(|it| *it.1).map(|it| it.0).sum();
    (sum - positive * (positive + 1.0) / 2.0) / (positive * negative)
}

/// Spearman's rank correlation, equal values sharing their ranks.
pub(crate) fn spearman(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (ranks(one), ranks(other));
    let (middle, count) = (f64::midpoint(one.len() as f64, 1.0), one.len());
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for at in 0..count {
        let (x, y) = (one[at] - middle, other[at] - middle);
        both += x * y;
        first += x * x;
        second += y * y;
    }
    both / (first * second).sqrt()
}

/// Ranks from 1 on; equal values have the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let same = order[start..]
            .iter()
            .take_while(|it| values[**it].total_cmp(&values[order[start]]).is_eq())
            .count();
        let rank = start as f64 + f64::midpoint(same as f64, 1.0);
        order[start..start + same].iter().for_each(|it| ranks[*it] = rank);
        start += same;
    }
    ranks
}
