//! Files of letters (mbox): a line "From …" before each letter.

use std::io::BufRead;

use crate::UnpackError;
use crate::budget::{UnpackBudget, damaged_container};

/// Calls `visit` for each letter. Returns false if `visit` stopped the reading.
///
/// # Errors
/// If the rest of the file cannot be read.
pub fn visit_letters(
    mut source: impl BufRead,
    budget: &UnpackBudget,
    visit: &mut dyn FnMut(Result<Vec<u8>, UnpackError>) -> bool,
) -> Result<bool, UnpackError> {
    let largest = budget.limits().member_bytes;
    let mut letter: Option<Letter> = None;
    let mut line = Vec::new();
    let mut is_after_blank = true;
    loop {
        line.clear();
        let read = read_line(&mut source, &mut line, largest);
        let read = read.map_err(|error| damaged_container(&error))?;
        let is_separator = is_after_blank && is_separator(&line);
        if read == 0 || is_separator {
            if let Some(letter) = letter.take() {
                budget.count_member()?;
                if !visit(letter.finish(largest)) {
                    return Ok(false);
                }
            }
            if read == 0 {
                return Ok(true);
            }
            letter = Some(Letter::default());
            is_after_blank = false;
            continue;
        }
        is_after_blank = line.trim_ascii().is_empty();
        if let Some(letter) = &mut letter {
            letter.push_line(&line, largest);
        }
    }
}

/// Reads a line with its end, or a part of it that is as long as a letter may be.
fn read_line(
    source: &mut impl BufRead,
    line: &mut Vec<u8>,
    largest: u64,
) -> std::io::Result<usize> {
    use std::io::Read;
    source.take(largest.saturating_add(1)).read_until(b'\n', line)
}

/// Whether a line separates letters: "From address day…", with a time.
fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.contains(&b':')
        && line.trim_ascii_end().iter().any(u8::is_ascii_digit)
}

/// The letter that is read.
#[derive(Default)]
struct Letter {
    bytes: Vec<u8>,
    is_too_large: bool,
}

impl Letter {
    fn push_line(&mut self, line: &[u8], largest: u64) {
        self.is_too_large |= (self.bytes.len() + line.len()) as u64 > largest;
        if self.is_too_large {
            self.bytes.clear();
            return;
        }
        // Lines of a letter that begin like a separator are written with ">".
        let quoted = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = quoted > 0 && line[quoted..].starts_with(b"From ");
        self.bytes.extend(if is_quoted { &line[1..] } else { line });
    }

    fn finish(self, largest: u64) -> Result<Vec<u8>, UnpackError> {
        if self.is_too_large { Err(UnpackError::MemberTooLarge(largest)) } else { Ok(self.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnpackLimits;

    #[test]
    fn letters_are_separated() {
        let file = b"From a Mon Sep 16 09:50:00 2013\nSubject: one\n\nFrom the start.\n>From here\n\n\
            From b Tue Sep 17 08:00:00 2013\nSubject: two\n\nlonger than thirty bytes, certainly\n\n\
            From c Tue Sep 17 08:00:00 2013\nSubject: three\n";
        let limits = UnpackLimits { member_bytes: 45, total_bytes: 1000, member_count: 10 };
        let mut letters = Vec::new();
        let read = visit_letters(&file[..], &UnpackBudget::new(limits), &mut |letter| {
            letters.push(letter.map(|bytes| String::from_utf8(bytes).expect("text")));
            true
        });
        assert_eq!(read, Ok(true));
        let expected = [
            Ok("Subject: one\n\nFrom the start.\nFrom here\n\n".to_owned()),
            Err(UnpackError::MemberTooLarge(45)),
            Ok("Subject: three\n".to_owned()),
        ];
        assert_eq!(letters, expected);
    }
}
