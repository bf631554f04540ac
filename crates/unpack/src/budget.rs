//! Limits on what a file may unpack to, counted over all containers in it.
//!
//! Compressed files can unpack to a thousand times their size, and containers can
//! be nested. So one budget counts all bytes that are unpacked from a file, at all
//! depths, and every reader of a member takes its bytes from it.

use std::cell::Cell;
use std::io::{self, Read};

use crate::UnpackError;

/// Limits on what a file may unpack to.
#[derive(Clone, Copy, Debug)]
pub struct UnpackLimits {
    /// The maximum size of one member or one row of a table, in bytes.
    pub member_bytes: u64,
    /// The maximum size of all members together, in bytes.
    pub total_bytes: u64,
    /// The maximum number of members.
    pub member_count: u64,
}

/// The limits, and what has been unpacked so far.
#[derive(Debug)]
pub struct UnpackBudget {
    limits: UnpackLimits,
    bytes: Cell<u64>,
    members: Cell<u64>,
}

impl UnpackBudget {
    /// Starts a budget with nothing spent.
    pub fn new(limits: UnpackLimits) -> Self {
        Self { limits, bytes: Cell::new(0), members: Cell::new(0) }
    }

    /// The limits.
    pub fn limits(&self) -> &UnpackLimits {
        &self.limits
    }

    /// Counts a member.
    pub(crate) fn count_member(&self) -> Result<(), UnpackError> {
        self.members.set(self.members.get() + 1);
        if self.members.get() > self.limits.member_count {
            return Err(UnpackError::TooManyMembers(self.limits.member_count));
        }
        Ok(())
    }

    /// Counts unpacked bytes.
    pub(crate) fn count_bytes(&self, bytes: u64) -> Result<(), UnpackError> {
        self.bytes.set(self.bytes.get().saturating_add(bytes));
        self.check()
    }

    /// Returns an error if more bytes were unpacked than allowed.
    pub(crate) fn check(&self) -> Result<(), UnpackError> {
        if self.bytes.get() > self.limits.total_bytes {
            Err(UnpackError::ContainerTooLarge(self.limits.total_bytes))
        } else {
            Ok(())
        }
    }

    /// A reader that takes its bytes from the budget. It fails when the budget is
    /// spent.
    pub(crate) fn counted<R: Read>(&self, inner: R) -> CountedReader<'_, R> {
        CountedReader { budget: self, inner }
    }

    /// Reads all bytes of a member.
    ///
    /// # Errors
    /// If it is larger than a member may be, or its container is damaged.
    pub fn read_member(&self, source: impl Read) -> Result<Vec<u8>, UnpackError> {
        match self.read_part(source)? {
            (bytes, None) => Ok(bytes),
            (_, Some(error)) => Err(error),
        }
    }

    /// Reads the bytes of a member that its container gives before it ends or is damaged,
    /// and the error if it is damaged.
    ///
    /// # Errors
    /// If it is larger than a member may be.
    pub fn read_part(
        &self,
        source: impl Read,
    ) -> Result<(Vec<u8>, Option<UnpackError>), UnpackError> {
        let most = self.limits.member_bytes;
        let mut bytes = Vec::new();
        let read = source.take(most + 1).read_to_end(&mut bytes);
        self.check()?;
        if bytes.len() as u64 > most {
            return Err(UnpackError::MemberTooLarge(most));
        }
        Ok((bytes, read.err().map(|error| damaged_container(&error))))
    }
}

/// Reads bytes and counts them.
pub(crate) struct CountedReader<'b, R> {
    budget: &'b UnpackBudget,
    inner: R,
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.budget.check().map_err(io::Error::other)?;
        let read = self.inner.read(out)?;
        self.budget.count_bytes(read as u64).map_err(io::Error::other)?;
        Ok(read)
    }
}

/// The error of a container that cannot be read further.
pub(crate) fn damaged_container(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedContainer(error.to_string())
}
