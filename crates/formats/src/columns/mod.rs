//! Typed columns, one row per document: Apache Arrow in memory, Parquet and
//! Arrow IPC as files.
//!
//! | column | type |
//! |---|---|
//! | `id`, `source`, `format` | string |
//! | `cable`, `station`, `classification`, `subject` | string, may be null |
//! | `date` | date, may be null |
//! | `header` | string: all fields with their offsets, JSON as in `jsonl` |
//! | `text` | string |
//! | `mentions` | list of `start`, `end`, `raw_start`, `raw_end`, `label`, `text`, `score`, `entity`, `tie`, `by`, `office_start`, `office_end`, `of` |
//! | `entities` | list of `id`, `label`, `name`, `score`, `reason`, `same_as` |
//! | `sentences` | list of `start`, `end` |
//!
//! Offsets count code points of `text`; `raw_start` and `raw_end` count bytes of
//! the file. The metadata of the schema say so too. For Spark, integers are
//! signed, and strings and lists have 32-bit offsets.

mod read;

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, Date32Builder, Float32Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use chancery_model::{Annotated, Date};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::record::{Known, Names, Record};

pub use read::{documents, is_guarded, read_arrow, read_parquet};

/// Maximum number of documents, and of bytes of text, in a batch.
const MOST_DOCUMENTS: usize = 1000;
const MOST_BYTES: usize = 16 << 20;

/// Metadata of the schema.
const ABOUT: [(&str, &str); 2] = [
    ("chancery.offsets", "start and end count Unicode code points of text; end is exclusive"),
    ("chancery.raw_offsets", "raw_start and raw_end count bytes of the file"),
];

/// The schema of the columns.
pub fn schema() -> SchemaRef {
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
        may("cable"),
        may("station"),
        Field::new("date", DataType::Date32, true),
        may("classification"),
        may("subject"),
        text("header"),
        text("text"),
        list("mentions", mention_fields()),
        list("entities", entity_fields()),
        list("sentences", sentence_fields()),
    ];
    let about: HashMap<_, _> =
        ABOUT.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
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
        text("tie", true),
        number("by", true),
        number("office_start", true),
        number("office_end", true),
        number("of", true),
    ])
}

fn entity_fields() -> Fields {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let score = Field::new("score", DataType::Float32, false);
    let same = Field::new("same_as", DataType::Utf8, true);
    Fields::from(vec![text("id"), text("label"), text("name"), score, text("reason"), same])
}

fn sentence_fields() -> Fields {
    let number = |name| Field::new(name, DataType::Int64, false);
    Fields::from(vec![number("start"), number("end")])
}

/// Collects documents into a batch.
#[derive(Default)]
pub struct Builder {
    texts: [StringBuilder; 5],
    optional: [StringBuilder; 4],
    dates: Date32Builder,
    mentions: Mentions,
    entities: Entities,
    sentences: (Vec<usize>, [Int64Builder; 2]),
    bytes: usize,
}

#[derive(Default)]
struct Mentions {
    lengths: Vec<usize>,
    places: [Int64Builder; 4],
    texts: [StringBuilder; 4],
    scores: Float32Builder,
    rests: [Int64Builder; 4],
}

#[derive(Default)]
struct Entities {
    lengths: Vec<usize>,
    texts: [StringBuilder; 4],
    scores: Float32Builder,
    same: StringBuilder,
}

impl Builder {
    /// Adds a document. `source` says where it came from.
    ///
    /// # Errors
    /// Fails if the document has more than 1 GiB of text, which is too much for
    /// a column.
    pub fn push(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        let record = Record::of(annotated, source);
        if record.text.len() > 1 << 30 {
            let what = "a document of more than 1 GiB of text does not fit into columns";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        self.bytes += record.text.len();
        let header = &annotated.document.header;
        let (form, fields) = (word(&record.format)?, serde_json::to_string(&record.header)?);
        let own = [&*record.id, &record.source, &form, &fields, &record.text];
        self.texts.iter_mut().zip(own).for_each(|(column, value)| column.append_value(value));
        let classification =
            header.classification.as_ref().map(|field| word(&field.value)).transpose()?;
        let fields = [
            header.reference_id.as_ref().map(|field| field.value.0.as_str()),
            header.station.as_ref().map(|field| field.value.as_str()),
            classification.as_deref(),
            header.subject.as_ref().map(|field| field.value.as_str()),
        ];
        self.optional
            .iter_mut()
            .zip(fields)
            .for_each(|(column, value)| column.append_option(value));
        self.dates.append_option(header.day().map(Date::days));
        self.mentions.push(&record.mentions);
        self.entities.push(&record.entities);
        self.sentences.0.push(record.sentences.len());
        for places in &record.sentences {
            let [starts, ends] = &mut self.sentences.1;
            starts.append_value(i64::from(places[0]));
            ends.append_value(i64::from(places[1]));
        }
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
        self.len() >= MOST_DOCUMENTS || self.bytes >= MOST_BYTES
    }

    /// Returns the batch of the documents added so far, and starts the next one.
    pub fn finish(&mut self) -> RecordBatch {
        self.bytes = 0;
        let mut texts = self.texts.iter_mut().map(finished);
        let mut optional = self.optional.iter_mut().map(finished);
        let mut next = || texts.next().expect("five columns");
        let mut may = || optional.next().expect("four columns");
        let columns = vec![
            next(),
            next(),
            next(),
            may(),
            may(),
            finished(&mut self.dates),
            may(),
            may(),
            next(),
            next(),
            self.mentions.finish(),
            self.entities.finish(),
            list(
                &mut self.sentences.0,
                sentence_fields(),
                self.sentences.1.iter_mut().map(finished).collect(),
            ),
        ];
        RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema")
    }
}

impl Mentions {
    fn push(&mut self, names: &Names<'_>) {
        self.lengths.push(names.len());
        for name in names.iter() {
            let places = [name.start, name.end, name.raw_start, name.raw_end];
            self.places
                .iter_mut()
                .zip(places)
                .for_each(|(column, at)| column.append_value(at.into()));
            let tie = name.tie.and_then(|tie| word(&tie).ok());
            let texts = [
                Some(name.label.as_str()),
                Some(&name.text),
                name.entity.as_deref(),
                tie.as_deref(),
            ];
            self.texts
                .iter_mut()
                .zip(texts)
                .for_each(|(column, value)| column.append_option(value));
            self.scores.append_value(name.score);
            let office = name.office;
            let rests = [name.by, office.map(|at| at[0]), office.map(|at| at[1]), name.of];
            self.rests
                .iter_mut()
                .zip(rests)
                .for_each(|(column, value)| column.append_option(value.map(i64::from)));
        }
    }

    fn finish(&mut self) -> ArrayRef {
        let mut columns: Vec<ArrayRef> = self.places.iter_mut().map(finished).collect();
        let [label, text, entity, tie] = &mut self.texts;
        columns.extend([finished(label), finished(text), finished(&mut self.scores)]);
        columns.extend([finished(entity), finished(tie)]);
        columns.extend(self.rests.iter_mut().map(finished));
        list(&mut self.lengths, mention_fields(), columns)
    }
}

impl Entities {
    fn push(&mut self, entities: &[Known<'_>]) {
        self.lengths.push(entities.len());
        for known in entities {
            let texts = [&*known.id, known.label.as_str(), &known.name, &known.reason];
            self.texts.iter_mut().zip(texts).for_each(|(column, value)| column.append_value(value));
            self.scores.append_value(known.score);
            self.same.append_option(known.same_as.as_deref());
        }
    }

    fn finish(&mut self) -> ArrayRef {
        let [id, label, name, reason] = &mut self.texts;
        let columns = vec![
            finished(id),
            finished(label),
            finished(name),
            finished(&mut self.scores),
            finished(reason),
            finished(&mut self.same),
        ];
        list(&mut self.lengths, entity_fields(), columns)
    }
}

fn finished(builder: &mut impl ArrayBuilder) -> ArrayRef {
    builder.finish()
}

/// Makes a column of lists of structs from the lengths and the flat columns.
fn list(lengths: &mut Vec<usize>, fields: Fields, columns: Vec<ArrayRef>) -> ArrayRef {
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
fn word(value: &impl serde::Serialize) -> io::Result<String> {
    let value = serde_json::to_value(value)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// Writes a Parquet file, one document at a time. Each batch is a row group.
pub struct ParquetWriter<W: Write + Send> {
    builder: Builder,
    file: ArrowWriter<W>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Creates a writer to `out`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn begin(out: W) -> io::Result<Self> {
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = ArrowWriter::try_new(out, schema(), Some(properties)).map_err(of_parquet)?;
        Ok(Self { builder: Builder::default(), file })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        self.builder.push(annotated, source)?;
        if self.builder.is_full() { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.builder.is_empty() {
            self.file.write(&self.builder.finish()).map_err(of_parquet)?;
            self.file.flush().map_err(of_parquet)?;
        }
        Ok(())
    }

    /// Finishes the file and returns the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        self.file.into_inner().map_err(of_parquet)
    }
}

/// Writes an Arrow IPC file, one document at a time.
pub struct IpcWriter<W: Write> {
    builder: Builder,
    file: FileWriter<W>,
}

impl<W: Write> IpcWriter<W> {
    /// Creates a writer to `out`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn begin(out: W) -> io::Result<Self> {
        let file = FileWriter::try_new(out, &schema()).map_err(of_arrow)?;
        Ok(Self { builder: Builder::default(), file })
    }

    /// Writes a document. `source` says where it came from.
    pub fn write(&mut self, annotated: &Annotated, source: &str) -> io::Result<()> {
        self.builder.push(annotated, source)?;
        if self.builder.is_full() { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.builder.is_empty() {
            self.file.write(&self.builder.finish()).map_err(of_arrow)?;
        }
        Ok(())
    }

    /// Finishes the file and returns the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        self.file.into_inner().map_err(of_arrow)
    }
}

/// Converts an error. I/O errors keep their kind, so that the caller can detect a
/// closed pipe.
fn of_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    }
}

fn of_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
