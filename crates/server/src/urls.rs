//! Addresses of pages.

/// How many letters of a document's id stand in addresses.
const ID_DIGITS: usize = 16;

/// The beginning of a document's id, as addresses have it.
pub(crate) fn short_id(id: &str) -> &str {
    id.get(..ID_DIGITS).unwrap_or(id)
}

/// The address of an entity's page.
pub(crate) fn entity_address(id: &str) -> String {
    format!("/entity/{}", encode_component(id))
}

/// Words as they may stand in one part of an address.
pub(crate) fn encode_component(words: &str) -> String {
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
