//! How telegrams cite a document: by year, post and serial.
//!
//! The heads of FRUS documents name the parties in words: "the Embassy in Egypt", "the
//! Department of State". A table says where the embassy in a country was.

use chancery_model::{Header, Spanned, TelegramNumber};

use crate::cable_id::{cable_id_from_parts, listed_post_name};

/// The canonical name of the Department of State in ids.
pub const STATE: &str = "STATE";

/// The canonical name of the post at the United Nations.
const UNITED_NATIONS: &str = "USUNNEWYORK";

/// Kinds of posts, before the place.
const KINDS: [&str; 6] =
    ["Embassy", "Legation", "Consulate", "Mission", "Interests Section", "Liaison Office"];

/// Words before the name of a post in the address lines of telegrams.
const ADDRESS_WORDS: [&str; 5] = ["AMEMBASSY ", "AMCONSUL ", "USMISSION ", "EMBASSY ", "USINT "];

/// The post that a party is, as it is in ids. `year` is that of the document.
pub fn post_of_party(name: &str, year: u16) -> Option<&'static str> {
    if name.contains("Department of State") {
        return Some(STATE);
    }
    let address = ADDRESS_WORDS.iter().find_map(|words| name.strip_prefix(words));
    if let Some(post) = listed_post_name(address.unwrap_or(name)) {
        return Some(post);
    }
    KINDS.iter().find(|kind| name.starts_with(*kind))?;
    let places = [" in ", " at ", " to "].iter();
    let at = places.filter_map(|word| Some(name.find(word)? + word.len())).min()?;
    let place = name[at..].strip_prefix("the ").unwrap_or(&name[at..]);
    let place = place.split([',', '(']).next()?.trim();
    if place.starts_with("United Nations") {
        return Some(UNITED_NATIONS);
    }
    listed_post_name(place).or_else(|| embassy_in(place, year))
}

/// The post of the embassy in a country.
fn embassy_in(country: &str, year: u16) -> Option<&'static str> {
    let rows = include_str!("../data/embassies.tsv").lines();
    let mut posts = rows.filter(|row| !row.starts_with('#')).filter_map(|row| {
        let mut cells = row.split('\t');
        let is_country = cells.next()?.eq_ignore_ascii_case(country);
        let post = cells.next().filter(|_| is_country)?;
        let mut bound = || cells.next().and_then(|year| year.parse::<u16>().ok());
        let (since, until) = (bound().unwrap_or(0), bound().unwrap_or(u16::MAX));
        (since..=until).contains(&year).then_some(post)
    });
    posts.next()
}

/// The number of a document that is a telegram. `None` if its serial, post or date is not
/// known, or the serial has letters: airgrams and messages of other series are numbered
/// apart.
pub fn telegram_number(header: &Header) -> Option<TelegramNumber> {
    let year = header.document_date()?.year;
    let serial = &header.serial.as_ref()?.value;
    let is_number = !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_digit());
    let post = post_of_party(&header.from.as_ref()?.value.name, year).filter(|_| is_number)?;
    let parties = header.to.iter().chain(&header.info);
    let to = parties.filter_map(|Spanned { value, .. }| post_of_party(&value.name, year));
    let to = to.map(str::to_owned).collect();
    let id = cable_id_from_parts(&format!("{:02}", year % 100), post, serial)?;
    Some(TelegramNumber { id, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parties_are_posts() {
        for (name, year, post) in [
            ("Embassy in Egypt", 1957, "CAIRO"),
            ("Embassy in the United Arab Republic", 1966, "CAIRO"),
            ("Embassy in Pakistan", 1958, "KARACHI"),
            ("Embassy in Pakistan", 1971, "ISLAMABAD"),
            ("Embassy in Tel Aviv", 1971, "TELAVIV"),
            ("Consulate General at Jerusalem", 1957, "JERUSALEM"),
            ("Mission at the United Nations", 1957, "USUNNEWYORK"),
            ("Department of State", 1957, "STATE"),
            ("AMEMBASSY LISBON", 1975, "LISBON"),
            ("SECSTATE WASHDC", 1975, "STATE"),
            ("President’s Special Assistant", 1970, "-"),
            ("Embassy in Ruritania", 1970, "-"),
            ("Commander in Chief, Pacific", 1970, "-"),
        ] {
            assert_eq!(post_of_party(name, year).unwrap_or("-"), post, "{name}");
        }
    }
}
