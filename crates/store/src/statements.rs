//! Statements and acts of a document, as an archive stores them.
//!
//! They are one column of JSON. A party whom the document names is kept as the span of a
//! mention, so that decisions on the mention and new links across documents apply to the
//! statement too. Another person is kept by id and name.

use chancery_model::{
    Act, ActKind, ActStatus, Annotated, Attribution, Date, DocumentEntities, Entity, Party,
    Statement, StatementKind, TextSpan,
};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use crate::archive::StoredDocument;
use crate::codec::{self, damaged_error};
use crate::error::StoreError;
use crate::numbers::{DecisionNumber, DocumentNumber, EntityNumber};
use crate::overlay;
use crate::statement_edits::{DecidedSpeaker, StatementEdit, load_edits};
use crate::stored_mention::StoredMention;
use crate::views::{Documents, Entities};

/// Statements and acts below this probability are not searched, nor shown unless asked for.
pub const LEAST_SCORE: f32 = 0.5;

/// The telegram's own voice, in queries.
const POST_WORD: &str = "post";

/// What a document says of speech and acts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredAttribution {
    pub(crate) statements: Vec<StoredStatement>,
    pub(crate) acts: Vec<StoredAct>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredStatement {
    kind: StatementKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<TextSpan>,
    pub(crate) cue: TextSpan,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    addressee: Option<TextSpan>,
    pub(crate) content: TextSpan,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) speaker: Option<StoredParty>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hearer: Option<StoredParty>,
    pub(crate) score: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredAct {
    pub(crate) kind: ActKind,
    pub(crate) status: ActStatus,
    pub(crate) cue: TextSpan,
    pub(crate) who: Vec<StoredParty>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) whom: Vec<StoredParty>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    what: Option<TextSpan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    /// The words of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<TextSpan>,
    pub(crate) score: f32,
}

/// A party of a statement or act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredParty {
    /// The telegram's own voice.
    Post,
    /// The entity of a mention in the document.
    Mention(TextSpan),
    /// A person whom the document does not name.
    Person { id: String, name: String },
    /// Words that name no entity.
    Words(String),
}

impl StoredStatement {
    /// Applies the last decision about the statement. Returns whether there is a statement.
    fn apply_edits(&mut self, edits: &[(DecisionNumber, StatementEdit)]) -> bool {
        let Some((_, edit)) = edits.iter().rev().find(|(_, edit)| edit.cue == self.cue) else {
            return true;
        };
        let Some(DecidedSpeaker { id, name }) = edit.speaker.clone() else { return false };
        self.speaker = Some(StoredParty::Person { id, name });
        true
    }

    /// The words that say who says something: from the source to the word of saying, if
    /// they stand near each other.
    pub(crate) fn opening(&self) -> TextSpan {
        const NEAR: u32 = 80;
        match self.source {
            Some(source) if source.start < self.cue.end && self.cue.end - source.start < NEAR => {
                TextSpan::new(source.start, self.cue.end)
            }
            _ => self.cue,
        }
    }
}

/// An act of a document, with the entities that take part in it.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityAct {
    /// As in [`Act`].
    pub kind: ActKind,
    /// As in [`Act`].
    pub status: ActStatus,
    /// The words that say it.
    pub cue: TextSpan,
    /// Those who act.
    pub who: Vec<ActParty>,
    /// Those whom they met, or whom the role relates to.
    pub whom: Vec<ActParty>,
    /// The office or role, the event, or the paper.
    pub what: Option<TextSpan>,
    /// The day, as exact as the text.
    pub date: Option<Date>,
    /// The place.
    pub place: Option<EntityNumber>,
    /// Probability that the text states this act.
    pub score: f32,
}

/// A party of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActParty {
    /// The telegram's own voice.
    Post,
    /// An entity of the archive.
    Entity(EntityNumber),
    /// Words that name no entity.
    Words,
}

/// Encodes the statements and acts of a document; nothing if it has none.
pub(crate) fn encode_attribution(annotated: &Annotated) -> EncodedAttribution {
    let Attribution { statements, acts } = &annotated.attribution;
    let (statement_count, act_count) = (statements.len() as i64, acts.len() as i64);
    if statements.is_empty() && acts.is_empty() {
        return EncodedAttribution::default();
    }
    let party = |party: &Party| to_stored(annotated, party);
    let all = |parties: &[Party]| parties.iter().filter_map(party).collect::<Vec<_>>();
    let statements = statements.iter().map(|one| StoredStatement {
        kind: one.kind,
        source: one.source,
        cue: one.cue,
        addressee: one.addressee,
        content: one.content,
        speaker: one.speaker.as_ref().and_then(party),
        hearer: one.hearer.as_ref().and_then(party),
        score: one.score,
    });
    let place = |at: u32| annotated.mentions.get(at as usize).map(|mention| mention.span);
    let acts = acts.iter().map(|act| StoredAct {
        kind: act.kind,
        status: act.status,
        cue: act.cue,
        who: all(&act.who),
        whom: all(&act.whom),
        what: act.what,
        date: act.date,
        place: act.place.and_then(place),
        score: act.score,
    });
    let stored = StoredAttribution { statements: statements.collect(), acts: acts.collect() };
    let packed = codec::compress(&serde_json::to_vec(&stored).expect("plain data"));
    EncodedAttribution { packed, statements: statement_count, acts: act_count }
}

/// Statements and acts for their columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct EncodedAttribution {
    pub(crate) packed: Vec<u8>,
    /// Number of statements.
    pub(crate) statements: i64,
    /// Number of acts.
    pub(crate) acts: i64,
}

fn to_stored(annotated: &Annotated, party: &Party) -> Option<StoredParty> {
    Some(match party {
        Party::Post => StoredParty::Post,
        Party::Words(words) => StoredParty::Words(words.clone()),
        Party::Entity(number) => {
            let entities = &annotated.entities;
            match entities.links.iter().find(|link| link.entity == *number) {
                Some(link) => {
                    StoredParty::Mention(annotated.mentions.get(link.mention as usize)?.span)
                }
                None => {
                    let Entity { id, name, .. } = entities.entities.get(*number as usize)?;
                    StoredParty::Person { id: id.clone(), name: name.clone() }
                }
            }
        }
    })
}

impl StoredParty {
    /// The entity in the archive, with the decisions of users applied.
    pub(crate) fn entity(
        &self,
        entities: Entities<'_>,
        mentions: &[StoredMention],
    ) -> Result<Option<EntityNumber>, StoreError> {
        match self {
            Self::Mention(span) => {
                let at = mentions.binary_search_by_key(&span.start, |one| one.mention.span.start);
                Ok(at.ok().and_then(|at| mentions[at].entity()))
            }
            Self::Person { id, .. } => {
                match overlay::find_own_entity_number(&entities.archive.db, id)? {
                    Some(own) => Ok(Some(entities.follow_decisions(own)?)),
                    None => Ok(None),
                }
            }
            Self::Post | Self::Words(_) => Ok(None),
        }
    }

    /// The words by which a search finds the party.
    pub(crate) fn words<'a>(&'a self, text: &'a str) -> &'a str {
        match self {
            Self::Post => POST_WORD,
            Self::Mention(span) => text.get(span.byte_range()).unwrap_or(""),
            Self::Person { name, .. } => name,
            Self::Words(words) => words,
        }
    }
}

impl Documents<'_> {
    /// Returns the number of statements that were found in a document, however certain.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn statement_count(self, number: DocumentNumber) -> Result<u64, StoreError> {
        let sql = "SELECT statements FROM annotations WHERE document = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let count: Option<i64> = statement.query_row([number], |row| row.get(0)).optional()?;
        Ok(count.unwrap_or(0).max(0) as u64)
    }

    /// Returns the acts of a document with these mentions.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn acts(
        self,
        number: DocumentNumber,
        mentions: &[StoredMention],
    ) -> Result<Vec<EntityAct>, StoreError> {
        let entity = |party: &StoredParty| party.entity(self.archive.entities(), mentions);
        let party = |one: &StoredParty| -> Result<ActParty, StoreError> {
            Ok(match one {
                StoredParty::Post => ActParty::Post,
                other => entity(other)?.map_or(ActParty::Words, ActParty::Entity),
            })
        };
        let act = |act: &StoredAct| {
            let place = act.place.map(|span| entity(&StoredParty::Mention(span))).transpose()?;
            Ok(EntityAct {
                kind: act.kind,
                status: act.status,
                cue: act.cue,
                who: act.who.iter().map(party).collect::<Result<_, _>>()?,
                whom: act.whom.iter().map(party).collect::<Result<_, _>>()?,
                what: act.what,
                date: act.date,
                place: place.flatten(),
                score: act.score,
            })
        };
        self.engine_attribution(number)?.acts.iter().map(act).collect()
    }

    /// Returns the statements and acts of a document, with the decisions of users applied.
    pub(crate) fn stored_attribution(
        self,
        number: DocumentNumber,
    ) -> Result<StoredAttribution, StoreError> {
        let mut attribution = self.engine_attribution(number)?;
        if !attribution.statements.is_empty() && self.archive.decisions().count()? > 0 {
            let id = self.row(number)?.id;
            let edits = load_edits(&self.archive.db, &id)?;
            attribution.statements.retain_mut(|statement| statement.apply_edits(&edits));
        }
        Ok(attribution)
    }

    /// Returns the statements and acts of a document as the engine found them.
    pub(crate) fn engine_attribution(
        self,
        number: DocumentNumber,
    ) -> Result<StoredAttribution, StoreError> {
        let sql = "SELECT attribution FROM annotations WHERE document = ?1";
        let mut statement = self.archive.db.prepare_cached(sql)?;
        let packed: Option<Vec<u8>> = statement.query_row([number], |row| row.get(0)).optional()?;
        match packed.filter(|packed| !packed.is_empty()) {
            Some(packed) => {
                serde_json::from_slice(&codec::decompress(&packed)?).map_err(damaged_error)
            }
            None => Ok(StoredAttribution::default()),
        }
    }
}

impl Entities<'_> {
    /// Returns the statements and acts of a document. `found` are its entities, as from
    /// [`of_document`](Self::of_document); persons whom no mention names are added.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn attribution_of(
        self,
        stored: &StoredDocument,
        found: &mut DocumentEntities,
    ) -> Result<Attribution, StoreError> {
        let StoredAttribution { statements, acts } =
            self.archive.documents().stored_attribution(stored.number)?;
        let mut attribution = Attribution::default();
        for one in statements {
            attribution.statements.push(Statement {
                kind: one.kind,
                source: one.source,
                cue: one.cue,
                addressee: one.addressee,
                content: one.content,
                speaker: self.to_party(one.speaker.as_slice(), stored, found)?.pop(),
                hearer: self.to_party(one.hearer.as_slice(), stored, found)?.pop(),
                score: one.score,
            });
        }
        let mentions = &stored.annotated.mentions;
        for act in acts {
            let place = act.place.and_then(|span| mentions.iter().position(|m| m.span == span));
            attribution.acts.push(Act {
                kind: act.kind,
                status: act.status,
                cue: act.cue,
                who: self.to_party(&act.who, stored, found)?,
                whom: self.to_party(&act.whom, stored, found)?,
                what: act.what,
                date: act.date,
                place: place.map(|at| at as u32),
                score: act.score,
            });
        }
        Ok(attribution)
    }

    fn to_party(
        self,
        parties: &[StoredParty],
        stored: &StoredDocument,
        found: &mut DocumentEntities,
    ) -> Result<Vec<Party>, StoreError> {
        let text = stored.annotated.document.text.as_str();
        let mut result = Vec::with_capacity(parties.len());
        for party in parties {
            let words = || Party::Words(party.words(text).to_owned());
            result.push(match party {
                StoredParty::Post => Party::Post,
                StoredParty::Words(_) => words(),
                StoredParty::Mention(span) => {
                    let mentions = &stored.annotated.mentions;
                    let at = mentions.iter().position(|mention| mention.span == *span);
                    let link = at.and_then(|at| found.link_of_mention(at));
                    link.map_or_else(words, |link| Party::Entity(link.entity))
                }
                StoredParty::Person { id, name } => {
                    let person = (id.clone(), name.clone());
                    Party::Entity(self.holder_number(person.0, person.1, 0.0, &[], found)?)
                }
            });
        }
        Ok(result)
    }
}
