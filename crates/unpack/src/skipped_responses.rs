//! What of a crawl is no document.

use std::collections::BTreeMap;
use std::fmt;

/// Responses of a crawl that are no documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedResponses {
    /// Pictures, scripts and so on: their numbers by media type.
    pub media: BTreeMap<String, u64>,
    /// Redirects and errors.
    pub errors: u64,
}

impl fmt::Display for SkippedResponses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let media = self.media.iter().map(|(media, count)| format!("{count} {media}"));
        let errors = match self.errors {
            0 => None,
            1 => Some("1 redirect or error".to_owned()),
            count => Some(format!("{count} redirects or errors")),
        };
        f.write_str(&media.chain(errors).collect::<Vec<String>>().join(", "))
    }
}
