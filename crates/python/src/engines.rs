//! The engines, loaded when they are first asked for and kept.
//!
//! One worker serves one call at a time; as many are kept as calls ever ran
//! beside each other. A clone shares the model and begins with an empty
//! memory, so a second worker costs what it remembers, not another model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};

use chancery_ner::Tagger;
use chancery_ner::chain::Chain;
use chancery_ner::encoder::{Encoder, Kernel};
use chancery_ner::neural::{self, Neural};
use chancery_pipeline::{Identified, Problem, identify};
use chancery_resolve::{Resolver, Roster};
use pyo3::exceptions::PyValueError;
use pyo3::{PyErr, PyResult};

/// An engine and its workers.
pub(crate) struct Engine {
    name: &'static str,
    load: fn() -> Tagger<'static>,
    fresh: OnceLock<Worker>,
    idle: Mutex<Vec<Worker>>,
}

/// What the command line calls `fast` and `accurate`, with the same models.
static ENGINES: [Engine; 2] =
    [Engine::new("fast", Tagger::shipped), Engine::new("accurate", accurate)];

fn accurate() -> Tagger<'static> {
    let encoder = Encoder::read(neural::SHIPPED, Kernel::best()).expect("tested when it was made");
    Tagger::accurate(Chain::shipped(), Neural::new(encoder))
}

impl Engine {
    const fn new(name: &'static str, load: fn() -> Tagger<'static>) -> Self {
        Self { name, load, fresh: OnceLock::new(), idle: Mutex::new(Vec::new()) }
    }

    /// The engine of that name.
    ///
    /// # Errors
    /// Python's `ValueError` where there is none.
    pub(crate) fn named(name: &str) -> PyResult<&'static Self> {
        let engine = ENGINES.iter().find(|engine| engine.name == name);
        engine.ok_or_else(|| unknown(name))
    }

    /// Calls `work` with a worker that nobody else uses meanwhile.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Worker) -> R) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut worker = kept.unwrap_or_else(|| self.fresh.get_or_init(|| self.loaded()).clone());
        let done = work(&mut worker);
        idle().push(worker);
        done
    }

    fn loaded(&self) -> Worker {
        Worker { tagger: (self.load)(), resolver: Resolver::shipped() }
    }
}

fn unknown(name: &str) -> PyErr {
    let names: Vec<String> = ENGINES.iter().map(|engine| format!("{:?}", engine.name)).collect();
    PyValueError::new_err(format!("engine must be {}, not {name:?}", names.join(" or ")))
}

/// What finds names and what says who they are, for one thread.
#[derive(Clone)]
pub(crate) struct Worker {
    tagger: Tagger<'static>,
    resolver: Resolver,
}

impl Worker {
    /// The documents of a file, and what of it could not be read.
    ///
    /// # Errors
    /// When nothing of the file can be read, or it finds a fault in the
    /// program, which must not end a run over a whole archive.
    pub(crate) fn identify(
        &mut self,
        raw: &[u8],
        source: &str,
    ) -> Result<(Vec<Identified>, Vec<Problem>), Problem> {
        let found = catch_unwind(AssertUnwindSafe(|| {
            let Self { tagger, resolver } = &mut *self;
            let own = Roster::default();
            let (documents, problems) = identify(raw, source, tagger, resolver, &own)?;
            Ok((documents.collect(), problems))
        }));
        found.unwrap_or_else(|_| {
            // What the engines remember is in doubt.
            self.tagger = self.tagger.clone();
            self.resolver = Resolver::shipped();
            Err(Problem { at: 0, what: "a fault in the program: please report it".into() })
        })
    }
}
