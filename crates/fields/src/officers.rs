//! The officers who drafted, cleared, approved and released a cable:
//! "POL:Marchetti, Judith A".

use std::ops::Range;

use chancery_model::{Officer, OfficerRole, Spanned};

use crate::scan::{self, line_ranges, trim_range};

/// Reads the officers of a value: one per line, or separated by semicolons.
pub(crate) fn read_officers(
    text: &str,
    value: Range<usize>,
    role: OfficerRole,
) -> Vec<Spanned<Officer>> {
    let lines = line_ranges(text, value);
    let items = lines.flat_map(|line| split_items(text, line));
    items.filter_map(|item| read_officer(text, item, role)).collect()
}

/// The parts of a line between semicolons.
pub(crate) fn split_items(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut start = line.start;
    let mut items = Vec::new();
    for part in text[line].split(';') {
        let item = trim_range(text, start..start + part.len(), &[',', '*', '|']);
        start += part.len() + 1;
        if !item.is_empty() {
            items.push(item);
        }
    }
    items
}

fn read_officer(text: &str, item: Range<usize>, role: OfficerRole) -> Option<Spanned<Officer>> {
    let (office, name) = match text[item.clone()].find(':') {
        Some(colon) => {
            let office = text[item.start..item.start + colon].trim();
            (Some(office).filter(|office| !office.is_empty()), item.start + colon + 1..item.end)
        }
        None => (None, item),
    };
    let name = trim_range(text, name, &[]);
    let words = &text[name.clone()];
    words.contains(char::is_alphabetic).then_some(())?;
    let officer = Officer { role, office: office.map(str::to_owned), name: natural_order(words) };
    Some(scan::field_at(officer, name))
}

/// The name in its usual order: "Marchetti, Judith A" is "Judith A. Marchetti".
pub(crate) fn natural_order(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((surname, given)) = name.split_once(", ") else { return name };
    if given.contains(',') {
        return name;
    }
    let initial = |word: &str| {
        let is_initial = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase());
        if is_initial { format!("{word}.") } else { word.to_owned() }
    };
    let given: Vec<String> = given.split(' ').map(initial).collect();
    format!("{} {surname}", given.join(" "))
}

/// Whether words have the form "Marchetti, Judith A": a surname, and one to three given
/// names in small letters.
pub fn is_inverted_name(words: &str) -> bool {
    let Some((surname, given)) = words.split_once(", ") else { return false };
    let is_word = |word: &&str| word.chars().all(|c| c.is_alphabetic() || ".-'’".contains(c));
    let is_capitalised = |word: &&str| word.starts_with(char::is_uppercase);
    let given: Vec<&str> = given.split_whitespace().collect();
    let surname: Vec<&str> = surname.split_whitespace().collect();
    (1..=3).contains(&given.len())
        && (1..=3).contains(&surname.len())
        && surname.iter().chain(&given).all(is_word)
        && surname.iter().rev().take(1).chain(&given).all(is_capitalised)
        && given[0].contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn officers_have_an_office_and_a_name() {
        let cases = [
            ("POL:Marchetti, Judith A", "[POL] Judith A. Marchetti"),
            ("PORT LOUIS:Lindqvist, Karin B.", "[PORT LOUIS] Karin B. Lindqvist"),
            (
                "EXEC: Okoro, Bastien\nPOL/ECON:de Varga, Lise",
                "[EXEC] Bastien Okoro; [POL/ECON] Lise de Varga",
            ),
            ("Tolliver, Ines; Penhallow, Rufus Q", "[-] Ines Tolliver; [-] Rufus Q. Penhallow"),
            ("EUR:JPRUDHOE", "[EUR] JPRUDHOE"),
            ("POL:", ""),
            ("", ""),
        ];
        for (text, expected) in cases {
            let found = read_officers(text, 0..text.len(), OfficerRole::Cleared);
            let shown: Vec<String> = found
                .iter()
                .map(|officer| {
                    let office = officer.value.office.as_deref().unwrap_or("-");
                    format!("[{office}] {}", officer.value.name)
                })
                .collect();
            assert_eq!(shown.join("; "), expected, "{text}");
        }
    }

    #[test]
    fn inverted_names_are_recognised() {
        for (words, expected) in [
            ("Marchetti, Judith A", true),
            ("de Varga, Lise", true),
            ("O’Brien, Mary-Ann", true),
            ("Prudhoe Hale, John", true),
            ("WASHDC, SECSTATE", false),
            ("Judith Marchetti", false),
            ("Paris, France, Europe", false),
        ] {
            assert_eq!(is_inverted_name(words), expected, "{words}");
        }
    }
}
