//! The options of the command line, and paths.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{TABLES, TaskResult};
use crate::USAGE;

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

impl BenchOptions {
    pub(crate) fn parse_arguments(words: &[String]) -> TaskResult<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), |folder| root.join(folder));
        let mut setting = Self {
            tables: Vec::new(),
            only_page: false,
            check: None,
            results: root.join("benches/results"),
            page: root.join("docs/BENCHMARKS.md"),
            rounds: 3,
            documents: vec![2_000, 20_000],
            trial: false,
            build: true,
            root,
            target,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value =
                || words.next().ok_or_else(|| format!("{word} needs a value\n\n{USAGE}"));
            match word.as_str() {
                "--page" => setting.only_page = true,
                "--check" => setting.check = Some(value()?.into()),
                "--to" => setting.set_output_folder(value()?.into()),
                "--rounds" => setting.rounds = parse_number(value()?)?.max(1),
                "--documents" => {
                    setting.documents =
                        value()?.split(',').map(parse_number).collect::<TaskResult<_>>()?;
                }
                "--no-build" => setting.build = false,
                "--trial" => setting.set_trial(),
                name if TABLES.iter().any(|table| table.name == name) => {
                    setting.tables.push(name.to_owned());
                }
                other => return Err(format!("{other}: unknown table or option\n\n{USAGE}").into()),
            }
        }
        Ok(setting)
    }

    fn set_output_folder(&mut self, folder: PathBuf) {
        self.page = folder.join("BENCHMARKS.md");
        self.results = folder;
    }

    fn set_trial(&mut self) {
        self.set_output_folder(self.target.join("bench/trial"));
        self.trial = true;
        self.rounds = 1;
        self.documents = vec![200, 400];
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
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.current_dir(&self.root);
        cargo
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
        let python = home.join("bin/python");
        if !python.exists() {
            let made = Command::new("python3").args(["-m", "venv"]).arg(&home).status();
            if !made.is_ok_and(|status| status.success()) {
                return Err("`python3 -m venv` failed: this table needs Python 3.11 or later \
                            (Debian: apt install python3-venv)"
                    .into());
            }
        }
        let wanted = self.root.join("benches").join(requirements);
        run_command(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--requirement"])
                .arg(wanted),
        )?;
        Ok(python)
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

fn parse_number(word: impl AsRef<str>) -> TaskResult<u32> {
    let word = word.as_ref();
    word.parse().map_err(|_| format!("{word}: must be a whole number").into())
}

/// Runs a command that must succeed.
pub(crate) fn run_command(command: &mut Command) -> TaskResult<()> {
    command_output(command.stdout(Stdio::inherit())).map(drop)
}

/// Runs a command that must succeed, and returns its output. Its error messages
/// are shown.
pub(crate) fn command_output(command: &mut Command) -> TaskResult<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err(format!("{program} failed ({}; see its message above)", output.status).into()),
    }
}

/// Runs a command, and parses the JSON on the last line of its output.
pub(crate) fn last_line_json(command: &mut Command) -> TaskResult<Value> {
    let lines = command_output(command)?;
    let last = lines.trim_end().lines().last().unwrap_or_default();
    serde_json::from_str(last)
        .map_err(|_| format!("the last line is not valid JSON: {last}").into())
}
