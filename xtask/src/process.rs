//! Running other programs, and the folders that they run in.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::TaskResult;

/// The root of the repository.
pub(crate) fn repository_root() -> TaskResult<PathBuf> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?)
}

/// The folder for the outputs of builds; `CARGO_TARGET_DIR` changes it.
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), |folder| root.join(folder))
}

/// The cargo that runs this program, at the root of the repository.
pub(crate) fn cargo_command(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root);
    cargo
}

/// The Python of the virtual environment `home`, with the packages of a
/// requirements file. Creates the environment if it is absent.
pub(crate) fn python_environment(home: &Path, requirements: &Path) -> TaskResult<PathBuf> {
    let python = home.join("bin/python");
    if !python.exists() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(home).status();
        if !made.is_ok_and(|status| status.success()) {
            return Err("`python3 -m venv` failed: this command needs Python 3.11 or later \
                        (Debian: apt install python3-venv)"
                .into());
        }
    }
    run_command(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(requirements),
    )?;
    Ok(python)
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
