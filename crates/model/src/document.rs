//! A parsed document: its text, header fields and blocks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    Encoding, Header, Page, RawSpan, Spanned, TelegramNumber, Text, TextReference, TextSpan,
    VolumePlace,
};

/// The BLAKE3 digest of a document's raw bytes, printed as 64 hexadecimal
/// digits. Equal bytes are the same document, whatever their path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub [u8; 32]);

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for DocumentId {
    type Err = ();

    /// Parses 64 hexadecimal digits.
    fn from_str(digits: &str) -> Result<Self, ()> {
        let mut id = [0; 32];
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(());
        }
        for (byte, at) in id.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).map_err(drop)?;
        }
        Ok(Self(id))
    }
}

impl fmt::Debug for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The format of a source document, detected from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceFormat {
    /// A web page with a metadata table, then header and body.
    WebPage,
    /// The body of such a page without the rest of the page.
    Fragment,
    /// A plain-text telegram with its transmission header.
    Telegram,
    /// A telegram of the 1970s, all in capitals.
    Capitals,
    /// A division of a FRUS volume in TEI.
    Frus,
    /// Other XML: a recognised page (ALTO, PAGE XML), or text without its mark-up.
    Xml,
    /// Any other text, split into paragraphs.
    Plain,
}

/// One parsed document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The digest of the raw bytes.
    pub id: DocumentId,
    /// The bytes of the file it spans: the whole file, or one division of a
    /// volume.
    pub raw: RawSpan,
    /// The source format.
    pub format: SourceFormat,
    /// The character encoding of the source.
    pub encoding: Encoding,
    /// The reading text.
    pub text: Text,
    /// The typed header fields.
    pub header: Header,
    /// Headings, paragraphs and other blocks, in order and without overlap.
    /// Together they cover every word of the text. Footnotes come last, so that
    /// none stands inside a sentence of the body.
    pub blocks: Vec<Block>,
    /// Data in the text that is not prose: paragraph numbers, portion
    /// markings, captions, transmission lines, rows of dashes. In order and
    /// without overlap. Tokens inside become `TokenKind::Marking`.
    pub markings: Vec<TextSpan>,
    /// Spans where text was blacked out or withheld, in order.
    pub redactions: Vec<TextSpan>,
    /// Page lines and repeated page headers, removed from the text.
    pub page_lines: Vec<PageLine>,
    /// The pages of the file, if it has any, in order: a PDF, an image, a text with form
    /// feeds. Documents of one file count on.
    pub pages: Vec<Page>,
    /// Names that the editors of the source annotated, in order.
    pub marks: Vec<EditorialMark>,
    /// References to other documents in the text, in order and without overlap. Those
    /// of the header are in the header.
    pub references: Vec<TextReference>,
    /// How telegrams cite the document, if its id is of another kind.
    pub telegram: Option<TelegramNumber>,
    /// The published volume that the document is part of.
    pub volume: Option<VolumePlace>,
}

impl Document {
    /// A plain document with only a text and its paragraphs. All other parts
    /// are empty.
    pub fn from_paragraphs(
        id: DocumentId,
        raw: RawSpan,
        text: Text,
        paragraphs: impl IntoIterator<Item = TextSpan>,
    ) -> Self {
        let paragraph = |span| Block { span, kind: BlockKind::Paragraph(Paragraph::default()) };
        Self {
            id,
            raw,
            format: SourceFormat::Plain,
            encoding: Encoding::Utf8,
            header: Header::default(),
            blocks: paragraphs.into_iter().map(paragraph).collect(),
            markings: Vec::new(),
            redactions: Vec::new(),
            page_lines: Vec::new(),
            pages: Vec::new(),
            marks: Vec::new(),
            references: Vec::new(),
            telegram: None,
            volume: None,
            text,
        }
    }

    /// The footnotes and their spans, in order.
    pub fn footnotes(&self) -> impl Iterator<Item = (TextSpan, &Footnote)> {
        self.blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Footnote(note) => Some((block.span, note)),
            _ => None,
        })
    }

    /// The footnote whose text contains byte `at`, in `O(log blocks)`.
    pub fn footnote_at(&self, at: u32) -> Option<&Footnote> {
        let after = self.blocks.partition_point(|block| block.span.start <= at);
        let block = self.blocks.get(after.checked_sub(1)?)?;
        match &block.kind {
            BlockKind::Footnote(note) if at < block.span.end => Some(note),
            _ => None,
        }
    }

    /// The end of the body: footnotes follow it.
    pub fn body_end(&self) -> u32 {
        let mut body = self.blocks.iter().rev();
        let last = body.find(|block| !matches!(block.kind, BlockKind::Footnote(_)));
        match self.footnotes().next() {
            Some(_) => last.map_or(0, |block| block.span.end),
            None => self.text.whole_span().end,
        }
    }

    /// All spans of the text that the document refers to: fields, blocks,
    /// markings, redactions, marks, and the offsets of page lines, pages and anchors of
    /// footnotes.
    pub fn all_spans(&self) -> impl Iterator<Item = TextSpan> {
        let of_block = |block: &Block| {
            let (number, portion) = match &block.kind {
                BlockKind::Paragraph(paragraph) => {
                    (paragraph.number.as_ref(), paragraph.portion.as_ref())
                }
                _ => (None, None),
            };
            [Some(block.span), number.map(|field| field.span), portion.map(|field| field.span)]
        };
        let lines = self.page_lines.iter().map(|line| line.offset);
        let lines = lines.chain(self.pages.iter().map(|page| page.offset));
        let points = lines.chain(self.footnotes().map(|(_, note)| note.anchor));
        let blocks = self.blocks.iter().flat_map(of_block).flatten();
        let fields = self.header.field_spans().into_iter();
        let markings = self.markings.iter().chain(&self.redactions).copied();
        let marks = self.marks.iter().map(|mark| mark.span);
        let marks = marks.chain(self.references.iter().map(|reference| reference.span));
        let points = points.map(|at| TextSpan::new(at, at));
        fields.chain(blocks).chain(markings).chain(marks).chain(points)
    }
}

/// A part of the text, such as a paragraph or a heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Its span in the text, including markings.
    pub span: TextSpan,
    /// Its kind.
    pub kind: BlockKind,
}

/// The kind of a block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Lines before the body: transmission lines, captions, header fields.
    Header,
    /// A heading, or the title of a document.
    Heading,
    /// Place and date above a letter or telegram.
    Dateline,
    /// A paragraph.
    Paragraph(Paragraph),
    /// Rows whose columns are separated by blanks, tabs or cells.
    Table,
    /// The name below the text.
    Signature,
    /// A footnote.
    Footnote(Footnote),
}

impl BlockKind {
    /// The name in exports and interfaces: "heading".
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Heading => "heading",
            Self::Dateline => "dateline",
            Self::Paragraph(_) => "paragraph",
            Self::Table => "table",
            Self::Signature => "signature",
            Self::Footnote(_) => "footnote",
        }
    }
}

/// The attributes of a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Its number as printed ("3", "12", "2a").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Spanned<Box<str>>>,
    /// Its portion marking. Most paragraphs have none, and a text can have a million.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portion: Option<Box<Spanned<PortionMarking>>>,
    /// Its role in the telegram.
    pub role: ParagraphRole,
}

/// A portion marking such as "(C/NF)": the classification of one paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PortionMarking {
    /// The marking as printed, without parentheses: "C/NF".
    pub marking: String,
    /// The level it denotes.
    pub level: crate::Classification,
    /// The handling caveats after the level: "NF", "SI", "REL".
    pub handling: Vec<String>,
}

/// The role of a paragraph in a telegram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParagraphRole {
    /// The report itself.
    #[default]
    Body,
    /// Between SUMMARY and END SUMMARY.
    Summary,
    /// Between COMMENT and END COMMENT.
    Comment,
    /// A request that the addressee act.
    ActionRequest,
    /// The purpose of the telegram: INTRODUCTION, BACKGROUND.
    Introduction,
    /// Between NOTE and END NOTE.
    Note,
    /// Biographic notes.
    Biography,
    /// The words of an earlier letter, quoted in a letter or forwarded with it.
    Quotation,
}

/// A page line or repeated page header, removed from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLine {
    /// Its bytes in the file.
    pub raw: RawSpan,
    /// The offset in the text from which it was removed.
    #[serde(alias = "at")]
    pub offset: u32,
}

/// What a footnote belongs to. Its text is that of its block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footnote {
    /// Its marker as printed: "1", "*". Empty if there is none.
    pub marker: String,
    /// The offset in the body at which the marker stands.
    pub anchor: u32,
}

/// A name or term that the editors of the source annotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditorialMark {
    /// Its span in the text.
    pub span: TextSpan,
    /// What it annotates.
    pub kind: EditorialMarkKind,
    /// The id it refers to in the volume's lists, without "#".
    pub target: Option<String>,
}

/// What an [`EditorialMark`] annotates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditorialMarkKind {
    /// TEI `persName`.
    Person,
    /// TEI `placeName`.
    Place,
    /// TEI `gloss` and `term`: an abbreviation or title.
    Term,
}
