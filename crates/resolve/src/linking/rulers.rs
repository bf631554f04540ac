//! Rulers of the past: whether a person had left an office on the day of a document.
//!
//! A title and a surname mean the ruler of the day, and not the father who had the name
//! and the office before.

use super::LinkQuery;
use crate::authority_list::ListedPerson;
use crate::context::LinkContext;
use crate::knowledge_base::{KnowledgeBase, PersonRecord};
use crate::name::{NameFit, Title, TitleSet};
use crate::same_person::may_be_same;

/// Past office of a ruler, in the country of the post or one that the document mentions, of
/// a person whom the document calls former or late.
const FORMER_RULER_WEIGHT: f32 = 0.4;

/// Subtracted if the document calls a person by an office that the person had left, and
/// by the surname alone: it means a successor of that name.
const LEFT_OFFICE_PENALTY: f32 = 0.4;

/// Titles of offices that one person of a country holds.
const RULERS: [Title; 4] = [Title::King, Title::Queen, Title::President, Title::Premier];

/// Returns what the past offices of a person add to the score, and whether the document
/// speaks of the person as a ruler of the past.
pub(super) fn weigh_past_office(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    query: &LinkQuery<'_>,
    fit: NameFit,
) -> (f32, bool) {
    let succeeded = |by_namesake| was_succeeded(knowledge_base, person, query, by_namesake);
    // "Shaykh Marwan Osei" is not King Marwan.
    let is_king = query.titles.contains(Title::King) && !query.name.has_several_words();
    if (query.is_former && was_ruler(knowledge_base, person, query))
        || (is_king && succeeded(false) && !succeeded(true))
    {
        return (FORMER_RULER_WEIGHT, true);
    }
    let is_called_so_today = !query.is_former && !matches!(fit, NameFit::Full(_));
    let left = || left_office(person.remark, query.titles, query.context.document_year());
    if is_called_so_today && (left() || succeeded(true) || succeeded(false)) {
        return (-LEFT_OFFICE_PENALTY, false);
    }
    (0.0, false)
}

/// Whether the remark on a person says that an office with one of these titles ended
/// before a year: "King of Mali until May 3, 1953".
fn left_office(remark: &str, titles: TitleSet, year: u16) -> bool {
    remark.split([';', '.']).any(|office| {
        let Some((office, rest)) = office.split_once(" until ") else { return false };
        let held = TitleSet::from_remark(office);
        let ended = rest.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 4);
        let ended = ended.and_then(|year| year.parse::<u16>().ok());
        let is_called_so = |&title: &Title| titles.contains(title) && held.contains(title);
        ended.is_some_and(|ended| ended < year) && RULERS.iter().any(is_called_so)
    })
}

/// Whether a person governed a country other than the United States that the document
/// mentions, at any time before its day.
pub(super) fn governed(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    context: &LinkContext,
) -> bool {
    knowledge_base.terms_of(person).any(|term| {
        matches!(term.office, "monarch" | "president" | "premier")
            && term.country != "US"
            && term.from <= context.day
            && context.country_weight(term.country) > 0
    })
}

/// Whether a person held the office of a title before the day of the document, in a country
/// that the document mentions.
pub(super) fn was_ruler(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    query: &LinkQuery<'_>,
) -> bool {
    let LinkQuery { titles, context, .. } = query;
    knowledge_base.terms_of(person).any(|term| {
        let title = Title::of_office(term.office);
        let is_called_so =
            RULERS.iter().any(|&ruler| Some(ruler) == title && titles.contains(ruler));
        is_called_so && term.from < context.day && context.country_weight(term.country) > 0
    })
}

/// Whether another held an office of one holder on the day of the document, after the
/// terms of a person in it. `by_namesake` says whether the name may mean the other: if it
/// may not, a king of the name is one of the past, who keeps the title.
fn was_succeeded(
    knowledge_base: KnowledgeBase<'static>,
    person: &PersonRecord<'static>,
    query: &LinkQuery<'_>,
    by_namesake: bool,
) -> bool {
    let day = query.context.day;
    let rules = |office: &str| matches!(office, "monarch" | "president" | "premier");
    let is_called_so =
        |office: &str| Title::of_office(office).is_some_and(|title| query.titles.contains(title));
    let terms = || {
        let terms = knowledge_base.terms_of(person);
        terms.filter(|term| rules(term.office) && is_called_so(term.office))
    };
    let has_left = terms().next().is_some() && terms().all(|term| term.until < day);
    let own = ListedPerson::from_record(person);
    has_left
        && terms().any(|held| {
            let others = knowledge_base.holders_of(held.office, held.country);
            let mut ruling = others.filter(|(_, term)| term.covers_day(day));
            ruling.any(|(row, _)| {
                let other = knowledge_base.person_record(row);
                let listed = ListedPerson::from_record(&other);
                let fits = listed.parsed_name.compare_name(query.name) >= NameFit::FamilyLike;
                // Two rows may be one person, with a visit in each.
                let is_same =
                    other.id == person.id || may_be_same((&other, &listed), (person, &own));
                !is_same && fits == by_namesake
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_say_who_left_an_office() {
        let king = TitleSet::from_title(Title::King);
        let cases = [
            ("King of Mali until May 3, 1953", king, 1955, true),
            ("King of Mali until May 3, 1953", king, 1953, false),
            ("King of Mali until May 3, 1953", TitleSet::from_title(Title::Prince), 1955, false),
            ("Crown Prince of Mali until May 1953; thereafter King", king, 1955, false),
            ("King of Mali", king, 1955, false),
        ];
        for (remark, titles, year, expected) in cases {
            assert_eq!(left_office(remark, titles, year), expected, "{remark} {year}");
        }
    }
}
