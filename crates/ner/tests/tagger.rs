//! Tests of the shipped model: names that it must find, results that do not depend
//! on the caches, and errors for damaged model files.

use std::sync::LazyLock;

use chancery_model::Label::{self, Loc, Misc, Org, Per};
use chancery_model::{TextSpan, Token, TokenKind, Words};
use chancery_ner::model::{CrfModel, ModelLoadError};
use chancery_ner::{MentionSpan, Tagger};
use proptest::prelude::*;

static SHIPPED: &[u8] = chancery_models::FAST_MODEL;

/// Returns the names of one line as (words, label).
fn find_names(tagger: &mut Tagger<'_>, line: &str) -> Vec<(String, Label)> {
    let words: Vec<&str> = line.split(' ').collect();
    let found = tagger.tag_lines(std::slice::from_ref(&words)).remove(0);
    found.into_iter().map(|name| (words[name.start..name.end].join(" "), name.label)).collect()
}

/// Invented sentences with unambiguous names.
const PLAIN: &[(&str, &[(&str, Label)])] = &[
    (
        "Ambassador Corwin Tremont told Foreign Minister Veloutier that the United States would wait .",
        &[("Corwin Tremont", Per), ("Veloutier", Per), ("United States", Loc)],
    ),
    (
        "AMBASSADOR TREMONT TOLD THE MINISTER THAT ALGERIA WOULD WAIT .",
        &[("TREMONT", Per), ("ALGERIA", Loc)],
    ),
    (
        "The Algerian delegate said Embassy Ottawa had informed the Department .",
        &[("Algerian", Misc), ("Ottawa", Loc), ("Department", Org)],
    ),
    ("Nothing was said of it .", &[]),
];

#[test]
fn clear_names_are_found() {
    let mut tagger = Tagger::with_shipped_model();
    for (line, expected) in PLAIN {
        let found = find_names(&mut tagger, line);
        let found: Vec<(&str, Label)> =
            found.iter().map(|(words, label)| (words.as_str(), *label)).collect();
        assert_eq!(found, *expected, "{line}");
    }
}

/// A very long sentence is split into lines and parts, and tagged up to its last
/// name.
#[test]
fn long_sentences_are_tagged() {
    let (line, expected) = PLAIN[0];
    let line = line.replace(" .", " , and ");
    let count = 8_000;
    let text = line.repeat(count);
    let mut words = Words::default();
    let start_of = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    words.push_sentence(text.split_whitespace().map(|word| {
        let start = start_of(word);
        let span = TextSpan::from_range(start..start + word.len());
        Token { span, kind: TokenKind::Word }
    }));
    assert_eq!(words.sentences.len(), 1);
    assert!(words.tokens.len() > 1 << 16, "{} are one part", words.tokens.len());
    let found = Tagger::with_shipped_model().find_mentions(&text, &words);
    let tagged = found.iter().filter(|name| text[name.span.byte_range()] == *expected[0].0).count();
    // A split may be inside a name.
    assert!(tagged + words.tokens.len() / 4096 >= count, "{tagged} of {count}");
    let last = found.last().expect("names");
    assert_eq!(&text[last.span.byte_range()], expected[2].0);
    assert!(last.span.byte_range().start > line.len() * (count - 1));
}

#[test]
fn scores_are_probabilities() {
    let mut tagger = Tagger::with_shipped_model();
    for (line, _) in PLAIN {
        let words: Vec<&str> = line.split(' ').collect();
        for name in tagger.tag_lines(&[words]).remove(0) {
            assert!((0.0..=1.0001).contains(&name.score), "{name:?} in {line}");
        }
    }
}

#[test]
fn damaged_files_are_errors() {
    assert_eq!(CrfModel::from_bytes(b"").err(), Some(ModelLoadError::NotAModel));
    let mut other = SHIPPED.to_vec();
    other[8] = 200;
    assert_eq!(CrfModel::from_bytes(&other).err(), Some(ModelLoadError::Version { found: 200 }));
    for cut in [9, 20, 1000, SHIPPED.len() / 2, SHIPPED.len() - 1] {
        let error = CrfModel::from_bytes(&SHIPPED[..cut]).err().expect("a cut file is damaged");
        assert!(matches!(error, ModelLoadError::Damaged { .. }), "cut at {cut}: {error}");
    }
    let longer = [SHIPPED, b"x"].concat();
    assert_eq!(CrfModel::from_bytes(&longer).err(), Some(ModelLoadError::Damaged { part: "end" }));
}

/// Words that occur in texts, and arbitrary ones.
fn word() -> impl Strategy<Value = String> {
    static KNOWN: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut words: Vec<&str> = PLAIN.iter().flat_map(|(line, _)| line.split(' ')).collect();
        words.extend(["(", ")", "GSPC", "Salafist", "Group", "'s", "’s", "1974", "U.S.", "-"]);
        words
    });
    prop_oneof![
        4 => prop::sample::select(&**KNOWN).prop_map(str::to_owned),
        1 => "\\PC{1,8}".prop_filter("words have no whitespace", |word| !word.contains(char::is_whitespace)),
    ]
}

fn documents() -> impl Strategy<Value = Vec<Vec<Vec<String>>>> {
    let line = prop::collection::vec(word(), 0..12);
    prop::collection::vec(prop::collection::vec(line, 0..6), 1..4)
}

fn tag_document(tagger: &mut Tagger<'_>, document: &[Vec<String>]) -> Vec<Vec<MentionSpan>> {
    let lines: Vec<Vec<&str>> =
        document.iter().map(|line| line.iter().map(String::as_str).collect()).collect();
    tagger.tag_lines(&lines)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Caches from other documents do not change the results. Names are in order,
    /// within their line and without overlap.
    #[test]
    fn cache_keeps_results_the_same(documents in documents()) {
        let mut used = Tagger::with_shipped_model();
        for document in &documents {
            let found = tag_document(&mut used, document);
            prop_assert_eq!(&found, &tag_document(&mut Tagger::with_shipped_model(), document));
            prop_assert_eq!(found.len(), document.len());
            for (line, mentions) in document.iter().zip(&found) {
                let mut end = 0;
                for mention in mentions {
                    prop_assert!(end <= mention.start && mention.start < mention.end);
                    end = mention.end;
                }
                prop_assert!(end <= line.len());
            }
        }
    }
}
