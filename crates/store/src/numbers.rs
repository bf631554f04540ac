//! Numbers of rows in an archive: documents, entities, decisions, batches, files.
//!
//! They are valid only in the archive that assigned them. Each is a type of its
//! own, so that the number of a document cannot be passed where that of an entity
//! belongs.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// Defines a number that SQLite and JSON store as an integer.
macro_rules! row_number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize,
            Deserialize,
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    };
}

row_number! {
    /// Number of a document.
    DocumentNumber
}

row_number! {
    /// Number of an entity.
    EntityNumber
}

row_number! {
    /// Number of a decision in the log, from 1.
    DecisionNumber
}

row_number! {
    /// Number of a batch: a transaction that changed documents. 0 if there is none.
    BatchNumber
}

row_number! {
    /// Number of a file.
    FileNumber
}

impl BatchNumber {
    /// Returns the number of the next batch.
    pub(crate) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
