//! Terms of office that the sources do not tell: `data/terms.tsv`.
//!
//! Of most heads of state and government after 1980 the sources have only the days of
//! visits. The table has their terms, by the rows of the sources.

use std::collections::BTreeMap;

use anyhow::Context;
use chancery_resolve::offices::office_by_name;

use super::source_person::Sighting;

/// The terms, by the key of the person in the source.
pub(super) struct KnownTerms(BTreeMap<&'static str, Vec<Sighting>>);

impl KnownTerms {
    /// Reads the table.
    pub(super) fn read() -> anyhow::Result<Self> {
        let lines = include_str!("../../data/terms.tsv").lines();
        let mut terms: BTreeMap<&'static str, Vec<Sighting>> = BTreeMap::new();
        for line in lines.filter(|line| !line.starts_with('#')) {
            let [key, office, country, from, until] = line.split('\t').collect::<Vec<_>>()[..]
            else {
                anyhow::bail!("terms.tsv: not five columns: {line}");
            };
            let office = office_by_name(match office {
                "premier" => "prime minister",
                "monarch" => "king",
                office => office,
            });
            let office = office.with_context(|| format!("terms.tsv: no such office: {line}"))?.kind;
            let (from, until) = (from.parse()?, until.parse()?);
            let country = country.to_owned();
            let term = Sighting { office, country, from, until, goes_on: false };
            terms.entry(key).or_default().push(term);
        }
        Ok(Self(terms))
    }

    /// The terms of a person in the list of FRUS.
    pub(super) fn of_frus_person(&self, id: &str) -> Vec<Sighting> {
        self.0.get(format!("people:{id}").as_str()).cloned().unwrap_or_default()
    }

    /// The terms of a visitor from a country, both as the list of visits writes them.
    pub(super) fn of_visitor(&self, visitor: &str, from: &str) -> Vec<Sighting> {
        self.0.get(format!("visits:{visitor} ({from})").as_str()).cloned().unwrap_or_default()
    }
}
