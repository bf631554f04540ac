//! What is in these bytes?
//!
//! [`read`] turns the bytes of a file into documents. The form of the file is
//! found by its content ([`Format`]), its encoding too. Line-oriented forms
//! (all but FRUS) go one way:
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

/// What a file holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Its documents, in the order of the file.
    pub documents: Vec<Document>,
    /// The volume's own reference lists; empty for single documents.
    pub lists: Lists,
    /// What could not be read: the rest was.
    pub problems: Vec<Problem>,
}

/// Persons and terms lists of a FRUS volume.
#[derive(Debug, Default)]
pub struct Lists {
    /// The persons list.
    pub persons: Vec<Listed>,
    /// The list of abbreviations and terms.
    pub terms: Vec<Listed>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The id that marks refer to (`p_NRM1`).
    pub id: String,
    /// The name as listed ("Nixon, Richard M.").
    pub name: String,
    /// What the list says of it.
    pub remark: String,
}

/// Something that could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte of the file.
    pub at: u64,
    /// What is wrong and what was done about it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.what)
    }
}

impl std::error::Error for Problem {}

/// The characters of raw bytes, as every reader here takes them: UTF-8, and
/// Windows-1252 where a byte is not.
pub fn characters(raw: &[u8]) -> String {
    let mut text = Text::default();
    decode::push(&mut text, raw, 0..raw.len());
    text.as_str().to_owned()
}

/// Reads `raw`.
///
/// # Errors
/// When nothing of the file can be read as text, or it is larger than 4 GiB.
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

/// Reads a file of any line-oriented form.
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

/// Whether a field is a line of codes. In a transcript only these are no
/// prose: its lines "FM", "AMEMBASSY LISBON" were set for readers.
fn is_coded(field: &str) -> bool {
    ["TAGS", "E.O.", "EO "].iter().any(|key| field.starts_with(key))
}

/// Whether what was taken for a field of data is a paragraph: in damaged files
/// a field may run on into the text.
fn is_prose(field: &str) -> bool {
    let count = |is: fn(&u8) -> bool| field.bytes().filter(is).count();
    field.len() > 200 && count(u8::is_ascii_lowercase) > 3 * count(u8::is_ascii_uppercase)
}

/// What stands where in the line text.
struct Regions {
    /// The table of facts over a web page.
    cells: Vec<TextSpan>,
    /// The transmission header, where it stands apart.
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
