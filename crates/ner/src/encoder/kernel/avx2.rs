//! AVX2 with FMA (since Intel Haswell and AMD Zen), and the same with VNNI (since
//! Intel Alder Lake and AMD Zen 5).

#![allow(unsafe_code, reason = "vector instructions; see the witness below")]

#[allow(clippy::wildcard_imports, reason = "about thirty intrinsics, all named _mm…")]
use std::arch::x86_64::*;

use super::{LANES, Simd, SimdTask};

/// The witness that the processor has AVX2 and FMA, and AVX-VNNI if `VNNI`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::encoder) struct Avx2<const VNNI: bool>(());

impl<const VNNI: bool> Avx2<VNNI> {
    pub(super) fn detect() -> Option<Self> {
        let there = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && (!VNNI || is_x86_feature_detected!("avxvnni"));
        there.then_some(Self(()))
    }
}

#[target_feature(enable = "avx2,fma")]
fn enter_avx2<W: SimdTask>(simd: Avx2<false>, work: W) {
    work.run(simd);
}

#[target_feature(enable = "avx2,fma,avxvnni")]
fn enter_avx_vnni<W: SimdTask>(simd: Avx2<true>, work: W) {
    work.run(simd);
}

/// The last steps of [`super::tree_sum`].
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn sum_of_8(x: __m256) -> f32 {
    let x = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
    let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
    _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)))
}

/// Returns the largest of eight lanes.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn largest_of_8(x: __m256) -> f32 {
    let x = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
    let x = _mm_max_ps(x, _mm_movehl_ps(x, x));
    _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)))
}

/// Calls an intrinsic from a method of the witness.
macro_rules! with {
    ($call:expr) => {{
        // SAFETY: `self` is the witness that the processor has the
        // instruction. Memory is accessed only through array references, and
        // the load and store instructions need no alignment.
        unsafe { $call }
    }};
}

/// Sixteen lanes in two registers.
type RegisterPair<T> = [T; 2];

impl<const VNNI: bool> Simd for Avx2<VNNI> {
    type F32 = RegisterPair<__m256>;
    type I32 = RegisterPair<__m256i>;
    type Weights = RegisterPair<__m256i>;

    const WIDE: bool = false;

    fn run<W: SimdTask>(self, work: W) {
        if VNNI {
            with!(enter_avx_vnni(Avx2(()), work));
        } else {
            with!(enter_avx2(Avx2(()), work));
        }
    }

    #[inline(always)]
    fn load_floats(self, from: &[f32; LANES]) -> RegisterPair<__m256> {
        let [low, high] = split_halves(from);
        with!([_mm256_loadu_ps(low.as_ptr()), _mm256_loadu_ps(high.as_ptr())])
    }

    #[inline(always)]
    fn store_floats(self, x: RegisterPair<__m256>, to: &mut [f32; LANES]) {
        let (low, high) = to.split_at_mut(LANES / 2);
        with!({
            _mm256_storeu_ps(low.as_mut_ptr(), x[0]);
            _mm256_storeu_ps(high.as_mut_ptr(), x[1]);
        });
    }

    #[inline(always)]
    fn splat(self, x: f32) -> RegisterPair<__m256> {
        with!([_mm256_set1_ps(x); 2])
    }

    #[inline(always)]
    fn add(self, a: RegisterPair<__m256>, b: RegisterPair<__m256>) -> RegisterPair<__m256> {
        with!([_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn sub(self, a: RegisterPair<__m256>, b: RegisterPair<__m256>) -> RegisterPair<__m256> {
        with!([_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn mul(self, a: RegisterPair<__m256>, b: RegisterPair<__m256>) -> RegisterPair<__m256> {
        with!([_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn max(self, a: RegisterPair<__m256>, b: RegisterPair<__m256>) -> RegisterPair<__m256> {
        with!([_mm256_max_ps(a[0], b[0]), _mm256_max_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn min(self, a: RegisterPair<__m256>, b: RegisterPair<__m256>) -> RegisterPair<__m256> {
        with!([_mm256_min_ps(a[0], b[0]), _mm256_min_ps(a[1], b[1])])
    }

    #[inline(always)]
    fn mul_add(
        self,
        a: RegisterPair<__m256>,
        b: RegisterPair<__m256>,
        c: RegisterPair<__m256>,
    ) -> RegisterPair<__m256> {
        with!([_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])])
    }

    #[inline(always)]
    fn scale_by_power_of_two(
        self,
        x: RegisterPair<__m256>,
        n: RegisterPair<__m256>,
    ) -> RegisterPair<__m256> {
        let power = |n: __m256| {
            with!({
                let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
                _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
            })
        };
        self.mul(x, [power(n[0]), power(n[1])])
    }

    #[inline(always)]
    fn sum_lanes(self, x: RegisterPair<__m256>) -> f32 {
        with!(sum_of_8(_mm256_add_ps(x[0], x[1])))
    }

    #[inline(always)]
    fn largest_lane(self, x: RegisterPair<__m256>) -> f32 {
        with!(largest_of_8(_mm256_max_ps(x[0], x[1])))
    }

    #[inline(always)]
    fn load_weights(self, bytes: &[u8; 4 * LANES]) -> RegisterPair<__m256i> {
        let [low, high] = split_halves(bytes);
        let load = |half: &[u8]| with!(_mm256_loadu_si256(half.as_ptr().cast()));
        let weights = [load(low), load(high)];
        if VNNI {
            return weights;
        }
        let signed = |half| with!(_mm256_xor_si256(half, _mm256_set1_epi8(-128)));
        weights.map(signed)
    }

    /// With VNNI, weights are 128 too large, so the products are too large by 128
    /// times `sum`.
    #[inline(always)]
    fn start_sums(self, sum: i32) -> RegisterPair<__m256i> {
        with!([_mm256_set1_epi32(if VNNI { -128 * sum } else { 0 }); 2])
    }

    #[inline(always)]
    fn add_dot_products(
        self,
        sum: RegisterPair<__m256i>,
        weights: RegisterPair<__m256i>,
        activations: [i8; 4],
    ) -> RegisterPair<__m256i> {
        let four = i32::from_ne_bytes(activations.map(|a| a as u8));
        let four = with!(_mm256_set1_epi32(four));
        if VNNI {
            return with!([
                _mm256_dpbusd_avx_epi32(sum[0], weights[0], four),
                _mm256_dpbusd_avx_epi32(sum[1], weights[1], four),
            ]);
        }
        // Two products of at most 127 × 127 fit into 16 bits, so nothing saturates.
        let size = with!(_mm256_abs_epi8(four));
        let one = |sum, weights| {
            with!({
                let two = _mm256_maddubs_epi16(size, _mm256_sign_epi8(weights, four));
                _mm256_add_epi32(sum, _mm256_madd_epi16(two, _mm256_set1_epi16(1)))
            })
        };
        [one(sum[0], weights[0]), one(sum[1], weights[1])]
    }

    #[inline(always)]
    fn convert_to_float(self, x: RegisterPair<__m256i>) -> RegisterPair<__m256> {
        with!([_mm256_cvtepi32_ps(x[0]), _mm256_cvtepi32_ps(x[1])])
    }
}

#[inline(always)]
fn split_halves<T, const N: usize>(array: &[T; N]) -> [&[T]; 2] {
    let (low, high) = array.split_at(N / 2);
    [low, high]
}
