//! The cable in ../shared/seed, read and written again, is the same bytes.

use std::fs;

use chancery_view::brackets;

#[test]
fn the_seed_comes_back_byte_for_byte() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seed");
    let Ok(files) = fs::read_dir(folder) else {
        println!("skipped: {folder} is absent");
        return;
    };
    for file in files {
        let path = file.expect("readable folder").path();
        let bytes = fs::read(&path).expect("readable file");
        let annotated = brackets::read(&bytes).expect("well paired");
        assert!(annotated.mentions.len() > 100, "{}", path.display());
        let mut out = Vec::new();
        brackets::write(&annotated, &mut out).expect("memory takes everything");
        assert!(out == bytes, "{} is not the same", path.display());
    }
}
