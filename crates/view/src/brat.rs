//! brat stand-off: `NAME.txt` is the reading text, `NAME.ann` its names.
//!
//! ```text
//! T1→PER 0 8→Ama Osei
//! #1→AnnotatorNotes T1→pocom:osei-ama; Osei, Ama
//! ```
//!
//! The arrows stand for tabs. Offsets count code points. A name that runs over a line end has a fragment
//! for each line (`PER 0 3;4 8`), as brat has it; read back, it is one place
//! from the first to the last. Who or what it is stands in a note: brat's own
//! references (`N`) take only ids of letters and digits. Reading passes over
//! all lines but text-bound annotations (`T`).

use std::collections::HashMap;
use std::io::{self, Write};

use chancery_model::{Annotated, CodePoints};

use crate::error::{FormatError, Problem, utf8};
use crate::given::{self, Spot};

/// The classes, for the `annotation.conf` of the folder of a collection.
pub const CONFIGURATION: &str =
    "[entities]\nPER\nLOC\nORG\nMISC\n\n[relations]\n\n[events]\n\n[attributes]\n";

/// Writes what stands in `NAME.ann` beside the reading text of `annotated`.
///
/// # Errors
/// Those of `out`.
pub fn write(annotated: &Annotated, out: &mut impl Write) -> io::Result<()> {
    let text = &annotated.document.text;
    let points = CodePoints::new(text.as_str());
    let entities = &annotated.entities;
    for (number, mention) in annotated.mentions.iter().enumerate() {
        // A name over several lines is told line by line; empty ones are none.
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

/// `text` with a blank for whatever some reader takes for the end of a line or
/// column.
fn in_line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || ['\u{2028}', '\u{2029}'].contains(&c), " ")
}

/// Reads the bytes of `NAME.txt` and of `NAME.ann`. The format holds no
/// tokens: `words` is empty.
///
/// # Errors
/// Where one of them is no UTF-8, a line of the second is no annotation, a
/// class is unknown, a place is none of the text, or two names share text.
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

/// The place of "T1 → PER 0 3;4 8 → Ama Osei".
fn text_bound(line: &str) -> Result<Spot, Problem> {
    let malformed = || Problem::NoAnnotation(line.chars().take(80).collect());
    let what = line.split('\t').nth(1).ok_or_else(malformed)?;
    let (class, places) = what.split_once(' ').ok_or_else(malformed)?;
    let mut numbers = places.split([' ', ';']).map(str::parse::<u32>);
    let start = numbers.next().and_then(Result::ok).ok_or_else(malformed)?;
    let end = numbers.next_back().and_then(Result::ok).ok_or_else(malformed)?;
    Ok(Spot { start, end, label: given::label(class)?, score: 1.0 })
}
