//! The queue of doubts: pairs of names that may be one, and that neither the evidence nor
//! a user has decided.
//!
//! Names raise a doubt if they agree: full names with each other, a surname alone with a
//! person of this family name, an organisation with its initials, and places and
//! organisations of the same words. Names that contradict each other raise none. Each
//! name has one doubt at a time, with the name that fits best; if a user says that these
//! are different, the next best follows. The doubt that touches most documents comes
//! first. Nothing is stored: the queue follows from the names and the decisions that hold.

use std::cmp::Reverse;
use std::collections::HashMap;

use chancery_model::Label;
use chancery_resolve::name::{ListedName, NameFit, PersonName};
use chancery_resolve::normalise;
use chancery_store::{
    DecisionNumber, ListedEntity, Query, SettledPairs, is_bare_surname, is_surname_group,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::changes::{Change, read_change};
use crate::error::ViewError;
use crate::limits::check_offset;
use crate::session::ReadSession;
use crate::sides::{EntitySide, read_side};

/// Maximum number of entities whose names are compared, those of most documents.
const MAX_COMPARED: usize = 20_000;

/// Maximum number of names of one key with which a name is compared.
const MAX_OF_KEY: usize = 40;

/// What the queue is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct DoubtParameters {
    /// Number of doubts to pass over.
    pub skip: usize,
    /// The decision that was made last.
    #[param(value_type = Option<i64>)]
    pub done: Option<DecisionNumber>,
}

/// The queue, and the doubt that is looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoubtQueue {
    /// Number of open doubts.
    pub open: usize,
    /// Number of decisions that say whether two names are one.
    pub settled: usize,
    /// Number of doubts that were passed over.
    pub skipped: usize,
    /// The doubt; none at the end of the queue.
    pub doubt: Option<Doubt>,
    /// The decision that was made last.
    #[serde(skip)]
    pub change: Option<Change>,
}

/// Two names that may be one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Doubt {
    /// The name that remains if they are one.
    pub kept: EntitySide,
    /// The name that moves to it.
    pub moved: EntitySide,
    /// Number of documents that the answer is about.
    pub documents: u32,
    /// What speaks for one.
    pub evidence: Vec<String>,
}

/// Why two names raise a doubt.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Likeness {
    /// Family and given names agree; the more, the stronger.
    FullName(f32),
    /// One is the family name of the other.
    Surname,
    /// One is the initials of the other.
    Initials,
    /// Both have the same words.
    SameWords,
}

impl Likeness {
    /// The better of two likenesses is compared first.
    fn rank(self) -> f32 {
        match self {
            Self::FullName(strength) => 2.0 + strength,
            Self::SameWords => 2.0,
            Self::Initials => 1.5,
            Self::Surname => 1.0,
        }
    }
}

/// Two entities of a list that may be one.
#[derive(Debug)]
struct OpenPair<'a> {
    one: &'a ListedEntity,
    other: &'a ListedEntity,
    likeness: Likeness,
}

impl OpenPair<'_> {
    /// The documents that the answer is about: those of the rarer name.
    fn documents(&self) -> u32 {
        self.one.documents.min(self.other.documents)
    }
}

/// Reads the doubt at a place of the queue.
///
/// # Errors
/// If the archive cannot be read, or too many doubts are passed over.
pub fn read_queue(
    session: &ReadSession<'_>,
    parameters: &DoubtParameters,
) -> Result<DoubtQueue, ViewError> {
    check_offset(parameters.skip)?;
    let list = session.current_searcher()?.entity_list(session.archive, &Query::All)?;
    let settled = session.archive.entities().settled_pairs()?;
    let pairs = open_pairs(&list.entities, &settled);
    let skipped = parameters.skip.min(pairs.len());
    let doubt = pairs.get(skipped).map(|pair| read_doubt(session, pair)).transpose()?;
    let change = match parameters.done {
        Some(number) => read_change(session, number)?,
        None => None,
    };
    let settled = session.archive.decisions().count_settled()?;
    Ok(DoubtQueue { open: pairs.len(), settled, skipped, doubt, change })
}

/// Counts the open doubts.
///
/// # Errors
/// If the archive cannot be read.
pub fn count_doubts(session: &ReadSession<'_>) -> Result<usize, ViewError> {
    let list = session.current_searcher()?.entity_list(session.archive, &Query::All)?;
    Ok(open_pairs(&list.entities, &session.archive.entities().settled_pairs()?).len())
}

fn read_doubt(session: &ReadSession<'_>, pair: &OpenPair<'_>) -> Result<Doubt, ViewError> {
    let preview = session.archive.preview_merge(&pair.other.id, &pair.one.id)?;
    let (kept, moved) =
        (read_side(session, &preview.kept.id)?, read_side(session, &preview.moved.id)?);
    let mut evidence = vec![match pair.likeness {
        Likeness::FullName(_) => "Family and given names agree.".to_owned(),
        Likeness::Surname => format!("“{}” is part of a name of the other.", moved.name),
        Likeness::Initials => "One has the initials of the other.".to_owned(),
        Likeness::SameWords => "Both have the same words.".to_owned(),
    }];
    let shared = session.archive.entities().company_in_common(&kept.id, &moved.id)?;
    if !shared.is_empty() {
        evidence.push(format!("Both are named with {}.", shared.join(", ")));
    }
    Ok(Doubt { documents: pair.documents(), kept, moved, evidence })
}

/// What is compared of a name.
struct ComparedName<'a> {
    entity: &'a ListedEntity,
    listed: ListedName,
    in_text: PersonName,
    /// The words, folded, without an article.
    words: String,
    /// The initials of an organisation of several words.
    initials: String,
}

impl<'a> ComparedName<'a> {
    fn new(entity: &'a ListedEntity) -> Self {
        let is_person = entity.label == Label::Per;
        let listed = if is_person { ListedName::new(&entity.name) } else { ListedName::default() };
        let words = normalise::normalise_words(&entity.name);
        Self {
            in_text: PersonName::new(&listed.in_text_order()),
            listed,
            words: words.strip_prefix("the ").unwrap_or(&words).to_owned(),
            initials: match entity.label {
                Label::Org => initials_of(&entity.name),
                _ => String::new(),
            },
            entity,
        }
    }

    /// Names are compared only if they have a key in common.
    fn keys(&self) -> Vec<String> {
        if self.entity.label == Label::Per {
            let family = self.in_text.words.last().filter(|word| word.chars().count() > 2);
            return family.cloned().into_iter().collect();
        }
        let mut keys = vec![self.words.clone()];
        if !self.initials.is_empty() {
            keys.push(self.initials.clone());
        }
        keys
    }

    /// How this name is like one that more documents have.
    fn likeness(&self, other: &Self) -> Option<Likeness> {
        if is_known_apart(&self.entity.id, &other.entity.id) {
            return None;
        }
        if self.entity.label != Label::Per {
            return match self.words == other.words {
                true => Some(Likeness::SameWords),
                false => Some(Likeness::Initials),
            };
        }
        let (bare, full) = match is_bare_surname(&self.entity.name) {
            true => (self, other),
            false => (other, self),
        };
        if is_bare_surname(&full.entity.name) {
            // Two surnames alone say nothing.
            return None;
        }
        // One way may know more: a list has given names and initials apart.
        let ways = [(full, bare), (bare, full)];
        let fits = ways.map(|(listed, named)| listed.listed.compare_name(&named.in_text));
        let is_first = fits[0] >= fits[1] || is_bare_surname(&bare.entity.name);
        match fits[usize::from(!is_first)] {
            NameFit::Full(strength) => Some(Likeness::FullName(strength)),
            NameFit::Family => Some(Likeness::Surname),
            NameFit::None | NameFit::Given | NameFit::FamilyLike => None,
        }
    }
}

/// Whether two ids are entries of one source, which has each person and place once.
fn is_known_apart(one: &str, other: &str) -> bool {
    let source = |id: &str| id.split_once(':').map(|(source, _)| source.to_owned());
    source(one).is_some() && source(one) == source(other)
}

/// The initials of the words in capitals: "CIA". Empty for one word.
fn initials_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = |word: &str| word.chars().next().filter(|c| c.is_uppercase());
    let initials: String = words.filter_map(first).collect();
    if initials.chars().count() < 2 { String::new() } else { initials.to_lowercase() }
}

/// The pairs that may be one, those that touch most documents first.
fn open_pairs<'a>(entities: &'a [ListedEntity], settled: &SettledPairs) -> Vec<OpenPair<'a>> {
    // Names of most documents are first, so each name is compared with more frequent ones.
    let names: Vec<ComparedName<'a>> =
        entities.iter().take(MAX_COMPARED).map(ComparedName::new).collect();
    let mut of_key: HashMap<(Label, String), Vec<usize>> = HashMap::new();
    let mut pairs = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let mut best: Option<(f32, Reverse<usize>, OpenPair<'a>)> = None;
        for key in name.keys() {
            let known = of_key.entry((name.entity.label, key)).or_default();
            for &place in known.iter().take(MAX_OF_KEY) {
                let other = &names[place];
                let Some(likeness) = name.likeness(other) else { continue };
                let pair = OpenPair { one: other.entity, other: name.entity, likeness };
                let rank = (likeness.rank(), Reverse(place));
                if best.as_ref().is_some_and(|(known, at, _)| (*known, *at) >= rank) {
                    continue;
                }
                let group = if is_surname_group(&name.entity.id) { name } else { other };
                let (one, other) = (&other.entity.id, &name.entity.id);
                if !settled.are_apart(one, other, group.entity.documents) {
                    best = Some((rank.0, rank.1, pair));
                }
            }
            known.push(number);
        }
        pairs.extend(best.map(|(.., pair)| pair));
    }
    pairs.sort_by_key(|pair| Reverse(pair.documents()));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(id: &str, label: Label, name: &str, documents: u32) -> ListedEntity {
        let is_group = is_surname_group(id);
        ListedEntity { id: id.into(), label, name: name.into(), documents, days: (0, 0), is_group }
    }

    fn doubts_of(entities: &[ListedEntity]) -> Vec<(String, String)> {
        let pairs = open_pairs(entities, &SettledPairs::default());
        pairs.iter().map(|pair| (pair.other.name.to_string(), pair.one.name.to_string())).collect()
    }

    #[test]
    fn names_that_agree_raise_a_doubt() {
        use Label::{Loc, Org, Per};
        for (label, one, other, is_doubt) in [
            (Per, "Osei, Ama B.", "Ama Osei", true),
            (Per, "Ama Osei", "A. Osei", true),
            (Per, "Ama Osei", "Osei", true),
            (Per, "Ama Osei", "Kofi Osei", false),
            (Per, "Osei, Ama", "Kofi Osei", false),
            (Per, "Ama Osei", "Ama", false),
            (Org, "Central Nets Agency", "CNA", true),
            (Org, "Central Nets Agency", "The Central Nets Agency", true),
            (Org, "Central Nets Agency", "CNB", false),
            (Loc, "Tafara", "TAFARA", true),
            (Loc, "Tafara", "Tafari", false),
        ] {
            let entities = [entity("n-1", label, one, 9), entity("n-2", label, other, 2)];
            assert_eq!(doubts_of(&entities).len(), usize::from(is_doubt), "{one} {other}");
            let entities = [entity("n-1", label, other, 9), entity("n-2", label, one, 2)];
            assert_eq!(doubts_of(&entities).len(), usize::from(is_doubt), "{other} {one}");
        }
    }

    #[test]
    fn entries_of_one_source_and_bare_surnames_raise_none() {
        let per = Label::Per;
        let listed = [entity("kb:1", per, "Osei, Ama", 9), entity("kb:2", per, "Osei, Ama B.", 2)];
        assert_eq!(doubts_of(&listed), []);
        let bare = [entity("n-1@*", per, "Osei", 9), entity("n-2@ab.0.1", per, "Osei", 1)];
        assert_eq!(doubts_of(&bare), []);
    }

    #[test]
    fn the_best_fit_and_the_most_documents_come_first() {
        let per = Label::Per;
        let entities = [
            entity("n-1", per, "Kofi Osei", 20),
            entity("n-2", per, "Ama Osei", 10),
            entity("n-3@*", per, "Osei", 7),
            entity("n-4", per, "A. Osei", 3),
            entity("n-5", per, "Ruth Adjei", 3),
            entity("n-6", per, "R. Adjei", 2),
        ];
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            doubts_of(&entities),
            [
                pair("Osei", "Kofi Osei"),
                pair("A. Osei", "Ama Osei"),
                pair("R. Adjei", "Ruth Adjei")
            ]
        );
    }
}
