//! The name of a file as an envelope: "1977PORTLO05268.txt" names the telegram whose text
//! may state no id.
//!
//! A name counts if it is a year, a post and a serial. The post must be one of the table
//! of posts, or its first letters: the National Archives abbreviate posts to six. So
//! "12MARCH2009.txt" and "09DRAFT2.txt" name no telegram. "frus1977-80v21.xml" names a
//! volume, and no document that is not one.

use chancery_model::{Envelope, EnvelopeField, EnvelopeKind};

use crate::cable_id;

/// The envelope that the last part of `path` is, if it has the form of a cable id.
/// Folders, containers ("a.zip!/b.txt") and the ending are left out.
///
/// ```
/// use chancery_model::EnvelopeKind;
/// use chancery_fields::envelope_of_path;
///
/// let name = envelope_of_path("box.zip!/1977/1977PORTLO05268.txt").unwrap();
/// assert_eq!(name.kind, EnvelopeKind::FileName);
/// assert!(envelope_of_path("12MARCH2009.txt").is_none());
/// ```
pub fn envelope_of_path(path: &str) -> Option<Envelope> {
    let name = path.rsplit(['/', '\\', '!']).next()?;
    let stem = name.split('.').next()?.trim();
    let envelope = |id: String| Envelope {
        kind: EnvelopeKind::FileName,
        fields: vec![(EnvelopeField::CableId, id)],
    };
    if is_volume_id(stem) {
        return Some(envelope(stem.to_owned()));
    }
    let stem = stem.to_ascii_uppercase();
    let id = cable_id::cable_id_of_name(&stem)?;
    let (post, _) = cable_id::post_and_serial(&id)?;
    cable_id::is_post_or_prefix(post).then_some(())?;
    Some(envelope(stem))
}

/// Whether an id is that of a FRUS volume: "frus1977-80v21".
pub fn is_volume_id(id: &str) -> bool {
    let rest = id.strip_prefix("frus").unwrap_or("");
    rest.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cables_are_envelopes() {
        let cases = [
            ("1977PORTLO05268.txt", Some("77PORTLO5268")),
            ("09PORTLOUIS318.html", Some("09PORTLOUIS318")),
            ("66BUENOSAIRES2481", Some("66BUENOSAIRES2481")),
            ("66BUENOSAIRES2481.pdf.txt", Some("66BUENOSAIRES2481")),
            ("/a/b.zip!/09 PORT LOUIS 000318.txt", Some("09PORTLOUIS318")),
            ("c:\\cables\\09portlouis318.htm", Some("09PORTLOUIS318")),
            ("12MARCH2009.txt", None),
            ("2009REPORT12.txt", None),
            ("09DRAFT2.txt", None),
            ("PORTLOUIS318.txt", None),
            ("1809PORTLOUIS318.txt", None),
            ("09PORTLOUIS.txt", None),
            ("09PORTLOUIS318/notes.txt", None),
            ("-", None),
            ("", None),
        ];
        for (path, expected) in cases {
            let found = envelope_of_path(path).map(|envelope| {
                cable_id::cable_id_of_name(&envelope.fields[0].1).expect("an id").0
            });
            assert_eq!(found.as_deref(), expected, "{path}");
        }
    }
}
