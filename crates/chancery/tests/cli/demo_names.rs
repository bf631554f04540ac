//! The names of the demo, all of them, as a reader marks them.
//!
//! The table has every name of the seventeen invented telegrams with its class, in the
//! order of the text. The engine is the default one, which `chancery demo` uses.

use serde_json::Value;

use crate::Folder;
use crate::surnames::json_lines;

const NAMES: &str = include_str!("demo_names.tsv");

/// The file names of the telegrams, each with its (label, name) in order.
fn expected_names() -> Vec<(String, Vec<(String, String)>)> {
    let mut telegrams: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
        let (label, name) = line.split_once('\t').expect("two columns");
        if label == "telegram" {
            telegrams.push((name.to_owned(), Vec::new()));
        } else {
            let names = &mut telegrams.last_mut().expect("a telegram first").1;
            names.push((label.to_owned(), name.to_owned()));
        }
    }
    telegrams
}

/// The (label, name) of a document, with the line ends within names as blanks.
fn found_names(document: &Value) -> Vec<(String, String)> {
    let field = |mention: &Value, key: &str| mention[key].as_str().expect("text").to_owned();
    let mentions = document["mentions"].as_array().expect("a list of names");
    let name = |mention: &Value| {
        let text = field(mention, "text");
        (field(mention, "label"), text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    mentions.iter().map(name).collect()
}

#[test]
fn every_name_of_the_demo_is_right() {
    let folder = Folder::of(&[]);
    folder.chancery(["demo", "--telegrams", "demo"]).assert().success();
    let telegrams = expected_names();
    assert_eq!(telegrams.len(), 17);
    let mut wrong = Vec::new();
    for (file, expected) in telegrams {
        let documents = json_lines(&folder, &["annotate", "-f", "jsonl", &format!("demo/{file}")]);
        let found: Vec<(String, String)> = documents.iter().flat_map(found_names).collect();
        if found != expected {
            let missing = expected.iter().filter(|name| !found.contains(name));
            let invented = found.iter().filter(|name| !expected.contains(name));
            wrong.push(format!(
                "{file}: missing {:?}, found instead {:?}",
                missing.collect::<Vec<_>>(),
                invented.collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
