//! Any bytes as an encoder's model file. It is rejected or works, and does not
//! panic. The digest is corrected, so that the fuzzer reaches the code behind
//! it.

#![no_main]

use chancery_ner::encoder::{Encoder, EncoderBatch, EncoderBuffers, Kernel, WordPiece};
use libfuzzer_sys::fuzz_target;
use xxhash_rust::xxh3::xxh3_64;

fuzz_target!(|body: &[u8]| {
    let mut file = b"chancery encoder\x01\0\0\0".to_vec();
    file.extend(xxh3_64(body).to_le_bytes());
    file.extend(body);
    for kernel in Kernel::all_available() {
        let Ok(encoder) = Encoder::from_bytes(&file, kernel) else { continue };
        let pieces = vec![WordPiece::default(); 3.min(encoder.table_sizes().positions)];
        let batch = EncoderBatch { lengths: vec![pieces.len()], first: vec![0], pieces };
        assert_eq!(encoder.score_pieces(&batch, &mut EncoderBuffers::default()).len(), 1);
    }
});
