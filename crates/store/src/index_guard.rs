//! Runs work with the index: within the budget of the work, and so that a panic
//! over a damaged file becomes an error.
//!
//! tantivy checks the checksums of its files only on request, and panics where
//! the content of a file makes no sense.

use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tantivy::TantivyError;
use tantivy::error::DataCorruption;

use crate::error::StoreError;
use crate::work_budget::WorkBudget;

thread_local! {
    /// The budget of the work that this thread does with the index.
    static BUDGET: RefCell<WorkBudget> = RefCell::default();
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` with the index.
///
/// # Errors
/// If `work` fails or panics, or the budget is spent.
pub(crate) fn run_guarded<T>(
    budget: &WorkBudget,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let outer_budget = BUDGET.replace(budget.clone());
    let outer_catching = CATCHING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer_catching);
    BUDGET.set(outer_budget);
    match done {
        Ok(Err(StoreError::Index(_))) if budget.is_spent() => Err(StoreError::Stopped),
        Ok(done) => done,
        Err(_) => Err(damaged_index("a file is damaged").into()),
    }
}

/// Whether this thread runs guarded work: its panics are caught, and need no
/// message.
pub fn is_catching_index_panics() -> bool {
    CATCHING.get()
}

/// Checks the budget of the work of this thread, at every read of an index file.
///
/// # Errors
/// If it is spent.
pub(crate) fn check_budget() -> io::Result<()> {
    match BUDGET.with_borrow(WorkBudget::is_spent) {
        true => Err(io::ErrorKind::TimedOut.into()),
        false => Ok(()),
    }
}

/// Returns the error for a file of the index whose content makes no sense.
pub(crate) fn damaged_index(what: &str) -> TantivyError {
    TantivyError::DataCorruption(DataCorruption::comment_only(what))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn panics_and_spent_budgets_are_errors() {
        let run = |budget: &WorkBudget, work: fn() -> Result<(), StoreError>| {
            let done = run_guarded(budget, work);
            assert!(!is_catching_index_panics() && check_budget().is_ok());
            done
        };
        let (free, spent) = (WorkBudget::default(), WorkBudget::until(Instant::now()));
        let read = || check_budget().map_err(|error| StoreError::Index(error.into()));
        assert!(run(&free, read).is_ok());
        assert!(matches!(run(&spent, read), Err(StoreError::Stopped)));
        let panics = || panic!("panic of the test");
        assert!(matches!(run(&free, panics), Err(StoreError::Index(_))));
    }
}
