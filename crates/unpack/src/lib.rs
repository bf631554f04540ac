//! What files lie in this one, and what is its text?
//!
//! [`kind`] tells by content what a file is. [`members`] hands out the files
//! of a zip or tar, [`layer`] the text of an office file or letter; everything
//! else is its own text. Nothing is ever written to the disk, so names with
//! `..`, absolute names and links can do no harm; how much may come out of a
//! file is bounded by [`Limits`], whatever its own tables say.

mod containers;
mod mail;
mod office;
mod pdf;
mod rtf;

use std::fmt;

pub use containers::{Member, members};
pub use pdf::text as pdf_text;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A zip of files.
    Zip,
    /// A tar of files.
    Tar,
    /// A gzip: of a tar, or of one file.
    Gzip,
    /// A word processor's zip, by Microsoft.
    Docx,
    /// A word processor's zip, by OASIS.
    Odt,
    /// Rich text.
    Rtf,
    /// A letter with its header lines.
    Mail,
    /// A page description.
    Pdf,
    /// A picture.
    Image,
    /// Anything else: text, most likely.
    Other,
}

/// How much may come out of a file.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one member.
    pub member: u64,
    /// Bytes of all members together.
    pub all: u64,
    /// Members.
    pub members: u64,
}

/// Something that could not be unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpackError(pub String);

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnpackError {}

/// What a file is, by its first bytes (512 are enough) and, where these do
/// not tell, by its name.
pub fn kind(head: &[u8], name: &str) -> Kind {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    let pictures: [&[u8]; 5] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*"];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return match ending {
            "docx" | "docm" => Kind::Docx,
            "odt" => Kind::Odt,
            // An odt names itself in its first member.
            _ if head
                .windows(39)
                .any(|part| part == b"application/vnd.oasis.opendocument.text") =>
            {
                Kind::Odt
            }
            _ => Kind::Zip,
        };
    }
    match head {
        _ if head.starts_with(b"\x1F\x8B") => Kind::Gzip,
        _ if head.starts_with(b"%PDF-") => Kind::Pdf,
        _ if head.starts_with(b"{\\rtf") => Kind::Rtf,
        _ if pictures.iter().any(|magic| head.starts_with(magic)) => Kind::Image,
        _ if head.get(257..262) == Some(b"ustar") => Kind::Tar,
        _ if ending == "eml" => Kind::Mail,
        _ => Kind::Other,
    }
}

/// The text of an office file or letter; `None` where the file is its own.
///
/// # Errors
/// When it is broken, or holds more than `limits` allow.
pub fn layer(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Option<String>, UnpackError> {
    match kind {
        Kind::Docx => office::docx(bytes, limits).map(Some),
        Kind::Odt => office::odt(bytes, limits).map(Some),
        Kind::Rtf => rtf::text(bytes).map(Some),
        Kind::Mail => mail::text(bytes).map(Some),
        Kind::Zip | Kind::Tar | Kind::Gzip | Kind::Pdf | Kind::Image | Kind::Other => Ok(None),
    }
}

/// The files attached to a letter.
pub fn attachments(bytes: &[u8]) -> Vec<Member> {
    mail::attachments(bytes)
}
