//! What is written is read back equal, and no bytes make a reader panic.

mod annotated;

use annotated::annotated;
use chancery_model::{Annotated, Label, TextSpan};
use chancery_view::{ansi, brackets, card, conll, jsonl, standoff, structure};
use proptest::prelude::*;

/// What `write` writes.
fn bytes(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes everything");
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
