//! `chancery entities`: lists the entities of files.
//!
//! One worker annotates and resolves a file. Only the entities of each document
//! and the counts of their names are kept. At the end, persons are linked across
//! documents, and each entity is printed once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Context;
use chancery_engine::inputs::Input;
use chancery_engine::opening::{OpenedText, Opener};
use chancery_engine::{Engine, InputError, LanguageCounts, LinkedDocument, ListChoice, ordered};
use chancery_model::{DocumentEntities, DocumentId, Evidence, Label, evidence_sentence};
use chancery_resolve::{AuthorityList, CrossDocumentLinker, PersonsInDocument};
use clap::Args;
use serde_json::json;

use super::{CommandOutcome, open_output, write_failed_message};
use crate::arguments::{
    EngineArguments, JobsArgument, LimitArgument, NamesArgument, TableArguments, announce_stdin,
    parse_label, report_side_tables,
};
use crate::progress::ProgressMeter;
use crate::run_counts::languages_line;

const EXAMPLES: &str = "\
The prefix of an id is its list: pocom, people, visits, travels, gsh (Office of
the Historian), geonames, own (--names), or the volume. Ids with per, loc, org
and misc are made from the name.

Examples:
  chancery entities archive/
  chancery entities volume.xml --label PER
  chancery entities archive/ --json | jq 'select(.documents > 5)'
  chancery entities archive/ --names ours.csv";

/// List the persons, places and organisations in files
///
/// Finds the names in all documents, resolves which of them are the same
/// person, place or organisation, and prints each once, with its id and the
/// reason for it.
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

/// What a run keeps of a document.
struct KeptDocument {
    document: DocumentId,
    entities: DocumentEntities,
    persons: PersonsInDocument,
    /// The forms of each entity's name, with their counts.
    forms: Vec<BTreeMap<String, u32>>,
    /// The offices that refer to each entity, with their counts.
    offices: Vec<BTreeMap<String, u32>>,
}

/// The result of one input.
#[derive(Default)]
struct FileEntities {
    /// The documents, each with its number in its file.
    documents: Vec<(u32, KeptDocument)>,
    errors: Vec<InputError>,
    failed: bool,
    languages: LanguageCounts,
}

impl FileEntities {
    fn from_error(failure: InputError) -> Self {
        Self { errors: vec![failure], failed: true, ..Self::default() }
    }
}

/// An entity across all documents.
#[derive(Default)]
struct EntityTotals {
    label: Option<Label>,
    name: String,
    same_as: Option<String>,
    evidence: Vec<Evidence>,
    score: f32,
    documents: BTreeSet<(DocumentId, u32)>,
    forms: BTreeMap<String, u32>,
    offices: BTreeMap<String, u32>,
}

/// Prints the entities of the inputs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let user_list = arguments.names.load_name_list()?;
    let fresh = arguments.engine.load_engine()?;
    announce_stdin(&arguments.paths);
    let inputs = arguments.tables.collect_inputs(&arguments.paths);
    let bytes = inputs.iter().flatten().map(Input::size_in_bytes).sum();
    let mut progress = ProgressMeter::over_bytes(bytes, !arguments.quiet, true)
        .with_advice(arguments.engine.speed_advice());
    let opener = arguments.tables.opener(arguments.limit.limit_in_bytes(), &inputs)?;
    let mut linker = CrossDocumentLinker::default();
    let mut kept: Vec<(u32, KeptDocument)> = Vec::new();
    let mut seen = BTreeSet::new();
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
            for (number, mut document) in done.documents {
                let document_key = (document.document, number);
                if !seen.insert(document_key) {
                    continue; // A copy of a document that was counted.
                }
                linker.add_document(document_key, std::mem::take(&mut document.persons));
                kept.push((number, document));
            }
            ControlFlow::<()>::Continue(())
        },
    );
    let named = merge_by_id(&linker, kept);
    progress.finish();
    report_side_tables(&opener);
    let path = arguments.output.as_deref();
    let mut output = open_output(path)?;
    write_entities(&mut output, named, arguments)
        .and_then(|()| output.flush())
        .with_context(|| write_failed_message(path))?;
    if !arguments.quiet
        && let Some(line) = languages_line(&languages)
    {
        eprintln!("{line}");
    }
    Ok(outcome)
}

fn resolve_input(
    input: &Input,
    opener: &Opener,
    engine: &mut Engine,
    user_list: &AuthorityList,
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
    user_list: &AuthorityList,
    found: &mut FileEntities,
) -> Result<(), InputError> {
    let failed = |problem| InputError::from_problem(opened.member.path.clone(), problem);
    let lists = ListChoice::FileAndUser(user_list);
    let (documents, problems) = engine.resolve_opened(opened, lists).map_err(failed)?;
    found.documents.extend((0..).zip(documents).map(|(number, document)| {
        let LinkedDocument { annotated, persons } = document;
        found.languages.count(annotated.words.language, 1);
        let mut forms = vec![BTreeMap::new(); annotated.entities.entities.len()];
        for link in &annotated.entities.links {
            let span = annotated.mentions[link.mention as usize].span;
            let form =
                annotated.document.text[span].split_whitespace().collect::<Vec<_>>().join(" ");
            *forms[link.entity as usize].entry(form).or_default() += 1;
        }
        let mut offices = vec![BTreeMap::new(); annotated.entities.entities.len()];
        for office in &annotated.entities.offices {
            if let Some(holder) = office.entity {
                *offices[holder as usize].entry(office.office.clone()).or_default() += 1;
            }
        }
        let kept = KeptDocument {
            document: annotated.document.id,
            entities: annotated.entities,
            persons,
            forms,
            offices,
        };
        (number, kept)
    }));
    found.errors.extend(problems.into_iter().map(failed));
    Ok(())
}

/// Merges the entities of the documents by id. The name and reason of an entity
/// come from the document with the best score, whatever the order.
fn merge_by_id(
    linker: &CrossDocumentLinker,
    kept: Vec<(u32, KeptDocument)>,
) -> BTreeMap<String, EntityTotals> {
    let identities = linker.resolve_identities();
    let mut all: BTreeMap<String, EntityTotals> = BTreeMap::new();
    for (number, mut kept) in kept {
        let document_key = (kept.document, number);
        identities.apply_to_entities(document_key, &mut kept.entities);
        let names = kept.forms.into_iter().zip(kept.offices);
        for (entity, (forms, offices)) in kept.entities.entities.into_iter().zip(names) {
            let totals = all.entry(entity.id).or_default();
            let candidate = (entity.score, entity.name.len(), &entity.name, &entity.evidence);
            let current = (totals.score, totals.name.len(), &totals.name, &totals.evidence);
            if totals.label.is_none() || candidate > current {
                totals.label = Some(entity.label);
                (totals.name, totals.evidence, totals.score) =
                    (entity.name, entity.evidence, entity.score);
            }
            totals.same_as = totals.same_as.take().max(entity.same_as);
            totals.documents.insert(document_key);
            for (form, count) in forms {
                *totals.forms.entry(form).or_default() += count;
            }
            for (office, count) in offices {
                *totals.offices.entry(office).or_default() += count;
            }
        }
    }
    all
}

fn write_entities(
    out: &mut impl Write,
    named: BTreeMap<String, EntityTotals>,
    arguments: &Arguments,
) -> io::Result<()> {
    let wanted = |label: &Option<Label>| {
        arguments.label.is_empty() || label.is_some_and(|label| arguments.label.contains(&label))
    };
    let mut named: Vec<(String, EntityTotals)> =
        named.into_iter().filter(|(_, named)| wanted(&named.label)).collect();
    let mentions = |named: &EntityTotals| named.forms.values().sum::<u32>();
    named.sort_by(|(a, x), (b, y)| mentions(y).cmp(&mentions(x)).then_with(|| a.cmp(b)));
    if !arguments.json {
        writeln!(
            out,
            "{:>8} {:>9}  {:5} {:36} {:44} reason",
            "mentions", "documents", "label", "name", "id"
        )?;
    }
    for (id, entity) in &named {
        let label = entity.label.map_or("", Label::as_str);
        let (count, documents) = (mentions(entity), entity.documents.len());
        if arguments.json {
            let score = f64::from((entity.score * 1e4).round()) / 1e4;
            let mut line = json!({
                "id": id, "label": label, "name": entity.name, "mentions": count,
                "documents": documents, "score": score, "reason": evidence_sentence(&entity.evidence),
                "forms": entity.forms,
            });
            if let Some(same_as) = &entity.same_as {
                line["same_as"] = json!(same_as);
            }
            if !entity.offices.is_empty() {
                line["offices"] = json!(entity.offices);
            }
            writeln!(out, "{line}")?;
        } else {
            let (name, reason) = (&entity.name, evidence_sentence(&entity.evidence));
            writeln!(out, "{count:8} {documents:9}  {label:5} {name:36} {id:44} {reason}")?;
        }
    }
    Ok(())
}
