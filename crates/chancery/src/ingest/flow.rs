//! Many readers, one writer, bounded memory.
//!
//! Items come from a thread of their own, are worked on by several, and are
//! taken by the calling thread in the order in which they came. Each has a
//! weight in bytes; an item sets out when those under way leave room for it,
//! or when it is alone.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Weight of what is under way at a time.
const ROOM: u64 = 24 << 20;

/// Items under way at a time, for each worker.
const WINDOW: usize = 64;

/// Who takes results is told that none came for so long.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// How much is under way.
#[derive(Default)]
struct Load {
    state: Mutex<(u64, usize)>,
    less: Condvar,
}

impl Load {
    fn enter(&self, weight: u64, most: usize) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |(sum, items): &mut (u64, usize)| {
            *items > 0 && (*sum + weight > ROOM || *items >= most)
        };
        let mut state = self.less.wait_while(state, full).unwrap_or_else(PoisonError::into_inner);
        state.0 += weight;
        state.1 += 1;
    }

    fn leave(&self, weight: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 -= weight;
        state.1 -= 1;
        self.less.notify_one();
    }
}

/// Whether the run goes on; what sends an item returns it.
pub(super) type GoOn = bool;

/// Runs `source`, which sends items with their weights; `work` on each, on
/// `jobs` threads; `take` on the results, in order, on the calling thread, and
/// on nothing where none came for a [`PAUSE`].
pub(super) fn run<T: Send, R: Send, S, B>(
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
                let mut state = start();
                while let Some((number, weight, item)) = next(waiting) {
                    let result = work(&mut state, item);
                    finished.send((number, weight, result)).expect("results are taken to the last");
                }
            });
        }
        drop(finished);
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
                // Results are made faster than they are taken.
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
    fn who_takes_is_told_that_nothing_comes() {
        let waited = std::cell::Cell::new(false);
        let (say, told) = mpsc::channel();
        let told = Mutex::new(told);
        let outcome = run(
            1,
            |send| assert!(send((), 1)),
            || (),
            |(), ()| told.lock().expect("one reader").recv().expect("it is told"),
            |result| {
                if result.is_none() && !waited.replace(true) {
                    say.send(()).expect("it waits");
                }
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue() && waited.get());
    }
}
