//! Learns the [`Weights`] from telegrams whose statements were marked by hand.

use std::collections::HashMap;

use chancery_model::{ActKind, Annotated, Party, RawSpan, TextSpan};

use crate::acts::act_examples;
use crate::candidates::{Candidate, content_features, find_candidates};
use crate::parties::{PartyReader, hearer_choices};
use crate::sentence::{SentenceView, sentence_views};
use crate::statements::read_statements;
use crate::weights::{Weights, softmax};

/// A statement that was marked by hand, in bytes of the file.
#[derive(Clone, Debug)]
pub struct MarkedStatement {
    /// The word of saying.
    pub cue: RawSpan,
    /// What is said.
    pub content: Option<RawSpan>,
    /// The name of the hearer in full, "Embassy" for the sender.
    pub hearer: Option<String>,
}

/// An act that was marked by hand, in bytes of the file.
#[derive(Clone, Debug)]
pub struct MarkedAct {
    /// What is done.
    pub kind: ActKind,
    /// The words that say it.
    pub cue: RawSpan,
}

/// What was marked by hand in one telegram.
#[derive(Clone, Debug, Default)]
pub struct MarkedDocument {
    /// Its statements.
    pub statements: Vec<MarkedStatement>,
    /// Its acts, planned and refused ones too.
    pub acts: Vec<MarkedAct>,
}

/// One word of saying, or one possible act, to learn from.
struct Example {
    base: Vec<u32>,
    /// The features of `base` that name the word of saying or acting come first: so many.
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

/// Numbers features in the order in which they come.
#[derive(Default)]
struct Numbers {
    of: HashMap<String, u32>,
}

impl Numbers {
    fn number(&mut self, feature: String) -> u32 {
        let next = self.of.len() as u32;
        *self.of.entry(feature).or_insert(next)
    }

    fn all(&mut self, features: Vec<String>) -> Vec<u32> {
        features.into_iter().map(|feature| self.number(feature)).collect()
    }

    /// Those of words come first; returns how many there are.
    fn words_first(&mut self, mut features: Vec<String>) -> (Vec<u32>, usize) {
        let names_word = |one: &str| one.starts_with("lemma") || one.starts_with("a word");
        features.sort_by_key(|feature| !names_word(feature));
        let count = features.iter().take_while(|one| names_word(one)).count();
        (self.all(features), count)
    }
}

/// Learns from documents and what was marked in them. The same input gives the same
/// weights.
pub fn learn_weights<'a>(
    documents: impl IntoIterator<Item = (&'a Annotated, &'a MarkedDocument)>,
) -> Weights {
    let documents: Vec<_> = documents.into_iter().collect();
    let mut numbers = Numbers::default();
    let (mut sayings, mut acts) = (Vec::new(), Vec::new());
    for &(annotated, marked) in &documents {
        let views = sentence_views(annotated);
        for candidate in find_candidates(&views) {
            let view = &views[candidate.sentence];
            let right = right_contents(annotated, view, &candidate, &marked.statements);
            let contents = (candidate.contents.iter())
                .map(|content| numbers.all(content_features(view, &candidate, content)))
                .collect();
            let (base, lemma_count) = numbers.words_first(candidate.features);
            sayings.push(Example { base, lemma_count, contents, right });
        }
        for act in act_examples(annotated, &views) {
            let cue = annotated.document.text.to_raw_span(act.cue);
            let is_right =
                (marked.acts.iter()).any(|one| one.kind == act.kind && touch(one.cue, cue));
            let (base, lemma_count) = numbers.words_first(act.features);
            let right = if is_right { vec![0] } else { Vec::new() };
            acts.push(Example { base, lemma_count, contents: vec![Vec::new()], right });
        }
    }
    // Features of acts and of sayings are different ones.
    let of_sayings = descend(&sayings, numbers.of.len());
    let of_acts = descend(&acts, numbers.of.len());
    let weight = |at: u32| of_sayings[at as usize] + of_acts[at as usize];
    let mut weights =
        Weights::from_map(numbers.of.into_iter().map(|(f, at)| (f, weight(at))).collect());
    weights.join(learn_hearers(&documents, &weights));
    weights
}

/// Learns the choice of hearers from the statements that the other weights find.
fn learn_hearers(documents: &[(&Annotated, &MarkedDocument)], weights: &Weights) -> Weights {
    let mut numbers = Numbers::default();
    let mut examples = Vec::new();
    for (annotated, marked) in documents {
        let views = sentence_views(annotated);
        let mut parties = PartyReader::new(annotated, &views);
        let reported = read_statements(&views, &mut parties, weights);
        for (at, choice) in hearer_choices(&reported, &parties) {
            let statement = &reported[at].statement;
            let cue = annotated.document.text.to_raw_span(statement.cue);
            let Some(gold) = marked.statements.iter().find(|one| touch(one.cue, cue)) else {
                continue;
            };
            let right: Vec<usize> = (choice.parties.iter().enumerate())
                .filter(|(_, (party, _))| {
                    (gold.hearer.as_deref()).is_some_and(|name| is_named(annotated, party, name))
                })
                .map(|(at, _)| at)
                .collect();
            // A hearer who is not among the choices teaches nothing.
            if right.is_empty() && gold.hearer.is_some() {
                continue;
            }
            let base = numbers.all(choice.base);
            let contents =
                choice.parties.into_iter().map(|(_, features)| numbers.all(features)).collect();
            examples.push(Example { base, lemma_count: 0, contents, right });
        }
    }
    let learnt = descend(&examples, numbers.of.len());
    Weights::from_map(numbers.of.into_iter().map(|(f, at)| (f, learnt[at as usize])).collect())
}

/// Whether a party has the last word of a name; "Embassy" names the post.
fn is_named(annotated: &Annotated, party: &Party, name: &str) -> bool {
    const SENDERS: [&str; 6] = ["embassy", "post", "mission", "consulate", "poloff", "emboff"];
    // Of "Okafor, Ines" the family name comes first.
    let last = |name: &str| {
        let first = name.split([';', '(', ',']).next().unwrap_or_default().trim();
        first.rsplit([' ', '-']).next().unwrap_or_default().to_lowercase()
    };
    let is_sender = SENDERS.iter().any(|sender| name.to_lowercase().starts_with(sender));
    match party {
        Party::Post => is_sender,
        Party::Words(words) => !is_sender && last(words) == last(name),
        Party::Entity(entity) => {
            let entity = annotated.entities.entities.get(*entity as usize);
            !is_sender && entity.is_some_and(|entity| last(&entity.name) == last(name))
        }
    }
}

fn touch(a: RawSpan, b: RawSpan) -> bool {
    a.start < b.end && b.start < a.end
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
    for one in marked.iter().filter(|one| touch(one.cue, cue)) {
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
