//! Files that are known by their first bytes and cannot be read: what they are,
//! and how a person converts them.

/// First bytes of a Microsoft compound file: .doc, .xls, .ppt, .msg and office
/// files with a password.
pub(crate) const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const TABLE: &str = include_str!("../data/unreadable.tsv");

/// A form that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableForm {
    /// What the file is: "a RAR archive".
    pub what: &'static str,
    /// What a person can do.
    pub remedy: &'static str,
}

impl UnreadableForm {
    /// Whether it is a Word document of before 2007, which other programs read.
    pub fn is_word_document(self) -> bool {
        self.what.ends_with("(.doc)")
    }
}

/// The form of a file with these first bytes, if it is known to be unreadable.
pub(crate) fn unreadable_form(head: &[u8]) -> Option<UnreadableForm> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, UnreadableForm { what: cells.next()?, remedy: cells.next()? }))
    });
    rows.into_iter().find(|(magic, _)| has_magic(head, magic)).map(|(_, form)| form)
}

fn has_magic(head: &[u8], magic: &str) -> bool {
    if let Some(stream) = magic.strip_prefix("ole:") {
        return head.starts_with(COMPOUND_FILE) && has_stream(head, stream);
    }
    let bytes = magic.as_bytes().chunks_exact(2);
    let mut head = head.iter();
    bytes.into_iter().all(|digits| {
        let byte =
            std::str::from_utf8(digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        byte.is_some() && head.next().copied() == byte
    })
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
        let cases: [(Vec<u8>, Option<&str>); 7] = [
            (b"7z\xBC\xAF\x27\x1C\0\x04".to_vec(), Some("a 7-Zip archive")),
            (b"!BDN\0\0".to_vec(), Some("an Outlook mailbox (.pst)")),
            (compound("WordDocument"), Some("a Word document of before 2007 (.doc)")),
            (compound("EncryptedPackage"), Some("an office file with a password")),
            (compound("Contents"), Some("an old Microsoft Office file (.doc, .ppt)")),
            (b"7z".to_vec(), None),
            (b"Telegram".to_vec(), None),
        ];
        for (head, expected) in cases {
            assert_eq!(unreadable_form(&head).map(|form| form.what), expected, "{head:?}");
        }
    }
}
