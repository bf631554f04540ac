//! `chancery train`: the engine's model out of marked texts.
//!
//! Everything it learns from lies in one folder of data (docs/DATA.md says
//! what and under which terms); same data, same model.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use chancery_ner::chain::Chain;
use chancery_ner::model::Model;
use chancery_ner::train::{self, Gold, Progress, Settings, augment};
use chancery_ner::{Tagger, TextKind};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::Outcome;
use super::eval::write_table;
use crate::gold::{self, Case, Edit};
use crate::score::{Score, drop_optional};
use crate::training::columns::Change;
use crate::training::volumes::Take;
use crate::training::{columns, lists, marked, volumes};

const EXAMPLES: &str = "\
Examples:
  chancery train                            rebuild the model that is shipped
  chancery train --cross-validate 5         how good it is on unseen telegrams
  chancery train --shared ~/data --output mine.model";

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
    #[arg(long, value_name = "FILE", default_value = "crates/ner/data/fast.model")]
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

/// How much each sort of text counts.
#[derive(Args, Clone, Copy)]
struct Recipe {
    /// Weight of news; 0 leaves it out
    #[arg(long, value_name = "X", default_value_t = 1.0, help_heading = "Recipe")]
    news: f32,
    /// Weight of telegrams marked by hand
    #[arg(long, value_name = "X", default_value_t = 2.0, help_heading = "Recipe")]
    telegrams: f32,
    /// Weight of copies of telegrams with other people's names
    #[arg(long, value_name = "X", default_value_t = 1.0, help_heading = "Recipe")]
    renamed_telegrams: f32,
    /// Weight of copies of news with other people's names
    #[arg(long, value_name = "X", default_value_t = 0.0, help_heading = "Recipe")]
    renamed_news: f32,
    /// Weight of sentences in which editors marked persons
    #[arg(long, value_name = "X", default_value_t = 0.0, help_heading = "Recipe")]
    marks: f32,
    /// Weight of a copy in capitals, against its original
    #[arg(long, value_name = "X", default_value_t = 0.5, help_heading = "Recipe")]
    capitals: f32,
    /// Iterations of the minimiser
    #[arg(long, value_name = "N", default_value_t = 100, help_heading = "Recipe")]
    iterations: usize,
    /// Strength of the L1 term
    #[arg(long, value_name = "X", default_value_t = 0.1, help_heading = "Recipe")]
    l1: f32,
    /// Strength of the L2 term
    #[arg(long, value_name = "X", default_value_t = 0.02, help_heading = "Recipe")]
    l2: f32,
}

/// All that is learnt from.
struct Material {
    news: Vec<Case>,
    telegrams: Vec<Case>,
    /// First lines of the documents of the volumes that are marked by hand.
    except: HashSet<String>,
    names: augment::Names,
    marks: Vec<Gold>,
    gazetteer: Vec<u8>,
}

/// Trains, or validates.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let material = Material::load(&arguments.shared.join("data"), &arguments.recipe)?;
    if let Some(folder) = &arguments.columns {
        write_columns(&material, &arguments.shared.join("data"), &arguments.recipe, folder)?;
        return Ok(Outcome::Fine);
    }
    match arguments.cross_validate {
        Some(folds) => cross_validate(&material, &arguments.recipe, folds)?,
        None => {
            let telegrams: Vec<&Case> = material.telegrams.iter().collect();
            let model = train(&material, &telegrams, &arguments.recipe)?;
            let path = &arguments.output;
            fs::write(path, &model)
                .with_context(|| format!("{}: cannot be written", path.display()))?;
            eprintln!("{}: {:.1} MB", path.display(), model.len() as f64 / 1e6);
        }
    }
    Ok(Outcome::Fine)
}

impl Material {
    fn load(data: &Path, recipe: &Recipe) -> anyhow::Result<Self> {
        let cases = |path: &str| gold::load(&[data.join(path)], Edit::None);
        let (telegrams, held_back) = (cases("annotation/train")?, cases("annotation/dev")?);
        let marked = telegrams.iter().chain(&held_back);
        let except: HashSet<String> = marked.map(|case| volumes::first_line(&case.text)).collect();
        let news = match recipe.news {
            0.0 => Vec::new(),
            _ => cases("ner/conll2003/train.tsv")?,
        };
        let first = (news.len() + telegrams.len()) as u32;
        let marks = match recipe.marks {
            0.0 => Vec::new(),
            weight => {
                volumes::golds(&data.join("frus-volumes"), &except, Take::Marked, weight, first)?
            }
        };
        let kb = data.join("kb");
        let (names, gazetteer) = (lists::names(&kb)?, lists::gazetteer(&kb)?);
        Ok(Self { news, telegrams, except, names, marks, gazetteer })
    }
}

/// Trains on everything, of the telegrams on those given.
fn train(material: &Material, telegrams: &[&Case], recipe: &Recipe) -> anyhow::Result<Vec<u8>> {
    Ok(train_on(&golds(material, telegrams, recipe)?, material, recipe))
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

/// Every document with its copies.
fn golds(material: &Material, telegrams: &[&Case], recipe: &Recipe) -> anyhow::Result<Vec<Gold>> {
    let mut golds = Vec::new();
    let mut add = |gold: Gold, renamed: f32| {
        let copy = (renamed > 0.0).then(|| {
            let copy = material.names.replace(&gold, gold.document.into());
            Gold { weight: renamed, ..copy }
        });
        for gold in [Some(gold), copy].into_iter().flatten() {
            if recipe.capitals > 0.0 {
                golds.push(augment::in_capitals(&gold, recipe.capitals));
            }
            golds.push(gold);
        }
    };
    let news = material.news.iter().map(|case| (case, TextKind::General));
    let telegrams = telegrams.iter().map(|case| (*case, TextKind::Diplomatic));
    for (number, (case, kind)) in news.chain(telegrams).enumerate() {
        let (weight, renamed) = match kind {
            TextKind::General => (recipe.news, recipe.renamed_news),
            TextKind::Diplomatic => (recipe.telegrams, recipe.renamed_telegrams),
        };
        add(marked::gold(case, kind, weight, number as u32)?, renamed);
    }
    golds.extend(material.marks.iter().cloned());
    Ok(golds)
}

/// Writes what `training/accurate` learns from and is measured on.
///
/// The marked text that is trained on gets its probabilities from two models,
/// each trained on the other half of the documents; all else gets them from
/// the shipped one.
fn write_columns(
    material: &Material,
    data: &Path,
    recipe: &Recipe,
    folder: &Path,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let telegrams: Vec<&Case> = material.telegrams.iter().collect();
    let golds = golds(material, &telegrams, recipe)?;
    let half = |odd: u32| {
        let others = golds.iter().filter(|gold| gold.document % 2 != odd).cloned();
        train_on(&others.collect::<Vec<_>>(), material, recipe)
    };
    let models = [half(0), half(1)];
    let chain = |model| anyhow::Ok(Chain::new(Model::read(model).context("just trained")?));
    let mut halves = [chain(&models[0])?, chain(&models[1])?];
    let mut shipped = [Chain::shipped(), Chain::shipped()];
    let mut write = |file: &str, entries: &[columns::Entry<'_>], held_back: bool| {
        let chains = if held_back { &mut shipped } else { &mut halves };
        columns::write(&folder.join(file).with_extension("tsv"), entries, chains)
    };

    let parts = parts(&material.telegrams, columns::PARTS);
    let part = |case: &Case| {
        let held = |part: &Vec<&Case>| part.iter().any(|one| std::ptr::eq(*one, case));
        parts.iter().position(held).unwrap_or(0)
    };
    let news = material.news.iter().map(|case| (case, TextKind::General, 0));
    let telegrams = material.telegrams.iter().map(|case| (case, TextKind::Diplomatic, part(case)));
    let numbered: Vec<_> = (0..).zip(news.chain(telegrams)).collect();
    let (news, telegrams) = numbered.split_at(material.news.len());
    for (file, cases) in [("news", news), ("telegrams", telegrams)] {
        let mut entries = Vec::new();
        for (number, (case, kind, part)) in cases {
            let gold = marked::gold(case, *kind, 1.0, *number)?;
            entries.push(columns::Entry { name: &case.name, part: *part, gold });
        }
        write(file, &entries, false)?;
        for (copy, change) in columns::COPIES {
            let changed: Vec<_> =
                entries.iter().map(|entry| entry.changed(change, &material.names)).collect();
            write(&format!("{file}-{copy}"), &changed, false)?;
        }
    }
    for (file, path, kind) in [
        ("news-dev", "ner/conll2003/dev.tsv", TextKind::General),
        ("telegrams-dev", "annotation/dev", TextKind::Diplomatic),
    ] {
        let cases = gold::load(&[data.join(path)], Edit::None)?;
        let mut entries = Vec::new();
        for case in &cases {
            let gold = marked::gold(case, kind, 1.0, 0)?;
            entries.push(columns::Entry { name: &case.name, part: 0, gold });
        }
        write(file, &entries, true)?;
        let capitals = entries.iter();
        let capitals: Vec<_> =
            capitals.map(|entry| entry.changed(Change::Capitals, &material.names)).collect();
        write(&format!("{file}-capitals"), &capitals, true)?;
    }
    let volumes = data.join("frus-volumes");
    let golds = volumes::golds(&volumes, &material.except, Take::All, 1.0, 0)?;
    let entry = |gold| columns::Entry { name: "volume", part: 0, gold };
    write("volumes", &golds.into_iter().map(entry).collect::<Vec<_>>(), true)
}

/// Prints the score over all parts, each tagged by a model that has not seen
/// it.
fn cross_validate(material: &Material, recipe: &Recipe, folds: u32) -> anyhow::Result<()> {
    let parts = parts(&material.telegrams, folds);
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

/// Cuts the cases in `folds` parts. Sections of one telegram ("…5135-1",
/// "…5135-2") stay together: they share their names.
fn parts(cases: &[Case], folds: u32) -> Vec<Vec<&Case>> {
    let mut parts: Vec<Vec<&Case>> = vec![Vec::new(); folds as usize];
    let mut telegrams: Vec<&str> = Vec::new();
    for case in cases {
        let stem =
            case.name.trim_end_matches(".json").trim_end_matches(|c: char| c.is_ascii_digit());
        let telegram = stem.strip_suffix('-').unwrap_or(&case.name);
        if telegrams.last() != Some(&telegram) {
            telegrams.push(telegram);
        }
        parts[(telegrams.len() - 1) % folds as usize].push(case);
    }
    parts
}
