//! `chancery completions` and `chancery man`: shell completions and manual pages,
//! generated from the same description as the help.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use chancery_engine::InputError;

use super::CommandOutcome;

const SHELL_EXAMPLES: &str = "\
Examples:
  chancery completions bash > ~/.local/share/bash-completion/completions/chancery
  chancery completions zsh > ~/.zfunc/_chancery
  chancery completions fish > ~/.config/fish/completions/chancery.fish";

/// Print the completions for a shell
#[derive(Args)]
#[command(after_help = SHELL_EXAMPLES)]
pub(crate) struct CompletionsArguments {
    /// The shell
    shell: Shell,
}

const MAN_EXAMPLES: &str = "\
Examples:
  chancery man --output ~/.local/share/man/man1";

/// Write the manual pages
///
/// Writes one page for the program and one for each command. Read them with
/// `man -l`, or write them to ~/.local/share/man/man1, where `man` finds them.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = MAN_EXAMPLES)]
pub(crate) struct ManArguments {
    /// Write to this folder; created if it does not exist
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

/// Prints the completions of `program`.
pub(crate) fn print_completions(
    arguments: &CompletionsArguments,
    mut program: Command,
) -> anyhow::Result<CommandOutcome> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "chancery", &mut script);
    io::stdout().write_all(&script)?;
    Ok(CommandOutcome::Success)
}

/// Writes the manual pages of `program`.
pub(crate) fn write_manual_pages(
    arguments: &ManArguments,
    program: Command,
) -> anyhow::Result<CommandOutcome> {
    let folder = &arguments.output;
    let unwritten = |error| InputError::from_write(folder, &error);
    fs::create_dir_all(folder).map_err(unwritten)?;
    clap_mangen::generate_to(program, folder).map_err(unwritten)?;
    Ok(CommandOutcome::Success)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use crate::Arguments;

    /// Checks that the examples of `help` parse, and counts them.
    fn count_valid_examples(help: &str) -> usize {
        let mut count = 0;
        // Two blanks separate a command from its remark.
        for line in help.lines().filter_map(|line| line.trim().split("  ").next()) {
            let words = shlex::split(line).unwrap_or_default();
            for run in words.split(|word| word == "|" || word == "&&") {
                if run.first().is_some_and(|word| word == "chancery") {
                    let run = run.iter().take_while(|word| *word != ">");
                    let wrong = Arguments::try_parse_from(run).err();
                    assert!(wrong.is_none(), "{line}: {}", wrong.expect("an error"));
                    count += 1;
                }
            }
        }
        count
    }

    #[test]
    fn the_help_lists_every_command_once() {
        let listed = include_str!("../../assets/commands.txt");
        let listed: Vec<&str> = listed.lines().filter(|line| line.starts_with("  ")).collect();
        let command = Arguments::command();
        let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
        let mut expected: Vec<String> = shown
            .map(|it| format!("  {:<12} {}", it.get_name(), it.get_about().expect("about")))
            .collect();
        expected.sort();
        let mut sorted = listed;
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn every_command_has_examples_and_they_parse() {
        for command in Arguments::command().get_subcommands().filter(|it| !it.is_hide_set()) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:\n"), "{}: {help}", command.get_name());
            assert!(count_valid_examples(&help) > 0, "{}: {help}", command.get_name());
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!((1..60).contains(&about.len()) && !about.ends_with('.'), "{about}");
        }
    }
}
