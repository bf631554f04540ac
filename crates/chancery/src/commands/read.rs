//! `chancery read`: shows the structure of documents, as a card or as JSON.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use chancery_formats::{card, structure};
use chancery_parse::Contents;
use clap::Args;

use super::{Outcome, UNWRITABLE, output};
use chancery_engine::InputError;
use chancery_engine::inputs::{Input, collect};

const EXAMPLES: &str = "\
Examples:
  chancery read telegram.txt
  chancery read volume.xml --json | jq '.header.subject.value'";

/// Show the fields, paragraphs and pages of files
///
/// Prints a card for every document, or its parts as JSON.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Files, folders (with all files below them) or "-" for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Print JSON: one object per document
    #[arg(long)]
    json: bool,
}

/// Reads every input and prints its documents.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut output = output(None)?;
    let mut outcome = Outcome::Fine;
    for input in collect(&arguments.paths) {
        match input.and_then(|input| contents(&input)) {
            Ok((source, contents)) => {
                show(&mut output, &source, contents, arguments.json).context(UNWRITABLE)?;
            }
            Err(failure) => {
                eprintln!("chancery: {failure}");
                outcome = Outcome::SomeFailed;
            }
        }
    }
    output.flush().context(UNWRITABLE)?;
    Ok(outcome)
}

fn contents(input: &Input) -> Result<(String, Contents), InputError> {
    let source = input.to_string();
    match chancery_parse::read(&input.read()?) {
        Ok(contents) => Ok((source, contents)),
        Err(problem) => Err(InputError::from_problem(source, problem)),
    }
}

/// Prints the documents of a file; a card shows its source.
fn show(out: &mut impl Write, source: &str, contents: Contents, json: bool) -> io::Result<()> {
    let several = contents.documents.len() > 1;
    for (number, document) in contents.documents.iter().enumerate() {
        if json {
            structure::write(document, out)?;
            continue;
        }
        match several {
            true => writeln!(out, "{source}, document {}", number + 1)?,
            false => writeln!(out, "{source}")?,
        }
        card::write(document, out)?;
        writeln!(out)?;
    }
    for problem in contents.problems {
        eprintln!("chancery: {}", InputError::from_problem(source.to_owned(), problem));
    }
    Ok(())
}
