//! Measures how far our tokens agree with those of an older tagger, on the
//! cable in ../shared/seed. Differences are grouped by kind;
//! docs/SEGMENTATION.md explains why each kind is deliberate.

mod document;
#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::collections::{BTreeMap, HashSet};
use std::fs;

use chancery_model::TextSpan;
use shared_data::shared_data;

const MIN_SHARE_PERCENT: f64 = 97.0;

/// The text of the cable without its brackets, and the old tagger's tokens.
struct Seed {
    text: String,
    tokens: Vec<TextSpan>,
}

fn read_seed() -> Option<Seed> {
    let files = fs::read_dir(shared_data("seed")?).expect("a folder");
    let mut files: Vec<_> = files.map(|file| file.expect("readable folder").path()).collect();
    files.sort();
    let mut seed = Seed { text: String::new(), tokens: Vec::new() };
    for line in fs::read_to_string(files.first()?).expect("UTF-8").lines() {
        for token in line.split(' ') {
            let opening = ["[PER", "[LOC", "[ORG", "[MISC"].contains(&token);
            if !token.is_empty() && !opening && token != "]" {
                seed.push_token(token);
            }
        }
        seed.text.push('\n');
    }
    Some(seed)
}

impl Seed {
    fn push_token(&mut self, token: &str) {
        let start = self.text.len();
        self.text.push_str(token);
        self.tokens.push(TextSpan::from_range(start..self.text.len()));
        self.text.push(' ');
    }

    /// The same text without the blanks that the old tagger inserted.
    fn detokenized_copy(&self) -> Self {
        let mut seed = Self { text: String::new(), tokens: Vec::new() };
        for token in &self.tokens {
            let word = &self.text[token.byte_range()];
            if [",", ".", ";", ":", "?", ")", "”"].contains(&word) && seed.text.ends_with(' ') {
                seed.text.pop();
            }
            seed.push_token(word);
            if word == "(" || self.text[token.end as usize..].starts_with(" \n") {
                seed.text.pop();
                seed.text.push_str(if word == "(" { "" } else { "\n" });
            }
        }
        seed
    }
}

/// The kind of an old tagger's token that we do not have.
fn difference_kind(token: &str) -> &'static str {
    let last = token.chars().next_back().unwrap_or_default();
    match token {
        _ if token.contains(['<', '=', '>']) => "markup (parse removes it)",
        _ if token.to_lowercase().ends_with("’s") => "possessive",
        _ if token.contains("n’t") => "contraction",
        _ if last == ':' => "colon left on the word",
        _ if token.starts_with('“') || last == '”' => "curly quote left on the word",
        _ if last == '.' => "sentence end left on the word",
        _ if token.contains(".“") => "sentences left together",
        _ if token.ends_with("--") => "dash left on the word",
        _ if token.contains('-') => "compound of a name",
        _ => "other",
    }
}

/// The number of agreeing tokens, the number of compared tokens, and the
/// differences by kind.
fn compare_tokens(seed: &Seed) -> (usize, usize, BTreeMap<&'static str, Vec<&str>>) {
    let document = document::single_paragraph(&seed.text);
    let words = chancery_segment::segment_document(&document);
    let ours: HashSet<TextSpan> = words.tokens.iter().map(|token| token.span).collect();
    let mut differences = BTreeMap::<_, Vec<&str>>::new();
    for &span in seed.tokens.iter().filter(|span| !ours.contains(span)) {
        let token = &seed.text[span.byte_range()];
        differences.entry(difference_kind(token)).or_default().push(token);
    }
    let markup = differences.get("markup (parse removes it)").map_or(0, Vec::len);
    let differ: usize = differences.values().map(Vec::len).sum();
    let tokens = seed.tokens.len() - markup;
    (tokens - (differ - markup), tokens, differences)
}

#[test]
fn tokens_agree_with_the_seed() {
    let Some(seed) = read_seed() else { return };
    for (form, seed) in [("detokenised", seed.detokenized_copy()), ("as it stands", seed)] {
        let (agreeing, tokens, differences) = compare_tokens(&seed);
        let share = 100.0 * agreeing as f64 / tokens as f64;
        println!("{form}: {agreeing} of {tokens} tokens agree, {share:.2} %");
        for (kind, tokens) in &differences {
            println!("  {:4} {kind}: {}", tokens.len(), tokens.join(" "));
        }
        assert!(share >= MIN_SHARE_PERCENT, "{share:.2} % is less than {MIN_SHARE_PERCENT} %");
        assert!(!differences.contains_key("other"), "{:?}", differences["other"]);
    }
}

#[test]
#[ignore = "prints the seed in our tokens, one sentence per line, for inspection"]
fn print_sentences() {
    let Some(seed) = read_seed() else { return };
    let seed = seed.detokenized_copy();
    let words = chancery_segment::segment_document(&document::single_paragraph(&seed.text));
    for sentence in &words.sentences {
        let tokens =
            words.tokens[sentence.token_range()].iter().map(|t| &seed.text[t.span.byte_range()]);
        println!("{}", tokens.collect::<Vec<_>>().join(" "));
    }
}
