//! Checks that the mentions of the gold annotation start and end at token
//! boundaries, since otherwise no engine can find them. Measured on
//! ../shared/data/annotation/train.

mod document;
#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chancery_model::CodePoints;
use shared_data::shared_data;

const MIN_SHARE_PERCENT: f64 = 99.5;

#[test]
fn gold_boundaries_are_token_boundaries() {
    let Some(folder) = shared_data("data/annotation/train") else { return };
    let files = fs::read_dir(folder).expect("a folder");
    let (mut borders, mut missed) = (0, BTreeMap::<String, usize>::new());
    for file in files {
        let path = file.expect("readable folder").path();
        if path.extension().is_some_and(|extension| extension == "json") {
            borders += count_boundaries(&path, &mut missed);
        }
    }
    let misses: usize = missed.values().sum();
    for (at, count) in &missed {
        println!("{count:5} {at}");
    }
    let share = 100.0 * (borders - misses) as f64 / borders as f64;
    println!("{share:.2} % of {borders} mention boundaries are token boundaries");
    assert!(share >= MIN_SHARE_PERCENT, "{share:.2} % is less than {MIN_SHARE_PERCENT} %");
}

/// Counts the boundaries of the mentions in one file. Counts those inside a
/// token in `missed`, under the token with a bar at the boundary.
fn count_boundaries(path: &Path, missed: &mut BTreeMap<String, usize>) -> usize {
    let text = fs::read_to_string(path.with_extension("txt")).expect("the text of the annotation");
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(path).expect("readable file")).expect("JSON");
    let points = CodePoints::new(&text);
    let bytes: BTreeMap<u64, usize> = text
        .char_indices()
        .map(|(at, _)| (u64::from(points.code_point_offset(at as u32)), at))
        .collect();
    let tokens = chancery_segment::segment_document(&document::single_paragraph(&text)).tokens;
    let mentions = json["mentions"].as_array().expect("a list of mentions");
    for mention in mentions {
        for end in [&mention[0], &mention[1]] {
            let at = bytes.get(&end.as_u64().expect("a number")).copied().unwrap_or(text.len());
            let inside = tokens
                .iter()
                .find(|token| (token.span.start as usize) < at && at < token.span.end as usize);
            if let Some(token) = inside {
                let (left, right) =
                    text[token.span.byte_range()].split_at(at - token.span.start as usize);
                *missed.entry(format!("{left}|{right}")).or_default() += 1;
            }
        }
    }
    2 * mentions.len()
}
