//! Parser: the bytes of a file to documents.
//!
//! [`parse_file`] detects the format ([`SourceFormat`]) and the encoding of a
//! file from its content and returns its documents. All line-oriented formats
//! (all but FRUS) share one path:
//!
//! ```text
//! bytes ─decode, html→ characters ─lines→ line text ─fields→ header
//!                                              └──────reflow→ blocks
//! ```
//!
//! ```
//! let raw = b"SUBJECT: A VISIT\r\n\r\n\xB61. (C) The envoy left\r\nRoseau on May 3.\r\n";
//! let parsed = chancery_parse::parse_file(raw).unwrap();
//! let document = &parsed.documents[0];
//! let last = document.blocks.last().unwrap();
//! assert_eq!(&document.text[last.span], "¶1. (C) The envoy left Roseau on May 3.");
//! ```

mod broken_words;
mod decode;
mod following_lines;
mod html;
pub mod invariants;
mod letter_header;
mod line_patterns;
mod line_segments;
pub mod line_text;
mod lists;
mod message_attributes;
mod metadata_table;
mod mets;
mod open_block;
mod paragraph_roles;
mod problem;
mod quotations;
mod recognition;
mod redaction;
mod reflow;
mod running_lines;
mod sections;
mod sniff;
mod stamps;
pub mod tei;
mod text_quality;
mod text_references;
mod traffic;
mod wrapping;
mod xml_tags;
mod xml_text;

use std::mem;
use std::ops::Range;
use std::slice;

use chancery_fields::{FieldSpan, year_of_cable};
use chancery_model::{
    Block, BlockKind, Document, DocumentId, Envelope, EnvelopeField, EnvelopeKind, Header, Page,
    PageReader, RawSpan, SourceFormat, Text, TextSpan,
};
use recognition::PageConfidences;

use serde::{Deserialize, Serialize};

pub use chancery_fields::{
    FieldValueError, envelope_of_path, fill_header, read_header_change, read_id,
};
pub use problem::{ParseFault, ParseProblem};

/// The result of parsing a file.
#[derive(Debug, Default)]
pub struct ParsedFile {
    /// The documents, in file order.
    pub documents: Vec<Document>,
    /// The volume's lists of persons and terms; empty for single documents.
    pub lists: VolumeLists,
    /// The parts that could not be read. Everything else was.
    pub problems: Vec<ParseProblem>,
    /// Number of words of a volume that are in none of its documents and lists: in its
    /// preface, and between documents.
    pub words_outside: u64,
}

/// The lists of persons and terms in the front matter of a FRUS volume.
#[derive(Clone, Debug, Default)]
pub struct VolumeLists {
    /// The persons list.
    pub persons: Vec<ListEntry>,
    /// The list of abbreviations and terms.
    pub terms: Vec<ListEntry>,
}

/// One entry of a volume's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// The id that marks in the documents refer to (`p_NRM1`).
    pub id: String,
    /// The name as listed ("Nixon, Richard M.").
    pub name: String,
    /// The text after the name ("President of the United States").
    pub description: String,
}

/// Decodes raw bytes as all parsers here do: UTF-8, and Windows-1252 for bytes
/// that are not valid UTF-8.
pub fn decode_characters(raw: &[u8]) -> String {
    let mut text = Text::default();
    decode::push_decoded(&mut text, raw, 0..raw.len());
    text.as_str().to_owned()
}

/// Parses the file `raw`. It is [`parse_file_in`] without envelopes.
///
/// # Errors
/// If the file is binary or larger than 4 GiB.
pub fn parse_file(raw: &[u8]) -> Result<ParsedFile, ParseProblem> {
    parse_file_in(raw, &[])
}

/// Parses the file `raw`, which lies in `envelopes`: a row of a table, the name of a
/// file. They fill the header fields that the text does not state, first envelope first.
/// Such a field has an empty span, and [`chancery_model::Header::origins`] names its
/// envelope. A value that cannot be read is one of [`ParsedFile::problems`].
///
/// The envelopes speak of one document. If the file has several, they speak of the
/// first; a volume takes nothing from them.
///
/// ```
/// use chancery_model::{Envelope, EnvelopeField, EnvelopeKind};
///
/// let fields = vec![(EnvelopeField::Date, "16 September 2009".to_owned())];
/// let row = Envelope { kind: EnvelopeKind::Row, fields };
/// let parsed = chancery_parse::parse_file_in(b"The envoy left.", &[row]).unwrap();
/// let date = parsed.documents[0].header.document_date().unwrap();
/// assert_eq!(date.to_string(), "2009-09-16");
/// ```
///
/// # Errors
/// If the file is binary or larger than 4 GiB.
pub fn parse_file_in(raw: &[u8], envelopes: &[Envelope]) -> Result<ParsedFile, ParseProblem> {
    if u32::try_from(raw.len()).is_err() {
        return Err(ParseProblem { offset: u64::from(u32::MAX), fault: ParseFault::FileTooLarge });
    }
    decode::reject_binary(raw)?;
    match sniff::detect_format(raw) {
        SourceFormat::Frus => {
            let names = envelopes.iter().flat_map(|envelope| &envelope.fields);
            let name =
                names.map(|(_, value)| value.as_str()).find(|id| chancery_fields::is_volume_id(id));
            let volume = tei::parse_named_volume(raw, name);
            let lists = &volume.lists;
            let is_volume = !volume.documents.is_empty()
                || !lists.persons.is_empty()
                || !lists.terms.is_empty();
            Ok(if is_volume { volume } else { parse_other_tei(raw, envelopes, volume.problems) })
        }
        format @ (SourceFormat::WebPage | SourceFormat::Fragment | SourceFormat::Xml) => {
            Ok(parse_extents(raw, slice::from_ref(&(0..raw.len())), |_| format, envelopes))
        }
        SourceFormat::Telegram | SourceFormat::Capitals | SourceFormat::Plain => Ok(parse_extents(
            raw,
            &traffic::split_telegrams(raw),
            sniff::detect_line_format,
            envelopes,
        )),
    }
}

/// Parses TEI without documents of a volume: each `TEI` element is a document.
fn parse_other_tei(raw: &[u8], envelopes: &[Envelope], problems: Vec<ParseProblem>) -> ParsedFile {
    let extents = xml_text::tei_extents(raw);
    let mut parsed = parse_extents(raw, &extents, |_| SourceFormat::Xml, envelopes);
    parsed.problems.splice(..0, problems);
    parsed
}

/// Parses the documents at `extents` of a file. The envelopes speak of the first.
fn parse_extents(
    raw: &[u8],
    extents: &[Range<usize>],
    format_of: impl Fn(&[u8]) -> SourceFormat,
    envelopes: &[Envelope],
) -> ParsedFile {
    let mut parsed = ParsedFile::default();
    // Pages count through the file, so that they are those of its pictures.
    let has_pages = memchr::memchr(0x0C, raw).is_some();
    let (mut page, mut counted) = (1, 0);
    for (number, extent) in extents.iter().enumerate() {
        let format = format_of(&raw[extent.clone()]);
        let envelopes = if number == 0 { envelopes } else { &[] };
        page += memchr::memchr_iter(0x0C, &raw[counted..extent.start]).count() as u32;
        counted = extent.start;
        let first_page = has_pages.then_some(page);
        let (document, faults) = parse_document(raw, extent.clone(), format, envelopes, first_page);
        parsed.documents.push(document);
        let offset = extent.start as u64;
        parsed.problems.extend(faults.into_iter().map(|fault| ParseProblem { offset, fault }));
    }
    parsed
}

/// Parses the document at `extent` of a file of any line-oriented format. The faults are
/// those of the envelopes.
fn parse_document(
    raw: &[u8],
    extent: Range<usize>,
    format: SourceFormat,
    envelopes: &[Envelope],
    first_page: Option<u32>,
) -> (Document, Vec<ParseFault>) {
    let mut faults = Vec::new();
    let mut page = match format {
        SourceFormat::Xml => {
            let found = xml_text::read_xml(raw, extent.clone());
            faults.extend(found.fault);
            let (text, confidences) = (found.text, found.confidences);
            html::FlattenedPage { text, confidences, ..html::FlattenedPage::default() }
        }
        SourceFormat::WebPage | SourceFormat::Fragment => html::flatten_page(raw),
        SourceFormat::Telegram
        | SourceFormat::Capitals
        | SourceFormat::Plain
        | SourceFormat::Frus => {
            let has_mark = extent.start == 0 && raw.starts_with(decode::BOM);
            let start = extent.start + if has_mark { decode::BOM.len() } else { 0 };
            let mut text = Text::default();
            decode::push_decoded(&mut text, &raw[..extent.end], start..extent.end);
            html::FlattenedPage { text, ..html::FlattenedPage::default() }
        }
    };
    let attributes = message_attributes::find_attributes(page.text.as_str());
    let text_end = attributes.as_ref().map_or(page.text.len(), |found| found.start);
    let first_page = if page.confidences.is_empty() { first_page } else { Some(1) };
    let is_letter = quotations::is_letter(envelopes);
    let lines = line_text::lay_out_pages(&page.text, text_end, is_letter, first_page);
    // The rest needs only the line text; a long text is not held twice.
    drop(mem::take(&mut page.text));
    let mut laid = broken_words::join_broken_words(lines);
    if is_letter {
        let line = |at: usize| &laid.text[laid.lines[at].span];
        let first = quotations::start_of_earlier_letter(laid.lines.len(), line);
        let earlier = first.unwrap_or(laid.lines.len());
        laid.lines[earlier..].iter_mut().for_each(|line| line.is_quoted = true);
    }
    let regions = Regions::from_page(&laid, &page);
    let string = laid.text.as_str();
    let mut stated = if page.has_keys {
        metadata_table::read_keyed_cells(string, &regions.cells)
    } else {
        metadata_table::read_metadata_table(string, &regions.cells)
    };
    let attributes = attributes.map(|found| found.envelope);
    for envelope in attributes.iter().chain(envelopes) {
        stated.add_envelope(envelope);
    }
    faults.extend(stated.faults.drain(..).map(ParseFault::UnreadableField));
    let mut found =
        chancery_fields::find_header(string, regions.head, regions.body, &stated.header);
    faults.extend(found.damaged_date.take().map(ParseFault::DamagedDate));
    for envelope in envelopes_of_page_lines(&laid, &found.header, &stated.header) {
        stated.add_envelope(&envelope);
    }
    let data = regions.cells.iter().chain(&laid.columns);
    let is_labelled = found.layout.is_labelled();
    found.fields.retain(|field| {
        let words = &string[field.span.byte_range()];
        field.prose.is_some()
            || is_labelled
            || if format == SourceFormat::Plain {
                is_coded_field(words)
            } else {
                !is_prose_field(words)
            }
    });
    found.fields.extend(data.map(|&span| FieldSpan { span, prose: None }));
    found.fields.sort_unstable_by_key(|field| field.span.start);
    let flow = reflow::reflow_lines(&laid, &found);
    let mut header = found.header;
    sections::correct_section(&mut header.section, laid.text.as_str(), &laid.page_sections);
    if header.signatures.is_empty() {
        header.signatures = flow.signature_fields(laid.text.as_str());
    }
    stated.fill(&mut header);
    if is_letter {
        letter_header::place_parties(laid.text.as_str(), &mut header);
    }
    laid.text.soften_line_ends(&flow.soft_line_ends);
    let pages = pages_with_quality(&laid.text, &flow.blocks, laid.pages, &page.confidences, format);
    let mut document = Document {
        id: DocumentId(blake3::hash(&raw[extent.clone()]).into()),
        encoding: decode::detect_encoding(&raw[extent.clone()]),
        raw: RawSpan::from_range(extent),
        format,
        text: laid.text,
        header,
        blocks: flow.blocks,
        markings: flow.markings,
        redactions: flow.redactions,
        page_lines: laid.page_lines,
        pages,
        marks: Vec::new(),
        references: Vec::new(),
        telegram: None,
        volume: None,
    };
    text_references::set_references(&mut document);
    (document, faults)
}

/// The pages of a text, and how well each was recognised. A text without pages whose words
/// are bad has one. Only the words of paragraphs are judged: a header has names and codes.
fn pages_with_quality(
    text: &Text,
    blocks: &[Block],
    mut pages: Vec<Page>,
    confidences: &PageConfidences,
    format: SourceFormat,
) -> Vec<Page> {
    let is_lines =
        matches!(format, SourceFormat::Telegram | SourceFormat::Capitals | SourceFormat::Plain);
    let paragraphs: Vec<TextSpan> = blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Paragraph(_)))
        .map(|block| block.span)
        .collect();
    let quality_of_bad_words = |start: u32, end: u32| {
        let first = paragraphs.partition_point(|span| span.end <= start);
        let within = paragraphs[first..].iter().take_while(|span| span.start < end);
        let parts =
            within.map(|span| &text[TextSpan::new(span.start.max(start), span.end.min(end))]);
        text_quality::word_quality(parts).filter(|quality| *quality < Page::DOUBTFUL)
    };
    let end = text.whole_span().end;
    if pages.is_empty() && is_lines {
        let quality = quality_of_bad_words(0, end);
        let page = |quality| Page { number: 1, offset: 0, reader: None, quality: Some(quality) };
        return quality.map(page).into_iter().collect();
    }
    let ends: Vec<u32> = pages.iter().skip(1).map(|page| page.offset).chain([end]).collect();
    for (page, end) in pages.iter_mut().zip(ends) {
        if !confidences.is_empty() {
            page.reader = Some(PageReader::Recognised);
        }
        let of_words = || quality_of_bad_words(page.offset, end);
        page.quality = confidences.of_page(page.number).or_else(of_words);
    }
    pages
}

/// The number of words of a page that are no page lines: stamps, page marks. Only so many
/// words stand on a page whose text is in a picture.
pub fn count_words_of_page(text: &str) -> usize {
    let mut flat = Text::default();
    decode::push_decoded(&mut flat, text.as_bytes(), 0..text.len());
    let lines = line_text::lay_out_lines(&flat);
    let words = lines.text.as_str().split_whitespace();
    words.filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// What the page lines of a document state: the post, the serial and so the id; and the id
/// in the stamp of the release. Page lines that name several posts are those of several
/// telegrams and state nothing.
fn envelopes_of_page_lines(
    laid: &line_text::LineText,
    header: &Header,
    stated: &Header,
) -> Vec<Envelope> {
    let mut envelopes = Vec::new();
    let is_named = [header, stated].iter().any(|header| header.post.is_some());
    if let ([(post, serial)], false) = (&laid.page_posts[..], is_named) {
        let mut fields = vec![(EnvelopeField::Post, post.clone())];
        if let Some(year) = year_of_cable(header).or_else(|| year_of_cable(stated)) {
            fields.push((EnvelopeField::CableId, format!("{year}{post}{serial}")));
        }
        envelopes.push(Envelope { kind: EnvelopeKind::PageLine, fields });
    }
    if let Some(id) = &laid.release_id {
        let fields = vec![(EnvelopeField::CableId, id.clone())];
        envelopes.push(Envelope { kind: EnvelopeKind::ReleaseStamp, fields });
    }
    envelopes
}

/// Whether a field consists of codes. In a transcript only such fields are
/// data. Its other header lines ("FM", "AMEMBASSY LISBON") were typeset for
/// readers and count as text.
fn is_coded_field(field: &str) -> bool {
    ["TAGS", "E.O.", "EO "].iter().any(|key| field.starts_with(key))
}

/// Whether a supposed data field is a paragraph. In damaged files a field may
/// run on into the text.
fn is_prose_field(field: &str) -> bool {
    let count = |is: fn(&u8) -> bool| field.bytes().filter(is).count();
    field.len() > 200 && count(u8::is_ascii_lowercase) > 3 * count(u8::is_ascii_uppercase)
}

/// The regions of the line text.
struct Regions {
    /// The cells of the metadata table at the top of a web page.
    cells: Vec<TextSpan>,
    /// The transmission header, if the format keeps it apart.
    head: TextSpan,
    /// The rest.
    body: TextSpan,
}

impl Regions {
    fn from_page(laid: &line_text::LineText, page: &html::FlattenedPage) -> Self {
        let text = &laid.text;
        let end = text.whole_span().end;
        let text_offset = |raw: usize| line_text::text_offset_of_raw(text, raw as u32);
        let cell = |raw: &std::ops::Range<usize>| {
            let start = text_offset(raw.start);
            let whole = TextSpan::new(start, text_offset(raw.end).max(start));
            line_segments::trim_span(text.as_str(), whole).unwrap_or(TextSpan::new(start, start))
        };
        let start = match &page.preformatted_ranges[..] {
            [] => 0,
            [head, ..] => text_offset(head.start),
        };
        let apart = page
            .preformatted_ranges
            .get(1)
            .map_or(start, |body| text_offset(body.start).max(start));
        let row = laid.columns[..laid.first_row].last();
        let body = row.map_or(apart, |last| last.end.max(apart));
        let cells_end = match page.cells.last() {
            Some(last) if page.has_keys => cell(last).end,
            _ => 0,
        };
        Self {
            cells: page.cells.iter().map(cell).collect(),
            head: TextSpan::new(start, apart),
            body: TextSpan::new(body.max(cells_end), end),
        }
    }
}
