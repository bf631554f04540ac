//! `chancery read`: shows the structure of documents, as a card or as JSON.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use chancery_formats::{document_card, structure};
use chancery_parse::ParsedFile;
use clap::Args;

use super::{CommandOutcome, OutputReader, WRITE_FAILED, open_output};
use crate::archive_access::refuse_archives;
use crate::arguments::{TableArguments, report_side_tables};
use chancery_engine::inputs::Input;
use chancery_engine::opening::OpenedText;
use chancery_engine::{InputError, detect_language};

/// Maximum size of a member of a container, in bytes.
const MAX_MEMBER_BYTES: u64 = 256 << 20;

const EXAMPLES: &str = "\
Examples:
  chancery read telegram.txt
  chancery read cables.csv                       each row is a document
  chancery read volume.xml --json | jq '.header.subject.value'";

/// Show the fields, paragraphs and pages of files
///
/// Prints a summary card for each document, or its parts as JSON.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Files, folders (with all files below them) or "-" for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Print JSON: one object per document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    tables: TableArguments,
}

/// Reads every input and prints its documents.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    refuse_archives(&arguments.paths, "`chancery show ARCHIVE DOCUMENT` shows a document of it")?;
    let mut output = open_output(None, OutputReader::of_data(arguments.json))?;
    let mut outcome = CommandOutcome::Success;
    let inputs = arguments.tables.collect_inputs(&arguments.paths);
    let opener = arguments.tables.opener(MAX_MEMBER_BYTES, &inputs)?;
    let mut unwritten = Ok(());
    for input in inputs {
        let mut report = |failure: InputError| {
            eprintln!("chancery: {failure}");
            outcome = CommandOutcome::SomeFailed;
        };
        let visited = input.and_then(|input| {
            opener.visit_documents(&input, Input::read_bytes, &mut |opened| match opened
                .and_then(|opened| parse_member(&opened))
            {
                Ok((source, contents)) if unwritten.is_ok() => {
                    unwritten = print_documents(&mut output, &source, contents, arguments.json);
                }
                Ok(_) => {}
                Err(failure) => report(failure),
            })
        });
        if let Err(failure) = visited {
            report(failure);
        }
        std::mem::replace(&mut unwritten, Ok(())).context(WRITE_FAILED)?;
    }
    output.flush().context(WRITE_FAILED)?;
    report_side_tables(&opener);
    Ok(outcome)
}

fn parse_member(opened: &OpenedText) -> Result<(String, ParsedFile), InputError> {
    let source = opened.member.path.clone();
    match opened.parse() {
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
        let language = detect_language(document);
        if json {
            structure::write_structure(document, language, out)?;
            continue;
        }
        match several {
            true => writeln!(out, "{source}, document {}", number + 1)?,
            false => writeln!(out, "{source}")?,
        }
        document_card::write_card(document, language, out)?;
        writeln!(out)?;
    }
    for problem in contents.problems {
        eprintln!("chancery: {}", InputError::from_problem(source.to_owned(), problem));
    }
    Ok(())
}
