//! Which person of the fact table somebody of a document is.
//!
//! A name alone is no proof: the table holds twenty thousand people of two
//! centuries. What proves is an office held on the day of the document, at
//! the post that sent it or in a country it speaks of, and a life that the
//! day falls into. Evidence is added up and the best is taken only where it
//! is enough and stands out; two rows of one person (a diplomat is in two
//! sources) are no rivals.

use std::collections::HashMap;

use crate::context::Context;
use crate::countries;
use crate::facts::{Appointment, Facts, Person, Row, Source};
use crate::fold;
use crate::name::{Fit, Office, Offices, Spoken};
use crate::roster::{FactPersons, Known};

/// Evidence that is enough.
const ENOUGH: f32 = 0.75;

/// By how much the best must stand out.
const MARGIN: f32 = 0.2;

/// Names whose bearers are remembered; then all are forgotten.
const REMEMBERED: usize = 50_000;

/// A person of the fact table, and why.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) score: f32,
    pub(crate) reason: String,
}

/// What is asked: who is this?
pub(crate) struct Question<'a> {
    pub(crate) spoken: &'a Spoken,
    pub(crate) offices: Offices,
    /// Whether the name stands under the document.
    pub(crate) signs: bool,
    pub(crate) context: &'a Context,
}

/// Finds persons in the fact table.
#[derive(Clone, Debug)]
pub(crate) struct Linker {
    facts: Facts<'static>,
    persons: FactPersons,
    bearers: HashMap<Vec<String>, Vec<(u32, Fit)>>,
}

struct Candidate {
    score: f32,
    row: u32,
    reason: String,
}

impl Linker {
    pub(crate) fn new(facts: Facts<'static>) -> Self {
        Self { facts, persons: FactPersons::new(facts), bearers: HashMap::new() }
    }

    /// The person asked for, or `None` where the evidence is thin.
    pub(crate) fn find(&mut self, question: &Question<'_>) -> Option<Found> {
        let spoken = question.spoken;
        if spoken.family().len() < 2 {
            return None;
        }
        let mut candidates: Vec<Candidate> = Vec::new();
        for (row, fit) in self.bearers(spoken) {
            let known = self.persons.get(row).offices;
            let person = self.facts.person(row);
            if let Some((score, reason)) = evidence(self.facts, &person, known, fit, question) {
                candidates.push(Candidate { score, row, reason });
            }
        }
        self.best(candidates)
    }

    /// The row of the facts that a person of another list is: full names and
    /// what the list says of the person have to agree. A form of the name that
    /// the facts have to the letter is the list's own: the facts were gathered
    /// from such lists.
    pub(crate) fn same_as(&mut self, known: &Known, day: u32) -> Option<Found> {
        let spoken = &Spoken::new(&known.listed.spoken());
        let context = &Context { day, ..Context::default() };
        let question = Question { spoken, offices: known.offices, signs: false, context };
        let folded = fold::words(&known.name);
        let mut candidates: Vec<Candidate> = Vec::new();
        for (row, fit) in self.bearers(spoken) {
            let offices = self.persons.get(row).offices;
            let person = self.facts.person(row);
            let mut forms = std::iter::once(person.name).chain(person.others.lines());
            let is_form = forms.any(|form| fold::words(form) == folded);
            let fit = if is_form { Fit::Full(1.0) } else { fit };
            if let Some((score, reason)) = evidence(self.facts, &person, offices, fit, &question) {
                let score = score + if is_form { 0.4 } else { 0.0 };
                candidates.push(Candidate { score, row, reason });
            }
        }
        self.best(candidates)
    }

    /// The one that has evidence enough and stands out.
    fn best(&mut self, mut candidates: Vec<Candidate>) -> Option<Found> {
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        let best = candidates.first().filter(|best| best.score >= ENOUGH)?;
        let rival = candidates[1..].iter().find(|other| !self.is_same(best.row, other.row));
        if rival.is_some_and(|rival| best.score - rival.score < MARGIN) {
            return None;
        }
        let person = self.facts.person(best.row);
        Some(Found {
            id: format!("{}:{}", person.source.as_str(), person.id),
            name: person.name.to_owned(),
            score: (best.score.min(1.2) / 1.25).min(0.97),
            reason: best.reason.clone(),
        })
    }

    /// Rows whose names fit, of a name that was asked for before from memory.
    fn bearers(&mut self, spoken: &Spoken) -> Vec<(u32, Fit)> {
        if let Some(known) = self.bearers.get(&spoken.words) {
            return known.clone();
        }
        let mut rows: Vec<u32> = Vec::new();
        let of_person = |row| match row {
            Row::Person(row) => Some(row),
            Row::Place(..) => None,
        };
        rows.extend(self.facts.find(spoken.family()).filter_map(of_person));
        if spoken.is_full() {
            rows.extend(self.facts.find(&spoken.words[0]).filter_map(of_person));
        }
        let mut found = self.fitting(&rows, spoken);
        if found.is_empty() {
            let key = format!("~{}", fold::skeleton(spoken.family()));
            rows = self.facts.find(&key).filter_map(of_person).collect();
            found = self.fitting(&rows, spoken);
        }
        if self.bearers.len() >= REMEMBERED {
            self.bearers.clear();
        }
        self.bearers.insert(spoken.words.clone(), found.clone());
        found
    }

    fn fitting(&mut self, rows: &[u32], spoken: &Spoken) -> Vec<(u32, Fit)> {
        let mut found: Vec<(u32, Fit)> = Vec::new();
        for &row in rows {
            let fit = self.persons.get(row).listed.fit(spoken);
            // Several words may be a family name alone: "Strausz-Hupe".
            let fits = fit > if spoken.is_full() { Fit::FamilyLike } else { Fit::Given };
            if fits && !found.iter().any(|(known, _)| *known == row) {
                found.push((row, fit));
            }
        }
        found
    }

    /// Whether two rows are one person: the names agree, and so do the lives
    /// as far as both are known.
    fn is_same(&mut self, a: u32, b: u32) -> bool {
        let (one, other) = (self.facts.person(a), self.facts.person(b));
        let agree = |x: u16, y: u16| x == 0 || y == 0 || x == y;
        if one.source == other.source
            || !agree(one.born, other.born)
            || !agree(one.died, other.died)
        {
            return false;
        }
        let spoken = Spoken::new(&self.persons.get(b).listed.spoken());
        matches!(self.persons.get(a).listed.fit(&spoken), Fit::Full(_) | Fit::Family)
    }
}

/// How much speaks for a row, and in words; `None` where something speaks
/// against it.
fn evidence(
    facts: Facts<'static>,
    person: &Person<'static>,
    known: Offices,
    fit: Fit,
    question: &Question<'_>,
) -> Option<(f32, String)> {
    let context = question.context;
    let year = context.year();
    if question.offices.contradict(known) || !could_live(person, year) {
        return None;
    }
    let mut reason = String::new();
    let mut score = match fit {
        Fit::Full(strength) => {
            reason.push_str("full name");
            // Three words that agree are rarely two people's.
            0.5 * strength + if question.spoken.words.len() > 2 { 0.1 } else { 0.0 }
        }
        Fit::FamilyLike => {
            reason.push_str("transliteration of the surname");
            0.1
        }
        _ => {
            reason.push_str("surname");
            0.2
        }
    };
    let held = facts
        .appointments(person)
        .filter_map(|office| Some((held(&office, question)?, office)))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let mut is_firm = matches!(fit, Fit::Full(_));
    if let Some((worth, office)) = held {
        is_firm |= worth >= 0.6;
        score += worth;
        let at = if office.at.is_empty() { "" } else { ", " };
        let (from, until) = (Day(office.from), Day(office.until));
        reason += &format!("; {}{at}{}, {from} to {until}", office.role, office.at);
    }
    if question.signs && held.is_none() {
        return None;
    }
    if president_then(person, question) {
        is_firm = true;
        score += 0.6;
        reason += &format!("; {}, {}–{}", person.remark, person.from, person.until);
    }
    if question.offices.share(known) {
        score += 0.2;
        reason += &format!("; {}", person.remark);
    }
    if held.is_none() && question.offices.share(known) {
        // An office of the past, where the document speaks of its country.
        let past = |office: &Appointment<'_>| office.from > 0 && office.from <= context.day;
        let mut offices = facts.appointments(person).filter(past);
        let abroad = offices.find(|office| spoken_of(office.at, context));
        if let Some(office) = abroad {
            score += 0.2;
            reason += &format!("; {}, {}", office.role, office.at);
        }
    }
    if is_of_country(person, context) {
        is_firm |= person.source == Source::Visits && question.offices.share(known);
        score += 0.2;
        reason += "; of a country that the document speaks of";
    }
    if year > 0 && person.from > 0 {
        let until = person.until.max(person.from);
        let away = if year < person.from { person.from - year } else { year.saturating_sub(until) };
        match away {
            0..=2 => score += 0.2,
            3..=10 => {}
            11..=25 => score -= 0.3,
            _ => return None,
        }
    }
    // A surname alone needs an office that was held then and there.
    is_firm.then_some((score, reason))
}

/// Whether somebody of these years can be spoken of as acting in `year`.
fn could_live(person: &Person<'_>, year: u16) -> bool {
    year == 0
        || ((person.born == 0 || person.born + 16 <= year)
            && (person.died == 0 || year <= person.died + 3))
}

/// What it is worth that an office was held on the day, where it fits what is
/// said of the person or where the document comes from.
fn held(office: &Appointment<'_>, question: &Question<'_>) -> Option<f32> {
    let context = question.context;
    if context.day == 0 || !covers(office, context.day) {
        return None;
    }
    let said = question.offices;
    let abroad = !office.at.is_empty() && !office.at.contains("representative");
    if abroad {
        let here = office.at == context.post;
        if here && (question.signs || said.has(Office::Ambassador)) {
            return Some(0.7);
        }
        let spoken_of = here || spoken_of(office.at, context);
        return match (said.has(Office::Ambassador), spoken_of) {
            (true, true) => Some(0.6),
            (_, true) if !question.signs => Some(0.3),
            _ => None,
        };
    }
    let role = Offices::of_remark(office.role);
    let head = office.role == "Secretary of State";
    if question.signs {
        // Telegrams of the Department bear the name of its head that day.
        let heads = ["Secretary of State", "Under Secretary of State", "Deputy Secretary of State"];
        let is_head = heads.iter().any(|head| office.role.starts_with(head));
        return (context.from_department && is_head).then_some(0.7);
    }
    match (said.share(role), head) {
        (true, true) => Some(0.7),
        (true, false) => Some(0.4),
        (false, _) => Some(0.1),
    }
}

/// Whether an office was held on a day; a month or day that is not known is
/// taken widely. Of an office whose first day is not known, as is the case of
/// many chargés, only the last year counts.
fn covers(office: &Appointment<'_>, day: u32) -> bool {
    if office.from == 0 {
        return day <= office.until && office.until - day < 10_000;
    }
    let until = match office.until {
        0 => office.from + 40_000,
        until if until % 10_000 == 0 => until + 1231,
        until if until % 100 == 0 => until + 31,
        until => until,
    };
    office.from <= day && day <= until
}

fn spoken_of(gsh: &str, context: &Context) -> bool {
    let named = |iso: &str| countries::of_iso(iso).is_some_and(|country| country.gsh == gsh);
    context.countries.iter().any(|(iso, _)| named(iso))
}

/// Whether the person was President of the United States in that year.
fn president_then(person: &Person<'_>, question: &Question<'_>) -> bool {
    let year = question.context.year();
    person.source == Source::Travels
        && question.offices.has(Office::President)
        && (person.from..=person.until).contains(&year)
}

/// Whether the remark names a country that the document speaks of.
fn is_of_country(person: &Person<'_>, context: &Context) -> bool {
    if person.remark.is_empty() {
        return false;
    }
    let folded = fold::words(person.remark);
    let words: Vec<&str> = folded.split(' ').collect();
    let named = |name: &str| {
        countries::named(name).iter().any(|(_, iso)| *iso != "US" && context.weight(iso) > 0)
    };
    words.iter().any(|word| named(word)) || words.windows(2).any(|pair| named(&pair.join(" ")))
}

/// A day as people write it: "2008-09-02", "2008-09", "2008".
struct Day(u32);

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = (self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        match (year, month, day) {
            (0, ..) => f.write_str("?"),
            (_, 0, _) => write!(f, "{year:04}"),
            (_, _, 0) => write!(f, "{year:04}-{month:02}"),
            _ => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}
