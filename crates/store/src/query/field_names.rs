//! Names of fields, and what to write for a name that is none.
//!
//! `class:PER` or `sender:osei` is what other programs call a field. The error names the
//! field that is meant: from a table, or by its spelling.

use super::QueryField;

/// The shortest name whose spelling is compared: a shorter one is close to very many.
const MIN_LETTERS: usize = 4;

/// Finds a field by its name, in any case.
pub(super) fn field_with_name(word: &str) -> Option<QueryField> {
    let named = QueryField::ALL.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
    named.map(|(_, field)| *field)
}

/// Says that there is no field of this name, which field may be meant, and which there are.
pub(super) fn no_field(word: &str) -> String {
    let names: Vec<&str> = QueryField::ALL.iter().map(|(name, _)| *name).collect();
    let advice = from_table(word).or_else(|| by_spelling(word));
    let advice = advice.map(|field| format!("write {field}; ")).unwrap_or_default();
    format!("there is no field {word:?} ({advice}fields: {})", names.join(", "))
}

/// What the table says to write.
fn from_table(word: &str) -> Option<String> {
    let mut rows = include_str!("../../data/other_field_names.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'));
    let row = rows.find(|(words, _)| words.split(' ').any(|other| other == word));
    row.map(|(_, fields)| fields.to_owned())
}

/// The field with the closest spelling, one letter or exchange away.
fn by_spelling(word: &str) -> Option<String> {
    let is_close = |name: &str| {
        let is_long = word.chars().count().min(name.len()) >= MIN_LETTERS;
        is_long && strsim::osa_distance(word, name) == 1
    };
    QueryField::ALL.iter().find(|(name, _)| is_close(name)).map(|(name, _)| format!("{name}:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_is_meant_is_named() {
        let cases = [
            ("class", "(write person:, place:, org: or entity: for names, classification:"),
            ("per", "(write person:; fields: text, "),
            ("sender", "(write from:; fields: "),
            ("geonames", "(write entity: and the whole id; fields: "),
            ("froms", "(write from:; fields: "),
            ("pesron", "(write person:; fields: "),
            // Far from all, or too short to tell.
            ("mailto", "\"mailto\" (fields: text, "),
            ("http", "\"http\" (fields: text, "),
            ("on", "\"on\" (fields: text, "),
        ];
        for (word, expected) in cases {
            let told = no_field(word);
            assert!(told.contains(expected), "{word}: {told}");
        }
    }

    #[test]
    fn the_table_names_fields_and_no_word_twice() {
        let mut seen = std::collections::HashSet::new();
        for line in include_str!("../../data/other_field_names.tsv").lines().skip(1) {
            let (words, fields) = line.split_once('\t').expect("words and fields");
            for word in words.split(' ') {
                assert!(field_with_name(word).is_none() && seen.insert(word), "{word}");
                // Others are words of the text (`is_field_name` of the parser).
                assert!(word.chars().all(|c| c.is_ascii_lowercase()), "{word}");
            }
            let named = fields.split([' ', ',']).filter_map(|word| word.strip_suffix(':'));
            let named: Vec<&str> = named.collect();
            assert!(!named.is_empty(), "{line}");
            assert!(named.iter().all(|name| field_with_name(name).is_some()), "{line}");
        }
    }
}
