//! `chancery export`: an archive, a part of it, or annotated files, in any
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

Formats of several files (standoff, brat; conll and ftm with their offsets) go
to a folder; standard output takes conll and ftm without offsets. Offsets count
Unicode code points. docs/FORMATS.md shows each format and what it cannot carry.";

/// Write an archive in any format
///
/// Documents come in the order of their ids: the same bytes for the same
/// content, however and in how many runs it was added. Names and entities are
/// what people decided, where they did. Where PATH is no archive but files,
/// their names are marked first, and documents come in the order of the files.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of an archive; or files and folders, to be annotated
    #[arg(value_name = "ARCHIVE|PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How to write
    #[arg(short, long, value_parser = among(Format::ALL), default_value = "jsonl")]
    format: Format,
    /// Write here and not to standard output; a folder for what is several files
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Only the documents that answer this query (see `chancery search --help`)
    #[arg(long)]
    query: Option<String>,
    /// The names that this imported set gives, and only its documents
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
    /// No progress
    #[arg(short, long)]
    quiet: bool,
}

/// Writes what the arguments name.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let archive = match &arguments.paths[..] {
        [folder] if Archive::is_in(folder) => {
            // Asked before anything is written: a wrong question leaves no file.
            let archive = Archive::open(folder)?;
            let wanted = wanted(&archive, arguments)?;
            Some((archive, wanted))
        }
        _ if arguments.query.is_some() || arguments.set.is_some() => {
            bail!("--query and --set need an archive, and {} is none", first(arguments).display())
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

/// The numbers of the documents that the query asks for, if there is one.
/// Fails, too, when there is no such set of names.
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

/// Annotates files on all cores and writes them in their order.
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

/// The documents of a file with names and entities, and what of the file could
/// not be read.
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
