//! Printer of the query language, and builders of queries.
//!
//! A query that is printed and parsed again is the same query. So pages and
//! programs build queries from trees and never from text.

use std::fmt;

use super::{Query, QueryError, QueryField, QueryTerm};

impl Query {
    /// Consecutive words in a field. Quotation marks cannot be part of a
    /// query: they become spaces.
    pub fn words(field: QueryField, words: &str) -> Self {
        let words = words.replace(is_quotation_mark, " ");
        Self::Leaf(field, QueryTerm::Words(words.trim().to_owned()))
    }

    /// Documents that mention the entity with this id.
    pub fn entity(id: &str) -> Self {
        Self::words(QueryField::Entity, id)
    }

    /// Documents that this post sent.
    pub fn post(name: &str) -> Self {
        Self::words(QueryField::Post, name)
    }

    /// Documents of a year, month, day or range, written as in a query:
    /// "1957", "1957-03", "1957..1959".
    ///
    /// # Errors
    /// If it is not a date.
    pub fn dates(words: &str) -> Result<Self, QueryError> {
        super::parse_query(&format!("{}:\"{words}\"", QueryField::Date.name()))
    }

    /// The same query, in which near-duplicates count once.
    #[must_use]
    pub fn with_copies_once(self) -> Self {
        self.without(QueryField::Copies).and(Self::words(QueryField::Copies, "once"))
    }

    /// Whether near-duplicates count once.
    pub fn counts_copies_once(&self) -> bool {
        self.terms().iter().any(|term| term.is_only_about(QueryField::Copies))
    }

    /// Whether a part of a term counts near-duplicates once, which has no meaning.
    pub(super) fn has_inner_copies(&self) -> bool {
        let has_copies = |query: &Self| match query {
            Self::All => false,
            Self::Leaf(field, _) => *field == QueryField::Copies,
            Self::And(all) | Self::Or(all) => {
                all.iter().any(|one| one.has_inner_copies() || one.counts_copies_once())
            }
            Self::Not(inner) => inner.has_inner_copies() || inner.counts_copies_once(),
        };
        self.terms().iter().any(|term| !matches!(term, Self::Leaf(..)) && has_copies(term))
    }

    /// Documents that must match both queries.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut terms = self.into_terms();
        terms.extend(other.into_terms());
        Self::from_terms(terms)
    }

    /// The query without the terms that are about this field alone.
    #[must_use]
    pub fn without(self, field: QueryField) -> Self {
        let terms = self.into_terms();
        Self::from_terms(terms.into_iter().filter(|term| !term.is_only_about(field)).collect())
    }

    /// The query without one of its [terms](Self::terms).
    #[must_use]
    pub fn without_term(self, number: usize) -> Self {
        let mut terms = self.into_terms();
        if number < terms.len() {
            terms.remove(number);
        }
        Self::from_terms(terms)
    }

    /// The terms that must all match: those of an AND, or the whole query.
    pub fn terms(&self) -> &[Self] {
        match self {
            Self::All => &[],
            Self::And(terms) => terms,
            other => std::slice::from_ref(other),
        }
    }

    fn into_terms(self) -> Vec<Self> {
        match self {
            Self::All => Vec::new(),
            Self::And(terms) => terms,
            other => vec![other],
        }
    }

    fn from_terms(mut terms: Vec<Self>) -> Self {
        match terms.len() {
            0 => Self::All,
            1 => terms.remove(0),
            _ => Self::And(terms),
        }
    }

    fn is_only_about(&self, field: QueryField) -> bool {
        match self {
            Self::All => false,
            Self::Leaf(own, _) => *own == field,
            Self::And(all) | Self::Or(all) => all.iter().all(|one| one.is_only_about(field)),
            Self::Not(inner) => inner.is_only_about(field),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Leaf(QueryField::Text, leaf) => write_leaf(f, leaf, WordPosition::Text),
            Self::Leaf(field, leaf) => {
                write!(f, "{}:", field.name())?;
                write_leaf(f, leaf, WordPosition::Field)
            }
            Self::And(terms) => write_list(f, terms, " ", Self::is_list),
            Self::Or(terms) => write_list(f, terms, " OR ", |term| matches!(term, Self::Or(_))),
            Self::Not(inner) if inner.is_list() && inner.group_field().is_none() => {
                write!(f, "NOT ({inner})")
            }
            Self::Not(inner) => write!(f, "NOT {inner}"),
        }
    }
}

impl Query {
    fn is_list(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_))
    }

    /// The field of a list of words that prints as a group: `tag:(A OR B)`.
    fn group_field(&self) -> Option<QueryField> {
        let (Self::And(terms) | Self::Or(terms)) = self else { return None };
        let field_of = |term: &Self| match term {
            Self::Leaf(field, QueryTerm::Words(_))
                if !matches!(field, QueryField::Text | QueryField::Date) =>
            {
                Some(*field)
            }
            _ => None,
        };
        let first = field_of(terms.first()?)?;
        terms.iter().all(|term| field_of(term) == Some(first)).then_some(first)
    }
}

fn write_list(
    f: &mut fmt::Formatter<'_>,
    terms: &[Query],
    separator: &str,
    needs_parentheses: fn(&Query) -> bool,
) -> fmt::Result {
    for (number, term) in terms.iter().enumerate() {
        if number > 0 {
            f.write_str(separator)?;
        }
        match term.group_field() {
            Some(field) => write_group(f, field, term)?,
            None if needs_parentheses(term) => write!(f, "({term})")?,
            None => write!(f, "{term}")?,
        }
    }
    Ok(())
}

fn write_group(f: &mut fmt::Formatter<'_>, field: QueryField, group: &Query) -> fmt::Result {
    let (terms, separator) = match group {
        Query::And(terms) => (terms, " "),
        Query::Or(terms) => (terms, " OR "),
        _ => return Ok(()),
    };
    write!(f, "{}:(", field.name())?;
    for (number, term) in terms.iter().enumerate() {
        if number > 0 {
            f.write_str(separator)?;
        }
        if let Query::Leaf(_, leaf) = term {
            write_leaf(f, leaf, WordPosition::Text)?;
        }
    }
    f.write_str(")")
}

/// Where a word is written: directly after a field's colon it keeps its own
/// colons.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordPosition {
    Text,
    Field,
}

fn write_leaf(f: &mut fmt::Formatter<'_>, leaf: &QueryTerm, position: WordPosition) -> fmt::Result {
    match leaf {
        QueryTerm::Words(words) if is_bare(words, position) => f.write_str(words),
        QueryTerm::Words(words) => write!(f, "\"{words}\""),
        QueryTerm::Prefix(prefix) => write!(f, "{prefix}*"),
        QueryTerm::Fuzzy(word, distance) => write!(f, "{word}~{distance}"),
        QueryTerm::Pattern(pattern) => f.write_str(pattern),
        QueryTerm::Together(words, gap) => write!(f, "\"{words}\"~{gap}"),
        QueryTerm::Within(place, kilometres) => write!(f, "\"{place}\"~{kilometres}km"),
        QueryTerm::Days(first, last) => f.write_str(&date_range(*first, *last)),
    }
}

/// Whether the parser reads these words without quotation marks as one word.
fn is_bare(words: &str, position: WordPosition) -> bool {
    let is_operator = matches!(words, "AND" | "OR" | "NOT");
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '\'' | '&' | ',');
    let is_plain = |c: char| plain(c) || position == WordPosition::Field && c == ':';
    // Quoted, a word with a curly quotation mark would end there.
    let has_mark = words.contains(is_quotation_mark) && !words.contains(char::is_whitespace);
    has_mark
        || !is_operator && words.starts_with(char::is_alphanumeric) && words.chars().all(is_plain)
}

fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\u{201C}' | '\u{201D}')
}

/// The shortest date or range that stands for these days.
fn date_range(first: u32, last: u32) -> String {
    let (year, month, day) = (first / 10_000, first / 100 % 100, first % 100);
    let is_year = |last: u32| last % 10_000 == 1231;
    // A month ends on its day 31, whether it has one or not.
    let is_month = |last: u32| last % 100 == 31;
    if first == last {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    if last == first + 30 && day == 1 {
        return format!("{year:04}-{month:02}");
    }
    let is_open = last == 99_999_999;
    let start = match (month, day) {
        _ if first == 0 => String::new(),
        (1, 1) if is_year(last) || is_open => format!("{year:04}"),
        (_, 1) if is_month(last) || is_open => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    };
    let (last_year, month, day) = (last / 10_000, last / 100 % 100, last % 100);
    let end = match last {
        _ if is_open => String::new(),
        last if is_year(last) => format!("{last_year:04}"),
        last if is_month(last) => format!("{last_year:04}-{month:02}"),
        _ => format!("{last_year:04}-{month:02}-{day:02}"),
    };
    match start == end {
        // All days: nothing in quotation marks is read so.
        true if start.is_empty() => "\"\"".to_owned(),
        true => start,
        false => format!("{start}..{end}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse_query;
    use super::*;

    #[test]
    fn queries_are_printed_in_their_shortest_form() {
        let cases = [
            ("", ""),
            ("a  AND b", "a b"),
            ("\u{201C}port louis\u{201D} veloutier", "\"port louis\" veloutier"),
            ("(a OR b) c", "(a OR b) c"),
            ("a b OR -c", "a b OR NOT c"),
            ("NOT (a b)", "NOT (a b)"),
            ("tag:(PTER OR PREL) x", "tag:(PTER OR PREL) x"),
            ("entity:\"people:1\"", "entity:people:1"),
            ("\"OR\" \"a*\" b~", "\"OR\" \"a*\" b~1"),
            ("date:2009-10 date:2009", "date:2009-10 date:2009"),
            ("date:2009-02-03..2009-06", "date:2009-02-03..2009-06"),
            ("date:..1975 date:1957..1959", "date:..1975 date:1957..1959"),
            ("date:2009-12-31..", "date:2009-12-31.."),
            ("date:1974-01..1975-02", "date:1974-01..1975-02"),
            ("date:1974..1975-02-03", "date:1974-01-01..1975-02-03"),
            ("\u{201C}crime PERSON\u{201D}~5 mis*le", "\"crime PERSON\"~5 mis*le"),
            (
                "near:Algiers near:\"Port Louis\"~50km",
                "near:\"Algiers\"~100km near:\"Port Louis\"~50km",
            ),
            (
                "near:Oslo~20 stem:negotiated like:09OSLO1",
                "near:\"Oslo\"~20km stem:negotiated like:09OSLO1",
            ),
        ];
        for (query, expected) in cases {
            let parsed = parse_query(query).expect(query);
            assert_eq!(parsed.to_string(), expected, "{query}");
        }
    }

    #[test]
    fn queries_are_built_from_terms() {
        let of = |query: &str| parse_query(query).expect(query);
        let post = Query::post("Port \"Louis\"");
        for (query, expected) in [
            ("", "post:\"Port  Louis\""),
            ("a", "a post:\"Port  Louis\""),
            ("a OR b", "(a OR b) post:\"Port  Louis\""),
        ] {
            assert_eq!(of(query).and(post.clone()).to_string(), expected);
        }
        for (query, expected) in [
            ("a date:1957 b", "a b"),
            ("date:1957", ""),
            ("a NOT date:1957", "a"),
            ("a OR date:1957", "a OR date:1957"),
            ("(date:1957 OR date:1959) a", "a"),
        ] {
            assert_eq!(of(query).without(QueryField::Date).to_string(), expected, "{query}");
        }
        let query = of("\u{201C}port louis\u{201D} veloutier");
        let terms: Vec<String> = query.terms().iter().map(Query::to_string).collect();
        assert_eq!(terms, ["\"port louis\"", "veloutier"]);
        assert_eq!(query.clone().without_term(0).to_string(), "veloutier");
        assert_eq!(query.without_term(1).to_string(), "\"port louis\"");
        assert_eq!(of("a").without_term(0), Query::All);
        let once = of("a OR b").with_copies_once();
        assert_eq!(once.to_string(), "(a OR b) copies:once");
        assert!(once.counts_copies_once() && !of("a").counts_copies_once());
        assert_eq!(once.clone().with_copies_once(), once);
        assert_eq!(Query::dates("1957..").expect("a date").to_string(), "date:1957..");
        assert!(Query::dates("soon").is_err());
    }

    proptest! {
        #[test]
        fn a_printed_query_is_parsed_back(
            query in "([a-c:()\"*~\u{201C} -]|AND|OR|NOT|date:|date:19[0-9]{2}(-0[1-9])?(\\.\\.)?|tag:|entity:|\\PC){0,40}"
        ) {
            if let Ok(parsed) = parse_query(&query) {
                let printed = parsed.to_string();
                prop_assert_eq!(parse_query(&printed), Ok(parsed), "{:?}", printed);
            }
        }

        #[test]
        fn built_queries_are_parsed_back(words in "\\PC{0,20}", query in "[a-c]( OR [a-c])?") {
            prop_assume!(!words.trim().is_empty());
            let built = parse_query(&query).expect("a query").and(Query::words(QueryField::Post, &words));
            let printed = built.to_string();
            prop_assert_eq!(parse_query(&printed), Ok(built), "{:?}", printed);
        }
    }
}
