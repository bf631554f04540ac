//! `chancery export`: writes an archive, a part of it, or annotated files in any
//! format.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chancery_engine::inputs::{Input, collect};
use chancery_engine::{Engine, EngineKind, InputError, Lists, ordered};
use chancery_formats::{Format, split_tokens_at_mentions};
use chancery_model::{Annotated, Entities};
use chancery_resolve::Roster;
use chancery_store::{Archive, Request, Searcher, parse_query};
use clap::Args;

use super::{Outcome, unwritable};
use crate::annotation_sets::check_set;
use crate::arguments::{
    EngineArguments, JobsArgument, LimitArgument, NamesArgument, announce_stdin,
};
use crate::formats::among;
use crate::progress::Progress;
use crate::target::Target;

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
    #[arg(short, long, value_parser = among(Format::ALL), default_value = "jsonl")]
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
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

/// Writes the export.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let archive = match &arguments.paths[..] {
        [folder] if Archive::is_in(folder) => {
            // Check first: a wrong query or set must not leave a file.
            let archive = Archive::open(folder)?;
            let wanted = wanted(&archive, arguments)?;
            Some((archive, wanted))
        }
        _ if arguments.query.is_some() || arguments.set.is_some() => {
            bail!("{}: not an archive; --query and --set need one", first(arguments).display())
        }
        _ => None,
    };
    let unwritable = || unwritable(arguments.output.as_deref());
    let target = Target::of(arguments.format, arguments.output.as_deref())?;
    let mut exporter = target.begin(arguments.format)?;
    let mut write = |annotated: &Annotated, source: &str| {
        exporter.write(annotated, source).with_context(unwritable)
    };
    let outcome = match archive {
        Some((archive, wanted)) => from_archive(&archive, arguments, wanted.as_ref(), &mut write)?,
        None => from_files(arguments, &mut write)?,
    };
    exporter.finish().with_context(unwritable)?;
    Ok(outcome)
}

fn first(arguments: &Arguments) -> &Path {
    arguments.paths.first().map_or(Path::new(""), PathBuf::as_path)
}

fn from_archive(
    archive: &Archive,
    arguments: &Arguments,
    wanted: Option<&HashSet<i64>>,
    write: &mut impl FnMut(&Annotated, &str) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    for number in archive.by_id()? {
        if wanted.is_some_and(|wanted| !wanted.contains(&number)) {
            continue;
        }
        let mut held = archive.held(number)?;
        match &arguments.set {
            None => held.annotated.entities = archive.entities_of(&held)?,
            Some(set) => {
                let Some(given) = archive.given(set, &held.annotated.document.id)? else {
                    continue;
                };
                held.annotated.mentions = given;
                held.annotated.entities = Entities::default();
            }
        }
        split_tokens_at_mentions(&mut held.annotated);
        let source = held.paths.first().map_or("", String::as_str);
        write(&held.annotated, source)?;
    }
    Ok(Outcome::Fine)
}

/// The numbers of the documents that match the query, if there is one. Fails if
/// the annotation set does not exist.
fn wanted(archive: &Archive, arguments: &Arguments) -> anyhow::Result<Option<HashSet<i64>>> {
    if let Some(set) = &arguments.set {
        check_set(archive, set)?;
    }
    let Some(query) = &arguments.query else { return Ok(None) };
    let searcher = Searcher::open(archive)?;
    let request = Request { limit: usize::MAX, ..Request::new(parse_query(query)?) };
    let found = searcher.numbers(archive, &request)?;
    Ok(Some(found.numbers.into_iter().map(|(number, _)| number).collect()))
}

/// Annotates files in parallel and writes them in order.
fn from_files(
    arguments: &Arguments,
    write: &mut impl FnMut(&Annotated, &str) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    let own = arguments.names.load()?;
    let fresh = arguments.engine.load(EngineKind::Accurate)?;
    announce_stdin(&arguments.paths);
    let inputs = collect(&arguments.paths);
    let bytes = inputs.iter().flatten().map(Input::size).sum();
    let mut progress = Progress::new(bytes, !arguments.quiet, arguments.output.is_some());
    let mut outcome = Outcome::Fine;
    let ended = ordered::map(
        inputs,
        arguments.jobs.count(),
        || fresh.clone(),
        |engine, input, give| {
            let source = input.as_ref().map_or_else(|_| String::new(), Input::to_string);
            let size = input.as_ref().map_or(0, Input::size);
            let done = input.and_then(|input| {
                let work = |engine: &mut _| annotate(&input, engine, &own, arguments.limit);
                engine.run_guarded(&fresh, &source, work)
            });
            give((source, size, done));
        },
        |(source, size, done)| {
            let (documents, remarks) = done.unwrap_or_else(|failure| (Vec::new(), vec![failure]));
            for remark in remarks {
                progress.say(&format!("chancery: {remark}"));
                outcome = Outcome::SomeFailed;
            }
            progress.advance(size);
            match documents.iter().try_for_each(|document| write(document, &source)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(error),
            }
        },
    );
    progress.finish();
    ended.break_value().map_or(Ok(()), Err)?;
    Ok(outcome)
}

/// Reads a file; returns its documents with names and entities, and its errors.
fn annotate(
    input: &Input,
    engine: &mut Engine,
    own: &Roster,
    limit: LimitArgument,
) -> Result<(Vec<Annotated>, Vec<InputError>), InputError> {
    let source = input.to_string();
    let failure = |problem| InputError::from_problem(source.clone(), problem);
    let raw = limit.read(input)?;
    let (documents, problems) =
        engine.identify(&raw, &source, Lists::FileAndOwn(own)).map_err(failure)?;
    let documents = documents.map(|identified| identified.annotated).collect();
    Ok((documents, problems.into_iter().map(failure).collect()))
}
