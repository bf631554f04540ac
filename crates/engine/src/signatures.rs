//! The persons of the header: the signature, the officers of a cable, the parties of an
//! e-mail.
//!
//! The taggers see a single word in capitals under a telegram ("TREMONT"), which looks
//! like an abbreviation, and two names in "Marchetti, Judith A". The parser knows that
//! these are names of persons.

use chancery_fields::is_inverted_name;
use chancery_model::{BlockKind, Document, Label, Mention, TextSpan};

/// Gives a name that is a whole signature the label of persons, and marks a
/// surname that was missed there. Marks each officer and party in the header as one
/// person.
pub(crate) fn mark_persons_of_header(document: &Document, mentions: &mut Vec<Mention>) {
    let Some(source) = mentions.first().map(|mention| mention.source) else { return };
    let person = |span| Mention { span, label: Label::Per, score: SCORE_OF_MISSED, source };
    let signatures = document.blocks.iter().filter(|block| block.kind == BlockKind::Signature);
    for block in signatures {
        let inside = mentions_inside(mentions, block.span);
        match &mut mentions[inside.clone()] {
            [mention] if mention.span == block.span => mention.label = Label::Per,
            // The tagger may see a part of a double surname.
            parts
                if parts.iter().all(|mention| block.span.contains(&mention.span))
                    && is_surname(&document.text[block.span]) =>
            {
                mentions.splice(inside, [person(block.span)]);
            }
            _ => {}
        }
    }
    for span in names_in_header(document) {
        let inside = mentions_inside(mentions, span);
        mentions.splice(inside, [person(span)]);
    }
}

/// Indexes of the mentions that overlap `span`.
fn mentions_inside(mentions: &[Mention], span: TextSpan) -> std::ops::Range<usize> {
    let first = mentions.partition_point(|mention| mention.span.end <= span.start);
    let count = mentions[first..].iter().take_while(|mention| mention.span.start < span.end);
    first..first + count.count()
}

/// The names in header blocks that are certainly those of persons, in order.
fn names_in_header(document: &Document) -> Vec<TextSpan> {
    let header = &document.header;
    let parties = header.from.iter().chain(&header.to).chain(&header.info);
    let parties = parties.map(|party| party.span);
    let parties = parties.filter(|span| is_inverted_name(&document.text[*span]));
    let officers = header.officers.iter().map(|officer| officer.span);
    let signatures = header.signatures.iter().map(|name| name.span);
    let in_header = |span: &TextSpan| {
        let blocks = &document.blocks;
        let at = blocks.partition_point(|block| block.span.end <= span.start);
        let block = blocks.get(at).filter(|block| block.kind == BlockKind::Header);
        !span.is_empty() && block.is_some_and(|block| block.span.contains(span))
    };
    let mut names: Vec<TextSpan> =
        parties.chain(officers).chain(signatures).filter(in_header).collect();
    names.sort();
    names.dedup();
    names
}

/// Probability that a single word in the place of a signature is a surname.
const SCORE_OF_MISSED: f32 = 0.9;

/// Whether `line` is one capitalised word of letters.
fn is_surname(line: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’');
    line.chars().count() > 2 && line.starts_with(char::is_uppercase) && line.chars().all(letters)
}
