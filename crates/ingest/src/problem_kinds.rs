//! Counts the problems of an archive by kind, so that a thousand of one kind are one line.

use std::collections::BTreeMap;

/// The kinds of problems, the most frequent first, each with its number and the path of
/// the first. Messages that differ only in numbers and quoted words are of one kind.
pub fn count_kinds(problems: &[(String, Option<u64>, String)]) -> Vec<(String, (u64, &str))> {
    let mut kinds: BTreeMap<String, (u64, &str)> = BTreeMap::new();
    for (path, _, what) in problems {
        kinds.entry(kind_of(what)).or_insert((0, path)).0 += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, (count, _))| u64::MAX - count);
    kinds
}

/// A message without its numbers and quoted words.
fn kind_of(message: &str) -> String {
    let mut kind = String::new();
    let mut is_quoted = false;
    for letter in message.chars() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                kind += if is_quoted { "\"" } else { "…\"" };
            }
            _ if is_quoted => {}
            '0'..='9' if kind.ends_with('N') => {}
            '0'..='9' => kind.push('N'),
            letter => kind.push(letter),
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_differ_in_numbers_are_of_one_kind() {
        let problem = |path: &str, what: &str| (path.to_owned(), None, what.to_owned());
        let problems = [
            problem("a", "has 2 of 3 columns, and no text"),
            problem("b", "is empty"),
            problem("c", "has 12 of 30 columns, and no text"),
            problem("d", "a line above the heading: \"x 1\""),
            problem("e", "a line above the heading: \"y\""),
        ];
        let found = count_kinds(&problems);
        let expected = [
            ("a line above the heading: \"…\"", (2, "d")),
            ("has N of N columns, and no text", (2, "a")),
            ("is empty", (1, "b")),
        ];
        assert_eq!(found, expected.map(|(kind, counted)| (kind.to_owned(), counted)));
    }
}
