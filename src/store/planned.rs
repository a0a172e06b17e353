//! Failures that a test plans at named places, as if the program ended there.

use std::{
    io,
    sync::atomic::{AtomicU8, AtomicU32, Ordering},
};

/// Where a planned failure strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Everything is written and nothing is kept.
    BeforeCommit,
    /// Everything is kept, and the caller never learns of it.
    AfterCommit,
}

/// At most one planned failure; it strikes once, after so many passes.
#[derive(Debug, Default)]
pub(super) struct Planned {
    at: AtomicU8,
    passes: AtomicU32,
}

impl Planned {
    pub(super) fn plan(&self, step: Step, passes: u32) {
        self.passes.store(passes, Ordering::SeqCst);
        self.at.store(number(step), Ordering::SeqCst);
    }

    pub(super) fn pass(&self, step: Step) -> Result<(), sqlx::Error> {
        let at = number(step);
        let fewer = |passes: u32| passes.checked_sub(1);
        if self.at.load(Ordering::SeqCst) == at
            && self.passes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer).is_ok()
        {
            return Ok(());
        }
        match self.at.compare_exchange(at, 0, Ordering::SeqCst, Ordering::Relaxed) {
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
