//! The references: "REF: A. 08 STATE 1234 B. SMITH/DOE E-MAIL 10/15".
//!
//! The field is split into tokens (bullets, words, numbers). Bullets and
//! semicolons separate items. In an item, every *year post serial* becomes a
//! canonical cable id; a missing year is the year of the citing telegram. An
//! item without a cable is kept as printed, with its kind.

use std::ops::Range;

use chancery_model::{CableId, Reference, ReferenceKind, Spanned, TextSpan};

use crate::cable_id::{self, cable_id_from_parts};
use crate::keys::{self, FieldKey, KeyMatch};
use crate::page_line;
use crate::reference_tokens::{ReferenceToken, tokenize_references};
use crate::scan::{self, clamp_to_text, line_ranges, matches_word_at, trim_range};

/// What is known about the telegram that contains the references.
#[derive(Clone, Copy, Debug, Default)]
pub struct CitingCable<'a> {
    /// Its full year, used for references without a year.
    pub year: Option<u16>,
    /// Its id. Its post is used for serials without a post.
    pub id: Option<&'a CableId>,
}

/// Finds the references of the first REF field of `within`.
pub fn find_references(
    text: &str,
    within: TextSpan,
    origin: CitingCable,
) -> Vec<Spanned<Reference>> {
    let within = clamp_to_text(text, within);
    let keys = keys::find_keys(text, within.clone());
    let Some(key) = keys.iter().find(|found| found.key == FieldKey::References) else {
        return Vec::new();
    };
    let value = references_value_range(text, key, within.end, &keys);
    parse_references(text, value, origin)
}

/// The range of the value of the field whose key is `key`.
pub(crate) fn references_value_range(
    text: &str,
    key: &KeyMatch,
    end: usize,
    keys: &[KeyMatch],
) -> Range<usize> {
    let bullet_before = text[..key.span.start].trim_end_matches([' ', '\t']).ends_with(['.', ')']);
    let from = if bullet_before && key.span.start >= 3 {
        start_of_first_bullet(text, key)
    } else {
        key.span.end
    };
    let limit = keys::field_value_end(text, key.span.end, end, keys, FieldKey::References);
    let mut stop = key.span.end;
    let mut open = true;
    let mut blank = false;
    for line in line_ranges(text, key.span.end..limit) {
        let words = text[line.clone()].trim();
        if words.is_empty() {
            blank = true;
            continue;
        }
        let page = page_line::is_page_line(words);
        if stop > key.span.end
            && !page
            && (blank && !open && !opens_with_bullet(words)
                || opens_body(words)
                || is_running_text(words))
        {
            break;
        }
        if let Some(sentence) = start_of_sentence(&text[line.clone()]) {
            stop = line.start + sentence;
            break;
        }
        if !page {
            open = expects_continuation(words);
            stop = line.end;
        }
        blank = false;
    }
    from..stop
}

/// The start of the value if a bullet precedes the key: "A. REF AMMAN 222".
fn start_of_first_bullet(text: &str, key: &KeyMatch) -> usize {
    let start = text[..key.span.start].rfind('\n').map_or(0, |end| end + 1);
    let bullet = text[start..key.span.start].trim();
    if bullet.len() == 2 && bullet.as_bytes()[0].is_ascii_uppercase() {
        start
    } else {
        key.span.end
    }
}

/// Whether a line of references is continued after a blank line: it ends with
/// a bullet, a year, a comma or AND.
fn expects_continuation(line: &str) -> bool {
    let last = line.split_whitespace().next_back().unwrap_or("");
    let bare = last.trim_matches(|c: char| !c.is_alphanumeric());
    let year = bare.len() == 2 && bare.bytes().all(|byte| byte.is_ascii_digit());
    let words = line.split_whitespace().count();
    let bullet = last.strip_suffix([')', '.']).and_then(|last| last.rsplit([',', ';', '(']).next());
    let bullet = bullet.is_some_and(|letter| letter.len() == 1);
    bullet
        || last.ends_with([',', ';'])
        || year && words > 1
        || bare.len() <= 1 && !last.ends_with('-')
        || bare == "AND"
}

fn opens_with_bullet(line: &str) -> bool {
    let line = line.trim_start_matches(['¶', '-', ' ', '(', '[']);
    let mut chars = line.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && matches!(chars.next(), Some('.' | ')' | ']'))
}

/// Whether a line belongs to the body or to another field.
fn opens_body(line: &str) -> bool {
    const HEADS: &[&str] = &[
        "SUMMARY",
        "SENSITIVE BUT",
        "DERIVED FROM",
        "DECLASSIFY",
        "THIS MESSAGE",
        "BEGIN SUMMARY",
    ];
    let dashes = line.len() > 3 && line.chars().all(|c| "-_=*".contains(c));
    dashes || HEADS.iter().any(|head| matches_word_at(line, 0, head))
}

/// Whether a line is running text: long, mostly lower case, no bullet.
fn is_running_text(line: &str) -> bool {
    let small = line.chars().filter(|c| c.is_lowercase()).count();
    line.len() > 60 && 2 * small > line.len() && !opens_with_bullet(line)
}

/// The offset after the period where a sentence follows references on their
/// line: "Ref: Cairo 11854. Please pass …".
fn start_of_sentence(line: &str) -> Option<usize> {
    line.match_indices(". ").map(|(at, _)| at).find_map(|at| {
        let next = line[at + 2..].trim_start();
        let word = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let sentence = word.len() > 2
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().skip(1).all(char::is_lowercase)
            && line[..at].ends_with(|c: char| c.is_ascii_digit())
            && cable_id::listed_post_name(word).is_none();
        sentence.then_some(at + 1)
    })
}

/// Parses the references of `value`.
pub(crate) fn parse_references(
    text: &str,
    value: Range<usize>,
    origin: CitingCable,
) -> Vec<Spanned<Reference>> {
    let copy = page_line::blank_page_lines(text, value.clone());
    let tokens = tokenize_references(&copy);
    let mut reader = ReferenceReader {
        copy: &copy,
        base: value.start,
        origin,
        last: None,
        last_cable_end: None,
        found: Vec::new(),
    };
    let mut bullet = None;
    let mut first = 0;
    for at in 0..=tokens.len() {
        let ends = tokens.get(at).is_none_or(|(token, _)| {
            matches!(token, ReferenceToken::Bullet(_) | ReferenceToken::Punctuation(';'))
        });
        if !ends {
            continue;
        }
        let end = tokens.get(at).map_or(copy.len(), |(_, range)| range.start);
        let start = if first == 0 { 0 } else { tokens[first - 1].1.end };
        reader.read_item(&tokens[first..at], start..end, bullet);
        first = at + 1;
        if let Some((ReferenceToken::Bullet(letter), _)) = tokens.get(at) {
            bullet = Some(*letter);
        }
    }
    reader.found
}

struct ReferenceReader<'t> {
    /// The field without page lines.
    copy: &'t str,
    /// Its start in the text.
    base: usize,
    origin: CitingCable<'t>,
    /// The post and year of the last cable.
    last: Option<(String, String)>,
    /// One past the last token of the last cable of the item.
    last_cable_end: Option<usize>,
    found: Vec<Spanned<Reference>>,
}

impl<'t> ReferenceReader<'t> {
    /// Reads one item: its cables, or if there are none, the item as printed.
    fn read_item(
        &mut self,
        tokens: &[(ReferenceToken<'t>, Range<usize>)],
        range: Range<usize>,
        bullet: Option<&str>,
    ) {
        let before = self.found.len();
        self.last_cable_end = None;
        let mut at = 0;
        while at < tokens.len() {
            match self.parse_cable(tokens, at) {
                Some((id, next)) => {
                    let range = tokens[at].1.start..tokens[next - 1].1.end;
                    self.push_reference(id, ReferenceKind::Cable, bullet, range);
                    at = next;
                    self.last_cable_end = Some(next);
                }
                None => at += 1,
            }
        }
        let words = trim_range(self.copy, range, &[';', ',', '¶', '-']);
        let printed = &self.copy[words.clone()];
        if self.found.len() == before && printed.chars().filter(|c| c.is_alphanumeric()).count() > 2
        {
            let kind = kind_of_item(printed);
            let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
            self.push_reference(printed, kind, bullet, words);
        }
    }

    fn push_reference(
        &mut self,
        value: String,
        kind: ReferenceKind,
        bullet: Option<&str>,
        range: Range<usize>,
    ) {
        if self.origin.id.is_some_and(|cable| cable.0 == value) {
            return;
        }
        let range = self.base + range.start..self.base + range.end;
        let bullet = bullet.map(str::to_owned);
        self.found.push(scan::field_at(Reference { value, kind, bullet }, range));
    }

    /// The cable that starts with token `at`, and one past its last token.
    fn parse_cable(
        &mut self,
        tokens: &[(ReferenceToken<'t>, Range<usize>)],
        at: usize,
    ) -> Option<(String, usize)> {
        let token = |n: usize| tokens.get(n).map(|(token, _)| token);
        let word = |n: usize| matches!(token(n), Some(ReferenceToken::Word(_)));
        if let Some(ReferenceToken::Number(number)) = token(at) {
            let year = two_digit_year(number).filter(|_| word(at + 1));
            return year
                .and_then(|year| self.parse_post_then_serial(tokens, at + 1, Some(&year)))
                .or_else(|| self.parse_serial_then_post(tokens, at))
                .or_else(|| self.parse_lone_serial(tokens, at));
        }
        word(at).then(|| self.parse_post_then_serial(tokens, at, None)).flatten()
    }

    /// Parses "STATE 1234", "RIO DE JAN 138", "STATE (01) 201265" or "AMMAN 7718
    /// 99".
    fn parse_post_then_serial(
        &mut self,
        tokens: &[(ReferenceToken<'t>, Range<usize>)],
        at: usize,
        year: Option<&str>,
    ) -> Option<(String, usize)> {
        let words = tokens[at..]
            .iter()
            .take(5)
            .take_while(|(token, _)| matches!(token, ReferenceToken::Word(_)))
            .count();
        let mut serial_at = at + words;
        let mut year = year.map(str::to_owned);
        if let Some((ReferenceToken::Year(printed), _)) = tokens.get(serial_at) {
            year = two_digit_year(printed);
            serial_at += 1;
        } else if let Some((ReferenceToken::Punctuation(':'), _)) = tokens.get(serial_at) {
            serial_at += 1;
        }
        let Some((ReferenceToken::Number(serial), _)) = tokens.get(serial_at) else { return None };
        let letters = self.copy[tokens[at].1.start..tokens[at + words - 1].1.end].to_owned();
        let post = cable_id::canonical_post_name(&letters)?.to_owned();
        let mut next = serial_at + 1;
        let closes = |n: usize| {
            tokens.get(n).is_none_or(|(token, _)| matches!(token, ReferenceToken::Punctuation(',')))
        };
        if let (None, Some((ReferenceToken::Number(after), _))) = (&year, tokens.get(next))
            && after.len() == 2
            && closes(next + 1)
        {
            year = two_digit_year(after);
            next += 1;
        }
        let year = year.or_else(|| self.citing_cable_year()).unwrap_or_default();
        let id = cable_id_from_parts(&year, &post, serial)?;
        self.last = Some((post, year));
        Some((id.0, next))
    }

    /// Parses "870 Ulaanbaatar".
    fn parse_serial_then_post(
        &mut self,
        tokens: &[(ReferenceToken<'t>, Range<usize>)],
        at: usize,
    ) -> Option<(String, usize)> {
        let (ReferenceToken::Number(serial), _) = &tokens[at] else { return None };
        let words = tokens[at + 1..]
            .iter()
            .take(4)
            .take_while(|(token, _)| matches!(token, ReferenceToken::Word(_)))
            .count();
        let end = at + 1 + words;
        if words == 0 {
            return None;
        }
        let range = tokens[at + 1].1.start..tokens[end - 1].1.end;
        let post = cable_id::listed_post_name(&self.copy[range])?.to_owned();
        let followed = matches!(tokens.get(end), Some((ReferenceToken::Number(_), _)));
        let year = self.citing_cable_year()?;
        let id = (at == 0 && !followed).then(|| cable_id_from_parts(&year, &post, serial))??;
        self.last = Some((post, year));
        Some((id.0, end))
    }

    /// Parses a serial without a post: joined by AND or "/" to the cable before
    /// it, or directly after a bullet ("B. 2962").
    fn parse_lone_serial(
        &self,
        tokens: &[(ReferenceToken<'t>, Range<usize>)],
        at: usize,
    ) -> Option<(String, usize)> {
        let (ReferenceToken::Number(serial), _) = &tokens[at] else { return None };
        let before = at.checked_sub(1).filter(|&before| self.last_cable_end == Some(before));
        let joined = match before.map(|before| &tokens[before].0) {
            Some(ReferenceToken::Punctuation('/' | '&')) => true,
            Some(ReferenceToken::Word(word)) => word.eq_ignore_ascii_case("AND"),
            _ => false,
        };
        let next = tokens.get(1).map(|(token, _)| token);
        let prose =
            matches!(next, Some(ReferenceToken::Word(word)) if !word.eq_ignore_ascii_case("AND"));
        let opens = at == 0 && (3..=6).contains(&serial.len()) && !prose;
        let (post, year) = match &self.last {
            Some((post, year)) if joined || opens => (post.as_str(), year.clone()),
            None if opens => (post_of_cable(self.origin.id?)?, self.citing_cable_year()?),
            _ => return None,
        };
        Some((cable_id_from_parts(&year, post, serial)?.0, at + 1))
    }

    /// Two digits of the year of the citing telegram.
    fn citing_cable_year(&self) -> Option<String> {
        self.origin.year.map(|year| format!("{:02}", year % 100))
    }
}

fn post_of_cable(id: &CableId) -> Option<&str> {
    Some(id.0.get(2..)?.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Two digits of a year printed as "08", "2008", "094" (a typo), "1998".
fn two_digit_year(number: &str) -> Option<String> {
    match number.len() {
        2 => Some(number.to_owned()),
        3 if number.starts_with('0') => Some(number[1..].to_owned()),
        4 if number.starts_with("19") || number.starts_with("20") => Some(number[2..].to_owned()),
        _ => None,
    }
}

/// The kind of an item, by its words.
fn kind_of_item(item: &str) -> ReferenceKind {
    const KINDS: &[(&str, ReferenceKind)] = &[
        ("EMAIL", ReferenceKind::Email),
        ("EMAILS", ReferenceKind::Email),
        ("TELCON", ReferenceKind::TelephoneCall),
        ("TELCONS", ReferenceKind::TelephoneCall),
        ("TELECON", ReferenceKind::TelephoneCall),
        ("TELECONS", ReferenceKind::TelephoneCall),
        ("TELEPHONE", ReferenceKind::TelephoneCall),
        ("PHONECON", ReferenceKind::TelephoneCall),
        ("PHONE", ReferenceKind::TelephoneCall),
        ("MEMO", ReferenceKind::Memo),
        ("MEMORANDUM", ReferenceKind::Memo),
        ("MEMCON", ReferenceKind::Memo),
        ("FAX", ReferenceKind::Fax),
        ("REPORT", ReferenceKind::Report),
        ("REPORTS", ReferenceKind::Report),
        ("IIR", ReferenceKind::Report),
        ("TD314", ReferenceKind::Report),
        ("FAM", ReferenceKind::Book),
        ("FAH", ReferenceKind::Book),
        ("CFR", ReferenceKind::Book),
        ("BOOK", ReferenceKind::Book),
    ];
    let words: Vec<String> = item
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | '(' | ')' | ':'))
        .map(|word| {
            word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
        })
        .collect();
    let kind = KINDS.iter().find(|(word, _)| words.iter().any(|known| known == word));
    kind.map_or(ReferenceKind::Other, |&(_, kind)| kind)
}
