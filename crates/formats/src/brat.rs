//! brat stand-off: `NAME.txt` is the reading text, `NAME.ann` its mentions.
//!
//! ```text
//! T1→PER 0 8→Ama Osei
//! #1→AnnotatorNotes T1→pocom:osei-ama; Osei, Ama; footnote 3
//! ```
//!
//! The arrows stand for tabs. Offsets count code points. A mention that crosses
//! a line end has one fragment per line (`PER 0 3;4 8`), as brat requires; the
//! reader joins the fragments to one span. The entity, and the footnote in which
//! the mention stands, are in a note, because brat's normalisation references (`N`) permit only ids of letters and digits.
//! The reader skips all lines except text-bound annotations (`T`).

use std::collections::HashMap;
use std::io::{self, Write};

use chancery_model::{Annotated, CodePoints};

use crate::error::{FormatError, FormatProblem, decode_utf8};
use crate::token_document::{self, LabelledSpan};

/// Content of the `annotation.conf` of a collection: the labels.
pub const CONFIGURATION: &str =
    "[entities]\nPER\nLOC\nORG\nMISC\n\n[relations]\n\n[events]\n\n[attributes]\n";

/// Writes the `NAME.ann` that belongs to the reading text of `annotated`.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_annotations(annotated: &Annotated, out: &mut impl Write) -> io::Result<()> {
    let text = &annotated.document.text;
    let points = CodePoints::new(text.as_str());
    let entities = &annotated.entities;
    for (number, mention) in annotated.mentions.iter().enumerate() {
        // One fragment per line; empty lines have none.
        let (mut fragments, mut words) = (Vec::new(), Vec::new());
        let mut at = mention.span.start;
        for line in text[mention.span].split('\n') {
            let end = at + line.len() as u32;
            if !line.is_empty() {
                fragments.push(format!(
                    "{} {}",
                    points.code_point_offset(at),
                    points.code_point_offset(end)
                ));
                words.push(replace_line_breaks(line));
            }
            at = end + 1;
        }
        if fragments.is_empty() {
            continue;
        }
        let (fragments, words) = (fragments.join(";"), words.join(" "));
        writeln!(out, "T{}\t{} {fragments}\t{words}", number + 1, mention.label)?;
    }
    for (number, mention) in annotated.mentions.iter().enumerate() {
        let entity = entities.entity_of_mention(number);
        let entity = entity.map(|entity| format!("{}; {}", entity.id, entity.name));
        let note = annotated.document.footnote_at(mention.span.start);
        let note = note.map(|note| format!("footnote {}", note.marker));
        let parts: Vec<String> = entity.into_iter().chain(note).collect();
        if !parts.is_empty() {
            let (number, about) = (number + 1, replace_line_breaks(&parts.join("; ")));
            writeln!(out, "#{number}\tAnnotatorNotes T{number}\t{}", about.trim_end())?;
        }
    }
    Ok(())
}

/// Replaces each character that a reader could take for the end of a line or a
/// column by a blank.
fn replace_line_breaks(text: &str) -> String {
    text.replace(|c: char| c.is_control() || ['\u{2028}', '\u{2029}'].contains(&c), " ")
}

/// Reads the bytes of `NAME.txt` and of `NAME.ann`. The format has no tokens,
/// so `words` is empty.
///
/// # Errors
/// Fails if one of them is not valid UTF-8, a line of the second is not an
/// annotation, a label is unknown, an offset is out of range, or two mentions
/// overlap.
pub fn read_pair(text: &[u8], ann: &[u8]) -> Result<Annotated, FormatError> {
    let string = decode_utf8(text)?;
    let mut spots = Vec::new();
    let mut lines = HashMap::new();
    for (line, number) in decode_utf8(ann)?.lines().zip(1..) {
        let wrong = |problem| FormatError { line: number, column: 1, problem };
        if line.starts_with('T') {
            let spot = parse_text_bound(line).map_err(wrong)?;
            lines.insert(spot.start, number);
            spots.push(spot);
        }
    }
    token_document::annotate_text(string, spots).map_err(|(start, problem)| FormatError {
        line: start.and_then(|start| lines.get(&start).copied()).unwrap_or(1),
        column: 1,
        problem,
    })
}

/// Parses a text-bound annotation: "T1 → PER 0 3;4 8 → Ama Osei".
fn parse_text_bound(line: &str) -> Result<LabelledSpan, FormatProblem> {
    let malformed = || FormatProblem::MalformedAnnotation(line.chars().take(80).collect());
    let what = line.split('\t').nth(1).ok_or_else(malformed)?;
    let (label, offsets) = what.split_once(' ').ok_or_else(malformed)?;
    let mut numbers = offsets.split([' ', ';']).map(str::parse::<u32>);
    let start = numbers.next().and_then(Result::ok).ok_or_else(malformed)?;
    let end = numbers.next_back().and_then(Result::ok).ok_or_else(malformed)?;
    Ok(LabelledSpan { start, end, label: token_document::parse_label(label)?, score: 1.0 })
}
