//! Whether the scores of links are true: how many links of each score are right.

use std::io::{self, Write};

use chancery_model::Certainty;
use serde_json::{Value, json};

use crate::mention_score::percent_or_zero;

/// Bins of scores. Each is a twentieth wide; the first also has all lower scores.
const BINS: usize = 10;

/// The lower end of the first bin.
const FIRST_SCORE: f32 = 0.5;

/// The width of a bin.
const BIN_WIDTH: f32 = 0.05;

/// Links by score, and how many of them are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reliability([ScoredLinks; BINS]);

/// The links of one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ScoredLinks {
    links: u64,
    right: u64,
}

impl ScoredLinks {
    fn add(&mut self, other: Self) {
        self.links += other.links;
        self.right += other.right;
    }
}

impl Reliability {
    /// Counts a link.
    pub(crate) fn count_link(&mut self, score: f32, is_right: bool) {
        // A score on an edge belongs to the upper bin, whatever its rounding.
        let bin = ((score - FIRST_SCORE) / BIN_WIDTH + 1e-3).floor().clamp(0.0, BINS as f32 - 1.0);
        self.0[bin as usize].add(ScoredLinks { links: 1, right: u64::from(is_right) });
    }

    /// Adds the links of another volume.
    pub(crate) fn add_volume(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bin, other)| bin.add(*other));
    }

    /// Iterates over the bins that have links: lower end, word, links.
    fn bins(&self) -> impl Iterator<Item = (f32, Certainty, ScoredLinks)> {
        let bins = self.0.iter().enumerate().filter(|(_, bin)| bin.links > 0);
        bins.map(|(number, bin)| {
            let from = FIRST_SCORE + number as f32 * BIN_WIDTH;
            (from, Certainty::from_score(from + BIN_WIDTH / 2.0), *bin)
        })
    }

    /// The links of each word.
    fn by_word(&self) -> impl Iterator<Item = (Certainty, ScoredLinks)> {
        Certainty::ALL.into_iter().map(|word| {
            let mut all = ScoredLinks::default();
            self.bins().filter(|(_, of, _)| *of == word).for_each(|(_, _, bin)| all.add(bin));
            (word, all)
        })
    }

    /// Formats the bins as JSON.
    pub(crate) fn to_json(self) -> Value {
        let rounded = |score: f32| f64::from((score * 100.0).round()) / 100.0;
        self.bins()
            .map(|(from, word, bin)| {
                json!({"from": rounded(from), "to": rounded(from + BIN_WIDTH),
                    "certainty": word.as_str(), "links": bin.links, "right": bin.right})
            })
            .collect()
    }

    /// Prints one line per bin, then one per word.
    pub(crate) fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{:24}{:>10}{:>10}", "score of a link", "links", "right %")?;
        for (from, word, bin) in self.bins() {
            let (to, right) = (from + BIN_WIDTH, percent_or_zero(bin.right, bin.links));
            let score = format!("{from:.2} to {to:.2}, {word}");
            writeln!(out, "{score:24}{:10}{right:10.2}", bin.links)?;
        }
        for (word, all) in self.by_word().filter(|(_, all)| all.links > 0) {
            let right = percent_or_zero(all.right, all.links);
            writeln!(out, "{:24}{:10}{right:10.2}", word.as_str(), all.links)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_counted_by_score() {
        let mut one = Reliability::default();
        for (score, is_right) in [(0.1, false), (0.85, true), (0.8999, false), (1.0, true)] {
            one.count_link(score, is_right);
        }
        let mut all = Reliability::default();
        all.add_volume(&one);
        all.count_link(0.95, true);
        let bins: Vec<(f32, u64, u64)> = all
            .bins()
            .map(|(from, _, bin)| ((from * 100.0).round(), bin.links, bin.right))
            .collect();
        assert_eq!(bins, [(50.0, 1, 0), (85.0, 2, 1), (95.0, 2, 2)]);
        assert_eq!(all.by_word().map(|(_, bin)| bin.links).sum::<u64>(), 5);
        let mut table = Vec::new();
        all.write_table(&mut table).expect("memory");
        let table = String::from_utf8(table).expect("text");
        assert!(table.contains("0.85 to 0.90, "), "{table}");
    }
}
