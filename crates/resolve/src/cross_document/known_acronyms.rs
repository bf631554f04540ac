//! Acronyms that other documents explain.
//!
//! "AC" alone is the Action Congress where documents of the same volume, or on the same
//! country, say "Action Congress (AC)", and nothing else by these letters. The country is
//! the one of which a document speaks most.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chancery_model::{DocumentId, Label};

use super::{INFERRED_SCORE, Identity};
use crate::persons_in_document::{AcronymInDocument, PersonsInDocument, scope_evidence};

/// A document and an entity in it.
type EntityKey = (DocumentId, u32, u32);

/// The acronyms of the documents that were added.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownAcronyms {
    /// What acronyms stand for, by their letters and the evidence of the document.
    explained: HashMap<(String, String), BTreeMap<String, LongName>>,
    /// The others, with the evidence of their documents.
    unexplained: Vec<(EntityKey, AcronymInDocument, Arc<[String]>)>,
}

/// What an acronym stands for.
#[derive(Clone, Debug, Default)]
struct LongName {
    /// The spellings of the name, with the number of documents that have each.
    spellings: BTreeMap<String, u32>,
    has_evidence: bool,
}

impl LongName {
    /// The most frequent spelling.
    fn spelling(&self) -> &str {
        let best = self.spellings.iter().max_by_key(|(name, count)| (**count, *name));
        best.map_or("", |(name, _)| name)
    }
}

impl KnownAcronyms {
    /// Adds the acronyms of a document.
    pub(super) fn add_document(
        &mut self,
        (document, number): (DocumentId, u32),
        persons: &PersonsInDocument,
    ) {
        let PersonsInDocument { scope, evidence: shared, acronyms, .. } = persons;
        let country = shared.iter().find(|shared| shared.words.starts_with("country "));
        let scope =
            Some(scope).filter(|scope| !scope.is_empty()).map(|scope| scope_evidence(scope));
        let evidence: Arc<[String]> =
            scope.into_iter().chain(country.map(|country| country.words.clone())).collect();
        for known in acronyms {
            if !known.is_explained {
                let key = (document, number, known.entity);
                let known = AcronymInDocument { mentions: Vec::new(), ..known.clone() };
                self.unexplained.push((key, known, Arc::clone(&evidence)));
                continue;
            }
            for words in &*evidence {
                let key = (known.letters.clone(), words.clone());
                let long = self.explained.entry(key).or_default();
                let long = long.entry(known.id.clone()).or_default();
                *long.spellings.entry(known.name.clone()).or_default() += 1;
                long.has_evidence |= known.has_evidence;
            }
        }
    }

    /// The identities of the acronyms that their documents do not explain: of the one
    /// organisation that they stand for, or of the acronym itself.
    pub(super) fn identities(&self) -> impl Iterator<Item = (EntityKey, Identity)> {
        self.unexplained.iter().map(|(key, known, evidence)| {
            let own = || Identity {
                label: Label::Org,
                id: known.id.clone(),
                same_as: None,
                name: known.name.clone(),
                is_listed: false,
                inferred_score: None,
                distinction: None,
            };
            let identity = match self.only_long_name(known, evidence) {
                Some((id, long)) => Identity {
                    id: id.to_owned(),
                    name: long.spelling().to_owned(),
                    is_listed: long.has_evidence,
                    inferred_score: Some(INFERRED_SCORE),
                    ..own()
                },
                None => own(),
            };
            (*key, identity)
        })
    }

    /// What an acronym stands for in all documents that share evidence with its own, with
    /// the id. `None` if it is nothing or several things.
    fn only_long_name(
        &self,
        known: &AcronymInDocument,
        evidence: &[String],
    ) -> Option<(&str, &LongName)> {
        let at = |words: &String| self.explained.get(&(known.letters.clone(), words.clone()));
        let mut found: BTreeMap<&str, &LongName> = BTreeMap::new();
        for long in evidence.iter().filter_map(at) {
            found.extend(long.iter().map(|(id, long)| (id.as_str(), long)));
        }
        if found.len() == 1 { found.pop_first() } else { None }
    }
}
