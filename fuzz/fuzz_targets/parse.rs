//! Any bytes are parsed without a panic, and the documents keep the invariants.

#![no_main]

use chancery_parse::invariants;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let Ok(contents) = chancery_parse::parse_file(raw) else { return };
    for document in &contents.documents {
        if let Err(broken) = invariants::check_document(raw, document) {
            panic!("{:?}: {broken}", document.format);
        }
    }
});
