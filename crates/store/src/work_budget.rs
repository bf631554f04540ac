//! Stops work whose result is no longer wanted.
//!
//! A query of a few letters can cost seconds. The thread that runs it cannot be
//! killed, so the work itself asks whether to go on: SQLite every few thousand
//! instructions, the index at every block of matches, lists between two entries.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::StoreError;

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_budget_is_spent_by_its_deadline_or_stopped() {
        let later = Instant::now() + Duration::from_hours(1);
        for budget in [WorkBudget::until(later), WorkBudget::until_stopped()] {
            let work = budget.clone();
            assert!(work.check().is_ok());
            budget.stop();
            assert!(matches!(work.check(), Err(StoreError::Stopped)));
        }
        assert!(WorkBudget::until(Instant::now()).is_spent());
        let free = WorkBudget::default();
        free.stop();
        assert!(!free.is_spent());
    }

    #[test]
    fn a_meter_stops_within_one_block() {
        let budget = WorkBudget::until_stopped();
        let mut meter = BudgetMeter::new(&budget);
        assert!((0..3 * MATCHES_PER_CHECK).all(|_| meter.allows_one_more()));
        budget.stop();
        let more = (0..3 * MATCHES_PER_CHECK).take_while(|_| meter.allows_one_more());
        assert!(more.count() <= MATCHES_PER_CHECK as usize);
    }
}
