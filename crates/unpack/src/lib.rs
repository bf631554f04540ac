//! Unpacks container files and extracts the text of office files and emails.
//!
//! [`kind`] detects the kind of a file from its content. [`members`] reads the
//! files of a zip, tar or gzip. [`layer`] extracts the text of an office file
//! or email. All other files need no extraction.
//!
//! Nothing is written to disk, so names with `..`, absolute names and links
//! are harmless. [`Limits`] bounds the size of the output, whatever sizes the
//! file declares.

mod containers;
mod mail;
mod office;
mod pdf;
mod rtf;

use std::fmt;

pub use containers::{Member, members};
pub use pdf::text as pdf_text;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A gzip file that contains a tar or a single file.
    Gzip,
    /// A Microsoft Word document (Office Open XML).
    Docx,
    /// An OpenDocument text.
    Odt,
    /// Rich Text Format.
    Rtf,
    /// An email with its header lines.
    Mail,
    /// A PDF.
    Pdf,
    /// An image.
    Image,
    /// Any other file, probably plain text.
    Other,
}

/// Limits on what a file may unpack to.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The maximum size of one member, in bytes.
    pub member: u64,
    /// The maximum size of all members together, in bytes.
    pub all: u64,
    /// The maximum number of members.
    pub members: u64,
}

/// The reason why a file could not be unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpackError(pub String);

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnpackError {}

/// Detects the kind of a file from its first bytes, of which 512 suffice. Uses
/// the extension of `name` where the bytes are ambiguous.
pub fn kind(head: &[u8], name: &str) -> Kind {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    let pictures: [&[u8]; 5] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*"];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return match ending {
            "docx" | "docm" => Kind::Docx,
            "odt" => Kind::Odt,
            // The first member of an .odt holds its media type.
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

/// Extracts the text of an office file or email. Returns `None` for files of
/// other kinds.
///
/// # Errors
/// If the file is damaged or exceeds `limits`.
pub fn layer(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Option<String>, UnpackError> {
    match kind {
        Kind::Docx => office::docx(bytes, limits).map(Some),
        Kind::Odt => office::odt(bytes, limits).map(Some),
        Kind::Rtf => rtf::text(bytes).map(Some),
        Kind::Mail => mail::text(bytes).map(Some),
        Kind::Zip | Kind::Tar | Kind::Gzip | Kind::Pdf | Kind::Image | Kind::Other => Ok(None),
    }
}

/// The attachments of an email.
pub fn attachments(bytes: &[u8]) -> Vec<Member> {
    mail::attachments(bytes)
}
