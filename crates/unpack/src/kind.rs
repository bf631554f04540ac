//! Detects the kind of a file from its content.

use crate::email;
use crate::tables::{TableForm, delimited};
use crate::unreadable::{COMPOUND_FILE, UnreadableForm, has_stream, unreadable_form};
use crate::utf16;

/// Number of bytes at the start of a file that suffice to detect its kind.
pub const HEAD_BYTES: usize = 64 << 10;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard.
    Zstandard,
}

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A compressed file: of a tar, or of any other file.
    Compressed(Compression),
    /// A file of letters (mbox).
    Mailbox,
    /// A crawl of web pages (WARC).
    WebArchive,
    /// An electronic book.
    Epub,
    /// A table, whose rows are documents.
    Table(TableForm),
    /// A Microsoft Word document (Office Open XML).
    Docx,
    /// A Microsoft `PowerPoint` presentation (Office Open XML).
    Pptx,
    /// An `OpenDocument` text.
    Odt,
    /// An `OpenDocument` presentation or drawing.
    Odp,
    /// Rich Text Format.
    Rtf,
    /// A letter: an email with its header lines, or a letter of Outlook (.msg).
    Email,
    /// A PDF.
    Pdf,
    /// An image.
    Image,
    /// Text in UTF-16.
    Utf16,
    /// A file of a known form that cannot be read.
    Unreadable(UnreadableForm),
    /// Any other file, probably plain text.
    Other,
}

impl FileKind {
    /// Whether the file is read in one pass, so that its size does not matter.
    pub fn is_streamed(self) -> bool {
        match self {
            Self::Tar | Self::Compressed(_) | Self::Mailbox | Self::WebArchive => true,
            Self::Table(form) => form.is_streamed(),
            _ => false,
        }
    }

    /// Whether the file consists of files or documents with paths of their own.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Zip | Self::Epub)
            || self.is_streamed()
            || matches!(self, Self::Table(_))
    }
}

const IMAGES: [&[u8]; 6] =
    [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*", b"BM\0\0\0\0"];

/// Detects the kind of a file from its first bytes, of which [`HEAD_BYTES`] suffice.
/// Uses the extension of `name` where the bytes are ambiguous.
pub fn detect_kind(head: &[u8], name: &str) -> FileKind {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return zip_kind(head, name, ending);
    }
    match head {
        _ if ending == "tar" && is_empty_tar(head) => FileKind::Tar,
        _ if head.starts_with(b"\x1F\x8B") => FileKind::Compressed(Compression::Gzip),
        _ if is_bzip2(head) => FileKind::Compressed(Compression::Bzip2),
        _ if head.starts_with(b"\xFD7zXZ\0") => FileKind::Compressed(Compression::Xz),
        _ if head.starts_with(b"\x28\xB5\x2F\xFD") => FileKind::Compressed(Compression::Zstandard),
        _ if head.starts_with(b"%PDF-") => FileKind::Pdf,
        _ if head.starts_with(b"{\\rtf") => FileKind::Rtf,
        _ if IMAGES.iter().any(|magic| head.starts_with(magic)) => FileKind::Image,
        _ if head.get(257..262) == Some(b"ustar") => FileKind::Tar,
        _ if head.starts_with(b"SQLite format 3\0") => FileKind::Table(TableForm::Sqlite),
        _ if head.starts_with(b"PAR1") => FileKind::Table(TableForm::Parquet),
        _ if head.starts_with(b"WARC/") => FileKind::WebArchive,
        _ if head.starts_with(COMPOUND_FILE) && is_old_workbook(head, ending) => {
            FileKind::Table(TableForm::Spreadsheet)
        }
        _ if head.starts_with(COMPOUND_FILE) && is_outlook_letter(head, ending) => FileKind::Email,
        _ => match unreadable_form(head, name) {
            Some(form) => FileKind::Unreadable(form),
            None => text_kind(head, ending),
        },
    }
}

/// Whether a file consists of the zeros that end a tar.
fn is_empty_tar(head: &[u8]) -> bool {
    head.len() >= 1024 && head.len().is_multiple_of(512) && head.iter().all(|byte| *byte == 0)
}

fn is_bzip2(head: &[u8]) -> bool {
    head.starts_with(b"BZh") && head.get(4..10) == Some(b"1AY&SY")
}

/// Whether a compound file is a workbook of Excel before 2007.
fn is_old_workbook(head: &[u8], ending: &str) -> bool {
    let others = ["EncryptedPackage", "WordDocument", "__substg1.0_", "PowerPoint Document"];
    ["Workbook", "Book"].iter().any(|name| has_stream(head, name))
        || (ending == "xls" && !others.iter().any(|name| has_stream(head, name)))
}

/// Whether a compound file is a letter of Outlook.
fn is_outlook_letter(head: &[u8], ending: &str) -> bool {
    let others = ["EncryptedPackage", "WordDocument", "Workbook", "PowerPoint Document"];
    ["__substg1.0_", "__nameid_version1.0"].iter().any(|name| has_stream(head, name))
        || (ending == "msg" && !others.iter().any(|name| has_stream(head, name)))
}

/// The kind of a zip: office files and books are zips.
fn zip_kind(head: &[u8], name: &str, ending: &str) -> FileKind {
    // The first member of OpenDocument and EPUB files is their media type.
    let has_type =
        |media: &str| head.get(30..).is_some_and(|rest| rest.starts_with(media.as_bytes()));
    let has = |part: &str| memchr::memmem::find(head, part.as_bytes()).is_some();
    let open_document = "mimetypeapplication/vnd.oasis.opendocument.";
    match ending {
        _ if has_type(&format!("{open_document}text")) => FileKind::Odt,
        _ if has_type(&format!("{open_document}spreadsheet")) => {
            FileKind::Table(TableForm::Spreadsheet)
        }
        _ if has_type(open_document) => FileKind::Odp,
        _ if has_type("mimetypeapplication/epub+zip") => FileKind::Epub,
        "docx" | "docm" | "dotx" | "dotm" => FileKind::Docx,
        "odt" | "ott" => FileKind::Odt,
        "odp" | "odg" => FileKind::Odp,
        "pptx" | "pptm" | "ppsx" | "potx" => FileKind::Pptx,
        "xlsx" | "xlsm" | "xlsb" | "ods" => FileKind::Table(TableForm::Spreadsheet),
        "epub" => FileKind::Epub,
        _ => match unreadable_form(head, name) {
            Some(form) => FileKind::Unreadable(form),
            None if has("[Content_Types].xml") || has("_rels/.rels") => match () {
                () if has("word/") => FileKind::Docx,
                () if has("xl/") => FileKind::Table(TableForm::Spreadsheet),
                () if has("ppt/") => FileKind::Pptx,
                () => FileKind::Unreadable(UnreadableForm {
                    what: "an office file of an unknown kind",
                    remedy: "give it its extension, .docx, .xlsx or .pptx",
                }),
            },
            None => FileKind::Zip,
        },
    }
}

/// The kind of a file that is not known by a signature.
fn text_kind(head: &[u8], ending: &str) -> FileKind {
    let is_whole = head.len() < HEAD_BYTES;
    // A table in UTF-16 is recognised by its characters.
    let decoded;
    let (head, is_wide) = match utf16::detect_byte_order(head) {
        Some(order) => {
            decoded = utf16::decode_lossy(order, head);
            (decoded.as_bytes(), true)
        }
        None => (head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head), false),
    };
    if matches!(ending, "eml" | "emlx") && !is_wide {
        return FileKind::Email;
    }
    if is_mailbox(head) {
        return FileKind::Mailbox;
    }
    // Files of mail folders have no extension.
    if !is_wide && email::is_letter(head) {
        return FileKind::Email;
    }
    let form = match ending {
        "csv" | "tsv" | "tab" => Some(TableForm::Delimited),
        "sql" => Some(TableForm::Sql),
        "json" | "jsonl" | "ndjson" if starts_json(head) => Some(TableForm::Json),
        _ if is_json_of_objects(head) => Some(TableForm::Json),
        _ if is_sql_dump(head) => Some(TableForm::Sql),
        _ if delimited::is_quoted_table(head) || delimited::has_heading(head, is_whole) => {
            Some(TableForm::Delimited)
        }
        _ => None,
    };
    match form {
        Some(form) => FileKind::Table(form),
        None if is_wide => FileKind::Utf16,
        None => FileKind::Other,
    }
}

/// Whether a file begins with the line that separates letters, and a header line.
fn is_mailbox(head: &[u8]) -> bool {
    let mut lines = head.split(|&byte| byte == b'\n');
    let is_separator = |line: &[u8]| line.starts_with(b"From ") && line.contains(&b':');
    let is_header = |line: &[u8]| email::is_header_line(line) && !line.starts_with(b" ");
    let first = lines.next().unwrap_or_default();
    let second = lines.next().unwrap_or_default();
    is_separator(first) && (is_header(second) || second.starts_with(b">From "))
}

fn starts_json(head: &[u8]) -> bool {
    matches!(head.trim_ascii_start().first(), Some(b'[' | b'{'))
}

/// Whether a file without a telling name is an array of JSON objects, or an object
/// per line.
fn is_json_of_objects(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    if let Some(rest) = head.strip_prefix(b"[") {
        let rest = rest.trim_ascii_start();
        return rest
            .strip_prefix(b"{")
            .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    }
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.starts_with(b"{\"")
        && matches!(serde_json::from_slice(line), Ok(serde_json::Value::Object(_)))
}

fn is_sql_dump(head: &[u8]) -> bool {
    let start = &head[..head.len().min(4096)];
    let lines = || start.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines().find(|line| !line.is_empty()).unwrap_or_default();
    let upper = start.to_ascii_uppercase();
    let has = |words: &[u8]| memchr::memmem::find(&upper, words).is_some();
    let (has_values, has_brackets) = (has(b"VALUES"), has(b"(") && has(b");"));
    let is_statement = |line: &[u8]| {
        let line = line.to_ascii_uppercase();
        line.starts_with(b"INSERT INTO ") && has_values
            || line.starts_with(b"CREATE TABLE ") && has_brackets
            || line.starts_with(b"COPY ") && line.ends_with(b"FROM STDIN;")
    };
    is_statement(first)
        || (first.starts_with(b"--") || first.starts_with(b"/*")) && lines().any(is_statement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_detected_from_content() {
        use TableForm::{Delimited, Json, Parquet, Sql, Sqlite};
        let wide = |text: &str| -> Vec<u8> {
            [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        let cases: [(&str, Vec<u8>, FileKind); 32] = [
            ("1.M2P3:2,S", b"From: a@x\nMessage-ID: <1@x>\n\nText".to_vec(), FileKind::Email),
            ("a.eml", b"Subject: x\n\nText".to_vec(), FileKind::Email),
            ("a.txt", b"From: Ana\nSent: today\nSubject: x\n\nText".to_vec(), FileKind::Other),
            ("a.txt", b"Telegram".to_vec(), FileKind::Other),
            ("a", b"BZh91AY&SY".to_vec(), FileKind::Compressed(Compression::Bzip2)),
            ("a.txt", b"BZh is a word".to_vec(), FileKind::Other),
            ("a", b"SQLite format 3\0".to_vec(), FileKind::Table(Sqlite)),
            ("a", b"PAR1....".to_vec(), FileKind::Table(Parquet)),
            ("a.csv", b"x,y\n".to_vec(), FileKind::Table(Delimited)),
            (
                "a.txt",
                b"\"1\",\"x\",\"y\"\n\"2\",\"z\",\"v\"\n".to_vec(),
                FileKind::Table(Delimited),
            ),
            ("a.txt", b"\"Yes\", he said, \"no\".\n".to_vec(), FileKind::Other),
            (
                "a.txt",
                b"id\tdate\ttext\n1\t2009-06-10\tThe envoy left.\n".to_vec(),
                FileKind::Table(Delimited),
            ),
            ("a.txt", wide("id\tdate\ttext\n1\tx\tThe envoy\n"), FileKind::Table(Delimited)),
            ("a.txt", b"id,subject,body\n1,x,\"a, b\nc\"\n".to_vec(), FileKind::Table(Delimited)),
            // Sisters: a title, a list, prose with commas.
            (
                "a.txt",
                b"Date, subject and text of the note\n\nThe envoy left.\n".to_vec(),
                FileKind::Other,
            ),
            ("a.txt", b"Subject, text\n".to_vec(), FileKind::Other),
            ("a.txt", b"FROM:\tLisbon\nTO:\tState\nSUBJECT:\tText\n".to_vec(), FileKind::Other),
            (
                "a.zip",
                b"PK\x03\x04....visio/a.xml".to_vec(),
                FileKind::Unreadable(UnreadableForm {
                    what: "a Visio drawing (.vsdx)",
                    remedy: "save it as PDF",
                }),
            ),
            ("a.tar", vec![0; 10_240], FileKind::Tar),
            ("a.dat", vec![0; 1000], FileKind::Other),
            ("a.csv", wide("x,y\n"), FileKind::Table(Delimited)),
            ("a.txt", wide("Telegram"), FileKind::Utf16),
            ("a", b"[\n {\"text\": 1}]".to_vec(), FileKind::Table(Json)),
            ("a", b"[REDACTED] telegram".to_vec(), FileKind::Other),
            ("a", b"{\"a\": 1}\n{\"a\": 2}\n".to_vec(), FileKind::Table(Json)),
            ("a.json", b"{\n \"a\": 1}".to_vec(), FileKind::Table(Json)),
            ("a", b"-- MySQL dump\nINSERT INTO x VALUES (1);".to_vec(), FileKind::Table(Sql)),
            ("a.txt", b"Insert into the record the following.".to_vec(), FileKind::Other),
            ("a", b"From x Mon Sep 16 09:50:00 2013\nSubject: x\n".to_vec(), FileKind::Mailbox),
            ("a.txt", b"From the Ambassador: a letter\n\nDear".to_vec(), FileKind::Other),
            ("a", b"WARC/1.0\r\n".to_vec(), FileKind::WebArchive),
            ("a.xls", COMPOUND_FILE.to_vec(), FileKind::Table(TableForm::Spreadsheet)),
        ];
        for (name, head, expected) in cases {
            assert_eq!(detect_kind(&head, name), expected, "{name}: {head:?}");
        }
    }
}
