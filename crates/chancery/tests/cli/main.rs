//! Drives the real program and pins what its user sees.
//!
//! Snapshots stand in the tests; after a wanted change they are accepted by
//! `SNAPSHOTS=overwrite cargo test -p chancery --test cli`.

mod annotate;
mod convert;
mod eval;
mod failures;
mod help;
mod read;

use std::path::{Path, PathBuf};

use snapbox::cmd::Command;
use snapbox::dir::DirRoot;

/// The invented telegram of 2009.
const TELEGRAM: &str = "examples/09PORTLOUIS214.txt";
/// The invented telegram of 1974.
const CAPITALS: &str = "examples/1974STATE091352.txt";

/// `chancery` with `arguments`, run in the root of the workspace.
fn chancery<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    Command::new(env!("CARGO_BIN_EXE_chancery"))
        .args(arguments)
        .current_dir(root())
        .env_remove("NO_COLOR")
}

/// What `chancery` prints, which must end well.
fn printed<'a>(arguments: impl IntoIterator<Item = &'a str>) -> String {
    let output = chancery(arguments).output().expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder of files that is removed afterwards.
fn folder(files: &[(&str, &[u8])]) -> DirRoot {
    let folder = DirRoot::mutable_temp().expect("a temporary folder");
    for (name, content) in files {
        std::fs::write(at(&folder, name), content).expect("it can be written");
    }
    folder
}

/// The path of `name` in `folder`.
fn at(folder: &DirRoot, name: &str) -> String {
    let path = folder.path().expect("the folder exists").join(name);
    path.to_str().expect("the path is UTF-8").to_owned()
}
