//! What surrounds the text of a document and states header fields.
//!
//! A row of a table, the table of a web page, the name of a file, the header of a
//! letter: each is an envelope. A field that the text states is read from the text;
//! an envelope gives those that are missing, and the header records which.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of an envelope. Printed, it is what people read: "row", "table of metadata, row 12".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnvelopeKind {
    /// The table at the top of a web page.
    PageTable,
    /// The name of the file.
    FileName,
    /// A row of a table or a record of a data file.
    Row,
    /// The mark-up of a document: attributes of an XML element.
    MarkUp,
    /// The header lines of a letter.
    MailHeader,
    /// The attributes that the National Archives append to a telegram.
    MessageAttributes,
    /// The stamp of the release: "Approved For Release 2002/08/21 : CIA-RDP80…".
    ReleaseStamp,
    /// The page lines of the document: "PAGE 01 LA PAZ 03608 221935Z".
    PageLine,
    /// The editors' note on the source: "Source: … Secret; Immediate."
    SourceNote,
    /// The row of this number of a table of metadata beside the files.
    SideTable(u32),
    /// The decision of this number of a person.
    Decision(u32),
}

impl fmt::Display for EnvelopeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PageTable => "page table",
            Self::FileName => "file name",
            Self::Row => "row",
            Self::MarkUp => "mark-up",
            Self::MailHeader => "mail header",
            Self::MessageAttributes => "message attributes",
            Self::ReleaseStamp => "release stamp",
            Self::PageLine => "page line",
            Self::SourceNote => "source note",
            Self::SideTable(row) => return write!(f, "table of metadata, row {row}"),
            Self::Decision(number) => return write!(f, "set by hand, decision {number}"),
        })
    }
}

/// A header field that an envelope can state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnvelopeField {
    /// The id of the document.
    CableId,
    /// The date, with or without the hour.
    Date,
    /// The sending post.
    Post,
    /// The classification.
    Classification,
    /// The sender.
    From,
    /// An action addressee; the field may occur several times.
    To,
    /// An information addressee; the field may occur several times.
    Info,
    /// TAGS, in one string.
    Tags,
    /// The subject.
    Subject,
    /// References, in one string.
    References,
    /// The name below the text.
    Signature,
}

impl EnvelopeField {
    /// All fields, in the order of a header.
    pub const ALL: [Self; 11] = [
        Self::CableId,
        Self::Date,
        Self::Post,
        Self::Classification,
        Self::From,
        Self::To,
        Self::Info,
        Self::Tags,
        Self::Subject,
        Self::References,
        Self::Signature,
    ];

    /// The name in options of the command line: `--columns id=number`, `set … date=…`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::CableId => "id",
            Self::Date => "date",
            Self::Post => "post",
            Self::Classification => "classification",
            Self::From => "from",
            Self::To => "to",
            Self::Info => "info",
            Self::Tags => "tags",
            Self::Subject => "subject",
            Self::References => "references",
            Self::Signature => "signature",
        }
    }

    /// The field of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// The name that people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CableId => "id",
            Self::Date => "date",
            Self::Post => "post",
            Self::Classification => "classification",
            Self::From => "sender",
            Self::To => "addressee",
            Self::Info => "information addressee",
            Self::Tags => "TAGS",
            Self::Subject => "subject",
            Self::References => "references",
            Self::Signature => "signature",
        }
    }
}

/// The fields that an envelope states, as they are written there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// What it is.
    pub kind: EnvelopeKind,
    /// The fields, in the order of the envelope.
    pub fields: Vec<(EnvelopeField, String)>,
}

/// A field of a header that was taken from an envelope. Its span in the header is
/// empty and at 0, because the text does not contain it. Only the table of a web page
/// is part of the text: a field from there has the span of its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldOrigin {
    /// The field.
    pub field: EnvelopeField,
    /// Where it was stated.
    pub envelope: EnvelopeKind,
}
