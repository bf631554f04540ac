//! Transfers names between two texts that differ only in white space: for
//! example, from a file of tokens to the original document.

use chancery_model::{Mention, TextSpan};

/// A digest of a text without white space and control characters, which formats
/// change or lose.
pub(crate) fn text_digest(text: &str) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    let mut letters = String::with_capacity(text.len());
    letters.extend(text.chars().filter(|&letter| is_significant(letter)));
    hasher.update(letters.as_bytes());
    hasher.finalize().as_bytes().first_chunk().copied().expect("a digest has 32 bytes")
}

fn is_significant(letter: char) -> bool {
    !letter.is_whitespace() && !letter.is_control() && letter != char::REPLACEMENT_CHARACTER
}

/// Maps the names of `from` to their spans in `to`. Both texts must have the same
/// digest. Names without a significant character are left out.
pub(crate) fn carry_mentions(mentions: &[Mention], from: &str, to: &str) -> Vec<Mention> {
    let byte_ranges: Vec<(usize, usize)> = to
        .char_indices()
        .filter(|&(_, letter)| is_significant(letter))
        .map(|(at, letter)| (at, at + letter.len_utf8()))
        .collect();
    let mut letters = from.char_indices().filter(|&(_, letter)| is_significant(letter)).peekable();
    let mut passed = 0;
    let mut until = |end: u32| {
        while letters.next_if(|&(at, _)| at < end as usize).is_some() {
            passed += 1;
        }
        passed
    };
    let mut carried = Vec::with_capacity(mentions.len());
    for mention in mentions {
        let (first, after) = (until(mention.span.start), until(mention.span.end));
        if let Some(ranges) = byte_ranges.get(first..after).filter(|ranges| !ranges.is_empty()) {
            let span = TextSpan::from_range(ranges[0].0..ranges[ranges.len() - 1].1);
            carried.push(Mention { span, ..*mention });
        }
    }
    carried
}

#[cfg(test)]
mod tests {
    use chancery_model::{Label, MentionSource};

    use super::*;

    #[test]
    fn carried_names_keep_their_text() {
        let from = "Zoë Ünal left Lomé .\nShe left";
        let to = "  Zoë\r\nÜnal left\tLomé.She left";
        assert_eq!(text_digest(from), text_digest(to));
        assert_ne!(text_digest(from), text_digest("Zoë"));
        let name = |words: &str| {
            let start = from.find(words).expect("the text contains it");
            let span = TextSpan::from_range(start..start + words.len());
            Mention { span, label: Label::Per, score: 1.0, source: MentionSource::Imported }
        };
        let names = ["Zoë Ünal", "Lomé", "She left"].map(name);
        let carried = carry_mentions(&names, from, to);
        let words: Vec<&str> = carried.iter().map(|name| &to[name.span.byte_range()]).collect();
        assert_eq!(words, ["Zoë\r\nÜnal", "Lomé", "She left"]);
    }
}
