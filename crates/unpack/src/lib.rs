//! Unpacks container files and extracts the text of office files and emails.
//!
//! [`detect_kind`] detects the kind of a file from its content.
//! [`visit_members`] reads the files of a zip, tar or gzip. [`extract_text`]
//! extracts the text of an office file or email. All other files need no
//! extraction.
//!
//! Nothing is written to disk, so names with `..`, absolute names and links
//! are harmless. [`UnpackLimits`] bounds the size of the output, whatever sizes the
//! file declares.

mod containers;
mod email;
mod error;
mod office;
mod pdf;
mod rtf;

pub use containers::{ContainerMember, visit_members};
pub use error::UnpackError;
pub use pdf::extract_pdf_text as pdf_text;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A gzip file that contains a tar or a single file.
    Gzip,
    /// A Microsoft Word document (Office Open XML).
    Docx,
    /// An `OpenDocument` text.
    Odt,
    /// Rich Text Format.
    Rtf,
    /// An email with its header lines.
    Email,
    /// A PDF.
    Pdf,
    /// An image.
    Image,
    /// Any other file, probably plain text.
    Other,
}

/// Limits on what a file may unpack to.
#[derive(Clone, Copy, Debug)]
pub struct UnpackLimits {
    /// The maximum size of one member, in bytes.
    pub member_bytes: u64,
    /// The maximum size of all members together, in bytes.
    pub total_bytes: u64,
    /// The maximum number of members.
    pub member_count: u64,
}

/// Detects the kind of a file from its first bytes, of which 512 suffice. Uses
/// the extension of `name` where the bytes are ambiguous.
pub fn detect_kind(head: &[u8], name: &str) -> FileKind {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    let pictures: [&[u8]; 5] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*"];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return match ending {
            "docx" | "docm" => FileKind::Docx,
            "odt" => FileKind::Odt,
            // The first member of an .odt holds its media type.
            _ if head
                .windows(39)
                .any(|part| part == b"application/vnd.oasis.opendocument.text") =>
            {
                FileKind::Odt
            }
            _ => FileKind::Zip,
        };
    }
    match head {
        _ if head.starts_with(b"\x1F\x8B") => FileKind::Gzip,
        _ if head.starts_with(b"%PDF-") => FileKind::Pdf,
        _ if head.starts_with(b"{\\rtf") => FileKind::Rtf,
        _ if pictures.iter().any(|magic| head.starts_with(magic)) => FileKind::Image,
        _ if head.get(257..262) == Some(b"ustar") => FileKind::Tar,
        _ if ending == "eml" => FileKind::Email,
        _ => FileKind::Other,
    }
}

/// Extracts the text of an office file or email. Returns `None` for files of
/// other kinds.
///
/// # Errors
/// If the file is damaged or exceeds `limits`.
pub fn extract_text(
    kind: FileKind,
    bytes: &[u8],
    limits: &UnpackLimits,
) -> Result<Option<String>, UnpackError> {
    match kind {
        FileKind::Docx => office::extract_docx_text(bytes, limits).map(Some),
        FileKind::Odt => office::extract_odt_text(bytes, limits).map(Some),
        FileKind::Rtf => rtf::extract_rtf_text(bytes).map(Some),
        FileKind::Email => email::extract_email_text(bytes).map(Some),
        FileKind::Zip
        | FileKind::Tar
        | FileKind::Gzip
        | FileKind::Pdf
        | FileKind::Image
        | FileKind::Other => Ok(None),
    }
}

/// The attachments of an email.
pub fn email_attachments(bytes: &[u8]) -> Vec<ContainerMember> {
    email::read_attachments(bytes)
}
