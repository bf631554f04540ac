//! The references: "REF: A. 08 STATE 1234 B. SMITH/DOE E-MAIL 10/15".
//!
//! The field is split into tokens (bullets, words, numbers). Bullets and
//! semicolons separate items. In an item, every *year post serial* becomes a
//! canonical cable id; a missing year is the year of the citing telegram. An
//! item without a cable is kept as printed, with its kind.

use std::ops::Range;

use chancery_model::{CableId, Field, Reference, ReferenceKind, TextSpan};

use super::keys::{self, Key, KeyAt};
use super::page_line;
use super::reference_id::{self, id_of};
use super::reference_tokens::{Token, tokens};
use super::scan::{self, clamp, lines, stands, trim};

/// What is known about the telegram that contains the references.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// Its full year, used for references without a year.
    pub year: Option<u16>,
    /// Its id. Its post is used for serials without a post.
    pub id: Option<&'a CableId>,
}

/// Finds the references of the first REF field of `within`.
pub fn find(text: &str, within: TextSpan, origin: Origin) -> Vec<Field<Reference>> {
    let within = clamp(text, within);
    let keys = keys::find(text, within.clone());
    let Some(key) = keys.iter().find(|found| found.key == Key::References) else {
        return Vec::new();
    };
    let value = value(text, key, within.end, &keys);
    read(text, value, origin)
}

/// The range of the value of the field whose key is `key`.
pub(super) fn value(text: &str, key: &KeyAt, end: usize, keys: &[KeyAt]) -> Range<usize> {
    let bullet_before = text[..key.span.start].trim_end_matches([' ', '\t']).ends_with(['.', ')']);
    let from =
        if bullet_before && key.span.start >= 3 { first_bullet(text, key) } else { key.span.end };
    let limit = keys::value_end(text, key.span.end, end, keys, Key::References);
    let mut stop = key.span.end;
    let mut open = true;
    let mut blank = false;
    for line in lines(text, key.span.end..limit) {
        let words = text[line.clone()].trim();
        if words.is_empty() {
            blank = true;
            continue;
        }
        let page = page_line::is_page_line(words);
        if stop > key.span.end
            && !page
            && (blank && !open && !opens_with_bullet(words) || opens_body(words) || is_prose(words))
        {
            break;
        }
        if let Some(sentence) = sentence_after(&text[line.clone()]) {
            stop = line.start + sentence;
            break;
        }
        if !page {
            open = is_open(words);
            stop = line.end;
        }
        blank = false;
    }
    from..stop
}

/// The start of the value if a bullet precedes the key: "A. REF AMMAN 222".
fn first_bullet(text: &str, key: &KeyAt) -> usize {
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
fn is_open(line: &str) -> bool {
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
    dashes || HEADS.iter().any(|head| stands(line, 0, head))
}

/// Whether a line is running text: long, mostly lower case, no bullet.
fn is_prose(line: &str) -> bool {
    let small = line.chars().filter(|c| c.is_lowercase()).count();
    line.len() > 60 && 2 * small > line.len() && !opens_with_bullet(line)
}

/// The offset after the period where a sentence follows references on their
/// line: "Ref: Cairo 11854. Please pass …".
fn sentence_after(line: &str) -> Option<usize> {
    line.match_indices(". ").map(|(at, _)| at).find_map(|at| {
        let next = line[at + 2..].trim_start();
        let word = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let sentence = word.len() > 2
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().skip(1).all(char::is_lowercase)
            && line[..at].ends_with(|c: char| c.is_ascii_digit())
            && reference_id::listed_station(word).is_none();
        sentence.then_some(at + 1)
    })
}

/// Parses the references of `value`.
pub(super) fn read(text: &str, value: Range<usize>, origin: Origin) -> Vec<Field<Reference>> {
    let copy = page_line::blanked(text, value.clone());
    let tokens = tokens(&copy);
    let mut reader = Reader {
        copy: &copy,
        base: value.start,
        origin,
        last: None,
        joint: None,
        found: Vec::new(),
    };
    let mut bullet = None;
    let mut first = 0;
    for at in 0..=tokens.len() {
        let ends = tokens
            .get(at)
            .is_none_or(|(token, _)| matches!(token, Token::Bullet(_) | Token::Mark(';')));
        if !ends {
            continue;
        }
        let end = tokens.get(at).map_or(copy.len(), |(_, place)| place.start);
        let start = if first == 0 { 0 } else { tokens[first - 1].1.end };
        reader.item(&tokens[first..at], start..end, bullet);
        first = at + 1;
        if let Some((Token::Bullet(letter), _)) = tokens.get(at) {
            bullet = Some(*letter);
        }
    }
    reader.found
}

struct Reader<'t> {
    /// The field without page lines.
    copy: &'t str,
    /// Its start in the text.
    base: usize,
    origin: Origin<'t>,
    /// The post and year of the last cable.
    last: Option<(String, String)>,
    /// One past the last token of the last cable of the item.
    joint: Option<usize>,
    found: Vec<Field<Reference>>,
}

impl<'t> Reader<'t> {
    /// Reads one item: its cables, or if there are none, the item as printed.
    fn item(
        &mut self,
        tokens: &[(Token<'t>, Range<usize>)],
        place: Range<usize>,
        bullet: Option<&str>,
    ) {
        let before = self.found.len();
        self.joint = None;
        let mut at = 0;
        while at < tokens.len() {
            match self.cable(tokens, at) {
                Some((id, next)) => {
                    let place = tokens[at].1.start..tokens[next - 1].1.end;
                    self.push(id, ReferenceKind::Cable, bullet, place);
                    at = next;
                    self.joint = Some(next);
                }
                None => at += 1,
            }
        }
        let words = trim(self.copy, place, &[';', ',', '¶', '-']);
        let printed = &self.copy[words.clone()];
        if self.found.len() == before && printed.chars().filter(|c| c.is_alphanumeric()).count() > 2
        {
            let kind = kind_of(printed);
            let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
            self.push(printed, kind, bullet, words);
        }
    }

    fn push(
        &mut self,
        value: String,
        kind: ReferenceKind,
        bullet: Option<&str>,
        place: Range<usize>,
    ) {
        if self.origin.id.is_some_and(|own| own.0 == value) {
            return;
        }
        let place = self.base + place.start..self.base + place.end;
        let bullet = bullet.map(str::to_owned);
        self.found.push(scan::field(Reference { value, kind, bullet }, place));
    }

    /// The cable that starts with token `at`, and one past its last token.
    fn cable(
        &mut self,
        tokens: &[(Token<'t>, Range<usize>)],
        at: usize,
    ) -> Option<(String, usize)> {
        let token = |n: usize| tokens.get(n).map(|(token, _)| token);
        let word = |n: usize| matches!(token(n), Some(Token::Word(_)));
        if let Some(Token::Number(number)) = token(at) {
            let year = year_of(number).filter(|_| word(at + 1));
            return year
                .and_then(|year| self.named(tokens, at + 1, Some(&year)))
                .or_else(|| self.number_first(tokens, at))
                .or_else(|| self.alone(tokens, at));
        }
        word(at).then(|| self.named(tokens, at, None)).flatten()
    }

    /// Parses "STATE 1234", "RIO DE JAN 138", "STATE (01) 201265" or "AMMAN 7718
    /// 99".
    fn named(
        &mut self,
        tokens: &[(Token<'t>, Range<usize>)],
        at: usize,
        year: Option<&str>,
    ) -> Option<(String, usize)> {
        let words = tokens[at..]
            .iter()
            .take(5)
            .take_while(|(token, _)| matches!(token, Token::Word(_)))
            .count();
        let mut serial_at = at + words;
        let mut year = year.map(str::to_owned);
        if let Some((Token::Year(printed), _)) = tokens.get(serial_at) {
            year = year_of(printed);
            serial_at += 1;
        } else if let Some((Token::Mark(':'), _)) = tokens.get(serial_at) {
            serial_at += 1;
        }
        let Some((Token::Number(serial), _)) = tokens.get(serial_at) else { return None };
        let letters = self.copy[tokens[at].1.start..tokens[at + words - 1].1.end].to_owned();
        let station = reference_id::station(&letters)?.to_owned();
        let mut next = serial_at + 1;
        let closes =
            |n: usize| tokens.get(n).is_none_or(|(token, _)| matches!(token, Token::Mark(',')));
        if let (None, Some((Token::Number(after), _))) = (&year, tokens.get(next))
            && after.len() == 2
            && closes(next + 1)
        {
            year = year_of(after);
            next += 1;
        }
        let year = year.or_else(|| self.own_year()).unwrap_or_default();
        let id = id_of(&year, &station, serial)?;
        self.last = Some((station, year));
        Some((id.0, next))
    }

    /// Parses "870 Ulaanbaatar".
    fn number_first(
        &mut self,
        tokens: &[(Token<'t>, Range<usize>)],
        at: usize,
    ) -> Option<(String, usize)> {
        let (Token::Number(serial), _) = &tokens[at] else { return None };
        let words = tokens[at + 1..]
            .iter()
            .take(4)
            .take_while(|(token, _)| matches!(token, Token::Word(_)))
            .count();
        let end = at + 1 + words;
        if words == 0 {
            return None;
        }
        let place = tokens[at + 1].1.start..tokens[end - 1].1.end;
        let station = reference_id::listed_station(&self.copy[place])?.to_owned();
        let followed = matches!(tokens.get(end), Some((Token::Number(_), _)));
        let year = self.own_year()?;
        let id = (at == 0 && !followed).then(|| id_of(&year, &station, serial))??;
        self.last = Some((station, year));
        Some((id.0, end))
    }

    /// Parses a serial without a post: joined by AND or "/" to the cable before
    /// it, or directly after a bullet ("B. 2962").
    fn alone(&self, tokens: &[(Token<'t>, Range<usize>)], at: usize) -> Option<(String, usize)> {
        let (Token::Number(serial), _) = &tokens[at] else { return None };
        let before = at.checked_sub(1).filter(|&before| self.joint == Some(before));
        let joined = match before.map(|before| &tokens[before].0) {
            Some(Token::Mark('/' | '&')) => true,
            Some(Token::Word(word)) => word.eq_ignore_ascii_case("AND"),
            _ => false,
        };
        let next = tokens.get(1).map(|(token, _)| token);
        let prose = matches!(next, Some(Token::Word(word)) if !word.eq_ignore_ascii_case("AND"));
        let opens = at == 0 && (3..=6).contains(&serial.len()) && !prose;
        let (station, year) = match &self.last {
            Some((station, year)) if joined || opens => (station.as_str(), year.clone()),
            None if opens => (own_station(self.origin.id?)?, self.own_year()?),
            _ => return None,
        };
        Some((id_of(&year, station, serial)?.0, at + 1))
    }

    /// Two digits of the year of the citing telegram.
    fn own_year(&self) -> Option<String> {
        self.origin.year.map(|year| format!("{:02}", year % 100))
    }
}

fn own_station(id: &CableId) -> Option<&str> {
    Some(id.0.get(2..)?.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Two digits of a year printed as "08", "2008", "094" (a typo), "1998".
fn year_of(number: &str) -> Option<String> {
    match number.len() {
        2 => Some(number.to_owned()),
        3 if number.starts_with('0') => Some(number[1..].to_owned()),
        4 if number.starts_with("19") || number.starts_with("20") => Some(number[2..].to_owned()),
        _ => None,
    }
}

/// The kind of an item, by its words.
fn kind_of(item: &str) -> ReferenceKind {
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
