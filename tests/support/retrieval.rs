//! How good an order of documents is, against judgments (Manning, Raghavan and Schütze, "Introduction
//! to Information Retrieval", chapter 8; Järvelin and Kekäläinen 2002 for nDCG).

use std::collections::HashMap;

/// Documents of a query by their grade; 0 says that it does not answer.
pub(crate) type Judgments = HashMap<String, u32>;

/// Means over queries, each 0–1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Quality {
    pub(crate) ndcg_at_10: f64,
    pub(crate) average_precision: f64,
    pub(crate) recall_at_100: f64,
    pub(crate) reciprocal_rank: f64,
}

impl Quality {
    /// Of one order. Nobody can tell of a query without an answer: all is 0 then.
    pub(crate) fn of(ranked: &[String], judged: &Judgments) -> Self {
        let grade = |id: &String| judged.get(id).copied().unwrap_or_default();
        let grades: Vec<u32> = ranked.iter().map(grade).collect();
        let mut ideal: Vec<u32> = judged.values().copied().filter(|it| *it > 0).collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        if ideal.is_empty() {
            return Self::default();
        }
        let answers = to_f64(ideal.len());
        let found = |upto: usize| grades.iter().take(upto).filter(|it| **it > 0).count();
        let places = grades.iter().enumerate().filter(|(_, grade)| **grade > 0);
        let precisions = places.clone().map(|(at, _)| to_f64(found(at + 1)) / to_f64(at + 1));
        Self {
            ndcg_at_10: gain(&grades) / gain(&ideal),
            average_precision: precisions.sum::<f64>() / answers,
            recall_at_100: to_f64(found(100)) / answers,
            reciprocal_rank: places.map(|(at, _)| 1.0 / to_f64(at + 1)).next().unwrap_or_default(),
        }
    }

    pub(crate) fn mean(all: &[Self]) -> Self {
        let mean =
            |of: fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / to_f64(all.len().max(1));
        Self {
            ndcg_at_10: mean(|it| it.ndcg_at_10),
            average_precision: mean(|it| it.average_precision),
            recall_at_100: mean(|it| it.recall_at_100),
            reciprocal_rank: mean(|it| it.reciprocal_rank),
        }
    }
}

/// Of the first ten: `2^grade - 1`, less by the logarithm of the place.
fn gain(grades: &[u32]) -> f64 {
    let worth =
        |(at, grade): (usize, &u32)| (2_f64.powf(f64::from(*grade)) - 1.0) / to_f64(at + 2).log2();
    grades.iter().take(10).enumerate().map(worth).sum()
}

fn to_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
