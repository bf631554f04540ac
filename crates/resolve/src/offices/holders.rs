//! Finds the holders of offices.
//!
//! The document comes first: after "Prime Minister Ramdin", "the Prime Minister" of the
//! same country is he. Then the knowledge base says who held the office on that day.
//! Where the two contradict each other, or several persons are possible, the office
//! has no holder.

use std::collections::{BTreeSet, HashMap};

use chancery_model::{Entity, Evidence, Label, OfficeReference, PartialDay, SourceFormat};

use super::OfficeSources;
use super::known_persons::{KnownPersons, terms_of_id};
use super::reading::OfficeInText;
use super::table::OfficeName;
use crate::authority_list::ListedPerson;
use crate::knowledge_base::OfficeTerm;
use crate::name::NameFit;
use crate::persons::is_monarchy;
use crate::same_person::may_be_same;

/// Confidence if the text names the person with the office.
const NAMED_SCORE: f32 = 0.97;

/// Confidence if the document names one person with the office before.
const ANTECEDENT_SCORE: f32 = 0.9;

/// Confidence if the knowledge base has the holder on that day.
const KNOWN_HOLDER_SCORE: f32 = 0.9;

/// Confidence of "the President" in a telegram from a country that has one.
const OWN_PRESIDENT_SCORE: f32 = 0.8;

/// The number of persons named with one kind of office that are remembered. With more
/// than one, a later office mostly stays open.
const MAX_NAMED_HOLDERS: usize = 20;

/// A person whom the document names with an office.
struct NamedHolder {
    kind: &'static str,
    country: Option<&'static str>,
    entity: u32,
    mention: u32,
}

/// A person whom the knowledge base has in an office.
struct KnownHolder {
    row: u32,
    term: OfficeTerm<'static>,
    ids: Vec<String>,
}

/// Who holds an office, and why.
#[derive(Clone)]
struct Holder {
    entity: u32,
    antecedent: Option<u32>,
    score: f32,
    evidence: Vec<Evidence>,
}

/// Finds the holders of the offices of a document.
pub(super) struct HolderFinder<'a, 'p> {
    sources: OfficeSources<'a>,
    persons: &'a mut KnownPersons<'p>,
    /// Who is named with an office so far, by its kind.
    named: HashMap<&'static str, Vec<NamedHolder>>,
    /// The holders in the knowledge base, by kind and country.
    known: HashMap<(&'static str, &'static str), Holder>,
}

impl<'a, 'p> HolderFinder<'a, 'p> {
    pub(super) fn new(sources: OfficeSources<'a>, persons: &'a mut KnownPersons<'p>) -> Self {
        Self { sources, persons, named: HashMap::new(), known: HashMap::new() }
    }

    /// Resolves the offices of a document in their order.
    pub(super) fn resolve_all(mut self, offices: &[OfficeInText]) -> Vec<OfficeReference> {
        offices.iter().filter_map(|office| self.resolve_office(office)).collect()
    }

    fn resolve_office(&mut self, found: &OfficeInText) -> Option<OfficeReference> {
        let OfficeInText { span, office, named, .. } = *found;
        let country = found.country.or(office.owner);
        // "The Secretary" alone is that of the United States, and "HIM" an emperor.
        let text = self.sources.document.text.as_str();
        let is_short = text[span.byte_range()].eq_ignore_ascii_case("secretary");
        if is_short && country != Some("US") {
            return None;
        }
        if &text[span.byte_range()] == "HIM" && self.usual_country("monarch").is_none() {
            return None;
        }
        let entity = named.and_then(|mention| self.persons.entity_of_mention(mention));
        if let (Some(mention), Some(entity)) = (named, entity) {
            let stated = found.country.or(office.owner.filter(|_| !is_short));
            let country = stated.or_else(|| self.country_in_office(entity, office.kind));
            // "Ama Osei, the Foreign Minister," is that of the country of the post.
            let own = || self.usual_country(office.kind).filter(|_| found.has_article);
            let country = country.or_else(own);
            self.remember(NamedHolder { kind: office.kind, country, entity, mention });
            let evidence = vec![Evidence::NamedWithOffice];
            let antecedent = Some(mention);
            let holder = Holder { entity, antecedent, score: NAMED_SCORE, evidence };
            return Some(self.to_reference(found, country, Some(holder)));
        }
        let (country, holder) = match (country, office.kind) {
            (None, "president") if self.is_abroad() => self.president_abroad(office),
            (country, kind) => {
                let country = country.or_else(|| self.usual_country(kind));
                (country, self.find_holder(office, country))
            }
        };
        Some(self.to_reference(found, country, holder))
    }

    /// Remembers who is named with an office. A document with very many holders of one
    /// kind says of none who is meant later.
    fn remember(&mut self, new: NamedHolder) {
        let of_kind = self.named.entry(new.kind).or_default();
        let is_known =
            of_kind.iter().any(|known| known.entity == new.entity && known.country == new.country);
        if !is_known && of_kind.len() < MAX_NAMED_HOLDERS {
            of_kind.push(new);
        }
    }

    fn named_as(&self, kind: &str) -> &[NamedHolder] {
        self.named.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The country of an office whose country the text does not say.
    fn usual_country(&self, kind: &str) -> Option<&'static str> {
        let context = self.sources.context;
        let host = context.post_iso().filter(|_| self.is_abroad());
        match kind {
            "ambassador" => host.map(|_| "US"),
            "monarch" | "crown prince" => host.filter(|host| self.is_monarchy(host)),
            "president" | "vice president" => {
                let is_american =
                    context.from_department || self.sources.document.format == SourceFormat::Frus;
                host.or_else(|| is_american.then_some("US"))
            }
            _ => host,
        }
    }

    fn is_monarchy(&self, iso: &str) -> bool {
        is_monarchy(iso, self.sources.context.document_year())
    }

    /// Whether the document comes from a post in another country than the United States.
    fn is_abroad(&self) -> bool {
        let context = self.sources.context;
        !context.from_department && context.post_iso().is_some_and(|iso| iso != "US")
    }

    /// "The President" in a telegram from abroad is that of the country or of the United
    /// States. It is that of the country if the document names only him as president.
    fn president_abroad(&mut self, office: OfficeName) -> (Option<&'static str>, Option<Holder>) {
        let host = self.sources.context.post_iso();
        if host.is_some_and(|host| self.is_monarchy(host)) {
            return (Some("US"), self.find_holder(office, Some("US")));
        }
        let presidents = || self.named_as("president").iter();
        let own = |named: &&NamedHolder| named.country.is_none() || named.country == host;
        let entities: BTreeSet<u32> = presidents().map(|named| named.entity).collect();
        match presidents().find(own) {
            Some(named) if entities.len() == 1 => {
                let holder = Holder {
                    entity: named.entity,
                    antecedent: Some(named.mention),
                    score: OWN_PRESIDENT_SCORE,
                    evidence: vec![Evidence::NamedBefore],
                };
                (host, Some(holder))
            }
            _ => (None, None),
        }
    }

    /// Returns the holder of an office, of a country if that is known.
    fn find_holder(&mut self, office: OfficeName, country: Option<&'static str>) -> Option<Holder> {
        let fits = |named: &&NamedHolder| {
            country.is_none() || named.country.is_none() || named.country == country
        };
        let mut candidates: Vec<(u32, u32)> = Vec::new();
        for named in self.named_as(office.kind).iter().filter(fits) {
            if !candidates.iter().any(|(entity, _)| *entity == named.entity) {
                candidates.push((named.entity, named.mention));
            }
        }
        let known = country.and_then(|country| self.known_holder_of(office, country));
        if let Some(known) = &known
            && !candidates.is_empty()
        {
            candidates.retain(|(entity, _)| self.may_be(*entity, known));
            if candidates.is_empty() {
                return None;
            }
        }
        match (&candidates[..], known) {
            ([(entity, mention)], _) => Some(Holder {
                entity: *entity,
                antecedent: Some(*mention),
                score: ANTECEDENT_SCORE,
                evidence: vec![Evidence::NamedBefore],
            }),
            ([], Some(known)) => Some(self.holder_of_knowledge_base(&known, office, country?)),
            _ => None,
        }
    }

    /// Returns the holder whom the knowledge base has. The person is looked up among
    /// those of the document once.
    fn holder_of_knowledge_base(
        &mut self,
        known: &KnownHolder,
        office: OfficeName,
        country: &'static str,
    ) -> Holder {
        if let Some(holder) = self.known.get(&(office.kind, country)) {
            return holder.clone();
        }
        let named = self.holder_in_document(known, office);
        let holder = named.unwrap_or_else(|| self.add_holder(known, office));
        self.known.insert((office.kind, country), holder.clone());
        holder
    }

    /// Returns the only person whom the knowledge base has in an office of a country on
    /// the day of the document.
    fn known_holder_of(&self, office: OfficeName, country: &str) -> Option<KnownHolder> {
        let OfficeSources { context, knowledge_base, .. } = self.sources;
        // The list of diplomats says where an ambassador was, not from where.
        let at = match (office.kind, country) {
            ("ambassador", "US") => context.post_iso().filter(|_| self.is_abroad())?,
            ("ambassador", _) => return None,
            _ => country,
        };
        let mut holders = knowledge_base
            .holders_of(office.kind, at)
            .filter(|(_, term)| term.covers_day(context.day));
        let (row, term) = holders.next()?;
        let person = knowledge_base.person_record(row);
        let listed = ListedPerson::from_record(&person);
        let mut ids: Vec<String> = person.all_ids().collect();
        for (other, _) in holders.filter(|(other, _)| *other != row) {
            let other = knowledge_base.person_record(other);
            if !may_be_same((&person, &listed), (&other, &ListedPerson::from_record(&other))) {
                return None;
            }
            ids.extend(other.all_ids());
        }
        Some(KnownHolder { row, term, ids })
    }

    /// Whether an entity may be a person of the knowledge base: by its id, or by its name
    /// if it has none.
    fn may_be(&self, entity: u32, known: &KnownHolder) -> bool {
        if self.persons.has_id(entity, &known.ids) {
            return true;
        }
        let Entity { id, same_as, .. } = &self.persons.entities[entity as usize];
        let is_known = |id: &String| {
            let source = id.split(':').next().unwrap_or("");
            ["pocom", "people", "visits", "travels"].contains(&source)
        };
        if is_known(id) || same_as.as_ref().is_some_and(is_known) {
            return false;
        }
        let person = self.sources.knowledge_base.person_record(known.row);
        let listed = ListedPerson::from_record(&person).parsed_name;
        let name = self.persons.names.get(&entity);
        name.is_some_and(|name| listed.compare_name(name) >= NameFit::FamilyLike)
    }

    /// The holder, if the document names the person at all.
    fn holder_in_document(&self, known: &KnownHolder, office: OfficeName) -> Option<Holder> {
        let count = self.persons.entities.len() as u32;
        let entity = (0..count).find(|&entity| self.persons.has_id(entity, &known.ids))?;
        let antecedent = self.persons.first_mention_of(entity);
        let evidence = self.evidence_of_term(known, office);
        Some(Holder { entity, antecedent, score: KNOWN_HOLDER_SCORE, evidence })
    }

    /// Adds a holder whom the document does not name.
    fn add_holder(&mut self, known: &KnownHolder, office: OfficeName) -> Holder {
        let person = self.sources.knowledge_base.person_record(known.row);
        let evidence = self.evidence_of_term(known, office);
        let score = KNOWN_HOLDER_SCORE;
        self.persons.entities.push(Entity {
            id: known.ids[0].clone(),
            same_as: None,
            label: Label::Per,
            name: person.name.to_owned(),
            score,
            evidence: evidence.clone(),
        });
        let entity = self.persons.entities.len() as u32 - 1;
        Holder { entity, antecedent: None, score, evidence }
    }

    fn evidence_of_term(&self, known: &KnownHolder, office: OfficeName) -> Vec<Evidence> {
        vec![Evidence::Office {
            title: office.name.to_owned(),
            place: self.sources.place_linker.country_name(known.term.country),
            from: PartialDay(known.term.from),
            until: PartialDay(known.term.until),
        }]
    }

    /// The country in which a person of the document holds an office.
    fn country_in_office(&self, entity: u32, kind: &str) -> Option<&'static str> {
        if let Some(realm) = self.persons.realms.get(&entity) {
            return Some(realm);
        }
        let Entity { id, same_as, .. } = &self.persons.entities[entity as usize];
        let terms = terms_of_id(id).or_else(|| terms_of_id(same_as.as_ref()?))?;
        let day = self.sources.context.day;
        let held = terms.iter().find(|term| term.office == kind && term.covers_day(day))?;
        // An ambassador's term names the country that received the ambassador.
        Some(if kind == "ambassador" { "US" } else { held.country })
    }

    fn to_reference(
        &self,
        found: &OfficeInText,
        country: Option<&'static str>,
        holder: Option<Holder>,
    ) -> OfficeReference {
        let name = found.office.name;
        let office = match country {
            Some("US") if found.office.kind == "ambassador" => {
                let host = self.sources.context.post_iso().filter(|_| self.is_abroad());
                let host = host.map(|host| self.name_in_sentence(host));
                host.map_or_else(|| format!("U.S. {name}"), |host| format!("U.S. {name} to {host}"))
            }
            Some("US") if found.office.kind.starts_with("secretary of ") => name.to_owned(),
            Some(country) => format!("{name} of {}", self.name_in_sentence(country)),
            None => name.to_owned(),
        };
        let (entity, antecedent) =
            holder.as_ref().map_or((None, None), |holder| (Some(holder.entity), holder.antecedent));
        let score = holder.as_ref().map_or(0.0, |holder| holder.score);
        OfficeReference {
            span: found.span,
            office,
            country: country.map(str::to_owned),
            entity,
            antecedent,
            score,
            evidence: holder.map(|holder| holder.evidence).unwrap_or_default(),
        }
    }

    /// The name of a country with its article: "the United Kingdom".
    fn name_in_sentence(&self, iso: &str) -> String {
        let name = self.sources.place_linker.country_name(iso);
        let needs_article =
            ["United ", "Netherlands", "Philippines", "Bahamas", "Soviet ", "Gambia"];
        let needs_article = needs_article.iter().any(|start| name.starts_with(start))
            || name.ends_with(" Republic")
            || name.ends_with(" Islands");
        if needs_article { format!("the {name}") } else { name }
    }
}
