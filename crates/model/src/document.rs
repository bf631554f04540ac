//! A document taken apart: its text, header fields and blocks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Encoding, Field, Header, RawSpan, Text, TextSpan};

/// The BLAKE3 digest of a document's raw bytes: the same bytes are the same
/// document, wherever they lie. Printed as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub [u8; 32]);

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for DocumentId {
    type Err = ();

    /// The id that 64 hexadecimal digits spell.
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

/// The form in which a document came, found by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A web page with a table of facts, then header and body.
    WebPage,
    /// The body of such a page without the page.
    Fragment,
    /// A plain-text telegram with its transmission header.
    Telegram,
    /// An all-capitals telegram of the 1970s.
    Capitals,
    /// A division of a FRUS volume in TEI.
    Frus,
    /// Any other text, read as paragraphs.
    Plain,
}

/// One document, taken apart.
#[derive(Clone, Debug)]
pub struct Document {
    /// Digest of its raw bytes.
    pub id: DocumentId,
    /// Its extent in the file: the whole file, or one division of a volume.
    pub raw: RawSpan,
    /// The form it came in.
    pub format: Format,
    /// The encoding it came in.
    pub encoding: Encoding,
    /// The reading text.
    pub text: Text,
    /// Typed header fields.
    pub header: Header,
    /// Headings, paragraphs and so on: in order, without overlap; together
    /// they hold every word of the text.
    pub blocks: Vec<Block>,
    /// Data that stands in the text and is no prose (paragraph numbers,
    /// portion markings, captions, transmission lines, rows of dashes): in
    /// order, without overlap. Tokens inside become `TokenKind::Marking`.
    pub markings: Vec<TextSpan>,
    /// Places where the text was blacked out or withheld, in order.
    pub redactions: Vec<TextSpan>,
    /// Page lines and repeated page headers: taken out of the text.
    pub page_lines: Vec<PageLine>,
    /// Footnotes, each a text of its own.
    pub notes: Vec<Note>,
    /// Names that the editors of the source marked, in order.
    pub marks: Vec<Mark>,
}

impl Document {
    /// A plain document of which nothing is known but its text and which
    /// parts of it are paragraphs.
    pub fn plain(
        id: DocumentId,
        raw: RawSpan,
        text: Text,
        paragraphs: impl IntoIterator<Item = TextSpan>,
    ) -> Self {
        let paragraph = |span| Block { span, kind: BlockKind::Paragraph(Paragraph::default()) };
        Self {
            id,
            raw,
            format: Format::Plain,
            encoding: Encoding::Utf8,
            header: Header::default(),
            blocks: paragraphs.into_iter().map(paragraph).collect(),
            markings: Vec::new(),
            redactions: Vec::new(),
            page_lines: Vec::new(),
            notes: Vec::new(),
            marks: Vec::new(),
            text,
        }
    }

    /// Every place of the text that the document speaks of: of fields, blocks,
    /// markings, marks, and the points where page lines and notes stood.
    pub fn spans(&self) -> impl Iterator<Item = TextSpan> {
        let of_block = |block: &Block| {
            let (number, portion) = match &block.kind {
                BlockKind::Paragraph(paragraph) => {
                    (paragraph.number.as_ref(), paragraph.portion.as_ref())
                }
                _ => (None, None),
            };
            [Some(block.span), number.map(|field| field.span), portion.map(|field| field.span)]
        };
        let lines = self.page_lines.iter().map(|line| line.at);
        let points = lines.chain(self.notes.iter().map(|note| note.at));
        let blocks = self.blocks.iter().flat_map(of_block).flatten();
        let fields = self.header.spans().into_iter();
        let marked = self.markings.iter().chain(&self.redactions).copied();
        let marks = self.marks.iter().map(|mark| mark.span);
        let points = points.map(|at| TextSpan::new(at, at));
        fields.chain(blocks).chain(marked).chain(marks).chain(points)
    }
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Its place in the text, marking and all.
    pub span: TextSpan,
    /// What it is.
    pub kind: BlockKind,
}

/// The kinds of block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Lines before the body: transmission lines, captions, fields.
    Header,
    /// A heading, the title of a document too.
    Heading,
    /// Place and date over a letter or telegram.
    Dateline,
    /// A paragraph.
    Paragraph(Paragraph),
    /// Rows whose columns are parted by blanks, tabs or cells.
    Table,
    /// The name under the text.
    Signature,
}

/// What is known of a paragraph besides its words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Its number as printed ("3", "12", "2a").
    pub number: Option<Field<String>>,
    /// Its portion marking.
    pub portion: Option<Field<Portion>>,
    /// The part it plays.
    pub role: Role,
}

/// A portion marking such as "(C/NF)": the classification of one paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Portion {
    /// The marking as printed, without parentheses: "C/NF".
    pub marking: String,
    /// The level it stands for.
    pub level: crate::Classification,
    /// The handling words after it: "NF", "SI", "REL".
    pub handling: Vec<String>,
}

/// The part that a paragraph plays in a telegram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The report itself.
    #[default]
    Body,
    /// Between SUMMARY and END SUMMARY.
    Summary,
    /// Between COMMENT and END COMMENT.
    Comment,
    /// Asks the addressee to act.
    ActionRequest,
    /// Says what the telegram is for: INTRODUCTION, BACKGROUND.
    Introduction,
    /// Between NOTE and END NOTE.
    Note,
    /// Biographic notes.
    Biography,
}

/// A page line or repeated page header, taken out of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLine {
    /// Its bytes in the file.
    pub raw: RawSpan,
    /// Where in the text it stood.
    pub at: u32,
}

/// A footnote.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its label as printed: "1", "*".
    pub label: String,
    /// Where in the document's text it was called.
    pub at: u32,
    /// Its own text.
    pub text: Text,
    /// Names marked in it.
    pub marks: Vec<Mark>,
}

/// A name that the source's editors marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its place in the text.
    pub span: TextSpan,
    /// What it marks.
    pub kind: MarkKind,
    /// The id it refers to in the volume's lists, without "#".
    pub target: Option<String>,
}

/// What a [`Mark`] marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// TEI `persName`.
    Person,
    /// TEI `placeName`.
    Place,
    /// TEI `gloss` and `term`: an abbreviation or office.
    Term,
}
