//! URLs of pages.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// Characters that are encoded in a component. Ids have colons.
const COMPONENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// Number of hexadecimal digits of a document's id in URLs.
const ID_DIGITS: usize = 16;

/// Returns the prefix of a document's id that is used in URLs.
pub fn short_document_id(id: &str) -> &str {
    id.get(..ID_DIGITS).unwrap_or(id)
}

/// Returns the path of a document's page.
pub fn document_url(id: &str) -> String {
    format!("/doc/{}", short_document_id(id))
}

/// Returns the path of the results of a query.
pub fn search_url(query: &str) -> String {
    format!("/?q={}", percent_encode(query))
}

/// Returns the path of an entity's page.
pub fn entity_url(id: &str) -> String {
    format!("/entity/{}", percent_encode(id))
}

/// Percent-encodes text for one component of a URL.
pub fn percent_encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, COMPONENT)
}
