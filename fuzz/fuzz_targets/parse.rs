//! Any bytes: reading must neither panic nor hang.
//!
//! `cargo +nightly fuzz run parse`

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let _ = chancery_parse::read(file);
});
