//! Parser: the bytes of a file to documents.
//!
//! [`read`] detects the format ([`Format`]) and the encoding of a file from
//! its content and returns its documents. All line-oriented formats (all but
//! FRUS) share one path:
//!
//! ```text
//! bytes ─decode, html→ characters ─lines→ line text ─field→ header
//!                                              └──────reflow→ blocks
//! ```
//!
//! ```
//! let raw = b"SUBJECT: A VISIT\r\n\r\n\xB61. (C) The envoy left\r\nRoseau on May 3.\r\n";
//! let contents = chancery_parse::read(raw).unwrap();
//! let document = &contents.documents[0];
//! let last = document.blocks.last().unwrap();
//! assert_eq!(&document.text[last.span], "¶1. (C) The envoy left Roseau on May 3.");
//! ```

mod decode;
mod facts;
pub mod field;
mod html;
pub mod invariants;
pub mod lines;
mod marks;
mod pieces;
mod redaction;
mod reflow;
mod role;
mod sniff;
pub mod tei;
mod wrapping;

use std::fmt;

use chancery_model::{Document, DocumentId, Format, RawSpan, Text, TextSpan};

use field::FieldSpan;

/// The result of parsing a file.
#[derive(Debug, Default)]
pub struct Contents {
    /// The documents, in file order.
    pub documents: Vec<Document>,
    /// The volume's lists of persons and terms; empty for single documents.
    pub lists: Lists,
    /// The parts that could not be read. Everything else was.
    pub problems: Vec<Problem>,
}

/// The lists of persons and terms in the front matter of a FRUS volume.
#[derive(Debug, Default)]
pub struct Lists {
    /// The persons list.
    pub persons: Vec<Listed>,
    /// The list of abbreviations and terms.
    pub terms: Vec<Listed>,
}

/// One entry of a volume's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The id that marks in the documents refer to (`p_NRM1`).
    pub id: String,
    /// The name as listed ("Nixon, Richard M.").
    pub name: String,
    /// The text after the name ("President of the United States").
    pub remark: String,
}

/// A parse error and its position in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte offset in the file.
    pub at: u64,
    /// What is wrong and how the parser handled it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.what)
    }
}

impl std::error::Error for Problem {}

/// Decodes raw bytes as all parsers here do: UTF-8, and Windows-1252 for bytes
/// that are not valid UTF-8.
pub fn characters(raw: &[u8]) -> String {
    let mut text = Text::default();
    decode::push(&mut text, raw, 0..raw.len());
    text.as_str().to_owned()
}

/// Parses the file `raw`.
///
/// # Errors
/// If the file is binary or larger than 4 GiB.
pub fn read(raw: &[u8]) -> Result<Contents, Problem> {
    if u32::try_from(raw.len()).is_err() {
        return Err(Problem {
            at: u64::from(u32::MAX),
            what: "larger than 4 GiB: split it".into(),
        });
    }
    decode::refuse_binary(raw)?;
    match sniff::format(raw) {
        Format::Frus => Ok(tei::read(raw)),
        format => Ok(Contents { documents: vec![document(raw, format)], ..Contents::default() }),
    }
}

/// Parses a file of any line-oriented format.
fn document(raw: &[u8], format: Format) -> Document {
    let page = match format {
        Format::WebPage | Format::Fragment => html::flatten(raw),
        Format::Telegram | Format::Capitals | Format::Plain | Format::Frus => {
            let start = if raw.starts_with(decode::BOM) { decode::BOM.len() } else { 0 };
            let mut text = Text::default();
            decode::push(&mut text, raw, start..raw.len());
            html::Page { text, ..html::Page::default() }
        }
    };
    let mut laid = lines::lay(&page.text);
    let regions = Regions::of(&laid, &page);
    let string = laid.text.as_str();
    let known = facts::known(string, &regions.cells);
    let mut found = field::header(string, regions.head, regions.body, known);
    let data = regions.cells.iter().chain(&laid.columns);
    found.fields.retain(|field| {
        let words = &string[field.span.range()];
        field.prose.is_some()
            || if format == Format::Plain { is_coded(words) } else { !is_prose(words) }
    });
    found.fields.extend(data.map(|&span| FieldSpan { span, prose: None }));
    found.fields.sort_unstable_by_key(|field| field.span.start);
    let flow = reflow::reflow(&laid, &found);
    let mut header = found.header;
    if header.signatures.is_empty() {
        header.signatures = flow.signatures(laid.text.as_str());
    }
    laid.text.soften(&flow.soft_ends);
    Document {
        id: DocumentId(blake3::hash(raw).into()),
        raw: RawSpan::from_range(0..raw.len()),
        format,
        encoding: decode::encoding(raw),
        text: laid.text,
        header,
        blocks: flow.blocks,
        markings: flow.markings,
        redactions: flow.redactions,
        page_lines: laid.page_lines,
        notes: Vec::new(),
        marks: Vec::new(),
    }
}

/// Whether a field consists of codes. In a transcript only such fields are
/// data. Its other header lines ("FM", "AMEMBASSY LISBON") were typeset for
/// readers and count as text.
fn is_coded(field: &str) -> bool {
    ["TAGS", "E.O.", "EO "].iter().any(|key| field.starts_with(key))
}

/// Whether a supposed data field is a paragraph. In damaged files a field may
/// run on into the text.
fn is_prose(field: &str) -> bool {
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
    fn of(laid: &lines::LineText, page: &html::Page) -> Self {
        let text = &laid.text;
        let end = text.span().end;
        let place = |raw: usize| lines::text_at(text, raw as u32);
        let cell = |raw: &std::ops::Range<usize>| {
            let start = place(raw.start);
            let words = text[TextSpan::new(start, place(raw.end).max(start))].trim_end();
            TextSpan::new(start, start + words.len() as u32)
        };
        let start = match &page.parts[..] {
            [] => 0,
            [head, ..] => place(head.start),
        };
        let apart = page.parts.get(1).map_or(start, |body| place(body.start).max(start));
        let row = laid.columns[..laid.first_row].last();
        let body = row.map_or(apart, |last| last.end.max(apart));
        Self {
            cells: page.cells.iter().map(cell).collect(),
            head: TextSpan::new(start, apart),
            body: TextSpan::new(body, end),
        }
    }
}
