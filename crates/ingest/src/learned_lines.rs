//! Learns page lines from the documents of an archive, and removes the names in them.
//!
//! What an archive has learnt depends on its documents and their paths, and not on the
//! order in which they were added: after every addition, each folder whose documents
//! changed is compared again. A folder is a folder on disk, a container, a table or a
//! file of many documents, and so is the whole archive. A line is learnt for the
//! documents of the folder that shows it. At most [`SAMPLE`] documents of a folder are
//! compared, those with the lowest ids.
//!
//! Texts and their offsets stay. Mentions in learnt lines are removed, and the others
//! are resolved again; where a line is no longer learnt, the names of its documents are
//! found again. An interrupted run repeats the work on the folders that changed.

use std::collections::{BTreeMap, BTreeSet};

use chancery_engine::Engine;
use chancery_engine::learned_lines::{LearnedLines, LineEvidence, MIN_DOCUMENTS, learn_lines};
use chancery_store::{Archive, ArchiveWriter, DocumentNumber, StoreError};

use crate::person_linking::{FormerEntities, link_persons};
use crate::reannotation::{Reannotation, resolve_all_by_other_list};
use crate::stored_lines::{LinesOfFolder, StoredLines, folders_of_path};

/// Maximum number of documents of a folder that are compared.
const SAMPLE: usize = 400;

/// Documents per transaction.
const DOCUMENTS_PER_COMMIT: usize = 500;

/// The documents of an archive by their folders.
#[derive(Default)]
struct DocumentsByFolder {
    /// All documents, in the order of their ids.
    documents: Vec<([u8; 32], DocumentNumber)>,
    /// The places of the documents of a folder in that list.
    folders: BTreeMap<String, Vec<u32>>,
}

impl DocumentsByFolder {
    fn read(archive: &Archive) -> Result<Self, StoreError> {
        let mut all = Self::default();
        archive.documents().visit_paths(|number, id, path| {
            if all.documents.last().is_none_or(|(last, _)| *last != id) {
                all.documents.push((id, number));
            }
            let place = all.documents.len() as u32 - 1;
            for folder in folders_of_path(path) {
                let places = match all.folders.get_mut(folder) {
                    Some(places) => places,
                    None => all.folders.entry(folder.to_owned()).or_default(),
                };
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        })?;
        all.folders.retain(|_, places| places.len() >= MIN_DOCUMENTS);
        Ok(all)
    }

    /// The documents at some places of the list.
    fn numbers<'a>(&'a self, places: &'a [u32]) -> impl Iterator<Item = DocumentNumber> + 'a {
        places.iter().map(|&place| self.documents[place as usize].1)
    }

    /// Returns the digest of the ids of the documents that are compared.
    fn digest_of_sample(&self, places: &[u32]) -> String {
        let mut digest = blake3::Hasher::new();
        for &place in places.iter().take(SAMPLE) {
            digest.update(&self.documents[place as usize].0);
        }
        digest.finalize().to_hex()[..16].to_owned()
    }
}

/// Learns the page lines of the archive again from its documents, removes the names in
/// them, and then does what [`crate::resolve_again`] does. Returns the numbers of documents
/// whose names changed, and of those that were resolved again.
///
/// # Errors
/// If the archive cannot be read or written.
pub fn apply_learned_lines(
    writer: &mut ArchiveWriter,
    engine: &Engine,
    replaced: bool,
) -> Result<(u64, u64), StoreError> {
    let mut former = learn_again(writer, engine, replaced)?;
    let changed = former.len();
    former.extend(resolve_all_by_other_list(writer, engine)?);
    if replaced || !former.is_empty() || !writer.are_persons_linked()? {
        link_persons(writer, &former)?;
    }
    Ok((changed as u64, (former.len() - changed) as u64))
}

/// Learns the page lines of an archive again and changes the names of the documents that
/// they concern. Persons have to be linked afterwards. Returns the former entities of
/// the documents that changed. `replaced` means that documents were read again since.
///
/// # Errors
/// If the archive cannot be read or written.
fn learn_again(
    writer: &mut ArchiveWriter,
    engine: &Engine,
    replaced: bool,
) -> Result<FormerEntities, StoreError> {
    let mut former = FormerEntities::new();
    let stored = StoredLines::load(writer)?;
    if stored.is_off && stored.folders.is_empty() {
        return Ok(former);
    }
    let all = DocumentsByFolder::read(writer)?;
    let mut learned = learn_folders(writer, &stored, &all)?;
    let changes = find_changes(&stored, &mut learned, &all, replaced);
    if learned == stored && changes.is_empty() {
        return Ok(former);
    }
    if !changes.is_empty() {
        // An interruption from here on leaves a mixture; the former lines say of what.
        learned.store(writer)?;
        let mut reannotation = Reannotation::new(writer, engine.clone())?;
        for batch in changes.chunks(DOCUMENTS_PER_COMMIT) {
            for &number in batch {
                former.extend(reannotation.change_names(writer, number)?);
            }
            writer.commit_batch()?;
        }
    }
    learned.last_document = all.documents.iter().map(|(_, number)| number.0).max().unwrap_or(0);
    learned.folders.values_mut().for_each(|folder| folder.former.clear());
    if learned.is_off {
        learned.folders.clear();
    }
    learned.store(writer)?;
    Ok(former)
}

/// Compares the documents of each folder whose documents have changed.
fn learn_folders(
    archive: &Archive,
    stored: &StoredLines,
    all: &DocumentsByFolder,
) -> Result<StoredLines, StoreError> {
    let mut learned = StoredLines { folders: BTreeMap::new(), ..stored.clone() };
    if stored.is_off {
        return Ok(learned);
    }
    for (path, places) in &all.folders {
        let sample = all.digest_of_sample(places);
        let known = stored.folders.get(path).filter(|folder| folder.sample == sample);
        let lines = match known {
            Some(folder) => folder.lines.clone(),
            None => {
                let numbers = all.numbers(places).take(SAMPLE);
                let read = |number| Ok(LineEvidence::new(&archive.documents().parsed(number)?));
                learn_lines(&numbers.map(read).collect::<Result<Vec<_>, StoreError>>()?)
            }
        };
        let documents = places.len() as u64;
        let folder = LinesOfFolder { sample, documents, lines, former: Vec::new() };
        learned.folders.insert(path.clone(), folder);
    }
    Ok(learned)
}

/// Returns the documents whose names may change, and notes the former lines of folders
/// whose lines changed.
fn find_changes(
    stored: &StoredLines,
    learned: &mut StoredLines,
    all: &DocumentsByFolder,
    replaced: bool,
) -> Vec<DocumentNumber> {
    let mut changes = BTreeSet::new();
    for (path, places) in &all.folders {
        let before = stored.folders.get(path).cloned().unwrap_or_default();
        let now = learned.folders.get(path).cloned().unwrap_or_default();
        let is_same = LearnedLines::new(&before.lines) == LearnedLines::new(&now.lines);
        if !is_same || !before.former.is_empty() {
            let former = before.lines.into_iter().chain(before.former).collect();
            learned.folders.insert(path.clone(), LinesOfFolder { former, ..now });
            changes.extend(all.numbers(places));
        } else if !now.lines.is_empty() {
            let is_new = |number: &DocumentNumber| number.0 > stored.last_document;
            let new = all.numbers(places).filter(is_new).count() as u64;
            // More than the new ones: known documents have a path in this folder now.
            let has_all = replaced || now.documents > before.documents + new;
            changes.extend(all.numbers(places).filter(|number| has_all || is_new(number)));
        }
    }
    changes.into_iter().collect()
}
