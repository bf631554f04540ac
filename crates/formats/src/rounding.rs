//! Scores as they are written: with four decimals.

/// Clamps a score to a probability and rounds it to four decimals.
pub(crate) fn round_score(score: f32) -> f32 {
    let probability = if score.is_nan() { 0.0 } else { score.clamp(0.0, 1.0) };
    (probability * 1e4).round() / 1e4
}
