//! The sender and the addressees: FM, TO and INFO lines.
//!
//! An addressee is a line "RUEHC/SECSTATE WASHDC IMMEDIATE 3355": routing
//! indicator, name, precedence, message continuity number. XMT starts a list of
//! members that are excluded from the collective address before it.

use std::ops::Range;

use chancery_model::{Correspondent, Precedence, Spanned, TextSpan};

use crate::scan::{self, clamp_to_text, line_ranges, trim_range};
use crate::{classification, page_line};

/// The sender, the addressees, and their lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Addressees {
    /// FM.
    pub from: Option<Spanned<Correspondent>>,
    /// TO.
    pub to: Vec<Spanned<Correspondent>>,
    /// INFO.
    pub info: Vec<Spanned<Correspondent>>,
    /// The lines of all three, in order.
    pub lines: Vec<TextSpan>,
}

#[derive(Clone, Copy, PartialEq)]
enum RecipientList {
    None,
    From,
    To,
    Info,
}

/// Finds the sender and the addressees of `within`. Stops at a classification
/// line, or at a blank line after the first addressee.
pub fn find_addressees(text: &str, within: TextSpan) -> Addressees {
    let within = clamp_to_text(text, within);
    let mut found = Addressees::default();
    // Most texts have none, so search for the keys first. INFO lines before FM
    // list the offices that received copies; start at FM if there is one.
    let keys = line_ranges(text, within.clone())
        .filter_map(|line| Some((match_list_key(&text[line.clone()])?.0, line.start)));
    let mut first = None;
    for (list, start) in keys {
        if list == RecipientList::From || first.is_none() {
            first = Some(start);
        }
        if list == RecipientList::From {
            break;
        }
    }
    let Some(first) = first else { return found };
    let within = first..within.end;
    let copy = page_line::blank_page_lines(text, within.clone());
    let mut reader = AddresseeReader {
        text: &copy,
        base: within.start,
        list: RecipientList::None,
        excludes: false,
        found: &mut found,
    };
    for line in line_ranges(&copy, 0..copy.len()) {
        if !reader.read_line(line) {
            break;
        }
    }
    found
}

/// The list that a line opens, and the offset after its key.
fn match_list_key(line: &str) -> Option<(RecipientList, usize)> {
    let keys =
        [("FM", RecipientList::From), ("TO", RecipientList::To), ("INFO", RecipientList::Info)];
    let indent = line.len() - line.trim_start().len();
    keys.into_iter().find_map(|(word, list)| {
        let rest = line.trim_start().strip_prefix(word)?;
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some((list, indent + word.len()))
    })
}

struct AddresseeReader<'t> {
    text: &'t str,
    base: usize,
    list: RecipientList,
    /// Whether lines name excluded members.
    excludes: bool,
    found: &'t mut Addressees,
}

impl AddresseeReader<'_> {
    /// Reads a line; returns `false` at the end of the lists.
    fn read_line(&mut self, line: Range<usize>) -> bool {
        let mut value = line.clone();
        if let Some((list, past)) = match_list_key(&self.text[line.clone()]) {
            self.list = list;
            self.excludes = false;
            value.start += past;
        }
        let value = trim_range(self.text, value, &['\\']);
        if self.list == RecipientList::None {
            return true;
        }
        if value.is_empty() {
            // A blanked page line is skipped; an empty line ends the lists.
            let begun = !self.found.to.is_empty() || !self.found.info.is_empty();
            return !(begun && self.text[line.clone()].is_empty());
        }
        if classification::starts_with_classification(&self.text[value.clone()])
            || &self.text[value.clone()] == "BT"
        {
            return false;
        }
        self.found.lines.push(TextSpan::from_range(self.base + line.start..self.base + line.end));
        self.read_addressee(value);
        true
    }

    fn read_addressee(&mut self, value: Range<usize>) {
        let words = &self.text[value.clone()];
        if let Some(member) = words.strip_prefix("XMT") {
            self.excludes = true;
            self.exclude_member(member.trim());
            return;
        }
        if self.excludes && split_route(words).is_none() {
            self.exclude_member(words);
            return;
        }
        self.excludes = false;
        let field =
            scan::field_at(parse_recipient(words), self.base + value.start..self.base + value.end);
        match self.list {
            RecipientList::From if self.found.from.is_none() => self.found.from = Some(field),
            RecipientList::To => self.found.to.push(field),
            RecipientList::Info => self.found.info.push(field),
            RecipientList::From | RecipientList::None => {}
        }
    }

    fn exclude_member(&mut self, member: &str) {
        let list = if self.list == RecipientList::Info {
            &mut self.found.info
        } else {
            &mut self.found.to
        };
        if let (Some(last), false) = (list.last_mut(), member.is_empty()) {
            last.value.excluded.push(member.to_owned());
        }
    }
}

/// Splits "RUEHC/SECSTATE" into the routing indicator and the rest.
fn split_route(line: &str) -> Option<(&str, &str)> {
    let (route, rest) = line.split_once('/')?;
    let fits = (4..=8).contains(&route.len())
        && route.starts_with('R')
        && route.bytes().all(|byte| byte.is_ascii_uppercase());
    fits.then_some((route, rest.trim_start_matches('/')))
}

/// Parses one addressee.
pub fn parse_recipient(line: &str) -> Correspondent {
    let (route, rest) = split_route(line).map_or((None, line), |(route, rest)| (Some(route), rest));
    let mut name = rest.trim();
    let mut mcn = None;
    if let Some((before, number)) = name.rsplit_once(' ')
        && (3..=6).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        mcn = Some(number.to_owned());
        name = before.trim_end();
    }
    let (name, precedence) = split_precedence(name);
    let (name, precedence) = match precedence {
        Some(_) => (name, precedence),
        None => leading_precedence(name),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Correspondent { route: route.map(str::to_owned), name, precedence, mcn, excluded: Vec::new() }
}

/// Splits the precedence from the start of an addressee: "IMMEDIATE FCO".
fn leading_precedence(name: &str) -> (&str, Option<Precedence>) {
    let found = PRECEDENCES.into_iter().find_map(|precedence| {
        let after = name.strip_prefix(precedence.as_str())?.strip_prefix(' ')?;
        Some((after.trim_start(), Some(precedence)))
    });
    found.unwrap_or((name, None))
}

/// The precedences; the longer first.
pub(crate) const PRECEDENCES: [Precedence; 5] = [
    Precedence::NiactImmediate,
    Precedence::Immediate,
    Precedence::Priority,
    Precedence::Routine,
    Precedence::Flash,
];

/// Splits the precedence from the end of an addressee.
pub(crate) fn split_precedence(name: &str) -> (&str, Option<Precedence>) {
    let found = PRECEDENCES.into_iter().find_map(|precedence| {
        let before = name.strip_suffix(precedence.as_str())?.strip_suffix(' ')?;
        Some((before.trim_end(), Some(precedence)))
    });
    found.unwrap_or((name, None))
}
