//! Learns the [`Weights`] from telegrams whose statements were marked by hand.

use std::collections::HashMap;

use chancery_model::{Annotated, RawSpan, TextSpan};

use crate::candidates::{Candidate, content_features, find_candidates};
use crate::sentence::{SentenceView, sentence_views};
use crate::weights::{Weights, softmax};

/// A statement that was marked by hand, in bytes of the file.
#[derive(Clone, Debug)]
pub struct MarkedStatement {
    /// The word of saying.
    pub cue: RawSpan,
    /// What is said.
    pub content: Option<RawSpan>,
}

/// One word of saying to learn from.
struct Example {
    base: Vec<u32>,
    /// The features of `base` that name the word of saying come first: so many.
    lemma_count: usize,
    contents: Vec<Vec<u32>>,
    /// The contents that are right. None: it makes no statement.
    right: Vec<usize>,
}

/// How often the examples are seen.
const EPOCHS: usize = 15;
const RATE: f32 = 0.03;
/// The share of the examples whose lemma is hidden, so that the other features learn to
/// do without it: most words of saying are rare.
const HIDDEN_LEMMAS: u64 = 3;

/// Learns from documents and their marked statements. The same input gives the same
/// weights.
pub fn learn_weights<'a>(
    documents: impl IntoIterator<Item = (&'a Annotated, &'a [MarkedStatement])>,
) -> Weights {
    let mut names: HashMap<String, u32> = HashMap::new();
    let mut examples = Vec::new();
    for (annotated, marked) in documents {
        let views = sentence_views(annotated);
        for candidate in find_candidates(&views) {
            let view = &views[candidate.sentence];
            let right = right_contents(annotated, view, &candidate, marked);
            let mut number = |feature: String| {
                let next = names.len() as u32;
                *names.entry(feature).or_insert(next)
            };
            let contents = (candidate.contents.iter())
                .map(|content| {
                    content_features(view, &candidate, content)
                        .into_iter()
                        .map(&mut number)
                        .collect()
                })
                .collect();
            let mut features = candidate.features;
            features.sort_by_key(|feature| !feature.starts_with("lemma"));
            let lemma_count = features.iter().take_while(|one| one.starts_with("lemma")).count();
            let base = features.into_iter().map(&mut number).collect();
            examples.push(Example { base, lemma_count, contents, right });
        }
    }
    let weights = descend(&examples, names.len());
    Weights::from_map(
        names.into_iter().map(|(feature, at)| (feature, weights[at as usize])).collect(),
    )
}

/// The contents of a candidate that share half of their words with those of a marked
/// statement of the same cue.
fn right_contents(
    annotated: &Annotated,
    view: &SentenceView,
    candidate: &Candidate,
    marked: &[MarkedStatement],
) -> Vec<usize> {
    let text = &annotated.document.text;
    let raw = |span: TextSpan| text.to_raw_span(span);
    let cue = raw(view.span(&candidate.cue));
    let mut shares = vec![0.0_f32; candidate.contents.len()];
    for one in marked.iter().filter(|one| one.cue.start < cue.end && cue.start < one.cue.end) {
        let Some(content) = one.content else { continue };
        for (share, choice) in shares.iter_mut().zip(&candidate.contents) {
            *share = share.max(overlap(raw(choice.span(view)), content));
        }
    }
    let best = shares.iter().copied().fold(0.0, f32::max);
    if best < 0.5 {
        return Vec::new();
    }
    (0..shares.len()).filter(|&at| shares[at] >= best - 0.05).collect()
}

/// The shared part of two spans, by bytes.
fn overlap(a: RawSpan, b: RawSpan) -> f32 {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start)) as f32;
    let all = (a.end.max(b.end) - a.start.min(b.start)) as f32;
    shared / all.max(1.0)
}

/// Stochastic gradient descent with steps that shrink for features seen often (`AdaGrad`,
/// Duchi, Hazan and Singer, 2011).
fn descend(examples: &[Example], count: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f32; count];
    let mut squares = vec![1e-3_f32; count];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..EPOCHS {
        for at in (1..order.len()).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            order.swap(at, (state >> 33) as usize % (at + 1));
        }
        for &at in &order {
            let example = &examples[at];
            let sum = |features: &[u32]| -> f32 {
                features.iter().map(|&one| weights[one as usize]).sum()
            };
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let hidden =
                if (state >> 33).is_multiple_of(HIDDEN_LEMMAS) { example.lemma_count } else { 0 };
            let base_features = &example.base[hidden..];
            let base = sum(base_features);
            let sums: Vec<f32> = example.contents.iter().map(|one| base + sum(one)).collect();
            let found = softmax(&sums);
            let right_mass: f32 = example.right.iter().map(|&one| found[one]).sum();
            let mut base_gradient = 0.0;
            let gradients: Vec<f32> = (0..sums.len())
                .map(|one| {
                    let wanted = match example.right.contains(&one) {
                        true => found[one] / right_mass.max(1e-6),
                        false => 0.0,
                    };
                    base_gradient += wanted - found[one];
                    wanted - found[one]
                })
                .collect();
            let mut step = |feature: u32, gradient: f32| {
                let at = feature as usize;
                squares[at] += gradient * gradient;
                weights[at] += RATE * gradient / squares[at].sqrt();
            };
            for &feature in base_features {
                step(feature, base_gradient);
            }
            for (features, &gradient) in example.contents.iter().zip(&gradients) {
                for &feature in features {
                    step(feature, gradient);
                }
            }
        }
    }
    weights
}
