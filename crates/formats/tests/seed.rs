//! Reading and writing the cable in ../shared/seed reproduces its bytes.

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::fs;

use chancery_formats::brackets;
use shared_data::shared_data;

#[test]
fn the_seed_round_trips() {
    let Some(folder) = shared_data("seed") else { return };
    for file in fs::read_dir(folder).expect("a folder") {
        let path = file.expect("readable folder").path();
        let bytes = fs::read(&path).expect("readable file");
        let annotated = brackets::read_document(&bytes).expect("balanced brackets");
        assert!(annotated.mentions.len() > 100, "{}", path.display());
        let mut out = Vec::new();
        brackets::write_sentences(&annotated, &mut out).expect("writing to memory cannot fail");
        assert!(out == bytes, "{} differs", path.display());
    }
}
