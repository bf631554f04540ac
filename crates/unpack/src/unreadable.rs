//! Files that are known by their first bytes and cannot be read: what they are,
//! and how a person converts them.
//!
//! [unreadable.tsv](../data/unreadable.tsv) is the table. Names of files count only
//! where the content is no text: a text named `.mov` is read.

/// First bytes of a Microsoft compound file: .doc, .xls, .ppt, .msg and office
/// files with a password.
pub(crate) const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const TABLE: &str = include_str!("../data/unreadable.tsv");

/// Number of bytes that show whether a file consists of base64.
const BASE64_BYTES: usize = 4096;

/// A form that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableForm {
    /// What the file is: "a RAR archive".
    pub what: &'static str,
    /// What a person can do.
    pub remedy: &'static str,
}

impl UnreadableForm {
    /// Whether it is a Word document from before 2007, which other programs read.
    pub fn is_word_document(self) -> bool {
        self.what.ends_with("(.doc)")
    }
}

/// The form of a file with these first bytes and this path, if it is known to be
/// unreadable.
pub(crate) fn unreadable_form(head: &[u8], path: &str) -> Option<UnreadableForm> {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let file = FileStart { head, name, is_text: is_text(head) };
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, UnreadableForm { what: cells.next()?, remedy: cells.next()? }))
    });
    let listed = rows
        .into_iter()
        .find(|(conditions, _)| conditions.split(" & ").all(|condition| file.meets(condition)));
    listed.map(|(_, form)| form).or_else(|| encoded_form(head))
}

/// What is known of a file.
struct FileStart<'a> {
    head: &'a [u8],
    /// Its name in small letters, without folders.
    name: String,
    is_text: bool,
}

impl FileStart<'_> {
    fn meets(&self, condition: &str) -> bool {
        if let Some(stream) = condition.strip_prefix("ole:") {
            return self.head.starts_with(COMPOUND_FILE) && has_stream(self.head, stream);
        }
        if let Some(part) = condition.strip_prefix("zip:") {
            return self.head.starts_with(b"PK\x03\x04")
                && memchr::memmem::find(self.head, part.as_bytes()).is_some();
        }
        if let Some(part) = condition.strip_prefix("name:") {
            return !self.is_text && (self.name.starts_with(part) || self.name.ends_with(part));
        }
        let (offset, magic) = condition.split_once('+').unwrap_or(("0", condition));
        let Some(bytes) = offset.parse().ok().and_then(|offset: usize| self.head.get(offset..))
        else {
            return false;
        };
        if let Some(letters) = magic.strip_prefix("text:") {
            return bytes.starts_with(letters.as_bytes());
        }
        if let Some(letters) = magic.strip_prefix("bin:") {
            return !self.is_text && bytes.starts_with(letters.as_bytes());
        }
        let mut bytes = bytes.iter();
        magic.as_bytes().chunks_exact(2).all(|digits| {
            let byte =
                std::str::from_utf8(digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
            byte.is_some() && bytes.next().copied() == byte
        })
    }
}

/// Whether the first bytes are those of a text: no zeros, and few control characters.
fn is_text(head: &[u8]) -> bool {
    let is_control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, 0x09..=0x0D | 0x1A | 0x1B);
    !head.contains(&0) && head.iter().filter(is_control).count() * 20 <= head.len()
}

/// The form of a text whose letters are no words: base64, or `WordStar`, which marks the
/// last letter of a word by its highest bit.
fn encoded_form(head: &[u8]) -> Option<UnreadableForm> {
    if is_base64(head) {
        return Some(UnreadableForm {
            what: "a file encoded in base64",
            remedy: "decode it with base64 -d, and add the result",
        });
    }
    is_wordstar(head).then_some(UnreadableForm {
        what: "a WordStar document",
        remedy: "open it in LibreOffice or WordPerfect, and save it as .docx",
    })
}

/// Whether the first lines are of one length and consist of base64, with capitals, small
/// letters and digits.
fn is_base64(head: &[u8]) -> bool {
    let sample = &head[..head.len().min(BASE64_BYTES)];
    let end = sample.iter().rposition(|&byte| byte == b'\n').unwrap_or(sample.len());
    let lines: Vec<&[u8]> =
        sample[..end].split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).collect();
    let [first, .., last] = &lines[..] else { return false };
    let is_line =
        |line: &[u8]| line.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte));
    let has = |is: fn(&u8) -> bool| first.iter().any(is);
    lines.len() >= 4
        && first.len() >= 40
        && lines[..lines.len() - 1].iter().all(|line| line.len() == first.len() && is_line(line))
        && is_line(last)
        && last.len() <= first.len()
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

/// Whether letters with the highest bit are spread over an ASCII text, always alone. In
/// other sets of characters such bytes stand for other letters, which also are neighbours.
fn is_wordstar(head: &[u8]) -> bool {
    let high = head.iter().filter(|byte| **byte >= 0x80).count();
    let is_marked = |pair: &[u8]| {
        pair[0].is_ascii_alphabetic() && (pair[1] & 0x7F).is_ascii_lowercase() && pair[1] >= 0x80
    };
    let marked = head.windows(2).filter(|pair| is_marked(pair)).count();
    let pairs = head.windows(2).filter(|pair| pair[0] >= 0x80 && pair[1] >= 0x80).count();
    let small: Vec<u8> = head.iter().map(|byte| (byte & 0x7F).to_ascii_lowercase()).collect();
    let common: usize = [&b" the "[..], b" of ", b" and ", b" to "]
        .into_iter()
        .map(|word| memchr::memmem::find_iter(&small, word).count())
        .sum();
    std::str::from_utf8(head).is_err()
        && high * 25 >= head.len()
        && pairs == 0
        && marked * 2 >= high
        && common >= 3
}

/// Whether the first bytes of a compound file contain the name of a stream.
pub(crate) fn has_stream(head: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(head, &wide).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_say_what_a_file_is() {
        let compound = |stream: &str| {
            let mut head = COMPOUND_FILE.to_vec();
            head.extend([0; 1000]);
            head.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
            head
        };
        let zip = |part: &str| [b"PK\x03\x04\x14\0\0\0", part.as_bytes()].concat();
        let base64 = "TWFya2Vucm95IGFuZCBpdHMgaGFyYm91ciBhcmUgaW52ZW50ZWQ0\n".repeat(6);
        let prose = "The envoy of Markenroy spoke to the harbour master of the town and left. ";
        let marked: Vec<u8> = prose
            .bytes()
            .zip(prose.bytes().skip(1).chain([b' ']))
            .map(
                |(byte, next)| {
                    if next == b' ' && byte.is_ascii_lowercase() { byte | 0x80 } else { byte }
                },
            )
            .collect();
        let cases: [(&str, Vec<u8>, Option<&str>); 30] = [
            ("a", b"7z\xBC\xAF\x27\x1C\0\x04".to_vec(), Some("a 7-Zip archive")),
            ("a", b"!BDN\0\0".to_vec(), Some("an Outlook mailbox (.pst)")),
            ("a", compound("WordDocument"), Some("a Word document from before 2007 (.doc)")),
            ("a", compound("EncryptedPackage"), Some("an office file with a password")),
            ("a", compound("Contents"), Some("an old Microsoft Office file (.doc, .ppt)")),
            (
                "x/Thumbs.db",
                compound("Catalog"),
                Some("Windows thumbnails of a folder (Thumbs.db)"),
            ),
            ("a", b"7z".to_vec(), None),
            ("a", b"Telegram".to_vec(), None),
            ("a", b"\0\0\0\x18ftypheic".to_vec(), Some("a photograph (HEIC)")),
            ("a", b"\0\0\0\x18ftypmp42".to_vec(), Some("a video")),
            ("a", b"RIFF\0\0\0\0WAVE".to_vec(), Some("an audio recording")),
            ("a", b"RIFF rifle company report".to_vec(), None),
            ("a.dbf", b"\x03\x5F\x07\x1A\0\0\0".to_vec(), Some("a dBase table (.dbf)")),
            // Names say nothing of texts, nor do letters that begin a word.
            ("a.dbf", b"Telegram".to_vec(), None),
            ("a.mov", b"Telegram".to_vec(), None),
            ("a.txt", b"ORCHARD ROAD 12".to_vec(), None),
            ("a.txt", b"MZUMBA REPORTS".to_vec(), None),
            ("a.txt", b"The wide harbour".to_vec(), None),
            ("a", b"ORC\x0A\x03\0\0\0".to_vec(), Some("an ORC table")),
            ("a.txt", b"%!PS-Adobe-3.0\n".to_vec(), Some("a PostScript file")),
            (
                "a.asc",
                b"-----BEGIN PGP MESSAGE-----\n".to_vec(),
                Some("an encrypted message (PGP)"),
            ),
            ("a.asc", b"-----BEGIN PGP SIGNED MESSAGE-----\nThe envoy".to_vec(), None),
            ("a", zip("visio/document.xml"), Some("a Visio drawing (.vsdx)")),
            (
                "a.pages",
                zip("Index/Document.iwa"),
                Some("an Apple document (Pages, Numbers, Keynote)"),
            ),
            ("a", zip("a.txt"), None),
            ("a.txt", base64.into_bytes(), Some("a file encoded in base64")),
            ("a.txt", "LISBONPORTLOUIS\n".repeat(30).into_bytes(), None),
            ("LETTER.WS", marked.repeat(3), Some("a WordStar document")),
            ("a.txt", prose.repeat(3).into_bytes(), None),
            ("a.txt", prose.replace("envoy", "\u{e9}missaire").repeat(3).into_bytes(), None),
        ];
        for (name, head, expected) in cases {
            let found = unreadable_form(&head, name).map(|form| form.what);
            assert_eq!(found, expected, "{name} {:?}", String::from_utf8_lossy(&head));
        }
    }

    #[test]
    fn every_line_of_the_table_is_whole() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(cells.len() == 3 && cells.iter().all(|cell| !cell.is_empty()), "{line}");
            for condition in cells[0].split(" & ") {
                let (_, magic) = condition.split_once('+').unwrap_or(("0", condition));
                let is_named = ["text:", "bin:", "ole:", "zip:", "name:"]
                    .iter()
                    .any(|prefix| magic.starts_with(prefix));
                let is_hex =
                    magic.len() % 2 == 0 && magic.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(is_named || is_hex, "{condition}");
            }
        }
    }
}
