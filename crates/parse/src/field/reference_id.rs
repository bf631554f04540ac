//! Cable ids in canonical form: "09ALGIERS948".
//!
//! An id is two digits of the year, the post, and the serial without leading
//! zeros. Ids in the wild are garbled: the post is abbreviated (RIO), has an
//! older name or a typo, or words of the line before are attached
//! (SECTION02OF03…, EFTO…). A table lists the posts and their usual spellings.
//! Any other spelling is corrected if exactly one post is one typo away.

use std::collections::HashMap;
use std::sync::LazyLock;

use chancery_model::CableId;

use super::scan::one_slip;

/// Maps every listed spelling to the canonical name of its post.
static STATIONS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/stations.txt").lines();
    let names = lines.filter(|line| !line.starts_with('#')).flat_map(|line| {
        let canonical = line.split(' ').next().unwrap_or(line);
        line.split(' ').map(move |spelling| (spelling, canonical))
    });
    names.collect()
});

/// The canonical form of `id`; `None` if it is not a year, a post and a serial.
pub fn canonical(id: &str) -> Option<CableId> {
    let id = id.trim();
    let year = id.get(..2).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let runs = runs(&id[2..]);
    let (first, _) = runs.first().filter(|(letters, _)| !letters.is_empty())?;
    let (letters, serial) = match runs.as_slice() {
        [only] => *only,
        // A line such as "SECTION 02 OF 03 BEIJING" before the serial.
        [.., last] if is_section(first) => *last,
        // "SUSPECTED DUPLICATE" precedes the right serial; TOSEC and ZFR another one.
        [.., (word, serial)] if *word == "SUSPECTEDDUPLICATE" => (*first, *serial),
        [first, ..] => *first,
        [] => return None,
    };
    id_of(year, letters, serial)
}

/// The id of a year (two digits), a post in any spelling and a serial.
pub(super) fn id_of(year: &str, station: &str, serial: &str) -> Option<CableId> {
    let letters: String = letters_of(station);
    let name = repaired(&letters);
    let serial = serial.trim_start_matches('0');
    (!name.is_empty() && !serial.is_empty()).then(|| CableId(format!("{year}{name}{serial}")))
}

/// The canonical name of a post. One typo is allowed: "Sao Paul" is SAOPAULO.
pub fn station(name: &str) -> Option<&'static str> {
    let letters = letters_of(name);
    listed(&letters).or_else(|| one_slip_away(&letters))
}

/// The canonical name of a post whose spelling is in the table.
pub(super) fn listed_station(name: &str) -> Option<&'static str> {
    listed(&letters_of(name))
}

/// The letters of a name, in capitals. A zero is a misread O.
fn letters_of(name: &str) -> String {
    let known = |c: char| c.is_ascii_alphabetic() || c == '0';
    name.chars()
        .filter(|&c| known(c))
        .map(|c| if c == '0' { 'O' } else { c.to_ascii_uppercase() })
        .collect()
}

fn listed(letters: &str) -> Option<&'static str> {
    STATIONS.get(letters).copied()
}

/// The post that is one typo away from a word of at least four letters, if
/// there is exactly one.
fn one_slip_away(letters: &str) -> Option<&'static str> {
    if !(4..=24).contains(&letters.len()) {
        return None;
    }
    let mut near = STATIONS
        .iter()
        .filter(|(spelling, _)| {
            spelling.len() >= 4
                && spelling.len().abs_diff(letters.len()) <= 1
                && one_slip(letters, spelling)
        })
        .map(|(_, &canonical)| canonical);
    let first = near.next()?;
    near.all(|other| other == first).then_some(first)
}

/// The post that the letters of an id mean, or the letters themselves.
fn repaired(letters: &str) -> &str {
    let mut name = letters;
    if listed(name).is_none() {
        for before in ["EFTO", "AMEMBASSY", "AMCONSUL", "EMBASSY"] {
            name = name.strip_prefix(before).unwrap_or(name);
        }
    }
    listed(name).or_else(|| one_slip_away(name)).unwrap_or(name)
}

/// Whether a word is SECTION, perhaps with a typo: ECTION, SECTIN, SECTIKN.
fn is_section(word: &str) -> bool {
    one_slip(word, "SECTION")
}

/// Splits an id into pairs of letters and digits: "MADRID000762ZFR763".
fn runs(id: &str) -> Vec<(&str, &str)> {
    let mut runs = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let after = &rest[letters..];
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        runs.push((&rest[..letters], &after[..digits]));
        rest = &after[digits..];
    }
    runs
}
