//! An archive for assistants: tools and resources of the Model Context Protocol.
//!
//! [`serve_stdio`] answers on standard input and output until the input ends. The crate
//! `rmcp` reads and writes the protocol in all its versions; the tools are functions from
//! a read session and arguments to a type that serializes ([`tools`]). They use the same
//! [`chancery_views`] as the reading room.
//!
//! Every answer quotes exactly and says where from. All that documents say stands in
//! JSON strings of fields that the notice of the answer names as data; no tool reads them
//! as anything else. Without [`McpSettings::author`] no tool writes.

mod answer;
mod arguments;
mod resources;
mod server;
mod tools;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use chancery_store::StoreError;
use chancery_views::archive_reader::ArchiveReader;
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::async_rw::AsyncRwTransport;
use thiserror::Error;

use server::ArchiveServer;

/// Maximum length of a request, in bytes.
const MAX_REQUEST_BYTES: usize = 1 << 20;

/// How an archive is served to an assistant.
#[derive(Clone, Debug)]
pub struct McpSettings {
    /// The folder of the archive.
    pub folder: PathBuf,
    /// The author of decisions. Without one the archive is only read.
    pub author: Option<String>,
    /// Maximum length of an answer, in bytes.
    pub max_answer: usize,
    /// Maximum time for an answer.
    pub max_time: Duration,
}

/// Why an archive cannot be served.
#[derive(Debug, Error)]
pub enum McpError {
    /// The archive cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The runtime cannot be started, or standard output cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The client did not speak the protocol.
    #[error("the client did not start as the protocol requires: {0}")]
    Protocol(#[from] Box<ServerInitializeError>),
}

/// Serves an archive on standard input and output, until the input ends.
///
/// # Errors
/// If the archive cannot be opened, or the client does not speak the protocol.
pub fn serve_stdio(settings: McpSettings) -> Result<(), McpError> {
    let reader = ArchiveReader::open(&settings.folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let server = ArchiveServer::new(reader, settings);
    let done = runtime.block_on(async {
        let transport = AsyncRwTransport::new_server(tokio::io::stdin(), tokio::io::stdout())
            .with_max_line_length(MAX_REQUEST_BYTES);
        match server.serve(transport).await {
            Ok(running) => {
                running.waiting().await.map_err(io::Error::other)?;
                Ok(())
            }
            // The client went away before it asked for anything.
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(McpError::Protocol(Box::new(error))),
        }
    });
    // A blocked read of standard input would keep the program alive.
    runtime.shutdown_background();
    done
}
