//! A whole result in a format, sent while it is written: however many
//! documents there are, a few are in memory. What is two files for each
//! document goes into a zip file.

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

/// Pieces that wait for the reader.
const WAITING: usize = 8;

/// Bytes of a piece.
const PIECE: usize = 64 << 10;

/// A reader that takes nothing for so long is given up.
const PATIENCE: Duration = Duration::from_mins(1);

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

/// The forms of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Form {
    /// A table of the documents.
    #[default]
    Hits,
    /// The documents with their names.
    Names(Format),
}

impl Form {
    /// All forms, in the order in which they are listed.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        [Self::Hits].into_iter().chain(Format::ALL.map(Self::Names))
    }

    /// Its word in addresses.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hits => "hits",
            Self::Names(format) => format.name(),
        }
    }

    /// What it is, in a line.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Hits => "A table of the documents (CSV)",
            Self::Names(Format::Text) => "The text as read",
            Self::Names(format) => format.about(),
        }
    }

    /// Media type, and what its file is called.
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
            .ok_or_else(|| format!("there is no format {name:?}"))
    }
}

impl PartialSchema for Form {
    fn schema() -> RefOr<Schema> {
        let names = Self::all().map(Self::name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for Form {}

/// Sends the result of a query.
pub(crate) async fn export(room: Arc<AppState>, wanted: Wanted) -> Result<Response, ApiError> {
    let ask = Ask { q: wanted.q.clone(), sort: wanted.sort, ..Ask::default() };
    let checked = request(&ask, false)?;
    // A query that cannot be answered is refused before anything is sent.
    let first = Ask { limit: Some(1), ..ask };
    room.read(move |desk| search(desk, &first, false)).await?;
    let (kind, name) = wanted.format.kind();
    let (send, receive) = mpsc::channel(WAITING);
    let handle = Handle::current();
    let warn = room.warn;
    room.lend(move |desk| {
        let pipe = Pipe { send: send.clone(), handle: handle.clone(), stalled: false };
        let out = BufWriter::with_capacity(PIECE, pipe);
        // A reader that went away needs no answer; one that stays must not
        // take a part for the whole: the connection is cut.
        if let Err(error) = write(desk, wanted.format, checked, out) {
            (warn)(&format!("an export broke off: {}", error.error));
            // It may be read late or never: nobody waits for that here.
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

/// Writes a table of the documents.
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

/// Writes the documents with their names.
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

/// Runs every line of `queries` and returns a table of hits.
pub(crate) fn batch(desk: &ReadSession<'_>, queries: &str) -> Result<String, ApiError> {
    const MOST: usize = 1_000;
    const HITS: usize = 10;
    let searcher = desk.searcher()?;
    let mut table = Vec::new();
    search_response::write_batch_head(&mut table)?;
    let lines = queries.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let lines: Vec<(usize, &str)> = lines.collect();
    if lines.len() > MOST {
        let what = format!("{} queries, and {MOST} at most are taken", lines.len());
        return Err(ApiError::new(StatusCode::BAD_REQUEST, what, "send fewer at a time"));
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

/// The file of a zip file that was begun last: there is never another open.
struct Member(Arc<Mutex<ZipWriter<StreamWriter<Out>>>>);

impl Write for Member {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// From a thread that writes to a connection that is read.
struct Pipe {
    send: Sender<Result<Bytes, io::Error>>,
    handle: Handle,
    /// Whether the reader let us wait for too long.
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
