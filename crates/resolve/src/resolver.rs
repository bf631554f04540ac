//! Resolves all mentions of a document to entities.

use chancery_model::{Annotated, Entities, Entity, Label, Link, TextSpan, Tie};

use crate::context::Context;
use crate::facts::Facts;
use crate::linking::{Found, Linker, Question};
use crate::name::{Offices, Spoken};
use crate::persons::{Chain, persons};
use crate::places::Gazetteer;
use crate::roster::Roster;
use crate::things::things;

/// Resolves the mentions of documents to entities. It caches the names that it
/// looks up, so use one resolver for many documents. The result depends only on
/// the document and the list.
#[derive(Clone, Debug)]
pub struct Resolver {
    facts: Facts<'static>,
    gazetteer: Gazetteer,
    linker: Linker,
}

/// The entities of a document, and what is needed to link them to those of
/// other documents.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// The entities and links.
    pub entities: Entities,
    /// The persons among them.
    pub persons: Vec<Profile>,
    /// Date, post and countries of the document.
    pub context: Context,
}

/// What a document says of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The number of the entity.
    pub entity: u32,
    /// The fullest name.
    pub spoken: Spoken,
    /// The titles of the person.
    pub offices: Offices,
    /// Whether the ID comes from a list or the knowledge base.
    pub is_linked: bool,
    /// Whether several persons were possible and none was chosen.
    pub is_torn: bool,
}

impl Resolver {
    /// Creates a resolver with the knowledge base of the program.
    pub fn shipped() -> Self {
        let facts = Facts::shipped();
        Self { facts, gazetteer: Gazetteer::new(facts), linker: Linker::new(facts) }
    }

    /// Resolves the mentions of `annotated`. `list` has the persons and terms
    /// of its volume or of the user.
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
        reason = "all properties of one person, for a single caller"
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

/// Whether the document has only a name of one word, possibly hyphenated, and
/// the name is its signature.
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
