//! Force-directed layout of a network: springs along the edges, repulsion between
//! all nodes (Fruchterman and Reingold 1991), and gravity that keeps components
//! without edges between them in the picture.
//!
//! The layout is deterministic. It takes `O(nodes² · ITERATIONS)`: 50 nodes take
//! under a millisecond, 200 about ten.

/// Number of iterations.
const ITERATIONS: usize = 250;

/// Strength of gravity, relative to a spring of length one.
const GRAVITY: f32 = 1.6;

/// Maximum move in the first iteration, as a share of the width of the picture.
const FIRST_STEP: f32 = 0.12;

/// Golden angle, in radians. The initial layout is a sunflower spiral.
const GOLDEN_ANGLE: f32 = 2.399_963_2;

/// Returns the positions of `dots` nodes, 0 to 1 in both directions. A line is
/// two nodes and the strength of their edge, 0 to 1.
pub fn compute_layout(dots: usize, lines: &[(usize, usize, f32)]) -> Vec<[f32; 2]> {
    let spread = 1.0 / (dots.max(1) as f32).sqrt();
    let mut positions: Vec<[f32; 2]> = (0..dots)
        .map(|n| {
            let (sin, cos) = (n as f32 * GOLDEN_ANGLE).sin_cos();
            let far = 0.5 * ((n as f32 + 0.5) / dots as f32).sqrt();
            [far * cos, far * sin]
        })
        .collect();
    for round in 0..ITERATIONS {
        let step = FIRST_STEP * (1.0 - round as f32 / ITERATIONS as f32).powi(2) + 1e-4;
        let forces = net_forces(&positions, lines, spread);
        for (position, [x, y]) in positions.iter_mut().zip(forces) {
            let size = x.hypot(y).max(1e-9);
            let scale = size.min(step) / size;
            *position = [position[0] + x * scale, position[1] + y * scale];
        }
    }
    scale_to_unit_square(&mut positions);
    positions
}

fn net_forces(positions: &[[f32; 2]], lines: &[(usize, usize, f32)], spread: f32) -> Vec<[f32; 2]> {
    let mut forces: Vec<[f32; 2]> =
        positions.iter().map(|[x, y]| [-x * GRAVITY * spread, -y * GRAVITY * spread]).collect();
    for (n, one) in positions.iter().enumerate() {
        for (m, other) in positions.iter().enumerate().skip(n + 1) {
            let (dx, dy) = (one[0] - other[0], one[1] - other[1]);
            let push = spread * spread / (dx * dx + dy * dy).max(1e-6);
            let (x, y) = (dx * push, dy * push);
            forces[n] = [forces[n][0] + x, forces[n][1] + y];
            forces[m] = [forces[m][0] - x, forces[m][1] - y];
        }
    }
    for &(one, other, strength) in lines {
        let (from, to) = (positions[one], positions[other]);
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let pull = dx.hypot(dy) / spread * (0.35 + 0.65 * strength);
        forces[one] = [forces[one][0] + dx * pull, forces[one][1] + dy * pull];
        forces[other] = [forces[other][0] - dx * pull, forces[other][1] - dy * pull];
    }
    forces
}

/// Scales the positions to the unit square.
fn scale_to_unit_square(positions: &mut [[f32; 2]]) {
    for axis in 0..2 {
        let low = positions.iter().map(|position| position[axis]).fold(f32::INFINITY, f32::min);
        let high =
            positions.iter().map(|position| position[axis]).fold(f32::NEG_INFINITY, f32::max);
        let width = (high - low).max(1e-6);
        for position in &mut *positions {
            position[axis] = ((position[axis] - low) / width).clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_inside_and_apart() {
        let ring: Vec<_> = (0..40).map(|n| (n, (n + 1) % 40, 0.5)).collect();
        for (dots, lines) in [(0, &ring[..0]), (1, &ring[..0]), (2, &ring[..1]), (40, &ring[..])] {
            let positions = compute_layout(dots, lines);
            assert_eq!(positions.len(), dots);
            assert_eq!(positions, compute_layout(dots, lines), "deterministic");
            for (n, one) in positions.iter().enumerate() {
                assert!(one.iter().all(|at| (0.0..=1.0).contains(at)), "{dots} dots: {one:?}");
                for other in &positions[n + 1..] {
                    assert!((one[0] - other[0]).hypot(one[1] - other[1]) > 0.01);
                }
            }
        }
    }

    #[test]
    fn connected_nodes_are_near() {
        // Two clusters of five.
        let cluster = |first: usize| {
            (0..5).flat_map(move |n| (0..n).map(move |m| (first + n, first + m, 1.0)))
        };
        let lines: Vec<_> = cluster(0).chain(cluster(5)).collect();
        let positions = compute_layout(10, &lines);
        let far = |one: usize, other: usize| {
            (positions[one][0] - positions[other][0]).hypot(positions[one][1] - positions[other][1])
        };
        let widest = (0..5).flat_map(|n| (0..5).map(move |m| (n, m))).map(|(n, m)| far(n, m));
        let widest = widest.fold(0.0, f32::max);
        let nearest = (0..5).flat_map(|n| (5..10).map(move |m| (n, m))).map(|(n, m)| far(n, m));
        assert!(widest < nearest.fold(f32::INFINITY, f32::min) * 2.0);
    }
}
