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
const EDGES: [(&str, &[&str]); 23] = [
    ("chancery-model", &[]),
    ("chancery-models", &[]),
    ("chancery-geometry", &["resolve"]),
    ("chancery-connections", &[]),
    ("chancery-unpack", &["model"]),
    ("chancery-fields", &["model"]),
    ("chancery-parse", &["model", "fields"]),
    ("chancery-segment", &["model"]),
    ("chancery-ner", &["model", "models"]),
    ("chancery-resolve", &["model", "models"]),
    ("chancery-attribution", &["model", "models"]),
    ("chancery-formats", &["model"]),
    (
        "chancery-engine",
        &["model", "unpack", "fields", "parse", "segment", "ner", "resolve", "attribution"],
    ),
    ("chancery-store", &["model", "segment"]),
    ("chancery-ingest", &["model", "resolve", "engine", "store"]),
    (
        "chancery-views",
        // Dates in the text, and the knowledge base behind map and dossiers.
        &["geometry", "model", "fields", "parse", "resolve", "engine", "formats", "store"],
    ),
    ("chancery-pages", &["geometry", "model", "parse", "formats", "store", "views"]),
    ("chancery-mcp", &["model", "store", "views"]),
    (
        "chancery-server",
        &[
            "connections",
            "model",
            "parse",
            "engine",
            "formats",
            "ingest",
            "store",
            "views",
            "pages",
        ],
    ),
    (
        "chancery-evaluation",
        // Gold mentions are marked before words and entities are found.
        &["model", "parse", "segment", "resolve", "engine", "formats"],
    ),
    (
        "chancery-train",
        &[
            "model",
            "parse",
            "segment",
            "ner",
            "resolve",
            "attribution",
            "engine",
            "evaluation",
            "formats",
        ],
    ),
    ("chancery-python", &["model", "engine", "formats", "ingest", "store", "views"]),
    (
        "chancery",
        &[
            "model",
            "unpack",
            "parse",
            "resolve",
            "formats",
            "engine",
            "store",
            "ingest",
            "views",
            "server",
            "mcp",
            "evaluation",
        ],
    ),
];

/// Crates from elsewhere that belong to these crates alone: the noun crate
/// stays bare; arguments and untyped errors are for programs.
const ALONE: [(&str, &[&str]); 16] = [
    ("anyhow", &["chancery", "chancery-train"]),
    ("axum", &["chancery-connections", "chancery-server"]),
    ("clap", &["chancery", "chancery-train"]),
    ("indicatif", &["chancery", "chancery-train"]),
    ("maud", &["chancery-pages", "chancery-server"]),
    ("parquet", &["chancery-formats", "chancery-unpack"]),
    ("pyo3", &["chancery-python"]),
    ("rmcp", &["chancery-mcp"]),
    ("rusqlite", &["chancery-store", "chancery-unpack"]),
    ("tantivy", &["chancery-store"]),
    ("tempfile", &["chancery", "chancery-server"]),
    ("tokio", &["chancery-connections", "chancery-mcp", "chancery-server"]),
    ("utoipa", &["chancery-model", "chancery-server", "chancery-store", "chancery-views"]),
    ("utoipa-axum", &["chancery-server"]),
    ("open", &["chancery"]),
    ("walkdir", &["chancery-engine"]),
];

/// Lines of `src/`, without tests, that a crate may have; the command line
/// stays thin.
const MAX_LINES: usize = 9_000;
const MAX_LINES_OF_COMMAND_LINE: usize = 6_300;

/// Crates that are larger, and how large they may be until they are parted. `views` has the
/// page of a person since: acts, and what stands near a name; `store` the acts of a document.
const LARGER_CRATES: [(&str, usize); 4] =
    [("resolve", 10_300), ("store", 17_200), ("unpack", 10_000), ("views", 10_000)];

/// The output of a program, which must succeed.
fn output(program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).current_dir(root()).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The packages of `cargo metadata` with these arguments.
fn packages(arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["metadata", "--format-version=1", "--offline"], arguments].concat();
    let mut metadata: Value =
        serde_json::from_str(&output(env!("CARGO"), &arguments)).expect("cargo prints JSON");
    serde_json::from_value(metadata["packages"].take()).expect("packages")
}

/// Normal dependencies of every crate of the program. `xtask` is none: it
/// runs the program, as its users do.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let packages = packages(&["--no-deps"]);
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
            let inside = dependency.strip_prefix("chancery-");
            assert!(
                inside.is_none_or(|inside| allowed.contains(&inside)),
                "{crate_name} must not depend on {dependency}"
            );
        }
    }
    for (dependency, owners) in ALONE {
        let users: Vec<&String> = dependencies
            .iter()
            .filter(|(_, uses)| uses.iter().any(|used| used == dependency))
            .map(|(user, _)| user)
            .collect();
        assert_eq!(users, owners, "{dependency} is for these crates alone");
    }
}

/// Two or three numbers, as in `rust-version`.
fn rust_version(package: &Value) -> Option<Vec<u32>> {
    let version = package["rust_version"].as_str()?;
    let mut numbers: Vec<u32> =
        version.split('.').map(|number| number.parse().expect("a number")).collect();
    numbers.resize(3, 0);
    Some(numbers)
}

#[test]
fn no_dependency_needs_a_newer_rust() {
    // Only the crates for this system: cargo may not have fetched the others.
    let verbose = output("rustc", &["-vV"]);
    let host = verbose.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let packages = packages(&["--filter-platform", host]);
    let is_ours = |package: &&Value| package["source"].is_null();
    let ours = packages.iter().filter(is_ours).map(rust_version);
    let ours = ours.min().expect("crates").expect("every crate of ours says its rust-version");
    for package in &packages {
        let needs = rust_version(package);
        assert!(
            needs.as_ref().is_none_or(|needs| *needs <= ours),
            "{} needs Rust {needs:?}, but `rust-version` in Cargo.toml is {ours:?}",
            name(package)
        );
    }
}

#[test]
fn the_version_is_the_same_everywhere() {
    let version = env!("CARGO_PKG_VERSION");
    let citation = fs::read_to_string(root().join("CITATION.cff")).expect("the citation");
    assert!(citation.contains(&format!("\nversion: {version}\n")), "CITATION.cff: not {version}");
    let changes = fs::read_to_string(root().join("CHANGELOG.md")).expect("the changelog");
    let heading = format!("\n## {version} - 20");
    assert!(changes.contains(&heading), "CHANGELOG.md: no dated heading for {version}");
}

/// The Rust files below a folder, in order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The folders of the crates, `crates/*`.
fn crate_folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("crates")).expect("the crates").flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

#[test]
fn no_crate_is_too_large() {
    for folder in crate_folders() {
        let lines = |path: PathBuf| {
            let code = fs::read_to_string(path).expect("a file");
            code.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count()
        };
        let lines: usize = rust_files(&folder.join("src")).into_iter().map(lines).sum();
        let most = match folder.ends_with("chancery") {
            true => MAX_LINES_OF_COMMAND_LINE,
            false => {
                let larger = LARGER_CRATES.iter().find(|(name, _)| folder.ends_with(name));
                larger.map_or(MAX_LINES, |(_, most)| *most)
            }
        };
        assert!(lines <= most, "{}: {lines} lines of src, {most} at most", folder.display());
    }
}

/// The module path of a file: "src/a/b.rs" and "src/a/b/mod.rs" are `a::b`.
fn module_of(src: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(src).expect("a file of the crate").with_extension("");
    let mut parts: Vec<String> =
        relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// The modules that a file takes names from by `use crate::…` or `use
/// super::…`, tests and re-exports left out.
fn used_modules(module: &[String], code: &str) -> Vec<Vec<String>> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let mut used = Vec::new();
    for statement in code.split(';') {
        let statement = statement.trim_start();
        let start = statement.rfind("\nuse ").map_or(0, |at| at + 1);
        let Some(path) = statement[start..].strip_prefix("use ") else { continue };
        let mut base = Vec::new();
        let mut rest = path;
        if let Some(inner) = rest.strip_prefix("crate::") {
            rest = inner;
        } else if rest.starts_with("super::") {
            base = module.to_vec();
            while let Some(inner) = rest.strip_prefix("super::") {
                base.pop();
                rest = inner;
            }
        } else {
            continue;
        }
        expand(&base, rest, &mut used);
    }
    used
}

/// The paths of a use tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(base: &[String], tree: &str, paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some(inner) = tree.strip_prefix('{').and_then(|tree| tree.strip_suffix('}')) {
        let (mut depth, mut start) = (0, 0);
        for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(base, &inner[start..at], paths);
                    start = at + 1;
                }
                _ => {}
            }
        }
    } else if let Some((first, rest)) = tree.split_once("::") {
        let mut base = base.to_vec();
        base.push(first.to_owned());
        expand(&base, rest, paths);
    } else if !tree.is_empty() {
        let name = tree.split_whitespace().next().unwrap_or_default();
        let mut path = base.to_vec();
        path.push(name.to_owned());
        paths.push(path);
    }
}

#[test]
fn modules_of_a_crate_have_no_cycles() {
    for folder in crate_folders() {
        let src = folder.join("src");
        let files: BTreeMap<Vec<String>, PathBuf> =
            rust_files(&src).into_iter().map(|file| (module_of(&src, &file), file)).collect();
        let mut uses: BTreeMap<&Vec<String>, Vec<&Vec<String>>> = BTreeMap::new();
        for (module, file) in &files {
            let code = fs::read_to_string(file).expect("a file");
            let target = |path: Vec<String>| {
                let mut prefixes = (1..=path.len()).rev().map(|length| path[..length].to_vec());
                prefixes.find_map(|prefix| files.get_key_value(&prefix).map(|(module, _)| module))
            };
            let targets = used_modules(module, &code).into_iter().filter_map(target);
            uses.insert(module, targets.filter(|target| *target != module).collect());
        }
        // Takes away files that use only files already taken away: what is
        // left lies on a circle, or uses one.
        while let Some(module) =
            uses.iter().find(|(_, targets)| targets.iter().all(|target| !uses.contains_key(target)))
        {
            let module = *module.0;
            uses.remove(module);
        }
        let circle: Vec<String> = uses.keys().map(|module| module.join("::")).collect();
        assert!(circle.is_empty(), "{}: files in a circle: {circle:?}", folder.display());
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
fn links_in_the_documents_are_valid() {
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
