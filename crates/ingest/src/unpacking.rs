//! Sends what is in containers and tables to the workers.
//!
//! A container is recorded as a file after all that is in it. So a run that is
//! interrupted in the middle of it reads it again.

use std::path::Path;

use chancery_engine::InputError;
use chancery_engine::opening::{Opened, Opener};
use chancery_store::{FileProblem, FileStamp};

use crate::archive_paths::ArchivePaths;
use crate::file_worker::{self, WorkItem};

/// Sends an item, or what is in it; returns false when the run ends.
pub(crate) fn send_unpacked(
    item: WorkItem,
    archive_paths: &ArchivePaths,
    opener: &Opener,
    send: &mut dyn FnMut(WorkItem) -> bool,
) -> bool {
    let WorkItem::File { path, stamp, bytes: None } = item else { return send(item) };
    let name = archive_paths.recorded_path(&path);
    let mut is_document = false;
    let mut problems = Vec::new();
    let goes_on = opener.visit_file(&path, &name, &mut |opened| match opened {
        Opened::Itself { bytes } => {
            is_document = true;
            send(WorkItem::File { path: path.clone(), stamp, bytes })
        }
        Opened::Member(member) => send(WorkItem::Member(member)),
        Opened::Problem { path, message } => {
            let problem = FileProblem { at: None, message };
            // The problems of the container are recorded with it.
            if path == name {
                problems.push(problem);
                return true;
            }
            send(WorkItem::Failed(path, problem))
        }
    });
    if !goes_on || is_document {
        return goes_on;
    }
    send(container_item(&path, name, stamp, problems))
}

/// The record of a container, with the digest of its bytes.
fn container_item(
    path: &Path,
    name: String,
    stamp: FileStamp,
    mut problems: Vec<FileProblem>,
) -> WorkItem {
    let digest = match digest_of_file(path) {
        Ok(digest) => digest,
        Err(error) => {
            let error = InputError::from_io(String::new(), &error);
            let problem = file_worker::problem_from_error(&error);
            return WorkItem::Failed(name, problem);
        }
    };
    let after = std::fs::metadata(path).map(|metadata| file_worker::file_stamp(&metadata));
    if !after.is_ok_and(|after| after == stamp) {
        let message = file_worker::CHANGED_WHILE_READING.to_owned();
        problems.push(FileProblem { at: None, message });
    }
    WorkItem::Container(name, stamp, digest, problems)
}

fn digest_of_file(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut digest = blake3::Hasher::new();
    digest.update_reader(std::fs::File::open(path)?)?;
    Ok(digest.finalize().into())
}
