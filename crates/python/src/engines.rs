//! The engines, loaded when they are first needed and kept.
//!
//! One worker serves one call at a time. The pool keeps as many workers as
//! calls ever ran at the same time. A clone shares the model and starts with
//! empty caches, so another worker costs its caches, not another model.

use std::sync::{Mutex, OnceLock, PoisonError};

use chancery_engine::{Engine, EngineKind, InputError, LinkedDocument, ListChoice};
use pyo3::exceptions::PyValueError;
use pyo3::{PyErr, PyResult};

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
    /// The documents of a file, and the problems of the parts that could not
    /// be read.
    ///
    /// # Errors
    /// If nothing of the file can be read, or the program panicked on it.
    pub(crate) fn annotate_file(
        &mut self,
        raw: &[u8],
        source: &str,
    ) -> Result<(Vec<LinkedDocument>, Vec<InputError>), InputError> {
        let error = |problem| InputError::from_problem(source.to_owned(), problem);
        self.engine.run_catching_panics(self.fresh, source, |engine| {
            let resolved = engine.resolve_file(raw, source, ListChoice::File);
            let (documents, problems) = resolved.map_err(error)?;
            Ok((documents.collect(), problems.into_iter().map(error).collect()))
        })
    }
}

/// Formats what is wrong with a file: the byte if it is known, and the message. Python
/// adds the source.
pub(crate) fn fault_text(error: &InputError) -> String {
    match error.at {
        Some(at) => format!("byte {at}: {}", error.message()),
        None => error.message(),
    }
}
