//! Runs the examples of README.md and docs/*.md as they are written.
//!
//! Every command stands in a fenced block that says how it is kept true:
//!
//! - `console`: each line `$ COMMAND` is run, and prints what stands below it
//!   (`[..]` and `...` stand for anything; SNAPSHOTS=overwrite accepts what is
//!   printed now);
//! - `sh`: run, and must end well;
//! - `sh serve`: run until the document ends; `localhost:8470` in later blocks
//!   is the address of the first;
//! - `sh ci`: run by .ci/run, which must have every line of it;
//! - `sh by-hand`: takes hours, ../shared or another machine, so nobody but a
//!   person runs it;
//! - `rust`: a documentation test of `chancery-engine`; `python`: a test of
//!   crates/python.
//!
//! The blocks of a document run in order, in one folder that at first has
//! `examples` and nothing else.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use snapbox::dir::DirRoot;
use snapbox::{IntoData, assert_data_eq};

/// Languages of blocks that hold no commands.
const NO_COMMANDS: [&str; 10] =
    ["text", "json", "xml", "csv", "html", "sql", "conll", "mermaid", "python", "rust"];

/// What a line of commands begins with.
const PROGRAMS: [&str; 12] = [
    "chancery", "cargo", "curl", "docker", "git", "java", "npm", "pip", "python", "scripts/",
    "target/", "venv/",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

/// README.md and docs/*.md.
fn documents() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).expect("docs");
    let mut found: Vec<PathBuf> = docs.map(|entry| entry.expect("an entry").path()).collect();
    found.push(root().join("README.md"));
    found.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    found.sort();
    found
}

/// A fenced block.
struct Block {
    /// Behind the fence: the language and what follows.
    kind: String,
    /// The number of its first line, and its lines.
    line: usize,
    lines: Vec<String>,
}

/// The fenced blocks, and the indented lines outside of them.
fn blocks(text: &str) -> (Vec<Block>, Vec<(usize, &str)>) {
    let (mut found, mut indented) = (Vec::new(), Vec::new());
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(kind), None) => {
                let kind = kind.trim().to_owned();
                open = Some(Block { kind, line: number + 1, lines: Vec::new() });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) if line.starts_with("    ") => indented.push((number, line.trim())),
            (None, None) => {}
        }
    }
    (found, indented)
}

/// Shell lines without comments and empty lines.
fn commands(block: &Block) -> Vec<&str> {
    let bare = |line: &'_ str| line.find(" #").map_or(line.len(), |at| at);
    let lines = block.lines.iter().filter(|line| !line.starts_with('#'));
    lines.map(|line| line[..bare(line)].trim()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn every_block_says_how_it_is_kept_true() {
    let mut ci = fs::read_to_string(root().join(".ci/run")).expect("the script of CI");
    for script in fs::read_dir(root().join("scripts")).expect("scripts") {
        let path = script.expect("an entry").path();
        let called = path.file_name().is_some_and(|name| ci.contains(&*name.to_string_lossy()));
        if called && path.extension().is_some_and(|ending| ending == "sh") {
            ci += &fs::read_to_string(path).expect("a script");
        }
    }
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document");
        let name = path.strip_prefix(root()).expect("it lies in the workspace").display();
        let (blocks, indented) = blocks(&text);
        for (number, line) in indented {
            let command = PROGRAMS.iter().any(|program| line.starts_with(program));
            assert!(!command, "{name}:{}: commands stand in a fenced block", number + 1);
        }
        for block in blocks {
            match block.kind.as_str() {
                "console" | "sh" | "sh serve" | "sh by-hand" => {}
                "sh ci" => {
                    for part in commands(&block).iter().flat_map(|line| line.split(" && ")) {
                        assert!(ci.contains(part), "{name}:{}: CI has no {part}", block.line);
                    }
                }
                kind => assert!(
                    NO_COMMANDS.contains(&kind),
                    "{name}:{}: this test knows no block of the kind {kind:?}",
                    block.line
                ),
            }
        }
    }
}

/// Newcomers read one screen: how to get the program, that it opens in the browser, and no
/// words of the trade.
#[test]
fn the_readme_begins_with_what_users_need() {
    let text = fs::read_to_string(root().join("README.md")).expect("a document");
    let screen = text.lines().take(40).collect::<Vec<_>>().join("\n");
    for wanted in ["in your browser", "Linux", "macOS", "Windows", ".deb"] {
        assert!(screen.contains(wanted), "{wanted}");
    }
    for unexplained in ["CoNLL", "standoff", "brat", "B-cubed", "BIO", "code point", "token", "TEI"]
    {
        assert!(!screen.contains(unexplained), "{unexplained}");
    }
}

#[test]
fn readme() {
    run("README.md");
}

#[test]
fn docs() {
    for path in documents() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name != "README.md" {
            run(&format!("docs/{name}"));
        }
    }
}

/// Runs the blocks of a document.
fn run(document: &str) {
    let path = root().join(document);
    let text = fs::read_to_string(&path).expect("a document");
    let mut place = Place::new(document);
    let mut printed = HashMap::new();
    for block in blocks(&text).0 {
        match block.kind.as_str() {
            "sh" => drop(place.shell(&format!("set -e\n{}", block.lines.join("\n")), block.line)),
            "sh serve" => place.serve(&block),
            "console" => {
                let now = place.console(&block);
                printed.insert(block.line, now);
            }
            _ => {}
        }
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&path, accepted(&text, &printed)).expect("the document can be written");
    } else {
        for block in blocks(&text).0.into_iter().filter(|block| block.kind == "console") {
            let expected = block.lines.join("\n").into_data();
            assert_data_eq!(printed[&block.line].clone(), expected);
        }
    }
}

/// The document with what its console blocks print now.
fn accepted(text: &str, printed: &HashMap<usize, String>) -> String {
    let mut lines = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = printed.contains_key(&(number + 1)) && line != "```";
            lines.push(line);
            lines.extend(printed.get(&(number + 1)).filter(|_| inside).map(|now| now.trim_end()));
        } else if !inside {
            lines.push(line);
        }
    }
    lines.join("\n") + "\n"
}

/// The folder in which a document's examples run, and the servers that they
/// started.
struct Place {
    document: String,
    folder: DirRoot,
    servers: Vec<Child>,
    /// Where the first of them listens.
    address: Option<String>,
}

impl Place {
    fn new(document: &str) -> Self {
        let folder = DirRoot::mutable_temp().expect("a temporary folder");
        let examples = folder.path().expect("it exists").join("examples");
        fs::create_dir(&examples).expect("a folder");
        for entry in fs::read_dir(root().join("examples")).expect("examples") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, examples.join(path.file_name().expect("a name"))).expect("a copy");
        }
        Self { document: document.to_owned(), folder, servers: Vec::new(), address: None }
    }

    /// A shell in the folder, with the program on its path.
    fn command(&self, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_chancery")).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let script = script
            .replace("cargo run --release -- ", "chancery ")
            .replace("localhost:8470", self.address.as_deref().unwrap_or("localhost:8470"));
        let mut command = Command::new("sh");
        command
            .args(["-c", &script])
            .current_dir(self.folder.path().expect("it exists"))
            .env("PATH", format!("{}:{path}", program.display()))
            .env("NO_COLOR", "1");
        command
    }

    /// What a script prints, which must end well.
    fn shell(&self, script: &str, line: usize) -> String {
        let output = self.command(script).output().expect("sh runs");
        let printed = String::from_utf8(output.stdout).expect("output is UTF-8");
        let said = String::from_utf8_lossy(&output.stderr);
        let place = format!("{}:{line}: {script}", self.document);
        assert!(output.status.success(), "{place}\n{printed}{said}");
        printed
    }

    /// The block as it should stand: each command with what it prints.
    fn console(&self, block: &Block) -> String {
        let mut now = String::new();
        for command in block.lines.iter().filter_map(|line| line.strip_prefix("$ ")) {
            // As on a terminal, messages stand among what is printed.
            let printed = self.shell(&format!("exec 2>&1\n{command}"), block.line);
            now += &format!("$ {command}\n{printed}");
        }
        now.trim_end().to_owned()
    }

    /// Starts servers on free ports, and waits for their addresses.
    fn serve(&mut self, block: &Block) {
        for line in commands(block) {
            self.start(line, block.line);
        }
    }

    fn start(&mut self, line: &str, at: usize) {
        let script = format!("exec {line} --port 0");
        let mut server =
            self.command(&script).stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut lines = BufReader::new(server.stdout.take().expect("its output")).lines();
        let address = lines.find_map(|line| {
            let line = line.expect("output is UTF-8");
            let (_, rest) = line.split_once("http://")?;
            Some(rest.split(['/', ' ']).next()?.to_owned())
        });
        self.servers.push(server);
        assert!(address.is_some(), "{}:{at}: no address", self.document);
        self.address = self.address.take().or(address);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for server in &mut self.servers {
            // It may have ended by itself; then the test has failed already.
            let _ = server.kill().and_then(|()| server.wait());
        }
    }
}
