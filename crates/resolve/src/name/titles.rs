//! Titles of persons (honorifics, ranks and offices) and the words for them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold;

/// A kind of title: an honorific, a rank or an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "data/titles.tsv lists the words of each")]
pub enum Office {
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
    Mistress,
    Director,
    Judge,
    /// A word without meaning by itself: "Deputy", "Foreign".
    Modifier,
}

impl Office {
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
        ("mistress", Self::Mistress),
        ("director", Self::Director),
        ("judge", Self::Judge),
        ("modifier", Self::Modifier),
    ];

    const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// Returns the name of the title.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, office)| *office == self).map_or("", |(name, _)| name)
    }
}

/// A set of [`Office`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offices(u32);

impl Offices {
    /// Creates a set of one title.
    pub const fn one(office: Office) -> Self {
        Self(office.bit())
    }

    /// Returns the union of two sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set contains `office`.
    pub const fn has(self, office: Office) -> bool {
        self.0 & office.bit() != 0
    }

    /// Whether two sets share a significant title.
    pub const fn share(self, other: Self) -> bool {
        self.0 & other.0 & !Self::SILENT != 0
    }

    /// Whether the set has no significant title.
    pub const fn is_silent(self) -> bool {
        self.0 & !Self::SILENT == 0
    }

    /// Iterates over the significant titles.
    pub fn iter(self) -> impl Iterator<Item = Office> {
        let all = Office::ALL.iter().map(|&(_, office)| office);
        all.filter(move |office| self.0 & !Self::SILENT & office.bit() != 0)
    }

    /// Titles that do not help to identify a person.
    const SILENT: u32 = Office::Modifier.bit() | Office::Mister.bit() | Office::Doctor.bit();

    /// Titles that the remark on a person mentions if the person ever had them.
    const TELLING: u32 = Office::President.bit()
        | Office::Premier.bit()
        | Office::King.bit()
        | Office::Queen.bit()
        | Office::Prince.bit()
        | Office::Princess.bit()
        | Office::Pope.bit()
        | Office::Senator.bit()
        | Office::Mistress.bit();

    /// Returns the set of the significant titles.
    #[must_use]
    pub const fn telling(self) -> Self {
        Self(self.0 & !Self::SILENT)
    }

    /// Whether a person with these titles cannot be one with the titles
    /// `known`: a president whose remark does not say so, or a woman and a man.
    pub const fn contradict(self, known: Self) -> bool {
        let telling = self.0 & Self::TELLING;
        telling != 0 && telling & known.0 == 0
    }

    /// Finds the titles in a remark.
    pub fn of_remark(remark: &str) -> Self {
        let folded = fold::words(remark);
        let mut offices = Self::default();
        let mut rest = folded.as_str();
        while !rest.is_empty() {
            match title_at(rest) {
                Some((office, length)) => {
                    offices = offices.and(Self::one(office));
                    rest = rest[length..].trim_start();
                }
                None => rest = rest.split_once(' ').map_or("", |(_, rest)| rest),
            }
        }
        let extra = [
            ("representative", Office::Ambassador),
            ("wife", Office::Mistress),
            ("widow", Office::Mistress),
            ("daughter", Office::Mistress),
            ("ruler", Office::King),
            ("house", Office::Congressman),
            ("caudillo", Office::President),
        ];
        for word in folded.split(' ') {
            for (_, office) in extra.iter().filter(|(extra, _)| *extra == word) {
                offices = offices.and(Self::one(*office));
            }
        }
        offices
    }
}

static TITLES: LazyLock<HashMap<&'static str, Office>> = LazyLock::new(|| {
    let lines = include_str!("../../data/titles.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut titles = HashMap::new();
    for (class, words) in lines.filter_map(|line| line.split_once('\t')) {
        let office = Office::ALL.iter().find(|(name, _)| *name == class);
        let &(_, office) = office.expect("each line begins with a title");
        for word in words.split('|') {
            titles.entry(word).or_insert(office);
        }
    }
    titles
});

/// Maximum number of words of a title in the table.
const LONGEST: usize = 4;

/// Returns the longest title at the start of `folded`, and its length in bytes.
fn title_at(folded: &str) -> Option<(Office, usize)> {
    let mut ends = [0; LONGEST];
    let mut count = 0;
    for (at, _) in folded.match_indices(' ').chain([(folded.len(), "")]).take(LONGEST) {
        ends[count] = at;
        count += 1;
    }
    let longest_first = ends[..count].iter().rev();
    longest_first.copied().find_map(|end| TITLES.get(&folded[..end]).map(|&office| (office, end)))
}

/// Returns the title that a normalised phrase names.
pub(crate) fn title(phrase: &str) -> Option<Office> {
    TITLES.get(phrase).copied()
}

/// Splits the titles off the front of a normalised name. The last word stays.
pub fn strip(folded: &str) -> (Offices, &str) {
    let mut offices = Offices::default();
    let mut rest = folded;
    while let Some((office, length)) = title_at(rest) {
        let after = rest[length..].trim_start();
        // "U" may be a Burmese title or the initial of U. Alexis Johnson.
        if after.is_empty() || length == 1 {
            break;
        }
        offices = offices.and(Offices::one(office));
        rest = after;
    }
    (offices, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_front_of_a_name_are_taken_off() {
        let cases = [
            ("lieutenant general vernon walters", Office::General, "vernon walters"),
            ("prime minister meir", Office::Premier, "meir"),
            ("crown prince hassan", Office::Prince, "hassan"),
            ("mrs meir", Office::Mistress, "meir"),
        ];
        for (name, office, rest) in cases {
            let (offices, stripped) = strip(name);
            assert!(offices.has(office), "{name}");
            assert_eq!(stripped, rest);
        }
        assert_eq!(strip("u alexis johnson").1, "u alexis johnson");
        assert_eq!(strip("king").1, "king");
    }

    #[test]
    fn remarks_and_titles_agree_or_contradict() {
        let remark = Offices::of_remark("Under Secretary of State; Ambassador to Japan");
        assert!(Offices::one(Office::Ambassador).share(remark));
        assert!(Offices::one(Office::President).contradict(remark));
        assert!(!Offices::one(Office::Director).contradict(remark));
    }
}
