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

use crate::scan::is_one_typo_apart;

/// Length of the shortest abbreviation of a post by its first letters.
const MIN_PREFIX_LETTERS: usize = 5;

/// Maps every listed spelling to the canonical name of its post.
static POST_SPELLINGS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/stations.txt").lines();
    let spellings = lines.filter(|line| !line.starts_with('#')).flat_map(|line| {
        let canonical = line.split(' ').next().unwrap_or(line);
        line.split(' ').map(move |spelling| (spelling, canonical))
    });
    spellings.collect()
});

/// The canonical form of `id`; `None` if it is not a year, a post and a serial.
pub fn canonical_cable_id(id: &str) -> Option<CableId> {
    let id = id.trim();
    let year = id.get(..2).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let runs = split_letter_digit_runs(&id[2..]);
    let (first, _) = runs.first().filter(|(letters, _)| !letters.is_empty())?;
    let (letters, serial) = match runs.as_slice() {
        [only] => *only,
        // A line such as "SECTION 02 OF 03 BEIJING" before the serial.
        [.., last] if is_section_word(first) => *last,
        // "SUSPECTED DUPLICATE" precedes the right serial; TOSEC and ZFR another one.
        [.., (word, serial)] if *word == "SUSPECTEDDUPLICATE" => (*first, *serial),
        [first, ..] => *first,
        [] => return None,
    };
    cable_id_from_parts(year, letters, serial)
}

/// The id that a name has the form of: "1977PORTLO05268", "09 PORT LOUIS 000318". The
/// spelling of the post stays, because others cite the document by this name.
pub fn cable_id_of_name(name: &str) -> Option<CableId> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let (printed_year, rest) = name.split_at(digits);
    let century = |year: &str| ["19", "20"].contains(&&year[..2]);
    let year = match digits {
        2 => printed_year,
        // "1977PORTLO05268", "7575LIBREVILLE1895".
        4 if century(printed_year) || printed_year[..2] == printed_year[2..] => &printed_year[2..],
        _ => return None,
    };
    let serial_len = rest.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (post, serial) = rest.split_at(rest.len() - serial_len);
    let serial = serial.trim_start_matches('0');
    let is_post = |c: char| c.is_ascii_uppercase() || c == ' ';
    let letters: String = post.chars().filter(|&c| c != ' ').collect();
    let fits = post.chars().all(is_post)
        && (2..=28).contains(&letters.len())
        && (1..=7).contains(&serial.len());
    fits.then(|| CableId(format!("{year}{letters}{serial}")))
}

/// The letters of the post and the serial of a cable id.
pub fn post_and_serial(id: &CableId) -> Option<(&str, &str)> {
    let CableId(known) = cable_id_of_name(&id.0)?;
    let serial = known.bytes().rev().take_while(u8::is_ascii_digit).count();
    id.0.ends_with(&known[2..]).then_some(())?;
    let rest = &id.0[id.0.len() - known.len() + 2..];
    Some(rest.split_at(rest.len() - serial))
}

/// The id of a year (two digits), a post in any spelling and a serial.
pub fn cable_id_from_parts(year: &str, post: &str, serial: &str) -> Option<CableId> {
    let letters: String = capital_letters_of(post);
    let name = repair_post_name(&letters);
    let serial = serial.trim_start_matches('0');
    (!name.is_empty() && !serial.is_empty()).then(|| CableId(format!("{year}{name}{serial}")))
}

/// The canonical name of a post. One typo is allowed: "Sao Paul" is SAOPAULO.
pub fn canonical_post_name(name: &str) -> Option<&'static str> {
    let letters = capital_letters_of(name);
    look_up_post(&letters).or_else(|| post_one_typo_away(&letters))
}

/// The canonical name of a post whose spelling is in the table.
pub fn listed_post_name(name: &str) -> Option<&'static str> {
    look_up_post(&capital_letters_of(name))
}

/// The only post that starts with these letters: PORTLO is PORTLOUIS.
pub fn post_by_prefix(letters: &str) -> Option<&'static str> {
    let mut posts = posts_with_prefix(letters);
    let first = posts.next()?;
    posts.all(|other| other == first).then_some(first)
}

/// Whether letters are the name of a listed post or an abbreviation of it.
pub fn is_post_or_prefix(letters: &str) -> bool {
    look_up_post(letters).is_some() || posts_with_prefix(letters).next().is_some()
}

fn posts_with_prefix(letters: &str) -> impl Iterator<Item = &'static str> {
    let is_long = letters.len() >= MIN_PREFIX_LETTERS;
    let known = POST_SPELLINGS.iter();
    let known = known.filter(move |(spelling, _)| is_long && spelling.starts_with(letters));
    known.map(|(_, &canonical)| canonical)
}

/// The letters of a name, in capitals. A zero is a misread O.
fn capital_letters_of(name: &str) -> String {
    let is_letter_or_zero = |c: char| c.is_ascii_alphabetic() || c == '0';
    name.chars()
        .filter(|&c| is_letter_or_zero(c))
        .map(|c| if c == '0' { 'O' } else { c.to_ascii_uppercase() })
        .collect()
}

fn look_up_post(letters: &str) -> Option<&'static str> {
    POST_SPELLINGS.get(letters).copied()
}

/// The post that is one typo away from a word of at least four letters, if
/// there is exactly one.
fn post_one_typo_away(letters: &str) -> Option<&'static str> {
    if !(4..=24).contains(&letters.len()) {
        return None;
    }
    let mut near = POST_SPELLINGS
        .iter()
        .filter(|(spelling, _)| {
            spelling.len() >= 4
                && spelling.len().abs_diff(letters.len()) <= 1
                && is_one_typo_apart(letters, spelling)
        })
        .map(|(_, &canonical)| canonical);
    let first = near.next()?;
    near.all(|other| other == first).then_some(first)
}

/// The post that the letters of an id mean, or the letters themselves.
fn repair_post_name(letters: &str) -> &str {
    let mut name = letters;
    if look_up_post(name).is_none() {
        for before in ["EFTO", "AMEMBASSY", "AMCONSUL", "EMBASSY"] {
            name = name.strip_prefix(before).unwrap_or(name);
        }
    }
    look_up_post(name).or_else(|| post_one_typo_away(name)).unwrap_or(name)
}

/// Whether a word is SECTION, perhaps with a typo: ECTION, SECTIN, SECTIKN.
fn is_section_word(word: &str) -> bool {
    is_one_typo_apart(word, "SECTION")
}

/// Splits an id into pairs of letters and digits: "MADRID000762ZFR763".
fn split_letter_digit_runs(id: &str) -> Vec<(&str, &str)> {
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
