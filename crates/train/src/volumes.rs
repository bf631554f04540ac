//! Converts the persons that the editors of FRUS marked to partly tagged
//! sentences.
//!
//! A mark shows that a person is named; the absence of a mark shows nothing. So
//! the words of a mark get the tags of a person, the next word may have any tag
//! except that of a continued name, and all other words may have any tag.

use std::collections::HashSet;
use std::path::Path;

use chancery_model::{Document, Label, Mark, MarkKind, Sentence, Token, TokenKind};
use chancery_ner::TextKind;
use chancery_ner::tags::{Tag, TagSet};
use chancery_ner::train::Gold;
use chancery_parse::read;
use chancery_segment::segment;

use chancery_engine::inputs::walk;

/// The sentences of the volumes to use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    /// Sentences in which editors marked a person.
    Marked,
    /// All sentences.
    All,
}

/// Reads the documents of the volumes in `folder`, except those whose first line
/// is in `except` (they are annotated by hand).
pub(crate) fn golds(
    folder: &Path,
    except: &HashSet<String>,
    take: Take,
    weight: f32,
    first_number: u32,
) -> anyhow::Result<Vec<Gold>> {
    let mut golds = Vec::new();
    for input in walk(folder) {
        let raw = input?.read()?;
        let contents = read(&raw).map_err(|problem| anyhow::anyhow!(problem.what))?;
        for document in &contents.documents {
            let sentences = sentences(document, take);
            let known = except.contains(&first_line(document.text.as_str()));
            if !known && !sentences.is_empty() {
                let document = first_number + golds.len() as u32;
                golds.push(Gold { sentences, kind: TextKind::Diplomatic, weight, document });
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

fn sentences(document: &Document, take: Take) -> Vec<Vec<(String, TagSet)>> {
    let persons: Vec<&Mark> =
        document.marks.iter().filter(|mark| mark.kind == MarkKind::Person).collect();
    let words = segment(document);
    let marked = words.sentences.iter().filter(|sentence| {
        take == Take::All || persons.iter().any(|mark| sentence.span.contains(&mark.span))
    });
    marked.map(|sentence| tags(document, &words.tokens, sentence, &persons)).collect()
}

fn tags(
    document: &Document,
    tokens: &[Token],
    sentence: &Sentence,
    persons: &[&Mark],
) -> Vec<(String, TagSet)> {
    let mut open = None;
    let prose = tokens[sentence.tokens()].iter().filter(|token| token.kind != TokenKind::Marking);
    prose
        .map(|token| {
            let word = &document.text[token.span];
            let here = persons.iter().position(|mark| mark.span.overlaps(&token.span));
            let before = std::mem::replace(&mut open, here);
            let set = match here {
                Some(mark) if !is_name(&document.text[persons[mark].span]) => TagSet::ALL,
                Some(mark) if before == Some(mark) => TagSet::one(Tag::inside(Label::Per)),
                Some(_) => TagSet::one(Tag::begin(Label::Per)),
                None if before.is_some() => TagSet::ALL.without(Tag::inside(Label::Per)),
                None => TagSet::ALL,
            };
            (word.to_owned(), set)
        })
        .collect()
}

/// Whether the words of a mark are a name: editors mark titles too ("the Shah").
fn is_name(words: &str) -> bool {
    words.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && !words.split_whitespace().any(chancery_ner::lexicon::is_title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_bind_their_words_and_leave_the_others_open() {
        let volume = br##"<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>
            <div type="document" xml:id="d1" n="1"><head>1. Telegram</head>
            <p>Then <persName corresp="#p_A">Ama Osei</persName> met the
            <persName corresp="#p_B">Minister</persName> again.</p></div></body></text></TEI>"##;
        let contents = read(volume).expect("a volume");
        let sentences = sentences(&contents.documents[0], Take::Marked);
        let (begin, inside) = (Tag::begin(Label::Per), Tag::inside(Label::Per));
        let expected = [
            ("Then", TagSet::ALL),
            ("Ama", TagSet::one(begin)),
            ("Osei", TagSet::one(inside)),
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
    fn first_lines_tell_documents_apart() {
        assert_eq!(first_line("\n 60.  Telegram\tFrom X\nNew York"), "60. Telegram From X");
    }
}
