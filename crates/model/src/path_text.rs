//! Paths as text, such as an archive keeps and shows them.
//!
//! A name on disk need not be UTF-8. Each byte that is not is written as `\xE9`, so that
//! two names never become one, and the file is found again. So are control characters and
//! characters that turn the direction of writing, because a name with them would change
//! what a terminal shows. A backslash that stands before such letters in the name itself is
//! written as `\x5C`.

use std::path::{Path, PathBuf};

/// Writes a path as text.
///
/// ```
/// use std::path::Path;
///
/// assert_eq!(chancery_model::path_to_text(Path::new("box/café.txt")), "box/café.txt");
/// ```
pub fn path_to_text(path: &Path) -> String {
    imp::path_to_text(path)
}

/// Writes the characters of a name that would change what a terminal shows in digits:
/// control characters, and those that turn the direction of writing.
///
/// ```
/// assert_eq!(chancery_model::without_controls("a\n\u{1b}[31mb.txt"), r"a\x0A\x1B[31mb.txt");
/// ```
pub fn without_controls(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        push_letter(&mut text, letter);
    }
    text
}

/// Whether a character changes what a terminal or a page shows of others: control
/// characters, those that turn the direction of writing, and line ends beside the usual.
pub fn steers_terminal(letter: char) -> bool {
    let turns = matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Appends a letter, in digits if it would change what a terminal shows.
fn push_letter(text: &mut String, letter: char) {
    if !steers_terminal(letter) {
        return text.push(letter);
    }
    let mut bytes = [0; 4];
    for byte in letter.encode_utf8(&mut bytes).bytes() {
        *text += &format!("\\x{byte:02X}");
    }
}

/// Returns the path that [`path_to_text`] wrote.
pub fn path_from_text(text: &str) -> PathBuf {
    imp::path_from_text(text)
}

/// Returns the last part of a path that [`path_to_text`] wrote, without its folders. The
/// backslash of a letter in digits separates nothing.
///
/// ```
/// assert_eq!(chancery_model::file_name_of_text(r"box\1966\café.txt"), "café.txt");
/// # #[cfg(unix)]
/// assert_eq!(chancery_model::file_name_of_text(r"box/a\x0Ab.txt"), r"a\x0Ab.txt");
/// ```
pub fn file_name_of_text(path: &str) -> &str {
    let separates = |(at, letter): &(usize, char)| match letter {
        '/' => true,
        '\\' => !imp::begins_with_digits(&path[*at..]),
        _ => false,
    };
    let last = path.char_indices().rev().find(separates);
    last.map_or(path, |(at, _)| &path[at + 1..])
}

#[cfg(unix)]
mod imp {
    use std::ffi::OsString;
    use std::fmt::Write;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::path::{Path, PathBuf};

    pub(super) fn path_to_text(path: &Path) -> String {
        let mut text = String::new();
        for chunk in path.as_os_str().as_bytes().utf8_chunks() {
            for (at, letter) in chunk.valid().char_indices() {
                match escaped_byte(&chunk.valid()[at..]) {
                    Some(_) => text.push_str("\\x5C"),
                    None => super::push_letter(&mut text, letter),
                }
            }
            for byte in chunk.invalid() {
                write!(text, "\\x{byte:02X}").expect("a string takes all");
            }
        }
        text
    }

    pub(super) fn path_from_text(text: &str) -> PathBuf {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let length = match escaped_byte(rest) {
                Some(byte) => {
                    bytes.push(byte);
                    "\\xE9".len()
                }
                None => {
                    bytes.extend(&rest.as_bytes()[..letter.len_utf8()]);
                    letter.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        OsString::from_vec(bytes).into()
    }

    pub(super) fn begins_with_digits(text: &str) -> bool {
        escaped_byte(text).is_some()
    }

    /// The byte that a text begins with, if it is written in hexadecimal digits.
    fn escaped_byte(text: &str) -> Option<u8> {
        let digits = text.strip_prefix("\\x")?.as_bytes().get(..2)?;
        let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
        digits.iter().all(is_digit).then_some(())?;
        u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }

    #[cfg(test)]
    mod tests {
        use proptest::prelude::*;

        use super::*;

        #[test]
        fn bytes_that_are_not_utf8_are_written_in_digits() {
            let cases: [(&[u8], &str); 7] = [
                (b"a/b.txt", "a/b.txt"),
                (b"a\nb\x1B[31m.txt", r"a\x0Ab\x1B[31m.txt"),
                ("a\u{202e}txt".as_bytes(), r"a\xE2\x80\xAEtxt"),
                (b"caf\xE9.txt", r"caf\xE9.txt"),
                (b"caf\xC3\xA9.txt", "café.txt"),
                (br"caf\xE9.txt", r"caf\x5CxE9.txt"),
                (br"caf\x.txt", r"caf\x.txt"),
            ];
            for (bytes, expected) in cases {
                let path = PathBuf::from(OsString::from_vec(bytes.to_vec()));
                assert_eq!(path_to_text(&path), expected);
                assert_eq!(path_from_text(expected), path);
            }
        }

        proptest! {
            #[test]
            fn paths_are_read_back_equal(bytes in prop::collection::vec(
                prop_oneof![Just(b'\\'), Just(b'x'), Just(b'E'), Just(b'9'), any::<u8>()], 0..20,
            )) {
                let path = PathBuf::from(OsString::from_vec(bytes));
                prop_assert_eq!(path_from_text(&path_to_text(&path)), path);
            }
        }
    }
}

#[cfg(not(unix))]
mod imp {
    use std::path::{Path, PathBuf};

    pub(super) fn path_to_text(path: &Path) -> String {
        super::without_controls(&path.to_string_lossy())
    }

    pub(super) fn path_from_text(text: &str) -> PathBuf {
        text.into()
    }

    pub(super) fn begins_with_digits(_: &str) -> bool {
        false
    }
}
