//! British telegrams: "FM PORT LOUIS 121530Z MAR 79", "TO IMMEDIATE FCO", "TELNO 123 OF
//! 121530Z MARCH 79", "INFO PRIORITY PARIS, WASHINGTON".
//!
//! The precedence stands before the addressee. TELNO gives the serial, OF the date. The
//! post is the sender. A line in capitals between these lines and the first paragraph is
//! the subject, unless it cites other telegrams.

use std::ops::Range;

use chancery_model::{Correspondent, Header, Spanned, TextSpan};

use crate::found_header::FieldSpan;
use crate::recipients::PRECEDENCES;
use crate::scan::{self, line_ranges, trim_range, word_ranges};
use crate::{classification, date_time, officers};

/// Maximum number of lines with words of a header.
const MAX_LINES: usize = 30;

/// A header of a British telegram.
#[derive(Debug, Default)]
pub(crate) struct BritishHeader {
    pub header: Header,
    pub fields: Vec<FieldSpan>,
}

/// Reads the header of a British telegram; `None` without FM and TELNO.
pub(crate) fn read_british_telegram(text: &str, body: &Range<usize>) -> Option<BritishHeader> {
    let lines: Vec<Range<usize>> = line_ranges(text, body.clone())
        .map(|line| trim_range(text, line, &[]))
        .filter(|line| !line.is_empty())
        .take(MAX_LINES)
        .collect();
    let key_of = |line: &Range<usize>| first_word(text, line);
    let from = lines.iter().position(|line| key_of(line) == "FM")?;
    let number = lines[from..].iter().position(|line| key_of(line) == "TELNO")? + from;
    let mut found = BritishHeader::default();
    found.read_sender(text, &lines[from]);
    let mut is_info = false;
    let mut last = number;
    for (at, line) in lines.iter().enumerate().skip(from + 1) {
        let value = first_word(text, line).len();
        let rest = trim_range(text, line.start + value..line.end, &[]);
        match key_of(line) {
            "TO" => {
                is_info = false;
                found.read_addressees(text, rest, is_info);
            }
            "AND" => {
                let to =
                    trim_range(text, rest.start + first_word(text, &rest).len()..rest.end, &[]);
                found.read_addressees(text, to, false);
            }
            "INFO" => {
                is_info = true;
                found.read_addressees(text, rest, is_info);
            }
            "TELNO" => found.read_number(text, rest),
            "OF" => found.read_date(text, rest),
            _ if at < number && is_info => found.read_addressees(text, line.clone(), is_info),
            _ => break,
        }
        last = at;
        found.add_line(line.clone(), None);
    }
    if let Some(level) =
        lines[..from].iter().chain(lines[last + 1..].iter().take(1)).find_map(|line| {
            let (level, end) = classification::level_in_range(text, line.clone())?;
            (end == line.end).then(|| scan::field_at(level, line.clone()))
        })
    {
        found.add_line(level.span.byte_range(), None);
        found.header.classification = Some(level);
    }
    let is_level =
        |line: &&Range<usize>| classification::starts_with_classification(&text[(*line).clone()]);
    let below = lines[last + 1..].iter().find(|line| !is_level(line));
    if let Some(line) = below.filter(|line| is_subject(&text[(*line).clone()])) {
        let words = text[line.clone()].to_owned();
        found.header.subject = Some(scan::field_at(words, line.clone()));
        found.add_line(line.clone(), Some(line.clone()));
    }
    Some(found)
}

fn first_word<'t>(text: &'t str, line: &Range<usize>) -> &'t str {
    text[line.clone()].split_whitespace().next().unwrap_or("")
}

impl BritishHeader {
    fn add_line(&mut self, line: Range<usize>, prose: Option<Range<usize>>) {
        let prose = prose.map(TextSpan::from_range);
        self.fields.push(FieldSpan { span: TextSpan::from_range(line), prose });
    }

    /// Reads "FM PORT LOUIS 121530Z MAR 79".
    fn read_sender(&mut self, text: &str, line: &Range<usize>) {
        self.read_date(text, line.clone());
        let group = self.header.date_time.as_ref().map(|group| group.span.start as usize);
        let end = group.filter(|start| line.contains(start)).unwrap_or(line.end);
        let name = trim_range(text, line.start + 2..end, &[]);
        if !name.is_empty() {
            let printed = text[name.clone()].to_owned();
            let sender = Correspondent { name: printed.clone(), ..Correspondent::default() };
            self.header.from = Some(scan::field_at(sender, name.clone()));
            self.header.post = Some(scan::field_at(printed, name));
        }
        self.add_line(line.clone(), None);
    }

    fn read_date(&mut self, text: &str, within: Range<usize>) {
        let group = date_time::find_date_time_group(text, TextSpan::from_range(within));
        self.header.date_time = self.header.date_time.take().or(group);
    }

    /// Reads "123 OF 121530Z MARCH 79".
    fn read_number(&mut self, text: &str, rest: Range<usize>) {
        let mut words = word_ranges(text, rest.clone());
        if let Some(number) = words.next().map(|word| trim_range(text, word, &[',', '.'])) {
            let printed = &text[number.clone()];
            if !printed.is_empty() && printed.bytes().all(|byte| byte.is_ascii_digit()) {
                self.header.serial = Some(scan::field_at(printed.to_owned(), number));
            }
        }
        self.read_date(text, rest);
    }

    /// Reads "IMMEDIATE FCO, PARIS". All names of a line have its precedence.
    fn read_addressees(&mut self, text: &str, rest: Range<usize>, is_info: bool) {
        let printed = &text[rest.clone()];
        let found = PRECEDENCES.into_iter().find_map(|precedence| {
            let after = printed.strip_prefix(precedence.as_str())?;
            after.starts_with(' ').then_some((precedence, rest.end - after.len()))
        });
        let (precedence, start) = found.map_or((None, rest.start), |(one, at)| (Some(one), at));
        let mut at = start;
        for part in text[start..rest.end].split(',') {
            let whole = at..at + part.len();
            at += part.len() + 1;
            for item in officers::split_items(text, whole) {
                let name = text[item.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
                let party = Correspondent { name, precedence, ..Correspondent::default() };
                let party: Spanned<Correspondent> = scan::field_at(party, item);
                let list = if is_info { &mut self.header.info } else { &mut self.header.to };
                list.push(party);
            }
        }
    }
}

/// Whether a line below the header is its subject.
fn is_subject(line: &str) -> bool {
    let cites = ["MY TEL", "YOUR TEL", "MIPT", "MIFT", "YOURTEL", "FOLLOWING FOR", "FCO TEL"];
    line.len() <= 120
        && scan::is_all_capitals(line)
        && !line.ends_with(['.', ','])
        && !line.starts_with(|c: char| c.is_ascii_digit())
        && !cites.iter().any(|cite| line.starts_with(cite))
        && !classification::starts_with_classification(line)
}
