//! Estimates from all lines of a text where they were wrapped.

use crate::line_patterns::{ends_sentence, is_key_value_line};
use crate::line_text::TextLine;

/// How a text uses line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// One paragraph per line.
    Unwrapped,
    /// Paragraphs are wrapped to lines of at most this many bytes.
    Wrapped(usize),
}

/// Maximum length of a wrapped line: no teletype or terminal was wider.
const MAX_LINE_BYTES: usize = 100;

impl Wrapping {
    /// Estimates the wrapping from the `lines` of `text`.
    ///
    /// A text is unwrapped if most of its bytes are in overlong lines, or if
    /// most lines end where a sentence ends.
    pub(crate) fn from_lines(text: &str, lines: &[TextLine]) -> Self {
        let (mut long, mut all) = (0, 0);
        let (mut within, mut ended) = (0, 0);
        let mut lengths = [0u32; MAX_LINE_BYTES + 1];
        for (index, line) in lines.iter().enumerate() {
            let len = line.span.len() as usize;
            all += len;
            if len > MAX_LINE_BYTES {
                long += len;
                continue;
            }
            lengths[len] += 1;
            let followed = lines.get(index + 1).is_some_and(|next| !next.after_blank);
            if len >= 40 && followed {
                within += 1;
                ended += usize::from(ends_sentence(&text[line.span.byte_range()]));
            }
        }
        if long * 2 > all || ended * 3 > within * 2 {
            return Self::Unwrapped;
        }
        Self::Wrapped(typical_width(&lengths))
    }

    /// Whether `line` continues `last`, the line before it. `alone` means that
    /// `last` is the only line of its block, which has no number.
    ///
    /// Wrapping fills a line as long as the next word fits. A much shorter line
    /// was ended on purpose, unless the next one starts with a lower-case
    /// letter or continues a paragraph. In a text with one paragraph per line, a line
    /// break inside a sentence is damage.
    pub(crate) fn joins_lines(self, last: &str, line: &str, alone: bool) -> bool {
        let Self::Wrapped(width) = self else {
            return is_cut_sentence(last)
                && (line.starts_with(char::is_lowercase)
                    || ends_with_function_word(last)
                    || !alone && line.starts_with(char::is_alphanumeric));
        };
        if is_key_value_line(line) && (is_key_value_line(last) || ends_sentence(last)) {
            return false;
        }
        let word = line.find(' ').unwrap_or(line.len());
        let fits = last.len() + 1 + word <= width * 3 / 4;
        if !fits {
            return last.len() <= MAX_LINE_BYTES * 3 / 2 || !ends_sentence(last);
        }
        line.starts_with(char::is_lowercase)
            || last.ends_with(',')
            || !(alone || ends_sentence(last))
    }
}

/// Minimum length of a line that was cut inside a sentence: a heading or an item of a list
/// is shorter.
const MIN_CUT_BYTES: usize = 50;

/// Whether a line of prose ends inside a sentence.
pub(crate) fn is_cut_sentence(last: &str) -> bool {
    last.len() >= MIN_CUT_BYTES
        && last.contains(char::is_lowercase)
        && last.ends_with(|c: char| c.is_alphanumeric() || c == ',')
}

/// Whether a line ends with a word that needs another one after it.
fn ends_with_function_word(last: &str) -> bool {
    const WORDS: [&str; 24] = [
        "a", "an", "and", "as", "at", "but", "by", "for", "from", "has", "have", "in", "is", "of",
        "on", "or", "that", "the", "their", "to", "was", "were", "which", "with",
    ];
    let word = last.rsplit(' ').next().unwrap_or("");
    WORDS.contains(&word)
}

/// The length that nine in ten lines do not exceed.
fn typical_width(lengths: &[u32]) -> usize {
    let count: u32 = lengths.iter().sum();
    let mut seen = 0;
    let within = |&(_, number): &(usize, &u32)| {
        seen += number;
        seen * 10 >= count * 9
    };
    lengths.iter().enumerate().find(within).map_or(0, |(len, _)| len)
}
