//! Many readers, one writer, bounded memory.
//!
//! Items come from a thread of their own, are worked on by several, and are
//! taken by the calling thread in the order in which they came. Each has a
//! weight in bytes; an item sets out when those under way leave room for it,
//! or when it is alone.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// Weight of what is under way at a time.
const ROOM: u64 = 24 << 20;

/// Items under way at a time, for each worker.
const WINDOW: usize = 64;

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
/// `jobs` threads; `take` on the results, in order, on the calling thread.
pub(super) fn run<T: Send, R: Send, S, B>(
    jobs: usize,
    source: impl FnOnce(&mut dyn FnMut(T, u64) -> GoOn) + Send,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<B>,
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
        for (number, weight, result) in results {
            early.insert(number, (weight, result));
            while let Some((weight, result)) = early.remove(&due) {
                due += 1;
                if outcome.is_continue() {
                    outcome = take(result);
                    stopped.store(outcome.is_break(), Ordering::Relaxed);
                }
                load.leave(weight);
            }
        }
        outcome
    })
}

fn next<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_memory_is_bounded() {
        let mut results = Vec::new();
        let outcome = run(
            3,
            |send| {
                for item in 0..2000_u64 {
                    let weight = if item % 100 == 0 { 2 * ROOM } else { ROOM / 10 };
                    assert!(send(item, weight));
                }
            },
            || (),
            |(), item| {
                if item % 7 == 0 {
                    thread::yield_now();
                }
                item * 2
            },
            |result| {
                results.push(result);
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue());
        assert_eq!(results, (0..2000).map(|item| item * 2).collect::<Vec<u64>>());
    }
}
