//! The records of the knowledge base: persons, appointments, terms of office and
//! places, and their sources.

/// The source of a record (see docs/DATA.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnowledgeSource {
    /// Principal Officers and Chiefs of Mission (HistoryAtState/pocom).
    Pocom,
    /// Persons named in FRUS (HistoryAtState/people).
    People,
    /// Visits by foreign leaders (HistoryAtState/visits).
    Visits,
    /// Travels of the President and the Secretary of State.
    Travels,
    /// Historical countries, localities and posts (HistoryAtState/gsh).
    Gsh,
    /// GeoNames.
    GeoNames,
}

impl KnowledgeSource {
    /// All sources, in the order of their numbers in the file.
    pub const ALL: [Self; 6] =
        [Self::Pocom, Self::People, Self::Visits, Self::Travels, Self::Gsh, Self::GeoNames];

    /// Returns the prefix of the IDs: "pocom" in "pocom:rusk-david-dean".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pocom => "pocom",
            Self::People => "people",
            Self::Visits => "visits",
            Self::Travels => "travels",
            Self::Gsh => "gsh",
            Self::GeoNames => "geonames",
        }
    }
}

/// The kind of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// A present country.
    Country,
    /// A former country or territory, or the official name of a country.
    Territory,
    /// A town.
    City,
    /// A place with a diplomatic post.
    Post,
}

/// A row that a key is indexed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordRow {
    /// A row of the table of persons.
    Person(u32),
    /// A row of the table of places.
    Place(PlaceKind, u32),
}

impl RecordRow {
    pub(crate) fn to_packed(self) -> u32 {
        match self {
            Self::Person(row) => row,
            Self::Place(kind, row) => row | (1 + kind as u32) << 28,
        }
    }

    pub(super) fn from_packed(packed: u32) -> Self {
        let row = packed & 0x0fff_ffff;
        match packed >> 28 {
            1 => Self::Place(PlaceKind::Country, row),
            2 => Self::Place(PlaceKind::Territory, row),
            3 => Self::Place(PlaceKind::City, row),
            4 => Self::Place(PlaceKind::Post, row),
            _ => Self::Person(row),
        }
    }
}

/// A person of the knowledge base.
#[derive(Clone, Copy, Debug)]
pub struct PersonRecord<'a> {
    /// The ID in the source.
    pub id: &'a str,
    /// "Family, Given", or the name in the order of its language.
    pub name: &'a str,
    /// Other forms of the name, one per line.
    pub other_names: &'a str,
    /// The IDs of the same person in other sources, each with its source, one per line.
    pub other_ids: &'a str,
    /// Description of the person by the source.
    pub remark: &'a str,
    /// Year of birth; 0 if unknown.
    pub born: u16,
    /// Year of death; 0 if unknown.
    pub died: u16,
    /// First active year; 0 if unknown.
    pub from: u16,
    /// Last active year; 9999 if still active.
    pub until: u16,
    /// The source of this record.
    pub source: KnowledgeSource,
    pub(super) first_appointment: u32,
    pub(super) appointment_count: u32,
    pub(super) first_term: u32,
    pub(super) term_count: u32,
}

impl PersonRecord<'_> {
    /// Iterates over all IDs, each with its source: "people:104121".
    pub fn all_ids(&self) -> impl Iterator<Item = String> {
        let own = format!("{}:{}", self.source.as_str(), self.id);
        std::iter::once(own).chain(self.other_ids.lines().map(str::to_owned))
    }

    /// Whether a source has the person, maybe besides others.
    pub fn is_in_source(&self, source: KnowledgeSource) -> bool {
        let is_of = |id: &str| id.split_once(':').is_some_and(|(of, _)| of == source.as_str());
        self.source == source || self.other_ids.lines().any(is_of)
    }
}

/// Days on which a person certainly held an office of a country: from one day on which
/// the sources see the person in it to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeTerm<'a> {
    /// The kind of office, as in `data/offices.tsv`: "premier".
    pub office: &'a str,
    /// The ISO code of the country.
    pub country: &'a str,
    /// First day as yyyymmdd.
    pub from: u32,
    /// Last day.
    pub until: u32,
}

impl OfficeTerm<'_> {
    /// Whether the person held the office on a day.
    pub fn covers_day(&self, day: u32) -> bool {
        self.from <= day && day <= self.until
    }
}

/// An appointment of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment<'a> {
    /// The role: "Ambassador Extraordinary and Plenipotentiary".
    pub role: &'a str,
    /// The GSH ID of the country, the ID of an organisation, or empty.
    pub held_at: &'a str,
    /// First day as yyyymmdd; month and day may be 0; 0 if unknown.
    pub from: u32,
    /// Last day, in the same form.
    pub until: u32,
}

/// A place of the knowledge base.
#[derive(Clone, Copy, Debug)]
pub struct PlaceRecord<'a> {
    /// The kind of the place.
    pub kind: PlaceKind,
    /// The ID in the source.
    pub id: &'a str,
    /// The name.
    pub name: &'a str,
    /// Details by kind, one per line. A city has "capital" or "town" and its
    /// other names. A country has "FIPS ISO ISO3", its capital and its GSH ID.
    /// A post has the ISO code of its country, and its other names parted by "|". A territory has its predecessors
    /// and successors.
    pub details: &'a str,
    /// The ISO code of its country; the GSH ID for a post.
    pub country: &'a str,
    /// Latitude in degrees north.
    pub latitude: f32,
    /// Longitude in degrees east.
    pub longitude: f32,
    /// Population of a city or country; 0 for other kinds.
    pub population: u32,
    /// First year of a territory or post.
    pub since: u16,
    /// Last year of a territory or post; 9999 if it still exists.
    pub until: u16,
}
