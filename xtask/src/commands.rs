//! The commands that run a script or another program.

use std::ffi::OsString;
use std::process::Command;

use crate::process::{
    cargo_command, python_environment, repository_root, run_command, target_folder,
};
use crate::{Check, EmbeddedModel, TaskResult};

/// Runs a script of the repository at its root.
pub(crate) fn run_script(script: &str, arguments: &[OsString]) -> TaskResult<()> {
    let root = repository_root()?;
    run_command(Command::new("bash").arg(root.join(script)).args(arguments).current_dir(&root))
}

pub(crate) fn run_check(check: Check) -> TaskResult<()> {
    match check {
        Check::Api(forwarded) => run_script("scripts/check_api.sh", &forwarded.arguments),
        Check::Mcp(forwarded) => run_script("scripts/check_mcp.sh", &forwarded.arguments),
        Check::Browser(forwarded) => run_script("scripts/check_browser.sh", &forwarded.arguments),
        Check::Exports(forwarded) => run_script("scripts/check_exports.sh", &forwarded.arguments),
        Check::Letters => run_script("scripts/check_letters_and_office.sh", &[]),
        Check::Scans(forwarded) => run_script("scripts/check_scans.sh", &forwarded.arguments),
        Check::Python => run_script("scripts/check_python.sh", &[]),
        Check::Aarch64 => run_script("scripts/check_aarch64.sh", &[]),
        Check::Scripts => run_script("scripts/check_scripts.sh", &[]),
        Check::Book(forwarded) => run_script("scripts/build_book.sh", &forwarded.arguments),
        Check::Licenses => {
            let what = ["deny", "--locked", "check", "bans", "licenses", "sources"];
            run_command(cargo_command(&repository_root()?).args(what))
        }
        Check::Msrv => run_script("scripts/check_msrv.sh", &[]),
        Check::Eval(forwarded) => run_script("scripts/check_eval.sh", &forwarded.arguments),
        Check::Reproducible => run_script("scripts/check_reproducible.sh", &[]),
    }
}

pub(crate) fn build_docs(open: bool) -> TaskResult<()> {
    let root = repository_root()?;
    let mut cargo = cargo_command(&root);
    cargo.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
    if open {
        cargo.arg("--open");
    }
    run_command(cargo.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Makes these models, or all; always in the order of [`EmbeddedModel`], because
/// the later ones use the earlier ones.
pub(crate) fn make_models(chosen: &[EmbeddedModel]) -> TaskResult<()> {
    use EmbeddedModel::{Accurate, Clusters, Fast, KnowledgeBase};
    for model in [Clusters, Fast, Accurate, KnowledgeBase] {
        if !chosen.is_empty() && !chosen.contains(&model) {
            continue;
        }
        match model {
            Clusters => run_training("training/clusters.py", "training/requirements.txt")?,
            Fast => run_trainer(&["names".into()])?,
            Accurate => {
                run_training("training/accurate/recipe.py", "training/accurate/requirements.txt")?;
            }
            KnowledgeBase => run_trainer(&["knowledge-base".into()])?,
        }
    }
    Ok(())
}

/// Runs `chancery-train`, which reads `../shared` unless told otherwise.
pub(crate) fn run_trainer(arguments: &[OsString]) -> TaskResult<()> {
    let trainer = ["run", "--release", "--locked", "--package", "chancery-train", "--"];
    run_command(cargo_command(&repository_root()?).args(trainer).args(arguments))
}

/// Runs a Python program of `training` with its packages.
fn run_training(program: &str, requirements: &str) -> TaskResult<()> {
    let root = repository_root()?;
    let name = requirements.trim_end_matches("/requirements.txt").replace('/', "-");
    let home = target_folder(&root).join("python").join(name);
    let python = python_environment(&home, &root.join(requirements))?;
    run_command(Command::new(python).arg(root.join(program)).current_dir(&root))
}
