//! Converts web pages and HTML fragments to plain text.
//!
//! Each character must keep the offset of its bytes. Tokenizers such as
//! `html5gum` give the span of a run of text but not of the entities in it, so
//! this module scans tags and entities itself. `html-escape` decodes the
//! entities.

use std::ops::Range;

use chancery_model::{RunKind, Text, decode_windows_1252};
use memchr::{memchr, memchr2, memmem};

use crate::decode;
use crate::recognition::{PageConfidences, attribute, read_number};

/// A page without its markup.
#[derive(Debug, Default)]
pub(crate) struct FlattenedPage {
    /// Its characters without markup, with the line breaks of the page.
    pub text: Text,
    /// Raw ranges of the cells of the metadata table.
    pub cells: Vec<Range<usize>>,
    /// Whether the cells are keys and values in turn, as on the pages of `PlusD`.
    pub has_keys: bool,
    /// Raw ranges of the `<pre>` elements: header and body.
    pub preformatted_ranges: Vec<Range<usize>>,
    /// The confidences of the recognised words, if the file has any.
    pub confidences: PageConfidences,
}

/// Removes the markup from `raw`. If the page has `<pre>` elements, keeps only
/// those and the metadata table before them: the rest belongs to the site.
pub(crate) fn flatten_page(raw: &[u8]) -> FlattenedPage {
    let parts = find_elements(raw, 0..raw.len(), b"<pre", b"</pre");
    let mut page = FlattenedPage { preformatted_ranges: parts, ..FlattenedPage::default() };
    page.cells = find_keyed_cells(raw);
    page.has_keys = !page.cells.is_empty();
    let Some(first) = page.preformatted_ranges.first() else {
        Flattener::new(raw, &mut page, false).push_range(0..raw.len());
        return page;
    };
    let head = 0..first.start;
    if page.has_keys {
        page.cells.retain(|cell| cell.end <= first.start);
    } else if let Some(table) = memmem::rfind(&raw[head.clone()], b"<table") {
        page.cells = find_elements(raw, table..head.end, b"<td", b"</td");
    }
    let ranges: Vec<_> = page.cells.iter().chain(&page.preformatted_ranges).cloned().collect();
    let mut last = None;
    for range in ranges {
        if let Some(last) = last {
            page.text.push_run("\n\n", last..range.start, RunKind::Joined);
        }
        last = Some(range.end);
        Flattener::new(raw, &mut page, true).push_range(range);
    }
    page
}

/// The ranges of the keys and values of a page that marks them by the classes `s_key` and
/// `s_val`: key, value, key, value.
fn find_keyed_cells(raw: &[u8]) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut at = 0;
    while let Some(key) = find_by_class(raw, at, b"s_key") {
        at = key.end;
        let next = find_by_class(raw, at, b"s_key").map_or(raw.len(), |next| next.start);
        if let Some(value) = find_by_class(raw, at, b"s_val").filter(|value| value.start < next) {
            at = value.end;
            cells.extend([key, value]);
        }
    }
    cells
}

/// The content of the first element from `from` on whose tag names `class`.
fn find_by_class(raw: &[u8], from: usize, class: &[u8]) -> Option<Range<usize>> {
    let found = memmem::find_iter(&raw[from..], class).map(|at| from + at).find(|&at| {
        let quotes = [raw.get(at.wrapping_sub(1)), raw.get(at + class.len())];
        quotes.into_iter().all(|mark| matches!(mark, Some(b'"' | b'\'' | b' ' | b'=' | b'>')))
    })?;
    let open = memchr::memrchr(b'<', &raw[from..found])? + from;
    let name: Vec<u8> =
        raw[open + 1..found].iter().copied().take_while(u8::is_ascii_alphanumeric).collect();
    let start = found + memchr(b'>', &raw[found..])? + 1;
    let close = [b"</", &name[..]].concat();
    let end = memmem::find(&raw[start..], &close).map_or(raw.len(), |length| start + length);
    Some(start..end)
}

/// The ranges between each `open` tag and its `close` tag in `within`.
fn find_elements(raw: &[u8], within: Range<usize>, open: &[u8], close: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = within.start;
    while let Some(tag) = memmem::find(&raw[at..within.end], open) {
        let Some(end) = memchr(b'>', &raw[at + tag..within.end]) else { break };
        let start = at + tag + end + 1;
        let stop =
            memmem::find(&raw[start..within.end], close).map_or(within.end, |end| start + end);
        found.push(start..stop);
        at = stop;
    }
    found
}

struct Flattener<'a> {
    raw: &'a [u8],
    page: &'a mut FlattenedPage,
    /// Whether line breaks of the source are line breaks of the text.
    preformatted: bool,
    /// Which of [`SKIPPED_ELEMENTS`] have no end tag in the rest of the range. This
    /// avoids searching for it again, so that reading stays linear.
    unclosed: [bool; SKIPPED_ELEMENTS.len()],
}

/// Elements without text, and their end tags.
const SKIPPED_ELEMENTS: [(&[u8], &[u8]); 3] =
    [(b"script", b"</script"), (b"style", b"</style"), (b"head", b"</head")];

impl<'a> Flattener<'a> {
    fn new(raw: &'a [u8], page: &'a mut FlattenedPage, preformatted: bool) -> Self {
        Self { raw, page, preformatted, unclosed: [false; SKIPPED_ELEMENTS.len()] }
    }
}

impl Flattener<'_> {
    fn push_range(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let next = memchr2(b'<', b'&', &self.raw[at..range.end]).map_or(range.end, |n| at + n);
            self.push_characters(at..next);
            if next == range.end {
                break;
            }
            at = if self.raw[next] == b'<' {
                self.skip_tag(next, range.end)
            } else {
                self.push_entity(next, range.end)
            };
        }
    }

    fn push_characters(&mut self, range: Range<usize>) {
        if self.preformatted {
            return decode::push_decoded(&mut self.page.text, self.raw, range);
        }
        let mut at = range.start;
        for end in memchr::memchr2_iter(b'\n', b'\r', &self.raw[range.clone()]) {
            let end = range.start + end;
            decode::push_decoded(&mut self.page.text, self.raw, at..end);
            self.page.text.push_run(" ", end..end + 1, RunKind::Joined);
            at = end + 1;
        }
        decode::push_decoded(&mut self.page.text, self.raw, at..range.end);
    }

    /// Skips the tag at `at` and returns the offset after it. A `<` that opens
    /// no tag is text.
    fn skip_tag(&mut self, at: usize, stop: usize) -> usize {
        let raw = &self.raw[..stop];
        let opens =
            raw.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || b"/!?".contains(byte));
        let end = match memchr2(b'<', b'>', &raw[at + 1..]) {
            Some(len) if opens && raw[at + 1 + len] == b'>' => at + len + 2,
            _ => {
                self.push_characters(at..at + 1);
                return at + 1;
            }
        };
        let name = raw[at + 1..end].trim_ascii_start();
        if let Some(which) =
            SKIPPED_ELEMENTS.iter().position(|(element, _)| is_element_name(name, element))
        {
            if self.unclosed[which] {
                return end;
            }
            let closed = memmem::find(&raw[end..], SKIPPED_ELEMENTS[which].1);
            self.unclosed[which] = closed.is_none();
            return closed.map_or(end, |len| end + len);
        }
        if is_element_name(name, b"div") && attribute_has(name, b"ocr_page") {
            let is_first = self.page.confidences.is_empty();
            self.page.confidences.start_page();
            if !is_first {
                self.page.text.push_run("\x0C", at..end, RunKind::Joined);
            }
            return end;
        }
        if is_element_name(name, b"span") && attribute_has(name, b"ocrx_word") {
            let title = attribute(name, b"title").map(|value| &name[value]);
            let confidence = title.and_then(|title| {
                let at = memmem::find(title, b"x_wconf")? + b"x_wconf".len();
                read_number(title[at..].trim_ascii_start())
            });
            if let Some(percent) = confidence {
                self.page.confidences.add(percent);
            }
        }
        let break_ = if is_ocr_line(name) { "\n" } else { line_break_for(name) };
        if !break_.is_empty() {
            self.page.text.push_run(break_, at..end, RunKind::Joined);
        }
        end
    }

    /// Decodes the entity at `at` and returns the offset after it. A `&` that
    /// opens no entity is text.
    fn push_entity(&mut self, at: usize, stop: usize) -> usize {
        let Some((meant, end)) = entity_at(self.raw, at, stop) else {
            self.push_characters(at..at + 1);
            return at + 1;
        };
        self.page.text.push_run(&meant, at..end, RunKind::Decoded);
        end
    }
}

/// The characters of the entity at `at`, and its end.
pub(crate) fn entity_at(raw: &[u8], at: usize, stop: usize) -> Option<(String, usize)> {
    const MAX_ENTITY_BYTES: usize = 32;
    let window = &raw[at..stop.min(at + MAX_ENTITY_BYTES)];
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'#';
    let end = 2 + window[1..].iter().take_while(is_name).count();
    let written = window.get(..end).filter(|written| written.ends_with(b";"))?;
    Some((decode_entity(std::str::from_utf8(written).ok()?)?, at + end))
}

/// Decodes an entity such as "&eacute;" or "&#x000A;". Numeric references to
/// C1 control characters are read as Windows-1252, as browsers do.
pub(crate) fn decode_entity(written: &str) -> Option<String> {
    let meant = html_escape::decode_html_entities(written);
    if meant == written {
        return None;
    }
    let mut chars = meant.chars();
    match (chars.next(), chars.next()) {
        (Some(c @ '\u{80}'..='\u{9F}'), None) => Some(decode_windows_1252(c as u8).into()),
        _ => Some(meant.into_owned()),
    }
}

fn is_element_name(name: &[u8], element: &[u8]) -> bool {
    let start = name.get(..element.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(element))
        && !name.get(element.len()).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether the class of a start tag contains `class`.
fn attribute_has(tag: &[u8], class: &[u8]) -> bool {
    attribute(tag, b"class").is_some_and(|value| memmem::find(&tag[value], class).is_some())
}

/// Whether a start tag opens a line of a recognised page (hOCR).
fn is_ocr_line(tag: &[u8]) -> bool {
    const LINES: [&[u8]; 3] = [b"ocr_line", b"ocr_header", b"ocr_textfloat"];
    is_element_name(tag, b"span") && LINES.iter().any(|line| memmem::find(tag, line).is_some())
}

/// Elements that part paragraphs.
const BLOCKS: &str = "p div h1 h2 h3 h4 h5 h6 table ul ol blockquote pre title";

/// The line break that a tag makes in the text.
fn line_break_for(name: &[u8]) -> &'static str {
    let name = name.strip_prefix(b"/").unwrap_or(name);
    let is = |elements: &[&str]| {
        elements.iter().any(|element| is_element_name(name, element.as_bytes()))
    };
    if BLOCKS.split(' ').any(|element| is_element_name(name, element.as_bytes())) {
        "\n\n"
    } else if is(&["br", "li", "tr", "dt", "dd", "hr"]) {
        "\n"
    } else if is(&["td", "th"]) {
        "\t"
    } else {
        ""
    }
}
