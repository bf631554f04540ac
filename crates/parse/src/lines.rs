//! The line text: the first of two passes from characters to reading text.
//!
//! Telegrams were wrapped, paged and stamped by machines. [`lay`] undoes the
//! paging: every line end with the blanks around it becomes one `\n`, blank
//! lines become one more, page lines and repeated page headers are taken out.
//! The header-field finders run on the result. The second pass
//! ([`crate::reflow`]) turns the `\n` that wrapping left into blanks, byte
//! for byte, so that every span found here stays valid there.

use std::ops::Range;

use chancery_model::{PageLine, RunKind, Text, TextSpan};
use memchr::memchr3_iter;

use crate::field::page_line::is_page_line;

/// The line text and what was seen while it was laid out.
#[derive(Debug, Default)]
pub struct LineText {
    /// Lines without blanks around them, parted by `\n`, or by `\n\n` where
    /// blank lines stood.
    pub text: Text,
    /// Its lines, none of them empty.
    pub lines: Vec<Line>,
    /// What was taken out.
    pub page_lines: Vec<PageLine>,
}

/// A line of the line text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its words, without the line end.
    pub span: TextSpan,
    /// Blanks that stood before it (a tab counts eight).
    pub indent: u16,
    /// Whether blank lines stood before it.
    pub after_blank: bool,
}

/// Lays out `flat`: the characters of a file, mark-up gone.
pub fn lay(flat: &Text) -> LineText {
    let mut layout = Layout::new(flat);
    let string = flat.as_str();
    let mut start = 0;
    for end in memchr3_iter(b'\n', b'\r', 0x0C, string.as_bytes()) {
        if end < start {
            continue;
        }
        layout.line(start..end);
        // "\r\n" and the "\r\r\n" of twice converted files are one line end.
        let bytes = &string.as_bytes()[end..];
        let returns = bytes.iter().take_while(|&&byte| byte == b'\r').count();
        let whole = if bytes.get(returns) == Some(&b'\n') { returns + 1 } else { 1 };
        start = end + whole;
    }
    layout.line(start..string.len());
    layout.release();
    layout.done
}

/// White space, and control characters that mean nothing to a reader.
fn is_blank(c: char) -> bool {
    c <= ' ' || c == '\x7F' || c.is_whitespace()
}

struct Layout<'a> {
    flat: &'a Text,
    /// Index of the run of `flat` in which the last piece ended.
    run: usize,
    done: LineText,
    /// Where in `flat` the last line ended.
    last_end: usize,
    /// Blank lines seen since the last line.
    blanks: usize,
    /// Whether a page line was taken out since the last line.
    paged: bool,
    /// A line such as "CONFIDENTIAL" and the blank lines before it: taken out
    /// if a page line comes next.
    held: Option<(Range<usize>, usize)>,
}

impl<'a> Layout<'a> {
    fn new(flat: &'a Text) -> Self {
        Self {
            flat,
            run: 0,
            done: LineText::default(),
            last_end: 0,
            blanks: 0,
            paged: false,
            held: None,
        }
    }

    /// Takes in `flat[line]`, a line without its line end.
    fn line(&mut self, line: Range<usize>) {
        let Some(words) = self.trimmed(line.clone()) else {
            self.blanks += 1;
            return;
        };
        let string = &self.flat.as_str()[words.clone()];
        if is_page_line(string) {
            if let Some((header, _)) = self.held.take() {
                self.take_out(header);
            }
            self.take_out(words);
            self.paged = true;
        } else if is_page_header(string) && !self.done.lines.is_empty() {
            if self.paged {
                self.take_out(words);
            } else {
                self.release();
                self.held = Some((words, self.blanks));
            }
        } else {
            self.release();
            self.push(words, self.indent(line));
        }
    }

    fn trimmed(&self, line: Range<usize>) -> Option<Range<usize>> {
        let string = &self.flat.as_str()[line.clone()];
        let start = line.end - string.trim_start_matches(is_blank).len();
        let end = line.start + string.trim_end_matches(is_blank).len();
        (start < end).then_some(start..end)
    }

    fn indent(&self, line: Range<usize>) -> u16 {
        let blanks = self.flat.as_str()[line].bytes().take_while(u8::is_ascii_whitespace);
        blanks.map(|byte| if byte == b'\t' { 8 } else { 1 }).fold(0, u16::saturating_add)
    }

    fn take_out(&mut self, line: Range<usize>) {
        let raw = self.flat.to_raw(TextSpan::from_range(line));
        let at = self.done.text.span().end;
        self.done.page_lines.push(PageLine { raw, at });
    }

    /// Keeps the held line: no page line came.
    fn release(&mut self) {
        if let Some((header, blanks)) = self.held.take() {
            let after = std::mem::replace(&mut self.blanks, blanks);
            self.push(header, 0);
            self.blanks = after - blanks;
        }
    }

    /// Adds a line of the text.
    fn push(&mut self, words: Range<usize>, indent: u16) {
        let after_blank = self.parts(&self.flat.as_str()[words.clone()]);
        if !self.done.lines.is_empty() {
            let gap = self.flat.to_raw(TextSpan::from_range(self.last_end..words.start));
            let sign = if after_blank { "\n\n" } else { "\n" };
            self.done.text.push(sign, gap.range(), RunKind::Joined);
        }
        let start = self.done.text.len();
        self.last_end = words.end;
        self.copy(words);
        let span = TextSpan::from_range(start..self.done.text.len());
        self.done.lines.push(Line { span, indent, after_blank });
        self.blanks = 0;
        self.paged = false;
    }

    /// Whether what stands between the last line and `next` parts them.
    ///
    /// A page line brings three blank lines of its own, so fewer say nothing,
    /// and more do only where a sentence ended.
    fn parts(&self, next: &str) -> bool {
        if !self.paged {
            return self.blanks > 0;
        }
        let Some(last) = self.done.lines.last() else { return false };
        let ended = self.done.text[last.span]
            .trim_end_matches(['"', '\'', '”', '’', ')', ']'])
            .ends_with(['.', '!', '?', ':', '-']);
        self.blanks > 3 && ended && !next.starts_with(char::is_lowercase)
    }

    /// Copies `flat[words]` run by run.
    fn copy(&mut self, words: Range<usize>) {
        let runs = self.flat.map().runs();
        let (mut at, end) = (words.start, words.end);
        while at < end {
            while runs[self.run].text.end as usize <= at {
                self.run += 1;
            }
            let run = runs[self.run];
            let stop = end.min(run.text.end as usize);
            let raw = match run.kind {
                RunKind::Copied => {
                    let from = run.raw.start as usize + at - run.text.start as usize;
                    from..from + stop - at
                }
                RunKind::Decoded | RunKind::Joined => run.raw.range(),
            };
            self.done.text.push(&self.flat.as_str()[at..stop], raw, run.kind);
            at = stop;
        }
    }
}

/// Whether `line` is printed over and under every page of a classified
/// telegram.
fn is_page_header(line: &str) -> bool {
    const HEADERS: [&str; 6] = [
        "UNCLASSIFIED",
        "LIMITED OFFICIAL USE",
        "CONFIDENTIAL",
        "SECRET",
        "TOP SECRET",
        "SENSITIVE",
    ];
    HEADERS.contains(&line)
}

/// Where in `text` the bytes of the file from `raw` on begin to show.
pub(crate) fn text_at(text: &Text, raw: u32) -> u32 {
    let runs = text.map().runs();
    let index = runs.partition_point(|run| run.raw.end <= raw);
    let Some(run) = runs.get(index) else { return text.span().end };
    match run.kind {
        RunKind::Copied => run.text.start + raw.saturating_sub(run.raw.start),
        RunKind::Decoded | RunKind::Joined => run.text.start,
    }
}
