//! Limits on requests. Those on queries are in [`chancery_views::limits`].

use std::time::Duration;

/// Maximum size of a form or JSON body, in bytes. Uploads have another limit.
pub(crate) const MAX_BODY_BYTES: usize = 256 << 10;

/// Maximum size of an upload, in bytes.
pub(crate) const MAX_UPLOAD_BYTES: usize = 512 << 20;

/// Maximum size of a file of queries, in bytes.
pub(crate) const MAX_BATCH_BYTES: usize = 1 << 20;

/// Maximum time that a request waits for a connection, and then for its result.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(15);
