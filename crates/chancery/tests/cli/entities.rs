//! Entities on the command line, and the places of real volumes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shared_data::shared_data;
use serde_json::Value;

/// The output of the program.
fn chancery(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_chancery"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn entities_do_not_depend_on_order_or_threads() {
    let names: Vec<String> = fs::read_dir(root().join("examples"))
        .expect("the examples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .map(|path| path.display().to_string())
        .collect();
    let mut arguments = vec!["entities", "--json", "--jobs", "1"];
    arguments.extend(names.iter().map(String::as_str));
    let one = chancery(&arguments);
    let mut reversed = vec!["entities", "--json", "--jobs", "3"];
    reversed.extend(names.iter().rev().map(String::as_str));
    assert_eq!(one, chancery(&reversed));
    let ids: Vec<Value> =
        one.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect();
    assert!(ids.iter().any(|entity| entity["id"] == "geonames:934154"), "Port Louis is known");
}

#[test]
fn names_of_the_users_list_are_linked() {
    let folder = std::env::temp_dir().join(format!("chancery-names-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let names = folder.join("own.csv");
    fs::write(
        &names,
        "name,aliases,label,id\n\"Veloutier, Armand\",,PER,7\nIndian Ocean Tuna Commission,IOTC,ORG,8\n",
    )
    .expect("a file");
    let names = names.display().to_string();
    let example = "examples/09PORTLOUIS214.txt";
    let lines = chancery(&["entities", "--json", "--names", &names, example]);
    fs::remove_dir_all(&folder).expect("it was made above");
    for id in ["own:7", "own:8"] {
        assert!(lines.contains(&format!("\"id\":\"{id}\"")), "{id}");
    }
}

/// What the names of places in the volumes' datelines are, where they have
/// one true reading: the GeoNames id. States of the United States and ranches
/// are not among the facts.
const PLACES: &str = include_str!("places.tsv");

#[test]
fn places_of_the_volumes_are_the_right_ones() {
    let Some(volumes) = shared_data("data/frus-volumes") else { return };
    let truth: BTreeMap<&str, &str> =
        PLACES.lines().filter_map(|line| line.split_once('\t')).collect();
    let (mut right, mut all) = (0, 0);
    for entry in fs::read_dir(&volumes).expect("the volumes") {
        let path = entry.expect("a volume").path();
        let raw = fs::read(&path).expect("a volume");
        let marked = place_names(&raw);
        let lines = chancery(&[
            "annotate",
            "--quiet",
            "--engine",
            "fast",
            "--format",
            "jsonl",
            &path.display().to_string(),
        ]);
        for line in lines.lines() {
            let document: Value = serde_json::from_str(line).expect("JSON lines");
            for mention in document["mentions"].as_array().into_iter().flatten() {
                let start = mention["raw_start"].as_u64().unwrap_or(0) as usize;
                let text = mention["text"].as_str().unwrap_or("");
                let within =
                    marked.range(..=start).next_back().is_some_and(|(_, end)| start < *end);
                if let Some(id) = truth.get(text).filter(|_| within) {
                    all += 1;
                    let good = mention["entity"].as_str() == Some(*id);
                    right += u32::from(good);
                    if !good {
                        println!("{text}: {} and not {id}", mention["entity"]);
                    }
                }
            }
        }
    }
    println!("{right} of {all} places");
    assert!(all > 1500, "{all} places");
    assert!(f64::from(right) >= 0.97 * f64::from(all), "{right} of {all}");
}

/// Where the file marks names of places: starts and ends.
fn place_names(raw: &[u8]) -> BTreeMap<usize, usize> {
    let find = |what: &[u8], from: usize| {
        raw[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let mut marked = BTreeMap::new();
    let mut at = 0;
    while let Some(start) = find(b"<placeName", at) {
        let Some(end) = find(b"</placeName", start) else { break };
        marked.insert(start, end);
        at = end;
    }
    marked
}
