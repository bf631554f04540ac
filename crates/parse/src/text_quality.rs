//! Estimates how well a text was recognised, from the words in it.
//!
//! Recognition breaks words: "tbe", "G0vernment", "rninister", "~". A word looks like one
//! if it has only letters, a vowel, and capitals where words have them. Half of the figure
//! is the share of such words. The other half is the share of common English
//! words: of words in lower case, which are no names, a good text has at least
//! [`GOOD_COMMON_SHARE`]. In another language the shape of the words alone counts.

use crate::broken_words::is_common;

/// Minimum number of words for a figure.
const MIN_WORDS: usize = 50;

/// The share of common words among the words in lower case of a good English text.
const GOOD_COMMON_SHARE: f64 = 0.85;

/// The same for a text in capitals, in which names are not told from words.
const GOOD_COMMON_SHARE_IN_CAPITALS: f64 = 0.75;

/// Minimum number of words in lower case, and their share, in a text that is not in capitals.
const MIN_LOWER_WORDS: usize = 20;
const MIN_LOWER_SHARE: f64 = 0.2;

/// The share of common words below which a text of well-formed words is not English.
const MIN_COMMON_SHARE: f64 = 0.3;

/// The share of well-formed words in a good text of any language.
const WELL_FORMED: f64 = 0.9;

/// The quality of the words of a text in percent; `None` if there are too few.
pub(crate) fn word_quality<'a>(text: impl IntoIterator<Item = &'a str>) -> Option<u8> {
    let (mut words, mut formed) = (0_usize, 0_usize);
    let (mut lower, mut any) = (CommonWords::default(), CommonWords::default());
    for chunk in text.into_iter().flat_map(str::split_whitespace) {
        let word = chunk.trim_matches(is_mark);
        if word.contains(char::is_alphabetic) {
            words += 1;
            formed += usize::from(is_well_formed(word));
            if word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                let is_common = is_common(&word.to_ascii_lowercase());
                any.add(is_common);
                if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
                    lower.add(is_common);
                }
            }
        } else if is_noise(chunk) {
            words += 1;
        }
    }
    if words < MIN_WORDS {
        return None;
    }
    let formed = formed as f64 / words as f64;
    let has_lower =
        lower.words >= MIN_LOWER_WORDS && lower.words as f64 >= words as f64 * MIN_LOWER_SHARE;
    let (common, good) = match has_lower {
        true => (lower.share(), GOOD_COMMON_SHARE),
        false => (any.share(), GOOD_COMMON_SHARE_IN_CAPITALS),
    };
    let share = if common < MIN_COMMON_SHARE && formed >= WELL_FORMED {
        formed
    } else {
        f64::midpoint(formed, (common / good).min(1.0))
    };
    Some((share * 100.0).round() as u8)
}

/// Words without marks and digits, and the common ones among them.
#[derive(Default)]
struct CommonWords {
    words: usize,
    common: usize,
}

impl CommonWords {
    fn add(&mut self, is_common: bool) {
        self.words += 1;
        self.common += usize::from(is_common);
    }

    fn share(&self) -> f64 {
        self.common as f64 / self.words.max(1) as f64
    }
}

/// Whether a character stands around words and belongs to none.
fn is_mark(c: char) -> bool {
    ".,;:!?\"'()[]{}<>*«»“”‘’—–-_/|\\¶§•".contains(c)
}

/// Whether a chunk without letters and digits is no sign that writers use.
fn is_noise(chunk: &str) -> bool {
    let usual = ["-", "--", "—", "–", "&", "*", "/", "...", "=", "+", "|", "•", "§", "¶"];
    let is_rule = chunk.len() > 1 && chunk.chars().all(|c| "-_=*.·•".contains(c));
    !chunk.contains(char::is_alphanumeric) && !usual.contains(&chunk) && !is_rule
}

/// Whether a word looks like one.
fn is_well_formed(word: &str) -> bool {
    if word.len() > 48 || word.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let parts = word.split(['-', '\'', '’', '.', '/', '&', '\u{2010}', '\u{2011}']);
    parts.filter(|part| !part.is_empty()).all(is_well_formed_part)
}

fn is_well_formed_part(part: &str) -> bool {
    if !part.chars().all(char::is_alphabetic) {
        return false;
    }
    if !part.contains(|c: char| c.is_ascii_alphabetic()) {
        return true;
    }
    let count = part.chars().count();
    let capitals = part.chars().filter(|c| c.is_uppercase()).count();
    let starts_capital = part.starts_with(char::is_uppercase);
    let is_joined_name =
        starts_capital && capitals == 2 && count > 4 && !part.ends_with(char::is_uppercase);
    let has_usual_case =
        capitals == 0 || capitals == count || (capitals == 1 && starts_capital) || is_joined_name;
    let all_capitals = capitals == count;
    let has_vowel = !part.is_ascii() || part.bytes().any(is_vowel);
    has_usual_case && (all_capitals || count < 4 || has_vowel && longest_without_vowel(part) < 6)
}

fn is_vowel(byte: u8) -> bool {
    b"aeiouyAEIOUY".contains(&byte)
}

fn longest_without_vowel(part: &str) -> usize {
    if !part.is_ascii() {
        return 0;
    }
    part.as_bytes().split(|&byte| is_vowel(byte)).map(<[u8]>::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "The Minister told the Ambassador on September 12 that he would challenge \
        the inquiry before the end of the month, and asked for the support of the Embassy. He \
        said that nine trawlers had left the port without a licence; the Government would not \
        permit this again. COMMENT: His party is divided. The opposition wants an election.";

    /// Damages a letter in `every`, as recognition does.
    fn damaged(every: usize) -> String {
        let mut count = 0;
        let confuse = |c: char| match c {
            'e' => "c",
            'o' => "0",
            'i' => "l",
            'n' => "~",
            'm' => "rn",
            _ => ".",
        };
        GOOD.chars()
            .map(|c| {
                count += usize::from(c.is_alphabetic());
                let hits = c.is_alphabetic() && count.is_multiple_of(every);
                if hits { confuse(c).to_owned() } else { c.to_string() }
            })
            .collect()
    }

    #[test]
    fn bad_pages_have_low_figures() {
        let quality = |text: &str| word_quality([text]).expect("enough words");
        assert!(quality(GOOD) >= 97, "{}", quality(GOOD));
        assert!(quality(&GOOD.to_uppercase()) >= 97);
        assert!(quality(&damaged(40)) >= 85, "{}", quality(&damaged(40)));
        assert!(quality(&damaged(6)) < 80, "{}", quality(&damaged(6)));
        assert!(quality(&damaged(3)) < 60, "{}", quality(&damaged(3)));
        assert_eq!(word_quality(["Too few words."]), None);
    }

    #[test]
    fn other_languages_are_no_faults() {
        let french = "Le ministre a déclaré à l'ambassadeur que le gouvernement ne permettrait pas \
            aux chalutiers de quitter le port sans autorisation. Il a demandé le soutien de la \
            mission avant la fin du mois. L'opposition souhaite des élections anticipées, mais le \
            parti du ministre reste divisé sur cette question depuis plusieurs semaines.";
        assert!(word_quality([french]).is_some_and(|quality| quality >= 90));
        let russian = "Министр сообщил послу ".repeat(20);
        assert_eq!(word_quality([russian.as_str()]), Some(100));
    }

    #[test]
    fn words_are_told_from_noise() {
        for word in ["Minister", "SECSTATE", "McNamara", "l'ambassadeur", "U.S.", "NATO's", "élan"]
        {
            assert!(is_well_formed(word), "{word}");
        }
        for word in ["G0vernment", "tHe", "rnnstrbt", "w~rd", "Pro|ect", "bxtq"] {
            assert!(!is_well_formed(word), "{word}");
        }
    }
}
