//! Detects the format of a file by its content.

use chancery_model::SourceFormat;
use memchr::memmem;

use crate::decode::BOM;

/// Number of bytes at the start of a file that decide its format.
const SAMPLE_BYTES: usize = 16 * 1024;

/// Detects the format of `raw`.
pub(crate) fn detect_format(raw: &[u8]) -> SourceFormat {
    let raw = raw.strip_prefix(BOM).unwrap_or(raw);
    let sample = &raw[..raw.len().min(SAMPLE_BYTES)];
    let has = |needle: &str| memmem::find(sample, needle.as_bytes()).is_some();
    let marked_up = sample.trim_ascii_start().starts_with(b"<");
    if marked_up && (has("<TEI") || has("www.tei-c.org")) {
        return SourceFormat::Frus;
    }
    let is_page = has("<html") || has("<HTML");
    if marked_up && !is_page && (is_xml(sample) || is_closed_by_root(raw)) {
        return SourceFormat::Xml;
    }
    if is_page || (has("<table") && has("<pre")) {
        return SourceFormat::WebPage;
    }
    if has("<pre") || has("<a id=") || marked_up && is_html_fragment(sample) {
        return SourceFormat::Fragment;
    }
    detect_line_format(raw)
}

/// Detects the format of a text without mark-up, or of one telegram of several.
pub(crate) fn detect_line_format(raw: &[u8]) -> SourceFormat {
    let raw = raw.strip_prefix(BOM).unwrap_or(raw);
    let sample = &raw[..raw.len().min(SAMPLE_BYTES)];
    let lines = || {
        let lines = sample.split(|&byte| byte == b'\n').take(200);
        lines.map(|line| line.strip_prefix(b"> ").unwrap_or(line).trim_ascii())
    };
    let starts =
        |keys: &[&str]| lines().any(|line| keys.iter().any(|key| line.starts_with(key.as_bytes())));
    if starts(&["VZCZC", "ZNY ", "ZNR "]) || lines().any(is_routing_line) {
        return SourceFormat::Telegram;
    }
    if lines().take(20).any(|line| line.starts_with(b"PAGE 0")) && is_mostly_capitals(sample) {
        return SourceFormat::Capitals;
    }
    if starts(&["E.O. 11652", "EO 11652"]) && is_mostly_capitals(sample) {
        return SourceFormat::Capitals;
    }
    if starts(&["E.O. 1", "EO 1", "TAGS:", "TAGS ", "Classified By:", "CLASSIFIED BY:"])
        || lines().any(is_pilcrow_number)
    {
        return SourceFormat::Telegram;
    }
    SourceFormat::Plain
}

/// Whether a file says that it is XML: by a declaration, or a name space in its first tag.
fn is_xml(sample: &[u8]) -> bool {
    let start = sample.trim_ascii_start();
    let first_tag = start.split(|&byte| byte == b'>').next().unwrap_or(start);
    start.starts_with(b"<?xml") || memmem::find(first_tag, b" xmlns").is_some()
}

/// Elements of HTML with which a page or a part of one begins.
const HTML_ELEMENTS: &str = "!doctype a article b blockquote body center code div em font h1 h2 h3 h4 \
    head header hr i li main meta ol p section span strong style table title tr u ul";

/// Whether a file begins with an element of HTML, and has its end tag or others.
fn is_html_fragment(sample: &[u8]) -> bool {
    let Some(name) = first_name(sample) else { return false };
    let small = name.to_ascii_lowercase();
    let is_known = HTML_ELEMENTS.split_whitespace().any(|known| known.as_bytes() == small);
    is_known
        && (small == b"!doctype"
            || memmem::find(sample, &[b"</", name].concat()).is_some()
            || ["<p", "<br", "<P", "<BR"]
                .iter()
                .any(|tag| memmem::find(sample, tag.as_bytes()).is_some()))
}

/// Whether a file without a declaration is XML all the same: it ends with the end tag of
/// its first element, which is none of HTML.
fn is_closed_by_root(raw: &[u8]) -> bool {
    let Some(name) = first_name(raw) else { return false };
    let small = name.to_ascii_lowercase();
    let is_html = HTML_ELEMENTS.split_whitespace().any(|known| known.as_bytes() == small)
        || [&b"pre"[..], b"html"].contains(&&*small);
    let end = raw.trim_ascii_end().strip_suffix(b">").map(<[u8]>::trim_ascii_end);
    !is_html && end.is_some_and(|end| end.ends_with(&[b"</", name].concat()))
}

/// The name of the element that a file begins with.
fn first_name(raw: &[u8]) -> Option<&[u8]> {
    let tag = raw.trim_ascii_start().strip_prefix(b"<")?;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"!_-.:".contains(byte);
    let length = tag.iter().take_while(is_name).count();
    let is_tag = tag.get(length).is_some_and(|byte| b" \t\r\n>/".contains(byte));
    (length > 0 && is_tag).then(|| &tag[..length])
}

/// Whether a line starts like "¶1.", in UTF-8 or Windows-1252.
fn is_pilcrow_number(line: &[u8]) -> bool {
    let rest = line.strip_prefix("¶".as_bytes()).or_else(|| line.strip_prefix(b"\xB6"));
    rest.is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit))
}

/// Whether a line looks like "DE RUEHNE #5135/01 2020722".
fn is_routing_line(line: &[u8]) -> bool {
    line.starts_with(b"DE RU") && line.contains(&b'#')
}

/// Whether nearly all letters are capitals.
fn is_mostly_capitals(sample: &[u8]) -> bool {
    let small = sample.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let large = sample.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    large > 20 * small
}
