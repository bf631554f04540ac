//! Layer normalisation (Ba et al. 2016) and the layer that scores the tags.

use super::kernel::{Kernel, LANES, Simd, Work};
use crate::tags::{PerTag, TAGS};

/// Brings each row to mean 0 and variance 1, then scales and shifts it.
pub(super) struct Norm {
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// What is added to the variance, in BERT.
const EPSILON: f32 = 1e-12;

impl Norm {
    /// Normalises the rows of `x`.
    pub(super) fn apply(&self, kernel: Kernel, x: &mut [f32]) {
        kernel.run(Normalise { norm: self, x });
    }
}

struct Normalise<'a> {
    norm: &'a Norm,
    x: &'a mut [f32],
}

impl Work for Normalise<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.norm.gain.len();
        let gain = self.norm.gain.as_chunks::<LANES>().0;
        let bias = self.norm.bias.as_chunks::<LANES>().0;
        for row in self.x.chunks_exact_mut(width) {
            let row = row.as_chunks_mut::<LANES>().0;
            let mut sum = simd.splat(0.0);
            for x in row.iter() {
                sum = simd.add(sum, simd.load(x));
            }
            let mean = simd.splat(simd.sum(sum) / width as f32);
            let mut squares = simd.splat(0.0);
            for x in row.iter() {
                let x = simd.sub(simd.load(x), mean);
                squares = simd.fma(x, x, squares);
            }
            let variance = simd.sum(squares) / width as f32;
            let scale = simd.splat(1.0 / (variance + EPSILON).sqrt());
            for ((x, gain), bias) in row.iter_mut().zip(gain).zip(bias) {
                let y = simd.mul(simd.sub(simd.load(x), mean), scale);
                simd.store(simd.fma(y, simd.load(gain), simd.load(bias)), x);
            }
        }
    }
}

/// The last layer, in floating point: a score for each tag.
pub(super) struct Head {
    /// `[TAGS][size]`.
    pub(super) weights: Vec<f32>,
    pub(super) bias: PerTag,
}

impl Head {
    /// Appends the scores of the rows of `x` to `to`.
    pub(super) fn scores(&self, kernel: Kernel, x: &[f32], to: &mut Vec<PerTag>) {
        kernel.run(Score { head: self, x, to });
    }
}

struct Score<'a> {
    head: &'a Head,
    x: &'a [f32],
    to: &'a mut Vec<PerTag>,
}

impl Work for Score<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let width = self.head.weights.len() / TAGS;
        for row in self.x.chunks_exact(width) {
            let row = row.as_chunks::<LANES>().0;
            let mut scores = self.head.bias;
            for (score, weights) in scores.iter_mut().zip(self.head.weights.chunks_exact(width)) {
                let mut sum = simd.splat(0.0);
                for (x, weights) in row.iter().zip(weights.as_chunks::<LANES>().0) {
                    sum = simd.fma(simd.load(x), simd.load(weights), sum);
                }
                *score += simd.sum(sum);
            }
            self.to.push(scores);
        }
    }
}
