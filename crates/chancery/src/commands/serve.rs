//! `chancery serve`: serves an archive to browsers.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use chancery_ingest::Remedies;
use chancery_server::{ServeError, ServerOptions};
use chancery_store::Archive;
use clap::{Args, ValueEnum};
use tracing_subscriber::filter::LevelFilter;

use super::CommandOutcome;
use super::curate::user_name;
use crate::archive_access::open_archive;
use crate::pdf_text;

const EXAMPLES: &str = "\
Examples:
  chancery serve archive                      open the archive in the browser
  chancery serve archive --no-open            only print the address
  chancery serve archive --port 0             use any free port
  chancery serve archive --listen 0.0.0.0 --password 'a long phrase' --host reading.example
                                              listen on all addresses

By default it listens only on this machine. It sends nothing to other machines.
Ctrl-C or SIGTERM stops it: requests in progress have three seconds to end.";

/// Name of the archive that is created where there is none.
const NEW_ARCHIVE: &str = "archive";

/// Open an archive in the browser: search, read, correct
///
/// If the archive does not exist, it is created when the first files are added.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    #[command(flatten)]
    listen: ListenArguments,
}

/// Where the server listens and who has access.
#[derive(Args)]
pub(crate) struct ListenArguments {
    /// Address to listen on; addresses that other machines can reach need --password
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,
    /// Port to listen on; 0 for any free port
    #[arg(short, long, default_value_t = 8470)]
    port: u16,
    /// Require this password
    #[arg(long, value_name = "PASSWORD", env = "CHANCERY_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Accept requests for this host name too
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Connections that one address may have; behind a proxy, all clients have the
    /// address of the proxy
    #[arg(long, value_name = "NUMBER", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
    /// Author recorded in the log of decisions [default: the user's name]
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Do not open the browser; without a terminal it is never opened
    #[arg(long)]
    no_open: bool,
    #[command(flatten)]
    log: LogArguments,
}

/// What the server logs on standard error.
#[derive(Args)]
struct LogArguments {
    /// Log events of this level and of those above it, on standard error
    #[arg(long = "log", value_name = "LEVEL", default_value = "warn")]
    level: LogLevel,
    /// Format of the log: lines of text, or of JSON
    #[arg(long = "log-format", value_name = "FORMAT", default_value = "text")]
    format: LogFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogLevel {
    /// Nothing
    Off,
    /// Failures, with their causes
    Error,
    /// Also what may fail later
    Warn,
    /// Also every request
    Info,
    /// Also why a request was refused
    Debug,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl LogArguments {
    /// Writes the events of this process to standard error from now on.
    fn start_logging(&self) {
        let level = match self.level {
            LogLevel::Off => LevelFilter::OFF,
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
        };
        let log = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr);
        match self.format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
        }
    }
}

impl ListenArguments {
    /// Serves the archive in `folder`.
    pub(crate) fn serve_archive(&self, folder: &Path) -> anyhow::Result<()> {
        self.log.start_logging();
        let settings = ServerOptions {
            folder,
            address: SocketAddr::new(self.listen, self.port),
            hosts: &self.host,
            password: self.password.as_deref(),
            connections: self.connections as usize,
            author: &self.author.clone().unwrap_or_else(user_name),
            pdf_reader: pdf_text::pdf_reader_command(),
            remedies: Remedies {
                raise_limit: "add it with `chancery add`",
                retry: "add it again",
                name_columns: "add it with `chancery add --columns text=COLUMN`",
            },
        };
        let is_opened = !self.no_open;
        let announce = |address| announce_address(address, folder, is_opened);
        chancery_server::run(&settings, announce).map_err(|error| match error {
            ServeError::NoPassword(_) => anyhow!("{error} (give a --password)"),
            ServeError::EmptyPassword => {
                anyhow!("{error} (give one with --password, or unset CHANCERY_PASSWORD)")
            }
            ServeError::Address(..) => {
                anyhow::Error::new(error).context("the server cannot start (try --port 0)")
            }
            ServeError::Io(_) => error.into(),
        })
    }
}

/// Prints the address of the server: a sentence for people, JSON for programs. For
/// people, opens the browser too.
fn announce_address(address: SocketAddr, folder: &Path, is_opened: bool) -> io::Result<()> {
    let shown = match address.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(IpAddr::from([127, 0, 0, 1]), address.port()),
        _ => address,
    };
    let url = format!("http://{shown}/");
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        writeln!(out, "The archive {} is open at {url}", folder.display())?;
        writeln!(out, "Ctrl-C stops the server.")?;
        // Without a browser, the address is enough.
        if is_opened && open::that_detached(&url).is_err() {
            writeln!(out, "No browser was found: open the address yourself.")?;
        }
    } else {
        let line = serde_json::json!({"url": url, "archive": folder});
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// The archive that a program without arguments opens: the folder `here`, the only
/// archive in it, or a new one.
///
/// # Errors
/// If there are several archives in the folder.
pub(crate) fn archive_in(here: &Path) -> anyhow::Result<PathBuf> {
    if Archive::exists_in(here) {
        return Ok(here.to_owned());
    }
    let folders = fs::read_dir(here).context("the folder cannot be read")?;
    let folders = folders.flatten().map(|entry| here.join(entry.file_name()));
    let mut archives: Vec<PathBuf> = folders.filter(|path| Archive::exists_in(path)).collect();
    archives.sort();
    match archives.as_slice() {
        [] => Ok(here.join(NEW_ARCHIVE)),
        [only] => Ok(only.clone()),
        several => {
            let names: Vec<String> =
                several.iter().map(|path| path.display().to_string()).collect();
            Err(anyhow!(
                "there are several archives here: {} (open one with `chancery serve NAME`)",
                names.join(", ")
            ))
        }
    }
}

/// Serves the archive until Ctrl-C or SIGTERM.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    // An archive of an earlier version is converted. A damaged one is served, as its
    // pages say what is wrong.
    if let Ok(Some(_)) = Archive::needs_upgrade(&arguments.archive) {
        open_archive(&arguments.archive)?;
    }
    arguments.listen.serve_archive(&arguments.archive)?;
    Ok(CommandOutcome::Success)
}

#[cfg(test)]
mod tests {
    use chancery_store::DATABASE_FILE;

    use super::*;

    #[test]
    fn a_program_without_arguments_finds_the_archive() {
        let folder = tempfile::tempdir().expect("a folder");
        let here = folder.path();
        assert_eq!(archive_in(here).expect("a new one"), here.join("archive"));
        let make = |name: &str| {
            fs::create_dir_all(here.join(name)).expect("a folder");
            fs::write(here.join(name).join(DATABASE_FILE), "").expect("a file");
        };
        fs::create_dir(here.join("letters")).expect("a folder");
        make("cables");
        assert_eq!(archive_in(here).expect("the only one"), here.join("cables"));
        make("notes");
        let several = archive_in(here).expect_err("two").to_string();
        assert!(several.contains("cables") && several.contains("notes"), "{several}");
        make("");
        assert_eq!(archive_in(here).expect("the folder itself"), here);
    }
}
