//! OWL-QN (orthant-wise limited-memory quasi-Newton): L-BFGS for an objective
//! with an L1 term (Andrew and Gao 2007). The L1 term keeps most weights at
//! exactly zero.

use std::collections::VecDeque;

use rayon::prelude::*;

use crate::train::ParameterVector;

/// Regularisation and stopping criteria.
#[derive(Clone, Copy, Debug)]
pub struct OwlqnSettings {
    /// Factor of the sum of absolute values.
    pub l1: f32,
    /// Factor of the sum of squares.
    pub l2: f32,
    /// Maximum number of iterations.
    pub iterations: usize,
    /// Stops if the loss decreases by less than this share over ten iterations.
    pub tolerance: f64,
}

/// Number of steps that are kept.
const MAX_CORRECTIONS: usize = 6;
/// Length of the chunks in which vectors are summed, in a fixed order.
const CHUNK_LENGTH: usize = 1 << 16;

/// Minimises `evaluate(x, gradient) + l1 |x| + l2 x²`, starting from the given
/// weights `x`. Calls `report` with the number and the loss of each iteration.
pub fn minimise_loss(
    weights: &mut ParameterVector,
    settings: OwlqnSettings,
    mut evaluate: impl FnMut(&ParameterVector, &mut [f32]) -> f64,
    mut report: impl FnMut(usize, f64),
) {
    let mut smooth = |weights: &ParameterVector, gradient: &mut [f32]| {
        let loss = evaluate(weights, gradient);
        let x = &weights.0;
        gradient.par_iter_mut().zip(x).for_each(|(g, x)| *g += 2.0 * settings.l2 * x);
        let squares = sum_in_chunks(x.len(), |i| f64::from(x[i]).powi(2));
        let absolutes = sum_in_chunks(x.len(), |i| f64::from(x[i].abs()));
        loss + f64::from(settings.l2) * squares + f64::from(settings.l1) * absolutes
    };
    let mut gradient = vec![0f32; weights.0.len()];
    let mut loss = smooth(weights, &mut gradient);
    let mut memory: VecDeque<CorrectionPair> = VecDeque::new();
    let mut losses = vec![loss];
    for iteration in 1..=settings.iterations {
        let x = &weights.0;
        let slope = pseudo_gradient(x, &gradient, settings.l1);
        let direction = descent_direction(&slope, &memory);
        let expected = sum_in_chunks(x.len(), |i| f64::from(direction[i]) * f64::from(slope[i]));
        if expected >= 0.0 {
            break;
        }
        let first = 1.0 / sum_in_chunks(x.len(), |i| f64::from(slope[i]).powi(2)).sqrt();
        let mut length = if memory.is_empty() { first } else { 1.0 };
        let mut next_gradient = vec![0f32; x.len()];
        let accepted = (0..20).find_map(|_| {
            let next = ParameterVector(step_within_orthant(x, &slope, &direction, length as f32));
            let next_loss = smooth(&next, &mut next_gradient);
            let gain =
                sum_in_chunks(x.len(), |i| f64::from(next.0[i] - x[i]) * f64::from(slope[i]));
            length *= 0.5;
            (next_loss <= loss + 1e-4 * gain).then_some((next, next_loss))
        });
        let Some((next, next_loss)) = accepted else { break };
        remember_correction(&mut memory, x, &next.0, &gradient, &next_gradient);
        *weights = next;
        gradient = next_gradient;
        loss = next_loss;
        losses.push(loss);
        report(iteration, loss);
        if iteration >= 10 && losses[iteration - 10] - loss < settings.tolerance * loss {
            break;
        }
    }
}

/// A step and the change of the gradient along it.
struct CorrectionPair {
    x: Vec<f32>,
    gradient: Vec<f32>,
    inverse: f64,
}

fn remember_correction(
    memory: &mut VecDeque<CorrectionPair>,
    x: &[f32],
    next: &[f32],
    old: &[f32],
    new: &[f32],
) {
    let (step, change) = (subtract_vectors(next, x), subtract_vectors(new, old));
    let curvature = dot_product(&step, &change);
    if curvature <= 0.0 {
        return;
    }
    if memory.len() == MAX_CORRECTIONS {
        memory.pop_front();
    }
    memory.push_back(CorrectionPair { x: step, gradient: change, inverse: 1.0 / curvature });
}

/// Returns the pseudo-gradient: the gradient including the L1 term.
fn pseudo_gradient(x: &[f32], gradient: &[f32], l1: f32) -> Vec<f32> {
    let slope = |(x, g): (&f32, &f32)| match x.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Greater) => g + l1,
        Some(std::cmp::Ordering::Less) => g - l1,
        _ if *g < -l1 => g + l1,
        _ if *g > l1 => g - l1,
        _ => 0.0,
    };
    x.par_iter().zip(gradient).map(slope).collect()
}

/// Returns the quasi-Newton direction (two-loop recursion, Nocedal 1980).
/// Components that do not descend along `slope` are set to zero.
fn descent_direction(slope: &[f32], memory: &VecDeque<CorrectionPair>) -> Vec<f32> {
    let mut direction: Vec<f32> = slope.par_iter().map(|g| -g).collect();
    let mut alphas = Vec::new();
    for step in memory.iter().rev() {
        let alpha = step.inverse * dot_product(&step.x, &direction);
        add_scaled(&mut direction, -alpha as f32, &step.gradient);
        alphas.push(alpha);
    }
    if let Some(last) = memory.back() {
        let scale = (1.0 / (last.inverse * dot_product(&last.gradient, &last.gradient))) as f32;
        direction.par_iter_mut().for_each(|value| *value *= scale);
    }
    for (step, alpha) in memory.iter().zip(alphas.into_iter().rev()) {
        let beta = step.inverse * dot_product(&step.gradient, &direction);
        add_scaled(&mut direction, (alpha - beta) as f32, &step.x);
    }
    direction.par_iter_mut().zip(slope).for_each(|(d, g)| {
        if *d * *g >= 0.0 {
            *d = 0.0;
        }
    });
    direction
}

/// Returns `x + length · direction`. Weights that would change their sign become
/// zero.
fn step_within_orthant(x: &[f32], slope: &[f32], direction: &[f32], length: f32) -> Vec<f32> {
    x.par_iter()
        .zip(slope)
        .zip(direction)
        .map(|((&x, &slope), &direction)| {
            let orthant = if x == 0.0 { -slope } else { x };
            let next = x + length * direction;
            if next * orthant > 0.0 { next } else { 0.0 }
        })
        .collect()
}

fn subtract_vectors(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.par_iter().zip(b).map(|(a, b)| a - b).collect()
}

fn add_scaled(into: &mut [f32], factor: f32, other: &[f32]) {
    into.par_iter_mut().zip(other).for_each(|(a, b)| *a += factor * b);
}

fn dot_product(a: &[f32], b: &[f32]) -> f64 {
    sum_in_chunks(a.len(), |i| f64::from(a[i]) * f64::from(b[i]))
}

/// Sums in fixed chunks, so that the result does not depend on the number of
/// threads.
fn sum_in_chunks(len: usize, term: impl Fn(usize) -> f64 + Sync) -> f64 {
    let pieces: Vec<f64> = (0..len.div_ceil(CHUNK_LENGTH))
        .into_par_iter()
        .map(|piece| (piece * CHUNK_LENGTH..((piece + 1) * CHUNK_LENGTH).min(len)).map(&term).sum())
        .collect();
    pieces.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Minimises the sum of (x - target)² + l1 |x|, whose minimum is known: the
    /// target moved towards zero by l1 / 2.
    #[test]
    fn finds_a_known_minimum() {
        let target = [3.0f32, -2.0, 0.2, -0.1, 0.0];
        let mut weights = ParameterVector(vec![0.0; 5]);
        let settings = OwlqnSettings { l1: 1.0, l2: 0.0, iterations: 50, tolerance: 0.0 };
        let evaluate = |weights: &ParameterVector, gradient: &mut [f32]| {
            let (x, mut loss) = (&weights.0, 0.0);
            for i in 0..5 {
                gradient[i] = 2.0 * (x[i] - target[i]);
                loss += f64::from(x[i] - target[i]).powi(2);
            }
            loss
        };
        minimise_loss(&mut weights, settings, evaluate, |_, _| {});
        let expected = [2.5, -1.5, 0.0, 0.0, 0.0];
        for (found, right) in weights.0.iter().zip(expected) {
            assert!((found - right).abs() < 1e-3, "{weights:?}");
        }
    }
}
