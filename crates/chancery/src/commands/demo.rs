//! `chancery demo`: a small invented archive, to look around in.

use std::fs;
use std::thread;

use anyhow::Context;
use chancery_store::Writer;
use clap::Args;
use tempfile::TempDir;

use super::Outcome;
use super::serve::Door;
use crate::ingest::{self, Settings};
use crate::pipeline::{Engine, Engines};
use crate::progress::Progress;

/// The telegrams: a file each, parted by lines of equal signs with the name
/// of the next.
const TELEGRAMS: &str = include_str!("../../assets/demo.txt");

/// Open a small invented archive in the browser
///
/// Its telegrams were never sent and its people do not exist. It is made in
/// a folder for a while and is gone when the program ends.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    #[command(flatten)]
    door: Door,
}

/// Makes the archive and serves it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let folder = TempDir::with_prefix("chancery-demo-").context("no folder can be made")?;
    let (telegrams, archive) = (folder.path().join("telegrams"), folder.path().join("archive"));
    fs::create_dir(&telegrams)?;
    for telegram in TELEGRAMS.split("=====\n").skip(1) {
        let (name, text) = telegram.split_once('\n').context("a telegram without a name")?;
        fs::write(telegrams.join(name.trim()), text)?;
    }
    let engines = Engines::load(Engine::Fast, None)?;
    let mut writer = Writer::open(&archive)?;
    writer.use_engine(&Engine::Fast.name(None)?)?;
    let settings = Settings {
        paths: std::slice::from_ref(&telegrams),
        inside: Some(&telegrams),
        jobs: thread::available_parallelism().map_or(1, usize::from),
        keep: true,
        retry: false,
        largest: 1 << 20,
        batch: 1000,
    };
    let mut progress = Progress::new(0, false, true);
    ingest::ingest(&mut writer, &settings, &engines, &mut progress, &mut |_, _, _| {})?;
    drop(writer);
    arguments.door.open(&archive)?;
    Ok(Outcome::Fine)
}
