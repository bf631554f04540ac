//! The context of a document: its date, its post and its countries.

use chancery_model::{Document, Label, Mention, TagsEntryKind};

use crate::countries::{self, CountryNaming};
use crate::knowledge_base::{KnowledgeBase, PlaceKind, PlaceRecord, RecordRow};
use crate::normalise;

/// Date, post and countries of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkContext {
    /// The date as yyyymmdd; 0 if unknown.
    pub day: u32,
    /// The country (GSH ID) of the sending post; empty for Washington or if
    /// unknown.
    pub post_country: &'static str,
    /// The normalised name of the post.
    pub post_name: String,
    /// The mission to an organisation that is the sender, as the list of diplomats names
    /// it: "representative-to-un". Empty if it is none.
    pub(crate) mission: &'static str,
    /// Whether the Department of State is the sender.
    pub from_department: bool,
    /// ISO codes of the countries that the document mentions, with a weight: the
    /// number of mentions, plus 3 per geographic tag and 5 for the post. The
    /// country of the post is first.
    pub countries: Vec<(&'static str, u32)>,
}

/// The missions to organisations, by the start of their names.
const MISSIONS: [(&str, &str); 5] = [
    ("usun", "representative-to-un"),
    ("usnato", "representative-to-nato"),
    ("usmission usnato", "representative-to-nato"),
    ("usmission usun", "representative-to-un"),
    ("usoecd", "representative-to-oecd"),
];

/// A territory that ended before this year is no present country.
const FIRST_COUNTRY_YEAR: u16 = 1930;

/// Weight of a country that a geographic tag names.
const TAG_WEIGHT: u32 = 3;

/// Weight of the country of the post.
const POST_WEIGHT: u32 = 5;

/// Weight of one mention of a country.
const MENTION_WEIGHT: u32 = 1;

impl LinkContext {
    /// Derives the context from the header and the mentions of a document.
    pub fn from_document(
        document: &Document,
        mentions: &[Mention],
        knowledge_base: KnowledgeBase<'static>,
    ) -> Self {
        let header = &document.header;
        let day = header.document_date().map_or(0, |date| date.middle().to_yyyymmdd());
        let mut context = Self { day, ..Self::default() };
        if let Some(post) = &header.post {
            context.set_sending_post(&post.value, knowledge_base);
        }
        if let Some(from) = &header.from
            && context.post_country.is_empty()
            && !context.from_department
        {
            context.set_sending_post(&from.value.name, knowledge_base);
        }
        for tag in header.tags.iter().filter(|tag| tag.value.kind == TagsEntryKind::Geographic) {
            if let Some(iso) = countries::iso_from_fips(&tag.value.name) {
                context.count_country(iso, TAG_WEIGHT);
            }
        }
        let mut folded = String::new();
        for mention in mentions.iter().filter(|mention| mention.label != Label::Per) {
            folded.clear();
            normalise::append_normalised_words(&document.text[mention.span], &mut folded);
            if let [(naming, iso)] = countries::countries_by_name(&folded)
                && *naming != CountryNaming::Government
            {
                context.count_country(iso, MENTION_WEIGHT);
            } else if let Some(iso) = iso_from_country_name(&folded, knowledge_base) {
                context.count_country(iso, MENTION_WEIGHT);
            }
        }
        context
    }

    /// Returns the year, or 0 if unknown.
    pub fn document_year(&self) -> u16 {
        (self.day / 10_000) as u16
    }

    /// Returns the weight of a country in the document, by its ISO code.
    pub fn country_weight(&self, iso: &str) -> u32 {
        self.countries.iter().find(|(known, _)| *known == iso).map_or(0, |(_, weight)| *weight)
    }

    /// Returns the ISO code of the country of the post that sent the document.
    pub(crate) fn post_iso(&self) -> Option<&'static str> {
        let first = self.countries.first().map(|(iso, _)| *iso);
        first.filter(|_| !self.post_country.is_empty())
    }

    fn count_country(&mut self, iso: &'static str, weight: u32) {
        match self.countries.iter_mut().find(|(known, _)| *known == iso) {
            Some((_, counted)) => *counted += weight,
            None => self.countries.push((iso, weight)),
        }
    }

    /// Sets the post from a sender: "PORT LOUIS", "AMEMBASSY ALGIERS",
    /// "Embassy in Jordan".
    fn set_sending_post(&mut self, name: &str, knowledge_base: KnowledgeBase<'static>) {
        let folded = normalise::normalise_words(name);
        let department = ["secstate", "department of state", "state", "secretary of state"];
        if department.iter().any(|words| folded.starts_with(words)) {
            self.from_department = true;
            self.count_country("US", MENTION_WEIGHT);
            return;
        }
        let mut post_name = folded.as_str();
        for prefix in [
            "amembassy ",
            "embassy in ",
            "embassy ",
            "amconsul ",
            "consulate general in ",
            "consulate in ",
            "amconsulate ",
            "usint ",
            "interests section in ",
            "usliaison office in ",
            "liaison office in ",
            "legation in ",
        ] {
            post_name = post_name.strip_prefix(prefix).unwrap_or(post_name);
        }
        // Keep "the" where the knowledge base has it: "The Hague", but "the
        // United Arab Republic".
        if knowledge_base.find_rows(post_name).next().is_none() {
            post_name = post_name.strip_prefix("the ").unwrap_or(post_name);
        }
        post_name.clone_into(&mut self.post_name);
        let mission = MISSIONS.iter().find(|(name, _)| post_name.starts_with(name));
        self.mission = mission.map_or("", |(_, mission)| mission);
        for row in knowledge_base.find_rows(post_name) {
            if let RecordRow::Place(PlaceKind::Post, row) = row {
                let post = knowledge_base.place_record(PlaceKind::Post, row);
                if !is_named(&post, post_name) {
                    continue;
                }
                let active = self.document_year() == 0
                    || (post.since <= self.document_year() && self.document_year() <= post.until);
                if self.post_country.is_empty() || active {
                    self.post_country = post.country;
                    let iso = post.details.lines().next().unwrap_or("");
                    if active && !iso.is_empty() {
                        self.countries.insert(0, (iso, POST_WEIGHT));
                        return;
                    }
                }
            }
        }
        let named = match countries::countries_by_name(post_name) {
            [(_, iso)] => Some(*iso),
            _ => iso_from_country_name(post_name, knowledge_base),
        };
        if let Some(iso) = named {
            self.count_country(iso, POST_WEIGHT);
            self.post_country = countries::country_by_iso(iso).map_or("", |country| country.gsh);
        }
    }
}

/// Whether a post has a normalised name, today or in its time.
fn is_named(post: &PlaceRecord<'_>, name: &str) -> bool {
    let others = post.details.lines().nth(1).unwrap_or("").split('|');
    others.chain([post.name]).any(|other| normalise::normalise_words(other) == name)
}

/// Returns the ISO code of the present country with a normalised name in the
/// knowledge base. The name may begin with a former form of government
/// ("Kingdom of Laos").
pub(crate) fn iso_from_country_name(
    folded: &str,
    knowledge_base: KnowledgeBase<'static>,
) -> Option<&'static str> {
    iso_from_exact_name(folded, knowledge_base).or_else(|| {
        let plain = folded.strip_prefix("republic of ");
        iso_from_exact_name(plain.or_else(|| folded.strip_prefix("kingdom of "))?, knowledge_base)
    })
}

fn iso_from_exact_name(
    folded: &str,
    knowledge_base: KnowledgeBase<'static>,
) -> Option<&'static str> {
    knowledge_base.find_rows(folded).find_map(|row| match row {
        RecordRow::Place(kind @ (PlaceKind::Country | PlaceKind::Territory), row) => {
            let place = knowledge_base.place_record(kind, row);
            // The Ottoman Empire is none of the countries that followed it.
            if kind == PlaceKind::Territory && place.until < FIRST_COUNTRY_YEAR {
                return None;
            }
            let long = place.details.lines().next().unwrap_or("");
            let named = normalise::normalise_words(place.name) == folded
                || normalise::normalise_words(long) == folded;
            (named && !place.country.is_empty()).then_some(place.country)
        }
        _ => None,
    })
}
