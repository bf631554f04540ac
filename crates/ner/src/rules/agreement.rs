//! One name, one reading.
//!
//! A name that stands sixty times in a document is usually the same thing sixty
//! times. If the engine read it in several ways, the reading with the most
//! support wins, unless another one has good support too: a surname is a person
//! in one sentence and part of "X Group" in the next.

use std::collections::HashMap;

use chancery_model::{Label, Mention, TextSpan, TokenKind, Words, fold_word};

/// Share of the support that a reading needs to win.
const MIN_SHARE: f32 = 0.75;

/// Occurrences that a reading needs before it marks others that were missed.
const MIN_MARKED: u32 = 3;

/// Support for the readings of one name.
#[derive(Default)]
struct NameSupport {
    by_label: [f32; Label::ALL.len()],
    marked: u32,
    /// Occurrences that are no mention and in none.
    unmarked: Vec<TextSpan>,
}

impl NameSupport {
    /// The label that wins, if one does, and its mean score.
    fn winner(&self) -> Option<(Label, f32)> {
        let total: f32 = self.by_label.iter().sum();
        let best = Label::ALL
            .into_iter()
            .max_by(|&a, &b| self.by_label[a as usize].total_cmp(&self.by_label[b as usize]))?;
        let support = self.by_label[best as usize];
        (support >= MIN_SHARE * total).then_some((best, support / self.marked.max(1) as f32))
    }
}

/// Gives the mentions of one name the label that has the most support, and marks
/// occurrences that were missed.
pub(super) fn agree_on_names(text: &str, words: &Words, mentions: &mut Vec<Mention>) {
    let mut names: HashMap<String, NameSupport> = HashMap::new();
    for mention in mentions.iter() {
        let support = names.entry(fold_word(&text[mention.span.byte_range()])).or_default();
        support.by_label[mention.label as usize] += mention.score;
        support.marked += 1;
    }
    names.retain(|_, support| support.marked > 1);
    if names.is_empty() {
        return;
    }
    collect_unmarked(text, words, mentions, &mut names);
    for mention in mentions.iter_mut() {
        let support = names.get(&fold_word(&text[mention.span.byte_range()]));
        if let Some((label, _)) = support.and_then(NameSupport::winner) {
            mention.label = label;
        }
    }
    let Some(source) = mentions.first().map(|mention| mention.source) else { return };
    for support in names.values() {
        let missed = support.unmarked.len() as u32;
        let Some((label, score)) = support.winner() else { continue };
        if support.marked >= MIN_MARKED && support.marked > 2 * missed {
            let mention = |span: &TextSpan| Mention { span: *span, label, score, source };
            mentions.extend(support.unmarked.iter().map(mention));
        }
    }
    mentions.sort_unstable_by_key(|mention| mention.span.start);
}

/// Collects the one-word occurrences of names outside all mentions.
fn collect_unmarked(
    text: &str,
    words: &Words,
    mentions: &[Mention],
    names: &mut HashMap<String, NameSupport>,
) {
    let mut next = 0;
    for token in words.tokens.iter().filter(|token| token.kind == TokenKind::Word) {
        while mentions.get(next).is_some_and(|mention| mention.span.end <= token.span.start) {
            next += 1;
        }
        let outside = mentions.get(next).is_none_or(|mention| mention.span.start >= token.span.end);
        let word = &text[token.span.byte_range()];
        if outside
            && word.starts_with(char::is_uppercase)
            && let Some(support) = names.get_mut(&fold_word(word))
        {
            support.unmarked.push(token.span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::test_support::{mentions_of, show, words_of};

    #[test]
    fn the_best_supported_reading_wins() {
        let cases = [
            (
                "[PER Tremont] [PER Tremont] [PER Tremont] [LOC Tremont] Tremont",
                "[PER Tremont] [PER Tremont] [PER Tremont] [PER Tremont] [PER Tremont]",
            ),
            (
                "[PER Roche] [PER Roche] [LOC Roche] [LOC Roche]",
                "[PER Roche] [PER Roche] [LOC Roche] [LOC Roche]",
            ),
            (
                "[PER Tremont] [PER TREMONT] tremont Tremont",
                "[PER Tremont] [PER TREMONT] tremont Tremont",
            ),
            (
                "[ORG Abadie Group] [PER Abadie] [PER Abadie]",
                "[ORG Abadie Group] [PER Abadie] [PER Abadie]",
            ),
        ];
        for (given, expected) in cases {
            let (text, mut mentions) = mentions_of(given);
            agree_on_names(&text, &words_of(&text), &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
