//! Parties and fronts that documents call by their acronyms alone: NLF, FLN.
//!
//! One acronym may be of several countries: the years and the countries of the document
//! decide. The entity is that of the long name, so that documents that spell it out and
//! documents that do not have one entity.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::context::LinkContext;
use crate::normalise;

/// A party or front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Movement {
    pub(crate) acronym: &'static str,
    /// Its long name.
    pub(crate) name: &'static str,
    /// ISO code of its country.
    pub(crate) country: &'static str,
    /// Whether no other of the table has its long name.
    pub(crate) is_only: bool,
}

/// A row of `data/movements.tsv`.
#[derive(Clone, Copy)]
struct Row {
    movement: Movement,
    years: (u16, u16),
    /// Whether the acronym alone means it where no country decides.
    is_known: bool,
}

/// The rows by their acronyms, and by their long names if only one row has them.
static ROWS: LazyLock<HashMap<String, Vec<Row>>> = LazyLock::new(|| {
    let lines = include_str!("../data/movements.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut rows: Vec<Row> = lines.map(parse_row).collect();
    let mut bearers: HashMap<&str, usize> = HashMap::new();
    for row in &rows {
        *bearers.entry(row.movement.name).or_default() += 1;
    }
    let mut by_name: HashMap<String, Vec<Row>> = HashMap::new();
    for row in &mut rows {
        row.movement.is_only = bearers[row.movement.name] == 1;
        by_name.entry(row.movement.acronym.to_ascii_lowercase()).or_default().push(*row);
        if row.movement.is_only {
            let name = normalise::normalise_words(row.movement.name);
            by_name.entry(name).or_default().push(*row);
        }
    }
    by_name
});

fn parse_row(line: &'static str) -> Row {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or("");
    let (acronym, name, country) = (column(), column(), column());
    let mut year = || column().parse().expect("a year");
    let years = (year(), year());
    let movement = Movement { acronym, name, country, is_only: true };
    Row { movement, years, is_known: column() == "known" }
}

/// Returns what an acronym or a long name, normalised, means in a document. Of several
/// with one acronym it is that of the country that the document mentions most, or else
/// the one that is known everywhere. A long name of several is not decided here.
pub(crate) fn find_movement(folded: &str, context: &LinkContext) -> Option<Movement> {
    let year = context.document_year();
    let existed = |row: &&Row| year == 0 || (row.years.0..=row.years.1).contains(&year);
    let weight = |row: &Row| context.country_weight(row.movement.country);
    let named = ROWS.get(folded)?.iter().filter(existed);
    let best = named.max_by_key(|row| (weight(row), row.is_known))?;
    let is_acronym = !folded.contains(' ');
    (weight(best) > 0 || best.is_known || !is_acronym).then_some(best.movement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_and_country_decide() {
        let cases = [
            ("nlf", 1966, &[][..], Some("VN")),
            ("nlf", 1966, &[("YE", 3)], Some("YE")),
            ("nlf", 1990, &[], None),
            ("fln", 1966, &[("FR", 2)], Some("DZ")),
            ("fln", 1950, &[], None),
            ("national liberation front", 1966, &[], None),
            ("south west africa peoples organization", 1976, &[], Some("NA")),
            ("kdp", 1975, &[("IR", 2)], None),
            ("kdp", 1975, &[("IQ", 2)], Some("IQ")),
            ("nato", 1975, &[], None),
        ];
        for (name, year, countries, expected) in cases {
            let context = LinkContext {
                day: year * 10_000 + 101,
                countries: countries.to_vec(),
                ..LinkContext::default()
            };
            let found = find_movement(name, &context).map(|movement| movement.country);
            assert_eq!(found, expected, "{name} {year} {countries:?}");
        }
    }
}
