//! `chancery completions` and `chancery man`: what shells and manuals know of
//! the program, made of the same description as its help.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};
use clap_complete::Shell;

use super::Outcome;

const EXAMPLES: &str = "\
Examples:
  chancery completions bash > ~/.local/share/bash-completion/completions/chancery
  chancery completions zsh > ~/.zfunc/_chancery
  chancery completions fish > ~/.config/fish/completions/chancery.fish";

/// Print the completions for a shell
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Write the manual pages
///
/// One page for the program and one for each command, to be read by `man -l`
/// or put where `man` finds them: ~/.local/share/man/man1.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Man {
    /// The folder to write into; made if it does not exist
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

/// Prints the completions of `program`.
pub(crate) fn completions(
    arguments: &Completions,
    mut program: Command,
) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "chancery", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Outcome::Fine)
}

/// Writes the manual pages of `program`.
pub(crate) fn man(arguments: &Man, program: Command) -> anyhow::Result<Outcome> {
    let folder = &arguments.output;
    let place = || format!("{}: cannot be written", folder.display());
    fs::create_dir_all(folder).with_context(place)?;
    clap_mangen::generate_to(program, folder).with_context(place)?;
    Ok(Outcome::Fine)
}
