//! What workers make of a file: everything that the writer needs, packed.

use chancery_model::{Annotated, DocumentId, Label, Mention};

use crate::pack::{self, Body};
use crate::sketch::Sketch;

/// Bytes of a file that lie in one row.
pub(crate) const PIECE: usize = 1 << 20;

/// A file, read and worked on.
pub struct Arrived {
    /// Where it was found.
    pub path: String,
    /// Its size there, and when it was changed (nanoseconds since 1970).
    pub stamp: Stamp,
    /// BLAKE3 of its bytes.
    pub digest: [u8; 32],
    /// Its bytes, if they are to be kept.
    pub bytes: Option<Bytes>,
    /// Where its documents' offsets point to, if not to the file itself: the
    /// text layer of an office file.
    pub layer: Option<Layer>,
    /// Its documents.
    pub documents: Vec<Packed>,
    /// What of it could not be read.
    pub problems: Vec<Problem>,
}

/// What tells whether a file changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified: i64,
}

/// The text layer of an office file.
pub struct Layer {
    pub(crate) digest: [u8; 32],
    pub(crate) size: u64,
    pub(crate) bytes: Bytes,
}

impl Layer {
    /// The layer of these bytes.
    pub fn new(bytes: &[u8]) -> Self {
        let digest = blake3::hash(bytes).into();
        Self { digest, size: bytes.len() as u64, bytes: Bytes::new(bytes) }
    }
}

/// Bytes of a file as they are kept.
pub struct Bytes(pub(crate) Vec<Vec<u8>>);

impl Bytes {
    /// Packs `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.chunks(PIECE).map(pack::squeeze).collect())
    }
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Byte of the file.
    pub at: Option<u64>,
    /// What is wrong, and what helps.
    pub what: String,
}

/// A mention as the machine found it, with the entity it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// The mention.
    pub mention: Mention,
    /// Its entity, unless the machine abstains.
    pub link: Option<NewLink>,
}

/// A link to an entity, by its id.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLink {
    /// The entity's id, which is the same in every archive.
    pub id: String,
    /// Its class.
    pub class: Label,
    /// Its name.
    pub name: String,
    /// Probability, 0 to 1.
    pub score: f32,
    /// A reason that a person can check.
    pub reason: String,
}

/// A document, ready to be written.
pub struct Packed {
    pub(crate) id: DocumentId,
    pub(crate) raw: (u32, u32),
    pub(crate) columns: Columns,
    pub(crate) body: Body,
    pub(crate) sketch: Sketch,
    pub(crate) marked: Vec<Marked>,
}

/// What is asked of documents by SQL.
pub(crate) struct Columns {
    pub(crate) reference: Option<String>,
    pub(crate) post: Option<String>,
    pub(crate) serial: Option<i64>,
    pub(crate) date: Option<String>,
    pub(crate) class: Option<i64>,
    pub(crate) subject: Option<String>,
    pub(crate) section: Option<(u8, u8)>,
    pub(crate) words: i64,
}

impl Packed {
    /// Packs a document. `links` gives each mention, in order, its entity.
    pub fn new(annotated: &Annotated, links: Vec<Option<NewLink>>) -> Self {
        let Annotated { document, words, mentions, entities: _ } = annotated;
        let header = &document.header;
        let value = |field: &Option<chancery_model::Field<String>>| {
            field.as_ref().map(|field| field.value.clone())
        };
        let heading = || {
            let is_heading = |block: &&chancery_model::Block| {
                matches!(block.kind, chancery_model::BlockKind::Heading)
            };
            let block = document.blocks.iter().find(is_heading)?;
            Some(document.text[block.span].split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let columns = Columns {
            reference: header.reference_id.as_ref().map(|field| field.value.0.clone()),
            post: value(&header.station).map(|post| post.to_uppercase()),
            serial: value(&header.serial).and_then(|serial| serial.parse().ok()),
            date: header.day().map(|day| day.to_string()),
            class: header.classification.as_ref().map(|field| field.value as i64),
            subject: value(&header.subject).or_else(heading),
            section: header.section.as_ref().map(|field| (field.value.number, field.value.of)),
            words: words.count() as i64,
        };
        let marked = mentions.iter().zip(links);
        Self {
            id: document.id,
            raw: (document.raw.start, document.raw.end),
            columns,
            body: pack::body(document),
            sketch: Sketch::of(document.text.as_str()),
            marked: marked.map(|(&mention, link)| Marked { mention, link }).collect(),
        }
    }
}
