//! Ingested files: all that the writer needs, encoded by the workers.

use chancery_model::{Annotated, DocumentId, Label, Mention};

use crate::pack::{self, Body};
use crate::sketch::Sketch;

/// Bytes of a file that one row holds.
pub(crate) const PIECE: usize = 1 << 20;

/// A file that was read, parsed and annotated.
pub struct Arrived {
    /// Path where it was found.
    pub path: String,
    /// Its size and modification time.
    pub stamp: Stamp,
    /// BLAKE3 digest of its bytes.
    pub digest: [u8; 32],
    /// Its bytes, if the archive should store them.
    pub bytes: Option<Bytes>,
    /// Text layer of an office file. If present, the offsets of the documents
    /// point into it instead of the file.
    pub layer: Option<Layer>,
    /// Its documents.
    pub documents: Vec<Packed>,
    /// Parts that could not be read.
    pub problems: Vec<Problem>,
}

/// Size and modification time of a file, to detect changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Modification time, in nanoseconds since 1970.
    pub modified: i64,
}

/// The text layer of an office file.
pub struct Layer {
    pub(crate) digest: [u8; 32],
    pub(crate) size: u64,
    pub(crate) bytes: Bytes,
}

impl Layer {
    /// Creates a text layer from its bytes.
    pub fn new(bytes: &[u8]) -> Self {
        let digest = blake3::hash(bytes).into();
        Self { digest, size: bytes.len() as u64, bytes: Bytes::new(bytes) }
    }
}

/// Bytes of a file, compressed for storage.
pub struct Bytes(pub(crate) Vec<Vec<u8>>);

impl Bytes {
    /// Compresses `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.chunks(PIECE).map(pack::squeeze).collect())
    }
}

/// A problem with reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Byte offset in the file.
    pub at: Option<u64>,
    /// What is wrong and how to fix it.
    pub what: String,
}

/// A mention that the engine found, with its entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// The mention.
    pub mention: Mention,
    /// Its entity, unless the linker abstained.
    pub link: Option<NewLink>,
}

/// A link to an entity by its id.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLink {
    /// Id of the entity, the same in every archive.
    pub id: String,
    /// Label of the entity.
    pub class: Label,
    /// Name of the entity.
    pub name: String,
    /// Probability, 0 to 1.
    pub score: f32,
    /// Reason for the link, for a person to check.
    pub reason: String,
}

/// A document encoded for the database.
pub struct Packed {
    pub(crate) id: DocumentId,
    pub(crate) raw: (u32, u32),
    pub(crate) columns: Columns,
    pub(crate) body: Body,
    pub(crate) sketch: Sketch,
    pub(crate) marked: Vec<Marked>,
}

/// Columns of a document that SQL queries use.
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
    /// Encodes a document. `links` has one entry per mention, in order.
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
