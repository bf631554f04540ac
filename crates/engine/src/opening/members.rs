//! Visits the members of containers and tables, at all depths.
//!
//! Member names are only names: nothing is written to disk. Streams (tables, crawls,
//! mailboxes, compressed files) are read in one pass, so their size does not matter;
//! other members are read into memory, up to a limit.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chancery_unpack::{
    Attachment, FileKind, HEAD_BYTES, RowPurpose, SkippedResponses, TableForm, TableItem,
    TableSource, UnpackBudget, UnpackError, UnpackLimits, decompress, detect_kind,
    email_attachments, email_envelope, visit_chapters, visit_letters, visit_pages, visit_rows,
    visit_tar_members, visit_zip_members,
};

use super::forms::DocumentForm;
use super::{Opened, OpenedMember, OpenedVisitor, OpeningSettings};
use crate::InputError;

/// Maximum depth of containers in containers.
const MAX_DEPTH: u32 = 3;

/// Maximum number of files in a file, at all depths.
const MAX_MEMBERS: u64 = 10_000_000;

/// Maximum ratio of the unpacked size to the size of a file, at all depths.
const MAX_UNPACK_RATIO: u64 = 100;

/// Visits what is in a file on disk.
pub(super) fn visit_file(
    settings: &OpeningSettings,
    path: &Path,
    name: &str,
    visit: OpenedVisitor<'_>,
) -> bool {
    // A file that cannot be opened is read as a document, and that fails.
    let Ok(mut file) = File::open(path) else { return visit(Opened::Itself { bytes: None }) };
    let mut head = Vec::new();
    if (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head).is_err() || file.rewind().is_err()
    {
        return visit(Opened::Itself { bytes: None });
    }
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let kind = detect_kind(&head, name);
    drop(head);
    if kind != FileKind::Email && !kind.is_container() {
        return visit(Opened::Itself { bytes: None });
    }
    let budget = new_budget(settings, size);
    let mut walker = Walker { settings, budget: &budget, visit, visited: 0, letters: 0 };
    if kind == FileKind::Email {
        // Too large a letter fails when it is read as a document.
        let Ok(bytes) = walker.budget.read_member(file) else {
            return walker.send(Opened::Itself { bytes: None });
        };
        let attachments = catch_unwind(|| email_attachments(&bytes)).unwrap_or_default();
        return walker.send(Opened::Itself { bytes: Some(bytes) })
            && walker.visit_attachments(name, attachments, 0);
    }
    walker.guarded(name, |walker| match kind {
        FileKind::Table(form) if !kind.is_streamed() => {
            walker.visit_table(name, form, TableSource::File(path))
        }
        _ if kind.is_streamed() => {
            walker.visit_stream(name, kind, Box::new(BufReader::new(file)), 0)
        }
        _ => walker.visit_seekable(name, kind, BufReader::new(file), 0),
    })
}

/// Visits what is in a file in memory.
pub(super) fn visit_bytes(
    settings: &OpeningSettings,
    name: &str,
    bytes: Vec<u8>,
    visit: OpenedVisitor<'_>,
) -> bool {
    let budget = new_budget(settings, bytes.len() as u64);
    let mut walker = Walker { settings, budget: &budget, visit, visited: 0, letters: 0 };
    walker.guarded(name, |walker| {
        let kind = detect_kind(&bytes[..bytes.len().min(HEAD_BYTES)], name);
        Ok(walker.visit_whole(name.to_owned(), kind, bytes, None, 0))
    })
}

fn new_budget(settings: &OpeningSettings, size: u64) -> UnpackBudget {
    let largest = settings.largest;
    UnpackBudget::new(UnpackLimits {
        member_bytes: largest,
        total_bytes: largest.saturating_add(size.saturating_mul(MAX_UNPACK_RATIO)),
        member_count: MAX_MEMBERS,
    })
}

/// Maximum depth of letters in letters.
const MAX_LETTER_DEPTH: u32 = 30;

/// Visits members, with one budget for all depths.
struct Walker<'s> {
    settings: &'s OpeningSettings,
    budget: &'s UnpackBudget,
    visit: OpenedVisitor<'s>,
    /// Number of members and problems so far.
    visited: u64,
    /// Number of letters in which the walker is.
    letters: u32,
}

impl Walker<'_> {
    fn send(&mut self, opened: Opened) -> bool {
        self.visited += 1;
        (self.visit)(opened)
    }

    /// Runs `work` on a container. Sends its error, that it panicked, or that there
    /// is nothing in it.
    fn guarded(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self) -> Result<bool, UnpackError>,
    ) -> bool {
        let before = self.visited;
        match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(Ok(true)) if self.visited == before => {
                let message = "contains no documents".to_owned();
                self.send(Opened::Problem { path: name.to_owned(), message })
            }
            Ok(Ok(goes_on)) => goes_on,
            Ok(Err(error)) => self.send_problem(name.to_owned(), &error),
            Err(_) => {
                let message = InputError::from_panic(String::new()).message();
                self.send(Opened::Problem { path: name.to_owned(), message })
            }
        }
    }

    fn send_problem(&mut self, path: String, error: &UnpackError) -> bool {
        let remedy = match error {
            UnpackError::NoTextColumn { .. } => Some(self.settings.remedies.name_columns),
            UnpackError::RowTooLarge(_) => Some(self.settings.remedies.raise_limit),
            _ => None,
        };
        let remedy = remedy.filter(|remedy| !remedy.is_empty());
        let message = match remedy {
            Some(remedy) => format!("{error} ({remedy})"),
            None => error.to_string(),
        };
        self.send(Opened::Problem { path, message })
    }

    /// Visits a member that a container gives as a stream.
    fn visit_member(
        &mut self,
        outer: &str,
        name: &str,
        read: Result<&mut dyn Read, UnpackError>,
        depth: u32,
    ) -> bool {
        if is_index_of_crawl(outer, name) {
            return true;
        }
        let path = format!("{outer}!/{name}");
        let source = match read {
            Ok(source) => source,
            Err(error) if name.is_empty() => return self.send_problem(outer.to_owned(), &error),
            Err(error) => return self.send_problem(path, &error),
        };
        self.visit_source(path, source, None, depth)
    }

    /// Visits a file whose bytes come from a stream. `inner_name` is the name of a
    /// file that is decompressed: then what is in it has the path of the compressed
    /// file.
    fn visit_source(
        &mut self,
        path: String,
        source: &mut dyn Read,
        inner_name: Option<&str>,
        depth: u32,
    ) -> bool {
        let mut head = Vec::new();
        let read = (&mut *source).take(HEAD_BYTES as u64).read_to_end(&mut head);
        let kind = detect_kind(&head, inner_name.unwrap_or(&path));
        if read.is_ok() && kind.is_streamed() && depth < MAX_DEPTH {
            let whole = Box::new(BufReader::new(Cursor::new(head).chain(source)));
            let name = path.clone();
            return self.guarded(&path, |walker| walker.visit_stream(&name, kind, whole, depth));
        }
        let rest: &mut dyn Read = match &read {
            Ok(_) => source,
            Err(_) => &mut std::io::empty(),
        };
        let bytes = self.budget.read_part(Cursor::new(head).chain(rest));
        let leaf = |path: String| match inner_name {
            Some(name) => format!("{path}!/{name}"),
            None => path,
        };
        let (bytes, damage) = match bytes {
            Ok((bytes, damage)) => {
                let in_head =
                    read.err().map(|error| UnpackError::DamagedContainer(error.to_string()));
                (bytes, in_head.or(damage))
            }
            Err(error) => return self.send_problem(leaf(path), &error),
        };
        match damage {
            None => self.visit_whole(path, kind, bytes, inner_name, depth),
            // Of a compressed file what is whole is read.
            Some(UnpackError::DamagedContainer(why))
                if inner_name.is_some() && !bytes.is_empty() =>
            {
                self.visit_whole(path.clone(), kind, bytes, inner_name, depth)
                    && self.send_problem(leaf(path), &UnpackError::CutFile(why))
            }
            Some(error) => self.send_problem(leaf(path), &error),
        }
    }

    /// Visits a file in memory.
    fn visit_whole(
        &mut self,
        path: String,
        kind: FileKind,
        bytes: Vec<u8>,
        inner_name: Option<&str>,
        depth: u32,
    ) -> bool {
        if kind.is_container() {
            if depth >= MAX_DEPTH {
                let message = "too many containers in containers (skipped)".to_owned();
                return self.send(Opened::Problem { path, message });
            }
            let name = path.clone();
            return self.guarded(&path, |walker| match kind {
                FileKind::Table(form) => walker.visit_table(&name, form, TableSource::Bytes(bytes)),
                _ if kind.is_streamed() => {
                    walker.visit_stream(&name, kind, Box::new(Cursor::new(bytes)), depth)
                }
                _ => walker.visit_seekable(&name, kind, Cursor::new(bytes), depth),
            });
        }
        let path = match inner_name {
            Some(name) => format!("{path}!/{name}"),
            None => path,
        };
        if kind == FileKind::Email {
            return self.visit_letter(&path, bytes, depth);
        }
        self.send(Opened::Member(OpenedMember::whole(path, bytes)))
    }

    /// Visits the files and the letters that are attached to a letter.
    fn visit_attachments(&mut self, path: &str, attachments: Vec<Attachment>, depth: u32) -> bool {
        self.letters += 1;
        let goes_on = attachments.into_iter().all(|attached| {
            let path = format!("{path}!/{}", attached.name);
            if attached.is_letter {
                return self.visit_letter(&path, attached.bytes, depth);
            }
            let head = &attached.bytes[..attached.bytes.len().min(HEAD_BYTES)];
            let kind = detect_kind(head, &attached.name);
            self.visit_whole(path, kind, attached.bytes, None, depth + 1)
        });
        self.letters -= 1;
        goes_on
    }

    /// Visits what is in a container that needs more than one pass.
    fn visit_seekable(
        &mut self,
        path: &str,
        kind: FileKind,
        file: impl Read + Seek,
        depth: u32,
    ) -> Result<bool, UnpackError> {
        let budget = self.budget;
        match kind {
            FileKind::Epub => visit_chapters(file, budget, &mut |name, chapter| {
                self.visit_document(format!("{path}!/{name}"), chapter, DocumentForm::Chapter)
            }),
            _ => visit_zip_members(file, budget, &mut |name, member| {
                self.visit_member(path, name, member, depth + 1)
            }),
        }
    }

    /// Visits what is in a container that is read in one pass.
    fn visit_stream(
        &mut self,
        path: &str,
        kind: FileKind,
        source: Box<dyn BufRead + '_>,
        depth: u32,
    ) -> Result<bool, UnpackError> {
        let budget = self.budget;
        match kind {
            FileKind::Table(form) => self.visit_table(path, form, TableSource::Stream(source)),
            FileKind::Tar => visit_tar_members(source, budget, &mut |name, member| {
                self.visit_member(path, name, member, depth + 1)
            }),
            FileKind::Compressed(compression) => {
                let mut inner = decompress(compression, source, budget);
                let name = name_without_compression(path);
                Ok(self.visit_source(path.to_owned(), &mut inner, Some(&name), depth))
            }
            FileKind::Mailbox => {
                let mut number = 0;
                visit_letters(source, budget, &mut |letter| {
                    number += 1;
                    let path = format!("{path}!/{number}");
                    match letter {
                        Ok(bytes) => self.visit_letter(&path, bytes, depth),
                        Err(error) => self.send_problem(path, &error),
                    }
                })
            }
            FileKind::WebArchive => {
                let skipped = visit_pages(source, budget, &mut |address, page| {
                    self.visit_document(
                        format!("{path}!/{address}"),
                        page,
                        DocumentForm::CrawledPage,
                    )
                })?;
                Ok(match skipped {
                    None => false,
                    Some(skipped) if skipped == SkippedResponses::default() => true,
                    Some(skipped) => {
                        self.send_problem(path.to_owned(), &UnpackError::SkippedResponses(skipped))
                    }
                })
            }
            _ => Err(UnpackError::NotAContainer),
        }
    }

    /// Visits a letter of a mailbox, or in another letter, and its attachments.
    fn visit_letter(&mut self, path: &str, bytes: Vec<u8>, depth: u32) -> bool {
        if self.letters >= MAX_LETTER_DEPTH {
            let message = "too many letters in letters (skipped)".to_owned();
            return self.send(Opened::Problem { path: path.to_owned(), message });
        }
        let attachments = email_attachments(&bytes);
        let member = OpenedMember {
            envelopes: email_envelope(&bytes).into_iter().collect(),
            ..OpenedMember::inside(path.to_owned(), bytes, DocumentForm::Letter)
        };
        self.send(Opened::Member(member)) && self.visit_attachments(path, attachments, depth)
    }

    fn visit_document(
        &mut self,
        path: String,
        content: Result<Vec<u8>, UnpackError>,
        form: DocumentForm,
    ) -> bool {
        match content {
            Ok(bytes) => self.send(Opened::Member(OpenedMember::inside(path, bytes, form))),
            Err(error) => self.send_problem(path, &error),
        }
    }

    /// Visits the rows of a table.
    fn visit_table(
        &mut self,
        path: &str,
        form: TableForm,
        source: TableSource<'_>,
    ) -> Result<bool, UnpackError> {
        let (largest, named) = (self.settings.largest, &self.settings.named_columns);
        let workbook = match &source {
            TableSource::Bytes(bytes) if form == TableForm::Spreadsheet => Some(bytes.clone()),
            _ => None,
        };
        let (mut has_rows, mut no_text) = (false, Vec::new());
        let mut read = |walker: &mut Self, item| match item {
            // A workbook without such a column is one document.
            TableItem::Problem(name, error @ UnpackError::NoTextColumn { .. })
                if form == TableForm::Spreadsheet =>
            {
                no_text.push((name, error));
                true
            }
            TableItem::Row(row) => {
                has_rows = true;
                let has_fields = !row.envelope.fields.is_empty();
                let path = format!("{path}!/{}", row.name);
                walker.send(Opened::Member(OpenedMember {
                    envelopes: has_fields.then_some(row.envelope).into_iter().collect(),
                    ..OpenedMember::inside(path, row.text, DocumentForm::Row)
                }))
            }
            TableItem::Problem(name, error) if name.is_empty() => {
                walker.send_problem(path.to_owned(), &error)
            }
            TableItem::BadRow(name, error) | TableItem::Problem(name, error) => {
                walker.send_problem(format!("{path}!/{name}"), &error)
            }
        };
        let visit = &mut |item| read(self, item);
        if !visit_rows(RowPurpose::Documents, form, source, largest, named, visit)? {
            return Ok(false);
        }
        if !has_rows && !no_text.is_empty() {
            return Ok(self.send(match workbook {
                Some(bytes) => Opened::Member(OpenedMember::whole(path.to_owned(), bytes)),
                None => Opened::Itself { bytes: None },
            }));
        }
        Ok(no_text.into_iter().all(|(name, error)| match name.is_empty() {
            true => self.send_problem(path.to_owned(), &error),
            false => self.send_problem(format!("{path}!/{name}"), &error),
        }))
    }
}

/// Whether a member of a crawl in a zip (WACZ) only lists the pages, which are in its
/// folder `archive`.
fn is_index_of_crawl(outer: &str, name: &str) -> bool {
    let is_crawl = outer.to_ascii_lowercase().ends_with(".wacz");
    is_crawl
        && (name.starts_with("datapackage")
            || ["indexes/", "pages/"].iter().any(|folder| name.starts_with(folder)))
}

/// The name of the file in a compressed file: "a.txt" of "x/a.txt.gz".
fn name_without_compression(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => match ending.to_ascii_lowercase().as_str() {
            "gz" | "bz2" | "xz" | "zst" => stem.to_owned(),
            "tgz" | "tbz2" | "txz" | "tzst" => format!("{stem}.tar"),
            _ => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}
