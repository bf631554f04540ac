//! Joins words that a line end divides.
//!
//! "Antana-" at the end of a line and "narivo met" at the start of the next
//! become "Antananarivo" and "met": the rest of the word moves up. A compound
//! that was divided at its own hyphen keeps it ("Guinea-Bissau", "long-term").
//! Which of the two a word is follows from the rest of the text, the letters
//! around the hyphen and a list of common words ([`BreakEvidence`]).
//!
//! The lines stay what they are, so all later steps see a text whose words are
//! whole. The raw bytes of a removed hyphen belong to no run of the text.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{RunKind, Text, TextSpan, fold_word, is_hyphen, joins_compound};

use crate::line_patterns;
use crate::line_text::{LineText, TextLine};

/// Words that follow a suspended hyphen: "pre- and post-war".
const AFTER_SUSPENDED: [&str; 6] = ["and", "or", "to", "nor", "but", "versus"];

/// First parts that keep their hyphen.
const PREFIXES: [&str; 16] = [
    "al", "anti", "counter", "el", "ex", "half", "mid", "neo", "non", "post", "pre", "pro",
    "quasi", "self", "semi", "vice",
];

/// Second parts of compounds with a name: "Pune-based".
const SECOND_PARTS: &str = "aligned backed based bound brokered controlled funded held led made \
    owned run sponsored style";

/// Common English words, sorted. docs/DATA.md says how the list was made.
static COMMON_WORDS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../data/common_words.txt").lines().collect());

/// A word that is divided between a line and the next.
struct BrokenWord {
    /// Where the first part ends, without the hyphen or with it.
    kept_end: usize,
    /// The rest of the word, with the punctuation after it.
    rest: Range<usize>,
}

/// Joins the divided words of `laid`.
pub(crate) fn join_broken_words(laid: LineText) -> LineText {
    let broken = find_broken_words(&laid);
    if broken.is_empty() { laid } else { move_rests_up(&laid, broken) }
}

/// The words that are divided at the end of a line, each with the number of the line.
fn find_broken_words(laid: &LineText) -> Vec<(usize, BrokenWord)> {
    let string = laid.text.as_str();
    let mut evidence = None;
    let mut broken: Vec<(usize, BrokenWord)> = Vec::new();
    for (index, line) in laid.lines.iter().enumerate() {
        // The first word of this line may already belong to the line before.
        let taken = broken.last().map_or(0, |(_, word)| word.rest.end);
        let start = taken.max(line.span.start as usize);
        let next = laid.lines.get(index + 1).filter(|next| !next.after_blank);
        let candidate = next
            .and_then(|next| BreakCandidate::new(string, start..line.span.end as usize, next.span));
        if let Some(candidate) = candidate {
            let evidence =
                evidence.get_or_insert_with(|| BreakEvidence::from_lines(string, &laid.lines));
            broken.push((index, candidate.decide(string, evidence)));
        }
    }
    broken
}

/// A line that ends in a hyphen, and a next line that may go on with its word.
struct BreakCandidate {
    first: Range<usize>,
    hyphen: Range<usize>,
    rest: Range<usize>,
}

impl BreakCandidate {
    fn new(string: &str, line: Range<usize>, next: TextSpan) -> Option<Self> {
        let words = &string[line.clone()];
        let hyphen = words.chars().next_back().filter(|&c| divides_word(c))?;
        let before = &words[..words.len() - hyphen.len_utf8()];
        let part = before.rsplit(char::is_whitespace).next().unwrap_or(before);
        let end = line.start + before.len();
        let first = end - part.len()..end;
        let next_line = &string[next.byte_range()];
        let length = next_line.find(char::is_whitespace).unwrap_or(next_line.len());
        let chunk = &next_line[..length];
        let goes_on = (part.ends_with(char::is_alphanumeric) || is_initials(part))
            && chunk.starts_with(char::is_alphanumeric)
            && !chunk.ends_with([':', '-'])
            && !AFTER_SUSPENDED.contains(&chunk)
            && line_patterns::paragraph_opening(next_line).is_none()
            && !line_patterns::is_list_item(next_line);
        let start = next.start as usize;
        goes_on.then(|| Self {
            hyphen: first.end..first.end + hyphen.len_utf8(),
            first,
            rest: start..start + length,
        })
    }

    fn decide(self, string: &str, evidence: &BreakEvidence) -> BrokenWord {
        let is_soft = string[self.hyphen.clone()].starts_with('\u{ad}');
        let keeps =
            !is_soft && evidence.keeps_hyphen(&string[self.first], &string[self.rest.clone()]);
        let kept_end = if keeps { self.hyphen.end } else { self.hyphen.start };
        BrokenWord { kept_end, rest: self.rest }
    }
}

/// Whether `part` is an abbreviation with periods: "U.S.".
fn is_initials(part: &str) -> bool {
    part.ends_with('.') && part.trim_end_matches('.').ends_with(char::is_uppercase)
}

/// Whether `c` at the end of a line may divide a word.
pub(crate) fn divides_word(c: char) -> bool {
    c == '\u{ad}' || joins_compound(c)
}

/// The words of a text that no line end divides, folded.
struct BreakEvidence {
    words: HashSet<String>,
}

impl BreakEvidence {
    fn from_lines(string: &str, lines: &[TextLine]) -> Self {
        let mut words = HashSet::new();
        let mut divided = false;
        for line in lines {
            let line = &string[line.span.byte_range()];
            let ends_divided = line.ends_with(divides_word);
            let mut chunks: Vec<&str> = line.split_whitespace().collect();
            if ends_divided {
                chunks.pop();
            }
            for chunk in chunks.into_iter().skip(usize::from(divided)) {
                let word = chunk.trim_matches(|c: char| !c.is_alphanumeric());
                words.insert(fold_word(word));
                words.extend(word.split(is_hyphen).map(fold_word));
            }
            divided = ends_divided;
        }
        Self { words }
    }

    /// Whether the hyphen between `first` and `rest` is part of the word, as in
    /// "long-term".
    fn keeps_hyphen(&self, first: &str, rest: &str) -> bool {
        let part = first.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(first);
        let after = rest.trim_end_matches(|c: char| !c.is_alphanumeric());
        let after = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or(after);
        let (left, right) = (fold_word(part), fold_word(after));
        let whole = format!("{left}{right}");
        let letters = |word: &str| word.chars().all(char::is_alphabetic);
        match () {
            () if is_initials(first) || !letters(&left) || !letters(&right) => true,
            () if self.words.contains(&format!("{left}-{right}")) => true,
            () if self.words.contains(&whole) => false,
            () if after.starts_with(char::is_uppercase) && part.contains(char::is_lowercase) => {
                true
            }
            () if is_common(&whole) => false,
            () if PREFIXES.contains(&left.as_str()) => true,
            () if self.is_word(&left) && self.is_word(&right) => true,
            () if part.starts_with(char::is_uppercase)
                && SECOND_PARTS.split(' ').any(|part| part == right.as_str()) =>
            {
                true
            }
            () => !part.contains(char::is_lowercase) && !after.contains(char::is_lowercase),
        }
    }

    fn is_word(&self, word: &str) -> bool {
        self.words.contains(word) || is_common(word)
    }
}

pub(crate) fn is_common(word: &str) -> bool {
    COMMON_WORDS.binary_search(&word).is_ok()
}

/// Builds the text again with the rest of each divided word on its first line.
fn move_rests_up(laid: &LineText, broken: Vec<(usize, BrokenWord)>) -> LineText {
    let old = &laid.text;
    let mut joined = LineText {
        release_id: laid.release_id.clone(),
        page_posts: laid.page_posts.clone(),
        ..LineText::default()
    };
    // Where each line of the new text started in the old one.
    let mut old_starts: Vec<u32> = Vec::new();
    // Where each line of the old text starts in it, and in the new one.
    let mut line_starts: Vec<(u32, u32)> = Vec::new();
    let mut at = 0;
    let mut columns = laid.columns.iter().enumerate().peekable();
    let mut broken = broken.into_iter().peekable();
    for (index, line) in laid.lines.iter().enumerate() {
        let word = broken.next_if(|(of_line, _)| *of_line == index).map(|(_, word)| word);
        let start = at.max(line.span.start as usize);
        let begin = start + leading_blanks(&old.as_str()[start..line.span.end as usize]);
        if begin == line.span.end as usize {
            line_starts.push((line.span.start, joined.text.len() as u32));
            continue;
        }
        push_line_break(&mut joined.text, old, at..begin, line.after_blank);
        let new_start = joined.text.len() as u32;
        line_starts.push((line.span.start, new_start));
        match word {
            None => {
                joined.text.push_part(old, begin..line.span.end as usize);
                at = line.span.end as usize;
            }
            Some(word) => {
                joined.text.push_part(old, begin..word.kept_end);
                at = word.rest.end;
                joined.text.push_part(old, word.rest);
            }
        }
        let span = TextSpan::new(new_start, joined.text.len() as u32);
        joined.lines.push(TextLine { span, ..*line });
        old_starts.push(begin as u32);
        while columns.next_if(|(_, column)| column.start < line.span.start).is_some() {}
        if let Some((column, _)) = columns.next_if(|(_, column)| column.start == line.span.start) {
            joined.columns.push(span);
            joined.first_row += usize::from(column < laid.first_row);
        }
    }
    joined.pages.clone_from(&laid.pages);
    for page in &mut joined.pages {
        // A page begins with a line.
        if let Ok(at) = line_starts.binary_search_by_key(&page.offset, |(old, _)| *old) {
            page.offset = line_starts[at].1;
        }
    }
    joined.page_lines.clone_from(&laid.page_lines);
    for page_line in &mut joined.page_lines {
        let index = old_starts.partition_point(|start| *start < page_line.offset);
        let Some(index) = index.checked_sub(1) else { continue };
        let span = joined.lines[index].span;
        let offset = (span.start + page_line.offset - old_starts[index]).min(span.end);
        page_line.offset = joined.text.as_str().floor_char_boundary(offset as usize) as u32;
    }
    joined
}

fn leading_blanks(string: &str) -> usize {
    string.len() - string.trim_start().len()
}

/// Appends the line break that stands for the white space `gap` of the old text.
fn push_line_break(text: &mut Text, old: &Text, gap: Range<usize>, after_blank: bool) {
    if text.is_empty() {
        return;
    }
    let raw = old.to_raw_span(TextSpan::from_range(gap));
    text.push_run(if after_blank { "\n\n" } else { "\n" }, raw.byte_range(), RunKind::Joined);
}
