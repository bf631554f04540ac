//! Letters of lists: in a list of A., B. and C. the "B." of "B. Kyprianou" counts the
//! items, and is no initial.
//!
//! The items of a list begin lines, and their letters follow each other from A on, so
//! that a list of people with initials is none.

use std::collections::HashMap;

use chancery_model::Mention;

/// Takes the letter of a list off the names that begin with one.
pub(super) fn part_list_letters(text: &str, mentions: &mut [Mention]) {
    let names = list_names(text);
    for mention in mentions {
        if let Some(&name) = names.get(&mention.span.start).filter(|name| **name < mention.span.end)
        {
            mention.span.start = name;
        }
    }
}

/// For each letter of a list, where it stands and where the words after it begin.
fn list_names(text: &str) -> HashMap<u32, u32> {
    let (mut names, mut open) = (HashMap::new(), Vec::new());
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        let start = line_start + line.len() - words.len();
        line_start += line.len();
        let Some((letter, rest)) = split_letter(words) else { continue };
        let item = (start as u32, (start + words.len() - rest.len()) as u32);
        if letter == b'A' {
            open.clear();
        } else if usize::from(letter - b'A') != open.len() {
            continue;
        }
        open.push(item);
        if open.len() > 1 {
            names.extend(open.iter().copied());
        }
    }
    names
}

/// "B" and "Kyprianou" of "B. Kyprianou".
fn split_letter(words: &str) -> Option<(u8, &str)> {
    let letter = *words.as_bytes().first().filter(|letter| letter.is_ascii_uppercase())?;
    let rest = words.get(1..)?.strip_prefix('.')?;
    rest.starts_with(' ').then(|| (letter, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &str) -> Vec<&str> {
        let names = list_names(text);
        let mut starts: Vec<u32> = names.into_values().collect();
        starts.sort_unstable();
        let word = |start: u32| text[start as usize..].split([' ', '\n']).next().unwrap_or("");
        starts.into_iter().map(word).collect()
    }

    #[test]
    fn letters_that_follow_each_other_count_items() {
        for (text, expected) in [
            ("A. Benhaddou\nB. Kyprianou\nC. Seekford", vec!["Benhaddou", "Kyprianou", "Seekford"]),
            ("Present:\n  A. Osei\n\nhe said.\n  B. Marlowe", vec!["Osei", "Marlowe"]),
            // Initials of people, and one item alone.
            ("J. Osei\nK. Marlowe", vec![]),
            ("A. Osei\nD. Marlowe", vec![]),
            ("B. Osei\nC. Marlowe", vec![]),
            ("He met A. Osei.\nB. Marlowe came.", vec![]),
            // A second list.
            ("A. Osei\nB. Marlowe\nA. Ice\nB. Nets", vec!["Osei", "Marlowe", "Ice", "Nets"]),
        ] {
            assert_eq!(parted(text), expected, "{text}");
        }
    }
}
