//! A document under construction while its elements are read.

use std::ops::Range;

use chancery_model::{
    Block, BlockKind, Date, DateTimeGroup, Document, DocumentId, Encoding, Field, Format, Header,
    MarkKind, Note, Paragraph, RawSpan, Recipient, Reference, TextSpan,
};

use super::element::{Kind, List};
use super::prose::Prose;
use super::{title, transmission};
use crate::field::references::Origin;
use crate::field::{portion, recipients, references};
use crate::{redaction, role};

/// Maximum length of a centred line that is a heading.
const MAX_CENTRED_HEADING: u32 = 120;

/// An item of a list that makes up part of the header.
struct Entry {
    list: List,
    caption: Option<TextSpan>,
    span: TextSpan,
}

/// The contents of a document so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) prose: Prose,
    pub(super) notes: Vec<Note>,
    /// The span of its `head`.
    pub(super) title: Option<TextSpan>,
    blocks: Vec<(Kind, TextSpan)>,
    markings: Vec<TextSpan>,
    caption: Option<TextSpan>,
    entries: Vec<Entry>,
    sender: Option<TextSpan>,
    date: Option<Field<Date>>,
    /// Raw offset of the first document nested in it.
    inner: Option<usize>,
}

impl Draft {
    pub(super) fn block(&mut self, kind: Kind, span: TextSpan) {
        self.blocks.push((kind, span));
    }

    /// Records the head of a list: "TO:", "SUBJECT".
    pub(super) fn caption(&mut self, span: TextSpan) {
        self.markings.push(span);
        self.caption = Some(span);
    }

    /// Whether the text ends with a caption.
    pub(super) fn is_after_caption(&self) -> bool {
        self.caption.is_some_and(|caption| caption.end as usize == self.prose.text.len())
    }

    pub(super) fn entry(&mut self, list: List, span: TextSpan) {
        self.entries.push(Entry { list, caption: self.caption, span });
    }

    pub(super) fn end_list(&mut self) {
        self.caption = None;
    }

    /// Records a name that is marked as the sender.
    pub(super) fn sender(&mut self, span: TextSpan) {
        self.sender.get_or_insert(span);
    }

    /// Records a date; `when` is in TEI form ("1957-03-13T23:00:00").
    pub(super) fn date(&mut self, when: Option<&str>, span: TextSpan) {
        let day = when.and_then(|when| when.get(..10));
        if let Some(value) = day.and_then(|day| Date::try_from(day.to_owned()).ok()) {
            self.date.get_or_insert(Field { value, span });
        }
    }

    /// Records that a nested document starts at byte `at`.
    pub(super) fn holds_document_at(&mut self, at: usize) {
        self.inner.get_or_insert(at);
    }

    /// The end of the document if its end tag is missing: before the document
    /// nested in it, unless words follow that one; else `end`.
    pub(super) fn whole_until(&self, end: usize) -> usize {
        let texts = self.notes.iter().map(|note| &note.text).chain([&self.prose.text]);
        let words_end = texts.map(|text| text.to_raw(text.span()).end as usize).max();
        self.inner.filter(|&inner| words_end.is_none_or(|end| end <= inner)).unwrap_or(end)
    }

    /// Builds the document, which is at `extent` in the file.
    pub(super) fn finish(mut self, raw: &[u8], extent: Range<usize>) -> Document {
        self.prose.sort_marks();
        let text = self.prose.text.as_str();
        let title = self.title.map(|span| title::read(text, span, self.sender));
        let title = title.unwrap_or_default();
        let mut header = self.header(&title);
        self.markings.extend(title.number);
        if title.is_telegram {
            self.transmission(&mut header);
        }
        let mut blocks = self.finish_blocks(&mut header, title.is_telegram);
        role::assign(self.prose.text.as_str(), &mut blocks);
        header.references = self.references(&header);
        if header.serial.is_some() && header.station.is_none() {
            header.station = title.station(self.prose.text.as_str(), header.from.as_ref());
        }
        let redactions = redaction::find(self.prose.text.as_str());
        let damaged = self.prose.damaged;
        Document {
            id: DocumentId(*blake3::hash(&raw[extent.clone()]).as_bytes()),
            raw: RawSpan::from_range(extent),
            format: Format::Frus,
            encoding: if damaged { Encoding::Windows1252 } else { Encoding::Utf8 },
            text: self.prose.text,
            header,
            blocks,
            markings: in_order(self.markings),
            redactions,
            page_lines: Vec::new(),
            notes: self.notes,
            marks: self.prose.marks,
        }
    }

    /// Builds the header from the head, the dateline and the lists.
    fn header(&self, title: &title::Title) -> Header {
        let text = self.prose.text.as_str();
        let named = |span: TextSpan| Field {
            value: Recipient { name: one_line(&text[span.range()]), ..Recipient::default() },
            span,
        };
        let mut header = Header {
            serial: title.serial.clone(),
            from: title.from.map(named),
            to: title.to.map(named).into_iter().collect(),
            date_time: title.date_time.clone().or_else(|| self.date_time()),
            ..Header::default()
        };
        if header.date_time.is_none() {
            header.date = self.date.clone().or(title.date.clone());
        }
        header.subject = self.entries.iter().find_map(|entry| self.subject(entry));
        header
    }

    /// The dateline as a date-time group, if it gives Zulu time.
    fn date_time(&self) -> Option<Field<DateTimeGroup>> {
        let day = self.date.as_ref()?;
        let words = &self.prose.text.as_str()[day.span.range()];
        let (hour, minute) = title::zulu(words.rsplit(' ').next()?)?;
        Some(Field { value: DateTimeGroup { date: day.value, hour, minute }, span: day.span })
    }

    fn subject(&self, entry: &Entry) -> Option<Field<String>> {
        let text = self.prose.text.as_str();
        let caption = text[entry.caption?.range()].as_bytes();
        let is_subject = caption.len() >= 4 && caption[..4].eq_ignore_ascii_case(b"subj");
        is_subject.then(|| Field { value: one_line(&text[entry.span.range()]), span: entry.span })
    }

    /// The references in the list with the caption "REF".
    fn references(&self, header: &Header) -> Vec<Field<Reference>> {
        let text = self.prose.text.as_str();
        let is_reference =
            |span: TextSpan| text[span.range()].to_ascii_uppercase().starts_with("REF");
        let year = header.date_time.as_ref().map(|group| group.value.date.year);
        let year = year.or(header.date.as_ref().map(|date| date.value.year));
        let id = header.reference_id.as_ref().map(|id| &id.value);
        let mut entries =
            self.entries.iter().filter_map(|entry| Some((entry.caption?, entry.span)));
        entries.find(|(caption, _)| is_reference(*caption)).map_or_else(
            Vec::new,
            |(caption, entry)| {
                let field = TextSpan::new(caption.start, entry.end);
                references::find(text, field, Origin { year, id })
            },
        )
    }

    /// Reads the transmission header that the transcriber kept. It overrides
    /// the editors' head, because it is closer to the original.
    fn transmission(&mut self, header: &mut Header) {
        let text = self.prose.text.as_str();
        let (mut from, mut to, mut info) = (None, Vec::new(), Vec::new());
        for entry in &self.entries {
            let words = &text[entry.span.range()];
            if !transmission::is_address(words) || self.prose.has_mark(MarkKind::Person, entry.span)
            {
                continue;
            }
            let field = Field { value: recipients::recipient(words), span: entry.span };
            let caption = entry.caption.map_or("", |span| &text[span.range()]);
            match entry.list {
                List::From => from = from.or(Some(field)),
                List::To if caption.starts_with("INFO") || caption.starts_with("Info") => {
                    info.push(field);
                }
                List::To => to.push(field),
                List::Subject | List::Plain => continue,
            }
            self.markings.push(entry.span);
        }
        header.from = from.or(header.from.take());
        if !to.is_empty() {
            header.to = to;
        }
        header.info = info;
    }

    fn finish_blocks(&mut self, header: &mut Header, is_telegram: bool) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::with_capacity(self.blocks.len());
        let mut is_first = true;
        for (kind, span) in std::mem::take(&mut self.blocks) {
            let kind = match kind {
                Kind::Header => BlockKind::Header,
                Kind::Heading => BlockKind::Heading,
                Kind::Centred if span.len() <= MAX_CENTRED_HEADING => BlockKind::Heading,
                Kind::Dateline => BlockKind::Dateline,
                Kind::Table => BlockKind::Table,
                Kind::Signature => {
                    header.signatures.extend(self.prose.signature(span));
                    BlockKind::Signature
                }
                Kind::Paragraph | Kind::Centred => {
                    let text = self.prose.text.as_str();
                    if is_telegram && transmission::read(text, span, header, &mut self.markings) {
                        BlockKind::Header
                    } else {
                        let bears_serial = is_telegram && std::mem::take(&mut is_first);
                        BlockKind::Paragraph(self.paragraph(span, header, bears_serial))
                    }
                }
            };
            blocks.push(Block { span, kind });
        }
        blocks
    }

    /// Builds a paragraph. `bears_serial` means that it is the first of a
    /// telegram: its number is the serial if the head gives none.
    fn paragraph(&mut self, span: TextSpan, header: &mut Header, bears_serial: bool) -> Paragraph {
        let text = self.prose.text.as_str();
        let mut paragraph = paragraph(text, span);
        self.markings.extend(paragraph.number.as_ref().map(|number| number.span));
        self.markings.extend(paragraph.portion.as_ref().map(|portion| portion.span));
        if bears_serial && header.serial.is_none() {
            header.serial = paragraph.number.take_if(|number| number.value != "1");
        }
        if header.subject.is_none()
            && let Some((caption, subject)) = subject_line(text, span)
        {
            self.markings.push(caption);
            header.subject = Some(subject);
        }
        paragraph
    }
}

/// Parses the number and portion marking at the start of a paragraph.
fn paragraph(text: &str, span: TextSpan) -> Paragraph {
    let words = &text[span.range()];
    let number = number(words).map(|len| {
        let end = span.start + len as u32;
        let printed = words[..len].trim_matches(['.', ')', '(']);
        Field { value: printed.to_owned(), span: TextSpan::new(span.start, end) }
    });
    let rest = TextSpan::new(number.as_ref().map_or(span.start, |field| field.span.end), span.end);
    Paragraph { number, portion: portion::at_start(text, rest), ..Paragraph::default() }
}

/// Length of a paragraph number with its period or parentheses: "2.", "12)",
/// "2a.", "197323.", "b.", "(1)", "(a)". Capital letters do not count: they
/// are initials or portion markings.
fn number(words: &str) -> Option<usize> {
    let open = usize::from(words.starts_with('('));
    let bytes = &words.as_bytes()[open..];
    let digits = bytes.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let letter = usize::from(bytes.get(digits).is_some_and(u8::is_ascii_lowercase));
    let len = digits + letter;
    let point = match bytes.get(len) {
        Some(b')') => true,
        Some(b'.') => open == 0,
        _ => false,
    };
    let apart = matches!(bytes.get(len + 1), Some(b' ' | b'\n') | None);
    (len > 0 && point && apart).then_some(open + len + 1)
}

/// Splits a paragraph such as "SUBJECT: Possible Consequences" into caption
/// and field.
fn subject_line(text: &str, span: TextSpan) -> Option<(TextSpan, Field<String>)> {
    let words = &text[span.range()];
    let colon = words.as_bytes().iter().take(10).position(|&byte| byte == b':')?;
    if !matches!(&words[..colon], "SUBJECT" | "Subject" | "SUBJ" | "Subj") {
        return None;
    }
    let line = words[colon + 1..].split('\n').next()?;
    let lead = line.len() - line.trim_start().len();
    let start = span.start as usize + colon + 1;
    let field = TextSpan::from_range(start + lead..start + line.len());
    let caption = TextSpan::from_range(span.start as usize..start);
    let value = text[field.range()].to_owned();
    (!field.is_empty()).then_some((caption, Field { value, span: field }))
}

/// Joins the lines of a field into one.
fn one_line(words: &str) -> String {
    words.replace(['\n', '\t'], " ")
}

/// Sorts spans; of two that overlap, keeps the first.
fn in_order(mut spans: Vec<TextSpan>) -> Vec<TextSpan> {
    spans.sort();
    let mut end = 0;
    spans.retain(|span| {
        let keep = span.start >= end && !span.is_empty();
        end = if keep { span.end } else { end };
        keep
    });
    spans
}
