//! Groups mentions of persons by equal words and titles.

use std::collections::HashMap;

use chancery_model::{Label, Mention, TextSpan};

use super::Surroundings;
use super::realms::realm_of_ruler;
use crate::countries::is_us_state_name;
use crate::name::{PersonName, TitleSet, is_given_name};
use crate::normalise;
use crate::title::{SurroundingTitles, find_titles_around};

/// Mentions with the same words, significant titles and realm.
pub(super) struct MentionGroup {
    pub(super) name: PersonName,
    pub(super) titles: TitleSet,
    pub(super) mentions: Vec<u32>,
    /// Whether the mentions are signatures of the document.
    pub(super) is_signature: bool,
    /// Whether the name may be a plural after "the", a family: "the Kennedys".
    pub(super) is_plural: bool,
    /// Whether the mentions are named as things: "seamen of the Stark".
    pub(super) is_thing: bool,
    /// Whether the text introduces the bearer at the first mention: "Osei, who".
    pub(super) is_introduced: bool,
    /// The mentions that a pronoun says are a woman's or a man's: "Osei said she".
    pub(super) sexes: Vec<(u32, Sex)>,
    /// Whether the titles of a mention are of the past: "former President Osei".
    pub(super) is_former: bool,
    /// The country of a king or queen.
    pub(super) realm: Option<&'static str>,
}

/// What a pronoun says of its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sex {
    Female,
    Male,
}

/// Groups the mentions of persons, signatures apart. Appends the titles around each mention to
/// `around_each`.
pub(super) fn group_mentions(
    text: &str,
    mentions: &[Mention],
    sources: Surroundings<'_>,
    around_each: &mut Vec<(u32, SurroundingTitles)>,
) -> Vec<MentionGroup> {
    type Realm = Option<&'static str>;
    type Key = (Vec<String>, Option<String>, TitleSet, bool, bool, Realm);
    let mut groups: Vec<MentionGroup> = Vec::new();
    let mut by_words: HashMap<(&str, TitleSet, bool, bool, Realm), usize> = HashMap::new();
    let mut same: HashMap<Key, usize> = HashMap::new();
    for (number, mention) in mentions.iter().enumerate() {
        if mention.label != Label::Per {
            continue;
        }
        let around = find_titles_around(text, mentions, number);
        if is_town_of_state(text, mentions, number, around, sources) {
            continue;
        }
        around_each.push((number as u32, around));
        let inside = name_in_mention(text, mention.span);
        let surface = match inside.len() == mention.span.byte_range().len() {
            true => with_given_names(text, mentions, number),
            false => inside,
        };
        let is_signature = sources.signatures.iter().any(|span| span.overlaps(&mention.span));
        let realm = realm_of_ruler(text, mentions, number, around, sources);
        let is_thing = is_thing(text, mention.span) || is_monument(text, mention.span);
        let key = (surface, around.titles.significant_only(), is_signature, is_thing, realm);
        let at = *by_words.entry(key).or_insert_with(|| {
            let name = PersonName::new(surface);
            let titles = around.titles.union_with(name.titles);
            let significant = titles.significant_only();
            let words = (name.words.clone(), name.suffix.clone());
            let key = (words.0, words.1, significant, is_signature, is_thing, realm);
            *same.entry(key).or_insert_with(|| {
                let plural = !name.has_several_words() && is_plural_name(text, mention.span);
                let (mentions, is_plural) = (Vec::new(), plural);
                groups.push(MentionGroup {
                    name,
                    titles,
                    mentions,
                    is_signature,
                    is_plural,
                    is_thing,
                    is_introduced: is_introduced(text, mention.span),
                    sexes: Vec::new(),
                    is_former: false,
                    realm,
                });
                groups.len() - 1
            })
        });
        groups[at].mentions.push(number as u32);
        groups[at].sexes.extend(sex_of_pronoun(text, mention.span).map(|sex| (number as u32, sex)));
        groups[at].titles = groups[at].titles.union_with(around.titles);
        groups[at].is_former |= around.is_former;
    }
    groups.retain(|group| !group.name.words.is_empty());
    groups
}

/// The words of a mention, with the given names directly before a surname that the mention
/// lacks: "Francisco {Santos}" is not every Santos.
fn with_given_names<'t>(text: &'t str, mentions: &[Mention], number: usize) -> &'t str {
    let span = mentions[number].span;
    let surface = &text[span.byte_range()];
    // A given name may be a mention by itself.
    let before = number.checked_sub(1).map(|before| mentions[before]);
    let floor = before.map_or(0, |before| match before.label {
        Label::Per if before.span.end + 1 == span.start => before.span.start as usize,
        _ => before.span.end as usize,
    });
    let mut start = span.start as usize;
    if surface.contains(char::is_whitespace) || !surface.starts_with(char::is_uppercase) {
        return surface;
    }
    while let Some(before) =
        text.get(floor..start).and_then(|before| before.strip_suffix([' ', '\n']))
    {
        let word = before.rsplit(|letter: char| !letter.is_alphabetic()).next().unwrap_or("");
        let is_name = word.starts_with(char::is_uppercase)
            && is_given_name(&normalise::normalise_words(word));
        if !is_name {
            break;
        }
        start -= word.len() + 1;
    }
    &text[start..span.end as usize]
}

/// Whether a comma and a State of the United States follow a name that a town may have:
/// "Toledo, Ohio". A title, or a name of several words that is no town, is a person
/// ("Ama Osei, Ohio"). Behind a person, Washington is the city of a date line
/// ("to President Osei, Washington, May 3").
fn is_town_of_state(
    text: &str,
    mentions: &[Mention],
    number: usize,
    around: SurroundingTitles,
    sources: Surroundings<'_>,
) -> bool {
    let Some(next) = mentions.get(number + 1).filter(|next| next.label == Label::Loc) else {
        return false;
    };
    let between = &text[mentions[number].span.end as usize..next.span.start as usize];
    let state = normalise::normalise_words(&text[next.span.byte_range()]);
    let may_be_town = || {
        let name = normalise::normalise_words(&text[mentions[number].span.byte_range()]);
        !name.contains(' ') || sources.place_linker.is_us_town(&name)
    };
    between == ", "
        && around.titles == TitleSet::default()
        && state != "washington"
        && is_us_state_name(&state)
        && may_be_town()
}

/// Returns the name in a mention: without the letter of its paragraph ("C. Osei will go"
/// after a paragraph "B. ..."), and without what a dash joins to it ("New Talks—Osei").
fn name_in_mention(text: &str, span: TextSpan) -> &str {
    let surface = &text[span.byte_range()];
    if let Some((before, name)) = surface.rsplit_once('—')
        && name.chars().count() > 1
        && before.rsplit(' ').next().is_some_and(|word| word.starts_with(char::is_uppercase))
    {
        return name;
    }
    without_paragraph_letter(text, span).unwrap_or(surface)
}

/// Returns a name of one word without the letter of its paragraph, if a paragraph with
/// the letter before or after it is in the text.
fn without_paragraph_letter(text: &str, span: TextSpan) -> Option<&str> {
    let surface = &text[span.byte_range()];
    let (letter, name) = surface.split_once(". ")?;
    let &[letter] = letter.as_bytes() else { return None };
    let start = span.start as usize;
    if !letter.is_ascii_uppercase() || name.contains(' ') || !text[..start].ends_with('\n') {
        return None;
    }
    let is_paragraph = |letter: u8| {
        let start = format!("\n{}. ", char::from(letter));
        letter.is_ascii_uppercase() && text.contains(&start)
    };
    (is_paragraph(letter - 1) || is_paragraph(letter + 1)).then_some(name)
}

/// Words behind a name that no name of a thing goes on with: "the Osei plan" is a plan of
/// a person, "the Osei was" is not.
const WORDS_AFTER_THINGS: [&str; 14] = [
    "was", "is", "were", "had", "has", "would", "will", "in", "at", "to", "on", "from", "with",
    "by",
];

/// Whether a name of one word stands with an article and by itself, as a ship does:
/// "seamen of the Stark had", "the Stark,".
fn is_thing(text: &str, span: TextSpan) -> bool {
    let name = &text[span.byte_range()];
    let (before, behind) = (&text[..span.start as usize], &text[span.end as usize..]);
    let is_word = name.len() > 2 && name.chars().all(char::is_alphabetic);
    let is_mixed = name.chars().any(char::is_lowercase);
    let mut rest = behind.chars();
    let stands_alone = match rest.next() {
        Some('.' | ',' | ';') | None => true,
        Some(' ' | '\n') => {
            let word = rest.as_str().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            WORDS_AFTER_THINGS.contains(&word)
        }
        _ => false,
    };
    let of_article =
        [" of the ", " aboard the ", " on the "].iter().any(|the| before.ends_with(the));
    is_word && is_mixed && stands_alone && of_article && !name.ends_with('s')
}

/// Whether a statue, tomb or portrait is of a name: its person is of the past.
fn is_monument(text: &str, span: TextSpan) -> bool {
    let Some(before) = text[..span.start as usize].strip_suffix(" of ") else { return false };
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    ["statue", "bust", "tomb", "grave", "mausoleum", "monument"].contains(&word)
}

/// Whether the text introduces a new person: "with Osei, who is a fisherman", "Osei, a
/// fisherman".
fn is_introduced(text: &str, span: TextSpan) -> bool {
    let rest = text[span.end as usize..].strip_prefix(", ").unwrap_or_default();
    ["who ", "a ", "an "].iter().any(|word| rest.starts_with(word))
}

/// The sex of the subject of a reported clause: "Osei said she had", "Osei thought that he".
fn sex_of_pronoun(text: &str, span: TextSpan) -> Option<Sex> {
    let rest = text[span.end as usize..].strip_prefix(is_blank)?;
    let mut words = rest.split(is_blank);
    let verb = words.next()?;
    let is_verb = verb.len() > 2 && verb.chars().all(|c| c.is_ascii_lowercase());
    let next = words.next()?;
    match if next == "that" { words.next()? } else { next } {
        _ if !is_verb => None,
        "she" => Some(Sex::Female),
        "he" => Some(Sex::Male),
        _ => None,
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\n')
}

/// Whether "the" precedes a name that ends like a plural.
fn is_plural_name(text: &str, span: TextSpan) -> bool {
    let name = &text[span.byte_range()];
    let before = text[..span.start as usize].trim_end();
    let (_, word) = before.rsplit_once(char::is_whitespace).unwrap_or(("", before));
    name.ends_with(['s', 'S']) && word.eq_ignore_ascii_case("the")
}

/// Returns the possible singulars of a normalised plural: "kennedys", "joneses".
pub(super) fn possible_singulars(plural: &str) -> impl Iterator<Item = &str> {
    ["s", "es"].into_iter().filter_map(|ending| plural.strip_suffix(ending))
}
