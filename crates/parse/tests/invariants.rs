//! Tests invariants 1, 2 and 6 of the design on arbitrary bytes, and on whole
//! and damaged fixtures and real files.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::fs;
use std::path::{Path, PathBuf};

use chancery_model::SourceFormat;
use chancery_parse::{invariants, parse_file};
use proptest::prelude::*;
use proptest::sample::Index;
use shared_data::shared_data;

/// Parses `raw` and checks the invariants of all its documents.
fn holds(raw: &[u8]) -> Result<(), String> {
    let Ok(contents) = parse_file(raw) else { return Ok(()) };
    let format = contents.documents.first().map(|document| document.format);
    // The documents of volumes and of other TEI are elements within the file.
    let is_tei = raw.windows(4).any(|window| window == b"<TEI");
    if format.is_some_and(|format| format != SourceFormat::Frus) && !is_tei {
        let extents = || contents.documents.iter().map(|document| document.raw);
        let follow = extents().zip(extents().skip(1)).all(|(one, next)| one.end == next.start);
        let whole = extents().next().is_some_and(|first| first.start == 0)
            && extents().next_back().is_some_and(|last| last.end as usize == raw.len());
        if !follow || !whole {
            return Err("the documents are not the whole file".into());
        }
    }
    contents.documents.iter().try_for_each(|document| {
        invariants::check_document(raw, document)
            .map_err(|broken| format!("{:?}: {broken}", document.format))
    })
}

/// Damage to a file: bytes changed, removed, repeated, inserted.
#[derive(Debug, Clone)]
enum Damage {
    Change(Index, u8),
    Cut(Index, u16),
    Repeat(Index, u16),
    Insert(Index, &'static str),
}

/// Inputs that are difficult for parsers.
const STUMBLES: [&str; 28] = [
    "\n> ",
    "\nNNNN\n",
    "\nR 161305Z JUN 09\nFM AMEMBASSY ROSEAU\nTO SECSTATE\n",
    "\nSECRET ROSEAU 00012\n",
    "\u{c}",
    "\n",
    "\r\n",
    "\n\n",
    "¶",
    "¶7.",
    "3. (C) ",
    "-----",
    "&#x000A;",
    "&amp;",
    "&",
    "<",
    "</pre>",
    "<a id='par1'>",
    "SUBJECT: ",
    "REF: ",
    "TO ",
    "PARIS 00000997  002 OF 002",
    "PAGE 02 STATE 012345",
    "XXXXXXXX",
    "[1 line not declassified]",
    "\t",
    "\u{FEFF}",
    "\u{7F}\u{1}",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Change(at, byte)),
        (any::<Index>(), any::<u16>()).prop_map(|(at, len)| Damage::Cut(at, len)),
        (any::<Index>(), any::<u16>()).prop_map(|(at, len)| Damage::Repeat(at, len)),
        (any::<Index>(), proptest::sample::select(&STUMBLES[..]))
            .prop_map(|(at, text)| Damage::Insert(at, text)),
    ]
}

impl Damage {
    fn apply(&self, raw: &mut Vec<u8>) {
        let (at, len) = match self {
            Self::Change(at, _) | Self::Insert(at, _) => (at, 0),
            Self::Cut(at, len) | Self::Repeat(at, len) => (at, usize::from(*len) % 2000),
        };
        if raw.is_empty() {
            return;
        }
        let at = at.index(raw.len());
        let end = raw.len().min(at + len);
        match self {
            Self::Change(_, byte) => raw[at] = *byte,
            Self::Cut(..) => drop(raw.drain(at..end)),
            Self::Repeat(..) => raw.extend_from_within(at..end),
            Self::Insert(_, text) => drop(raw.splice(at..at, text.bytes())),
        }
    }
}

/// The files under `folder` of at most `largest` bytes.
fn files_up_to(folder: &Path, largest: usize) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| {
        fs::metadata(path)
            .is_ok_and(|metadata| metadata.len() <= largest as u64 && metadata.is_file())
    });
    paths.sort();
    paths
}

fn fixtures() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let found: Vec<_> =
        files_up_to(&folder, 1 << 20).iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(!found.is_empty(), "no fixtures in {}", folder.display());
    found
}

fn real_files() -> Vec<Vec<u8>> {
    let folders = ["seed", "data/annotation/dev", "data/annotation/train", "data/frus"];
    let folders = folders.into_iter().filter_map(shared_data);
    let paths = folders.flat_map(|folder| files_up_to(&folder, 200_000));
    let mut found: Vec<Vec<u8>> = paths
        .filter(|path| path.extension().is_some_and(|kind| kind == "txt" || kind == "xml"))
        .map(|path| fs::read(path).unwrap())
        .collect();
    if let Some(path) = shared_data("data/cable-cases/cases.json") {
        let cases = fs::read_to_string(path).unwrap();
        let cases: Vec<serde_json::Value> = serde_json::from_str(&cases).unwrap();
        let pages = cases.iter().filter(|case| case["group"] == "html_cable");
        found.extend(pages.filter_map(|case| Some(case["input"].as_str()?.into())));
    }
    found
}

#[test]
fn whole_files() {
    for raw in fixtures().into_iter().chain(real_files()) {
        let start = String::from_utf8_lossy(&raw[..raw.len().min(80)]);
        assert_eq!(holds(&raw), Ok(()), "{start:?}");
        assert!(parse_file(&raw).is_ok(), "{start:?}");
    }
}

fn check_damaged(raws: &[Vec<u8>], cases: u32) {
    if raws.is_empty() {
        return;
    }
    let strategy = (any::<Index>(), proptest::collection::vec(damage(), 1..12));
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest::test_runner::TestRunner::new(config)
        .run(&strategy, |(index, damages)| {
            let mut raw = raws[index.index(raws.len())].clone();
            for damage in &damages {
                damage.apply(&mut raw);
            }
            holds(&raw).map_err(TestCaseError::fail)
        })
        .unwrap();
}

#[test]
fn damaged_fixtures() {
    check_damaged(&fixtures(), 20_000);
}

#[test]
fn damaged_real_files() {
    check_damaged(&real_files(), 10_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert_eq!(holds(&raw), Ok(()));
    }

    #[test]
    fn arbitrary_text(pieces in proptest::collection::vec(
        prop_oneof![proptest::sample::select(&STUMBLES[..]).prop_map(String::from), ".{0,40}"], 0..60,
    )) {
        prop_assert_eq!(holds(pieces.concat().as_bytes()), Ok(()));
    }
}

/// Two page lines with a control character between them. One scanner treats it
/// as white space and the other as a word.
#[test]
fn page_lines_around_a_control_character() {
    let raw = b"We met PAGE 02 STATE 012345 \x01 00000997  002 OF 002 and parted.";
    assert_eq!(holds(raw), Ok(()));
}
