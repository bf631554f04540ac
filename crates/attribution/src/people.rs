//! Which words are for people: nouns for a person, the telegram's own voice, pronouns, and
//! whether a person is a woman or a man.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chancery_model::{Annotated, Label};

use crate::grammar::{is_voice, table_lines};

/// What a pronoun can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PronounKind {
    /// he, him, his
    Man,
    /// she, her
    Woman,
    /// they, them, their
    Group,
    /// it, its
    Thing,
}

impl PronounKind {
    /// The kind of a pronoun in lower case.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        match word {
            "he" | "him" | "his" | "himself" => Some(Self::Man),
            "she" | "her" | "hers" | "herself" => Some(Self::Woman),
            "they" | "them" | "their" | "themselves" => Some(Self::Group),
            "it" | "its" | "itself" => Some(Self::Thing),
            _ => None,
        }
    }

    pub(crate) const fn is_person(self) -> bool {
        matches!(self, Self::Man | Self::Woman)
    }

    /// Whether it can stand for a person of this sex.
    pub(crate) const fn fits(self, sex: Option<Sex>) -> bool {
        match sex {
            Some(Sex::Woman) => !matches!(self, Self::Man),
            Some(Sex::Man) => !matches!(self, Self::Woman),
            None => true,
        }
    }
}

/// A woman or a man, as far as names, titles and nouns say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sex {
    Woman,
    Man,
}

/// The sex of the persons of a document, by their entities.
pub(crate) fn sexes(annotated: &Annotated) -> HashMap<u32, Sex> {
    let text = &annotated.document.text;
    let mut sexes = HashMap::new();
    for link in &annotated.entities.links {
        let mention = &annotated.mentions[link.mention as usize];
        if mention.label != Label::Per {
            continue;
        }
        let title = link.title.map(|title| &text[title]);
        let by_title = title.and_then(sex_of_words);
        let name = &text[mention.span];
        let given = name.split(' ').next().filter(|given| given.len() < name.len());
        let found = by_title.or_else(|| given.and_then(sex_of_given_name));
        if let Some(sex) = found {
            sexes.entry(link.entity).or_insert(sex);
        }
    }
    sexes
}

fn sex_of_given_name(given: &str) -> Option<Sex> {
    static WOMEN: LazyLock<HashSet<&str>> =
        LazyLock::new(|| table_lines(chancery_models::WOMENS_NAMES).collect());
    static MEN: LazyLock<HashSet<&str>> =
        LazyLock::new(|| table_lines(chancery_models::MENS_NAMES).collect());
    // Women's names in one country and men's in another.
    const EITHER: [&str; 12] = [
        "andrea",
        "carol",
        "claude",
        "daniele",
        "dominique",
        "gabriele",
        "jean",
        "kim",
        "laurence",
        "michele",
        "nicola",
        "simone",
    ];
    let given = given.to_lowercase();
    if EITHER.contains(&given.as_str()) {
        return None;
    }
    match (WOMEN.contains(given.as_str()), MEN.contains(given.as_str())) {
        (true, false) => Some(Sex::Woman),
        (false, true) => Some(Sex::Man),
        _ => None,
    }
}

/// By nouns and titles: "businesswoman", "Mrs.", "King".
pub(crate) fn sex_of_words(words: &str) -> Option<Sex> {
    const WOMEN: [&str; 12] = [
        "mrs", "ms", "miss", "madam", "madame", "queen", "princess", "lady", "mother", "wife",
        "daughter", "sister",
    ];
    const MEN: [&str; 13] = [
        "mr", "sir", "king", "prince", "lord", "sheikh", "shaykh", "sultan", "emir", "father",
        "husband", "son", "brother",
    ];
    let lower = words.to_lowercase();
    let mut found = None;
    for word in lower.split(|letter: char| !letter.is_alphanumeric()) {
        if WOMEN.contains(&word) || word.ends_with("woman") {
            return Some(Sex::Woman);
        }
        if MEN.contains(&word) || (word.ends_with("man") && word.len() > 6) {
            found = Some(Sex::Man);
        }
    }
    found
}

pub(crate) fn is_first_person(word: &str) -> bool {
    matches!(word, "i" | "we" | "me" | "us" | "my" | "our" | "ourselves")
}

/// A noun for one person, or a short word for an officer.
pub(crate) fn is_person_noun(word: &str) -> bool {
    static NOUNS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| table_lines(include_str!("../data/persons.txt")).collect());
    NOUNS.contains(word) || is_officer_word(word)
}

/// A short word for an officer of a post: "poloff", "dcm".
pub(crate) fn is_officer_word(word: &str) -> bool {
    is_voice(word) && word.len() > 2 && !is_first_person(word)
}

/// A noun for the role of a person: no word for the post.
pub(crate) fn is_role_noun(word: &str) -> bool {
    is_person_noun(word)
        && !matches!(word, "post" | "embassy" | "mission" | "consulate" | "host" | "usun" | "usdel")
}

/// The last noun of the phrase is a person.
pub(crate) fn names_person(words: &str) -> bool {
    let lower = words.to_lowercase();
    let head = lower
        .split([' ', ','])
        .take_while(|word| *word != "of" && *word != "for" && *word != "from")
        .last();
    let is_redacted = lower.starts_with("xxx");
    is_redacted || head.is_some_and(is_person_noun)
}

/// Whether words without a name can stand for a speaker: persons, groups, papers, or what
/// is written as a name.
pub(crate) fn can_speak(words: &str) -> bool {
    static NOUNS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| table_lines(include_str!("../data/speakers.txt")).collect());
    let is_noun = |word: &str| {
        let lower = word.to_lowercase();
        NOUNS.contains(lower.as_str()) || names_persons(&lower)
    };
    words.split([' ', '/', '-']).any(is_noun) || words.starts_with(|one: char| one.is_uppercase())
}

/// The last noun of the phrase is a person or several: "officials", "the Minister".
pub(crate) fn names_persons(words: &str) -> bool {
    names_person(words) || words.strip_suffix('s').is_some_and(names_person)
}
