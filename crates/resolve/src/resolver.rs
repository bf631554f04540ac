//! A document's entities: persons, places and things put together.

use chancery_model::{Annotated, Entities, Entity, Label, Link, TextSpan, Tie};

use crate::context::Context;
use crate::facts::Facts;
use crate::linking::{Found, Linker, Question};
use crate::name::{Offices, Spoken};
use crate::persons::{Chain, persons};
use crate::places::Gazetteer;
use crate::roster::Roster;
use crate::things::things;

/// What resolves the names of documents. Remembers the names that it looked
/// up, so one serves many documents; what it answers depends on the document
/// and the list alone.
#[derive(Clone, Debug)]
pub struct Resolver {
    facts: Facts<'static>,
    gazetteer: Gazetteer,
    linker: Linker,
}

/// The entities of a document, and what other documents may know them by.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// The entities and links.
    pub entities: Entities,
    /// The persons among them.
    pub persons: Vec<Profile>,
    /// Time and place of the document.
    pub context: Context,
}

/// A person as a document knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Number of the entity.
    pub entity: u32,
    /// The fullest name.
    pub spoken: Spoken,
    /// Offices said of the person.
    pub offices: Offices,
    /// Whether the id is that of a list.
    pub is_linked: bool,
    /// Whether several were possible and none was chosen.
    pub is_torn: bool,
}

impl Resolver {
    /// A resolver with the facts that are part of the program.
    pub fn shipped() -> Self {
        let facts = Facts::shipped();
        Self { facts, gazetteer: Gazetteer::new(facts), linker: Linker::new(facts) }
    }

    /// The entities of `annotated`, with the help of `list`: the persons and
    /// terms of its volume, or of the user.
    pub fn resolve(&mut self, annotated: &Annotated, list: &Roster) -> Resolved {
        let document = &annotated.document;
        let (text, mentions) = (document.text.as_str(), &annotated.mentions[..]);
        let context = Context::of(document, mentions, self.facts);
        let signatures: Vec<TextSpan> =
            document.header.signatures.iter().map(|field| field.span).collect();
        let found = persons(text, mentions, &signatures, list);
        let short = document.id.to_string()[..12].to_owned();
        let mut draft = Draft::default();
        for chain in found.chains {
            let signs = chain.mentions.iter().any(|(_, tie, _)| *tie == Tie::Signature)
                || signs(&chain, annotated, &signatures);
            let (entity, is_linked) =
                self.person(&chain, signs, &context, list, &short, text, annotated);
            draft.persons.push(Profile {
                entity: draft.entities.len() as u32,
                spoken: chain.spoken,
                offices: chain.offices,
                is_linked,
                is_torn: chain.torn,
            });
            draft.add(entity, &chain.mentions);
        }
        for thing in things(text, mentions, &context, self.gazetteer, list) {
            let entity = Entity {
                id: thing.id,
                same_as: None,
                label: thing.label,
                name: thing.name,
                score: thing.score,
                reason: thing.reason,
            };
            draft.add(entity, &thing.mentions);
        }
        draft.links.sort_unstable_by_key(|link| link.mention);
        for (mention, around) in found.around {
            let place = draft.links.binary_search_by_key(&mention, |link| link.mention);
            if let Some(link) = place.ok().and_then(|at| draft.links.get_mut(at)) {
                (link.office, link.of) = (around.words, around.of);
            }
        }
        let entities = Entities { entities: draft.entities, links: draft.links };
        Resolved { entities, persons: draft.persons, context }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "all that is known of one person, for this one caller"
    )]
    fn person(
        &mut self,
        chain: &Chain,
        signs: bool,
        context: &Context,
        list: &Roster,
        short: &str,
        text: &str,
        annotated: &Annotated,
    ) -> (Entity, bool) {
        if let Some(row) = chain.listed {
            let known = list.get(row);
            let mut reason = format!("{}: {}; {}", chain.why, known.name, known.remark);
            let fact = self.linker.same_as(known, context.day);
            if let Some(fact) = &fact {
                reason += &format!("; {}: {}", fact.id, fact.reason);
            }
            let entity = Entity {
                id: known.id.clone(),
                same_as: fact.map(|fact| fact.id),
                label: Label::Per,
                name: known.name.clone(),
                score: chain.score,
                reason,
            };
            return (entity, true);
        }
        let question = Question { spoken: &chain.spoken, offices: chain.offices, signs, context };
        let found = if chain.torn { None } else { self.linker.find(&question) };
        if let Some(Found { id, name, score, reason }) = found {
            return (Entity { id, same_as: None, label: Label::Per, name, score, reason }, true);
        }
        let span = annotated.mentions[chain.fullest as usize].span;
        let name = text[span.range()].split_whitespace().collect::<Vec<_>>().join(" ");
        let id = format!("per:{}@{short}.{}", chain.spoken.words.join("-"), chain.mentions[0].0);
        let said = |mention: &u32| &text[annotated.mentions[*mention as usize].span.range()];
        let reason = match &chain.family_of[..] {
            [] => String::new(),
            members => {
                format!("family of {}", members.iter().map(said).collect::<Vec<_>>().join(", "))
            }
        };
        let label = Label::Per;
        (Entity { id, same_as: None, label, name, score: 1.0, reason }, false)
    }
}

/// Whether no more is known than a name of one word, or with a hyphen, that
/// stands under the document.
fn signs(chain: &Chain, annotated: &Annotated, signatures: &[TextSpan]) -> bool {
    let span = |mention: u32| annotated.mentions[mention as usize].span;
    let name = &annotated.document.text[span(chain.fullest)];
    (!chain.spoken.is_full() || !name.contains(char::is_whitespace))
        && chain.mentions.iter().any(|(mention, ..)| {
            signatures.iter().any(|signature| signature.overlaps(&span(*mention)))
        })
}

#[derive(Default)]
struct Draft {
    entities: Vec<Entity>,
    links: Vec<Link>,
    persons: Vec<Profile>,
}

impl Draft {
    fn add(&mut self, entity: Entity, mentions: &[(u32, Tie, Option<u32>)]) {
        let number = self.entities.len() as u32;
        self.entities.push(entity);
        self.links.extend(mentions.iter().map(|&(mention, tie, by)| Link {
            mention,
            entity: number,
            tie,
            by,
            office: None,
            of: None,
        }));
    }
}
