//! Attention of the rows of a window to each other (Vaswani et al. 2017):
//! `softmax(q kᵀ / √width) v`, head by head.
//!
//! Queries, keys, and values come head by head, `[heads][rows][32]`, as
//! [`Linear::panels`](super::linear::Linear::panels) lays them down: a head is
//! as wide as a panel, and what is needed at once stays in the cache.

use std::ops::Range;

use super::kernel::{Kernel, LANES, Simd, Work, exp};
use super::linear::PANEL;

/// Width of a head.
pub(super) const HEAD: usize = PANEL;

/// Queries that are handled at once.
const BLOCK: usize = 4;

/// Rows that attend to each other: `keys` among all rows of a group,
/// `queries` among the rows whose result is wanted.
pub(super) struct Window {
    pub(super) keys: Range<usize>,
    pub(super) queries: Range<usize>,
}

/// Reused memory: the keys of a head turned round, `[32][keys]`, and the
/// scores of a block of queries, `[4][keys]`; keys filled up to sixteens.
#[derive(Default)]
pub(super) struct Scratch {
    turned: Vec<f32>,
    scores: Vec<f32>,
}

/// Writes to `to` the results of all queries in rows, `[queries][heads][32]`.
/// `queries` is `[heads][queries][32]`, `keys_values` first all heads' keys and
/// then all heads' values.
pub(super) fn attend(
    kernel: Kernel,
    queries: &[f32],
    keys_values: &[f32],
    windows: &[Window],
    scratch: &mut Scratch,
    to: &mut Vec<f32>,
) {
    to.resize(queries.len(), 0.0);
    kernel.run(Attend { queries, keys_values, windows, scratch, to });
}

struct Attend<'a> {
    queries: &'a [f32],
    keys_values: &'a [f32],
    windows: &'a [Window],
    scratch: &'a mut Scratch,
    to: &'a mut [f32],
}

impl Work for Attend<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Some(last) = self.windows.last() else { return };
        let (all_queries, all_keys) = (last.queries.end * HEAD, last.keys.end * HEAD);
        if all_queries == 0 {
            return;
        }
        let (keys, values) = self.keys_values.split_at(self.keys_values.len() / 2);
        let heads = keys.len() / all_keys;
        for window in self.windows.iter().filter(|window| !window.queries.is_empty()) {
            let rows = window.keys.start * HEAD..window.keys.end * HEAD;
            for head in 0..heads {
                let keys = &keys[head * all_keys..][rows.clone()];
                let values = &values[head * all_keys..][rows.clone()];
                turn(keys, &mut self.scratch.turned);
                let queries = &self.queries[head * all_queries..][..all_queries];
                let one = Head { turned: &self.scratch.turned, values: values.as_chunks().0 };
                let mut at = window.queries.start;
                while at < window.queries.end {
                    let end = (at + BLOCK).min(window.queries.end);
                    let queries = &queries[at * HEAD..end * HEAD];
                    let to = &mut self.to[at * heads * HEAD..end * heads * HEAD];
                    let sums = one.block(simd, queries.as_chunks().0, &mut self.scratch.scores);
                    for (row, sum) in to.chunks_exact_mut(heads * HEAD).zip(sums) {
                        let to = row[head * HEAD..][..HEAD].as_chunks_mut::<LANES>().0;
                        simd.store(sum[0], &mut to[0]);
                        simd.store(sum[1], &mut to[1]);
                    }
                    at = end;
                }
            }
        }
    }
}

/// Turns `[keys][32]` to `[32][keys]`, keys filled up with zeros to sixteens.
#[inline(always)]
fn turn(keys: &[f32], turned: &mut Vec<f32>) {
    let keys = keys.as_chunks::<HEAD>().0;
    let width = keys.len().next_multiple_of(LANES);
    turned.clear();
    turned.resize(width * HEAD, 0.0);
    for (lane, row) in turned.chunks_exact_mut(width).enumerate() {
        for (to, key) in row.iter_mut().zip(keys) {
            *to = key[lane];
        }
    }
}

/// Keys (turned) and values of one head in one window.
struct Head<'a> {
    turned: &'a [f32],
    values: &'a [[f32; HEAD]],
}

impl Head<'_> {
    /// The results of one to four queries; of fewer than four the last one's
    /// is repeated.
    #[inline(always)]
    fn block<S: Simd>(
        &self,
        simd: S,
        queries: &[[f32; HEAD]],
        scores: &mut Vec<f32>,
    ) -> [[S::F32; 2]; BLOCK] {
        let width = self.turned.len() / HEAD;
        scores.resize(BLOCK * width, 0.0);
        let mut block = [&queries[0]; BLOCK];
        for (to, query) in block.iter_mut().zip(queries) {
            *to = query;
        }
        self.scores(simd, block, scores);
        let mut shares = [0.0; BLOCK];
        for (row, share) in scores.chunks_exact_mut(width).zip(&mut shares) {
            *share = 1.0 / self.exponentials(simd, row);
        }
        let mut sums = self.mean(simd, scores);
        for (sum, share) in sums.iter_mut().zip(shares) {
            *sum = sum.map(|sum| simd.mul(sum, simd.splat(share)));
        }
        sums
    }

    /// Products of each query with each key.
    #[inline(always)]
    fn scores<S: Simd>(&self, simd: S, queries: [&[f32; HEAD]; BLOCK], scores: &mut [f32]) {
        let columns = self.turned.len() / HEAD / LANES;
        let mut column = 0;
        if S::WIDE {
            while column + 2 <= columns {
                self.column::<S, 2>(simd, queries, column, scores);
                column += 2;
            }
        }
        while column < columns {
            self.column::<S, 1>(simd, queries, column, scores);
            column += 1;
        }
    }

    /// Products with `N` times sixteen keys.
    #[inline(always)]
    fn column<S: Simd, const N: usize>(
        &self,
        simd: S,
        queries: [&[f32; HEAD]; BLOCK],
        column: usize,
        scores: &mut [f32],
    ) {
        let width = self.turned.len() / HEAD;
        let mut sums = [[simd.splat(0.0); N]; BLOCK];
        for (lane, row) in self.turned.chunks_exact(width).enumerate().take(HEAD) {
            let row = &row.as_chunks::<LANES>().0[column..column + N];
            for n in 0..N {
                let keys = simd.load(&row[n]);
                for m in 0..BLOCK {
                    sums[m][n] = simd.fma(simd.splat(queries[m][lane]), keys, sums[m][n]);
                }
            }
        }
        for (row, sums) in scores.chunks_exact_mut(width).zip(sums) {
            let row = &mut row.as_chunks_mut::<LANES>().0[column..column + N];
            for n in 0..N {
                simd.store(sums[n], &mut row[n]);
            }
        }
    }

    /// Takes scores to `exp((score - largest) / √width)`, and those of no key
    /// to next to nothing; their sum.
    #[inline(always)]
    fn exponentials<S: Simd>(&self, simd: S, row: &mut [f32]) -> f32 {
        row[self.values.len()..].fill(-1e30);
        let row = row.as_chunks_mut::<LANES>().0;
        let mut most = simd.load(&row[0]);
        for lanes in &row[1..] {
            most = simd.max(most, simd.load(lanes));
        }
        let mut lanes = [0.0; LANES];
        simd.store(most, &mut lanes);
        let most = simd.splat(lanes.into_iter().fold(f32::MIN, f32::max));
        let scale = simd.splat(1.0 / (HEAD as f32).sqrt());
        let mut sum = simd.splat(0.0);
        for lanes in row {
            let x = exp(simd, simd.mul(simd.sub(simd.load(lanes), most), scale));
            sum = simd.add(sum, x);
            simd.store(x, lanes);
        }
        simd.sum(sum)
    }

    /// Sums of the values, each by its weight in the four rows of `weights`.
    #[inline(always)]
    fn mean<S: Simd>(&self, simd: S, weights: &[f32]) -> [[S::F32; 2]; BLOCK] {
        let width = self.turned.len() / HEAD;
        let mut rows: [&[f32]; BLOCK] = [&[]; BLOCK];
        for m in 0..BLOCK {
            rows[m] = &weights[m * width..][..self.values.len()];
        }
        let mut sums = [[simd.splat(0.0); 2]; BLOCK];
        for (key, value) in self.values.iter().enumerate() {
            let value = value.as_chunks::<LANES>().0;
            let value = [simd.load(&value[0]), simd.load(&value[1])];
            for m in 0..BLOCK {
                let weight = simd.splat(rows[m][key]);
                for n in 0..2 {
                    sums[m][n] = simd.fma(weight, value[n], sums[m][n]);
                }
            }
        }
        sums
    }
}
