//! `chancery serve`: the reading room.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use crate::{curation, serve};

const EXAMPLES: &str = "\
Examples:
  chancery serve archive                      then open the address that it prints
  chancery serve archive --port 0             any free port
  chancery serve archive --listen 0.0.0.0 --token 'a long word' --host reading.example
                                              for others too, who must know the token

It listens to this machine alone unless told otherwise, and never asks another
machine for anything. Ctrl-C closes it.";

/// Open an archive in the browser: search, read, correct
///
/// An archive that does not exist yet is made when the first files are added.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    #[command(flatten)]
    door: Door,
}

/// Where the server listens and whom it lets in.
#[derive(Args)]
pub(crate) struct Door {
    /// The address to listen on; any but this machine's own needs --token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,
    /// The port; 0 for any that is free
    #[arg(short, long, default_value_t = 8470)]
    port: u16,
    /// Let in only who knows this word
    #[arg(long, value_name = "WORD", env = "CHANCERY_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Another name by which the server is called
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Who decides [default: the user's name]
    #[arg(long)]
    who: Option<String>,
}

impl Door {
    /// Serves the archive in `folder`.
    pub(crate) fn open(&self, folder: &Path) -> anyhow::Result<()> {
        serve::run(&serve::Settings {
            folder,
            address: SocketAddr::new(self.listen, self.port),
            hosts: &self.host,
            token: self.token.as_deref(),
            who: &self.who.clone().unwrap_or_else(curation::user),
        })
    }
}

/// Serves the archive until it is told to end.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    arguments.door.open(&arguments.archive)?;
    Ok(Outcome::Fine)
}
