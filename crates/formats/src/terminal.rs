//! What is written for people, without the characters that steer a terminal.
//!
//! Names of files and texts come from anywhere. One with an escape sequence could change
//! the title of the window, hide lines, or show a name backwards. [`SafeWriter`] stands
//! before standard output, so no command has to think of it.

use std::io::{self, Write};

use chancery_model::steers_terminal;

use crate::ansi::Colours;

/// Bytes of a line after which it is written before it ends.
const MAX_HELD: usize = 1 << 16;

/// Writes whole lines to `inner`, with each character that steers a terminal replaced by
/// U+FFFD. Line ends and tabs stay. Text that is not UTF-8 is replaced likewise.
pub struct SafeWriter<W: Write> {
    inner: W,
    held: Vec<u8>,
    /// Whether the styles that the program uses stay.
    colours: Colours,
    /// Whether everything stays as it is.
    is_verbatim: bool,
}

impl<W: Write> SafeWriter<W> {
    /// Replaces what steers a terminal. With colours, the styles that the program
    /// uses stay.
    pub const fn new(inner: W, colours: Colours) -> Self {
        Self { inner, held: Vec::new(), colours, is_verbatim: false }
    }

    /// Writes all bytes as they are: data for a program.
    pub const fn verbatim(inner: W) -> Self {
        Self { inner, held: Vec::new(), colours: Colours::Off, is_verbatim: true }
    }

    fn write_held(&mut self, end: usize) -> io::Result<()> {
        let bytes: Vec<u8> = self.held.drain(..end).collect();
        let text = String::from_utf8_lossy(&bytes);
        let steers = |c: char| steers_terminal(c) && c != '\n' && c != '\t';
        let mut rest = &*text;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| steers(*letter)) {
            self.inner.write_all(&rest.as_bytes()[..at])?;
            let colour = match self.colours {
                Colours::On => colour_length(&rest[at..]),
                Colours::Off => None,
            };
            let length = colour.unwrap_or(letter.len_utf8());
            match colour {
                Some(_) => self.inner.write_all(&rest.as_bytes()[at..at + length])?,
                None => self.inner.write_all("\u{fffd}".as_bytes())?,
            }
            rest = &rest[at + length..];
        }
        self.inner.write_all(rest.as_bytes())
    }
}

/// The styles that the program uses: plain, bold, dimmed, underlined, and five colours.
const STYLES: [&str; 9] = ["0", "1", "2", "4", "32", "33", "34", "35", "36"];

/// The length of the sequence at the start of `text` if it is a style of the program.
fn colour_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let is_own = inside[..end].split(';').all(|number| STYLES.contains(&number));
    (inside[end..].starts_with('m') && is_own).then_some(end + 3)
}

impl<W: Write> Write for SafeWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_verbatim {
            return self.inner.write(bytes);
        }
        self.held.extend_from_slice(bytes);
        let end = match self.held.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => at + 1,
            None if self.held.len() > MAX_HELD => self.held.len(),
            None => 0,
        };
        if end > 0 {
            self.write_held(end)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_held(self.held.len())?;
        self.inner.flush()
    }
}

impl<W: Write> Drop for SafeWriter<W> {
    fn drop(&mut self) {
        // An error was reported by an earlier write, or nothing was left.
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written of `pieces`.
    fn written(pieces: &[&str], colours: Colours) -> String {
        let mut out = Vec::new();
        let mut writer = SafeWriter::new(&mut out, colours);
        for piece in pieces {
            writer.write_all(piece.as_bytes()).expect("memory");
        }
        drop(writer);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn nothing_steers_the_terminal() {
        for (pieces, off, on) in [
            (&["Ama\tOsei\n"][..], "Ama\tOsei\n", "Ama\tOsei\n"),
            (&["\u{1b}]0;own\u{7}"], "\u{fffd}]0;own\u{fffd}", "\u{fffd}]0;own\u{fffd}"),
            (
                &["\u{1b}[1;", "36mOsei\u{1b}[0m\n"],
                "\u{fffd}[1;36mOsei\u{fffd}[0m\n",
                "\u{1b}[1;36mOsei\u{1b}[0m\n",
            ),
            (&["\u{1b}[8mhidden\n"], "\u{fffd}[8mhidden\n", "\u{fffd}[8mhidden\n"),
            (&["\u{1b}[2J\r"], "\u{fffd}[2J\u{fffd}", "\u{fffd}[2J\u{fffd}"),
            (&["\u{9b}31m \u{202e}txt"], "\u{fffd}31m \u{fffd}txt", "\u{fffd}31m \u{fffd}txt"),
        ] {
            assert_eq!(written(pieces, Colours::Off), off, "{pieces:?}");
            assert_eq!(written(pieces, Colours::On), on, "{pieces:?}");
        }
    }

    #[test]
    fn letters_are_whole_and_data_is_as_it_is() {
        let mut out = Vec::new();
        let mut writer = SafeWriter::new(&mut out, Colours::Off);
        for byte in "Bogotá €\n".bytes() {
            writer.write_all(&[byte]).expect("memory");
        }
        drop(writer);
        assert_eq!(out, "Bogotá €\n".as_bytes());
        let mut out = Vec::new();
        SafeWriter::verbatim(&mut out).write_all(b"\x1b\xff").expect("memory");
        assert_eq!(out, b"\x1b\xff");
    }
}
