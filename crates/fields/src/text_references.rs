//! References to telegrams in running text and in footnotes: "Embtel 3083", "your 2710",
//! "05 New Delhi 3846", "telegram 1126 to Cairo, August 20", "reftel", "ref A".
//!
//! A number is a reference only with words before it that say whose telegram it is. The
//! post and the year come from the citing document where the words do not say them. What
//! stays open (circular telegrams, airgrams, "your 200 years") is left out. Whether the
//! archive has such a document is decided there, with the date and the addressee that the
//! reference states.

use std::ops::Range;

use chancery_model::{
    Date, MONTH_NAMES, Reference, ReferenceKind, Spanned, TextReference, TextSpan,
};

use crate::cable_id::{cable_id_from_parts, cable_id_of_name, listed_post_name, post_and_serial};
use crate::scan::{clamp_to_text, word_ranges};
use crate::telegram_number::STATE;

/// The document in which the references stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct CitingText<'a> {
    /// Its date.
    pub date: Option<Date>,
    /// The sending post, as in ids.
    pub post: Option<&'a str>,
    /// The post to which it was sent.
    pub addressee: Option<&'a str>,
    /// The references of its header: "reftel" and "ref A" mean them.
    pub header: &'a [Spanned<Reference>],
    /// The ids that mean the document itself.
    pub own: [Option<&'a str>; 2],
}

/// Who speaks in a part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The sender.
    Sender,
    /// The editors, in footnotes.
    Editors,
}

/// Finds the references in `within`, in order and without overlap.
pub fn find_text_references(
    text: &str,
    within: TextSpan,
    citing: &CitingText<'_>,
    speaker: Speaker,
) -> Vec<TextReference> {
    let within = clamp_to_text(text, within);
    let words = word_ranges(text, within).map(|range| Word::new(text, range)).collect();
    let reader = TextReader { words, citing, speaker };
    let mut found: Vec<TextReference> = Vec::new();
    for at in 0..reader.words.len() {
        for reference in reader.references_at(at) {
            let is_own = citing.own.iter().flatten().any(|own| *own == reference.value);
            let is_free = found.last().is_none_or(|last| last.span.end <= reference.span.start);
            if is_free && !is_own {
                found.push(reference);
            }
        }
    }
    found
}

/// A word without the punctuation around it.
struct Word<'t> {
    core: &'t str,
    range: Range<usize>,
    /// Whether punctuation follows it.
    is_last: bool,
}

impl<'t> Word<'t> {
    fn new(text: &'t str, range: Range<usize>) -> Self {
        let word = &text[range.clone()];
        let inner = |c: char| c.is_alphanumeric();
        let start = word.find(inner).unwrap_or(0);
        let end = word
            .rfind(inner)
            .map_or(0, |at| at + word[at..].chars().next().map_or(0, char::len_utf8));
        let range = range.start + start..range.start + end.max(start);
        Self { core: &text[range.clone()], range, is_last: end < word.len() }
    }

    /// The word without the ending of a genitive.
    fn stem(&self) -> &'t str {
        let bare = self.core.strip_suffix("'s").or(self.core.strip_suffix("’s"));
        bare.unwrap_or(self.core)
    }

    fn is_number(&self) -> bool {
        (1..=6).contains(&self.core.len()) && self.core.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// Whose telegram a reference means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// That of the embassy, between it and the Department.
    Embassy,
    /// That of the Department, to the embassy.
    Department,
    /// The sender's.
    Own,
    /// The addressee's.
    Theirs,
}

/// A post that sent a telegram, and the post to which the Department sent it.
type Route<'a> = (&'a str, Option<&'a str>);

/// Words that say whose telegram the number after them is.
const WORDS_OF_TELEGRAMS: [(&str, Origin); 12] = [
    ("embtel", Origin::Embassy),
    ("embtels", Origin::Embassy),
    ("deptel", Origin::Department),
    ("deptels", Origin::Department),
    ("mytel", Origin::Own),
    ("mytels", Origin::Own),
    ("ourtel", Origin::Own),
    ("ourtels", Origin::Own),
    ("urtel", Origin::Theirs),
    ("urtels", Origin::Theirs),
    ("yourtel", Origin::Theirs),
    ("yourtels", Origin::Theirs),
];

/// Words before "telegram", or before the number itself.
const OWNERS: [(&str, Origin); 8] = [
    ("embassy", Origin::Embassy),
    ("department", Origin::Department),
    ("dept", Origin::Department),
    ("my", Origin::Own),
    ("our", Origin::Own),
    ("your", Origin::Theirs),
    ("ur", Origin::Theirs),
    ("emb", Origin::Embassy),
];

struct TextReader<'a, 't> {
    words: Vec<Word<'t>>,
    citing: &'a CitingText<'a>,
    speaker: Speaker,
}

impl<'a> TextReader<'a, '_> {
    /// The references that the word at `at` and those beside it make.
    fn references_at(&self, at: usize) -> Vec<TextReference> {
        let word = &self.words[at];
        if word.is_number() {
            return self.numbered(at);
        }
        let one = whole_id(word).or_else(|| self.of_header(at));
        one.into_iter().collect()
    }

    /// "reftel" with one reference in the header; "ref A".
    fn of_header(&self, at: usize) -> Option<TextReference> {
        let word = &self.words[at];
        let lower = word.core.to_ascii_lowercase();
        matches!(lower.as_str(), "ref" | "reftel").then_some(())?;
        let is_cable = |one: &&Spanned<Reference>| one.value.kind == ReferenceKind::Cable;
        let letter = self.words.get(at + 1).filter(|next| {
            !word.is_last
                && next.core.len() == 1
                && next.core.bytes().all(|b| b.is_ascii_alphabetic())
        });
        let mut meant = self.citing.header.iter().filter(is_cable).filter(|one| match letter {
            Some(letter) => {
                one.value.bullet.as_deref().is_some_and(|b| b.eq_ignore_ascii_case(letter.core))
            }
            None => true,
        });
        let only = meant.next()?;
        meant.next().is_none().then_some(())?;
        // "Ref" alone is the key of a field, or a verb.
        (letter.is_some() || lower == "reftel").then_some(())?;
        let end = letter.map_or(word.range.end, |letter| letter.range.end);
        Some(reference(word.range.start..end, only.value.value.clone(), None, None))
    }

    /// The references whose first number is at `at`.
    fn numbered(&self, at: usize) -> Vec<TextReference> {
        let Some(before) = at.checked_sub(1).filter(|&before| !self.words[before].is_last) else {
            return Vec::new();
        };
        let key = self.words[before].core.to_ascii_lowercase();
        let known = WORDS_OF_TELEGRAMS.iter().find(|(word, _)| *word == key);
        let numbers = if key.ends_with('s') { self.numbers_from(at) } else { vec![at] };
        let after = numbers.last().map_or(at, |last| last + 1);
        if let Some((_, origin)) = known {
            return self.build(before, &numbers, self.route_of(*origin), after);
        }
        if matches!(key.as_str(), "telegram" | "telegrams") {
            let (start, route, after) = self.telegram(before, after);
            return self.build(start, &numbers, route, after);
        }
        if let Some((start, year, route)) = self.post_before(at) {
            return match year {
                Some(year) => {
                    let (post, to) = route;
                    let id = cable_id_from_parts(year, post, self.words[at].core);
                    let range = self.words[start].range.start..self.words[at].range.end;
                    id.map(|id| reference(range, id.0, to, None)).into_iter().collect()
                }
                None => self.build(start, &[at], Some(route), at + 1),
            };
        }
        self.owned(before, at).unwrap_or_default()
    }

    /// "your 2710": only in a telegram, and only if no noun follows.
    fn owned(&self, before: usize, at: usize) -> Option<Vec<TextReference>> {
        let owner = self.words[before].stem();
        let (_, origin) = OWNERS.iter().find(|(word, _)| word.eq_ignore_ascii_case(owner))?;
        let number = &self.words[at];
        let is_free =
            number.is_last || self.words.get(at + 1).is_none_or(|next| next.core == "and");
        let fits = self.speaker == Speaker::Sender
            && is_free
            && number.core.len() >= 3
            && !is_year(number.core);
        fits.then(|| self.build(before, &[at], self.route_of(*origin), at + 1))
    }

    /// Start, route and the word after a reference with the word "telegram" at `key`,
    /// whose numbers end before `after`.
    fn telegram(&self, key: usize, after: usize) -> (usize, Option<Route<'_>>, usize) {
        let before = key.checked_sub(1).filter(|&before| !self.words[before].is_last);
        let owner = before.map(|before| self.words[before].stem());
        // Circular telegrams have numbers of a series apart.
        if owner.is_some_and(|owner| owner.eq_ignore_ascii_case("circular")) {
            return (key, None, after);
        }
        let origin = owner
            .and_then(|owner| OWNERS.iter().find(|(word, _)| word.eq_ignore_ascii_case(owner)));
        let start = if origin.is_some() { before.unwrap_or(key) } else { key };
        let is_open = after > 0 && !self.words[after - 1].is_last;
        let direction = self.words.get(after).filter(|_| is_open).map(|word| word.core);
        if let Some(direction) = direction.filter(|word| matches!(*word, "from" | "to"))
            && let Some((post, end)) = self.place_at(after + 1)
        {
            let route = match (direction, self.citing.post) {
                ("from", own) if post == STATE => Some((STATE, own.filter(|own| *own != STATE))),
                ("from", _) => Some((post, None)),
                _ if post == STATE => None,
                // An embassy may have sent it itself.
                (_, Some(own)) if own != STATE && self.speaker == Speaker::Sender => None,
                _ => Some((STATE, Some(post))),
            };
            return (start, route, end);
        }
        (start, origin.and_then(|(_, origin)| self.route_of(*origin)), after)
    }

    /// The route of a telegram that is called by its owner.
    fn route_of(&self, origin: Origin) -> Option<Route<'a>> {
        let (own, other) = (self.citing.post?, self.citing.addressee);
        let is_department = own == STATE;
        let embassy = if is_department { other.filter(|other| *other != STATE) } else { Some(own) };
        let from_department = match origin {
            Origin::Embassy => false,
            Origin::Department => true,
            Origin::Own => is_department,
            Origin::Theirs => !is_department,
        };
        match from_department {
            true => Some((STATE, Some(embassy?))),
            false => Some((embassy?, None)),
        }
    }

    /// The post whose name starts at `at`, and the word after it.
    fn place_at(&self, at: usize) -> Option<(&'static str, usize)> {
        let at = at + usize::from(self.words.get(at).is_some_and(|word| word.core == "the"));
        (1..=3).rev().find_map(|count| {
            let name = self.words.get(at..at + count)?;
            let is_one = name[..count - 1].iter().all(|word| !word.is_last);
            let post = is_one.then(|| post_of_words(name))??;
            Some((post, at + count))
        })
    }

    /// The post before the number at `at`: "05 New Delhi 3846", "Amman's 114". Where it
    /// starts, and two digits of the year.
    fn post_before(&self, at: usize) -> Option<(usize, Option<&str>, Route<'_>)> {
        let number = self.words[at].core;
        (1..=3).rev().filter(|count| *count <= at).find_map(|count| {
            let name = &self.words[at - count..at];
            let is_one = name.iter().all(|word| !word.is_last);
            let post = is_one.then(|| post_of_words(name))??;
            let year = (at - count).checked_sub(1).map(|before| &self.words[before]);
            let year =
                year.filter(|year| year.core.len() == 2 && year.is_number() && !year.is_last);
            if year.is_none() && (number.len() < 3 || is_year(number)) {
                return None;
            }
            let to = self.citing.post.filter(|own| post == STATE && *own != STATE);
            // "the Department 1500 dollars"
            if post == STATE && year.is_none() && to.is_none() && number.len() < 4 {
                return None;
            }
            let start = at - count - usize::from(year.is_some());
            // The Department's numbers of today are the same for all posts.
            let to = to.filter(|_| year.is_none());
            Some((start, year.map(|year| year.core), (post, to)))
        })
    }

    /// The numbers of a list: "1234, 1236 and 1240".
    fn numbers_from(&self, first: usize) -> Vec<usize> {
        let mut numbers = vec![first];
        let mut at = first + 1;
        while let Some(word) = self.words.get(at) {
            if word.core == "and" && self.words.get(at + 1).is_some_and(Word::is_number) {
                at += 1;
            } else if !(word.is_number() && self.words[at - 1].is_last) {
                break;
            }
            numbers.push(at);
            at += 1;
        }
        numbers
    }

    /// The references of `numbers`, which start with the word `start`. A date may follow
    /// at `after`.
    fn build(
        &self,
        start: usize,
        numbers: &[usize],
        route: Option<Route<'_>>,
        after: usize,
    ) -> Vec<TextReference> {
        let (Some((post, to)), Some(citing)) = (route, self.citing.date) else {
            return Vec::new();
        };
        // A date after several numbers is that of the last.
        let date = self.date_at(after, citing).filter(|_| numbers.len() == 1);
        let year = date.map_or(citing.year, |date| date.year);
        let one = |(position, &at): (usize, &usize)| {
            let word = &self.words[at];
            let id = cable_id_from_parts(&format!("{:02}", year % 100), post, word.core)?;
            let from = if position == 0 { self.words[start].range.start } else { word.range.start };
            Some(reference(from..word.range.end, id.0, to, date))
        };
        numbers.iter().enumerate().filter_map(one).collect()
    }

    /// The date at `at`: "March 4", "of March 4, 1957". Without a year it is that of the
    /// citing document; what a sender cites is not later.
    fn date_at(&self, at: usize, citing: Date) -> Option<Date> {
        let lead = self.words.get(at).is_some_and(|word| matches!(word.core, "of" | "dated"));
        let at = at + usize::from(lead);
        let month = self.words.get(at)?.core;
        let month = MONTH_NAMES.iter().zip(1..).find(|(name, _)| **name == month)?.1;
        let day: u8 = self.words.get(at + 1)?.core.parse().ok()?;
        let year = self.words.get(at + 2).filter(|year| is_year(year.core));
        if let Some(year) = year.and_then(|year| year.core.parse().ok()) {
            return Date::new(year, month, day);
        }
        let same_year = Date::new(citing.year, month, day)?;
        match self.speaker == Speaker::Sender && same_year > citing {
            true => Date::new(citing.year - 1, month, day),
            false => Some(same_year),
        }
    }
}

/// "09ALGIERS948".
fn whole_id(word: &Word<'_>) -> Option<TextReference> {
    word.core.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
    let id = cable_id_of_name(word.core)?;
    let (post, serial) = post_and_serial(&id)?;
    let post = listed_post_name(post)?;
    let id = cable_id_from_parts(&id.0[..2], post, serial)?;
    Some(reference(word.range.clone(), id.0, None, None))
}

/// The post that these words name. Names are written in capitals.
fn post_of_words(words: &[Word<'_>]) -> Option<&'static str> {
    let is_name = |word: &Word<'_>| word.core.starts_with(|c: char| c.is_ascii_uppercase());
    words.iter().all(is_name).then_some(())?;
    let (last, first) = words.split_last()?;
    let mut name: String = first.iter().map(|word| word.core).collect();
    name += last.stem();
    listed_post_name(&name)
}

/// Whether a number is a year rather than a serial.
fn is_year(number: &str) -> bool {
    number.len() == 4 && ["19", "20"].contains(&&number[..2])
}

fn reference(
    range: Range<usize>,
    value: String,
    to: Option<&str>,
    date: Option<Date>,
) -> TextReference {
    TextReference { span: TextSpan::from_range(range), value, to: to.map(str::to_owned), date }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, post: &str, addressee: &str, speaker: Speaker) -> String {
        let header: Vec<Spanned<Reference>> = [("A", "70QUITO11"), ("B", "70LIMA22")]
            .iter()
            .map(|(bullet, value)| Spanned {
                value: Reference {
                    value: (*value).into(),
                    kind: ReferenceKind::Cable,
                    bullet: Some((*bullet).into()),
                },
                span: TextSpan::OUTSIDE_OF_TEXT,
            })
            .collect();
        let citing = CitingText {
            date: Date::new(1970, 3, 10),
            post: Some(post),
            addressee: Some(addressee),
            header: &header,
            own: [Some("70CAIRO600"), None],
        };
        let span = TextSpan::from_range(0..text.len());
        let shown = find_text_references(text, span, &citing, speaker).into_iter().map(|one| {
            let to = one.to.map(|to| format!(">{to}")).unwrap_or_default();
            let date = one.date.map(|date| format!(" {date}")).unwrap_or_default();
            format!("{}={}{to}{date}", &text[one.span.byte_range()], one.value)
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn numbers_with_an_owner_are_references() {
        for (text, post, to, expected) in [
            ("Re Embtel 583.", "CAIRO", "STATE", "Embtel 583=70CAIRO583"),
            ("Re Embtel 583.", "STATE", "CAIRO", "Embtel 583=70CAIRO583"),
            ("(Deptel 675)", "TELAVIV", "STATE", "Deptel 675=70STATE675>TELAVIV"),
            (
                "Deptels 896 and 898 say",
                "CAIRO",
                "STATE",
                "Deptels 896=70STATE896>CAIRO; 898=70STATE898>CAIRO",
            ),
            ("mytel 692).", "CAIRO", "STATE", "mytel 692=70CAIRO692"),
            ("your telegram 1028", "CAIRO", "STATE", "your telegram 1028=70STATE1028>CAIRO"),
            ("Your 2710.", "STATE", "LIMA", "Your 2710=70LIMA2710"),
            ("our 1959 agreement", "CAIRO", "STATE", ""),
            ("our 200 years.", "CAIRO", "STATE", ""),
            ("our 2000.", "CAIRO", "STATE", ""),
            ("05 New Delhi 3846 said", "CAIRO", "STATE", "05 New Delhi 3846=05NEWDELHI3846"),
            ("LIMA 3846 said", "CAIRO", "STATE", "LIMA 3846=70LIMA3846"),
            ("Lima's 384 rptd Cairo 44.", "CAIRO", "STATE", "Lima's 384=70LIMA384"),
            ("in Lima 1970", "CAIRO", "STATE", ""),
            ("see 09LIMA948 again", "CAIRO", "STATE", "09LIMA948=09LIMA948"),
            ("as in ref B, but", "CAIRO", "STATE", "ref B=70LIMA22"),
            ("as in reftel, but", "CAIRO", "STATE", ""),
            ("Embtel 600 is this one", "CAIRO", "STATE", ""),
            ("circular telegram 1692, March 14", "STATE", "CAIRO", ""),
            ("telegram 44 to Lima", "CAIRO", "STATE", ""),
            (
                "telegram 44 from Lima, December 30,",
                "STATE",
                "CAIRO",
                "telegram 44=69LIMA44 1969-12-30",
            ),
        ] {
            assert_eq!(found(text, post, to, Speaker::Sender), expected, "{text}");
        }
    }

    #[test]
    fn editors_give_post_and_date() {
        for (text, expected) in [
            (
                "Telegram 1126 to Cairo, August 20, authorized",
                "Telegram 1126=70STATE1126>CAIRO 1970-08-20",
            ),
            ("In telegram 1572 from Tel Aviv (see", "telegram 1572=70TELAVIV1572"),
            (
                "telegrams 15 and 16 from Tel Aviv, May 3.",
                "telegrams 15=70TELAVIV15; 16=70TELAVIV16",
            ),
            ("Telegram 7 from Lima, May 3, 1969.", "Telegram 7=69LIMA7 1969-05-03"),
            ("Telegram 7 from Strelsau, May 3", ""),
            ("your 2710.", ""),
        ] {
            assert_eq!(found(text, "STATE", "CAIRO", Speaker::Editors), expected, "{text}");
        }
    }
}
