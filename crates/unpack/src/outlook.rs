//! Letters of Outlook (.msg): read as the letters (.eml) that they were.
//!
//! A .msg file is a compound file of properties. [`to_letter`] writes them as a letter in
//! MIME, so that there is one way from letters to text. Specification: \[MS-OXMSG\].

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use crate::UnpackError;
use crate::charset::decode_declared;

/// Maximum depth of letters in letters.
const MAX_DEPTH: u32 = 20;

/// Maximum number of attachments or recipients of a letter.
const MAX_STORAGES: usize = 10_000;

/// Size of the head of the properties of a file and of a letter in it.
const FILE_HEAD: usize = 32;
const LETTER_HEAD: usize = 24;
/// Size of the head of the properties of a recipient or an attachment.
const PART_HEAD: usize = 8;

/// Properties, as \[MS-OXPROPS\] numbers them.
mod property {
    pub(super) const SUBJECT: u16 = 0x0037;
    pub(super) const SUBMIT_TIME: u16 = 0x0039;
    pub(super) const SENT_NAME: u16 = 0x0042;
    pub(super) const HEADERS: u16 = 0x007D;
    pub(super) const RECIPIENT_KIND: u16 = 0x0C15;
    pub(super) const SENDER_NAME: u16 = 0x0C1A;
    pub(super) const SENDER_ADDRESS: u16 = 0x0C1F;
    pub(super) const DELIVERY_TIME: u16 = 0x0E06;
    pub(super) const BODY: u16 = 0x1000;
    pub(super) const RTF: u16 = 0x1009;
    pub(super) const HTML: u16 = 0x1013;
    pub(super) const MESSAGE_ID: u16 = 0x1035;
    pub(super) const REFERENCES: u16 = 0x1039;
    pub(super) const IN_REPLY_TO: u16 = 0x1042;
    pub(super) const NAME: u16 = 0x3001;
    pub(super) const ADDRESS: u16 = 0x3003;
    pub(super) const DATA: u16 = 0x3701;
    pub(super) const SHORT_FILE_NAME: u16 = 0x3704;
    pub(super) const FILE_NAME: u16 = 0x3707;
    pub(super) const SMTP_ADDRESS: u16 = 0x39FE;
    pub(super) const INTERNET_CODE_PAGE: u16 = 0x3FDE;
    pub(super) const CODE_PAGE: u16 = 0x3FFD;
    pub(super) const SENDER_SMTP_ADDRESS: u16 = 0x5D01;
}

/// Writes a letter of Outlook as a letter in MIME. `largest` is its maximum size.
///
/// # Errors
/// If the file is damaged or too large.
pub(crate) fn to_letter(bytes: &[u8], largest: u64) -> Result<Vec<u8>, UnpackError> {
    let file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut reader = MessageReader { file, left: largest, largest };
    reader.read_letter(Path::new("/"), FILE_HEAD, 0)
}

fn damaged(error: &dyn std::fmt::Display) -> UnpackError {
    UnpackError::DamagedOfficeFile(error.to_string())
}

struct MessageReader<'a> {
    file: cfb::CompoundFile<Cursor<&'a [u8]>>,
    left: u64,
    largest: u64,
}

/// The properties of fixed size of a storage.
struct FixedProperties(Vec<(u16, u64)>);

impl FixedProperties {
    fn value(&self, id: u16) -> Option<u64> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, value)| *value)
    }

    /// The code page of texts that are not Unicode.
    fn code_page(&self) -> Option<String> {
        let page = self.value(property::CODE_PAGE)? as u32;
        Some(format!("cp{page}"))
    }
}

impl MessageReader<'_> {
    fn read_letter(
        &mut self,
        storage: &Path,
        head: usize,
        depth: u32,
    ) -> Result<Vec<u8>, UnpackError> {
        let fixed = self.fixed_properties(storage, head)?;
        let page = fixed.code_page();
        let mut out = self.header_lines(storage, &fixed, page.as_deref())?;
        let boundary = format!("chancery-{depth}");
        out += &format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n\r\n"
        );
        let mut out = out.into_bytes();
        let mut add = |head: &str, content: &[u8]| {
            out.extend(
                format!("--{boundary}\r\n{head}Content-Transfer-Encoding: base64\r\n\r\n").bytes(),
            );
            push_base64(&mut out, content);
        };
        let text = self.text(storage, property::BODY, page.as_deref())?;
        let html = self.html(storage, &fixed)?;
        match (text, html) {
            (Some(text), _) if !text.trim().is_empty() => {
                add("Content-Type: text/plain; charset=utf-8\r\n", text.as_bytes());
            }
            (_, Some((html, charset))) => {
                add(&format!("Content-Type: text/html{charset}\r\n"), &html);
            }
            _ if self.file.is_stream(stream(storage, property::RTF, 0x0102)) => {
                let remedy =
                    "its text is compressed RTF: save it as .eml, or convert it with msgconvert";
                return Err(UnpackError::DamagedOfficeFile(remedy.to_owned()));
            }
            _ => {}
        }
        for attachment in self.storages(storage, "__attach_version1.0_") {
            let inner = attachment.join("__substg1.0_3701000D");
            if self.file.is_storage(&inner) {
                if depth >= MAX_DEPTH {
                    continue;
                }
                let letter = self.read_letter(&inner, LETTER_HEAD, depth + 1)?;
                add("Content-Type: message/rfc822\r\n", &letter);
                continue;
            }
            let Some(data) = self.bytes(&stream(&attachment, property::DATA, 0x0102))? else {
                continue;
            };
            let name = match self.text(&attachment, property::FILE_NAME, page.as_deref())? {
                None => self.text(&attachment, property::SHORT_FILE_NAME, page.as_deref())?,
                name => name,
            };
            let name = name.map_or(String::new(), |name| {
                let safe = name.replace(['"', '\\', '\r', '\n', '\0'], "_");
                format!("; filename=\"{safe}\"")
            });
            add(
                &format!(
                    "Content-Type: application/octet-stream\r\nContent-Disposition: attachment{name}\r\n"
                ),
                &data,
            );
        }
        out.extend(format!("--{boundary}--\r\n").bytes());
        Ok(out)
    }

    /// The header lines: those that came with the letter, or lines from its properties.
    fn header_lines(
        &mut self,
        storage: &Path,
        fixed: &FixedProperties,
        page: Option<&str>,
    ) -> Result<String, UnpackError> {
        let mut lines = String::new();
        if let Some(headers) = self.text(storage, property::HEADERS, page)? {
            let mut is_content = false;
            for line in headers.lines().take_while(|line| !line.trim().is_empty()) {
                if !line.starts_with([' ', '\t']) {
                    let lower = line.to_ascii_lowercase();
                    is_content = lower.starts_with("content-") || lower.starts_with("mime-version");
                }
                if !is_content && crate::email::is_header_line(line.as_bytes()) {
                    lines += line;
                    lines += "\r\n";
                }
            }
        }
        let has = |lines: &str, key: &str| {
            lines.lines().any(|line| {
                line.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key))
            })
        };
        if !has(&lines, "From:") {
            let name = match self.text(storage, property::SENDER_NAME, page)? {
                None => self.text(storage, property::SENT_NAME, page)?,
                name => name,
            };
            let address = match self.text(storage, property::SENDER_SMTP_ADDRESS, page)? {
                None => self.text(storage, property::SENDER_ADDRESS, page)?,
                address => address,
            };
            push_line(&mut lines, "From", &party(name, address));
        }
        if !has(&lines, "To:") {
            self.push_recipients(storage, page, &mut lines)?;
        }
        if !has(&lines, "Date:") {
            let time = fixed.value(property::SUBMIT_TIME).or(fixed.value(property::DELIVERY_TIME));
            if let Some(date) = time.and_then(date_line) {
                push_line(&mut lines, "Date", &date);
            }
        }
        for (key, id) in [
            ("Subject", property::SUBJECT),
            ("Message-ID", property::MESSAGE_ID),
            ("References", property::REFERENCES),
            ("In-Reply-To", property::IN_REPLY_TO),
        ] {
            if !has(&lines, &format!("{key}:")) {
                let value = self.text(storage, id, page)?;
                push_line(&mut lines, key, &value.unwrap_or_default());
            }
        }
        Ok(lines)
    }

    fn push_recipients(
        &mut self,
        storage: &Path,
        page: Option<&str>,
        lines: &mut String,
    ) -> Result<(), UnpackError> {
        for recipient in self.storages(storage, "__recip_version1.0_") {
            let fixed = self.fixed_properties(&recipient, PART_HEAD)?;
            let key = match fixed.value(property::RECIPIENT_KIND).unwrap_or(1) as u32 {
                2 => "Cc",
                3 => "Bcc",
                _ => "To",
            };
            let name = self.text(&recipient, property::NAME, page)?;
            let address = match self.text(&recipient, property::SMTP_ADDRESS, page)? {
                None => self.text(&recipient, property::ADDRESS, page)?,
                address => address,
            };
            push_line(lines, key, &party(name, address));
        }
        Ok(())
    }

    /// The HTML of a letter, and its character set as a parameter.
    fn html(
        &mut self,
        storage: &Path,
        fixed: &FixedProperties,
    ) -> Result<Option<(Vec<u8>, String)>, UnpackError> {
        if let Some(html) = self.bytes(&stream(storage, property::HTML, 0x0102))? {
            let page = fixed.value(property::INTERNET_CODE_PAGE).map(|page| page as u32);
            let charset = match page {
                Some(65001) => "; charset=utf-8".to_owned(),
                Some(page) => format!("; charset=cp{page}"),
                None => String::new(),
            };
            return Ok(Some((html, charset)));
        }
        let text = self.text(storage, property::HTML, fixed.code_page().as_deref())?;
        Ok(text.map(|text| (text.into_bytes(), "; charset=utf-8".to_owned())))
    }

    /// The storages in `storage` whose names begin so.
    fn storages(&self, storage: &Path, name: &str) -> Vec<PathBuf> {
        let Ok(entries) = self.file.read_storage(storage) else { return Vec::new() };
        let named = entries.filter(|entry| entry.is_storage() && entry.name().starts_with(name));
        let mut paths: Vec<PathBuf> =
            named.map(|entry| entry.path().to_owned()).take(MAX_STORAGES).collect();
        paths.sort();
        paths
    }

    fn fixed_properties(
        &mut self,
        storage: &Path,
        head: usize,
    ) -> Result<FixedProperties, UnpackError> {
        let bytes = self.bytes(&storage.join("__properties_version1.0"))?.unwrap_or_default();
        let entries = bytes.get(head..).unwrap_or_default().chunks_exact(16);
        let property = |entry: &[u8]| {
            let id = u16::from_le_bytes([entry[2], entry[3]]);
            let value = entry[8..16].try_into().map_or(0, u64::from_le_bytes);
            (id, value)
        };
        Ok(FixedProperties(entries.map(property).collect()))
    }

    /// The text of a property, in Unicode or in the code page of the letter.
    fn text(
        &mut self,
        storage: &Path,
        id: u16,
        page: Option<&str>,
    ) -> Result<Option<String>, UnpackError> {
        if let Some(bytes) = self.bytes(&stream(storage, id, 0x001F))? {
            let text = decode_declared(&bytes, Some("utf-16le")).text;
            return Ok(Some(text.trim_end_matches('\0').to_owned()));
        }
        let bytes = self.bytes(&stream(storage, id, 0x001E))?;
        Ok(bytes.map(|bytes| decode_declared(&bytes, page).text.trim_end_matches('\0').to_owned()))
    }

    /// The bytes of a stream; `None` if there is none.
    fn bytes(&mut self, path: &Path) -> Result<Option<Vec<u8>>, UnpackError> {
        if !self.file.is_stream(path) {
            return Ok(None);
        }
        let source = self.file.open_stream(path).map_err(|error| damaged(&error))?;
        let mut bytes = Vec::new();
        source.take(self.left + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        if bytes.len() as u64 > self.left {
            return Err(UnpackError::MemberTooLarge(self.largest));
        }
        self.left -= bytes.len() as u64;
        Ok(Some(bytes))
    }
}

fn stream(storage: &Path, id: u16, kind: u16) -> PathBuf {
    storage.join(format!("__substg1.0_{id:04X}{kind:04X}"))
}

/// A name and an address, as a header line has them.
fn party(name: Option<String>, address: Option<String>) -> String {
    let clean = |word: Option<String>| word.unwrap_or_default().replace(['"', '<', '>', '\\'], "");
    let (name, address) = (clean(name), clean(address));
    // The addresses of Exchange are no addresses for people.
    let is_internal = address.starts_with("/o=") || address.starts_with("/O=");
    match (name.trim(), address.trim()) {
        (name, "") => format!("\"{name}\""),
        (name, _) if is_internal && !name.is_empty() => format!("\"{name}\""),
        ("", address) => address.to_owned(),
        (name, address) => format!("\"{name}\" <{address}>"),
    }
}

fn push_line(lines: &mut String, key: &str, value: &str) {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if !value.is_empty() && value != "\"\"" {
        *lines += &format!("{key}: {value}\r\n");
    }
}

/// A time of Windows (100 nanoseconds since 1601) as a header line has it.
fn date_line(time: u64) -> Option<String> {
    const SECONDS_TO_1970: i64 = 11_644_473_600;
    let seconds = i64::try_from(time / 10_000_000).ok()? - SECONDS_TO_1970;
    (seconds > 0 && seconds < 1 << 33)
        .then(|| mail_parser::DateTime::from_timestamp(seconds).to_rfc822())
}

/// Adds base64 in lines of 76 letters.
fn push_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for line in bytes.chunks(57) {
        for group in line.chunks(3) {
            let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for at in 0..4 {
                let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
                out.push(if at <= group.len() { letter } else { b'=' });
            }
        }
        out.extend(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Writes a compound file of these streams.
    fn compound_file(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
        for (path, bytes) in streams {
            let folder = Path::new(path).parent().expect("a folder");
            file.create_storage_all(folder).expect("a storage");
            file.create_stream(path).expect("a stream").write_all(bytes).expect("its bytes");
        }
        file.flush().expect("written");
        file.into_inner().into_inner()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// Properties of fixed size after a head.
    fn fixed(head: usize, properties: &[(u16, u64)]) -> Vec<u8> {
        let entry = |&(id, value): &(u16, u64)| {
            let id = [0x40, 0, id.to_le_bytes()[0], id.to_le_bytes()[1], 0, 0, 0, 0];
            [&id[..], &value.to_le_bytes()].concat()
        };
        [vec![0; head], properties.iter().flat_map(entry).collect()].concat()
    }

    #[test]
    fn letters_of_outlook_become_letters() {
        // 2009-06-16 09:05 UTC.
        let time = (1_245_143_100 + 11_644_473_600) * 10_000_000;
        let inner = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
        let in_inner = |name: &str| format!("{inner}/{name}");
        let (inner_properties, inner_subject, inner_body) = (
            in_inner("__properties_version1.0"),
            in_inner("__substg1.0_0037001F"),
            in_inner("__substg1.0_1000001F"),
        );
        let file = compound_file(&[
            (
                "/__properties_version1.0",
                fixed(FILE_HEAD, &[(property::SUBMIT_TIME, time), (property::CODE_PAGE, 1251)]),
            ),
            ("/__substg1.0_0037001E", b"\xCA\xEE\xF8\xEA\xE0".to_vec()),
            ("/__substg1.0_0C1A001F", wide("Inés Ibáñez")),
            ("/__substg1.0_5D01001F", wide("ines@x.example")),
            ("/__substg1.0_1035001F", wide("<7@x>")),
            ("/__substg1.0_1000001F", wide("Minister Lucien Marchandeau called.\r\n")),
            (
                "/__recip_version1.0_#00000000/__properties_version1.0",
                fixed(PART_HEAD, &[(property::RECIPIENT_KIND, 2)]),
            ),
            ("/__recip_version1.0_#00000000/__substg1.0_3001001F", wide("Carlos Tavares")),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", wide("nöte.txt")),
            (
                "/__attach_version1.0_#00000000/__substg1.0_37010102",
                b"The attached words.".to_vec(),
            ),
            (&inner_properties, fixed(LETTER_HEAD, &[])),
            (&inner_subject, wide("Inner")),
            (&inner_body, wide("Words of the inner letter.")),
        ]);
        let letter = to_letter(&file, 1 << 20).expect("a letter");
        let text = crate::email::extract_email_text(&letter).expect("readable").text;
        let expected = "From: Inés Ibáñez <ines@x.example>\n\nCc: Carlos Tavares\n\n\
            Date: Tue, 16 Jun 2009 09:05:00 +0000\n\nSubject: Кошка\n\n\
            Minister Lucien Marchandeau called.\r\n";
        assert_eq!(text, expected);
        let attached = crate::email::read_attachments(&letter);
        assert_eq!(attached.len(), 2);
        assert_eq!(
            (&*attached[0].name, &*attached[0].bytes),
            ("nöte.txt", &b"The attached words."[..])
        );
        assert!(attached[1].is_letter);
        let inner = crate::email::extract_email_text(&attached[1].bytes).expect("readable").text;
        assert_eq!(inner, "Subject: Inner\n\nWords of the inner letter.");
        for end in 0..file.len().min(2000) {
            // A file that is cut off is damaged, and no more.
            let _ = to_letter(&file[..end], 1 << 20);
        }
        assert_eq!(to_letter(&file, 10), Err(UnpackError::MemberTooLarge(10)));
    }
}
