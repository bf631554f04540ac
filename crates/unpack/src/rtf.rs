//! Extracts the text of RTF: skips control words and decodes characters.
//!
//! It is written here because the existing RTF crates build trees, panic on
//! damaged files or are unmaintained. Specification: Rich Text Format 1.9.1
//! (Microsoft, 2008).

use chancery_model::decode_windows_1252;

use crate::UnpackError;

/// Maximum nesting depth of groups. Deeper nesting is an error.
const MAX_GROUP_DEPTH: usize = 1000;

/// Groups that contain no text of the document.
const HIDDEN_GROUPS: [&str; 16] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "headerl",
    "headerr",
    "footerl",
    "footerr",
    "listtable",
    "listoverridetable",
    "themedata",
    "datastore",
];

/// The state of an RTF group.
#[derive(Clone, Copy)]
struct RtfGroup {
    hidden: bool,
    /// The number of fallback characters after `\u`, for readers that do not
    /// support it.
    fallback: usize,
}

/// The text of an RTF file.
pub(crate) fn extract_rtf_text(bytes: &[u8]) -> Result<String, UnpackError> {
    let mut out = String::with_capacity(bytes.len() / 2);
    let mut groups = vec![RtfGroup { hidden: false, fallback: 1 }];
    let mut skip = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let group = *groups.last().expect("the outermost group is never closed");
        match byte {
            b'{' if groups.len() > MAX_GROUP_DEPTH => {
                return Err(UnpackError::NestedGroups(at));
            }
            b'{' => groups.push(group),
            b'}' if groups.len() > 1 => drop(groups.pop()),
            b'\\' => {
                let (word, number, next) = parse_control_word(bytes, at);
                at = next;
                let group = groups.last_mut().expect("the outermost group is never closed");
                match word {
                    "*" => group.hidden = true,
                    word if HIDDEN_GROUPS.contains(&word) => group.hidden = true,
                    "uc" => group.fallback = number.unwrap_or(1).clamp(0, 16) as usize,
                    _ => {
                        let c = decode_control_word(word, number);
                        let counts = matches!(word, "'" | "\\" | "{" | "}" | "~" | "_");
                        if skip > 0 && counts {
                            skip -= 1;
                        } else if !group.hidden {
                            out.extend(c);
                        }
                        if word == "u" {
                            skip = group.fallback;
                        }
                        if word == "bin" {
                            at = at.saturating_add(number.unwrap_or(0).max(0) as usize);
                        }
                    }
                }
            }
            b'\r' | b'\n' | b'}' => {}
            _ if skip > 0 => skip -= 1,
            byte if !group.hidden => out.push(decode_windows_1252(byte)),
            _ => {}
        }
    }
    Ok(out)
}

/// Parses the control word or symbol at `at`. Returns the word, its number and
/// the offset after it.
fn parse_control_word(bytes: &[u8], at: usize) -> (&str, Option<i32>, usize) {
    let is = |test: fn(&u8) -> bool, from: usize| {
        from + bytes[from..].iter().take(32).take_while(|byte| test(byte)).count()
    };
    let end = is(u8::is_ascii_alphabetic, at);
    if end == at {
        let symbol = bytes.get(at..at + 1).and_then(|byte| std::str::from_utf8(byte).ok());
        let hex = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        return match (symbol, hex.and_then(|digits| i32::from_str_radix(digits, 16).ok())) {
            (Some("'"), Some(code)) => ("'", Some(code), at + 3),
            (symbol, _) => (symbol.unwrap_or(""), None, (at + 1).min(bytes.len())),
        };
    }
    let minus = usize::from(bytes.get(end) == Some(&b'-'));
    let digits = is(u8::is_ascii_digit, end + minus);
    let as_str = |from: usize, to: usize| std::str::from_utf8(&bytes[from..to]).unwrap_or("");
    // A number that overflows counts as the largest.
    let number = (digits > end + minus).then(|| {
        as_str(end, digits).parse().unwrap_or(if minus > 0 { i32::MIN } else { i32::MAX })
    });
    let next = if number.is_some() { digits } else { end };
    let blank = usize::from(bytes.get(next) == Some(&b' '));
    (as_str(at, end), number, next + blank)
}

/// The character that a control word represents in the text.
fn decode_control_word(word: &str, number: Option<i32>) -> Option<char> {
    match word {
        "par" | "line" | "row" | "sect" | "page" => Some('\n'),
        "tab" | "cell" | "~" | "emspace" | "enspace" => Some(' '),
        "emdash" => Some('—'),
        "endash" => Some('–'),
        "lquote" => Some('‘'),
        "rquote" => Some('’'),
        "ldblquote" => Some('“'),
        "rdblquote" => Some('”'),
        "bullet" => Some('•'),
        "_" => Some('-'),
        "\\" | "{" | "}" => word.chars().next(),
        "'" => number.map(|code| decode_windows_1252(code as u8)),
        "u" => number.map(|code| char::from_u32((code & 0xFFFF) as u32).unwrap_or('\u{FFFD}')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_words_are_skipped() {
        let cases: [(&[u8], &str); 8] = [
            (br"{\rtf1\ansi Hello {\b world}.\par Next}", "Hello world.\nNext"),
            (br"{\rtf1{\fonttbl{\f0 Times;}}a}", "a"),
            (br"{\rtf1 caf\'e9 \'93x\'94}", "café “x”"),
            (br"{\rtf1 \u233?\u8217'x}", "é’x"),
            (br"{\rtf1{\*\generator x}a\{b\}}", "a{b}"),
            (br"{\rtf1 a\emdash b\~c}", "a—b c"),
            (br"}}}{\rtf1 open {a\'zb\", "open azb"),
            (br"{\rtf1 a\bin99999999999 b", "a"),
        ];
        for (rtf, expected) in cases {
            let text = extract_rtf_text(rtf).expect("readable");
            assert_eq!(text.trim(), expected, "{}", String::from_utf8_lossy(rtf));
        }
    }
}
