//! The header lines of a letter or of one of its parts, decoded.
//!
//! Encoded words ("=?utf-8?Q?caf=C3=A9?=") are decoded first, with characters that
//! mean something in addresses replaced by other characters. The crate `mail-parser` then
//! reads addresses, dates and parameters. It takes quadratic time for some hostile
//! values, so each value has a maximum length.

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, ContentType, DateTime, HeaderValue};

use super::encoded_words::{decode_encoded_words, unshield};
use crate::charset;

/// Maximum length of a value of addresses or of a subject, in bytes.
const MAX_VALUE_BYTES: usize = 1 << 20;

/// Maximum length of a value with parameters, in bytes.
const MAX_PARAMETER_BYTES: usize = 8 << 10;

/// The header lines.
#[derive(Debug)]
pub(super) struct HeaderFields<'a> {
    fields: Vec<(&'a [u8], &'a [u8])>,
}

/// A sender or addressee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Party {
    pub name: Option<String>,
    pub address: Option<String>,
}

impl Party {
    /// The name, or the address if there is none.
    pub(super) fn shown_name(&self) -> Option<&str> {
        self.name.as_deref().or(self.address.as_deref())
    }

    /// Name and address, as a header line prints them.
    pub(super) fn line(&self) -> String {
        match (&self.name, &self.address) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        }
    }
}

impl<'a> HeaderFields<'a> {
    /// Splits header lines into fields.
    pub(super) fn new(lines: &'a [u8]) -> Self {
        let mut fields: Vec<(&[u8], &[u8])> = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let start = at;
            // A field goes on in lines that begin with a blank.
            loop {
                at = memchr::memchr(b'\n', &lines[at..]).map_or(lines.len(), |end| at + end + 1);
                if !matches!(lines.get(at), Some(b' ' | b'\t')) {
                    break;
                }
            }
            let field = &lines[start..at];
            if let Some(colon) = memchr::memchr(b':', field) {
                fields.push((field[..colon].trim_ascii(), field[colon + 1..].trim_ascii()));
            }
        }
        Self { fields }
    }

    /// The value of the first field of this name that has one, as it is encoded.
    fn raw(&self, name: &str) -> Option<&'a [u8]> {
        let mut named = self
            .fields
            .iter()
            .filter(|(key, value)| key.eq_ignore_ascii_case(name.as_bytes()) && !value.is_empty());
        named.next().map(|(_, value)| *value)
    }

    /// Whether there are no fields.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The value of a field as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = unshield(&decoded(self.raw(name)?, MAX_VALUE_BYTES));
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        (!value.is_empty()).then_some(value)
    }

    /// The values of all fields of this name as lists of ids: the words in angle
    /// brackets, or all words if there are none.
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        let Some(value) = self.text(name) else { return Vec::new() };
        let in_brackets = value.split('<').skip(1).filter_map(|part| part.split('>').next());
        let ids: Vec<String> =
            in_brackets.map(|id| id.trim().to_owned()).filter(|id| is_id(id)).collect();
        if ids.is_empty() && !value.contains('<') {
            return value.split(' ').filter(|id| is_id(id)).map(str::to_owned).collect();
        }
        ids
    }

    /// The senders or addressees of all fields of this name.
    pub(super) fn parties(&self, name: &str) -> Vec<Party> {
        let named = |(key, _): &&(&[u8], &[u8])| key.eq_ignore_ascii_case(name.as_bytes());
        let mut parties = Vec::new();
        for (_, value) in self.fields.iter().filter(named) {
            let line = decoded(value, MAX_VALUE_BYTES) + "\n";
            let parsed = MessageStream::new(line.as_bytes()).parse_address();
            let HeaderValue::Address(addresses) = parsed else { continue };
            if let Address::Group(groups) = &addresses {
                let empty = groups.iter().filter(|group| group.addresses.is_empty());
                parties.extend(empty.filter_map(|group| Party::new(group.name.as_deref(), None)));
            }
            let read = addresses.iter().filter_map(|one| Party::new(one.name(), one.address()));
            parties.extend(read);
        }
        parties
    }

    /// The date in UTC; `Err` has the value if it is no date.
    pub(super) fn date(&self) -> Option<Result<DateTime, String>> {
        let value = self.text("Date")?;
        let line = format!("{value}\n");
        let parsed = MessageStream::new(line.as_bytes()).parse_date();
        Some(match parsed {
            HeaderValue::DateTime(date) if date.is_valid() && date.year > 1900 => {
                Ok(DateTime::from_timestamp(date.to_timestamp()))
            }
            _ => Err(value),
        })
    }

    /// A value with parameters.
    fn content_type(&self, name: &str) -> Option<Parameters> {
        let line = decoded(self.raw(name)?, MAX_PARAMETER_BYTES) + "\n";
        match MessageStream::new(line.as_bytes()).parse_content_type() {
            HeaderValue::ContentType(value) => Some(Parameters::new(&value)),
            _ => None,
        }
    }
}

impl Party {
    fn new(name: Option<&str>, address: Option<&str>) -> Option<Self> {
        let clean = |word: Option<&str>| {
            let word = unshield(word?);
            let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
            let word = word.trim_matches(['\'', '"']).trim().to_owned();
            (!word.is_empty()).then_some(word)
        };
        let (name, address) = (clean(name), clean(address));
        // Some programs repeat the address as the name.
        let name = name.filter(|name| Some(name) != address.as_ref());
        (name.is_some() || address.is_some()).then_some(Self { name, address })
    }
}

/// Whether a word may be the id of a letter.
fn is_id(word: &str) -> bool {
    !word.is_empty() && word.len() <= 998 && !word.contains(char::is_whitespace)
}

/// A value as text in one line, with its encoded words decoded and shielded.
fn decoded(value: &[u8], most: usize) -> String {
    let value = &value[..value.len().min(most)];
    let line: Vec<u8> = value.iter().copied().filter(|byte| !b"\r\n\0".contains(byte)).collect();
    decode_encoded_words(&charset::decode_declared(&line, None).text)
}

/// A value with parameters: "text/plain; charset=utf-8".
struct Parameters {
    kind: String,
    subtype: Option<String>,
    values: Vec<(String, String)>,
}

impl Parameters {
    fn new(value: &ContentType<'_>) -> Self {
        let attributes = value.attributes().unwrap_or_default().iter();
        let values = attributes.map(|one| (one.name.to_string(), one.value.to_string()));
        Self {
            kind: value.ctype().to_owned(),
            subtype: value.subtype().map(str::to_owned),
            values: values.collect(),
        }
    }

    /// The value of a parameter that is not empty.
    fn value(&self, name: &str) -> Option<String> {
        let (_, value) = self.values.iter().find(|(known, _)| known == name)?;
        let value = unshield(value).trim().to_owned();
        (!value.is_empty()).then_some(value)
    }
}

/// What a part is, and what its header says of its content.
#[derive(Clone, Debug)]
pub(super) struct MediaType {
    /// The type and the subtype, in small letters.
    pub kind: String,
    pub subtype: String,
    pub charset: Option<String>,
    boundary: Option<String>,
    /// The name of its file.
    pub file_name: Option<String>,
    pub is_attachment: bool,
    /// The transfer encoding, in small letters.
    pub encoding: String,
}

impl MediaType {
    /// Reads the header lines of a part. In a digest, a part is a letter unless it says
    /// otherwise.
    pub(super) fn of_part(fields: &HeaderFields<'_>, parent: Option<&Self>) -> Self {
        let declared = fields.content_type("Content-Type");
        let disposition = fields.content_type("Content-Disposition");
        let parameter = |value: &Option<Parameters>, name: &str| value.as_ref()?.value(name);
        let is_digest = parent.is_some_and(|parent| parent.is("multipart", "digest"));
        let usual = if is_digest { ("message", "rfc822") } else { ("text", "plain") };
        let kind = declared.as_ref().map_or(usual.0, |declared| &declared.kind);
        let subtype = match &declared {
            None => usual.1,
            Some(declared) => declared.subtype.as_deref().unwrap_or("plain"),
        };
        let encoding = fields.text("Content-Transfer-Encoding").unwrap_or_default();
        Self {
            kind: kind.to_ascii_lowercase(),
            subtype: subtype.to_ascii_lowercase(),
            charset: parameter(&declared, "charset"),
            boundary: parameter(&declared, "boundary"),
            file_name: parameter(&disposition, "filename").or(parameter(&declared, "name")),
            is_attachment: disposition
                .is_some_and(|one| one.kind.eq_ignore_ascii_case("attachment")),
            encoding: encoding.to_ascii_lowercase(),
        }
    }

    /// The boundary of the parts in it; `None` if it has none.
    pub(super) fn boundary(&self) -> Option<String> {
        self.boundary.clone().filter(|_| self.kind == "multipart")
    }

    pub(super) fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind == kind && self.subtype == subtype
    }

    /// Whether it is a letter.
    pub(super) fn is_letter(&self) -> bool {
        self.is("message", "rfc822") || self.is("message", "global")
    }
}
