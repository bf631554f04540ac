//! Inference in a linear-chain CRF (Lafferty, McCallum and Pereira 2001).
//!
//! Given a score for every tag of every word and for every pair of neighbouring
//! tags, this module finds the best valid tag sequence and the probability of
//! every tag.
//!
//! The forward and backward sums run on exponentials that are rescaled to 1 at
//! every word, so they neither overflow nor need logarithms. Pairs that BIO
//! forbids have the score minus infinity and so the probability zero.

use chancery_model::Label;

use crate::bio_tags::{self, BioTag, PerTag, TAGS, TagSet};

/// Scores of tag pairs: `pair[before][after]`; minus infinity where BIO
/// forbids the pair.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionScores(pub [PerTag; TAGS]);

impl TransitionScores {
    /// Takes the learnt `weights` and sets the forbidden pairs to minus infinity.
    pub fn from_weights(weights: [PerTag; TAGS]) -> Self {
        let mut pairs = weights;
        for (before, row) in pairs.iter_mut().enumerate() {
            for (after, weight) in row.iter_mut().enumerate() {
                if !BioTag(after as u8).may_follow(Some(BioTag(before as u8))) {
                    *weight = f32::NEG_INFINITY;
                }
            }
        }
        Self(pairs)
    }

    /// `exp` of every score.
    pub fn exponentials(&self) -> [PerTag; TAGS] {
        self.0.map(|row| row.map(f32::exp))
    }
}

/// Whether a sentence may start with `tag`.
fn may_start_sentence(tag: usize) -> bool {
    BioTag(tag as u8).may_follow(None)
}

/// Finds the best valid tag sequence (Viterbi 1967). Of equally good sequences it
/// takes the one whose last differing tag has the lower number. `back` is a
/// reused buffer.
pub fn best_sequence(
    scores: &[PerTag],
    pairs: &TransitionScores,
    back: &mut Vec<[u8; TAGS]>,
) -> Vec<BioTag> {
    let Some((first, rest)) = scores.split_first() else { return Vec::new() };
    back.clear();
    let mut sum: PerTag =
        std::array::from_fn(
            |tag| if may_start_sentence(tag) { first[tag] } else { f32::NEG_INFINITY },
        );
    for word in rest {
        let mut from = [0u8; TAGS];
        let mut next = [f32::NEG_INFINITY; TAGS];
        for (before, row) in pairs.0.iter().enumerate() {
            for after in 0..TAGS {
                let score = sum[before] + row[after];
                if score > next[after] {
                    next[after] = score;
                    from[after] = before as u8;
                }
            }
        }
        next.iter_mut().zip(word).for_each(|(sum, score)| *sum += score);
        sum = next;
        back.push(from);
    }
    let mut last = 0;
    for tag in 1..TAGS {
        if sum[tag] > sum[last] {
            last = tag;
        }
    }
    let mut tags = vec![BioTag(last as u8)];
    for from in back.iter().rev() {
        last = usize::from(from[last]);
        tags.push(BioTag(last as u8));
    }
    tags.reverse();
    tags
}

/// The forward-backward algorithm over one sentence; its buffers are reused.
#[derive(Default)]
pub struct ForwardBackward {
    /// `exp(score - max)` of each word; zero for tags that are not allowed.
    local: Vec<PerTag>,
    forward: Vec<PerTag>,
    backward: Vec<PerTag>,
    /// The divisor of each forward row.
    scale: Vec<f32>,
}

impl ForwardBackward {
    /// Sums over all valid sequences within `allowed` and returns the logarithm
    /// of the total (the log partition function).
    ///
    /// `allowed` has one set per word; if it is empty, all tags are allowed.
    /// `pairs` are exponentials ([`TransitionScores::exponentials`]). Returns minus infinity if no
    /// sequence is valid or the scores are too far apart to be summed; every
    /// probability is then zero.
    pub fn compute_log_partition(
        &mut self,
        scores: &[PerTag],
        pairs: &[PerTag; TAGS],
        allowed: &[TagSet],
    ) -> f64 {
        let words = scores.len();
        self.local.clear();
        self.forward.clear();
        self.scale.clear();
        self.backward.clear();
        self.backward.resize(words, [1.0; TAGS]);
        let mut total = 0f64;
        for (at, word) in scores.iter().enumerate() {
            let max = word.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let mut local: PerTag = word.map(|score| (score - max).exp());
            if let Some(set) = allowed.get(at) {
                for (tag, weight) in local.iter_mut().enumerate() {
                    if !set.contains_tag(tag) {
                        *weight = 0.0;
                    }
                }
            }
            let mut row = match at {
                0 => std::array::from_fn(|tag| if may_start_sentence(tag) { 1.0 } else { 0.0 }),
                _ => multiply_row(&self.forward[at - 1], pairs),
            };
            row.iter_mut().zip(&local).for_each(|(sum, weight)| *sum *= weight);
            let sum: f32 = row.iter().sum();
            if sum <= 0.0 || !sum.is_finite() {
                self.forward.clear();
                return f64::NEG_INFINITY;
            }
            self.forward.push(row.map(|weight| weight / sum));
            self.scale.push(sum);
            self.local.push(local);
            total += f64::from(max) + f64::from(sum).ln();
        }
        for at in (1..words).rev() {
            let mut ahead = self.backward[at];
            for (sum, weight) in ahead.iter_mut().zip(&self.local[at]) {
                *sum *= weight / self.scale[at];
            }
            self.backward[at - 1] =
                std::array::from_fn(|before| dot_product(&pairs[before], &ahead));
        }
        total
    }

    /// Returns the probability of each tag at word `at`.
    pub fn tag_marginals(&self, at: usize) -> PerTag {
        let Some(forward) = self.forward.get(at) else { return [0.0; TAGS] };
        std::array::from_fn(|tag| forward[tag] * self.backward[at][tag])
    }

    /// Adds to `into` the probability of each tag pair at words `at - 1` and `at`,
    /// times `weight`.
    pub fn add_pair_marginals(
        &self,
        at: usize,
        pairs: &[PerTag; TAGS],
        weight: f32,
        into: &mut [PerTag; TAGS],
    ) {
        for before in 0..TAGS {
            let reach = self.forward[at - 1][before] * weight / self.scale[at];
            for after in 0..TAGS {
                into[before][after] +=
                    reach * pairs[before][after] * self.local[at][after] * self.backward[at][after];
            }
        }
    }

    /// Returns the probability that the words from `start` on are one complete
    /// name with the label of `tags[0]`: that they carry `tags` and that the
    /// next word does not continue the name.
    pub fn mention_probability(
        &self,
        start: usize,
        tags: &[BioTag],
        pairs: &[PerTag; TAGS],
    ) -> f32 {
        let end = start + tags.len();
        let Some(first) = self.forward.get(start) else { return 0.0 };
        let mut path = first[usize::from(tags[0].0)];
        for at in start + 1..end {
            let before = usize::from(tags[at - start - 1].0);
            let after = usize::from(tags[at - start].0);
            path *= pairs[before][after] * self.local[at][after] / self.scale[at];
        }
        let last = usize::from(tags[tags.len() - 1].0);
        if end == self.forward.len() {
            return path;
        }
        let goes_on = tags[0].label().map(BioTag::inside_of).map_or(0, |tag| usize::from(tag.0));
        let after: f32 = (0..TAGS)
            .filter(|&tag| tag != goes_on)
            .map(|tag| {
                pairs[last][tag] * self.local[end][tag] / self.scale[end] * self.backward[end][tag]
            })
            .sum();
        path * after
    }
}

/// A name in a line, as a range of words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MentionSpan {
    /// Its first word.
    pub start: usize,
    /// One past its last word.
    pub end: usize,
    /// Its label.
    pub label: Label,
    /// The probability that exactly these words are a name with this label.
    pub score: f32,
}

/// Finds the best tags and names of a line; its buffers are reused.
#[derive(Default)]
pub struct ViterbiDecoder {
    back: Vec<[u8; TAGS]>,
    forward_backward: ForwardBackward,
}

impl ViterbiDecoder {
    /// Finds the best valid tag sequence.
    pub fn best_tags(&mut self, scores: &[PerTag], pairs: &TransitionScores) -> Vec<BioTag> {
        best_sequence(scores, pairs, &mut self.back)
    }

    /// Finds the names of the best valid tag sequence, each with its probability.
    pub fn best_mentions(
        &mut self,
        scores: &[PerTag],
        pairs: &TransitionScores,
    ) -> Vec<MentionSpan> {
        let tags = self.best_tags(scores, pairs);
        if tags.iter().all(|&tag| tag == BioTag::O) {
            return Vec::new();
        }
        let pairs = pairs.exponentials();
        self.forward_backward.compute_log_partition(scores, &pairs, &[]);
        let score = |start: usize, end: usize| {
            self.forward_backward.mention_probability(start, &tags[start..end], &pairs)
        };
        bio_tags::decode_tags(&tags)
            .into_iter()
            .map(|(start, end, label)| MentionSpan { start, end, label, score: score(start, end) })
            .collect()
    }
}

fn multiply_row(row: &PerTag, pairs: &[PerTag; TAGS]) -> PerTag {
    let mut sum = [0.0; TAGS];
    for before in 0..TAGS {
        for after in 0..TAGS {
            sum[after] += row[before] * pairs[before][after];
        }
    }
    sum
}

fn dot_product(left: &PerTag, right: &PerTag) -> f32 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All valid sequences of `words` tags.
    fn valid_sequences(words: usize) -> Vec<Vec<BioTag>> {
        let mut all: Vec<Vec<BioTag>> = vec![Vec::new()];
        for _ in 0..words {
            all = all
                .iter()
                .flat_map(|head| {
                    (0..TAGS as u8)
                        .map(BioTag)
                        .filter(|tag| tag.may_follow(head.last().copied()))
                        .map(move |tag| [head.clone(), vec![tag]].concat())
                })
                .collect();
        }
        all
    }

    fn sequence_score(tags: &[BioTag], scores: &[PerTag], pairs: &TransitionScores) -> f64 {
        let at = |tag: BioTag| usize::from(tag.0);
        let words: f64 = tags.iter().zip(scores).map(|(&t, s)| f64::from(s[at(t)])).sum();
        let steps: f64 =
            tags.windows(2).map(|two| f64::from(pairs.0[at(two[0])][at(two[1])])).sum();
        words + steps
    }

    /// Found by fuzzing: every sum is zero where the one tag that is likely
    /// may not follow.
    #[test]
    fn scores_too_far_apart_are_decoded_without_probability() {
        let mut begins = [-200.0; TAGS];
        begins[usize::from(BioTag::begin_of(Label::Per).0)] = 0.0;
        let mut goes_on = [-200.0; TAGS];
        goes_on[usize::from(BioTag::inside_of(Label::Org).0)] = 0.0;
        let pairs = TransitionScores::from_weights([[0.0; TAGS]; TAGS]);
        let mentions = ViterbiDecoder::default().best_mentions(&[begins, goes_on], &pairs);
        assert!(!mentions.is_empty(), "no mention");
        assert!(mentions.iter().all(|mention| mention.score == 0.0), "{mentions:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// The sums agree with adding up every sequence by hand.
        #[test]
        fn sums_equal_enumeration(
            scores in prop::collection::vec(prop::array::uniform9(-4f32..4.0), 1..4),
            weights in prop::array::uniform9(prop::array::uniform9(-3f32..3.0)),
        ) {
            let pairs = TransitionScores::from_weights(weights);
            let exp = pairs.exponentials();
            let mut sums = ForwardBackward::default();
            let log_total = sums.compute_log_partition(&scores, &exp, &[]);
            let all = valid_sequences(scores.len());
            let total: f64 = all.iter().map(|tags| sequence_score(tags, &scores, &pairs).exp()).sum();
            prop_assert!((log_total - total.ln()).abs() < 1e-3);
            for at in 0..scores.len() {
                for tag in 0..TAGS {
                    let direct: f64 = all.iter().filter(|tags| usize::from(tags[at].0) == tag)
                        .map(|tags| sequence_score(tags, &scores, &pairs).exp() / total).sum();
                    prop_assert!((f64::from(sums.tag_marginals(at)[tag]) - direct).abs() < 1e-3);
                }
            }
            let top = best_sequence(&scores, &pairs, &mut Vec::new());
            let most = all.iter().map(|tags| sequence_score(tags, &scores, &pairs)).fold(f64::MIN, f64::max);
            prop_assert!((sequence_score(&top, &scores, &pairs) - most).abs() < 1e-3);
            for (start, end, label) in crate::bio_tags::decode_tags(&top) {
                let direct: f64 = all.iter()
                    .filter(|tags| crate::bio_tags::decode_tags(tags).contains(&(start, end, label)))
                    .map(|tags| sequence_score(tags, &scores, &pairs).exp() / total).sum();
                let found = sums.mention_probability(start, &top[start..end], &exp);
                prop_assert!((f64::from(found) - direct).abs() < 1e-3);
            }
        }
    }
}
