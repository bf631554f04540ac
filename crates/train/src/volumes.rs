//! Converts the persons that the editors of FRUS marked to partly tagged
//! sentences.
//!
//! A mark shows that a person is named; the absence of a mark shows nothing. So
//! the words of a mark get the tags of a person, the next word may have any tag
//! except that of a continued name, and all other words may have any tag.

use std::collections::HashSet;
use std::path::Path;

use chancery_model::{
    Document, EditorialMark, EditorialMarkKind, Label, Sentence, Token, TokenKind,
};
use chancery_ner::TextKind;
use chancery_ner::bio_tags::{BioTag, TagSet};
use chancery_ner::train::GoldDocument;
use chancery_parse::parse_file;
use chancery_segment::segment_document;

use chancery_engine::inputs::walk_folder;

/// The sentences of the volumes to use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SentenceChoice {
    /// Sentences in which editors marked a person.
    Marked,
    /// All sentences.
    All,
}

/// Reads the documents of the volumes in `folder`, except those whose first line
/// is in `except` (they are annotated by hand).
pub(crate) fn training_documents(
    folder: &Path,
    except: &HashSet<String>,
    take: SentenceChoice,
    weight: f32,
    first_number: u32,
) -> anyhow::Result<Vec<GoldDocument>> {
    let mut golds = Vec::new();
    for input in walk_folder(folder) {
        let raw = input?.read_bytes()?;
        let contents = parse_file(&raw).map_err(|problem| anyhow::anyhow!(problem.fault))?;
        for document in &contents.documents {
            let sentences = tagged_sentences(document, take);
            let known = except.contains(&first_line(document.text.as_str()));
            if !known && !sentences.is_empty() {
                let document = first_number + golds.len() as u32;
                golds.push(GoldDocument {
                    sentences,
                    kind: TextKind::Diplomatic,
                    weight,
                    document,
                });
            }
        }
    }
    Ok(golds)
}

/// The first line of a text with single blanks as white space. It identifies a
/// document of the volumes.
pub(crate) fn first_line(text: &str) -> String {
    let line = text.trim_start().lines().next().unwrap_or("");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tagged_sentences(document: &Document, take: SentenceChoice) -> Vec<Vec<(String, TagSet)>> {
    let persons: Vec<&EditorialMark> =
        document.marks.iter().filter(|mark| mark.kind == EditorialMarkKind::Person).collect();
    let words = segment_document(document);
    // The shipped models are trained on the bodies alone.
    let body = words.sentences.iter();
    let body = body.filter(|sentence| document.footnote_at(sentence.span.start).is_none());
    let marked = body.filter(|sentence| {
        take == SentenceChoice::All || persons.iter().any(|mark| sentence.span.contains(&mark.span))
    });
    marked.map(|sentence| tagged_words(document, &words.tokens, sentence, &persons)).collect()
}

fn tagged_words(
    document: &Document,
    tokens: &[Token],
    sentence: &Sentence,
    persons: &[&EditorialMark],
) -> Vec<(String, TagSet)> {
    let mut open = None;
    let prose =
        tokens[sentence.token_range()].iter().filter(|token| token.kind != TokenKind::Marking);
    prose
        .map(|token| {
            let word = &document.text[token.span];
            let here = persons.iter().position(|mark| mark.span.overlaps(&token.span));
            let before = std::mem::replace(&mut open, here);
            let set = match here {
                Some(mark) if !is_person_name(&document.text[persons[mark].span]) => TagSet::ALL,
                Some(mark) if before == Some(mark) => {
                    TagSet::from_tag(BioTag::inside_of(Label::Per))
                }
                Some(_) => TagSet::from_tag(BioTag::begin_of(Label::Per)),
                None if before.is_some() => TagSet::ALL.without(BioTag::inside_of(Label::Per)),
                None => TagSet::ALL,
            };
            (word.to_owned(), set)
        })
        .collect()
}

/// Whether the words of a mark are a name: editors mark titles too ("the Shah").
fn is_person_name(words: &str) -> bool {
    words.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && !words.split_whitespace().any(chancery_ner::lexicon::is_title_or_rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tag_only_the_words_inside() {
        let volume = br##"<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>
            <div type="document" xml:id="d1" n="1"><head>1. Telegram</head>
            <p>Then <persName corresp="#p_A">Ama Osei</persName> met the
            <persName corresp="#p_B">Minister</persName> again.</p></div></body></text></TEI>"##;
        let contents = parse_file(volume).expect("a volume");
        let sentences = tagged_sentences(&contents.documents[0], SentenceChoice::Marked);
        let (begin, inside) = (BioTag::begin_of(Label::Per), BioTag::inside_of(Label::Per));
        let expected = [
            ("Then", TagSet::ALL),
            ("Ama", TagSet::from_tag(begin)),
            ("Osei", TagSet::from_tag(inside)),
            ("met", TagSet::ALL.without(inside)),
            ("the", TagSet::ALL),
            ("Minister", TagSet::ALL),
            ("again", TagSet::ALL.without(inside)),
            (".", TagSet::ALL),
        ];
        let found: Vec<(&str, TagSet)> =
            sentences[0].iter().map(|(word, set)| (word.as_str(), *set)).collect();
        assert_eq!(sentences.len(), 1, "the head has no mark");
        assert_eq!(found, expected);
    }

    #[test]
    fn first_lines_identify_documents() {
        assert_eq!(first_line("\n 60.  Telegram\tFrom X\nNew York"), "60. Telegram From X");
    }
}
