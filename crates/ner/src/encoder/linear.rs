//! Linear layers in 8 bits.
//!
//! Weights are integers in -127..=127 with a scale for each output channel.
//! Activations are quantised at run time (dynamic quantisation). Each row is
//! scaled by its own largest value, so that its result does not depend on other
//! rows. Products and their sums are exact; only the scale, the bias and later
//! steps are floating point.

use super::kernel::{Kernel, LANES, Simd, SimdTask, gelu};

/// Number of output channels in a panel, which are adjacent in the file.
pub(super) const PANEL: usize = 32;

/// Number of inputs that one instruction multiplies.
pub(super) const STEP: usize = 4;

/// Size of one step of a panel, in bytes.
const BLOCK_BYTES: usize = PANEL * STEP;

/// Number of rows in the largest tile.
const MAX_TILE_ROWS: usize = 12;

/// A layer `y = x Wᵀ + b` from `inputs` to `scales.len()` channels.
///
/// Weights are packed as `[channels / 32][inputs / 4][32][4]`, one byte each
/// with 128 added.
#[derive(Clone, Copy)]
pub(super) struct LinearView<'a> {
    pub(super) inputs: usize,
    pub(super) weights: &'a [u8],
    /// Value of a unit of weight, per channel.
    pub(super) scales: &'a [f32],
    pub(super) bias: &'a [f32],
}

/// A linear layer in memory: weights borrowed from the file, scales and biases
/// owned and so aligned.
pub(super) struct LinearLayer<'a> {
    pub(super) inputs: usize,
    pub(super) weights: &'a [u8],
    pub(super) scales: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

impl LinearLayer<'_> {
    /// A view of the whole layer.
    pub(super) fn view_all(&self) -> LinearView<'_> {
        self.view_channels(0, self.scales.len())
    }

    /// A view of the channels `start..end`, both multiples of [`PANEL`].
    pub(super) fn view_channels(&self, start: usize, end: usize) -> LinearView<'_> {
        LinearView {
            inputs: self.inputs,
            weights: &self.weights[start * self.inputs..end * self.inputs],
            scales: &self.scales[start..end],
            bias: &self.bias[start..end],
        }
    }
}

/// Activations quantised to 8 bits, row by row.
#[derive(Default)]
pub(super) struct QuantisedRows {
    values: Vec<i8>,
    /// Value of a unit, per row.
    scales: Vec<f32>,
    /// Sum of the units, per row.
    sums: Vec<i32>,
}

impl QuantisedRows {
    /// Quantises the rows of `x`, each of `width` numbers.
    pub(super) fn quantise_rows(&mut self, kernel: Kernel, x: &[f32], width: usize) {
        let rows = x.len() / width;
        self.values.resize(x.len(), 0);
        self.scales.resize(rows, 0.0);
        self.sums.resize(rows, 0);
        kernel.run(QuantiseTask { x, width, to: self });
    }
}

struct QuantiseTask<'a> {
    x: &'a [f32],
    width: usize,
    to: &'a mut QuantisedRows,
}

impl SimdTask for QuantiseTask<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let rows = self.x.chunks_exact(self.width).zip(self.to.values.chunks_exact_mut(self.width));
        for (row, (x, to)) in rows.enumerate() {
            // Non-negative floats have the same order as their bits.
            let largest = x.iter().map(|x| x.to_bits() & 0x7FFF_FFFF).max().unwrap_or(0);
            let largest = f32::from_bits(largest).clamp(1e-12, f32::MAX);
            let units = 127.0 / largest;
            for (to, &x) in to.iter_mut().zip(x) {
                // Rounds to even: the low bits of the sum hold the integer.
                *to = (x * units + 12_582_912.0).to_bits() as i8;
            }
            self.to.scales[row] = largest / 127.0;
            self.to.sums[row] = to.iter().map(|&unit| i32::from(unit)).sum();
        }
    }
}

/// The layout of results: channel `c` of row `r` is written at index
/// `c / 32 * panel + r * row + c % 32`.
#[derive(Clone, Copy)]
struct OutputLayout {
    panel: usize,
    row: usize,
}

/// What to do with a result.
#[derive(Clone, Copy, PartialEq)]
enum Epilogue {
    Store,
    Add,
    Gelu,
}

impl LinearView<'_> {
    /// Writes `x Wᵀ + b` in panels: `[channels / 32][rows][32]`.
    pub(super) fn write_panels(self, kernel: Kernel, x: &QuantisedRows, to: &mut Vec<f32>) {
        let rows = x.scales.len();
        to.resize(rows * self.scales.len(), 0.0);
        let layout = OutputLayout { panel: rows * PANEL, row: PANEL };
        kernel.run(ProductTask { x, linear: self, to, layout, epilogue: Epilogue::Store });
    }

    /// Writes `gelu(x Wᵀ + b)` in rows.
    pub(super) fn write_gelu_rows(self, kernel: Kernel, x: &QuantisedRows, to: &mut Vec<f32>) {
        to.resize(x.scales.len() * self.scales.len(), 0.0);
        let layout = OutputLayout { panel: PANEL, row: self.scales.len() };
        kernel.run(ProductTask { x, linear: self, to, layout, epilogue: Epilogue::Gelu });
    }

    /// Adds `x Wᵀ + b` to the rows of `to`.
    pub(super) fn add_to_rows(self, kernel: Kernel, x: &QuantisedRows, to: &mut [f32]) {
        let layout = OutputLayout { panel: PANEL, row: self.scales.len() };
        kernel.run(ProductTask { x, linear: self, to, layout, epilogue: Epilogue::Add });
    }
}

struct ProductTask<'a> {
    x: &'a QuantisedRows,
    linear: LinearView<'a>,
    to: &'a mut [f32],
    layout: OutputLayout,
    epilogue: Epilogue,
}

impl SimdTask for ProductTask<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { x, linear, to, layout, epilogue: end } = self;
        let width = linear.inputs;
        let rows = x.scales.len();
        let most = if S::WIDE { MAX_TILE_ROWS } else { 4 };
        let blocks = rows.div_ceil(most);
        for (number, panel) in linear.weights.chunks_exact(PANEL * width).enumerate() {
            let channel = number * PANEL;
            for block in 0..blocks {
                // Blocks of similar size, because a block of a single row would
                // wait for its own sums.
                let (start, end_row) = (block * rows / blocks, (block + 1) * rows / blocks);
                let tile = ProductTile {
                    width,
                    rows: &x.values[start * width..end_row * width],
                    row_scales: &x.scales[start..end_row],
                    sums: &x.sums[start..end_row],
                    panel,
                    scales: &linear.scales[channel..channel + PANEL],
                    bias: &linear.bias[channel..channel + PANEL],
                    row: layout.row,
                    epilogue: end,
                };
                let to = &mut to[number * layout.panel + start * layout.row..];
                tile.compute_tile(simd, end_row - start, to);
            }
        }
    }
}

/// The product of a few rows and one panel.
struct ProductTile<'a> {
    width: usize,
    rows: &'a [i8],
    row_scales: &'a [f32],
    sums: &'a [i32],
    panel: &'a [u8],
    scales: &'a [f32],
    bias: &'a [f32],
    row: usize,
    epilogue: Epilogue,
}

impl ProductTile<'_> {
    /// Computes the tile. `rows` is in 1..=12 if `S` is wide, else in 1..=4.
    #[inline(always)]
    fn compute_tile<S: Simd>(&self, simd: S, rows: usize, to: &mut [f32]) {
        if S::WIDE {
            match rows {
                12 => self.compute_block::<S, 12, 2>(simd, 0, to),
                11 => self.compute_block::<S, 11, 2>(simd, 0, to),
                10 => self.compute_block::<S, 10, 2>(simd, 0, to),
                9 => self.compute_block::<S, 9, 2>(simd, 0, to),
                8 => self.compute_block::<S, 8, 2>(simd, 0, to),
                7 => self.compute_block::<S, 7, 2>(simd, 0, to),
                6 => self.compute_block::<S, 6, 2>(simd, 0, to),
                5 => self.compute_block::<S, 5, 2>(simd, 0, to),
                4 => self.compute_block::<S, 4, 2>(simd, 0, to),
                3 => self.compute_block::<S, 3, 2>(simd, 0, to),
                2 => self.compute_block::<S, 2, 2>(simd, 0, to),
                _ => self.compute_block::<S, 1, 2>(simd, 0, to),
            }
        } else {
            for first in 0..PANEL / LANES {
                match rows {
                    4 => self.compute_block::<S, 4, 1>(simd, first, to),
                    3 => self.compute_block::<S, 3, 1>(simd, first, to),
                    2 => self.compute_block::<S, 2, 1>(simd, first, to),
                    _ => self.compute_block::<S, 1, 1>(simd, first, to),
                }
            }
        }
    }

    /// Computes `M` rows by `N` times sixteen channels, starting with the sixteen
    /// numbered `first`.
    #[inline(always)]
    fn compute_block<S: Simd, const M: usize, const N: usize>(
        &self,
        simd: S,
        first: usize,
        to: &mut [f32],
    ) {
        let steps = self.width / STEP;
        let blocks = &self.panel.as_chunks::<BLOCK_BYTES>().0[..steps];
        let mut rows: [&[[i8; STEP]]; M] = [&[]; M];
        let mut sums = [[simd.start_sums(0); N]; M];
        for m in 0..M {
            rows[m] = &self.rows[m * self.width..].as_chunks::<STEP>().0[..steps];
            sums[m] = [simd.start_sums(self.sums[m]); N];
        }
        for step in 0..steps {
            let block = blocks[step].as_chunks::<{ STEP * LANES }>().0;
            let mut weights = [simd.load_weights(&block[first]); N];
            for n in 1..N {
                weights[n] = simd.load_weights(&block[first + n]);
            }
            for m in 0..M {
                for n in 0..N {
                    sums[m][n] = simd.add_dot_products(sums[m][n], weights[n], rows[m][step]);
                }
            }
        }
        let scales = self.scales.as_chunks::<LANES>().0;
        let bias = self.bias.as_chunks::<LANES>().0;
        for n in 0..N {
            let (scale, bias) =
                (simd.load_floats(&scales[first + n]), simd.load_floats(&bias[first + n]));
            for m in 0..M {
                let scale = simd.mul(scale, simd.splat(self.row_scales[m]));
                let y = simd.mul_add(simd.convert_to_float(sums[m][n]), scale, bias);
                let to = &mut to[m * self.row..][..PANEL];
                let to = &mut to.as_chunks_mut::<LANES>().0[first + n];
                let y = match self.epilogue {
                    Epilogue::Store => y,
                    Epilogue::Add => simd.add(y, simd.load_floats(to)),
                    Epilogue::Gelu => gelu(simd, y),
                };
                simd.store_floats(y, to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A layer with rows of activations as its input.
    #[derive(Debug)]
    struct Case {
        inputs: usize,
        weights: Vec<u8>,
        scales: Vec<f32>,
        bias: Vec<f32>,
        x: Vec<f32>,
    }

    /// Numbers of all sizes, and often the extremes, where sums could overflow.
    fn activation() -> impl Strategy<Value = f32> {
        prop_oneof![4 => -3f32..3.0, 1 => Just(9.0f32), 1 => Just(-9.0f32), 1 => Just(0.0f32)]
    }

    fn weight() -> impl Strategy<Value = u8> {
        prop_oneof![4 => 1u8..=255, 1 => Just(1u8), 1 => Just(255u8)]
    }

    fn case() -> impl Strategy<Value = Case> {
        (1usize..30, 1usize..12, 1usize..4).prop_flat_map(|(rows, steps, panels)| {
            let (inputs, channels) = (steps * 16, panels * PANEL);
            let weights = prop_oneof![
                prop::collection::vec(weight(), inputs * channels),
                prop::sample::select(vec![1u8, 255]).prop_map(move |w| vec![w; inputs * channels]),
            ];
            let x = prop_oneof![
                prop::collection::vec(activation(), inputs * rows),
                prop::sample::select(vec![0f32, 5.0, -5.0, 1e-20, 1e30])
                    .prop_map(move |x| vec![x; inputs * rows]),
            ];
            let floats = || prop::collection::vec(-1f32..1.0, channels);
            (weights, floats(), floats(), x).prop_map(move |(weights, scales, bias, x)| Case {
                inputs,
                weights,
                scales,
                bias,
                x,
            })
        })
    }

    impl Case {
        fn layer(&self) -> LinearView<'_> {
            LinearView {
                inputs: self.inputs,
                weights: &self.weights,
                scales: &self.scales,
                bias: &self.bias,
            }
        }

        /// The weight of a channel for an input.
        fn weight(&self, channel: usize, input: usize) -> i64 {
            let panel = &self.weights[channel / PANEL * PANEL * self.inputs..];
            let at = input / STEP * BLOCK_BYTES + channel % PANEL * STEP + input % STEP;
            i64::from(panel[at]) - 128
        }

        /// The results of `kernel`: in panels, after GELU, and added to ones.
        fn results(&self, kernel: Kernel) -> [Vec<f32>; 3] {
            let mut rows = QuantisedRows::default();
            rows.quantise_rows(kernel, &self.x, self.inputs);
            let (mut panels, mut gelu) = (Vec::new(), Vec::new());
            self.layer().write_panels(kernel, &rows, &mut panels);
            self.layer().write_gelu_rows(kernel, &rows, &mut gelu);
            let mut added = vec![1.0; gelu.len()];
            self.layer().add_to_rows(kernel, &rows, &mut added);
            [panels, gelu, added]
        }
    }

    fn bits(results: &[Vec<f32>]) -> Vec<Vec<u32>> {
        results.iter().map(|result| result.iter().map(|x| x.to_bits()).collect()).collect()
    }

    proptest! {
        #[test]
        fn kernels_agree_to_the_bit(case in case()) {
            let plain = bits(&case.results(Kernel::from_name("plain").unwrap()));
            for kernel in Kernel::all_available() {
                prop_assert!(plain == bits(&case.results(kernel)), "{}", kernel.kernel_name());
            }
        }

        #[test]
        fn matches_integer_products(case in case()) {
            let kernel = Kernel::from_name("plain").unwrap();
            let mut rows = QuantisedRows::default();
            rows.quantise_rows(kernel, &case.x, case.inputs);
            let [panels, _, added] = case.results(kernel);
            let count = rows.scales.len();
            for row in 0..count {
                let values = &rows.values[row * case.inputs..][..case.inputs];
                for channel in 0..case.scales.len() {
                    let product = |(input, &value): (usize, &i8)| {
                        case.weight(channel, input) * i64::from(value)
                    };
                    let sum: i64 = values.iter().enumerate().map(product).sum();
                    let scale = case.scales[channel] * rows.scales[row];
                    let y = (sum as f32).mul_add(scale, case.bias[channel]);
                    let panel = channel / PANEL * PANEL * count + row * PANEL + channel % PANEL;
                    prop_assert_eq!(panels[panel], y);
                    prop_assert_eq!(added[row * case.scales.len() + channel], 1.0 + y);
                }
            }
        }

        #[test]
        fn rounding_is_to_the_nearest_unit(
            x in prop::collection::vec(activation(), 64),
            kernel in prop::sample::select(Kernel::all_available().collect::<Vec<_>>()),
        ) {
            let mut rows = QuantisedRows::default();
            rows.quantise_rows(kernel, &x, 32);
            for (row, x) in x.chunks(32).enumerate() {
                let units = &rows.values[row * 32..][..32];
                for (x, &unit) in x.iter().zip(units) {
                    let off = x - f32::from(unit) * rows.scales[row];
                    prop_assert!(off.abs() <= 0.50001 * rows.scales[row]);
                    prop_assert!(unit != -128);
                }
                let sum: i32 = units.iter().map(|&unit| i32::from(unit)).sum();
                prop_assert_eq!(rows.sums[row], sum);
            }
        }
    }
}
