//! Training of the CRF.
//!
//! [`train_model`] turns annotated documents into a model file. The first pass is
//! trained on all documents. For the second pass, each document is tagged by a
//! first pass that was trained without it, and those tags become features.
//!
//! [`TrainingData`] holds annotated text as feature numbers, [`Objective`] is
//! the regularised likelihood with its gradient, and [`owlqn`] minimises it.
//! [`augment`] makes additional training text from annotated text.

pub mod augment;
mod data;
mod objective;
pub mod owlqn;
mod text_kind;

pub use data::{GoldDocument, TrainingData, TrainingDataBuilder};
pub use objective::{Objective, ParameterVector};

use crate::bio_tags::BioTag;
use crate::crf::Crf;
use crate::features::TextKind;
use crate::gazetteer::NameGazetteer;
use crate::hash_table::HashTable;
use crate::lexicon::Lexicon;
use crate::model::{CrfModel, ModelParts, PassParts};

/// Settings of a training run.
#[derive(Clone, Copy, Debug)]
pub struct TrainingSettings {
    /// Regularisation and stopping criteria.
    pub minimiser: owlqn::OwlqnSettings,
    /// Minimum number of occurrences of a local feature; rarer ones are dropped.
    pub min_count: u32,
    /// Number of folds; each fold is tagged by a model trained on the others.
    pub folds: usize,
}

impl Default for TrainingSettings {
    fn default() -> Self {
        let minimiser =
            owlqn::OwlqnSettings { l1: 0.1, l2: 0.02, iterations: 100, tolerance: 1e-4 };
        Self { minimiser, min_count: 2, folds: 2 }
    }
}

/// Progress of the training.
#[derive(Clone, Copy, Debug)]
pub struct TrainingProgress {
    /// The current one of the [`TrainingSettings::minimiser_runs`], from 0.
    pub step: usize,
    /// Iteration of the minimiser.
    pub iteration: usize,
    /// The current loss.
    pub loss: f64,
}

impl TrainingSettings {
    /// Number of runs of the minimiser: one per fold and one per pass.
    pub fn minimiser_runs(&self) -> usize {
        self.folds + 2
    }
}

/// Trains on `golds` and returns the bytes of the model file. `gazetteer` is the
/// table made by [`crate::gazetteer::GazetteerBuilder`].
pub fn train_model(
    golds: &[GoldDocument],
    gazetteer: Vec<u8>,
    settings: &TrainingSettings,
    mut report: impl FnMut(TrainingProgress),
) -> Vec<u8> {
    let (table, _) = HashTable::parse_prefix(&gazetteer).expect("a table as the builder writes it");
    let lists = NameGazetteer::new(table);
    let all: Vec<(&GoldDocument, Option<&[Vec<BioTag>]>)> =
        golds.iter().map(|gold| (gold, None)).collect();
    let mut step = 0;
    let mut fit = |items: &[(&GoldDocument, Option<&[Vec<BioTag>]>)]| {
        let report_progress = |iteration, loss| report(TrainingProgress { step, iteration, loss });
        let parts = train_pass(items, lists, settings, report_progress);
        step += 1;
        parts
    };
    let mut tags: Vec<Vec<Vec<BioTag>>> = vec![Vec::new(); golds.len()];
    for fold in 0..settings.folds {
        let inside = |gold: &GoldDocument| gold.document as usize % settings.folds == fold;
        let others: Vec<_> = all.iter().filter(|(gold, _)| !inside(gold)).copied().collect();
        let passes = [fit(&others), PassParts::default()];
        let file =
            ModelParts { threshold: 0.0, gazetteer: gazetteer.clone(), passes }.encode_model();
        let model = CrfModel::from_bytes(&file).expect("a file as it is written");
        let mut crf = Crf::new(model);
        for (gold, tags) in golds.iter().zip(&mut tags).filter(|(gold, _)| inside(gold)) {
            *tags = crf.first_pass_tags(&gold.words_by_sentence(), gold.kind);
        }
    }
    let mut first = fit(&all);
    let tagged: Vec<_> =
        golds.iter().zip(&tags).map(|(gold, tags)| (gold, Some(&tags[..]))).collect();
    let second = fit(&tagged);
    first.weights.extend(text_kind::text_kind_weights(golds, lists));
    ModelParts { threshold: 0.0, gazetteer, passes: [first, second] }.encode_model()
}

/// Trains one pass.
fn train_pass(
    items: &[(&GoldDocument, Option<&[Vec<BioTag>]>)],
    lists: NameGazetteer<'_>,
    settings: &TrainingSettings,
    report: impl FnMut(usize, f64),
) -> PassParts {
    let mut maker = TrainingDataBuilder::new(Lexicon::shipped_lexicon(), lists);
    for (gold, first) in items {
        maker.add_document(gold, *first);
    }
    let data = maker.into_training_data(settings.min_count);
    let objective = Objective::new(&data);
    let mut weights = ParameterVector::zeros_for(&data);
    let evaluate = |weights: &ParameterVector, gradient: &mut [f32]| {
        objective.evaluate_loss(weights, gradient)
    };
    owlqn::minimise_loss(&mut weights, settings.minimiser, evaluate, report);
    let rows = data.features.iter().enumerate().map(|(at, &hash)| (hash, *weights.feature_row(at)));
    PassParts {
        weights: rows.filter(|(_, row)| row.iter().any(|&weight| weight != 0.0)).collect(),
        pairs: [TextKind::Diplomatic, TextKind::General]
            .map(|kind| weights.transition_weights(kind)),
    }
}
