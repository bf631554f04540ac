//! `chancery import`: annotations that others made, into an archive.
//!
//! A document of the file is one of the archive when the two have the same id
//! or differ in white space alone. Its names then become a set of their own
//! beside those of the archive, at their places in the archive's text. Other
//! documents are added, with the names that the file gives.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chancery_evaluation::annotated_files::{format_of_path, is_side_file, read_annotated};
use chancery_formats::{Format, Sourced};
use chancery_model::Annotated;
use chancery_store::{Arrived, Bytes, Packed, Stamp, Writer, links_to_store};
use clap::Args;

use super::Outcome;
use crate::alignment::{carry, digest};
use crate::formats::readable;
use crate::report::counted;
use chancery_engine::inputs::{Input, collect};

const EXAMPLES: &str = "\
Examples:
  chancery import archive --set ana ana.conll
  chancery import archive --set brat-round-2 brat/*.ann
  chancery import archive --set spark part-*.parquet
  chancery eval archive --set ana            the archive's names against Ana's
  chancery export archive --set ana --format tei

A set that is imported again takes the place of what it said of the same
documents.";

/// Import annotations that others made
///
/// Names in documents that the archive has become a set of their own, to be
/// exported and scored against; the archive's names stay. Documents that it
/// does not have are added with the names that the file gives them.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive; made if it does not exist
    archive: PathBuf,
    /// Annotated files, and folders of them; of pairs either half
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Their format [default: by their names]
    #[arg(short, long, value_parser = readable())]
    format: Option<Format>,
    /// The name of the set: who or what marked these names
    #[arg(long, value_name = "SET", default_value = "imported")]
    set: String,
}

/// What was done.
#[derive(Default)]
struct Report {
    known: u64,
    added: u64,
    names: u64,
    lost: u64,
    refused: u64,
}

/// Imports what the arguments name.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.set.trim().is_empty() {
        bail!("a set needs a name");
    }
    let mut writer = Writer::open(&arguments.archive)?;
    // Documents that come say so of their names.
    writer.use_engine(&format!("given {}", arguments.set))?;
    let mut known = Known::of(&writer)?;
    let mut report = Report::default();
    let mut outcome = Outcome::Fine;
    for input in collect(&arguments.paths) {
        let read = input.map_err(anyhow::Error::from).and_then(|input| read(&input, arguments));
        let documents = match read {
            Ok(documents) => documents,
            Err(error) => {
                eprintln!("chancery: {error:#}");
                outcome = Outcome::SomeFailed;
                continue;
            }
        };
        for document in documents {
            take(&mut writer, &mut known, document, &arguments.set, &mut report)?;
        }
        writer.commit()?;
    }
    writer.finish()?;
    eprintln!(
        "{} into the set {:?}: {} known to the archive, {} added to it",
        counted(report.names, "name"),
        arguments.set,
        counted(report.known, "document"),
        counted(report.added, "document"),
    );
    if report.lost > 0 {
        eprintln!("{} without letters were left out", counted(report.lost, "name"));
    }
    Ok(if report.refused > 0 { Outcome::SomeFailed } else { outcome })
}

/// The documents of a file. What an export puts beside its names is passed
/// over where a folder is named, and so is the text of a pair, as its other
/// half stands for both.
fn read(input: &Input, arguments: &Arguments) -> anyhow::Result<Vec<Sourced>> {
    let path = match input {
        Input::File(path) => Some(path),
        Input::Stdin => None,
    };
    let format = arguments.format.or_else(|| format_of_path(path?));
    let in_folder = path.filter(|path| !arguments.paths.contains(path));
    let pairs = matches!(format, Some(Format::Brat | Format::Standoff));
    let is_text = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "txt");
    if in_folder.is_some_and(|path| is_side_file(path) || pairs && is_text(path)) {
        return Ok(Vec::new());
    }
    let format = format.with_context(|| {
        format!("{input}: its name does not tell the format (name it with --format)")
    })?;
    Ok(read_annotated(input, format)?)
}

/// The documents of an archive by what counts in their texts.
struct Known(HashMap<[u8; 16], Vec<i64>>);

impl Known {
    fn of(writer: &Writer) -> anyhow::Result<Self> {
        let mut known: HashMap<_, Vec<i64>> = HashMap::new();
        for number in writer.by_id()? {
            let document = writer.document(number)?;
            known.entry(digest(document.text.as_str())).or_default().push(number);
        }
        Ok(Self(known))
    }
}

/// Puts the names of a document into the set, and the document into the
/// archive where it is new.
fn take(
    writer: &mut Writer,
    known: &mut Known,
    document: Sourced,
    set: &str,
    report: &mut Report,
) -> anyhow::Result<()> {
    let Sourced { source, annotated } = document;
    let text = annotated.document.text.as_str();
    let digest = digest(text);
    let id = annotated.document.id;
    let same_id = writer.find(&id.to_string()).ok();
    if let Some(same_text) = known.0.get(&digest) {
        // Of several copies the one of this id, or else all.
        let same = same_text.iter().filter(|number| same_id == Some(**number)).count();
        for &number in same_text.iter().filter(|&&number| same == 0 || same_id == Some(number)) {
            let own = writer.document(number)?;
            let mentions = carry(&annotated.mentions, text, own.text.as_str());
            writer.give(set, &own.id, &mentions)?;
            report.known += 1;
            report.names += mentions.len() as u64;
            report.lost += (annotated.mentions.len() - mentions.len()) as u64;
        }
        return Ok(());
    }
    if same_id.is_some() {
        let id = id.to_string();
        eprintln!("chancery: {source}: the archive has document {id:.12} with another text");
        report.refused += 1;
        return Ok(());
    }
    writer.give(set, &id, &annotated.mentions)?;
    report.added += 1;
    report.names += annotated.mentions.len() as u64;
    writer.add(&arrived(source, &annotated))?;
    known.0.insert(digest, vec![writer.find(&id.to_string())?]);
    Ok(())
}

/// A document as a file of its own: the text is kept as its bytes, unless its
/// id is that of other bytes, which are not at hand.
fn arrived(source: String, annotated: &Annotated) -> Arrived {
    let id = annotated.document.id;
    let text = annotated.document.text.as_str();
    let links = links_to_store(&annotated.entities, annotated.mentions.len());
    let own = *blake3::hash(text.as_bytes()).as_bytes() == id.0;
    Arrived {
        path: source,
        stamp: Stamp { size: text.len() as u64, modified: 0 },
        digest: id.0,
        bytes: own.then(|| Bytes::new(text.as_bytes())),
        layer: None,
        documents: vec![Packed::new(annotated, links)],
        problems: Vec::new(),
    }
}
