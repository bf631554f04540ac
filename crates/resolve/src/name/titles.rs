//! Honorifics, ranks and offices: which words say which.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold;

/// A class of honorifics, ranks or offices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "data/titles.tsv says what each holds")]
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
    /// Says nothing by itself: "Deputy", "Foreign".
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

    /// The word for people.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, office)| *office == self).map_or("", |(name, _)| name)
    }
}

/// A set of [`Office`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offices(u32);

impl Offices {
    /// The set of one.
    pub const fn one(office: Office) -> Self {
        Self(office.bit())
    }

    /// Those of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `office` is in it.
    pub const fn has(self, office: Office) -> bool {
        self.0 & office.bit() != 0
    }

    /// Whether the two share one that says something.
    pub const fn share(self, other: Self) -> bool {
        self.0 & other.0 & !Self::SILENT != 0
    }

    /// Whether none of them says something.
    pub const fn is_silent(self) -> bool {
        self.0 & !Self::SILENT == 0
    }

    /// Those that say something.
    pub fn iter(self) -> impl Iterator<Item = Office> {
        let all = Office::ALL.iter().map(|&(_, office)| office);
        all.filter(move |office| self.0 & !Self::SILENT & office.bit() != 0)
    }

    /// What tells nothing of who somebody is.
    const SILENT: u32 = Office::Modifier.bit() | Office::Mister.bit() | Office::Doctor.bit();

    /// Offices of which a person's remark speaks if he ever held them.
    const TELLING: u32 = Office::President.bit()
        | Office::Premier.bit()
        | Office::King.bit()
        | Office::Queen.bit()
        | Office::Prince.bit()
        | Office::Princess.bit()
        | Office::Pope.bit()
        | Office::Senator.bit()
        | Office::Mistress.bit();

    /// Those that say something, as a set.
    #[must_use]
    pub const fn telling(self) -> Self {
        Self(self.0 & !Self::SILENT)
    }

    /// Whether somebody with these titles cannot be a person of whom `known`
    /// is known: a president of whom no remark says it, a woman and a man.
    pub const fn contradict(self, known: Self) -> bool {
        let telling = self.0 & Self::TELLING;
        telling != 0 && telling & known.0 == 0
    }

    /// The offices that the words of a remark name.
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
        let &(_, office) = office.expect("the table's classes are the offices");
        for word in words.split('|') {
            titles.entry(word).or_insert(office);
        }
    }
    titles
});

/// Longest title in the table, in words.
const LONGEST: usize = 4;

/// The title with which `folded` begins, and its length.
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

/// The office that one folded word, or phrase of words, is.
pub(crate) fn title(phrase: &str) -> Option<Office> {
    TITLES.get(phrase).copied()
}

/// Takes the titles from the front of a folded name; the last word stays.
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
