//! The shape of a word or word piece, as an input of the encoder.
//!
//! The encoder's base model is uncased, so the encoder learns about case only
//! from these shapes. `training/accurate/text.py` has the same function.

/// The pattern of letters, capitals and digits in a word. The number is the row in
/// the encoder's table; row 0 is for special pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WordShape {
    /// Lowercase letters only.
    Lower = 1,
    /// A capital, then lowercase letters.
    Initial = 2,
    /// Capitals only, two or more.
    Upper = 3,
    /// A single capital.
    Capital = 4,
    /// Capitals elsewhere.
    Mixed = 5,
    /// Digits and no letters.
    Digit = 6,
    /// Digits and letters.
    Alphanumeric = 7,
    /// Neither letters nor digits.
    Punctuation = 8,
    /// Letters without case, or an empty text.
    Other = 9,
}

/// Number of rows in the encoder's table of word shapes. The table of piece shapes
/// has twice as many; the second half is for pieces that continue a word.
pub const SHAPE_ROWS: u8 = 10;

impl WordShape {
    /// Returns the shape of `text`.
    pub fn from_text(text: &str) -> Self {
        let letters = || text.chars().filter(|c| c.is_alphabetic());
        let digits = text.contains(|c: char| c.is_ascii_digit());
        let count = letters().take(2).count();
        match (count, digits) {
            (0, true) => return Self::Digit,
            (_, true) => return Self::Alphanumeric,
            (0, false) if text.is_empty() => return Self::Other,
            (0, false) => return Self::Punctuation,
            _ => {}
        }
        let initial = letters().next().is_some_and(char::is_uppercase);
        let more = letters().skip(1).any(char::is_uppercase);
        match (initial, more) {
            (false, false) if letters().any(char::is_lowercase) => Self::Lower,
            (false, false) => Self::Other,
            _ if letters().all(char::is_uppercase) && count > 1 => Self::Upper,
            (true, false) if count > 1 => Self::Initial,
            (true, false) => Self::Capital,
            _ => Self::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let cases = [
            ("embassy", WordShape::Lower),
            ("Embassy", WordShape::Initial),
            ("EMBASSY", WordShape::Upper),
            ("D.", WordShape::Capital),
            ("U.S.", WordShape::Upper),
            ("McAda", WordShape::Mixed),
            ("al-Q", WordShape::Mixed),
            ("1975", WordShape::Digit),
            ("12.5", WordShape::Digit),
            ("F-16", WordShape::Alphanumeric),
            ("--", WordShape::Punctuation),
            ("٣", WordShape::Punctuation),
            ("مالي", WordShape::Other),
            ("", WordShape::Other),
            ("Éire", WordShape::Initial),
        ];
        for (text, shape) in cases {
            assert_eq!(WordShape::from_text(text), shape, "{text:?}");
        }
    }
}
