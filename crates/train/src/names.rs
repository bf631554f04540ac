//! `chancery-train names`: the engine's model out of marked texts.
//!
//! Everything it learns from lies in one folder of data (docs/DATA.md says
//! what and under which terms); same data, same model.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use chancery_engine::InputError;
use chancery_evaluation::gold::Case;
use chancery_evaluation::score::{Score, drop_optional, write_table};
use chancery_ner::Tagger;
use chancery_ner::chain::Chain;
use chancery_ner::model::Model;
use chancery_ner::train::{self, Gold, Progress, Settings};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::columns;
use crate::material::{Material, Recipe};

const EXAMPLES: &str = "\
Examples:
  chancery-train names                            rebuild the model that is shipped
  chancery-train names --cross-validate 5         how good it is on unseen telegrams
  chancery-train names --shared ~/data --output mine.model";

/// Train the engine `fast`
///
/// Learns from the marked texts and reference lists of a data folder and
/// writes the model file, which is built into the program with the next
/// `cargo build`. Takes minutes.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder that holds `data/ner`, `data/annotation`, `data/frus-volumes`
    /// and `data/kb`
    #[arg(long, value_name = "FOLDER", default_value = "../shared")]
    shared: PathBuf,
    /// Where the model goes
    #[arg(long, value_name = "FILE", default_value = "crates/models/data/fast.model")]
    output: PathBuf,
    /// Write no model: train K times on the telegrams marked by hand less one
    /// part in K, and score on that part
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=20))]
    cross_validate: Option<u32>,
    /// Train nothing: write the text that `training/accurate` learns from
    /// into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "cross_validate")]
    columns: Option<PathBuf>,
    #[command(flatten)]
    recipe: Recipe,
}

/// Trains, or validates.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut recipe = arguments.recipe;
    let data = arguments.shared.join("data");
    if let Some(folder) = &arguments.columns {
        // How the engines are mixed is fitted on text that neither has seen.
        recipe.development = 0.0;
        write_columns(&Material::load(&data, &recipe)?, &recipe, &data, folder)?;
        return Ok(());
    }
    let material = Material::load(&data, &recipe)?;
    match arguments.cross_validate {
        Some(folds) => cross_validate(&material, &recipe, folds)?,
        None => {
            let telegrams: Vec<&Case> = material.telegrams.iter().collect();
            let model = train(&material, &telegrams, &recipe)?;
            let path = &arguments.output;
            fs::write(path, &model).map_err(|error| InputError::from_write(path, &error))?;
            eprintln!("{}: {:.1} MB", path.display(), model.len() as f64 / 1e6);
        }
    }
    Ok(())
}

/// Trains on everything, of the telegrams on those given.
fn train(material: &Material, telegrams: &[&Case], recipe: &Recipe) -> anyhow::Result<Vec<u8>> {
    Ok(train_on(&material.golds(telegrams, recipe)?, material, recipe))
}

fn train_on(golds: &[Gold], material: &Material, recipe: &Recipe) -> Vec<u8> {
    let mut settings = Settings::default();
    settings.minimiser.iterations = recipe.iterations;
    (settings.minimiser.l1, settings.minimiser.l2) = (recipe.l1, recipe.l2);
    let bar = ProgressBar::new((settings.steps() * recipe.iterations) as u64);
    bar.set_style(
        ProgressStyle::with_template("{wide_bar} step {msg}, {eta} left").expect("well formed"),
    );
    let report = |Progress { step, iteration, loss }| {
        bar.set_position((step * recipe.iterations + iteration) as u64);
        bar.set_message(format!("{} of {}, loss {loss:.0}", step + 1, settings.steps()));
    };
    let model = train::model(golds, material.gazetteer.clone(), &settings, report);
    bar.finish_and_clear();
    model
}

/// Writes what `training/accurate` learns from. The marked text that is
/// trained on gets its probabilities from two models, each trained on the
/// other half of the documents.
fn write_columns(
    material: &Material,
    recipe: &Recipe,
    data: &Path,
    folder: &Path,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder).map_err(|error| InputError::from_write(folder, &error))?;
    let telegrams: Vec<&Case> = material.telegrams.iter().collect();
    let golds = material.golds(&telegrams, recipe)?;
    let half = |odd: u32| {
        let others = golds.iter().filter(|gold| gold.document % 2 != odd).cloned();
        train_on(&others.collect::<Vec<_>>(), material, recipe)
    };
    let models = [half(0), half(1)];
    let chain = |model| anyhow::Ok(Chain::new(Model::read(model).context("just trained")?));
    let halves = [chain(&models[0])?, chain(&models[1])?];
    columns::write_all(material, data, folder, halves)
}

/// Prints the score over all parts, each tagged by a model that has not seen
/// it.
fn cross_validate(material: &Material, recipe: &Recipe, folds: u32) -> anyhow::Result<()> {
    let parts = material.parts(folds);
    ensure!(parts.iter().all(|part| !part.is_empty()), "there are fewer telegrams than parts");
    let mut score = Score::default();
    for held_out in &parts {
        let inside = |case: &Case| held_out.iter().any(|held| std::ptr::eq(*held, case));
        let others: Vec<&Case> = material.telegrams.iter().filter(|case| !inside(case)).collect();
        let model = train(material, &others, recipe)?;
        let mut tagger =
            Tagger::fast(Chain::new(Model::read(&model).context("the model just trained")?));
        let mut part = Score::default();
        for case in held_out {
            let mut found = case.find(&mut tagger)?;
            drop_optional(&mut found, &case.optional);
            score.count(&case.names, &found);
            part.count(&case.names, &found);
        }
        eprintln!("one part in {folds}: F1 {:.2}", part.overall().f1());
    }
    write_table(&mut std::io::stdout().lock(), &score)?;
    Ok(())
}
