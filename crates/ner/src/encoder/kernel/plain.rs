//! The kernel in plain Rust, for every processor and as the reference in tests of
//! the other kernels. The compiler vectorises it where it can.

use super::{LANES, Simd, SimdTask, tree_sum};

/// The witness for plain Rust, which needs no instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::encoder) struct Plain;

type FloatLanes = [f32; LANES];

#[inline(always)]
fn zip_lanes(a: FloatLanes, b: FloatLanes, f: impl Fn(f32, f32) -> f32) -> FloatLanes {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

impl Simd for Plain {
    type F32 = FloatLanes;
    type I32 = [i32; LANES];
    type Weights = [i8; 4 * LANES];

    const WIDE: bool = false;

    fn run<W: SimdTask>(self, work: W) {
        work.run(self);
    }

    fn load_floats(self, from: &FloatLanes) -> FloatLanes {
        *from
    }

    fn store_floats(self, x: FloatLanes, to: &mut FloatLanes) {
        *to = x;
    }

    fn splat(self, x: f32) -> FloatLanes {
        [x; LANES]
    }

    fn add(self, a: FloatLanes, b: FloatLanes) -> FloatLanes {
        zip_lanes(a, b, |a, b| a + b)
    }

    fn sub(self, a: FloatLanes, b: FloatLanes) -> FloatLanes {
        zip_lanes(a, b, |a, b| a - b)
    }

    fn mul(self, a: FloatLanes, b: FloatLanes) -> FloatLanes {
        zip_lanes(a, b, |a, b| a * b)
    }

    fn max(self, a: FloatLanes, b: FloatLanes) -> FloatLanes {
        zip_lanes(a, b, |a, b| if a > b { a } else { b })
    }

    fn min(self, a: FloatLanes, b: FloatLanes) -> FloatLanes {
        zip_lanes(a, b, |a, b| if a < b { a } else { b })
    }

    fn mul_add(self, a: FloatLanes, b: FloatLanes, c: FloatLanes) -> FloatLanes {
        std::array::from_fn(|lane| a[lane].mul_add(b[lane], c[lane]))
    }

    fn scale_by_power_of_two(self, x: FloatLanes, n: FloatLanes) -> FloatLanes {
        zip_lanes(x, n, |x, n| x * f32::from_bits(((n as i32 + 127) << 23) as u32))
    }

    fn sum_lanes(self, x: FloatLanes) -> f32 {
        tree_sum(x)
    }

    fn largest_lane(self, x: FloatLanes) -> f32 {
        x.into_iter().fold(f32::MIN, f32::max)
    }

    fn load_weights(self, bytes: &[u8; 4 * LANES]) -> [i8; 4 * LANES] {
        bytes.map(|byte| (byte ^ 0x80) as i8)
    }

    fn start_sums(self, _: i32) -> [i32; LANES] {
        [0; LANES]
    }

    fn add_dot_products(
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

    fn convert_to_float(self, x: [i32; LANES]) -> FloatLanes {
        x.map(|x| x as f32)
    }
}
