//! Data augmentation: copies of annotated text in capitals or with other persons'
//! names.
//!
//! Telegrams are full of surnames that are on no list and have no word vector. A
//! copy in which every person has another name teaches the model to look at the
//! surrounding words.

use std::collections::{BTreeSet, HashMap};

use chancery_model::Label;

use crate::bio_tags;
use crate::hash;
use crate::train::GoldDocument;

/// Forenames and surnames to choose from.
pub struct ReplacementNames {
    forenames: Vec<String>,
    surnames: Vec<String>,
}

impl ReplacementNames {
    /// Collects distinct names. Only single words of three or more letters that
    /// start with a capital are kept.
    pub fn new(
        forenames: impl Iterator<Item = String>,
        surnames: impl Iterator<Item = String>,
    ) -> Self {
        let tidy = |names: &mut dyn Iterator<Item = String>| {
            let names: BTreeSet<String> = names.filter(|name| is_plain_name(name)).collect();
            names.into_iter().collect()
        };
        let (mut forenames, mut surnames) = (forenames, surnames);
        Self { forenames: tidy(&mut forenames), surnames: tidy(&mut surnames) }
    }

    /// Returns a copy of `gold` with every word of every person's name replaced.
    ///
    /// The last word of a name becomes a surname and the words before it become
    /// forenames. The same word is replaced by the same name throughout. Initials,
    /// particles and short words stay. The choice depends only on the word and on
    /// `seed`.
    pub fn replace_person_names(&self, gold: &GoldDocument, seed: u64) -> GoldDocument {
        let mut chosen: HashMap<String, String> = HashMap::new();
        let mut replaced = gold.clone();
        for sentence in &mut replaced.sentences {
            let tags: Vec<bio_tags::BioTag> =
                sentence.iter().map(|(_, set)| set.only_tag().unwrap_or_default()).collect();
            for (start, end, label) in bio_tags::decode_tags(&tags) {
                if label != Label::Per {
                    continue;
                }
                for (at, (word, _)) in sentence[start..end].iter_mut().enumerate() {
                    if is_plain_name(word) {
                        let last = start + at + 1 == end;
                        let names = if last { &self.surnames } else { &self.forenames };
                        let key = word.to_lowercase();
                        let name = chosen
                            .entry(key)
                            .or_insert_with_key(|key| pick_replacement(names, key, seed));
                        let capitals = !word.chars().any(char::is_lowercase);
                        *word = if capitals { name.to_uppercase() } else { name.clone() };
                    }
                }
            }
        }
        replaced
    }
}

fn pick_replacement(names: &[String], word: &str, seed: u64) -> String {
    let number =
        hash::combine_hashes(seed, hash::hash_bytes(word.as_bytes())) % names.len().max(1) as u64;
    names.get(number as usize).cloned().unwrap_or_else(|| word.to_owned())
}

fn is_plain_name(name: &str) -> bool {
    name.chars().count() > 2
        && name.starts_with(char::is_uppercase)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
}

/// Returns a copy of `gold` in capitals, with its weight multiplied by `weight`.
pub fn copy_in_capitals(gold: &GoldDocument, weight: f32) -> GoldDocument {
    let mut copy = gold.clone();
    copy.weight *= weight;
    for (word, _) in copy.sentences.iter_mut().flatten() {
        *word = word.to_uppercase();
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bio_tags::{BioTag, TagSet};
    use crate::features::TextKind;

    fn gold_document(words: &[(&str, BioTag)]) -> GoldDocument {
        let sentence = words.iter().map(|(word, tag)| ((*word).to_owned(), TagSet::from_tag(*tag)));
        let kind = TextKind::Diplomatic;
        GoldDocument { sentences: vec![sentence.collect()], kind, weight: 1.0, document: 0 }
    }

    #[test]
    fn people_get_other_names_and_nothing_else_changes() {
        let (begin, inside) = (BioTag::begin_of(Label::Per), BioTag::inside_of(Label::Per));
        let text = gold_document(&[
            ("General", BioTag::O),
            ("Ada", begin),
            ("K.", inside),
            ("Byron", inside),
            ("met", BioTag::O),
            ("BYRON", begin),
            ("in", BioTag::O),
            ("Byron", BioTag::begin_of(Label::Loc)),
        ]);
        let names = ReplacementNames::new(
            ["Zeno".to_owned()].into_iter(),
            ["Quist".to_owned(), "x".to_owned()].into_iter(),
        );
        let words = names.replace_person_names(&text, 7);
        let words: Vec<&str> = words.sentences[0].iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["General", "Zeno", "K.", "Quist", "met", "QUIST", "in", "Byron"]);
    }

    #[test]
    fn copies_in_capitals_have_their_weight() {
        let copy = copy_in_capitals(&gold_document(&[("Mali", BioTag::begin_of(Label::Loc))]), 0.5);
        assert_eq!((copy.sentences[0][0].0.as_str(), copy.weight), ("MALI", 0.5));
    }
}
