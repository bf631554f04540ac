//! The exponential function and GELU, the same to the bit on all kernels.

use std::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

use super::Simd;

/// `ln 2` in two parts, of which the first has few digits, so that its
/// products with small whole numbers are exact (Cody and Waite 1980).
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// Coefficients of `(exp(r) - 1 - r) / r²` on `|r| <= ln 2 / 2`, highest
/// first, from Cephes' `expf` (Moshier 1989).
const EXP: [f32; 6] =
    [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];

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

/// Abramowitz and Stegun 7.1.26: `1 - erf(z)` for `z >= 0` is `exp(-z²)`
/// times this polynomial in `t = 1 / (1 + ERF_T z)`, within 1.5e-7.
const ERF: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_8, -0.284_496_72, 0.254_829_6];
const ERF_T: f32 = 0.327_591_1;

/// `x Φ(x)` (Hendrycks and Gimpel 2016), exact but for 5e-7.
#[inline(always)]
pub(in crate::encoder) fn gelu<S: Simd>(simd: S, x: S::F32) -> S::F32 {
    let zero = simd.splat(0.0);
    let size = simd.max(x, simd.sub(zero, x));
    let z = simd.mul(size, simd.splat(FRAC_1_SQRT_2));
    let t = simd.fma(z, simd.splat(ERF_T), simd.splat(1.0));
    let t = simd.div(simd.splat(1.0), t);
    let mut p = simd.splat(ERF[0]);
    for &coefficient in &ERF[1..] {
        p = simd.fma(p, t, simd.splat(coefficient));
    }
    let p = simd.mul(p, t);
    let tail = simd.mul(p, exp(simd, simd.sub(zero, simd.mul(z, z))));
    // x Φ(x) = max(x, 0) - |x| Φ(-|x|), and Φ(-|x|) is half the tail.
    let lost = simd.mul(size, simd.mul(tail, simd.splat(0.5)));
    simd.sub(simd.max(x, zero), lost)
}
