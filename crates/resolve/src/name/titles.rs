//! Titles of persons (honorifics, ranks and offices) and the words for them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::name_words::SON_OF;
use crate::normalise;

/// A kind of title: an honorific, a rank or the name of an office. Archives store
/// the numbers of titles: a new one comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "data/titles.tsv lists the words of each")]
pub enum Title {
    President,
    Premier,
    King,
    Queen,
    Prince,
    Princess,
    Pope,
    Minister,
    Secretary,
    Ambassador,
    Senator,
    Congressman,
    Governor,
    General,
    Admiral,
    Officer,
    Doctor,
    Mister,
    /// Mrs, Miss, Lady, wife or daughter.
    Woman,
    Director,
    Judge,
    /// A word without meaning by itself: "Deputy", "Foreign".
    Modifier,
}

impl Title {
    const ALL: [(&str, Self); 22] = [
        ("president", Self::President),
        ("premier", Self::Premier),
        ("king", Self::King),
        ("queen", Self::Queen),
        ("prince", Self::Prince),
        ("princess", Self::Princess),
        ("pope", Self::Pope),
        ("minister", Self::Minister),
        ("secretary", Self::Secretary),
        ("ambassador", Self::Ambassador),
        ("senator", Self::Senator),
        ("congressman", Self::Congressman),
        ("governor", Self::Governor),
        ("general", Self::General),
        ("admiral", Self::Admiral),
        ("officer", Self::Officer),
        ("doctor", Self::Doctor),
        ("mister", Self::Mister),
        ("mistress", Self::Woman),
        ("director", Self::Director),
        ("judge", Self::Judge),
        ("modifier", Self::Modifier),
    ];

    /// Returns the title of the holder of a kind of office, as in `data/offices.tsv`.
    pub(crate) fn of_office(kind: &str) -> Option<Self> {
        Some(match kind {
            "president" | "vice president" => Self::President,
            "premier" => Self::Premier,
            "monarch" => Self::King,
            "crown prince" => Self::Prince,
            "ambassador" => Self::Ambassador,
            "secretary of state" | "secretary of defense" | "foreign secretary" => Self::Secretary,
            _ if kind.ends_with(" minister") => Self::Minister,
            _ => return None,
        })
    }

    const fn bit_mask(self) -> u32 {
        1 << self as u32
    }

    /// Returns the name of the title.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, title)| *title == self).map_or("", |(name, _)| name)
    }
}

/// A set of [`Title`]s.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TitleSet(u32);

impl TitleSet {
    /// Creates a set of one title.
    pub const fn from_title(title: Title) -> Self {
        Self(title.bit_mask())
    }

    /// Returns the union of two sets.
    #[must_use]
    pub const fn union_with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set contains `title`.
    pub const fn contains(self, title: Title) -> bool {
        self.0 & title.bit_mask() != 0
    }

    /// Whether the set contains one of these titles.
    pub(crate) fn contains_any(self, titles: &[Title]) -> bool {
        titles.iter().any(|&title| self.contains(title))
    }

    /// Whether two sets share a significant title.
    pub const fn shares_significant(self, other: Self) -> bool {
        self.0 & other.0 & !Self::INSIGNIFICANT != 0
    }

    /// Whether the set has no significant title.
    pub const fn is_insignificant(self) -> bool {
        self.0 & !Self::INSIGNIFICANT == 0
    }

    /// Iterates over the significant titles.
    pub fn iter(self) -> impl Iterator<Item = Title> {
        let all = Title::ALL.iter().map(|&(_, title)| title);
        all.filter(move |title| self.0 & !Self::INSIGNIFICANT & title.bit_mask() != 0)
    }

    /// Titles that do not help to identify a person.
    const INSIGNIFICANT: u32 =
        Title::Modifier.bit_mask() | Title::Mister.bit_mask() | Title::Doctor.bit_mask();

    /// Titles that the remark on a person mentions if the person ever had them.
    const ALWAYS_REMARKED: u32 = Title::President.bit_mask()
        | Title::Premier.bit_mask()
        | Title::King.bit_mask()
        | Title::Queen.bit_mask()
        | Title::Prince.bit_mask()
        | Title::Princess.bit_mask()
        | Title::Pope.bit_mask()
        | Title::Senator.bit_mask()
        | Title::Woman.bit_mask();

    /// Returns the set of the significant titles.
    #[must_use]
    pub const fn significant_only(self) -> Self {
        Self(self.0 & !Self::INSIGNIFICANT)
    }

    /// Whether a person with these titles cannot be one with the titles
    /// `known`: a president whose remark does not say so, or a woman whose remark
    /// has no title of a woman.
    pub const fn contradicts(self, known: Self) -> bool {
        let telling = self.0 & Self::ALWAYS_REMARKED;
        telling != 0 && telling & known.0 == 0
    }

    /// Finds the titles in a remark.
    pub fn from_remark(remark: &str) -> Self {
        let folded = normalise::normalise_words(remark);
        let mut titles = Self::default();
        // The titles behind "wife of" are the husband's.
        let relations = ["wife of ", "widow of ", "daughter of ", "son of "];
        let own = relations.iter().filter_map(|words| folded.find(words)).min();
        let mut rest = &folded[..own.unwrap_or(folded.len())];
        while !rest.is_empty() {
            match leading_title(rest) {
                Some((title, length)) => {
                    titles = titles.union_with(Self::from_title(title));
                    rest = rest[length..].trim_start();
                }
                None => rest = rest.split_once(' ').map_or("", |(_, rest)| rest),
            }
        }
        let extra = [
            ("representative", Title::Ambassador),
            ("wife", Title::Woman),
            ("widow", Title::Woman),
            ("daughter", Title::Woman),
            ("ruler", Title::King),
            ("house", Title::Congressman),
            ("caudillo", Title::President),
        ];
        for word in folded.split(' ') {
            for (_, title) in extra.iter().filter(|(extra, _)| *extra == word) {
                titles = titles.union_with(Self::from_title(*title));
            }
        }
        titles
    }
}

static TITLES: LazyLock<HashMap<&'static str, Title>> = LazyLock::new(|| {
    let lines = include_str!("../../data/titles.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut titles = HashMap::new();
    for (title, words) in lines.filter_map(|line| line.split_once('\t')) {
        let title = Title::ALL.iter().find(|(name, _)| *name == title);
        let &(_, title) = title.expect("each line begins with a title");
        for word in words.split('|') {
            titles.entry(word).or_insert(title);
        }
    }
    titles
});

/// Maximum number of words of a title in the table.
const MAX_TITLE_WORDS: usize = 4;

/// Returns the longest title at the start of `folded`, and its length in bytes.
fn leading_title(folded: &str) -> Option<(Title, usize)> {
    let mut ends = [0; MAX_TITLE_WORDS];
    let mut count = 0;
    for (at, _) in folded.match_indices(' ').chain([(folded.len(), "")]).take(MAX_TITLE_WORDS) {
        ends[count] = at;
        count += 1;
    }
    let longest_first = ends[..count].iter().rev();
    longest_first.copied().find_map(|end| TITLES.get(&folded[..end]).map(|&title| (title, end)))
}

/// Returns the title that a normalised phrase names.
pub(crate) fn title_of_phrase(phrase: &str) -> Option<Title> {
    TITLES.get(phrase).copied()
}

/// Splits the titles off the front of a normalised name. The last word stays.
pub fn split_leading_titles(folded: &str) -> (TitleSet, &str) {
    let mut titles = TitleSet::default();
    let mut rest = folded;
    while let Some((title, length)) = leading_title(rest) {
        let after = rest[length..].trim_start();
        // "U" may be a Burmese title or the initial of U. Alexis Johnson.
        if after.is_empty() || length == 1 {
            break;
        }
        // "Sultan bin Khalid" is called Sultan.
        if SON_OF.iter().any(|word| after.split(' ').next() == Some(word)) {
            break;
        }
        titles = titles.union_with(TitleSet::from_title(title));
        rest = after;
    }
    (titles, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_titles_are_split_off() {
        let cases = [
            ("lieutenant general vernon walters", Title::General, "vernon walters"),
            ("prime minister meir", Title::Premier, "meir"),
            ("crown prince hassan", Title::Prince, "hassan"),
            ("mrs meir", Title::Woman, "meir"),
            ("prince sultan bin marwan", Title::Prince, "sultan bin marwan"),
        ];
        for (name, title, rest) in cases {
            let (titles, stripped) = split_leading_titles(name);
            assert!(titles.contains(title), "{name}");
            assert_eq!(stripped, rest);
        }
        assert_eq!(split_leading_titles("u alexis johnson").1, "u alexis johnson");
        assert_eq!(split_leading_titles("king").1, "king");
    }

    #[test]
    fn remarks_and_titles_agree_or_contradict() {
        let remark = TitleSet::from_remark("Under Secretary of State; Ambassador to Japan");
        assert!(TitleSet::from_title(Title::Ambassador).shares_significant(remark));
        assert!(TitleSet::from_title(Title::President).contradicts(remark));
        assert!(!TitleSet::from_title(Title::Director).contradicts(remark));
    }
}
