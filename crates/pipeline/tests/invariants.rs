//! Names on any bytes, and on damaged files.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use chancery_model::{Annotated, Sentence};
use chancery_ner::Tagger;
use chancery_parse::invariants;
use chancery_pipeline::annotate;
use proptest::prelude::*;

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
            let within = |sentence: &Sentence| sentence.span.contains(&name.span);
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
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    assert!(!paths.is_empty(), "nothing to damage");
    paths.iter().map(|path| fs::read(path).expect("readable")).collect()
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
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) };
    let cases = (any::<prop::sample::Index>(), prop::collection::vec(damage(), 0..5));
    proptest!(config, |((file, damages) in cases)| {
        let raw = apply(file.get(&files).clone(), &damages);
        let first = found(&raw, &mut used.borrow_mut());
        prop_assert_eq!(first, found(&raw, &mut Tagger::shipped()));
    });
}

#[test]
fn names_are_where_the_file_has_them() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/09PORTLOUIS214.txt");
    let raw = fs::read(example).expect("an example of the repository");
    let found = found(&raw, &mut Tagger::shipped());
    assert!(found.len() > 30, "{} names", found.len());
    for (place, name) in found {
        let there = String::from_utf8_lossy(&raw[place]);
        assert_eq!(there.split_whitespace().collect::<Vec<_>>().join(" "), name);
    }
}
