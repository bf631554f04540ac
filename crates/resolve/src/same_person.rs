//! Says whether two rows of the knowledge base are one person.
//!
//! The sources of the knowledge base overlap: a Secretary of State is a diplomat, a
//! person of FRUS and a traveller. Their rows are joined when the knowledge base is
//! made, where [`are_surely_same`]. Rows that only [may be the same](may_be_same) do not
//! compete when a name is linked.

use crate::authority_list::ListedPerson;
use crate::countries::COUNTRIES;
use crate::knowledge_base::{KnowledgeSource, PersonRecord};
use crate::name::{NameFit, NameForm, PersonName, are_nicknames, are_transliterations};
use crate::normalise;

/// The strength of a full name from which on two rows surely have one name.
const MIN_SURE_STRENGTH: f32 = 0.5;

/// Years between the active years of two rows of one person without years of life.
const MAX_YEARS_APART: u16 = 5;

/// What is compared of a row.
#[derive(Clone, Debug)]
pub struct ComparedPerson {
    source: KnowledgeSource,
    /// Names and titles.
    pub listed: ListedPerson,
    born: u16,
    died: u16,
    from: u16,
    until: u16,
}

impl ComparedPerson {
    /// Collects what is compared. Years are 0 if unknown.
    pub fn new<'a>(
        source: KnowledgeSource,
        name: &str,
        other_names: impl Iterator<Item = &'a str>,
        remark: &str,
        (born, died): (u16, u16),
        (from, until): (u16, u16),
    ) -> Self {
        let mut listed = ListedPerson::new(String::new(), name, remark);
        other_names.for_each(|other| listed.add_name(other));
        Self { source, listed, born, died, from, until: until.max(from) }
    }

    /// Collects what is compared of a row of the knowledge base.
    pub fn from_record(person: &PersonRecord<'_>) -> Self {
        let listed = ListedPerson::from_record(person);
        let PersonRecord { source, born, died, from, until, .. } = *person;
        Self { source, listed, born, died, from, until: until.max(from) }
    }
}

/// Whether two rows may be one person: the names agree, and so do the years of birth
/// and death where both rows have them. Two rows of one source also have one office in
/// their remarks: lists name heads of state in several forms.
pub(crate) fn may_be_same(
    (one, of_a): (&PersonRecord<'_>, &ListedPerson),
    (other, of_b): (&PersonRecord<'_>, &ListedPerson),
) -> bool {
    lives_agree((one.born, one.died), (other.born, other.died))
        && (one.source != other.source || of_a.titles.shares_significant(of_b.titles))
        && names_agree(of_a, of_b, 0.0)
}

/// Whether two rows of different sources are one person. Beyond their names, the years
/// of birth are equal, or the active years and an office agree. A visitor also comes
/// from a country that the other row names.
pub fn are_surely_same(a: &ComparedPerson, b: &ComparedPerson) -> bool {
    if a.source == b.source
        || !lives_agree((a.born, a.died), (b.born, b.died))
        || !names_agree(&a.listed, &b.listed, MIN_SURE_STRENGTH)
    {
        return false;
    }
    let born_alike = a.born > 0 && a.born == b.born;
    let known = a.from > 0 && b.from > 0;
    let near = known
        && a.from <= b.until.saturating_add(MAX_YEARS_APART)
        && b.from <= a.until.saturating_add(MAX_YEARS_APART);
    let visitor =
        [(a, b), (b, a)].into_iter().find(|(one, _)| one.source == KnowledgeSource::Visits);
    let comes_from_there =
        visitor.is_none_or(|(visitor, other)| remark_names_home(&visitor.listed, &other.listed));
    let has_given = |person: &ComparedPerson| {
        let forms = &person.listed.parsed_name.forms;
        forms.iter().any(|form| form.given.iter().any(|word| word.len() > 1))
    };
    let both_given = has_given(a) && has_given(b);
    let is_junior = |person: &ComparedPerson| {
        let words = normalise::normalise_words(&person.listed.name);
        words.split(' ').any(|word| word == "jr")
    };
    if visitor.is_some() && is_junior(a) != is_junior(b) {
        return false;
    }
    let one_office = a.listed.titles.shares_significant(b.listed.titles);
    let is_telling = match visitor {
        Some(_) => comes_from_there && (one_office || both_given),
        None => one_office && both_given,
    };
    born_alike || (near && is_telling)
}

/// Whether `other`, as lists write it, has the family name of a person and other given
/// names: it is the name of a relative or a namesake. "Osei, Kofi bin" is not "Ama bin Osei".
pub fn is_name_of_namesake(own: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        normalise::normalise_words(name).split_whitespace().map(str::to_owned).collect()
    };
    let Some((family, given)) = other.split_once(',') else { return false };
    let (own, family, given) = (words(own), words(family), words(given));
    let is_title = |word: &String| !PersonName::new(word).titles.is_insignificant();
    let rest_of = |of: &[String], without: &[&[String]]| -> Vec<String> {
        let is_known = |word: &String| without.iter().any(|words| words.contains(word));
        of.iter().filter(|word| !is_known(word) && !is_title(word)).cloned().collect()
    };
    let (rest, own_rest) = (rest_of(&given, &[&own]), rest_of(&own, &[&family, &given]));
    let agree = |x: &String, y: &String| {
        x.chars().next() == y.chars().next() && (x.len() == 1 || y.len() == 1)
            || are_transliterations(x, y)
            || are_nicknames(x, y)
    };
    own.iter().any(|word| family.contains(word))
        && !rest.is_empty()
        && !own_rest.is_empty()
        && !rest.iter().any(|x| own_rest.iter().any(|y| agree(x, y)))
}

/// Whether the remark on a person names the country of a visitor: "President (Mali)".
fn remark_names_home(visitor: &ListedPerson, other: &ListedPerson) -> bool {
    let Some((_, home)) = visitor.remark.rsplit_once('(') else { return false };
    let home = normalise::normalise_words(home);
    let remark = format!(" {} ", normalise::normalise_words(&other.remark));
    let has = |name: &str| {
        let name = normalise::normalise_words(name);
        remark.contains(&format!(" {name} "))
    };
    let country = COUNTRIES.iter().find(|country| {
        let names = country.names.iter().any(|name| normalise::normalise_words(name) == home);
        names || country.gsh.replace('-', " ") == home
    });
    has(&home)
        || country.is_some_and(|country| {
            country.adjectives.iter().chain(&country.names).any(|name| has(name))
        })
}

fn lives_agree(a: (u16, u16), b: (u16, u16)) -> bool {
    let agree = |x: u16, y: u16| x == 0 || y == 0 || x == y;
    agree(a.0, b.0) && agree(a.1, b.1)
}

/// Whether the names of two persons may be one: a family name in common, given names
/// that begin alike, and one of them fits the other with some strength.
fn names_agree(a: &ListedPerson, b: &ListedPerson, least: f32) -> bool {
    if !first_given_names_agree(a, b) || !share_family_name(a, b) {
        return false;
    }
    let fits = |x: &ListedPerson, y: &ListedPerson| {
        let name = PersonName::new(&y.parsed_name.in_text_order());
        match x.parsed_name.compare_name(&name) {
            NameFit::Full(strength) => strength >= least,
            fit => fit == NameFit::Family,
        }
    };
    fits(a, b) || fits(b, a)
}

/// Whether two persons have a word of a family name in common.
fn share_family_name(a: &ListedPerson, b: &ListedPerson) -> bool {
    let (of_a, of_b) = (&a.parsed_name, &b.parsed_name);
    of_a.family_name_words().any(|word| of_b.family_name_words().any(|other| other == word))
}

/// Whether the given names of two persons begin alike: equal, a nickname, or an initial
/// of the other, or one is unknown. "Hill, Christopher Robert" is not "Hill, Robert C.",
/// and "Harriman, W. Averell" is "Harriman, Averell".
fn first_given_names_agree(a: &ListedPerson, b: &ListedPerson) -> bool {
    let first = |person: &ListedPerson| -> Vec<String> {
        let forms = person.parsed_name.forms.iter();
        let whole = |form: &NameForm| form.given.iter().find(|word| word.len() > 1).cloned();
        let first = |form: &NameForm| match form.is_lineage {
            true => form.family.first().cloned(),
            false => form.given.first().cloned(),
        };
        forms.flat_map(|form| first(form).into_iter().chain(whole(form))).collect()
    };
    let (of_a, of_b) = (first(a), first(b));
    let begins = |x: &String, y: &String| x.len() == 1 && y.starts_with(x.as_str());
    let agree = |x: &String, y: &String| {
        x == y || begins(x, y) || begins(y, x) || are_transliterations(x, y) || are_nicknames(x, y)
    };
    of_a.is_empty() || of_b.is_empty() || of_a.iter().any(|x| of_b.iter().any(|y| agree(x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namesakes_have_one_family_name_and_other_given_names() {
        let cases = [
            ("Marwan bin Osei", "Osei, Hassan bin", true),
            ("Osei, Mahmoud", "Osei, Mohammed", true),
            ("Osei, Robert Charles", "Osei, Robert B.", true),
            // Forms of one name.
            ("Osei, Robert Charles", "Osei, Robert C.", false),
            ("Osei, Robert Charles", "Osei, Robert", false),
            ("Osei, Robert", "Osei, Bob", false),
            ("Osei-Gore, William David", "Osei Gore, David", false),
            // Another family name is another spelling.
            ("Schröder, Gerhard", "Schroeder, Gerhard", false),
            ("Marwan bin Osei", "Marwan I", false),
        ];
        for (own, other, expected) in cases {
            assert_eq!(is_name_of_namesake(own, other), expected, "{own} / {other}");
        }
    }
}
