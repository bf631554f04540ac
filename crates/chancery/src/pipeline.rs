//! The pipeline as a command line sets it up: which engine, with which model.
//! The recipe itself is the crate [`chancery_pipeline`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use anyhow::Context;
use chancery_ner::Tagger;
use chancery_ner::chain::Chain;
use chancery_ner::encoder::{Encoder, Kernel};
use chancery_ner::model::Model;
use chancery_ner::neural::{self, Neural};
pub(crate) use chancery_pipeline::{annotate, identify, mark, roster, scope};
use chancery_resolve::Resolver;
use clap::ValueEnum;

use crate::inputs::Input;
use crate::report::Failure;

/// The engines that find names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A linear model on word features: small, and fast on any machine.
    Fast,
    /// A small transformer with the linear model: better names, slower.
    Accurate,
}

/// Which of the encoder's kernels to use, for measurements: by default the
/// best that the machine has.
const KERNEL: &str = "CHANCERY_KERNEL";

impl Engine {
    /// A tagger of the shipped model, or of the one in the file `model`.
    pub(crate) fn load(self, model: Option<&Path>) -> anyhow::Result<Tagger<'static>> {
        let bytes = |path: &Path| anyhow::Ok(&*Input::File(path.to_owned()).read()?.leak());
        // Taggers live as long as the program, and so does what they read.
        let place = || model.map(|path| path.display().to_string()).unwrap_or_default();
        match self {
            Self::Fast => {
                let Some(path) = model else { return Ok(Tagger::shipped()) };
                let model = Model::read(bytes(path)?).with_context(place)?;
                Ok(Tagger::fast(Chain::new(model)))
            }
            Self::Accurate => {
                let bytes = model.map_or(Ok(neural::SHIPPED), bytes)?;
                let encoder = Encoder::read(bytes, kernel()?).with_context(place)?;
                Ok(Tagger::accurate(Chain::shipped(), Neural::new(encoder)))
            }
        }
    }

    /// What an archive notes of who found its names: the engine with its
    /// version, or the digest of the model.
    pub(crate) fn name(self, model: Option<&Path>) -> anyhow::Result<String> {
        let engine = match self {
            Self::Fast => "fast",
            Self::Accurate => "accurate",
        };
        let Some(path) = model else {
            let version = match self {
                Self::Fast => chancery_ner::model::VERSION,
                Self::Accurate => chancery_ner::encoder::VERSION,
            };
            return Ok(format!("{engine} {version}"));
        };
        let digest = blake3::hash(&Input::File(path.to_owned()).read()?).to_hex();
        Ok(format!("{engine} {}", &digest[..16]))
    }
}

fn kernel() -> anyhow::Result<Kernel> {
    let Some(name) = std::env::var_os(KERNEL) else { return Ok(Kernel::best()) };
    name.to_str()
        .and_then(Kernel::named)
        .with_context(|| format!("{KERNEL}={}: this machine has no such kernel", name.display()))
}

/// What finds names and what says who they are; one pair a thread.
#[derive(Clone)]
pub(crate) struct Engines {
    /// Finds them.
    pub(crate) tagger: Tagger<'static>,
    /// Says who they are.
    pub(crate) resolver: Resolver,
}

impl Engines {
    /// The engine with its model as [`Engine::load`] takes it, and the
    /// shipped facts.
    pub(crate) fn load(engine: Engine, model: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self { tagger: engine.load(model)?, resolver: Resolver::shipped() })
    }

    /// What `work` makes of one input. It must not end a run over a whole
    /// archive, even if it finds a fault in the program. What the engines
    /// remember is then in doubt: they are `fresh` again.
    pub(crate) fn guarded<T>(
        &mut self,
        fresh: &Self,
        input: &str,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or_else(|_| {
            *self = fresh.clone();
            Err(Failure::fault(input.to_owned()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_of_one_input() {
        let fresh = Engines::load(Engine::Fast, None).expect("the engines that are shipped");
        let mut engines = fresh.clone();
        for name in ["a.txt", "falls.txt", "b.txt"] {
            let done = engines.guarded(&fresh, name, |_| {
                assert_ne!(name, "falls.txt", "a fault, as asked for");
                Ok(name)
            });
            match done {
                Ok(done) => assert_eq!(done, name),
                Err(failure) => assert_eq!((&*failure.input, name), ("falls.txt", "falls.txt")),
            }
        }
    }
}
