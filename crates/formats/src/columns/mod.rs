//! Typed columns, one row per document: Apache Arrow in memory, Parquet and
//! Arrow IPC as files.
//!
//! | column | type |
//! |---|---|
//! | `id`, `source`, `format` | string |
//! | `cable_id`, `post`, `classification`, `subject`, `language` | string, may be null |
//! | `date` | date, may be null |
//! | `header` | string: all fields with their offsets, JSON as in `jsonl` |
//! | `text` | string |
//! | `mentions` | list of `start`, `end`, `raw_start`, `raw_end`, `label`, `text`, `score`, `entity`, `link_kind`, `antecedent`, `title_start`, `title_end`, `affiliation`, `footnote` |
//! | `entities` | list of `id`, `label`, `name`, `score`, `reason`, `same_as`, `certainty` |
//! | `sentences` | list of `start`, `end` |
//! | `footnotes` | list of `start`, `end`, `anchor`, `marker` |
//! | `statements` | list of `type`, `source`, `cue`, `addressee`, `content`, `speaker`, `hearer`, `score` |
//! | `acts` | list of `type`, `status`, `cue`, `who`, `whom`, `what`, `date`, `place`, `score` |
//!
//! `statements` and `acts` have the form of `jsonl`: words are a struct of offsets, parties
//! a struct of `entity` and `name`. They are empty where statements were not asked for.
//!
//! Offsets count code points of `text`; `raw_start` and `raw_end` count bytes of
//! the file. The metadata of the schema say so too. For Spark, integers are
//! signed, and strings and lists have 32-bit offsets.

mod reader;
mod statements;

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, Date32Builder, Float32Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use chancery_model::{Annotated, Certainty, Date};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::footnotes::FootnoteRecord;
use crate::record::{DocumentRecord, EntityRecord, MentionRecords};

use statements::{ActColumns, StatementColumns, act_fields, statement_fields};

pub use reader::{batch_documents, is_catching_panics, read_arrow, read_parquet};

/// Maximum number of documents, and of bytes of text, in a batch.
const MAX_BATCH_DOCUMENTS: usize = 1000;
const MAX_BATCH_BYTES: usize = 16 << 20;

/// Metadata of the schema.
const SCHEMA_METADATA: [(&str, &str); 2] = [
    ("chancery.offsets", "start and end count Unicode code points of text; end is exclusive"),
    ("chancery.raw_offsets", "raw_start and raw_end count bytes of the file"),
];

/// The schema of the columns.
pub fn column_schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let may = |name| Field::new(name, DataType::Utf8, true);
    let list = |name, fields: Fields| {
        let item = Field::new("item", DataType::Struct(fields), false);
        Field::new(name, DataType::List(Arc::new(item)), false)
    };
    let fields = vec![
        text("id"),
        text("source"),
        text("format"),
        may("cable_id"),
        may("post"),
        Field::new("date", DataType::Date32, true),
        may("classification"),
        may("subject"),
        may("language"),
        text("header"),
        text("text"),
        list("mentions", mention_fields()),
        list("entities", entity_fields()),
        list("sentences", sentence_fields()),
        list("footnotes", footnote_fields()),
        list("statements", statement_fields()),
        list("acts", act_fields()),
    ];
    let about: HashMap<_, _> =
        SCHEMA_METADATA.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    Arc::new(Schema::new(fields).with_metadata(about))
}

fn mention_fields() -> Fields {
    let number = |name, may| Field::new(name, DataType::Int64, may);
    let text = |name, may| Field::new(name, DataType::Utf8, may);
    Fields::from(vec![
        number("start", false),
        number("end", false),
        number("raw_start", false),
        number("raw_end", false),
        text("label", false),
        text("text", false),
        Field::new("score", DataType::Float32, false),
        text("entity", true),
        text("link_kind", true),
        number("antecedent", true),
        number("title_start", true),
        number("title_end", true),
        number("affiliation", true),
        text("footnote", true),
    ])
}

fn entity_fields() -> Fields {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let score = Field::new("score", DataType::Float32, false);
    let [same, certainty] =
        ["same_as", "certainty"].map(|name| Field::new(name, DataType::Utf8, true));
    let [id, label, name, reason] = ["id", "label", "name", "reason"].map(text);
    Fields::from(vec![id, label, name, score, reason, same, certainty])
}

fn sentence_fields() -> Fields {
    let number = |name| Field::new(name, DataType::Int64, false);
    Fields::from(vec![number("start"), number("end")])
}

fn footnote_fields() -> Fields {
    let number = |name| Field::new(name, DataType::Int64, false);
    let marker = Field::new("marker", DataType::Utf8, false);
    Fields::from(vec![number("start"), number("end"), number("anchor"), marker])
}

/// Collects documents into a batch.
#[derive(Default)]
pub struct ColumnBuilder {
    texts: [StringBuilder; 5],
    optional: [StringBuilder; 5],
    dates: Date32Builder,
    mentions: MentionColumns,
    entities: EntityColumns,
    sentences: (Vec<usize>, [Int64Builder; 2]),
    footnotes: FootnoteColumns,
    statements: StatementColumns,
    acts: ActColumns,
    bytes: usize,
}

#[derive(Default)]
struct MentionColumns {
    lengths: Vec<usize>,
    offsets: [Int64Builder; 4],
    texts: [StringBuilder; 4],
    scores: Float32Builder,
    optional_numbers: [Int64Builder; 4],
    footnotes: StringBuilder,
}

#[derive(Default)]
struct FootnoteColumns {
    lengths: Vec<usize>,
    offsets: [Int64Builder; 3],
    markers: StringBuilder,
}

#[derive(Default)]
struct EntityColumns {
    lengths: Vec<usize>,
    texts: [StringBuilder; 4],
    scores: Float32Builder,
    same: StringBuilder,
    certainties: StringBuilder,
}

impl ColumnBuilder {
    /// Adds a document. `source` says where it came from.
    ///
    /// # Errors
    /// Fails if the document has more than 1 GiB of text, which is too much for
    /// a column.
    pub fn push_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        let record = DocumentRecord::from_annotated(annotated, source);
        if record.text.len() > 1 << 30 {
            let what = "a document of more than 1 GiB of text does not fit into columns";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        self.bytes += record.text.len();
        let header = &annotated.document.header;
        let (form, fields) =
            (serialized_name(&record.format)?, serde_json::to_string(&record.header)?);
        let values = [&*record.id, &record.source, &form, &fields, &record.text];
        self.texts.iter_mut().zip(values).for_each(|(column, value)| column.append_value(value));
        let classification = header
            .classification
            .as_ref()
            .map(|field| serialized_name(&field.value))
            .transpose()?;
        let fields = [
            header.cable_id.as_ref().map(|field| field.value.0.as_str()),
            header.post.as_ref().map(|field| field.value.as_str()),
            classification.as_deref(),
            header.subject.as_ref().map(|field| field.value.as_str()),
            record.language.as_deref(),
        ];
        self.optional
            .iter_mut()
            .zip(fields)
            .for_each(|(column, value)| column.append_option(value));
        self.dates.append_option(
            header.document_date().filter(|date| date.is_whole()).map(Date::days_since_epoch),
        );
        self.mentions.push_mentions(&record.mentions);
        self.entities.push_entities(&record.entities);
        self.sentences.0.push(record.sentences.len());
        for offsets in &record.sentences {
            let [starts, ends] = &mut self.sentences.1;
            starts.append_value(i64::from(offsets[0]));
            ends.append_value(i64::from(offsets[1]));
        }
        self.footnotes.push_footnotes(&record.footnotes);
        self.statements.push_statements(&record.statements);
        self.acts.push_acts(&record.acts);
        Ok(())
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.dates.len()
    }

    /// Whether the batch has no documents.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the batch has reached its maximum size.
    fn is_full(&self) -> bool {
        self.len() >= MAX_BATCH_DOCUMENTS || self.bytes >= MAX_BATCH_BYTES
    }

    /// Returns the batch of the documents added so far, and starts the next one.
    pub fn finish_batch(&mut self) -> RecordBatch {
        self.bytes = 0;
        let mut texts = self.texts.iter_mut().map(finish_array);
        let mut optional = self.optional.iter_mut().map(finish_array);
        let mut next = || texts.next().expect("five columns");
        let mut may = || optional.next().expect("five columns");
        let columns = vec![
            next(),
            next(),
            next(),
            may(),
            may(),
            finish_array(&mut self.dates),
            may(),
            may(),
            may(),
            next(),
            next(),
            self.mentions.finish_column(),
            self.entities.finish_column(),
            list_column(
                &mut self.sentences.0,
                sentence_fields(),
                self.sentences.1.iter_mut().map(finish_array).collect(),
            ),
            self.footnotes.finish_column(),
            self.statements.finish_column(),
            self.acts.finish_column(),
        ];
        RecordBatch::try_new(column_schema(), columns).expect("the columns are those of the schema")
    }
}

impl MentionColumns {
    fn push_mentions(&mut self, mentions: &MentionRecords<'_>) {
        self.lengths.push(mentions.len());
        for mention in mentions.iter() {
            let offsets = [mention.start, mention.end, mention.raw_start, mention.raw_end];
            self.offsets
                .iter_mut()
                .zip(offsets)
                .for_each(|(column, at)| column.append_value(at.into()));
            let kind = mention.link_kind.and_then(|kind| serialized_name(&kind).ok());
            let texts = [
                Some(mention.label.as_str()),
                Some(&mention.text),
                mention.entity.as_deref(),
                kind.as_deref(),
            ];
            self.texts
                .iter_mut()
                .zip(texts)
                .for_each(|(column, value)| column.append_option(value));
            self.scores.append_value(mention.score);
            let title = mention.title;
            let rests = [
                mention.antecedent,
                title.map(|at| at[0]),
                title.map(|at| at[1]),
                mention.affiliation,
            ];
            self.optional_numbers
                .iter_mut()
                .zip(rests)
                .for_each(|(column, value)| column.append_option(value.map(i64::from)));
            self.footnotes.append_option(mention.footnote.as_deref());
        }
    }

    fn finish_column(&mut self) -> ArrayRef {
        let mut columns: Vec<ArrayRef> = self.offsets.iter_mut().map(finish_array).collect();
        let [label, text, entity, kind] = &mut self.texts;
        columns.extend([finish_array(label), finish_array(text), finish_array(&mut self.scores)]);
        columns.extend([finish_array(entity), finish_array(kind)]);
        columns.extend(self.optional_numbers.iter_mut().map(finish_array));
        columns.push(finish_array(&mut self.footnotes));
        list_column(&mut self.lengths, mention_fields(), columns)
    }
}

impl FootnoteColumns {
    fn push_footnotes(&mut self, footnotes: &[FootnoteRecord<'_>]) {
        self.lengths.push(footnotes.len());
        for note in footnotes {
            let offsets = [note.start, note.end, note.anchor];
            self.offsets
                .iter_mut()
                .zip(offsets)
                .for_each(|(column, at)| column.append_value(at.into()));
            self.markers.append_value(&note.marker);
        }
    }

    fn finish_column(&mut self) -> ArrayRef {
        let mut columns: Vec<ArrayRef> = self.offsets.iter_mut().map(finish_array).collect();
        columns.push(finish_array(&mut self.markers));
        list_column(&mut self.lengths, footnote_fields(), columns)
    }
}

impl EntityColumns {
    fn push_entities(&mut self, entities: &[EntityRecord<'_>]) {
        self.lengths.push(entities.len());
        for known in entities {
            let texts = [&*known.id, known.label.as_str(), &known.name, &known.reason];
            self.texts.iter_mut().zip(texts).for_each(|(column, value)| column.append_value(value));
            self.scores.append_value(known.score);
            self.same.append_option(known.same_as.as_deref());
            self.certainties.append_option(known.certainty.map(Certainty::as_str));
        }
    }

    fn finish_column(&mut self) -> ArrayRef {
        let [id, label, name, reason] = &mut self.texts;
        let columns = vec![
            finish_array(id),
            finish_array(label),
            finish_array(name),
            finish_array(&mut self.scores),
            finish_array(reason),
            finish_array(&mut self.same),
            finish_array(&mut self.certainties),
        ];
        list_column(&mut self.lengths, entity_fields(), columns)
    }
}

fn finish_array(builder: &mut impl ArrayBuilder) -> ArrayRef {
    builder.finish()
}

/// Makes a column of lists of structs from the lengths and the flat columns.
fn list_column(lengths: &mut Vec<usize>, fields: Fields, columns: Vec<ArrayRef>) -> ArrayRef {
    let item = Field::new("item", DataType::Struct(fields.clone()), false);
    let structs = StructArray::new(fields, columns, None);
    let lengths = std::mem::take(lengths);
    let lists = ListArray::new(
        Arc::new(item),
        arrow_buffer::OffsetBuffer::from_lengths(lengths),
        Arc::new(structs),
        None,
    );
    Arc::new(lists)
}

/// The string that represents a value of an enum in JSON.
fn serialized_name(value: &impl serde::Serialize) -> io::Result<String> {
    let value = serde_json::to_value(value)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// Writes a Parquet file, one document at a time. Each batch is a row group.
pub struct ParquetWriter<W: Write + Send> {
    builder: ColumnBuilder,
    file: ArrowWriter<W>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Creates a writer to `out`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start_file(out: W) -> io::Result<Self> {
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = ArrowWriter::try_new(out, column_schema(), Some(properties))
            .map_err(from_parquet_error)?;
        Ok(Self { builder: ColumnBuilder::default(), file })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        self.builder.push_document(annotated, source)?;
        if self.builder.is_full() { self.flush_batch() } else { Ok(()) }
    }

    fn flush_batch(&mut self) -> io::Result<()> {
        if !self.builder.is_empty() {
            self.file.write(&self.builder.finish_batch()).map_err(from_parquet_error)?;
            self.file.flush().map_err(from_parquet_error)?;
        }
        Ok(())
    }

    /// Finishes the file and returns the output.
    pub fn finish_file(mut self) -> io::Result<W> {
        self.flush_batch()?;
        self.file.into_inner().map_err(from_parquet_error)
    }
}

/// Writes an Arrow IPC file, one document at a time.
pub struct IpcWriter<W: Write> {
    builder: ColumnBuilder,
    file: FileWriter<W>,
}

impl<W: Write> IpcWriter<W> {
    /// Creates a writer to `out`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start_file(out: W) -> io::Result<Self> {
        let file = FileWriter::try_new(out, &column_schema()).map_err(from_arrow_error)?;
        Ok(Self { builder: ColumnBuilder::default(), file })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write_document(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        self.builder.push_document(annotated, source)?;
        if self.builder.is_full() { self.flush_batch() } else { Ok(()) }
    }

    fn flush_batch(&mut self) -> io::Result<()> {
        if !self.builder.is_empty() {
            self.file.write(&self.builder.finish_batch()).map_err(from_arrow_error)?;
        }
        Ok(())
    }

    /// Finishes the file and returns the output.
    pub fn finish_file(mut self) -> io::Result<W> {
        self.flush_batch()?;
        self.file.into_inner().map_err(from_arrow_error)
    }
}

/// Converts an error. I/O errors keep their kind, so that the caller can detect a
/// closed pipe.
fn from_arrow_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    }
}

fn from_parquet_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
