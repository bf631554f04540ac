//! Training of the CRF.
//!
//! [`model`] turns annotated documents into a model file. The first pass is
//! trained on all documents. For the second pass, each document is tagged by a
//! first pass that was trained without it, and those tags become features.
//!
//! [`Data`] holds annotated text as feature numbers, [`Objective`] is the
//! regularised likelihood with its gradient, and [`owlqn`] minimises it.
//! [`augment`] makes additional training text from annotated text.

pub mod augment;
mod data;
mod kind;
mod objective;
pub mod owlqn;

pub use data::{Data, Gold, Maker};
pub use objective::{Objective, Weights};

use crate::chain::Chain;
use crate::features::TextKind;
use crate::gazetteer::Gazetteer;
use crate::lexicon::Lexicon;
use crate::model::{Model, Parts, PassParts};
use crate::table::Table;
use crate::tags::Tag;

/// Settings of a training run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Regularisation and stopping criteria.
    pub minimiser: owlqn::Settings,
    /// Minimum number of occurrences of a local feature; rarer ones are dropped.
    pub least: u32,
    /// Number of folds; each fold is tagged by a model trained on the others.
    pub folds: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let minimiser = owlqn::Settings { l1: 0.1, l2: 0.02, iterations: 100, tolerance: 1e-4 };
        Self { minimiser, least: 2, folds: 2 }
    }
}

/// Progress of the training.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The current one of the [`Settings::steps`], from 0.
    pub step: usize,
    /// Iteration of the minimiser.
    pub iteration: usize,
    /// The current loss.
    pub loss: f64,
}

impl Settings {
    /// Number of runs of the minimiser: one per fold and one per pass.
    pub fn steps(&self) -> usize {
        self.folds + 2
    }
}

/// Trains on `golds` and returns the bytes of the model file. `gazetteer` is the
/// table made by [`crate::gazetteer::Builder`].
pub fn model(
    golds: &[Gold],
    gazetteer: Vec<u8>,
    settings: &Settings,
    mut report: impl FnMut(Progress),
) -> Vec<u8> {
    let (table, _) = Table::read(&gazetteer).expect("a table as the builder writes it");
    let lists = Gazetteer::new(table);
    let all: Vec<(&Gold, Option<&[Vec<Tag>]>)> = golds.iter().map(|gold| (gold, None)).collect();
    let mut step = 0;
    let mut fit = |items: &[(&Gold, Option<&[Vec<Tag>]>)]| {
        let told = |iteration, loss| report(Progress { step, iteration, loss });
        let parts = pass(items, lists, settings, told);
        step += 1;
        parts
    };
    let mut tags: Vec<Vec<Vec<Tag>>> = vec![Vec::new(); golds.len()];
    for fold in 0..settings.folds {
        let inside = |gold: &Gold| gold.document as usize % settings.folds == fold;
        let others: Vec<_> = all.iter().filter(|(gold, _)| !inside(gold)).copied().collect();
        let passes = [fit(&others), PassParts::default()];
        let file = Parts { threshold: 0.0, gazetteer: gazetteer.clone(), passes }.write();
        let model = Model::read(&file).expect("a file as it is written");
        let mut chain = Chain::new(model);
        for (gold, tags) in golds.iter().zip(&mut tags).filter(|(gold, _)| inside(gold)) {
            *tags = chain.first_pass(&gold.words(), gold.kind);
        }
    }
    let mut first = fit(&all);
    let tagged: Vec<_> =
        golds.iter().zip(&tags).map(|(gold, tags)| (gold, Some(&tags[..]))).collect();
    let second = fit(&tagged);
    first.weights.extend(kind::weights(golds, lists));
    Parts { threshold: 0.0, gazetteer, passes: [first, second] }.write()
}

/// Trains one pass.
fn pass(
    items: &[(&Gold, Option<&[Vec<Tag>]>)],
    lists: Gazetteer<'_>,
    settings: &Settings,
    report: impl FnMut(usize, f64),
) -> PassParts {
    let mut maker = Maker::new(Lexicon::shipped(), lists);
    for (gold, first) in items {
        maker.add(gold, *first);
    }
    let data = maker.finish(settings.least);
    let objective = Objective::new(&data);
    let mut weights = Weights::zero(&data);
    let evaluate = |weights: &Weights, gradient: &mut [f32]| objective.evaluate(weights, gradient);
    owlqn::minimise(&mut weights, settings.minimiser, evaluate, report);
    let rows = data.features.iter().enumerate().map(|(at, &hash)| (hash, *weights.row(at)));
    PassParts {
        weights: rows.filter(|(_, row)| row.iter().any(|&weight| weight != 0.0)).collect(),
        pairs: [TextKind::Diplomatic, TextKind::General].map(|kind| weights.pairs(kind)),
    }
}
