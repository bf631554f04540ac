//! `chancery entities`: lists the entities of files.
//!
//! One worker annotates and resolves a file. Of each document only the entities
//! and the counts of their names are kept. At the end, persons are linked across
//! documents, and each entity is printed once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Context;
use chancery_engine::inputs::{Input, collect};
use chancery_engine::{Engine, EngineKind, InputError, Lists, ordered, scope};
use chancery_model::{DocumentId, Entities, Label};
use chancery_resolve::{Archive, Resolved, Roster};
use clap::Args;
use serde_json::json;

use super::{Outcome, output, unwritable};
use crate::arguments::{
    EngineArguments, JobsArgument, LimitArgument, NamesArgument, announce_stdin, label,
};
use crate::progress::Progress;

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
    #[arg(long, value_name = "LABEL", value_parser = label)]
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
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

/// What a run keeps of a document.
struct Kept {
    document: DocumentId,
    entities: Entities,
    resolved: Resolved,
    /// The forms of each entity's name, with their counts.
    forms: Vec<BTreeMap<String, u32>>,
}

/// The result of one input.
struct Done {
    scope: String,
    documents: Vec<Kept>,
    remarks: Vec<InputError>,
    failed: bool,
}

impl Done {
    fn failed(failure: InputError) -> Self {
        let (scope, documents) = (String::new(), Vec::new());
        Self { scope, documents, remarks: vec![failure], failed: true }
    }
}

/// An entity across all documents.
#[derive(Default)]
struct Named {
    label: Option<Label>,
    name: String,
    same_as: Option<String>,
    reason: String,
    score: f32,
    documents: BTreeSet<(DocumentId, u32)>,
    forms: BTreeMap<String, u32>,
}

/// Prints the entities of the inputs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let own = arguments.names.load()?;
    let fresh = arguments.engine.load(EngineKind::Fast)?;
    announce_stdin(&arguments.paths);
    let inputs = collect(&arguments.paths);
    let bytes = inputs.iter().flatten().map(Input::size).sum();
    let mut progress = Progress::new(bytes, !arguments.quiet, true);
    let mut archive = Archive::default();
    let mut kept: Vec<(u32, Kept)> = Vec::new();
    let mut known = BTreeSet::new();
    let mut outcome = Outcome::Fine;
    let _ = ordered::map(
        inputs,
        arguments.jobs.count(),
        || fresh.clone(),
        |engine, input, give| {
            let size = input.as_ref().map_or(0, Input::size);
            let resolved = input.and_then(|input| {
                let work = |engine: &mut _| resolve(&input, engine, &own, arguments.limit);
                engine.run_guarded(&fresh, &input.to_string(), work)
            });
            give((size, resolved.unwrap_or_else(Done::failed)));
        },
        |(size, done)| {
            done.remarks.iter().for_each(|remark| progress.say(&format!("chancery: {remark}")));
            progress.advance(size);
            if done.failed {
                outcome = Outcome::SomeFailed;
            }
            for (number, document) in (0..).zip(done.documents) {
                let place = (document.document, number);
                if !known.insert(place) {
                    continue; // A copy of a document that was counted.
                }
                archive.add(place, &document.entities, &document.resolved, &done.scope);
                kept.push((number, document));
            }
            ControlFlow::<()>::Continue(())
        },
    );
    let named = gather(&archive, kept);
    progress.finish();
    let path = arguments.output.as_deref();
    let mut output = output(path)?;
    write(&mut output, named, arguments)
        .and_then(|()| output.flush())
        .with_context(|| unwritable(path))?;
    Ok(outcome)
}

fn resolve(
    input: &Input,
    engine: &mut Engine,
    own: &Roster,
    limit: LimitArgument,
) -> Result<Done, InputError> {
    let (source, raw) = (input.to_string(), limit.read(input)?);
    let (documents, problems) = engine
        .identify(&raw, &source, Lists::FileAndOwn(own))
        .map_err(|problem| InputError::from_problem(source.clone(), problem))?;
    let several = documents.len() > 1;
    let documents = documents.map(|document| {
        let annotated = document.annotated;
        let mut forms = vec![BTreeMap::new(); annotated.entities.entities.len()];
        for link in &annotated.entities.links {
            let span = annotated.mentions[link.mention as usize].span;
            let form =
                annotated.document.text[span].split_whitespace().collect::<Vec<_>>().join(" ");
            *forms[link.entity as usize].entry(form).or_default() += 1;
        }
        Kept {
            document: annotated.document.id,
            entities: annotated.entities,
            resolved: document.resolved,
            forms,
        }
    });
    Ok(Done {
        documents: documents.collect(),
        scope: if several { scope(&source) } else { String::new() },
        remarks: problems
            .into_iter()
            .map(|problem| InputError::from_problem(source.clone(), problem))
            .collect(),
        failed: false,
    })
}

/// Merges the entities of the documents by id. The name and reason of an entity
/// come from the document with the best score, whatever the order.
fn gather(archive: &Archive, kept: Vec<(u32, Kept)>) -> BTreeMap<String, Named> {
    let identities = archive.identities();
    let mut all: BTreeMap<String, Named> = BTreeMap::new();
    for (number, mut kept) in kept {
        let place = (kept.document, number);
        identities.apply(place, &mut kept.entities);
        for (entity, forms) in kept.entities.entities.into_iter().zip(kept.forms) {
            let named = all.entry(entity.id).or_default();
            let better = (entity.score, entity.name.len(), &entity.name, &entity.reason);
            let known = (named.score, named.name.len(), &named.name, &named.reason);
            if named.label.is_none() || better > known {
                named.label = Some(entity.label);
                (named.name, named.reason, named.score) =
                    (entity.name, entity.reason, entity.score);
            }
            named.same_as = named.same_as.take().max(entity.same_as);
            named.documents.insert(place);
            for (form, count) in forms {
                *named.forms.entry(form).or_default() += count;
            }
        }
    }
    all
}

fn write(
    out: &mut impl Write,
    named: BTreeMap<String, Named>,
    arguments: &Arguments,
) -> io::Result<()> {
    let wanted = |label: &Option<Label>| {
        arguments.label.is_empty() || label.is_some_and(|label| arguments.label.contains(&label))
    };
    let mut named: Vec<(String, Named)> =
        named.into_iter().filter(|(_, named)| wanted(&named.label)).collect();
    let mentions = |named: &Named| named.forms.values().sum::<u32>();
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
                "documents": documents, "score": score, "reason": entity.reason,
                "forms": entity.forms,
            });
            if let Some(same_as) = &entity.same_as {
                line["same_as"] = json!(same_as);
            }
            writeln!(out, "{line}")?;
        } else {
            let (name, reason) = (&entity.name, &entity.reason);
            writeln!(out, "{count:8} {documents:9}  {label:5} {name:36} {id:44} {reason}")?;
        }
    }
    Ok(())
}
