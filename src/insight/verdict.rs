//! The kind of a post, and its worth.

use crate::domain::{Kind, Verdict, Worth};

use super::{
    features::{Split, post_features},
    linear::{chance, likeliest, number, shares_of},
    model::{Model, ROLES},
    roles::Shares,
};

/// Tells kind and worth by a post's words, build and manner, and by what its sentences do.
pub(super) fn verdict(split: &Split<'_>, roles: &[Shares], model: &Model) -> Verdict {
    let features = post_features(split, &summed_up(roles), &model.words);
    verdict_of(&model.post.scores(&features), model)
}

/// What the sentences of a post do, on average and at best: of each role the mean share and the
/// greatest.
pub fn summed_up(roles: &[Shares]) -> Vec<f32> {
    let mut summary = vec![0.0; ROLES * 2];
    let count = number(roles.len().max(1));
    for shares in roles {
        for (at, share) in shares.iter().enumerate() {
            summary[at] += share / count * 2.0;
            summary[ROLES + at] = summary[ROLES + at].max(*share);
        }
    }
    summary
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
