//! Between the resolver and the rest of the program: the user's own list that
//! it gets, and what an archive keeps and gives back of its answer.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use chancery_model::{Annotated, Entities, Entity, Link, Tie};
use chancery_resolve::{Known, Resolver, Roster};
use chancery_store::{Archive, Held, NewLink, StoreError};
use serde_json::Value;

/// The names in a user's file: JSON lines of `{"name", "aliases", "class",
/// "id", "remark"}`, or CSV with these columns (aliases parted by "|").
///
/// # Errors
/// When the file cannot be read or a line is neither; the line is named.
pub(crate) fn own_names(path: &Path) -> anyhow::Result<Roster> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut roster = Roster::default();
    let mut columns: Option<Vec<String>> = None;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = || format!("{}: line {}", path.display(), number + 1);
        if line.trim_start().starts_with('{') {
            let row: Value = serde_json::from_str(line).with_context(place)?;
            let text = |key: &str| row[key].as_str().unwrap_or("").to_owned();
            let aliases = row["aliases"].as_array().into_iter().flatten();
            let aliases: Vec<String> =
                aliases.filter_map(Value::as_str).map(str::to_owned).collect();
            add(&mut roster, &text("id"), &text("name"), &aliases, &text("class"), &text("remark"))
                .with_context(place)?;
            continue;
        }
        let cells = cells(line);
        let Some(columns) = &columns else {
            columns = Some(cells.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect());
            continue;
        };
        let cell = |key: &str| {
            let at = columns.iter().position(|column| column == key);
            at.and_then(|at| cells.get(at)).map_or("", String::as_str)
        };
        let aliases: Vec<String> = cell("aliases").split('|').map(str::to_owned).collect();
        add(&mut roster, cell("id"), cell("name"), &aliases, cell("class"), cell("remark"))
            .with_context(place)?;
    }
    Ok(roster)
}

/// Parts the tie from the rest of a link's reason.
const PARTED: &str = "; ";

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

fn add(
    roster: &mut Roster,
    id: &str,
    name: &str,
    aliases: &[String],
    class: &str,
    remark: &str,
) -> anyhow::Result<()> {
    if name.is_empty() || id.is_empty() {
        bail!("a name needs \"name\" and \"id\"");
    }
    let aliases = aliases.iter().map(|alias| alias.trim()).filter(|alias| !alias.is_empty());
    match class.to_ascii_uppercase().as_str() {
        "" | "PER" => {
            let mut known = Known::new(format!("own:{id}"), name, remark);
            aliases.for_each(|alias| known.add_name(alias));
            roster.add(known);
        }
        "LOC" | "ORG" | "MISC" => {
            let names = std::iter::once(name).chain(aliases);
            names.for_each(|alias| roster.add_thing(alias, &format!("own:{id}"), name));
        }
        other => bail!("{other:?} is no class: PER, LOC, ORG or MISC"),
    }
    Ok(())
}

/// The cells of a line of CSV (RFC 4180, without line ends in cells).
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let cell = cells.last_mut().expect("there is always one");
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            letter => cell.push(letter),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_csv() {
        let cases = [
            ("a,b", vec!["a", "b"]),
            ("\"Osei, Ama\",x", vec!["Osei, Ama", "x"]),
            ("\"say \"\"so\"\"\",", vec!["say \"so\"", ""]),
        ];
        for (line, expected) in cases {
            assert_eq!(cells(line), expected);
        }
    }
}
