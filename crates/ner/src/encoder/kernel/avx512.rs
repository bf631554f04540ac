//! AVX-512 with VNNI (since Intel Ice Lake and AMD Zen 4).

#![allow(unsafe_code, reason = "vector instructions; see the witness below")]

#[allow(clippy::wildcard_imports, reason = "about thirty intrinsics, all named _mm…")]
use std::arch::x86_64::*;

use super::{LANES, Simd, SimdTask};

/// The witness that the processor has AVX-512 F, BW, DQ, VL, and VNNI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::encoder) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let there = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        there.then_some(Self(()))
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
fn enter_avx512<W: SimdTask>(simd: Avx512, work: W) {
    work.run(simd);
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

impl Simd for Avx512 {
    type F32 = __m512;
    type I32 = __m512i;
    type Weights = __m512i;

    const WIDE: bool = true;

    fn run<W: SimdTask>(self, work: W) {
        with!(enter_avx512(self, work));
    }

    #[inline(always)]
    fn load_floats(self, from: &[f32; LANES]) -> __m512 {
        with!(_mm512_loadu_ps(from.as_ptr()))
    }

    #[inline(always)]
    fn store_floats(self, x: __m512, to: &mut [f32; LANES]) {
        with!(_mm512_storeu_ps(to.as_mut_ptr(), x));
    }

    #[inline(always)]
    fn splat(self, x: f32) -> __m512 {
        with!(_mm512_set1_ps(x))
    }

    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        with!(_mm512_add_ps(a, b))
    }

    #[inline(always)]
    fn sub(self, a: __m512, b: __m512) -> __m512 {
        with!(_mm512_sub_ps(a, b))
    }

    #[inline(always)]
    fn mul(self, a: __m512, b: __m512) -> __m512 {
        with!(_mm512_mul_ps(a, b))
    }

    #[inline(always)]
    fn max(self, a: __m512, b: __m512) -> __m512 {
        with!(_mm512_max_ps(a, b))
    }

    #[inline(always)]
    fn min(self, a: __m512, b: __m512) -> __m512 {
        with!(_mm512_min_ps(a, b))
    }

    #[inline(always)]
    fn mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        with!(_mm512_fmadd_ps(a, b, c))
    }

    #[inline(always)]
    fn scale_by_power_of_two(self, x: __m512, n: __m512) -> __m512 {
        with!(_mm512_scalef_ps(x, n))
    }

    #[inline(always)]
    fn sum_lanes(self, x: __m512) -> f32 {
        with!({
            let x = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps::<1>(x));
            super::avx2::sum_of_8(x)
        })
    }

    #[inline(always)]
    fn largest_lane(self, x: __m512) -> f32 {
        with!({
            let x = _mm256_max_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps::<1>(x));
            super::avx2::largest_of_8(x)
        })
    }

    #[inline(always)]
    fn load_weights(self, bytes: &[u8; 4 * LANES]) -> __m512i {
        with!(_mm512_loadu_si512(bytes.as_ptr().cast()))
    }

    /// Weights are 128 too large, so the products are too large by 128 times `sum`.
    #[inline(always)]
    fn start_sums(self, sum: i32) -> __m512i {
        with!(_mm512_set1_epi32(-128 * sum))
    }

    #[inline(always)]
    fn add_dot_products(self, sum: __m512i, weights: __m512i, activations: [i8; 4]) -> __m512i {
        let four = i32::from_ne_bytes(activations.map(|a| a as u8));
        with!(_mm512_dpbusd_epi32(sum, weights, _mm512_set1_epi32(four)))
    }

    #[inline(always)]
    fn convert_to_float(self, x: __m512i) -> __m512 {
        with!(_mm512_cvtepi32_ps(x))
    }
}
