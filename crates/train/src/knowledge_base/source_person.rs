//! A person as the sources have it.

use chancery_resolve::knowledge_base::build::NewPerson;

use super::remarks::OfficeInRemark;

/// A person with what the sources say of the offices.
pub(super) struct SourcePerson {
    pub(super) person: NewPerson,
    /// What remarks say of offices.
    pub(super) offices: Vec<OfficeInRemark>,
    /// Days on which the person was seen in an office.
    pub(super) sightings: Vec<Sighting>,
}

impl SourcePerson {
    pub(super) fn new(person: NewPerson) -> Self {
        Self { person, offices: Vec::new(), sightings: Vec::new() }
    }

    /// Adds terms of office. The person was active in their years.
    pub(super) fn add_terms(&mut self, terms: Vec<Sighting>) {
        for Sighting { from, until, .. } in &terms {
            let (from, until) = ((from / 10_000) as u16, (until / 10_000) as u16);
            let known = Some(self.person.from).filter(|&year| year > 0);
            self.person.from = known.map_or(from, |known| known.min(from));
            self.person.until = self.person.until.max(until);
        }
        self.sightings.extend(terms);
    }
}

/// Days on which a person was certainly in an office.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighting {
    /// The kind of the office, as in `data/offices.tsv`.
    pub(super) office: &'static str,
    /// The ISO code of the country.
    pub(super) country: String,
    pub(super) from: u32,
    pub(super) until: u32,
    /// Whether the person surely stayed in office for some time.
    pub(super) goes_on: bool,
}
