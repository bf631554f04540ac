//! Self-attention among the rows of a window (Vaswani et al. 2017):
//! `softmax(q kᵀ / √width) v` for each head.
//!
//! Queries, keys and values are laid out by head, `[heads][rows][32]`, as
//! [`LinearView::write_panels`](super::linear::LinearView::write_panels)
//! writes them. A head is as wide as a panel, so the data of one head stays in
//! the cache.

use std::ops::Range;

use super::kernel::{Kernel, LANES, Simd, SimdTask, exp};
use super::linear::PANEL;

/// Width of a head.
pub(super) const HEAD_WIDTH: usize = PANEL;

/// Number of queries that are processed together.
const QUERY_BLOCK: usize = 4;

/// The rows of a window. `keys` are indices among all rows of a group, `queries`
/// among the rows whose results are wanted.
pub(super) struct AttentionWindow {
    pub(super) keys: Range<usize>,
    pub(super) queries: Range<usize>,
}

/// Reused buffers: the transposed keys of a head, `[32][keys]`, and the scores of a
/// block of queries, `[4][keys]`. The number of keys is padded to a multiple of 16.
#[derive(Default)]
pub(super) struct AttentionBuffers {
    transposed: Vec<f32>,
    scores: Vec<f32>,
}

/// Writes the results of all queries to `to`, row by row: `[queries][heads][32]`.
/// `queries` is `[heads][queries][32]`. `keys_values` has the keys of all heads,
/// then the values of all heads.
pub(super) fn attend_windows(
    kernel: Kernel,
    queries: &[f32],
    keys_values: &[f32],
    windows: &[AttentionWindow],
    scratch: &mut AttentionBuffers,
    to: &mut Vec<f32>,
) {
    to.resize(queries.len(), 0.0);
    kernel.run(AttendTask { queries, keys_values, windows, scratch, to });
}

struct AttendTask<'a> {
    queries: &'a [f32],
    keys_values: &'a [f32],
    windows: &'a [AttentionWindow],
    scratch: &'a mut AttentionBuffers,
    to: &'a mut [f32],
}

impl SimdTask for AttendTask<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Some(last) = self.windows.last() else { return };
        let (all_queries, all_keys) = (last.queries.end * HEAD_WIDTH, last.keys.end * HEAD_WIDTH);
        if all_queries == 0 {
            return;
        }
        let (keys, values) = self.keys_values.split_at(self.keys_values.len() / 2);
        let heads = keys.len() / all_keys;
        for window in self.windows.iter().filter(|window| !window.queries.is_empty()) {
            let rows = window.keys.start * HEAD_WIDTH..window.keys.end * HEAD_WIDTH;
            for head in 0..heads {
                let keys = &keys[head * all_keys..][rows.clone()];
                let values = &values[head * all_keys..][rows.clone()];
                transpose_keys(keys, &mut self.scratch.transposed);
                let queries = &self.queries[head * all_queries..][..all_queries];
                let one = AttentionHead {
                    transposed: &self.scratch.transposed,
                    values: values.as_chunks().0,
                };
                let mut at = window.queries.start;
                while at < window.queries.end {
                    let end = (at + QUERY_BLOCK).min(window.queries.end);
                    let queries = &queries[at * HEAD_WIDTH..end * HEAD_WIDTH];
                    let to = &mut self.to[at * heads * HEAD_WIDTH..end * heads * HEAD_WIDTH];
                    let sums =
                        one.attend_block(simd, queries.as_chunks().0, &mut self.scratch.scores);
                    for (row, sum) in to.chunks_exact_mut(heads * HEAD_WIDTH).zip(sums) {
                        let to = row[head * HEAD_WIDTH..][..HEAD_WIDTH].as_chunks_mut::<LANES>().0;
                        simd.store_floats(sum[0], &mut to[0]);
                        simd.store_floats(sum[1], &mut to[1]);
                    }
                    at = end;
                }
            }
        }
    }
}

/// Transposes `[keys][32]` to `[32][keys]`, padded with zeros to a multiple of 16
/// keys.
#[inline(always)]
fn transpose_keys(keys: &[f32], turned: &mut Vec<f32>) {
    let keys = keys.as_chunks::<HEAD_WIDTH>().0;
    let width = keys.len().next_multiple_of(LANES);
    turned.clear();
    turned.resize(width * HEAD_WIDTH, 0.0);
    for (lane, row) in turned.chunks_exact_mut(width).enumerate() {
        for (to, key) in row.iter_mut().zip(keys) {
            *to = key[lane];
        }
    }
}

/// The transposed keys and the values of one head in one window.
struct AttentionHead<'a> {
    transposed: &'a [f32],
    values: &'a [[f32; HEAD_WIDTH]],
}

impl AttentionHead<'_> {
    /// Computes the results of one to four queries. If there are fewer than four,
    /// the first query fills the block.
    #[inline(always)]
    fn attend_block<S: Simd>(
        &self,
        simd: S,
        queries: &[[f32; HEAD_WIDTH]],
        scores: &mut Vec<f32>,
    ) -> [[S::F32; 2]; QUERY_BLOCK] {
        let width = self.transposed.len() / HEAD_WIDTH;
        scores.resize(QUERY_BLOCK * width, 0.0);
        let mut block = [&queries[0]; QUERY_BLOCK];
        for (to, query) in block.iter_mut().zip(queries) {
            *to = query;
        }
        self.score_keys(simd, block, scores);
        let totals = self.exponentiate_scores(simd, scores);
        let mut sums = self.weighted_value_sums(simd, scores);
        for (sum, total) in sums.iter_mut().zip(totals) {
            let share = simd.splat(1.0 / total);
            *sum = [simd.mul(sum[0], share), simd.mul(sum[1], share)];
        }
        sums
    }

    /// Computes the product of each query with each key.
    #[inline(always)]
    fn score_keys<S: Simd>(
        &self,
        simd: S,
        queries: [&[f32; HEAD_WIDTH]; QUERY_BLOCK],
        scores: &mut [f32],
    ) {
        let columns = self.transposed.len() / HEAD_WIDTH / LANES;
        let mut column = 0;
        if S::WIDE {
            while column + 2 <= columns {
                self.score_key_columns::<S, 2>(simd, queries, column, scores);
                column += 2;
            }
        }
        while column < columns {
            self.score_key_columns::<S, 1>(simd, queries, column, scores);
            column += 1;
        }
    }

    /// Computes the products with `N` times sixteen keys.
    #[inline(always)]
    fn score_key_columns<S: Simd, const N: usize>(
        &self,
        simd: S,
        queries: [&[f32; HEAD_WIDTH]; QUERY_BLOCK],
        column: usize,
        scores: &mut [f32],
    ) {
        let width = self.transposed.len() / HEAD_WIDTH;
        let mut sums = [[simd.splat(0.0); N]; QUERY_BLOCK];
        for (lane, row) in self.transposed.chunks_exact(width).enumerate().take(HEAD_WIDTH) {
            let row = &row.as_chunks::<LANES>().0[column..column + N];
            for n in 0..N {
                let keys = simd.load_floats(&row[n]);
                for m in 0..QUERY_BLOCK {
                    sums[m][n] = simd.mul_add(simd.splat(queries[m][lane]), keys, sums[m][n]);
                }
            }
        }
        for (row, sums) in scores.chunks_exact_mut(width).zip(sums) {
            let row = &mut row.as_chunks_mut::<LANES>().0[column..column + N];
            for n in 0..N {
                simd.store_floats(sums[n], &mut row[n]);
            }
        }
    }

    /// Replaces each score by `exp((score - largest) / √width)`, and scores of the
    /// padding by almost zero. Returns the sum of each row.
    #[inline(always)]
    fn exponentiate_scores<S: Simd>(&self, simd: S, scores: &mut [f32]) -> [f32; QUERY_BLOCK] {
        let width = self.transposed.len() / HEAD_WIDTH;
        let scale = simd.splat(1.0 / (HEAD_WIDTH as f32).sqrt());
        let mut totals = [0.0; QUERY_BLOCK];
        for (row, total) in scores.chunks_exact_mut(width).zip(&mut totals) {
            row[self.values.len()..].fill(-1e30);
            let row = row.as_chunks_mut::<LANES>().0;
            let mut most = simd.load_floats(&row[0]);
            for lanes in &row[1..] {
                most = simd.max(most, simd.load_floats(lanes));
            }
            let most = simd.splat(simd.largest_lane(most));
            let mut sum = simd.splat(0.0);
            for lanes in row {
                let x = exp(simd, simd.mul(simd.sub(simd.load_floats(lanes), most), scale));
                sum = simd.add(sum, x);
                simd.store_floats(x, lanes);
            }
            *total = simd.sum_lanes(sum);
        }
        totals
    }

    /// Computes the weighted sums of the values for the four rows of `weights`.
    #[inline(always)]
    fn weighted_value_sums<S: Simd>(&self, simd: S, weights: &[f32]) -> [[S::F32; 2]; QUERY_BLOCK] {
        let width = self.transposed.len() / HEAD_WIDTH;
        let mut rows: [&[f32]; QUERY_BLOCK] = [&[]; QUERY_BLOCK];
        for m in 0..QUERY_BLOCK {
            rows[m] = &weights[m * width..][..self.values.len()];
        }
        let mut sums = [[simd.splat(0.0); 2]; QUERY_BLOCK];
        for (key, value) in self.values.iter().enumerate() {
            let value = value.as_chunks::<LANES>().0;
            let value = [simd.load_floats(&value[0]), simd.load_floats(&value[1])];
            for m in 0..QUERY_BLOCK {
                let weight = simd.splat(rows[m][key]);
                for n in 0..2 {
                    sums[m][n] = simd.mul_add(weight, value[n], sums[m][n]);
                }
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A test case of windows, heads, queries, keys and values.
    #[derive(Debug)]
    struct Case {
        lengths: Vec<usize>,
        heads: usize,
        queries: Vec<f32>,
        keys_values: Vec<f32>,
    }

    fn case() -> impl Strategy<Value = Case> {
        (prop::collection::vec(0usize..70, 1..4), 1usize..3, 0.1f32..30.0).prop_flat_map(
            |(lengths, heads, size)| {
                let rows: usize = lengths.iter().sum();
                let floats = |count| prop::collection::vec(-size..size, count);
                (floats(rows * heads * HEAD_WIDTH), floats(2 * rows * heads * HEAD_WIDTH)).prop_map(
                    move |(queries, keys_values)| Case {
                        lengths: lengths.clone(),
                        heads,
                        queries,
                        keys_values,
                    },
                )
            },
        )
    }

    impl Case {
        fn result(&self, kernel: Kernel) -> Vec<f32> {
            let mut end = 0;
            let windows: Vec<AttentionWindow> = (self.lengths.iter())
                .map(|length| {
                    let rows = end..end + length;
                    end = rows.end;
                    AttentionWindow { keys: rows.clone(), queries: rows }
                })
                .collect();
            let mut to = Vec::new();
            let mut scratch = AttentionBuffers::default();
            attend_windows(
                kernel,
                &self.queries,
                &self.keys_values,
                &windows,
                &mut scratch,
                &mut to,
            );
            to
        }

        /// Computes attention directly from its definition.
        fn expected(&self) -> Vec<f64> {
            let rows: usize = self.lengths.iter().sum();
            let (keys, values) = self.keys_values.split_at(self.keys_values.len() / 2);
            let mut to = vec![0.0; self.queries.len()];
            for head in 0..self.heads {
                let at = |of: &[f32], row: usize| -> Vec<f64> {
                    let row = &of[(head * rows + row) * HEAD_WIDTH..][..HEAD_WIDTH];
                    row.iter().map(|&x| f64::from(x)).collect()
                };
                let mut start = 0;
                for &length in &self.lengths {
                    for query in start..start + length {
                        let q = at(&self.queries, query);
                        let score = |key| -> f64 {
                            let products = at(keys, key).into_iter().zip(&q).map(|(k, q)| k * q);
                            products.sum::<f64>() / (HEAD_WIDTH as f64).sqrt()
                        };
                        let scores: Vec<f64> = (start..start + length).map(score).collect();
                        let most = scores.iter().copied().fold(f64::MIN, f64::max);
                        let weights: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
                        let total: f64 = weights.iter().sum();
                        for (key, weight) in (start..).zip(&weights) {
                            let to =
                                &mut to[(query * self.heads + head) * HEAD_WIDTH..][..HEAD_WIDTH];
                            for (to, value) in to.iter_mut().zip(at(values, key)) {
                                *to += weight / total * value;
                            }
                        }
                    }
                    start += length;
                }
            }
            to
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn kernels_agree_to_the_bit(case in case()) {
            let bits = |x: Vec<f32>| -> Vec<u32> { x.into_iter().map(f32::to_bits).collect() };
            let plain = bits(case.result(Kernel::from_name("plain").unwrap()));
            for kernel in Kernel::all_available() {
                prop_assert!(plain == bits(case.result(kernel)), "{}", kernel.kernel_name());
            }
        }

        #[test]
        fn matches_definition(case in case()) {
            // Scores reach a few thousand, where the last bit is worth 2e-4.
            let largest = case.keys_values.iter().fold(0f32, |most, x| most.max(x.abs()));
            let near = 1e-5 + 4e-3 * f64::from(largest);
            for (found, expected) in case.result(Kernel::fastest_available()).iter().zip(case.expected()) {
                prop_assert!((f64::from(*found) - expected).abs() < near, "{found} for {expected}");
            }
        }
    }
}
