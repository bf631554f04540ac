//! The recipe: raw bytes → contents → words → mentions → entities → annotated
//! documents.

use std::path::Path;

use anyhow::Context;
use chancery_model::{Annotated, Document, Entities};
use chancery_ner::Tagger;
use chancery_ner::chain::Chain;
use chancery_ner::encoder::{Encoder, Kernel};
use chancery_ner::model::Model;
use chancery_ner::neural::{self, Neural};
use chancery_parse::{Contents, Problem, read};
use chancery_resolve::{Resolved, Resolver, Roster};
use chancery_segment::segment;
use clap::ValueEnum;

use crate::identify;
use crate::inputs::Input;

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
}

/// Reads a file and marks the names of its documents. Each is marked when it
/// is asked for, so that a volume need not be held twice.
///
/// # Errors
/// When nothing of the file can be read. What of it could not be read, where
/// the rest could, comes as the second part of the result.
pub(crate) fn annotate<'a, 'm>(
    raw: &[u8],
    tagger: &'a mut Tagger<'m>,
) -> Result<(impl ExactSizeIterator<Item = Annotated> + use<'a, 'm>, Vec<Problem>), Problem> {
    let Contents { documents, lists: _, problems } = read(raw)?;
    Ok((documents.into_iter().map(move |document| mark(document, tagger)), problems))
}

/// Reads a file, marks the names of its documents and says who they are, with
/// the help of the file's own lists and of `own`, the user's.
///
/// # Errors
/// As those of [`annotate`].
pub(crate) fn identify<'a, 'm>(
    raw: &[u8],
    source: &str,
    tagger: &'a mut Tagger<'m>,
    resolver: &'a mut Resolver,
    own: &Roster,
) -> Result<(impl ExactSizeIterator<Item = Identified> + use<'a, 'm>, Vec<Problem>), Problem> {
    let Contents { documents, lists, problems } = read(raw)?;
    let roster = identify::roster(&lists, &identify::scope(source), own);
    let documents = documents.into_iter().map(move |document| {
        let mut annotated = mark(document, tagger);
        let mut resolved = resolver.resolve(&annotated, &roster);
        annotated.entities = std::mem::take(&mut resolved.entities);
        Identified { annotated, resolved }
    });
    Ok((documents, problems))
}

/// A document with its entities, and what other documents may know them by.
pub(crate) struct Identified {
    /// The document.
    pub(crate) annotated: Annotated,
    /// The rest of what the resolver found.
    pub(crate) resolved: Resolved,
}

/// Cuts a document into words and finds the names among them.
pub(crate) fn mark(document: Document, tagger: &mut Tagger<'_>) -> Annotated {
    let words = segment(&document);
    let mentions = tagger.mentions(document.text.as_str(), &words);
    Annotated { document, words, mentions, entities: Entities::default() }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::fs;
    use std::path::Path;

    use chancery_parse::invariants;
    use proptest::prelude::*;

    use super::*;
    use crate::inputs::walk;

    /// The names as bytes of the file, with what the file says there.
    fn found(raw: &[u8], tagger: &mut Tagger<'_>) -> Vec<(std::ops::Range<usize>, String)> {
        let Ok((documents, _)) = annotate(raw, tagger) else { return Vec::new() };
        let mut found = Vec::new();
        for Annotated { document, words, mentions, .. } in documents {
            assert_eq!(invariants::check(raw, &document), Ok(()));
            let starts: Vec<u32> = words.tokens.iter().map(|token| token.span.start).collect();
            let ends: Vec<u32> = words.tokens.iter().map(|token| token.span.end).collect();
            let mut end = 0;
            for name in mentions {
                assert!(end <= name.span.start, "names overlap or are out of order");
                end = name.span.end;
                assert!(starts.binary_search(&name.span.start).is_ok(), "begins inside a token");
                assert!(ends.binary_search(&name.span.end).is_ok(), "ends inside a token");
                let within =
                    |sentence: &chancery_model::Sentence| sentence.span.contains(&name.span);
                assert!(words.sentences.iter().any(within), "a name over a sentence's end");
                let place = document.text.to_raw(name.span).range();
                found.push((place, document.text[name.span].to_owned()));
            }
        }
        found
    }

    /// A change to the bytes of a file.
    #[derive(Clone, Debug)]
    enum Damage {
        Change(prop::sample::Index, u8),
        Cut(prop::sample::Index, prop::sample::Index),
        Repeat(prop::sample::Index, prop::sample::Index),
    }

    fn damage() -> impl Strategy<Value = Damage> {
        use Damage::{Change, Cut, Repeat};
        prop_oneof![
            any::<(prop::sample::Index, u8)>().prop_map(|(at, byte)| Change(at, byte)),
            any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(a, b)| Cut(a, b)),
            any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(a, b)| Repeat(a, b)),
        ]
    }

    fn apply(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
        for damage in damages {
            let size = bytes.len() + 1;
            let range = |a: &prop::sample::Index, b: &prop::sample::Index| {
                let (a, b) = (a.index(size), b.index(size));
                a.min(b)..a.max(b)
            };
            match damage {
                Damage::Change(at, byte) if !bytes.is_empty() => {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
                Damage::Change(..) => {}
                Damage::Cut(a, b) => drop(bytes.drain(range(a, b))),
                Damage::Repeat(a, b) => {
                    let again = bytes[range(a, b)].to_vec();
                    bytes.extend(again);
                }
            }
        }
        bytes
    }

    /// The examples, and the single real documents where they are at hand.
    fn files() -> Vec<Vec<u8>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let shared = root.join("../shared/data/frus");
        if !shared.is_dir() {
            eprintln!("{}: absent, only the examples are damaged", shared.display());
        }
        let folders = [root.join("examples"), shared];
        let inputs =
            folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| walk(folder));
        inputs.map(|input| input.and_then(|input| input.read()).expect("readable")).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn arbitrary_bytes_keep_the_invariants(raw in prop::collection::vec(any::<u8>(), 0..600)) {
            let first = found(&raw, &mut Tagger::shipped());
            prop_assert_eq!(first, found(&raw, &mut Tagger::shipped()));
        }
    }

    #[test]
    fn damaged_files_keep_the_invariants() {
        let files = files();
        let used = RefCell::new(Tagger::shipped());
        let config =
            ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) };
        let cases = (any::<prop::sample::Index>(), prop::collection::vec(damage(), 0..5));
        proptest!(config, |((file, damages) in cases)| {
            let raw = apply(file.get(&files).clone(), &damages);
            let first = found(&raw, &mut used.borrow_mut());
            prop_assert_eq!(first, found(&raw, &mut Tagger::shipped()));
        });
    }

    #[test]
    fn names_are_where_the_file_has_them() {
        let example =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/09PORTLOUIS214.txt");
        let raw = fs::read(example).expect("an example of the repository");
        let found = found(&raw, &mut Tagger::shipped());
        assert!(found.len() > 30, "{} names", found.len());
        for (place, name) in found {
            let there = String::from_utf8_lossy(&raw[place]);
            assert_eq!(there.split_whitespace().collect::<Vec<_>>().join(" "), name);
        }
    }
}
