//! Finds running lines: titles and page numbers that stand at the top or bottom of most
//! pages. They are page lines and no text. The first occurrence of a title is text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Minimum number of pages.
const MIN_PAGES: usize = 4;

/// Number of lines at each edge of a page that may be running lines.
const EDGE_LINES: usize = 2;

/// Maximum length of a running line, in bytes.
const MAX_LINE_BYTES: usize = 120;

/// The offsets at which running lines start in `text`, whose pages end with form feeds.
pub(crate) fn find_running_lines(text: &str) -> HashSet<usize> {
    let mut start = 0;
    let ends = memchr::memchr_iter(0x0C, text.as_bytes()).chain([text.len()]);
    let pages = ends.map(|end| edge_lines(text, std::mem::replace(&mut start, end + 1)..end));
    let pages: Vec<Vec<Range<usize>>> = pages.filter(|lines| !lines.is_empty()).collect();
    if pages.len() < MIN_PAGES {
        return HashSet::new();
    }
    let mut counts: HashMap<String, FormCount<'_>> = HashMap::new();
    for (number, line) in numbered(&pages) {
        let Some(form) = form_of_line(&text[line.clone()]) else { continue };
        let words = &text[line.clone()];
        let count = counts.entry(form).or_insert_with(|| FormCount::new(words, line.start));
        count.varies |= count.first != words;
        if count.last_page != Some(number) {
            count.last_page = Some(number);
            count.pages += 1;
        }
    }
    let mut found = HashSet::new();
    for (_, line) in numbered(&pages) {
        let form = form_of_line(&text[line.clone()]);
        let Some(count) = form.and_then(|form| counts.get(&form)) else { continue };
        let is_title = !count.varies && count.first_start == line.start;
        if count.pages * 4 >= pages.len() * 3 && !is_title {
            found.insert(line.start);
        }
    }
    found
}

fn numbered(pages: &[Vec<Range<usize>>]) -> impl Iterator<Item = (usize, Range<usize>)> {
    let pages = pages.iter().enumerate();
    pages.flat_map(|(number, lines)| lines.iter().map(move |line| (number, line.clone())))
}

/// On how many pages a form stands.
struct FormCount<'a> {
    first: &'a str,
    first_start: usize,
    /// Whether its lines differ, by their numbers.
    varies: bool,
    last_page: Option<usize>,
    pages: usize,
}

impl<'a> FormCount<'a> {
    fn new(first: &'a str, first_start: usize) -> Self {
        Self { first, first_start, varies: false, last_page: None, pages: 0 }
    }
}

/// The first and last lines of a page, trimmed.
fn edge_lines(text: &str, page: Range<usize>) -> Vec<Range<usize>> {
    let string = &text[page.clone()];
    let is_blank = |c: char| c <= ' ' || c == '\x7F' || c.is_whitespace();
    let trimmed = |line: &str| {
        let at = page.start + (line.as_ptr() as usize - string.as_ptr() as usize);
        let start = at + line.len() - line.trim_start_matches(is_blank).len();
        let end = at + line.trim_end_matches(is_blank).len();
        (start < end).then_some(start..end)
    };
    let lines = || string.split(['\n', '\r']).filter_map(trimmed);
    let top: Vec<_> = lines().take(EDGE_LINES).collect();
    let mut bottom: Vec<_> =
        string.rsplit(['\n', '\r']).filter_map(trimmed).take(EDGE_LINES).collect();
    bottom.retain(|line| !top.contains(line));
    top.into_iter().chain(bottom).collect()
}

/// A line with its page number as "0"; `None` if it cannot be a running line. The number is
/// the first or the last word, as in "TRAWLERS - 3 -"; a sentence is no running line.
fn form_of_line(line: &str) -> Option<String> {
    if line.len() > MAX_LINE_BYTES || line.ends_with(['.', ',', ';', ':']) {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_number = |word: &str| {
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit());
        (1..=4).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && word.chars().count() <= digits.len() + 2
            && !word.contains(char::is_alphabetic)
    };
    let has_words = words.iter().any(|word| word.contains(char::is_alphabetic));
    let is_dash = |word: &&str| word.chars().all(|c| "-–—|·•".contains(c));
    let first = words.iter().position(|word| !is_dash(word))?;
    let last = words.iter().rposition(|word| !is_dash(word))?;
    match [first, last].into_iter().find(|&at| is_number(words[at])) {
        Some(_) if first == last => Some("0".to_owned()),
        Some(at) if has_words => {
            let forms = words.iter().enumerate().map(|(n, word)| if n == at { "0" } else { word });
            Some(forms.collect::<Vec<_>>().join(" "))
        }
        Some(_) => None,
        None => has_words.then(|| words.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pages: &[&str]) -> Vec<String> {
        let text = pages.join("\x0C");
        let mut starts: Vec<usize> = find_running_lines(&text).into_iter().collect();
        starts.sort_unstable();
        starts.iter().map(|&at| text[at..].lines().next().unwrap_or("").to_owned()).collect()
    }

    #[test]
    fn titles_and_numbers_of_most_pages_are_found() {
        let page =
            |n: u32, words: &str| format!("  TRAWLERS\n{words}\nmore of {words}\n  - {n} -\n");
        let pages = [page(1, "one"), page(2, "two"), page(3, "three"), page(4, "four")];
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        let title = "TRAWLERS";
        let expected = ["- 1 -", title, "- 2 -", title, "- 3 -", title, "- 4 -"];
        let trimmed: Vec<String> =
            found(&pages).iter().map(|line| line.trim().to_owned()).collect();
        assert_eq!(trimmed, expected);
        assert_eq!(found(&pages[..3]), [""; 0], "three pages are too few");
    }

    #[test]
    fn words_of_single_pages_stay() {
        let cases: [[&str; 4]; 5] = [
            ["Entry 1: one left", "Entry 2: one left", "Entry 3: one left", "Entry 4: one left"],
            ["He saw 1.", "He saw 2.", "He saw 3.", "He saw 4."],
            ["One left.", "Two came.", "Three stayed.", "Four went."],
            ["12 4 7\n1 2 3", "13 5 8\n1 2 3", "14 1 2\n1 2 3", "15 0 1\n1 2 3"],
            ["", "", "", ""],
        ];
        for pages in cases {
            assert_eq!(found(&pages), [""; 0], "{pages:?}");
        }
    }
}
