//! The context of a document: its date, its post and its countries.

use chancery_model::{Date, Document, Label, Mention, TagKind};

use crate::countries::{self, Naming};
use crate::facts::{Facts, PlaceKind, Row};
use crate::fold;

/// Date, post and countries of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The date as yyyymmdd; 0 if unknown.
    pub day: u32,
    /// The country (GSH ID) of the sending post; empty for Washington or if
    /// unknown.
    pub post: &'static str,
    /// The normalised name of the post.
    pub station: String,
    /// Whether the Department of State is the sender.
    pub from_department: bool,
    /// ISO codes of the countries that the document mentions, with the number
    /// of mentions. The country of the post is first.
    pub countries: Vec<(&'static str, u32)>,
}

impl Context {
    /// Derives the context from the header and the mentions of a document.
    pub fn of(document: &Document, mentions: &[Mention], facts: Facts<'static>) -> Self {
        let header = &document.header;
        let day = header.day().map_or(0, Date::number);
        let mut context = Self { day, ..Self::default() };
        if let Some(station) = &header.station {
            context.set_post(&station.value, facts);
        }
        if let Some(from) = &header.from
            && context.post.is_empty()
            && !context.from_department
        {
            context.set_post(&from.value.name, facts);
        }
        for tag in header.tags.iter().filter(|tag| tag.value.kind == TagKind::Geographic) {
            if let Some(iso) = countries::iso_from_fips(&tag.value.name) {
                context.count(iso, 3);
            }
        }
        let mut folded = String::new();
        for mention in mentions.iter().filter(|mention| mention.label != Label::Per) {
            folded.clear();
            fold::words_into(&document.text[mention.span], &mut folded);
            if let [(naming, iso)] = countries::named(&folded)
                && *naming != Naming::Government
            {
                context.count(iso, 1);
            } else if let Some(iso) = country_row(&folded, facts) {
                context.count(iso, 1);
            }
        }
        context
    }

    /// Returns the year, or 0 if unknown.
    pub fn year(&self) -> u16 {
        (self.day / 10_000) as u16
    }

    /// Returns how often the document mentions a country, by its ISO code.
    pub fn weight(&self, iso: &str) -> u32 {
        self.countries.iter().find(|(known, _)| *known == iso).map_or(0, |(_, weight)| *weight)
    }

    fn count(&mut self, iso: &'static str, weight: u32) {
        match self.countries.iter_mut().find(|(known, _)| *known == iso) {
            Some((_, counted)) => *counted += weight,
            None => self.countries.push((iso, weight)),
        }
    }

    /// Sets the post from a sender: "PORT LOUIS", "AMEMBASSY ALGIERS",
    /// "Embassy in Jordan".
    fn set_post(&mut self, name: &str, facts: Facts<'static>) {
        let folded = fold::words(name);
        let department = ["secstate", "department of state", "state", "secretary of state"];
        if department.iter().any(|words| folded.starts_with(words)) {
            self.from_department = true;
            self.count("US", 1);
            return;
        }
        let mut place = folded.as_str();
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
            place = place.strip_prefix(prefix).unwrap_or(place);
        }
        // Keep "the" where the knowledge base has it: "The Hague", but "the
        // United Arab Republic".
        if facts.find(place).next().is_none() {
            place = place.strip_prefix("the ").unwrap_or(place);
        }
        place.clone_into(&mut self.station);
        for row in facts.find(place) {
            if let Row::Place(PlaceKind::Post, row) = row {
                let post = facts.place(PlaceKind::Post, row);
                if fold::words(post.name) != place {
                    continue;
                }
                let active =
                    self.year() == 0 || (post.since <= self.year() && self.year() <= post.until);
                if self.post.is_empty() || active {
                    self.post = post.country;
                    let iso = post.more.lines().next().unwrap_or("");
                    if active && !iso.is_empty() {
                        self.countries.insert(0, (iso, 5));
                        return;
                    }
                }
            }
        }
        let named = match countries::named(place) {
            [(_, iso)] => Some(*iso),
            _ => country_row(place, facts),
        };
        if let Some(iso) = named {
            self.count(iso, 5);
            self.post = countries::of_iso(iso).map_or("", |country| country.gsh);
        }
    }
}

/// Returns the ISO code of the present country with a normalised name in the
/// knowledge base. The name may begin with a former form of government
/// ("Kingdom of Laos").
pub(crate) fn country_row(folded: &str, facts: Facts<'static>) -> Option<&'static str> {
    named_row(folded, facts).or_else(|| {
        let plain = folded.strip_prefix("republic of ");
        named_row(plain.or_else(|| folded.strip_prefix("kingdom of "))?, facts)
    })
}

fn named_row(folded: &str, facts: Facts<'static>) -> Option<&'static str> {
    facts.find(folded).find_map(|row| match row {
        Row::Place(kind @ (PlaceKind::Country | PlaceKind::Territory), row) => {
            let place = facts.place(kind, row);
            let long = place.more.lines().next().unwrap_or("");
            let named = fold::words(place.name) == folded || fold::words(long) == folded;
            (named && !place.country.is_empty()).then_some(place.country)
        }
        _ => None,
    })
}
