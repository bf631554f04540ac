//! FRUS volumes: TEI with one `div` per document.
//!
//! A volume of *Foreign Relations of the United States* is one XML file of a
//! few megabytes: front matter with lists of persons and terms, then chapters
//! of `div type="document"`. Each such `div` becomes a document. Its footnotes
//! follow the body in its text. Names that the editors marked become
//! [`chancery_model::EditorialMark`]s, which refer to the volume's lists.
//!
//! This module keeps its own stack of open elements instead of leaving nesting
//! to the XML library. So in a truncated or badly nested volume only the broken
//! parts are lost. Each is reported with its byte offset.
//!
//! ```
//! let volume = br#"<TEI><text><body><div type="document" xml:id="d1">
//!   <head>1. Editorial Note</head><p>Nothing &amp; no one.</p></div></body></text></TEI>"#;
//! let parsed = chancery_parse::tei::parse_volume(volume);
//! assert_eq!(parsed.documents[0].text.as_str(), "1. Editorial Note\nNothing & no one.");
//! ```

mod draft;
mod element;
mod markup;
mod prose;
mod transmission;
mod volume_id;
mod volume_place;

use std::ops::Range;

use chancery_model::{
    EditorialMarkKind, Envelope, EnvelopeField, EnvelopeKind, Footnote, TextSpan,
};
use quick_xml::events::BytesStart;

use crate::{ListEntry, ParseFault, ParseProblem, ParsedFile};
use draft::{DocumentDraft, NoteDraft};
use element::{Element, ElementBoundary, ElementKind, attribute_value};
use markup::{MarkupEvent, MarkupReader};
use prose::{OpenMark, Prose, WordGap};
use volume_place::VolumeReader;

/// The tags of elements nested deeper are ignored.
const MAX_ELEMENT_DEPTH: usize = 256;

/// A document nested deeper closes the innermost one before it.
const MAX_DOCUMENT_DEPTH: usize = 4;

/// Maximum number of names with an id in one list item. They are spellings of
/// one name and share the description. The nine volumes have at most two; the
/// limit bounds the size of the lists.
const MAX_NAMES_PER_ITEM: usize = 8;

/// Maximum number of problems listed per file; further ones are counted.
const MAX_PROBLEMS: usize = 100;

/// Parses the documents and lists of a TEI file. Broken parts are reported in
/// [`ParsedFile::problems`]; everything else is read.
pub fn parse_volume(raw: &[u8]) -> ParsedFile {
    parse_named_volume(raw, None)
}

/// Parses a volume. `file_name` is its id if it states none itself.
pub(crate) fn parse_named_volume(raw: &[u8], file_name: Option<&str>) -> ParsedFile {
    let mut reader = TeiReader::new(raw);
    reader.volume_id = volume_id::find_volume_id(raw, file_name);
    if u32::try_from(raw.len()).is_err() {
        reader.report_problem(0, ParseFault::FileTooLarge);
        return reader.parsed_file;
    }
    let mut markup = MarkupReader::new(raw);
    while let Some((range, piece)) = markup.next_event() {
        reader.handle_event(range, piece);
    }
    reader.into_parsed_file()
}

/// An open element.
struct OpenElement<'a> {
    name: &'a [u8],
    element: Element,
    kind: ElementKind,
    /// Raw offset of its start tag.
    at: usize,
    /// Start of its words in the text it belongs to.
    start: usize,
    mark: Option<OpenMark>,
    /// `when` of a date, `xml:id` of a listed name, the document of a link.
    value: Option<String>,
    /// Whether its words form a separate text.
    opens_text: bool,
}

/// A text under construction.
enum OpenText {
    Document(Box<DocumentDraft>),
    Note { prose: Prose, label: String, at: u32 },
    Listing { prose: Prose, names: Vec<ListItemName> },
}

/// A name with an id in a list item.
struct ListItemName {
    kind: EditorialMarkKind,
    id: String,
    span: TextSpan,
}

impl OpenText {
    fn prose_mut(&mut self) -> &mut Prose {
        match self {
            Self::Document(draft) => &mut draft.prose,
            Self::Note { prose, .. } | Self::Listing { prose, .. } => prose,
        }
    }
}

struct TeiReader<'a> {
    raw: &'a [u8],
    open_elements: Vec<OpenElement<'a>>,
    /// Open elements beyond [`MAX_ELEMENT_DEPTH`].
    too_deep: usize,
    open_texts: Vec<OpenText>,
    parsed_file: ParsedFile,
    unlisted_problems: usize,
    /// The id of the volume: the first part of the ids of its documents.
    volume_id: Option<String>,
    /// The title page and the headings of the open chapters.
    volume: VolumeReader,
}

impl<'a> TeiReader<'a> {
    fn new(raw: &'a [u8]) -> Self {
        Self {
            raw,
            open_elements: Vec::new(),
            too_deep: 0,
            open_texts: Vec::new(),
            parsed_file: ParsedFile::default(),
            unlisted_problems: 0,
            volume_id: None,
            volume: VolumeReader::default(),
        }
    }

    fn report_problem(&mut self, at: usize, fault: ParseFault) {
        if self.parsed_file.problems.len() < MAX_PROBLEMS {
            self.parsed_file.problems.push(ParseProblem { offset: at as u64, fault });
        } else {
            self.unlisted_problems += 1;
        }
    }

    fn handle_event(&mut self, range: Range<usize>, piece: MarkupEvent<'_>) {
        let raw = self.raw;
        match piece {
            MarkupEvent::Open(tag) => self.open_element(range, &tag),
            MarkupEvent::Empty(tag) => {
                self.open_element(range.clone(), &tag);
                self.close_empty_element(range, true);
            }
            MarkupEvent::Close => self.close_element(range),
            MarkupEvent::Text => match self.open_texts.last_mut() {
                Some(flow) => flow.prose_mut().write_bytes(raw, range),
                None => {
                    self.volume.push_words(&String::from_utf8_lossy(&raw[range.clone()]));
                    self.count_words_outside(&raw[range]);
                }
            },
            MarkupEvent::CharacterReference(characters) => match self.open_texts.last_mut() {
                Some(flow) => flow.prose_mut().write_decoded(raw, &characters, range),
                None => self.volume.push_words(&characters),
            },
            MarkupEvent::Skipped => {}
            MarkupEvent::Broken => {
                self.report_problem(range.start, ParseFault::MalformedMarkup);
            }
            MarkupEvent::Abandoned => {
                self.report_problem(range.start, ParseFault::TooManyErrors);
            }
        }
    }

    /// Counts the words of a paragraph that is in no document.
    fn count_words_outside(&mut self, words: &[u8]) {
        let is_in = |name: &[u8]| self.open_elements.iter().any(|element| element.name == name);
        if is_in(b"p") && !is_in(b"teiHeader") {
            let words = words.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            self.parsed_file.words_outside += words.count() as u64;
        }
    }

    fn open_element(&mut self, range: Range<usize>, tag: &BytesStart<'_>) {
        if self.open_elements.len() >= MAX_ELEMENT_DEPTH {
            if self.too_deep == 0 {
                self.report_problem(range.start, ParseFault::NestedElements(MAX_ELEMENT_DEPTH));
            }
            self.too_deep += 1;
            return;
        }
        let name = markup::element_name(&self.raw[range.clone()]);
        let element = Element::from_tag(name, tag);
        let outer = self.open_elements.last().map_or(ElementKind::Paragraph, |frame| frame.kind);
        let kind = element.kind_within(outer);
        self.write_boundary(element.boundary_for(kind), kind, outer, &range);
        if self.open_texts.is_empty() && element != Element::Document {
            self.volume.open_element(name, tag, self.open_elements.len());
        }
        let flows = self.open_text(element, tag, &range);
        let start = self.open_texts.last_mut().map_or(0, |flow| flow.prose_mut().text.len());
        let owned = |key| attribute_value(tag, key).map(std::borrow::Cow::into_owned);
        let mark =
            element.mark_kind().map(|kind| OpenMark { kind, target: mark_target_id(tag), start });
        let value = match element {
            Element::Date => owned("when").or_else(|| owned("from")),
            Element::Reference => owned("target")
                .and_then(|target| document_of_target(&target, self.volume_id.as_deref())),
            _ if mark.is_some() => owned("xml:id"),
            _ => None,
        };
        self.open_elements.push(OpenElement {
            name,
            element,
            kind,
            at: range.start,
            start,
            mark,
            value,
            opens_text: flows,
        });
    }

    /// Writes the boundary before an element. The words up to here belong to
    /// the element around it.
    fn write_boundary(
        &mut self,
        edge: ElementBoundary,
        kind: ElementKind,
        outer: ElementKind,
        range: &Range<usize>,
    ) {
        let Some(flow) = self.open_texts.last_mut() else { return };
        let gap = match (edge, &*flow) {
            (ElementBoundary::None, _) => return,
            (ElementBoundary::Block, _) => return end_open_block(flow, outer, range),
            // The first item is on the line of its caption: "TO: …".
            (ElementBoundary::Line, OpenText::Document(draft))
                if kind == ElementKind::Header && draft.is_after_caption() =>
            {
                WordGap::Blank
            }
            (ElementBoundary::Line, _) => WordGap::Line,
            (ElementBoundary::Cell, _) => WordGap::Cell,
            (ElementBoundary::Blank, _) => WordGap::Blank,
        };
        flow.prose_mut().widen_gap(gap, range.clone());
    }

    /// Starts a separate text if the element is a document, a note or an item
    /// of the volume's lists; returns whether it did.
    fn open_text(&mut self, element: Element, tag: &BytesStart<'_>, range: &Range<usize>) -> bool {
        let flow = match element {
            Element::Document => {
                self.start_nested_document(range);
                let mark_up = document_envelope(self.volume_id.as_deref(), tag);
                OpenText::Document(Box::new(DocumentDraft::from_tag(mark_up, self.volume.place())))
            }
            Element::Note => {
                let label = attribute_value(tag, "n").unwrap_or_default().into_owned();
                let at = self.innermost_document().map_or(0, |draft| draft.prose.text.len() as u32);
                OpenText::Note { prose: Prose::default(), label, at }
            }
            Element::Item
                if matches!(self.open_texts.last(), None | Some(OpenText::Listing { .. })) =>
            {
                OpenText::Listing { prose: Prose::default(), names: Vec::new() }
            }
            _ => return false,
        };
        self.open_texts.push(flow);
        true
    }

    /// The innermost document.
    fn innermost_document(&mut self) -> Option<&mut DocumentDraft> {
        self.open_texts.iter_mut().rev().find_map(|flow| match flow {
            OpenText::Document(draft) => Some(&mut **draft),
            _ => None,
        })
    }

    /// Prepares for a document that starts at `range`, perhaps inside another.
    fn start_nested_document(&mut self, range: &Range<usize>) {
        let open = self.open_elements.iter().filter(|frame| frame.element == Element::Document);
        if open.count() >= MAX_DOCUMENT_DEPTH {
            self.report_problem(range.start, ParseFault::NestedDocuments);
            while let Some(element) = self.open_elements.last().map(|frame| frame.element) {
                self.pop_element(range.start..range.start, false);
                if element == Element::Document {
                    break;
                }
            }
        }
        if let Some(outer) = self.innermost_document() {
            outer.set_inner_document_start(range.start);
        }
    }

    fn close_element(&mut self, range: Range<usize>) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let name = markup::element_name(&self.raw[range.clone()]);
        let Some(depth) = self.open_elements.iter().rposition(|frame| frame.name == name) else {
            let name = String::from_utf8_lossy(name).into_owned();
            return self.report_problem(range.start, ParseFault::NoStartTag(name));
        };
        while self.open_elements.len() > depth + 1 {
            self.pop_element(range.start..range.start, false);
        }
        self.pop_element(range, true);
    }

    /// Closes an element that has just been opened and has no content.
    fn close_empty_element(&mut self, range: Range<usize>, whole: bool) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else {
            self.pop_element(range, whole);
        }
    }

    /// Closes the innermost element. `whole` means that its end tag is at
    /// `range`; otherwise the end tag is missing, which is reported.
    fn pop_element(&mut self, range: Range<usize>, whole: bool) {
        let Some(mut frame) = self.open_elements.pop() else { return };
        self.volume.close_element(self.open_elements.len());
        if !whole {
            let name = String::from_utf8_lossy(frame.name).into_owned();
            self.report_problem(frame.at, ParseFault::NotClosed { name, end: range.start });
        }
        if frame.opens_text {
            return self.close_text(frame.at, range, whole);
        }
        let mark = frame.mark.take().filter(|_| whole);
        let around = self.open_elements.last().map(|frame| frame.element);
        let Some(flow) = self.open_texts.last_mut() else { return };
        if let (OpenText::Listing { prose, names }, Some(mark)) = (&mut *flow, &mark)
            && let (Some(id), Some(span)) = (frame.value.take(), prose.span_since(mark.start))
        {
            names.push(ListItemName { kind: mark.kind, id, span });
        }
        if let Some(mark) = mark {
            flow.prose_mut().close_mark(mark);
        }
        if frame.element == Element::Reference
            && let Some(value) = frame.value.take().filter(|_| whole)
        {
            flow.prose_mut().close_reference(frame.start, value);
        }
        if let OpenText::Document(draft) = flow {
            record_field(draft, &frame, around);
        }
        let gap = match frame.element.boundary_for(frame.kind) {
            ElementBoundary::Block => return end_open_block(flow, frame.kind, &range),
            ElementBoundary::Line => WordGap::Line,
            ElementBoundary::Blank => WordGap::Blank,
            ElementBoundary::Cell | ElementBoundary::None => return,
        };
        flow.prose_mut().widen_gap(gap, range);
    }

    /// Closes the innermost text, whose element started at `start`.
    fn close_text(&mut self, start: usize, range: Range<usize>, whole: bool) {
        match self.open_texts.pop() {
            Some(OpenText::Document(mut draft)) => {
                if let Some(span) = draft.prose.end_block(range.clone()) {
                    draft.push_block(ElementKind::Paragraph, span);
                }
                let end = if whole { range.end } else { draft.end_without_tag(range.start) };
                let (document, faults) = draft.into_document(self.raw, start..end);
                self.parsed_file.documents.push(document);
                for fault in faults {
                    self.report_problem(start, fault);
                }
            }
            Some(OpenText::Note { mut prose, label, at }) => {
                prose.sort_marks();
                if let Some(draft) = self.innermost_document()
                    && !prose.text.is_empty()
                {
                    let footnote = Footnote { marker: label, anchor: at };
                    draft.notes.push(NoteDraft { footnote, prose });
                }
            }
            Some(OpenText::Listing { prose, names }) => {
                if names.len() > MAX_NAMES_PER_ITEM {
                    self.report_problem(start, ParseFault::TooManyNames(MAX_NAMES_PER_ITEM));
                }
                for name in names.into_iter().take(MAX_NAMES_PER_ITEM) {
                    let lists = &mut self.parsed_file.lists;
                    let list = match name.kind {
                        EditorialMarkKind::Person | EditorialMarkKind::Place => &mut lists.persons,
                        EditorialMarkKind::Term => &mut lists.terms,
                    };
                    list.push(volume_list_entry(&prose, name));
                }
            }
            None => {}
        }
    }

    fn into_parsed_file(mut self) -> ParsedFile {
        let end = self.raw.len();
        while !self.open_elements.is_empty() {
            self.pop_element(end..end, false);
        }
        if self.unlisted_problems > 0 {
            let fault = ParseFault::MoreProblems(self.unlisted_problems);
            self.parsed_file.problems.push(ParseProblem { offset: end as u64, fault });
        }
        self.parsed_file.documents.sort_by_key(|document| document.raw.start);
        self.parsed_file
    }
}

fn end_open_block(flow: &mut OpenText, kind: ElementKind, range: &Range<usize>) {
    let ended = flow.prose_mut().end_block(range.clone());
    if let (OpenText::Document(draft), Some(span)) = (flow, ended) {
        draft.push_block(kind, span);
    }
}

/// Records the words of an element that closes in the draft, if they are a
/// header field.
fn record_field(draft: &mut DocumentDraft, frame: &OpenElement<'_>, around: Option<Element>) {
    let Some(span) = draft.prose.span_since(frame.start) else { return };
    match (frame.element, around) {
        (Element::Head, Some(Element::Document)) => draft.head = draft.head.or(Some(span)),
        (Element::Head, Some(Element::List(_))) if frame.kind == ElementKind::Header => {
            draft.set_caption(span);
        }
        (Element::Item, Some(Element::List(list))) if frame.kind == ElementKind::Header => {
            draft.push_list_item(list, span);
        }
        (Element::Sender(_), _) => {
            draft.marked_sender.get_or_insert(span);
            if frame.kind == ElementKind::Heading {
                draft.set_sender(span);
            }
        }
        (Element::Addressee(_), _) => draft.marked_addressees.push(span),
        (Element::Date, _) => draft.set_date(frame.value.as_deref(), span),
        (Element::List(_), _) => draft.end_list(),
        _ => {}
    }
}

/// What the tag of a document states: its id in the volume, and its date. A document of
/// an uncertain date has the first day of the range.
fn document_envelope(volume: Option<&str>, tag: &BytesStart<'_>) -> Envelope {
    let mut fields = Vec::new();
    if let (Some(volume), Some(id)) = (volume, attribute_value(tag, "xml:id")) {
        fields.push((EnvelopeField::CableId, format!("{volume}/{id}")));
    }
    if let Some(date) = attribute_value(tag, "frus:doc-dateTime-min") {
        fields.push((EnvelopeField::Date, date.into_owned()));
    }
    Envelope { kind: EnvelopeKind::MarkUp, fields }
}

/// The document that a link points to: "#d12", "#d12fn2", "frus1969-76v12#d45".
fn document_of_target(target: &str, volume: Option<&str>) -> Option<String> {
    let (file, place) = target.trim().split_once('#')?;
    let digits = place.strip_prefix('d')?;
    let number = digits.split("fn").next().filter(|number| !number.is_empty())?;
    let volume = if file.is_empty() { volume? } else { file };
    let is_volume = volume.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    (is_volume && is_number).then(|| format!("{volume}/d{number}"))
}

/// The id that a mark refers to, without "#".
fn mark_target_id(tag: &BytesStart<'_>) -> Option<String> {
    let value =
        ["corresp", "target", "ref", "key"].iter().find_map(|key| attribute_value(tag, key))?;
    let id = value.trim().trim_start_matches('#');
    (!id.is_empty()).then(|| id.to_owned())
}

/// Builds an entry of the volume's lists: the name and the text after it.
fn volume_list_entry(prose: &Prose, name: ListItemName) -> ListEntry {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':');
    let after = TextSpan::new(name.span.end, prose.text.whole_span().end);
    ListEntry {
        id: name.id,
        name: prose.text[name.span].trim_matches(is_edge).to_owned(),
        description: prose.text[after].trim_start_matches(is_edge).to_owned(),
    }
}
