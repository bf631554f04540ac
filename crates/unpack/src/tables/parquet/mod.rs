//! Rows of Parquet files, with every compression that other programs write.
//!
//! A file may claim anything, so nothing in it is trusted: [`footer`] checks the
//! schema before the crate `parquet` reads it, and [`pages`] bounds what pages unpack
//! to. One row is decoded at a time, because a few bytes can stand for many long rows.

mod cells;
mod compression;
mod footer;
mod pages;

use std::fs::File;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use ::parquet::arrow::{parquet_to_arrow_field_levels, parquet_to_arrow_schema};
use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use ::parquet::file::reader::ChunkReader;
use arrow_array::StructArray;
use bytes::Bytes;

use self::cells::{column_names, row_cells};
use self::pages::{PageBudget, RowGroup};
use super::{EventSink, MAX_UNPACK_RATIO, TableEvent};
use crate::UnpackError;
use crate::budget::damaged_container;

/// Maximum number of columns.
const MAX_COLUMNS: usize = 1 << 14;

/// The pages that are held in memory may be this many times the size of a row. Most
/// programs write some 1,000 rows to a page.
const PAGES_IN_ROWS: u64 = 16;

/// Number of bytes that a row counts at least. A page of nothing has very many rows.
const MIN_ROW_BYTES: u64 = 64;

fn damaged(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedTable(error.to_string())
}

/// Reads the rows of a file on disk.
pub(super) fn read_file(
    path: &Path,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let file = File::open(path).map_err(|error| damaged_container(&error))?;
    read_guarded(file, largest, sink)
}

/// Reads the rows of a file in memory.
pub(super) fn read_bytes(
    bytes: Vec<u8>,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    read_guarded(Bytes::from(bytes), largest, sink)
}

/// Turns a panic of the crate into an error. It trusts the offsets in a file, and
/// panics if one points outside.
fn read_guarded(
    file: impl ChunkReader + 'static,
    largest: u64,
    sink: EventSink<'_>,
) -> Result<ControlFlow<()>, UnpackError> {
    let metadata = catch_unwind(AssertUnwindSafe(|| {
        footer::check_schema(&file, MAX_COLUMNS)?;
        let reader = ParquetMetaDataReader::new();
        reader.parse_and_finish(&file).map_err(|error| damaged(&error))
    }));
    let metadata = metadata.unwrap_or_else(|_| Err(outside_error()))?;
    let mut rows = Rows {
        budget: Arc::new(PageBudget::new(largest.saturating_mul(PAGES_IN_ROWS))),
        largest,
        left: largest.saturating_add(file.len().saturating_mul(MAX_UNPACK_RATIO)),
    };
    let most = rows.left;
    rows.read_groups(&Arc::new(file), &metadata, most, sink)
}

fn outside_error() -> UnpackError {
    damaged(&"an offset points outside the file")
}

/// The limits of the rows of a file.
struct Rows {
    budget: Arc<PageBudget>,
    largest: u64,
    /// Number of bytes that the rows still may have.
    left: u64,
}

impl Rows {
    fn read_groups<R: ChunkReader + 'static>(
        &mut self,
        file: &Arc<R>,
        metadata: &ParquetMetaData,
        most: u64,
        sink: EventSink<'_>,
    ) -> Result<ControlFlow<()>, UnpackError> {
        let schema = metadata.file_metadata().schema_descr();
        let levels = parquet_to_arrow_field_levels(schema, ProjectionMask::all(), None)
            .map_err(|error| damaged(&error))?;
        let columns = parquet_to_arrow_schema(schema, None).map_err(|error| damaged(&error))?;
        let columns = column_names(columns.fields());
        if columns.is_empty() {
            return Err(UnpackError::NoTextColumn { columns, more: 0 });
        }
        let table = TableEvent::Table { name: String::new(), columns: Some(columns) };
        if sink(table).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        for number in 0..metadata.num_row_groups() {
            let group = RowGroup::new(Arc::clone(file), metadata, number, &self.budget);
            let reader = || {
                ParquetRecordBatchReader::try_new_with_row_groups(&levels, &group, 1, None)
                    .map_err(|error| self.budget.error().unwrap_or_else(|| damaged(&error)))
            };
            let reader =
                catch_unwind(AssertUnwindSafe(reader)).unwrap_or_else(|_| Err(outside_error()))?;
            if self.read_group(reader, most, sink)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn read_group(
        &mut self,
        mut reader: ParquetRecordBatchReader,
        most: u64,
        sink: EventSink<'_>,
    ) -> Result<ControlFlow<()>, UnpackError> {
        loop {
            let next = catch_unwind(AssertUnwindSafe(|| reader.next()));
            let Some(batch) = next.map_err(|_| outside_error())? else {
                return Ok(ControlFlow::Continue(()));
            };
            let batch =
                batch.map_err(|error| self.budget.error().unwrap_or_else(|| damaged(&error)))?;
            for row in 0..batch.num_rows() {
                let event = match row_cells(&StructArray::from(batch.clone()), row, self.largest) {
                    Some(cells) => {
                        let bytes = cells.iter().map(|cell| cell.len() as u64).sum::<u64>();
                        let counted = self.left.checked_sub(bytes.max(MIN_ROW_BYTES));
                        self.left = counted.ok_or(UnpackError::ContainerTooLarge(most))?;
                        TableEvent::Row(cells)
                    }
                    None => TableEvent::BadRow(UnpackError::RowTooLarge(self.largest)),
                };
                if sink(event).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }
}
