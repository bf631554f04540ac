//! The kernel in plain Rust, for every processor and as the reference in tests of
//! the other kernels. The compiler vectorises it where it can.

use super::{LANES, Simd, Work, tree};

/// The witness for plain Rust, which needs no instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::encoder) struct Plain;

type Floats = [f32; LANES];

#[inline(always)]
fn each(a: Floats, b: Floats, f: impl Fn(f32, f32) -> f32) -> Floats {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

impl Simd for Plain {
    type F32 = Floats;
    type I32 = [i32; LANES];
    type Weights = [i8; 4 * LANES];

    const WIDE: bool = false;

    fn run<W: Work>(self, work: W) {
        work.run(self);
    }

    fn load(self, from: &Floats) -> Floats {
        *from
    }

    fn store(self, x: Floats, to: &mut Floats) {
        *to = x;
    }

    fn splat(self, x: f32) -> Floats {
        [x; LANES]
    }

    fn add(self, a: Floats, b: Floats) -> Floats {
        each(a, b, |a, b| a + b)
    }

    fn sub(self, a: Floats, b: Floats) -> Floats {
        each(a, b, |a, b| a - b)
    }

    fn mul(self, a: Floats, b: Floats) -> Floats {
        each(a, b, |a, b| a * b)
    }

    fn max(self, a: Floats, b: Floats) -> Floats {
        each(a, b, |a, b| if a > b { a } else { b })
    }

    fn min(self, a: Floats, b: Floats) -> Floats {
        each(a, b, |a, b| if a < b { a } else { b })
    }

    fn fma(self, a: Floats, b: Floats, c: Floats) -> Floats {
        std::array::from_fn(|lane| a[lane].mul_add(b[lane], c[lane]))
    }

    fn scale(self, x: Floats, n: Floats) -> Floats {
        each(x, n, |x, n| x * f32::from_bits(((n as i32 + 127) << 23) as u32))
    }

    fn sum(self, x: Floats) -> f32 {
        tree(x)
    }

    fn largest(self, x: Floats) -> f32 {
        x.into_iter().fold(f32::MIN, f32::max)
    }

    fn weights(self, bytes: &[u8; 4 * LANES]) -> [i8; 4 * LANES] {
        bytes.map(|byte| (byte ^ 0x80) as i8)
    }

    fn begin(self, _: i32) -> [i32; LANES] {
        [0; LANES]
    }

    fn dot(
        self,
        mut sum: [i32; LANES],
        weights: [i8; 4 * LANES],
        activations: [i8; 4],
    ) -> [i32; LANES] {
        for (sum, weights) in sum.iter_mut().zip(weights.as_chunks::<4>().0) {
            for (&weight, activation) in weights.iter().zip(activations) {
                *sum += i32::from(i16::from(weight) * i16::from(activation));
            }
        }
        sum
    }

    fn float(self, x: [i32; LANES]) -> Floats {
        x.map(|x| x as f32)
    }
}
