//! Finds every header field of a telegram: runs the finders in the order of the header.

use std::ops::Range;

use chancery_model::{CableId, Classification, Correspondent, Header, Spanned, TextSpan};

use crate::damaged_date::{self, Legible};
use crate::found_header::{EditorialTitle, FieldSpan, FoundHeader, year_of_cable};
use crate::keys::{FieldKey, KeyMatch};
use crate::layout::HeaderLayout;
use crate::references::CitingCable;
use crate::scan::{clamp_to_text, line_ranges, trim_range};
use crate::{
    british, cable_id, classification, classified_by, date_time, frus_text, keys, labelled_header,
    layout, letter, portion, recipients, references, scan, signature, subject, tags,
};

/// Maximum length of a header in the body, in bytes. A telegram to all posts
/// has about ten thousand bytes of addressees.
const MAX_HEADER_BYTES: usize = 1 << 16;

/// Finds every header field.
///
/// `head` is the transmission header if the format keeps it apart (the first
/// `<pre>` of a web page), else empty. `body` follows it and contains the rest:
/// classification line, fields, paragraphs, signature. It may start with a
/// transmission header. `stated` has the fields that envelopes state. The year of
/// its id or date helps to resolve references; no field of it is copied.
pub fn find_header(text: &str, head: TextSpan, body: TextSpan, stated: &Header) -> FoundHeader {
    let head = clamp_to_text(text, head);
    let body = clamp_to_text(text, body);
    let body = body.start.max(head.end)..body.end.max(head.end);
    let in_print = head.is_empty().then(|| frus_text::read_frus_text(text, &body)).flatten();
    if head.is_empty()
        && in_print.is_none()
        && let Some(found) = find_other_layout(text, &body, stated)
    {
        return found;
    }
    let zone = header_zone(text, body.clone());
    let mut search = HeaderSearch::new(text, stated, HeaderLayout::Telegram);
    let keys = keys::find_keys(text, zone.clone());
    let first_key = keys.first().map_or(zone.end, |key| key.span.start);
    let line =
        classification::find_classification_line(text, TextSpan::from_range(zone.start..first_key));
    let above = line.as_ref().map_or(first_key, |line| line.classification.span.start as usize);
    search.read_transmission_header(head.clone());
    search.read_transmission_header(body.start..above);
    if let Some(line) = line {
        search.read_classification_line(line, first_key);
    }
    search.add_unkeyed_lines(&keys);
    search.read_keyed_fields(zone.end, &keys);
    let is_cable = |id: &Spanned<CableId>| cable_id::post_and_serial(&id.value).is_some();
    if !search.fields.is_empty() || stated.cable_id.as_ref().is_some_and(is_cable) {
        search.header.signatures =
            signature::find_signatures(text, TextSpan::from_range(body.clone()));
    }
    match in_print {
        Some((found, title)) => search.add_editorial_fields(found, title),
        None if head.is_empty() => search.read_letter(&body),
        None => {}
    }
    search.into_found_header(head.start..body.end, body.start, None)
}

/// Reads the header of another layout than that of a telegram, if `body` has one.
fn find_other_layout(text: &str, body: &Range<usize>, stated: &Header) -> Option<FoundHeader> {
    if let Some(found) = british::read_british_telegram(text, body) {
        let mut search = HeaderSearch::new(text, stated, HeaderLayout::British);
        (search.header, search.fields) = (found.header, found.fields);
        let span = TextSpan::from_range(body.clone());
        search.header.signatures = signature::find_signatures(text, span);
        return Some(search.into_found_header(body.clone(), body.start, None));
    }
    let (layout, lines) = layout::find_labelled_header(text, body.clone())?;
    let found = labelled_header::read_labelled_header(text, body, layout, &lines, stated);
    let (start, end) = (lines.first()?.whole.start, lines.last()?.whole.end);
    let mut search = HeaderSearch::new(text, stated, layout);
    (search.header, search.fields) = (found.header, found.fields);
    search.read_banner(body.start..start);
    if layout == HeaderLayout::Memorandum && search.header.signatures.is_empty() {
        search.header.signatures.extend(letter::find_closing_name(text, end..body.end));
    }
    Some(search.into_found_header(body.clone(), body.start, Some(end)))
}

/// The part of the body that may contain header fields: up to the first
/// numbered paragraph that is not a classified-by field.
fn header_zone(text: &str, body: Range<usize>) -> Range<usize> {
    let reach = body.start..(body.start + MAX_HEADER_BYTES).min(body.end);
    let reach = clamp_to_text(text, TextSpan::from_range(reach));
    let Some(mut end) = keys::first_numbered_paragraph(text, reach.clone()) else { return reach };
    if let Some(past) = keys::paragraph_number_end(text, end, reach.end) {
        let past = portion::portion_range_at_start(text, past..reach.end)
            .map_or(past, |marking| marking.end);
        let start = scan::skip_blanks(text, past, reach.end, true);
        if scan::matches_word_at(text, start, "CLASSIFIED BY") {
            end = keys::first_numbered_paragraph(text, past..reach.end).unwrap_or(reach.end);
        }
    }
    reach.start..end
}

struct HeaderSearch<'t> {
    text: &'t str,
    stated: &'t Header,
    layout: HeaderLayout,
    title: Option<EditorialTitle>,
    damaged_date: Option<String>,
    header: Header,
    fields: Vec<FieldSpan>,
}

impl<'t> HeaderSearch<'t> {
    fn new(text: &'t str, stated: &'t Header, layout: HeaderLayout) -> Self {
        let (header, fields) = (Header::default(), Vec::new());
        Self { text, stated, layout, title: None, damaged_date: None, header, fields }
    }
}

impl HeaderSearch<'_> {
    /// Reads the classification and the captions above a labelled header.
    fn read_banner(&mut self, above: Range<usize>) {
        let span = TextSpan::from_range(above.clone());
        let Some(line) = classification::find_classification_line(self.text, span) else { return };
        let captions = TextSpan::new(line.end, span.end.max(line.end));
        self.add_field(line.classification.span.start as usize..line.end as usize, None);
        self.header.classification = Some(line.classification);
        for caption in classification::find_captions(self.text, captions) {
            self.add_field(caption.span.byte_range(), None);
            self.add_caption(caption);
        }
    }

    fn add_caption(&mut self, caption: Spanned<String>) {
        if !self.header.captions.iter().any(|known| known.value == caption.value) {
            self.header.captions.push(caption);
        }
    }

    /// Adds what the editors of FRUS state over and below the document. Their heading wins
    /// over lines of the document that look like a header.
    fn add_editorial_fields(&mut self, found: Header, title: EditorialTitle) {
        (self.layout, self.title) = (HeaderLayout::Frus, Some(title));
        let header = &mut self.header;
        if found.document_date().is_some() {
            (header.date_time, header.date) = (found.date_time, found.date);
        }
        header.from = found.from.or(header.from.take());
        header.serial = found.serial.or(header.serial.take());
        header.post = found.post.or(header.post.take());
        if !found.to.is_empty() {
            header.to = found.to;
        }
        header.classification = header.classification.take().or(found.classification);
        header.captions.extend(found.captions);
    }

    /// Reads the header of a letter, where no other header was found.
    fn read_letter(&mut self, body: &Range<usize>) {
        let found = self.fields.is_empty().then(|| letter::read_letter(self.text, body)).flatten();
        let Some(found) = found else { return };
        self.layout = HeaderLayout::Letter;
        (self.header, self.fields) = (found.header, found.fields);
        let end = self.fields.iter().map(|field| field.span.end as usize).max();
        let below = end.unwrap_or(body.start)..body.end;
        let name = letter::find_closing_name(self.text, below);
        self.header.from = name.as_ref().map(|name| Spanned {
            value: Correspondent { name: name.value.clone(), ..Correspondent::default() },
            span: name.span,
        });
        self.header.signatures.extend(name);
    }

    fn add_field(&mut self, span: Range<usize>, prose: Option<TextSpan>) {
        let span = trim_range(self.text, span, &[]);
        if !span.is_empty() {
            self.fields.push(FieldSpan { span: TextSpan::from_range(span), prose });
        }
    }

    /// Adds every line of `within` as a data field.
    fn add_data_lines(&mut self, within: Range<usize>) {
        for line in line_ranges(self.text, within) {
            self.add_field(line, None);
        }
    }

    /// Reads the transmission header: addressees and the date-time group.
    fn read_transmission_header(&mut self, within: Range<usize>) {
        let span = TextSpan::from_range(within.clone());
        let found = recipients::find_addressees(self.text, span);
        let group = date_time::find_date_time_group(self.text, span);
        if found.from.is_none() && found.to.is_empty() && found.info.is_empty() && group.is_none() {
            return;
        }
        self.header.from = self.header.from.take().or(found.from);
        self.header.to.extend(found.to);
        self.header.info.extend(found.info);
        self.header.date_time = self.header.date_time.take().or(group);
        if self.header.date_time.is_none() {
            self.read_damaged_date(span);
        }
        self.add_data_lines(within);
    }

    /// Reads what is legible of a damaged date-time group.
    fn read_damaged_date(&mut self, within: TextSpan) {
        let Some(found) = damaged_date::find_damaged_group(self.text, within) else { return };
        let span = found.span;
        match found.legible {
            Legible::Minute(value) => {
                self.header.date_time = Some(Spanned { value, span });
                return;
            }
            Legible::Part(value) => self.header.date = Some(Spanned { value, span }),
        }
        self.damaged_date = Some(self.text[span.byte_range()].to_owned());
    }

    fn read_classification_line(
        &mut self,
        line: classification::ClassificationLine,
        first_key: usize,
    ) {
        let start = line.classification.span.start as usize;
        let header = &mut self.header;
        header.classification = header.classification.take().or(Some(line.classification));
        header.section = header.section.take().or(line.section);
        header.post = header.post.take().or(line.post);
        header.serial = header.serial.take().or(line.serial);
        if let (None, Some(post), Some(serial)) = (&header.cable_id, &header.post, &header.serial)
            && let Some(year) = year_of_cable(header).or_else(|| year_of_cable(self.stated))
        {
            let id = cable_id::cable_id_from_parts(
                &format!("{:02}", year % 100),
                &post.value,
                &serial.value,
            );
            let span = TextSpan::new(
                post.span.start.min(serial.span.start),
                serial.span.end.max(post.span.end),
            );
            header.cable_id = id.map(|value| Spanned { value, span });
        }
        self.add_field(start..line.end as usize, None);
        let under = TextSpan::from_range(line.end as usize..first_key.max(line.end as usize));
        for caption in classification::find_captions(self.text, under) {
            self.add_field(caption.span.byte_range(), None);
            self.add_caption(caption);
        }
        self.raise_sensitive();
    }

    /// Makes an unclassified text with the caption SENSITIVE sensitive: "UNCLAS", and
    /// SENSITIVE below it, is how telegrams print sensitive but unclassified.
    fn raise_sensitive(&mut self) {
        let is_sensitive = self.header.captions.iter().any(|one| one.value == "SENSITIVE");
        if let Some(level) = &mut self.header.classification
            && level.value == Classification::Unclassified
            && is_sensitive
        {
            level.value = Classification::Sensitive;
        }
    }

    /// Adds the lines between the classification and the first key as data, if
    /// there is a subject: "DEPT FOR NEA/MAG".
    fn add_unkeyed_lines(&mut self, keys: &[KeyMatch]) {
        let from = self.fields.iter().map(|field| field.span.end as usize).max();
        let subject = keys.iter().position(|key| key.key == FieldKey::Subject);
        if let (Some(from), Some(first)) = (from, keys.first())
            && subject.is_some()
            && from < first.span.start
        {
            self.add_data_lines(from..first.span.start);
        }
    }

    fn read_keyed_fields(&mut self, end: usize, keys: &[KeyMatch]) {
        let mut seen = Vec::new();
        for key in keys {
            match key.key {
                FieldKey::ClassifiedBy => self.read_classified_by(key, end, keys),
                again if seen.contains(&again) => continue,
                FieldKey::ExecutiveOrder => self.read_executive_order(key, end, keys),
                FieldKey::Tags => {
                    let value = tags::tags_value_range(self.text, key, end, keys);
                    self.header.tags = tags::parse_tags(self.text, value.clone());
                    self.add_field(key.span.start..value.end, None);
                }
                FieldKey::Subject => {
                    let words = subject::parse_subject(self.text, key, end, keys)
                        .map(|subject| subject.words);
                    let prose = words.as_ref().map(|words| words.span);
                    let end = prose.map_or(key.span.end, |prose| prose.end as usize);
                    self.add_field(key.span.start..end, prose);
                    self.header.subject = words;
                }
                FieldKey::References => {
                    let value = references::references_value_range(self.text, key, end, keys);
                    let (header, stated) = (&self.header, self.stated);
                    let id = header.cable_id.as_ref().or(stated.cable_id.as_ref());
                    let id = id.map(|id| id.value.clone());
                    let year = year_of_cable(header).or_else(|| year_of_cable(stated));
                    let origin = CitingCable { year, id: id.as_ref() };
                    self.header.references =
                        references::parse_references(self.text, value.clone(), origin);
                    self.add_field(
                        key.span.start.min(value.start)..value.end.max(key.span.end),
                        None,
                    );
                }
            }
            if key.key != FieldKey::ClassifiedBy {
                seen.push(key.key);
            }
        }
    }

    /// Reads "E.O. 12958: DECL: 10/20/2029" to the end of the line.
    fn read_executive_order(&mut self, key: &KeyMatch, end: usize, keys: &[KeyMatch]) {
        let limit =
            keys::field_value_end(self.text, key.span.end, end, keys, FieldKey::ExecutiveOrder);
        let value = line_ranges(self.text, key.span.end..limit).next().unwrap_or(limit..limit);
        let number =
            value.start..value.start + scan::count_digits(self.text, value.start, value.end);
        let printed = self.text[number.clone()].to_owned();
        self.header.executive_order = Some(scan::field_at(printed, number));
        self.header.declassify_on =
            date_time::find_declassification_date(self.text, TextSpan::from_range(value.clone()));
        self.add_field(key.span.start..value.end, None);
    }

    fn read_classified_by(&mut self, key: &KeyMatch, end: usize, keys: &[KeyMatch]) {
        let found = classified_by::parse_classified_by(self.text, key, end, keys);
        self.header.reasons.extend(found.reasons);
        let first = found.persons.into_iter().next();
        self.header.classified_by = self.header.classified_by.take().or(first);
        self.add_field(found.span.byte_range(), found.prose);
    }

    /// Sorts the fields, removes overlaps and finds the end of the header: `end`, or else
    /// that of the last field.
    fn into_found_header(
        mut self,
        within: Range<usize>,
        body_start: usize,
        end: Option<usize>,
    ) -> FoundHeader {
        self.fields.sort_by_key(|field| field.span.start);
        let mut fields: Vec<FieldSpan> = Vec::with_capacity(self.fields.len());
        for mut field in self.fields {
            let from = fields.last().map_or(within.start as u32, |last| last.span.end);
            let start = field.span.start.max(from).min(field.span.end);
            field.span = TextSpan::from_range(trim_range(
                self.text,
                start as usize..field.span.end as usize,
                &[],
            ));
            field.prose = field.prose.filter(|prose| field.span.contains(prose));
            if !field.span.is_empty() {
                fields.push(field);
            }
        }
        let last = fields.last().map_or(body_start, |last| last.span.end as usize);
        let last = end.unwrap_or(last).max(body_start);
        let end = scan::skip_blanks(self.text, last, within.end.max(last), true);
        FoundHeader {
            layout: self.layout,
            title: self.title,
            header: self.header,
            fields,
            end: TextSpan::from_range(end..end).end,
            damaged_date: self.damaged_date,
        }
    }
}
