//! Documents to damage: the examples, and real ones if they are available.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shared_data::shared_data;

/// The examples and the single documents and telegrams of `../shared`; with
/// `volumes` also each document of the volumes, as a separate file.
pub(crate) fn load_documents(volumes: bool) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let singles = ["data/frus", "data/annotation/train", "data/annotation/dev"];
    let singles: Vec<PathBuf> = singles.into_iter().filter_map(shared_data).collect();
    let mut documents: Vec<Vec<u8>> = read_folder(&root.join("examples"))
        .chain(singles.iter().flat_map(|one| read_folder(one)))
        .collect();
    if volumes {
        let folder = shared_data("data/frus-volumes");
        for volume in folder.iter().flat_map(|folder| read_folder(folder)) {
            let contents = chancery_parse::parse_file(&volume).expect("a volume");
            let part =
                |document: &chancery_model::Document| volume[document.raw.byte_range()].to_vec();
            documents.extend(contents.documents.iter().map(part));
        }
    }
    assert!(!documents.is_empty(), "nothing to damage");
    documents
}

/// The contents of the texts and volumes in a folder, sorted by name.
fn read_folder(folder: &Path) -> impl Iterator<Item = Vec<u8>> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt" || ending == "xml"));
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).expect("readable"))
}
