//! The values of envelopes: ids, classifications, addresses.

use chancery_model::{
    CableId, Classification, Correspondent, Date, DateTimeGroup, Spanned, TextSpan,
};

use crate::{cable_id, classification, recipients};

/// Maximum length of the id of a document of another kind than a cable, in bytes.
const MAX_ID_BYTES: usize = 80;

/// A date, with or without its minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StatedDate {
    /// The day alone.
    Day(Date),
    /// The day, hour and minute.
    Minute(DateTimeGroup),
}

/// A classification with its captions.
pub(super) struct StatedClassification {
    pub level: Classification,
    pub captions: Vec<String>,
    /// Whether each word of the value is a level or a caption.
    pub is_whole: bool,
}

/// Whether a value says that there is none: "n/a", "NULL", "-".
pub(super) fn is_not_applicable(value: &str) -> bool {
    const NOTHING: [&str; 8] =
        ["n/a", "na", "null", "none", "\\n", "nan", "-- n/a or blank --", "-- not assigned --"];
    NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word))
        || !value.contains(|c: char| c.is_alphanumeric())
}

/// Parses the id of a document. Ids of cables get their canonical form; ids of other
/// documents stay as written.
pub(super) fn parse_id(value: &str) -> Option<CableId> {
    let value = without_version(value);
    let id = cable_id::cable_id_of_name(value);
    if let Some(id) = id.or_else(|| cable_id::cable_id_of_name(&value.to_uppercase())) {
        return Some(id);
    }
    let is_one_word = value.len() <= MAX_ID_BYTES && !value.contains(char::is_whitespace);
    is_one_word.then(|| CableId(value.to_owned()))
}

/// An id without the mark of the version that some catalogues append: `1976BONN01234_b`.
fn without_version(value: &str) -> &str {
    match value.rsplit_once('_') {
        Some((id, version)) if version.len() == 1 => id,
        _ => value,
    }
}

/// The short forms of levels, in capitals.
const SHORT_LEVELS: [(&str, Classification); 10] = [
    ("U", Classification::Unclassified),
    ("SBU", Classification::Sensitive),
    ("FOUO", Classification::Sensitive),
    ("SENSITIVE BUT UNCLASSIFIED", Classification::Sensitive),
    ("SENSITIVE", Classification::Sensitive),
    ("LOU", Classification::LimitedOfficialUse),
    ("OFFICIAL USE ONLY", Classification::LimitedOfficialUse),
    ("C", Classification::Confidential),
    ("S", Classification::Secret),
    ("TS", Classification::TopSecret),
];

/// Parses "SECRET//NOFORN", "Unclassified//For Official Use Only", "LOU".
pub(super) fn parse_classification(value: &str) -> Option<StatedClassification> {
    let printed = value.to_uppercase().replace("FOR OFFICIAL USE ONLY", "FOUO");
    let is_separator = |c: char| c.is_whitespace() || "/,;()".contains(c);
    let (mut level, rest) = match classification::classification_at_start(&printed) {
        Some((level, end)) => (level, &printed[end..]),
        None => {
            let head = printed.split(['/', ',', ';']).next().unwrap_or("");
            let (_, level) = SHORT_LEVELS.into_iter().find(|(short, _)| *short == head.trim())?;
            (level, &printed[head.len()..])
        }
    };
    let mut captions = Vec::new();
    let mut is_whole = true;
    for word in rest.split(is_separator).filter(|word| !word.is_empty()) {
        if matches!(word, "FOUO" | "SBU") && level <= Classification::Sensitive {
            level = Classification::Sensitive;
        } else if classification::is_caption(word) {
            captions.push(word.to_owned());
        } else {
            is_whole = false;
        }
    }
    Some(StatedClassification { level, captions, is_whole })
}

/// Parses addressees separated by semicolons or bars.
pub(super) fn parse_addresses(
    value: &str,
    span: TextSpan,
) -> impl Iterator<Item = Spanned<Correspondent>> {
    let names = value.split([';', '|']).map(str::trim).filter(|name| !name.is_empty());
    names.map(move |name| Spanned { value: recipients::parse_recipient(name), span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_canonical_or_kept() {
        let cases = [
            ("09PORTLOUIS318", Some("09PORTLOUIS318")),
            ("09 PORT LOUIS 000318", Some("09PORTLOUIS318")),
            ("2009PORTLOUIS00318", Some("09PORTLOUIS318")),
            ("1973LAPAZ03608", Some("73LAPAZ3608")),
            ("09 Port Louis 000318", Some("09PORTLOUIS318")),
            ("7373LAPAZ3608", Some("73LAPAZ3608")),
            ("1976BONN01234_b", Some("76BONN1234")),
            ("1976BONN01234_bc", Some("1976BONN01234_bc")),
            ("CIA-RDP80B01676R003100300099-2", Some("CIA-RDP80B01676R003100300099-2")),
            ("frus1977-80v21x/d86", Some("frus1977-80v21x/d86")),
            ("a letter of May", None),
        ];
        for (value, expected) in cases {
            assert_eq!(parse_id(value).map(|id| id.0).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn classifications_have_captions() {
        type Expected = (Classification, &'static [&'static str], bool);
        use Classification::{Confidential, LimitedOfficialUse, Secret, Sensitive, Unclassified};
        let cases: [(&str, Option<Expected>); 13] = [
            ("CONFIDENTIAL", Some((Confidential, &[], true))),
            ("Confidential", Some((Confidential, &[], true))),
            ("CONFIDENTIAL//NOFORN", Some((Confidential, &["NOFORN"], true))),
            ("SECRET//NOFORN//ORCON", Some((Secret, &["NOFORN", "ORCON"], true))),
            ("Secret (Noforn, Exdis)", Some((Secret, &["NOFORN", "EXDIS"], true))),
            ("UNCLASSIFIED", Some((Unclassified, &[], true))),
            ("UNCLASSIFIED//FOR OFFICIAL USE ONLY", Some((Sensitive, &[], true))),
            ("Unclassified/FOUO", Some((Sensitive, &[], true))),
            ("LIMITED OFFICIAL USE", Some((LimitedOfficialUse, &[], true))),
            ("LOU", Some((LimitedOfficialUse, &[], true))),
            ("c", Some((Confidential, &[], true))),
            ("SECRET//MAUVE", Some((Secret, &[], false))),
            ("private", None),
        ];
        for (value, expected) in cases {
            let found = parse_classification(value);
            let found = found.as_ref().map(|stated| {
                (
                    stated.level,
                    stated.captions.iter().map(String::as_str).collect(),
                    stated.is_whole,
                )
            });
            let expected = expected.map(|(level, words, whole)| (level, words.to_vec(), whole));
            assert_eq!(found, expected, "{value}");
        }
    }
}
