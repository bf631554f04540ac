//! Checks whether a person of the knowledge base is the person of a volume's
//! list.
//!
//! A surname with given names is not enough: lists write "Martin, Graham M."
//! for Graham Anderson Martin and "Dawee Chullasaspyra" for Dawee
//! Chullasapya. But the knowledge base keeps the forms in which each volume
//! lists a person (they come from these lists), so a person with exactly this
//! form is correct. If there is none, names are compared. A row of another
//! source is the same person if the names match and the years of birth and
//! death agree.

use std::collections::{BTreeMap, BTreeSet};

use chancery_model::Entity;
use chancery_resolve::knowledge_base::{KnowledgeBase, KnowledgeSource, PersonRecord, RecordRow};
use chancery_resolve::name::{ListedName, NameFit, PersonName};
use chancery_resolve::normalise;

/// Maps the persons of one list to persons of the knowledge base.
pub(crate) struct LinkJudge {
    /// For each id of the list, the rows of the knowledge base for this person.
    rows: BTreeMap<String, BTreeSet<u32>>,
    /// The name of the volume: the prefix of the ids of its list.
    scope: String,
}

/// Whether the links of an entity are correct.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkVerdict {
    /// Whether its id in the volume's list is correct, if it has one.
    pub(crate) list: Option<bool>,
    /// Whether its id in the knowledge base is correct, if it has one.
    pub(crate) knowledge_base: Option<bool>,
}

impl LinkJudge {
    /// Makes a judge for the persons of a list, given as ids and names.
    pub(crate) fn new<'a>(
        scope: &str,
        listed: impl Iterator<Item = (&'a str, &'a str)>,
        knowledge_base: KnowledgeBase<'static>,
    ) -> Self {
        let rows = listed
            .map(|(id, name)| (id.to_owned(), knowledge_base_rows(name, knowledge_base)))
            .collect();
        Self { rows, scope: scope.to_owned() }
    }

    /// Checks the links of `entity`, whose true person is `truth`.
    pub(crate) fn judge_links(
        &self,
        truth: &str,
        entity: &Entity,
        knowledge_base: KnowledgeBase<'static>,
    ) -> LinkVerdict {
        let mut verdict = LinkVerdict::default();
        for id in std::iter::once(&entity.id).chain(&entity.same_as) {
            let (source, id) = id.split_once(':').unwrap_or_default();
            if source == self.scope {
                verdict.list = Some(id == truth);
            } else if let Some(&source) =
                KnowledgeSource::ALL.iter().find(|known| known.as_str() == source)
            {
                let is = |&row: &u32| {
                    let person = knowledge_base.person_record(row);
                    person.source == source && person.id == id
                };
                verdict.knowledge_base = Some(self.rows_of_person(truth).any(|row| is(&row)));
            }
        }
        verdict
    }

    /// Whether the knowledge base has an appointment of a person of the list.
    pub(crate) fn has_appointment(
        &self,
        truth: &str,
        knowledge_base: KnowledgeBase<'static>,
    ) -> bool {
        self.rows_of_person(truth)
            .any(|row| knowledge_base.appointments_of(&knowledge_base.person_record(row)).len() > 0)
    }

    fn rows_of_person(&self, truth: &str) -> impl Iterator<Item = u32> {
        self.rows.get(truth).into_iter().flatten().copied()
    }
}

/// The rows of the knowledge base for the person of a listed name.
fn knowledge_base_rows(name: &str, knowledge_base: KnowledgeBase<'static>) -> BTreeSet<u32> {
    let folded = normalise::normalise_words(name);
    let mut near: BTreeSet<u32> = BTreeSet::new();
    for word in folded.split(' ').filter(|word| word.len() > 1) {
        near.extend(knowledge_base.find_rows(word).filter_map(|row| match row {
            RecordRow::Person(row) => Some(row),
            RecordRow::Place(..) => None,
        }));
    }
    let has_form = |&row: &u32| {
        let person = knowledge_base.person_record(row);
        std::iter::once(person.name)
            .chain(person.other_names.lines())
            .any(|form| normalise::normalise_words(form) == folded)
    };
    let exact: Vec<u32> = near.iter().copied().filter(has_form).collect();
    if exact.is_empty() {
        return near
            .into_iter()
            .filter(|&row| names_match(name, knowledge_base.person_record(row).name))
            .collect();
    }
    let same = |row: &u32| {
        exact.iter().any(|one| {
            one == row
                || are_same_person(
                    knowledge_base.person_record(*one),
                    knowledge_base.person_record(*row),
                )
        })
    };
    near.into_iter().filter(same).collect()
}

/// Whether rows of two sources are about the same person.
fn are_same_person(a: PersonRecord<'_>, b: PersonRecord<'_>) -> bool {
    let agree = |x: u16, y: u16| x == 0 || y == 0 || x == y;
    a.source != b.source
        && agree(a.born, b.born)
        && agree(a.died, b.died)
        && names_match(a.name, b.name)
}

/// Whether two listed names may belong to the same person.
fn names_match(a: &str, b: &str) -> bool {
    let (one, other) = (ListedName::new(a), ListedName::new(b));
    let bare = one.forms.iter().chain(&other.forms).all(|form| form.given.is_empty());
    let fits = |listed: &ListedName, written: &ListedName| {
        let fit = listed.compare_name(&PersonName::new(&written.in_text_order()));
        matches!(fit, NameFit::Full(_)) || (bare && fit == NameFit::Family)
    };
    fits(&one, &other) || fits(&other, &one)
}

#[cfg(test)]
mod tests {
    use chancery_model::Label;

    use super::*;

    fn entity(id: &str, same_as: Option<&str>) -> Entity {
        Entity {
            id: id.into(),
            label: Label::Per,
            name: String::new(),
            same_as: same_as.map(str::to_owned),
            score: 1.0,
            evidence: Vec::new(),
        }
    }

    #[test]
    fn the_listed_form_identifies_a_person() {
        let knowledge_base = KnowledgeBase::load_embedded();
        let list = [("p_1", "Martin, Graham M."), ("p_2", "Dawee Chullasaspyra, Marshal")];
        let judge = LinkJudge::new("vol", list.into_iter(), knowledge_base);
        let cases = [
            ("p_1", "pocom:martin-graham-anderson", None, None, Some(true)),
            ("p_2", "people:103218", None, None, Some(true)),
            ("p_2", "pocom:martin-graham-anderson", None, None, Some(false)),
            ("p_1", "vol:p_1", Some("pocom:martin-graham-anderson"), Some(true), Some(true)),
            ("p_1", "vol:p_2", None, Some(false), None),
            ("p_1", "per:martin", None, None, None),
        ];
        for (truth, id, same_as, list, to_knowledge_base) in cases {
            let verdict = judge.judge_links(truth, &entity(id, same_as), knowledge_base);
            let expected = LinkVerdict { list, knowledge_base: to_knowledge_base };
            assert_eq!(verdict, expected, "{truth} {id}");
        }
        assert!(
            judge.has_appointment("p_1", knowledge_base)
                && !judge.has_appointment("p_2", knowledge_base)
        );
    }
}
