//! Resolves places, organisations and other names of a document.
//!
//! Names with the same words are one entity. An acronym means the name that it
//! abbreviates in the document, or in the volume's list of terms. A national
//! institution ("National Assembly") belongs to the country named before it,
//! or else to the country of the post.

use std::collections::HashMap;

use chancery_model::{Evidence, Label, LinkKind, Mention};

use crate::acronyms::{collect_expansions, expand_acronym};
use crate::authority_list::AuthorityList;
use crate::context::LinkContext;
use crate::countries::{is_us_state_name, regions_by_name};
use crate::governments::NamedGovernments;
use crate::institutions::{Institution, find_institution};
use crate::movements::{Movement, find_movement};
use crate::name::Title;
use crate::normalise;
use crate::place_surroundings::{PlaceReading, PlaceSurroundings, is_called_province};
use crate::places::{PlaceLinker, PlaceMatch, WORLD_CITY};
use crate::territories::{Territory, find_territory};
use crate::title::find_titles_around;

/// An entity that is not a person: a place, an organisation or another thing.
#[derive(Clone, Debug)]
pub(crate) struct OtherEntity {
    pub(crate) label: Label,
    /// Its ID, derived from the name if no list has it.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) score: f32,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) mentions: Vec<(u32, LinkKind, Option<u32>)>,
}

impl OtherEntity {
    /// Creates an entity without mentions, with full confidence.
    fn new(label: Label, id: String, name: String) -> Self {
        Self { label, id, name, score: 1.0, evidence: Vec::new(), mentions: Vec::new() }
    }
}

/// Resolves the mentions of a document that are not persons. `document` is the
/// start of its ID.
pub(crate) fn resolve_other_entities(
    text: &str,
    mentions: &[Mention],
    context: &LinkContext,
    place_linker: PlaceLinker,
    authority_list: &AuthorityList,
    document: &str,
) -> Vec<OtherEntity> {
    let mut others = OtherEntities { entities: Vec::new(), by_id: HashMap::new() };
    let mut surfaces: HashMap<(&str, Label), (usize, LinkKind)> = HashMap::new();
    let expansions = collect_expansions(text, mentions);
    let governments = NamedGovernments::from_mentions(text, mentions, place_linker);
    let surroundings = PlaceSurroundings::from_mentions(text, mentions);
    for (number, mention) in mentions.iter().enumerate() {
        if mention.label == Label::Per {
            continue;
        }
        let surface = &text[mention.span.byte_range()];
        let beside = following_country(text, mentions, number, place_linker);
        let owner = owning_country(text, mentions, number, place_linker);
        let key = (surface, mention.label);
        let folded = normalise::normalise_words(surface);
        let reading = match mention.label {
            Label::Loc => surroundings.reading_of(text, mentions, number, &folded),
            _ => PlaceReading::Any,
        };
        if beside.is_none()
            && owner.is_none()
            && reading == PlaceReading::Any
            && let Some(&(entity, link_kind)) = surfaces.get(&key)
        {
            let antecedent = others.entities[entity].mentions.first().map(|first| first.0);
            others.entities[entity].mentions.push((number as u32, link_kind, antecedent));
            continue;
        }
        if let Some((id, name)) = authority_list.find_named_entity(&folded) {
            let entity = others.add_listed_entity(mention.label, id, name);
            others.entities[entity].mentions.push((number as u32, LinkKind::Name, None));
            continue;
        }
        if mention.label == Label::Loc
            && reading != PlaceReading::Town
            && means_us_state(text, mentions, number, &folded, context, place_linker)
        {
            let entity = others.add_us_state(&folded, surface);
            others.entities[entity].mentions.push((number as u32, LinkKind::Name, None));
            continue;
        }
        if mention.label == Label::Loc
            && matches!(
                reading,
                PlaceReading::Any | PlaceReading::NoTown | PlaceReading::MayBeProvince
            )
            && let Some(territory) = find_territory(&folded, beside)
        {
            let entity = others.add_territory(territory, place_linker);
            others.entities[entity].mentions.push((number as u32, LinkKind::Name, None));
            continue;
        }
        let short = governments.country_of_short_form(&folded, context);
        let named = NamedPlace {
            surface,
            folded: &folded,
            label: mention.label,
            beside,
            reading,
            is_province: is_called_province(text, mention.span.end as usize),
            is_government: short.is_some() && is_in_capitals(surface),
            government: short.flatten(),
        };
        let located = named.locate(context, place_linker);
        let (entity, link_kind, antecedent) = match located {
            Some(place) => {
                let link_kind = place.link_kind;
                (others.add_matched_place(place), link_kind, None)
            }
            None => {
                let (name, link_kind, antecedent) =
                    expand_acronym(&folded, surface, &expansions, authority_list);
                let institution = find_institution(&name).filter(|_| mention.label == Label::Org);
                let movement = Some(mention.label).filter(|label| *label == Label::Org);
                let movement = movement.and_then(|_| find_movement(&name, context));
                let entity = match (movement, institution) {
                    (Some(movement), _) => others.add_movement(movement, place_linker),
                    (_, Some(found))
                        if !found.is_party() || owner.or(context.post_iso()).is_some() =>
                    {
                        let owner = found.owner.or(owner).or(context.post_iso());
                        others.add_institution(found, surface, owner, place_linker, document)
                    }
                    _ => others.add_unlisted_entity(mention.label, &name, surface),
                };
                (entity, link_kind, antecedent)
            }
        };
        // Without a town before it, the name of a state may mean a country.
        let is_usual = matches!(reading, PlaceReading::Any | PlaceReading::Town);
        if beside.is_none() && owner.is_none() && is_usual && !is_us_state_name(&folded) {
            surfaces.insert(key, (entity, link_kind));
        }
        others.entities[entity].mentions.push((number as u32, link_kind, antecedent));
    }
    others.entities
}

/// A mention that may name a place, with what the text says of it.
#[derive(Clone, Copy)]
struct NamedPlace<'a> {
    surface: &'a str,
    folded: &'a str,
    label: Label,
    /// The country named beside it.
    beside: Option<&'static str>,
    reading: PlaceReading,
    /// Whether the text calls it a province, state or district.
    is_province: bool,
    /// Whether it is written as the short form of a government.
    is_government: bool,
    /// The country of that government, if the evidence tells it.
    government: Option<&'static str>,
}

impl NamedPlace<'_> {
    /// Returns the place that is meant.
    fn locate(self, context: &LinkContext, place_linker: PlaceLinker) -> Option<PlaceMatch> {
        let Self { surface, folded, label, beside, reading, .. } = self;
        let country = || place_linker.find_country(folded, context);
        match label {
            // "Are" is no country, "ARE" is one.
            Label::Loc if is_word(folded) && surface.contains(char::is_lowercase) => None,
            Label::Loc if reading == PlaceReading::None => None,
            Label::Loc if reading == PlaceReading::Town => {
                place_linker.find_town(folded, beside, context)
            }
            Label::Loc
                if reading == PlaceReading::MayBePerson && !place_linker.is_capital(folded) =>
            {
                country()
            }
            Label::Loc if reading == PlaceReading::MayBeProvince => place_linker
                .find_place(folded, beside, context)
                .filter(|place| !is_small_town(place) || place_linker.is_capital(folded)),
            Label::Loc if reading == PlaceReading::NoTown => country(),
            _ if self.is_government => {
                self.government.map(|iso| place_linker.government_match(iso, context))
            }
            Label::Loc if self.is_province => country(),
            Label::Loc if folded == "congo" && beside.is_some() => {
                beside.map(|iso| place_linker.country_match(iso))
            }
            Label::Loc => place_linker.find_place(folded, beside, context),
            _ => country().filter(|place| may_mean_country(label, place, surface)),
        }
    }
}

struct OtherEntities {
    entities: Vec<OtherEntity>,
    by_id: HashMap<String, usize>,
}

impl OtherEntities {
    /// Returns the index of the entity with an ID. Adds the entity if it is new.
    fn find_or_insert(&mut self, id: String, make: impl FnOnce(String) -> OtherEntity) -> usize {
        if let Some(&known) = self.by_id.get(&id) {
            return known;
        }
        self.by_id.insert(id.clone(), self.entities.len());
        self.entities.push(make(id));
        self.entities.len() - 1
    }

    fn add_matched_place(&mut self, place: PlaceMatch) -> usize {
        let PlaceMatch { id, name, score, evidence, .. } = place;
        self.find_or_insert(id, |id| OtherEntity {
            score,
            evidence: vec![evidence],
            ..OtherEntity::new(Label::Loc, id, name)
        })
    }

    /// Adds a state of the United States. The knowledge base has no states.
    fn add_us_state(&mut self, folded: &str, surface: &str) -> usize {
        let id = format!("loc:{}.US", folded.replace(' ', "-"));
        let evidence = vec![Evidence::UsState];
        let state = |id| OtherEntity::new(Label::Loc, id, surface.to_owned());
        self.find_or_insert(id, |id| OtherEntity { score: 0.95, evidence, ..state(id) })
    }

    /// Adds a part of a country. The knowledge base has none.
    fn add_territory(&mut self, territory: &Territory, place_linker: PlaceLinker) -> usize {
        let country = place_linker.country_name(territory.iso);
        let evidence = vec![Evidence::PartOf { country }];
        let part = |id| OtherEntity::new(Label::Loc, id, territory.name.to_owned());
        self.find_or_insert(territory.id(), |id| OtherEntity { score: 0.95, evidence, ..part(id) })
    }

    /// Adds an entity of the user's list.
    fn add_listed_entity(&mut self, label: Label, id: &str, name: &str) -> usize {
        let evidence = vec![Evidence::UserList];
        let listed = |id| OtherEntity::new(label, id, name.to_owned());
        self.find_or_insert(id.to_owned(), |id| OtherEntity { evidence, ..listed(id) })
    }

    /// Adds an institution of a country. Without a country it is one of the
    /// document, since that of another document may be another.
    fn add_institution(
        &mut self,
        institution: Institution<'_>,
        surface: &str,
        owner: Option<&str>,
        place_linker: PlaceLinker,
        document: &str,
    ) -> usize {
        let plain = institution.name.replace(' ', "-");
        let surface = join_words(surface);
        let Some(iso) = owner else {
            let id = format!("org:{plain}@{document}");
            return self.find_or_insert(id, |id| OtherEntity::new(Label::Org, id, surface));
        };
        let country = place_linker.country_name(iso);
        let name = format!("{surface} ({country})");
        let evidence = vec![Evidence::InstitutionOf { country }];
        self.find_or_insert(format!("org:{plain}.{iso}"), |id| OtherEntity {
            evidence,
            score: 0.9,
            ..OtherEntity::new(Label::Org, id, name)
        })
    }

    /// Adds a party or front that the table of movements has.
    fn add_movement(&mut self, movement: Movement, place_linker: PlaceLinker) -> usize {
        let plain = normalise::normalise_words(movement.name).replace(' ', "-");
        let country = place_linker.country_name(movement.country);
        let name = match movement.is_only {
            true => format!("{} ({})", movement.name, movement.acronym),
            false => format!("{} ({country})", movement.name),
        };
        let evidence = vec![Evidence::InstitutionOf { country }];
        self.find_or_insert(format!("org:{plain}.{}", movement.country), |id| OtherEntity {
            evidence,
            score: 0.9,
            ..OtherEntity::new(Label::Org, id, name)
        })
    }

    fn add_unlisted_entity(&mut self, label: Label, folded: &str, surface: &str) -> usize {
        let plain = folded.strip_prefix("the ").unwrap_or(folded).replace(' ', "-");
        let id = format!("{}:{plain}", label.as_str().to_ascii_lowercase());
        self.find_or_insert(id, |id| OtherEntity::new(label, id, join_words(surface)))
    }
}

/// Whether a place is a town below a million people, whose name may mean its province.
fn is_small_town(place: &PlaceMatch) -> bool {
    matches!(place.evidence, Evidence::City { inhabitants, .. } if inhabitants < WORLD_CITY)
}

/// Whether a short form of a country is an ordinary word too.
fn is_word(folded: &str) -> bool {
    matches!(folded, "are" | "car" | "us")
}

/// Whether a short form is written as one: "GOI", "`GoI`", "G.O.I.".
fn is_in_capitals(surface: &str) -> bool {
    let small = surface.chars().filter(|letter| letter.is_lowercase()).count();
    small <= 1 && surface.starts_with(char::is_uppercase) && surface.ends_with(['.', '\''])
        || small <= 1 && surface.ends_with(char::is_uppercase)
}

/// The words of a name with single blanks between them.
fn join_words(surface: &str) -> String {
    surface.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a mention that is not a place may mean a country: adjectives and
/// abbreviations of governments may.
fn may_mean_country(label: Label, place: &PlaceMatch, surface: &str) -> bool {
    match place.link_kind {
        LinkKind::Adjective => label == Label::Misc,
        LinkKind::Government => surface.len() > 2,
        _ => {
            label == Label::Org
                && surface.chars().all(|letter| letter.is_uppercase() || letter == '.')
        }
    }
}

/// Returns the country directly after a place, or that of the state or province there:
/// "Tripoli, Libya", "London, Ontario".
fn following_country(
    text: &str,
    mentions: &[Mention],
    number: usize,
    place_linker: PlaceLinker,
) -> Option<&'static str> {
    let next = mentions.get(number + 1)?;
    let end = mentions[number].span.end as usize;
    let between = text.get(end..next.span.start as usize)?;
    if mentions[number].label != Label::Loc || next.label != Label::Loc {
        return None;
    }
    let name = normalise::normalise_words(&text[mentions[number].span.byte_range()]);
    if name == "congo" && matches!(between, " (" | "-" | "/") {
        let capital = normalise::normalise_words(&text[next.span.byte_range()]);
        return congo_of_capital(&capital);
    }
    if between != ", " {
        return None;
    }
    let folded = normalise::normalise_words(&text[next.span.byte_range()]);
    // "Paris, Washington, and Geneva" are cities.
    if is_also_city_or_country(&folded) && is_in_list(text, mentions, number + 1) {
        return None;
    }
    if is_us_state_name(&folded) {
        return Some("US");
    }
    let territory = || find_territory(&folded, None).map(|territory| territory.iso);
    let part_of = match regions_by_name(&folded) {
        [country] => Some(*country),
        _ => territory(),
    };
    if part_of.is_some() && !is_in_list(text, mentions, number + 1) {
        return part_of;
    }
    let country = place_linker.find_country(&folded, &LinkContext::default())?;
    (country.link_kind == LinkKind::Name).then_some(country.country)
}

/// Returns the code of the one of two countries called Congo that a capital tells.
fn congo_of_capital(capital: &str) -> Option<&'static str> {
    match capital {
        "brazzaville" => Some("CG"),
        "leopoldville" | "kinshasa" => Some("CD"),
        _ => None,
    }
}

/// Whether a mention is a state: it follows a town ("Augusta, Georgia") or its senator,
/// or no country had its name at the time.
fn means_us_state(
    text: &str,
    mentions: &[Mention],
    number: usize,
    folded: &str,
    context: &LinkContext,
    place_linker: PlaceLinker,
) -> bool {
    // The capital's district is the city.
    if !is_us_state_name(folded) || matches!(folded, "d c" | "dc" | "district of columbia") {
        return false;
    }
    let before = number.checked_sub(1).map(|before| mentions[before]);
    let between =
        before.map(|before| &text[before.span.end as usize..mentions[number].span.start as usize]);
    let behind =
        |label, words| before.is_some_and(|before| before.label == label) && between == Some(words);
    let behind_town = behind(Label::Loc, ", ");
    if is_postal_code(folded) && !behind_town {
        return false;
    }
    if text[mentions[number].span.end as usize..].starts_with(" region") {
        return false;
    }
    if folded == "georgia" && behind_town && is_in_list(text, mentions, number) {
        return false;
    }
    if folded == "washington" || folded == "new york" {
        let town = before.map(|before| normalise::normalise_words(&text[before.span.byte_range()]));
        return behind_town
            && !is_in_list(text, mentions, number)
            && town.is_some_and(|town| place_linker.is_us_town(&town));
    }
    let of_legislator = behind(Label::Per, " of ")
        && number.checked_sub(1).is_some_and(|before| {
            let titles = find_titles_around(text, mentions, before).titles;
            titles.contains_any(&[Title::Senator, Title::Congressman, Title::Governor])
        });
    let soviet = || context.country_weight("SU") > 0;
    behind_town
        || of_legislator
        || folded != "georgia"
        || (context.document_year() < 1991 && context.document_year() > 0 && !soviet())
}

/// Whether a normalised name is a postal code of a state. Alone it may be short for
/// another thing: "MD" for missile defense.
fn is_postal_code(folded: &str) -> bool {
    matches!(folded, "md" | "pa" | "va")
}

/// Whether a name of a state is that of a city or a country too.
fn is_also_city_or_country(folded: &str) -> bool {
    matches!(folded, "washington" | "new york" | "georgia")
}

/// Whether another place follows in a list: "Boston, Washington, and Philadelphia".
fn is_in_list(text: &str, mentions: &[Mention], number: usize) -> bool {
    let Some(next) = mentions.get(number + 1).filter(|next| next.label == Label::Loc) else {
        return false;
    };
    let between = text.get(mentions[number].span.end as usize..next.span.start as usize);
    matches!(between, Some(", " | " and " | ", and " | " or "))
}

/// Returns the country named before an organisation: "Algerian MFA", "Algeria's
/// parliament".
fn owning_country(
    text: &str,
    mentions: &[Mention],
    number: usize,
    place_linker: PlaceLinker,
) -> Option<&'static str> {
    if mentions[number].label != Label::Org {
        return None;
    }
    let before = &mentions[number.checked_sub(1)?];
    let between = &text[before.span.end as usize..mentions[number].span.start as usize];
    let is_country = matches!(before.label, Label::Loc | Label::Misc);
    if !is_country || !matches!(between, " " | "'s " | "’s ") {
        return None;
    }
    let folded = normalise::normalise_words(&text[before.span.byte_range()]);
    let country = place_linker.find_country(&folded, &LinkContext::default())?;
    (country.link_kind != LinkKind::Government).then_some(country.country)
}
