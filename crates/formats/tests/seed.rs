//! Reading and writing the cable in ../shared/seed reproduces its bytes.

use std::fs;

use chancery_formats::brackets;

#[test]
fn the_seed_round_trips() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seed");
    let Ok(files) = fs::read_dir(folder) else {
        println!("skipped: {folder} is absent");
        return;
    };
    for file in files {
        let path = file.expect("readable folder").path();
        let bytes = fs::read(&path).expect("readable file");
        let annotated = brackets::read_document(&bytes).expect("balanced brackets");
        assert!(annotated.mentions.len() > 100, "{}", path.display());
        let mut out = Vec::new();
        brackets::write_sentences(&annotated, &mut out).expect("writing to memory cannot fail");
        assert!(out == bytes, "{} differs", path.display());
    }
}
