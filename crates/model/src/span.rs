//! Half-open byte ranges, one type for each coordinate system.
//!
//! Spans are `u32` and `Copy`: a cable archive holds millions of them and no
//! single document reaches 4 GiB. The marker type makes mixing raw offsets
//! with reading-text offsets a compile error rather than a wrong highlight.

use std::marker::PhantomData;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Marks offsets into the bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Raw {}

/// Marks offsets into the reading text (UTF-8 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {}

/// A half-open range `start..end` of bytes in the coordinates named by `C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Span<C> {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    #[serde(skip)]
    coordinates: PhantomData<C>,
}

/// A range of bytes of the raw file.
pub type RawSpan = Span<Raw>;

/// A range of bytes of the reading text.
pub type TextSpan = Span<Reading>;

impl<C> Span<C> {
    /// The span `start..end`.
    ///
    /// # Panics
    /// In debug builds, when `start > end`.
    pub const fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end);
        Self { start, end, coordinates: PhantomData }
    }

    /// The span of a `usize` range.
    ///
    /// # Panics
    /// When an end does not fit `u32`: readers refuse larger files.
    pub fn from_range(range: Range<usize>) -> Self {
        let fit = |at: usize| u32::try_from(at).expect("documents are smaller than 4 GiB");
        Self::new(fit(range.start), fit(range.end))
    }

    /// The same range for slicing.
    pub const fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Number of bytes.
    pub const fn len(&self) -> u32 {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte.
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
