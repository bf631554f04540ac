//! The fields of a header whose lines have labels: cables since about 2009, printed
//! e-mails, memoranda and airgrams.

use std::ops::Range;

use chancery_model::{
    CableId, Correspondent, Date, EnvelopeField, EnvelopeKind, Header, OfficerRole, Spanned,
    TextSpan,
};

use crate::envelope::{StatedDate, parse_date, parse_post};
use crate::found_header::{FieldSpan, year_of_cable};
use crate::labels::{self, LabelField, LabelSet, LabelledLine};
use crate::layout::HeaderLayout;
use crate::references::CitingCable;
use crate::scan::{self, line_ranges, trim_range, word_ranges};
use crate::{cable_id, date_time, officers, portion, recipients, references, tags};

/// The fields of labelled lines.
#[derive(Debug, Default)]
pub(crate) struct LabelledHeader {
    pub header: Header,
    pub fields: Vec<FieldSpan>,
}

/// Reads the lines of a labelled header, and the lines below the text of a cable.
pub(crate) fn read_labelled_header(
    text: &str,
    body: &Range<usize>,
    layout: HeaderLayout,
    lines: &[LabelledLine],
    stated: &Header,
) -> LabelledHeader {
    let mut reader = LabelledReader { text, layout, stated, found: LabelledHeader::default() };
    let above = lines.first().map_or(body.start, |line| line.whole.start);
    reader.read_lines_above(body.start..above);
    // References and the id of a cable need its date.
    let is_date = |line: &&LabelledLine| line.field == LabelField::Date;
    lines.iter().filter(is_date).for_each(|line| reader.read_line(line));
    lines.iter().filter(|line| !is_date(line)).for_each(|line| reader.read_line(line));
    if layout == HeaderLayout::Smart {
        let end = lines.last().map_or(body.start, |line| line.whole.end);
        for line in read_trailer(text, end..body.end) {
            reader.read_line(&line);
        }
    }
    reader.found
}

/// The labelled lines below the text of a cable. They may stand on several pages, with
/// banners between them.
fn read_trailer(text: &str, within: Range<usize>) -> Vec<LabelledLine> {
    let mut found: Vec<LabelledLine> = Vec::new();
    let mut at = within.start;
    while let Some(line) = line_ranges(text, at..within.end)
        .find(|line| labels::label_of_line(text, line.clone(), &[LabelSet::Trailer]).is_some())
    {
        let lines = labels::read_labelled_lines(text, line.start..within.end, &[LabelSet::Trailer]);
        let Some(last) = lines.last() else { break };
        at = last.whole.end.max(line.end);
        found.extend(lines);
    }
    found
}

struct LabelledReader<'t> {
    text: &'t str,
    layout: HeaderLayout,
    stated: &'t Header,
    found: LabelledHeader,
}

impl LabelledReader<'_> {
    /// Adds a line as a field. `prose` is the part of it that may contain names.
    fn add_field(&mut self, whole: Range<usize>, prose: Option<Range<usize>>) {
        let prose = prose.filter(|prose| !prose.is_empty()).map(TextSpan::from_range);
        self.found.fields.push(FieldSpan { span: TextSpan::from_range(whole), prose });
    }

    /// Reads the lines above the first label: a date alone on its line, and the number of
    /// an airgram.
    fn read_lines_above(&mut self, above: Range<usize>) {
        if self.layout != HeaderLayout::Memorandum {
            return;
        }
        let parts = line_ranges(self.text, above).flat_map(|line| columns_of(self.text, line));
        for words in parts.collect::<Vec<_>>() {
            let printed = &self.text[words.clone()];
            if self.found.header.date.is_none()
                && let Some(day) = day_alone(printed)
            {
                self.found.header.date = Some(scan::field_at(day, words.clone()));
                self.add_field(words, None);
            } else if self.found.header.serial.is_none() && is_airgram_number(printed) {
                self.found.header.serial = Some(scan::field_at(printed.to_owned(), words.clone()));
                self.add_field(words, None);
            }
        }
    }

    fn read_line(&mut self, line: &LabelledLine) {
        let value = line.value.clone();
        let header = &self.found.header;
        match line.field {
            LabelField::Id => self.read_id(value.clone()),
            LabelField::Date
                if header.document_date().is_none() && !self.is_stated(LabelField::Date) =>
            {
                self.read_date(value.clone());
            }
            LabelField::Order => self.read_order(value.clone()),
            LabelField::Tags => {
                self.found.header.tags = tags::parse_tags(self.text, value.clone());
            }
            LabelField::Captions => self.read_captions(value.clone()),
            LabelField::References => self.read_references(value.clone()),
            LabelField::Subject => return self.read_subject(line),
            LabelField::Signature => {
                let name = line_ranges(self.text, value.clone()).next().unwrap_or(value.clone());
                let name = trim_range(self.text, name, &['.', '#']);
                if !name.is_empty() {
                    let words = self.text[name.clone()].to_owned();
                    self.found.header.signatures.push(scan::field_at(words, name.clone()));
                }
                return self.add_field(line.whole.clone(), Some(name));
            }
            LabelField::Drafted => return self.read_officers(line, OfficerRole::Drafted),
            LabelField::Cleared => return self.read_officers(line, OfficerRole::Cleared),
            LabelField::Approved => return self.read_officers(line, OfficerRole::Approved),
            LabelField::Released => return self.read_officers(line, OfficerRole::Released),
            LabelField::From | LabelField::To | LabelField::Info => return self.read_parties(line),
            LabelField::Date | LabelField::Data => {}
        }
        self.add_field(line.whole.clone(), None);
    }

    /// Reads "13 PORT LOUIS 1544".
    fn read_id(&mut self, value: Range<usize>) {
        let printed = &self.text[value.clone()];
        let capitals = printed.to_ascii_uppercase();
        let Some(CableId(named)) = cable_id::cable_id_of_name(&capitals) else { return };
        let words: Vec<_> = word_ranges(self.text, value.clone()).collect();
        let [_, post @ .., serial] = words.as_slice() else { return };
        let id = cable_id::canonical_cable_id(&named).unwrap_or(CableId(named));
        let header = &mut self.found.header;
        header.cable_id = Some(scan::field_at(id, value));
        header.serial = Some(scan::field_at(self.text[serial.clone()].to_owned(), serial.clone()));
        if let (Some(first), Some(last)) = (post.first(), post.last()) {
            let post = first.start..last.end;
            let name = self.text[post.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
            header.post = Some(scan::field_at(name, post));
        }
    }

    /// Reads "Sep 16, 2013 / 160950Z SEP 13" and the dates of letters. A clock time
    /// without its zone is left out.
    fn read_date(&mut self, value: Range<usize>) {
        let span = TextSpan::from_range(value.clone());
        let header = &mut self.found.header;
        if let Some(group) = date_time::find_date_time_group(self.text, span) {
            header.date_time = Some(group);
            return;
        }
        let whole = &self.text[value.clone()];
        let printed = whole.split('/').next().filter(|_| self.layout == HeaderLayout::Smart);
        let printed = printed.unwrap_or(whole).trim();
        let says_zone = ["Z", "UTC", "GMT", "+0000"].iter().any(|zone| printed.ends_with(zone));
        match parse_date(printed) {
            Some(StatedDate::Minute(group)) if says_zone => {
                header.date_time = Some(scan::field_at(group, value));
            }
            Some(StatedDate::Minute(group)) => {
                header.date = Some(scan::field_at(group.date, value));
            }
            Some(StatedDate::Day(day)) => header.date = Some(scan::field_at(day, value)),
            None => {}
        }
    }

    fn read_order(&mut self, value: Range<usize>) {
        let length = scan::count_digits(self.text, value.start, value.end);
        if length > 0 {
            let number = value.start..value.start + length;
            let printed = self.text[number.clone()].to_owned();
            self.found.header.executive_order = Some(scan::field_at(printed, number));
        }
        let span = TextSpan::from_range(value);
        self.found.header.declassify_on = date_time::find_declassification_date(self.text, span);
    }

    fn read_captions(&mut self, value: Range<usize>) {
        for word in word_ranges(self.text, value) {
            let word = trim_range(self.text, word, &[',', ';', '/']);
            if !word.is_empty() {
                let printed = self.text[word.clone()].to_ascii_uppercase();
                self.found.header.captions.push(scan::field_at(printed, word));
            }
        }
    }

    fn read_references(&mut self, value: Range<usize>) {
        let header = &self.found.header;
        let year = year_of_cable(header).or_else(|| year_of_cable(self.stated));
        let id = header.cable_id.as_ref().map(|id| id.value.clone());
        let citing = CitingCable { year, id: id.as_ref() };
        self.found.header.references = references::parse_references(self.text, value, citing);
    }

    fn read_subject(&mut self, line: &LabelledLine) {
        let portion =
            portion::portion_at_start(self.text, TextSpan::from_range(line.value.clone()));
        let start = portion.map_or(line.value.start, |portion| portion.span.end as usize);
        let words = trim_range(self.text, start..line.value.end, &['*', '|']);
        if self.found.header.subject.is_none() && !words.is_empty() {
            let value = self.text[words.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
            self.found.header.subject = Some(scan::field_at(value, words.clone()));
        }
        self.add_field(line.whole.clone(), Some(words));
    }

    /// Adds each line of officers as a field whose prose is the name.
    fn read_officers(&mut self, line: &LabelledLine, role: OfficerRole) {
        let officers = officers::read_officers(self.text, line.value.clone(), role);
        let mut start = line.whole.start;
        for (number, officer) in officers.iter().enumerate() {
            let is_last = number + 1 == officers.len();
            let end = if is_last { line.whole.end } else { officer.span.end as usize };
            self.add_field(start..end, Some(officer.span.byte_range()));
            start = end;
        }
        if officers.is_empty() {
            self.add_field(line.whole.clone(), None);
        }
        self.found.header.officers.extend(officers);
    }

    /// Reads the sender or the addressees.
    fn read_parties(&mut self, line: &LabelledLine) {
        let items = match self.layout {
            HeaderLayout::Memorandum => vec![line.value.clone()],
            _ => self.split_parties(line.value.clone()),
        };
        let is_wire = |item: &Range<usize>| scan::is_all_capitals(&self.text[item.clone()]);
        let items: Vec<_> = items.into_iter().filter(|item| !item.is_empty()).collect();
        let mut start = line.whole.start;
        for (number, item) in items.iter().enumerate() {
            let name = self.name_of_party(item.clone());
            let end = if number + 1 == items.len() { line.whole.end } else { item.end };
            let prose = (!is_wire(item)).then(|| name.clone());
            self.add_field(start..end, prose);
            start = end;
            self.add_party(line.field, item.clone(), name);
        }
        if items.is_empty() {
            self.add_field(line.whole.clone(), None);
        }
    }

    /// The parties of a value: separated by semicolons; a line that ends with a
    /// precedence ends one too.
    fn split_parties(&self, value: Range<usize>) -> Vec<Range<usize>> {
        let mut items: Vec<Range<usize>> = Vec::new();
        let mut is_open = false;
        for line in line_ranges(self.text, value) {
            let parts = officers::split_items(self.text, line.clone());
            let ends_open = !self.text[line].trim_end().ends_with(';');
            for (number, part) in parts.iter().enumerate() {
                match items.last_mut() {
                    Some(last) if number == 0 && is_open => last.end = part.end,
                    _ => items.push(part.clone()),
                }
            }
            let last = items.last().map_or("", |last| &self.text[last.clone()]);
            let is_wire = scan::is_all_capitals(last);
            is_open = ends_open && !is_wire && recipients::split_precedence(last).1.is_none();
        }
        items
    }

    /// The name of a party without an address in brackets or quotation marks.
    fn name_of_party(&self, item: Range<usize>) -> Range<usize> {
        let words = &self.text[item.clone()];
        let end = words.find(['<', '[']).filter(|&at| at > 0).unwrap_or(words.len());
        let quotes = ['"', '\'', '“', '”', '‘', ','];
        let name = trim_range(self.text, item.start..item.start + end, &quotes);
        let words = &self.text[name.clone()];
        let (kept, _) = recipients::split_precedence(words);
        name.start..name.start + kept.len()
    }

    fn add_party(&mut self, field: LabelField, item: Range<usize>, name: Range<usize>) {
        let words = self.text[item.clone()].replace(['*', '|', '_'], " ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_wire = scan::is_all_capitals(&words);
        let mut party = recipients::parse_recipient(&words);
        if is_wire {
            party.name = in_order_of_telegrams(&party.name);
        } else {
            let name = &self.text[name.clone()];
            party.name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        if party.name.is_empty() || is_record(&party.name) || self.is_stated(field) {
            return;
        }
        let span = if is_wire { item } else { name };
        if self.layout == HeaderLayout::Memorandum && field == LabelField::From {
            self.add_post(&party.name, &span);
        }
        let party: Spanned<Correspondent> = scan::field_at(party, span);
        let header = &mut self.found.header;
        match field {
            LabelField::From => header.from = header.from.take().or(Some(party)),
            LabelField::To => header.to.push(party),
            _ => header.info.push(party),
        }
    }

    /// Adds the post of a sender such as "Amembassy PORT LOUIS".
    fn add_post(&mut self, sender: &str, span: &Range<usize>) {
        let stated = parse_post(sender);
        if stated.sender.is_some() {
            self.found.header.post = Some(scan::field_at(stated.name, span.clone()));
        }
    }

    /// Whether the header of an e-mail file states the field: it is decoded there.
    fn is_stated(&self, field: LabelField) -> bool {
        let field = match field {
            LabelField::From => EnvelopeField::From,
            LabelField::To => EnvelopeField::To,
            LabelField::Info => EnvelopeField::Info,
            _ => EnvelopeField::Date,
        };
        let mut origins = self.stated.origins.iter();
        origins.any(|one| one.field == field && one.envelope == EnvelopeKind::MailHeader)
    }
}

/// "WASHDC, SECSTATE" is "SECSTATE WASHDC".
fn in_order_of_telegrams(name: &str) -> String {
    match name.split_once(", ") {
        Some((place, office)) if !office.contains(',') => format!("{office} {place}"),
        _ => name.to_owned(),
    }
}

/// Whether the addressee of a memorandum is the file.
fn is_record(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    matches!(name.trim_start_matches("THE "), "RECORD" | "RECORDS" | "FILE" | "FILES")
}

/// The date that a line consists of: "14 March 1961", "Washington, March 14, 1961".
fn day_alone(line: &str) -> Option<Date> {
    (line.len() <= 60 && line.contains(|c: char| c.is_ascii_digit())).then_some(())?;
    let day = |words: &str| match parse_date(words.trim_end_matches('.'))? {
        StatedDate::Day(day) => Some(day),
        StatedDate::Minute(group) => Some(group.date),
    };
    let has_month = line.contains(char::is_alphabetic);
    has_month.then(|| day(line).or_else(|| day(line.split_once(", ")?.1))).flatten()
}

/// The parts of a line between wide gaps: "CONFIDENTIAL             June 12, 1974" has two.
fn columns_of(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut columns = Vec::new();
    let mut start = line.start;
    while start < line.end {
        let rest = &text[start..line.end];
        let words = start + (rest.len() - rest.trim_start().len());
        let gap = text[words..line.end].find("   ").map_or(line.end, |gap| words + gap);
        let column = trim_range(text, words..gap, &[]);
        if !column.is_empty() {
            columns.push(column);
        }
        start = gap;
    }
    columns
}

/// Whether a line is the number of an airgram: "A-123".
fn is_airgram_number(line: &str) -> bool {
    let number = line.strip_prefix("A-").or_else(|| line.strip_prefix("CA-")).unwrap_or("");
    (1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}
