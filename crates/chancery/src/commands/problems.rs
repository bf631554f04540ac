//! `chancery problems`: lists what could not be read, and remarks on what was read.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::CommandOutcome;
use crate::archive_access::open_archive;

const EXAMPLES: &str = "\
Examples:
  chancery problems archive
  chancery problems archive --kinds          how many of each kind
  chancery problems archive --json | jq -r .path

`chancery files` lists all files, and how many documents each gave.";

/// List what could not be read, and remarks on what was read
///
/// Prints one line per problem: path, byte offset, reason. After a repair,
/// `chancery add --retry ARCHIVE PATH…` reads the file again.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Count the problems by kind: number, an example, reason
    #[arg(long)]
    kinds: bool,
    /// Print JSON lines: one object per problem
    #[arg(long)]
    json: bool,
}

/// Lists the problems.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let mut out = io::stdout().lock();
    let problems = open_archive(&arguments.archive)?.files().problems()?;
    if arguments.kinds {
        for (kind, (count, path)) in count_kinds(&problems) {
            if arguments.json {
                let kind = serde_json::json!({"what": kind, "count": count, "example": path});
                writeln!(out, "{kind}")?;
            } else {
                writeln!(out, "{count:>8}  {kind}\n          {path}")?;
            }
        }
        return Ok(CommandOutcome::Success);
    }
    for (path, at, what) in problems {
        if arguments.json {
            writeln!(out, "{}", serde_json::json!({"path": path, "at": at, "what": what}))?;
            continue;
        }
        match at {
            Some(at) => writeln!(out, "{path}: byte {at}: {what}")?,
            None => writeln!(out, "{path}: {what}")?,
        }
    }
    Ok(CommandOutcome::Success)
}

/// The kinds of problems, the most frequent first, each with its number and the path of
/// the first. Messages that differ only in numbers and quoted words are of one kind.
fn count_kinds(problems: &[(String, Option<u64>, String)]) -> Vec<(String, (u64, &str))> {
    let mut kinds: BTreeMap<String, (u64, &str)> = BTreeMap::new();
    for (path, _, what) in problems {
        kinds.entry(kind_of(what)).or_insert((0, path)).0 += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, (count, _))| u64::MAX - count);
    kinds
}

/// A message without its numbers and quoted words.
fn kind_of(message: &str) -> String {
    let mut kind = String::new();
    let mut is_quoted = false;
    for letter in message.chars() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                kind += if is_quoted { "\"" } else { "…\"" };
            }
            _ if is_quoted => {}
            '0'..='9' if kind.ends_with('N') => {}
            '0'..='9' => kind.push('N'),
            letter => kind.push(letter),
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_differ_in_numbers_are_of_one_kind() {
        let problem = |path: &str, what: &str| (path.to_owned(), None, what.to_owned());
        let problems = [
            problem("a", "has 2 of 3 columns, and no text"),
            problem("b", "is empty"),
            problem("c", "has 12 of 30 columns, and no text"),
            problem("d", "a line above the heading: \"x 1\""),
            problem("e", "a line above the heading: \"y\""),
        ];
        let found = count_kinds(&problems);
        let expected = [
            ("a line above the heading: \"…\"", (2, "d")),
            ("has N of N columns, and no text", (2, "a")),
            ("is empty", (1, "b")),
        ];
        assert_eq!(found, expected.map(|(kind, counted)| (kind.to_owned(), counted)));
    }
}
