//! Extracts the text of RTF: skips control words and decodes characters.
//!
//! It is written here because the existing RTF crates build trees, panic on
//! damaged files or are unmaintained. Specification: Rich Text Format 1.9.1
//! (Microsoft, 2008).
//!
//! A group may have a destination ([`Destination`]): the headers of pages come before
//! the text, notes, comments and footers after it.

mod code_pages;

use code_pages::FontTable;

use crate::UnpackError;
use crate::charset::Decoder;
use crate::extracted_text::{ExtractedText, ExtractionRemark};

/// Maximum nesting depth of groups. Deeper nesting is an error.
const MAX_GROUP_DEPTH: usize = 1000;

/// Groups that contain no text of the document.
const HIDDEN_GROUPS: [&str; 20] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "listtable",
    "listoverridetable",
    "themedata",
    "datastore",
    "filetbl",
    "revtbl",
    "xe",
    "rxe",
    "txe",
    "tc",
    // Groups for programs that know less, with the text that others have as well.
    "shprslt",
    "nonshppict",
    "upr",
    "mmathPict",
];

/// Groups of text in a hidden group.
const SHOWN_GROUPS: [&str; 3] = ["shptxt", "result", "ud"];

/// Where the text of a group goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    Body,
    Headers,
    Footers,
    /// A footnote or endnote, or a comment: its place in the list.
    Note(usize),
    Author,
    FontTable,
    Nowhere,
}

/// The state of an RTF group.
#[derive(Clone, Copy)]
struct RtfGroup {
    destination: Destination,
    /// The number of fallback characters after `\u`, for readers that do not
    /// support it.
    fallback: usize,
    decode: Decoder,
    is_hidden: bool,
    is_deleted: bool,
}

/// The text of an RTF file.
pub(crate) fn extract_rtf_text(bytes: &[u8]) -> Result<ExtractedText, UnpackError> {
    let mut reader = RtfReader::new(bytes);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' if reader.groups.len() > MAX_GROUP_DEPTH => {
                return Err(UnpackError::NestedGroups(at));
            }
            b'{' => reader.open_group(),
            b'}' => reader.close_group(),
            b'\\' => {
                let (word, number, next) = parse_control_word(bytes, at);
                at = next;
                reader.take_word(word, number);
                if word == "bin" {
                    at = at.saturating_add(number.unwrap_or(0).max(0) as usize);
                }
            }
            b'\r' | b'\n' => {}
            byte => reader.take_byte(byte),
        }
    }
    Ok(reader.finish())
}

/// A footnote or a comment.
struct Note {
    mark: String,
    text: String,
}

struct RtfReader {
    body: String,
    headers: String,
    footers: String,
    notes: Vec<Note>,
    author: String,
    footnotes: usize,
    groups: Vec<RtfGroup>,
    fonts: FontTable,
    /// Bytes that are not yet decoded, because some characters have two.
    pending: Vec<u8>,
    /// Number of fallback characters to skip.
    skip: usize,
    /// The first half of a pair of UTF-16.
    high_half: Option<u16>,
    hidden: usize,
    deleted: usize,
}

impl RtfReader {
    fn new(bytes: &[u8]) -> Self {
        let fonts = FontTable::default();
        let group = RtfGroup {
            destination: Destination::Body,
            fallback: 1,
            decode: fonts.decoder_of(None),
            is_hidden: false,
            is_deleted: false,
        };
        Self {
            body: String::with_capacity(bytes.len() / 2),
            headers: String::new(),
            footers: String::new(),
            notes: Vec::new(),
            author: String::new(),
            footnotes: 0,
            groups: vec![group],
            fonts,
            pending: Vec::new(),
            skip: 0,
            high_half: None,
            hidden: 0,
            deleted: 0,
        }
    }

    fn group(&mut self) -> &mut RtfGroup {
        self.groups.last_mut().expect("the outermost group is never closed")
    }

    fn open_group(&mut self) {
        self.flush();
        let group = *self.group();
        self.groups.push(group);
        self.skip = 0;
    }

    fn close_group(&mut self) {
        self.flush();
        if self.groups.len() > 1 {
            self.groups.pop();
        }
        self.skip = 0;
    }

    /// Takes a byte of text.
    fn take_byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.group().destination == Destination::FontTable {
            self.fonts.end_font(byte);
        } else {
            self.pending.push(byte);
        }
    }

    fn take_word(&mut self, word: &str, number: Option<i32>) {
        if self.group().destination == Destination::FontTable && self.fonts.take_word(word, number)
        {
            return;
        }
        match word {
            "'" if self.skip > 0 => self.skip -= 1,
            "'" => self.pending.extend(number.map(|code| code as u8)),
            "u" => {
                self.flush();
                self.push_unit(number.unwrap_or(0) as u16);
                self.skip = self.group().fallback;
            }
            "\\" | "{" | "}" | "~" | "_" if self.skip > 0 => self.skip -= 1,
            _ => {
                self.flush();
                match character_of(word) {
                    Some(c) => self.push_text(c.encode_utf8(&mut [0; 4])),
                    None => self.take_state(word, number),
                }
            }
        }
    }

    /// A word that says how the text goes on.
    fn take_state(&mut self, word: &str, number: Option<i32>) {
        let is_on = number != Some(0);
        match word {
            "*" => self.group().destination = Destination::Nowhere,
            "fonttbl" => self.group().destination = Destination::FontTable,
            "header" | "headerl" | "headerr" | "headerf" => {
                self.group().destination = Destination::Headers;
            }
            "footer" | "footerl" | "footerr" | "footerf" => {
                self.group().destination = Destination::Footers;
            }
            "footnote" => self.start_note(true),
            "annotation" => self.start_note(false),
            "atnauthor" => {
                self.author.clear();
                self.group().destination = Destination::Author;
            }
            word if HIDDEN_GROUPS.contains(&word) => {
                self.group().destination = Destination::Nowhere;
            }
            word if SHOWN_GROUPS.contains(&word) => {
                self.group().destination = Destination::Body;
                if word == "shptxt" {
                    self.push_text("\n");
                }
            }
            "ansicpg" | "ansi" | "mac" | "pc" | "pca" => {
                self.fonts.set_code_page(word, number);
                let decode = self.fonts.decoder_of(None);
                self.groups.iter_mut().for_each(|group| group.decode = decode);
            }
            "deff" => self.fonts.default = number,
            "f" => {
                let decode = self.fonts.decoder_of(number);
                self.group().decode = decode;
            }
            "plain" => {
                let decode = self.fonts.decoder_of(self.fonts.default);
                let group = self.group();
                (group.is_hidden, group.is_deleted, group.decode) = (false, false, decode);
            }
            "v" => self.group().is_hidden = is_on,
            "deleted" => self.group().is_deleted = is_on,
            "uc" => self.group().fallback = number.unwrap_or(1).clamp(0, 16) as usize,
            _ => {}
        }
    }

    fn start_note(&mut self, is_footnote: bool) {
        let mark = if is_footnote {
            self.footnotes += 1;
            let mark = format!("[{}]", self.footnotes);
            self.push_text(&mark);
            mark
        } else {
            // An author is said once, before the comment.
            match std::mem::take(&mut self.author).trim() {
                "" => "Comment:".to_owned(),
                author => format!("Comment by {author}:"),
            }
        };
        let group = self.group();
        // A deleted note stays where it is deleted.
        if group.destination != Destination::Nowhere || !is_footnote {
            let number = self.notes.len();
            self.notes.push(Note { mark, text: String::new() });
            self.group().destination = Destination::Note(number);
        }
    }

    /// Adds a unit of UTF-16.
    fn push_unit(&mut self, unit: u16) {
        let high = self.high_half.take();
        let c = match (high, unit) {
            (_, 0xD800..=0xDBFF) => {
                self.high_half = Some(unit);
                return;
            }
            (Some(high), 0xDC00..=0xDFFF) => char::decode_utf16([high, unit]).next(),
            (_, unit) => char::decode_utf16([unit]).next(),
        };
        let c = c.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.push_text(c.encode_utf8(&mut [0; 4]));
    }

    /// Decodes the bytes that are pending.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let text = (self.group().decode)(&bytes);
        self.push_text(&text);
    }

    fn push_text(&mut self, text: &str) {
        let RtfGroup { destination, is_hidden, is_deleted, .. } = *self.group();
        let target = match destination {
            Destination::Nowhere | Destination::FontTable => return,
            _ if is_deleted || is_hidden => {
                if !text.trim().is_empty() {
                    self.deleted += usize::from(is_deleted);
                    self.hidden += usize::from(!is_deleted);
                }
                return;
            }
            Destination::Body => &mut self.body,
            Destination::Headers => &mut self.headers,
            Destination::Footers => &mut self.footers,
            Destination::Author => &mut self.author,
            Destination::Note(number) => match self.notes.get_mut(number) {
                Some(note) => &mut note.text,
                None => return,
            },
        };
        target.push_str(text);
    }

    /// The headers of pages, the text, its notes and comments, and the footers.
    fn finish(mut self) -> ExtractedText {
        self.flush();
        let mut text = String::new();
        let mut add = |part: &str| {
            let part = part.trim();
            if !part.is_empty() {
                text += part;
                text += "\n\n";
            }
        };
        add(&self.headers);
        add(&self.body);
        for Note { mark, text } in &self.notes {
            add(&format!("{mark} {}", text.trim()));
        }
        add(&self.footers);
        let mut text = ExtractedText::whole(text);
        if self.deleted > 0 {
            text.remark(ExtractionRemark::DeletedText(self.deleted));
        }
        if self.hidden > 0 {
            text.remark(ExtractionRemark::HiddenText(self.hidden));
        }
        text
    }
}

/// Parses the control word or symbol at `at`. Returns the word, its number and
/// the offset after it.
fn parse_control_word(bytes: &[u8], at: usize) -> (&str, Option<i32>, usize) {
    let is = |test: fn(&u8) -> bool, from: usize| {
        from + bytes[from..].iter().take(32).take_while(|byte| test(byte)).count()
    };
    let end = is(u8::is_ascii_alphabetic, at);
    if end == at {
        let symbol = bytes.get(at..at + 1).and_then(|byte| std::str::from_utf8(byte).ok());
        let hex = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        return match (symbol, hex.and_then(|digits| i32::from_str_radix(digits, 16).ok())) {
            (Some("'"), Some(code)) => ("'", Some(code), at + 3),
            (symbol, _) => (symbol.unwrap_or(""), None, (at + 1).min(bytes.len())),
        };
    }
    let minus = usize::from(bytes.get(end) == Some(&b'-'));
    let digits = is(u8::is_ascii_digit, end + minus);
    let as_str = |from: usize, to: usize| std::str::from_utf8(&bytes[from..to]).unwrap_or("");
    // A number that overflows counts as the largest.
    let number = (digits > end + minus).then(|| {
        as_str(end, digits).parse().unwrap_or(if minus > 0 { i32::MIN } else { i32::MAX })
    });
    let next = if number.is_some() { digits } else { end };
    let blank = usize::from(bytes.get(next) == Some(&b' '));
    (as_str(at, end), number, next + blank)
}

/// The character that a control word represents in the text.
fn character_of(word: &str) -> Option<char> {
    Some(match word {
        "par" | "line" | "row" | "nestrow" | "sect" | "page" | "\r" | "\n" => '\n',
        "tab" | "cell" | "nestcell" => '\t',
        "~" | "emspace" | "enspace" | "qmspace" => ' ',
        "emdash" => '—',
        "endash" => '–',
        "lquote" => '‘',
        "rquote" => '’',
        "ldblquote" => '“',
        "rdblquote" => '”',
        "bullet" => '•',
        "_" => '-',
        "\\" | "{" | "}" => return word.chars().next(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_words_are_skipped() {
        let cases: [(&[u8], &str); 20] = [
            (br"{\rtf1\ansi Hello {\b world}.\par Next}", "Hello world.\nNext"),
            (br"{\rtf1{\fonttbl{\f0 Times;}}a}", "a"),
            (br"{\rtf1 caf\'e9 \'93x\'94}", "café “x”"),
            (br"{\rtf1 \u233?\u8217'x}", "é’x"),
            (br"{\rtf1{\*\generator x}a\{b\}}", "a{b}"),
            (br"{\rtf1 a\emdash b\~c}", "a—b c"),
            (br"}}}{\rtf1 open {a\'zb\", "open azb"),
            (br"{\rtf1 a\bin99999999999 b", "a"),
            (br"{\rtf1\ansi\ansicpg1251 \'ca\'ee\'f8\'ea\'e0}", "Кошка"),
            (br"{\rtf1\mac Jos\'8e}", "José"),
            (br"{\rtf1\ansi{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset0 Arial;}}\f0 \'ca\f1 \'ca}", "КÊ"),
            (br"{\rtf1\ansi{\fonttbl{\f0\fcharset128 MS;}}\f0\'93\'8c\'8b\'9e}", "東京"),
            (br"{\rtf1 \u-10179?\u-8704?}", "\u{1F600}"),
            (br"{\rtf1 Text{\footnote Below} goes on.}", "Text[1] goes on.\n\n[1] Below"),
            (br"{\rtf1{\header Top\par}{\footer End\par}Text}", "Top\n\nText\n\nEnd"),
            (br"{\rtf1 a{\*\atnauthor Ana}{\*\annotation Doubtful}b}", "ab\n\nComment by Ana: Doubtful"),
            (br"{\rtf1 a{\v hidden}{\deleted gone}b\v x\v0 c}", "abc"),
            (br"{\rtf1 a{\shp{\*\shpinst{\shptxt boxed}}{\shprslt boxed}}}", "a\nboxed"),
            (br"{\rtf1{\upr{Jos?}{\*\ud{Jos\u233?}}}}", "José"),
            (br"{\rtf1 a\cell b\cell\row}", "a\tb"),
        ];
        for (rtf, expected) in cases {
            let text = extract_rtf_text(rtf).expect("readable").text;
            assert_eq!(text.trim(), expected, "{}", String::from_utf8_lossy(rtf));
        }
    }

    #[test]
    fn what_is_left_out_is_said() {
        let rtf = br"{\rtf1 a{\v hidden}{\deleted gone}{\deleted  }b}";
        let remarks = extract_rtf_text(rtf).expect("readable").remarks;
        let expected = [ExtractionRemark::DeletedText(1), ExtractionRemark::HiddenText(1)];
        assert_eq!(remarks, expected);
    }
}
