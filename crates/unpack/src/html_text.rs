//! The text of HTML in a letter, line by line.
//!
//! Blocks become lines, cells are parted by tabs, and quotations begin with ">", as in
//! plain letters. It is linear in its input and takes any input, however broken.

use std::borrow::Cow;

/// Elements whose content is no text.
const HIDDEN: [&str; 6] = ["head", "style", "script", "template", "title", "noscript"];

/// Elements that begin a new line.
const BLOCKS: [&str; 24] = [
    "address",
    "article",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "section",
    "tr",
    "ul",
];

/// Elements with blank lines around them.
const PARAGRAPHS: [&str; 4] = ["p", "table", "pre", "blockquote"];

/// Maximum depth of quotations that is shown.
const MAX_QUOTES: usize = 5;

/// Number of bytes in which a document declares its character set.
const DECLARATION_BYTES: usize = 4096;

/// The character set that a `meta` element or an XML declaration states.
pub(crate) fn declared_charset(html: &[u8]) -> Option<String> {
    let head = html[..html.len().min(DECLARATION_BYTES)].to_ascii_lowercase();
    let name_after = |key: &[u8]| {
        let start = memchr::memmem::find(&head, key)? + key.len();
        let name = head[start..].iter().skip_while(|byte| b"\"' ".contains(byte));
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte);
        let name: String = name.take_while(is_name).map(|&byte| char::from(byte)).collect();
        (!name.is_empty()).then_some(name)
    };
    name_after(b"charset=").or_else(|| name_after(b"<?xml version=\"1.0\" encoding="))
}

/// The text of an HTML document.
pub(crate) fn html_to_text(html: &str) -> String {
    let mut reader = MarkupReader::default();
    let mut rest = html;
    while let Some(start) = memchr::memchr(b'<', rest.as_bytes()) {
        reader.writer.push_text(&rest[..start]);
        rest = reader.read_markup(&rest[start..]);
    }
    reader.writer.push_text(rest);
    reader.writer.finish()
}

/// Reads mark-up.
#[derive(Default)]
struct MarkupReader {
    writer: LineWriter,
    /// Elements and comments that are not closed. They are not searched again, so that
    /// the time stays linear, and what follows them is text.
    unclosed: Vec<String>,
}

impl MarkupReader {
    /// Reads the mark-up at the start of `rest`. Returns what follows.
    fn read_markup<'h>(&mut self, rest: &'h str) -> &'h str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = if self.is_unclosed("!--") {
                None
            } else {
                memchr::memmem::find(comment.as_bytes(), b"-->")
            };
            return match end {
                Some(end) => &comment[end + 3..],
                None => {
                    self.unclosed.push("!--".to_owned());
                    comment
                }
            };
        }
        let name_start = if rest.starts_with("</") { 2 } else { 1 };
        let first = rest[name_start..].chars().next();
        let is_tag = first.is_some_and(|c| c.is_ascii_alphabetic() || c == '!' || c == '?');
        if !is_tag {
            self.writer.push_text("<");
            return &rest[1..];
        }
        let Some(end) = tag_end(rest) else {
            // A tag that is cut off.
            return "";
        };
        let inside = &rest[name_start..end];
        let name_end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let name = inside[..name_end].to_ascii_lowercase();
        let after = &rest[end + 1..];
        let is_closing = name_start == 2;
        let is_hidden = !is_closing && HIDDEN.contains(&&*name) && !inside.ends_with('/');
        if is_hidden && !self.is_unclosed(&name) {
            if let Some(rest) = after_element(after, &name) {
                return rest;
            }
            self.unclosed.push(name);
            return after;
        }
        self.writer.take_tag(&name, is_closing);
        after
    }

    fn is_unclosed(&self, name: &str) -> bool {
        self.unclosed.iter().any(|known| known == name)
    }
}

/// Maximum length of a tag whose quotes are read.
const MAX_QUOTED_TAG_BYTES: usize = 4096;

/// The place of the ">" that ends a tag. Attributes in quotes may contain ">".
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, &byte) in tag.as_bytes().iter().take(MAX_QUOTED_TAG_BYTES).enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) if after_equals => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            after_equals = byte == b'=';
        }
    }
    // A quote is not closed, or the tag is long.
    memchr::memchr(b'>', tag.as_bytes())
}

/// What follows the end tag of an element; `None` if it has none.
fn after_element<'h>(after: &'h str, name: &str) -> Option<&'h str> {
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&after.as_bytes()[at..], b"</") {
        at += found + 2;
        let tag = &after.as_bytes()[at..];
        let start = tag.get(..name.len())?;
        let is_end = start.eq_ignore_ascii_case(name.as_bytes());
        if is_end && !tag.get(name.len()).is_some_and(u8::is_ascii_alphanumeric) {
            let end = memchr::memchr(b'>', tag).map_or(after.len(), |end| at + end + 1);
            return Some(&after[end..]);
        }
    }
    None
}

/// Writes lines.
#[derive(Default)]
struct LineWriter {
    out: String,
    line: String,
    /// Number of line ends that are due before the next word.
    breaks: usize,
    /// Whether a blank is due before the next word.
    blank: Option<char>,
    /// Depth of quotations.
    quotes: usize,
    preformatted: usize,
}

impl LineWriter {
    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text: Cow<'_, str> = html_escape::decode_html_entities(text);
        if self.preformatted > 0 {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.end_line(1, true);
                }
                self.push_word(line.trim_end_matches('\r'));
            }
            return;
        }
        let is_blank = |c: char| c.is_ascii_whitespace();
        for (number, word) in text.split(is_blank).enumerate() {
            if number > 0 {
                self.blank = self.blank.or(Some(' '));
            }
            if !word.is_empty() {
                self.push_word(word);
            }
        }
    }

    fn push_word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if !self.line.is_empty() {
            self.line.extend(self.blank);
        }
        self.blank = None;
        self.line += word;
    }

    /// Ends the line. `breaks` line ends are due before the next one; a line that
    /// `counts` is one even if it is empty.
    fn end_line(&mut self, breaks: usize, counts: bool) {
        if !self.line.is_empty() {
            if !self.out.is_empty() {
                self.out.extend(std::iter::repeat_n('\n', self.breaks.max(1)));
            }
            for _ in 0..self.quotes {
                self.out.push('>');
            }
            if self.quotes > 0 {
                self.out.push(' ');
            }
            self.out += &std::mem::take(&mut self.line);
            self.breaks = breaks;
        } else if counts {
            self.breaks = (self.breaks + 1).min(2);
        } else {
            self.breaks = self.breaks.max(breaks);
        }
        self.blank = None;
    }

    fn take_tag(&mut self, name: &str, is_closing: bool) {
        let is_paragraph = PARAGRAPHS.contains(&name);
        match name {
            "br" => self.end_line(1, true),
            "td" | "th" if !is_closing && !self.line.is_empty() => self.blank = Some('\t'),
            _ if is_paragraph || BLOCKS.contains(&name) => {
                self.end_line(if is_paragraph { 2 } else { 1 }, false);
            }
            _ => {}
        }
        let change = |depth: usize| match is_closing {
            true => depth.saturating_sub(1),
            false => (depth + 1).min(MAX_QUOTES),
        };
        match name {
            "blockquote" => self.quotes = change(self.quotes),
            "pre" => self.preformatted = change(self.preformatted),
            _ => {}
        }
    }

    fn finish(mut self) -> String {
        self.end_line(1, false);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines() {
        let cases = [
            (
                "<html><head><title>x</title></head><body><p>One.</p><p>Two.</p></body>",
                "One.\n\nTwo.",
            ),
            ("One<br>two<br/>three", "One\ntwo\nthree"),
            ("One<br><br>two", "One\n\ntwo"),
            ("<div>One</div><div>two</div>", "One\ntwo"),
            ("a <b>bold</b>ly  \n put", "a boldly put"),
            (
                "<table><tr><td>Name</td><td>Place</td></tr><tr><td>A</td><td>B</td></tr></table>",
                "Name\tPlace\nA\tB",
            ),
            (
                "Yes<blockquote>old<br>words<blockquote>older</blockquote></blockquote>new",
                "Yes\n\n> old\n> words\n\n>> older\n\nnew",
            ),
            (
                "caf&eacute; &amp; &#8220;bar&#x201D; &unknown; 1 < 2",
                "café & “bar” &unknown; 1 < 2",
            ),
            ("<style>p { color: red }</style>a<script>if (a < b) {}</script>b", "ab"),
            ("a<!-- <p>no</p> -->b", "ab"),
            ("<a href=\"x>y\" title='z'>link</a>", "link"),
            ("<pre>one\n  two</pre>three", "one\n  two\n\nthree"),
            ("<ul><li>one<li>two</ul>", "one\ntwo"),
            ("<p>cut off <b", "cut off"),
            ("<head><meta x><body>no end of the head", "no end of the head"),
            ("", ""),
        ];
        for (html, expected) in cases {
            assert_eq!(html_to_text(html), expected, "{html}");
        }
    }

    #[test]
    fn documents_declare_their_charset() {
        let cases = [
            (
                "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-1\">",
                Some("iso-8859-1"),
            ),
            ("<META CHARSET='koi8-r'>", Some("koi8-r")),
            ("<?xml version=\"1.0\" encoding=\"latin1\"?>", Some("latin1")),
            ("<p>charset is a word", None),
        ];
        for (html, expected) in cases {
            assert_eq!(declared_charset(html.as_bytes()).as_deref(), expected, "{html}");
        }
    }
}
