//! The weights of the features that decide which words of saying make a statement, and
//! which words are its content.
//!
//! For each word of saying the scorer compares all possible contents and "no statement":
//! a softmax over the sums of their weights, where "no statement" has the sum 0.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::candidates::{Candidate, content_features};
use crate::sentence::SentenceView;

/// The highest probability that is given: 82 telegrams teach no certainty, and sums of many
/// weights would round to 1.
const HIGHEST: f32 = 0.99;

/// The weight of each feature.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    of: HashMap<String, f32>,
}

impl Weights {
    /// The weights that are part of the program.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Weights> =
            LazyLock::new(|| Weights::from_table(chancery_models::STATEMENT_WEIGHTS));
        &SHIPPED
    }

    /// Reads lines of a feature, a tab and its weight in thousandths. Lines of another
    /// form are left out.
    pub fn from_table(table: &str) -> Self {
        let read = |line: &str| {
            let (feature, weight) = line.rsplit_once('\t')?;
            Some((feature.to_owned(), weight.parse::<i32>().ok()? as f32 / 1000.0))
        };
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        Self { of: lines.filter_map(read).collect() }
    }

    /// Writes the table that [`Self::from_table`] reads, in the order of the features.
    /// Weights below a hundredth are left out.
    pub fn to_table(&self) -> String {
        let mut lines: Vec<(&str, i32)> = (self.of.iter())
            .map(|(feature, weight)| (feature.as_str(), (weight * 1000.0).round() as i32))
            .filter(|(_, weight)| weight.abs() >= 10)
            .collect();
        lines.sort_unstable();
        let mut table = String::new();
        for (feature, weight) in lines {
            let _ = writeln!(table, "{feature}\t{weight}");
        }
        table
    }

    pub(crate) fn from_map(of: HashMap<String, f32>) -> Self {
        Self { of }
    }

    /// Adds weights of other features.
    pub(crate) fn join(&mut self, other: Self) {
        self.of.extend(other.of);
    }

    fn sum(&self, features: &[String]) -> f32 {
        features.iter().filter_map(|feature| self.of.get(feature)).sum()
    }

    /// The probability of what has these features, at most [`HIGHEST`].
    pub(crate) fn probability(&self, features: &[String]) -> f32 {
        softmax(&[self.sum(features)])[0].min(HIGHEST)
    }

    /// The likeliest of several choices, if its sum is above `least`. None of them has the
    /// sum 0.
    pub(crate) fn choose<'f>(
        &self,
        base: &[String],
        choices: impl Iterator<Item = &'f [String]>,
        least: f32,
    ) -> Option<usize> {
        let base = self.sum(base);
        let sums = choices.map(|features| base + self.sum(features)).enumerate();
        let best = sums.max_by(|(_, one), (_, other)| one.total_cmp(other));
        best.filter(|(_, sum)| *sum > least).map(|(at, _)| at)
    }

    /// Of a candidate: the probability that it makes a statement, at most [`HIGHEST`], and
    /// the index of the likeliest content.
    pub(crate) fn score(&self, view: &SentenceView, candidate: &Candidate) -> (f32, usize) {
        let base = self.sum(&candidate.features);
        let sums: Vec<f32> = (candidate.contents.iter())
            .map(|content| base + self.sum(&content_features(view, candidate, content)))
            .collect();
        let probabilities = softmax(&sums);
        let best = (0..sums.len()).max_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0);
        (probabilities.iter().sum::<f32>().min(HIGHEST), best)
    }
}

/// The probabilities of choices with these sums, beside "none" with the sum 0.
pub(crate) fn softmax(sums: &[f32]) -> Vec<f32> {
    let largest = sums.iter().copied().fold(0.0, f32::max);
    let powers: Vec<f32> = sums.iter().map(|sum| (sum - largest).exp()).collect();
    let total: f32 = powers.iter().sum::<f32>() + (-largest).exp();
    powers.into_iter().map(|power| power / total).collect()
}
