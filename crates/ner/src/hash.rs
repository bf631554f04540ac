//! Hashes of words and features.
//!
//! Features are never stored as strings: a feature is a 64-bit hash, and the
//! model file maps hashes to weights. So these functions are part of the file
//! format and must never change. Bytes are hashed with XXH3, a published and
//! stable standard; hashes are combined with the finaliser of SplitMix64
//! (Steele, Lea and Flood 2014).

use xxhash_rust::xxh3::xxh3_64;

/// Returns the hash of `bytes`.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// Combines two hashes; the order matters.
pub fn combine_hashes(left: u64, right: u64) -> u64 {
    let mut mixed = left.rotate_left(29) ^ right.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
