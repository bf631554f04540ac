//! Of which country a king or queen is.
//!
//! Rulers of several countries have one name: "King Abdullah" of Jordan and of Saudi
//! Arabia. The country stands beside the name ("Saudi King Abdullah", "King Hussein
//! of Jordan"). Without it, a telegram from a monarchy means its own ruler.

use chancery_model::{Label, Mention};

use super::Surroundings;
use crate::authority_list::ListedPerson;
use crate::context::LinkContext;
use crate::knowledge_base::RecordRow;
use crate::name::{NameFit, PersonName, Title};
use crate::normalise;
use crate::title::SurroundingTitles;

/// Returns the ISO code of the country of a king or queen, if the text or the post
/// says which.
pub(super) fn realm_of_ruler(
    text: &str,
    mentions: &[Mention],
    number: usize,
    around: SurroundingTitles,
    sources: Surroundings<'_>,
) -> Option<&'static str> {
    let Surroundings { context, place_linker, .. } = sources;
    if !around.titles.contains_any(&[Title::King, Title::Queen]) {
        return None;
    }
    let owner = around.owner.map(|at| at as usize).or_else(|| place_behind(text, mentions, number));
    let Some(owner) = owner else {
        let name = &text[mentions[number].span.byte_range()];
        return context
            .post_iso()
            .filter(|post| is_monarchy(post, context.document_year()))
            .filter(|post| may_be_own_ruler(name, post, sources));
    };
    let folded = normalise::normalise_words(&text[mentions[owner].span.byte_range()]);
    let country = place_linker.find_country(&folded, &LinkContext::default())?;
    Some(country.country)
}

/// Years before the first day that is known of a ruler, and after the last, in which a
/// telegram may call him so: the days are those of visits.
const YEARS_AROUND_TERM: (u32, u32) = (3, 15);

/// Whether the ruler of the country of the post may have a name: it is that of a ruler
/// of those years, or none is known there and none of this name elsewhere.
fn may_be_own_ruler(name: &str, post: &str, sources: Surroundings<'_>) -> bool {
    let Surroundings { context, knowledge_base, .. } = sources;
    let name = PersonName::new(name);
    let mut is_known = false;
    for (row, term) in knowledge_base.holders_of("monarch", post) {
        let (before, after) = YEARS_AROUND_TERM;
        let from = term.from.saturating_sub(before * 10_000);
        let until = term.until.saturating_add(after * 10_000);
        is_known |= term.covers_day(context.day);
        let ruler = ListedPerson::from_record(&knowledge_base.person_record(row));
        if (from..=until).contains(&context.day)
            && ruler.parsed_name.compare_name(&name) >= NameFit::FamilyLike
        {
            return true;
        }
    }
    !is_known && !rules_elsewhere(&name, sources)
}

/// Whether a ruler with this family name ruled another country on that day.
fn rules_elsewhere(name: &PersonName, sources: Surroundings<'_>) -> bool {
    let Surroundings { context, knowledge_base, .. } = sources;
    let persons = knowledge_base.find_rows(name.family_name()).filter_map(|row| match row {
        RecordRow::Person(row) => Some(knowledge_base.person_record(row)),
        RecordRow::Place(..) => None,
    });
    let mut terms = persons.flat_map(|person| knowledge_base.terms_of(&person));
    terms.any(|term| term.office == "monarch" && term.covers_day(context.day))
}

/// The mention after "of" behind a name.
fn place_behind(text: &str, mentions: &[Mention], number: usize) -> Option<usize> {
    let next = mentions.get(number + 1).filter(|next| next.label == Label::Loc)?;
    let between = text.get(mentions[number].span.end as usize..next.span.start as usize)?;
    (between == " of ").then_some(number + 1)
}

/// Whether a country had a king, queen, emir, sultan or emperor in a year. In an
/// unknown year (0) it had one if it has one today.
pub(crate) fn is_monarchy(iso: &str, year: u16) -> bool {
    let year = if year == 0 { u16::MAX } else { year };
    let lines = include_str!("../../data/monarchies.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).any(|line| {
        let mut columns = line.split('\t');
        let is_country = columns.next() == Some(iso);
        let mut bound = || columns.next().and_then(|digits| digits.parse::<u16>().ok());
        let (from, until) = (bound().unwrap_or(0), bound().unwrap_or(u16::MAX));
        is_country && (from..=until).contains(&year)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monarchies_have_years() {
        for (iso, year, expected) in
            [("JO", 1970, true), ("IR", 1978, true), ("IR", 1980, false), ("FR", 1970, false)]
        {
            assert_eq!(is_monarchy(iso, year), expected, "{iso} {year}");
        }
        assert!(is_monarchy("JO", 0) && !is_monarchy("IR", 0));
    }
}
