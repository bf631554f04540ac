//! Sender and addressees of a telegram, memorandum or letter, as citations name them.

use chancery_model::Header;

/// How the wire abbreviates an office, and the words for it. The longer first.
const OFFICES: [(&str, &str); 12] = [
    ("AMEMBASSY ", "Embassy "),
    ("AMCONSULATE ", "Consulate "),
    ("AMCONSUL ", "Consulate "),
    ("AMCONGEN ", "Consulate General "),
    ("EMBASSY ", "Embassy "),
    ("USMISSION USUN", "Mission to the United Nations"),
    ("USMISSION ", "Mission "),
    ("USINT ", "Interests Section "),
    ("SECSTATE", "Department of State"),
    ("RUEHC/SECSTATE", "Department of State"),
    ("SECDEF", "Department of Defense"),
    ("WHITE HOUSE", "White House"),
];

/// The sender: that of the FROM line, otherwise the post.
pub(super) fn sender(header: &Header) -> Option<String> {
    let from = header.from.as_ref().map(|field| field.value.name.as_str());
    let post = header.post.as_ref().map(|field| field.value.as_str());
    let name = from.or(post).map(str::trim).filter(|name| !name.is_empty())?;
    Some(office_in_words(name))
}

/// The addressees of the action lines.
pub(super) fn addressees(header: &Header) -> Vec<String> {
    let names = header.to.iter().map(|field| field.value.name.trim());
    names.filter(|name| !name.is_empty()).map(office_in_words).collect()
}

/// "AMEMBASSY PORT LOUIS" is "Embassy Port Louis"; "SECSTATE WASHDC" is "Department of
/// State". Names that are not in capitals stay.
fn office_in_words(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    for (wire, words) in OFFICES {
        let Some(rest) = name.strip_prefix(wire) else { continue };
        return match words.ends_with(' ') {
            true => format!("{words}{}", place_in_words(rest)),
            false => words.to_owned(),
        };
    }
    match name.bytes().any(|byte| byte.is_ascii_digit()) {
        true => name.to_owned(),
        false => place_in_words(name),
    }
}

/// A place in capitals as it is written in prose: "PORT LOUIS" is "Port Louis". Words of
/// up to four letters that have no vowel are abbreviations: "XMT", "CDR".
fn place_in_words(place: &str) -> String {
    let word = |word: &str| {
        if word.len() <= 4 && !word.contains(['A', 'E', 'I', 'O', 'U', 'Y']) {
            return word.to_owned();
        }
        let mut letters = word.chars();
        let first: String = letters.by_ref().take(1).collect();
        first + &letters.as_str().to_lowercase()
    };
    place.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_becomes_words() {
        for (wire, words) in [
            ("AMEMBASSY PORT LOUIS", "Embassy Port Louis"),
            ("AMCONSUL CAPE TOWN", "Consulate Cape Town"),
            ("SECSTATE WASHDC", "Department of State"),
            ("USMISSION USUN NEW YORK", "Mission to the United Nations"),
            ("USMISSION GENEVA", "Mission Geneva"),
            ("LA PAZ", "La Paz"),
            ("CDR JCS", "CDR JCS"),
            ("CTF 150", "CTF 150"),
            ("Embassy in Iran", "Embassy in Iran"),
        ] {
            assert_eq!(office_in_words(wire), words);
        }
    }
}
