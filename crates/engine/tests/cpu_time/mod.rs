//! The processor time of the current thread, for tests and benchmarks.

use std::time::Duration;

/// Runs `work`; returns its result and the processor time that it took.
#[cfg(unix)]
pub(crate) fn measure_cpu_time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    use rustix::time::{ClockId, clock_gettime};

    let clock = || {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
    };
    let start = clock();
    let done = work();
    (done, clock().checked_sub(start).expect("a monotonic clock"))
}

/// Runs `work`; returns its result and the time that it took.
#[cfg(not(unix))]
pub(crate) fn measure_cpu_time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    (work(), start.elapsed())
}
