//! `cargo xtask`: the one list of the developers' commands that are more than a
//! call of cargo. `cargo xtask --help` prints it.
//!
//! Each command runs a script or program that also works by itself; only `bench`
//! has its code here. `xtask` does not depend on the program's crates, nor they
//! on it. It measures the program as users have it.

mod bench;
mod commands;
mod process;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) type TaskResult<T> = Result<T, Box<dyn Error>>;

/// The developers' commands of Chancery
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run everything that must pass before a change goes in (`.ci/run`)
    Ci,
    /// Run one of the checks that .ci/run consists of, or a slower one
    #[command(subcommand)]
    Check(Check),
    /// Build the documentation of all crates, with private items; a warning is an error
    Docs {
        /// Open it in a browser
        #[arg(long)]
        open: bool,
    },
    /// Measure tables and write `docs/BENCHMARKS.md`
    Bench(bench::Arguments),
    /// Fuzz the readers and loaders (`fuzz/run.sh`; needs cargo-fuzz)
    Fuzz(Forwarded),
    /// Make the embedded models and the knowledge base again (needs ../shared)
    Models {
        /// What to make, in the order in which they rest on each other [default: all]
        #[arg(value_enum)]
        models: Vec<EmbeddedModel>,
    },
    /// Run `chancery-train`, the program that makes the model of `fast` and the knowledge base
    Train(Forwarded),
    /// Make the archives and packages of a release (`scripts/release.sh`)
    Release {
        /// Target triples [default: Linux on x86-64 and on 64-bit ARM]
        targets: Vec<OsString>,
    },
}

#[derive(Subcommand)]
enum Check {
    /// The JSON API against its OpenAPI description (`scripts/check_api.sh`; Python)
    Api(Forwarded),
    /// The tools for assistants with the official client (`scripts/check_mcp.sh`; Python)
    Mcp(Forwarded),
    /// The reading room in Chromium (`scripts/check_browser.sh`; Node 20)
    Browser(Forwarded),
    /// The exports, read by other programs (`scripts/check_exports.sh`; Python)
    Exports(Forwarded),
    /// Letters and office files, word for word (`scripts/check_letters_and_office.sh`; Python)
    Letters,
    /// PDFs and scans, with poppler and tesseract and without (`scripts/check_scans.sh`; Python)
    Scans(Forwarded),
    /// The Python wheel: build, install, test (`scripts/check_python.sh`; Python)
    Python,
    /// Whether the program compiles for 64-bit ARM (`scripts/check_aarch64.sh`)
    Aarch64,
    /// Everything that is not Rust: shell, Python, JavaScript, workflows (`scripts/check_scripts.sh`; Python, Node 20)
    Scripts,
    /// Licences, sources and duplicates of the dependencies (cargo deny)
    Licenses,
    /// Whether the oldest supported Rust compiles the workspace (`scripts/check_msrv.sh`; rustup)
    Msrv,
    /// Whether `chancery eval` counts as seqeval does (`scripts/check_eval.sh`; Python)
    Eval(Forwarded),
    /// Whether two builds in two folders give the same archives (`scripts/check_reproducible.sh`)
    Reproducible,
}

/// Arguments for the script or program.
#[derive(Args)]
struct Forwarded {
    /// Arguments for the script or program
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

/// A file of crates/models/data.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmbeddedModel {
    /// Clusters of words, from word vectors on PyPI (two minutes)
    Clusters,
    /// The model of the engine `fast`
    Fast,
    /// The model of the engine `accurate`, with a base model from PyPI (an hour)
    Accurate,
    /// The knowledge base of persons and places
    KnowledgeBase,
}

fn run(task: Task) -> TaskResult<()> {
    match task {
        Task::Ci => commands::run_script(".ci/run", &[]),
        Task::Check(check) => commands::run_check(check),
        Task::Docs { open } => commands::build_docs(open),
        Task::Bench(arguments) => bench::run(arguments),
        Task::Fuzz(forwarded) => commands::run_script("fuzz/run.sh", &forwarded.arguments),
        Task::Models { models } => commands::make_models(&models),
        Task::Train(forwarded) => commands::run_trainer(&forwarded.arguments),
        Task::Release { targets } => commands::run_script("scripts/release.sh", &targets),
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn forwarded_options_reach_the_script() {
        let line = ["xtask", "check", "api", "--max-examples", "5"];
        let Task::Check(Check::Api(forwarded)) = Arguments::parse_from(line).task else {
            panic!("another command");
        };
        assert_eq!(forwarded.arguments, ["--max-examples", "5"]);
    }
}
