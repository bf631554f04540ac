//! A parallel pipeline with ordered results and bounded memory.
//!
//! One thread produces items, several workers process them, and the calling
//! thread takes the results in the order of the items. Each item has a weight
//! in bytes. An item starts when the items in progress leave room for it, or
//! when it is the only one.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Maximum total weight of the items in progress, in bytes.
const MAX_WEIGHT: u64 = 24 << 20;

/// Maximum number of items in progress, per worker.
const ITEMS_PER_WORKER: usize = 64;

/// The consumer is called with `None` after this long without a result.
pub(crate) const IDLE_INTERVAL: Duration = Duration::from_secs(1);

/// The items in progress, and the condition that their number went down.
#[derive(Default)]
struct LoadLimiter {
    under_way: Mutex<ItemsInProgress>,
    less: Condvar,
}

#[derive(Default)]
struct ItemsInProgress {
    weight: u64,
    items: usize,
    /// Whether the limits are off: after a panic, items might never finish.
    limits_disabled: bool,
}

impl LoadLimiter {
    fn lock_counters(&self) -> MutexGuard<'_, ItemsInProgress> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for_room(&self, weight: u64, most: usize) {
        let full = |now: &mut ItemsInProgress| {
            let no_room = now.weight + weight > MAX_WEIGHT || now.items >= most;
            now.items > 0 && no_room && !now.limits_disabled
        };
        let now = self.less.wait_while(self.lock_counters(), full);
        let mut now = now.unwrap_or_else(PoisonError::into_inner);
        now.weight += weight;
        now.items += 1;
    }

    fn release_item(&self, weight: u64) {
        let mut now = self.lock_counters();
        now.weight -= weight;
        now.items -= 1;
        self.less.notify_one();
    }
}

/// Aborts the run if one of its threads panics, so that the others do not
/// block forever.
struct PanicGuard<'a> {
    load: &'a LoadLimiter,
    stopped: &'a AtomicBool,
}

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.stopped.store(true, Ordering::Relaxed);
            self.load.lock_counters().limits_disabled = true;
            self.load.less.notify_one();
        }
    }
}

/// Whether the run continues; returned to the sender of an item.
pub(crate) type ContinueRun = bool;

/// Runs the pipeline until `source` ends or `take` breaks.
///
/// `source` sends items with their weights. `work` runs on each item, on `jobs`
/// threads. `take` runs on the calling thread and gets the results in order, or
/// `None` when no result came for an [`IDLE_INTERVAL`].
pub(crate) fn run_pipeline<T: Send, R: Send, S, B>(
    jobs: usize,
    source: impl FnOnce(&mut dyn FnMut(T, u64) -> ContinueRun) + Send,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    mut take: impl FnMut(Option<R>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let load = LoadLimiter::default();
    let (queue, waiting) = mpsc::channel::<(usize, u64, T)>();
    let waiting = Mutex::new(waiting);
    let (finished, results) = mpsc::channel::<(usize, u64, R)>();
    let stopped = AtomicBool::new(false);
    thread::scope(|scope| {
        let (load, waiting, start, work) = (&load, &waiting, &start, &work);
        let stopped = &stopped;
        scope.spawn(move || {
            let mut number = 0;
            source(&mut |item, weight| {
                load.wait_for_room(weight, jobs * ITEMS_PER_WORKER);
                number += 1;
                let goes_on = !stopped.load(Ordering::Relaxed);
                queue.send((number - 1, weight, item)).is_ok() && goes_on
            });
        });
        for _ in 0..jobs {
            let finished = finished.clone();
            scope.spawn(move || {
                let _fall = PanicGuard { load, stopped };
                let mut state = start();
                while let Some((number, weight, item)) = next_item(waiting) {
                    let result = work(&mut state, item);
                    finished.send((number, weight, result)).expect("all results are received");
                }
            });
        }
        drop(finished);
        let _fall = PanicGuard { load, stopped };
        let mut early = BTreeMap::new();
        let mut due = 0;
        let mut outcome = ControlFlow::Continue(());
        let mut tell = |result| {
            if outcome.is_continue() {
                outcome = take(result);
                stopped.store(outcome.is_break(), Ordering::Relaxed);
            }
        };
        loop {
            let (number, weight, result) = match results.recv_timeout(IDLE_INTERVAL) {
                Ok(done) => done,
                Err(RecvTimeoutError::Timeout) => {
                    tell(None);
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return outcome,
            };
            early.insert(number, (weight, result));
            while let Some((weight, result)) = early.remove(&due) {
                due += 1;
                tell(Some(result));
                load.release_item(weight);
            }
        }
    })
}

fn next_item<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn results_come_in_order_and_memory_is_bounded() {
        let weight =
            |item: u64| if item.is_multiple_of(100) { 2 * MAX_WEIGHT } else { MAX_WEIGHT / 10 };
        let (under_way, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let mut results = Vec::new();
        let outcome = run_pipeline(
            3,
            |send| (0..2000).for_each(|item| assert!(send(item, weight(item)))),
            || (),
            |(), item| {
                let now = under_way.fetch_add(weight(item), Ordering::SeqCst) + weight(item);
                most.fetch_max(now, Ordering::SeqCst);
                if item % 7 == 0 {
                    thread::yield_now();
                }
                item * 2
            },
            |result| {
                // Results are produced faster than they are consumed.
                thread::sleep(Duration::from_micros(50));
                let done = result.map_or(0, |result| weight(result / 2));
                under_way.fetch_sub(done, Ordering::SeqCst);
                results.extend(result);
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue());
        assert!(most.into_inner() <= 2 * MAX_WEIGHT);
        assert_eq!(results, (0..2000).map(|item| item * 2).collect::<Vec<u64>>());
    }

    #[test]
    fn a_panic_ends_the_run() {
        // More items than the limit: the source must not block forever.
        let run = |worker: bool, taker: bool| {
            run_pipeline(
                2,
                |send| _ = (0..5000).try_for_each(|item| send(item, 1).then_some(())),
                || (),
                |(), item| assert!(!worker || item < 50, "a worker panics"),
                |result| {
                    assert!(!taker || result.is_none(), "the consumer panics");
                    ControlFlow::<()>::Continue(())
                },
            )
        };
        assert!(run(false, false).is_continue());
        for (worker, taker) in [(true, false), (false, true), (true, true)] {
            let outcome = std::panic::catch_unwind(|| run(worker, taker));
            assert!(outcome.is_err(), "{worker} {taker}");
        }
    }

    #[test]
    fn idle_consumers_are_called() {
        let waited = std::cell::Cell::new(false);
        let (sender, receiver) = mpsc::channel();
        let receiver = Mutex::new(receiver);
        let outcome = run_pipeline(
            1,
            |send| assert!(send((), 1)),
            || (),
            |(), ()| receiver.lock().expect("one reader").recv().expect("a message"),
            |result| {
                if result.is_none() && !waited.replace(true) {
                    sender.send(()).expect("the worker waits");
                }
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue() && waited.get());
    }
}
