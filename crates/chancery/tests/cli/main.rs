//! Drives the real program and pins what its user sees.
//!
//! Snapshots stand in the tests; after a wanted change they are accepted by
//! `SNAPSHOTS=overwrite cargo test -p chancery --test cli`.

mod accounts;
mod annotate;
mod archive;
mod backups;
mod bound_decisions;
mod cards;
mod care;
mod charts;
mod convert;
mod copies;
mod curation;
mod damaged_index;
mod demo_names;
mod entities;
mod eval;
mod exports;
mod failures;
mod faults;
mod footnotes;
mod growth;
mod hard_people;
mod help;
mod hostile;
mod hostile_tables;
mod interrupted;
mod kept_names;
mod languages;
mod learned_lines;
mod letters;
mod memory;
mod metadata;
mod name_tables;
mod names_on_disk;
mod newcomers;
mod old_archives;
mod outputs;
mod queries;
mod read;
mod scans;
mod serve;
mod server_access;
mod server_kills;
mod set;
mod shared_archives;
#[path = "../../../../tests/shared_data.rs"]
mod shared_data;
mod signers;
mod statements;
mod surnames;
mod tables;
mod terminals;
mod test_server;
mod who_is_who;
mod work_limits;

use std::fs;
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

/// What `command` prints, which must end well.
fn printed(command: Command) -> String {
    let output = command.output().expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder of files, and of folders where their names have any, that is
/// removed afterwards.
struct Folder(DirRoot);

impl Folder {
    fn of(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(DirRoot::mutable_temp().expect("a temporary folder"));
        for (name, content) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder");
            fs::write(path, content).expect("it can be written");
        }
        folder
    }

    /// The path of a file in it.
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().expect("the folder exists").join(name)
    }

    /// What a file in it holds.
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a text")
    }

    /// `chancery` with `arguments`, run in the folder.
    fn chancery<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        chancery(arguments).current_dir(self.path(""))
    }
}
