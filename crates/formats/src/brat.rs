//! brat stand-off: `NAME.txt` is the reading text, `NAME.ann` its mentions.
//!
//! ```text
//! T1→PER 0 8→Ama Osei
//! #1→AnnotatorNotes T1→pocom:osei-ama; Osei, Ama
//! ```
//!
//! The arrows stand for tabs. Offsets count code points. A mention that crosses
//! a line end has one fragment per line (`PER 0 3;4 8`), as brat requires; the
//! reader joins the fragments to one span. The entity is in a note, because
//! brat's normalisation references (`N`) permit only ids of letters and digits.
//! The reader skips all lines except text-bound annotations (`T`).

use std::collections::HashMap;
use std::io::{self, Write};

use chancery_model::{Annotated, CodePoints};

use crate::error::{FormatError, Problem, utf8};
use crate::given::{self, Spot};

/// Content of the `annotation.conf` of a collection: the labels.
pub const CONFIGURATION: &str =
    "[entities]\nPER\nLOC\nORG\nMISC\n\n[relations]\n\n[events]\n\n[attributes]\n";

/// Writes the `NAME.ann` that belongs to the reading text of `annotated`.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write(annotated: &Annotated, out: &mut impl Write) -> io::Result<()> {
    let text = &annotated.document.text;
    let points = CodePoints::new(text.as_str());
    let entities = &annotated.entities;
    for (number, mention) in annotated.mentions.iter().enumerate() {
        // One fragment per line; empty lines have none.
        let (mut places, mut words) = (Vec::new(), Vec::new());
        let mut at = mention.span.start;
        for line in text[mention.span].split('\n') {
            let end = at + line.len() as u32;
            if !line.is_empty() {
                places.push(format!("{} {}", points.of(at), points.of(end)));
                words.push(in_line(line));
            }
            at = end + 1;
        }
        if places.is_empty() {
            continue;
        }
        let (places, words) = (places.join(";"), words.join(" "));
        writeln!(out, "T{}\t{} {places}\t{words}", number + 1, mention.label)?;
    }
    for link in &entities.links {
        let Some(entity) = entities.linked(link) else { continue };
        let (number, name) = (link.mention + 1, in_line(&entity.name));
        let id = in_line(&entity.id);
        writeln!(out, "#{number}\tAnnotatorNotes T{number}\t{id}; {name}")?;
    }
    Ok(())
}

/// Replaces each character that a reader could take for the end of a line or a
/// column by a blank.
fn in_line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || ['\u{2028}', '\u{2029}'].contains(&c), " ")
}

/// Reads the bytes of `NAME.txt` and of `NAME.ann`. The format has no tokens,
/// so `words` is empty.
///
/// # Errors
/// Fails if one of them is not valid UTF-8, a line of the second is not an
/// annotation, a label is unknown, an offset is out of range, or two mentions
/// overlap.
pub fn read(text: &[u8], ann: &[u8]) -> Result<Annotated, FormatError> {
    let string = utf8(text)?;
    let mut spots = Vec::new();
    let mut lines = HashMap::new();
    for (line, number) in utf8(ann)?.lines().zip(1..) {
        let wrong = |problem| FormatError { line: number, column: 1, problem };
        if line.starts_with('T') {
            let spot = text_bound(line).map_err(wrong)?;
            lines.insert(spot.start, number);
            spots.push(spot);
        }
    }
    given::spotted(string, spots).map_err(|(start, problem)| FormatError {
        line: start.and_then(|start| lines.get(&start).copied()).unwrap_or(1),
        column: 1,
        problem,
    })
}

/// Parses a text-bound annotation: "T1 → PER 0 3;4 8 → Ama Osei".
fn text_bound(line: &str) -> Result<Spot, Problem> {
    let malformed = || Problem::NoAnnotation(line.chars().take(80).collect());
    let what = line.split('\t').nth(1).ok_or_else(malformed)?;
    let (class, places) = what.split_once(' ').ok_or_else(malformed)?;
    let mut numbers = places.split([' ', ';']).map(str::parse::<u32>);
    let start = numbers.next().and_then(Result::ok).ok_or_else(malformed)?;
    let end = numbers.next_back().and_then(Result::ok).ok_or_else(malformed)?;
    Ok(Spot { start, end, label: given::label(class)?, score: 1.0 })
}
