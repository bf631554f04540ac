//! A day's traffic: several telegrams in one file, each a document.
//!
//! A telegram starts with its transmission header: a date-time group, then FM and TO.
//! The header opens another document if post and serial of its classification line are
//! not those of the telegram before, so that the sections of one telegram stay together.
//! An end mark (NNNN), a form feed or a first page parts telegrams. A blank line does so
//! too, unless the line before it announces a text that is quoted.

use std::ops::Range;

use chancery_model::TextSpan;
use memchr::memchr_iter;

use chancery_fields::{cable_id, classification, date_time, page_line};

/// Maximum number of lines from the date-time group to the addressees.
const MAX_HEADER_LINES: usize = 6;

/// Maximum number of bytes from a header to its classification line: a telegram to all
/// posts has about ten thousand bytes of addressees.
const MAX_HEADER_BYTES: usize = 1 << 16;

/// The telegrams of `raw`, in order. Together they are the whole file.
pub(crate) fn split_telegrams(raw: &[u8]) -> Vec<Range<usize>> {
    let lines = find_lines(raw);
    let headers: Vec<usize> =
        (0..lines.len()).filter(|&at| opens_transmission(raw, &lines[at..])).collect();
    let mut starts = vec![0];
    let mut last: Option<(usize, String)> = None;
    for (number, &header) in headers.iter().enumerate() {
        let next = headers.get(number + 1).map_or(raw.len(), |&next| lines[next].start);
        let key = telegram_key(raw, lines[header].start..next);
        if let Some((before, known)) = &last
            && *known != key
        {
            match find_boundary(raw, &lines, *before, header) {
                Some(start) => starts.push(start),
                None => continue,
            }
        }
        last = Some((header, key));
    }
    let ends = starts[1..].iter().copied().chain([raw.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// The lines of a file, without their line ends. A form feed ends a line.
fn find_lines(raw: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let ends = memchr::memchr2_iter(b'\n', 0x0C, raw).chain([raw.len()]);
    ends.map(|end| std::mem::replace(&mut start, end + 1)..end).collect()
}

fn words_of<'a>(raw: &'a [u8], line: &Range<usize>) -> &'a [u8] {
    raw[line.clone()].trim_ascii()
}

/// Whether the first of `lines` is a date-time group over FM and TO.
fn opens_transmission(raw: &[u8], lines: &[Range<usize>]) -> bool {
    let first = words_of(raw, &lines[0]);
    if first.len() > 60 || memchr_iter(b'Z', first).next().is_none() {
        return false;
    }
    let Ok(first) = std::str::from_utf8(first) else { return false };
    let span = TextSpan::from_range(0..first.len());
    let Some(group) = date_time::find_date_time_group(first, span) else { return false };
    let precedence = first[..group.span.start as usize].split_whitespace();
    if !precedence.clone().all(|word| word.len() <= 2) || precedence.count() > 3 {
        return false;
    }
    let starts = |line: &Range<usize>, key: &[u8]| words_of(raw, line).starts_with(key);
    let below = &lines[1..lines.len().min(MAX_HEADER_LINES)];
    let from = below.iter().position(|line| starts(line, b"FM "));
    from.is_some_and(|from| below[from..].iter().any(|line| starts(line, b"TO ")))
}

/// Post and serial of the telegram in `extent`; without them its first two lines.
fn telegram_key(raw: &[u8], extent: Range<usize>) -> String {
    let end = extent.end.min(extent.start + MAX_HEADER_BYTES);
    let text = String::from_utf8_lossy(&raw[extent.start..end]);
    let whole = TextSpan::from_range(0..text.len());
    let line = classification::find_classification_line(&text, whole);
    if let Some((post, serial)) = line.and_then(|line| line.post.zip(line.serial)) {
        let name = cable_id::canonical_post_name(&post.value);
        let name = name.map_or_else(|| post.value.replace(' ', ""), str::to_owned);
        return format!("{name}{}", serial.value.trim_start_matches('0'));
    }
    text.lines().take(2).collect()
}

/// Where the telegram of the header line `header` starts. `before` is the header line of
/// the telegram before it. `None` if nothing parts the two.
fn find_boundary(
    raw: &[u8],
    lines: &[Range<usize>],
    before: usize,
    header: usize,
) -> Option<usize> {
    let between = || (before + 1..header).rev();
    let ends_page = |line: usize| raw.get(lines[line].end) == Some(&0x0C);
    if let Some(end) = between().find(|&line| is_end_mark_bytes(words_of(raw, &lines[line]))) {
        return Some(lines[end + 1].start);
    }
    if let Some(page) = between().find(|&line| is_first_page(words_of(raw, &lines[line]))) {
        return Some(lines[page].start);
    }
    if let Some(end) = between().find(|&line| ends_page(line)) {
        return Some(lines[end + 1].start);
    }
    // The lines of routing above the date-time group belong to its telegram.
    let blank = between().find(|&line| words_of(raw, &lines[line]).is_empty())?;
    let announced = between().map(|line| words_of(raw, &lines[line]));
    let announced = announced.skip(header - blank).find(|words| !words.is_empty())?;
    let quotes = announced.ends_with(b":")
        || [&b"QUOTE"[..], b"QTE", b"TEXT"].iter().any(|key| announced.ends_with(key));
    (!quotes).then(|| lines[blank + 1].start)
}

fn is_first_page(words: &[u8]) -> bool {
    words.starts_with(b"PAGE 01 ") && std::str::from_utf8(words).is_ok_and(page_line::is_page_line)
}

fn is_end_mark_bytes(words: &[u8]) -> bool {
    std::str::from_utf8(words).is_ok_and(is_end_mark)
}

/// Whether a line is the mark at the end of a telegram. It belongs to no text.
pub(crate) fn is_end_mark(line: &str) -> bool {
    matches!(line, "NNNN" | "NNN" | "<< END OF DOCUMENT >>")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "R 161305Z JUN 09\nFM AMEMBASSY ROSEAU\nTO SECSTATE WASHDC 4471\n\
        C O N F I D E N T I A L ROSEAU 000214\n\n1. (C) He left.\nTREMONT\n";

    /// The same header with another serial.
    fn other() -> String {
        FIRST.replace("000214", "000215")
    }

    #[test]
    fn telegrams_are_parted() {
        let second = FIRST.replace("SECSTATE", "RUEHC/SECSTATE").replace("000214", "215");
        let section = FIRST.replace("ROSEAU 000214", "SECTION 02 OF 02 ROSEAU 000214");
        let cases: [(&str, String, usize); 14] = [
            ("one", FIRST.to_owned(), 1),
            ("end mark", format!("{FIRST}NNNN\n{}", other()), 2),
            ("end mark of 1973", format!("{FIRST}\nNNN\n\n\n{}NNN", other()), 2),
            ("form feed", format!("{FIRST}\u{c}{}", other()), 2),
            ("blank lines", format!("{FIRST}\n\n{}", other()), 2),
            ("carriage returns", format!("{FIRST}\n\n{}", other()).replace('\n', "\r\n"), 2),
            ("first page", format!("{FIRST}PAGE 01 ROSEAU 00215 161305Z\n\n63\n{}", other()), 2),
            ("serial as printed", format!("{FIRST}\n{second}\n{}", FIRST.replace("214", "216")), 3),
            ("routing lines", format!("{FIRST}\nVZCZC1\nDE RUEHC #1\n{}", other()), 2),
            ("sections", format!("{FIRST}NNNN\n{section}NNNN\n"), 1),
            ("sections and another", format!("{FIRST}NNNN\n{section}NNNN\n{}", other()), 2),
            ("quoted", format!("{FIRST}\n2. (C) The text follows:\n\n{}", other()), 1),
            ("quoted in capitals", format!("{FIRST}\nQUOTE\n\n{}", other()), 1),
            ("no header", format!("{FIRST}NNNN\n\n2. (C) He came.\nNNNN\n"), 1),
        ];
        for (name, raw, count) in cases {
            let found = split_telegrams(raw.as_bytes());
            assert_eq!(found.len(), count, "{name}: {found:?}");
            assert_eq!(found.iter().map(Range::len).sum::<usize>(), raw.len(), "{name}");
            for extent in &found[1..] {
                let start = &raw[extent.clone()].trim_start()[..4];
                assert!(["R 16", "PAGE", "VZCZ"].contains(&start), "{name}: {start}");
            }
        }
    }
}
