//! `chancery export`: writes an archive, a part of it, or annotated files in any
//! format.

use std::path::PathBuf;

use anyhow::{Context, bail};
use chancery_formats::Format;
use chancery_model::Annotated;
use clap::Args;

use super::{CommandOutcome, write_failed_message};
use crate::document_source::{DocumentSource, Wanted};
use crate::export_target::ExportTarget;
use crate::formats::format_parser;

const EXAMPLES: &str = "\
Examples:
  chancery export archive -o all.jsonl
  chancery export archive --query 'person:huddleston date:2009' --format tei -o huddleston.xml
  chancery export archive --format brat -o for-brat/
  chancery export archive --format gexf | gzip > network.gexf.gz
  chancery export cables/ --format parquet -o names.parquet
  chancery export archive --set ana --format conll -o ana/

Formats with several files (standoff, brat; conll and ftm with their offsets)
need a folder; on standard output, conll and ftm have no offsets. Offsets count
Unicode code points. docs/FORMATS.md describes each format and its limits.";

/// Write an archive or files in any format
///
/// The documents of an archive are sorted by id, so the same content gives the
/// same bytes, however it was added. Decisions of users apply to names and
/// entities. If PATH is not an archive, the files are annotated first and keep
/// their order.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: DocumentSource,
    /// Output format
    #[arg(short, long, value_parser = format_parser(Format::ALL), default_value = "jsonl")]
    format: Format,
    /// Write to this file instead of standard output; to a folder if the format
    /// has several files
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Only the names and documents of this annotation set
    #[arg(long, value_name = "SET")]
    set: Option<String>,
    /// With who says what to whom, and acts: in jsonl, w3c, tei (no acts), parquet,
    /// arrow and ftm
    #[arg(long)]
    statements: bool,
}

/// Writes the export.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    if arguments.statements && !arguments.format.holds_statements() {
        let names = Format::ALL.into_iter().filter(|format| format.holds_statements());
        let names: Vec<&str> = names.map(Format::name).collect();
        bail!(
            "--statements needs one of the formats {}: {} cannot hold statements",
            names.join(", "),
            arguments.format
        );
    }
    let set = arguments.set.as_deref();
    let opened = arguments.source.open(set)?;
    let unwritable = || write_failed_message(arguments.output.as_deref());
    let target = ExportTarget::for_format(arguments.format, arguments.output.as_deref())?;
    let mut exporter = target.start_export(arguments.format)?;
    let mut write = |annotated: &Annotated, source: &str| {
        exporter.write_document(annotated, source).with_context(unwritable)
    };
    let statements = arguments.statements;
    let wanted = Wanted { set, statements, to_file: arguments.output.is_some() };
    let outcome = arguments.source.visit_documents(&opened, wanted, &mut write)?;
    exporter.finish_export().with_context(unwritable)?;
    Ok(outcome)
}
