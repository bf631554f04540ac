//! Evidence: why an entity has its id, as data.
//!
//! The resolver makes a list of [`Evidence`] for each entity. Archives store the
//! list. The sentence that users read is made from it when it is shown, by
//! [`evidence_sentence`], so that other words change no archive.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One piece of evidence that an entity is the one with its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// The full name agrees.
    FullName,
    /// The surname agrees.
    Surname,
    /// The surname is another transliteration.
    TransliteratedSurname,
    /// The person held an office on the day of the document.
    Office {
        /// Title of the office.
        title: String,
        /// Country or organisation; empty if unknown.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        place: String,
        /// First day.
        from: PartialDay,
        /// Last day.
        until: PartialDay,
    },
    /// The text names the person together with the office.
    NamedWithOffice,
    /// The document names this person, and no other, with the office before.
    NamedBefore,
    /// The person held an office earlier, in a country that the document mentions.
    FormerOffice {
        /// Title of the office.
        title: String,
        /// The country.
        place: String,
    },
    /// The person was a head of state in the year of the document.
    Term {
        /// Title of the office.
        title: String,
        /// First year.
        from: u16,
        /// Last year.
        until: u16,
    },
    /// The titles agree with the description of the person in the list.
    Description {
        /// The description.
        text: String,
    },
    /// The document mentions the country of the person.
    MentionedCountry,
    /// The person is on the authority list of the file or of the user.
    AuthorityList {
        /// How the list was searched.
        rule: ListRule,
        /// Name in the list.
        name: String,
        /// Description in the list.
        description: String,
    },
    /// The person of the authority list is this one of the knowledge base. The
    /// evidence for that follows.
    SameAs {
        /// Id in the knowledge base.
        id: String,
    },
    /// The mention is a name of a country.
    CountryName {
        /// The country.
        country: String,
    },
    /// The mention is the adjective of a country, or a word for its people.
    CountryAdjective {
        /// The country.
        country: String,
    },
    /// The mention is shorthand for the government of a country.
    GovernmentShorthand {
        /// The country.
        country: String,
    },
    /// The mention is an institution that every country has, and of this one.
    InstitutionOf {
        /// The country.
        country: String,
    },
    /// The mention is the name of a city or town.
    City {
        /// The city.
        name: String,
        /// Its country, as an ISO 3166 code.
        country: String,
        /// What else supports this city.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        support: Option<CitySupport>,
        /// Its population.
        inhabitants: u32,
    },
    /// The mention is the city of a post.
    Post {
        /// The country of the post.
        country: String,
        /// Year in which the post was opened.
        from: u16,
        /// Year in which the post was closed.
        until: u16,
    },
    /// The mention is the name of a state of the United States.
    UsState,
    /// The mention is the name of a part of a country, or of a base in it.
    PartOf {
        /// The country.
        country: String,
    },
    /// The mention is a name of the user's list.
    UserList,
    /// The mention is a family name in the plural.
    FamilyOf {
        /// Members of the family that the document names.
        members: Vec<String>,
    },
    /// Other documents, which share evidence with this one, decide it.
    OtherDocuments,
    /// Evidence that is known only as a sentence: from an imported file, or from
    /// an archive of version 0.1.
    Sentence {
        /// The sentence.
        text: String,
    },
}

/// How a name was found on an authority list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ListRule {
    /// By the full name.
    FullName,
    /// By the surname, which no other person of the list has.
    OnlySurname,
    /// By surname and office, which no other person of the list has together.
    OnlySurnameAndOffice,
    /// By given name and office, which no other person of the list has together.
    OnlyGivenNameAndOffice,
}

/// What supports a city beside its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CitySupport {
    /// The document mentions its country.
    MentionedCountry,
    /// It is the capital of its country.
    Capital,
}

/// A day as far as it is known: `year * 10_000 + month * 100 + day`, with zeros
/// for unknown parts. 0 is an unknown day.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PartialDay(pub u32);

impl fmt::Display for PartialDay {
    /// Writes the known parts: "2008-09-02", "2008-09", "2008" or "?".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        match (year, month, day) {
            (0, ..) => f.write_str("?"),
            (_, 0, _) => write!(f, "{year:04}"),
            (_, _, 0) => write!(f, "{year:04}-{month:02}"),
            _ => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl ListRule {
    /// A description for users.
    const fn as_str(self) -> &'static str {
        match self {
            Self::FullName => "the full name",
            Self::OnlySurname => "the only one of this surname on the list",
            Self::OnlySurnameAndOffice => "the only one of this surname and office on the list",
            Self::OnlyGivenNameAndOffice => {
                "the only one of this given name and office on the list"
            }
        }
    }
}

impl fmt::Display for Evidence {
    /// Writes the evidence for users, without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FullName => f.write_str("full name"),
            Self::Surname => f.write_str("surname"),
            Self::TransliteratedSurname => f.write_str("transliteration of the surname"),
            Self::Office { title, place, from, until } if place.is_empty() => {
                write!(f, "{title}, {from} to {until}")
            }
            Self::Office { title, place, from, until } => {
                write!(f, "{title}, {place}, {from} to {until}")
            }
            Self::NamedWithOffice => f.write_str("named with this office"),
            Self::NamedBefore => {
                f.write_str("the only one whom the document names with this office before")
            }
            Self::FormerOffice { title, place } => write!(f, "{title}, {place}"),
            Self::Term { title, from, until } => write!(f, "{title}, {from}–{until}"),
            Self::Description { text } | Self::Sentence { text } => f.write_str(text),
            Self::MentionedCountry => f.write_str("of a country that the document speaks of"),
            Self::AuthorityList { rule, name, description } => {
                write!(f, "{}: {name}; {description}", rule.as_str())
            }
            Self::SameAs { id } => f.write_str(id),
            Self::CountryName { country } => write!(f, "name of {country}"),
            Self::CountryAdjective { country } => write!(f, "adjective of {country}"),
            Self::GovernmentShorthand { country } => {
                write!(f, "shorthand for the government of {country}")
            }
            Self::InstitutionOf { country } => write!(f, "institution of {country}"),
            Self::City { name, country, support, inhabitants } => {
                let support = match support {
                    Some(CitySupport::MentionedCountry) => {
                        ", a country that the document speaks of"
                    }
                    Some(CitySupport::Capital) => ", its capital",
                    None => "",
                };
                write!(f, "{name} in {country}{support}; {inhabitants} inhabitants")
            }
            Self::Post { country, from, until } => {
                write!(f, "post in {country} from {from} to {until}")
            }
            Self::UsState => f.write_str("a state of the United States"),
            Self::PartOf { country } => write!(f, "a place or territory in {country}"),
            Self::UserList => f.write_str("a name of your list"),
            Self::FamilyOf { members } => write!(f, "family of {}", members.join(", ")),
            Self::OtherDocuments => {
                f.write_str("as in other documents that share evidence with this")
            }
        }
    }
}

/// Returns the sentence for users that a list of evidence makes. It is empty if
/// the list is.
pub fn evidence_sentence(evidence: &[Evidence]) -> String {
    let mut sentence = String::new();
    let mut separator = "";
    for piece in evidence {
        sentence += separator;
        sentence += &piece.to_string();
        separator = if matches!(piece, Evidence::SameAs { .. }) { ": " } else { "; " };
    }
    sentence
}

/// Returns the evidence that a sentence from elsewhere is: none if it is empty.
pub fn evidence_from_sentence(sentence: &str) -> Vec<Evidence> {
    match sentence {
        "" => Vec::new(),
        text => vec![Evidence::Sentence { text: text.to_owned() }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_every_piece() {
        let office = |place: &str, until| Evidence::Office {
            title: "Minister of Ports".into(),
            place: place.into(),
            from: PartialDay(20_080_902),
            until: PartialDay(until),
        };
        let listed = Evidence::AuthorityList {
            rule: ListRule::OnlySurname,
            name: "Osei, Ama".into(),
            description: "Minister of Ports".into(),
        };
        let same = Evidence::SameAs { id: "people:7".into() };
        let city = |support| Evidence::City {
            name: "Lomé".into(),
            country: "TG".into(),
            support,
            inhabitants: 749_700,
        };
        let cases: [(&[Evidence], &str); 8] = [
            (&[], ""),
            (
                &[Evidence::FullName, office("Ghana", 20_100_000)],
                "full name; Minister of Ports, Ghana, 2008-09-02 to 2010",
            ),
            (&[office("", 0)], "Minister of Ports, 2008-09-02 to ?"),
            (&[office("", 20_100_600)], "Minister of Ports, 2008-09-02 to 2010-06"),
            (
                &[listed, same, Evidence::FullName, Evidence::MentionedCountry],
                "the only one of this surname on the list: Osei, Ama; Minister of Ports; people:7: \
                 full name; of a country that the document speaks of",
            ),
            (&[city(None)], "Lomé in TG; 749700 inhabitants"),
            (&[city(Some(CitySupport::Capital))], "Lomé in TG, its capital; 749700 inhabitants"),
            (
                &[Evidence::FamilyOf { members: vec!["Ama Osei".into(), "Kofi Osei".into()] }],
                "family of Ama Osei, Kofi Osei",
            ),
        ];
        for (evidence, sentence) in cases {
            assert_eq!(evidence_sentence(evidence), sentence);
        }
        assert_eq!(evidence_sentence(&evidence_from_sentence("as printed")), "as printed");
        assert!(evidence_from_sentence("").is_empty());
    }
}
