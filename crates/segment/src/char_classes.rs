//! Character classes that the rules use beside those of `model`.

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
