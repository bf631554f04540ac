//! Finds text that was blacked out or withheld.

use chancery_model::TextSpan;
use memchr::memmem;

/// Minimum length of a row of X that replaces a name. Shorter rows occur in
/// words and Roman numerals ("XXX").
const MIN_X_ROW_BYTES: usize = 4;
/// Maximum distance in bytes from a keyword to a bracket of its remark.
const MAX_BRACKET_DISTANCE: usize = 160;

/// Finds rows of X ("XXXXXXXXXXXX") and bracketed remarks ("[less than 1 line
/// not declassified]"), in order.
pub(crate) fn find_redactions(text: &str) -> Vec<TextSpan> {
    let mut spans = find_x_rows(text);
    spans.extend(find_remarks(text));
    spans.sort_unstable_by_key(|span| span.start);
    spans.dedup_by(|next, last| next.start < last.end);
    spans
}

fn find_x_rows(text: &str) -> Vec<TextSpan> {
    let bytes = text.as_bytes();
    let mut spans: Vec<TextSpan> = Vec::new();
    for at in memmem::find_iter(bytes, "XXXX") {
        if spans.last().is_some_and(|last| at < last.end as usize) {
            continue;
        }
        let len = bytes[at..].iter().take_while(|&&byte| byte == b'X').count();
        debug_assert!(len >= MIN_X_ROW_BYTES);
        spans.push(TextSpan::from_range(at..at + len));
    }
    spans
}

fn find_remarks(text: &str) -> Vec<TextSpan> {
    let bytes = text.as_bytes();
    let withheld = memmem::find_iter(bytes, "declassified")
        .filter(|&at| ends_with_not(&bytes[..at]))
        .filter_map(|at| {
            enclosing_remark(bytes, at, b'[', b']')
                .or_else(|| enclosing_remark(bytes, at, b'(', b')'))
        });
    let unread = memchr::memchr_iter(b'[', bytes)
        .filter(|&at| is_illegible_remark(&bytes[at + 1..]))
        .filter_map(|at| enclosing_remark(bytes, at + 1, b'[', b']'));
    withheld.chain(unread).collect()
}

/// The bracketed remark around byte `at`, brackets included.
fn enclosing_remark(bytes: &[u8], at: usize, open: u8, close: u8) -> Option<TextSpan> {
    let before = &bytes[at.saturating_sub(MAX_BRACKET_DISTANCE)..at];
    let start = before.iter().rposition(|&byte| byte == open || byte == close)?;
    let after = &bytes[at..bytes.len().min(at + MAX_BRACKET_DISTANCE)];
    let end = after.iter().position(|&byte| byte == close)?;
    let start = (before[start] == open).then_some(at - before.len() + start)?;
    match bytes[start + 1..at].starts_with(b"Source:") {
        // The note on the source is not withheld, only one of its sentences says what is.
        true => Some(sentence_around(bytes, at)),
        false => Some(TextSpan::from_range(start..at + end + 1)),
    }
}

/// The sentence around byte `at`, with its period.
fn sentence_around(bytes: &[u8], at: usize) -> TextSpan {
    let start = bytes[..at].windows(2).rposition(|pair| pair == b". ").map_or(at, |dot| dot + 2);
    let rest = &bytes[at..];
    let end = rest.iter().position(|byte| matches!(byte, b'.' | b']')).unwrap_or(rest.len());
    let period = usize::from(rest.get(end) == Some(&b'.'));
    TextSpan::from_range(start..at + end + period)
}

/// Whether `words` start a transcriber's note on illegible text: "garble".
fn is_illegible_remark(words: &[u8]) -> bool {
    [&b"garble"[..], b"illegible"]
        .iter()
        .any(|word| words.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// Whether `before` ends in "not " (the space may be a line break).
fn ends_with_not(before: &[u8]) -> bool {
    let word = before.trim_ascii_end();
    word.len() < before.len() && word.ends_with(b"not")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_remarks() {
        let cases: [(&str, &[&str]); 9] = [
            (
                "[1 paragraph (3 lines) not declassified]",
                &["[1 paragraph (3 lines) not declassified]"],
            ),
            ("means [garble—maintaining?] channels", &["[garble—maintaining?]"]),
            ("met XXXXXXXXXXXX and XXXX,", &["XXXXXXXXXXXX", "XXXX"]),
            ("Super Bowl XXX", &[]),
            (
                "said [less than 1 line not declassified] that",
                &["[less than 1 line not declassified]"],
            ),
            ("[name not\ndeclassified]", &["[name not\ndeclassified]"]),
            ("(1 line) is not declassified", &[]),
            ("[declassified]", &[]),
            (
                "[Source: Agency, Job 79, Box 80. Secret. 3 pages of source text not declassified.]",
                &["3 pages of source text not declassified."],
            ),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> =
                find_redactions(text).iter().map(|span| &text[span.byte_range()]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
