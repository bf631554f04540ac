//! Resolves all mentions of a document to entities.

use chancery_model::{
    Annotated, DocumentEntities, Entity, Evidence, Header, Label, Link, LinkKind, TextSpan,
};

use crate::acronym_profile::{AcronymProfile, profile_of_acronym};
use crate::authority_list::AuthorityList;
use crate::context::LinkContext;
use crate::knowledge_base::KnowledgeBase;
use crate::linking::{LinkQuery, PersonLinker, PersonMatch};
use crate::name::PersonName;
use crate::offices::{KnownPersons, OfficeSources, resolve_offices};
use crate::orgs_and_places::resolve_other_entities;
use crate::person_profile::PersonProfile;
use crate::persons::{CoreferenceChain, Surroundings, resolve_persons};
use crate::places::PlaceLinker;

/// Resolves the mentions of documents to entities. It caches the names that it
/// looks up, so use one resolver for many documents. The result depends only on
/// the document and the list.
#[derive(Clone, Debug)]
pub struct Resolver {
    knowledge_base: KnowledgeBase<'static>,
    place_linker: PlaceLinker,
    linker: PersonLinker,
}

/// The entities of a document, and what is needed to link them to those of
/// other documents.
#[derive(Clone, Debug, Default)]
pub struct ResolvedDocument {
    /// The entities and links.
    pub entities: DocumentEntities,
    /// The persons among them.
    pub persons: Vec<PersonProfile>,
    /// The organisations among them that acronyms name.
    pub acronyms: Vec<AcronymProfile>,
    /// Date, post and countries of the document.
    pub context: LinkContext,
}

impl Resolver {
    /// Creates a resolver with the knowledge base of the program.
    pub fn with_embedded_knowledge() -> Self {
        let knowledge_base = KnowledgeBase::load_embedded();
        Self {
            knowledge_base,
            place_linker: PlaceLinker::new(knowledge_base),
            linker: PersonLinker::new(knowledge_base),
        }
    }

    /// Resolves the mentions of `annotated`. `list` has the persons and terms
    /// of its volume or of the user.
    pub fn resolve_document(
        &mut self,
        annotated: &Annotated,
        list: &AuthorityList,
    ) -> ResolvedDocument {
        let document = &annotated.document;
        let (text, mentions) = (document.text.as_str(), &annotated.mentions[..]);
        let context = LinkContext::from_document(document, mentions, self.knowledge_base);
        let signatures: Vec<TextSpan> =
            document.header.signatures.iter().map(|field| field.span).collect();
        let header = sender_spans(&document.header);
        let linker = &mut self.linker;
        let mut office_holder = |name: &PersonName, titles, signs| {
            linker.find_office_holder(name, titles, signs, &context)
        };
        let sources = Surroundings {
            signatures: &signatures,
            header: &header,
            context: &context,
            place_linker: self.place_linker,
            knowledge_base: self.knowledge_base,
        };
        let found = resolve_persons(text, mentions, sources, &mut office_holder, list);
        let short = document.id.to_string()[..12].to_owned();
        let mut draft = EntityDraft::default();
        for chain in found.chains {
            let signs = chain.mentions.iter().any(|(_, kind, _)| *kind == LinkKind::Signature)
                || is_bare_signature(&chain, annotated, &signatures);
            let (entity, is_linked) =
                self.build_person_entity(&chain, signs, &context, list, &short, text, annotated);
            draft.persons.push(PersonProfile {
                entity: draft.entities.len() as u32,
                name: chain.name,
                titles: chain.titles,
                is_linked,
                is_ambiguous: chain.is_ambiguous,
                realm: chain.realm,
            });
            draft.add_entity(entity, &chain.mentions);
        }
        for other in
            resolve_other_entities(text, mentions, &context, self.place_linker, list, &short)
        {
            let number = draft.entities.len() as u32;
            draft.acronyms.extend(profile_of_acronym(text, mentions, &other, number));
            let entity = Entity {
                id: other.id,
                same_as: None,
                label: other.label,
                name: other.name,
                score: other.score,
                evidence: other.evidence,
            };
            draft.add_entity(entity, &other.mentions);
        }
        draft.links.sort_unstable_by_key(|link| link.mention);
        for &(mention, around) in &found.around {
            let position = draft.links.binary_search_by_key(&mention, |link| link.mention);
            if let Some(link) = position.ok().and_then(|at| draft.links.get_mut(at)) {
                (link.title, link.affiliation) = (around.title_span, around.owner);
            }
        }
        let names = draft.persons.iter().map(|person| (person.entity, person.name.clone()));
        let realms = draft.persons.iter().filter_map(|person| Some((person.entity, person.realm?)));
        let mut persons = KnownPersons {
            names: names.collect(),
            realms: realms.collect(),
            entities: &mut draft.entities,
            links: &draft.links,
        };
        let sources = OfficeSources {
            document,
            mentions,
            around: &found.around,
            context: &context,
            place_linker: self.place_linker,
            knowledge_base: self.knowledge_base,
        };
        let offices = resolve_offices(sources, &mut persons);
        let EntityDraft { entities, links, persons, acronyms } = draft;
        let entities = DocumentEntities { entities, links, offices };
        ResolvedDocument { entities, persons, acronyms, context }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "all properties of one person, for a single caller"
    )]
    fn build_person_entity(
        &mut self,
        chain: &CoreferenceChain,
        signs: bool,
        context: &LinkContext,
        list: &AuthorityList,
        short: &str,
        text: &str,
        annotated: &Annotated,
    ) -> (Entity, bool) {
        if let Some((row, rule)) = chain.list_row {
            let known = list.person_at(row);
            let mut evidence = vec![Evidence::AuthorityList {
                rule,
                name: known.name.clone(),
                description: known.remark.clone(),
            }];
            let matched = self.linker.find_listed_person(known, context.day);
            if let Some(matched) = &matched {
                evidence.push(Evidence::SameAs { id: matched.id.clone() });
                evidence.extend(matched.evidence.iter().cloned());
            }
            let entity = Entity {
                id: known.id.clone(),
                same_as: matched.map(|matched| matched.id),
                label: Label::Per,
                name: known.name.clone(),
                score: chain.score,
                evidence,
            };
            return (entity, true);
        }
        let query = LinkQuery {
            name: &chain.name,
            titles: chain.titles,
            is_signature: signs,
            realm: chain.realm,
            is_former: chain.is_former,
            context,
        };
        let found = if chain.is_ambiguous { None } else { self.linker.find_person(&query) };
        if let Some(PersonMatch { id, name, score, evidence }) = found {
            return (Entity { id, same_as: None, label: Label::Per, name, score, evidence }, true);
        }
        let name = shown_name(text, annotated, chain);
        let id = format!("per:{}@{short}.{}", chain.name.words.join("-"), chain.mentions[0].0);
        let said = |mention: &u32| &text[annotated.mentions[*mention as usize].span.byte_range()];
        let evidence = match &chain.family_of[..] {
            [] => Vec::new(),
            members => {
                let members = members.iter().map(|member| said(member).to_owned()).collect();
                vec![Evidence::FamilyOf { members }]
            }
        };
        let label = Label::Per;
        (Entity { id, same_as: None, label, name, score: 1.0, evidence }, false)
    }
}

/// The fullest name of a chain: the first ordinary spelling of it, if there is one.
fn shown_name(text: &str, annotated: &Annotated, chain: &CoreferenceChain) -> String {
    let spelling = |mention: u32| {
        let span = annotated.mentions[mention as usize].span;
        text[span.byte_range()].split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let fullest = spelling(chain.fullest_mention);
    if PersonName::is_ordinary_spelling(&fullest) {
        return fullest;
    }
    let mut others = chain.mentions.iter().map(|(mention, ..)| spelling(*mention));
    let ordinary = others.find(|other| {
        PersonName::is_ordinary_spelling(other) && PersonName::new(other).words == chain.name.words
    });
    ordinary.unwrap_or(fullest)
}

/// The parts of a header that name senders of the document.
fn sender_spans(header: &Header) -> Vec<TextSpan> {
    let from = header.from.iter().map(|field| field.span);
    from.chain(header.classified_by.iter().map(|field| field.span)).collect()
}

/// Whether the document has only a name of one word, possibly hyphenated, and
/// the name is its signature.
fn is_bare_signature(
    chain: &CoreferenceChain,
    annotated: &Annotated,
    signatures: &[TextSpan],
) -> bool {
    let span = |mention: u32| annotated.mentions[mention as usize].span;
    let name = &annotated.document.text[span(chain.fullest_mention)];
    (!chain.name.has_several_words() || !name.contains(char::is_whitespace))
        && chain.mentions.iter().any(|(mention, ..)| {
            signatures.iter().any(|signature| signature.overlaps(&span(*mention)))
        })
}

#[derive(Default)]
struct EntityDraft {
    entities: Vec<Entity>,
    links: Vec<Link>,
    persons: Vec<PersonProfile>,
    acronyms: Vec<AcronymProfile>,
}

impl EntityDraft {
    fn add_entity(&mut self, entity: Entity, mentions: &[(u32, LinkKind, Option<u32>)]) {
        let number = self.entities.len() as u32;
        self.entities.push(entity);
        self.links.extend(mentions.iter().map(|&(mention, kind, antecedent)| Link {
            mention,
            entity: number,
            kind,
            antecedent,
            title: None,
            affiliation: None,
        }));
    }
}
