//! `chancery-train names`: trains the model of `fast` on annotated texts.
//!
//! All training data is in one folder (docs/DATA.md lists it with its terms).
//! The same data gives the same model.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use chancery_engine::InputError;
use chancery_evaluation::gold::GoldText;
use chancery_evaluation::mention_score::{
    MentionScore, drop_optional_mentions, write_mention_table,
};
use chancery_ner::Tagger;
use chancery_ner::crf::Crf;
use chancery_ner::model::CrfModel;
use chancery_ner::train::{self, GoldDocument, TrainingProgress, TrainingSettings};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::training_columns;
use crate::training_material::{TrainingMaterial, TrainingRecipe};

const EXAMPLES: &str = "\
Examples:
  chancery-train names                            rebuild the shipped model
  chancery-train names --cross-validate 5         measure it on unseen telegrams
  chancery-train names --shared ~/data --output mine.model";

/// Train the engine `fast`
///
/// Learns from the annotated texts and reference lists of a data folder and
/// writes the model file. The next `cargo build` builds it into the program.
/// Takes minutes.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Folder that contains `data/ner`, `data/annotation`, `data/frus-volumes`
    /// and `data/kb`
    #[arg(long, value_name = "FOLDER", default_value = "../shared")]
    shared: PathBuf,
    /// Write the model to this file
    #[arg(long, value_name = "FILE", default_value = "crates/models/data/fast.model")]
    output: PathBuf,
    /// Write no model: cross-validate with K folds of the telegrams that are
    /// annotated by hand
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=20))]
    cross_validate: Option<u32>,
    /// Train nothing: write the training text of `training/accurate` to this
    /// folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "cross_validate")]
    columns: Option<PathBuf>,
    /// With `--columns`: write the documents of this folder too, without tags
    #[arg(long, value_name = "FOLDER", requires = "columns")]
    pages: Option<PathBuf>,
    #[command(flatten)]
    recipe: TrainingRecipe,
}

/// Trains, cross-validates or writes columns.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut recipe = arguments.recipe;
    let data = arguments.shared.join("data");
    if let Some(folder) = &arguments.columns {
        // The mixture of the engines is fitted on text that neither has seen.
        recipe.development = 0.0;
        write_training_columns(
            &TrainingMaterial::load_material(&data, &recipe)?,
            &recipe,
            &data,
            arguments.pages.as_deref(),
            folder,
        )?;
        return Ok(());
    }
    let material = TrainingMaterial::load_material(&data, &recipe)?;
    match arguments.cross_validate {
        Some(folds) => cross_validate(&material, &recipe, folds)?,
        None => {
            let telegrams: Vec<&GoldText> = material.telegrams.iter().collect();
            let model = train_with_telegrams(&material, &telegrams, &recipe)?;
            let path = &arguments.output;
            fs::write(path, &model).map_err(|error| InputError::from_write(path, &error))?;
            eprintln!("{}: {:.1} MB", path.display(), model.len() as f64 / 1e6);
        }
    }
    Ok(())
}

/// Trains on `telegrams` and on all other training data.
fn train_with_telegrams(
    material: &TrainingMaterial,
    telegrams: &[&GoldText],
    recipe: &TrainingRecipe,
) -> anyhow::Result<Vec<u8>> {
    Ok(train_on_documents(&material.training_documents(telegrams, recipe)?, material, recipe))
}

fn train_on_documents(
    golds: &[GoldDocument],
    material: &TrainingMaterial,
    recipe: &TrainingRecipe,
) -> Vec<u8> {
    let mut settings = TrainingSettings::default();
    settings.minimiser.iterations = recipe.iterations;
    (settings.minimiser.l1, settings.minimiser.l2) = (recipe.l1, recipe.l2);
    let bar = ProgressBar::new((settings.minimiser_runs() * recipe.iterations) as u64);
    bar.set_style(
        ProgressStyle::with_template("{wide_bar} step {msg}, {eta} left").expect("well formed"),
    );
    let report = |TrainingProgress { step, iteration, loss }| {
        bar.set_position((step * recipe.iterations + iteration) as u64);
        bar.set_message(format!("{} of {}, loss {loss:.0}", step + 1, settings.minimiser_runs()));
    };
    let model = train::train_model(golds, material.gazetteer.clone(), &settings, report);
    bar.finish_and_clear();
    model
}

/// Writes the training text of `training/accurate`. The probabilities of the
/// annotated text come from two models, each trained on the other half of the
/// documents.
fn write_training_columns(
    material: &TrainingMaterial,
    recipe: &TrainingRecipe,
    data: &Path,
    pages: Option<&Path>,
    folder: &Path,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder).map_err(|error| InputError::from_write(folder, &error))?;
    let telegrams: Vec<&GoldText> = material.telegrams.iter().collect();
    let golds = material.training_documents(&telegrams, recipe)?;
    let half = |odd: u32| {
        let others = golds.iter().filter(|gold| gold.document % 2 != odd).cloned();
        train_on_documents(&others.collect::<Vec<_>>(), material, recipe)
    };
    let models = [half(0), half(1)];
    let damaged = "the trained model is damaged";
    let chain = |model| anyhow::Ok(Crf::new(CrfModel::from_bytes(model).context(damaged)?));
    let halves = [chain(&models[0])?, chain(&models[1])?];
    training_columns::write_all_columns(material, data, pages, folder, halves)
}

/// Prints the score over all folds, each tagged by a model that was not trained
/// on it.
fn cross_validate(
    material: &TrainingMaterial,
    recipe: &TrainingRecipe,
    folds: u32,
) -> anyhow::Result<()> {
    let parts = material.split_telegrams(folds);
    ensure!(parts.iter().all(|part| !part.is_empty()), "there are fewer telegrams than folds");
    let mut score = MentionScore::default();
    for held_out in &parts {
        let inside = |case: &GoldText| held_out.iter().any(|held| std::ptr::eq(*held, case));
        let others: Vec<&GoldText> =
            material.telegrams.iter().filter(|case| !inside(case)).collect();
        let model = train_with_telegrams(material, &others, recipe)?;
        let mut tagger = Tagger::fast_engine(Crf::new(
            CrfModel::from_bytes(&model).context("the trained model is damaged")?,
        ));
        let mut part = MentionScore::default();
        for case in held_out {
            let mut found = case.find_mentions(&mut tagger)?;
            drop_optional_mentions(&mut found, &case.optional);
            score.count_document(&case.mentions, &found);
            part.count_document(&case.mentions, &found);
        }
        eprintln!("one of {folds} folds: F1 {:.2}", part.overall_counts().f1_score());
    }
    write_mention_table(&mut std::io::stdout().lock(), &score)?;
    Ok(())
}
