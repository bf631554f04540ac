//! Crawls of web pages (WARC, ISO 28500): each successful response is a page.

use std::io::{BufRead, Read};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::UnpackError;
use crate::budget::{UnpackBudget, damaged_container};
use crate::containers::ContentVisitor;
use crate::foreign_text::declared_encoding;
use crate::member_names::MemberNames;
use crate::skipped_responses::SkippedResponses;

/// Maximum size of the header lines of a record or a response, in bytes.
const MAX_HEADER_BYTES: u64 = 64 << 10;

/// Calls `visit` with the address of each document and its content, or the error if it
/// cannot be read. Pictures, scripts, redirects and errors are skipped and counted.
/// Returns `None` if `visit` stopped the reading, and else what was skipped.
///
/// # Errors
/// If the rest of the crawl is damaged, or the budget is spent.
pub fn visit_pages(
    mut source: impl BufRead,
    budget: &UnpackBudget,
    visit: ContentVisitor<'_>,
) -> Result<Option<SkippedResponses>, UnpackError> {
    let largest = budget.limits().member_bytes;
    let mut names = MemberNames::default();
    let mut skipped = SkippedResponses::default();
    while let Some(record) = read_record_header(&mut source)? {
        let mut block = (&mut source).take(record.length);
        let mut read = None;
        if record.is_response {
            // A response begins with its HTTP header. The page follows.
            let most = largest.saturating_add(MAX_HEADER_BYTES);
            let mut bytes = Vec::new();
            (&mut block)
                .take(most + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| damaged_container(&error))?;
            read = match bytes.len() as u64 > most {
                true => Some(Err(UnpackError::MemberTooLarge(largest))),
                false => page_of_response(&bytes, record.is_http, budget, &mut skipped).transpose(),
            };
        } else if record.is_page_kind {
            read = Some(budget.read_member(&mut block));
        }
        std::io::copy(&mut block, &mut std::io::sink())
            .map_err(|error| damaged_container(&error))?;
        if block.limit() > 0 {
            let cut = "a record is cut off".to_owned();
            return Err(UnpackError::DamagedContainer(cut));
        }
        if let Some(page) = read {
            budget.count_member()?;
            if !visit(&names.unique_name(&record.address), page) {
                return Ok(None);
            }
        }
    }
    Ok(Some(skipped))
}

/// The header of a record.
struct RecordHeader {
    is_response: bool,
    /// Whether the response is HTTP with header lines.
    is_http: bool,
    /// Whether the record is a page without a response.
    is_page_kind: bool,
    address: String,
    length: u64,
}

/// Reads the header of the next record; `None` at the end.
fn read_record_header(source: &mut impl BufRead) -> Result<Option<RecordHeader>, UnpackError> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    loop {
        let mut line = Vec::new();
        let read = source.take(MAX_HEADER_BYTES).read_until(b'\n', &mut line);
        let read = read.map_err(|error| damaged_container(&error))? as u64;
        bytes += read;
        let line = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        match (read, line.is_empty(), lines.is_empty()) {
            (0, _, true) => return Ok(None),
            (0, ..) => return Err(UnpackError::DamagedContainer("a record is cut off".into())),
            (_, true, true) => {}
            (_, true, false) => break,
            (_, false, true) if !line.starts_with("WARC/") => {
                return Err(UnpackError::DamagedContainer("a record has no header".into()));
            }
            _ if bytes > MAX_HEADER_BYTES => {
                return Err(UnpackError::DamagedContainer("a header is too long".into()));
            }
            _ => lines.push(line),
        }
    }
    let value = |name: &str| {
        let header = |line: &String| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        lines.iter().find_map(header)
    };
    let length = value("Content-Length").and_then(|length| length.parse().ok());
    let length =
        length.ok_or_else(|| UnpackError::DamagedContainer("a record has no length".into()))?;
    let kind = value("WARC-Type").unwrap_or_default();
    let media = value("Content-Type").unwrap_or_default();
    let address = value("WARC-Target-URI").unwrap_or_default();
    Ok(Some(RecordHeader {
        is_response: kind == "response" && address.starts_with("http"),
        is_http: media.starts_with("application/http"),
        is_page_kind: kind == "resource" && is_page(&media),
        address: address.trim_matches(['<', '>']).to_owned(),
        length,
    }))
}

/// The page of an HTTP response; `None` if it is an error or no page.
fn page_of_response(
    response: &[u8],
    is_http: bool,
    budget: &UnpackBudget,
    skipped: &mut SkippedResponses,
) -> Result<Option<Vec<u8>>, UnpackError> {
    if !is_http && !response.starts_with(b"HTTP/") {
        skipped.errors += 1;
        return Ok(None);
    }
    let find = |separator: &[u8]| {
        memchr::memmem::find(response, separator).map(|at| (at, at + separator.len()))
    };
    let Some((end, start)) = find(b"\r\n\r\n").or_else(|| find(b"\n\n")) else {
        skipped.errors += 1;
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&response[..end]).to_ascii_lowercase();
    let value = |name: &str| {
        let header = |line: &str| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == name).then(|| value.trim().to_owned())
        };
        head.lines().find_map(header).unwrap_or_default()
    };
    let is_found = head.split_whitespace().nth(1).is_some_and(|status| status == "200");
    let media = value("content-type");
    if !is_found {
        skipped.errors += 1;
        return Ok(None);
    }
    if !is_page(&media) {
        let kind = media.split(';').next().unwrap_or_default().trim().to_owned();
        *skipped.media.entry(kind).or_default() += 1;
        return Ok(None);
    }
    let body = &response[start..];
    let body = match value("transfer-encoding").contains("chunked") {
        true => join_chunks(body),
        false => body.to_vec(),
    };
    let encoding = value("content-encoding");
    let page = match encoding.as_str() {
        "gzip" | "x-gzip" => budget.read_member(budget.counted(MultiGzDecoder::new(&body[..])))?,
        "deflate" => budget.read_member(budget.counted(ZlibDecoder::new(&body[..])))?,
        "" | "identity" => body,
        _ => return Err(UnpackError::UnknownEncoding(encoding)),
    };
    Ok(Some(in_utf8(page, &media)))
}

/// A page in UTF-8, if its response states another encoding and the page does not.
fn in_utf8(page: Vec<u8>, media: &str) -> Vec<u8> {
    let label = media.split_once("charset=").map(|(_, label)| label.trim_matches(['"', ' ']));
    let stated = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let foreign = stated.filter(|&encoding| encoding != UTF_8 && encoding != WINDOWS_1252);
    match foreign {
        Some(encoding)
            if std::str::from_utf8(&page).is_err()
                && declared_encoding(&page[..page.len().min(2048)]).is_none() =>
        {
            encoding.decode(&page).0.into_owned().into_bytes()
        }
        _ => page,
    }
}

/// Starts of the media types of what surrounds pages: pictures, scripts, fonts.
const FURNITURE: [&str; 13] = [
    "image/",
    "video/",
    "audio/",
    "font/",
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "application/json",
    "application/wasm",
    "application/font",
    "application/x-font",
    "application/vnd.ms-fontobject",
];

/// Whether a media type is one of documents. Scans are TIFF, which browsers do not show.
fn is_page(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    media.starts_with("image/tiff") || !FURNITURE.iter().any(|known| media.starts_with(known))
}

/// Joins the chunks of a body. A body that is not chunked, although its header says
/// so, is returned as it is: crawlers store joined bodies with such headers.
fn join_chunks(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let line = rest.iter().position(|&byte| byte == b'\n');
        let size = line.and_then(|end| {
            let digits = std::str::from_utf8(rest[..end].trim_ascii()).ok()?;
            let digits = digits.split(';').next()?.trim();
            Some((end + 1, usize::from_str_radix(digits, 16).ok()?))
        });
        let Some((start, size)) = size else {
            return if out.is_empty() { body.to_vec() } else { out };
        };
        if size == 0 {
            return out;
        }
        let end = start.saturating_add(size).min(rest.len());
        out.extend(&rest[start..end]);
        rest = &rest[end..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnpackLimits;

    fn record(kind: &str, address: &str, block: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    }

    #[test]
    fn responses_are_pages() {
        let page = |head: &str, body: &str| format!("HTTP/1.1 {head}\r\n\r\n{body}");
        let crawl = [
            record("warcinfo", "", "software: x"),
            record("request", "http://a.example/1", "GET / HTTP/1.1\r\n\r\n"),
            record(
                "response",
                "http://a.example/1",
                &page("200 OK\r\nContent-Type: text/html", "<p>one"),
            ),
            record(
                "response",
                "http://a.example/2",
                &page("404 Not Found\r\nContent-Type: text/html", "no"),
            ),
            record(
                "response",
                "http://a.example/3",
                &page("200 OK\r\nContent-Type: image/png", "PNG"),
            ),
            record(
                "response",
                "http://a.example/4.doc",
                &page("200 OK\r\nContent-Type: application/msword", "\u{1}"),
            ),
            record(
                "response",
                "http://a.example/1",
                &page(
                    "200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked",
                    "3\r\ntwo\r\n5\r\n and \r\n0\r\n\r\n",
                ),
            ),
        ]
        .concat();
        let limits = UnpackLimits { member_bytes: 100, total_bytes: 1000, member_count: 10 };
        let mut pages = Vec::new();
        let skipped =
            visit_pages(crawl.as_bytes(), &UnpackBudget::new(limits), &mut |name, page| {
                let page = page.expect("a page");
                pages.push((name.to_owned(), String::from_utf8(page).expect("text")));
                true
            });
        let said = skipped.expect("readable").expect("read to the end").to_string();
        assert_eq!(said, "1 image/png, 1 redirect or error");
        let expected = [
            ("http://a.example/1", "<p>one"),
            ("http://a.example/4.doc", "\u{1}"),
            ("http://a.example/1 (2)", "two and "),
        ];
        assert_eq!(pages, expected.map(|(name, page)| (name.to_owned(), page.to_owned())));
        let cut = &crawl.as_bytes()[..crawl.len() - 20];
        let read = visit_pages(cut, &UnpackBudget::new(limits), &mut |_, _| true);
        assert!(matches!(read, Err(UnpackError::DamagedContainer(_))), "{read:?}");
    }
}
