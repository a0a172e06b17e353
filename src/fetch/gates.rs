//! One gate per host: requests pass one at a time, in the order they came, with a pause between.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    sync::{Mutex as Turns, OwnedMutexGuard},
    time::Instant,
};

use super::clients::KEPT_ALIVE;
use crate::domain::{ARXIV_PAUSE, Gate};

/// Hosts whose connections are kept for the next request; requests to further hosts close theirs. An
/// idle connection keeps its buffers, and files are limited to 1,024 in many places.
const MOST_WARM: usize = 64;

/// Longest pause of one gate's own: a longer `Crawl-delay` is kept by asking for less.
pub const LONGEST_OWN_PAUSE: Duration = Duration::from_secs(30);

/// From this many gates on, idle ones are looked for and forgotten.
const FIRST_SWEEP: usize = 64;

pub(super) struct Gates {
    /// In milliseconds; may be set while requests are under way.
    pause_ms: AtomicU64,
    known: Mutex<Known>,
}

struct Known {
    gates: HashMap<Gate, Pace>,
    /// Where a server asked for longer pauses.
    own_pauses: HashMap<Gate, Duration>,
    warm: usize,
    sweep_at: usize,
}

struct Pace {
    /// End of the last request; locked while one is under way. The lock hands turns out in order.
    ended: Arc<Turns<Option<Instant>>>,
    warm: bool,
}

/// The right to send one request; the pause begins when it is dropped.
pub(super) struct Turn {
    ended: OwnedMutexGuard<Option<Instant>>,
    warm: bool,
    paused: Duration,
}

impl Gates {
    pub(super) fn new(pause: Duration) -> Self {
        let (gates, own_pauses) = (HashMap::new(), HashMap::new());
        let known = Known { gates, own_pauses, warm: 0, sweep_at: FIRST_SWEEP };
        Self { pause_ms: AtomicU64::new(whole_ms(pause)), known: Mutex::new(known) }
    }

    /// Waits for everyone who came before, then for the pause. A dropped wait leaves no trace.
    pub(super) async fn enter(&self, gate: Gate) -> Turn {
        let (ended, warm) = self.pace(gate.clone());
        let ended = ended.lock_owned().await;
        let pause = self.pause_of(&gate);
        let mut paused = Duration::ZERO;
        if let Some(last) = *ended {
            paused = pause.saturating_sub(last.elapsed());
        }
        if !paused.is_zero() {
            tokio::time::sleep(paused).await;
        }
        Turn { ended, warm, paused }
    }

    pub(super) fn set_pause(&self, pause: Duration) {
        self.pause_ms.store(whole_ms(pause), Relaxed);
    }

    pub(super) fn set_pause_of(&self, gate: &Gate, pause: Duration) {
        let mut known = self.lock();
        if pause.is_zero() {
            known.own_pauses.remove(gate);
        } else {
            known.own_pauses.insert(gate.clone(), pause);
        }
    }

    fn pause_of(&self, gate: &Gate) -> Duration {
        let own = self.lock().own_pauses.get(gate).copied();
        self.pause().max(own.unwrap_or_default()).max(asked_by_host(gate))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(self.pause_ms.load(Relaxed))
    }

    fn pace(&self, gate: Gate) -> (Arc<Turns<Option<Instant>>>, bool) {
        let mut known = self.lock();
        if let Some(pace) = known.gates.get(&gate) {
            return (pace.ended.clone(), pace.warm);
        }
        if known.gates.len() >= known.sweep_at {
            known.forget_idle(self.pause().max(KEPT_ALIVE).max(LONGEST_OWN_PAUSE));
        }
        let warm = known.warm < MOST_WARM;
        known.warm += usize::from(warm);
        let ended = Arc::new(Turns::new(None));
        known.gates.insert(gate, Pace { ended: ended.clone(), warm });
        (ended, warm)
    }
}

/// What a host asks of all programs in its terms.
fn asked_by_host(gate: &Gate) -> Duration {
    if gate.as_str() == "arxiv.org" { ARXIV_PAUSE } else { Duration::ZERO }
}

fn whole_ms(pause: Duration) -> u64 {
    u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)
}

impl Known {
    /// Clones of a pace are made under this lock only, so a single owner means that nobody waits.
    fn forget_idle(&mut self, idle: Duration) {
        self.gates.retain(|_, pace| match Arc::get_mut(&mut pace.ended) {
            Some(ended) => ended.get_mut().is_some_and(|it| it.elapsed() < idle),
            None => true,
        });
        self.warm = self.gates.values().filter(|it| it.warm).count();
        self.sweep_at = (self.gates.len() * 2).max(FIRST_SWEEP);
    }
}

impl Turn {
    /// Whether the connection is worth keeping for a next request.
    pub(super) fn is_warm(&self) -> bool {
        self.warm
    }

    /// How long it was held back for the pause.
    pub(super) fn paused(&self) -> Duration {
        self.paused
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.ended = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;
    use crate::domain::Address;

    fn gate(host: &str) -> Gate {
        format!("http://{host}/").parse::<Address>().unwrap().gate()
    }

    #[tokio::test]
    async fn requests_to_one_host_take_turns_in_order_with_a_pause() {
        let gates = Arc::new(Gates::new(Duration::from_millis(20)));
        let inside = Arc::new(AtomicUsize::new(0));
        let order = Arc::new(Mutex::new(Vec::new()));
        let started = Instant::now();
        let first = gates.enter(gate("example.com")).await;
        let mut waiting = Vec::new();
        for number in 0..3 {
            let (gates, inside, order) = (gates.clone(), inside.clone(), order.clone());
            waiting.push(tokio::spawn(async move {
                let _turn = gates.enter(gate("blog.example.com")).await;
                assert_eq!(inside.fetch_add(1, SeqCst), 0);
                order.lock().unwrap().push(number);
                tokio::task::yield_now().await;
                inside.fetch_sub(1, SeqCst);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in waiting {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2]);
        assert!(started.elapsed() >= Duration::from_millis(60));
    }

    #[tokio::test]
    async fn a_gate_may_have_a_longer_pause_of_its_own() {
        let gates = Gates::new(Duration::ZERO);
        let slow = gate("slow.example");
        gates.set_pause_of(&slow, Duration::from_millis(40));
        drop(gates.enter(slow.clone()).await);
        let began = Instant::now();
        drop(gates.enter(slow.clone()).await);
        assert!(began.elapsed() >= Duration::from_millis(40));
        gates.set_pause_of(&slow, Duration::ZERO);
        assert_eq!(gates.pause_of(&slow), Duration::ZERO);
        gates.set_pause(Duration::from_secs(1));
        gates.set_pause_of(&slow, Duration::from_millis(40));
        assert_eq!(gates.pause_of(&slow), Duration::from_secs(1));
    }

    #[tokio::test]
    async fn a_dropped_request_frees_its_gate() {
        let gates = Gates::new(Duration::ZERO);
        let held = gates.enter(gate("example.com")).await;
        let waiting = tokio::time::timeout(Duration::ZERO, gates.enter(gate("example.com"))).await;
        assert!(waiting.is_err());
        drop(held);
        gates.enter(gate("example.com")).await;
    }

    #[tokio::test]
    async fn idle_gates_are_forgotten_and_busy_ones_kept() {
        let gates = Gates::new(Duration::ZERO);
        let busy = gates.enter(gate("busy.example")).await;
        drop(gates.enter(gate("idle.example")).await);
        gates.known.lock().unwrap().forget_idle(Duration::ZERO);
        let left: Vec<String> =
            gates.known.lock().unwrap().gates.keys().map(ToString::to_string).collect();
        assert_eq!(left, ["busy.example"]);
        drop(busy);
    }

    #[tokio::test]
    async fn only_so_many_hosts_keep_their_connections() {
        let gates = Gates::new(Duration::ZERO);
        let mut warm = 0;
        for number in 0..MOST_WARM + 10 {
            warm +=
                usize::from(gates.enter(gate(&format!("peer{number}.example"))).await.is_warm());
        }
        assert_eq!(warm, MOST_WARM);
    }
}
