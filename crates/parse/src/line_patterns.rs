//! Patterns of lines: rows of dashes, paragraph numbers, bullets, capitals.
//! Pure functions of a string, used mainly by [`crate::reflow`].

use chancery_model::MONTH_NAMES;
use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

/// Whether `line` is a row of dashes, as used to underline headings. The row
/// may contain spaces ("-------- --") and end with digits added by a relay.
pub(crate) fn is_dash_row(line: &str) -> bool {
    if !line.starts_with(['-', '_', '=', '*', '~']) {
        return false;
    }
    let line = match line.trim_end_matches(|c: char| c.is_ascii_digit()) {
        row if row.len() > 20 => row,
        _ => line,
    };
    let marks = line.bytes().filter(|byte| matches!(byte, b'-' | b'_' | b'=' | b'*' | b'~'));
    line.len() >= 3
        && marks.clone().count() >= 3
        && marks.count() + count_blanks(line) == line.len()
}

fn count_blanks(line: &str) -> usize {
    line.bytes().filter(|&byte| byte == b' ').count()
}

/// The start of the row of dashes at the end of `line`, a heading that lost
/// its line break: "A NEW FERRY -----------".
pub(crate) fn trailing_dash_row_start(line: &str) -> Option<usize> {
    let words = line.trim_end_matches(['-', ' ']);
    let row = line[words.len()..].trim_start();
    let parted = line.len() - row.len() > words.len();
    (parted && row.len() >= 6 && is_dash_row(row)).then_some(line.len() - row.len())
}

/// A number or letter at the start of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ParagraphOpening<'a> {
    /// As printed, without the period: "3", "2a", "B".
    pub label: &'a str,
    /// Its number; 0 for letters.
    pub value: u32,
    /// Length in bytes from the start of the line to after the period.
    pub len: usize,
    /// Whether a pilcrow precedes it. Then it is certainly a paragraph number.
    pub pilcrow: bool,
}

/// The paragraph number at the start of `line`: "¶2.", "2.", "2. (C)",
/// "1.(C)", "¶B.". Not "1.4 (b)", "10.5 percent" or a year.
pub(crate) fn paragraph_opening(line: &str) -> Option<ParagraphOpening<'_>> {
    let (pilcrow, rest) = match line.strip_prefix('¶') {
        Some(rest) => (true, rest.trim_start_matches(' ')),
        None => (false, line),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let letter = rest.as_bytes().get(digits).is_some_and(u8::is_ascii_alphabetic);
    let len = digits + usize::from(letter);
    let label = rest.get(..len).filter(|label| !label.is_empty())?;
    if digits > 5 || (digits == 0 && !pilcrow) {
        return None;
    }
    let after = &rest[len..];
    let punctuation = after.trim_start_matches(' ');
    let spaced = after.len() - punctuation.len();
    let tail = punctuation
        .strip_prefix('.')
        .or_else(|| punctuation.strip_prefix(')').filter(|_| digits > 0))?;
    // Some older files print "¶1 ."; "5 . 3" without a pilcrow is not a number.
    if spaced > usize::from(pilcrow) || tail.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = rest[..digits].parse().unwrap_or(0);
    let tight = !tail.is_empty() && !tail.starts_with(|c: char| c.is_whitespace());
    if tight
        && !pilcrow
        && !tail.starts_with(['(', '¶', '"', '“'])
        && !tail.starts_with(char::is_uppercase)
    {
        return None;
    }
    let end = line.len() - tail.len();
    Some(ParagraphOpening { label, value, len: end, pilcrow })
}

/// Whether `line` starts with a bullet or list label: "-- ", "- ", "• ", "* ",
/// "A. ", "(1) ", "b) ".
pub(crate) fn is_list_item(line: &str) -> bool {
    let Some(first) = opening_word(line) else { return false };
    match first {
        "-" | "--" | "---" | "*" | "•" | "o" | "·" | "–" | "—" | "+" => true,
        _ => {
            let Some(inner) = inside_of_label(first) else { return false };
            let one = inner.len() <= 2 && !inner.is_empty();
            let letters = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
            one && (letters || inner.bytes().all(|byte| byte.is_ascii_digit()))
        }
    }
}

/// The first word of `line`, if others follow.
pub(crate) fn opening_word(line: &str) -> Option<&str> {
    let (first, rest) = line.split_once([' ', '\t'])?;
    (!rest.trim_start().is_empty()).then_some(first)
}

/// What is between the marks of a list label: the "b" of "b)", "(b)" and "b.".
pub(crate) fn inside_of_label(label: &str) -> Option<&str> {
    label.strip_prefix('(').unwrap_or(label).strip_suffix([')', '.'])
}

/// Whether `line` may consist of a name: up to four capitalised words.
pub(crate) fn is_name_line(line: &str) -> bool {
    line.len() <= 40
        && line.split(' ').count() <= 4
        && line.split(' ').all(|word| word.starts_with(char::is_uppercase))
        && line.rsplit(' ').next().is_some_and(|word| word.len() > 2)
        && line.chars().all(|c| c.is_alphabetic() || " .-'’,".contains(c))
        && !line.ends_with(['.', ',', ':'])
}

/// Whether `line` ends as a sentence does.
pub(crate) fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', '”', '’', ')', ']', ' ']).ends_with(['.', '!', '?', ':', ';'])
}

/// Whether `line` has columns: two gaps of three spaces, or a tab.
pub(crate) fn has_columns(line: &str) -> bool {
    static GAP: LazyLock<Finder> = LazyLock::new(|| Finder::new("   "));
    let bytes = line.as_bytes();
    let gap = |from: usize| {
        let start = from + GAP.find(&bytes[from..])?;
        Some(start + bytes[start..].iter().take_while(|&&byte| byte == b' ').count())
    };
    gap(0).is_some_and(|end| gap(end).is_some()) || memchr(b'\t', bytes).is_some()
}

/// Where the second column of `line` starts, in characters, if it has one gap of three or
/// more spaces: "Helen Mott     Minister of Ships".
pub(crate) fn second_column(line: &str) -> Option<usize> {
    let (first, rest) = line.split_once("   ")?;
    let second = rest.trim_start_matches(' ');
    let is_pair = !first.is_empty() && !second.is_empty() && !second.contains("   ");
    is_pair.then(|| line[..line.len() - second.len()].chars().count())
}

/// Whether `line` is a key and its value in columns: "Name:   HINDS".
pub(crate) fn is_key_value_line(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, value)| {
        key.len() <= 24 && key.starts_with(char::is_uppercase) && value.starts_with("  ")
    })
}

/// Whether `line` is a dateline: the place and date of a letter or telegram.
pub(crate) fn is_dateline(line: &str) -> bool {
    let year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    line.len() < 100
        && line.starts_with(char::is_uppercase)
        && MONTH_NAMES.iter().any(|month| line.contains(month))
        && line.split(|c: char| !c.is_alphanumeric()).any(year)
        && line.contains(", ")
}

#[cfg(test)]
mod tests {
    use chancery_fields::is_all_capitals;

    use super::*;

    #[test]
    fn paragraph_numbers_are_recognised() {
        let cases = [
            ("¶2. (C) Text", Some(("2", 4))),
            ("¶1 . ", Some(("1", 5))),
            ("2. (C/NF) Text", Some(("2", 2))),
            ("1.(C) Summary", Some(("1", 2))),
            ("2a. Text", Some(("2a", 3))),
            ("¶B. UNVIE 201", Some(("B", 4))),
            ("12) Text", Some(("12", 3))),
            ("2887. Saw the minister", Some(("2887", 5))),
            ("1.4 (b) and (d)", None),
            ("10.5 percent", None),
            ("A. Text", None),
            ("3,000 men", None),
            ("2010", None),
            ("¶", None),
            ("5.tight", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let found = paragraph_opening(line).map(|opening| (opening.label, opening.len));
            assert_eq!(found, expected, "{line:?}");
        }
    }

    #[test]
    fn dash_rows_list_items_and_capitals_are_recognised() {
        assert!(
            is_dash_row("------- --")
                && is_dash_row("---")
                && !is_dash_row("-- a")
                && !is_dash_row("")
        );
        for (line, expected) in [
            ("-- point", true),
            ("(1) point", true),
            ("b) point", true),
            ("A. point", true),
            ("Mr. Point", false),
            ("al. point", false),
            ("--", false),
            ("1972. point", false),
        ] {
            assert_eq!(is_list_item(line), expected, "{line:?}");
        }
        assert_eq!(trailing_dash_row_start("A FERRY -------"), Some(8));
        assert_eq!(trailing_dash_row_start("a ferry -- "), None);
        assert!(is_all_capitals("U.S. 5") && !is_all_capitals("U.S. a") && !is_all_capitals("12"));
    }
}
