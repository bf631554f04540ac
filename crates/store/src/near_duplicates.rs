//! Near-duplicates: repeated sections, corrected copies, the same cable in two
//! collections.
//!
//! A document's sketch holds, for each of 64 bins, the smallest hash of the
//! three-word shingles in that bin (one-permutation minwise hashing: Li, Owen
//! and Zhang 2012). Empty bins borrow from the next bin (Shrivastava and Li
//! 2014). The share of equal bins estimates the Jaccard similarity. Documents
//! that agree on the four bins of a band become candidates (Indyk and Motwani
//! 1998). The first document of a group is its leader. Later documents are
//! compared with leaders only, so that a thousand copies cost a thousand
//! comparisons, not a million.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::error::StoreError;
use crate::numbers::DocumentNumber;

const BINS: usize = 64;
const BANDS: usize = 8;
const BINS_PER_BAND: usize = 4;

/// Minimum similarity of near-duplicates.
const MIN_SIMILARITY: f64 = 0.75;

/// Minimum similarity of documents with the same cable id.
const MIN_SIMILARITY_SAME_ID: f64 = 0.3;

/// Maximum number of leaders that are compared with one document.
const MAX_CANDIDATES: usize = 64;

/// Min-hash sketch of a text.
pub(crate) struct TextSketch([u32; BINS]);

impl TextSketch {
    /// Computes the sketch of `text`.
    pub(crate) fn from_text(text: &str) -> Self {
        let mut bins = [u32::MAX; BINS];
        let (mut first, mut second) = (0, 0);
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let third = hash_word(word);
            let mut shingle = [0; 24];
            for (bytes, hash) in shingle.chunks_exact_mut(8).zip([first, second, third]) {
                bytes.copy_from_slice(&u64::to_le_bytes(hash));
            }
            let hash = xxh3_64(&shingle);
            let bin = &mut bins[hash as usize % BINS];
            *bin = (*bin).min((hash >> 33) as u32);
            (first, second) = (second, third);
        }
        let sparse = bins;
        for (at, bin) in bins.iter_mut().enumerate().filter(|(_, bin)| **bin == u32::MAX) {
            let mut after = (1..BINS).map(|step| (step, sparse[(at + step) % BINS]));
            let found = after.find(|&(_, other)| other != u32::MAX);
            if let Some((step, other)) = found {
                *bin = other.wrapping_add((step as u32).wrapping_mul(0x9E37_79B1));
            }
        }
        Self(bins)
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|bin| bin.to_le_bytes()).collect()
    }

    /// Estimates the similarity of two texts, 0 to 1.
    fn similarity_to(&self, other: &[u8]) -> f64 {
        let others = other.chunks_exact(4).filter_map(|bytes| bytes.try_into().ok());
        let same = self.0.iter().zip(others.map(u32::from_le_bytes));
        same.filter(|(own, other)| **own == *other).count() as f64 / BINS as f64
    }

    fn band_hashes(&self) -> impl Iterator<Item = i64> {
        let bands = self.0.chunks_exact(BINS_PER_BAND).take(BANDS).zip(0..);
        bands.map(|(rows, band)| {
            let bytes: Vec<u8> = rows.iter().flat_map(|bin| bin.to_le_bytes()).collect();
            xxh3_64_with_seed(&bytes, band) as i64
        })
    }
}

/// Hashes a word, ignoring case.
fn hash_word(word: &str) -> u64 {
    if word.is_ascii() && word.len() <= 32 {
        let mut buffer = [0; 32];
        let lower = &mut buffer[..word.len()];
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        return xxh3_64(lower);
    }
    xxh3_64(word.to_lowercase().as_bytes())
}

/// Finds the leader of the group that a document belongs to, and their
/// similarity. Returns `None` if the document starts a new group.
pub(crate) fn find_leader(
    db: &Connection,
    sketch: &TextSketch,
    cable_id: Option<&str>,
    section: Option<(u8, u8)>,
) -> Result<Option<(DocumentNumber, f64)>, StoreError> {
    let mut candidates: Vec<(DocumentNumber, f64)> = Vec::new();
    let mut statement = db.prepare_cached(
        "SELECT document FROM sketch_bands WHERE band = ?1 ORDER BY document LIMIT 16",
    )?;
    for band in sketch.band_hashes() {
        for document in statement.query_map([band], |row| row.get(0))? {
            candidates.push((document?, MIN_SIMILARITY));
        }
    }
    if let Some(cable_id) = cable_id {
        let sql = "SELECT number FROM stored_documents WHERE cable_id = ?1 AND section IS ?2
             AND duplicate_of IS NULL ORDER BY number LIMIT 16";
        let mut statement = db.prepare_cached(sql)?;
        let section = section.map(|section| section.0);
        for document in statement.query_map(params![cable_id, section], |row| row.get(0))? {
            candidates.push((document?, MIN_SIMILARITY_SAME_ID));
        }
    }
    // A candidate found both ways needs only the lower similarity.
    candidates.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    candidates.dedup_by_key(|(document, _)| *document);
    let mut best: Option<(DocumentNumber, f64)> = None;
    let mut statement = db.prepare_cached("SELECT bins FROM sketches WHERE document = ?1")?;
    for (document, least) in candidates.into_iter().take(MAX_CANDIDATES) {
        let bins: Vec<u8> = statement.query_row([document], |row| row.get(0))?;
        let similarity = sketch.similarity_to(&bins);
        if similarity >= least && best.is_none_or(|(_, most)| similarity > most) {
            best = Some((document, similarity));
        }
    }
    Ok(best)
}

/// Stores a document as the leader of a new group.
pub(crate) fn insert_leader(
    db: &Connection,
    sketch: &TextSketch,
    document: DocumentNumber,
) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO sketches VALUES (?1, ?2)")?
        .execute(params![document, sketch.to_bytes()])?;
    let mut put =
        db.prepare_cached("INSERT INTO sketch_bands VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for band in sketch.band_hashes() {
        put.execute(params![band, document])?;
    }
    Ok(())
}

/// The groups of near-duplicates of an archive.
#[derive(Debug, Default)]
pub(crate) struct NearDuplicateGroups {
    /// The first document of the group, for each of the others.
    leaders: HashMap<DocumentNumber, DocumentNumber>,
}

impl NearDuplicateGroups {
    /// Reads the groups of the documents that users see.
    pub(crate) fn load(db: &Connection) -> Result<Self, StoreError> {
        let sql = "SELECT number, duplicate_of FROM documents WHERE duplicate_of IS NOT NULL";
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { leaders: rows.collect::<Result<_, _>>()? })
    }

    /// The first document of the group of a document. It may be removed.
    pub(crate) fn first_of(&self, number: DocumentNumber) -> DocumentNumber {
        self.leaders.get(&number).copied().unwrap_or(number)
    }

    /// The documents that are not the first of their group, each with the first.
    pub(crate) fn members(&self) -> impl Iterator<Item = (DocumentNumber, DocumentNumber)> {
        self.leaders.iter().map(|(number, first)| (*number, *first))
    }
}

#[cfg(test)]
impl From<HashMap<DocumentNumber, DocumentNumber>> for NearDuplicateGroups {
    fn from(leaders: HashMap<DocumentNumber, DocumentNumber>) -> Self {
        Self { leaders }
    }
}
