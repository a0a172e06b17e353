//! Time and memory, told apart from what else a busy machine does.

use std::{
    fs,
    time::{Duration, Instant},
};

/// How long something took.
#[derive(Clone, Copy, Default)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// Without the time in which the thread waited for a processor that others had.
    pub(crate) undisturbed: Duration,
}

impl std::ops::Add for Took {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, undisturbed: self.undisturbed + other.undisturbed }
    }
}

pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let waited = scheduled(1);
    let begun = Instant::now();
    let done = work();
    let wall = begun.elapsed();
    let waited = scheduled(1).saturating_sub(waited);
    (done, Took { wall, undisturbed: wall.saturating_sub(waited) })
}

/// Processor time of this thread so far, as Linux tells it in steps of a few ms; 0 elsewhere.
pub(crate) fn thread_time() -> Duration {
    scheduled(0)
}

/// What Linux says of this thread: 0 is its time on a processor, 1 that of waiting for one, exact
/// whenever it runs.
fn scheduled(which: usize) -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').nth(which).unwrap_or_default();
    Duration::from_nanos(nanoseconds.parse().unwrap_or_default())
}

/// Processor time of all threads so far, in steps of 10 ms; 0 where there is no `/proc`.
pub(crate) fn process_time() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Lets the peak of resident memory begin anew, where Linux allows it.
pub(crate) fn forget_peak_memory() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Peak of resident memory, in MB; 0 where there is no `/proc`.
pub(crate) fn peak_memory_mb() -> usize {
    kilobytes("/proc/self/status", "VmHWM:") / 1024
}

/// Memory that no other process shares, in MB.
pub(crate) struct PrivateMemory {
    /// Parts of files that can be read again: of an index, what was looked at.
    pub(crate) clean: usize,
    pub(crate) dirty: usize,
}

pub(crate) fn private_memory_mb() -> PrivateMemory {
    let read = |name| kilobytes("/proc/self/smaps_rollup", name) / 1024;
    PrivateMemory { clean: read("Private_Clean:"), dirty: read("Private_Dirty:") }
}

fn kilobytes(file: &str, name: &str) -> usize {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}
