//! How a table of lines and cells is written: its delimiter and its escapes.
//!
//! Every dialect is tried on a sample. The one with the fewest rows that differ in
//! their number of cells, and the fewest quotes in the middle of cells, is taken.

use std::collections::HashMap;

use super::record_parser::{Dialect, Progress, RecordParser};

/// Delimiters, the likely ones first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How well a dialect fits a sample.
struct Fit {
    records: usize,
    /// The number of cells that most records have.
    columns: usize,
    /// Records of another number of cells, and stray quotes.
    faults: usize,
}

/// The dialect that fits the sample best. `is_whole` says that the sample is the
/// whole table, so that its last record is complete.
pub(super) fn detect_dialect(sample: &[u8], is_whole: bool) -> Dialect {
    let prefers_escapes = all_backslashes_escape(sample);
    let dialects = DELIMITERS.into_iter().flat_map(|delimiter| {
        [prefers_escapes, !prefers_escapes].map(|has_escapes| Dialect { delimiter, has_escapes })
    });
    let rank = |dialect: &Dialect| {
        let Fit { records, columns, faults } = fit_of(sample, is_whole, *dialect);
        // A table of one column fits every dialect; faults are counted by records.
        let share = faults * 1000 / records.max(1);
        (columns < 2, share, usize::MAX - columns)
    };
    dialects.min_by_key(rank).expect("there are dialects")
}

/// Whether a sample is certainly a table, and no text with quotes and commas.
pub(super) fn is_plausible_table(sample: &[u8]) -> bool {
    let end = sample.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let dialect = detect_dialect(&sample[..end], true);
    let fit = fit_of(&sample[..end], true, dialect);
    fit.records >= 2 && fit.columns >= 3 && fit.faults == 0
}

/// Whether nearly all records of a sample have the number of cells of the others.
pub(super) fn is_even_table(sample: &[u8], is_whole: bool) -> bool {
    let fit = fit_of(sample, is_whole, detect_dialect(sample, is_whole));
    fit.records >= 2 && fit.columns >= 3 && fit.faults * 20 <= fit.records
}

fn fit_of(sample: &[u8], is_whole: bool, dialect: Dialect) -> Fit {
    let mut parser = RecordParser::new(dialect);
    let mut counts: HashMap<usize, usize> = HashMap::new();
    let (mut records, mut stray_quotes) = (0, 0);
    let mut count = |parser: RecordParser| {
        stray_quotes += parser.stray_quotes as usize;
        let cells = parser.finish().len();
        if cells > 0 {
            records += 1;
            *counts.entry(cells).or_default() += 1;
        }
    };
    for &byte in sample {
        if parser.push(byte) == Progress::RecordEnd {
            count(std::mem::replace(&mut parser, RecordParser::new(dialect)));
        }
    }
    let is_open = parser.is_inside_quotes();
    if is_whole {
        count(parser);
    }
    let (columns, modal) = counts.into_iter().max_by_key(|(_, count)| *count).unwrap_or((0, 0));
    // A quote that is never closed swallows the records after it.
    let swallowed = usize::from(is_open && is_whole);
    Fit { records, columns, faults: records - modal + stray_quotes + swallowed }
}

/// Whether the sample has backslashes and each is before a character that needs
/// one. If so, a tie between the dialects means that they are escapes.
fn all_backslashes_escape(sample: &[u8]) -> bool {
    let mut found = false;
    let mut bytes = sample.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' {
            found = true;
            let is_escape = matches!(
                bytes.next(),
                Some(b'\\' | b'"' | b'N' | b'\n' | b'\r' | b',' | b';' | b'\t' | b'|')
            );
            if !is_escape {
                return false;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_detected() {
        let dialect = |delimiter, has_escapes| Dialect { delimiter, has_escapes };
        let cases: [(&str, Dialect); 9] = [
            ("a,b\n1,2\n", dialect(b',', false)),
            ("a;b\n1,5;2\n", dialect(b';', false)),
            ("a\tb\n1,5\t2\n", dialect(b'\t', false)),
            ("\"a \\\"b\\\" c\",\"d\"\n\"e\",\"f\"\n", dialect(b',', true)),
            ("\"a \"\"b\"\" c\",\"d\"\n\"e\",\"f\"\n", dialect(b',', false)),
            ("\"C:\\\",\"d\"\n\"e\",\"f\"\n", dialect(b',', false)),
            ("\"C:\\x\",\"d\"\n\"e\",\"f\"\n", dialect(b',', false)),
            ("a\\,b,c\nd,e\nf,g\n", dialect(b',', true)),
            ("\"a\",\"b\nc\"\n\"d\",\"e, f; g\"\n", dialect(b',', false)),
        ];
        for (sample, expected) in cases {
            assert_eq!(detect_dialect(sample.as_bytes(), true), expected, "{sample}");
        }
    }
}
