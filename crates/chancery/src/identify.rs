//! Between the resolver and the rest of the program: the user's own list that
//! it gets, and what an archive keeps and gives back of its answer.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use chancery_model::{Annotated, Entities, Entity, Link, Tie};
use chancery_resolve::{Known, Resolver, Roster};
use chancery_store::{Archive, Held, NewLink, StoreError};
use serde::Deserialize;

/// The names in a user's file: JSON lines of `{"name", "aliases", "class",
/// "id", "remark"}`, or CSV (RFC 4180) with these columns (aliases parted by
/// "|").
///
/// # Errors
/// When the file cannot be read or a row is neither; its line is named.
pub(crate) fn own_names(path: &Path) -> anyhow::Result<Roster> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut roster = Roster::default();
    let place = |line: u64| format!("{}: line {line}", path.display());
    if text.trim_start().starts_with('{') {
        for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
            let row = serde_json::from_str::<OwnName>(row).map_err(anyhow::Error::from);
            row.and_then(|row| row.add(&mut roster)).with_context(|| place(line))?;
        }
        return Ok(roster);
    }
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = rows.headers().with_context(|| path.display().to_string())?;
    let columns: Vec<String> =
        columns.iter().map(|column| column.trim().to_ascii_lowercase()).collect();
    for row in rows.records() {
        let row = row.with_context(|| path.display().to_string())?;
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

/// Parts the tie from the rest of a link's reason.
const PARTED: &str = "; ";

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

/// What an archive keeps of who each mention is, in the order of the mentions.
///
/// An archive knows no lists but the facts, so that a document has the same
/// entities when it comes in and when its names are found anew. Who stands in
/// no list goes by the fullest name in the document: names spelt alike are one
/// until a person parts them.
pub(crate) fn links(annotated: &Annotated, resolver: &mut Resolver) -> Vec<Option<NewLink>> {
    kept(&resolver.resolve(annotated, &Roster::default()).entities, annotated.mentions.len())
}

/// What an archive keeps of `entities`, for each of so many mentions.
pub(crate) fn kept(entities: &Entities, mentions: usize) -> Vec<Option<NewLink>> {
    let mut links = vec![None; mentions];
    for link in &entities.links {
        let entity = &entities.entities[link.entity as usize];
        let class = entity.label.as_str();
        let (id, reason) = match entity.reason.as_str() {
            "" => (id_of_name(class, &entity.name), link.tie.as_str().to_owned()),
            reason => (entity.id.clone(), format!("{}{PARTED}{reason}", link.tie.as_str())),
        };
        let (class, name) = (class.to_owned(), entity.name.clone());
        links[link.mention as usize] =
            Some(NewLink { id, class, name, score: entity.score, reason });
    }
    links
}

/// What an archive knows of who the names of a document are, people's decisions
/// included. On which other mention a link rests it does not keep.
///
/// # Errors
/// When the archive cannot be read.
pub(crate) fn entities(archive: &Archive, held: &Held) -> Result<Entities, StoreError> {
    let mut numbers = HashMap::new();
    let mut found = Entities::default();
    for (name, mention) in held.names.iter().zip(0..) {
        let Some(number) = name.entity else { continue };
        let (tie, reason) = name.reason.split_once(PARTED).unwrap_or((&name.reason, ""));
        let entity = *numbers.entry(number).or_insert(found.entities.len() as u32);
        if entity as usize == found.entities.len() {
            let known = archive.entity(number)?;
            let reason = reason.to_owned();
            found.entities.push(Entity { score: name.score, reason, ..known });
        }
        let tie = Tie::ALL.into_iter().find(|known| known.as_str() == tie);
        let tie = tie.unwrap_or(Tie::Variant);
        found.links.push(Link { mention, entity, tie, by: None, office: None, of: None });
    }
    Ok(found)
}

/// An id that is the same in every archive and every run.
fn id_of_name(class: &str, name: &str) -> String {
    let spelling = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let digest = blake3::hash(format!("{class}\0{spelling}").as_bytes()).to_hex();
    format!("n-{}", &digest[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_as_csv_or_json_lines() {
        let folder = std::env::temp_dir().join(format!("chancery-names-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("names");
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
        for (file, name, remark) in cases {
            fs::write(&path, file).unwrap();
            let roster = own_names(&path).unwrap();
            let known = roster.get(0);
            assert_eq!((known.id.as_str(), known.name.as_str()), ("own:1", name), "{file:?}");
            assert_eq!(known.remark, remark, "{file:?}");
        }
        for file in ["id,name\n1,Osei\n,Nobody\n", "{\"id\": \"1\", \"name\": \"x\"}\n\n{]\n"] {
            fs::write(&path, file).unwrap();
            let problem = own_names(&path).expect_err(file).to_string();
            assert!(problem.ends_with("line 3"), "{problem}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
