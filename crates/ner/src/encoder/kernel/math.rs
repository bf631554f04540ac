//! The exponential function and GELU, the same to the bit on all kernels.

use std::f32::consts::LOG2_E;

use super::Simd;

/// `ln 2` in two parts, of which the first has few digits, so that its
/// products with small whole numbers are exact (Cody and Waite 1980).
const LN_2: [f32; 2] = [0.693_359_375, -2.121_944_4e-4];

/// Coefficients of `(exp(r) - 1 - r) / r²` on `|r| <= ln 2 / 2`, highest
/// first, from Cephes' `expf` (Moshier 1989).
const EXP: [f32; 6] = [
    1.987_569_1e-4,
    1.398_199_9e-3,
    8.333_452e-3,
    4.166_579_6e-2,
    1.666_666_5e-1,
    5.000_000_1e-1,
];

/// Adding and taking away this rounds what is below 2²² to whole numbers.
const ROUND: f32 = 12_582_912.0;

/// `exp(x)` for `x` up to 80, with a relative error of about 1e-7; what is
/// below -87 counts as -87.
#[inline(always)]
pub(in crate::encoder) fn exp<S: Simd>(simd: S, x: S::F32) -> S::F32 {
    let x = simd.max(x, simd.splat(-87.0));
    let n = simd.fma(x, simd.splat(LOG2_E), simd.splat(ROUND));
    let n = simd.sub(n, simd.splat(ROUND));
    let r = simd.fma(n, simd.splat(-LN_2[0]), x);
    let r = simd.fma(n, simd.splat(-LN_2[1]), r);
    let mut p = simd.splat(EXP[0]);
    for &coefficient in &EXP[1..] {
        p = simd.fma(p, r, simd.splat(coefficient));
    }
    let p = simd.fma(p, simd.mul(r, r), simd.add(r, simd.splat(1.0)));
    simd.scale(p, n)
}

/// Beyond this size `|x| Φ(-|x|)` is below 1.1e-7 and counts as there.
const GELU_END: f32 = 5.5;

/// The polynomial in `t = 2 s / GELU_END - 1` that is nearest to `s Φ(-s)` on
/// `0 <= s <= GELU_END`, by greatest distance (5.4e-7); highest power first.
const GELU: [f32; 15] = [
    0.035_862_76,
    -0.039_760_534,
    -0.154_077_14,
    0.236_377_94,
    0.185_006_26,
    -0.548_724_1,
    0.192_289_89,
    0.461_279_27,
    -0.638_720_33,
    0.260_049_34,
    0.180_241_54,
    -0.308_643_28,
    0.191_202_28,
    -0.060_579_08,
    0.008_194_840_5,
];

/// `x Φ(x)` (Hendrycks and Gimpel 2016) within 1e-6, as `max(x, 0) - s Φ(-s)`
/// with `s = |x|`: one polynomial in place of an exponential and a quotient.
#[inline(always)]
pub(in crate::encoder) fn gelu<S: Simd>(simd: S, x: S::F32) -> S::F32 {
    let zero = simd.splat(0.0);
    let size = simd.max(x, simd.sub(zero, x));
    let size = simd.min(size, simd.splat(GELU_END));
    let t = simd.fma(size, simd.splat(2.0 / GELU_END), simd.splat(-1.0));
    let mut lost = simd.splat(GELU[0]);
    for &coefficient in &GELU[1..] {
        lost = simd.fma(lost, t, simd.splat(coefficient));
    }
    simd.sub(simd.max(x, zero), lost)
}
