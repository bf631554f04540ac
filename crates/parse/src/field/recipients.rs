//! The sender and the addressees: FM, TO and INFO lines.
//!
//! An addressee is a line "RUEHC/SECSTATE WASHDC IMMEDIATE 3355": routing
//! indicator, name, precedence, message continuity number. XMT starts a list of
//! members that are excluded from the collective address before it.

use std::ops::Range;

use chancery_model::{Field, Precedence, Recipient, TextSpan};

use super::scan::{self, clamp, lines, trim};
use super::{classification, page_line};

/// The sender, the addressees, and their lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Addressees {
    /// FM.
    pub from: Option<Field<Recipient>>,
    /// TO.
    pub to: Vec<Field<Recipient>>,
    /// INFO.
    pub info: Vec<Field<Recipient>>,
    /// The lines of all three, in order.
    pub lines: Vec<TextSpan>,
}

#[derive(Clone, Copy, PartialEq)]
enum List {
    None,
    From,
    To,
    Info,
}

/// Finds the sender and the addressees of `within`. Stops at a classification
/// line, or at a blank line after the first addressee.
pub fn find(text: &str, within: TextSpan) -> Addressees {
    let within = clamp(text, within);
    let mut found = Addressees::default();
    // Most texts have none, so search for the keys first. INFO lines before FM
    // list the offices that received copies; start at FM if there is one.
    let keys = lines(text, within.clone())
        .filter_map(|line| Some((key(&text[line.clone()])?.0, line.start)));
    let mut first = None;
    for (list, start) in keys {
        if list == List::From || first.is_none() {
            first = Some(start);
        }
        if list == List::From {
            break;
        }
    }
    let Some(first) = first else { return found };
    let within = first..within.end;
    let copy = page_line::blanked(text, within.clone());
    let mut reader = Reader {
        text: &copy,
        base: within.start,
        list: List::None,
        excludes: false,
        found: &mut found,
    };
    for line in lines(&copy, 0..copy.len()) {
        if !reader.line(line) {
            break;
        }
    }
    found
}

/// The list that a line opens, and the offset after its key.
fn key(line: &str) -> Option<(List, usize)> {
    let keys = [("FM", List::From), ("TO", List::To), ("INFO", List::Info)];
    let indent = line.len() - line.trim_start().len();
    keys.into_iter().find_map(|(word, list)| {
        let rest = line.trim_start().strip_prefix(word)?;
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some((list, indent + word.len()))
    })
}

struct Reader<'t> {
    text: &'t str,
    base: usize,
    list: List,
    /// Whether lines name excluded members.
    excludes: bool,
    found: &'t mut Addressees,
}

impl Reader<'_> {
    /// Reads a line; returns `false` at the end of the lists.
    fn line(&mut self, line: Range<usize>) -> bool {
        let mut value = line.clone();
        if let Some((list, past)) = key(&self.text[line.clone()]) {
            self.list = list;
            self.excludes = false;
            value.start += past;
        }
        let value = trim(self.text, value, &['\\']);
        if self.list == List::None {
            return true;
        }
        if value.is_empty() {
            // A blanked page line is skipped; an empty line ends the lists.
            let begun = !self.found.to.is_empty() || !self.found.info.is_empty();
            return !(begun && self.text[line.clone()].is_empty());
        }
        if classification::opens_line(&self.text[value.clone()])
            || &self.text[value.clone()] == "BT"
        {
            return false;
        }
        self.found.lines.push(TextSpan::from_range(self.base + line.start..self.base + line.end));
        self.addressee(value);
        true
    }

    fn addressee(&mut self, value: Range<usize>) {
        let words = &self.text[value.clone()];
        if let Some(member) = words.strip_prefix("XMT") {
            self.excludes = true;
            self.exclude(member.trim());
            return;
        }
        if self.excludes && route(words).is_none() {
            self.exclude(words);
            return;
        }
        self.excludes = false;
        let field = scan::field(recipient(words), self.base + value.start..self.base + value.end);
        match self.list {
            List::From if self.found.from.is_none() => self.found.from = Some(field),
            List::To => self.found.to.push(field),
            List::Info => self.found.info.push(field),
            List::From | List::None => {}
        }
    }

    fn exclude(&mut self, member: &str) {
        let list = if self.list == List::Info { &mut self.found.info } else { &mut self.found.to };
        if let (Some(last), false) = (list.last_mut(), member.is_empty()) {
            last.value.excluded.push(member.to_owned());
        }
    }
}

/// Splits "RUEHC/SECSTATE" into the routing indicator and the rest.
fn route(line: &str) -> Option<(&str, &str)> {
    let (route, rest) = line.split_once('/')?;
    let fits = (4..=8).contains(&route.len())
        && route.starts_with('R')
        && route.bytes().all(|byte| byte.is_ascii_uppercase());
    fits.then_some((route, rest.trim_start_matches('/')))
}

/// Parses one addressee.
pub(crate) fn recipient(line: &str) -> Recipient {
    let (route, rest) = route(line).map_or((None, line), |(route, rest)| (Some(route), rest));
    let mut name = rest.trim();
    let mut mcn = None;
    if let Some((before, number)) = name.rsplit_once(' ')
        && (3..=6).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        mcn = Some(number.to_owned());
        name = before.trim_end();
    }
    let (name, precedence) = precedence(name);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Recipient { route: route.map(str::to_owned), name, precedence, mcn, excluded: Vec::new() }
}

/// Splits the precedence from the end of an addressee.
fn precedence(name: &str) -> (&str, Option<Precedence>) {
    const WORDS: [Precedence; 5] = [
        Precedence::NiactImmediate,
        Precedence::Immediate,
        Precedence::Priority,
        Precedence::Routine,
        Precedence::Flash,
    ];
    let found = WORDS.into_iter().find_map(|precedence| {
        let before = name.strip_suffix(precedence.as_str())?.strip_suffix(' ')?;
        Some((before.trim_end(), Some(precedence)))
    });
    found.unwrap_or((name, None))
}
