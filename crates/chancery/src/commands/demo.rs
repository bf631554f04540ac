//! `chancery demo`: opens a small invented archive.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chancery_engine::opening::{NamedColumns, OpeningSettings};
use chancery_engine::{Engine, EngineKind, InputError};
use chancery_ingest::{IngestSettings, ingest_files};
use chancery_store::{ArchiveWriter, WorkBudget};
use clap::Args;
use tempfile::TempDir;

use super::CommandOutcome;
use super::add::ADD_REMEDIES;
use super::serve::ListenArguments;
use crate::arguments::available_cores;

/// The telegrams. A line of equal signs and a line with the file name start
/// each.
const TELEGRAMS: &str = include_str!("../../assets/demo.txt");

const EXAMPLES: &str = "\
Examples:
  chancery demo
  chancery demo --port 0                 use any free port
  chancery demo --telegrams telegrams    write the telegrams as files";

/// Open a small invented archive in the browser
///
/// Its telegrams and its people are invented. The archive is created in
/// a temporary folder and deleted when the program ends. With --telegrams, the
/// telegrams are written as files, for use with the other commands.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Write the telegrams to this new folder instead
    #[arg(long, value_name = "FOLDER", exclusive = true)]
    telegrams: Option<PathBuf>,
    #[command(flatten)]
    listen: ListenArguments,
}

/// Creates the archive and serves it, or writes the telegrams.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    if let Some(folder) = &arguments.telegrams {
        write_telegrams(folder)?;
        return Ok(CommandOutcome::Success);
    }
    let folder =
        TempDir::with_prefix("chancery-demo-").context("the temporary folder cannot be created")?;
    let (telegrams, archive) = (folder.path().join("telegrams"), folder.path().join("archive"));
    write_telegrams(&telegrams)?;
    let kind = EngineKind::default();
    let engine = Engine::load_shipped(kind);
    let mut writer = ArchiveWriter::open(&archive)?;
    writer.set_engine(&kind.model_fingerprint(None)?)?;
    let settings = IngestSettings {
        paths: std::slice::from_ref(&telegrams),
        base_folder: Some(&telegrams),
        jobs: available_cores(),
        keep_bytes: true,
        retry: false,
        batch_documents: 1000,
        opening: OpeningSettings {
            largest: 1 << 20,
            named_columns: NamedColumns::default(),
            pdf_reader: None,
            kept_pages: None,
            keep_empty: false,
            remedies: ADD_REMEDIES,
        },
        side_tables: &[],
        budget: WorkBudget::default(),
    };
    ingest_files(&mut writer, &settings, &engine, &mut |_, _| {})?;
    drop(writer);
    arguments.listen.serve_archive(&archive)?;
    Ok(CommandOutcome::Success)
}

/// Creates the folder and writes each telegram to a file in it.
fn write_telegrams(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir(folder)
        .with_context(|| format!("{}: the folder cannot be created", folder.display()))?;
    for telegram in TELEGRAMS.split("=====\n").skip(1) {
        let (name, text) = telegram.split_once('\n').context("a telegram without a name")?;
        let path = folder.join(name.trim());
        fs::write(&path, text).map_err(|error| InputError::from_write(&path, &error))?;
    }
    Ok(())
}
