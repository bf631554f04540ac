//! When persons held offices.
//!
//! The sources say it in three ways: the days of an appointment, the days of a visit
//! of an office holder, and remarks ("Prime Minister of Mali from May 1968 until
//! June 1970"). Each gives days on which the person certainly held the office. Two
//! such spans of one person become one term if no other person is seen in the office
//! between them. A visitor in office stays in it for another month. Other days that no
//! source tells belong to no term.

use std::collections::BTreeMap;

use chancery_resolve::normalise::normalise_words;
use chancery_resolve::offices::office_by_name;

use super::places::CountryCodes;
use super::source_person::{Sighting, SourcePerson};

/// Years between two sightings of one person in an office, beyond which another
/// person may have held it.
const MAX_GAP_YEARS: u32 = 5;

/// Years in which one side of a term is known and the other is not.
const ONE_SIDED_DAYS: u32 = 10_000;

/// Terms of the Presidents of the United States, by their ids in the list of travels.
const PRESIDENTS: [(&str, u32, u32); 21] = [
    ("roosevelt-theodore", 19_010_914, 19_090_304),
    ("taft-william-howard", 19_090_304, 19_130_304),
    ("wilson-woodrow", 19_130_304, 19_210_304),
    ("harding-warren-g", 19_210_304, 19_230_802),
    ("coolidge-calvin", 19_230_803, 19_290_304),
    ("hoover-herbert-c", 19_290_304, 19_330_304),
    ("roosevelt-franklin-d", 19_330_304, 19_450_412),
    ("truman-harry-s", 19_450_412, 19_530_120),
    ("eisenhower-dwight-d", 19_530_120, 19_610_120),
    ("kennedy-john-f", 19_610_120, 19_631_122),
    ("johnson-lyndon-b", 19_631_122, 19_690_120),
    ("nixon-richard-m", 19_690_120, 19_740_809),
    ("ford-gerald-r", 19_740_809, 19_770_120),
    ("carter-jimmy", 19_770_120, 19_810_120),
    ("reagan-ronald", 19_810_120, 19_890_120),
    ("bush-george-h-w", 19_890_120, 19_930_120),
    ("clinton-william-j", 19_930_120, 20_010_120),
    ("bush-george-w", 20_010_120, 20_090_120),
    ("obama-barack", 20_090_120, 20_170_120),
    ("trump-donald-j", 20_170_120, 20_210_120),
    ("biden-joseph-r", 20_210_120, 20_250_120),
];

impl Sighting {
    /// The sightings of visits with this title: "Prime Minister".
    pub(super) fn of_visits(
        title: &str,
        country: Option<&str>,
        visits: &[(u32, u32)],
    ) -> Vec<Self> {
        let office = office_by_name(&normalise_words(title)).map(|office| office.kind);
        let (Some(office), Some(country)) = (office, country) else { return Vec::new() };
        let sighting = |&(from, until): &(u32, u32)| Self {
            office,
            country: country.to_owned(),
            from,
            until,
            goes_on: true,
        };
        visits.iter().map(sighting).collect()
    }

    /// The term of a President of the United States.
    pub(super) fn of_president(id: &str) -> Option<Self> {
        let &(_, from, until) = PRESIDENTS.iter().find(|(of, ..)| *of == id)?;
        let country = "US".into();
        Some(Self { office: "president", country, from, until, goes_on: false })
    }
}

/// The term of a chief of mission, in the country that received the ambassador, or of
/// a Secretary of State.
pub(super) fn sighting_of_appointment(
    (role, at, from, until): &(String, String, u32, u32),
    codes: &CountryCodes,
) -> Option<Sighting> {
    let (from, until) = (last_possible_day(*from), first_possible_day(*until));
    let (office, country) = match role.as_str() {
        "Secretary of State" => ("secretary of state", "US"),
        "Ambassador Extraordinary and Plenipotentiary"
        | "Envoy Extraordinary and Minister Plenipotentiary" => {
            ("ambassador", codes.iso_of_gsh(at)?)
        }
        _ => return None,
    };
    // Without a last day the person may still be there.
    let until = if until == 0 { from + 2 * ONE_SIDED_DAYS } else { until };
    (from > 0).then(|| Sighting {
        office,
        country: country.to_owned(),
        from,
        until,
        goes_on: false,
    })
}

/// The last day that a date can mean: 19700500 is May 31, 1970 at the latest.
pub(super) fn last_possible_day(day: u32) -> u32 {
    match (day, day % 10_000, day % 100) {
        (0, ..) => 0,
        (_, 0, _) => day + 1231,
        (_, _, 0) => day + 31,
        _ => day,
    }
}

/// The first day that a date can mean.
pub(super) fn first_possible_day(day: u32) -> u32 {
    match (day, day % 10_000, day % 100) {
        (0, ..) => 0,
        (_, 0, _) => day + 101,
        (_, _, 0) => day + 1,
        _ => day,
    }
}

/// Sets the terms of all persons.
pub(super) fn set_terms(persons: &mut [SourcePerson]) {
    let mut offices: BTreeMap<(&'static str, String), Vec<Span>> = BTreeMap::new();
    for (number, known) in persons.iter().enumerate() {
        let said = sightings_of_remarks(known);
        for seen in known.sightings.iter().chain(&said) {
            let spans = offices.entry((seen.office, seen.country.clone())).or_default();
            let Sighting { from, until, goes_on, .. } = *seen;
            spans.push(Span { from, until, holder: number, goes_on });
        }
    }
    for ((office, country), mut spans) in offices {
        spans.sort_unstable();
        let mut terms: Vec<Span> = Vec::new();
        for span in spans {
            match terms.last_mut() {
                Some(last)
                    if last.holder == span.holder
                        && may_continue(office, last.until, span.from) =>
                {
                    (last.until, last.goes_on) =
                        (last.until, last.goes_on).max((span.until, span.goes_on));
                }
                _ => terms.push(span),
            }
        }
        let starts: Vec<u32> = terms.iter().skip(1).map(|term| term.from).collect();
        for (at, Span { from, until, holder, goes_on }) in terms.into_iter().enumerate() {
            let later = if goes_on { month_after(until) } else { until };
            let next = starts.get(at).copied().unwrap_or(u32::MAX);
            let until = until.max(later.min(next.saturating_sub(1)));
            let term = (office.to_owned(), country.clone(), from, until);
            persons[holder].person.terms.push(term);
        }
    }
}

/// The day one month later, at most the 28th.
fn month_after(day: u32) -> u32 {
    let next = if day / 100 % 100 == 12 { day - 1_100 + 10_000 } else { day + 100 };
    next - next % 100 + (next % 100).min(28)
}

/// Days on which a person was in an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    from: u32,
    until: u32,
    /// The number of the person.
    holder: usize,
    /// Whether the person surely stayed in office for some time.
    goes_on: bool,
}

/// Whether a person in an office on two days was in it all the time, if no other person was
/// seen there. Kings stay.
fn may_continue(office: &str, before: u32, after: u32) -> bool {
    office == "monarch" || after <= before + MAX_GAP_YEARS * 10_000
}

/// The sightings of the remarks on a person. Remarks that give one side only are put
/// together if there is one first and one last day.
fn sightings_of_remarks(known: &SourcePerson) -> Vec<Sighting> {
    let mut by_office: BTreeMap<(&'static str, &str), Vec<(u32, u32)>> = BTreeMap::new();
    for said in &known.offices {
        let spans = by_office.entry((said.office, &said.country)).or_default();
        spans.push((last_possible_day(said.from), first_possible_day(said.until)));
    }
    let mut sightings = Vec::new();
    for ((office, country), spans) in by_office {
        let mut days: Vec<(u32, u32)> =
            spans.iter().copied().filter(|&(from, until)| from > 0 && until > 0).collect();
        if days.is_empty() {
            let mut from: Vec<u32> =
                spans.iter().map(|span| span.0).filter(|&day| day > 0).collect();
            let mut until: Vec<u32> =
                spans.iter().map(|span| span.1).filter(|&day| day > 0).collect();
            let years = |days: &mut Vec<u32>| {
                days.sort_unstable();
                days.dedup_by_key(|day| *day / 10_000);
            };
            years(&mut from);
            years(&mut until);
            match (&from[..], &until[..]) {
                ([from], [until]) if from <= until => days.push((*from, *until)),
                _ => {
                    days.extend(from.iter().map(|&day| (day, day + ONE_SIDED_DAYS)));
                    days.extend(until.iter().map(|&day| (day - ONE_SIDED_DAYS, day)));
                }
            }
        }
        let days = days.into_iter().filter(|(from, until)| from <= until);
        sightings.extend(days.map(|(from, until)| Sighting {
            office,
            country: country.to_owned(),
            from,
            until,
            goes_on: false,
        }));
    }
    sightings
}

#[cfg(test)]
mod tests {
    use chancery_resolve::knowledge_base::KnowledgeSource;
    use chancery_resolve::knowledge_base::build::NewPerson;

    use super::*;
    use crate::knowledge_base::remarks::OfficeInRemark;

    fn person(days: &[(u32, u32)], remarks: &[(u32, u32)]) -> SourcePerson {
        let (office, country) = ("premier", "ML");
        let sighting = |&(from, until): &(u32, u32)| Sighting {
            office,
            country: country.into(),
            from,
            until,
            goes_on: true,
        };
        let said = |&(from, until): &(u32, u32)| OfficeInRemark {
            office,
            country: country.into(),
            from,
            until,
        };
        SourcePerson {
            person: NewPerson::new(KnowledgeSource::Visits),
            sightings: days.iter().map(sighting).collect(),
            offices: remarks.iter().map(said).collect(),
        }
    }

    #[test]
    fn terms_end_where_another_holder_is_seen() {
        let mut persons = [
            person(&[(19_700_101, 19_700_103), (19_730_101, 19_730_102)], &[]),
            person(&[(19_740_501, 19_740_501)], &[]),
            // Remarks of two volumes, each with one side.
            person(&[], &[(19_760_000, 0), (0, 19_780_300)]),
            // Too far apart to be one term.
            person(&[(19_800_101, 19_800_101), (19_900_101, 19_900_101)], &[]),
            person(&[], &[(19_740_515, 19_740_528)]),
        ];
        set_terms(&mut persons);
        let terms = |at: usize| -> Vec<(u32, u32)> {
            persons[at].person.terms.iter().map(|term| (term.2, term.3)).collect()
        };
        // A visitor in office is in it a month later, if no other person is.
        assert_eq!(terms(0), [(19_700_101, 19_730_202)]);
        assert_eq!(terms(1), [(19_740_501, 19_740_514)]);
        assert_eq!(terms(2), [(19_761_231, 19_780_301)]);
        assert_eq!(terms(3), [(19_800_101, 19_800_201), (19_900_101, 19_900_201)]);
        assert_eq!(terms(4), [(19_740_515, 19_740_528)]);
    }
}
