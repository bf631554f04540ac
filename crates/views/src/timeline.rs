//! Documents of a search by time, the days that they mention, and the offices
//! that people held at the time.

use std::collections::BTreeMap;

use chancery_model::{Date, Label};
use chancery_store::{EntityNumber, QueryField};
use serde::Serialize;
use utoipa::ToSchema;

use crate::entity_facts::{HeldOffice, knowledge_base_entry};
use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::map::ChartParameters;
use crate::mentioned_days::{MentionedDays, mentioned_days};
use crate::near_entity::{NearEntity, surroundings};
use crate::session::ReadSession;

/// Maximum number of days in a timeline by day.
const MAX_DAYS: i32 = 124;

/// Maximum number of months in a timeline by month. Longer ones are by year.
const MAX_MONTHS: i32 = 600;

/// One in so many documents may be left out at each end of a chart.
const FEW: u64 = 50;

/// A gap is large if so many of it fill the time that is left.
const GAPS_IN_TIME: u32 = 5;

/// Days that a gap has at least.
const MIN_GAP_DAYS: u32 = 365;

/// Maximum number of people whose offices are shown, those named most.
const MAX_PEOPLE: usize = 12;

/// Number of entities examined to find people with known offices.
const MAX_ENTITIES: usize = 1_000;

/// Maximum number of offices per person, the longest in the time shown.
const MAX_OFFICES: usize = 2;

/// Documents of a search by time.
#[derive(Serialize, ToSchema)]
pub struct Timeline {
    /// Number of documents that match the query.
    pub documents: usize,
    /// If the query asks for one entity: that entity. Only days and people in paragraphs
    /// that name it are counted then.
    pub near: Option<NearEntity>,
    /// Number of them that have a date.
    pub dated: u64,
    /// Length of a period.
    pub unit: TimeUnit,
    /// Periods with documents, in order.
    pub periods: Vec<PeriodCount>,
    /// A few documents long before the others, which are in no period: they would leave
    /// the others no room on a chart. None if the query has dates.
    pub earlier: Option<OutlyingDocuments>,
    /// A few documents long after the others.
    pub later: Option<OutlyingDocuments>,
    /// Days in that time that the documents mention.
    pub events: MentionedDays,
    /// Offices held in that time by the people whom most documents name.
    pub offices: Vec<OfficeHolder>,
}

/// Documents far from all others in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutlyingDocuments {
    /// Number of documents.
    pub documents: u64,
    /// The first of their days, months or years.
    pub first: String,
    /// The last of them.
    pub last: String,
}

/// Length of a period of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Such as "1957".
    Year,
    /// Such as "1957-03".
    Month,
    /// Such as "1957-03-09".
    Day,
}

/// A year, month or day and its number of documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeriodCount {
    /// "1957", "1957-03" or "1957-03-09".
    pub period: String,
    /// Number of documents.
    pub documents: u64,
}

/// An office and the person who held it.
#[derive(Serialize, ToSchema)]
pub struct OfficeHolder {
    /// Id of the person.
    pub entity: String,
    /// Name of the person.
    pub name: String,
    /// Title of the office.
    pub title: String,
    /// Country or organisation; empty if none.
    pub at: String,
    /// First day, month or year; empty if unknown.
    pub from: String,
    /// Last day, month or year; empty if unknown.
    pub until: String,
    /// Number of documents of the search that name the person.
    pub documents: u64,
}

impl TimeUnit {
    /// Converts a date ("1957", "1957-03", "1957-03-09") to a position on the time
    /// axis, counted in this unit: the start of the period that it names, or with
    /// `end` its end.
    pub fn axis_position(self, date: &str, end: bool) -> Option<f64> {
        let mut parts = date.splitn(3, '-').map(str::parse::<i64>);
        let year = parts.next()?.ok()?;
        let (month, day) = (parts.next(), parts.next());
        let whole = |part: Option<Result<i64, _>>, last: i64| match part {
            Some(part) => part.ok(),
            None => Some(if end { last } else { 1 }),
        };
        let (month, day) = (whole(month, 12)?, whole(day, 31)?);
        let at = match self {
            Self::Year => year as f64 + (month - 1) as f64 / 12.0 + (day - 1) as f64 / 372.0,
            Self::Month => (year * 12 + month - 1) as f64 + (day - 1) as f64 / 31.0,
            Self::Day => {
                let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
                f64::from(Date { year: u16::try_from(year).ok()?, month, day }.days_since_epoch())
            }
        };
        let last = match self {
            Self::Year => 1.0 / 372.0,
            Self::Month => 1.0 / 31.0,
            Self::Day => 1.0,
        };
        Some(if end { at + last } else { at })
    }

    /// The period of this unit that a date lies in. `None` if only its year or month is
    /// known and the unit is smaller.
    fn period_of_day(self, day: u32) -> Option<String> {
        let date = date_from_number(day);
        let Date { year, month, .. } = date;
        match self {
            Self::Year => Some(format!("{year:04}")),
            Self::Month => (month > 0).then(|| format!("{year:04}-{month:02}")),
            Self::Day => date.is_whole().then(|| date.to_string()),
        }
    }
}

/// Converts a number such as 20091022, or 20090000 for a year alone, to a date.
const fn date_from_number(day: u32) -> Date {
    Date { year: (day / 10_000) as u16, month: (day / 100 % 100) as u8, day: (day % 100) as u8 }
}

/// Computes the timeline of a search.
pub fn build_timeline(
    session: &ReadSession<'_>,
    parameters: &ChartParameters,
) -> Result<Timeline, ViewError> {
    let query = parse_limited_query(&parameters.q)?;
    let searcher = session.current_searcher()?;
    let tally = searcher.aggregate_query(session.archive, &query)?;
    let mut days = tally.day_counts()?;
    let has_dates = query.clone().without(QueryField::Date) != query;
    let [earlier, later] = match has_dates {
        true => [None, None],
        false => take_outlying(&mut days),
    };
    let unit = choose_unit(&days);
    let near = surroundings(session, &query)?;
    let people = match &near {
        Some(near) => near.entities.clone(),
        None => tally.entity_counts()?,
    };
    let (events, offices) = match (days.first_key_value(), days.last_key_value()) {
        (Some((&first, _)), Some((&last, _))) => (
            mentioned_days(session, query, near.as_ref().map(|near| &near.members), (first, last))?,
            offices_held(
                session,
                people,
                &date_from_number(first).to_string(),
                &date_from_number(last).to_string(),
            )?,
        ),
        _ => Default::default(),
    };
    let periods = count_periods(&days, unit);
    Ok(Timeline {
        documents: tally.document_count(),
        near: near.map(|near| near.near),
        dated: periods.iter().map(|period| period.documents).sum(),
        unit,
        periods,
        earlier,
        later,
        events,
        offices,
    })
}

/// Removes the few documents that lie far before and far after all others, and returns
/// them.
fn take_outlying(days: &mut BTreeMap<u32, u64>) -> [Option<OutlyingDocuments>; 2] {
    let allowed = days.values().sum::<u64>() / FEW;
    [false, true].map(|at_end| {
        let cut = outlying_count(days, allowed, at_end);
        let mut taken = Vec::with_capacity(cut);
        for _ in 0..cut {
            taken.extend(if at_end { days.pop_last() } else { days.pop_first() });
        }
        taken.sort_unstable();
        let text = |&(day, _): &(u32, u64)| date_from_number(day).to_string();
        let (first, last) = (taken.first().map(text)?, taken.last().map(text)?);
        Some(OutlyingDocuments {
            documents: taken.iter().map(|(_, count)| count).sum(),
            first,
            last,
        })
    })
}

/// How many days at one end to leave out: at most `allowed` documents, as long as each
/// gap that is closed is a large part of the time that is left.
fn outlying_count(days: &BTreeMap<u32, u64>, allowed: u64, at_end: bool) -> usize {
    let mut all: Vec<(i32, u64)> = (days.iter())
        .map(|(&day, &count)| (date_from_number(day).days_since_epoch(), count))
        .collect();
    if at_end {
        all.reverse();
    }
    let Some(&(end, _)) = all.last() else { return 0 };
    let (mut cut, mut before) = (0, 0);
    for (place, pair) in all.windows(2).enumerate() {
        before += pair[0].1;
        if before > allowed {
            break;
        }
        let gap = pair[1].0.abs_diff(pair[0].0);
        let left = end.abs_diff(all[cut].0);
        if gap >= MIN_GAP_DAYS && gap * GAPS_IN_TIME >= left {
            cut = place + 1;
        }
    }
    cut
}

fn choose_unit(days: &BTreeMap<u32, u64>) -> TimeUnit {
    let (Some((&first, _)), Some((&last, _))) = (days.first_key_value(), days.last_key_value())
    else {
        return TimeUnit::Month;
    };
    match date_from_number(last).days_since_epoch() - date_from_number(first).days_since_epoch() {
        span if span <= MAX_DAYS => TimeUnit::Day,
        span if span <= MAX_MONTHS * 30 => TimeUnit::Month,
        _ => TimeUnit::Year,
    }
}

fn count_periods(days: &BTreeMap<u32, u64>, unit: TimeUnit) -> Vec<PeriodCount> {
    let mut periods: Vec<PeriodCount> = Vec::new();
    for (&day, &documents) in days {
        let Some(period) = unit.period_of_day(day) else { continue };
        match periods.last_mut() {
            Some(last) if last.period == period => last.documents += documents,
            _ => periods.push(PeriodCount { period, documents }),
        }
    }
    periods
}

/// Returns the offices held between two days by the people whom most documents
/// name.
fn offices_held(
    session: &ReadSession<'_>,
    entities: Vec<(EntityNumber, u64)>,
    first: &str,
    last: &str,
) -> Result<Vec<OfficeHolder>, ViewError> {
    let position = |date: &str, end: bool| TimeUnit::Month.axis_position(date, end);
    let (Some(first), Some(last)) = (position(first, false), position(last, true)) else {
        return Ok(Vec::new());
    };
    let (mut holders, mut people) = (Vec::new(), 0);
    for (entity, documents) in entities.into_iter().take(MAX_ENTITIES) {
        if people == MAX_PEOPLE {
            break;
        }
        let person = session.archive.entities().get(entity)?;
        if person.label != Label::Per {
            continue;
        }
        let Some(knowledge_base) = knowledge_base_entry(&person.id, &person.name) else { continue };
        let within = |from: f64, until: f64| until.min(last) - from.max(first);
        let mut offices: Vec<(f64, &HeldOffice)> = knowledge_base
            .offices
            .iter()
            .filter_map(|office| {
                let from = position(&office.from, false)?;
                // An office without an end counts only from its start.
                let until =
                    position(&office.until, true).or_else(|| position(&office.from, true))?;
                Some((within(from, until), office)).filter(|(within, _)| *within > 0.0)
            })
            .collect();
        offices.sort_by(|one, other| other.0.total_cmp(&one.0));
        offices.truncate(MAX_OFFICES);
        offices.sort_by(|one, other| one.1.from.cmp(&other.1.from));
        people += usize::from(!offices.is_empty());
        holders.extend(offices.into_iter().map(|(_, office)| OfficeHolder {
            entity: person.id.clone(),
            name: person.shown_name(),
            title: office.title.clone(),
            at: office.at.clone(),
            from: office.from.clone(),
            until: office.until.clone(),
            documents,
        }));
    }
    Ok(holders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_depends_on_time_span() {
        let cases: [(&[u32], TimeUnit, usize, &str); 5] = [
            (&[], TimeUnit::Month, 0, ""),
            (&[19_570_309], TimeUnit::Day, 1, "1957-03-09"),
            (&[19_570_301, 19_570_309, 19_570_501], TimeUnit::Day, 3, "1957-03-01"),
            (&[19_570_309, 19_570_301, 19_591_231], TimeUnit::Month, 2, "1957-03"),
            (&[18_611_224, 19_591_231], TimeUnit::Year, 2, "1861"),
        ];
        for (days, expected, number, first) in cases {
            let days: BTreeMap<u32, u64> = days.iter().map(|&day| (day, 2)).collect();
            let unit = choose_unit(&days);
            let periods = count_periods(&days, unit);
            assert_eq!((unit, periods.len()), (expected, number), "{days:?}");
            assert_eq!(periods.first().map_or("", |period| period.period.as_str()), first);
            let sum: u64 = periods.iter().map(|period| period.documents).sum();
            assert_eq!(sum, days.values().sum::<u64>());
        }
    }

    #[test]
    fn a_few_far_documents_do_not_squeeze_the_others() {
        let many = || (20_040_101..20_040_129).map(|day| (day, 10)).chain([(20_080_301, 20)]);
        let cases: [(&[u32], &[u32]); 4] = [
            (&[], &[]),
            (&[19_750_301, 19_860_101, 20_000_505], &[]),
            (&[19_750_301], &[20_310_101]),
            (&[], &[20_310_101]),
        ];
        for (before, after) in cases {
            let far = before.iter().chain(after).map(|&day| (day, 1));
            let mut days: BTreeMap<u32, u64> = many().chain(far).collect();
            let taken = take_outlying(&mut days);
            assert_eq!(days, many().collect(), "{before:?} {after:?}");
            let counts = taken.map(|one| one.map_or(0, |one| one.documents));
            assert_eq!(counts, [before.len() as u64, after.len() as u64]);
        }
        // Too many to be left out.
        let mut days: BTreeMap<u32, u64> = many().chain([(19_750_301, 30)]).collect();
        assert_eq!(take_outlying(&mut days), [None, None]);
    }

    #[test]
    fn axis_positions_are_ordered() {
        for unit in [TimeUnit::Year, TimeUnit::Month, TimeUnit::Day] {
            let dates = ["1957", "1957-02", "1957-02-28", "1957-03-01", "1958-01"];
            let positions: Vec<f64> =
                dates.iter().filter_map(|date| unit.axis_position(date, false)).collect();
            assert!(positions.windows(2).all(|two| two[0] < two[1]), "{unit:?}: {positions:?}");
            let whole = unit.axis_position("1957", true).expect("a year") - positions[0];
            let expected = match unit {
                TimeUnit::Year => 1.0,
                TimeUnit::Month => 12.0,
                TimeUnit::Day => 365.0,
            };
            assert!((whole - expected).abs() < 0.01, "{unit:?}: {whole}");
            assert_eq!(unit.axis_position("", false), None);
        }
    }
}
