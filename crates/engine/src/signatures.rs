//! The signature under a telegram is a person.
//!
//! The taggers see a single word in capitals there ("TREMONT"), which looks like
//! an abbreviation. The parser knows that the line is a signature.

use chancery_model::{BlockKind, Document, Label, Mention};

/// Gives a name that is a whole signature the label of persons, and marks a
/// surname that was missed there.
pub(crate) fn mark_signatures(document: &Document, mentions: &mut Vec<Mention>) {
    let Some(source) = mentions.first().map(|mention| mention.source) else { return };
    let signatures = document.blocks.iter().filter(|block| block.kind == BlockKind::Signature);
    for block in signatures {
        let first = mentions.partition_point(|mention| mention.span.end <= block.span.start);
        let inside = mentions[first..].iter();
        let count = inside.take_while(|mention| mention.span.start < block.span.end).count();
        match &mut mentions[first..first + count] {
            [mention] if mention.span == block.span => mention.label = Label::Per,
            [] if is_surname(&document.text[block.span]) => {
                let score = SCORE_OF_MISSED;
                mentions
                    .insert(first, Mention { span: block.span, label: Label::Per, score, source });
            }
            _ => {}
        }
    }
}

/// Probability that a single word in the place of a signature is a surname.
const SCORE_OF_MISSED: f32 = 0.9;

/// Whether `line` is one capitalised word of letters.
fn is_surname(line: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’');
    line.chars().count() > 2 && line.starts_with(char::is_uppercase) && line.chars().all(letters)
}
