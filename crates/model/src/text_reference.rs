//! References to other documents in the running text and in footnotes.
//!
//! The text says "Embtel 3083" or "telegram 1126 to Cairo, August 20"; the reader knows
//! the post and the year of the citing document and makes an id of it. Whether an archive
//! has such a document, the archive decides. The references of the header line REF are
//! [`Header::references`](crate::Header).

use serde::{Deserialize, Serialize};

use crate::{CableId, Date, TextSpan};

/// A reference in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextReference {
    /// Its words.
    pub span: TextSpan,
    /// The id of the document that it means: "57CAIRO3083", "frus1969-76v12/d45".
    pub value: String,
    /// The post to which that telegram was sent, if the reference says so. The Department
    /// of State once numbered its telegrams for each post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The date of that document, if the reference says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// How telegrams cite a document that has another id: by year, post and serial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TelegramNumber {
    /// "57CAIRO3083".
    pub id: CableId,
    /// The posts to which it was sent, as in ids: "TELAVIV".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
}
