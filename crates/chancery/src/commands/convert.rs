//! `chancery convert`: converts annotated text between formats.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chancery_evaluation::annotated_files::read_annotated;
use chancery_formats::Format;
use chancery_formats::table::TableDialect;
use clap::{Args, ColorChoice};

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::export_target::ExportTarget;
use crate::formats::{
    self, DocumentPrinter, STREAMED_FORMATS, choose_colours, format_parser, readable_format_parser,
};
use chancery_engine::inputs::Input;

const EXAMPLES: &str = "\
Examples:
  chancery convert --from brackets --to conll names.brackets.txt
  chancery annotate telegram.txt | chancery convert --from brackets --to jsonl
  chancery convert --from standoff --to conll telegram.json
  chancery convert --from conll --to standoff test.tsv --output test
  chancery convert --from conll --to text --color always test.tsv | less -R

A stand-off pair is NAME.txt and NAME.json; --output NAME writes both. A brat
pair is NAME.txt and NAME.ann; --output FOLDER writes pairs. To read a pair, give
either file. docs/FORMATS.md describes all formats.";

/// Convert annotated text from one format to another
///
/// Reads text whose names are already annotated; no engine runs.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Format of the input
    #[arg(long, value_name = "FORMAT", value_parser = readable_format_parser())]
    from: Format,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Format::ALL))]
    to: Format,
    /// File to read, or "-" for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    input: PathBuf,
    /// Write to this file instead of standard output; to a folder if the format
    /// has several files
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// When to use colours in text
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

/// Converts one file.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let target = arguments.output.as_deref();
    let input = Input::from_argument(arguments.input.clone());
    if arguments.to == Format::Standoff {
        let Some(target) = target else {
            bail!("a stand-off pair has two files: give their name with --output NAME");
        };
        formats::write_standoff_pairs(&read_annotated(&input, arguments.from)?, target)?;
        return Ok(CommandOutcome::Success);
    }
    let documents = read_annotated(&input, arguments.from)?;
    if !STREAMED_FORMATS.contains(&arguments.to) {
        let mut exporter = ExportTarget::for_format(arguments.to, target)?
            .start_export(arguments.to, TableDialect::Plain)?;
        for document in &documents {
            exporter
                .write_document(&document.annotated, &document.source)
                .with_context(|| write_failed_message(target))?;
        }
        exporter.finish_export().with_context(|| write_failed_message(target))?;
        return Ok(CommandOutcome::Success);
    }
    let printing = DocumentPrinter {
        format: arguments.to,
        colours: choose_colours(arguments.color, target.is_some()),
        several: documents.len() > 1,
    };
    let mut output = open_output(target, OutputReader::Program)?;
    printing
        .write_legend(&mut output)
        .and_then(|()| {
            documents.iter().try_for_each(|document| {
                printing.write_document(&mut output, &document.annotated, &document.source)
            })
        })
        .and_then(|()| output.flush())
        .with_context(|| write_failed_message(target))?;
    Ok(CommandOutcome::Success)
}
