//! The spellings of one word: which characters count as a hyphen or an
//! apostrophe, which are invisible, and which letters are the same letter.
//!
//! `segment`, `ner`, `resolve` and the index of the archive decide by these
//! tables alone. So a word that one of them takes for the same word is the same
//! word for all of them, however it was typed.
//!
//! ```
//! use chancery_model::fold_word;
//!
//! assert_eq!(fold_word("Médecins"), fold_word("ME\u{301}DECINS"));
//! ```

use unicode_normalization::char::{decompose_canonical, decompose_compatible, is_combining_mark};

/// Whether `c` is a hyphen or a dash: U+002D, U+2010 to U+2015, the minus sign.
/// A soft hyphen is invisible instead ([`is_invisible`]).
pub fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether `c` is a dash that separates clauses, never the parts of a word.
pub fn is_clause_dash(c: char) -> bool {
    matches!(c, '\u{2014}' | '\u{2015}')
}

/// Whether `c` joins the parts of a compound: a hyphen, or the en dash that
/// print uses there.
pub fn joins_compound(c: char) -> bool {
    is_hyphen(c) && !is_clause_dash(c)
}

/// Whether `c` is an apostrophe, typed or typographic. The left quote and the
/// half rings are included because they represent the Arabic ʿayn and hamza.
pub fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '´' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ʾ' | 'ʿ' | '‘' | '’' | '‛' | '′' | '＇'
            // The same characters under their Greek names.
            | '\u{374}' | '\u{1fef}' | '\u{1ffd}'
    )
}

/// Whether `c` is a character without width that a reader does not see: a soft
/// hyphen, a joiner, a byte order mark, a mark of the direction of writing.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// Whether `c` is a mark over or under the letter before it. In the alphabets
/// of Europe and the Near East such a mark does not change the word.
pub fn is_letter_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'
            | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Whether `c` is a letter, a digit or a character that belongs to the letter
/// before it.
pub fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || is_combining_mark(c) || is_invisible(c)
}

/// Letters that Unicode does not decompose, and their replacement in ASCII.
const LETTERS: &[(char, &str)] = &[
    ('đ', "d"),
    ('ð', "d"),
    ('ə', "e"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ł', "l"),
    ('ŋ', "n"),
    ('ø', "o"),
    ('ŧ', "t"),
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('þ', "th"),
];

/// Appends `c` in lower case, without marks and without ligatures, a hyphen as
/// U+002D. Invisible characters, marks and apostrophes append nothing.
pub fn fold_char(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    if is_invisible(c) || is_apostrophe(c) {
        return;
    }
    if !c.is_alphabetic() {
        return decompose_canonical(c, |part| match part {
            _ if is_hyphen(part) => folded.push('-'),
            _ if is_letter_mark(part) || is_apostrophe(part) => {}
            _ => folded.push(part),
        });
    }
    // A ligature may decompose to letters with blanks between them.
    decompose_compatible(c, |part| {
        for small in part.to_lowercase() {
            let in_word = small.is_alphanumeric() || is_combining_mark(small);
            if !in_word || is_letter_mark(small) || is_apostrophe(small) {
                continue;
            }
            match LETTERS.iter().find(|(letter, _)| *letter == small) {
                Some((_, plain)) => folded.push_str(plain),
                None => folded.push(small),
            }
        }
    });
}

/// Returns `word` in lower case, without marks, ligatures and invisible
/// characters, with plain apostrophes and hyphens.
pub fn fold_word(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        if c.is_ascii_alphanumeric() {
            folded.push(c.to_ascii_lowercase());
        } else if is_apostrophe(c) {
            folded.push('\'');
        } else {
            fold_char(c, &mut folded);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn spellings_of_a_word_fold_to_one() {
        let groups: [&[&str]; 9] = [
            &["m-48", "M-48", "M\u{2013}48", "M\u{2010}48", "M\u{2212}48", "M\u{2011}48"],
            &["o'neill", "O\u{2019}Neill", "O\u{2BC}NEILL", "O\u{2018}Neill", "O`Neill"],
            &["medecins", "Médecins", "Me\u{301}decins", "M\u{c9}DECINS"],
            &["veloutier", "Velou\u{ad}tier", "\u{feff}Veloutier", "Velou\u{200b}tier"],
            &["strasse", "Straße", "STRASSE"],
            &["lodz", "Łódź", "LODZ"],
            &["nguyen", "Nguyễn"],
            &["file", "\u{fb01}le"],
            &["istanbul", "İstanbul"],
        ];
        for group in groups {
            for word in group {
                assert_eq!(fold_word(word), group[0], "{word:?}");
            }
        }
        assert_ne!(fold_word("cote"), fold_word("cute"));
    }

    proptest! {
        #[test]
        fn folding_is_stable(word in "[\\p{Latin}\\p{Greek}\\p{Cyrillic}\\p{Hebrew}\\p{N}\\p{P}\u{301}\u{ad}]{0,20}") {
            let folded = fold_word(&word);
            prop_assert_eq!(fold_word(&folded), folded.clone());
            prop_assert_eq!(fold_word(&word.nfd().collect::<String>()), folded.clone());
            prop_assert_eq!(fold_word(&word.nfc().collect::<String>()), folded);
        }
    }
}
