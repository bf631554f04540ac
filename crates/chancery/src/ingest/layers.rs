//! The text of files that are none: office files, letters, PDFs, pictures.
//!
//! PDFs are read by poppler's pdftotext where it is installed (it keeps
//! columns apart and reads nearly everything), else by a crate; pictures by
//! tesseract where that is installed. All three run as processes with a limit
//! of time and memory, as broken files can make them loop.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chancery_unpack::{Kind, Limits, kind, layer};

/// A process that takes longer is stopped.
const LONGEST: Duration = Duration::from_secs(60);

/// Memory of such a process, in KiB.
const MEMORY: &str = "1500000";

/// How often a process is looked at.
const STEP: Duration = Duration::from_millis(5);

/// How texts are found on this machine.
pub(super) struct Layers {
    limits: Limits,
    pdftotext: bool,
    tesseract: bool,
}

impl Layers {
    /// Looks which programs are installed.
    pub(super) fn new(largest: u64) -> Self {
        let installed = |name: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
        };
        Self {
            limits: Limits { member: largest, all: largest, members: 1 },
            pdftotext: installed("pdftotext"),
            tesseract: installed("tesseract"),
        }
    }

    /// The text of a file; `None` where the file is its own.
    ///
    /// # Errors
    /// What is wrong, and what helps.
    pub(super) fn text(&self, name: &str, bytes: &[u8]) -> Result<Option<String>, String> {
        let kind = kind(&bytes[..bytes.len().min(512)], name);
        let text = match kind {
            Kind::Pdf => Some(self.pdf(bytes)?),
            Kind::Image => Some(self.picture(bytes)?),
            kind => layer(kind, bytes, &self.limits).map_err(|error| error.to_string())?,
        };
        match &text {
            Some(text) if !text.chars().any(char::is_alphanumeric) => Err(match kind {
                Kind::Pdf => "needs OCR: its pages are pictures (make a PDF with text of it)",
                _ => "has no text",
            }
            .to_owned()),
            _ => Ok(text),
        }
    }

    fn pdf(&self, bytes: &[u8]) -> Result<String, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        match self.pdftotext {
            true => self.run("pdftotext".as_ref(), &["-q", "-enc", "UTF-8", "-", "-"], bytes),
            false => self.run(own.as_os_str(), &["pdf-text"], bytes),
        }
    }

    fn picture(&self, bytes: &[u8]) -> Result<String, String> {
        if !self.tesseract {
            return Err("needs OCR: install tesseract, then add --retry".to_owned());
        }
        self.run("tesseract".as_ref(), &["stdin", "stdout"], bytes)
    }

    /// What a process prints when it is given these bytes.
    fn run(&self, program: &OsStr, arguments: &[&str], bytes: &[u8]) -> Result<String, String> {
        let mut command = limited(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let failed = |error: std::io::Error| format!("its text cannot be had: {error}");
        let mut child = command.spawn().map_err(failed)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let most = self.limits.member;
        thread::scope(|scope| {
            scope.spawn(move || {
                // A process that has enough closes its end.
                let _ = stdin.map(|mut stdin| stdin.write_all(bytes));
            });
            let printed = scope.spawn(move || {
                let mut out = Vec::new();
                let read = stdout.map(|stdout| stdout.take(most + 1).read_to_end(&mut out));
                read.is_some_and(|read| read.is_ok()).then_some(out)
            });
            let ended = wait(&mut child);
            let out = printed.join().ok().flatten().unwrap_or_default();
            match ended {
                Some(true) if out.len() as u64 <= most => {
                    Ok(String::from_utf8_lossy(&out).into_owned())
                }
                Some(true) => Err(format!("unpacks to more than {} MB", most >> 20)),
                Some(false) => Err("a broken file: its text cannot be had".to_owned()),
                None => Err("its text was not found in a minute: it was left".to_owned()),
            }
        })
    }
}

/// A command that may use only so much memory, where that can be said.
fn limited(program: &OsStr) -> Command {
    if !cfg!(unix) {
        return Command::new(program);
    }
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {MEMORY} 2>/dev/null; exec \"$0\" \"$@\"");
    command.arg("-c").arg(script).arg(program);
    command
}

/// Waits for a process: whether it ended well; `None` when it was stopped.
fn wait(child: &mut Child) -> Option<bool> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if begun.elapsed() < LONGEST => thread::sleep(STEP),
            _ => {
                // It may have ended by itself in between.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}
