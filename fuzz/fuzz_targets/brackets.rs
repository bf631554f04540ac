//! Any bytes as the bracket format. The reader must not panic. Writing and
//! reading the result again must reproduce it.
//!
//! `cargo +nightly fuzz run brackets`

#![no_main]

use chancery_formats::brackets;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let Ok(annotated) = brackets::read_document(file) else { return };
    let mut written = Vec::new();
    brackets::write_sentences(&annotated, &mut written).expect("memory takes everything");
    let again = brackets::read_document(&written).expect("our own file");
    assert_eq!(annotated.document.text.as_str(), again.document.text.as_str());
    assert_eq!(annotated.words, again.words);
    assert_eq!(annotated.mentions, again.mentions);
});
