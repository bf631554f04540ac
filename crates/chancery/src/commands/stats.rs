//! `chancery stats`: counts the contents of an archive.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;
use chancery_ingest::{StoredLines, stored_user_list};
use chancery_model::Label;
use chancery_store::{Archive, EntityFrequency, is_surname_group, shown_name};
use clap::Args;
use serde_json::json;

use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::open_archive;
use crate::arguments::parse_label;
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Examples:
  chancery stats archive
  chancery stats archive --named huddleston       list entities with this name
  chancery stats archive --with n-1f0a33c2d4e5    list entities named together

`chancery holes` lists missing serials.";

/// Count the contents of an archive
///
/// Prints the documents by year, post and classification, and the most frequent
/// entities.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// List the entities in the same documents as the entity with this id
    #[arg(long, value_name = "ENTITY", group = "question")]
    with: Option<String>,
    /// With --with: count near-duplicates as one document
    #[arg(long, requires = "with")]
    copies_once: bool,
    /// List entities with this name, and their ids
    #[arg(long, value_name = "NAME", group = "question")]
    named: Option<String>,
    /// Only entities with this label: PER, LOC, ORG or MISC
    #[arg(long, value_name = "LABEL", value_parser = parse_label)]
    label: Option<Label>,
    /// Show at most N lines of a list
    #[arg(short, long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the counts or a list.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(&arguments.archive)?;
    let mut out = io::BufWriter::new(standard_output(OutputReader::of_data(arguments.json)));
    if let Some(id) = &arguments.with {
        let Arguments { label, limit, copies_once, .. } = arguments;
        let rows = archive.entities().co_occurring(id, *label, *limit, *copies_once)?;
        write_entities(&mut out, &rows, arguments.json)?;
    } else if let Some(name) = &arguments.named {
        let mut rows = archive.entities().named(name)?;
        rows.retain(|row| arguments.label.is_none_or(|label| label == row.label));
        if rows.is_empty() {
            bail!("{name}: no entity of this name (`chancery stats` lists the most frequent)");
        }
        rows.truncate(arguments.limit);
        write_entities(&mut out, &rows, arguments.json)?;
    } else {
        write_statistics(&mut out, &archive, arguments)?;
    }
    out.flush()?;
    Ok(CommandOutcome::Success)
}

fn write_statistics(
    out: &mut impl Write,
    archive: &Archive,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let stats = archive.archive_stats()?;
    let entities = archive.entities().most_frequent(arguments.label, arguments.limit)?;
    if arguments.json {
        let object = |pairs: &[(String, i64)]| -> serde_json::Map<String, serde_json::Value> {
            pairs.iter().map(|(name, count)| (name.clone(), json!(count))).collect()
        };
        let all = json!({
            "documents": stats.documents,
            "words": stats.words,
            "files": stats.files,
            "near_duplicates": stats.near_duplicates,
            "problems": stats.problems,
            "statements": stats.statements,
            "acts": stats.acts,
            "years": object(&stats.years),
            "posts": object(&stats.posts),
            "classifications": object(&stats.classifications),
            "names": user_list_to_json(archive)?,
            "learned_lines": learned_lines_to_json(&StoredLines::load(archive)?),
            "entities": entities.iter().map(entity_to_json).collect::<Vec<_>>(),
        });
        writeln!(out, "{all}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{} of {} in {}; {}; {}",
        format_count(stats.documents as u64, "document"),
        format_count(stats.words as u64, "word"),
        format_count(stats.files as u64, "file"),
        format_count(stats.near_duplicates as u64, "near-duplicate"),
        format_count(stats.problems as u64, "problem"),
    )?;
    if stats.statements + stats.acts > 0 {
        let statements = format_count(stats.statements as u64, "statement");
        writeln!(out, "{statements}, {}", format_count(stats.acts as u64, "act"))?;
    }
    write_user_list(out, archive)?;
    write_learned_lines(out, &StoredLines::load(archive)?)?;
    let lists = [
        ("years", &stats.years),
        ("posts", &stats.posts),
        ("classifications", &stats.classifications),
    ];
    for (name, pairs) in lists {
        let limit = if name == "posts" { arguments.limit } else { usize::MAX };
        writeln!(out, "\n{name}")?;
        for (value, count) in pairs.iter().take(limit) {
            let value = if value.is_empty() { "(none)" } else { value };
            writeln!(out, "{count:>8}  {}", value.replace('_', " "))?;
        }
        if pairs.len() > limit {
            writeln!(out, "          and {} more", pairs.len() - limit)?;
        }
    }
    writeln!(out, "\nentities: documents, mentions")?;
    write_entities(out, &entities, false)?;
    Ok(())
}

/// The user's list of names that the archive keeps, or null.
fn user_list_to_json(archive: &Archive) -> anyhow::Result<serde_json::Value> {
    let Some(stored) = archive.user_list()? else { return Ok(serde_json::Value::Null) };
    let list = stored_user_list(archive)?;
    Ok(json!({"file": stored.file, "persons": list.count_persons(), "others": list.count_others(),
        "mentioned": archive.count_own_entities()?,
        "outdated": archive.documents().resolved_with_other_list()?.len()}))
}

/// Writes which list of names the archive keeps, if any.
fn write_user_list(out: &mut impl Write, archive: &Archive) -> anyhow::Result<()> {
    if let Some(stored) = archive.user_list()? {
        let list = stored_user_list(archive)?;
        writeln!(
            out,
            "your names: {}, {}, {}; {} mentioned",
            stored.file,
            format_count(list.count_persons() as u64, "person"),
            format_count(list.count_others() as u64, "other"),
            archive.count_own_entities()?,
        )?;
    }
    let outdated = archive.documents().resolved_with_other_list()?.len();
    if outdated > 0 {
        writeln!(
            out,
            "{} linked with an earlier list (the next `chancery add` links them again)",
            format_count(outdated as u64, "document")
        )?;
    }
    Ok(())
}

/// The page lines that the archive has learnt, or null if it learns none.
fn learned_lines_to_json(stored: &StoredLines) -> serde_json::Value {
    if stored.is_off() {
        return serde_json::Value::Null;
    }
    let lines = stored.lines().map(|(path, line)| {
        json!({"folder": path, "line": line.example, "documents": line.documents,
            "compared": line.compared})
    });
    lines.collect()
}

/// Writes the page lines that the archive has learnt, by folder.
fn write_learned_lines(out: &mut impl Write, stored: &StoredLines) -> io::Result<()> {
    if stored.is_off() {
        return writeln!(
            out,
            "page lines are not learnt (`chancery rebuild --learned-lines` learns them)"
        );
    }
    let mut last = None;
    for (path, line) in stored.lines() {
        if last != Some(path) {
            let place = if path.is_empty() { "all documents" } else { path };
            writeln!(out, "\npage lines of {place}, without names: documents, of those compared")?;
            last = Some(path);
        }
        writeln!(out, "{:>8} {:>8}  {}", line.documents, line.compared, line.example)?;
    }
    Ok(())
}

fn entity_to_json(row: &EntityFrequency) -> serde_json::Value {
    json!({"id": row.id, "label": row.label, "name": row.name, "documents": row.documents,
        "mentions": row.mentions, "surname_only": is_surname_group(&row.id)})
}

fn write_entities(
    out: &mut impl Write,
    rows: &[EntityFrequency],
    as_lines: bool,
) -> io::Result<()> {
    for row in rows {
        if as_lines {
            writeln!(out, "{}", entity_to_json(row))?;
        } else {
            let EntityFrequency { id, label, name, documents, mentions } = row;
            let name = shown_name(id, *label, name);
            writeln!(out, "{documents:>8} {mentions:>8}  {label:<4}  {id}  {name}")?;
        }
    }
    Ok(())
}
