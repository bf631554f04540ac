//! Export of a whole result in a format.
//!
//! The response is streamed while it is written, so only a few documents are in
//! memory. Formats with two files per document are sent as a zip file.

use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chancery_formats::{Exporter, Format, Shape, split_tokens_at_mentions};
use chancery_store::Request;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::error::ApiError;
use super::limits::parse_limited_query;
use super::queries::search::{Ask, request, search};
use super::state::{AppState, ReadSession};
use super::sync::lock;
use crate::places::place_of_entity;
use crate::search_response::{self, Order};

/// Maximum number of chunks that wait for the client.
const WAITING: usize = 8;

/// Size of a chunk, in bytes.
const PIECE: usize = 64 << 10;

/// Time without progress after which an export is aborted.
const PATIENCE: Duration = Duration::from_mins(1);

/// Documents per batch of a table.
const AT_A_TIME: usize = 500;

/// Query string of an export.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// A query in the syntax of `chancery search`; empty for all documents.
    #[param(max_length = 2000)]
    pub(crate) q: String,
    /// Order of the documents.
    #[param(inline)]
    pub(crate) sort: Order,
    /// Format of the export.
    #[param(inline)]
    pub(crate) format: Form,
}

/// Format of an exported result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Form {
    /// A table of the documents.
    #[default]
    Hits,
    /// The documents with their mentions.
    Names(Format),
}

impl Form {
    /// All formats, in the order in which they are listed.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [Self::Hits].into_iter().chain(Format::ALL.map(Self::Names))
    }

    /// Name of the format in URLs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hits => "hits",
            Self::Names(format) => format.name(),
        }
    }

    /// One-line description of the format.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Hits => "A table of the documents (CSV)",
            Self::Names(Format::Text) => "The text as read",
            Self::Names(format) => format.about(),
        }
    }

    /// Returns the media type and the file name.
    fn kind(self) -> (String, String) {
        let text = |media: &str| match media.starts_with("text/") {
            true => format!("{media}; charset=utf-8"),
            false => media.to_owned(),
        };
        match self {
            Self::Hits => (text("text/csv"), "hits.csv".into()),
            Self::Names(format) if format.shape() == Shape::Pairs => {
                ("application/zip".into(), format!("names.{format}.zip"))
            }
            Self::Names(format) => {
                (text(format.media_type()), format!("names.{}", format.ending()))
            }
        }
    }
}

impl TryFrom<String> for Form {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::all()
            .find(|form| form.name() == name)
            .ok_or_else(|| format!("unknown format {name:?}"))
    }
}

impl PartialSchema for Form {
    fn schema() -> RefOr<Schema> {
        let names = Self::all().map(Self::name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for Form {}

/// Streams the result of a query.
///
/// # Errors
/// If the query is invalid or too many exports are running.
pub(crate) async fn export(room: Arc<AppState>, wanted: Wanted) -> Result<Response, ApiError> {
    let ask = Ask { q: wanted.q.clone(), sort: wanted.sort, ..Ask::default() };
    let checked = request(&ask, false)?;
    // Reports an invalid query before anything is sent.
    let first = Ask { limit: Some(1), ..ask };
    room.read(move |desk| search(desk, &first, false)).await?;
    let (kind, name) = wanted.format.kind();
    let (send, receive) = mpsc::channel(WAITING);
    let handle = Handle::current();
    let warn = room.warn;
    room.lend(move |desk| {
        let pipe = Pipe { send: send.clone(), handle: handle.clone(), stalled: false };
        let out = BufWriter::with_capacity(PIECE, pipe);
        // Breaks the connection, so that the client does not mistake a partial
        // result for the whole.
        if let Err(error) = write(desk, wanted.format, checked, out) {
            (warn)(&format!("an export failed: {}", error.error));
            // The client may read it late or never, so this does not block.
            handle.spawn(async move { send.send(Err(io::ErrorKind::Other.into())).await });
        }
    })
    .await?;
    let name = format!("attachment; filename=\"{name}\"");
    let head = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)];
    Ok((head, Body::from_stream(ReceiverStream::new(receive))).into_response())
}

fn write(desk: &ReadSession<'_>, form: Form, asked: Request, out: Out) -> Result<(), ApiError> {
    match form {
        Form::Hits => hits(desk, &asked, out),
        Form::Names(format) if format.shape() == Shape::Pairs => {
            let zip = Arc::new(Mutex::new(ZipWriter::new_stream(out)));
            let open = |name: &str| {
                lock(&zip).start_file(name, SimpleFileOptions::default())?;
                Ok(Member(Arc::clone(&zip)))
            };
            names(desk, asked, Exporter::begin(format, false, &place_of_entity, open)?)?;
            let zip = Arc::into_inner(zip).and_then(|zip| zip.into_inner().ok());
            zip.map_or(Ok(()), |zip| {
                Ok(zip.finish().map_err(io::Error::from)?.into_inner().flush()?)
            })
        }
        Form::Names(format) => {
            let mut out = Some(out);
            let open = |_: &str| out.take().ok_or_else(|| io::ErrorKind::Other.into());
            names(desk, asked, Exporter::begin(format, false, &place_of_entity, open)?)
        }
    }
}

/// Writes the documents as a CSV table.
fn hits(desk: &ReadSession<'_>, asked: &Request, mut out: Out) -> Result<(), ApiError> {
    let searcher = desk.searcher()?;
    search_response::write_csv_head(&mut out)?;
    let all = Request { offset: 0, limit: usize::MAX, ..asked.clone() };
    for numbers in searcher.numbers(desk.archive, &all)?.numbers.chunks(AT_A_TIME) {
        let hits = chancery_store::hits(desk.archive, &asked.query, numbers)?;
        search_response::write_csv(&mut out, &hits)?;
    }
    Ok(out.flush()?)
}

/// Writes the documents with their mentions.
fn names<W: Write + Send>(
    desk: &ReadSession<'_>,
    asked: Request,
    mut exporter: Exporter<'_, W, impl FnMut(&str) -> io::Result<W>>,
) -> Result<(), ApiError> {
    let searcher = desk.searcher()?;
    let archive = desk.archive;
    let all = Request { offset: 0, limit: usize::MAX, ..asked };
    for (number, _) in searcher.numbers(archive, &all)?.numbers {
        let mut held = archive.held(number)?;
        held.annotated.entities = archive.entities_of(&held)?;
        split_tokens_at_mentions(&mut held.annotated);
        let source = held.paths.first().map_or("", String::as_str);
        exporter.write(&held.annotated, source)?;
    }
    exporter.finish()?;
    Ok(())
}

/// Runs the query on each line and returns a table of hits.
///
/// # Errors
/// If there are too many lines or a query is invalid.
pub(crate) fn batch(desk: &ReadSession<'_>, queries: &str) -> Result<String, ApiError> {
    const MOST: usize = 1_000;
    const HITS: usize = 10;
    let searcher = desk.searcher()?;
    let mut table = Vec::new();
    search_response::write_batch_head(&mut table)?;
    let lines = queries.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let lines: Vec<(usize, &str)> = lines.collect();
    if lines.len() > MOST {
        let what = format!("{} queries, but at most {MOST} are allowed", lines.len());
        return Err(ApiError::new(StatusCode::BAD_REQUEST, what, "split the file"));
    }
    for (number, line) in lines {
        let order = (chancery_store::Sort::Relevance, 0, HITS);
        let told = |error: String| ApiError::bad(format!("line {}: {error}", number + 1));
        parse_limited_query(line).map_err(|failure| told(failure.error))?;
        search_response::write_batch_line(desk.archive, &searcher, line, order, &mut table)
            .map_err(|error| told(error.to_string()))?;
    }
    String::from_utf8(table).map_err(|error| ApiError::internal(error.to_string()))
}

type Out = BufWriter<Pipe>;

/// Writes to the current entry of a zip file. Only one entry is open at a time.
struct Member(Arc<Mutex<ZipWriter<StreamWriter<Out>>>>);

impl Write for Member {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends what a blocking thread writes to the body of a response.
struct Pipe {
    send: Sender<Result<Bytes, io::Error>>,
    handle: Handle,
    /// Whether the client stopped reading.
    stalled: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.stalled {
            let piece = Bytes::copy_from_slice(bytes);
            let sent = self.handle.block_on(self.send.send_timeout(Ok(piece), PATIENCE));
            self.stalled = sent.is_err();
        }
        match self.stalled {
            true => Err(io::ErrorKind::BrokenPipe.into()),
            false => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
