//! Ids of FRUS volumes: "frus1969-76ve04/d129".
//!
//! An archive that was made before the title of a volume was read has only the id. What
//! the id says of the subseries and the number is then cited.

use chancery_model::{Document, VolumePlace};

const SERIES: &str = "Foreign Relations of the United States";

/// Splits the id of a document of a volume into volume and number.
pub(super) fn split_document_id(id: &str) -> Option<(&str, &str)> {
    let (volume, number) = id.split_once("/d")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_volume = volume.starts_with("frus")
        && volume.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_number && is_volume).then_some((volume, number))
}

/// The address that the Office of the Historian recommends.
pub(super) fn canonical_address(volume: &str, number: &str) -> String {
    format!("https://history.state.gov/historicaldocuments/{volume}/d{number}")
}

/// The volume of a document, with the title that its id states if it has no other.
pub(super) fn volume_of_document(volume: &str, document: &Document) -> VolumePlace {
    let mut place = document.volume.clone().unwrap_or_default();
    if place.title.is_empty() {
        place.title = title_of_id(volume);
    }
    place
}

/// The title as far as an id states it: "frus1969-76v19p1" is "Foreign Relations of the
/// United States, 1969–1976, Volume XIX, Part 1".
fn title_of_id(id: &str) -> String {
    let rest = id.strip_prefix("frus").unwrap_or(id);
    let digits = |words: &str| words.bytes().take_while(u8::is_ascii_digit).count();
    let (from, mut rest) = rest.split_at(digits(rest));
    let mut title = SERIES.to_owned();
    if from.is_empty() {
        return title;
    }
    title.push_str(", ");
    title.push_str(from);
    if let Some(after) = rest.strip_prefix('-') {
        let (until, after) = after.split_at(digits(after));
        let century = if until.len() == 2 { &from[..from.len().min(2)] } else { "" };
        title.push('–');
        title.push_str(century);
        title.push_str(until);
        rest = after;
    }
    let Some(rest) = rest.strip_prefix('v') else { return title };
    let (letter, rest) = match rest.strip_prefix('e') {
        Some(rest) => ("E–", rest),
        None => ("", rest),
    };
    let (number, rest) = rest.split_at(digits(rest));
    let Ok(number) = number.parse::<u32>() else { return title };
    title.push_str(", Volume ");
    title.push_str(letter);
    match letter {
        "" => title.push_str(&roman(number)),
        _ => title.push_str(&number.to_string()),
    }
    if let Some(part) = rest.strip_prefix('p').filter(|part| !part.is_empty()) {
        title.push_str(", Part ");
        title.push_str(part.trim_start_matches('0'));
    }
    title
}

/// A number below 100 in Roman digits.
fn roman(number: u32) -> String {
    const TENS: [&str; 10] = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"];
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    match (TENS.get((number / 10) as usize), ONES.get((number % 10) as usize)) {
        (Some(tens), Some(ones)) => format!("{tens}{ones}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_say_subseries_and_number() {
        for (id, expected) in [
            ("frus1969-76v19p1", "1969–1976, Volume XIX, Part 1"),
            ("frus1969-76ve04", "1969–1976, Volume E–4"),
            ("frus1969-76ve05p2", "1969–1976, Volume E–5, Part 2"),
            ("frus1977-80v01", "1977–1980, Volume I"),
            ("frus1958-60v49", "1958–1960, Volume XLIX"),
            ("frus1952-54Guat", "1952–1954"),
            ("frus1865p1", "1865"),
            ("frus1894app1", "1894"),
        ] {
            assert_eq!(title_of_id(id), format!("{SERIES}, {expected}"), "{id}");
        }
        assert_eq!(title_of_id("frus"), SERIES);
    }

    #[test]
    fn only_documents_of_volumes_are_split() {
        assert_eq!(split_document_id("frus1969-76ve04/d129"), Some(("frus1969-76ve04", "129")));
        for other in
            ["09PORTLOUIS214", "frus1969/", "frus1969/d", "frus1969/d1a", "x/d1", "frus a/d1"]
        {
            assert_eq!(split_document_id(other), None, "{other}");
        }
    }
}
