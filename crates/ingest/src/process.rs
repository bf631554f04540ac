//! Runs external programs with limits on time, memory and output, because they
//! can loop on broken files.

use std::ffi::OsStr;
use std::fmt;
use std::io::{Error, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Time limit of a process.
const MAX_RUN_TIME: Duration = Duration::from_mins(1);

/// Memory limit of a process, in KiB.
const MAX_MEMORY_KIB: &str = "1500000";

/// Interval at which a process is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Why a program gave no output.
#[derive(Debug)]
pub(crate) enum ProcessError {
    /// It could not be started.
    NotStarted(Error),
    /// It ended with this status, which is not success.
    ExitedWith(Option<i32>),
    /// It printed more than this number of bytes.
    OutputTooLarge(u64),
    /// It was stopped after [`MAX_RUN_TIME`].
    TimedOut,
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(error) => write!(f, "its text cannot be extracted: {error}"),
            Self::ExitedWith(_) => f.write_str("its text cannot be extracted: the file is broken"),
            Self::OutputTooLarge(most) => write!(f, "unpacks to more than {} MB", most >> 20),
            Self::TimedOut => f.write_str("extracting its text took more than a minute (skipped)"),
        }
    }
}

/// Runs `program` with `bytes` on standard input and returns its output, at
/// most `most` bytes.
pub(crate) fn run_limited_process(
    program: &OsStr,
    arguments: &[&str],
    bytes: &[u8],
    most: u64,
) -> Result<Vec<u8>, ProcessError> {
    let mut command = limited_command(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    // There is already a worker for each core.
    command.env("OMP_THREAD_LIMIT", "1");
    let mut child = command.spawn().map_err(ProcessError::NotStarted)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    thread::scope(|scope| {
        scope.spawn(move || {
            // A process that has read enough closes the pipe.
            let _ = stdin.map(|mut stdin| stdin.write_all(bytes));
        });
        let printed = scope.spawn(move || {
            let mut out = Vec::new();
            let read = stdout.map(|stdout| stdout.take(most + 1).read_to_end(&mut out));
            read.is_some_and(|read| read.is_ok()).then_some(out)
        });
        let ended = wait_or_kill(&mut child);
        let out = printed.join().ok().flatten().unwrap_or_default();
        match ended {
            _ if out.len() as u64 > most => Err(ProcessError::OutputTooLarge(most)),
            Some(status) if status.success() => Ok(out),
            Some(status) => Err(ProcessError::ExitedWith(status.code())),
            None => Err(ProcessError::TimedOut),
        }
    })
}

/// Builds a command with a memory limit, where the system supports one.
fn limited_command(program: &OsStr) -> Command {
    if !cfg!(unix) {
        return Command::new(program);
    }
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {MAX_MEMORY_KIB} 2>/dev/null; exec \"$0\" \"$@\"");
    command.arg("-c").arg(script).arg(program);
    command
}

/// Waits for a process; returns `None` if it ran too long and was killed.
fn wait_or_kill(child: &mut Child) -> Option<ExitStatus> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if started.elapsed() < MAX_RUN_TIME => thread::sleep(POLL_INTERVAL),
            _ => {
                // It may have ended in the meantime.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}
