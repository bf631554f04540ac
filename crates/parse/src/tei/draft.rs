//! A document under construction while its elements are read.

use std::ops::Range;

use chancery_model::{
    Block, BlockKind, Correspondent, Date, DateTimeGroup, Document, DocumentId, EditorialMarkKind,
    Encoding, Envelope, EnvelopeField, Footnote, Header, Paragraph, RawSpan, Reference,
    SourceFormat, Spanned, TextSpan, VolumePlace,
};

use super::element::{ElementKind, ListKind};
use super::prose::Prose;
use super::transmission;
use crate::{ParseFault, paragraph_roles, redaction, text_references};
use chancery_fields::references::CitingCable;
use chancery_fields::{
    StatedFields, frus_head, portion, recipients, references, source_note, transmission_lines,
};

/// Maximum length of a centred line that is a heading.
const MAX_CENTRED_HEADING_BYTES: u32 = 120;

/// An item of a list that makes up part of the header.
struct HeaderListItem {
    list: ListKind,
    caption: Option<TextSpan>,
    span: TextSpan,
}

/// A footnote and its text. It follows the body when the document is built.
pub(super) struct NoteDraft {
    pub(super) footnote: Footnote,
    pub(super) prose: Prose,
}

/// The contents of a document so far.
#[derive(Default)]
pub(super) struct DocumentDraft {
    pub(super) prose: Prose,
    pub(super) notes: Vec<NoteDraft>,
    /// The span of its `head`.
    pub(super) head: Option<TextSpan>,
    blocks: Vec<(ElementKind, TextSpan)>,
    markings: Vec<TextSpan>,
    caption: Option<TextSpan>,
    list_items: Vec<HeaderListItem>,
    sender: Option<TextSpan>,
    /// The first name that the editors marked as the sender, in any part.
    pub(super) marked_sender: Option<TextSpan>,
    /// The names that they marked as addressees.
    pub(super) marked_addressees: Vec<TextSpan>,
    /// What the tag of the document states.
    mark_up: Option<Envelope>,
    volume: Option<VolumePlace>,
    date: Option<Spanned<Date>>,
    /// Raw offset of the first document nested in it.
    inner_document_start: Option<usize>,
}

impl DocumentDraft {
    /// An empty document whose tag states the fields of `mark_up`, in a volume.
    pub(super) fn from_tag(mark_up: Envelope, volume: Option<VolumePlace>) -> Self {
        Self { mark_up: Some(mark_up), volume, ..Self::default() }
    }

    pub(super) fn push_block(&mut self, kind: ElementKind, span: TextSpan) {
        self.blocks.push((kind, span));
    }

    /// Records the head of a list: "TO:", "SUBJECT".
    pub(super) fn set_caption(&mut self, span: TextSpan) {
        self.markings.push(span);
        self.caption = Some(span);
    }

    /// Whether the text ends with a caption.
    pub(super) fn is_after_caption(&self) -> bool {
        self.caption.is_some_and(|caption| caption.end as usize == self.prose.text.len())
    }

    pub(super) fn push_list_item(&mut self, list: ListKind, span: TextSpan) {
        self.list_items.push(HeaderListItem { list, caption: self.caption, span });
    }

    pub(super) fn end_list(&mut self) {
        self.caption = None;
    }

    /// Records a name that is marked as the sender.
    pub(super) fn set_sender(&mut self, span: TextSpan) {
        self.sender.get_or_insert(span);
    }

    /// Records a date; `when` is in TEI form ("1957-03-13T23:00:00").
    pub(super) fn set_date(&mut self, when: Option<&str>, span: TextSpan) {
        let day = when.map(|when| when.get(..10).unwrap_or(when));
        if let Some(value) = day.and_then(|day| Date::try_from(day.to_owned()).ok()) {
            self.date.get_or_insert(Spanned { value, span });
        }
    }

    /// Records that a nested document starts at byte `at`.
    pub(super) fn set_inner_document_start(&mut self, at: usize) {
        self.inner_document_start.get_or_insert(at);
    }

    /// The end of the document if its end tag is missing: before the document
    /// nested in it, unless words follow that one; else `end`.
    pub(super) fn end_without_tag(&self, end: usize) -> usize {
        let texts = self.notes.iter().map(|note| &note.prose.text).chain([&self.prose.text]);
        let words_end = texts.map(|text| text.to_raw_span(text.whole_span()).end as usize).max();
        self.inner_document_start
            .filter(|&inner| words_end.is_none_or(|end| end <= inner))
            .unwrap_or(end)
    }

    /// Builds the document, which is at `extent` in the file. The faults are those of
    /// its tag.
    pub(super) fn into_document(
        mut self,
        raw: &[u8],
        extent: Range<usize>,
    ) -> (Document, Vec<ParseFault>) {
        self.prose.sort_marks();
        let text = self.prose.text.as_str();
        let title = self.head.map(|span| frus_head::parse_head(text, span, self.sender));
        let title = title.unwrap_or_default();
        let mut header = self.build_header(&title);
        self.markings.extend(title.number);
        if title.is_telegram {
            self.read_address_lists(&mut header);
        }
        let mut blocks = self.classify_blocks(&mut header, title.is_telegram);
        paragraph_roles::assign_roles(self.prose.text.as_str(), &mut blocks);
        self.add_marked_parties(&mut header);
        let mut stated = StatedFields::default();
        self.mark_up.iter().for_each(|envelope| stated.add_envelope(envelope));
        let id_in_volume = self.mark_up.as_ref().and_then(id_in_volume);
        let faults = stated.faults.drain(..).map(ParseFault::UnreadableField).collect();
        stated.fill(&mut header);
        header.references = self.find_references(&header);
        if header.serial.is_some() && header.post.is_none() {
            header.post = title.sending_post(self.prose.text.as_str(), header.from.as_ref());
        }
        self.append_footnotes(&mut blocks);
        self.read_source_note(&mut header, &blocks);
        let redactions = redaction::find_redactions(self.prose.text.as_str());
        let damaged = self.prose.damaged;
        let mut document = Document {
            id: DocumentId(*blake3::hash(&raw[extent.clone()]).as_bytes()),
            raw: RawSpan::from_range(extent),
            format: SourceFormat::Frus,
            encoding: if damaged { Encoding::Windows1252 } else { Encoding::Utf8 },
            text: self.prose.text,
            header,
            blocks,
            markings: remove_overlapping(self.markings),
            redactions,
            page_lines: Vec::new(),
            pages: Vec::new(),
            marks: self.prose.marks,
            references: self.prose.references,
            telegram: None,
            volume: None,
        };
        document.volume = volume_with_id(self.volume, id_in_volume, &document.header);
        text_references::set_references(&mut document);
        (document, faults)
    }

    /// Appends the texts of the footnotes to the body, in the order of their anchors,
    /// each as a block.
    fn append_footnotes(&mut self, blocks: &mut Vec<Block>) {
        let mut notes = std::mem::take(&mut self.notes);
        notes.sort_by_key(|note| note.footnote.anchor);
        for NoteDraft { footnote, prose } in notes {
            let span = self.prose.append_apart(prose);
            blocks.push(Block { span, kind: BlockKind::Footnote(footnote) });
        }
    }

    /// Reads the classification that the note on the source states.
    fn read_source_note(&self, header: &mut Header, blocks: &[Block]) {
        let text = self.prose.text.as_str();
        let notes = blocks.iter().filter(|block| matches!(block.kind, BlockKind::Footnote(_)));
        let mut notes = notes.filter_map(|note| source_note::read_source_note(text, note.span));
        if let Some(note) = notes.next() {
            note.fill(header);
        }
    }

    /// Adds the names that the editors marked as sender and addressees, if neither head
    /// nor lists name any.
    fn add_marked_parties(&self, header: &mut Header) {
        let text = self.prose.text.as_str();
        let party = |span: TextSpan| {
            let name = join_lines(&text[span.byte_range()]);
            Spanned { value: Correspondent { name, ..Correspondent::default() }, span }
        };
        header.from = header.from.take().or_else(|| self.marked_sender.map(party));
        if header.to.is_empty() {
            header.to = self.marked_addressees.iter().copied().map(party).collect();
        }
    }

    /// Builds the header from the head, the dateline and the lists.
    fn build_header(&self, title: &frus_head::DocumentHead) -> Header {
        let text = self.prose.text.as_str();
        let named = |span: TextSpan| Spanned {
            value: Correspondent {
                name: join_lines(&text[span.byte_range()]),
                ..Correspondent::default()
            },
            span,
        };
        let mut header = Header {
            serial: title.serial.clone(),
            from: title.from.map(named),
            to: title.to.map(named).into_iter().collect(),
            date_time: title.date_time.clone().or_else(|| self.dateline_date_time()),
            ..Header::default()
        };
        if header.date_time.is_none() {
            header.date = self.date.clone().or(title.date.clone());
        }
        header.subject = self.list_items.iter().find_map(|entry| self.subject_of_item(entry));
        header
    }

    /// The dateline as a date-time group, if it gives Zulu time.
    fn dateline_date_time(&self) -> Option<Spanned<DateTimeGroup>> {
        let day = self.date.as_ref()?;
        let words = &self.prose.text.as_str()[day.span.byte_range()];
        let (hour, minute) = frus_head::parse_zulu_time(words.rsplit(' ').next()?)?;
        Some(Spanned { value: DateTimeGroup { date: day.value, hour, minute }, span: day.span })
    }

    fn subject_of_item(&self, entry: &HeaderListItem) -> Option<Spanned<String>> {
        let text = self.prose.text.as_str();
        let caption = text[entry.caption?.byte_range()].as_bytes();
        let is_subject = caption.len() >= 4 && caption[..4].eq_ignore_ascii_case(b"subj");
        is_subject.then(|| Spanned {
            value: join_lines(&text[entry.span.byte_range()]),
            span: entry.span,
        })
    }

    /// The references in the list with the caption "REF".
    fn find_references(&self, header: &Header) -> Vec<Spanned<Reference>> {
        let text = self.prose.text.as_str();
        let is_reference =
            |span: TextSpan| text[span.byte_range()].to_ascii_uppercase().starts_with("REF");
        let year = header.date_time.as_ref().map(|group| group.value.date.year);
        let year = year.or(header.date.as_ref().map(|date| date.value.year));
        let id = header.cable_id.as_ref().map(|id| &id.value);
        let mut entries =
            self.list_items.iter().filter_map(|entry| Some((entry.caption?, entry.span)));
        entries.find(|(caption, _)| is_reference(*caption)).map_or_else(
            Vec::new,
            |(caption, entry)| {
                let field = TextSpan::new(caption.start, entry.end);
                references::find_references(text, field, CitingCable { year, id })
            },
        )
    }

    /// Reads the transmission header that the transcriber kept. It overrides
    /// the editors' head, because it is closer to the original.
    fn read_address_lists(&mut self, header: &mut Header) {
        let text = self.prose.text.as_str();
        let (mut from, mut to, mut info) = (None, Vec::new(), Vec::new());
        // A list of addressees may go on with those for information.
        let mut info_caption = None;
        for entry in &self.list_items {
            let mut span = entry.span;
            if let Some(rest) = text[span.byte_range()].strip_prefix("INFO") {
                let words = rest.trim_start_matches([':', ' ']);
                if words.len() < rest.len() || words.is_empty() {
                    info_caption = Some(entry.caption);
                    span.start = span.end - words.len() as u32;
                }
            }
            let words = &text[span.byte_range()];
            if words.is_empty() {
                self.markings.push(entry.span);
                continue;
            }
            if !transmission_lines::is_wire_address(words)
                || self.prose.contains_mark(EditorialMarkKind::Person, entry.span)
            {
                continue;
            }
            let field = Spanned { value: recipients::parse_recipient(words), span };
            let caption = entry.caption.map_or("", |span| &text[span.byte_range()]);
            match entry.list {
                ListKind::From => from = from.or(Some(field)),
                ListKind::To
                    if caption.starts_with("INFO")
                        || caption.starts_with("Info")
                        || info_caption == Some(entry.caption) =>
                {
                    info.push(field);
                }
                ListKind::To => to.push(field),
                ListKind::Subject | ListKind::Plain => continue,
            }
            self.markings.push(entry.span);
        }
        header.from = from.or(header.from.take());
        if !to.is_empty() {
            header.to = to;
        }
        header.info = info;
    }

    fn classify_blocks(&mut self, header: &mut Header, is_telegram: bool) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::with_capacity(self.blocks.len());
        let mut is_first = true;
        for (kind, span) in std::mem::take(&mut self.blocks) {
            let kind = match kind {
                ElementKind::Header => BlockKind::Header,
                ElementKind::Heading => BlockKind::Heading,
                ElementKind::Centred if span.len() <= MAX_CENTRED_HEADING_BYTES => {
                    BlockKind::Heading
                }
                ElementKind::Dateline => BlockKind::Dateline,
                ElementKind::Table => BlockKind::Table,
                ElementKind::Signature => {
                    header.signatures.extend(self.prose.signature_name(span));
                    BlockKind::Signature
                }
                ElementKind::Paragraph | ElementKind::Centred => {
                    let text = self.prose.text.as_str();
                    if is_telegram
                        && transmission::parse_transmission_header(
                            text,
                            span,
                            header,
                            &mut self.markings,
                        )
                    {
                        BlockKind::Header
                    } else {
                        let bears_serial = is_telegram && std::mem::take(&mut is_first);
                        BlockKind::Paragraph(self.build_paragraph(span, header, bears_serial))
                    }
                }
            };
            blocks.push(Block { span, kind });
        }
        blocks
    }

    /// Builds a paragraph. `bears_serial` means that it is the first of a
    /// telegram: its number is the serial if the head gives none.
    fn build_paragraph(
        &mut self,
        span: TextSpan,
        header: &mut Header,
        bears_serial: bool,
    ) -> Paragraph {
        let text = self.prose.text.as_str();
        let mut paragraph = parse_paragraph(text, span);
        self.markings.extend(paragraph.number.as_ref().map(|number| number.span));
        self.markings.extend(paragraph.portion.as_ref().map(|portion| portion.span));
        if bears_serial && header.serial.is_none() {
            let serial = paragraph.number.take_if(|number| &*number.value != "1");
            header.serial =
                serial.map(|number| Spanned { value: number.value.into(), span: number.span });
        }
        if header.subject.is_none()
            && let Some((caption, subject)) = parse_subject_line(text, span)
        {
            self.markings.push(caption);
            header.subject = Some(subject);
        }
        paragraph
    }
}

/// Parses the number and portion marking at the start of a paragraph.
fn parse_paragraph(text: &str, span: TextSpan) -> Paragraph {
    let words = &text[span.byte_range()];
    let number = paragraph_number_length(words).map(|len| {
        let end = span.start + len as u32;
        let printed = words[..len].trim_matches(['.', ')', '(']);
        Spanned { value: printed.into(), span: TextSpan::new(span.start, end) }
    });
    let rest = TextSpan::new(number.as_ref().map_or(span.start, |field| field.span.end), span.end);
    let portion = portion::portion_at_start(text, rest).map(Box::new);
    Paragraph { number, portion, ..Paragraph::default() }
}

/// Length of a paragraph number with its period or parentheses: "2.", "12)",
/// "2a.", "197323.", "b.", "(1)", "(a)". Capital letters do not count: they
/// are initials or portion markings.
fn paragraph_number_length(words: &str) -> Option<usize> {
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
fn parse_subject_line(text: &str, span: TextSpan) -> Option<(TextSpan, Spanned<String>)> {
    let words = &text[span.byte_range()];
    let colon = words.as_bytes().iter().take(10).position(|&byte| byte == b':')?;
    if !matches!(&words[..colon], "SUBJECT" | "Subject" | "SUBJ" | "Subj") {
        return None;
    }
    let line = words[colon + 1..].split('\n').next()?;
    let lead = line.len() - line.trim_start().len();
    let start = span.start as usize + colon + 1;
    let field = TextSpan::from_range(start + lead..start + line.len());
    let caption = TextSpan::from_range(span.start as usize..start);
    let value = text[field.byte_range()].to_owned();
    (!field.is_empty()).then_some((caption, Spanned { value, span: field }))
}

/// Joins the lines of a field into one.
fn join_lines(words: &str) -> String {
    words.replace(['\n', '\t'], " ")
}

/// Sorts spans; of two that overlap, keeps the first.
fn remove_overlapping(mut spans: Vec<TextSpan>) -> Vec<TextSpan> {
    spans.sort();
    let mut end = 0;
    spans.retain(|span| {
        let keep = span.start >= end && !span.is_empty();
        end = if keep { span.end } else { end };
        keep
    });
    spans
}

/// Volume and number, as the tag of a document states them.
fn id_in_volume(mark_up: &Envelope) -> Option<String> {
    let id = mark_up.fields.iter().find(|(field, _)| *field == EnvelopeField::CableId);
    id.map(|(_, id)| id.clone())
}

/// Adds the id in the volume to the place, if the document has another id: that of the
/// telegram that it prints.
fn volume_with_id(
    volume: Option<VolumePlace>,
    id_in_volume: Option<String>,
    header: &Header,
) -> Option<VolumePlace> {
    let own = header.cable_id.as_ref().map(|id| id.value.0.as_str());
    match id_in_volume.filter(|id| own != Some(id.as_str())) {
        Some(id) => Some(VolumePlace { document_id: Some(id), ..volume.unwrap_or_default() }),
        None => volume,
    }
}
