//! `chancery read`: shows the structure of documents, as a card or as JSON.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use chancery_formats::{document_card, structure};
use chancery_parse::{ParsedFile, envelope_of_path, parse_file_in};
use clap::Args;

use super::{CommandOutcome, WRITE_FAILED, open_output};
use chancery_engine::InputError;
use chancery_engine::inputs::{Input, collect_inputs};

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
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let mut output = open_output(None)?;
    let mut outcome = CommandOutcome::Success;
    for input in collect_inputs(&arguments.paths) {
        match input.and_then(|input| parse_input(&input)) {
            Ok((source, contents)) => {
                print_documents(&mut output, &source, contents, arguments.json)
                    .context(WRITE_FAILED)?;
            }
            Err(failure) => {
                eprintln!("chancery: {failure}");
                outcome = CommandOutcome::SomeFailed;
            }
        }
    }
    output.flush().context(WRITE_FAILED)?;
    Ok(outcome)
}

fn parse_input(input: &Input) -> Result<(String, ParsedFile), InputError> {
    let source = input.to_string();
    let name = envelope_of_path(&source);
    match parse_file_in(&input.read_bytes()?, name.as_slice()) {
        Ok(contents) => Ok((source, contents)),
        Err(problem) => Err(InputError::from_problem(source, problem)),
    }
}

/// Prints the documents of a file; a card shows its source.
fn print_documents(
    out: &mut impl Write,
    source: &str,
    contents: ParsedFile,
    json: bool,
) -> io::Result<()> {
    let several = contents.documents.len() > 1;
    for (number, document) in contents.documents.iter().enumerate() {
        if json {
            structure::write_structure(document, out)?;
            continue;
        }
        match several {
            true => writeln!(out, "{source}, document {}", number + 1)?,
            false => writeln!(out, "{source}")?,
        }
        document_card::write_card(document, out)?;
        writeln!(out)?;
    }
    for problem in contents.problems {
        eprintln!("chancery: {}", InputError::from_problem(source.to_owned(), problem));
    }
    Ok(())
}
