//! `chancery convert`: converts annotated text between formats.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chancery_evaluation::annotated_files::read_annotated;
use chancery_formats::Format;
use clap::{Args, ColorChoice};

use super::{Outcome, output, unwritable};
use crate::formats::{self, Printing, STREAMS, among, colours, readable};
use crate::target::Target;
use chancery_engine::inputs::Input;

const EXAMPLES: &str = "\
Examples:
  chancery convert --from brackets --to conll telegram.marked
  chancery annotate telegram.txt | chancery convert --from brackets --to jsonl
  chancery convert --from standoff --to conll telegram.json
  chancery convert --from conll --to standoff test.tsv --output test
  chancery convert --from conll --to text --color always test.tsv | less -R

A stand-off pair is NAME.txt and NAME.json: name either to read it; --output
NAME writes both. A brat pair is NAME.txt and NAME.ann: name either to read it;
--output FOLDER writes pairs. docs/FORMATS.md describes all formats.";

/// Convert annotated text from one format to another
///
/// Reads text whose names are already annotated; no engine runs.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Format of the input
    #[arg(long, value_name = "FORMAT", value_parser = readable())]
    from: Format,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", value_parser = among(Format::ALL))]
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
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let target = arguments.output.as_deref();
    let input = Input::new(arguments.input.clone());
    if arguments.to == Format::Standoff {
        let Some(target) = target else {
            bail!("a stand-off pair has two files: name them with --output NAME");
        };
        formats::write_pairs(&read_annotated(&input, arguments.from)?, target)?;
        return Ok(Outcome::Fine);
    }
    let documents = read_annotated(&input, arguments.from)?;
    if !STREAMS.contains(&arguments.to) {
        let mut exporter = Target::of(arguments.to, target)?.begin(arguments.to)?;
        for document in &documents {
            exporter
                .write(&document.annotated, &document.source)
                .with_context(|| unwritable(target))?;
        }
        exporter.finish().with_context(|| unwritable(target))?;
        return Ok(Outcome::Fine);
    }
    let printing = Printing {
        format: arguments.to,
        colours: colours(arguments.color, target.is_some()),
        several: documents.len() > 1,
    };
    let mut output = output(target)?;
    printing
        .begin(&mut output)
        .and_then(|()| {
            documents.iter().try_for_each(|document| {
                printing.write(&mut output, &document.annotated, &document.source)
            })
        })
        .and_then(|()| output.flush())
        .with_context(|| unwritable(target))?;
    Ok(Outcome::Fine)
}
