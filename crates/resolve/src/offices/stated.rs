//! Whether words that stand before a name are the name of an office, and nothing else.

use super::office_by_name;
use crate::name::split_leading_titles;
use crate::normalise::normalise_words;

/// Words before the name of an office that say when or how it is held.
const MODIFIERS: [&str; 20] = [
    "former",
    "ex",
    "late",
    "current",
    "new",
    "then",
    "acting",
    "interim",
    "first",
    "second",
    "third",
    "deputy",
    "vice",
    "senior",
    "assistant",
    "incoming",
    "outgoing",
    "federal",
    "party",
    "chief",
];

/// Words between a sentence and the name of an office.
const BEFORE_OFFICE: [&str; 6] = ["of", "the", "and", "a", "an", "as"];

/// Short titles that documents use before names, and what they stand for.
const SHORT_TITLES: [(&str, &str); 2] =
    [("fm", "foreign minister"), ("dcm", "deputy chief of mission")];

/// Returns the office that words name, and nothing else: "Foreign Minister" for ". FM".
pub fn office_in_words(words: &str) -> Option<String> {
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    if words.chars().any(|c| !(c.is_alphanumeric() || c.is_whitespace() || "'’-".contains(c))) {
        return None;
    }
    let folded = normalise_words(words);
    let mut words: Vec<&str> = folded.split(' ').collect();
    while words.first().is_some_and(|word| BEFORE_OFFICE.contains(word)) {
        words.remove(0);
    }
    for before in 0..words.len() {
        let (modifiers, office) = words.split_at(before);
        if !modifiers.iter().all(|word| MODIFIERS.contains(word)) {
            return None;
        }
        let office = office.join(" ");
        let short = SHORT_TITLES.iter().find(|(short, _)| *short == office);
        let office = short.map_or(office, |(_, whole)| (*whole).to_owned());
        let known = office_by_name(&office).map(|known| known.name.to_owned());
        // The last word is taken for a name.
        let is_title = split_leading_titles(&format!("{office} x")).1 == "x";
        if let Some(name) = known.or_else(|| is_title.then_some(office)) {
            let all = modifiers.iter().copied().chain([name.as_str()]);
            return Some(capitalise(&all.collect::<Vec<_>>().join(" ")));
        }
    }
    None
}

/// Writes words with capitals, as a title stands before a name.
fn capitalise(words: &str) -> String {
    let word = |word: &str| match word {
        "of" | "for" | "and" | "the" | "in" | "to" => word.to_owned(),
        word => {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect::<String>()
            })
        }
    };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_are_an_office_are_one() {
        for (words, office) in [
            ("Foreign Minister", Some("Foreign Minister")),
            (". FM", Some("Foreign Minister")),
            ("of President", Some("President")),
            ("PRIME MINISTER", Some("Prime Minister")),
            ("former President", Some("Former President")),
            ("Mayor", Some("Mayor")),
            ("told the Ambassador", None),
            ("Ambassador challenged Prime Minister", None),
            (") (Foreign Minister", Some("Foreign Minister")),
            ("General (Deputy FM)", None),
            ("his wife", None),
            ("", None),
        ] {
            assert_eq!(office_in_words(words).as_deref(), office, "{words}");
        }
    }
}
