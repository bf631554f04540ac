//! Character classes that the rules use.

/// Whether `c` is an apostrophe, typed or typographic. The left quote is
/// included because it represents the Arabic ʿayn in many transliterations.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´')
}

/// Whether `c` is a hyphen or an en dash. Print uses the en dash between the
/// parts of a compound.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '–')
}

/// Whether `c` is a letter, a digit or a character that belongs to the letter
/// before it: a combining mark, soft hyphen or joiner.
pub(crate) fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}'
            | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
            | '\u{ad}' | '\u{200b}'..='\u{200d}')
}

/// Whether `c` is a closing quote or bracket. Straight quotes count.
pub(crate) fn is_closing_mark(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '”' | '’' | '»' | '"' | '\'')
}

/// Whether `c` is an opening quote, bracket or mark. Straight quotes count.
pub(crate) fn is_opening_mark(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '“' | '‘' | '„' | '«' | '"' | '\'' | '`' | '¿' | '¡' | '¶')
}

/// The character that starts at byte `at`.
pub(crate) fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(&byte) if byte.is_ascii() => Some(byte as char),
        Some(_) => text[at..].chars().next(),
        None => None,
    }
}

/// The character that ends at byte `at`.
pub(crate) fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}
