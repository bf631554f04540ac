//! The regularised conditional likelihood and its gradient.
//!
//! If all tags of a text are known, this is the usual objective of a
//! conditional random field. If a token may have several tags, it is the
//! likelihood of the *set* of allowed sequences (Tsuboi et al. 2008). So text in
//! which editors have marked only some of the names can be used too.

use rayon::prelude::*;

use crate::bio_tags::{PerTag, TAGS, TagSet};
use crate::features::TextKind;
use crate::lattice::{ForwardBackward, TransitionScores};
use crate::train::TrainingData;

/// Number of parts of the work. It does not depend on the number of threads, so
/// that sums are reproducible.
const PARTS: usize = 4;

/// Number of weights for tag pairs: one matrix for each kind of text.
const TRANSITIONS: usize = 2 * TAGS * TAGS;

/// All weights: a row for each feature, then the tag pairs of each kind of text.
#[derive(Clone, Debug)]
pub struct ParameterVector(pub Vec<f32>);

impl ParameterVector {
    /// Creates zero weights for `data`.
    pub fn zeros_for(data: &TrainingData) -> Self {
        Self(vec![0.0; data.features.len() * TAGS + TRANSITIONS])
    }

    /// The row of a feature.
    pub fn feature_row(&self, feature: usize) -> &PerTag {
        self.0[feature * TAGS..].first_chunk().expect("a row for every feature")
    }

    /// The tag-pair weights of a kind of text.
    pub fn transition_weights(&self, kind: TextKind) -> [PerTag; TAGS] {
        let start = self.0.len() - TRANSITIONS + kind as usize * TAGS * TAGS;
        std::array::from_fn(|before| {
            std::array::from_fn(|after| self.0[start + before * TAGS + after])
        })
    }
}

/// The negative log-likelihood of [`TrainingData`].
pub struct Objective<'a> {
    data: &'a TrainingData,
}

/// Loss and gradient of one part of the sentences.
struct PartialGradient {
    loss: f64,
    groups: Vec<PerTag>,
    features: Vec<f32>,
}

impl<'a> Objective<'a> {
    /// Creates the objective over `data`.
    pub fn new(data: &'a TrainingData) -> Self {
        Self { data }
    }

    /// Returns the loss at `weights` and writes its gradient to `gradient`.
    pub fn evaluate_loss(&self, weights: &ParameterVector, gradient: &mut [f32]) -> f64 {
        let groups = self.score_groups(weights);
        let size = self.data.sequences.len().div_ceil(PARTS).max(1);
        let count = self.data.sequences.len().div_ceil(size);
        let parts: Vec<PartialGradient> = (0..count)
            .into_par_iter()
            .map(|part| {
                let end = ((part + 1) * size).min(self.data.sequences.len());
                self.evaluate_part(part * size..end, weights, &groups)
            })
            .collect();
        gradient.par_chunks_mut(1 << 16).enumerate().for_each(|(chunk, slice)| {
            let start = chunk << 16;
            slice.fill(0.0);
            for part in &parts {
                let from = &part.features[start..start + slice.len()];
                slice.iter_mut().zip(from).for_each(|(sum, value)| *sum += value);
            }
        });
        for number in 0..self.data.groups.len() {
            let mut row = [0f32; TAGS];
            for part in &parts {
                row.iter_mut().zip(&part.groups[number]).for_each(|(sum, value)| *sum += value);
            }
            for &feature in self.data.groups.list_at(number) {
                add_row(&mut gradient[feature as usize * TAGS..], &row);
            }
        }
        parts.iter().map(|part| part.loss).sum()
    }

    /// Returns the summed weights of every group.
    fn score_groups(&self, weights: &ParameterVector) -> Vec<PerTag> {
        (0..self.data.groups.len())
            .into_par_iter()
            .map(|number| {
                let mut sum = [0.0; TAGS];
                for &feature in self.data.groups.list_at(number) {
                    add_row(&mut sum, weights.feature_row(feature as usize));
                }
                sum
            })
            .collect()
    }

    fn evaluate_part(
        &self,
        sequences: std::ops::Range<usize>,
        weights: &ParameterVector,
        group_scores: &[PerTag],
    ) -> PartialGradient {
        let mut part = PartialGradient {
            loss: 0.0,
            groups: vec![[0.0; TAGS]; group_scores.len()],
            features: vec![0.0; weights.0.len()],
        };
        let pairs = [TextKind::Diplomatic, TextKind::General].map(|kind| {
            TransitionScores::from_weights(weights.transition_weights(kind)).exponentials()
        });
        let mut pair_gradient = [[[0f32; TAGS]; TAGS]; 2];
        let (mut free, mut bound) = (ForwardBackward::default(), ForwardBackward::default());
        for sequence in &self.data.sequences[sequences] {
            let tokens = sequence.first as usize..sequence.end as usize;
            let allowed = &self.data.allowed[tokens.clone()];
            if allowed.iter().all(|&set| set == TagSet::ALL) {
                continue;
            }
            let scores: Vec<PerTag> = tokens
                .clone()
                .map(|token| self.score_token(token, weights, group_scores))
                .collect();
            let exp = &pairs[sequence.kind as usize];
            let all = free.compute_log_partition(&scores, exp, &[]);
            let right = bound.compute_log_partition(&scores, exp, allowed);
            if !right.is_finite() {
                continue;
            }
            let weight = sequence.weight;
            part.loss += f64::from(weight) * (all - right);
            let into = &mut pair_gradient[sequence.kind as usize];
            for (at, token) in tokens.enumerate() {
                let (p, q) = (free.tag_marginals(at), bound.tag_marginals(at));
                let row: PerTag = std::array::from_fn(|tag| weight * (p[tag] - q[tag]));
                for &group in self.data.words.list_at(token) {
                    add_row(&mut part.groups[group as usize], &row);
                }
                for &feature in self.data.locals.list_at(token) {
                    add_row(&mut part.features[feature as usize * TAGS..], &row);
                }
                if at > 0 {
                    free.add_pair_marginals(at, exp, weight, into);
                    bound.add_pair_marginals(at, exp, -weight, into);
                }
            }
        }
        let start = part.features.len() - TRANSITIONS;
        part.features[start..].copy_from_slice(pair_gradient.as_flattened().as_flattened());
        part
    }

    /// Returns the score of every tag at `token`.
    fn score_token(
        &self,
        token: usize,
        weights: &ParameterVector,
        group_scores: &[PerTag],
    ) -> PerTag {
        let mut sum = [0.0; TAGS];
        for &group in self.data.words.list_at(token) {
            add_row(&mut sum, &group_scores[group as usize]);
        }
        for &feature in self.data.locals.list_at(token) {
            add_row(&mut sum, weights.feature_row(feature as usize));
        }
        sum
    }
}

fn add_row(into: &mut [f32], row: &PerTag) {
    into.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
}
