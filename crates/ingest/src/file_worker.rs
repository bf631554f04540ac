//! The work on one file: read it, extract its text, parse, annotate, encode.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chancery_engine::opening::{FileText, FormCounts, OpenedMember, OpenedText, Opener, Remedies};
use chancery_engine::{
    Engine, InputError, LanguageCounts, LinkedDocument, ListChoice, UserList, stages,
};
use chancery_store::{
    CompressedBytes, EncodedDocument, FileProblem, FileStamp, IngestedFile, TextLayer,
};

use crate::archive_paths::ArchivePaths;
use crate::person_linking::{persons_to_json, to_json};

/// Something to process.
pub(crate) enum WorkItem {
    /// A file on disk, with its bytes if they had to be read to know what it is.
    File { path: PathBuf, stamp: FileStamp, bytes: Option<Vec<u8>> },
    /// A member of a container or a row of a table.
    Member(OpenedMember),
    /// A container or a table, sent after all that is in it.
    Container(String, FileStamp, [u8; 32], Vec<FileProblem>),
    /// A path that could not be read.
    Failed(String, FileProblem),
}

/// Where an item lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On disk.
    OnDisk,
    /// In a container or a table, whose own item follows.
    Inside,
}

/// The result for one item.
pub(crate) enum WorkResult {
    /// It was read; the file, and what is in it.
    File(Box<IngestedFile>, FileCounts, Place),
    /// It could not be read.
    Failed(String, FileProblem),
}

/// Counts of the documents of a file.
#[derive(Default)]
pub(crate) struct FileCounts {
    /// Words in all of them.
    pub(crate) words: u64,
    /// What they are.
    pub(crate) forms: FormCounts,
    /// Those in other languages than English.
    pub(crate) languages: LanguageCounts,
    /// Words of a volume outside of its documents.
    pub(crate) words_outside: u64,
}

/// What all workers of a run share.
pub(crate) struct IngestContext<'a> {
    /// Whether the archive has the file with this digest.
    pub(crate) is_known_digest: &'a (dyn Fn(&[u8; 32]) -> bool + Sync),
    /// Whether a file of the archive is read again for rows of side tables.
    pub(crate) is_stale_digest: &'a (dyn Fn(&[u8; 32]) -> bool + Sync),
    /// Whether the archive keeps the raw bytes.
    pub(crate) keep_bytes: bool,
    /// Maximum size of a file, in bytes.
    pub(crate) max_file_bytes: u64,
    /// Extracts the text of office files, PDFs and images.
    pub(crate) opener: &'a Opener,
    /// The user's list of names, which the archive keeps.
    pub(crate) user_list: &'a UserList,
    /// The paths to record.
    pub(crate) archive_paths: &'a ArchivePaths,
    /// An engine with empty caches, to replace one that panicked.
    pub(crate) fresh_engine: &'a Engine,
    /// How to fix a problem, phrased for the command line or the web.
    pub(crate) remedies: Remedies,
}

impl IngestContext<'_> {
    /// Processes one item; failures are part of the result.
    pub(crate) fn process_item(&self, engine: &mut Engine, item: WorkItem) -> WorkResult {
        match item {
            WorkItem::Failed(path, problem) => WorkResult::Failed(path, problem),
            WorkItem::Member(member) => {
                let stamp = FileStamp { size: member.bytes.len() as u64, modified: 0 };
                self.process_guarded(member, stamp, Place::Inside, engine)
            }
            WorkItem::Container(path, stamp, digest, problems) => {
                let mut file = empty_ingested_file(path, stamp, digest);
                file.problems = problems;
                WorkResult::File(Box::new(file), FileCounts::default(), Place::OnDisk)
            }
            WorkItem::File { path, stamp, bytes } => {
                let name = self.archive_paths.recorded_path(&path);
                let limit = self.max_file_bytes;
                match read_unchanged_file(&path, stamp, bytes, limit, self.remedies) {
                    Ok(bytes) => {
                        let member = self.opener.whole_file(name, bytes);
                        self.process_guarded(member, stamp, Place::OnDisk, engine)
                    }
                    Err(problem) => WorkResult::Failed(name, problem),
                }
            }
        }
    }

    fn process_guarded(
        &self,
        member: OpenedMember,
        stamp: FileStamp,
        place: Place,
        engine: &mut Engine,
    ) -> WorkResult {
        let path = member.path.clone();
        let work = |engine: &mut _| Ok(self.annotate_member(member, stamp, engine));
        match engine.run_catching_panics(self.fresh_engine, &path, work) {
            Ok((file, counts)) => WorkResult::File(Box::new(file), counts, place),
            Err(error) => WorkResult::Failed(path, problem_from_error(&error)),
        }
    }

    fn annotate_member(
        &self,
        member: OpenedMember,
        stamp: FileStamp,
        engine: &mut Engine,
    ) -> (IngestedFile, FileCounts) {
        let digest = *blake3::hash(&member.bytes).as_bytes();
        let mut file = empty_ingested_file(member.path.clone(), stamp, digest);
        let mut counts = FileCounts::default();
        if (self.is_known_digest)(&digest) {
            return (file, counts);
        }
        file.reread = (self.is_stale_digest)(&digest);
        let extracted = match self.opener.extract_text(&member) {
            Ok(extracted) => extracted,
            Err(error) => {
                counts.forms.scans += u64::from(error.needs_ocr);
                file.problems.push(FileProblem { at: None, message: error.message });
                return (file, counts);
            }
        };
        let FileText { text, pages, problems } = extracted;
        for error in problems {
            counts.forms.scanned_pages += error.unread_pages;
            file.problems.push(FileProblem { at: None, message: error.message });
        }
        let opened = OpenedText { member, text, pages, keep_empty: false };
        match engine.resolve_opened(&opened, ListChoice::FileAndUser(self.user_list)) {
            Ok((documents, problems)) => {
                file.problems.extend(problems.into_iter().map(to_file_problem));
                let lists = documents.file_lists();
                file.lists = (!lists.is_empty()).then(|| to_json(lists));
                counts.words_outside = documents.words_outside();
                for LinkedDocument { mut annotated, persons } in documents {
                    stages::add_attribution(&mut annotated);
                    counts.words += annotated.words.count_words();
                    counts.languages.count(annotated.words.language, 1);
                    counts.forms.count(opened.member.form.of_document(&annotated.document), 1);
                    let persons = persons_to_json(&persons);
                    file.documents.push(EncodedDocument::new(annotated, &persons));
                }
                file.bytes = self.keep_bytes.then(|| CompressedBytes::new(&opened.member.bytes));
                file.text_layer = opened.text.map(|text| TextLayer::new(text.text.as_bytes()));
            }
            Err(found) => file.problems.push(to_file_problem(found)),
        }
        (file, counts)
    }
}

/// A file of the archive, without documents and bytes.
pub(crate) fn empty_ingested_file(
    path: String,
    stamp: FileStamp,
    digest: [u8; 32],
) -> IngestedFile {
    let (documents, problems) = (Vec::new(), Vec::new());
    IngestedFile {
        path,
        stamp,
        digest,
        bytes: None,
        text_layer: None,
        documents,
        lists: None,
        problems,
        reread: false,
    }
}

fn to_file_problem(found: chancery_engine::ParseProblem) -> FileProblem {
    problem_from_error(&InputError::from_problem(String::new(), found))
}

/// An error in the form that an archive stores: without the path.
pub(crate) fn problem_from_error(error: &InputError) -> FileProblem {
    FileProblem { at: error.at, message: error.message() }
}

/// The problem of a file that changed while it was read.
pub(crate) const CHANGED_WHILE_READING: &str = "changed while it was read (add it again later)";

/// The size and modification time of a file.
pub(crate) fn file_stamp(metadata: &fs::Metadata) -> FileStamp {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |time| time.as_nanos() as i64);
    FileStamp { size: metadata.len(), modified }
}

/// Reads a file that was not `read` before, if it has not changed since the run started.
pub(crate) fn read_unchanged_file(
    path: &Path,
    before: FileStamp,
    read: Option<Vec<u8>>,
    largest: u64,
    remedies: Remedies,
) -> Result<Vec<u8>, FileProblem> {
    let problem = |message: String| FileProblem { at: None, message };
    let failed =
        |error: std::io::Error| problem_from_error(&InputError::from_io(String::new(), &error));
    if before.size > largest {
        let what = format!(
            "larger than {} MB and not read (split it, or {})",
            largest >> 20,
            remedies.raise_limit
        );
        return Err(problem(what));
    }
    let mut file = File::open(path).map_err(failed)?;
    let bytes = match read {
        Some(bytes) => bytes,
        None => {
            let mut bytes = Vec::with_capacity(before.size as usize);
            // A file that grows while it is read must not fill the memory.
            (&mut file).take(largest + 1).read_to_end(&mut bytes).map_err(failed)?;
            bytes
        }
    };
    let after = file_stamp(&file.metadata().map_err(failed)?);
    if after != before || bytes.len() as u64 != before.size {
        return Err(problem(CHANGED_WHILE_READING.into()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HINTS: Remedies =
        Remedies { raise_limit: "raise the limit", retry: "try again", name_columns: "name them" };

    #[test]
    fn files_that_change_or_are_too_large_are_not_read() {
        let path = std::env::temp_dir().join(format!("chancery-work-{}", std::process::id()));
        fs::write(&path, "as it was").expect("a file");
        let before = file_stamp(&fs::metadata(&path).expect("a file"));
        assert_eq!(
            read_unchanged_file(&path, before, None, 100, HINTS).expect("readable"),
            b"as it was"
        );
        let known = Some(b"as it wes".to_vec());
        let read = read_unchanged_file(&path, before, known, 100, HINTS).expect("readable");
        assert_eq!(read, b"as it wes", "bytes that were read are not read again");
        let what = |stamp, largest| {
            read_unchanged_file(&path, stamp, None, largest, HINTS).expect_err("a problem").message
        };
        let larger = "larger than 0 MB and not read (split it, or raise the limit)";
        assert_eq!(what(before, 5), larger);
        let touched = FileStamp { modified: before.modified - 1, ..before };
        assert_eq!(what(touched, 100), CHANGED_WHILE_READING);
        fs::write(&path, "as it was, and more").expect("a file");
        assert_eq!(what(before, 100), CHANGED_WHILE_READING);
        fs::remove_file(&path).expect("removed");
        assert_eq!(what(before, 100), "no such file (check the path)");
    }
}
