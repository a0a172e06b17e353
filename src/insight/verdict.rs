//! The kind of a post, and its worth.

use crate::domain::{Kind, Verdict, Worth};

use super::{
    features::{Split, post_features},
    linear::{chance, likeliest, ln, number, shares_of},
    model::Model,
    roles::Shares,
};

/// Tells kind and worth by a post's words, build and manner, and by what its sentences do at the first
/// look and at the second.
pub(super) fn verdict(
    split: &Split<'_>,
    alone: &[Shares],
    in_context: &[Shares],
    model: &Model,
) -> Verdict {
    let features = post_features(split, &summed_up(alone, in_context), &model.words);
    verdict_of(&model.post.scores(&features), model)
}

/// Of so many of the surest sentences of a role the mean share tells more than that of one.
const BEST: usize = 3;
/// The share from which a sentence counts as of a role.
const SURE: f32 = 0.5;

/// What the sentences of a post do. Of the first look: of each role the mean share and the greatest.
/// Of the second: these; the mean of the best few; how many there are, added up and of the sure ones;
/// and the mean share in the first and in the last third, for where a post tells its trouble says how
/// it is told. Each number is between 0 and about 4.
pub fn summed_up(alone: &[Shares], in_context: &[Shares]) -> Vec<f32> {
    let third = (in_context.len() / 3).max(1).min(in_context.len());
    let many = |count: f32| ln(1.0 + count) / 2.0;
    let sure = |share: f32| f32::from(u8::from(share > SURE));
    [
        mean(alone),
        best(alone, 1),
        mean(in_context),
        best(in_context, 1),
        best(in_context, BEST),
        sum(in_context, |it| it).map(many),
        sum(in_context, sure).map(many),
        mean(&in_context[..third]),
        mean(&in_context[in_context.len() - third..]),
    ]
    .concat()
}

fn sum(roles: &[Shares], of: impl Fn(f32) -> f32) -> Shares {
    std::array::from_fn(|role| roles.iter().map(|it| of(it[role])).sum())
}

/// Twice the mean, which is small where most sentences have no role.
fn mean(roles: &[Shares]) -> Shares {
    sum(roles, |it| it / number(roles.len()) * 2.0)
}

/// The mean of so many of the greatest shares; 0 of none.
fn best(roles: &[Shares], count: usize) -> Shares {
    let best = |role: usize| {
        let mut shares: Vec<f32> = roles.iter().map(|it| it[role]).collect();
        shares.sort_unstable_by(|one, other| other.total_cmp(one));
        shares.truncate(count);
        shares.iter().sum::<f32>() / number(shares.len().max(1))
    };
    std::array::from_fn(best)
}

/// What the outputs for a post say.
pub fn verdict_of(scores: &[f32], model: &Model) -> Verdict {
    let (kinds, worth) = scores.split_at(Kind::ALL.len().min(scores.len()));
    let shares = shares_of(kinds);
    let kind = Kind::ALL[likeliest(&shares, &model.kind_bias)];
    let expected = expected_worth(worth);
    let step = model.worth_steps.iter().filter(|it| expected >= **it).count();
    Verdict { kind, worth: Worth::ALL[step.min(3)], expected }
}

/// The sum of the chances of each worth above 0 or a higher one, which is the mean of a worth.
pub fn expected_worth(log_odds: &[f32]) -> f32 {
    log_odds.iter().map(|it| chance(*it)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sentences_do_is_told_by_mean_best_number_and_place() {
        let share = |challenge: f32| [1.0 - challenge, challenge, 0.0, 0.0, 0.0];
        let told = summed_up(&[share(0.5)], &[0.9, 0.1, 0.8, 0.0, 0.2, 0.4].map(share));
        let challenge: Vec<f32> = told.chunks(5).map(|it| it[1]).collect();
        let many = |count: f32| count.ln_1p() / 2.0;
        let wanted = [1.0, 0.5, 0.8, 0.9, 0.7, many(2.4), many(2.0), 1.0, 0.6];
        for (number, wanted) in challenge.iter().zip(wanted) {
            assert!((number - wanted).abs() < 1e-5, "{challenge:?}");
        }
        assert_eq!(challenge.len(), wanted.len());
    }

    #[test]
    fn a_post_without_sentences_does_nothing() {
        let told = summed_up(&[], &[]);
        assert_eq!(told, vec![0.0; told.len()]);
    }
}
