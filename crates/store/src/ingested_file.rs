//! Ingested files: all that the writer needs, encoded by the workers.

use chancery_model::{
    Annotated, Block, BlockKind, Document, DocumentEntities, DocumentId, EnvelopeKind, Header,
    Mention, Spanned,
};

use crate::archive::number_of_classification;
use crate::codec::{self, EncodedBody};
use crate::document_entities::with_archive_ids;
use crate::near_duplicates::TextSketch;
use crate::statements::{EncodedAttribution, encode_attribution};

/// Bytes of a file that one row holds.
pub(crate) const PIECE_BYTES: usize = 1 << 20;

/// A file that was read, parsed and annotated.
pub struct IngestedFile {
    /// Path where it was found.
    pub path: String,
    /// Its size and modification time.
    pub stamp: FileStamp,
    /// BLAKE3 digest of its bytes.
    pub digest: [u8; 32],
    /// Its bytes, if the archive should store them.
    pub bytes: Option<CompressedBytes>,
    /// Text layer of an office file. If present, the offsets of the documents
    /// point into it instead of the file.
    pub text_layer: Option<TextLayer>,
    /// Its documents.
    pub documents: Vec<EncodedDocument>,
    /// Its lists of persons and terms, as JSON, for [`Documents::file_lists`](crate::Documents::file_lists).
    pub lists: Option<String>,
    /// Parts that could not be read.
    pub problems: Vec<FileProblem>,
    /// Whether it was read again, because side tables changed: its documents replace the
    /// stored ones if rows of side tables speak of them, or spoke of them.
    pub reread: bool,
}

/// Size and modification time of a file, to detect changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileStamp {
    /// Size in bytes.
    pub size: u64,
    /// Modification time, in nanoseconds since 1970.
    pub modified: i64,
}

/// The text layer of an office file.
pub struct TextLayer {
    pub(crate) digest: [u8; 32],
    pub(crate) size: u64,
    pub(crate) bytes: CompressedBytes,
}

impl TextLayer {
    /// Creates a text layer from its bytes.
    pub fn new(bytes: &[u8]) -> Self {
        let digest = blake3::hash(bytes).into();
        Self { digest, size: bytes.len() as u64, bytes: CompressedBytes::new(bytes) }
    }
}

/// Bytes of a file, compressed for storage.
pub struct CompressedBytes(pub(crate) Vec<Vec<u8>>);

impl CompressedBytes {
    /// Compresses `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.chunks(PIECE_BYTES).map(codec::compress).collect())
    }
}

/// A problem with reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// Byte offset in the file.
    pub at: Option<u64>,
    /// What is wrong and how to fix it.
    pub message: String,
}

/// A document encoded for the database.
pub struct EncodedDocument {
    pub(crate) id: DocumentId,
    pub(crate) raw: (u32, u32),
    pub(crate) columns: DocumentColumns,
    /// Volume and number, if its id is another.
    pub(crate) id_in_volume: Option<String>,
    /// Number of its words.
    pub(crate) words: i64,
    /// Whether a row of a side table gave a field of its header.
    pub(crate) has_side_row: bool,
    pub(crate) body: EncodedBody,
    pub(crate) sketch: TextSketch,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) entities: DocumentEntities,
    pub(crate) persons: Vec<u8>,
    pub(crate) attribution: EncodedAttribution,
}

/// Whether a row of a side table gave a field of a header.
pub(crate) fn has_side_row(header: &Header) -> bool {
    let is_side = |kind| matches!(kind, EnvelopeKind::SideTable(_));
    header.origins.iter().any(|origin| is_side(origin.envelope))
}

/// Columns of a document that SQL queries use, from its header.
pub(crate) struct DocumentColumns {
    pub(crate) cable_id: Option<String>,
    /// How telegrams cite it, if the cable id is another.
    pub(crate) telegram_id: Option<String>,
    pub(crate) post: Option<String>,
    pub(crate) serial: Option<i64>,
    pub(crate) date: Option<String>,
    pub(crate) classification: Option<i64>,
    pub(crate) subject: Option<String>,
    pub(crate) section: Option<(u8, u8)>,
}

impl DocumentColumns {
    /// The columns of a document. Its title stands for a subject that is not there.
    pub(crate) fn new(document: &Document) -> Self {
        let header = &document.header;
        let value =
            |field: &Option<Spanned<String>>| field.as_ref().map(|field| field.value.clone());
        let heading = || {
            let is_heading = |block: &&Block| matches!(block.kind, BlockKind::Heading);
            let block = document.blocks.iter().find(is_heading)?;
            Some(document.text[block.span].split_whitespace().collect::<Vec<_>>().join(" "))
        };
        Self {
            cable_id: header.cable_id.as_ref().map(|field| field.value.0.clone()),
            telegram_id: document.telegram.as_ref().map(|telegram| telegram.id.0.clone()),
            post: value(&header.post).map(|post| post.to_uppercase()),
            serial: value(&header.serial).and_then(|serial| serial.parse().ok()),
            date: header.document_date().map(|day| day.to_string()),
            classification: header
                .classification
                .as_ref()
                .and_then(|field| number_of_classification(field.value)),
            subject: value(&header.subject).or_else(heading),
            section: header.section.as_ref().map(|field| (field.value.number, field.value.of)),
        }
    }
}

impl EncodedDocument {
    /// Encodes a document with its mentions and entities. `persons` is what links
    /// its persons to those of other documents, as JSON; empty if there is nothing.
    pub fn new(annotated: Annotated, persons: &str) -> Self {
        let attribution = encode_attribution(&annotated);
        let Annotated { document, words, mentions, entities, attribution: _ } = annotated;
        let word_count = words.count_words() as i64;
        // The tokens of a long text take as much memory as all else.
        drop(words);
        Self {
            id: document.id,
            raw: (document.raw.start, document.raw.end),
            columns: DocumentColumns::new(&document),
            id_in_volume: document.volume.as_ref().and_then(|volume| volume.document_id.clone()),
            words: word_count,
            has_side_row: has_side_row(&document.header),
            body: codec::encode_body(&document),
            sketch: TextSketch::from_text(document.text.as_str()),
            mentions,
            entities: with_archive_ids(&entities),
            persons: codec::encode_persons(persons),
            attribution,
        }
    }
}
