//! `chancery export`: writes an archive, a part of it, or annotated files in any
//! format.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chancery_formats::Format;
use chancery_formats::table::TableDialect;
use chancery_model::Annotated;
use chancery_store::parse_query;
use chancery_views::export_format::ExportFormat;
use chancery_views::finding_aid::write_finding_aid;
use chancery_views::name_index::write_name_index;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::archive_access::read_archive;
use crate::document_source::{DocumentSource, Wanted};
use crate::export_target::ExportTarget;

const EXAMPLES: &str = "\
Examples:
  chancery export archive -o all.jsonl
  chancery export archive --query 'person:huddleston date:2009' --format tei -o huddleston.xml
  chancery export archive --format brat -o for-brat/
  chancery export archive --format csv --excel -o names.csv
  chancery export archive --format gexf | gzip > network.gexf.gz
  chancery export cables/ --format parquet -o names.parquet
  chancery export archive --set ana --format conll -o ana/
  chancery export archive --format index -o index.txt
  chancery export archive --query date:1962 --format ead -o finding-aid.xml

Formats with several files (standoff, brat; conll and ftm with their offsets)
need a folder; on standard output, conll and ftm have no offsets. Offsets count
Unicode code points. index and ead describe an archive, and have no offsets.
docs/FORMATS.md describes each format and its limits.";

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
    #[arg(short, long, value_parser = format_parser(), default_value = "jsonl")]
    format: ExportFormat,
    /// Write to this file instead of standard output; to a folder if the format
    /// has several files
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Only the names and documents of this annotation set
    #[arg(long, value_name = "SET")]
    set: Option<String>,
    /// With csv: write a table that Excel opens as it is
    #[arg(long)]
    excel: bool,
    /// Also write who says what to whom, and acts: in jsonl, w3c, tei (no acts), parquet,
    /// arrow and ftm
    #[arg(long)]
    statements: bool,
}

/// Parser of the formats of documents, and of those that describe an archive.
fn format_parser() -> impl TypedValueParser<Value = ExportFormat> {
    let all =
        || Format::ALL.map(ExportFormat::Documents).into_iter().chain(ExportFormat::OF_ARCHIVE);
    let value = |format: ExportFormat| {
        let description = match format {
            ExportFormat::Documents(format) => format.description(),
            format => format.description(),
        };
        PossibleValue::new(format.url_name()).help(description)
    };
    PossibleValuesParser::new(all().map(value)).map(move |name| {
        all().find(|format| format.url_name() == name).expect("the parser allows only formats")
    })
}

/// Writes the export.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let name = arguments.format.url_name();
    if arguments.excel && !arguments.format.is_table() {
        bail!("--excel is for tables: give --format csv ({name} is none)");
    }
    match arguments.format {
        ExportFormat::Documents(format) if !arguments.statements || format.holds_statements() => {
            export_documents(arguments, format)
        }
        _ if arguments.statements => {
            let names = Format::ALL.into_iter().filter(|format| format.holds_statements());
            let names: Vec<&str> = names.map(Format::name).collect();
            let names = names.join(", ");
            bail!("--statements needs one of the formats {names}: {name} cannot hold statements")
        }
        _ if arguments.set.is_some() => bail!("--set is for formats with names: {name} has none"),
        _ => describe_archive(arguments),
    }
}

/// Writes the index or the finding aid of an archive.
fn describe_archive(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let (archive, query) = arguments.source.archive_and_query(arguments.format.url_name())?;
    let query = parse_query(query)?;
    let written = read_archive(archive, |session| match arguments.format {
        ExportFormat::FindingAid => write_finding_aid(session, &query, Vec::new()),
        _ => write_name_index(session, &query, Vec::new()),
    })?;
    let path = arguments.output.as_deref();
    let mut out = open_output(path, OutputReader::Program)?;
    out.write_all(&written)
        .and_then(|()| out.flush())
        .with_context(|| write_failed_message(path))?;
    Ok(CommandOutcome::Success)
}

fn export_documents(arguments: &Arguments, format: Format) -> anyhow::Result<CommandOutcome> {
    let set = arguments.set.as_deref();
    let opened = arguments.source.open(set)?;
    let unwritable = || write_failed_message(arguments.output.as_deref());
    let target = ExportTarget::for_format(format, arguments.output.as_deref())?;
    let table = if arguments.excel { TableDialect::Excel } else { TableDialect::Plain };
    let mut exporter = target.start_export(format, table)?;
    let mut write = |annotated: &Annotated, source: &str| {
        exporter.write_document(annotated, source).with_context(unwritable)
    };
    let statements = arguments.statements;
    let wanted = Wanted { set, statements, to_file: arguments.output.is_some() };
    let outcome = arguments.source.visit_documents(&opened, wanted, &mut write)?;
    exporter.finish_export().with_context(unwritable)?;
    Ok(outcome)
}
