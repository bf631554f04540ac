//! Splits text into tokens.
//!
//! White space separates the text into chunks. A chunk of only letters and
//! digits, as four in five are, is one token. Any other chunk is scanned once,
//! character by character, with a lookahead of at most one word.

use chancery_model::{TextSpan, Token, TokenKind, is_apostrophe, is_word_char, joins_compound};

use crate::char_classes::{char_at, char_before};
use crate::compounds::{hyphen_separates, slash_separates};
use crate::word_lists::{BEFORE_NUMBERS, OTHER_ABBREVIATIONS, PARTICLES, SENTENCE_ENDERS, TITLES};

/// Appends the tokens of `span` to `tokens`, in order and without overlap. No
/// token is empty, and every character except white space is in exactly one.
///
/// The text before `span` provides context: an ’s after a redaction is still an
/// ’s. The text after `span` is ignored.
///
/// # Panics
/// If an end of `span` is out of range or inside a character.
pub fn tokenize_span(text: &str, span: TextSpan, tokens: &mut Vec<Token>) {
    let text = &text[..span.end as usize];
    let mut at = span.start as usize;
    while let Some(c) = char_at(text, at) {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (end, holds) = scan_chunk(text, at);
        let mut scanner = ChunkScanner { text, end, tokens };
        if holds & !(LETTER | DIGIT) == 0 {
            let kind = if holds & LETTER == 0 { TokenKind::Number } else { TokenKind::Word };
            scanner.push_token(at, end, kind);
        } else {
            let address = if holds & ADDRESS == 0 { None } else { find_address(text, at, end) };
            let (from, to) = address.unwrap_or((end, end));
            scanner.end = from;
            scanner.tokenize_range(at, from);
            if from < to {
                scanner.push_token(from, to, TokenKind::Word);
                scanner.end = end;
                scanner.tokenize_range(to, end);
            }
        }
        at = end;
    }
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// "@" or ":". Every email address and URL contains one.
const ADDRESS: u8 = 4;
const OTHER: u8 = 8;
const BLANK: u8 = 16;
const NON_ASCII: u8 = 32;

/// The kind of each byte.
const BYTE_KINDS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = match b {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'@' | b':' => ADDRESS,
            b' ' | b'\t'..=b'\r' => BLANK,
            0x80.. => NON_ASCII,
            _ => OTHER,
        };
        byte += 1;
    }
    table
};

/// Finds the end of the chunk that starts at `at`, and the kinds of its bytes.
fn scan_chunk(text: &str, mut at: usize) -> (usize, u8) {
    let mut holds = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        match BYTE_KINDS[byte as usize] {
            BLANK => break,
            NON_ASCII => match char_at(text, at) {
                Some(c) if !c.is_whitespace() => at += c.len_utf8(),
                _ => break,
            },
            _ => at += 1,
        }
        holds |= BYTE_KINDS[byte as usize];
    }
    (at, holds)
}

/// Finds the email address or URL in a chunk. It is the chunk without the
/// brackets, quotes and punctuation around it.
fn find_address(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let whole = &text[start..end];
    let tail = whole.trim_start_matches(['(', '[', '<', '{', '"', '\'', '“', '‘']);
    let trailing = ['.', ',', ';', ':', '!', '?', ')', ']', '>', '}', '"', '\'', '”', '’'];
    let address = tail.trim_end_matches(trailing);
    let parted = |(before, after): (&str, &str)| {
        let plain = |s: &str, at: Option<char>| !s.is_empty() && at.is_some_and(is_word_char);
        plain(before, before.chars().next_back()) && plain(after, after.chars().next())
    };
    // "Rashid@Abu Bakr" is a name and an alias.
    let mailbox = |parts: (&str, &str)| parts.1.contains('.') && parted(parts);
    let found = address.split_once('@').is_some_and(mailbox)
        || address.split_once("://").is_some_and(parted)
        || address.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("mailto:"));
    let from = end - tail.len();
    found.then(|| (from, from + address.len()))
}

/// Splits one chunk of `text`, which ends at `end`.
struct ChunkScanner<'a> {
    text: &'a str,
    end: usize,
    tokens: &'a mut Vec<Token>,
}

impl ChunkScanner<'_> {
    fn push_token(&mut self, start: usize, end: usize, kind: TokenKind) {
        self.tokens.push(Token { span: TextSpan::from_range(start..end), kind });
    }

    fn tokenize_range(&mut self, mut at: usize, end: usize) {
        while at < end {
            at = match self.char_in_chunk(at) {
                Some(c) if is_word_char(c) => self.scan_word(at, at),
                Some(c) => self.scan_mark(at, c),
                None => end,
            };
        }
    }

    /// The character at `at`, if it is inside the chunk.
    fn char_in_chunk(&self, at: usize) -> Option<char> {
        if at < self.end { char_at(self.text, at) } else { None }
    }

    /// The end of the run of letters and digits that starts at `at`.
    fn end_of_word_chars(&self, mut at: usize) -> usize {
        while let Some(c) = self.char_in_chunk(at).filter(|&c| is_word_char(c)) {
            at += c.len_utf8();
        }
        at
    }

    /// The run of letters and digits that starts at `at`, or a whole "U.S".
    fn dotted_run(&self, at: usize) -> &str {
        let mut end = self.end_of_word_chars(at);
        while end == at + 1 && self.char_in_chunk(end) == Some('.') {
            end = self.end_of_word_chars(end + 1);
        }
        &self.text[at..end]
    }

    /// Appends the word or number that starts at `start` and has its first
    /// letter or digit at `at`. Returns its end.
    fn scan_word(&mut self, start: usize, at: usize) -> usize {
        let mut at = self.end_of_word_chars(at);
        while let Some(c) = self.char_in_chunk(at) {
            let after = at + c.len_utf8();
            if self.is_negation(start, at, c) {
                if start < at - 1 {
                    self.push_token(start, at - 1, TokenKind::Word);
                }
                self.push_token(at - 1, after + 1, TokenKind::Word);
                return after + 1;
            }
            let Some(after) = self.word_continuation(start, at, c, after) else {
                break;
            };
            at = self.end_of_word_chars(after);
        }
        if self.char_in_chunk(at) == Some('.') && self.keeps_final_period(start, at) {
            at += 1;
        }
        let number = !self.text[start..at].chars().any(char::is_alphabetic);
        self.push_token(start, at, if number { TokenKind::Number } else { TokenKind::Word });
        at
    }

    /// Whether the apostrophe `c` at `at` is part of a negation: "did n’t".
    fn is_negation(&self, start: usize, at: usize, c: char) -> bool {
        let after = at + c.len_utf8();
        (is_apostrophe(c) || c == ',')
            && (at > start + 1 || (self.follows_whitespace(start) && after + 1 == self.end))
            && matches!(self.text.as_bytes()[at - 1], b'n' | b'N')
            && matches!(self.char_in_chunk(after), Some('t' | 'T'))
            && self.end_of_word_chars(after) == after + 1
            && self.text.is_char_boundary(at - 1)
    }

    /// Whether `at` is the start of the text or follows white space.
    fn follows_whitespace(&self, at: usize) -> bool {
        char_before(self.text, at).is_none_or(char::is_whitespace)
    }

    /// If the word `start..at` continues after the mark `c` at `at`, returns the
    /// offset of its next letter or digit. `after` is the offset after the mark.
    fn word_continuation(&self, start: usize, at: usize, c: char, after: usize) -> Option<usize> {
        let next = self.char_in_chunk(after)?;
        let token = &self.text[start..at];
        if !is_word_char(next) {
            let letter = after + next.len_utf8();
            let ayn = joins_compound(c)
                && is_apostrophe(next)
                && PARTICLES.contains_word(part_after_hyphen(token));
            return (ayn && self.char_in_chunk(letter).is_some_and(is_word_char)).then_some(letter);
        }
        let before = char_before(self.text, at)?;
        let right = || &self.text[after..self.end_of_word_chars(after)];
        let digits = before.is_ascii_digit() && next.is_ascii_digit();
        let joined = match c {
            '_' => true,
            '.' => digits || continues_after_period(token, next, right()),
            ':' => digits,
            ',' => {
                let thousands = digits && right().len() == 3;
                thousands || (before.is_alphabetic() && is_damaged_elision(token, right()))
            }
            '/' => !slash_separates(token, right()),
            '&' => before.is_uppercase() && next.is_uppercase(),
            _ if joins_compound(c) => !hyphen_separates(token, self.dotted_run(after)),
            _ if is_apostrophe(c) => {
                before.is_alphabetic()
                    && next.is_alphabetic()
                    && self.end_of_clitic(at, c).is_none()
            }
            _ => false,
        };
        joined.then_some(after)
    }

    /// Whether the period at `at` is part of the word before it.
    fn keeps_final_period(&self, start: usize, at: usize) -> bool {
        let word = &self.text[start..at];
        if is_dotted_abbreviation(word) {
            return true;
        }
        if self.char_in_chunk(at + 1) == Some('.') {
            return false;
        }
        let rest = self.text[at + 1..].trim_start_matches([' ', '\t', '\n', '\r']);
        let next = char_at(rest, 0);
        if is_single_initial(word) {
            return next.is_some_and(|c| word != "I" || c.is_uppercase());
        }
        TITLES.contains_word(word)
            || SENTENCE_ENDERS.contains_word(word)
            || OTHER_ABBREVIATIONS.contains_word(word)
            || (BEFORE_NUMBERS.contains_word(word) && next.is_some_and(|c| c.is_ascii_digit()))
    }

    /// Appends the token that starts with the mark `c` at `at`. Returns its end.
    fn scan_mark(&mut self, at: usize, c: char) -> usize {
        let after = at + c.len_utf8();
        let clings = !self.follows_whitespace(at);
        // An isolated ’s occurs in text that is already tokenized.
        if let Some(end) = self.end_of_clitic(at, c).filter(|&end| clings || end == self.end) {
            self.push_token(at, end, TokenKind::Word);
            return end;
        }
        let signs = c == '.' || (c == '+' && !clings);
        if signs && self.char_in_chunk(after).is_some_and(|c| c.is_ascii_digit()) {
            return self.scan_word(at, after);
        }
        let mut end = after;
        let rows = "\"“”‘’«»()[]{}<>,;$%&@";
        while !rows.contains(c) && self.char_in_chunk(end) == Some(c) {
            end += c.len_utf8();
        }
        self.push_token(at, end, TokenKind::Punctuation);
        end
    }

    /// The end of the clitic that starts with the apostrophe `c` at `at`: "’s",
    /// "'re". Some collections have commas in place of apostrophes: ",s".
    fn end_of_clitic(&self, at: usize, c: char) -> Option<usize> {
        if !is_apostrophe(c) && c != ',' {
            return None;
        }
        let after = at + c.len_utf8();
        let end = self.end_of_word_chars(after);
        let is = |form: &str| self.text[after..end].eq_ignore_ascii_case(form);
        let found = is("s")
            || ((is("m") || is("d") || is("re") || is("ve") || is("ll"))
                && self.follows_pronoun(at));
        found.then_some(end)
    }

    /// Whether a pronoun or similar word ends at `at`: "I'd", but not "Sa'd".
    fn follows_pronoun(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches(' ');
        let word = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let word = &before[word.len()..];
        let pronouns =
            ["i", "you", "he", "she", "it", "we", "they", "who", "that", "there", "what", "would"];
        pronouns.iter().any(|pronoun| word.eq_ignore_ascii_case(pronoun))
    }
}

/// Whether a word continues after its period: "U.S", "Ph.D", "index.html", but
/// neither "D.Pearce" nor "cable.The".
fn continues_after_period(token: &str, next: char, right: &str) -> bool {
    let part = token.rsplit('.').next().unwrap_or(token);
    let mut letters = part.chars();
    let (first, second, third) = (letters.next(), letters.next(), letters.next());
    let single = first.is_some_and(char::is_alphabetic) && second.is_none();
    let last = third.or(second).or(first);
    let one = next.is_alphabetic() && right.chars().nth(1).is_none();
    (one && (single || part == "Ph"))
        || (third.is_some() && last.is_some_and(char::is_lowercase) && next.is_lowercase())
}

/// The part of `token` after its last hyphen.
fn part_after_hyphen(token: &str) -> &str {
    token.rsplit(joins_compound).next().unwrap_or(token)
}

/// Whether a comma replaces an apostrophe: "d,Ivoire", "O,Brien", "al-Qa,ida".
fn is_damaged_elision(token: &str, right: &str) -> bool {
    let part = part_after_hyphen(token);
    right.chars().all(char::is_alphabetic)
        && right.len() > 2
        && ["d", "l", "o", "n", "qa"].iter().any(|elided| part.eq_ignore_ascii_case(elided))
}

/// Whether `word` consists of parts of one or two letters with periods between
/// them: "U.S", "p.m", "Ph.D".
pub(crate) fn is_dotted_abbreviation(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| {
            part.chars().all(char::is_alphabetic) && matches!(part.chars().count(), 1 | 2)
        })
}

/// Whether `word` is one capital letter: "D".
pub(crate) fn is_single_initial(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
}
