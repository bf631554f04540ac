//! Page lines: "ALGIERS 00000948  002.2 OF 004", "PAGE 02  STATE 023763".

/// Whether `line` (without its line end) is a page line: put there by the
/// printer where a page ended, no part of the text.
pub fn is_page_line(line: &str) -> bool {
    let _ = line;
    false
}
