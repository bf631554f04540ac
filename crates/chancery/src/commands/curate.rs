//! `chancery curate`: decisions of users, as commands.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chancery_engine::InputError;
use chancery_engine::inputs::read_utf8_file;
use chancery_model::Label;
use chancery_store::{
    Archive, ArchiveWriter, CurationRequest, DecisionNumber, HighlightColor, LogEntry, MentionRef,
    MentionScope, MergePreview, MergeSide, StoreError,
};
use chancery_views::decisions::decision_in_words;
use chancery_views::formatting::question_in_words;
use chancery_views::passages::nth_occurrence;
use clap::{Args, Subcommand};

use super::{CommandOutcome, OutputReader, standard_output};
use crate::archive_access::{open_archive, open_existing};
use crate::arguments::parse_label;
use crate::run_counts::format_count;

const EXAMPLES: &str = "\
Give entities by id (`chancery people ARCHIVE` lists ids), and documents by cable
id or the beginning of their id. Give passages by their words and the number of
the occurrence (1 is the first), or by two offsets in code points of the reading
text, as every JSON output has them.

Examples:
  chancery curate archive --reason 'same man' merge n-1f0a33c2d4e5 n-77c2aa01b2c3
  chancery curate archive merge --preview n-1f0a33c2d4e5 n-77c2aa01b2c3
  chancery curate archive questions
  chancery curate archive answer 5 yes
  chancery curate archive add 09ALGIERS948 'Ama Osei' 1 PER
  chancery curate archive reject 9f86d081 120 128
  chancery curate archive highlight 09ALGIERS948 'paid in cash' 1 'by whom?'
  chancery curate archive keyword 09ALGIERS948 'to read'
  chancery curate archive speaker 09ALGIERS948 told 1 n-77c2aa01b2c3
  chancery curate archive no-statement 09ALGIERS948 believes 2
  chancery curate archive undo 12
  chancery curate archive export decisions.jsonl";

/// Correct what the program found
///
/// Every decision is kept in an append-only log. It takes precedence over the
/// results of the engine, now and after every re-ingest.
///
/// A merge, a rename and a link act on the documents that are in the archive
/// now. A document that is added later and has the same name raises a question;
/// `questions` lists these. --also-future includes later documents.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive
    archive: PathBuf,
    /// Author recorded in the log [default: the user's name]
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Reason recorded in the log
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[command(subcommand)]
    action: CurateCommand,
}

#[derive(Subcommand)]
enum CurateCommand {
    #[command(flatten)]
    Decide(DecisionCommand),
    /// Print the log as JSON lines
    Log,
    /// List the decisions that cannot be applied
    Conflicts,
    /// List the questions that later documents raise
    Questions {
        /// Print JSON lines
        #[arg(long)]
        json: bool,
    },
    /// Write the log to a file of JSON lines
    Export {
        /// The file
        file: PathBuf,
    },
    /// Append the decisions of an exported file that the log does not have
    Import {
        /// The file
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum DecisionCommand {
    /// Merge two entities into one: the richer one remains
    Merge {
        /// An entity, or a surname that nothing decided (its id ends with @*)
        from: String,
        /// The other
        into: String,
        /// Include documents that are added later
        #[arg(long)]
        also_future: bool,
        /// Show what would be merged, and change nothing
        #[arg(long)]
        preview: bool,
    },
    /// Answer a question: do later documents mean the same entity?
    Answer {
        /// The number of the question
        question: i64,
        /// yes or no
        #[arg(value_parser = ["yes", "no"])]
        answer: String,
    },
    /// Keep two entities apart, even if their names are alike
    Apart {
        /// One of them
        entity: String,
        /// The other
        from: String,
    },
    /// Move the mentions of an entity in these documents to a new entity
    Split {
        /// The entity
        entity: String,
        /// The name of the new entity
        name: String,
        /// The documents whose mentions are moved
        #[arg(required = true)]
        documents: Vec<String>,
    },
    /// Create an entity that the program does not know; prints its id
    Create {
        /// PER, LOC, ORG or MISC
        #[arg(value_parser = parse_label)]
        label: Label,
        /// Its name
        name: String,
    },
    /// Change the name of an entity
    Rename {
        /// The entity
        entity: String,
        /// Its new name
        name: String,
        /// Include documents that are added later
        #[arg(long)]
        also_future: bool,
    },
    /// Change the label of an entity
    Retype {
        /// The entity
        entity: String,
        /// PER, LOC, ORG or MISC
        #[arg(value_parser = parse_label)]
        label: Label,
    },
    /// Link a mention to an entity
    Link {
        #[command(flatten)]
        at: MentionArguments,
        #[command(flatten)]
        scope: ScopeArgument,
        /// The entity
        entity: String,
        /// Link all mentions of this name, also in documents that are added later
        #[arg(long)]
        also_future: bool,
    },
    /// Reject a mention: it is not a name
    Reject {
        #[command(flatten)]
        at: MentionArguments,
        #[command(flatten)]
        scope: ScopeArgument,
    },
    /// Add a mention that the program did not find
    Add {
        #[command(flatten)]
        at: MentionArguments,
        #[command(flatten)]
        scope: ScopeArgument,
        /// PER, LOC, ORG or MISC
        #[arg(value_parser = parse_label)]
        label: Label,
        /// Its entity; `create` makes one that the program does not know
        entity: Option<String>,
    },
    /// Add a keyword to a document or entity
    Keyword {
        /// The document or entity
        on: String,
        /// The keyword
        words: String,
    },
    /// Add a note to a document or entity
    Note {
        /// The document or entity
        on: String,
        /// The text of the note
        words: String,
    },
    /// Correct the speaker of a statement, given by its cue, such as "told"
    Speaker {
        #[command(flatten)]
        at: MentionArguments,
        /// The entity that speaks
        entity: String,
    },
    /// Reject a statement, given by its cue, such as "told"
    NoStatement {
        #[command(flatten)]
        at: MentionArguments,
    },
    /// Highlight a passage, with or without a note
    Highlight {
        #[command(flatten)]
        at: MentionArguments,
        /// The text of the note
        #[arg(default_value = "", hide_default_value = true)]
        words: String,
        /// A keyword
        #[arg(long, value_name = "KEYWORD")]
        keyword: Option<String>,
        /// The colour
        #[arg(long, value_parser = HighlightColor::ALL.map(HighlightColor::as_str), default_value = "yellow")]
        color: String,
    },
    /// Undo a decision
    Undo {
        /// Its number
        decision: i64,
    },
}

#[derive(Args)]
struct MentionArguments {
    /// The document
    document: String,
    /// The words as the text has them; or their first code point
    #[arg(value_name = "WORDS|START")]
    start: String,
    /// Which occurrence of the words, from 1; or one past their last code point
    #[arg(value_name = "NTH|END")]
    end: u32,
}

impl MentionArguments {
    fn to_mention_ref(&self, archive: &Path) -> anyhow::Result<MentionRef> {
        let Self { document, start, end } = self;
        if let Ok(start) = start.parse() {
            return Ok(MentionRef { document: document.clone(), start, end: *end });
        }
        Ok(nth_occurrence(&open_archive(archive)?, document, start, *end as usize)?)
    }
}

#[derive(Args)]
struct ScopeArgument {
    /// Which mentions of the name: this one, all in the document, also those at the same
    /// words of near-duplicates, or all in the archive without a decision
    #[arg(long, value_name = "SCOPE", default_value = "mention",
        value_parser = ["mention", "document", "copies", "archive"])]
    scope: String,
}

impl ScopeArgument {
    fn to_scope(&self) -> MentionScope {
        match self.scope.as_str() {
            "document" => MentionScope::Document,
            "copies" => MentionScope::Copies,
            "archive" => MentionScope::Archive,
            _ => MentionScope::Mention,
        }
    }
}

impl DecisionCommand {
    /// The request. Words are looked up in the text of their document.
    fn to_request(&self, archive: &Path) -> anyhow::Result<CurationRequest> {
        use CurationRequest as To;
        Ok(match self {
            Self::Merge { from, into, also_future, preview: _ } => {
                let (from, into) = (from.clone(), into.clone());
                To::Merge { from, into, also_future: *also_future }
            }
            Self::Answer { question, answer } => {
                To::Answer { question: DecisionNumber(*question), same: answer == "yes" }
            }
            Self::Apart { entity, from } => {
                To::Apart { entity: entity.clone(), from: from.clone() }
            }
            Self::Split { entity, name, documents } => {
                let (entity, name, documents) = (entity.clone(), name.clone(), documents.clone());
                To::Split { entity, name, documents }
            }
            Self::Create { label, name } => To::Create { label: *label, name: name.clone() },
            Self::Rename { entity, name, also_future } => {
                let (entity, name) = (entity.clone(), name.clone());
                To::Rename { entity, name, also_future: *also_future }
            }
            Self::Retype { entity, label } => To::Retype { entity: entity.clone(), label: *label },
            Self::Link { at, scope, entity, also_future } => {
                let (scope, at) = (scope.to_scope(), at.to_mention_ref(archive)?);
                let entity = entity.clone();
                To::Link { at, entity, also_future: *also_future, scope }
            }
            Self::Highlight { at, words, keyword, color } => {
                let (at, words) = (at.to_mention_ref(archive)?, words.clone());
                let color =
                    HighlightColor::ALL.into_iter().find(|one| one.as_str() == color.as_str());
                let keyword = keyword.clone().unwrap_or_default();
                To::Highlight { at, color: color.unwrap_or_default(), keyword, words }
            }
            Self::Reject { at, scope } => {
                To::Reject { at: at.to_mention_ref(archive)?, scope: scope.to_scope() }
            }
            Self::Add { at, scope, label, entity } => To::Add {
                at: at.to_mention_ref(archive)?,
                label: *label,
                entity: entity.clone(),
                scope: scope.to_scope(),
            },
            Self::Keyword { on, words } => To::Keyword { on: on.clone(), words: words.clone() },
            Self::Note { on, words } => To::Note { on: on.clone(), words: words.clone() },
            Self::Speaker { at, entity } => {
                To::Speaker { at: at.to_mention_ref(archive)?, entity: entity.clone() }
            }
            Self::NoStatement { at } => To::NoStatement { at: at.to_mention_ref(archive)? },
            Self::Undo { decision } => To::Undo { decision: DecisionNumber(*decision) },
        })
    }
}

/// The user name of the operating system.
pub(crate) fn user_name() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(std::env::var_os);
    let name = names.map(|name| name.to_string_lossy().into_owned()).find(|name| !name.is_empty());
    name.unwrap_or_else(|| "unknown".to_owned())
}

/// Applies the decision, or reads or writes the log.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let path = &arguments.archive;
    match &arguments.action {
        CurateCommand::Log => write_log(path, &mut standard_output(OutputReader::Program))?,
        CurateCommand::Export { file } => {
            let mut lines = Vec::new();
            write_log(path, &mut lines)?;
            fs::write(file, lines).map_err(|error| InputError::from_write(file, &error))?;
        }
        CurateCommand::Conflicts => {
            let mut out = standard_output(OutputReader::of_data(false));
            for conflict in open_archive(path)?.decisions().conflicts()? {
                let entry = serde_json::to_string(&conflict.entry)?;
                writeln!(out, "{}: {}\n  {entry}", conflict.entry.number, conflict.reason)?;
            }
        }
        CurateCommand::Questions { json } => write_questions(path, *json)?,
        CurateCommand::Import { file } => return import_log(path, file),
        CurateCommand::Decide(DecisionCommand::Merge {
            from,
            into,
            also_future,
            preview: true,
        }) => {
            write_preview(path, from, into, *also_future)?;
        }
        CurateCommand::Decide(decision) => {
            let author = arguments.author.clone().unwrap_or_else(user_name);
            decide(path, &author, &arguments.reason, &decision.to_request(path)?)?;
        }
    }
    Ok(CommandOutcome::Success)
}

/// Writes a decision and prints its number.
pub(crate) fn decide(
    path: &Path,
    author: &str,
    reason: &str,
    request: &CurationRequest,
) -> anyhow::Result<()> {
    let mut writer = open_existing(path)?;
    let left = undecided_copies(&writer, request)?;
    let outcome = writer.decide_request(author, reason, request)?;
    let number = outcome.decision;
    let done = decision_in_words(&writer, number).ok().flatten();
    let done = done.map(|done| format!(": {done}")).unwrap_or_default();
    finish_written(&mut writer, &format!("decision {number}"))?;
    let id = match (outcome.created, outcome.kept) {
        (Some(id), _) => format!(", entity {id}"),
        (None, Some(id)) => format!(", {id} remains"),
        (None, None) => String::new(),
    };
    writeln!(standard_output(OutputReader::of_data(false)), "decision {number}{id}{done}")
        .with_context(|| format!("decision {number} is written, but not printed"))?;
    if !left.is_empty() {
        let left = left.join(", ");
        eprintln!("the same passage is in near-duplicates: {left} (--scope copies includes them)");
    }
    Ok(())
}

/// The near-duplicates that have the passage of a decision, which is not about them.
fn undecided_copies(
    archive: &Archive,
    request: &CurationRequest,
) -> Result<Vec<String>, StoreError> {
    use CurationRequest::{Add, Link, Reject};
    let (Link { at, scope, .. } | Reject { at, scope } | Add { at, scope, .. }) = request else {
        return Ok(Vec::new());
    };
    if matches!(scope, MentionScope::Copies | MentionScope::Archive) {
        return Ok(Vec::new());
    }
    let spans = archive.other_mentions(at, MentionScope::Copies)?;
    let mut names = Vec::new();
    for span in spans {
        let number = archive.documents().find(&span.document)?;
        let cable_id = archive.documents().row(number)?.cable_id;
        names.push(cable_id.unwrap_or_else(|| format!("{:.12}", span.document)));
    }
    names.dedup();
    Ok(names)
}

/// Prints which entity of a merge remains, and what moves to it.
fn write_preview(path: &Path, from: &str, into: &str, also_future: bool) -> anyhow::Result<()> {
    let MergePreview { kept, moved } = open_archive(path)?.preview_merge(from, into)?;
    let mut out = standard_output(OutputReader::of_data(false));
    for (what, side) in [("remains", &kept), ("moves to it", &moved)] {
        let MergeSide { id, name, documents, mentions, spellings } = side;
        writeln!(out, "{what:<12} {id}  {name}")?;
        let counts = (format_count(*mentions, "mention"), format_count(*documents, "document"));
        writeln!(out, "{:12} {} in {}: {}", "", counts.0, counts.1, spellings.join("; "))?;
    }
    match also_future {
        true => writeln!(out, "Documents that are added later are included.")?,
        false => writeln!(out, "Documents that are added later raise a question.")?,
    }
    writeln!(out, "Nothing is changed.")?;
    Ok(())
}

/// Prints the open questions, and how to answer them.
fn write_questions(path: &Path, json: bool) -> anyhow::Result<()> {
    let archive = open_archive(path)?;
    let mut out = standard_output(OutputReader::of_data(json));
    for question in archive.decisions().questions()? {
        let rows = question.documents.iter().map(|number| archive.documents().row(*number));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let message = question_in_words(&question);
        if json {
            let documents: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
            let line = serde_json::json!({"question": question.decision, "message": message,
                "name": question.name, "entity": question.target.id,
                "entity_name": question.target.name, "documents": documents});
            writeln!(out, "{line}")?;
            continue;
        }
        writeln!(out, "question {}: {message}", question.decision)?;
        for row in rows {
            let short = format!("{:.12}", row.id.to_string());
            writeln!(out, "  {}", row.cable_id.unwrap_or(short))?;
        }
    }
    Ok(())
}

/// Brings the index up to date after decisions are written. A fault of the index
/// is only a warning: a script that ran the command again would write the
/// decisions twice.
pub(crate) fn finish_written(writer: &mut ArchiveWriter, what: &str) -> anyhow::Result<()> {
    match writer.finish() {
        Err(StoreError::IndexNotUpdated(fault)) => {
            let remedy = match *fault {
                StoreError::DiskFull => "the disk is full: free some space; the next command \
                     that writes updates the index"
                    .to_owned(),
                fault => format!("{fault} (`chancery rebuild ARCHIVE` rebuilds it)"),
            };
            eprintln!("chancery: {what} is written, but searches do not find it yet: {remedy}");
            Ok(())
        }
        finished => Ok(finished?),
    }
}

/// Writes the log as JSON lines, also that of an archive of a later version.
fn write_log(folder: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    match open_archive(folder) {
        Ok(_) => {}
        Err(error @ StoreError::NewerVersion { .. }) => {
            eprintln!(
                "{}: {error}: its decisions are as that version wrote them",
                folder.display()
            );
        }
        Err(error) => return Err(error.into()),
    }
    for entry in Archive::exported_decisions(folder)? {
        writeln!(out, "{entry}")?;
    }
    Ok(())
}

fn import_log(path: &Path, file: &Path) -> anyhow::Result<CommandOutcome> {
    let lines = read_utf8_file(file)?;
    let mut entries = Vec::new();
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let entry = serde_json::from_str::<LogEntry>(line);
        entries.push(entry.with_context(|| {
            format!(
                "{}: line {}: not a log entry (`chancery curate ARCHIVE export` writes them)",
                file.display(),
                number + 1
            )
        })?);
    }
    let mut writer = open_existing(path)?;
    let imported = writer.import_log(entries)?;
    finish_written(&mut writer, "the log")?;
    let conflicts = writer.decisions().conflicts()?;
    let counts = (
        format_count(imported as u64, "decision"),
        format_count(conflicts.len() as u64, "conflict"),
    );
    writeln!(
        standard_output(OutputReader::of_data(false)),
        "{} appended, {} in all",
        counts.0,
        counts.1
    )?;
    Ok(if conflicts.is_empty() { CommandOutcome::Success } else { CommandOutcome::SomeFailed })
}
