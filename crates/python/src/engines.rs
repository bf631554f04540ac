//! The engines, loaded when they are first needed and kept.
//!
//! One worker serves one call at a time. The pool keeps as many workers as
//! calls ever ran at the same time. A clone shares the model and starts with
//! empty caches, so another worker costs its caches, not another model.

use std::sync::{Mutex, OnceLock, PoisonError};

use chancery_engine::opening::{NamedColumns, Opener, OpeningSettings, Remedies};
use chancery_engine::stages::add_attribution;
use chancery_engine::{Engine, EngineKind, InputError, LinkedDocument, ListChoice, UserList};
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

    /// The engine, for callers that run their own workers.
    pub(crate) fn engine(&self) -> &Engine {
        self.fresh.get_or_init(|| Engine::load_shipped(self.kind))
    }

    /// What identifies the model of the engine.
    pub(crate) fn model_fingerprint(&self) -> PyResult<String> {
        let fingerprint = self.kind.model_fingerprint(None);
        fingerprint.map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// Calls `work` with a worker that no other call uses meanwhile.
    pub(crate) fn with_worker<R>(&self, work: impl FnOnce(&mut AnnotationWorker<'_>) -> R) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = self.engine();
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

/// The text of a user's list of names, and its file.
pub(crate) type Names = (String, String);

/// Reads the text of a user's list of names. The last list is kept, so that a list
/// costs once and not once per call.
///
/// # Errors
/// Python's `ValueError` if a row is not a name.
pub(crate) fn read_names(names: Option<Names>) -> PyResult<UserList> {
    static LAST: Mutex<Option<UserList>> = Mutex::new(None);
    let Some((text, file)) = names else { return Ok(UserList::default()) };
    let last = || LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = last().as_ref().filter(|known| known.text() == &*text) {
        return Ok(known.clone());
    }
    let list = UserList::from_text(&text, &file)
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    *last() = Some(list.clone());
    Ok(list)
}

/// An engine for the time of one call.
pub(crate) struct AnnotationWorker<'a> {
    engine: Engine,
    fresh: &'a Engine,
}

impl AnnotationWorker<'_> {
    /// The documents of a file, each with its path (that of a row or a member begins
    /// with `source`), and the problems of the parts that could not be read. With
    /// `statements` also who says what to whom.
    ///
    /// # Errors
    /// If nothing of the file can be read, or the program panicked on it.
    pub(crate) fn annotate_file(
        &mut self,
        raw: &[u8],
        source: &str,
        names: &UserList,
        statements: bool,
    ) -> Result<(PathedDocuments, Vec<InputError>), InputError> {
        self.engine.run_catching_panics(self.fresh, source, |engine| {
            let (mut found, mut errors) = (Vec::new(), Vec::new());
            opener().visit_texts(source, raw.to_vec(), &mut |opened| {
                let resolved = opened.and_then(|opened| {
                    let path = &opened.member.path;
                    let failed = |problem| InputError::from_problem(path.clone(), problem);
                    let resolved = engine.resolve_opened(&opened, ListChoice::FileAndUser(names));
                    let (documents, problems) = resolved.map_err(failed)?;
                    for mut linked in documents {
                        if statements {
                            add_attribution(&mut linked.annotated);
                        }
                        found.push((path.clone(), linked));
                    }
                    errors.extend(problems.into_iter().map(failed));
                    Ok(())
                });
                errors.extend(resolved.err());
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

/// What opens files.
fn opener() -> &'static Opener {
    static OPENER: OnceLock<Opener> = OnceLock::new();
    OPENER.get_or_init(|| {
        Opener::new(OpeningSettings {
            largest: MAX_MEMBER_BYTES,
            named_columns: NamedColumns::default(),
            pdf_reader: None,
            kept_pages: None,
            // A program may ask for the names of an empty text.
            keep_empty: true,
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
