//! Smoothing of tag scores over all occurrences of a word in the document.
//!
//! A name often occurs once in an informative sentence and otherwise without
//! context: in a score table, a list, a headline. So the scores of every
//! capitalised word are moved halfway towards their mean over all its
//! capitalised occurrences, whatever the case of the other letters. Finkel,
//! Grenager and Manning (2005) reach a similar consistency by sampling.
//!
//! The CRF learns such consistency by itself ([`crate::second_pass`]), but the
//! encoder sees only its window.

use std::collections::HashMap;

use crate::bio_tags::{PerTag, TAGS};

/// How far scores move towards the mean, from 0 to 1. Tuned on conll2003/dev and
/// on held-out telegrams, where values from 0.4 to 0.6 differ little.
const SMOOTHING: f32 = 0.5;

/// Lower bound of the log-probabilities in the mean, so that one very confident
/// occurrence does not outweigh all others.
const MIN_LOG_PROBABILITY: f32 = -7.0;

/// Smooths the scores of one document's words. `scores` become log-probabilities,
/// not normalised again after smoothing.
pub(crate) fn smooth_scores(lines: &[Vec<&str>], scores: &mut [Vec<PerTag>]) {
    let mut sums: HashMap<String, (PerTag, f32)> = HashMap::new();
    for (word, scores) in words_with_scores(lines, scores) {
        *scores = log_probabilities(scores);
        if let Some(key) = occurrence_key(word) {
            let (sum, count) = sums.entry(key).or_default();
            sum.iter_mut()
                .zip(&*scores)
                .for_each(|(sum, score)| *sum += score.max(MIN_LOG_PROBABILITY));
            *count += 1.0;
        }
    }
    for (word, scores) in words_with_scores(lines, scores) {
        let known = occurrence_key(word).and_then(|key| sums.get(&key));
        if let Some((sum, count)) = known.filter(|(_, count)| *count > 1.0) {
            for (score, sum) in scores.iter_mut().zip(sum) {
                *score += SMOOTHING * (sum / count - *score);
            }
        }
    }
}

/// Iterates over every word with its scores.
fn words_with_scores<'a>(
    lines: &'a [Vec<&'a str>],
    scores: &'a mut [Vec<PerTag>],
) -> impl Iterator<Item = (&'a str, &'a mut PerTag)> {
    let line = |(words, scores): (&'a Vec<&'a str>, &'a mut Vec<PerTag>)| {
        words.iter().copied().zip(scores)
    };
    lines.iter().zip(scores).flat_map(line)
}

/// Returns the key that all occurrences of a word share, or `None` if the word is
/// not capitalised.
fn occurrence_key(word: &str) -> Option<String> {
    word.starts_with(char::is_uppercase).then(|| word.to_lowercase())
}

/// Normalises `scores` to log-probabilities (log-softmax).
pub(crate) fn log_probabilities(scores: &PerTag) -> PerTag {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total = most + scores.iter().map(|score| (score - most).exp()).sum::<f32>().ln();
    std::array::from_fn::<_, TAGS, _>(|tag| scores[tag] - total)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores in which the tag with number `tag` leads the others by `by`.
    fn scores_favouring(tag: usize, by: f32) -> PerTag {
        std::array::from_fn(|at| if at == tag { by } else { 0.0 })
    }

    fn best_tag(scores: &PerTag) -> usize {
        (0..TAGS).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).expect("nine")
    }

    #[test]
    fn clear_contexts_help_others() {
        let lines = [vec!["Mr", "Quistorp", "said"], vec!["QUISTORP", "2"], vec!["quistorp"]];
        let mut scores = [
            vec![scores_favouring(0, 3.0), scores_favouring(1, 6.0), scores_favouring(0, 9.0)],
            vec![scores_favouring(5, 1.0), scores_favouring(0, 3.0)],
            vec![scores_favouring(5, 1.0)],
        ];
        let before = scores.clone();
        smooth_scores(&lines, &mut scores);
        assert_eq!(best_tag(&scores[0][1]), 1);
        assert_eq!(best_tag(&scores[1][0]), 1, "the word in capitals is the same word");
        // A lowercase word is another word, and single occurrences do not change.
        for (line, word) in [(2, 0), (0, 0), (0, 2), (1, 1)] {
            assert_eq!(scores[line][word], log_probabilities(&before[line][word]));
        }
    }

    #[test]
    fn confident_tag_is_kept() {
        let lines = [vec!["Osei"], vec!["Osei"], vec!["Osei"]];
        let mut scores = [
            vec![scores_favouring(1, 12.0)],
            vec![scores_favouring(5, 2.0)],
            vec![scores_favouring(5, 2.0)],
        ];
        smooth_scores(&lines, &mut scores);
        assert_eq!(best_tag(&scores[0][0]), 1);
    }

    #[test]
    fn scores_become_probabilities() {
        let total: f32 =
            log_probabilities(&scores_favouring(2, 40.0)).iter().map(|score| score.exp()).sum();
        assert!((total - 1.0).abs() < 1e-5);
    }
}
