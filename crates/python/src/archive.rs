//! An archive for Python: what it reads, as JSON and as columns.
//!
//! Each call takes a reader that no other call uses meanwhile, so several threads read at
//! the same time. All calls release the interpreter's lock. The shapes are those of the
//! server's JSON API ([`chancery_views`]).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_pyarrow::PyArrowType;
use chancery_formats::{jsonl, spacy};
use chancery_model::Label;
use chancery_store::{
    DocumentNumber, Query, SearchRequest, SearchResults, SortOrder, StoreError, WorkBudget,
    load_hits, parse_query,
};
use chancery_views::archive_reader::ArchiveReader;
use chancery_views::citation::cite_document;
use chancery_views::document::{DocumentDetails, DocumentView, HighlightSelection};
use chancery_views::entity::entity_details;
use chancery_views::entity_list::{EntityListParameters, list_entities};
use chancery_views::error::ViewError;
use chancery_views::exported_document::exported_document;
use chancery_views::map::ChartParameters;
use chancery_views::passages::passages_of_entity;
use chancery_views::search_response::SearchResponse;
use chancery_views::session::ReadSession;
use chancery_views::statements::{StatementFilter, StatementRole, list_statements};
use chancery_views::timeline::build_timeline;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Serialize;

use crate::archive_errors::to_python;
use crate::hit_columns::hit_batch;

/// An archive that is open for reading.
#[pyclass(frozen, module = "chancery._native")]
pub(crate) struct ArchiveHandle {
    readers: Arc<ReaderPool>,
}

/// The folder of an archive and its idle readers.
struct ReaderPool {
    folder: PathBuf,
    idle: Mutex<Vec<ArchiveReader>>,
}

impl ReaderPool {
    /// Runs `read` with a reader.
    fn read<T>(
        &self,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ViewError>,
    ) -> Result<T, ViewError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => ArchiveReader::open(&self.folder)?,
        };
        let done = reader.with_session(WorkBudget::default(), read);
        idle().push(reader);
        done
    }
}

fn to_json(value: &impl Serialize) -> Result<String, ViewError> {
    serde_json::to_string(value).map_err(|error| ViewError::Invalid(error.to_string()))
}

/// A document as lines for [`jsonl`] and spaCy, and what the archive knows of it.
type DocumentLines = (String, String, String);

#[pymethods]
impl ArchiveHandle {
    #[new]
    fn open(py: Python<'_>, folder: PathBuf) -> PyResult<Self> {
        let opened = py.detach(|| ArchiveReader::open(&folder));
        let reader = opened.map_err(|error| to_python(&error.into()))?;
        let idle = Mutex::new(vec![reader]);
        Ok(Self { readers: Arc::new(ReaderPool { folder, idle }) })
    }

    /// The number of documents.
    fn count(&self, py: Python<'_>) -> PyResult<i64> {
        self.read(py, |session| Ok(session.archive.documents().count()?))
    }

    /// Ranks all documents that match a query.
    fn search(&self, py: Python<'_>, query: &str, sort: &str) -> PyResult<RankedHits> {
        let sort = order_from_name(sort)?;
        let query = parse_query(query).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let request =
            SearchRequest { limit: usize::MAX, sort, ..SearchRequest::new(query.clone()) };
        let found = self.read(py, |session| {
            Ok(session.current_searcher()?.rank_matches(session.archive, &request)?)
        })?;
        let readers = Arc::clone(&self.readers);
        Ok(RankedHits { readers, query, ranked: found.ranked })
    }

    /// A document, found by its id, a prefix of it, or its cable id.
    fn document(&self, py: Python<'_>, name: &str) -> PyResult<DocumentLines> {
        self.read(py, |session| document_lines(session, name))
    }

    /// An entity, as JSON.
    fn entity(&self, py: Python<'_>, id: &str) -> PyResult<String> {
        self.read(py, |session| to_json(&entity_details(session, id)?))
    }

    /// Entities by name, those named in most documents first, as JSON.
    fn entities(
        &self,
        py: Python<'_>,
        name: String,
        label: Option<&str>,
        limit: usize,
    ) -> PyResult<String> {
        let label = label.map(label_from_name).transpose()?;
        let parameters = EntityListParameters { name, label };
        self.read(py, |session| to_json(&list_entities(session, &parameters, limit)?))
    }

    /// The number of documents that name an entity, and one page of them with the
    /// sentences that do, as JSON.
    fn passages(
        &self,
        py: Python<'_>,
        entity: &str,
        query: &str,
        offset: usize,
        limit: usize,
    ) -> PyResult<(usize, String)> {
        self.read(py, |session| {
            let (total, documents) = passages_of_entity(session, entity, query, (offset, limit))?;
            Ok((total, to_json(&documents)?))
        })
    }

    /// The number of documents with statements of an entity, or of all documents of a query,
    /// and one page of them with their statements, as JSON.
    #[allow(clippy::too_many_arguments, reason = "arguments from Python")]
    fn statements(
        &self,
        py: Python<'_>,
        entity: Option<String>,
        role: &str,
        query: String,
        least: f32,
        offset: usize,
        limit: usize,
    ) -> PyResult<(usize, String)> {
        let role = role_from_name(role)?;
        let filter = StatementFilter { entity, role, query, least };
        self.read(py, |session| {
            let (total, documents) = list_statements(session, &filter, (offset, limit))?;
            Ok((total, to_json(&documents)?))
        })
    }

    /// The documents of a query by time, as JSON.
    fn timeline(&self, py: Python<'_>, query: String) -> PyResult<String> {
        let parameters = ChartParameters { q: query };
        self.read(py, |session| to_json(&build_timeline(session, &parameters)?))
    }
}

impl ArchiveHandle {
    /// Runs `read` without the interpreter's lock.
    pub(crate) fn read<T: Send>(
        &self,
        py: Python<'_>,
        read: impl FnOnce(&ReadSession<'_>) -> Result<T, ViewError> + Send,
    ) -> PyResult<T> {
        py.detach(|| self.readers.read(read)).map_err(|error| to_python(&error))
    }
}

fn order_from_name(name: &str) -> PyResult<SortOrder> {
    match name {
        "relevance" => Ok(SortOrder::Relevance),
        "newest" => Ok(SortOrder::Newest),
        "oldest" => Ok(SortOrder::Oldest),
        _ => {
            let what = format!("sort must be 'relevance', 'newest' or 'oldest', not {name:?}");
            Err(PyValueError::new_err(what))
        }
    }
}

fn role_from_name(name: &str) -> PyResult<StatementRole> {
    let roles =
        [StatementRole::Any, StatementRole::Said, StatementRole::Told, StatementRole::About];
    let role = roles.into_iter().find(|role| role.as_str() == name);
    role.ok_or_else(|| {
        let known = "'any', 'said', 'told' or 'about'";
        PyValueError::new_err(format!("role must be {known}, not {name:?}"))
    })
}

fn label_from_name(name: &str) -> PyResult<Label> {
    let label = Label::ALL.into_iter().find(|label| label.as_str() == name);
    label.ok_or_else(|| {
        PyValueError::new_err(format!("label must be 'PER', 'LOC', 'ORG' or 'MISC', not {name:?}"))
    })
}

fn document_lines(session: &ReadSession<'_>, name: &str) -> Result<DocumentLines, ViewError> {
    let view = DocumentView::read_document(session, name, &HighlightSelection::default())?;
    let (annotated, source) = exported_document(session.archive, view.stored.number, true)?;
    let (mut json, mut tokens) = (Vec::new(), Vec::new());
    jsonl::write_line(&annotated, &source, &mut json)?;
    spacy::write_line(&annotated, &source, &mut tokens)?;
    let facts = DocumentFacts {
        citation: cite_document(&annotated.document, &view.summary.path),
        // The line has them.
        details: DocumentDetails {
            text: String::new(),
            mentions: Vec::new(),
            ..DocumentDetails::from(&view)
        },
    };
    let text = |bytes| String::from_utf8(bytes).map_err(std::io::Error::other);
    Ok((text(json)?, text(tokens)?, to_json(&facts)?))
}

/// What an archive knows of a document beside its line.
#[derive(Serialize)]
struct DocumentFacts {
    citation: String,
    #[serde(flatten)]
    details: DocumentDetails,
}

/// The documents that match a query, in order. Their contents are read when they are
/// asked for.
#[pyclass(frozen, module = "chancery._native")]
pub(crate) struct RankedHits {
    readers: Arc<ReaderPool>,
    query: Query,
    ranked: Vec<(DocumentNumber, f32)>,
}

#[pymethods]
impl RankedHits {
    fn __len__(&self) -> usize {
        self.ranked.len()
    }

    /// Hits `start..end`, as JSON.
    fn page(&self, py: Python<'_>, start: usize, end: usize) -> PyResult<String> {
        self.read(py, start, end, |session, numbers| {
            let hits = load_hits(session.archive, &self.query, numbers)?;
            let results = SearchResults { total: hits.len(), hits, ..SearchResults::default() };
            to_json(&SearchResponse::from_results(session.archive, &results)?.hits)
        })
    }

    /// Hits `start..end`, as columns.
    fn columns(
        &self,
        py: Python<'_>,
        start: usize,
        end: usize,
    ) -> PyResult<PyArrowType<RecordBatch>> {
        let batch = self.read(py, start, end, |session, numbers| {
            let hits = load_hits(session.archive, &self.query, numbers)?;
            hit_batch(&hits).map_err(|error| ViewError::Invalid(error.to_string()))
        })?;
        Ok(PyArrowType(batch))
    }
}

impl RankedHits {
    fn read<T: Send>(
        &self,
        py: Python<'_>,
        start: usize,
        end: usize,
        read: impl FnOnce(&ReadSession<'_>, &[(DocumentNumber, f32)]) -> Result<T, ViewError> + Send,
    ) -> PyResult<T> {
        let end = end.min(self.ranked.len());
        let numbers = &self.ranked[start.min(end)..end];
        let done = py.detach(|| self.readers.read(|session| read(session, numbers)));
        done.map_err(|error| match error {
            // A document was replaced since.
            ViewError::Store(StoreError::NotFound(what)) => {
                PyValueError::new_err(format!("{what}: it changed since the search: search again"))
            }
            error => to_python(&error),
        })
    }
}
