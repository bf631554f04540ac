//! The user's list of names: JSON lines of `{"name", "aliases", "label",
//! "id", "remark"}`, or CSV (RFC 4180) with these columns (aliases separated by
//! "|"). Without a label a name is a person. Several rows with one id are several
//! names of one person, place or organisation.
//!
//! An archive keeps the text of the list, so that documents that are added later are
//! resolved with it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use chancery_model::Label;
use chancery_resolve::{AuthorityList, ListedPerson, normalise};
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

/// The user's list of names. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct UserList {
    text: Arc<str>,
    authority_list: Arc<AuthorityList>,
    persons: usize,
    others: usize,
}

impl UserList {
    /// Reads the names in the user's file.
    ///
    /// # Errors
    /// If the file cannot be read or a row is not a name.
    pub fn read(path: &Path) -> Result<Self, NameListError> {
        Self::from_text(&read_utf8_file(path)?, &path.display().to_string())
    }

    /// Reads the names in the text of `file`.
    ///
    /// # Errors
    /// If a row is not a name.
    pub fn from_text(text: &str, file: &str) -> Result<Self, NameListError> {
        parse_name_list(text).map_err(|RowError { line, what }| NameListError::Row {
            file: file.to_owned(),
            line,
            what,
        })
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names as the resolver uses them.
    pub fn authority_list(&self) -> &Arc<AuthorityList> {
        &self.authority_list
    }

    /// The number of persons.
    pub fn count_persons(&self) -> usize {
        self.persons
    }

    /// The number of places, organisations and others.
    pub fn count_others(&self) -> usize {
        self.others
    }
}

/// A row that is not a name: its line and what is wrong.
#[derive(Debug)]
struct RowError {
    line: u64,
    what: String,
}

fn parse_name_list(text: &str) -> Result<UserList, RowError> {
    let rows =
        if text.trim_start().starts_with('{') { read_json_lines(text) } else { read_csv(text) };
    let mut entries = ListEntries::default();
    for (line, row) in rows? {
        entries.add_row(line, row).map_err(|what| RowError { line, what })?;
    }
    Ok(entries.into_user_list(text))
}

/// The rows of a file with their lines.
type Rows = Vec<(u64, NameListRow)>;

fn read_json_lines(text: &str) -> Result<Rows, RowError> {
    let rows = (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty());
    rows.map(|(line, row)| match serde_json::from_str(row) {
        Ok(row) => Ok((line, row)),
        Err(error) => {
            let what = format!("not a name in JSON (with \"id\" and \"name\"): {error}");
            Err(RowError { line, what })
        }
    })
    .collect()
}

fn read_csv(text: &str) -> Result<Rows, RowError> {
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
    let mut read = Rows::new();
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
        read.push((line, name));
    }
    Ok(read)
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

/// The persons, places and organisations of a list, in the order of their first rows.
#[derive(Default)]
struct ListEntries {
    entries: Vec<ListEntry>,
    by_id: HashMap<String, usize>,
    /// Entries that are no persons, by normalised name.
    by_name: HashMap<String, usize>,
}

/// The rows with one id.
struct ListEntry {
    id: String,
    label: Label,
    /// The first line.
    line: u64,
    names: Vec<String>,
    remark: String,
}

impl ListEntries {
    fn add_row(&mut self, line: u64, row: NameListRow) -> Result<(), String> {
        let NameListRow { id, name, aliases, label, remark } = row;
        if name.trim().is_empty() || id.trim().is_empty() {
            return Err("a name needs \"name\" and \"id\"".to_owned());
        }
        let label = match label.trim() {
            "" => Label::Per,
            written => written
                .to_ascii_uppercase()
                .parse()
                .map_err(|()| format!("{written:?} is not a label: PER, LOC, ORG or MISC"))?,
        };
        let at = *self.by_id.entry(id.clone()).or_insert(self.entries.len());
        if at == self.entries.len() {
            self.entries.push(ListEntry { id, label, line, names: Vec::new(), remark });
        }
        let entry = &mut self.entries[at];
        if entry.label != label {
            return Err(format!(
                "{:?} is {} here and {} in line {} (give one of them another id)",
                entry.id, label, entry.label, entry.line
            ));
        }
        for name in std::iter::once(name).chain(aliases) {
            let name = name.trim();
            if !name.is_empty() && !entry.names.iter().any(|known| known == name) {
                entry.names.push(name.to_owned());
            }
        }
        if label == Label::Per { Ok(()) } else { self.check_names_differ(at) }
    }

    /// Checks that no other place or organisation has a name of the entry: one of them
    /// would never be found.
    fn check_names_differ(&mut self, at: usize) -> Result<(), String> {
        for name in &self.entries[at].names {
            let folded = normalise::normalise_words(name);
            if folded.is_empty() {
                return Err(format!("{name:?} has no letters"));
            }
            let other = *self.by_name.entry(folded).or_insert(at);
            if other != at {
                let ListEntry { id, line, .. } = &self.entries[other];
                return Err(format!(
                    "{name:?} is also a name of {id:?} in line {line} (give them \
                     different names)"
                ));
            }
        }
        Ok(())
    }

    fn into_user_list(self, text: &str) -> UserList {
        let mut authority_list = AuthorityList::default();
        let persons = self.entries.iter().filter(|entry| entry.label == Label::Per).count();
        let others = self.entries.len() - persons;
        for ListEntry { id, label, names, remark, .. } in self.entries {
            let id = format!("own:{id}");
            if label == Label::Per {
                let mut known = ListedPerson::new(id, &names[0], &remark);
                names[1..].iter().for_each(|alias| known.add_name(alias));
                authority_list.add_person(known);
            } else {
                for alias in &names {
                    authority_list.add_named_entity(alias, &id, &names[0]);
                }
            }
        }
        let authority_list = Arc::new(authority_list);
        UserList { text: text.into(), authority_list, persons, others }
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
            let list = parse_name_list(text).unwrap();
            assert_eq!((list.count_persons(), list.count_others(), list.text()), (1, 0, text));
            let known = list.authority_list().person_at(0);
            assert_eq!((known.id.as_str(), known.name.as_str()), ("own:1", name), "{text:?}");
            assert_eq!(known.remark, remark, "{text:?}");
        }
        assert!(parse_name_list("").unwrap().authority_list().is_empty());
    }

    #[test]
    fn errors_name_the_line() {
        let cases = [
            ("id,name\n1,Osei\n,Nobody\n", 3, "a name needs \"name\" and \"id\""),
            ("{\"id\": \"1\", \"name\": \"x\"}\n\n{]\n", 3, "not a name in JSON"),
            ("a,b\n1,2\n", 1, "no column \"id\" (columns: a, b)"),
            ("id,name,label\n1,x,DATE\n", 2, "\"DATE\" is not a label: PER, LOC, ORG or MISC"),
            ("id,name,label\n1,x,ORG\n1,y,LOC\n", 3, "\"1\" is LOC here and ORG in line 2"),
            ("id,name,label\n1,The Guild,ORG\n2,the guild,ORG\n", 3, "\"the guild\" is also"),
            ("id,name,label\n1,...,ORG\n", 2, "\"...\" has no letters"),
        ];
        for (text, expected_line, expected) in cases {
            let RowError { line, what } = parse_name_list(text).expect_err(text);
            assert_eq!(line, expected_line, "{text:?}");
            assert!(what.starts_with(expected), "{what}");
        }
    }
    #[test]
    fn rows_with_one_id_are_names_of_one() {
        let text = "id,name,aliases,label\n1,\"Osei, Ama\",Ama Mensah,\n1,A. Osei-Mensah,,PER\n\
            2,Ports Guild,,ORG\n2,Guild of Ports,P.G.,org\n";
        let list = parse_name_list(text).unwrap();
        assert_eq!((list.count_persons(), list.count_others()), (1, 1));
        let authority_list = list.authority_list();
        for name in ["Ama Osei", "Ama Mensah", "A. Osei-Mensah"] {
            let found = authority_list.find_by_name(&chancery_resolve::name::PersonName::new(name));
            assert_eq!(found.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [0], "{name}");
        }
        for name in ["ports guild", "guild of ports"] {
            assert_eq!(authority_list.find_named_entity(name), Some(("own:2", "Ports Guild")));
        }
    }
}
