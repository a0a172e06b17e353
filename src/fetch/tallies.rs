//! Counts how each host is treated, until someone writes it down.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::{Gate, HostTally};

#[derive(Default)]
pub(super) struct Tallies(Mutex<HashMap<Gate, Tally>>);

#[derive(Default)]
struct Tally {
    counted: HostTally,
    under_way: u64,
}

/// One request under way; over when dropped, however it ends.
pub(super) struct UnderWay<'t> {
    tallies: &'t Tallies,
    gate: Gate,
}

impl Tallies {
    /// A request begins, after so long a pause.
    pub(super) fn begin(&self, gate: Gate, is_conditional: bool, paused: Duration) -> UnderWay<'_> {
        self.count(&gate, |tally| {
            tally.under_way += 1;
            let most = tally.counted.most_at_once.max(tally.under_way);
            tally.counted += HostTally {
                requests: 1,
                conditional: u64::from(is_conditional),
                paused_ms: u64::try_from(paused.as_millis()).unwrap_or(u64::MAX),
                most_at_once: most,
                ..HostTally::default()
            };
        });
        UnderWay { tallies: self, gate }
    }

    pub(super) fn add(&self, gate: &Gate, more: HostTally) {
        self.count(gate, |tally| tally.counted += more);
    }

    /// What was counted since it was last taken.
    pub(super) fn take(&self) -> Vec<(Gate, HostTally)> {
        let mut tallies = self.lock();
        let taken = tallies
            .iter_mut()
            .map(|(gate, tally)| (gate.clone(), std::mem::take(&mut tally.counted)));
        let taken = taken.filter(|(_, counted)| !counted.is_empty()).collect();
        tallies.retain(|_, tally| tally.under_way > 0);
        taken
    }

    fn count(&self, gate: &Gate, change: impl FnOnce(&mut Tally)) {
        let mut tallies = self.lock();
        match tallies.get_mut(gate) {
            Some(tally) => change(tally),
            None => change(tallies.entry(gate.clone()).or_default()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Gate, Tally>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UnderWay<'_> {
    pub(super) fn add(&self, more: HostTally) {
        self.tallies.add(&self.gate, more);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.tallies.count(&self.gate, |tally| tally.under_way = tally.under_way.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Address;

    #[test]
    fn what_is_under_way_is_counted_once_also_when_it_is_taken_meanwhile() {
        let gate = "https://example.com/".parse::<Address>().unwrap().gate();
        let tallies = Tallies::default();
        let first = tallies.begin(gate.clone(), true, Duration::from_secs(1));
        let second = tallies.begin(gate.clone(), false, Duration::ZERO);
        let taken = tallies.take().remove(0).1;
        assert_eq!((taken.requests, taken.conditional, taken.most_at_once), (2, 1, 2));
        drop(second);
        first.add(HostTally { bytes: 9, ..HostTally::default() });
        drop(first);
        let rest = tallies.take().remove(0).1;
        assert_eq!((rest.requests, rest.bytes), (0, 9));
        assert!(tallies.take().is_empty() && tallies.lock().is_empty());
    }
}
