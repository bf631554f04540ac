//! Statements and acts as records for JSON, with all offsets in code points.

use std::borrow::Cow;
use std::collections::HashMap;

use chancery_model::{
    Act, ActKind, ActStatus, Annotated, Attribution, CodePoints, Date, Label, LinkKind, Party,
    Statement, StatementKind, TextSpan,
};
use serde::{Deserialize, Serialize};

use crate::byte_offsets::ByteOffsets;
use crate::error::FormatProblem;
use crate::rounding::round_score;

/// The `entity` of the telegram's own voice.
const POST: &str = "post";

/// Words of the text.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct SpanRecord {
    pub(crate) start: u32,
    pub(crate) end: u32,
    #[serde(default)]
    pub(crate) raw_start: u32,
    #[serde(default)]
    pub(crate) raw_end: u32,
}

/// A party: the id of its entity, and its name.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PartyRecord<'a> {
    pub(crate) entity: Option<Cow<'a, str>>,
    pub(crate) name: Option<Cow<'a, str>>,
}

/// A statement.
#[derive(Serialize, Deserialize)]
pub(crate) struct StatementRecord<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: StatementKind,
    pub(crate) source: Option<SpanRecord>,
    pub(crate) cue: SpanRecord,
    pub(crate) addressee: Option<SpanRecord>,
    pub(crate) content: SpanRecord,
    pub(crate) speaker: Option<PartyRecord<'a>>,
    pub(crate) hearer: Option<PartyRecord<'a>>,
    pub(crate) score: f32,
}

/// An act.
#[derive(Serialize, Deserialize)]
pub(crate) struct ActRecord<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: ActKind,
    pub(crate) status: ActStatus,
    pub(crate) cue: SpanRecord,
    #[serde(default)]
    pub(crate) who: Vec<PartyRecord<'a>>,
    #[serde(default)]
    pub(crate) whom: Vec<PartyRecord<'a>>,
    pub(crate) what: Option<SpanRecord>,
    pub(crate) date: Option<Date>,
    /// The number of the mention of the place.
    pub(crate) place: Option<u32>,
    pub(crate) score: f32,
}

/// Makes the records of one document.
pub(crate) struct AttributionWriter<'a, 'p> {
    annotated: &'a Annotated,
    points: &'p CodePoints<'a>,
    names: HashMap<u32, &'a str>,
}

impl<'a, 'p> AttributionWriter<'a, 'p> {
    pub(crate) fn new(annotated: &'a Annotated, points: &'p CodePoints<'a>) -> Self {
        let names = if annotated.attribution == Attribution::default() {
            HashMap::new()
        } else {
            names_in_text(annotated)
        };
        Self { annotated, points, names }
    }

    pub(crate) fn statements(&self) -> Vec<StatementRecord<'a>> {
        self.annotated.attribution.statements.iter().map(|one| self.statement(one)).collect()
    }

    pub(crate) fn acts(&self) -> Vec<ActRecord<'a>> {
        self.annotated.attribution.acts.iter().map(|one| self.act(one)).collect()
    }

    fn span(&self, span: TextSpan) -> SpanRecord {
        let raw = self.annotated.document.text.to_raw_span(span);
        SpanRecord {
            start: self.points.code_point_offset(span.start),
            end: self.points.code_point_offset(span.end),
            raw_start: raw.start,
            raw_end: raw.end,
        }
    }

    /// `words` are the words that stand for it. A place or government is named by them:
    /// "GON", not "Nigeria".
    fn party(&self, party: &'a Party, words: Option<TextSpan>) -> PartyRecord<'a> {
        match party {
            Party::Post => PartyRecord { entity: Some(Cow::Borrowed(POST)), name: None },
            Party::Words(words) => {
                PartyRecord { entity: None, name: Some(Cow::Borrowed(words.as_str())) }
            }
            Party::Entity(number) => {
                let entity = self.annotated.entities.entities.get(*number as usize);
                let is_place = entity.is_some_and(|entity| entity.label == Label::Loc);
                let here =
                    words.filter(|_| is_place).and_then(|span| self.mention_in(*number, span));
                // Whom the text does not name is called as the text does: by the office.
                let offices = &self.annotated.entities.offices;
                let office = || offices.iter().find(|office| office.entity == Some(*number));
                let name = here
                    .or_else(|| self.names.get(number).copied())
                    .or_else(|| office().map(|office| office.office.as_str()));
                PartyRecord {
                    entity: entity.map(|entity| Cow::Borrowed(entity.id.as_str())),
                    name: name.or(entity.map(|entity| entity.name.as_str())).map(Cow::Borrowed),
                }
            }
        }
    }

    /// The id and the name of a party, as in its record.
    pub(crate) fn id_and_name(
        &self,
        party: &'a Party,
        words: Option<TextSpan>,
    ) -> (Option<String>, Option<String>) {
        let PartyRecord { entity, name } = self.party(party, words);
        (entity.map(Cow::into_owned), name.map(Cow::into_owned))
    }

    /// The mention of an entity within a span, as written.
    fn mention_in(&self, entity: u32, span: TextSpan) -> Option<&'a str> {
        let inside = self.annotated.entities.links.iter().find_map(|link| {
            let mention = self.annotated.mentions.get(link.mention as usize)?;
            let fits = link.entity == entity
                && mention.span.start >= span.start
                && mention.span.end <= span.end;
            fits.then_some(mention.span)
        })?;
        Some(&self.annotated.document.text[inside])
    }

    fn statement(&self, one: &'a Statement) -> StatementRecord<'a> {
        StatementRecord {
            kind: one.kind,
            source: one.source.map(|span| self.span(span)),
            cue: self.span(one.cue),
            addressee: one.addressee.map(|span| self.span(span)),
            content: self.span(one.content),
            speaker: one.speaker.as_ref().map(|party| self.party(party, one.source)),
            hearer: one.hearer.as_ref().map(|party| self.party(party, one.addressee)),
            score: round_score(one.score),
        }
    }

    fn act(&self, one: &'a Act) -> ActRecord<'a> {
        ActRecord {
            kind: one.kind,
            status: one.status,
            cue: self.span(one.cue),
            who: one.who.iter().map(|party| self.party(party, None)).collect(),
            whom: one.whom.iter().map(|party| self.party(party, None)).collect(),
            what: one.what.map(|span| self.span(span)),
            date: one.date,
            place: one.place,
            score: round_score(one.score),
        }
    }
}

/// How the text names each entity: a person or organisation by its longest form, a place
/// by the first form that is no adjective.
fn names_in_text(annotated: &Annotated) -> HashMap<u32, &str> {
    let mut names: HashMap<u32, &str> = HashMap::new();
    for link in &annotated.entities.links {
        let Some(mention) = annotated.mentions.get(link.mention as usize) else { continue };
        let name = &annotated.document.text[mention.span];
        let is_person = matches!(mention.label, Label::Per | Label::Org);
        if link.kind == LinkKind::Adjective {
            continue;
        }
        let known = names.entry(link.entity).or_insert(name);
        if is_person && name.len() > known.len() {
            *known = name;
        }
    }
    names
}

impl SpanRecord {
    fn to_span(self, offsets: &ByteOffsets<'_>) -> Result<TextSpan, FormatProblem> {
        offsets.byte_span(self.start, self.end)
    }
}

/// Reads the records back. `numbers` are the entities by id.
pub(crate) fn read_attribution(
    statements: &[StatementRecord<'_>],
    acts: &[ActRecord<'_>],
    numbers: &HashMap<&str, u32>,
    offsets: &ByteOffsets<'_>,
) -> Result<Attribution, FormatProblem> {
    let party = |record: &PartyRecord<'_>| -> Option<Party> {
        match record.entity.as_deref() {
            Some(POST) => Some(Party::Post),
            Some(id) => numbers.get(id).copied().map(Party::Entity),
            None => record.name.as_deref().map(|name| Party::Words(name.to_owned())),
        }
    };
    let parties =
        |records: &[PartyRecord<'_>]| -> Vec<Party> { records.iter().filter_map(party).collect() };
    let optional = |span: Option<SpanRecord>| span.map(|span| span.to_span(offsets)).transpose();
    let statement = |record: &StatementRecord<'_>| {
        Ok(Statement {
            kind: record.kind,
            source: optional(record.source)?,
            cue: record.cue.to_span(offsets)?,
            addressee: optional(record.addressee)?,
            content: record.content.to_span(offsets)?,
            speaker: record.speaker.as_ref().and_then(party),
            hearer: record.hearer.as_ref().and_then(party),
            score: round_score(record.score),
        })
    };
    let act = |record: &ActRecord<'_>| {
        Ok(Act {
            kind: record.kind,
            status: record.status,
            cue: record.cue.to_span(offsets)?,
            who: parties(&record.who),
            whom: parties(&record.whom),
            what: optional(record.what)?,
            date: record.date,
            place: record.place,
            score: round_score(record.score),
        })
    };
    Ok(Attribution {
        statements: statements.iter().map(statement).collect::<Result<_, FormatProblem>>()?,
        acts: acts.iter().map(act).collect::<Result<_, FormatProblem>>()?,
    })
}
