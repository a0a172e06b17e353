//! Failures that a test plans at named places, as if the program ended there.

use std::{
    io,
    sync::atomic::{AtomicU8, Ordering},
};

/// Where a planned failure strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Everything is written and nothing is kept.
    BeforeCommit,
    /// Everything is kept, and the caller never learns of it.
    AfterCommit,
}

/// At most one planned failure; it strikes once.
#[derive(Debug, Default)]
pub(super) struct Planned(AtomicU8);

impl Planned {
    pub(super) fn plan(&self, step: Step) {
        self.0.store(number(step), Ordering::SeqCst);
    }

    pub(super) fn pass(&self, step: Step) -> Result<(), sqlx::Error> {
        let at = number(step);
        match self.0.compare_exchange(at, 0, Ordering::SeqCst, Ordering::Relaxed) {
            Ok(_) => Err(sqlx::Error::Protocol(
                io::Error::other(format!("planned failure at {step:?}")).to_string(),
            )),
            Err(_) => Ok(()),
        }
    }
}

fn number(step: Step) -> u8 {
    match step {
        Step::BeforeCommit => 1,
        Step::AfterCommit => 2,
    }
}
