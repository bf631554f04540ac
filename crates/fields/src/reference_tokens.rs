//! Splits the references field into bullets, words and numbers.

use std::ops::Range;

/// A token of the references field.
#[derive(Debug, PartialEq)]
pub(crate) enum ReferenceToken<'t> {
    /// The letter of a bullet: "A." "(B)" "\[C\]".
    Bullet(&'t str),
    /// Letters.
    Word(&'t str),
    /// Digits; an O before them is read as zero.
    Number(&'t str),
    /// "(01)": a year in parentheses.
    Year(&'t str),
    /// "," and other punctuation.
    Punctuation(char),
}

/// Splits the field into tokens. Skips text in parentheses, except bullets and
/// years.
pub(crate) fn tokenize_references(copy: &str) -> Vec<(ReferenceToken<'_>, Range<usize>)> {
    let mut tokens: Vec<(ReferenceToken, Range<usize>)> = Vec::new();
    let bytes = copy.as_bytes();
    let mut at = 0;
    let mut last = None;
    while at < bytes.len() {
        let byte = bytes[at];
        if let Some((letter, end)) = bullet_at(copy, at, tokens.last(), last) {
            let range = at..end;
            last = letter.bytes().next();
            tokens.push((ReferenceToken::Bullet(letter), range));
            at = end;
        } else if matches!(byte, b'(' | b'[') {
            let end = parenthesis_end(copy, at);
            let inside = copy[at + 1..end].trim_end_matches([')', ']']);
            if !inside.is_empty()
                && inside.len() <= 4
                && inside.bytes().all(|byte| byte.is_ascii_digit())
            {
                tokens.push((ReferenceToken::Year(inside), at..end));
            }
            at = end;
        } else if byte.is_ascii_alphanumeric() {
            let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            push_word_run(&mut tokens, copy, at..at + length);
            at += length;
        } else {
            if matches!(byte, b',' | b';' | b'/' | b'&' | b':') {
                tokens.push((ReferenceToken::Punctuation(byte as char), at..at + 1));
            }
            at += copy[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    tokens.retain(
        |(token, _)| !matches!(token, ReferenceToken::Word(word) if is_reference_key(word)),
    );
    tokens
}

/// Whether a word is a key inside the field: "REF: A. REF: KATHMANDU 2282".
fn is_reference_key(word: &str) -> bool {
    ["REF", "REFS", "REFTEL", "REFTELS", "REFERENCE", "UNCLASS"]
        .iter()
        .any(|key| key.eq_ignore_ascii_case(word))
}

/// The end of the parenthesis at `at`, or `at + 1` if it does not close within
/// a few lines.
fn parenthesis_end(copy: &str, at: usize) -> usize {
    let window = copy.as_bytes()[at..].iter().take(240);
    let close = window.clone().position(|&byte| matches!(byte, b')' | b']'));
    close.map_or(at + 1, |close| at + close + 1)
}

/// The bullet at `at`: "A." "A)" "(A)" "\[A\]" "(1)" "1)", or a bare letter
/// that is the next in the sequence ("A Montreal 365, B Ottawa 406").
fn bullet_at<'t>(
    copy: &'t str,
    at: usize,
    before: Option<&(ReferenceToken, Range<usize>)>,
    last: Option<u8>,
) -> Option<(&'t str, usize)> {
    let bytes = copy.as_bytes();
    if at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let open = matches!(bytes[at], b'(' | b'[');
    let letter = at + usize::from(open);
    let glyph = *bytes.get(letter)?;
    let close = bytes.get(letter + 1).copied().unwrap_or(b'\n');
    let after_word = matches!(before, Some((ReferenceToken::Word(_), _)));
    let text = copy.get(letter..letter + 1)?;
    if glyph.is_ascii_digit() {
        let enumerates = matches!(close, b')' | b']') && !after_word;
        let in_turn = last.map_or(before.is_none() && glyph == b'1', |last| last + 1 == glyph);
        return (enumerates && in_turn).then_some((text, letter + 2));
    }
    if !glyph.is_ascii_uppercase() {
        return None;
    }
    // "KUWAIT (C)02293" has no bullet: the serial of the post is still missing.
    if matches!(close, b')' | b']') {
        let serial = bytes.get(letter + 2).is_some_and(u8::is_ascii_digit);
        return (!(after_word && open && serial)).then_some((text, letter + 2));
    }
    let line_start =
        copy[..at].trim_end_matches([' ', '¶']).chars().next_back().is_none_or(|c| c == '\n');
    let point = close == b'.' && !bytes.get(letter + 2).is_some_and(u8::is_ascii_alphabetic);
    if !open && (close == b'.' && line_start || point || close == b':' && line_start) {
        return Some((text, letter + 2));
    }
    let in_turn = glyph == last.map_or(b'A', |last| last + 1) && close == b' ' && !after_word;
    let value = bytes
        .get(letter + 2)
        .is_some_and(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (!open && in_turn && value).then_some((text, letter + 1))
}

/// Adds a run of letters and digits as words and numbers.
fn push_word_run<'t>(
    tokens: &mut Vec<(ReferenceToken<'t>, Range<usize>)>,
    copy: &'t str,
    run: Range<usize>,
) {
    let word = &copy[run.clone()];
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    // "R162245Z": a date-time group.
    if letters > 0 && word.ends_with(['Z', 'z']) && word.len() > 6 {
        tokens.push((ReferenceToken::Word(word), run));
        return;
    }
    let only_zeros = word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'0');
    if letters >= 3 && only_zeros {
        tokens.push((ReferenceToken::Word(word), run));
        return;
    }
    if let Some(digit) = word.strip_prefix('O').filter(|rest| !rest.is_empty() && letters == 1) {
        // "O4": the letter O for a zero; the token is the year "04".
        let year = ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"];
        let year = digit.parse::<usize>().ok().and_then(|digit| year.get(digit));
        tokens.push((ReferenceToken::Number(year.copied().unwrap_or(digit)), run));
        return;
    }
    let mut start = run.start;
    while start < run.end {
        let rest = &copy[start..run.end];
        let digit = rest.as_bytes()[0].is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).map_or(run.end, |at| start + at);
        let piece = &copy[start..end];
        tokens.push((
            if digit { ReferenceToken::Number(piece) } else { ReferenceToken::Word(piece) },
            start..end,
        ));
        start = end;
    }
}
