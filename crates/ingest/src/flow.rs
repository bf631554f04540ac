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
const ROOM: u64 = 24 << 20;

/// Maximum number of items in progress, per worker.
const WINDOW: usize = 64;

/// The consumer is called with `None` after this long without a result.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// The items in progress, and the condition that their number went down.
#[derive(Default)]
struct Load {
    under_way: Mutex<UnderWay>,
    less: Condvar,
}

#[derive(Default)]
struct UnderWay {
    weight: u64,
    items: usize,
    /// Whether the limits are off: after a panic, items might never finish.
    is_lifted: bool,
}

impl Load {
    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, weight: u64, most: usize) {
        let full = |now: &mut UnderWay| {
            let no_room = now.weight + weight > ROOM || now.items >= most;
            now.items > 0 && no_room && !now.is_lifted
        };
        let now = self.less.wait_while(self.lock(), full);
        let mut now = now.unwrap_or_else(PoisonError::into_inner);
        now.weight += weight;
        now.items += 1;
    }

    fn leave(&self, weight: u64) {
        let mut now = self.lock();
        now.weight -= weight;
        now.items -= 1;
        self.less.notify_one();
    }
}

/// Aborts the run if one of its threads panics, so that the others do not
/// block forever.
struct Fall<'a> {
    load: &'a Load,
    stopped: &'a AtomicBool,
}

impl Drop for Fall<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.stopped.store(true, Ordering::Relaxed);
            self.load.lock().is_lifted = true;
            self.load.less.notify_one();
        }
    }
}

/// Whether the run continues; returned to the sender of an item.
pub(crate) type GoOn = bool;

/// Runs the pipeline until `source` ends or `take` breaks.
///
/// `source` sends items with their weights. `work` runs on each item, on `jobs`
/// threads. `take` runs on the calling thread and gets the results in order, or
/// `None` when no result came for a [`PAUSE`].
pub(crate) fn run<T: Send, R: Send, S, B>(
    jobs: usize,
    source: impl FnOnce(&mut dyn FnMut(T, u64) -> GoOn) + Send,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    mut take: impl FnMut(Option<R>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let load = Load::default();
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
                load.enter(weight, jobs * WINDOW);
                number += 1;
                let goes_on = !stopped.load(Ordering::Relaxed);
                queue.send((number - 1, weight, item)).is_ok() && goes_on
            });
        });
        for _ in 0..jobs {
            let finished = finished.clone();
            scope.spawn(move || {
                let _fall = Fall { load, stopped };
                let mut state = start();
                while let Some((number, weight, item)) = next(waiting) {
                    let result = work(&mut state, item);
                    finished.send((number, weight, result)).expect("all results are received");
                }
            });
        }
        drop(finished);
        let _fall = Fall { load, stopped };
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
            let (number, weight, result) = match results.recv_timeout(PAUSE) {
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
                load.leave(weight);
            }
        }
    })
}

fn next<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn results_come_in_order_and_memory_is_bounded() {
        let weight = |item: u64| if item.is_multiple_of(100) { 2 * ROOM } else { ROOM / 10 };
        let (under_way, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let mut results = Vec::new();
        let outcome = run(
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
        assert!(most.into_inner() <= 2 * ROOM);
        assert_eq!(results, (0..2000).map(|item| item * 2).collect::<Vec<u64>>());
    }

    #[test]
    fn a_fall_ends_the_run() {
        // More items than the limit: the source must not block forever.
        let run = |worker: bool, taker: bool| {
            run(
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
            let fall = std::panic::catch_unwind(|| run(worker, taker));
            assert!(fall.is_err(), "{worker} {taker}");
        }
    }

    #[test]
    fn who_takes_is_told_that_nothing_comes() {
        let waited = std::cell::Cell::new(false);
        let (say, told) = mpsc::channel();
        let told = Mutex::new(told);
        let outcome = run(
            1,
            |send| assert!(send((), 1)),
            || (),
            |(), ()| told.lock().expect("one reader").recv().expect("a message"),
            |result| {
                if result.is_none() && !waited.replace(true) {
                    say.send(()).expect("the worker waits");
                }
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue() && waited.get());
    }
}
