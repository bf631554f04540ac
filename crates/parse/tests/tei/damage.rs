//! Tests of broken files: bytes changed, removed or repeated, and arbitrary
//! bytes.

use std::fs;

use chancery_parse::tei;
use proptest::prelude::*;

use crate::check::check;
use crate::{VOLUME, shared_volumes};

/// A change to the bytes of a file.
#[derive(Clone, Debug)]
enum Damage {
    Change(usize, u8),
    Cut(usize, usize),
    Repeat(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let telling = prop::sample::select(b"<>&\"'/;!-[] \n=\xE9\0".to_vec());
    prop_oneof![
        (any::<usize>(), prop_oneof![telling, any::<u8>()])
            .prop_map(|(at, b)| Damage::Change(at, b)),
        (any::<usize>(), 1..400_usize).prop_map(|(at, len)| Damage::Cut(at, len)),
        (any::<usize>(), 1..4000_usize).prop_map(|(at, len)| Damage::Repeat(at, len)),
    ]
}

fn damaged(mut raw: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        let size = raw.len();
        let range = |at: usize, len: usize| {
            let start = at % size.max(1);
            start.min(size)..size.min(start + len)
        };
        match *damage {
            Damage::Change(at, byte) => {
                if let Some(old) = raw.get_mut(range(at, 1)).and_then(|bytes| bytes.first_mut()) {
                    *old = byte;
                }
            }
            Damage::Cut(at, len) => drop(raw.drain(range(at, len))),
            Damage::Repeat(at, len) => {
                let copy = raw[range(at, len)].to_vec();
                let end = range(at, len).end;
                raw.splice(end..end, copy);
            }
        }
    }
    raw
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn damaged_documents_keep_the_invariants(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..12),
    ) {
        let paths = shared_volumes("data/frus").unwrap_or_default();
        let raw = match paths.is_empty() {
            true => VOLUME.to_vec(),
            false => fs::read(&paths[which.index(paths.len())]).unwrap(),
        };
        for raw in [damaged(raw, &damages), damaged(VOLUME.to_vec(), &damages)] {
            tei::parse_volume(&raw).documents.iter().for_each(|document| check(&raw, document));
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        let raw = [b"<div type=\"document\"><p>".as_slice(), &raw].concat();
        tei::parse_volume(&raw).documents.iter().for_each(|document| check(&raw, document));
    }
}
