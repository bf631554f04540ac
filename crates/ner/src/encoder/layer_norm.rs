//! Layer normalisation (Ba et al. 2016) and the layer that scores the tags.

use super::kernel::{Kernel, LANES, Simd, SimdTask};
use crate::bio_tags::{PerTag, TAGS};

/// Layer normalisation: normalises each row to mean 0 and variance 1, then scales
/// and shifts it.
pub(super) struct LayerNorm {
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// The constant that BERT adds to the variance.
const EPSILON: f32 = 1e-12;

impl LayerNorm {
    /// Normalises the rows of `x`.
    pub(super) fn normalise_rows(&self, kernel: Kernel, x: &mut [f32]) {
        kernel.run(NormaliseTask { norm: self, x });
    }
}

struct NormaliseTask<'a> {
    norm: &'a LayerNorm,
    x: &'a mut [f32],
}

impl SimdTask for NormaliseTask<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.norm.gain.len();
        let gain = self.norm.gain.as_chunks::<LANES>().0;
        let bias = self.norm.bias.as_chunks::<LANES>().0;
        for row in self.x.chunks_exact_mut(width) {
            let row = row.as_chunks_mut::<LANES>().0;
            let mut sum = simd.splat(0.0);
            for x in row.iter() {
                sum = simd.add(sum, simd.load_floats(x));
            }
            let mean = simd.splat(simd.sum_lanes(sum) / width as f32);
            let mut squares = simd.splat(0.0);
            for x in row.iter() {
                let x = simd.sub(simd.load_floats(x), mean);
                squares = simd.mul_add(x, x, squares);
            }
            let variance = simd.sum_lanes(squares) / width as f32;
            let scale = simd.splat(1.0 / (variance + EPSILON).sqrt());
            for ((x, gain), bias) in row.iter_mut().zip(gain).zip(bias) {
                let y = simd.mul(simd.sub(simd.load_floats(x), mean), scale);
                simd.store_floats(
                    simd.mul_add(y, simd.load_floats(gain), simd.load_floats(bias)),
                    x,
                );
            }
        }
    }
}

/// The last layer, in floating point: a score for each tag.
pub(super) struct TagHead {
    /// `[TAGS][size]`.
    pub(super) weights: Vec<f32>,
    pub(super) bias: PerTag,
}

impl TagHead {
    /// Appends the scores of the rows of `x` to `to`.
    pub(super) fn append_scores(&self, kernel: Kernel, x: &[f32], to: &mut Vec<PerTag>) {
        kernel.run(ScoreTask { head: self, x, to });
    }
}

struct ScoreTask<'a> {
    head: &'a TagHead,
    x: &'a [f32],
    to: &'a mut Vec<PerTag>,
}

impl SimdTask for ScoreTask<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.head.weights.len() / TAGS;
        for row in self.x.chunks_exact(width) {
            let row = row.as_chunks::<LANES>().0;
            let mut scores = self.head.bias;
            for (score, weights) in scores.iter_mut().zip(self.head.weights.chunks_exact(width)) {
                let mut sum = simd.splat(0.0);
                for (x, weights) in row.iter().zip(weights.as_chunks::<LANES>().0) {
                    sum = simd.mul_add(simd.load_floats(x), simd.load_floats(weights), sum);
                }
                *score += simd.sum_lanes(sum);
            }
            self.to.push(scores);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn kernels_agree_and_rows_are_normalised(
            (rows, x, gain, bias) in (1usize..5, 1usize..5).prop_flat_map(|(rows, panels)| {
                let floats = |count| prop::collection::vec(-9f32..9.0, count);
                let width = panels * 32;
                (Just(rows), floats(rows * width), floats(TAGS * width), floats(width))
            }),
        ) {
            let width = bias.len();
            let norm = LayerNorm { gain: vec![1.0; width], bias: vec![0.0; width] };
            let scaled = LayerNorm { gain: gain[..width].to_vec(), bias };
            let head = TagHead { weights: gain, bias: [0.5; TAGS] };
            let mut before: Option<(Vec<f32>, Vec<f32>, Vec<PerTag>)> = None;
            for kernel in Kernel::all_available() {
                let (mut plain, mut other, mut scores) = (x.clone(), x.clone(), Vec::new());
                norm.normalise_rows(kernel, &mut plain);
                scaled.normalise_rows(kernel, &mut other);
                head.append_scores(kernel, &x, &mut scores);
                prop_assert_eq!(scores.len(), rows);
                for row in plain.chunks(width) {
                    let mean = row.iter().sum::<f32>() / width as f32;
                    let variance = row.iter().map(|x| x * x).sum::<f32>() / width as f32;
                    prop_assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-4);
                }
                for (at, (other, plain)) in other.iter().zip(&plain).enumerate() {
                    let y = plain.mul_add(scaled.gain[at % width], scaled.bias[at % width]);
                    prop_assert_eq!(*other, y);
                }
                for (row, scores) in x.chunks(width).zip(&scores) {
                    for (score, weights) in scores.iter().zip(head.weights.chunks(width)) {
                        let products = row.iter().zip(weights).map(|(x, w)| x * w);
                        prop_assert!((score - 0.5 - products.sum::<f32>()).abs() < 1e-2);
                    }
                }
                let now = (plain, other, scores);
                prop_assert!(before.as_ref().is_none_or(|before| *before == now));
                before = Some(now);
            }
        }
    }
}
