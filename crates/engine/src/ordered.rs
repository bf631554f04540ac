//! Processes items in parallel and returns the results in order.
//!
//! The same files give the same output, with one thread or many.
//! [`map_in_order`] hands items to free workers and returns the results in the
//! order of the items. An item may have any number of results. At most
//! [`ITEMS_PER_WORKER`] items per worker are in progress or waiting, each with
//! at most [`MAX_PENDING_RESULTS`] pending results. So memory is bounded,
//! however many items there are, however slow one of them is and however many
//! results it has.

use std::collections::VecDeque;
use std::iter;
use std::ops::ControlFlow;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Items in progress, or finished and not yet taken, per worker.
const ITEMS_PER_WORKER: usize = 4;

/// Pending results of an item; beyond this number its worker waits. The worker
/// of the oldest item never waits long, because its results are taken first.
const MAX_PENDING_RESULTS: usize = 16;

/// Callback for the results of one item, in order.
pub type ResultSink<'a, R> = &'a mut dyn FnMut(R);

/// Runs `work` on every item, on `jobs` threads, and calls `take` on the
/// results, in the order of the items, on the calling thread.
///
/// `start` makes the state of each thread. If `take` breaks, the run stops
/// early and returns the value of the break.
///
/// # Panics
/// If `work` panics.
pub fn map_in_order<T: Send, R: Send, S, B>(
    items: impl IntoIterator<Item = T>,
    jobs: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T, ResultSink<'_, R>) + Sync,
    mut take: impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let jobs = jobs.max(1);
    let window = jobs.saturating_mul(ITEMS_PER_WORKER);
    let (queue, waiting) = mpsc::channel::<(T, SyncSender<Option<R>>)>();
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let mut state = start();
                while let Some((item, answer)) = next_item(&waiting) {
                    // The receiver is gone if the run stopped early.
                    let tell = |result| drop(answer.send(result));
                    work(&mut state, item, &mut |result| tell(Some(result)));
                    tell(None);
                }
            });
        }
        let outcome = keep_window_full(items, window, &queue, &mut take);
        drop(queue);
        outcome
    })
}

/// The next item in the queue; `None` at its end.
fn next_item<J>(waiting: &Mutex<Receiver<J>>) -> Option<J> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Queues items, and takes the oldest results when `window` items are in
/// progress.
fn keep_window_full<T, R, B>(
    items: impl IntoIterator<Item = T>,
    window: usize,
    queue: &Sender<(T, SyncSender<Option<R>>)>,
    take: &mut impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut oldest: VecDeque<Receiver<Option<R>>> = VecDeque::with_capacity(window);
    let mut take_oldest = |oldest: &mut VecDeque<Receiver<Option<R>>>| {
        let Some(results) = oldest.pop_front() else { return ControlFlow::Continue(()) };
        let next = || results.recv().expect("a worker finishes its item unless it panicked");
        iter::from_fn(next).try_for_each(&mut *take)
    };
    for item in items {
        if oldest.len() == window {
            take_oldest(&mut oldest)?;
        }
        let (answer, result) = mpsc::sync_channel(MAX_PENDING_RESULTS);
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

    /// Repeats each item, often more times than results may be pending.
    fn repeated(items: Vec<u32>, jobs: usize) -> Vec<u32> {
        let mut results = Vec::new();
        let outcome = map_in_order(
            items,
            jobs,
            || (),
            |(), item, give| (0..item % 40).for_each(|_| give(item)),
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
            let often = |&item: &u32| iter::repeat_n(item, item as usize % 40);
            let plain: Vec<u32> = items.iter().flat_map(often).collect();
            prop_assert_eq!(repeated(items, jobs), plain);
        }
    }

    #[test]
    fn items_in_progress_are_bounded() {
        let begun = AtomicUsize::new(0);
        let mut taken = 0;
        let outcome = map_in_order(
            0..200,
            3,
            || (),
            |(), _, give| give(begun.fetch_add(1, Ordering::SeqCst)),
            |_| {
                assert!(begun.load(Ordering::SeqCst) <= taken + 3 * ITEMS_PER_WORKER);
                taken += 1;
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue());
        assert_eq!(taken, 200);
    }

    #[test]
    fn pending_results_are_bounded() {
        let given = AtomicUsize::new(0);
        let mut taken = 0;
        let outcome = map_in_order(
            0..4,
            2,
            || (),
            |(), _, give| (0..100).for_each(|_| give(given.fetch_add(1, Ordering::SeqCst))),
            |_| {
                // Besides the pending results of each item, each worker has one
                // in hand, and one was taken just now.
                assert!(given.load(Ordering::SeqCst) <= taken + 4 * MAX_PENDING_RESULTS + 2 + 1);
                taken += 1;
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(outcome.is_continue());
        assert_eq!(taken, 400);
    }

    #[test]
    #[should_panic(expected = "unless it panicked")]
    fn a_worker_that_panics_ends_the_run() {
        let work = |(): &mut (), item: u32, give: ResultSink<'_, u32>| {
            give(item);
            assert_ne!(item, 1, "on purpose");
        };
        let _ = map_in_order(0..8, 1, || (), work, |_| ControlFlow::<()>::Continue(()));
    }

    #[test]
    fn a_break_stops_the_run() {
        let outcome = map_in_order(
            0..1000,
            2,
            || (),
            |(), item, give| give(item),
            |item| if item == 5 { ControlFlow::Break(item) } else { ControlFlow::Continue(()) },
        );
        assert_eq!(outcome, ControlFlow::Break(5));
    }
}
