//! Portion markings: "(C/NF)", "(SBU)", "(U)" at a paragraph's start.
//!
//! A portion marking is a classification, then handling words after "/", "//",
//! "," or a space: "(S//NF)", "(C/REL FRANCE)", "(C - ENTIRE TEXT)".

use std::ops::Range;

use chancery_model::{Classification, PortionMarking, Spanned, TextSpan};

use crate::scan::is_all_capitals;
use crate::scan::{self, clamp_to_text, skip_blanks};

/// The portion marking at the start of `within`, after white space. The span
/// includes the parentheses.
pub fn portion_at_start(text: &str, within: TextSpan) -> Option<Spanned<PortionMarking>> {
    let range = portion_range_at_start(text, clamp_to_text(text, within))?;
    let marking = text[range.start + 1..range.end - 1].trim();
    let (level, rest) = parse_level(marking)?;
    let parts = rest.split(['/', ',', '-', '&']).map(str::trim);
    let handling = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
    Some(scan::field_at(PortionMarking { marking: marking.to_owned(), level, handling }, range))
}

/// The range of the portion marking at the start of `within`.
pub(crate) fn portion_range_at_start(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    let start = skip_blanks(text, within.start, within.end, true);
    let inside = text[start..within.end].strip_prefix('(')?;
    let window = inside.char_indices().take(40).find(|&(_, c)| matches!(c, ')' | '('));
    let (length, _) = window.filter(|&(_, c)| c == ')')?;
    let marking = inside[..length].trim();
    let (_, rest) = parse_level(marking)?;
    let apart = rest.is_empty() || rest.starts_with(['/', ',', ' ', '-', '&']);
    // "(C-entire text)" is printed in small letters, too.
    let is_entire = rest.trim_start_matches([' ', '-']).trim().eq_ignore_ascii_case("entire text");
    (apart && (is_all_capitals(marking) || is_entire)).then_some(start..start + length + 2)
}

/// Splits a portion marking into its classification and the rest.
fn parse_level(marking: &str) -> Option<(Classification, &str)> {
    const LEVELS: &[(&str, Classification)] = &[
        ("UNCLASSIFIED", Classification::Unclassified),
        ("CONFIDENTIAL", Classification::Confidential),
        ("SECRET", Classification::Secret),
        ("TOP SECRET", Classification::TopSecret),
        ("LIMITED OFFICIAL USE", Classification::LimitedOfficialUse),
        ("U/FOUO", Classification::Sensitive),
        ("U//FOUO", Classification::Sensitive),
        ("FOUO", Classification::Sensitive),
        ("SBU", Classification::Sensitive),
        ("LOU", Classification::LimitedOfficialUse),
        ("TS", Classification::TopSecret),
        ("U", Classification::Unclassified),
        ("C", Classification::Confidential),
        ("S", Classification::Secret),
    ];
    LEVELS.iter().find_map(|&(word, level)| {
        let rest = marking.strip_prefix(word)?;
        (!rest.starts_with(|c: char| c.is_alphanumeric())).then_some((level, rest))
    })
}
