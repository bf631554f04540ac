//! Where the lines of a text were broken, judged from all of them.

use crate::lines::Line;
use crate::marks::{ends_sentence, is_keyed};

/// How a text uses its line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// One paragraph a line.
    Unwrapped,
    /// Paragraphs run over lines of at most this many bytes.
    At(usize),
}

/// No teletype or terminal wrapped wider.
const WIDEST: usize = 100;

impl Wrapping {
    /// Judges `lines` of `text`.
    ///
    /// Text whose bytes are mostly in overlong lines is unwrapped; so is one
    /// whose lines end where sentences do.
    pub(crate) fn of(text: &str, lines: &[Line]) -> Self {
        let (mut long, mut all) = (0, 0);
        let (mut within, mut ended) = (0, 0);
        let mut lengths = [0u32; WIDEST + 1];
        for (index, line) in lines.iter().enumerate() {
            let len = line.span.len() as usize;
            all += len;
            if len > WIDEST {
                long += len;
                continue;
            }
            lengths[len] += 1;
            let followed = lines.get(index + 1).is_some_and(|next| !next.after_blank);
            if len >= 40 && followed {
                within += 1;
                ended += usize::from(ends_sentence(&text[line.span.range()]));
            }
        }
        if long * 2 > all || ended * 3 > within * 2 {
            return Self::Unwrapped;
        }
        Self::At(width(&lengths))
    }

    /// Whether `line`, which follows `last` without a blank line between, goes
    /// on with it; `alone`: `last` is all of its block and has no number.
    ///
    /// A line breaker fills a line as long as the next word fits. A line much
    /// shorter than that was ended on purpose, unless the next one starts
    /// with a small letter or a paragraph is under way.
    pub(crate) fn joins(self, last: &str, line: &str, alone: bool) -> bool {
        let Self::At(width) = self else { return false };
        if is_keyed(line) && (is_keyed(last) || ends_sentence(last)) {
            return false;
        }
        let word = line.find(' ').unwrap_or(line.len());
        let fits = last.len() + 1 + word <= width * 3 / 4;
        if !fits {
            return last.len() <= WIDEST * 3 / 2 || !ends_sentence(last);
        }
        line.starts_with(char::is_lowercase)
            || last.ends_with(',')
            || !(alone || ends_sentence(last))
    }
}

/// The length that nine lines in ten do not exceed.
fn width(lengths: &[u32]) -> usize {
    let count: u32 = lengths.iter().sum();
    let mut seen = 0;
    let within = |&(_, number): &(usize, &u32)| {
        seen += number;
        seen * 10 >= count * 9
    };
    lengths.iter().enumerate().find(within).map_or(0, |(len, _)| len)
}
