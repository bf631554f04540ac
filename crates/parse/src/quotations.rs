//! The words of earlier letters in a letter: quoted in a reply, or forwarded.
//!
//! Lines that begin with ">" are quoted; the marks are no text. Below a line such as
//! "-----Original Message-----", or the header lines that Outlook prints, all is the
//! earlier letter. Only letters are read so: in telegrams these signs mean other things.

use chancery_model::{Envelope, EnvelopeKind};

/// Whether envelopes say that their text is that of a letter.
pub(crate) fn is_letter(envelopes: &[Envelope]) -> bool {
    envelopes.iter().any(|envelope| envelope.kind == EnvelopeKind::MailHeader)
}

/// The number of marks of quotation before a line, and their length in bytes.
pub(crate) fn quotation_marks(line: &str) -> (usize, usize) {
    // Programs write a ">" before the word "From" at the start of a line.
    if line.starts_with(">From ") {
        return (0, 1);
    }
    let (mut depth, mut end) = (0, 0);
    let bytes = line.as_bytes();
    loop {
        let at = end + usize::from(bytes.get(end) == Some(&b' '));
        if bytes.get(at) != Some(&b'>') {
            return (depth, end);
        }
        (depth, end) = (depth + 1, at + 1);
    }
}

/// The words of a line between dashes that begins an earlier letter.
const EARLIER_LETTER: [&str; 7] = [
    "original message",
    "forwarded message",
    "forwarded by ",
    "message d'origine",
    "ursprüngliche nachricht",
    "mensaje original",
    "mensagem original",
];

/// Maximum number of lines between "From:" and "Sent:" in the header that Outlook prints.
const MAX_LINES_TO_SENT: usize = 3;

/// The first line of an earlier letter that is not quoted line by line. `line` gives the
/// words of each of `count` lines.
pub(crate) fn start_of_earlier_letter<'t>(
    count: usize,
    line: impl Fn(usize) -> &'t str,
) -> Option<usize> {
    // The first line is the header of the letter itself.
    (1..count).find(|&at| {
        let end = count.min(at + 1 + MAX_LINES_TO_SENT);
        is_divider(line(at))
            || line(at).starts_with("From:")
                && (at + 1..end).any(|next| line(next).starts_with("Sent:"))
    })
}

fn is_divider(line: &str) -> bool {
    if line == "Begin forwarded message:" {
        return true;
    }
    let inside = line.trim_start_matches(['-', '_', ' ']);
    let has_dashes = line.starts_with("--") || line.starts_with("__");
    has_dashes && {
        let inside = inside.to_lowercase();
        EARLIER_LETTER.iter().any(|words| inside.starts_with(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted() {
        let cases = [
            ("> one", (1, 1)),
            (">> two", (2, 2)),
            ("> > two", (2, 3)),
            (" > one", (1, 2)),
            (">", (1, 1)),
            (">From here", (0, 1)),
            ("a > b", (0, 0)),
            ("  > indented", (0, 0)),
            ("", (0, 0)),
        ];
        for (line, expected) in cases {
            assert_eq!(quotation_marks(line), expected, "{line}");
        }
    }

    #[test]
    fn earlier_letters_begin_below_a_divider_or_a_header() {
        let cases: [(&[&str], Option<usize>); 4] = [
            (&["From: a@x", "Subject: x", "Text."], None),
            (&["From: a@x", "Text.", "From: Omar", "To: Ana", "Sent: today", "Old."], Some(2)),
            (&["From: a@x", "From: Omar, with love."], None),
            (&["From: a@x", "--Original Message--", "Old."], Some(1)),
        ];
        for (lines, expected) in cases {
            assert_eq!(start_of_earlier_letter(lines.len(), |at| lines[at]), expected, "{lines:?}");
        }
    }

    #[test]
    fn dividers_are_known() {
        for line in [
            "-----Original Message-----",
            "---------- Forwarded message ---------",
            "--- Forwarded by Ana Prela ---",
            "Begin forwarded message:",
        ] {
            assert!(is_divider(line), "{line}");
        }
        for line in ["Original message", "-- ", "-----", "The original message was lost."] {
            assert!(!is_divider(line), "{line}");
        }
    }
}
