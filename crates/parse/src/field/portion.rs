//! Portion markings: "(C/NF)", "(SBU)", "(U)" at a paragraph's start.

use chancery_model::{Field, Portion, TextSpan};

/// The portion marking with which `within` starts (blanks before it are
/// skipped); the span takes in the parentheses.
pub fn at_start(text: &str, within: TextSpan) -> Option<Field<Portion>> {
    let _ = (text, within);
    None
}
