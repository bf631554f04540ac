//! The party that a phrase names: a name, an office, the telegram's own voice, a title,
//! a short form, or its words.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use chancery_model::{Annotated, Label, Party};

use crate::grammar::{WordClass, is_voice, table_lines};
use crate::people::is_officer_word;
use crate::phrase::is_possessive_mark;
use crate::sentence::SentenceView;

/// Finds the parties that phrases name, wherever they stand.
pub(crate) struct NamedParties<'a> {
    annotated: &'a Annotated,
    /// The persons behind short forms: "HBJ", "COS".
    short_forms: HashMap<String, u32>,
    /// Persons with the title of an officer of the post: "DCM Ines Okafor".
    officers: HashSet<u32>,
}

impl<'a> NamedParties<'a> {
    pub(crate) fn new(annotated: &'a Annotated, views: &[SentenceView]) -> Self {
        let short_forms = short_forms(annotated, views);
        Self { annotated, short_forms, officers: officers(annotated) }
    }

    /// The party of a phrase that is no pronoun.
    pub(crate) fn of_phrase(&self, view: &SentenceView, range: &Range<usize>) -> Party {
        self.of_short_form(view, range)
            .or_else(|| self.of_name(view, range))
            .or_else(|| self.of_officer(view, range))
            .or_else(|| self.of_office(view, range))
            .or_else(|| self.of_voice(view, range))
            .or_else(|| self.of_title(view, range))
            .unwrap_or_else(|| self.of_words(view, range))
    }

    /// "HBJ", "the COS": a short form that the document explains.
    fn of_short_form(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let start = range.end.checked_sub(1)?;
        if range.len() > 2 || (range.len() == 2 && !view.words[range.start].is("the")) {
            return None;
        }
        self.short_forms.get(view.lower(start)).map(|&entity| Party::Entity(entity))
    }

    /// A name at the end of the phrase, or in front of the phrases that hang on it.
    fn of_name(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let words = &view.words[range.clone()];
        let mut ends = (0..words.len()).filter(|&at| {
            words[at].mention.is_some()
                && words.get(at + 1).is_none_or(|next| next.mention != words[at].mention)
        });
        let is_head = |at: usize| {
            words.get(at + 1).is_none_or(|next| {
                next.class == WordClass::Preposition
                    || next.class == WordClass::Conjunction
                    || next.is_punctuation()
                    || (is_possessive_mark(&next.lower) && at + 2 >= words.len())
            })
        };
        if words
            .iter()
            .any(|word| matches!(&*word.lower, "embassy" | "consulate" | "post" | "mission"))
            && words.first().is_some_and(|word| word.mention.is_none())
        {
            return None;
        }
        let person = ends.clone().find(|&at| {
            let mention = words[at].mention.expect("it was filtered");
            self.annotated.mentions[mention as usize].label == Label::Per && is_head(at)
        });
        let head = person.or_else(|| ends.find(|&at| is_head(at)))?;
        if person.is_none() && words[..head].iter().any(|word| word.class == WordClass::Preposition)
        {
            return None;
        }
        let mention = words[head].mention?;
        let link = self.annotated.entities.link_of_mention(mention as usize)?;
        Some(Party::Entity(link.entity))
    }

    /// "Ambassador", "Polcouns": the officer who classified the telegram, if the title
    /// agrees.
    fn of_officer(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let head = view.words[range.clone()].last()?;
        if view.words[range.clone()].iter().any(|word| word.mention.is_some()) {
            return None;
        }
        // "Pol Chief" is "polchief".
        let joined: String = view.words[range.clone()].iter().map(|word| &*word.lower).collect();
        let officer = self.annotated.document.header.classified_by.as_ref()?;
        // An officer without a title is the head of the post.
        let title = officer.value.title.as_deref().unwrap_or("ambassador").to_lowercase();
        let mut titles = table_lines(include_str!("../data/officers.tsv"))
            .filter_map(|line| line.split_once('\t'))
            .filter(|(word, _)| head.is(word) || *word == joined);
        titles.find(|(_, words)| title.contains(words))?;
        let family = self.classifier()?.rsplit(' ').next()?;
        let text = &self.annotated.document.text;
        let links = &self.annotated.entities.links;
        let named = links.iter().find(|link| {
            let mention = &self.annotated.mentions[link.mention as usize];
            mention.label == Label::Per && text[mention.span].ends_with(family)
        });
        Some(match named {
            Some(named) => Party::Entity(named.entity),
            None => Party::Words(self.classifier()?.to_owned()),
        })
    }

    /// The name of the officer who classified the telegram.
    fn classifier(&self) -> Option<&'a str> {
        let officer = self.annotated.document.header.classified_by.as_ref()?;
        officer.value.name.split(',').next().map(str::trim)
    }

    /// The telegram's own voice, the officer who classified it, or an American officer of
    /// the known lists.
    pub(crate) fn is_ours(&self, party: &Party) -> bool {
        match party {
            Party::Post => true,
            Party::Words(words) => self.classifier() == Some(words.as_str()),
            Party::Entity(number) => {
                let Some(entity) = self.annotated.entities.entities.get(*number as usize) else {
                    return false;
                };
                let signatures = &self.annotated.document.header.signatures;
                let names = signatures.iter().map(|signature| signature.value.as_str());
                let family = self.classifier().and_then(|name| name.rsplit(' ').next());
                let name = entity.name.to_lowercase();
                entity.id.starts_with("pocom:")
                    || self.officers.contains(number)
                    || names.chain(family).any(|family| name.ends_with(&family.to_lowercase()))
            }
        }
    }

    fn of_office(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let span = view.span(range);
        let offices = &self.annotated.entities.offices;
        let office = offices
            .iter()
            .find(|office| office.span.start >= span.start && office.span.end <= span.end)?;
        // "the Minister's office" is not the Minister.
        let behind =
            view.words[range.clone()].iter().filter(|word| word.span.start >= office.span.end);
        if behind.clone().any(|word| {
            word.is_nominal() && word.mention.is_none() && !is_possessive_mark(&word.lower)
        }) {
            return None;
        }
        Some(match office.entity {
            Some(entity) => Party::Entity(entity),
            None => Party::Words(office.office.clone()),
        })
    }

    fn of_voice(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let words = &view.words[range.clone()];
        let head = words
            .iter()
            .take_while(|word| word.class != WordClass::Preposition && !word.is_punctuation())
            .last()?;
        let is_foreign = words.iter().any(|word| {
            word.mention.is_some_and(|mention| {
                let entity = self.annotated.entities.entity_of_mention(mention as usize);
                entity.is_none_or(|entity| entity.name != "United States")
            })
        });
        // "Embassy Stockholm", but not "the Swedish Embassy".
        let is_ours = matches!(&*words[0].lower, "embassy" | "consulate" | "post");
        // "Poloff XXXXXXXXXXXX": the name is blacked out.
        let is_redacted = words.get(1).is_some_and(|word| word.lower.starts_with("xxx"));
        // "Iran watcher", "Dubai poloff": no other post has such officers.
        let is_officer = head.lower.ends_with("off") || head.is("watcher");
        let is_ours = is_ours || is_redacted;
        let is_foreign = is_foreign && !is_ours && !is_officer;
        let head = if is_ours { &words[0] } else { head };
        (is_voice(&head.lower) && !is_foreign).then_some(Party::Post)
    }

    /// "the Minister", "DepSec": the last person before with such a title.
    fn of_title(&self, view: &SentenceView, range: &Range<usize>) -> Option<Party> {
        let words = &view.words[range.clone()];
        let first = words.first()?;
        if first.class != WordClass::Determiner && !first.is_capital {
            return None;
        }
        let head = words.last().filter(|word| word.mention.is_none() && word.lower.len() > 1)?;
        let long = table_lines(include_str!("../data/short_titles.tsv"))
            .filter_map(|line| line.split_once('\t'))
            .filter(|(short, _)| head.is(short))
            .map(|(_, long)| long);
        // "the Deputy Secretary" is not the last person who is some secretary.
        let modifiers = words[..words.len() - 1].iter();
        let office: Vec<&str> = modifiers
            .chain([head])
            .filter(|word| word.class == WordClass::Open && word.mention.is_none())
            .map(|word| &*word.lower)
            .collect();
        let office = office.join(" ");
        let sought: Vec<&str> = std::iter::once(&*office).chain(long).collect();
        let text = self.annotated.document.text.as_str();
        let before = self.annotated.entities.links.iter().rev().filter(|link| {
            self.annotated.mentions[link.mention as usize].span.start < head.span.start
        });
        for link in before {
            let Some(title) = link.title else { continue };
            let title = spaced_words(&text[title.byte_range()]);
            if sought.iter().any(|one| title.contains(&spaced_words(one))) {
                return Some(Party::Entity(link.entity));
            }
        }
        None
    }

    fn of_words(&self, view: &SentenceView, range: &Range<usize>) -> Party {
        let mut range = range.clone();
        while range.len() > 1
            && matches!(
                view.words[range.start].class,
                WordClass::Determiner | WordClass::Possessive
            )
        {
            range.start += 1;
        }
        while range.len() > 1 && is_possessive_mark(view.lower(range.end - 1)) {
            range.end -= 1;
        }
        let text = self.annotated.document.text.as_str();
        let words = text[view.span(&range).byte_range()].split_whitespace().collect::<Vec<_>>();
        Party::Words(words.join(" "))
    }
}

/// The persons with the title of an officer: a short word that only posts have.
fn officers(annotated: &Annotated) -> HashSet<u32> {
    let text = &annotated.document.text;
    let is_officer = |title: &str| {
        let lower = title.to_lowercase();
        let mut words = lower.split(|letter: char| !letter.is_alphanumeric());
        words.any(is_officer_word)
    };
    let titled = annotated
        .entities
        .links
        .iter()
        .filter(|link| link.title.is_some_and(|title| is_officer(&text[title])));
    titled.map(|link| link.entity).collect()
}

/// The persons behind short forms: "Hamad bin Jassim Al Thani (HBJ)", "the COS, LTG Hamid
/// Thani".
fn short_forms(annotated: &Annotated, views: &[SentenceView]) -> HashMap<String, u32> {
    let mut found = HashMap::new();
    for view in views {
        for (at, word) in view.words.iter().enumerate() {
            let written = &annotated.document.text[word.span];
            if !is_short_form(written)
                || view.lower(at.wrapping_sub(1)) == "(" && view.lower(at + 1) != ")"
            {
                continue;
            }
            let person = if view.lower(at.wrapping_sub(1)) == "(" && view.lower(at + 1) == ")" {
                person_before(annotated, view, at, written)
                    .or_else(|| person_behind(annotated, view, at, written))
            } else if view.lower(at + 1) == "," && word.mention.is_none() && !view.is_in_capitals {
                // A rank may stand between.
                (at + 2..at + 4).find_map(|next| person_at(annotated, view, Some(next)))
            } else {
                None
            };
            if let Some(entity) = person {
                found.entry(word.lower.to_string()).or_insert(entity);
            }
        }
    }
    found
}

/// Two to five letters, the first and the last in capitals, such as HBJ.
fn is_short_form(written: &str) -> bool {
    let is_capital = |byte: u8| byte.is_ascii_uppercase();
    (2..=5).contains(&written.len())
        && written.bytes().all(|byte| byte.is_ascii_alphabetic())
        && written.bytes().next().is_some_and(is_capital)
        && written.bytes().last().is_some_and(is_capital)
}

/// "Hamad bin Jassim (HBJ)": the person whose name stands before the bracket.
fn person_before(
    annotated: &Annotated,
    view: &SentenceView,
    at: usize,
    written: &str,
) -> Option<u32> {
    let last = at.checked_sub(2)?;
    let person = person_at(annotated, view, Some(last))?;
    let is_own = view.words[at].mention != view.words[last].mention
        || written.bytes().any(|byte| byte.is_ascii_lowercase());
    let fits = whole_names(annotated, view, last).any(|name| has_initials(name, written));
    (is_own && fits).then_some(person)
}

/// "Deputy Chief of Staff (DCOS) Lieutenant General Ahmed Sabah": the person whose name
/// stands behind the short form of an office.
fn person_behind(
    annotated: &Annotated,
    view: &SentenceView,
    at: usize,
    written: &str,
) -> Option<u32> {
    const RANKS: usize = 5;
    let first = at.saturating_sub(1 + 2 * written.len());
    let office = view.words[first..at - 1].iter();
    let office = office.filter(|word| word.class == WordClass::Open || word.is("of"));
    if !starts_have_letters(office.filter_map(|word| word.lower.chars().next()), written) {
        return None;
    }
    let behind = at + 2..view.words.len().min(at + 2 + RANKS);
    let mut known = behind.take_while(|&next| !view.words[next].is_punctuation());
    known.find_map(|next| person_at(annotated, view, Some(next)))
}

/// The name that ends with a word, as found, and with one and two words before it that can
/// belong to it: a given name may be missed.
fn whole_names<'a>(
    annotated: &'a Annotated,
    view: &'a SentenceView,
    last: usize,
) -> impl Iterator<Item = &'a str> {
    const MOST: usize = 2;
    let mention = view.words[last].mention;
    let first = (0..=last).rev().take_while(move |&at| view.words[at].mention == mention).last();
    let first = first.unwrap_or(last);
    let can_belong = |word: &&crate::sentence::Word| {
        word.is_capital && word.mention.is_none() && word.class == WordClass::Open
    };
    let before = view.words[..first].iter().rev().take_while(can_belong).take(MOST).count();
    let end = view.words[last].span.end;
    let text = annotated.document.text.as_str();
    (first - before..=first)
        .rev()
        .filter_map(move |start| text.get(view.words[start].span.start as usize..end as usize))
}

/// The person whose name covers a word.
fn person_at(annotated: &Annotated, view: &SentenceView, at: Option<usize>) -> Option<u32> {
    let mention = view.words.get(at?)?.mention?;
    let is_person = annotated.mentions[mention as usize].label == Label::Per;
    let link = annotated.entities.link_of_mention(mention as usize)?;
    is_person.then_some(link.entity)
}

/// The words of a title in lower case, each between blanks.
fn spaced_words(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '/');
    let mut spaced = String::from(" ");
    for word in words.filter(|word| !word.is_empty()) {
        spaced.push_str(word);
        spaced.push(' ');
    }
    spaced
}

/// Whether the words of a name start with these letters, in this order.
fn has_initials(name: &str, letters: &str) -> bool {
    starts_have_letters(name.split([' ', '-']).filter_map(|word| word.chars().next()), letters)
}

/// Whether these letters are among the first letters of words, in this order.
fn starts_have_letters(mut starts: impl Iterator<Item = char>, letters: &str) -> bool {
    letters.chars().all(|letter| starts.any(|start| start.to_lowercase().eq(letter.to_lowercase())))
}
