//! The language of a text, by its ISO 639 code.
//!
//! The table has the languages that `segment` can find. [`Language::default`] is
//! English, which every text is that is not clearly something else.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Both codes and the name of each language; English is the first.
static LANGUAGES: LazyLock<Vec<[&str; 3]>> = LazyLock::new(|| {
    let lines = include_str!("../data/languages.tsv").lines();
    let rows = lines.filter(|line| !line.starts_with('#')).map(|line| {
        let mut cells = line.split('\t');
        [(); 3].map(|()| cells.next().expect("the table has three columns"))
    });
    rows.collect()
});

/// A language.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct Language(u8);

impl Language {
    /// English, the language in which names are found.
    pub const ENGLISH: Self = Self(0);

    /// The language with this ISO 639-1 or ISO 639-3 code: "fr", "fra". What follows
    /// a hyphen is ignored: "pt-BR" is "pt".
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.split('-').next().unwrap_or_default();
        let row = LANGUAGES.iter().position(|row| row[..2].contains(&code))?;
        Some(Self(row as u8))
    }

    /// Its ISO 639-1 code, of two letters, as HTML and JSON have it: "fr".
    pub fn code(self) -> &'static str {
        LANGUAGES[usize::from(self.0)][0]
    }

    /// Its ISO 639-3 code, of three letters: "fra".
    pub fn long_code(self) -> &'static str {
        LANGUAGES[usize::from(self.0)][1]
    }

    /// Its name in English: "French".
    pub fn name(self) -> &'static str {
        LANGUAGES[usize::from(self.0)][2]
    }

    /// Whether names are found in texts of this language.
    pub fn has_names_marked(self) -> bool {
        self == Self::ENGLISH
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.code().to_owned()
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::from_code(&code)
            .ok_or_else(|| format!("{code:?} is not the code of a known language"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_belong_together() {
        for (number, [code, long, name]) in LANGUAGES.iter().enumerate() {
            let language = Language(number as u8);
            assert_eq!(Language::from_code(code), Some(language), "{name}");
            assert_eq!(Language::from_code(long), Some(language), "{name}");
            assert_eq!((code.len(), long.len()), (2, 3), "{name}");
        }
        let named = |code| Language::from_code(code).map(Language::name);
        assert_eq!(named("pt-BR"), Some("Portuguese"));
        assert_eq!(named("xx"), None);
        assert_eq!(named(""), None);
        assert_eq!(Language::default().name(), "English");
    }
}
