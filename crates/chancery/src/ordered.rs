//! Many workers, one order.
//!
//! Files are read and marked by several threads, but what is printed must
//! not depend on which of them was quickest: same files, same bytes out, with
//! one thread or many. [`map`] hands items to whichever worker is free and
//! gives the results back in the order of the items. At most [`WINDOW`] items
//! a worker are under way or waiting, so memory is bounded however long the
//! list and however slow one of its items is.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Items under way or finished and not yet taken, for each worker.
const WINDOW: usize = 4;

/// Runs `work` on every item, on `jobs` threads, and calls `take` on the
/// results in the order of the items, on the calling thread. Each thread
/// works with what `start` gave it. Stops early when `take` breaks, and
/// returns what it broke with.
///
/// # Panics
/// When `work` panics.
pub(crate) fn map<T: Send, R: Send, S, B>(
    items: impl IntoIterator<Item = T>,
    jobs: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let jobs = jobs.max(1);
    let window = jobs.saturating_mul(WINDOW);
    let (queue, waiting) = mpsc::channel::<(T, SyncSender<R>)>();
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let mut state = start();
                while let Some((item, answer)) = next(&waiting) {
                    // The other end is gone when the run was stopped early.
                    let _ = answer.send(work(&mut state, item));
                }
            });
        }
        let outcome = keep_window_full(items, window, &queue, &mut take);
        drop(queue);
        outcome
    })
}

/// The next item in the queue; `None` when there will be no more.
fn next<J>(waiting: &Mutex<Receiver<J>>) -> Option<J> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Queues items and takes the oldest result whenever `window` are under way.
fn keep_window_full<T, R, B>(
    items: impl IntoIterator<Item = T>,
    window: usize,
    queue: &Sender<(T, SyncSender<R>)>,
    take: &mut impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut oldest: VecDeque<Receiver<R>> = VecDeque::with_capacity(window);
    let mut take_oldest = |oldest: &mut VecDeque<Receiver<R>>| match oldest.pop_front() {
        Some(result) => take(result.recv().expect("a worker answers unless it panicked")),
        None => ControlFlow::Continue(()),
    };
    for item in items {
        if oldest.len() == window {
            take_oldest(&mut oldest)?;
        }
        let (answer, result) = mpsc::sync_channel(1);
        queue.send((item, answer)).expect("workers wait until the queue is dropped");
        oldest.push_back(result);
    }
    while !oldest.is_empty() {
        take_oldest(&mut oldest)?;
    }
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;

    fn doubled(items: Vec<u32>, jobs: usize) -> Vec<u64> {
        let mut results = Vec::new();
        let outcome = map(
            items,
            jobs,
            || (),
            |(), item| u64::from(item) * 2,
            |result| {
                results.push(result);
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue());
        results
    }

    proptest! {
        #[test]
        fn order_does_not_depend_on_jobs(
            items in prop::collection::vec(any::<u32>(), 0..80),
            jobs in 0..6_usize,
        ) {
            let plain: Vec<u64> = items.iter().map(|&item| u64::from(item) * 2).collect();
            prop_assert_eq!(doubled(items, jobs), plain);
        }
    }

    #[test]
    fn no_more_than_the_window_is_under_way() {
        let begun = AtomicUsize::new(0);
        let mut taken = 0;
        let outcome = map(
            0..200,
            3,
            || (),
            |(), _| begun.fetch_add(1, Ordering::SeqCst),
            |_| {
                assert!(begun.load(Ordering::SeqCst) <= taken + 3 * WINDOW);
                taken += 1;
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue());
        assert_eq!(taken, 200);
    }

    #[test]
    fn stops_when_told_to() {
        let outcome = map(
            0..1000,
            2,
            || (),
            |(), item| item,
            |item| if item == 5 { ControlFlow::Break(item) } else { ControlFlow::Continue(()) },
        );
        assert_eq!(outcome, ControlFlow::Break(5));
    }
}
