//! The columns of statements and acts: the records of JSON lines, as structs in lists.

use std::sync::Arc;

use arrow_array::builder::{Float32Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Fields};

use super::{finish_array, list_column};
use crate::statement_record::{ActRecord, PartyRecord, SpanRecord, StatementRecord};

fn text(name: &str, may_be_null: bool) -> Field {
    Field::new(name, DataType::Utf8, may_be_null)
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::Int64, false)
}

fn score() -> Field {
    Field::new("score", DataType::Float32, false)
}

fn words(name: &str, may_be_null: bool) -> Field {
    Field::new(name, DataType::Struct(span_fields()), may_be_null)
}

fn party(name: &str) -> Field {
    Field::new(name, DataType::Struct(party_fields()), true)
}

fn parties(name: &str) -> Field {
    let item = Field::new("item", DataType::Struct(party_fields()), false);
    Field::new(name, DataType::List(Arc::new(item)), false)
}

fn span_fields() -> Fields {
    Fields::from(["start", "end", "raw_start", "raw_end"].map(number).to_vec())
}

fn party_fields() -> Fields {
    Fields::from(vec![text("entity", true), text("name", true)])
}

pub(super) fn statement_fields() -> Fields {
    Fields::from(vec![
        text("type", false),
        words("source", true),
        words("cue", false),
        words("addressee", true),
        words("content", false),
        party("speaker"),
        party("hearer"),
        score(),
    ])
}

pub(super) fn act_fields() -> Fields {
    Fields::from(vec![
        text("type", false),
        text("status", false),
        words("cue", false),
        parties("who"),
        parties("whom"),
        words("what", true),
        text("date", true),
        Field::new("place", DataType::Int64, true),
        score(),
    ])
}

/// Spans, some of which may be null.
#[derive(Default)]
struct SpanColumns {
    is_there: Vec<bool>,
    offsets: [Int64Builder; 4],
}

impl SpanColumns {
    fn push(&mut self, span: Option<SpanRecord>) {
        self.is_there.push(span.is_some());
        let offsets =
            span.map_or([0; 4], |span| [span.start, span.end, span.raw_start, span.raw_end]);
        for (column, offset) in self.offsets.iter_mut().zip(offsets) {
            column.append_value(offset.into());
        }
    }

    fn finish(&mut self) -> ArrayRef {
        let columns = self.offsets.iter_mut().map(finish_array).collect();
        let is_there = NullBuffer::from(std::mem::take(&mut self.is_there));
        Arc::new(StructArray::new(span_fields(), columns, Some(is_there)))
    }
}

/// Parties: one or none per row, or lists of them.
#[derive(Default)]
struct PartyColumns {
    is_there: Vec<bool>,
    lengths: Vec<usize>,
    texts: [StringBuilder; 2],
}

impl PartyColumns {
    fn append(&mut self, party: Option<&PartyRecord<'_>>) {
        let [entity, name] = &mut self.texts;
        entity.append_option(party.and_then(|party| party.entity.as_deref()));
        name.append_option(party.and_then(|party| party.name.as_deref()));
    }

    fn push(&mut self, party: Option<&PartyRecord<'_>>) {
        self.is_there.push(party.is_some());
        self.append(party);
    }

    fn push_list(&mut self, parties: &[PartyRecord<'_>]) {
        self.lengths.push(parties.len());
        for party in parties {
            self.append(Some(party));
        }
    }

    fn finish(&mut self) -> ArrayRef {
        let columns = self.texts.iter_mut().map(finish_array).collect();
        let is_there = NullBuffer::from(std::mem::take(&mut self.is_there));
        Arc::new(StructArray::new(party_fields(), columns, Some(is_there)))
    }

    fn finish_lists(&mut self) -> ArrayRef {
        let columns = self.texts.iter_mut().map(finish_array).collect();
        list_column(&mut self.lengths, party_fields(), columns)
    }
}

/// The statements of the documents of a batch.
#[derive(Default)]
pub(super) struct StatementColumns {
    lengths: Vec<usize>,
    kinds: StringBuilder,
    spans: [SpanColumns; 4],
    parties: [PartyColumns; 2],
    scores: Float32Builder,
}

impl StatementColumns {
    pub(super) fn push_statements(&mut self, statements: &[StatementRecord<'_>]) {
        self.lengths.push(statements.len());
        for one in statements {
            self.kinds.append_value(one.kind.as_str());
            let spans = [one.source, Some(one.cue), one.addressee, Some(one.content)];
            self.spans.iter_mut().zip(spans).for_each(|(column, span)| column.push(span));
            let parties = [one.speaker.as_ref(), one.hearer.as_ref()];
            self.parties.iter_mut().zip(parties).for_each(|(column, party)| column.push(party));
            self.scores.append_value(one.score);
        }
    }

    pub(super) fn finish_column(&mut self) -> ArrayRef {
        let mut columns = vec![finish_array(&mut self.kinds)];
        columns.extend(self.spans.iter_mut().map(SpanColumns::finish));
        columns.extend(self.parties.iter_mut().map(PartyColumns::finish));
        columns.push(finish_array(&mut self.scores));
        list_column(&mut self.lengths, statement_fields(), columns)
    }
}

/// The acts of the documents of a batch.
#[derive(Default)]
pub(super) struct ActColumns {
    lengths: Vec<usize>,
    kinds: StringBuilder,
    statuses: StringBuilder,
    cues: SpanColumns,
    parties: [PartyColumns; 2],
    objects: SpanColumns,
    dates: StringBuilder,
    places: Int64Builder,
    scores: Float32Builder,
}

impl ActColumns {
    pub(super) fn push_acts(&mut self, acts: &[ActRecord<'_>]) {
        self.lengths.push(acts.len());
        for act in acts {
            self.kinds.append_value(act.kind.as_str());
            self.statuses.append_value(act.status.as_str());
            self.cues.push(Some(act.cue));
            let parties = [&act.who, &act.whom];
            self.parties.iter_mut().zip(parties).for_each(|(column, all)| column.push_list(all));
            self.objects.push(act.what);
            self.dates.append_option(act.date.map(|date| date.to_string()));
            self.places.append_option(act.place.map(i64::from));
            self.scores.append_value(act.score);
        }
    }

    pub(super) fn finish_column(&mut self) -> ArrayRef {
        let mut columns = vec![
            finish_array(&mut self.kinds),
            finish_array(&mut self.statuses),
            self.cues.finish(),
        ];
        columns.extend(self.parties.iter_mut().map(PartyColumns::finish_lists));
        columns.extend([
            self.objects.finish(),
            finish_array(&mut self.dates),
            finish_array(&mut self.places),
            finish_array(&mut self.scores),
        ]);
        list_column(&mut self.lengths, act_fields(), columns)
    }
}
