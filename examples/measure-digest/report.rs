//! Counts what was chosen, and tells it with intervals.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crate::{chance::Chance, labelled::Labelled};

/// What one week's choice holds, by the labels.
#[derive(Clone, Copy, Default)]
pub(crate) struct Week {
    pub(crate) picks: f64,
    pub(crate) worth_3: f64,
    /// Of worth 2 or 3.
    pub(crate) worth_2: f64,
    pub(crate) minutes: f64,
}

impl Week {
    fn share(&self, of: f64) -> f64 {
        if self.picks == 0.0 { 0.0 } else { of / self.picks }
    }
}

/// Weeks by the way of choosing.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<String, Vec<Week>>);

const DRAWINGS: usize = 2_000;
pub(crate) const NEWEST: &str = "newest first";
pub(crate) const RANDOM: &str = "a random draw";

impl Tally {
    pub(crate) fn add(&mut self, way: &str, week: Week) {
        self.0.entry(way.to_owned()).or_default().push(week);
    }

    pub(crate) fn weeks(&self) -> usize {
        self.0.get(NEWEST).map_or(0, Vec::len)
    }

    pub(crate) fn told(&self, chance: &mut Chance) -> String {
        let newest = self.0.get(NEWEST).cloned().unwrap_or_default();
        let mut told = format!(
            "{} weeks\n\n| choosing | picks | minutes | worth 3 among picks | times newest first | worth 2 or 3 |\n|---|---|---|---|---|---|\n",
            self.weeks()
        );
        for (way, weeks) in &self.0 {
            let mean =
                |of: &dyn Fn(&Week) -> f64| weeks.iter().map(of).sum::<f64>() / weeks.len() as f64;
            let shares: Vec<f64> = weeks.iter().map(|it| it.share(it.worth_3)).collect();
            let base: Vec<f64> = newest.iter().map(|it| it.share(it.worth_3)).collect();
            let (low, high) = interval(chance, weeks.len(), |at| mean_at(&shares, at));
            let times = |at: &[usize]| mean_at(&shares, at) / mean_at(&base, at).max(1e-9);
            let all: Vec<usize> = (0..weeks.len()).collect();
            let (times_low, times_high) = interval(chance, weeks.len(), times);
            let _ = writeln!(
                told,
                "| {way} | {:.1} | {:.0} | {:.3} ({low:.3}–{high:.3}) | {:.2} ({times_low:.2}–{times_high:.2}) | {:.3} |",
                mean(&|it| it.picks),
                mean(&|it| it.minutes),
                mean_at(&shares, &all),
                times(&all),
                mean(&|it| it.share(it.worth_2)),
            );
        }
        told
    }
}

fn mean_at(values: &[f64], at: &[usize]) -> f64 {
    at.iter().map(|it| values[*it]).sum::<f64>() / at.len().max(1) as f64
}

/// Of 95 %, by drawing weeks with replacement.
fn interval(chance: &mut Chance, weeks: usize, of: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    let mut values: Vec<f64> = (0..DRAWINGS)
        .map(|_| {
            let drawn: Vec<usize> = (0..weeks).map(|_| chance.below(weeks)).collect();
            of(&drawn)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    (values[DRAWINGS / 40], values[DRAWINGS - 1 - DRAWINGS / 40])
}

/// What is chosen from.
pub(crate) fn collection(measured: &[&Labelled], others: usize) -> String {
    let orgs: BTreeSet<&str> = measured.iter().map(|it| it.org.as_str()).collect();
    let most = measured.iter().filter(|it| it.worth == Some(3)).count();
    format!(
        "{} posts of {} organisations ({most} of worth 3), {others} others as what was there before\n{}\n",
        measured.len(),
        orgs.len(),
        orgs.into_iter().collect::<Vec<_>>().join(", ")
    )
}
