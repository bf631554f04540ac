//! Written files are read back equal, and readers do not panic on any bytes.

mod annotated;

use annotated::{tokenised_document, untokenised_document};
use chancery_formats::{
    ExportOptions, Exporter, Format, SourcedDocument, ansi, brackets, brat, columns, conll,
    document_card, jsonl, spacy, standoff, structure, tei, w3c,
};
use chancery_model::{
    Act, ActKind, ActStatus, Annotated, Attribution, Date, DocumentEntities, Entity, Label, Link,
    LinkKind, Party, Statement, StatementKind, TextSpan, evidence_from_sentence, steers_terminal,
};
use proptest::prelude::*;

/// Returns the bytes that `write` writes.
fn written_bytes(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).expect("writing to memory cannot fail");
    out
}

fn mention_spans(annotated: &Annotated) -> Vec<(TextSpan, Label)> {
    annotated.mentions.iter().map(|mention| (mention.span, mention.label)).collect()
}

fn assert_same(one: &Annotated, other: &Annotated) {
    assert_eq!(one.document.text.as_str(), other.document.text.as_str());
    assert_eq!(one.words, other.words);
    assert_eq!(mention_spans(one), mention_spans(other));
}

/// Exports `documents` and returns the files by name.
fn export_files(format: Format, documents: &[Annotated]) -> Vec<(String, Vec<u8>)> {
    let folder = std::sync::Mutex::new(Vec::<(String, Vec<u8>)>::new());
    let nowhere = |_: &str| None;
    let open =
        |name: &str| Ok(FolderFile { folder: &folder, name: name.into(), bytes: Vec::new() });
    let options = ExportOptions { offsets: true, ..ExportOptions::default() };
    let mut exporter = Exporter::start_export(format, options, &nowhere, open).expect("memory");
    for document in documents {
        exporter.write_document(document, "a/b").expect("writing to memory cannot fail");
    }
    drop(exporter.finish_export().expect("writing to memory cannot fail"));
    folder.into_inner().expect("no writer failed")
}

/// A file that is added to the folder when it is dropped.
struct FolderFile<'a> {
    folder: &'a std::sync::Mutex<Vec<(String, Vec<u8>)>>,
    name: String,
    bytes: Vec<u8>,
}

impl std::io::Write for FolderFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for FolderFile<'_> {
    fn drop(&mut self) {
        let file = (std::mem::take(&mut self.name), std::mem::take(&mut self.bytes));
        self.folder.lock().expect("one thread").push(file);
    }
}

/// Reads an export back.
fn import_files(format: Format, files: &[(String, Vec<u8>)]) -> Vec<SourcedDocument> {
    let only = || files[0].1.as_slice();
    let read = match format {
        Format::Jsonl => jsonl::read_documents(only()),
        Format::W3c => w3c::read_documents(only()),
        Format::Tei => tei::read_documents(only()),
        Format::Spacy => spacy::read_documents(only()),
        Format::Parquet => columns::read_parquet(only().to_vec()),
        Format::Arrow => columns::read_arrow(only()),
        other => panic!("{other} is not read here"),
    };
    read.expect("our own file")
}

/// Gives each mention a separate entity.
fn with_entities(mut annotated: Annotated) -> Annotated {
    let mut entities = DocumentEntities::default();
    for (mention, number) in annotated.mentions.iter().zip(0..) {
        let name = annotated.document.text[mention.span].to_owned();
        let id = format!("list:{number} \"x\"");
        let evidence = evidence_from_sentence("because");
        let same_as = (number % 2 == 0).then(|| "pocom:x".to_owned());
        let label = mention.label;
        entities.entities.push(Entity { id, same_as, label, name, score: 0.25, evidence });
        let (kind, antecedent, title) = (LinkKind::Surname, Some(0), Some(mention.span));
        entities.links.push(Link {
            mention: number,
            entity: number,
            kind,
            antecedent,
            title,
            affiliation: None,
        });
    }
    annotated.entities = entities;
    annotated
}

/// Where a statement begins and ends, and a number that its other fields follow.
type StatementPick = (prop::sample::Index, prop::sample::Index, u32);

/// Adds statements and acts with these contents, which overlap in any way.
fn with_statements(mut annotated: Annotated, picks: &[StatementPick]) -> Annotated {
    let text = annotated.document.text.as_str();
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let has_entities = !annotated.entities.entities.is_empty();
    let party = |number: u32| match number % 4 {
        1 => Some(Party::Post),
        2 => Some(Party::Words("<French> colleagues".to_owned())),
        3 if has_entities => Some(Party::Entity(0)),
        _ => None,
    };
    let mut attribution = Attribution::default();
    for (one, other, number) in picks {
        let ends = [one, other].map(|index| *index.get(&places));
        let span = TextSpan::from_range(ends[0].min(ends[1])..ends[0].max(ends[1]));
        if span.is_empty() {
            continue;
        }
        let optional = (number % 2 == 0).then_some(span);
        attribution.statements.push(Statement {
            kind: StatementKind::ALL[*number as usize % 8],
            source: optional,
            cue: span,
            addressee: optional,
            content: span,
            speaker: party(*number),
            hearer: party(number / 4),
            score: 0.25,
        });
        attribution.acts.push(Act {
            kind: ActKind::ALL[*number as usize % 6],
            status: ActStatus::Will,
            cue: span,
            who: party(*number).into_iter().chain(party(number / 4)).collect(),
            whom: party(number / 16).into_iter().collect(),
            what: optional,
            date: Date::new(1974, 5, 1).filter(|_| number % 3 == 0),
            place: (number % 5 == 0 && !annotated.mentions.is_empty()).then_some(0),
            score: 0.5,
        });
    }
    annotated.attribution = attribution;
    annotated
}

/// A document with entities, statements and acts.
fn document_with_statements() -> impl Strategy<Value = Annotated> {
    let picks = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u32..64);
    (untokenised_document(), prop::collection::vec(picks, 0..5))
        .prop_map(|(document, picks)| with_statements(with_entities(document), &picks))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn exports_round_trip(documents in prop::collection::vec(document_with_statements(), 1..4)) {
        use Format::{Arrow, Jsonl, Parquet, Spacy, Tei, W3c};
        for format in [Jsonl, W3c, Tei, Spacy, Parquet, Arrow] {
            let again = import_files(format, &export_files(format, &documents));
            prop_assert_eq!(again.len(), documents.len(), "{}", format);
            for (one, other) in documents.iter().zip(&again) {
                let (text, read) = (&one.document.text, &other.annotated.document.text);
                prop_assert_eq!(text.as_str(), read.as_str(), "{}", format);
                prop_assert_eq!(mention_spans(one), mention_spans(&other.annotated), "{}", format);
                prop_assert_eq!(one.document.id, other.annotated.document.id, "{}", format);
                if [Jsonl, Parquet, Arrow].contains(&format) {
                    prop_assert_eq!(&one.entities, &other.annotated.entities, "{}", format);
                    prop_assert_eq!(&one.attribution, &other.annotated.attribution, "{}", format);
                    prop_assert_eq!(&one.document.header, &other.annotated.document.header);
                }
                if format != Spacy {
                    prop_assert_eq!(other.source.as_str(), "a/b");
                }
            }
        }
    }

    #[test]
    fn brat_round_trips(annotated in untokenised_document()) {
        let annotated = with_entities(annotated);
        let files = export_files(Format::Brat, std::slice::from_ref(&annotated));
        let file = |ending: &str| &files.iter().find(|file| file.0.ends_with(ending)).expect("it").1;
        let again = brat::read_pair(file(".txt"), file(".ann")).expect("our own pair");
        prop_assert_eq!(annotated.document.text.as_str(), again.document.text.as_str());
        prop_assert_eq!(mention_spans(&annotated), mention_spans(&again));
    }

    #[test]
    fn spacy_tokens_cover_text_and_mentions(annotated in untokenised_document()) {
        let line = &export_files(Format::Spacy, std::slice::from_ref(&annotated))[0].1;
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
    fn conll_offsets_match_line_by_line(documents in prop::collection::vec(tokenised_document(), 1..4)) {
        let files = export_files(Format::Conll, &documents);
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
    fn every_format_is_written(documents in prop::collection::vec(document_with_statements(), 0..3)) {
        for format in Format::ALL {
            let files = export_files(format, &documents);
            let again = export_files(format, &documents);
            prop_assert!(files == again, "{} differs from run to run", format);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn brackets_round_trip(annotated in tokenised_document()) {
        let file = written_bytes(|out| brackets::write_sentences(&annotated, out));
        let again = brackets::read_document(&file).expect("our own file");
        assert_same(&annotated, &again);
        for mention in &again.mentions {
            let raw = again.document.text.to_raw_span(mention.span).byte_range();
            let surface = &again.document.text[mention.span];
            prop_assert!(std::str::from_utf8(&file[raw.clone()]).is_ok());
            prop_assert!(surface.contains(' ') || file[raw] == *surface.as_bytes());
        }
        prop_assert_eq!(written_bytes(|out| brackets::write_sentences(&again, out)), file);
    }

    #[test]
    fn conll_round_trips(documents in prop::collection::vec(tokenised_document(), 0..4)) {
        let marked = conll::DocStart::Marked;
        let file = written_bytes(|out| documents.iter().try_for_each(|d| conll::write_sentences(d, marked, out)));
        let again = conll::read_documents(&file).expect("our own file");
        prop_assert_eq!(again.len(), documents.len());
        documents.iter().zip(&again).for_each(|(one, other)| assert_same(one, other));
        let unmarked = conll::DocStart::Unmarked;
        for document in documents.iter().filter(|document| !document.words.tokens.is_empty()) {
            let file = written_bytes(|out| conll::write_sentences(document, unmarked, out));
            let again = conll::read_documents(&file).expect("our own file");
            prop_assert_eq!(again.len(), 1);
            assert_same(document, &again[0]);
        }
    }

    #[test]
    fn jsonl_round_trips(documents in prop::collection::vec(tokenised_document(), 0..4)) {
        let file = written_bytes(|out| documents.iter().try_for_each(|d| jsonl::write_line(d, "a/b", out)));
        let again = jsonl::read_documents(&file).expect("our own file");
        prop_assert_eq!(again.len(), documents.len());
        for (document, again) in documents.iter().zip(&again) {
            let (one, other) = (document, &again.annotated);
            prop_assert_eq!(again.source.as_str(), "a/b");
            prop_assert_eq!(one.document.text.as_str(), other.document.text.as_str());
            prop_assert_eq!(one.document.id, other.document.id);
            prop_assert_eq!(&one.document.header, &other.document.header);
            prop_assert_eq!(mention_spans(one), mention_spans(other));
            let starts: Vec<u32> = one.words.sentences.iter().map(|s| s.span.start).collect();
            let blocks: Vec<u32> = other.document.blocks.iter().map(|b| b.span.start).collect();
            prop_assert_eq!(starts, blocks);
        }
    }

    #[test]
    fn exported_mentions_slice_the_exported_text(annotated in tokenised_document()) {
        let file = written_bytes(|out| jsonl::write_line(&annotated, "", out));
        let line: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
        let text: Vec<char> = line["text"].as_str().expect("a string").chars().collect();
        for mention in line["mentions"].as_array().expect("a list") {
            let at = |key: &str| mention[key].as_u64().expect("a number") as usize;
            let slice: String = text[at("start")..at("end")].iter().collect();
            prop_assert_eq!(mention["text"].as_str(), Some(slice.as_str()));
        }
    }

    #[test]
    fn standoff_round_trips(annotated in tokenised_document()) {
        let optional: Vec<TextSpan> = annotated.words.sentences.iter().map(|s| s.span).collect();
        let json = written_bytes(|out| standoff::write_annotations(&annotated, &optional, out));
        let pair = standoff::read_pair(annotated.document.text.as_str().as_bytes(), &json);
        let pair = pair.expect("our own pair");
        prop_assert_eq!(mention_spans(&annotated), mention_spans(&pair.annotated));
        prop_assert_eq!(optional, pair.optional);
    }

    #[test]
    fn coloured_text_preserves_the_text(annotated in tokenised_document()) {
        let shown = written_bytes(|out| ansi::write_text(&annotated, ansi::Colours::On, out));
        let shown = String::from_utf8(shown).expect("UTF-8");
        let mut rest = shown.as_str();
        let mut text = String::new();
        while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
            text += before;
            rest = sequence.split_once('m').expect("only colours").1;
        }
        text += rest;
        let steers = |c: char| steers_terminal(c) && c != '\n' && c != '\t';
        let expected = annotated.document.text.as_str().replace(steers, "\u{fffd}");
        prop_assert_eq!(text, expected + "\n");
    }

    #[test]
    fn every_document_has_a_card_and_a_structure(annotated in tokenised_document()) {
        let shown = written_bytes(|out| document_card::write_card(&annotated.document, annotated.words.language, out));
        let steered = String::from_utf8(shown).expect("UTF-8").contains('\u{1b}');
        prop_assert!(!steered);
        let json = written_bytes(|out| structure::write_structure(&annotated.document, annotated.words.language, out));
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        prop_assert_eq!(json["text"].as_str(), Some(annotated.document.text.as_str()));
    }

    #[test]
    fn readers_accept_any_bytes(file in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (brackets::read_document(&file), conll::read_documents(&file), jsonl::read_documents(&file));
        let _ = (standoff::read_pair(&file, b"{}"), standoff::read_pair(b"", &file));
        let _ = (brat::read_pair(&file, b""), brat::read_pair("éa".as_bytes(), &file));
        let _ = (w3c::read_documents(&file), tei::read_documents(&file), spacy::read_documents(&file));
        let _ = (columns::read_parquet(file.clone()), columns::read_arrow(&file));
    }

    #[test]
    fn readers_accept_any_near_miss(file in r#"(\[PER|\[|\]|\\| |\n|\t|B-LOC|I-|O|é|-DOCSTART-|\{"text":"é"|,"mentions":\[\[?|1|\})*"#) {
        if let Ok(annotated) = brackets::read_document(file.as_bytes()) {
            let written = written_bytes(|out| brackets::write_sentences(&annotated, out));
            assert_same(&annotated, &brackets::read_document(&written).expect("our own file"));
        }
        let _ = (conll::read_documents(file.as_bytes()), jsonl::read_documents(file.as_bytes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn export_readers_accept_any_near_miss(
        ann in r"(T1|\t|PER|PERSON| |0|1|2|;|\n|N1|é)*",
        xml in r#"(<TEI>|</TEI>|<text>|</text>|<note>|</note>|<p>|</p>|<persName>|</persName>|<ab xml:space="preserve">|</ab>|<name type="LOC"/>|&amp;|&#233;|&x;| |a|é|\n)*"#,
        json in r#"(\{|\}|\[|\]|,|:|"text"|"spans"|"start"|"end"|"label"|"PER"|"@graph"|"type"|"Annotation"|"TextualBody"|"target"|"body"|"a"|0|1)*"#,
    ) {
        let _ = brat::read_pair("éa bc".as_bytes(), ann.as_bytes());
        let _ = tei::read_documents(xml.as_bytes());
        let _ = (spacy::read_documents(json.as_bytes()), w3c::read_documents(json.as_bytes()));
    }
}

/// Found by fuzzing: the text of an annotation must be the text at its offsets.
#[test]
fn brat_quotes_the_text_at_its_offsets() {
    let read = brat::read_pair(b"to\n\n1. Oslo\n\nnow", b"T1\tLOC 2 14\tOslo\n").expect("a pair");
    let mut out = Vec::new();
    brat::write_annotations(&read, &mut out).expect("memory");
    assert_eq!(String::from_utf8_lossy(&out), "T1\tLOC 4 11;13 14\t1. Oslo n\n");
}

/// Found by fuzzing: the crates that read columns panic on some damaged files.
#[test]
fn damaged_columns_do_not_panic() {
    let read = brat::read_pair(b"Oslo", b"T1\tLOC 0 4\tOslo\n").expect("a pair");
    for format in [Format::Parquet, Format::Arrow] {
        let whole = export_files(format, std::slice::from_ref(&read)).swap_remove(0).1;
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
fn a_name_without_words_is_rejected() {
    let error = brat::read_pair(b"Oslo\n\n\n", b"T1\tLOC 0 4\tOslo\nT2\tLOC 4 6\t \n")
        .expect_err("no name");
    assert_eq!(error.to_string(), "line 2, column 1: the name has no words");
}

#[test]
fn a_truncated_corpus_is_rejected() {
    let one = "<TEI><text><p><persName>Ama</persName></p></text></TEI>";
    let whole = format!("<teiCorpus>{one}{one}</teiCorpus>");
    assert_eq!(tei::read_documents(whole.as_bytes()).expect("two documents").len(), 2);
    let cut = tei::read_documents(&whole.as_bytes()[.."<teiCorpus>".len() + one.len()]);
    let error = cut.expect_err("the corpus is open");
    assert!(error.to_string().ends_with("the file ends inside an element"), "{error}");
}

/// Found by fuzzing: a score outside 0 to 1 was written unchanged.
#[test]
fn scores_are_probabilities() {
    let line = r#"{"text":"Oslo","mentions":[{"start":0,"end":4,"label":"LOC","score":-1}],
        "entities":[{"id":"a","label":"LOC","name":"Oslo","score":8e37}]}"#;
    let read =
        jsonl::read_documents(line.replace('\n', "").as_bytes()).expect("a line").swap_remove(0);
    let (mention, entity) = (read.annotated.mentions[0], &read.annotated.entities.entities[0]);
    assert_eq!((mention.score, entity.score), (0.0, 1.0));
}
