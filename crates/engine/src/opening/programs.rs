//! The programs of others that read PDFs and images: where they are, and their versions.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::process::{OutputStream, run_for_stream};

/// Maximum size of what a program prints as its version, in bytes.
const MAX_VERSION_BYTES: u64 = 16 << 10;

/// A program on the search path.
pub(super) struct Program {
    name: &'static str,
    path: PathBuf,
    version_flag: &'static str,
    /// Its name and version; set when it is first used.
    described: OnceLock<String>,
}

impl Program {
    /// The program of this name, if it is installed.
    pub(super) fn find(name: &'static str, version_flag: &'static str) -> Option<Self> {
        let path = which::which_global(name).ok()?;
        Some(Self { name, path, version_flag, described: OnceLock::new() })
    }

    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Its path, to run it.
    pub(super) fn path(&self) -> &OsStr {
        self.path.as_os_str()
    }

    /// Records that it gave a result, so that [`Program::described`] says so.
    pub(super) fn record_use(&self) {
        self.described.get_or_init(|| match self.read_version() {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.to_owned(),
        });
    }

    /// Its name and version, if it was used: "tesseract 5.3.0".
    pub(super) fn described(&self) -> Option<&str> {
        self.described.get().map(String::as_str)
    }

    /// The first word with digits on the first line that it prints on either stream.
    fn read_version(&self) -> Option<String> {
        [OutputStream::Standard, OutputStream::Error].into_iter().find_map(|stream| {
            let printed =
                run_for_stream(stream, self.path(), &[self.version_flag], b"", MAX_VERSION_BYTES);
            let printed = printed.ok()?;
            let line = printed.split(|&byte| byte == b'\n').next()?;
            let line = String::from_utf8_lossy(line).into_owned();
            let is_version = |word: &&str| {
                word.len() <= 40
                    && word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit())
                    && word.chars().all(|c| c.is_ascii_alphanumeric() || ".-+~".contains(c))
            };
            line.split_whitespace().find(is_version).map(str::to_owned)
        })
    }
}
