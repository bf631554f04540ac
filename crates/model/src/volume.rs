//! The published volume that a document is part of.

use serde::{Deserialize, Serialize};

/// A volume as its title page states it, and the chapters around one of its documents.
///
/// The id of the volume and the number of the document are the parts of the document's
/// id: "frus1969-76ve04/d129". A telegram that was printed with its lines of transmission
/// has the id of the telegram, and that of the volume here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumePlace {
    /// The whole title: "Foreign Relations of the United States, 1969–1976, Volume E–4,
    /// Documents on Iran and Iraq, 1969–1972". Empty if the volume states none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The editors, without the general editor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editors: Vec<String>,
    /// The publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The place of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The year of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// The headings of the compilation, chapter and subchapter around the document, the
    /// outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<String>,
    /// Volume and number of a document that has another id: "frus1969-76ve04/d17".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
}
