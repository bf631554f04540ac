//! Stops work whose result is no longer wanted.
//!
//! A query of a few letters can cost seconds. The thread that runs it cannot be
//! killed, so the work itself asks whether to go on: SQLite every few thousand
//! instructions, the index at every block of matches, lists between two entries.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::archive::Archive;
use crate::error::StoreError;

/// Instructions of SQLite's virtual machine between two checks: well below a
/// millisecond.
const INSTRUCTIONS_PER_CHECK: i32 = 10_000;

/// Whether work may go on. The clones share one state: one of them is with the
/// caller, who stops the work, the others are with the work.
///
/// The default has no limit.
#[derive(Clone, Debug, Default)]
pub struct WorkBudget(Option<Arc<BudgetState>>);

#[derive(Debug)]
struct BudgetState {
    stopped: AtomicBool,
    deadline: Option<Instant>,
}

impl WorkBudget {
    /// Allows work until the deadline, or until [`WorkBudget::stop`].
    pub fn until(deadline: Instant) -> Self {
        Self(Some(Arc::new(BudgetState { stopped: false.into(), deadline: Some(deadline) })))
    }

    /// Allows work until [`WorkBudget::stop`].
    pub fn until_stopped() -> Self {
        Self(Some(Arc::new(BudgetState { stopped: false.into(), deadline: None })))
    }

    /// Stops the work soon.
    pub fn stop(&self) {
        if let Some(state) = &self.0 {
            state.stopped.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the work must stop.
    pub fn is_spent(&self) -> bool {
        self.0.as_ref().is_some_and(|state| {
            state.stopped.load(Ordering::Relaxed)
                || state.deadline.is_some_and(|deadline| Instant::now() >= deadline)
        })
    }

    /// Returns an error if the work must stop.
    ///
    /// # Errors
    /// [`StoreError::Stopped`].
    pub fn check(&self) -> Result<(), StoreError> {
        if self.is_spent() { Err(StoreError::Stopped) } else { Ok(()) }
    }
}

/// Checks a budget once per block of matches, since reading the clock for each
/// match would slow down a search.
pub(crate) struct BudgetMeter {
    budget: WorkBudget,
    until_check: u32,
    spent: bool,
}

/// Matches between two checks.
const MATCHES_PER_CHECK: u32 = 4096;

impl BudgetMeter {
    pub(crate) fn new(budget: &WorkBudget) -> Self {
        Self { budget: budget.clone(), until_check: MATCHES_PER_CHECK, spent: false }
    }

    /// Whether one more match may be processed.
    pub(crate) fn allows_one_more(&mut self) -> bool {
        self.until_check -= 1;
        if self.until_check == 0 {
            self.until_check = MATCHES_PER_CHECK;
            self.spent = self.budget.is_spent();
        }
        !self.spent
    }
}

impl Archive {
    /// Sets the budget of all work with this connection from now on. Work that
    /// exceeds it ends with [`StoreError::Stopped`].
    pub fn set_work_budget(&mut self, budget: WorkBudget) -> Result<(), StoreError> {
        self.budget = budget.clone();
        Ok(self.db.progress_handler(INSTRUCTIONS_PER_CHECK, Some(move || budget.is_spent()))?)
    }

    /// The budget of the work with this connection.
    pub fn work_budget(&self) -> &WorkBudget {
        &self.budget
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::writer::ArchiveWriter;

    #[test]
    fn a_spent_budget_stops_sqlite() {
        let folder = std::env::temp_dir().join(format!("chancery-budget-{}", std::process::id()));
        drop(ArchiveWriter::open(&folder).expect("an archive"));
        let mut archive = Archive::open(&folder).expect("an archive");
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
             SELECT count(*) FROM n";
        let run = |archive: &Archive| archive.query_single_number(endless);
        let soon = Instant::now() + Duration::from_millis(50);
        archive.set_work_budget(WorkBudget::until(soon)).expect("set");
        assert!(matches!(run(&archive), Err(StoreError::Stopped)));
        assert!(Instant::now() >= soon);

        let budget = WorkBudget::until(Instant::now() + Duration::from_hours(1));
        archive.set_work_budget(budget.clone()).expect("set");
        assert!(budget.check().is_ok() && archive.last_batch().is_ok());
        budget.stop();
        assert!(matches!(run(&archive), Err(StoreError::Stopped)));

        archive.set_work_budget(WorkBudget::default()).expect("set");
        assert_eq!(archive.last_batch().expect("a number"), 0);
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
