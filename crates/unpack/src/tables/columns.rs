//! What the columns of a table are, by their headings or as the user says.

use std::str::FromStr;

use chancery_model::EnvelopeField;

/// Headings of columns: one role per line, the headings in the order in which they
/// are preferred.
const HEADINGS: &str = include_str!("../../data/columns.tsv");

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnRole {
    /// The text of the document.
    Text,
    /// The transmission header, which is put before the text.
    Header,
    /// The path or the name of the file that a row describes.
    FileName,
    /// A field of the envelope.
    Field(EnvelopeField),
}

/// The roles that are no fields of the envelope, and their names.
const OTHER_ROLES: [(&str, ColumnRole); 3] =
    [("text", ColumnRole::Text), ("header", ColumnRole::Header), ("path", ColumnRole::FileName)];

impl ColumnRole {
    /// The names of all roles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let others = OTHER_ROLES.iter().map(|(name, _)| *name);
        others.chain(EnvelopeField::ALL.into_iter().map(EnvelopeField::key))
    }
}

impl FromStr for ColumnRole {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let other = OTHER_ROLES.iter().find(|(known, _)| *known == name).map(|(_, role)| *role);
        other.or_else(|| EnvelopeField::from_key(name).map(Self::Field)).ok_or(())
    }
}

/// Columns that the user names: "text=body,id=number". A column is its heading or,
/// in a table without headings, its number from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedColumns(Vec<(ColumnRole, String)>);

impl NamedColumns {
    /// Whether the user names no column.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The columns that the user names, with their roles.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (ColumnRole, &str)> {
        self.0.iter().map(|(role, column)| (*role, column.as_str()))
    }

    /// The index of a named column among these headings.
    pub(crate) fn index_of(column: &str, headings: &[String]) -> Option<usize> {
        let named = headings.iter().position(|heading| normalise(heading) == normalise(column));
        let numbered =
            || column.parse().ok().filter(|number| *number >= 1).map(|number: usize| number - 1);
        named.or_else(numbered)
    }
}

impl FromStr for NamedColumns {
    type Err = String;

    fn from_str(list: &str) -> Result<Self, String> {
        let pairs = list.split(',').map(|pair| {
            let (role, column) = pair
                .split_once('=')
                .ok_or_else(|| format!("{pair:?} is not of the form ROLE=COLUMN"))?;
            let role = role.trim().parse().map_err(|()| {
                let names: Vec<&str> = ColumnRole::names().collect();
                format!("{role:?} is not a role; the roles are {}", names.join(", "))
            })?;
            match column.trim() {
                "" => Err(format!("{pair:?} names no column")),
                column => Ok((role, column.to_owned())),
            }
        });
        pairs.collect::<Result<_, _>>().map(Self)
    }
}

/// What a heading says of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadingRole {
    /// The role, and how much the heading is preferred to others of the role; 0 is
    /// the most preferred.
    Role(ColumnRole, usize),
    /// A number of the row, or an id if no other column is one.
    Number,
}

/// The role of a column by its heading.
pub(crate) fn role_of_heading(heading: &str) -> Option<HeadingRole> {
    let last = heading.rsplit('.').next().unwrap_or(heading);
    let wanted = [normalise(heading), normalise(last)];
    let rows = HEADINGS.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split_once('\t')).find_map(|(role, headings)| {
        let rank =
            headings.split(", ").position(|known| wanted.iter().any(|wanted| wanted == known))?;
        match role.parse() {
            Ok(role) => Some(HeadingRole::Role(role, rank)),
            Err(()) => Some(HeadingRole::Number),
        }
    })
}

/// Whether a heading names a column of text.
pub(crate) fn is_text_heading(heading: &str) -> bool {
    matches!(role_of_heading(heading), Some(HeadingRole::Role(ColumnRole::Text, _)))
}

/// A heading without capitals, blanks and punctuation.
fn normalise(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_say_what_columns_are() {
        use ColumnRole::{Field, Header, Text};
        let cases = [
            ("Body", Some(Text)),
            ("cable_text", Some(Text)),
            ("doc.Content", Some(Text)),
            ("Header", Some(Header)),
            ("MRN", Some(Field(EnvelopeField::CableId))),
            ("Reference ID", Some(Field(EnvelopeField::CableId))),
            ("references", Some(Field(EnvelopeField::References))),
            ("Date Sent", Some(Field(EnvelopeField::Date))),
            ("Embassy", Some(Field(EnvelopeField::Post))),
            ("Signatur", Some(Field(EnvelopeField::CableId))),
            ("Betreff", Some(Field(EnvelopeField::Subject))),
            ("Einstufung", Some(Field(EnvelopeField::Classification))),
            ("VS-Grad", Some(Field(EnvelopeField::Classification))),
            ("Empfänger", Some(Field(EnvelopeField::To))),
            ("Volltext", Some(Text)),
            ("Cote", Some(Field(EnvelopeField::CableId))),
            ("Expéditeur", Some(Field(EnvelopeField::From))),
            ("Objet", Some(Field(EnvelopeField::Subject))),
            ("Asunto", Some(Field(EnvelopeField::Subject))),
            ("Clasificación", Some(Field(EnvelopeField::Classification))),
            ("Remitente", Some(Field(EnvelopeField::From))),
            ("Assunto", Some(Field(EnvelopeField::Subject))),
            ("Conteúdo", Some(Text)),
            ("Data", Some(Field(EnvelopeField::Date))),
            ("Signature", Some(Field(EnvelopeField::Signature))),
            ("colour", None),
        ];
        for (heading, expected) in cases {
            let found = match role_of_heading(heading) {
                Some(HeadingRole::Role(role, _)) => Some(role),
                _ => None,
            };
            assert_eq!(found, expected, "{heading}");
        }
        assert_eq!(role_of_heading("id"), Some(HeadingRole::Number));
    }

    #[test]
    fn every_role_of_the_heading_table_is_known() {
        for line in HEADINGS.lines().filter(|line| !line.starts_with('#')) {
            let (role, headings) = line.split_once('\t').expect("two columns");
            assert!(role == "number" || role.parse::<ColumnRole>().is_ok(), "{role}");
            for heading in headings.split(", ") {
                assert_eq!(
                    normalise(heading),
                    heading,
                    "headings are written as they are compared"
                );
            }
        }
    }

    #[test]
    fn columns_are_named_by_the_user() {
        let named: NamedColumns = "text=Message body, id=2".parse().expect("two columns");
        let headings = ["a".to_owned(), "b".to_owned(), "message_body".to_owned()];
        let found: Vec<_> =
            named.pairs().map(|(_, column)| NamedColumns::index_of(column, &headings)).collect();
        assert_eq!(found, [Some(2), Some(1)]);
        for wrong in ["text", "colour=a", "text="] {
            assert!(wrong.parse::<NamedColumns>().is_err(), "{wrong}");
        }
    }
}
