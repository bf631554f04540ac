//! Names of persons taken apart and compared.
//!
//! A text says a name in the order of its people ("U. Alexis Johnson", "Park
//! Chung-hee"); a list says "Johnson, U. Alexis" or keeps the order of the
//! people. [`Spoken`] is the one, [`Listed`] the other, [`Listed::fit`] says
//! whether they may be one person. Words are folded ([`crate::fold`]), so
//! accents, points, hyphens and capitals do not matter.
//!
//! ```
//! use chancery_resolve::name::{Fit, Listed, Spoken};
//!
//! let listed = Listed::new("Johnson, U. Alexis");
//! assert!(matches!(listed.fit(&Spoken::new("Alexis Johnson")), Fit::Full(_)));
//! assert_eq!(listed.fit(&Spoken::new("JOHNSON")), Fit::Family);
//! assert_eq!(listed.fit(&Spoken::new("Lyndon Johnson")), Fit::None);
//! ```

mod compare;
mod listed;
mod titles;

pub use compare::Fit;
pub(crate) use compare::alike;
pub use listed::{Form, Listed};
pub(crate) use titles::title;
pub use titles::{Office, Offices, strip};

use crate::fold;

/// Words between given and family name that lists and texts keep or drop.
const PARTICLES: &[&str] = &[
    "al", "el", "ul", "ibn", "bin", "bint", "de", "du", "di", "da", "do", "dos", "das", "del",
    "della", "la", "le", "van", "von", "der", "den", "ter", "y", "e", "zu", "d", "of", "the",
];

/// Behind a name: the younger, the second.
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "v", "esq", "junior", "senior"];

/// A name as a text says it, in the order of its people.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spoken {
    /// The folded words, without titles, particles and suffix.
    pub words: Vec<String>,
    /// "jr", "iii".
    pub suffix: Option<String>,
    /// The titles that stood inside the name.
    pub offices: Offices,
}

impl Spoken {
    /// Takes `name` apart.
    pub fn new(name: &str) -> Self {
        let folded = fold::words(name);
        let (offices, rest) = strip(&folded);
        let mut words: Vec<&str> = rest.split(' ').filter(|word| !word.is_empty()).collect();
        let mut suffix = None;
        while words.len() > 1
            && let Some(last) = words.last().filter(|last| SUFFIXES.contains(last))
        {
            suffix = Some((*last).to_owned());
            words.pop();
        }
        if words.len() > 2 && words[words.len() - 1] == "s" && name.ends_with(['s', 'S']) {
            words.pop();
        }
        Self { words: core(&words), suffix, offices }
    }

    /// Whether there is more than a family name: words beside it.
    pub fn is_full(&self) -> bool {
        self.words.len() > 1
    }

    /// Whether some given name is more than an initial.
    pub fn has_given(&self) -> bool {
        self.is_full() && self.words[..self.words.len() - 1].iter().any(|word| word.len() > 1)
    }

    /// The word that the person is called by, as far as order tells.
    pub fn family(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
}

/// The words that tell persons apart: without particles, "abdul" as "abd".
fn core(words: &[&str]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let word = match *word {
            "abdul" | "abdel" | "abdal" | "abdol" | "abdur" | "abdus" => "abd",
            "ben" if !kept.is_empty() => continue,
            word => word,
        };
        if !PARTICLES.contains(&word) {
            kept.push(word.to_owned());
        }
    }
    if kept.is_empty() {
        kept.extend(words.iter().map(|&word| word.to_owned()));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_titles_particles_and_suffix() {
        let cases = [
            ("General Ellis W. Williamson", "ellis w williamson", None),
            ("Louis de Guiringaud", "louis guiringaud", None),
            ("DE GAULLE", "gaulle", None),
            ("Abdul Munim al-Huni", "abd munim huni", None),
            ("Alfred L. Atherton, Jr.", "alfred l atherton", Some("jr")),
            ("Mohammed Ben Yahia", "mohammed yahia", None),
            ("Park Chung-hee", "park chung hee", None),
            ("Le", "le", None),
            ("", "", None),
        ];
        for (name, words, suffix) in cases {
            let spoken = Spoken::new(name);
            assert_eq!(spoken.words.join(" "), words, "{name}");
            assert_eq!(spoken.suffix.as_deref(), suffix, "{name}");
        }
    }
}
