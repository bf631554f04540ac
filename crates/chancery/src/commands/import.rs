//! `chancery import`: imports annotations into an archive.
//!
//! A document of the file matches one of the archive if both have the same text
//! except for white space. Then its names become an annotation set beside the
//! names of the archive, with spans in the archive's text. Other documents are
//! added with the names of the file.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chancery_evaluation::annotated_files::{format_of_path, is_side_file, read_annotated};
use chancery_formats::{Format, SourcedDocument};
use chancery_model::Annotated;
use chancery_store::{
    ArchiveWriter, CompressedBytes, DocumentNumber, EncodedDocument, FileStamp, IngestedFile,
};
use clap::Args;

use super::CommandOutcome;
use crate::alignment::{carry_mentions, text_digest};
use crate::archive_access::open_or_create;
use crate::formats::readable_format_parser;
use crate::run_counts::format_count;
use chancery_engine::inputs::{Input, collect_inputs};

const EXAMPLES: &str = "\
Examples:
  chancery import archive --set ana ana.conll
  chancery import archive --set brat-round-2 brat/*.ann
  chancery import archive --set spark part-*.parquet
  chancery eval archive --set ana            score the archive against the set
  chancery export archive --set ana --format tei

Importing a set again replaces its names in the same documents.";

/// Import annotations from files
///
/// The names of documents that the archive has become an annotation set, which can
/// be exported and scored; the archive keeps the names that it found. Other
/// documents are added with the names of the file.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder of the archive; created if it does not exist
    archive: PathBuf,
    /// Annotated files and folders (with all files below them); either file of a pair
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Input format [default: by the file name]
    #[arg(short, long, value_parser = readable_format_parser())]
    format: Option<Format>,
    /// Name of the annotation set
    #[arg(long, value_name = "SET", default_value = "imported")]
    set: String,
}

/// Counts of the import.
#[derive(Default)]
struct ImportReport {
    matched: u64,
    added: u64,
    mentions: u64,
    without_letters: u64,
    refused: u64,
}

/// Imports the files.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    if arguments.set.trim().is_empty() {
        bail!("an annotation set needs a name");
    }
    let mut writer = open_or_create(&arguments.archive)?;
    // New documents record this as the origin of their names.
    writer.set_engine(&format!("given {}", arguments.set))?;
    let mut documents_by_text = DocumentsByText::index_archive(&writer)?;
    let mut report = ImportReport::default();
    let mut outcome = CommandOutcome::Success;
    for input in collect_inputs(&arguments.paths) {
        let read =
            input.map_err(anyhow::Error::from).and_then(|input| read_documents(&input, arguments));
        let documents = match read {
            Ok(documents) => documents,
            Err(error) => {
                eprintln!("chancery: {error:#}");
                outcome = CommandOutcome::SomeFailed;
                continue;
            }
        };
        for document in documents {
            import_document(
                &mut writer,
                &mut documents_by_text,
                document,
                &arguments.set,
                &mut report,
            )?;
        }
        writer.commit_batch()?;
    }
    writer.finish()?;
    eprintln!(
        "{} imported into the set {:?}: {} of the archive, {} added",
        format_count(report.mentions, "name"),
        arguments.set,
        format_count(report.matched, "document"),
        format_count(report.added, "document"),
    );
    if report.without_letters > 0 {
        eprintln!("{} without letters left out", format_count(report.without_letters, "name"));
    }
    Ok(if report.refused > 0 { CommandOutcome::SomeFailed } else { outcome })
}

/// Reads the documents of a file. In folders, skips the side files of exports and
/// the text of pairs, whose other half stands for both.
fn read_documents(input: &Input, arguments: &Arguments) -> anyhow::Result<Vec<SourcedDocument>> {
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
    let format = format
        .with_context(|| format!("{input}: its name does not show the format (use --format)"))?;
    Ok(read_annotated(input, format)?)
}

/// The documents of an archive by the digests of their texts.
struct DocumentsByText(HashMap<[u8; 16], Vec<DocumentNumber>>);

impl DocumentsByText {
    fn index_archive(writer: &ArchiveWriter) -> anyhow::Result<Self> {
        let mut numbers: HashMap<_, Vec<DocumentNumber>> = HashMap::new();
        for number in writer.documents().numbers_by_id()? {
            let document = writer.documents().parsed(number)?;
            numbers.entry(text_digest(document.text.as_str())).or_default().push(number);
        }
        Ok(Self(numbers))
    }
}

/// Adds the names of a document to the set, and the document to the archive if
/// it is new.
fn import_document(
    writer: &mut ArchiveWriter,
    documents_by_text: &mut DocumentsByText,
    document: SourcedDocument,
    set: &str,
    report: &mut ImportReport,
) -> anyhow::Result<()> {
    let SourcedDocument { source, annotated } = document;
    let text = annotated.document.text.as_str();
    let digest = text_digest(text);
    let id = annotated.document.id;
    let same_id = writer.documents().find(&id.to_string()).ok();
    if let Some(same_text) = documents_by_text.0.get(&digest) {
        // Of several copies, the one with this id, otherwise all.
        let same = same_text.iter().filter(|number| same_id == Some(**number)).count();
        for &number in same_text.iter().filter(|&&number| same == 0 || same_id == Some(number)) {
            let stored = writer.documents().parsed(number)?;
            let mentions = carry_mentions(&annotated.mentions, text, stored.text.as_str());
            writer.store_set_mentions(set, &stored.id, &mentions)?;
            report.matched += 1;
            report.mentions += mentions.len() as u64;
            report.without_letters += (annotated.mentions.len() - mentions.len()) as u64;
        }
        return Ok(());
    }
    if same_id.is_some() {
        let id = id.to_string();
        eprintln!("chancery: {source}: the archive has another text for document {id:.12}");
        report.refused += 1;
        return Ok(());
    }
    writer.store_set_mentions(set, &id, &annotated.mentions)?;
    report.added += 1;
    report.mentions += annotated.mentions.len() as u64;
    writer.add(&to_ingested_file(source, annotated))?;
    documents_by_text.0.insert(digest, vec![writer.documents().find(&id.to_string())?]);
    Ok(())
}

/// Makes a file of one document. The text becomes its bytes, unless the id is the
/// digest of other bytes, which are not available.
fn to_ingested_file(source: String, annotated: Annotated) -> IngestedFile {
    let id = annotated.document.id;
    let text = annotated.document.text.as_str();
    let is_text_digest = *blake3::hash(text.as_bytes()).as_bytes() == id.0;
    IngestedFile {
        path: source,
        stamp: FileStamp { size: text.len() as u64, modified: 0 },
        digest: id.0,
        bytes: is_text_digest.then(|| CompressedBytes::new(text.as_bytes())),
        text_layer: None,
        documents: vec![EncodedDocument::new(annotated, "")],
        lists: None,
        problems: Vec::new(),
        reread: false,
    }
}
