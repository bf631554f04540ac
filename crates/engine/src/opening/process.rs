//! Runs external programs with limits on time, memory and output, because they
//! can loop on broken files.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use process_control::{ChildExt, Control, ExitStatus};
use thiserror::Error;

/// Time limit of a process.
const MAX_RUN_TIME: Duration = Duration::from_mins(1);

/// Memory limit of a process, in bytes, where the system supports one.
const MAX_MEMORY_BYTES: usize = 1_500_000 << 10;

/// Why a program gave no output.
#[derive(Debug, Error)]
pub(super) enum ProcessError {
    /// It could not be started or waited for.
    #[error("its text cannot be extracted: {0}")]
    NotRun(#[from] io::Error),
    /// It ended with this status, which is not success.
    #[error("its text cannot be extracted: the file is broken")]
    ExitedWith(Option<i32>),
    /// It printed more than this number of bytes.
    #[error("unpacks to more than {} MB", .0 >> 20)]
    OutputTooLarge(u64),
    /// It was stopped after [`MAX_RUN_TIME`].
    #[error("extracting its text took more than a minute (skipped)")]
    TimedOut,
}

/// Where a program prints what is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputStream {
    Standard,
    Error,
}

/// Runs `program` with `bytes` on standard input and returns its output, at
/// most `most` bytes.
pub(super) fn run_limited_process(
    program: &OsStr,
    arguments: &[&str],
    bytes: &[u8],
    most: u64,
) -> Result<Vec<u8>, ProcessError> {
    run_for_stream(OutputStream::Standard, program, arguments, bytes, most)
}

/// The same for what a program prints on one of its streams.
pub(super) fn run_for_stream(
    stream: OutputStream,
    program: &OsStr,
    arguments: &[&str],
    bytes: &[u8],
    most: u64,
) -> Result<Vec<u8>, ProcessError> {
    let pipe_if = |wanted| if wanted == stream { Stdio::piped() } else { Stdio::null() };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    command.stdout(pipe_if(OutputStream::Standard)).stderr(pipe_if(OutputStream::Error));
    // There is already a worker for each core.
    command.env("OMP_THREAD_LIMIT", "1");
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    let output: Option<Box<dyn Read + Send>> = match stream {
        OutputStream::Standard => child.stdout.take().map(|out| Box::new(out) as _),
        OutputStream::Error => child.stderr.take().map(|out| Box::new(out) as _),
    };
    thread::scope(|scope| {
        scope.spawn(move || {
            // A process that has read enough closes the pipe.
            let _ = stdin.map(|mut stdin| stdin.write_all(bytes));
        });
        let printed = scope.spawn(move || {
            let mut out = Vec::new();
            let read = output.map(|output| output.take(most + 1).read_to_end(&mut out));
            read.is_some_and(|read| read.is_ok()).then_some(out)
        });
        let limited = child.controlled().time_limit(MAX_RUN_TIME).terminate_for_timeout();
        #[cfg(any(target_os = "linux", windows))]
        let limited = limited.memory_limit(MAX_MEMORY_BYTES);
        let ended = { limited }.wait();
        let out = printed.join().ok().flatten().unwrap_or_default();
        match ended? {
            _ if out.len() as u64 > most => Err(ProcessError::OutputTooLarge(most)),
            Some(status) if status.success() => Ok(out),
            Some(status) => Err(ProcessError::ExitedWith(exit_code(status))),
            None => Err(ProcessError::TimedOut),
        }
    })
}

/// Returns the exit code of a process, or `None` if a signal ended it.
fn exit_code(status: ExitStatus) -> Option<i32> {
    status.code().and_then(|code| i32::try_from(code).ok())
}
