//! Ships, operations, streets and institutions that bear the name of a person or place.
//!
//! "USS Harlan Pierce" is a ship, "Boulevard Charles de Gaulle" a street and "Port
//! Louis Chamber of Fisheries" an organisation. A word beside or in the name tells its
//! class. A ministry may have the name of its seat ("the Quai"). The words are a table, `data/named_things.tsv`; those for organisations and
//! treaties have one class in at least 98 of 100 names of the training data.

use std::sync::LazyLock;

use chancery_model::{Label, Mention, TextSpan};

/// A word that tells the class of the name beside it.
struct Telling {
    label: Label,
    place: Place,
    word: &'static str,
}

/// Where a telling word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the name, or as its first word.
    Before,
    /// Behind the name, or as its last word.
    Behind,
    /// As the last word of the name.
    Last,
    /// Within the name, or as its first words.
    Inside,
    /// As the whole name.
    Whole,
}

static TELLING_WORDS: LazyLock<Vec<Telling>> = LazyLock::new(|| {
    let lines = include_str!("../../data/named_things.tsv").lines();
    let words = lines.filter(|line| !line.starts_with('#')).flat_map(|line| {
        let mut columns = line.split('\t');
        let label = columns.next().and_then(|label| label.parse().ok()).unwrap_or(Label::Misc);
        let place = match columns.next() {
            Some("before") => Place::Before,
            Some("behind") => Place::Behind,
            Some("last") => Place::Last,
            Some("whole") => Place::Whole,
            _ => Place::Inside,
        };
        let words = columns.next().unwrap_or_default().split('|');
        words.map(move |word| Telling { label, place, word })
    });
    words.collect()
});

/// Gives names beside a telling word its class.
pub(super) fn label_named_things(text: &str, mentions: &mut Vec<Mention>) {
    let mut labelled: Vec<Mention> = Vec::with_capacity(mentions.len());
    for (at, mention) in mentions.iter().enumerate() {
        let floor = labelled.last().map_or(0, |last| last.span.end);
        let ceiling = mentions.get(at + 1).map_or(text.len() as u32, |next| next.span.start);
        let whole = TELLING_WORDS.iter().find_map(|one| {
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

/// Returns the span of a name with the telling word, if the word stands where it tells
/// the class.
fn whole_name(text: &str, mention: &Mention, telling: &Telling) -> Option<TextSpan> {
    let (start, end) = (mention.span.start as usize, mention.span.end as usize);
    let name = &text[start..end];
    let word = telling.word;
    // A place may be a road or a lake; a person or organisation beside it is not.
    let is_open = mention.label != Label::Loc || telling.label == Label::Misc;
    let is_first = || name.strip_prefix(word).is_some_and(|rest| rest.starts_with(is_blank));
    let is_last = || name.strip_suffix(word).is_some_and(|rest| rest.ends_with(is_blank));
    let is_in_name = match telling.place {
        Place::Before => {
            let before = text[..start].strip_suffix(is_blank);
            let before = before.and_then(|head| head.strip_suffix(word)).filter(|_| is_open);
            if let Some(head) = before.filter(|head| !head.ends_with(char::is_alphanumeric)) {
                return Some(TextSpan::from_range(head.len()..end));
            }
            is_first()
        }
        Place::Behind => {
            let behind = text[end..].strip_prefix(is_blank);
            let behind = behind.and_then(|rest| rest.strip_prefix(word)).filter(|_| is_open);
            // A common noun tells the class and is no part of the name. Behind an
            // adjective it tells nothing: "the Greek archipelago".
            let is_part = word.starts_with(char::is_uppercase);
            let behind = behind.filter(|_| is_part || mention.label != Label::Misc);
            if let Some(rest) = behind.filter(|rest| !rest.starts_with(char::is_alphanumeric)) {
                let end = if is_part { text.len() - rest.len() } else { end };
                return Some(TextSpan::from_range(start..end));
            }
            is_last()
        }
        Place::Last => is_last(),
        Place::Whole => name.eq_ignore_ascii_case(word),
        Place::Inside => name.match_indices(word).any(|(at, _)| {
            let (before, behind) = (&name[..at], &name[at + word.len()..]);
            (before.is_empty() || before.ends_with(is_blank)) && behind.starts_with(is_blank)
        }),
    };
    is_in_name.then_some(mention.span)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\n')
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{mentions_of, show};
    use super::*;

    #[test]
    fn the_word_beside_or_in_a_name_tells_its_class() {
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
            ("the [LOC Mako Chamber of Fish]", "the [ORG Mako Chamber of Fish]"),
            ("the [PER Bhoy Freres] press", "the [ORG Bhoy Freres] press"),
            ("the [PER Dorn Brigade]", "the [ORG Dorn Brigade]"),
            ("the [ORG Dorn Treaty]", "the [MISC Dorn Treaty]"),
            ("File, [PER Dorn Correspondence]", "File, [MISC Dorn Correspondence]"),
            ("the [LOC Antechamber of Dorn]", "the [LOC Antechamber of Dorn]"),
            ("[PER Dorn] Chamber of old", "[PER Dorn] Chamber of old"),
            ("the [PER Chamber]", "the [PER Chamber]"),
            ("the [ORG Cargo Dorn] shoals", "the [LOC Cargo Dorn] shoals"),
            ("the [MISC Greek] archipelago", "the [MISC Greek] archipelago"),
            ("at the [ORG Hotel Dorn]", "at the [LOC Hotel Dorn]"),
            ("[LOC FARNESINA] warns", "[ORG FARNESINA] warns"),
            ("on [LOC Quai Dorn] today", "on [LOC Quai Dorn] today"),
        ];
        for (marked, expected) in cases {
            let (text, mut mentions) = mentions_of(marked);
            label_named_things(&text, &mut mentions);
            assert_eq!(show(&text, &mentions), expected);
        }
    }
}
