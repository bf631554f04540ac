//! Chinese names in Wade-Giles and in pinyin.
//!
//! Both systems write the same syllables: "Mao Tse-tung" and "Mao Zedong". A
//! syllable becomes a code that is equal in both. Print leaves out the apostrophes
//! of Wade-Giles, so aspirated and unaspirated initials have one code. Source of
//! the correspondences: the table of the Library of Congress,
//! <https://www.loc.gov/catdir/pinyin/romcover.html>.

/// Initials with their codes, longest first. "j" is pinyin before "i", and
/// Wade-Giles elsewhere.
const INITIALS: &[(&str, char)] = &[
    ("zh", 'c'),
    ("ch", 'c'),
    ("sh", 'h'),
    ("hs", 'x'),
    ("ts", 'z'),
    ("tz", 'z'),
    ("ss", 's'),
    ("sz", 's'),
    ("b", 'p'),
    ("p", 'p'),
    ("m", 'm'),
    ("f", 'f'),
    ("d", 't'),
    ("t", 't'),
    ("n", 'n'),
    ("l", 'l'),
    ("g", 'k'),
    ("k", 'k'),
    ("h", 'g'),
    ("ji", 'c'),
    ("j", 'r'),
    ("q", 'c'),
    ("x", 'x'),
    ("r", 'r'),
    ("z", 'z'),
    ("c", 'z'),
    ("s", 's'),
    ("y", 'y'),
    ("w", 'w'),
    ("", '0'),
];

/// Finals with their codes.
const FINALS: &[(&str, &str)] = &[
    ("a", "a"),
    ("ai", "ai"),
    ("an", "an"),
    ("ang", "ang"),
    ("ao", "ao"),
    ("e", "e"),
    ("eh", "e"),
    ("ei", "ei"),
    ("en", "en"),
    ("eng", "eng"),
    ("er", "er"),
    ("erh", "er"),
    ("i", "i"),
    ("ih", "i"),
    ("ia", "ia"),
    ("ian", "ian"),
    ("ien", "ian"),
    ("iang", "iang"),
    ("iao", "iao"),
    ("ie", "ie"),
    ("ieh", "ie"),
    ("in", "in"),
    ("ing", "ing"),
    ("iong", "iong"),
    ("iung", "iong"),
    ("iu", "iu"),
    ("o", "e"),
    ("ong", "ong"),
    ("ung", "ong"),
    ("ou", "ou"),
    ("u", "u"),
    ("ua", "ua"),
    ("uai", "uai"),
    ("uan", "uan"),
    ("uang", "uang"),
    ("ue", "ue"),
    ("ueh", "ue"),
    ("ui", "ui"),
    ("uei", "ui"),
    ("un", "un"),
    ("uo", "e"),
];

/// Finals after "y" and "w", and after sibilants, that the systems write
/// differently.
const EXCEPTIONS: &[(char, &str, &str)] = &[
    ('y', "en", "an"),
    ('y', "ou", "u"),
    ('z', "u", "i"),
    ('s', "u", "i"),
    ('r', "ih", "i"),
    ('c', "iung", "ong"),
];

/// Family names of two syllables.
const LONG_FAMILY_NAMES: [&str; 8] =
    ["ouyang", "sima", "ssuma", "szuma", "zhuge", "chuko", "shangguan", "situ"];

/// Most syllables of a name.
const MOST_SYLLABLES: usize = 4;

/// Returns the code of a name of two to four Chinese syllables, surname first, or
/// `None` if the words are no such name.
pub(crate) fn code_of_name(words: &[String]) -> Option<String> {
    let [surname, given @ ..] = words else { return None };
    if given.is_empty() || words.len() > MOST_SYLLABLES {
        return None;
    }
    let mut codes = syllable_codes(surname)?;
    if codes.len() > 1 && !LONG_FAMILY_NAMES.contains(&surname.as_str()) {
        return None;
    }
    for word in given {
        codes.extend(syllable_codes(word)?);
    }
    (2..=MOST_SYLLABLES).contains(&codes.len()).then(|| codes.join(" "))
}

/// Splits a word into syllables, as few as possible, and returns their codes.
fn syllable_codes(word: &str) -> Option<Vec<String>> {
    if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if let Some(code) = code_of_syllable(word) {
        return Some(vec![code]);
    }
    // A syllable has at most six letters. The first is as long as possible.
    (1..word.len().min(7)).rev().find_map(|end| {
        let mut codes = vec![code_of_syllable(&word[..end])?];
        codes.extend(syllable_codes(&word[end..])?);
        (codes.len() <= MOST_SYLLABLES).then_some(codes)
    })
}

fn code_of_syllable(syllable: &str) -> Option<String> {
    INITIALS.iter().find_map(|&(initial, code)| {
        let rest = syllable.strip_prefix(initial)?;
        // The "i" of "ji" is part of the final.
        let rest = if initial == "ji" { &syllable[1..] } else { rest };
        let exception = EXCEPTIONS.iter().find(|(of, written, _)| *of == code && *written == rest);
        let last = match exception {
            Some((.., last)) => last,
            None => FINALS.iter().find(|(written, _)| *written == rest).map(|(_, last)| last)?,
        };
        Some(format!("{code}{last}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::PersonName;

    fn code(name: &str) -> Option<String> {
        code_of_name(&PersonName::new(name).words)
    }

    #[test]
    fn both_systems_give_one_code() {
        let same = [
            ("Mao Tse-tung", "Mao Zedong"),
            ("Chou En-lai", "Zhou Enlai"),
            ("Teng Hsiao-p'ing", "Deng Xiaoping"),
            ("Chiang Ching-kuo", "Jiang Jingguo"),
            ("Lin Piao", "Lin Biao"),
            ("Hua Kuo-feng", "Hua Guofeng"),
            ("Ch'iao Kuan-hua", "Qiao Guanhua"),
            ("Yeh Chien-ying", "Ye Jianying"),
            ("Hsu Shih-yu", "Xu Shiyou"),
            ("Jen Pi-shih", "Ren Bishi"),
            ("Wang Tzu-p'ing", "Wang Ziping"),
        ];
        for (old, new) in same {
            assert!(code(old).is_some(), "{old}");
            assert_eq!(code(old), code(new), "{old} {new}");
        }
    }

    #[test]
    fn other_names_have_other_codes_or_none() {
        assert_ne!(code("Chiang Ching"), code("Chiang Ching-kuo"));
        assert_ne!(code("Mao Tse-tung"), code("Mao Anying"));
        for name in ["Henry Kissinger", "Park Chung-hee", "Mao", "", "Ho", "Eban Jan"] {
            assert_eq!(code(name), None, "{name}");
        }
    }
}
