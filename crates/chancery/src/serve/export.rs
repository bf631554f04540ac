//! A whole result in a format, sent while it is written: however many
//! documents there are, a few are in memory.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chancery_store::{Request, parse_query};
use chancery_view::Format;
use chancery_view::ansi::Colours;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};

use super::failure::Failure;
use super::reading::search::{Ask, Order, request};
use super::room::{Desk, Room};
use crate::formats::Printing;
use crate::{found, identify};

/// Pieces that wait for the reader.
const WAITING: usize = 8;

/// Bytes of a piece.
const PIECE: usize = 64 << 10;

/// A reader that takes nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Documents that are looked up at a time for a table.
const AT_A_TIME: usize = 500;

/// What is exported, and how.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// A query as `chancery search` takes it; empty for all documents.
    #[param(max_length = 2000)]
    pub(crate) q: String,
    /// In which order.
    #[param(inline)]
    pub(crate) sort: Order,
    /// In which format.
    #[param(inline)]
    pub(crate) format: Form,
}

/// The formats of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// A table of the hits.
    #[default]
    Csv,
    /// A JSON object a line for every document.
    Jsonl,
    /// A token and its tag a line.
    Conll,
    /// "[PER Ama Osei  ] left . ", one sentence a line.
    Brackets,
    /// The text as read.
    Text,
}

impl Form {
    const fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("text/csv; charset=utf-8", "csv"),
            Self::Jsonl => ("application/jsonl; charset=utf-8", "jsonl"),
            Self::Conll => ("text/tab-separated-values; charset=utf-8", "conll"),
            Self::Brackets => ("text/plain; charset=utf-8", "brackets.txt"),
            Self::Text => ("text/plain; charset=utf-8", "txt"),
        }
    }

    const fn format(self) -> Option<Format> {
        match self {
            Self::Csv => None,
            Self::Jsonl => Some(Format::Jsonl),
            Self::Conll => Some(Format::Conll),
            Self::Brackets => Some(Format::Brackets),
            Self::Text => Some(Format::Text),
        }
    }
}

/// Sends the result of a query.
pub(crate) async fn export(room: Arc<Room>, wanted: Wanted) -> Result<Response, Failure> {
    let ask = Ask { q: wanted.q.clone(), sort: wanted.sort, ..Ask::default() };
    let checked = request(&ask, false)?;
    let (kind, ending) = wanted.format.kind();
    let (send, receive) = mpsc::channel(WAITING);
    let handle = Handle::current();
    room.lend(move |desk| {
        let pipe = Pipe { send, handle };
        let mut out = BufWriter::with_capacity(PIECE, pipe);
        // A reader that went away needs no answer; one that stays sees that
        // the answer ends early.
        if let Err(error) = write(desk, wanted.format, checked, &mut out) {
            eprintln!("chancery: an export broke off: {error}");
        }
        let _ = out.flush();
    })
    .await?;
    let name = format!("attachment; filename=\"chancery.{ending}\"");
    let head = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((head, Body::from_stream(ReceiverStream::new(receive))).into_response())
}

fn write(desk: &Desk<'_>, form: Form, asked: Request, out: &mut impl Write) -> anyhow::Result<()> {
    let searcher = desk.searcher().map_err(|failure| anyhow::anyhow!(failure.error))?;
    let archive = desk.archive;
    let Some(format) = form.format() else {
        found::write_csv_head(out)?;
        for offset in (0..).step_by(AT_A_TIME) {
            let request = Request { offset, limit: AT_A_TIME, ..asked.clone() };
            let results = searcher.search(archive, &request)?;
            found::write_csv(out, &results.hits)?;
            if results.hits.len() < AT_A_TIME {
                break;
            }
        }
        return Ok(());
    };
    let printing = Printing { format, colours: Colours::Off, several: true };
    let all = Request { offset: 0, limit: usize::MAX, ..asked };
    for (number, _) in searcher.numbers(archive, &all)?.numbers {
        let mut held = archive.held(number)?;
        held.annotated.entities = identify::entities(archive, &held)?;
        let source = held.paths.first().map_or("", String::as_str);
        printing.write(out, &held.annotated, source)?;
    }
    Ok(())
}

/// Runs every line of `queries` and returns a table of hits.
pub(crate) fn batch(desk: &Desk<'_>, queries: &str) -> Result<String, Failure> {
    const MOST: usize = 1_000;
    const HITS: usize = 10;
    let searcher = desk.searcher()?;
    let mut table = Vec::new();
    found::write_batch_head(&mut table).map_err(anyhow::Error::from)?;
    let lines = queries.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (number, line) in lines.take(MOST) {
        let order = (chancery_store::Sort::Relevance, 0, HITS);
        let told = |error: String| Failure::bad(format!("line {}: {error}", number + 1));
        parse_query(line).map_err(|error| told(error.to_string()))?;
        found::write_batch_line(desk.archive, &searcher, line, order, &mut table)
            .map_err(|error| told(format!("{error:#}")))?;
    }
    String::from_utf8(table).map_err(|error| Failure::internal(error.to_string()))
}

/// From a thread that writes to a connection that is read.
struct Pipe {
    send: Sender<Result<Bytes, io::Error>>,
    handle: Handle,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = self.handle.block_on(self.send.send_timeout(Ok(piece), PATIENCE));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
