//! The exponential function and GELU, equal to the bit on all kernels.

use std::f32::consts::LOG2_E;

use super::Simd;

/// `ln 2` in two parts. The first has few digits, so that its products with small
/// integers are exact (Cody and Waite 1980).
const LN_2: [f32; 2] = [355.0 / 512.0, -2.121_944_4e-4];

/// Coefficients of `(exp(r) - 1 - r) / r²` on `|r| <= ln 2 / 2`, highest
/// first, from Cephes' `expf` (Moshier 1989).
const EXP: [f32; 6] =
    [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];

/// Adding and then subtracting this number rounds values below 2²² to integers.
const ROUND: f32 = 12_582_912.0;

/// `exp(x)` for `x` up to 80, with a relative error of about 1e-7. Values below -87
/// count as -87.
#[inline(always)]
pub(in crate::encoder) fn exp<S: Simd>(simd: S, x: S::F32) -> S::F32 {
    let x = simd.max(x, simd.splat(-87.0));
    let n = simd.mul_add(x, simd.splat(LOG2_E), simd.splat(ROUND));
    let n = simd.sub(n, simd.splat(ROUND));
    let r = simd.mul_add(n, simd.splat(-LN_2[0]), x);
    let r = simd.mul_add(n, simd.splat(-LN_2[1]), r);
    let mut p = simd.splat(EXP[0]);
    for &coefficient in &EXP[1..] {
        p = simd.mul_add(p, r, simd.splat(coefficient));
    }
    let p = simd.mul_add(p, simd.mul(r, r), simd.add(r, simd.splat(1.0)));
    simd.scale_by_power_of_two(p, n)
}

/// Beyond this size, `|x| Φ(-|x|)` is below 1.1e-7 and is taken as constant.
const GELU_END: f32 = 5.5;

/// The polynomial in `t = 2 s / GELU_END - 1` that approximates `s Φ(-s)` on
/// `0 <= s <= GELU_END` with the least maximum error (5.4e-7); highest power first.
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
/// with `s = |x|`: one polynomial instead of an exponential and a division.
#[inline(always)]
pub(in crate::encoder) fn gelu<S: Simd>(simd: S, x: S::F32) -> S::F32 {
    let zero = simd.splat(0.0);
    let size = simd.max(x, simd.sub(zero, x));
    let size = simd.min(size, simd.splat(GELU_END));
    let t = simd.mul_add(size, simd.splat(2.0 / GELU_END), simd.splat(-1.0));
    let mut lost = simd.splat(GELU[0]);
    for &coefficient in &GELU[1..] {
        lost = simd.mul_add(lost, t, simd.splat(coefficient));
    }
    simd.sub(simd.max(x, zero), lost)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{PI, SQRT_2};

    use super::super::{Kernel, LANES, SimdTask};
    use super::*;

    struct ExpAndGelu<'a>(&'a [f32], &'a mut Vec<[f32; 2]>);

    impl SimdTask for ExpAndGelu<'_> {
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) {
            for x in self.0.as_chunks::<LANES>().0 {
                let x = simd.load_floats(x);
                let (mut exps, mut gelus) = ([0.0; LANES], [0.0; LANES]);
                simd.store_floats(exp(simd, x), &mut exps);
                simd.store_floats(gelu(simd, x), &mut gelus);
                self.1.extend(exps.into_iter().zip(gelus).map(|(exp, gelu)| [exp, gelu]));
            }
        }
    }

    /// The error function, by its power series.
    fn erf(z: f64) -> f64 {
        let (mut sum, mut term) = (z, z);
        for n in 1..200 {
            term *= -z * z / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * 2.0 / PI.sqrt()
    }

    #[test]
    fn near_exact_and_kernels_agree() {
        let x: Vec<f32> = (-44_800..44_800).map(|i| i as f32 / 8_000.0).collect();
        let far: Vec<f32> = (0..64).map(|i| (i as f32 - 32.0) * 2.5).collect();
        let mut plain = Vec::new();
        Kernel::from_name("plain").unwrap().run(ExpAndGelu(&x, &mut plain));
        for (&x, [exp, gelu]) in x.iter().zip(&plain) {
            let x = f64::from(x);
            assert!((f64::from(*exp) / x.exp() - 1.0).abs() < 3e-7, "exp({x}) = {exp}");
            let true_gelu = x / 2.0 * (1.0 + erf(x / SQRT_2));
            assert!((f64::from(*gelu) - true_gelu).abs() < 1e-6, "gelu({x}) = {gelu}");
        }
        Kernel::from_name("plain").unwrap().run(ExpAndGelu(&far, &mut plain));
        for (x, [_, gelu]) in far.iter().zip(&plain[x.len()..]) {
            assert!(x.abs() < 5.6 || (gelu - x.max(0.0)).abs() < 1e-6, "gelu({x}) = {gelu}");
        }
        for kernel in Kernel::all_available() {
            let mut other = Vec::new();
            kernel.run(ExpAndGelu(&x, &mut other));
            kernel.run(ExpAndGelu(&far, &mut other));
            assert!(plain == other, "{}", kernel.kernel_name());
        }
    }
}
