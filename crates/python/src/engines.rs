//! The engines, loaded when they are first needed and kept.
//!
//! One worker serves one call at a time. The pool keeps as many workers as
//! calls ever ran at the same time. A clone shares the model and starts with
//! empty caches, so another worker costs its caches, not another model.

use std::sync::{Mutex, OnceLock, PoisonError};

use chancery_engine::opening::{NamedColumns, Opened, Opener, OpeningSettings, Remedies};
use chancery_engine::{Engine, EngineKind, InputError, LinkedDocument, ListChoice};
use pyo3::exceptions::PyValueError;
use pyo3::{PyErr, PyResult};

/// Documents, each with its path.
type PathedDocuments = Vec<(String, LinkedDocument)>;

/// An engine with its idle workers.
pub(crate) struct EnginePool {
    kind: EngineKind,
    fresh: OnceLock<Engine>,
    idle: Mutex<Vec<Engine>>,
}

static POOLS: [EnginePool; 2] =
    [EnginePool::new(EngineKind::Fast), EnginePool::new(EngineKind::Accurate)];

impl EnginePool {
    const fn new(kind: EngineKind) -> Self {
        Self { kind, fresh: OnceLock::new(), idle: Mutex::new(Vec::new()) }
    }

    /// The pool of the engine with this name.
    ///
    /// # Errors
    /// Python's `ValueError` if there is no such engine.
    pub(crate) fn from_name(name: &str) -> PyResult<&'static Self> {
        let pool = POOLS.iter().find(|pool| pool.kind.engine_name() == name);
        pool.ok_or_else(|| unknown_engine(name))
    }

    /// Calls `work` with a worker that no other call uses meanwhile.
    pub(crate) fn with_worker<R>(&self, work: impl FnOnce(&mut AnnotationWorker<'_>) -> R) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = self.fresh.get_or_init(|| Engine::load_shipped(self.kind));
        let kept = idle().pop();
        let engine = kept.unwrap_or_else(|| fresh.clone());
        let mut worker = AnnotationWorker { engine, fresh };
        let result = work(&mut worker);
        idle().push(worker.engine);
        result
    }
}

fn unknown_engine(name: &str) -> PyErr {
    let names = EngineKind::ALL.map(|kind| format!("{:?}", kind.engine_name()));
    PyValueError::new_err(format!("engine must be {}, not {name:?}", names.join(" or ")))
}

/// An engine for the time of one call.
pub(crate) struct AnnotationWorker<'a> {
    engine: Engine,
    fresh: &'a Engine,
}

impl AnnotationWorker<'_> {
    /// The documents of a file, each with its path (that of a row or a member begins
    /// with `source`), and the problems of the parts that could not be read.
    ///
    /// # Errors
    /// If nothing of the file can be read, or the program panicked on it.
    pub(crate) fn annotate_file(
        &mut self,
        raw: &[u8],
        source: &str,
    ) -> Result<(PathedDocuments, Vec<InputError>), InputError> {
        self.engine.run_catching_panics(self.fresh, source, |engine| {
            let (mut found, mut errors) = (Vec::new(), Vec::new());
            opener().visit_bytes(source, raw.to_vec(), &mut |opened| {
                match resolve_opened(opened, engine) {
                    Ok((path, documents, problems)) => {
                        found.extend(documents.into_iter().map(|linked| (path.clone(), linked)));
                        errors.extend(problems);
                    }
                    Err(error) => errors.push(error),
                }
                true
            });
            for error in errors.iter_mut().filter(|error| error.input != source) {
                error.what = format!("{}: {}", error.input, error.what);
            }
            match errors.pop() {
                Some(error) if found.is_empty() && errors.is_empty() => Err(error),
                last => {
                    errors.extend(last);
                    Ok((found, errors))
                }
            }
        })
    }
}

/// A path, the documents at it, and the problems with them.
type ResolvedMember = (String, Vec<LinkedDocument>, Vec<InputError>);

/// Finds names and entities in what an opened file contains.
fn resolve_opened(opened: Opened, engine: &mut Engine) -> Result<ResolvedMember, InputError> {
    let problem = |input, what| InputError { input, at: None, what, remedy: None };
    let member = match opened {
        Opened::Member(member) => member,
        Opened::Problem { path, message } => return Err(problem(path, message)),
        // Files in memory are always given as members.
        Opened::Itself => return Err(problem(String::new(), "cannot be opened".to_owned())),
    };
    // A program may ask for the names of an empty text; only an empty file is a problem.
    let text = match member.bytes.trim_ascii().is_empty() {
        true => None,
        false => opener()
            .extract_text(&member)
            .map_err(|message| problem(member.path.clone(), message))?,
    };
    let failed = |problem| InputError::from_problem(member.path.clone(), problem);
    let (documents, problems) =
        engine.resolve_member(&member, text.as_deref(), ListChoice::File).map_err(failed)?;
    let documents = documents.collect();
    Ok((member.path.clone(), documents, problems.into_iter().map(failed).collect()))
}

/// What opens files.
fn opener() -> &'static Opener {
    static OPENER: OnceLock<Opener> = OnceLock::new();
    OPENER.get_or_init(|| {
        Opener::new(OpeningSettings {
            largest: MAX_MEMBER_BYTES,
            named_columns: NamedColumns::default(),
            pdf_reader: None,
            remedies: Remedies {
                raise_limit: "split it",
                retry: "annotate it again",
                name_columns: "annotate the column of its text",
            },
        })
    })
}

/// Maximum size of a member of a container or a row of a table, in bytes.
const MAX_MEMBER_BYTES: u64 = 256 << 20;

/// Formats what is wrong with a file: the byte if it is known, and the message. Python
/// adds the source.
pub(crate) fn fault_text(error: &InputError) -> String {
    match error.at {
        Some(at) => format!("byte {at}: {}", error.message()),
        None => error.message(),
    }
}
