//! Written files are read back equal, and readers do not panic on any bytes.

mod annotated;

use annotated::{annotated, placed};
use chancery_formats::{
    Exporter, Format, Sourced, ansi, brackets, brat, card, columns, conll, jsonl, spacy, standoff,
    structure, tei, w3c,
};
use chancery_model::{Annotated, Entities, Entity, Label, Link, TextSpan, Tie};
use proptest::prelude::*;

/// Returns the bytes that `write` writes.
fn bytes(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).expect("writing to memory cannot fail");
    out
}

fn names(annotated: &Annotated) -> Vec<(TextSpan, Label)> {
    annotated.mentions.iter().map(|mention| (mention.span, mention.label)).collect()
}

fn assert_same(one: &Annotated, other: &Annotated) {
    assert_eq!(one.document.text.as_str(), other.document.text.as_str());
    assert_eq!(one.words, other.words);
    assert_eq!(names(one), names(other));
}

/// Exports `documents` and returns the files by name.
fn exported(format: Format, documents: &[Annotated]) -> Vec<(String, Vec<u8>)> {
    let folder = std::sync::Mutex::new(Vec::<(String, Vec<u8>)>::new());
    let nowhere = |_: &str| None;
    let open = |name: &str| Ok(InFolder { folder: &folder, name: name.into(), bytes: Vec::new() });
    let mut exporter = Exporter::begin(format, true, &nowhere, open).expect("memory");
    for document in documents {
        exporter.write(document, "a/b").expect("writing to memory cannot fail");
    }
    drop(exporter.finish().expect("writing to memory cannot fail"));
    folder.into_inner().expect("no writer failed")
}

/// A file that is added to the folder when it is dropped.
struct InFolder<'a> {
    folder: &'a std::sync::Mutex<Vec<(String, Vec<u8>)>>,
    name: String,
    bytes: Vec<u8>,
}

impl std::io::Write for InFolder<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for InFolder<'_> {
    fn drop(&mut self) {
        let file = (std::mem::take(&mut self.name), std::mem::take(&mut self.bytes));
        self.folder.lock().expect("one thread").push(file);
    }
}

/// Reads an export back.
fn imported(format: Format, files: &[(String, Vec<u8>)]) -> Vec<Sourced> {
    let only = || files[0].1.as_slice();
    let read = match format {
        Format::Jsonl => jsonl::read(only()),
        Format::W3c => w3c::read(only()),
        Format::Tei => tei::read(only()),
        Format::Spacy => spacy::read(only()),
        Format::Parquet => columns::read_parquet(only().to_vec()),
        Format::Arrow => columns::read_arrow(only()),
        other => panic!("{other} is not read here"),
    };
    read.expect("our own file")
}

/// Gives each mention a separate entity.
fn with_entities(mut annotated: Annotated) -> Annotated {
    let mut entities = Entities::default();
    for (mention, number) in annotated.mentions.iter().zip(0..) {
        let name = annotated.document.text[mention.span].to_owned();
        let (id, reason) = (format!("list:{number} \"x\""), "because".to_owned());
        let same_as = (number % 2 == 0).then(|| "pocom:x".to_owned());
        let label = mention.label;
        entities.entities.push(Entity { id, same_as, label, name, score: 0.25, reason });
        let (tie, by, office) = (Tie::Surname, Some(0), Some(mention.span));
        entities.links.push(Link { mention: number, entity: number, tie, by, office, of: None });
    }
    annotated.entities = entities;
    annotated
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn exports_come_back(documents in prop::collection::vec(placed(), 1..4)) {
        use Format::{Arrow, Jsonl, Parquet, Spacy, Tei, W3c};
        let documents: Vec<Annotated> = documents.into_iter().map(with_entities).collect();
        for format in [Jsonl, W3c, Tei, Spacy, Parquet, Arrow] {
            let again = imported(format, &exported(format, &documents));
            prop_assert_eq!(again.len(), documents.len(), "{}", format);
            for (one, other) in documents.iter().zip(&again) {
                let (text, read) = (&one.document.text, &other.annotated.document.text);
                prop_assert_eq!(text.as_str(), read.as_str(), "{}", format);
                prop_assert_eq!(names(one), names(&other.annotated), "{}", format);
                prop_assert_eq!(one.document.id, other.annotated.document.id, "{}", format);
                if [Jsonl, Parquet, Arrow].contains(&format) {
                    prop_assert_eq!(&one.entities, &other.annotated.entities, "{}", format);
                    prop_assert_eq!(&one.document.header, &other.annotated.document.header);
                }
                if format != Spacy {
                    prop_assert_eq!(other.source.as_str(), "a/b");
                }
            }
        }
    }

    #[test]
    fn brat_comes_back(annotated in placed()) {
        let annotated = with_entities(annotated);
        let files = exported(Format::Brat, std::slice::from_ref(&annotated));
        let file = |ending: &str| &files.iter().find(|file| file.0.ends_with(ending)).expect("it").1;
        let again = brat::read(file(".txt"), file(".ann")).expect("our own pair");
        prop_assert_eq!(annotated.document.text.as_str(), again.document.text.as_str());
        prop_assert_eq!(names(&annotated), names(&again));
    }

    #[test]
    fn tokens_of_spacy_are_the_text_and_hold_the_names(annotated in placed()) {
        let line = &exported(Format::Spacy, std::slice::from_ref(&annotated))[0].1;
        let line: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        let list = |key: &str| line[key].as_array().expect("a list").clone();
        let mut text = String::new();
        for token in list("tokens") {
            text += token["text"].as_str().expect("words");
            text += if token["ws"] == true { " " } else { "" };
        }
        prop_assert_eq!(text.as_str(), annotated.document.text.as_str());
        let tokens = list("tokens");
        for span in list("spans") {
            let token = |key: &str| &tokens[span[key].as_u64().expect("a number") as usize];
            prop_assert_eq!(&token("token_start")["start"], &span["start"]);
            prop_assert_eq!(&token("token_end")["end"], &span["end"]);
        }
    }

    #[test]
    fn offsets_of_conll_stand_line_by_line(documents in prop::collection::vec(annotated(), 1..4)) {
        let files = exported(Format::Conll, &documents);
        let lines = |name: &str| {
            let file = files.iter().find(|file| file.0.ends_with(name)).expect("it");
            String::from_utf8(file.1.clone()).expect("UTF-8")
        };
        let (columns, offsets) = (lines(".conll"), lines("offsets.tsv"));
        prop_assert_eq!(columns.lines().count(), offsets.lines().count());
        let mut documents = documents.iter();
        let mut text: Vec<char> = Vec::new();
        for (column, place) in columns.lines().zip(offsets.lines()) {
            if place.starts_with("-DOCSTART-") {
                prop_assert!(column.starts_with("-DOCSTART-"));
                text = documents.next().expect("one more").document.text.as_str().chars().collect();
            } else if let Some((start, end)) = place.split_once('\t') {
                let at = |number: &str| number.parse::<usize>().expect("a number");
                let token: String = text[at(start)..at(end)].iter().collect();
                let written = column.split('\t').next().expect("a token");
                prop_assert!(written == token || written.strip_prefix('\\') == Some(&token));
            }
        }
    }

    #[test]
    fn every_format_is_written(documents in prop::collection::vec(placed(), 0..3)) {
        let documents: Vec<Annotated> = documents.into_iter().map(with_entities).collect();
        for format in Format::ALL {
            let files = exported(format, &documents);
            let again = exported(format, &documents);
            prop_assert!(files == again, "{} differs from run to run", format);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn brackets_come_back(annotated in annotated()) {
        let file = bytes(|out| brackets::write(&annotated, out));
        let again = brackets::read(&file).expect("our own file");
        assert_same(&annotated, &again);
        for mention in &again.mentions {
            let raw = again.document.text.to_raw(mention.span).range();
            let surface = &again.document.text[mention.span];
            prop_assert!(std::str::from_utf8(&file[raw.clone()]).is_ok());
            prop_assert!(surface.contains(' ') || file[raw] == *surface.as_bytes());
        }
        prop_assert_eq!(bytes(|out| brackets::write(&again, out)), file);
    }

    #[test]
    fn conll_comes_back(documents in prop::collection::vec(annotated(), 0..4)) {
        let marked = conll::DocStart::Marked;
        let file = bytes(|out| documents.iter().try_for_each(|d| conll::write(d, marked, out)));
        let again = conll::read(&file).expect("our own file");
        prop_assert_eq!(again.len(), documents.len());
        documents.iter().zip(&again).for_each(|(one, other)| assert_same(one, other));
        let unmarked = conll::DocStart::Unmarked;
        for document in documents.iter().filter(|document| !document.words.tokens.is_empty()) {
            let file = bytes(|out| conll::write(document, unmarked, out));
            let again = conll::read(&file).expect("our own file");
            prop_assert_eq!(again.len(), 1);
            assert_same(document, &again[0]);
        }
    }

    #[test]
    fn jsonl_comes_back(documents in prop::collection::vec(annotated(), 0..4)) {
        let file = bytes(|out| documents.iter().try_for_each(|d| jsonl::write(d, "a/b", out)));
        let again = jsonl::read(&file).expect("our own file");
        prop_assert_eq!(again.len(), documents.len());
        for (document, again) in documents.iter().zip(&again) {
            let (one, other) = (document, &again.annotated);
            prop_assert_eq!(again.source.as_str(), "a/b");
            prop_assert_eq!(one.document.text.as_str(), other.document.text.as_str());
            prop_assert_eq!(one.document.id, other.document.id);
            prop_assert_eq!(&one.document.header, &other.document.header);
            prop_assert_eq!(names(one), names(other));
            let starts: Vec<u32> = one.words.sentences.iter().map(|s| s.span.start).collect();
            let blocks: Vec<u32> = other.document.blocks.iter().map(|b| b.span.start).collect();
            prop_assert_eq!(starts, blocks);
        }
    }

    #[test]
    fn exported_mentions_slice_the_exported_text(annotated in annotated()) {
        let file = bytes(|out| jsonl::write(&annotated, "", out));
        let line: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
        let text: Vec<char> = line["text"].as_str().expect("a string").chars().collect();
        for mention in line["mentions"].as_array().expect("a list") {
            let at = |key: &str| mention[key].as_u64().expect("a number") as usize;
            let slice: String = text[at("start")..at("end")].iter().collect();
            prop_assert_eq!(mention["text"].as_str(), Some(slice.as_str()));
        }
    }

    #[test]
    fn standoff_comes_back(annotated in annotated()) {
        let optional: Vec<TextSpan> = annotated.words.sentences.iter().map(|s| s.span).collect();
        let json = bytes(|out| standoff::write(&annotated, &optional, out));
        let pair = standoff::read(annotated.document.text.as_str().as_bytes(), &json);
        let pair = pair.expect("our own pair");
        prop_assert_eq!(names(&annotated), names(&pair.annotated));
        prop_assert_eq!(optional, pair.optional);
    }

    #[test]
    fn text_in_colours_is_the_text(annotated in annotated()) {
        let shown = bytes(|out| ansi::write(&annotated, ansi::Colours::On, out));
        let shown = String::from_utf8(shown).expect("UTF-8");
        let mut rest = shown.as_str();
        let mut text = String::new();
        while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
            text += before;
            rest = sequence.split_once('m').expect("only colours").1;
        }
        text += rest;
        let steers = |c: char| c.is_control() && c != '\n' && c != '\t';
        let expected = annotated.document.text.as_str().replace(steers, "\u{fffd}");
        prop_assert_eq!(text, expected + "\n");
    }

    #[test]
    fn every_document_has_a_card_and_a_structure(annotated in annotated()) {
        let shown = bytes(|out| card::write(&annotated.document, out));
        let steered = String::from_utf8(shown).expect("UTF-8").contains('\u{1b}');
        prop_assert!(!steered);
        let json = bytes(|out| structure::write(&annotated.document, out));
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        prop_assert_eq!(json["text"].as_str(), Some(annotated.document.text.as_str()));
    }

    #[test]
    fn readers_take_any_bytes(file in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (brackets::read(&file), conll::read(&file), jsonl::read(&file));
        let _ = (standoff::read(&file, b"{}"), standoff::read(b"", &file));
        let _ = (brat::read(&file, b""), brat::read("éa".as_bytes(), &file));
        let _ = (w3c::read(&file), tei::read(&file), spacy::read(&file));
        let _ = (columns::read_parquet(file.clone()), columns::read_arrow(&file));
    }

    #[test]
    fn readers_take_any_near_miss(file in r#"(\[PER|\[|\]|\\| |\n|\t|B-LOC|I-|O|é|-DOCSTART-|\{"text":"é"|,"mentions":\[\[?|1|\})*"#) {
        if let Ok(annotated) = brackets::read(file.as_bytes()) {
            let written = bytes(|out| brackets::write(&annotated, out));
            assert_same(&annotated, &brackets::read(&written).expect("our own file"));
        }
        let _ = (conll::read(file.as_bytes()), jsonl::read(file.as_bytes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn readers_of_exports_take_any_near_miss(
        ann in r"(T1|\t|PER|PERSON| |0|1|2|;|\n|N1|é)*",
        xml in r#"(<TEI>|</TEI>|<text>|</text>|<note>|</note>|<p>|</p>|<persName>|</persName>|<ab xml:space="preserve">|</ab>|<name type="LOC"/>|&amp;|&#233;|&x;| |a|é|\n)*"#,
        json in r#"(\{|\}|\[|\]|,|:|"text"|"spans"|"start"|"end"|"label"|"PER"|"@graph"|"type"|"Annotation"|"TextualBody"|"target"|"body"|"a"|0|1)*"#,
    ) {
        let _ = brat::read("éa bc".as_bytes(), ann.as_bytes());
        let _ = tei::read(xml.as_bytes());
        let _ = (spacy::read(json.as_bytes()), w3c::read(json.as_bytes()));
    }
}

/// Found by fuzzing: the text of an annotation must be the text at its offsets.
#[test]
fn brat_tells_the_words_at_its_places() {
    let read = brat::read(b"to\n\n1. Oslo\n\nnow", b"T1\tLOC 2 14\tOslo\n").expect("a pair");
    let mut out = Vec::new();
    brat::write(&read, &mut out).expect("memory");
    assert_eq!(String::from_utf8_lossy(&out), "T1\tLOC 4 11;13 14\t1. Oslo n\n");
}

/// Found by fuzzing: the crates that read columns panic on some damaged files.
#[test]
fn damaged_columns_are_refused_or_read() {
    let read = brat::read(b"Oslo", b"T1\tLOC 0 4\tOslo\n").expect("a pair");
    for format in [Format::Parquet, Format::Arrow] {
        let whole = exported(format, std::slice::from_ref(&read)).swap_remove(0).1;
        let mut refused = 0;
        for at in (0..whole.len()).step_by(3) {
            let mut file = whole.clone();
            file[at] ^= 0xA5;
            refused += usize::from(match format {
                Format::Arrow => columns::read_arrow(&file).is_err(),
                _ => columns::read_parquet(file).is_err(),
            });
        }
        assert!(refused > whole.len() / 100, "{format}: {refused} of {}", whole.len() / 3);
    }
}

/// Found by fuzzing: brat cannot represent a name that is only line ends.
#[test]
fn a_name_without_words_is_refused() {
    let error =
        brat::read(b"Oslo\n\n\n", b"T1\tLOC 0 4\tOslo\nT2\tLOC 4 6\t \n").expect_err("no name");
    assert_eq!(error.to_string(), "line 2, column 1: the name has no words");
}

#[test]
fn a_corpus_that_is_cut_between_its_documents_is_refused() {
    let one = "<TEI><text><p><persName>Ama</persName></p></text></TEI>";
    let whole = format!("<teiCorpus>{one}{one}</teiCorpus>");
    assert_eq!(tei::read(whole.as_bytes()).expect("two documents").len(), 2);
    let cut = tei::read(&whole.as_bytes()[.."<teiCorpus>".len() + one.len()]);
    let error = cut.expect_err("the corpus is open");
    assert!(error.to_string().ends_with("the file ends inside an element"), "{error}");
}

/// Found by fuzzing: a score outside 0 to 1 was written unchanged.
#[test]
fn scores_are_probabilities() {
    let line = r#"{"text":"Oslo","mentions":[{"start":0,"end":4,"label":"LOC","score":-1}],
        "entities":[{"id":"a","label":"LOC","name":"Oslo","score":8e37}]}"#;
    let read = jsonl::read(line.replace('\n', "").as_bytes()).expect("a line").swap_remove(0);
    let (mention, entity) = (read.annotated.mentions[0], &read.annotated.entities.entities[0]);
    assert_eq!((mention.score, entity.score), (0.0, 1.0));
}
