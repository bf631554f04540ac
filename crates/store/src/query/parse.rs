//! Parser of the query language.

use chancery_model::Date;

use super::field_names::{field_with_name, no_field};
use super::nearby_places::USUAL_DISTANCE;
use super::{Query, QueryError, QueryField, QueryTerm};

/// Maximum nesting depth.
const MAX_DEPTH: usize = 50;

/// Maximum number of other words between words near each other.
const MAX_GAP: u32 = 100;

/// Maximum number of leaves in a query.
const MAX_LEAVES: usize = 200;

/// Parses a query.
///
/// # Errors
/// If the syntax is not valid: an open quote, an unknown field, or a day that
/// does not exist.
pub fn parse_query(query: &str) -> Result<Query, QueryError> {
    let pieces = tokenize_query(query)?;
    let mut parser =
        QueryParser { pieces: &pieces, at: 0, end: query.chars().count() + 1, leaves: 0 };
    if parser.pieces.is_empty() {
        return Ok(Query::All);
    }
    let parsed = parser.parse_or(QueryField::Text, 0)?;
    if parser.peek().is_some() {
        return parser.syntax_error("this closing parenthesis has no opening one");
    }
    if parsed.has_inner_copies() {
        let is_copies =
            |piece: &(usize, QueryToken)| piece.1 == QueryToken::Field(QueryField::Copies);
        parser.at = pieces.iter().position(is_copies).unwrap_or_default();
        return parser
            .syntax_error("`copies:once` is about the whole query: not inside OR, NOT or ( )");
    }
    Ok(parsed)
}

/// A lexical token of a query.
#[derive(Clone, Debug, PartialEq)]
enum QueryToken {
    Open,
    Close,
    And,
    Or,
    Not,
    Field(QueryField),
    /// The words, and what follows a tilde after them.
    Quoted(String, Option<String>),
    Bare(String),
}

fn tokenize_query(query: &str) -> Result<Vec<(usize, QueryToken)>, QueryError> {
    let mut pieces = Vec::new();
    let mut rest = query.chars().enumerate().peekable();
    while let Some((at, c)) = rest.next() {
        let column = at + 1;
        let piece = match c {
            c if c.is_whitespace() => continue,
            '(' => QueryToken::Open,
            ')' => QueryToken::Close,
            '"' | '\u{201C}' | '\u{201D}' => {
                let mut words = String::new();
                loop {
                    match rest.next() {
                        Some((_, '"' | '\u{201C}' | '\u{201D}')) => break,
                        Some((_, c)) => words.push(c),
                        None => {
                            let what = "the quote is not closed".into();
                            return Err(QueryError { column, what });
                        }
                    }
                }
                let distance = rest.next_if(|(_, c)| *c == '~').map(|_| {
                    let mut distance = String::new();
                    while let Some((_, c)) = rest.next_if(|(_, c)| c.is_alphanumeric()) {
                        distance.push(c);
                    }
                    distance
                });
                QueryToken::Quoted(words, distance)
            }
            '-' if rest.peek().is_some_and(|(_, next)| !next.is_whitespace()) => QueryToken::Not,
            first => {
                let mut word = String::from(first);
                let is_value = |last: &(usize, QueryToken)| matches!(last.1, QueryToken::Field(_));
                // A value keeps its colons: `entity:geonames:294640`.
                let may_be_field = !pieces.last().is_some_and(is_value);
                let mut field = None;
                while let Some(&(_, c)) = rest.peek() {
                    if c.is_whitespace() || matches!(c, '(' | ')' | '"') {
                        break;
                    }
                    rest.next();
                    if c == ':' && may_be_field && is_field_name(&word) {
                        let error = || QueryError { column, what: no_field(&word) };
                        field = Some(field_with_name(&word).ok_or_else(error)?);
                        break;
                    }
                    word.push(c);
                }
                match (field, word.as_str()) {
                    (Some(field), _) => QueryToken::Field(field),
                    (None, "AND") => QueryToken::And,
                    (None, "OR") => QueryToken::Or,
                    (None, "NOT") => QueryToken::Not,
                    (None, _) => QueryToken::Bare(word),
                }
            }
        };
        pieces.push((column, piece));
    }
    Ok(pieces)
}

/// Returns whether the text before a colon is the name of a field: lower-case
/// letters only, or a field in any case. So "12:30" and "MALI:" stay words, and
/// "mailto:x" is an error.
fn is_field_name(word: &str) -> bool {
    field_with_name(word).is_some() || word.chars().all(|c| c.is_ascii_lowercase())
}

struct QueryParser<'a> {
    pieces: &'a [(usize, QueryToken)],
    at: usize,
    end: usize,
    leaves: usize,
}

impl QueryParser<'_> {
    fn peek(&self) -> Option<&QueryToken> {
        self.pieces.get(self.at).map(|(_, piece)| piece)
    }

    fn syntax_error<T>(&self, what: impl Into<String>) -> Result<T, QueryError> {
        let column = self.pieces.get(self.at).map_or(self.end, |(column, _)| *column);
        Err(QueryError { column, what: what.into() })
    }

    /// a OR b OR …
    fn parse_or(&mut self, field: QueryField, depth: usize) -> Result<Query, QueryError> {
        let mut some = vec![self.parse_and(field, depth)?];
        while self.peek() == Some(&QueryToken::Or) {
            self.at += 1;
            some.push(self.parse_and(field, depth)?);
        }
        Ok(unwrap_single(some, Query::Or))
    }

    /// a b AND c …
    fn parse_and(&mut self, field: QueryField, depth: usize) -> Result<Query, QueryError> {
        let mut every = vec![self.parse_operand(field, depth)?];
        loop {
            match self.peek() {
                Some(QueryToken::And) => self.at += 1,
                None | Some(QueryToken::Or | QueryToken::Close) => {
                    return Ok(unwrap_single(every, Query::And));
                }
                Some(_) => {}
            }
            every.push(self.parse_operand(field, depth)?);
        }
    }

    fn parse_operand(&mut self, field: QueryField, depth: usize) -> Result<Query, QueryError> {
        if depth > MAX_DEPTH {
            return self.syntax_error("the query is nested too deeply");
        }
        let Some((_, piece)) = self.pieces.get(self.at) else {
            return self.syntax_error("a word is missing at the end");
        };
        match piece {
            QueryToken::Not => {
                self.at += 1;
                Ok(Query::Not(Box::new(self.parse_operand(field, depth + 1)?)))
            }
            QueryToken::Open => {
                self.at += 1;
                let inner = self.parse_or(field, depth + 1)?;
                if self.peek() != Some(&QueryToken::Close) {
                    return self.syntax_error("a parenthesis is not closed");
                }
                self.at += 1;
                Ok(inner)
            }
            QueryToken::Field(inner) => {
                if field != QueryField::Text {
                    return self.syntax_error("a field cannot be inside another field");
                }
                self.at += 1;
                match self.peek() {
                    Some(QueryToken::Bare(_) | QueryToken::Quoted(..) | QueryToken::Open) => {
                        self.parse_operand(*inner, depth + 1)
                    }
                    _ => self.syntax_error("the field has no value"),
                }
            }
            QueryToken::Quoted(words, None) => {
                self.parse_leaf(field, QueryTerm::Words(words.clone()))
            }
            QueryToken::Quoted(words, Some(distance)) => {
                let term = self.parse_distance(field, words, distance)?;
                self.parse_leaf(field, term)
            }
            QueryToken::Bare(word) => self.parse_bare_word(field, word),
            QueryToken::Close | QueryToken::And | QueryToken::Or => {
                self.syntax_error("a word is missing before this")
            }
        }
    }

    /// The distance after words: "5" words in the text, "100km" for a place.
    fn parse_distance(
        &self,
        field: QueryField,
        words: &str,
        distance: &str,
    ) -> Result<QueryTerm, QueryError> {
        match field {
            QueryField::Text => match distance.parse() {
                Ok(gap @ 0..=MAX_GAP) => Ok(QueryTerm::Together(words.to_owned(), gap)),
                _ => self.syntax_error(format!(
                    "words may be 0 to {MAX_GAP} other words apart: \"arms embargo\"~5"
                )),
            },
            QueryField::Near => match distance.strip_suffix("km").unwrap_or(distance).parse() {
                Ok(kilometres) => Ok(QueryTerm::Within(words.to_owned(), kilometres)),
                Err(_) => self.syntax_error("a distance is in kilometres: near:Algiers~100km"),
            },
            _ => self.syntax_error("only words of the text and `near:` have a distance"),
        }
    }

    fn parse_bare_word(&mut self, field: QueryField, word: &str) -> Result<Query, QueryError> {
        if field == QueryField::Near
            && let Some((place, distance)) = word.rsplit_once('~')
        {
            let term = self.parse_distance(field, place, distance)?;
            return self.parse_leaf(field, term);
        }
        let inner = word.strip_suffix('*').unwrap_or(word);
        if inner.contains('*') && inner.chars().any(char::is_alphanumeric) {
            return self.parse_leaf(field, QueryTerm::Pattern(word.to_owned()));
        }
        if let Some(prefix) = word.strip_suffix('*') {
            if !prefix.chars().any(char::is_alphanumeric) {
                return self.syntax_error("a prefix needs a letter or digit");
            }
            return self.parse_leaf(field, QueryTerm::Prefix(prefix.to_owned()));
        }
        if let Some((stem, distance)) = word.rsplit_once('~') {
            let distance = if distance.is_empty() { Some(1) } else { distance.parse().ok() };
            return match distance {
                Some(distance @ 1..=2) if !stem.is_empty() => {
                    self.parse_leaf(field, QueryTerm::Fuzzy(stem.to_owned(), distance))
                }
                _ => self.syntax_error("a word may differ by 1 or 2 letters: word~1, word~2"),
            };
        }
        self.parse_leaf(field, QueryTerm::Words(word.to_owned()))
    }

    fn parse_leaf(&mut self, field: QueryField, leaf: QueryTerm) -> Result<Query, QueryError> {
        self.leaves += 1;
        if self.leaves > MAX_LEAVES {
            return self.syntax_error("the query has too many words");
        }
        let leaf = match (field, leaf) {
            (QueryField::Date, QueryTerm::Words(words)) => match parse_days(&words) {
                Some((first, last)) => QueryTerm::Days(first, last),
                None => {
                    return self.syntax_error(format!(
                        "{words:?} is not a date: use 2009, 2009-10, 2009-10-20 or 2009..2010"
                    ));
                }
            },
            (QueryField::Date, _) => return self.syntax_error("a date cannot have * or ~"),
            (QueryField::Copies, QueryTerm::Words(words)) if words == "once" => {
                QueryTerm::Words(words)
            }
            (QueryField::Copies, _) => {
                return self.syntax_error("near-duplicates are counted once: copies:once");
            }
            (QueryField::Near, QueryTerm::Words(place)) => QueryTerm::Within(place, USUAL_DISTANCE),
            (QueryField::Near, QueryTerm::Prefix(_) | QueryTerm::Pattern(_)) => {
                return self.syntax_error("the name of a place cannot have *");
            }
            (_, leaf) => leaf,
        };
        self.at += 1;
        Ok(Query::Leaf(field, leaf))
    }
}

/// Returns the only query of a list of one, or else the whole list.
fn unwrap_single(mut some: Vec<Query>, list: fn(Vec<Query>) -> Query) -> Query {
    match some.len() {
        1 => some.remove(0),
        _ => list(some),
    }
}

/// Returns the first and last day of a date or range.
fn parse_days(words: &str) -> Option<(u32, u32)> {
    let (first, last) = words.split_once("..").unwrap_or((words, words));
    let first = if first.is_empty() { 0 } else { parse_period(first)?.0 };
    let last = if last.is_empty() { 99_999_999 } else { parse_period(last)?.1 };
    (first <= last && words != "..").then_some((first, last))
}

/// Returns the first and last day of a year, month or day.
fn parse_period(words: &str) -> Option<(u32, u32)> {
    let mut parts = words.split('-');
    let mut next = |width: usize| {
        let part = parts.next();
        part.map(|part| {
            let digits = part.len() == width && part.bytes().all(|digit| digit.is_ascii_digit());
            digits.then(|| part.parse::<u32>().ok()).flatten()
        })
    };
    let (year, month, day) = (next(4)??, next(2), next(2));
    if parts.next().is_some() {
        return None;
    }
    let calendar = |month: u32, day: u32| {
        Date::new(year as u16, month as u8, day as u8)?;
        Some(year * 10_000 + month * 100 + day)
    };
    match (month, day) {
        (None, _) => Some((calendar(1, 1)?, calendar(12, 31)?)),
        (Some(month), None) => calendar(month?, 1).map(|first| (first, first + 30)),
        (Some(month), Some(day)) => calendar(month?, day?).map(|day| (day, day)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words_leaf(field: QueryField, words: &str) -> Query {
        Query::Leaf(field, QueryTerm::Words(words.to_owned()))
    }

    #[test]
    #[allow(clippy::unreadable_literal, reason = "days, written as in the index: 20091031")]
    fn queries_are_parsed() {
        use QueryField::{Date, Tag, Text};
        let (a, b, c) = (words_leaf(Text, "a"), words_leaf(Text, "b"), words_leaf(Text, "c"));
        let not = |query: &Query| Query::Not(Box::new(query.clone()));
        let cases = [
            ("", Query::All),
            ("a", a.clone()),
            ("a b", Query::And(vec![a.clone(), b.clone()])),
            ("a AND b OR c", Query::Or(vec![Query::And(vec![a.clone(), b.clone()]), c.clone()])),
            ("a (b OR c)", Query::And(vec![a.clone(), Query::Or(vec![b.clone(), c.clone()])])),
            ("a NOT b -c", Query::And(vec![a.clone(), not(&b), not(&c)])),
            ("\"a b\"", words_leaf(Text, "a b")),
            (
                "tag:(PTER OR PREL)",
                Query::Or(vec![words_leaf(Tag, "PTER"), words_leaf(Tag, "PREL")]),
            ),
            ("mis*", Query::Leaf(Text, QueryTerm::Prefix("mis".into()))),
            ("kadafi~2", Query::Leaf(Text, QueryTerm::Fuzzy("kadafi".into(), 2))),
            ("kadafi~", Query::Leaf(Text, QueryTerm::Fuzzy("kadafi".into(), 1))),
            ("date:2009-10", Query::Leaf(Date, QueryTerm::Days(20091001, 20091031))),
            ("date:..1975", Query::Leaf(Date, QueryTerm::Days(0, 19751231))),
            ("a copies:once", Query::And(vec![a.clone(), words_leaf(QueryField::Copies, "once")])),
            ("12:30", words_leaf(Text, "12:30")),
            ("MALI:x", words_leaf(Text, "MALI:x")),
            ("Person:x", words_leaf(QueryField::Person, "x")),
            ("SUBJECT: x", words_leaf(QueryField::Subject, "x")),
            ("entity:geonames:294640", words_leaf(QueryField::Entity, "geonames:294640")),
            (
                "entity:people:1 a",
                Query::And(vec![words_leaf(QueryField::Entity, "people:1"), a.clone()]),
            ),
            ("date:2008-02-29", Query::Leaf(Date, QueryTerm::Days(20080229, 20080229))),
        ];
        for (query, expected) in cases {
            assert_eq!(parse_query(query), Ok(expected), "{query}");
        }
    }

    #[test]
    fn errors_name_the_column() {
        let cases = [
            ("a \"b", 3, "quote"),
            ("(a", 3, "closed"),
            ("a)", 2, "closing"),
            ("a OR", 5, "missing"),
            ("AND a", 1, "missing"),
            ("froms:x", 1, "no field"),
            ("a class:PER", 3, "person:"),
            ("date:yesterday", 6, "not a date"),
            ("date:2009-13", 6, "not a date"),
            ("date:2009-02-29", 6, "not a date"),
            ("tag:", 5, "no value"),
            ("tag:(references:x)", 6, "inside"),
            ("a~3", 1, "differ"),
            ("*", 1, "prefix"),
            ("a copies:twice", 10, "copies:once"),
            ("a OR copies:once", 6, "whole query"),
            ("NOT copies:once", 5, "whole query"),
        ];
        for (query, column, what) in cases {
            let error = parse_query(query).expect_err(query);
            assert_eq!(error.column, column, "{query}: {error}");
            assert!(error.what.contains(what), "{query}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_query_panics(query in "([a-c:()\"*~ -]|AND|OR|NOT|date:|tag:|\\PC){0,40}") {
            if let Err(error) = parse_query(&query) {
                prop_assert!(error.column <= query.chars().count() + 1);
            }
        }
    }
}
