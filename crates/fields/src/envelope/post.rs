//! The post of an envelope: "Embassy Port Louis" names the post PORT LOUIS and the
//! sender EMBASSY PORT LOUIS.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::cable_id;

/// A post, and the sender if the value names one.
#[derive(Debug, PartialEq)]
pub(crate) struct StatedPost {
    /// The post: "PORT LOUIS".
    pub name: String,
    /// The sender: "EMBASSY PORT LOUIS".
    pub sender: Option<String>,
}

/// The words of `post_names.txt`.
struct PostNames {
    /// Words before the name of a post, longest first.
    kinds: Vec<&'static str>,
    /// Senders in words, and the post that they are.
    senders: HashMap<&'static str, &'static str>,
    /// Names of several words by their letters: PORTLOUIS, "PORT LOUIS".
    spaced: HashMap<String, &'static str>,
}

static POST_NAMES: LazyLock<PostNames> = LazyLock::new(|| {
    let mut names =
        PostNames { kinds: Vec::new(), senders: HashMap::new(), spaced: HashMap::new() };
    let lines = include_str!("../../data/post_names.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        if let Some((sender, post)) = line.split_once(" = ") {
            names.senders.insert(sender, post);
        } else if let Some(kind) = line.strip_suffix(" …") {
            names.kinds.push(kind);
        } else {
            names.spaced.insert(line.replace(' ', ""), line);
        }
    }
    names.kinds.sort_by_key(|kind| std::cmp::Reverse(kind.len()));
    names
});

/// Parses the post of an envelope.
pub(crate) fn parse_post(value: &str) -> StatedPost {
    let words = value.to_uppercase().replace(',', " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(post) = POST_NAMES.senders.get(words.as_str()) {
        return StatedPost { name: (*post).to_owned(), sender: Some(words) };
    }
    let name = POST_NAMES.kinds.iter().find_map(|kind| {
        words.strip_prefix(kind)?.strip_prefix(' ').filter(|name| !name.is_empty())
    });
    match name {
        Some(name) => StatedPost { name: name.to_owned(), sender: Some(words) },
        None => StatedPost { name: words, sender: None },
    }
}

/// The name of a post as it is printed, from its letters in an id: "PORT LOUIS" for
/// PORTLOUIS and for the abbreviation PORTLO.
pub fn spaced_post_name(letters: &str) -> String {
    let listed = cable_id::listed_post_name(letters).or_else(|| cable_id::post_by_prefix(letters));
    let name = listed.unwrap_or(letters);
    POST_NAMES.spaced.get(name).map_or_else(|| name.to_owned(), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_post_and_a_sender() {
        let cases = [
            ("Embassy Port Louis", "PORT LOUIS", Some("EMBASSY PORT LOUIS")),
            ("AMEMBASSY ANTANANARIVO", "ANTANANARIVO", Some("AMEMBASSY ANTANANARIVO")),
            ("Consulate General Naples", "NAPLES", Some("CONSULATE GENERAL NAPLES")),
            ("Consulate Naples", "NAPLES", Some("CONSULATE NAPLES")),
            ("Secretary of State", "STATE", Some("SECRETARY OF STATE")),
            ("LA PAZ", "LA PAZ", None),
            ("Embassy", "EMBASSY", None),
        ];
        for (value, name, sender) in cases {
            let expected = StatedPost { name: name.into(), sender: sender.map(str::to_owned) };
            assert_eq!(parse_post(value), expected, "{value}");
        }
    }

    #[test]
    fn letters_of_an_id_are_spaced() {
        for (letters, expected) in [
            ("PORTLOUIS", "PORT LOUIS"),
            ("PORTLO", "PORT LOUIS"),
            ("LAPAZ", "LA PAZ"),
            ("PARIS", "PARIS"),
            ("SANTIA", "SANTIA"),
            ("QX", "QX"),
        ] {
            assert_eq!(spaced_post_name(letters), expected);
        }
    }
}
