//! The pages of a row group, within a budget of memory.
//!
//! The crate `parquet` reads the pages as if they were not compressed, and this module
//! decompresses them: so a page is never larger than the budget allows. The budget
//! counts the pages of all columns that are in memory at a time.

use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ::parquet::arrow::arrow_reader::RowGroups;
use ::parquet::basic::Compression;
use ::parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use ::parquet::file::reader::{ChunkReader, Length};
use ::parquet::file::serialized_reader::SerializedPageReader;
use bytes::Bytes;

use super::compression::{decompress, is_too_large};
use crate::UnpackError;

/// The bytes of pages in memory, and their limit.
pub(super) struct PageBudget {
    held: AtomicU64,
    most: u64,
    is_exceeded: AtomicBool,
}

impl PageBudget {
    pub(super) fn new(most: u64) -> Self {
        Self { held: AtomicU64::new(0), most, is_exceeded: AtomicBool::new(false) }
    }

    /// The error of the reading, if the limit was its reason.
    pub(super) fn error(&self) -> Option<UnpackError> {
        let is_exceeded = self.is_exceeded.load(Ordering::Relaxed);
        is_exceeded.then_some(UnpackError::ContainerTooLarge(self.most))
    }

    fn left(&self) -> u64 {
        self.most.saturating_sub(self.held.load(Ordering::Relaxed))
    }

    fn exceeded_error(&self) -> ParquetError {
        self.is_exceeded.store(true, Ordering::Relaxed);
        ParquetError::General("its pages are too large".to_owned())
    }
}

/// One row group.
pub(super) struct RowGroup<'a, R> {
    file: Arc<BoundedFile<R>>,
    metadata: &'a ParquetMetaData,
    number: usize,
    budget: Arc<PageBudget>,
}

impl<'a, R: ChunkReader + 'static> RowGroup<'a, R> {
    pub(super) fn new(
        file: Arc<R>,
        metadata: &'a ParquetMetaData,
        number: usize,
        budget: &Arc<PageBudget>,
    ) -> Self {
        let file = Arc::new(BoundedFile { file, budget: Arc::clone(budget) });
        Self { file, metadata, number, budget: Arc::clone(budget) }
    }

    fn group(&self) -> &RowGroupMetaData {
        self.metadata.row_group(self.number)
    }
}

impl<R: ChunkReader + 'static> RowGroups for RowGroup<'_, R> {
    fn num_rows(&self) -> usize {
        usize::try_from(self.group().num_rows()).unwrap_or_default()
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let chunk = self.group().column(column);
        let codec = chunk.compression();
        let plain = chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED);
        let pages = SerializedPageReader::new(
            Arc::clone(&self.file),
            &plain.build()?,
            self.num_rows(),
            None,
        )?;
        let budget = Arc::clone(&self.budget);
        let pages = BoundedPages { pages, codec, budget, page: 0, dictionary: 0 };
        Ok(Box::new(OneChunk(Some(Box::new(pages)))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(iter::once(self.group()))
    }

    fn metadata(&self) -> &ParquetMetaData {
        self.metadata
    }
}

/// The pages of one column of one row group.
struct OneChunk(Option<Box<dyn PageReader>>);

impl Iterator for OneChunk {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for OneChunk {}

/// A file of which no part larger than the budget is read at once.
struct BoundedFile<R> {
    file: Arc<R>,
    budget: Arc<PageBudget>,
}

impl<R: ChunkReader> Length for BoundedFile<R> {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl<R: ChunkReader> ChunkReader for BoundedFile<R> {
    type T = R::T;

    fn get_read(&self, start: u64) -> Result<R::T> {
        self.file.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if length as u64 > self.budget.left() {
            return Err(self.budget.exceeded_error());
        }
        self.file.get_bytes(start, length)
    }
}

/// Decompresses pages. The crate holds the dictionary and one page of a column.
struct BoundedPages<R: ChunkReader> {
    pages: SerializedPageReader<R>,
    codec: Compression,
    budget: Arc<PageBudget>,
    page: u64,
    dictionary: u64,
}

impl<R: ChunkReader> BoundedPages<R> {
    fn unpack(&mut self, page: Page) -> Result<Page> {
        let is_dictionary = matches!(page, Page::DictionaryPage { .. });
        let held = if is_dictionary { &mut self.dictionary } else { &mut self.page };
        self.budget.held.fetch_sub(std::mem::take(held), Ordering::Relaxed);
        let page = self.decompress(page)?;
        let bytes = page.buffer().len() as u64;
        if bytes > self.budget.left() {
            return Err(self.budget.exceeded_error());
        }
        self.budget.held.fetch_add(bytes, Ordering::Relaxed);
        *(if is_dictionary { &mut self.dictionary } else { &mut self.page }) = bytes;
        Ok(page)
    }

    fn decompress(&self, mut page: Page) -> Result<Page> {
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
                *buf = self.decompress_bytes(buf, 0)?;
            }
            Page::DataPageV2 {
                buf,
                is_compressed,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                if *is_compressed {
                    // The levels are never compressed.
                    let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
                    *buf = self.decompress_bytes(buf, levels)?;
                }
            }
        }
        Ok(page)
    }

    /// Decompresses what follows the first `plain` bytes.
    fn decompress_bytes(&self, bytes: &Bytes, plain: usize) -> Result<Bytes> {
        let too_short = || ParquetError::EOF("a page is too short".to_owned());
        let (head, packed) = bytes.split_at_checked(plain).ok_or_else(too_short)?;
        // A page without values has no bytes at all.
        if self.codec == Compression::UNCOMPRESSED || packed.is_empty() {
            return Ok(bytes.clone());
        }
        let values = decompress(self.codec, packed, self.budget.left()).map_err(|error| {
            if is_too_large(&error) { self.budget.exceeded_error() } else { error.into() }
        })?;
        Ok(if head.is_empty() { values.into() } else { [head, &values].concat().into() })
    }
}

impl<R: ChunkReader> Iterator for BoundedPages<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl<R: ChunkReader> PageReader for BoundedPages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.pages.get_next_page()?.map(|page| self.unpack(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

impl<R: ChunkReader> Drop for BoundedPages<R> {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.page + self.dictionary, Ordering::Relaxed);
    }
}
