//! What the table of facts tells of: persons, offices that they held, places,
//! and where each comes from.

/// Where a fact comes from (docs/DATA.md says more of each).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
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

impl Source {
    /// All sources, in the order of their numbers in the file.
    pub const ALL: [Self; 6] =
        [Self::Pocom, Self::People, Self::Visits, Self::Travels, Self::Gsh, Self::GeoNames];

    /// The word before the colon in an id: "pocom:rusk-david-dean".
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

/// The kinds of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// A country of today.
    Country,
    /// A country or territory of the past, or its official name.
    Territory,
    /// A town.
    City,
    /// A place with a diplomatic post.
    Post,
}

/// A fact that a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// A row of the table of persons.
    Person(u32),
    /// A row of the table of places.
    Place(PlaceKind, u32),
}

impl Row {
    pub(crate) fn pack(self) -> u32 {
        match self {
            Self::Person(row) => row,
            Self::Place(kind, row) => row | (1 + kind as u32) << 28,
        }
    }

    pub(super) fn unpack(packed: u32) -> Self {
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

/// A person as the sources have them.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Its id in the source.
    pub id: &'a str,
    /// "Family, Given", or the name in its own order.
    pub name: &'a str,
    /// Other forms of the name, a line each.
    pub others: &'a str,
    /// Who this was, in the words of the source.
    pub remark: &'a str,
    /// Year of birth; 0 where unknown.
    pub born: u16,
    /// Year of death; 0 where unknown.
    pub died: u16,
    /// First year in which the sources speak of the person; 0 where unknown.
    pub from: u16,
    /// Last such year; 9999 where it is open.
    pub until: u16,
    /// Where this comes from.
    pub source: Source,
    pub(super) first_appointment: u32,
    pub(super) appointments: u32,
}

/// An office held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment<'a> {
    /// The office: "Ambassador Extraordinary and Plenipotentiary".
    pub role: &'a str,
    /// The country's id in gsh, an organisation's, or nothing.
    pub at: &'a str,
    /// First day as yyyymmdd; month and day may be 0; 0 where unknown.
    pub from: u32,
    /// Last day, likewise.
    pub until: u32,
}

/// A place as the sources have it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// What it is.
    pub kind: PlaceKind,
    /// Its id in the source.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Of a city, other names, a line each; of a country "FIPS ISO ISO3",
    /// its capital and its gsh id, a line each; of a territory predecessors
    /// and successors.
    pub more: &'a str,
    /// ISO code of its country; of a post the gsh id.
    pub country: &'a str,
    /// Degrees north.
    pub latitude: f32,
    /// Degrees east.
    pub longitude: f32,
    /// Inhabitants of a city or country.
    pub population: u32,
    /// Of a territory or post, the first year.
    pub since: u16,
    /// Of a territory or post, the last year; 9999 where it lasts.
    pub until: u16,
}
