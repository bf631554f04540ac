//! The arithmetic of the encoder: sixteen lanes at a time, with the widest
//! instructions of the processor.
//!
//! The encoder's loops are written once, generic over [`Simd`], and compiled for
//! each instruction set. A type that implements [`Simd`] is a witness: a value
//! of it exists only if the processor was found to have the instructions, so its
//! methods are safe to call. Loops run through [`Kernel::run`], which enters a
//! function compiled for those instructions.
//!
//! All kernels give the same bits: products of integers are exact, `a * b + c`
//! is rounded once, and sums run over sixteen lanes that are added in a fixed
//! order ([`tree_sum`]).

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod math;
mod plain;

#[cfg(target_arch = "x86_64")]
use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use avx512::Avx512;
pub(super) use math::{exp, gelu};
use plain::Plain;

/// Number of lanes: numbers that are processed at once.
pub(super) const LANES: usize = 16;

/// An instruction set that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(InstructionSet);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InstructionSet {
    Plain(Plain),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2<false>),
    #[cfg(target_arch = "x86_64")]
    AvxVnni(Avx2<true>),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Kernel {
    /// Names of all kernels, fastest first: `avx512` (with VNNI),
    /// `avxvnni` (AVX2 with VNNI), `avx2` (with FMA), and `plain`.
    pub const NAMES: [&str; 4] = ["avx512", "avxvnni", "avx2", "plain"];

    /// Returns the fastest kernel that this processor has.
    pub fn fastest_available() -> Self {
        Self::all_available().next().expect("every processor has the plain kernel")
    }

    /// Returns the kernel with this name, if it exists and this processor has it.
    pub fn from_name(name: &str) -> Option<Self> {
        let choice = match name {
            "plain" => InstructionSet::Plain(Plain),
            #[cfg(target_arch = "x86_64")]
            "avx2" => InstructionSet::Avx2(Avx2::detect()?),
            #[cfg(target_arch = "x86_64")]
            "avxvnni" => InstructionSet::AvxVnni(Avx2::detect()?),
            #[cfg(target_arch = "x86_64")]
            "avx512" => InstructionSet::Avx512(Avx512::detect()?),
            _ => return None,
        };
        Some(Self(choice))
    }

    /// All kernels that this processor has, fastest first.
    pub fn all_available() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().filter_map(Self::from_name)
    }

    /// Its name, one of [`Kernel::NAMES`].
    pub fn kernel_name(self) -> &'static str {
        match self.0 {
            InstructionSet::Plain(_) => "plain",
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            InstructionSet::AvxVnni(_) => "avxvnni",
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512(_) => "avx512",
        }
    }

    /// Runs `work` with this instruction set.
    pub(super) fn run<W: SimdTask>(self, work: W) {
        match self.0 {
            InstructionSet::Plain(simd) => simd.run(work),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2(simd) => simd.run(work),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::AvxVnni(simd) => simd.run(work),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512(simd) => simd.run(work),
        }
    }
}

/// A task that runs with one instruction set.
///
/// `run`, and every function that it calls in its loops, must be
/// `#[inline(always)]`: only code that is inlined into the function that a
/// kernel enters is compiled for its instructions.
pub(super) trait SimdTask {
    fn run<S: Simd>(self, simd: S);
}

/// Operations on sixteen lanes of numbers.
pub(super) trait Simd: Copy {
    /// Sixteen `f32`.
    type F32: Copy;
    /// Sixteen `i32`.
    type I32: Copy;
    /// Sixteen times four weights, ready for [`Simd::add_dot_products`].
    type Weights: Copy;

    /// Whether the registers suffice for a tile of 12 rows by 32 columns; otherwise,
    /// tiles have 4 rows by 16 columns.
    const WIDE: bool;

    /// Runs `work` in a function compiled for this instruction set.
    fn run<W: SimdTask>(self, work: W);

    fn load_floats(self, from: &[f32; LANES]) -> Self::F32;
    fn store_floats(self, x: Self::F32, to: &mut [f32; LANES]);
    fn splat(self, x: f32) -> Self::F32;
    fn add(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn sub(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn mul(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn max(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn min(self, a: Self::F32, b: Self::F32) -> Self::F32;
    /// `a * b + c`, rounded once.
    fn mul_add(self, a: Self::F32, b: Self::F32, c: Self::F32) -> Self::F32;
    /// `x` times 2 to the power of `n`; `n` holds integers above -127.
    fn scale_by_power_of_two(self, x: Self::F32, n: Self::F32) -> Self::F32;
    /// The sum of the lanes, in the order of [`tree_sum`].
    fn sum_lanes(self, x: Self::F32) -> f32;
    /// The largest lane.
    fn largest_lane(self, x: Self::F32) -> f32;

    /// Loads four weights for each lane, stored with 128 added.
    fn load_weights(self, bytes: &[u8; 4 * LANES]) -> Self::Weights;
    /// The initial sums of products, for a row whose activations have the sum `sum`.
    fn start_sums(self, sum: i32) -> Self::I32;
    /// Adds to each lane the dot product of its four weights and four activations,
    /// each in -127..=127.
    fn add_dot_products(
        self,
        sum: Self::I32,
        weights: Self::Weights,
        activations: [i8; 4],
    ) -> Self::I32;
    fn convert_to_float(self, x: Self::I32) -> Self::F32;
}

/// Sums sixteen lanes in the order that all kernels use: the upper half is added to
/// the lower half until one lane is left.
#[inline(always)]
fn tree_sum(mut x: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            x[lane] += x[lane + half];
        }
        half /= 2;
    }
    x[0]
}
