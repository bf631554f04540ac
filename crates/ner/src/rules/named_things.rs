//! Ships, operations, streets and airports that bear the name of a person or place.
//!
//! "USS Harlan Pierce" is a ship and "Boulevard Charles de Gaulle" a street. The word
//! before or behind the name tells its class and belongs to the name. The words are a
//! table, `data/named_things.tsv`.

use chancery_model::{Label, Mention, TextSpan};

/// A word that tells the class of the name beside it.
struct Telling {
    label: Label,
    is_before: bool,
    word: &'static str,
}

fn telling_words() -> impl Iterator<Item = Telling> {
    let lines = include_str!("../../data/named_things.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).flat_map(|line| {
        let mut columns = line.split('\t');
        let label = columns.next().and_then(|label| label.parse().ok()).unwrap_or(Label::Misc);
        let is_before = columns.next() == Some("before");
        let words = columns.next().unwrap_or_default().split('|');
        words.map(move |word| Telling { label, is_before, word })
    })
}

/// Gives names beside a telling word its class.
pub(super) fn label_named_things(text: &str, mentions: &mut Vec<Mention>) {
    let telling: Vec<Telling> = telling_words().filter(|one| text.contains(one.word)).collect();
    if telling.is_empty() {
        return;
    }
    let mut labelled: Vec<Mention> = Vec::with_capacity(mentions.len());
    for (at, mention) in mentions.iter().enumerate() {
        let floor = labelled.last().map_or(0, |last| last.span.end);
        let ceiling = mentions.get(at + 1).map_or(text.len() as u32, |next| next.span.start);
        let whole = telling.iter().find_map(|one| {
            let span = whole_name(text, mention, one)?;
            (span.start >= floor && span.end <= ceiling).then_some((span, one.label))
        });
        labelled.push(match whole {
            Some((span, label)) => Mention { span, label, ..*mention },
            None => *mention,
        });
    }
    *mentions = labelled;
}

/// Returns the span of a name with the telling word, if the word stands beside it or is
/// its first or last word.
fn whole_name(text: &str, mention: &Mention, telling: &Telling) -> Option<TextSpan> {
    let (start, end) = (mention.span.start as usize, mention.span.end as usize);
    let name = &text[start..end];
    let word = telling.word;
    // A place may be a road or a lake; a person or organisation beside it is not.
    let is_open = mention.label != Label::Loc || telling.label == Label::Misc;
    if telling.is_before {
        let before = text[..start].strip_suffix(' ').and_then(|head| head.strip_suffix(word));
        if let Some(head) = before.filter(|head| is_open && !head.ends_with(char::is_alphanumeric))
        {
            return Some(TextSpan::from_range(head.len()..end));
        }
        let inside = name.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '));
        return inside.then_some(mention.span);
    }
    let behind = text[end..].strip_prefix(' ').and_then(|rest| rest.strip_prefix(word));
    if let Some(rest) = behind.filter(|rest| is_open && !rest.starts_with(char::is_alphanumeric)) {
        // A common noun tells the class and is no part of the name.
        let is_part = word.starts_with(char::is_uppercase);
        let end = if is_part { text.len() - rest.len() } else { end };
        return Some(TextSpan::from_range(start..end));
    }
    let inside = name.strip_suffix(word).is_some_and(|rest| rest.ends_with(' '));
    inside.then_some(mention.span)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn the_word_beside_a_name_tells_its_class() {
        let cases = [
            ("The USS [PER Harlan Pierce] left.", "The [MISC USS Harlan Pierce] left."),
            ("The [PER USS Harlan Pierce] left.", "The [MISC USS Harlan Pierce] left."),
            ("HMS [LOC Montrose] left.", "[MISC HMS Montrose] left."),
            ("On Boulevard [PER Ana Dorn] they", "On [LOC Boulevard Ana Dorn] they"),
            ("the [PER Ana Dorn] bridge", "the [LOC Ana Dorn] bridge"),
            ("[PER Ana Dorn] International", "[PER Ana Dorn] International"),
            ("at [ORG Dorn Airport] today", "at [LOC Dorn Airport] today"),
            ("Operation [ORG EARNEST] went", "[MISC Operation EARNEST] went"),
            ("the [LOC Nile] Street", "the [LOC Nile] Street"),
            ("Cooperation [PER Dorn] left", "Cooperation [PER Dorn] left"),
            ("[PER Ana Dorn] bridges", "[PER Ana Dorn] bridges"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            label_named_things(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
