//! What the encoder computes with: sixteen lanes at a time, by the widest
//! instructions that the processor has.
//!
//! The encoder's loops are written once, over [`Simd`], and compiled for each
//! set of instructions. A type that implements it is a witness: a value of it
//! exists only where the processor was seen to have the instructions, so its
//! methods are safe to call. Loops reach them through [`Kernel::run`], which
//! enters a function compiled for those instructions.
//!
//! All kernels give the same bits: products of whole numbers are exact,
//! `a * b + c` is rounded once, and sums go by sixteen lanes that are added
//! up in one order ([`tree`]).

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

/// Numbers that are handled at once.
pub(super) const LANES: usize = 16;

/// A set of instructions that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(Choice);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Plain(Plain),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2<false>),
    #[cfg(target_arch = "x86_64")]
    AvxVnni(Avx2<true>),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Kernel {
    /// Names of all kernels, the fastest first: `avx512` (with VNNI),
    /// `avxvnni` (AVX2 with VNNI), `avx2` (with FMA), and `plain`.
    pub const NAMES: [&str; 4] = ["avx512", "avxvnni", "avx2", "plain"];

    /// The fastest that this processor has.
    pub fn best() -> Self {
        let found = Self::NAMES.into_iter().find_map(Self::named);
        found.expect("every processor has the plain one")
    }

    /// The kernel of that name, if there is one and this processor has it.
    pub fn named(name: &str) -> Option<Self> {
        let choice = match name {
            "plain" => Choice::Plain(Plain),
            #[cfg(target_arch = "x86_64")]
            "avx2" => Choice::Avx2(Avx2::detect()?),
            #[cfg(target_arch = "x86_64")]
            "avxvnni" => Choice::AvxVnni(Avx2::detect()?),
            #[cfg(target_arch = "x86_64")]
            "avx512" => Choice::Avx512(Avx512::detect()?),
            _ => return None,
        };
        Some(Self(choice))
    }

    /// Its name, one of [`Kernel::NAMES`].
    pub fn name(self) -> &'static str {
        match self.0 {
            Choice::Plain(_) => "plain",
            #[cfg(target_arch = "x86_64")]
            Choice::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Choice::AvxVnni(_) => "avxvnni",
            #[cfg(target_arch = "x86_64")]
            Choice::Avx512(_) => "avx512",
        }
    }

    /// Does `work` with these instructions.
    pub(super) fn run<W: Work>(self, work: W) {
        match self.0 {
            Choice::Plain(simd) => simd.run(work),
            #[cfg(target_arch = "x86_64")]
            Choice::Avx2(simd) => simd.run(work),
            #[cfg(target_arch = "x86_64")]
            Choice::AvxVnni(simd) => simd.run(work),
            #[cfg(target_arch = "x86_64")]
            Choice::Avx512(simd) => simd.run(work),
        }
    }
}

/// Something to do with one set of instructions.
///
/// `run`, and what it calls in its loops, has to be `#[inline(always)]`:
/// only what ends up within the function that a kernel enters is compiled
/// for its instructions.
pub(super) trait Work {
    fn run<S: Simd>(self, simd: S);
}

/// Sixteen lanes of numbers and what can be done with them.
pub(super) trait Simd: Copy {
    /// Sixteen `f32`.
    type F32: Copy;
    /// Sixteen `i32`.
    type I32: Copy;
    /// Sixteen times four weights, ready for [`Simd::dot`].
    type Weights: Copy;

    /// Whether there are registers for a tile of 12 rows by 32 columns;
    /// otherwise there are for 4 rows by 16.
    const WIDE: bool;

    /// Does `work` in a function compiled for these instructions.
    fn run<W: Work>(self, work: W);

    fn load(self, from: &[f32; LANES]) -> Self::F32;
    fn store(self, x: Self::F32, to: &mut [f32; LANES]);
    fn splat(self, x: f32) -> Self::F32;
    fn add(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn sub(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn mul(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn div(self, a: Self::F32, b: Self::F32) -> Self::F32;
    fn max(self, a: Self::F32, b: Self::F32) -> Self::F32;
    /// `a * b + c`, rounded once.
    fn fma(self, a: Self::F32, b: Self::F32, c: Self::F32) -> Self::F32;
    /// `x` times 2 to the power `n`; `n` holds whole numbers above -127.
    fn scale(self, x: Self::F32, n: Self::F32) -> Self::F32;
    /// The sum of the lanes, by [`tree`].
    fn sum(self, x: Self::F32) -> f32;

    /// Four weights for each lane, stored with 128 added.
    fn weights(self, bytes: &[u8; 4 * LANES]) -> Self::Weights;
    /// What products begin with, for a row whose activations add up to `sum`.
    fn begin(self, sum: i32) -> Self::I32;
    /// Adds to each lane the product of its four weights with four
    /// activations, each in -127..=127.
    fn dot(self, sum: Self::I32, weights: Self::Weights, activations: [i8; 4]) -> Self::I32;
    fn float(self, x: Self::I32) -> Self::F32;
}

/// The sum of sixteen lanes in the order of all kernels: halves are added
/// lane by lane until one lane is left.
#[inline(always)]
fn tree(mut x: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            x[lane] += x[lane + half];
        }
        half /= 2;
    }
    x[0]
}
