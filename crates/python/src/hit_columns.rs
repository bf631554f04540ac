//! Hits of a search as Arrow columns, one row per document.
//!
//! | column | type |
//! |---|---|
//! | `id`, `path` | string |
//! | `cable_id`, `date`, `post`, `classification`, `subject` | string, may be null |
//! | `score` | float32 |
//! | `matches` | uint32: number of spans that match |
//! | `snippet` | string, may be null: the best sentence |

use std::sync::Arc;

use arrow_array::builder::{Float32Builder, StringBuilder, UInt32Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use chancery_model::Classification;
use chancery_store::SearchHit;

/// Names of the columns of strings, in order.
const STRINGS: [&str; 8] =
    ["id", "cable_id", "date", "post", "classification", "subject", "path", "snippet"];

/// The schema of a batch.
pub(crate) fn hit_schema() -> SchemaRef {
    let string = |name: &&str| Field::new(*name, DataType::Utf8, !["id", "path"].contains(name));
    let mut fields: Vec<Field> = STRINGS.iter().map(string).collect();
    fields.push(Field::new("score", DataType::Float32, false));
    fields.push(Field::new("matches", DataType::UInt32, false));
    Arc::new(Schema::new(fields))
}

/// Converts hits to columns.
pub(crate) fn hit_batch(hits: &[SearchHit]) -> Result<RecordBatch, ArrowError> {
    let mut strings: [StringBuilder; STRINGS.len()] = Default::default();
    let mut scores = Float32Builder::new();
    let mut matches = UInt32Builder::new();
    for hit in hits {
        let document = &hit.document;
        let id = document.id.to_string();
        let snippet = hit.snippets.first().map(|snippet| snippet.text.as_str());
        let cells: [Option<&str>; STRINGS.len()] = [
            Some(&id),
            document.cable_id.as_deref(),
            document.date.as_deref(),
            document.post.as_deref(),
            document.classification.map(Classification::as_str),
            document.subject.as_deref(),
            Some(&document.path),
            snippet,
        ];
        for (column, cell) in strings.iter_mut().zip(cells) {
            column.append_option(cell);
        }
        scores.append_value(hit.score);
        matches.append_value(hit.spans.len() as u32);
    }
    let mut columns: Vec<ArrayRef> =
        strings.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
    columns.push(Arc::new(scores.finish()));
    columns.push(Arc::new(matches.finish()));
    RecordBatch::try_new(hit_schema(), columns)
}
