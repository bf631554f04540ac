//! The index of names at the back of a book: each name with the addresses of the
//! documents that have it, under the letters of the alphabet.
//!
//! ```text
//! O
//!
//! Osei, Ama, 09LOME1, 09LOME3
//! Oslo, frus1961-63v05/d2, d10; frus1969-76v14/d1
//! ```
//!
//! Documents of one volume or file have its name once. Numbers are in the order of
//! counting: d2 comes before d10.

use std::cmp::Ordering;
use std::io::{self, Write};

/// A name, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// The name, family name first.
    pub name: String,
    /// What it sorts by: without accents and marks.
    pub sort_key: String,
    /// The letter under which it is.
    pub letter: Option<char>,
    /// The addresses of the documents.
    pub addresses: Vec<String>,
}

/// Writes the entries in order.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_index<W: Write>(mut entries: Vec<IndexEntry>, mut out: W) -> io::Result<W> {
    entries.sort_by(|one, other| (&one.sort_key, &one.name).cmp(&(&other.sort_key, &other.name)));
    let mut letter = None;
    for mut entry in entries {
        if letter != Some(entry.letter) {
            let blank = if letter.is_some() { "\n" } else { "" };
            writeln!(out, "{blank}{}\n", entry.letter.unwrap_or('#'))?;
            letter = Some(entry.letter);
        }
        entry.addresses.sort_by(|one, other| compare_counting(one, other));
        entry.addresses.dedup();
        writeln!(out, "{}, {}", entry.name, join_addresses(&entry.addresses))?;
    }
    Ok(out)
}

/// Joins addresses in order: "a, b", "volume/d2, d10; other/d1".
fn join_addresses(addresses: &[String]) -> String {
    let mut joined = String::new();
    let mut volume = None;
    for address in addresses {
        let (own, number) = match address.split_once('/') {
            Some((volume, number)) => (Some(volume), number),
            None => (None, address.as_str()),
        };
        let goes_on = own.is_some() && own == volume;
        let is_apart = own.is_some() || volume.is_some();
        match (joined.is_empty(), goes_on) {
            (true, _) => joined.push_str(address),
            (false, true) => joined.push_str(&format!(", {number}")),
            (false, false) => {
                joined.push_str(if is_apart { "; " } else { ", " });
                joined.push_str(address);
            }
        }
        volume = own;
    }
    joined
}

/// Compares words, and the numbers in them by their values.
fn compare_counting(one: &str, other: &str) -> Ordering {
    let (mut rest, mut others) = (one, other);
    loop {
        let (own, theirs) = (leading_part(rest), leading_part(others));
        if own.is_empty() || theirs.is_empty() {
            return own.len().cmp(&theirs.len()).then_with(|| one.cmp(other));
        }
        let number = |part: &str| part.parse::<u128>().ok();
        let order = match (number(own), number(theirs)) {
            (Some(own), Some(theirs)) => own.cmp(&theirs),
            _ => own.cmp(theirs),
        };
        if order != Ordering::Equal {
            return order;
        }
        (rest, others) = (&rest[own.len()..], &others[theirs.len()..]);
    }
}

/// The digits or the other characters that begin a text.
fn leading_part(text: &str) -> &str {
    let is_digit = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_under_letters_with_their_documents() {
        let entry = |name: &str, addresses: &[&str]| IndexEntry {
            name: name.to_owned(),
            sort_key: name.to_lowercase(),
            letter: name.chars().next(),
            addresses: addresses.iter().map(|&address| address.to_owned()).collect(),
        };
        let entries = vec![
            entry("Oslo", &["frus1/d10", "frus1/d2", "frus2/d1", "09LOME1", "frus1/d2"]),
            entry("Lome", &["09LOME10", "09LOME9"]),
            entry("Osei, Ama", &["box.csv/2"]),
        ];
        let written = write_index(entries, Vec::new()).expect("memory");
        let expected = "L\n\nLome, 09LOME9, 09LOME10\n\nO\n\nOsei, Ama, box.csv/2\n\
             Oslo, 09LOME1; frus1/d2, d10; frus2/d1\n";
        assert_eq!(String::from_utf8(written).expect("UTF-8"), expected);
    }

    #[test]
    fn numbers_are_compared_by_value() {
        for (less, more) in
            [("d2", "d10"), ("09A9", "09A10"), ("a", "b"), ("a", "a1"), ("09LOME1", "frus1/d1")]
        {
            assert_eq!(compare_counting(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(compare_counting(more, less), Ordering::Greater, "{more} {less}");
        }
        assert_eq!(compare_counting("d2", "d2"), Ordering::Equal);
        assert_ne!(compare_counting("d2", "d02"), Ordering::Equal);
    }
}
