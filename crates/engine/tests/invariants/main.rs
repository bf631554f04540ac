//! Invariants of names on arbitrary bytes and on damaged documents.
//!
//! The short form runs with the other tests. The long form also damages each
//! document of the volumes, and reports the mutants that take much more
//! processor time than the original document:
//!
//! ```text
//! CHANCERY_MUTANTS=10000 cargo test --release -p chancery-engine --test invariants -- --nocapture
//! ```

#[path = "../cpu_time/mod.rs"]
mod cpu_time;
mod material;
mod mutation;
#[path = "../../../../tests/shared_data.rs"]
mod shared_data;

use std::time::Duration;

use chancery_engine::stages::{parse_text_file, resolve_file};
use chancery_engine::{LinkedDocument, ListChoice};
use chancery_model::Sentence;
use chancery_ner::Tagger;
use chancery_parse::invariants;
use chancery_resolve::Resolver;
use cpu_time::measure_cpu_time;
use fastrand::Rng;
use mutation::Mutation;
use proptest::prelude::*;

/// The raw spans of the mentions, with their text; `None` if nothing of the file
/// can be read.
fn raw_names(
    raw: &[u8],
    tagger: &mut Tagger<'_>,
    resolver: &mut Resolver,
) -> Option<Vec<(std::ops::Range<usize>, String)>> {
    let file = parse_text_file(raw, "a.txt").ok()?;
    let documents = resolve_file(file, "a.txt", tagger, resolver, ListChoice::File);
    let mut found = Vec::new();
    for LinkedDocument { annotated, .. } in documents {
        let (document, words) = (&annotated.document, &annotated.words);
        assert_eq!(invariants::check_document(raw, document), Ok(()));
        let starts: Vec<u32> = words.tokens.iter().map(|token| token.span.start).collect();
        let ends: Vec<u32> = words.tokens.iter().map(|token| token.span.end).collect();
        let mut end = 0;
        for mention in &annotated.mentions {
            assert!(end <= mention.span.start, "mentions overlap or are not sorted");
            end = mention.span.end;
            assert!(
                starts.binary_search(&mention.span.start).is_ok(),
                "the mention starts inside a token"
            );
            assert!(
                ends.binary_search(&mention.span.end).is_ok(),
                "the mention ends inside a token"
            );
            let within = |sentence: &Sentence| sentence.span.contains(&mention.span);
            assert!(words.sentences.iter().any(within), "a mention across the end of a sentence");
            let raw_range = document.text.to_raw_span(mention.span).byte_range();
            found.push((raw_range, document.text[mention.span].to_owned()));
        }
        let entities = &annotated.entities;
        for link in &entities.links {
            assert!((link.mention as usize) < annotated.mentions.len(), "{link:?}");
            assert!((link.entity as usize) < entities.entities.len(), "{link:?}");
        }
    }
    Some(found)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_keep_the_invariants(raw in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut resolver = Resolver::with_embedded_knowledge();
        let first = raw_names(&raw, &mut Tagger::with_shipped_model(), &mut resolver);
        prop_assert_eq!(first, raw_names(&raw, &mut Tagger::with_shipped_model(), &mut resolver));
    }
}

/// Prints the mutant if the test panics.
struct Mutant<'a> {
    number: usize,
    of: usize,
    done: &'a [Mutation],
}

impl Drop for Mutant<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("mutant {}: {:?} of document {}", self.number, self.done, self.of);
        }
    }
}

/// Lower bound for both times: below it, the clock itself dominates.
const MIN_DURATION: Duration = Duration::from_micros(200);

#[test]
fn mutated_documents_keep_the_invariants() {
    let wanted = std::env::var("CHANCERY_MUTANTS").ok().and_then(|count| count.parse().ok());
    let documents = material::load_documents(wanted.is_some());
    let (mut used, fresh) = (Tagger::with_shipped_model(), Tagger::with_shipped_model());
    let mut resolver = Resolver::with_embedded_knowledge();
    let mut unchanged: Vec<Option<Duration>> = vec![None; documents.len()];
    let (mut slow, mut read, mut names) = (Vec::new(), 0, 0);
    let count = wanted.unwrap_or(400);
    for number in 0..count {
        let mut chance = Rng::with_seed(number as u64);
        let (of, other) = (chance.usize(..documents.len()), chance.usize(..documents.len()));
        let mut raw = documents[of].clone();
        let done: Vec<Mutation> = (0..=chance.usize(..3))
            .map(|_| Mutation::ALL[chance.usize(..Mutation::ALL.len())])
            .collect();
        for mutation in &done {
            raw = mutation.apply_to(raw, &documents[other], &mut chance);
        }
        let mutant = Mutant { number, of, done: &done };
        let first = raw_names(&raw, &mut used, &mut resolver);
        let (again, took) = measure_cpu_time(|| raw_names(&raw, &mut fresh.clone(), &mut resolver));
        assert_eq!(first, again, "the caches of other documents change the names");
        read += usize::from(first.is_some());
        names += first.map_or(0, |names| names.len());
        if wanted.is_some() {
            let mut before = |at: usize| {
                *unchanged[at].get_or_insert_with(|| {
                    measure_cpu_time(|| {
                        raw_names(&documents[at], &mut fresh.clone(), &mut resolver)
                    })
                    .1
                })
            };
            let joined = done.iter().any(|mutation| matches!(mutation, Mutation::Join));
            let whole = before(of) + if joined { before(other) } else { Duration::ZERO };
            let ratio =
                took.max(MIN_DURATION).as_secs_f64() / whole.max(MIN_DURATION).as_secs_f64();
            slow.push((ratio, number, took, raw.len(), documents[of].len(), format!("{done:?}")));
        }
        drop(mutant);
    }
    assert!(read * 2 > count && names > count, "{read} of {count} mutants are read, {names} names");
    slow.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (ratio, number, took, size, before, done) in slow.iter().take(10) {
        eprintln!(
            "mutant {number}: {ratio:.1} times its document, {took:?}, {before} bytes to {size}: {done}"
        );
    }
    let over = slow.iter().filter(|(ratio, ..)| *ratio > 10.0).count();
    if wanted.is_some() {
        let of = documents.len();
        eprintln!(
            "{count} mutants of {of} documents: {read} read, {names} names, {over} over ten times"
        );
    }
}

#[test]
fn raw_spans_match_the_file() {
    let raw = &material::load_documents(false)[0];
    let found =
        raw_names(raw, &mut Tagger::with_shipped_model(), &mut Resolver::with_embedded_knowledge())
            .expect("an example");
    assert!(found.len() > 30, "{} names", found.len());
    for (raw_range, name) in found {
        let there = String::from_utf8_lossy(&raw[raw_range]);
        assert_eq!(there.split_whitespace().collect::<Vec<_>>().join(" "), name);
    }
}
