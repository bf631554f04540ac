//! Paths as text, such as an archive keeps and shows them.
//!
//! A name on disk need not be UTF-8. Each byte that is not is written as `\xE9`, so that
//! two names never become one, and the file is found again. A backslash that stands before
//! such letters in the name itself is written as `\x5C`.

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

/// Returns the path that [`path_to_text`] wrote.
pub fn path_from_text(text: &str) -> PathBuf {
    imp::path_from_text(text)
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
                    None => text.push(letter),
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
            let cases: [(&[u8], &str); 5] = [
                (b"a/b.txt", "a/b.txt"),
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
        path.to_string_lossy().into_owned()
    }

    pub(super) fn path_from_text(text: &str) -> PathBuf {
        text.into()
    }
}
