//! Reading and writing the hand-annotated telegrams in
//! ../shared/data/annotation preserves their content.

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::fs;

use chancery_formats::standoff;
use shared_data::shared_data;

#[test]
fn pairs_round_trip() {
    let Some(folder) = shared_data("data/annotation/train") else { return };
    let files = fs::read_dir(folder).expect("a folder");
    let paths = files.map(|file| file.expect("readable folder").path());
    for path in paths.filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let text = fs::read(path.with_extension("txt")).expect("the text of the pair");
        let json = fs::read(&path).expect("readable file");
        let pair = standoff::read_pair(&text, &json).expect("a pair");
        let mut out = Vec::new();
        standoff::write_annotations(&pair.annotated, &pair.optional, &mut out).expect("memory");
        let value =
            |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).expect("JSON");
        let (before, after) = (value(&json), value(&out));
        assert_eq!(before["sha256"], after["sha256"], "{}", path.display());
        for key in ["mentions", "optional"] {
            assert_eq!(
                sorted_spans(&before[key]),
                sorted_spans(&after[key]),
                "{key} of {}",
                path.display()
            );
        }
    }
}

/// The spans in ascending order; the files do not always have this order.
fn sorted_spans(places: &serde_json::Value) -> Vec<(u64, String)> {
    let places = places.as_array().expect("a list");
    let keyed =
        places.iter().map(|place| (place[0].as_u64().expect("a number"), place.to_string()));
    let mut keyed: Vec<_> = keyed.collect();
    keyed.sort();
    keyed
}
