//! Half-open byte ranges, with one type per coordinate system.
//!
//! Offsets are `u32`, because an archive stores millions of spans and no
//! single document reaches 4 GiB. The marker type turns a mix-up of raw and
//! reading-text offsets into a compile error instead of a wrong highlight.

use std::marker::PhantomData;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Marker for offsets into the bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RawBytes {}

/// Marker for offsets into the reading text, in UTF-8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextBytes {}

/// A half-open range `start..end` of bytes in the coordinate system `C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ByteSpan<C> {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    #[serde(skip)]
    coordinates: PhantomData<C>,
}

/// A range of bytes of the raw file.
pub type RawSpan = ByteSpan<RawBytes>;

/// A range of bytes of the reading text.
pub type TextSpan = ByteSpan<TextBytes>;

impl TextSpan {
    /// The span of a header field that the text does not contain.
    pub const OUTSIDE_OF_TEXT: Self = Self::new(0, 0);
}

impl<C> ByteSpan<C> {
    /// The span `start..end`.
    ///
    /// # Panics
    /// In debug builds, if `start > end`.
    pub const fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end);
        Self { start, end, coordinates: PhantomData }
    }

    /// The span of a `usize` range.
    ///
    /// # Panics
    /// If an end does not fit in `u32`. Readers reject larger files.
    pub fn from_range(range: Range<usize>) -> Self {
        let fit = |at: usize| u32::try_from(at).expect("documents are smaller than 4 GiB");
        Self::new(fit(range.start), fit(range.end))
    }

    /// The same range as `usize`, for slicing.
    pub const fn byte_range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The number of bytes.
    pub const fn len(&self) -> u32 {
        self.end - self.start
    }

    /// Whether the span is empty.
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies entirely inside this span.
    pub const fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share at least one byte.
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
