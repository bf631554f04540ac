//! The options of the command line, and paths.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};

use super::TABLES;
use crate::TaskResult;
use crate::process::{
    cargo_command, command_output, python_environment, repository_root, run_command, target_folder,
};

/// Options of the command line, and the folders that follow from them.
pub(crate) struct BenchOptions {
    /// The tables to measure; all if empty.
    tables: Vec<String>,
    only_page: bool,
    /// Only compare with the results in this folder.
    pub(crate) check: Option<PathBuf>,
    pub(crate) results: PathBuf,
    pub(crate) page: PathBuf,
    pub(crate) rounds: u32,
    pub(crate) documents: Vec<u32>,
    pub(crate) trial: bool,
    build: bool,
    pub(crate) root: PathBuf,
    target: PathBuf,
}

/// Arguments of `cargo xtask bench`.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// Tables to measure [default: all]
    #[arg(value_name = "TABLE", value_parser = PossibleValuesParser::new(TABLES.map(|table| table.name)))]
    tables: Vec<String>,
    /// Write the page from existing results, and measure nothing
    #[arg(long, conflicts_with = "tables")]
    page: bool,
    /// Compare the ratios with the results of a second run, within 5 %, and measure nothing
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["tables", "page"])]
    check: Option<PathBuf>,
    /// Write results and page to FOLDER [default: benches/results and docs/BENCHMARKS.md]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Number of alternating rounds [default: 3]
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,
    /// Numbers of telegrams of the table `scale` [default: 2000,20000]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    documents: Vec<u32>,
    /// Use the existing target/release/chancery
    #[arg(long)]
    no_build: bool,
    /// Test all tables in a few minutes: development data, few documents, one round;
    /// results go to target/bench/trial
    #[arg(long)]
    trial: bool,
}

const HELP: &str = "\
Examples:
  cargo xtask bench speed search                       measure two tables
  cargo xtask bench --trial                            try all tables
  cargo xtask bench --to target/second                 run a second time …
  cargo xtask bench --check target/second              … and compare";

impl BenchOptions {
    pub(crate) fn from_arguments(arguments: Arguments) -> TaskResult<Self> {
        let root = repository_root()?;
        let target = target_folder(&root);
        let trial = arguments.trial;
        let folder = arguments.to.or_else(|| trial.then(|| target.join("bench/trial")));
        let (results, page) = match folder {
            Some(folder) => (folder.clone(), folder.join("BENCHMARKS.md")),
            None => (root.join("benches/results"), root.join("docs/BENCHMARKS.md")),
        };
        let documents = match (arguments.documents.is_empty(), trial) {
            (false, _) => arguments.documents,
            (true, true) => vec![200, 400],
            (true, false) => vec![2_000, 20_000],
        };
        Ok(Self {
            tables: arguments.tables,
            only_page: arguments.page,
            check: arguments.check,
            results,
            page,
            rounds: arguments.rounds.unwrap_or(if trial { 1 } else { 3 }).max(1),
            documents,
            trial,
            build: !arguments.no_build,
            root,
            target,
        })
    }

    pub(crate) fn includes_table(&self, table: &str) -> bool {
        !self.only_page && (self.tables.is_empty() || self.tables.iter().any(|name| name == table))
    }

    /// The command that measures a table, for the reader of the page.
    pub(crate) fn command_line(&self, table: &str) -> String {
        let documents: Vec<String> = self.documents.iter().map(u32::to_string).collect();
        let documents = match table {
            "scale" => format!(" --documents {}", documents.join(",")),
            _ => String::new(),
        };
        let trial = if self.trial { " --trial" } else { "" };
        format!("cargo xtask bench {table}{documents}{trial}")
    }

    /// Builds the program to be measured.
    pub(crate) fn build_program(&self) -> TaskResult<()> {
        if self.build {
            run_command(self.cargo_command().args([
                "build",
                "--release",
                "--package",
                "chancery",
            ]))?;
        }
        match self.program_path().exists() {
            true => Ok(()),
            false => Err(format!(
                "{}: no such file (run without --no-build)",
                self.program_path().display()
            )
            .into()),
        }
    }

    pub(crate) fn cargo_command(&self) -> Command {
        cargo_command(&self.root)
    }

    pub(crate) fn program_path(&self) -> PathBuf {
        self.release_path("chancery")
    }

    /// Path of a file of the release build.
    pub(crate) fn release_path(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// Path for a temporary file; creates its folder.
    pub(crate) fn scratch_path(&self, name: &str) -> TaskResult<PathBuf> {
        let path = self.target.join("bench").join(name);
        fs::create_dir_all(path.parent().unwrap_or(&self.target))?;
        Ok(path)
    }

    /// Path in the data folder beside the repository.
    pub(crate) fn shared_data_path(&self, name: &str) -> TaskResult<PathBuf> {
        let path = self.root.join("../shared/data").join(name);
        match path.canonicalize() {
            Ok(path) => Ok(path),
            Err(_) => Err(format!(
                "{}: no such file. This table needs the data in `shared` beside the repository",
                path.display()
            )
            .into()),
        }
    }

    /// Path of the smallest example, for tables in which length does not matter.
    pub(crate) fn example_path(&self) -> PathBuf {
        self.root.join("examples/09PORTLOUIS214.txt")
    }

    /// Python with the packages of a requirements file, in `target/bench/NAME`.
    pub(crate) fn python_environment(&self, name: &str, requirements: &str) -> TaskResult<PathBuf> {
        let home = self.scratch_path(name)?;
        python_environment(&home, &self.root.join("benches").join(requirements))
    }

    /// Python with spaCy and tantivy-py.
    pub(crate) fn spacy_environment(&self) -> TaskResult<PathBuf> {
        self.python_environment("python", "requirements.txt")
    }

    /// The command for a script in `benches`.
    pub(crate) fn script_command(&self, python: &Path, name: &str) -> Command {
        let mut command = Command::new(python);
        command.arg(self.root.join("benches").join(name)).current_dir(&self.root);
        command
    }

    /// Measures time and memory of named commands with `benches/measure.py`,
    /// once per round. The script documents the form of the result.
    pub(crate) fn measure_commands(
        &self,
        runs: &[(&str, Vec<String>)],
        more: &Value,
    ) -> TaskResult<Value> {
        let commands: serde_json::Map<String, Value> =
            runs.iter().map(|(name, command)| ((*name).to_owned(), json!(command))).collect();
        let mut task = json!({ "rounds": self.rounds, "runs": commands });
        for (key, value) in more.as_object().into_iter().flatten() {
            task[key] = value.clone();
        }
        let mut measure = self.script_command(Path::new("python3"), "measure.py");
        let mut child =
            measure.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| {
                format!("python3: {error}. This table needs Python 3.11 or later")
            })?;
        serde_json::to_writer(child.stdin.take().ok_or("no standard input")?, &task)?;
        let output = child.wait_with_output()?;
        match output.status.success() {
            true => Ok(serde_json::from_slice(&output.stdout)?),
            false => Err("benches/measure.py failed (see its message above)".into()),
        }
    }
}

/// Runs a command, and parses the JSON on the last line of its output.
pub(crate) fn last_line_json(command: &mut Command) -> TaskResult<Value> {
    let lines = command_output(command)?;
    let last = lines.trim_end().lines().last().unwrap_or_default();
    serde_json::from_str(last)
        .map_err(|_| format!("the last line is not valid JSON: {last}").into())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        bench: Arguments,
    }

    fn options(line: &str) -> BenchOptions {
        let words = std::iter::once("bench").chain(line.split_whitespace());
        let line = Line::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
        BenchOptions::from_arguments(line.bench).unwrap()
    }

    #[test]
    fn defaults_are_the_published_run() {
        let plain = options("");
        assert!(plain.includes_table("speed") && plain.build && !plain.trial);
        assert_eq!((plain.rounds, plain.documents), (3, vec![2_000, 20_000]));
        assert!(plain.results.ends_with("benches/results"));
        assert!(plain.page.ends_with("docs/BENCHMARKS.md"));
    }

    #[test]
    fn a_trial_is_small_and_apart() {
        let trial = options("--trial");
        assert_eq!((trial.rounds, trial.documents), (1, vec![200, 400]));
        assert!(trial.results.ends_with("bench/trial"));
        assert!(trial.page.ends_with("bench/trial/BENCHMARKS.md"));
        let larger = options("--trial --rounds 2 --documents 10");
        assert_eq!((larger.rounds, larger.documents), (2, vec![10]));
    }

    #[test]
    fn options_are_read() {
        let some = options("speed scale --documents 1,22 --rounds 0 --to there --no-build");
        assert!(some.includes_table("scale") && !some.includes_table("names") && !some.build);
        assert_eq!((some.rounds, &some.documents[..]), (1, &[1, 22][..]));
        assert_eq!(some.page, Path::new("there/BENCHMARKS.md"));
        assert_eq!(some.command_line("scale"), "cargo xtask bench scale --documents 1,22");
        assert!(!options("--page").includes_table("speed"));
        assert_eq!(options("--check second").check.as_deref(), Some(Path::new("second")));
        assert!(Line::try_parse_from(["bench", "no-table"]).is_err());
    }
}
