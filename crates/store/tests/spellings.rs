//! Every word of a document, in any ordinary spelling, finds the document.

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

mod fixture;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;

use chancery_model::{Annotated, Document, DocumentEntities, fold_word, is_apostrophe, is_hyphen};
use chancery_segment::segment_document;
use chancery_store::{
    Archive, ArchiveWriter, DocumentNumber, EncodedDocument, IngestedFile, Query, QueryField,
    SearchRequest, Searcher, parse_query,
};
use chancery_unpack::{UnpackBudget, UnpackError, UnpackLimits, visit_zip_members};
use unicode_normalization::UnicodeNormalization;

/// Words of each document that are looked for, and as many with a mark inside.
const WORDS_PER_DOCUMENT: usize = 4;

/// Web pages of cables that are looked at.
const CABLE_PAGES: usize = 200;

/// An archive of documents without names, and a searcher on it.
struct SearchedArchive {
    archive: Archive,
    searcher: Searcher,
    /// The documents that each query found.
    found: HashMap<String, HashSet<DocumentNumber>>,
}

impl SearchedArchive {
    fn new(name: &str, files: Vec<Vec<Document>>) -> Self {
        let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        let mut writer = ArchiveWriter::open(&folder).expect("an archive");
        writer.set_engine("none").expect("an engine");
        for (number, documents) in files.into_iter().enumerate() {
            let encode = |document: Document| {
                let words = segment_document(&document);
                let entities = DocumentEntities::default();
                let annotated = Annotated {
                    document,
                    words,
                    mentions: Vec::new(),
                    entities,
                    attribution: chancery_model::Attribution::default(),
                };
                EncodedDocument::new(annotated, "")
            };
            let empty = fixture::make_file(&fixture::make_document(number), &format!("{number}"));
            let documents = documents.into_iter().map(encode).collect();
            writer.add(&IngestedFile { documents, ..empty }).expect("added");
        }
        writer.finish().expect("finished");
        drop(writer);
        let archive = Archive::open(&folder).expect("the archive");
        let searcher = Searcher::open(&archive).expect("its index");
        Self { archive, searcher, found: HashMap::new() }
    }

    /// The documents that have these words.
    fn find(&mut self, words: &str) -> &HashSet<DocumentNumber> {
        let (archive, searcher) = (&self.archive, &self.searcher);
        self.found.entry(words.to_owned()).or_insert_with(|| {
            let query = Query::words(QueryField::Text, words);
            let request = SearchRequest { limit: usize::MAX / 2, ..SearchRequest::new(query) };
            let matches = searcher.rank_matches(archive, &request).expect("an answer");
            matches.ranked.into_iter().map(|(number, _)| number).collect()
        })
    }
}

/// Ordinary spellings of a word.
fn spellings(word: &str) -> Vec<String> {
    let with = |is: fn(char) -> bool, sign: char| -> String {
        word.chars().map(|c| if is(c) { sign } else { c }).collect()
    };
    vec![
        word.to_owned(),
        word.to_lowercase(),
        word.to_uppercase(),
        with(is_hyphen, '-'),
        with(is_hyphen, '\u{2013}'),
        with(is_hyphen, '\u{2011}'),
        with(is_hyphen, '\u{2212}'),
        with(is_apostrophe, '\''),
        with(is_apostrophe, '\u{2019}'),
        word.nfd().collect(),
        word.nfc().collect(),
        fold_word(word),
    ]
}

/// Checks the words of all documents; returns how many searches were made.
fn check_words(name: &str, files: Vec<Vec<Document>>) -> usize {
    let mut random = fastrand::Rng::with_seed(20);
    let texts: Vec<String> =
        files.iter().flatten().map(|document| document.text.as_str().to_owned()).collect();
    let mut searched = SearchedArchive::new(name, files);
    let mut searches = 0;
    for (text, number) in texts.iter().zip(1..) {
        let is_word = |word: &&str| {
            word.len() < 100 && word.chars().any(|c| c.is_alphanumeric() && !is_apostrophe(c))
        };
        let mut words: Vec<&str> = text.split_whitespace().filter(is_word).collect();
        random.shuffle(&mut words);
        let marked = |word: &&&str| {
            let inside = word.trim_matches(|c: char| !c.is_alphanumeric());
            inside.chars().any(|c| !c.is_ascii_alphanumeric())
        };
        let marked = words.iter().filter(marked).take(WORDS_PER_DOCUMENT);
        for word in words.iter().take(WORDS_PER_DOCUMENT).chain(marked) {
            for spelling in spellings(word) {
                searches += 1;
                let found = searched.find(&spelling);
                let number = DocumentNumber(number);
                assert!(found.contains(&number), "{spelling:?} of {word:?} misses {number:?}");
            }
        }
    }
    searches
}

#[test]
fn every_spelling_of_a_word_finds_its_document() {
    let Some(folder) = shared_data::shared_data("data/frus-volumes") else { return };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("volumes").flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "xml") {
            let raw = fs::read(entry.path()).expect("a volume");
            files.push(chancery_parse::parse_file(&raw).expect("TEI").documents);
        }
    }
    let zip = shared_data::shared_data("data/cables/cable-pages.zip").expect("beside the volumes");
    let file = fs::File::open(zip).expect("the pages");
    let limits = UnpackLimits { member_bytes: 1 << 24, total_bytes: 1 << 30, member_count: 10_000 };
    let mut pages = Vec::new();
    let mut read_page = |_: &str, member: Result<&mut dyn Read, UnpackError>| {
        let mut bytes = Vec::new();
        member.expect("a page").read_to_end(&mut bytes).expect("a page");
        pages.push(chancery_parse::parse_file(&bytes).expect("a page").documents);
        pages.len() < CABLE_PAGES
    };
    visit_zip_members(file, &UnpackBudget::new(limits), &mut read_page).expect("a zip");
    assert_eq!(pages.len(), CABLE_PAGES);
    files.extend(pages);
    let documents: usize = files.iter().map(Vec::len).sum();
    let searches = check_words("spellings", files);
    assert!(documents > 2_000 && searches > 100_000, "{documents} documents, {searches} searches");
}

#[test]
fn words_are_found_whatever_marks_they_have() {
    let texts = [
        "Telegram of 1972. The Ambassador asked for M\u{2013}48 tanks, B\u{2013}52s and a \
         U\u{2010}2 flight in 1969\u{2013}1976; the cease\u{2011}fire of Jean\u{2011}Yves \
         Kallimootoo held. See 974.7301/5\u{2013}1357.",
        "AT&T and the R&D office wrote to L'Observateur des Iles. The coup d'etat of Charge \
         d'Affaires Mu'ammar O'Neill failed; US\u{2013}USSR talks go on.",
        "Velou\u{ad}tier paid 1,000,000 rupees to Médecins d\u{2BC}Outre\u{2212}Mer, he said.",
    ];
    let queries: [(&str, usize); 38] = [
        ("m-48", 0),
        ("\"m 48\"", 0),
        ("b-52s", 0),
        ("u-2", 0),
        ("1976", 0),
        ("1969", 0),
        ("1969-1976", 0),
        ("cease-fire", 0),
        ("\"cease fire\"", 0),
        ("ceasefire", 0),
        ("yves", 0),
        ("jean-yves", 0),
        ("JEAN\u{2013}YVES", 0),
        ("974.7301/5-1357", 0),
        ("at&t", 1),
        ("AT&T", 1),
        ("att", 1),
        ("r&d", 1),
        ("R&D", 1),
        ("observateur", 1),
        ("l\u{2019}observateur", 1),
        ("etat", 1),
        ("d\u{2019}ETAT", 1),
        ("\"coup d'etat\"", 1),
        ("affaires", 1),
        ("neill", 1),
        ("o\u{2019}neill", 1),
        ("oneill", 1),
        ("mu\u{2018}ammar", 1),
        ("us-ussr", 1),
        ("us\u{2013}ussr", 1),
        ("ussr", 1),
        ("veloutier", 2),
        ("velou*", 2),
        ("1000000", 2),
        ("medecins", 2),
        ("me\u{301}decins", 2),
        ("\"d'outre-mer\"", 2),
    ];
    let documents = texts.map(|text| vec![fixture::annotate_text(text).document]);
    let searched = SearchedArchive::new("marked-words", documents.to_vec());
    for (words, expected) in queries {
        let request = SearchRequest::new(parse_query(words).expect("a query"));
        let found = searched.searcher.search(&searched.archive, &request).expect("an answer");
        let numbers: Vec<i64> = found.hits.iter().map(|hit| hit.document.number.0).collect();
        assert_eq!(numbers, [expected as i64 + 1], "{words}");
        assert!(!found.hits[0].spans.is_empty(), "{words} is not highlighted");
    }
}
