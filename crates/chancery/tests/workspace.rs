//! The shape of the workspace: which crate may use which, and whether what
//! the documents point to exists.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

/// Crates of the workspace and those of it that each may depend on.
const EDGES: [(&str, &[&str]); 11] = [
    ("chancery-model", &[]),
    ("chancery-parse", &["chancery-model"]),
    ("chancery-segment", &["chancery-model"]),
    ("chancery-ner", &["chancery-model"]),
    ("chancery-resolve", &["chancery-model"]),
    ("chancery-view", &["chancery-model"]),
    ("chancery-store", &["chancery-model", "chancery-segment"]),
    ("chancery-unpack", &["chancery-model"]),
    (
        "chancery-pipeline",
        &[
            "chancery-model",
            "chancery-parse",
            "chancery-segment",
            "chancery-ner",
            "chancery-resolve",
        ],
    ),
    (
        "chancery-python",
        &[
            "chancery-model",
            "chancery-ner",
            "chancery-resolve",
            "chancery-pipeline",
            "chancery-view",
        ],
    ),
    (
        "chancery",
        &[
            "chancery-model",
            "chancery-parse",
            "chancery-segment",
            "chancery-ner",
            "chancery-resolve",
            "chancery-view",
            "chancery-store",
            "chancery-unpack",
            "chancery-pipeline",
        ],
    ),
];

/// Crates from elsewhere that belong to one crate alone: the noun crate stays
/// bare; arguments, pages and untyped errors are the program's.
const ALONE: [(&str, &str); 14] = [
    ("parquet", "chancery-view"),
    ("anyhow", "chancery"),
    ("rusqlite", "chancery-store"),
    ("tantivy", "chancery-store"),
    ("clap", "chancery"),
    ("indicatif", "chancery"),
    ("walkdir", "chancery"),
    ("axum", "chancery"),
    ("maud", "chancery"),
    ("tempfile", "chancery"),
    ("tokio", "chancery"),
    ("utoipa", "chancery"),
    ("utoipa-axum", "chancery"),
    ("pyo3", "chancery-python"),
];

/// Normal dependencies of every crate of the program. `xtask` is none: it
/// runs the program, as its users do.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let program = packages.iter().filter(|package| name(package) != "xtask");
    program.map(|package| (name(package), normal(package))).collect()
}

fn name(value: &Value) -> String {
    value["name"].as_str().expect("a name").to_owned()
}

fn normal(package: &Value) -> Vec<String> {
    let all = package["dependencies"].as_array().expect("dependencies");
    all.iter().filter(|dependency| dependency["kind"].is_null()).map(name).collect()
}

#[test]
fn crates_depend_only_on_what_the_design_allows() {
    let dependencies = dependencies();
    let names: Vec<&str> = dependencies.keys().map(String::as_str).collect();
    let mut known: Vec<&str> = EDGES.iter().map(|&(name, _)| name).collect();
    known.sort_unstable();
    assert_eq!(names, known, "every crate has a line in the table of edges");
    for (crate_name, allowed) in EDGES {
        for dependency in &dependencies[crate_name] {
            let inside = dependency.starts_with("chancery");
            assert!(
                !inside || allowed.contains(&dependency.as_str()),
                "{crate_name} must not depend on {dependency}"
            );
        }
    }
    assert_eq!(dependencies["chancery-model"], ["serde"], "the nouns need nothing else");
    for (dependency, owner) in ALONE {
        let users: Vec<&String> = dependencies
            .iter()
            .filter(|(_, uses)| uses.iter().any(|used| used == dependency))
            .map(|(user, _)| user)
            .collect();
        assert_eq!(users, [owner], "{dependency} is for {owner} alone");
    }
}

/// The targets of the links in a Markdown text: `[words](target)`.
fn links(markdown: &str) -> impl Iterator<Item = &str> {
    markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// What GitHub makes of a heading, to link to.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The documents of the repository: those at its root, in docs, and beside
/// what they explain.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["", "docs", "examples", "fuzz", "tests/browser", "training/accurate"] {
        let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
        let is_document = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md");
        found.extend(entries.map(|entry| entry.path()).filter(is_document));
    }
    found.sort();
    found
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut seen = 0;
    for path in documents() {
        let document = path.display();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
        let folder = path.parent().expect("a file lies in a folder");
        for link in links(&text).filter(|link| !link.contains("://")) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { folder.join(file) };
            assert!(target.exists(), "{document} links to {file}, which is not there");
            if !heading.is_empty() && target.extension().is_some_and(|ending| ending == "md") {
                let text = fs::read_to_string(&target).expect("a document");
                let mut headings = text.lines().filter_map(|line| line.strip_prefix('#'));
                let there =
                    headings.any(|line| anchor(line.trim_start_matches(['#', ' '])) == heading);
                assert!(
                    there,
                    "{document} links to #{heading}, which {} has not",
                    target.display()
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 0, "no link was found at all");
}
