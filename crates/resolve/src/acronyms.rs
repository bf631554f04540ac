//! Acronyms of a document, and the names that they stand for.

use std::collections::HashMap;

use chancery_model::{Label, LinkKind, Mention};

use crate::authority_list::AuthorityList;
use crate::normalise;

/// Words that acronyms leave out.
const ACRONYM_STOP_WORDS: &[&str] =
    &["of", "for", "and", "the", "in", "on", "to", "de", "la", "del", "du", "et"];

/// Returns the names in the document, with their mentions, by their acronyms.
pub(crate) fn collect_expansions(
    text: &str,
    mentions: &[Mention],
) -> HashMap<String, (String, u32)> {
    let mut expansions = HashMap::new();
    for (number, mention) in mentions.iter().enumerate() {
        let surface = &text[mention.span.byte_range()];
        if mention.label == Label::Per || !surface.contains(' ') || surface.len() > 120 {
            continue;
        }
        let folded = normalise::normalise_words(surface);
        let initials = |all: bool| -> String {
            let words = folded.split(' ').filter(|word| all || !ACRONYM_STOP_WORDS.contains(word));
            words.filter_map(|word| word.chars().next()).collect()
        };
        for acronym in [initials(false), initials(true)] {
            if acronym.len() > 1 {
                expansions.entry(acronym).or_insert((folded.clone(), number as u32));
            }
        }
        // The text gives it: "Salafist Group for Preaching and Combat (GSPC)".
        let rest = &text[mention.span.end as usize..];
        let inside = rest.strip_prefix(" (").unwrap_or_default();
        let short = &inside[..inside.bytes().take_while(|byte| is_acronym_byte(*byte)).count()];
        if is_acronym(short) && inside[short.len()..].starts_with(')') {
            expansions.insert(normalise::normalise_words(short), (folded, number as u32));
        }
    }
    expansions
}

pub(crate) fn is_acronym(surface: &str) -> bool {
    let letters = surface.bytes().filter(u8::is_ascii_uppercase).count();
    (2..=10).contains(&letters) && surface.bytes().all(is_acronym_byte)
}

fn is_acronym_byte(byte: u8) -> bool {
    byte.is_ascii_uppercase() || matches!(byte, b'.' | b'-' | b'/')
}

/// Returns the long form of a name, the kind of link and the mention that gives
/// the long form.
pub(crate) fn expand_acronym(
    folded: &str,
    surface: &str,
    expansions: &HashMap<String, (String, u32)>,
    authority_list: &AuthorityList,
) -> (String, LinkKind, Option<u32>) {
    if is_acronym(surface) {
        let letters = folded.replace(' ', "");
        if let Some((long, antecedent)) = expansions.get(&letters) {
            return (long.clone(), LinkKind::Acronym, Some(*antecedent));
        }
        if let Some(long) = authority_list.expand_abbreviation(&letters) {
            return (long.to_owned(), LinkKind::Acronym, None);
        }
        return (letters, LinkKind::Name, None);
    }
    (folded.to_owned(), LinkKind::Name, None)
}
