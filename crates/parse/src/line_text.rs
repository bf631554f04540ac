//! The line text: the first of two passes from characters to document text.
//!
//! Telegrams were wrapped, paged and stamped by machines. [`lay_out_lines`]
//! undoes the paging: it replaces each line break and the white space around it
//! by one `\n` (two if blank lines follow), and removes page lines and repeated
//! page headers. The header-field finders run on the result. The second pass
//! ([`crate::reflow`]) replaces each `\n` that wrapping left by a space. It
//! replaces byte for byte, so all spans stay valid.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use chancery_model::{Page, PageLine, RunKind, Text, TextSpan, joins_compound};
use memchr::memchr3_iter;
use memchr::memmem::Finder;

use crate::line_patterns::ends_sentence;
use crate::{message_attributes, quotations, running_lines, stamps, traffic};
use chancery_fields::page_line;

/// The line text, with the lines and columns found while building it.
#[derive(Debug, Default)]
pub struct LineText {
    /// Trimmed lines, separated by `\n`, or by `\n\n` in place of blank lines.
    pub text: Text,
    /// Its lines, none of them empty.
    pub lines: Vec<TextLine>,
    /// The lines that were removed.
    pub page_lines: Vec<PageLine>,
    /// The lines of the columns before the text, if the file consists of rows
    /// of a database dump.
    pub columns: Vec<TextSpan>,
    /// How many of `columns` belong to the first row.
    pub first_row: usize,
    /// The id of the document that a stamp of the release states.
    pub release_id: Option<String>,
    /// The posts and serials that the page lines state, each once.
    pub page_posts: Vec<(String, String)>,
    /// The sections that the page lines state, each with the number of sections.
    pub page_sections: BTreeSet<(u8, u8)>,
    /// Where its pages begin, if the file has pages.
    pub pages: Vec<Page>,
}

/// A line of the line text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLine {
    /// Its words, without the line end.
    pub span: TextSpan,
    /// Width of the white space before it (a tab counts as eight).
    pub indent: u16,
    /// Whether blank lines precede it.
    pub after_blank: bool,
    /// Whether a letter quotes it.
    pub is_quoted: bool,
}

/// Builds the line text of `flat`, the characters of a file without markup.
pub fn lay_out_lines(flat: &Text) -> LineText {
    lay_out_pages(flat, flat.len(), false, None)
}

/// Builds the line text of `flat` up to the byte `text_end`. The lines after it are data
/// and no text; they are removed as page lines are. The marks of quotation of a letter
/// are removed. `first_page` is the number of the page at the start of `flat`, if the file
/// has pages. A form feed ends a page.
pub(crate) fn lay_out_pages(
    flat: &Text,
    text_end: usize,
    is_letter: bool,
    first_page: Option<u32>,
) -> LineText {
    let string = flat.as_str();
    let mut layout = LineLayout::new(flat);
    (layout.text_end, layout.is_letter) = (text_end, is_letter);
    if let Some(number) = first_page {
        layout.page = Some(number);
        layout.running_lines = running_lines::find_running_lines(string);
    }
    let mut start = 0;
    for end in memchr3_iter(b'\n', b'\r', 0x0C, string.as_bytes()) {
        if end < start {
            continue;
        }
        if string.as_bytes()[end] == 0x0C {
            layout.end_page(start..end);
            start = end + 1;
            continue;
        }
        layout.add_line(start..end);
        // "\r\n", and the "\r\r\n" of files converted twice, are one line break.
        let whole = match &string.as_bytes()[end..] {
            [b'\r', b'\r', b'\n', ..] => 3,
            [b'\r', b'\n', ..] => 2,
            _ => 1,
        };
        start = end + whole;
    }
    layout.add_line(start..string.len());
    layout.into_line_text()
}

/// Whether a character is white space or an invisible control character.
fn is_blank(c: char) -> bool {
    c <= ' ' || c == '\x7F' || c.is_whitespace()
}

/// Number of lines from which on a mark before each line quotes a whole text.
const MIN_QUOTED_LINES: usize = 3;

/// Length in bytes from which on a paragraph may go on after a line at the end of a page,
/// although a sentence ends there.
const MIN_FULL_LINE: usize = 40;

/// Whether a text is quoted whole, as in a letter: "> " before each line.
pub(crate) fn is_quoted(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    text.trim_start().starts_with('>')
        && lines.clone().all(|line| line.starts_with('>'))
        && lines.count() >= MIN_QUOTED_LINES
}

struct LineLayout<'a> {
    flat: &'a Text,
    /// Whether each line begins with a mark of quotation.
    is_quoted: bool,
    /// Whether the text is a letter, and the number of marks of quotation before the last
    /// line.
    is_letter: bool,
    quotation_depth: usize,
    /// End of the text in `flat`; data follows.
    text_end: usize,
    line_text: LineText,
    /// End of the last line in `flat`.
    last_end: usize,
    /// Number of blank lines since the last line.
    blanks: usize,
    /// Whether a page line was removed since the last line.
    after_page_line: bool,
    /// The number of this page, if the file has pages.
    page: Option<u32>,
    /// Whether a page began since the last line.
    begins_page: bool,
    /// Where lines start that stand on most pages.
    running_lines: HashSet<usize>,
    /// Number of columns still expected in this row of a database dump.
    columns_left: usize,
    /// Whether the file is a database dump, which escapes line breaks with a
    /// backslash.
    is_dump: bool,
    /// Lines such as "CONFIDENTIAL", and the number of blank lines before
    /// each. They are removed if a page line comes next.
    held_headers: Vec<(Range<usize>, usize)>,
    /// Whether the last line may continue after a stray caption. `None` until
    /// a caption follows the line.
    continues_after_caption: Option<bool>,
}

impl<'a> LineLayout<'a> {
    fn new(flat: &'a Text) -> Self {
        Self {
            flat,
            is_quoted: is_quoted(flat.as_str()),
            is_letter: false,
            quotation_depth: 0,
            text_end: flat.len(),
            line_text: LineText::default(),
            last_end: 0,
            blanks: 0,
            after_page_line: false,
            page: None,
            begins_page: false,
            running_lines: HashSet::new(),
            columns_left: 0,
            is_dump: false,
            held_headers: Vec::new(),
            continues_after_caption: None,
        }
    }

    /// Adds `flat[line]`, a line without its line break.
    fn add_line(&mut self, mut line: Range<usize>) {
        if self.is_letter {
            let (depth, length) = quotations::quotation_marks(&self.flat.as_str()[line.clone()]);
            line.start += length;
            if depth != self.quotation_depth && self.trimmed_range(line.clone()).is_some() {
                // Other words begin.
                self.blanks += 1;
                self.quotation_depth = depth;
            }
        }
        if self.columns_left == 0
            && let Some(columns) = count_dump_columns(&self.flat.as_str()[line.clone()])
        {
            (self.is_dump, self.columns_left) = (true, columns);
            self.blanks += 1;
        }
        while self.columns_left > 0 {
            let Some(tab) = self.flat.as_str()[line.clone()].find('\t') else { break };
            self.add_words(line.start..line.start + tab);
            self.columns_left -= 1;
            self.blanks += 1;
            line.start += tab + 1;
            if self.columns_left == 0 && self.line_text.first_row == 0 {
                self.line_text.first_row = self.line_text.columns.len();
            }
        }
        self.add_words(line);
    }

    /// Adds the last line of a page, if there is one.
    fn end_page(&mut self, line: Range<usize>) {
        if self.trimmed_range(line.clone()).is_some() {
            self.add_line(line);
        }
        self.page = self.page.map(|number| number.saturating_add(1));
        self.begins_page = true;
    }

    /// Adds a line, or one column of a dump.
    fn add_words(&mut self, line: Range<usize>) {
        let Some(words) = self.trimmed_range(line.clone()) else {
            self.blanks += 1;
            return;
        };
        let string = &self.flat.as_str()[words.clone()];
        let paged = may_hold_page_line(string);
        if words.start < self.text_end && paged && page_line::is_page_line(string) {
            self.record_stated(string);
            self.remove_held_headers();
            self.record_removed(words);
            self.after_page_line = true;
        } else if let Some(stamp) =
            stamps::read_stamp(string).filter(|_| words.start < self.text_end)
        {
            self.line_text.release_id = self.line_text.release_id.take().or(stamp.id);
            self.remove_held_headers();
            self.record_removed(words);
            self.after_page_line = true;
        } else if self.running_lines.contains(&words.start) {
            self.remove_held_headers();
            self.record_removed(words);
            self.begins_page = true;
        } else if self.is_page_header(string) {
            if self.after_page_line {
                self.record_removed(words);
            } else {
                self.held_headers.push((words, std::mem::take(&mut self.blanks)));
            }
        } else if self.is_data(string, &words) {
            self.remove_held_headers();
            self.record_removed(words);
            self.blanks += 1;
        } else if self.is_stray_caption(&words) {
            self.record_removed(words);
            self.after_page_line = true;
        } else {
            self.restore_held_headers();
            self.push_line(words, self.count_indent(line), paged);
        }
    }

    /// Records what a page line states: post and serial, and the section.
    fn record_stated(&mut self, line: &str) {
        self.line_text.page_sections.extend(page_line::section_of_page_line(line));
        if let Some((post, serial)) = page_line::post_and_serial_of_page_line(line) {
            let post = post.split_whitespace().collect::<Vec<_>>().join(" ");
            let found = (post, serial.trim_start_matches('0').to_owned());
            let posts = &mut self.line_text.page_posts;
            if !posts.contains(&found) {
                posts.push(found);
            }
        }
    }

    /// Whether a line is data about the text: an end mark, a heading of the archive, or
    /// one of its attributes.
    fn is_data(&self, line: &str, words: &Range<usize>) -> bool {
        words.start >= self.text_end
            || traffic::is_end_mark(line)
            || message_attributes::is_text_heading(self.flat.as_str(), words)
    }

    /// Whether `line` may be the classification printed at the top and bottom
    /// of every page. The first one is the telegram's heading.
    fn is_page_header(&self, line: &str) -> bool {
        const HEADERS: [&str; 11] = [
            "UNCLASSIFIED",
            "SBU",
            "SENSITIVE BUT UNCLASSIFIED",
            "UNCLASSIFIED//FOUO",
            "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
            "LIMITED OFFICIAL USE",
            "RESTRICTED",
            "CONFIDENTIAL",
            "SECRET",
            "TOP SECRET",
            "SENSITIVE",
        ];
        HEADERS.contains(&line) && !self.line_text.lines.is_empty()
    }

    /// Whether `flat[words]` is a caption in the middle of a sentence. A relay
    /// inserted such captions.
    fn is_stray_caption(&mut self, words: &Range<usize>) -> bool {
        self.flat.as_str()[words.clone()].eq_ignore_ascii_case("SIPDIS")
            && *self.continues_after_caption.get_or_insert_with(|| {
                self.line_text.lines.last().is_some_and(|last| {
                    let last = &self.line_text.text[last.span];
                    last.contains(char::is_lowercase) && !ends_sentence(last)
                })
            })
    }

    fn trimmed_range(&self, line: Range<usize>) -> Option<Range<usize>> {
        let string = &self.flat.as_str()[line.clone()];
        let marked = |c| is_blank(c) || (self.is_quoted && c == '>');
        let start = line.end - string.trim_start_matches(marked).len();
        let escaped = |c| is_blank(c) || (self.is_dump && c == '\\');
        let end = line.start + string.trim_end_matches(escaped).len();
        (start < end).then_some(start..end)
    }

    fn count_indent(&self, line: Range<usize>) -> u16 {
        let blanks = self.flat.as_str()[line].bytes().take_while(u8::is_ascii_whitespace);
        blanks.map(|byte| if byte == b'\t' { 8 } else { 1 }).fold(0, u16::saturating_add)
    }

    fn record_removed(&mut self, line: Range<usize>) {
        let raw = self.flat.to_raw_span(TextSpan::from_range(line));
        let at = self.line_text.text.whole_span().end;
        self.line_text.page_lines.push(PageLine { raw, offset: at });
    }

    /// Adds the held lines to the text, because no page line followed.
    fn restore_held_headers(&mut self) {
        for (header, before) in std::mem::take(&mut self.held_headers) {
            let after = std::mem::replace(&mut self.blanks, before);
            self.push_line(header, 0, false);
            self.blanks = after;
        }
    }

    /// Removes the held lines, because they are page headers.
    fn remove_held_headers(&mut self) {
        for (header, before) in std::mem::take(&mut self.held_headers) {
            self.record_removed(header);
            self.blanks += before;
        }
    }

    /// Ends the text. Held lines at the end of a paged file are the header of
    /// its last page. So is a line that repeats the first line of the text.
    fn into_line_text(mut self) -> LineText {
        let first = self.line_text.lines.first().map(|line| &self.line_text.text[line.span]);
        let repeats_first = |(line, _): &(Range<usize>, usize)| {
            first.is_some_and(|first| &self.flat.as_str()[line.clone()] == first)
        };
        if self.line_text.page_lines.is_empty() && !self.held_headers.iter().all(repeats_first) {
            self.restore_held_headers();
        }
        self.remove_held_headers();
        self.line_text
    }

    /// Adds a line to the text. If `paged` is true, page lines are cut out of it.
    fn push_line(&mut self, mut words: Range<usize>, indent: u16, paged: bool) {
        let pages = if paged {
            page_line::find_page_lines(self.flat.as_str(), TextSpan::from_range(words.clone()))
        } else {
            Vec::new()
        };

        let after_blank = self.is_block_break(&self.flat.as_str()[words.clone()]);
        if !self.line_text.lines.is_empty() {
            let gap = self.last_end..words.start;
            let sign = if after_blank { "\n\n" } else { "\n" };
            let raw = self.flat.to_raw_span(TextSpan::from_range(gap.clone()));
            let is_same = &self.flat.as_str()[gap.clone()] == sign;
            if is_same && raw.len() as usize == sign.len() {
                // A clean file needs one run for all of its lines.
                self.line_text.text.push_part(self.flat, gap);
            } else {
                self.line_text.text.push_run(sign, raw.byte_range(), RunKind::Joined);
            }
        }
        let start = self.line_text.text.len();
        self.record_page(start as u32);
        for page in pages {
            let line = &self.flat.as_str()[page.byte_range()];
            self.line_text.page_sections.extend(page_line::section_of_page_line(line));
            self.cut_out_page_line(&mut words, page, start);
        }
        self.last_end = words.end;
        self.line_text.text.push_part(self.flat, words);
        let span = TextSpan::from_range(start..self.line_text.text.len());
        let is_quoted = self.quotation_depth > 0;
        self.line_text.lines.push(TextLine { span, indent, after_blank, is_quoted });
        self.continues_after_caption = None;
        if self.columns_left > 0 {
            self.line_text.columns.push(span);
        }
        self.blanks = 0;
        self.after_page_line = false;
        self.begins_page = false;
    }

    /// Records that this page begins at `offset`, if no line of it came before.
    fn record_page(&mut self, offset: u32) {
        let pages = &mut self.line_text.pages;
        if let Some(number) = self.page
            && pages.last().is_none_or(|last| last.number < number)
        {
            pages.push(Page { number, offset, reader: None, quality: None });
        }
    }

    /// Copies the words before `page`, a page line inside `words`, and shrinks
    /// `words` to those after it. The line starts at byte `start` of the text.
    fn cut_out_page_line(&mut self, words: &mut Range<usize>, page: TextSpan, start: usize) {
        let string = self.flat.as_str();
        // A control character is blank here but may be a word to the page-line
        // finder. The previous cut may then overlap this one.
        let begin = words.start.max(page.start as usize);
        let before = string[words.start..begin].trim_end_matches(is_blank).len();
        let after = string[page.end as usize..words.end].trim_start_matches(is_blank).len();
        let hole = words.start + before..words.end - after;
        self.line_text.text.push_part(self.flat, words.start..hole.start);
        if self.line_text.text.len() > start && hole.end < words.end {
            let raw = self.flat.to_raw_span(TextSpan::from_range(hole.clone()));
            self.line_text.text.push_run(" ", raw.byte_range(), RunKind::Joined);
        }
        self.record_removed(begin..page.end as usize);
        words.start = hole.end;
    }

    /// Whether the gap between the last line and `next` separates blocks.
    ///
    /// A page line is followed by up to three blank lines. So after one, blank
    /// lines separate blocks only if there are more than three and a sentence
    /// ended.
    ///
    /// A paragraph may go on over the end of a page.
    fn is_block_break(&self, next: &str) -> bool {
        if !self.after_page_line && !self.begins_page {
            return self.blanks > 0;
        }
        let Some(last) = self.line_text.lines.last() else { return false };
        let last = &self.line_text.text[last.span];
        let ended = last
            .trim_end_matches(['"', '\'', '”', '’', ')', ']'])
            .ends_with(['.', '!', '?', ':', '-']);
        if !self.after_page_line {
            // Whether a full line ends a paragraph follows later from the width of the lines.
            let is_full = last.len() >= MIN_FULL_LINE && last.contains(char::is_lowercase);
            let is_divided = last.ends_with(|c| c == '\u{ad}' || joins_compound(c));
            let goes_on = next.starts_with(char::is_lowercase) && (!ended || is_divided)
                || is_full && next.contains(char::is_lowercase);
            return !goes_on;
        }
        self.blanks > 3 && ended && !next.starts_with(char::is_lowercase)
    }
}

/// The number of columns before the text if `line` begins a row of a database
/// dump. Telegrams were once distributed as such a dump. Its columns are
/// number (optional), time, id, post, classification, references, transmission
/// header, text.
fn count_dump_columns(line: &str) -> Option<usize> {
    const TIME: &[u8] = b"0000-00-00 00:00:00\t";
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    let (columns, row) = match line.as_bytes().get(number) {
        Some(b'\t') => (7, &line[number + 1..]),
        _ => (6, line),
    };
    let fits = std::iter::zip(TIME, row.as_bytes()).all(|(form, byte)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => form == byte,
    });
    (fits && row.len() > TIME.len()).then_some(columns)
}

/// Whether `line` contains "2 OF 0", "2 of 0" or "PAGE 0", as page lines do. This cheap
/// test rules out nearly all lines.
fn may_hold_page_line(line: &str) -> bool {
    static OF: LazyLock<Finder> = LazyLock::new(|| Finder::new(" OF "));
    static SMALL_OF: LazyLock<Finder> = LazyLock::new(|| Finder::new(" of "));
    static PAGE: LazyLock<Finder> = LazyLock::new(|| Finder::new("PAGE "));
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let numbered = |at: usize| at > 0 && digit(at - 1) && digit(at + " OF ".len());
    OF.find_iter(bytes).chain(SMALL_OF.find_iter(bytes)).any(numbered)
        || PAGE.find_iter(bytes).any(|at| digit(at + "PAGE ".len()))
}

/// The offset in `text` of the first character from raw byte `raw` on.
pub(crate) fn text_offset_of_raw(text: &Text, raw: u32) -> u32 {
    let runs = text.offset_map().runs();
    let index = runs.partition_point(|run| run.raw.end <= raw);
    let Some(run) = runs.get(index) else { return text.whole_span().end };
    match run.kind {
        RunKind::Copied => run.text.start + raw.saturating_sub(run.raw.start),
        RunKind::Decoded | RunKind::Joined => run.text.start,
    }
}
