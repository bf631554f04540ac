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
use chancery_connections::lock_ignoring_poison;
use chancery_formats::quotations::QuotationWriter;
use chancery_formats::table::TableDialect;
use chancery_formats::{ExportOptions, Exporter, FileLayout};
use chancery_store::{Query as StoreQuery, QuotedDocument, SearchRequest};
use chancery_views::citation::write_citations;
use chancery_views::coordinates::coordinates_of_entity;
use chancery_views::export_format::ExportFormat;
use chancery_views::exported_document::exported_document;
use chancery_views::finding_aid::write_finding_aid;
use chancery_views::limits::{check_name_length, parse_limited_query};
use chancery_views::name_index::write_name_index;
use chancery_views::query_words::EntityNames;
use chancery_views::quotations::{PassageTable, quotations_title, write_quoted};
use chancery_views::search::{SearchParameters, search_request};
use chancery_views::search_response::{self, HitTable, ResultOrder, SearchError};
use chancery_views::session::ReadSession;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::IntoParams;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::error::ApiError;
use super::request_log::log_text;
use super::state::AppState;

/// Maximum number of chunks that wait for the client.
const MAX_WAITING_CHUNKS: usize = 8;

/// Size of a chunk, in bytes.
const CHUNK_BYTES: usize = 64 << 10;

/// Time without progress after which an export is aborted.
const MAX_STALL: Duration = Duration::from_mins(1);

/// Documents per batch of a table.
const BATCH_DOCUMENTS: usize = 500;

/// Documents whose texts are in memory at once while passages are quoted.
const BATCH_QUOTED: usize = 20;

/// Query string of an export.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct ExportParameters {
    /// A query in the query language; empty for all documents.
    #[param(max_length = 2000)]
    pub(crate) q: String,
    /// Order of the documents.
    #[param(inline)]
    pub(crate) sort: ResultOrder,
    /// Id of an entity: only documents that name it, and of them only the passages that do
    /// (quotations, passages).
    #[param(max_length = 200)]
    pub(crate) entity: String,
    /// Format of the export.
    #[param(inline)]
    pub(crate) format: ExportFormat,
    /// Write who says what to whom too: jsonl, w3c, tei, parquet, arrow and ftm hold it.
    pub(crate) statements: bool,
    /// Write tables (hits, csv) so that Excel opens them as they are.
    pub(crate) excel: bool,
}

/// What is written, and how.
struct ExportForm {
    format: ExportFormat,
    statements: bool,
    table: TableDialect,
    /// The query whose passages are quoted.
    quoted: StoreQuery,
}

impl ExportParameters {
    fn table_dialect(&self) -> TableDialect {
        if self.excel { TableDialect::Excel } else { TableDialect::Plain }
    }
}

/// Streams the result of a query.
///
/// # Errors
/// If the query is invalid or too many exports are running.
pub(crate) async fn export_response(
    state: Arc<AppState>,
    parameters: ExportParameters,
) -> Result<Response, ApiError> {
    let typed = SearchParameters {
        q: parameters.q.clone(),
        sort: parameters.sort,
        ..SearchParameters::default()
    };
    let mut checked = search_request(&typed, false)?;
    check_name_length(&parameters.entity)?;
    let mut quoted = checked.query.clone();
    if !parameters.entity.is_empty() {
        quoted = StoreQuery::entity(&parameters.entity);
        checked.query = quoted.clone().and(checked.query);
    }
    if parameters.statements && !parameters.format.holds_statements() {
        let what = format!("{} cannot hold statements", parameters.format.url_name());
        return Err(ApiError::bad_request(what));
    }
    // Reports an invalid query before anything is sent.
    let first = SearchRequest { limit: 1, ..checked.clone() };
    let search = move |session: &ReadSession<'_>| {
        Ok(session.current_searcher()?.rank_matches(session.archive, &first)?)
    };
    state.with_session(search).await?;
    let (kind, name) = parameters.format.media_type_and_name();
    let (send, receive) = mpsc::channel(MAX_WAITING_CHUNKS);
    let handle = Handle::current();
    let span = tracing::Span::current();
    let stop = state
        .stream_in_background(move |session| {
            let pipe = ResponsePipe { send: send.clone(), handle: handle.clone(), stalled: false };
            let out = BufWriter::with_capacity(CHUNK_BYTES, pipe);
            // Breaks the connection, so that the client does not mistake a partial
            // result for the whole.
            let form = ExportForm {
                format: parameters.format,
                statements: parameters.statements,
                table: parameters.table_dialect(),
                quoted,
            };
            if let Err(error) = write_result(session, &form, checked, out) {
                let cause = log_text(error.cause_for_log());
                span.in_scope(|| match send.is_closed() {
                    true => tracing::debug!(%cause, "the client of an export went away"),
                    false => tracing::error!(%cause, "an export broke off"),
                });
                // The client may read it late or never, so this does not block.
                handle.spawn(async move { send.send(Err(io::ErrorKind::Other.into())).await });
            }
        })
        .await?;
    let name = format!("attachment; filename=\"{name}\"");
    let head = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)];
    // The body owns `stop`: a client that goes away stops the work.
    let chunks = ReceiverStream::new(receive).map(move |chunk| {
        let _ = &stop;
        chunk
    });
    Ok((head, Body::from_stream(chunks)).into_response())
}

fn write_result(
    session: &ReadSession<'_>,
    form: &ExportForm,
    request: SearchRequest,
    out: ResponseWriter,
) -> Result<(), ApiError> {
    let &ExportForm { format, statements, table, ref quoted } = form;
    let options = ExportOptions { table, ..ExportOptions::default() };
    match format {
        ExportFormat::Hits => write_hits_table(session, &request, table, out),
        ExportFormat::Quotations => write_quotations(session, &request, quoted, out),
        ExportFormat::Passages => {
            let mut rows = PassageTable::start(out, table)?;
            for_each_quoted(session, &request, quoted, |one| rows.write_quoted(one))?;
            Ok(rows.finish()?.flush()?)
        }
        ExportFormat::Bibliography(format) => {
            write_citations(session, &request, format, out)?;
            Ok(())
        }
        ExportFormat::NameIndex => Ok(write_name_index(session, &request.query, out)?.flush()?),
        ExportFormat::FindingAid => Ok(write_finding_aid(session, &request.query, out)?.flush()?),
        ExportFormat::Documents(format) if format.file_layout() == FileLayout::Pairs => {
            let zip = Arc::new(Mutex::new(ZipWriter::new_stream(out)));
            let open = |name: &str| {
                lock_ignoring_poison(&zip).start_file(name, SimpleFileOptions::default())?;
                Ok(ZipEntryWriter(Arc::clone(&zip)))
            };
            let exporter = Exporter::start_export(format, options, &coordinates_of_entity, open)?;
            write_documents(session, request, statements, exporter)?;
            let zip = Arc::into_inner(zip).and_then(|zip| zip.into_inner().ok());
            zip.map_or(Ok(()), |zip| {
                Ok(zip.finish().map_err(io::Error::from)?.into_inner().flush()?)
            })
        }
        ExportFormat::Documents(format) => {
            let mut out = Some(out);
            let open = |_: &str| out.take().ok_or_else(|| io::ErrorKind::Other.into());
            let exporter = Exporter::start_export(format, options, &coordinates_of_entity, open)?;
            write_documents(session, request, statements, exporter)
        }
    }
}

/// Writes the documents as a CSV table.
fn write_hits_table(
    session: &ReadSession<'_>,
    request: &SearchRequest,
    dialect: TableDialect,
    out: ResponseWriter,
) -> Result<(), ApiError> {
    let searcher = session.current_searcher()?;
    let mut table = HitTable::start(out, dialect)?;
    let all = SearchRequest { offset: 0, limit: usize::MAX, ..request.clone() };
    for numbers in searcher.rank_matches(session.archive, &all)?.ranked.chunks(BATCH_DOCUMENTS) {
        let hits = chancery_store::load_hits(session.archive, &request.query, numbers)?;
        table.write_hits(&hits)?;
    }
    Ok(table.finish()?.flush()?)
}

/// Writes the passages that match `quoted`, with their sources.
fn write_quotations(
    session: &ReadSession<'_>,
    request: &SearchRequest,
    quoted: &StoreQuery,
    out: ResponseWriter,
) -> Result<(), ApiError> {
    let title = EntityNames::of_query(session, &request.query)?.describe(&request.query);
    let counted = SearchRequest { limit: 0, ..request.clone() };
    let found = session.current_searcher()?.rank_matches(session.archive, &counted)?;
    let mut writer = QuotationWriter::start(out, &quotations_title(&title, found.total))?;
    for_each_quoted(session, request, quoted, |one| write_quoted(&mut writer, one))?;
    writer.finish()?;
    Ok(())
}

/// Reads all documents of a request with the passages that match `quoted`.
fn for_each_quoted(
    session: &ReadSession<'_>,
    request: &SearchRequest,
    quoted: &StoreQuery,
    mut write: impl FnMut(&QuotedDocument) -> io::Result<()>,
) -> Result<(), ApiError> {
    let all = SearchRequest { offset: 0, limit: usize::MAX, ..request.clone() };
    let found = session.current_searcher()?.rank_matches(session.archive, &all)?;
    for numbers in found.ranked.chunks(BATCH_QUOTED) {
        for one in &chancery_store::load_quotations(session.archive, quoted, numbers)? {
            write(one)?;
        }
    }
    Ok(())
}

/// Writes the documents with their mentions, and their statements if asked for.
fn write_documents<W: Write + Send>(
    session: &ReadSession<'_>,
    request: SearchRequest,
    statements: bool,
    mut exporter: Exporter<'_, W, impl FnMut(&str) -> io::Result<W>>,
) -> Result<(), ApiError> {
    let searcher = session.current_searcher()?;
    let archive = session.archive;
    let all = SearchRequest { offset: 0, limit: usize::MAX, ..request };
    for (number, _) in searcher.rank_matches(archive, &all)?.ranked {
        let (annotated, source) = exported_document(archive, number, statements)?;
        exporter.write_document(&annotated, &source)?;
    }
    exporter.finish_export()?;
    Ok(())
}

/// Runs the query on each line and returns a table of hits.
///
/// # Errors
/// If there are too many lines or a query is invalid.
pub(crate) fn run_batch_queries(
    session: &ReadSession<'_>,
    queries: &str,
) -> Result<String, ApiError> {
    const MAX_QUERIES: usize = 1_000;
    const HITS_PER_QUERY: usize = 10;
    let searcher = session.current_searcher()?;
    let mut table = Vec::new();
    search_response::write_batch_head(&mut table)?;
    let lines: Vec<&str> = queries.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > MAX_QUERIES {
        let what = format!("{} queries, but at most {MAX_QUERIES} are allowed", lines.len());
        return Err(ApiError::new(StatusCode::BAD_REQUEST, what, "split the file"));
    }
    for line in lines {
        let order = (chancery_store::SortOrder::Relevance, 0, HITS_PER_QUERY);
        let found = match parse_limited_query(line) {
            Ok(_) => search_response::write_batch_line(
                session.archive,
                &searcher,
                line,
                order,
                &mut table,
            )
            .map_err(|error| match error {
                SearchError::Query(error) => error.into(),
                SearchError::Store(error) => error.into(),
                SearchError::Io(error) => error.into(),
            }),
            Err(error) => Err(ApiError::from(error)),
        };
        match found {
            // The other lines are searched nevertheless.
            Err(error) if error.status_code().is_client_error() => {
                search_response::write_batch_problem(line, &error.error, &mut table)?;
            }
            found => found?,
        }
    }
    String::from_utf8(table).map_err(ApiError::internal_error)
}

type ResponseWriter = BufWriter<ResponsePipe>;

/// Writes to the current entry of a zip file. Only one entry is open at a time.
struct ZipEntryWriter(Arc<Mutex<ZipWriter<StreamWriter<ResponseWriter>>>>);

impl Write for ZipEntryWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock_ignoring_poison(&self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends what a blocking thread writes to the body of a response.
struct ResponsePipe {
    send: Sender<Result<Bytes, io::Error>>,
    handle: Handle,
    /// Whether the client stopped reading.
    stalled: bool,
}

impl Write for ResponsePipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.stalled {
            let piece = Bytes::copy_from_slice(bytes);
            let sent = self.handle.block_on(self.send.send_timeout(Ok(piece), MAX_STALL));
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
