//! `chancery entities`: lists the entities of files.
//!
//! One worker annotates and resolves a file. Only the entities of each document
//! and the counts of their names are kept. At the end, persons are linked across
//! documents, and each entity is printed once.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Context;
use chancery_engine::inputs::Input;
use chancery_engine::joined_entities::{EntitiesOfDocument, EntityCollector, JoinedEntity};
use chancery_engine::opening::{OpenedText, Opener};
use chancery_engine::{Engine, InputError, LanguageCounts, ListChoice, UserList, ordered};
use chancery_model::{Certainty, Label};
use clap::Args;

use super::{CommandOutcome, OutputReader, open_output, write_failed_message};
use crate::archive_access::refuse_archives;
use crate::arguments::{
    EngineArguments, JobsArgument, LimitArgument, NamesArgument, TableArguments, announce_stdin,
    parse_label, report_side_tables,
};
use crate::progress::ProgressMeter;
use crate::run_counts::{report_languages, report_programs};

const EXAMPLES: &str = "\
The prefix of an id says which list it is from: pocom, people, visits, travels, gsh
(Office of the Historian), geonames, own (--names), or the volume. Ids with per,
loc, org and misc are made from the name: no list has the entity.

Examples:
  chancery entities cables/
  chancery entities volume.xml --label PER
  chancery entities cables/ --json | jq 'select(.documents > 5)'
  chancery entities cables/ --names ours.csv";

/// List the persons, places and organisations in files
///
/// Finds the names in all documents, resolves which of them are the same
/// person, place or organisation, and prints each once, with its id, its certainty
/// (sure, likely or possible) and the reason for it.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Files, folders (with all files below them) or "-" for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Print JSON lines: one object per entity
    #[arg(long)]
    json: bool,
    /// Only entities with this label: PER, LOC, ORG or MISC
    #[arg(long, value_name = "LABEL", value_parser = parse_label)]
    label: Vec<Label>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    names: NamesArgument,
    #[command(flatten)]
    jobs: JobsArgument,
    #[command(flatten)]
    engine: EngineArguments,
    #[command(flatten)]
    limit: LimitArgument,
    #[command(flatten)]
    tables: TableArguments,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

/// The result of one input.
#[derive(Default)]
struct FileEntities {
    /// The documents, each with its number in its file.
    documents: Vec<(u32, EntitiesOfDocument)>,
    errors: Vec<InputError>,
    failed: bool,
    languages: LanguageCounts,
}

impl FileEntities {
    fn from_error(failure: InputError) -> Self {
        Self { errors: vec![failure], failed: true, ..Self::default() }
    }
}

/// Prints the entities of the inputs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    refuse_archives(
        &arguments.paths,
        "`chancery people ARCHIVE`, `places` and `orgs` list its entities",
    )?;
    let user_list = arguments.names.load_name_list()?;
    let fresh = arguments.engine.load_engine()?;
    announce_stdin(&arguments.paths);
    let inputs = arguments.tables.collect_inputs(&arguments.paths);
    let bytes = inputs.iter().flatten().map(Input::size_in_bytes).sum();
    let mut progress = ProgressMeter::over_bytes(bytes, !arguments.quiet, true)
        .with_advice(arguments.engine.speed_advice());
    let opener = arguments.tables.opener(arguments.limit.limit_in_bytes(), &inputs)?;
    let mut collector = EntityCollector::default();
    let mut outcome = CommandOutcome::Success;
    let mut languages = LanguageCounts::default();
    let _ = ordered::map_in_order(
        inputs,
        arguments.jobs.worker_count(),
        || fresh.clone(),
        |engine, input, emit| {
            let size = input.as_ref().map_or(0, Input::size_in_bytes);
            let resolved = input.and_then(|input| {
                let limit = arguments.limit;
                let work =
                    |engine: &mut _| resolve_input(&input, &opener, engine, &user_list, limit);
                engine.run_catching_panics(&fresh, &input.to_string(), work)
            });
            emit((size, resolved.unwrap_or_else(FileEntities::from_error)));
        },
        |(size, done)| {
            done.errors
                .iter()
                .for_each(|error| progress.print_above(&format!("chancery: {error}")));
            progress.advance(size);
            languages.add(&done.languages);
            if done.failed {
                outcome = CommandOutcome::SomeFailed;
            }
            for (number, document) in done.documents {
                collector.add_document(number, document);
            }
            ControlFlow::<()>::Continue(())
        },
    );
    let entities = collector.join();
    progress.finish();
    report_side_tables(&opener);
    let path = arguments.output.as_deref();
    let mut output = open_output(path, OutputReader::of_data(arguments.json))?;
    write_entities(&mut output, entities, arguments)
        .and_then(|()| output.flush())
        .with_context(|| write_failed_message(path))?;
    report_languages(&languages, arguments.quiet);
    report_programs(&opener.used_programs(), arguments.quiet);
    Ok(outcome)
}

fn resolve_input(
    input: &Input,
    opener: &Opener,
    engine: &mut Engine,
    user_list: &UserList,
    limit: LimitArgument,
) -> Result<FileEntities, InputError> {
    let mut found = FileEntities::default();
    opener.visit_documents(input, |input| limit.read_limited(input), &mut |opened| {
        let resolved =
            opened.and_then(|opened| resolve_member(&opened, engine, user_list, &mut found));
        if let Err(error) = resolved {
            found.errors.push(error);
            found.failed = true;
        }
    })?;
    Ok(found)
}

/// Finds the entities of a file or a row.
fn resolve_member(
    opened: &OpenedText,
    engine: &mut Engine,
    user_list: &UserList,
    found: &mut FileEntities,
) -> Result<(), InputError> {
    let failed = |problem| InputError::from_problem(opened.member.path.clone(), problem);
    let lists = ListChoice::FileAndUser(user_list);
    let (documents, problems) = engine.resolve_opened(opened, lists).map_err(failed)?;
    for (number, linked) in (0..).zip(documents) {
        found.languages.count(linked.annotated.words.language, 1);
        found.documents.push((number, linked.into()));
    }
    found.errors.extend(problems.into_iter().map(failed));
    Ok(())
}

fn write_entities(
    out: &mut impl Write,
    mut entities: Vec<JoinedEntity>,
    arguments: &Arguments,
) -> io::Result<()> {
    entities.retain(|entity| {
        arguments.label.is_empty()
            || entity.label.is_some_and(|label| arguments.label.contains(&label))
    });
    if arguments.json {
        return entities.iter().try_for_each(|entity| writeln!(out, "{}", entity.to_json()));
    }
    writeln!(
        out,
        "{:>8} {:>9}  {:5} {:36} {:44} {:9} reason",
        "mentions", "documents", "label", "name", "id", "certainty"
    )?;
    for entity in &entities {
        let label = entity.label.map_or("", Label::as_str);
        let (count, documents) = (entity.count_mentions(), entity.documents);
        let certainty = entity.certainty().map_or("", Certainty::as_str);
        let JoinedEntity { id, name, .. } = entity;
        let reason = entity.reason();
        writeln!(
            out,
            "{count:8} {documents:9}  {label:5} {name:36} {id:44} {certainty:9} {reason}"
        )?;
    }
    Ok(())
}
