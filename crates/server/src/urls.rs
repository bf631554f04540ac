//! URLs of pages.

/// Number of hexadecimal digits of a document's id in URLs.
const ID_DIGITS: usize = 16;

/// Returns the prefix of a document's id that is used in URLs.
pub(crate) fn short_document_id(id: &str) -> &str {
    id.get(..ID_DIGITS).unwrap_or(id)
}

/// Returns the path of an entity's page.
pub(crate) fn entity_url(id: &str) -> String {
    format!("/entity/{}", percent_encode(id))
}

/// Percent-encodes text for one component of a URL.
pub(crate) fn percent_encode(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for byte in words.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' | b':' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out += &format!("%{byte:02X}"),
        }
    }
    out
}
