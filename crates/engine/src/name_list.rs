//! The user's list of names: JSON lines of `{"name", "aliases", "label",
//! "id", "remark"}`, or CSV (RFC 4180) with these columns (aliases separated by
//! "|"). Without a label a name is a person.

use std::path::Path;

use chancery_resolve::{AuthorityList, ListedPerson};
use serde::Deserialize;
use thiserror::Error;

use crate::input_error::InputError;
use crate::inputs::read_utf8_file;

/// A list of names that cannot be read.
#[derive(Debug, Error)]
pub enum NameListError {
    /// The file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A row is not a name.
    #[error("{file}: line {line}: {what}")]
    Row {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
}

/// Reads the names in the user's file.
///
/// # Errors
/// If the file cannot be read or a row is not a name.
pub fn read_name_list(path: &Path) -> Result<AuthorityList, NameListError> {
    let text = read_utf8_file(path)?;
    parse_name_list(&text).map_err(|RowError { line, what }| {
        let file = path.display().to_string();
        NameListError::Row { file, line, what }
    })
}

/// A row that is not a name: its line and what is wrong.
#[derive(Debug)]
struct RowError {
    line: u64,
    what: String,
}

fn parse_name_list(text: &str) -> Result<AuthorityList, RowError> {
    if text.trim_start().starts_with('{') { parse_json_lines(text) } else { parse_csv(text) }
}

fn parse_json_lines(text: &str) -> Result<AuthorityList, RowError> {
    let mut authority_list = AuthorityList::default();
    for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
        let row = serde_json::from_str::<NameListRow>(row)
            .map_err(|error| format!("not a name in JSON (with \"id\" and \"name\"): {error}"));
        row.and_then(|row| row.add_to_authority_list(&mut authority_list))
            .map_err(|what| RowError { line, what })?;
    }
    Ok(authority_list)
}

fn parse_csv(text: &str) -> Result<AuthorityList, RowError> {
    let mut authority_list = AuthorityList::default();
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let damaged = |error: csv::Error| RowError {
        line: error.position().map_or(1, csv::Position::line),
        what: error.to_string(),
    };
    let headings = rows.headers().map_err(damaged)?;
    let columns: Vec<String> =
        headings.iter().map(|column| column.trim().to_ascii_lowercase()).collect();
    for wanted in ["id", "name"] {
        if !text.trim().is_empty() && !columns.iter().any(|column| column == wanted) {
            let what = format!("no column {wanted:?} (columns: {})", columns.join(", "));
            return Err(RowError { line: 1, what });
        }
    }
    for row in rows.records() {
        let row = row.map_err(damaged)?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |key: &str| {
            let at = columns.iter().position(|column| column == key);
            at.and_then(|at| row.get(at)).unwrap_or("").to_owned()
        };
        let name = NameListRow {
            id: cell("id"),
            name: cell("name"),
            aliases: cell("aliases").split('|').map(str::to_owned).collect(),
            label: cell("label"),
            remark: cell("remark"),
        };
        name.add_to_authority_list(&mut authority_list).map_err(|what| RowError { line, what })?;
    }
    Ok(authority_list)
}

/// A row of a user's file.
#[derive(Default, Deserialize)]
#[serde(default)]
struct NameListRow {
    id: String,
    name: String,
    aliases: Vec<String>,
    label: String,
    remark: String,
}

impl NameListRow {
    fn add_to_authority_list(self, authority_list: &mut AuthorityList) -> Result<(), String> {
        let Self { id, name, aliases, label, remark } = self;
        if name.is_empty() || id.is_empty() {
            return Err("a name needs \"name\" and \"id\"".to_owned());
        }
        let id = format!("own:{id}");
        let aliases = aliases.iter().map(|alias| alias.trim()).filter(|alias| !alias.is_empty());
        match label.to_ascii_uppercase().as_str() {
            "" | "PER" => {
                let mut known = ListedPerson::new(id, &name, &remark);
                aliases.for_each(|alias| known.add_name(alias));
                authority_list.add_person(known);
            }
            "LOC" | "ORG" | "MISC" => {
                let names = std::iter::once(name.as_str()).chain(aliases);
                names.for_each(|alias| authority_list.add_named_entity(alias, &id, &name));
            }
            other => return Err(format!("{other:?} is not a label: PER, LOC, ORG or MISC")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_as_csv_or_json_lines() {
        let cases = [
            ("id,name\n1,\"Osei, Ama\"\n", "Osei, Ama", ""),
            ("Name , ID\r\nAma Osei,1\r\n", "Ama Osei", ""),
            (
                "id,name,remark,label\n1,\"Osei, Ama\",\"said \"\"no\"\"\nto all\",PER\n",
                "Osei, Ama",
                "said \"no\"\nto all",
            ),
            ("{\"id\": \"1\", \"name\": \"Ama Osei\", \"remark\": \"x\"}\n", "Ama Osei", "x"),
        ];
        for (text, name, remark) in cases {
            let authority_list = parse_name_list(text).unwrap();
            let known = authority_list.person_at(0);
            assert_eq!((known.id.as_str(), known.name.as_str()), ("own:1", name), "{text:?}");
            assert_eq!(known.remark, remark, "{text:?}");
        }
        assert!(parse_name_list("").unwrap().is_empty());
    }

    #[test]
    fn errors_name_the_line() {
        let cases = [
            ("id,name\n1,Osei\n,Nobody\n", 3, "a name needs \"name\" and \"id\""),
            ("{\"id\": \"1\", \"name\": \"x\"}\n\n{]\n", 3, "not a name in JSON"),
            ("a,b\n1,2\n", 1, "no column \"id\" (columns: a, b)"),
            ("id,name,label\n1,x,DATE\n", 2, "\"DATE\" is not a label: PER, LOC, ORG or MISC"),
        ];
        for (text, expected_line, expected) in cases {
            let RowError { line, what } = parse_name_list(text).expect_err(text);
            assert_eq!(line, expected_line, "{text:?}");
            assert!(what.starts_with(expected), "{what}");
        }
    }
}
