//! Finds offices in a text, with what stands beside them.

use chancery_model::{BlockKind, Label, TextSpan};

use super::OfficeSources;
use super::table::{MAX_OFFICE_WORDS, OfficeName, begins_office, office_by_name};
use crate::context::LinkContext;
use crate::normalise;

/// Words before an office that make it another office, or no certain one.
const QUALIFIERS: &[&str] = &[
    "former",
    "ex",
    "late",
    "deputy",
    "vice",
    "assistant",
    "acting",
    "shadow",
    "future",
    "under",
    "associate",
    "a",
    "an",
    "any",
    "each",
    "every",
    "no",
    "two",
    "three",
    "several",
    "some",
    "other",
    "another",
    "next",
    "previous",
    "both",
    "all",
    "as",
    "first",
    "second",
    "new",
    "private",
    "state",
    "permanent",
    "parliamentary",
    "press",
    "then",
    "current",
    "these",
    "those",
    "which",
    "what",
    "whose",
    "honorary",
];

/// Words after an office that make it another one.
const SEQUELS: &[&str] = &["designate", "elect", "general", "emeritus", "at", "for"];

/// Spellings that are an office without an article.
const SHORT_FORMS: &[&str] = &[
    "pm", "primin", "fonmin", "defmin", "finmin", "potus", "vpotus", "him", "secstate", "secdef",
    "shah", "amb", "vp",
];

/// Short forms that are other words, or times, in telegrams without small letters.
const WORDS_IN_CAPITALS: &[&str] = &["him", "pm", "amb", "vp", "pres"];

/// Offices that are written with a small letter.
const PLAIN_WORDS: &[&str] = &[
    "president",
    "prime minister",
    "premier",
    "king",
    "queen",
    "emperor",
    "sultan",
    "emir",
    "foreign minister",
    "defense minister",
    "defence minister",
    "foreign secretary",
    "crown prince",
    "ambassador",
    "chancellor",
];

/// Words before an office without an article.
const BARE_BEFORE: &[&str] = &[
    "that", "and", "but", "told", "asked", "informed", "with", "to", "by", "when", "while",
    "because", "if", "whether", "thanked", "urged", "assured", "briefed", "said", "from",
];

/// Words after an office without an article: verbs, and what follows a hearer.
const BARE_AFTER: &[&str] = &[
    "said",
    "told",
    "asked",
    "replied",
    "noted",
    "added",
    "stressed",
    "responded",
    "agreed",
    "met",
    "called",
    "delivered",
    "raised",
    "stated",
    "expressed",
    "thanked",
    "explained",
    "emphasized",
    "pointed",
    "observed",
    "commented",
    "also",
    "then",
    "has",
    "had",
    "was",
    "is",
    "will",
    "would",
    "that",
    "urged",
    "informed",
    "inquired",
    "remarked",
    "reiterated",
    "made",
    "took",
    "gave",
    "opened",
    "began",
    "believes",
    "feels",
    "thinks",
    "answered",
    "presented",
    "handed",
    "received",
    "saw",
    "who",
    "countered",
    "warned",
    "concluded",
    "mentioned",
    "indicated",
    "suggested",
    "recalled",
    "continued",
    "acknowledged",
];

/// An office in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OfficeInText {
    pub(super) span: TextSpan,
    pub(super) office: OfficeName,
    /// The ISO code of the country beside it: "Malian Foreign Minister".
    pub(super) country: Option<&'static str>,
    /// The mention of the person who is named with it: "PM Ramdin", "the PM, Ramdin,".
    pub(super) named: Option<u32>,
    /// Whether "the" stands before it.
    pub(super) has_article: bool,
}

/// A word of the text, as a range of bytes.
type Word = (usize, usize);

/// Finds the offices in the running text and the subject of a document, in their order.
pub(super) fn find_offices(sources: OfficeSources<'_>) -> Vec<OfficeInText> {
    let text = sources.document.text.as_str();
    let reader = OfficeReader { text, sources, is_capitals: is_in_capitals(text) };
    let mut found = Vec::new();
    for range in parts_to_read(sources) {
        let words = words_of(text, range);
        let mut at = 0;
        while at < words.len() {
            match reader.office_at(&words, at) {
                Some((count, office)) => {
                    found.extend(office);
                    at += count;
                }
                None => at += 1,
            }
        }
    }
    found
}

/// The ranges of bytes that are running text, or the subject.
fn parts_to_read(sources: OfficeSources<'_>) -> Vec<(usize, usize)> {
    let document = sources.document;
    let is_read = |kind: &BlockKind| !matches!(kind, BlockKind::Header | BlockKind::Signature);
    let blocks = document.blocks.iter().filter(|block| is_read(&block.kind));
    let subject = document.header.subject.iter().map(|field| field.span);
    let mut parts: Vec<(usize, usize)> = subject
        .chain(blocks.map(|block| block.span))
        .map(|span| (span.start as usize, span.end as usize))
        .collect();
    parts.sort_unstable();
    parts.dedup_by(|next, last| next.0 < last.1);
    parts
}

/// The runs of letters and digits in a range.
fn words_of(text: &str, (from, until): Word) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text[from..until].char_indices() {
        match (letter.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                words.push((from + begin, from + at));
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|begin| (from + begin, until)));
    words
}

/// Whether a text has hardly any small letters.
fn is_in_capitals(text: &str) -> bool {
    let small = text.bytes().filter(u8::is_ascii_lowercase).count();
    let large = text.bytes().filter(u8::is_ascii_uppercase).count();
    small * 4 < large
}

struct OfficeReader<'a> {
    text: &'a str,
    sources: OfficeSources<'a>,
    is_capitals: bool,
}

impl OfficeReader<'_> {
    /// Returns the number of words of the longest office that begins at a word, and the
    /// office if the words around it allow it.
    fn office_at(&self, words: &[Word], at: usize) -> Option<(usize, Option<OfficeInText>)> {
        let (start, first_end) = words[at];
        if first_end - start > 16
            || !begins_office(&self.text[start..first_end].to_ascii_lowercase())
        {
            return None;
        }
        let most = (words.len() - at).min(MAX_OFFICE_WORDS);
        let phrase = |count: usize| {
            let end = words[at + count - 1].1;
            normalise::normalise_words(&self.text[start..end])
        };
        let are_joined = |count: &usize| {
            words[at..at + count].windows(2).all(|two| {
                let gap = &self.text[two[0].1..two[1].0];
                gap.trim().is_empty() && gap.matches('\n').count() < 2
            })
        };
        let (count, folded, office) = (1..=most).rev().filter(are_joined).find_map(|count| {
            let folded = phrase(count);
            office_by_name(&folded).map(|office| (count, folded, office))
        })?;
        let span = TextSpan::from_range(start..words[at + count - 1].1);
        Some((count, self.check_office(words, at, count, &folded, office, span)))
    }

    fn check_office(
        &self,
        words: &[Word],
        at: usize,
        count: usize,
        folded: &str,
        office: OfficeName,
        span: TextSpan,
    ) -> Option<OfficeInText> {
        let (text, mentions) = (self.text, self.sources.mentions);
        let next = mentions.partition_point(|mention| mention.span.end <= span.start);
        if mentions.get(next).is_some_and(|mention| mention.span.start < span.end) {
            return None;
        }
        let before = next.checked_sub(1);
        let word_before = at.checked_sub(1).map(|before| words[before]);
        let is_near = |word: &Word| text[word.1..span.start as usize].trim().is_empty();
        let word_before =
            word_before.filter(is_near).map(|(from, until)| text[from..until].to_ascii_lowercase());
        let word_before = word_before.as_deref().unwrap_or("");
        let word_after = words.get(at + count).map(|&(from, until)| (from, &text[from..until]));
        let word_after = word_after
            .filter(|(from, _)| text[span.end as usize..*from].trim().is_empty())
            .map(|(_, word)| word.to_ascii_lowercase());
        let word_after = word_after.as_deref().unwrap_or("");
        let title = self.title_of(span);
        let starts_hyphened = text[..span.start as usize].ends_with('-');
        let ends_hyphened = text[span.end as usize..].starts_with('-');
        if QUALIFIERS.contains(&word_before)
            || SEQUELS.contains(&word_after)
            || starts_hyphened
            || ends_hyphened
        {
            return None;
        }
        let owner_before = before.filter(|&at| self.stands_before(at, span)).map(|at| at as u32);
        let owner = title.and_then(|(_, owner)| owner).or(owner_before);
        let country_before = owner.and_then(|owner| self.country_of(owner));
        let country_after = self.country_after(span, next, word_after);
        if word_after == "of" && country_after == CountryAfter::Unknown {
            return None;
        }
        let country = country_before.or(match country_after {
            CountryAfter::Named(country) => Some(country),
            CountryAfter::Own | CountryAfter::Unknown => None,
        });
        let country = country.or_else(|| country_of_adjective(word_before));
        let country = if word_before == "our" { Some("US") } else { country };
        let named = title.map(|(mention, _)| mention);
        let named = named.or_else(|| self.beside(span, before, next));
        let is_of_company = owner.is_some() && country_before.is_none();
        if is_of_company || !self.is_written_as_office(folded, span, named.is_some()) {
            return None;
        }
        let has_article = word_before == "the";
        let is_short = SHORT_FORMS.contains(&folded) && !is_number(word_before);
        let is_bare = is_capitalised(&text[span.byte_range()])
            && self.stands_bare(words, at, word_before, word_after);
        let is_definite =
            has_article || is_short || is_bare || country.is_some() || named.is_some();
        is_definite.then_some(OfficeInText { span, office, country, named, has_article })
    }

    /// Whether an office is written as one: with a capital, or a usual word of the
    /// language with "the".
    fn is_written_as_office(&self, folded: &str, span: TextSpan, is_title: bool) -> bool {
        let written = &self.text[span.byte_range()];
        let has_small = written.contains(char::is_lowercase);
        if SHORT_FORMS.contains(&folded) && folded.len() < 4 && folded != "amb" {
            // "Him" and "pm" are words.
            return !has_small && (is_title || !self.is_capitals);
        }
        if self.is_capitals && WORDS_IN_CAPITALS.contains(&folded) && !is_title {
            return false;
        }
        written.starts_with(char::is_uppercase) || PLAIN_WORDS.contains(&folded)
    }

    /// "Ambassador told Foreign Minister that": telegrams leave out articles. The office
    /// stands at the start of a clause or behind a verb, and no name follows.
    fn stands_bare(&self, words: &[Word], at: usize, before: &str, after: &str) -> bool {
        let start = words[at].0;
        let opens = match at.checked_sub(1).map(|before| words[before]) {
            Some((_, end)) => self.text[end..start].contains(['.', ',', ':', ';', '(', ')', '\n']),
            None => true,
        };
        let is_led = (before.is_empty() && opens) || BARE_BEFORE.contains(&before);
        is_led && BARE_AFTER.contains(&after)
    }

    /// The mention whose title an office is, and the mention that owns the title.
    fn title_of(&self, span: TextSpan) -> Option<(u32, Option<u32>)> {
        let around = self.sources.around;
        let at = around.partition_point(|(mention, _)| {
            self.sources.mentions[*mention as usize].span.start < span.end
        });
        let (mention, titles) = around.get(at)?;
        let title = titles.title_span?;
        (title.start <= span.start && span.end <= title.end).then_some((*mention, titles.owner))
    }

    /// Whether a mention stands directly before an office, as its owner.
    fn stands_before(&self, mention: usize, span: TextSpan) -> bool {
        let mention = &self.sources.mentions[mention];
        let between = &self.text[mention.span.end as usize..span.start as usize];
        let is_owner = matches!(between, " " | "\n" | "'s " | "'s\n" | "’s " | "’s\n");
        mention.label != Label::Per && is_owner
    }

    /// The country that a mention names.
    fn country_of(&self, mention: u32) -> Option<&'static str> {
        let folded = normalise::normalise_words(
            &self.text[self.sources.mentions[mention as usize].span.byte_range()],
        );
        let places = self.sources.place_linker;
        let place = places.find_country(&folded, self.sources.context);
        Some(place.or_else(|| places.find_country(&folded, &LinkContext::default()))?.country)
    }

    /// The country after "of".
    fn country_after(&self, span: TextSpan, next: usize, word_after: &str) -> CountryAfter {
        let rest = self.text[span.end as usize..].trim_start().strip_prefix("of");
        let Some(rest) = rest.filter(|_| word_after == "of") else { return CountryAfter::Unknown };
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("the ").or_else(|| rest.strip_prefix("THE ")).unwrap_or(rest);
        let at = self.text.len() - rest.len();
        let mention = self.sources.mentions.get(next);
        if mention.is_some_and(|mention| mention.span.start as usize == at) {
            return self.country_of(next as u32).map_or(CountryAfter::Unknown, CountryAfter::Named);
        }
        let word = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or("");
        match word.eq_ignore_ascii_case("republic") {
            true => CountryAfter::Own,
            false => CountryAfter::Unknown,
        }
    }

    /// The person between commas before or after an office: "Foreign Minister, Ama Osei,
    /// left", "Ama Osei, the Foreign Minister, left".
    fn beside(&self, span: TextSpan, before: Option<usize>, next: usize) -> Option<u32> {
        let is_person = |at: usize| self.sources.mentions[at].label == Label::Per;
        let ends = |at: usize| {
            let rest = &self.text[at..];
            rest.starts_with([',', '.', ';', ')']) && !rest[1..].trim_start().starts_with("and ")
        };
        if let Some(mention) = self.sources.mentions.get(next).filter(|_| is_person(next)) {
            let between = self.text[span.end as usize..mention.span.start as usize].trim_end();
            let in_brackets = between.trim_start() == "(";
            if (between == "," && ends(mention.span.end as usize)) || in_brackets {
                return Some(next as u32);
            }
        }
        let before = before.filter(|&at| is_person(at))?;
        let end = self.sources.mentions[before].span.end as usize;
        let between = normalise::normalise_words(&self.text[end..span.start as usize]);
        let is_comma = self.text[end..].starts_with(", ");
        let is_article = matches!(between.as_str(), "" | "the");
        (is_comma && is_article && ends(span.end as usize)).then_some(before as u32)
    }
}

fn is_capitalised(words: &str) -> bool {
    words.starts_with(char::is_uppercase)
}

fn is_number(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// What stands after an office and "of".
#[derive(Clone, Copy, PartialEq, Eq)]
enum CountryAfter {
    /// No country that is known, or no "of".
    Unknown,
    /// "the Republic", which is that of the document.
    Own,
    /// A country, by its code.
    Named(&'static str),
}

/// The country of an adjective that is no mention.
fn country_of_adjective(word: &str) -> Option<&'static str> {
    match crate::countries::countries_by_name(word) {
        [(crate::countries::CountryNaming::Adjective, iso)] => Some(iso),
        _ => None,
    }
}
