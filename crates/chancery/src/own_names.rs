//! A user's own list of names: JSON lines of `{"name", "aliases", "class",
//! "id", "remark"}`, or CSV (RFC 4180) with these columns (aliases parted by
//! "|").

use anyhow::{Context, bail, ensure};
use chancery_resolve::{Known, Roster};
use serde::Deserialize;

/// The names in `text`.
///
/// # Errors
/// When a row is neither; its line is named.
pub(crate) fn read(text: &str) -> anyhow::Result<Roster> {
    let mut roster = Roster::default();
    let place = |line: u64| format!("line {line}");
    if text.trim_start().starts_with('{') {
        for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
            let row = serde_json::from_str::<OwnName>(row);
            let row = row.context("this is no JSON of a name (`chancery entities --help`)");
            row.and_then(|row| row.add(&mut roster)).with_context(|| place(line))?;
        }
        return Ok(roster);
    }
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> =
        rows.headers()?.iter().map(|column| column.trim().to_ascii_lowercase()).collect();
    for wanted in ["id", "name"] {
        ensure!(
            text.trim().is_empty() || columns.iter().any(|column| column == wanted),
            "line 1: there is no column {wanted:?} (columns: {})",
            columns.join(", ")
        );
    }
    for row in rows.records() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |key: &str| {
            let at = columns.iter().position(|column| column == key);
            at.and_then(|at| row.get(at)).unwrap_or("").to_owned()
        };
        let name = OwnName {
            id: cell("id"),
            name: cell("name"),
            aliases: cell("aliases").split('|').map(str::to_owned).collect(),
            class: cell("class"),
            remark: cell("remark"),
        };
        name.add(&mut roster).with_context(|| place(line))?;
    }
    Ok(roster)
}

/// A row of a user's file.
#[derive(Default, Deserialize)]
#[serde(default)]
struct OwnName {
    id: String,
    name: String,
    aliases: Vec<String>,
    class: String,
    remark: String,
}

impl OwnName {
    fn add(self, roster: &mut Roster) -> anyhow::Result<()> {
        let Self { id, name, aliases, class, remark } = self;
        if name.is_empty() || id.is_empty() {
            bail!("a name needs \"name\" and \"id\"");
        }
        let id = format!("own:{id}");
        let aliases = aliases.iter().map(|alias| alias.trim()).filter(|alias| !alias.is_empty());
        match class.to_ascii_uppercase().as_str() {
            "" | "PER" => {
                let mut known = Known::new(id, &name, &remark);
                aliases.for_each(|alias| known.add_name(alias));
                roster.add(known);
            }
            "LOC" | "ORG" | "MISC" => {
                let names = std::iter::once(name.as_str()).chain(aliases);
                names.for_each(|alias| roster.add_thing(alias, &id, &name));
            }
            other => bail!("{other:?} is no class: PER, LOC, ORG or MISC"),
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
                "id,name,remark,class\n1,\"Osei, Ama\",\"said \"\"no\"\"\nto all\",PER\n",
                "Osei, Ama",
                "said \"no\"\nto all",
            ),
            ("{\"id\": \"1\", \"name\": \"Ama Osei\", \"remark\": \"x\"}\n", "Ama Osei", "x"),
        ];
        for (text, name, remark) in cases {
            let roster = read(text).unwrap();
            let known = roster.get(0);
            assert_eq!((known.id.as_str(), known.name.as_str()), ("own:1", name), "{text:?}");
            assert_eq!(known.remark, remark, "{text:?}");
        }
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let cases = [
            ("id,name\n1,Osei\n,Nobody\n", "line 3: a name needs \"name\" and \"id\""),
            ("{\"id\": \"1\", \"name\": \"x\"}\n\n{]\n", "line 3: this is no JSON of a name"),
            ("a,b\n1,2\n", "line 1: there is no column \"id\" (columns: a, b)"),
            ("id,name,class\n1,x,DATE\n", "line 2: \"DATE\" is no class: PER, LOC, ORG or MISC"),
        ];
        for (text, expected) in cases {
            let problem = format!("{:#}", read(text).expect_err(text));
            assert!(problem.starts_with(expected), "{problem}");
        }
    }
}
