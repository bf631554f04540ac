//! `chancery export`: writes an archive, a part of it, or annotated files in any
//! format.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chancery_engine::inputs::Input;
use chancery_engine::opening::Opener;
use chancery_engine::{Engine, InputError, ListChoice, UserList, ordered};
use chancery_formats::{Format, split_tokens_at_mentions};
use chancery_model::{Annotated, DocumentEntities};
use chancery_store::{Archive, DocumentNumber, SearchRequest, Searcher, parse_query};
use chancery_views::exported_document::exported_document;
use clap::Args;

use super::{CommandOutcome, write_failed_message};
use crate::annotation_sets::check_set_exists;
use crate::archive_access::open_archive;
use crate::arguments::{
    EngineArguments, JobsArgument, LimitArgument, NamesArgument, TableArguments, announce_stdin,
    report_side_tables,
};
use crate::export_target::ExportTarget;
use crate::formats::format_parser;
use crate::progress::ProgressMeter;
use crate::run_counts::report_programs;

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
    /// The folder of an archive; or files and folders to annotate
    #[arg(value_name = "ARCHIVE|PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Output format
    #[arg(short, long, value_parser = format_parser(Format::ALL), default_value = "jsonl")]
    format: Format,
    /// Write to this file instead of standard output; to a folder if the format
    /// has several files
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Only documents that match this query (see `chancery search --help`)
    #[arg(long)]
    query: Option<String>,
    /// Only the names and documents of this annotation set
    #[arg(long, value_name = "SET")]
    set: Option<String>,
    #[command(flatten)]
    engine: EngineArguments,
    #[command(flatten)]
    names: NamesArgument,
    #[command(flatten)]
    jobs: JobsArgument,
    #[command(flatten)]
    limit: LimitArgument,
    #[command(flatten)]
    tables: TableArguments,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

/// Writes the export.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = match &arguments.paths[..] {
        [folder] if Archive::exists_in(folder) && arguments.names.is_given() => bail!(
            "{}: an archive has its own list of names (`chancery rebuild {0} --names FILE` \
             replaces it)",
            folder.display()
        ),
        [folder] if Archive::exists_in(folder) => {
            if arguments.tables.has_metadata() {
                bail!("--metadata is for files (add them to the archive with it)");
            }
            // Check first: a wrong query or set must not leave a file.
            let archive = open_archive(folder)?;
            let wanted = wanted_documents(&archive, arguments)?;
            Some((archive, wanted))
        }
        _ if arguments.query.is_some() || arguments.set.is_some() => {
            bail!("{}: not an archive; --query and --set need one", first_path(arguments).display())
        }
        _ => {
            // Check first, for the same reason.
            arguments.tables.read_side_tables(arguments.limit.limit_in_bytes())?;
            None
        }
    };
    let unwritable = || write_failed_message(arguments.output.as_deref());
    let target = ExportTarget::for_format(arguments.format, arguments.output.as_deref())?;
    let mut exporter = target.start_export(arguments.format)?;
    let mut write = |annotated: &Annotated, source: &str| {
        exporter.write_document(annotated, source).with_context(unwritable)
    };
    let outcome = match archive {
        Some((archive, wanted)) => {
            export_archive(&archive, arguments, wanted.as_ref(), &mut write)?
        }
        None => export_files(arguments, &mut write)?,
    };
    exporter.finish_export().with_context(unwritable)?;
    Ok(outcome)
}

fn first_path(arguments: &Arguments) -> &Path {
    arguments.paths.first().map_or(Path::new(""), PathBuf::as_path)
}

fn export_archive(
    archive: &Archive,
    arguments: &Arguments,
    wanted: Option<&HashSet<DocumentNumber>>,
    write: &mut impl FnMut(&Annotated, &str) -> anyhow::Result<()>,
) -> anyhow::Result<CommandOutcome> {
    for number in archive.documents().numbers_by_id()? {
        if wanted.is_some_and(|wanted| !wanted.contains(&number)) {
            continue;
        }
        let (annotated, source) = match &arguments.set {
            None => exported_document(archive, number)?,
            Some(set) => match document_of_set(archive, set, number)? {
                Some(document) => document,
                None => continue,
            },
        };
        write(&annotated, &source)?;
    }
    Ok(CommandOutcome::Success)
}

/// A document with the mentions of an annotation set, if the set has it.
fn document_of_set(
    archive: &Archive,
    set: &str,
    number: DocumentNumber,
) -> anyhow::Result<Option<(Annotated, String)>> {
    let stored = archive.documents().stored(number)?;
    let mut annotated = stored.annotated;
    let Some(mentions) = archive.documents().mentions_in_set(set, &annotated.document.id)? else {
        return Ok(None);
    };
    annotated.mentions = mentions;
    annotated.entities = DocumentEntities::default();
    split_tokens_at_mentions(&mut annotated);
    Ok(Some((annotated, stored.paths.into_iter().next().unwrap_or_default())))
}

/// The numbers of the documents that match the query, if there is one. Fails if
/// the annotation set does not exist.
fn wanted_documents(
    archive: &Archive,
    arguments: &Arguments,
) -> anyhow::Result<Option<HashSet<DocumentNumber>>> {
    if let Some(set) = &arguments.set {
        check_set_exists(archive, set)?;
    }
    let Some(query) = &arguments.query else { return Ok(None) };
    let searcher = Searcher::open(archive)?;
    let request = SearchRequest { limit: usize::MAX, ..SearchRequest::new(parse_query(query)?) };
    let found = searcher.rank_matches(archive, &request)?;
    Ok(Some(found.ranked.into_iter().map(|(number, _)| number).collect()))
}

/// Annotates files in parallel and writes them in order.
fn export_files(
    arguments: &Arguments,
    write: &mut impl FnMut(&Annotated, &str) -> anyhow::Result<()>,
) -> anyhow::Result<CommandOutcome> {
    let user_list = arguments.names.load_name_list()?;
    let fresh = arguments.engine.load_engine()?;
    announce_stdin(&arguments.paths);
    let inputs = arguments.tables.collect_inputs(&arguments.paths);
    let bytes = inputs.iter().flatten().map(Input::size_in_bytes).sum();
    let mut progress =
        ProgressMeter::over_bytes(bytes, !arguments.quiet, arguments.output.is_some())
            .with_advice(arguments.engine.speed_advice());
    let opener = arguments.tables.opener(arguments.limit.limit_in_bytes(), &inputs)?;
    let mut outcome = CommandOutcome::Success;
    let ended = ordered::map_in_order(
        inputs,
        arguments.jobs.worker_count(),
        || fresh.clone(),
        |engine, input, emit| {
            let source = input.as_ref().map_or_else(|_| String::new(), Input::to_string);
            let size = input.as_ref().map_or(0, Input::size_in_bytes);
            let done = input.and_then(|input| {
                let limit = arguments.limit;
                let work =
                    |engine: &mut _| annotate_input(&input, &opener, engine, &user_list, limit);
                engine.run_catching_panics(&fresh, &source, work)
            });
            emit((size, done));
        },
        |(size, done)| {
            let (documents, errors) = done.unwrap_or_else(|failure| (Vec::new(), vec![failure]));
            for error in errors {
                progress.print_above(&format!("chancery: {error}"));
                outcome = CommandOutcome::SomeFailed;
            }
            progress.advance(size);
            match documents.iter().try_for_each(|(source, document)| write(document, source)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(error),
            }
        },
    );
    progress.finish();
    report_side_tables(&opener);
    report_programs(&opener.used_programs(), arguments.quiet);
    ended.break_value().map_or(Ok(()), Err)?;
    Ok(outcome)
}

/// The documents of an input, each with its path, and its errors.
type AnnotatedInput = (Vec<(String, Annotated)>, Vec<InputError>);

/// Reads an input and finds names and entities in its documents.
fn annotate_input(
    input: &Input,
    opener: &Opener,
    engine: &mut Engine,
    user_list: &UserList,
    limit: LimitArgument,
) -> Result<AnnotatedInput, InputError> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    opener.visit_documents(input, |input| limit.read_limited(input), &mut |opened| {
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => return errors.push(error),
        };
        let path = &opened.member.path;
        let failed = |problem| InputError::from_problem(path.clone(), problem);
        match engine.resolve_opened(&opened, ListChoice::FileAndUser(user_list)) {
            Ok((documents, problems)) => {
                found.extend(documents.map(|linked| (path.clone(), linked.annotated)));
                errors.extend(problems.into_iter().map(failed));
            }
            Err(problem) => errors.push(failed(problem)),
        }
    })?;
    Ok((found, errors))
}
