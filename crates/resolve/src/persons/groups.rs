//! Groups mentions of persons by equal words and titles.

use std::collections::HashMap;

use chancery_model::{Label, Mention, TextSpan};

use crate::name::{Offices, Spoken};
use crate::office::{Around, around};

/// Mentions with the same words and significant titles.
pub(super) struct Group {
    pub(super) spoken: Spoken,
    pub(super) offices: Offices,
    pub(super) mentions: Vec<u32>,
    /// Whether the name may be a plural after "the", a family: "the Kennedys".
    pub(super) plural: bool,
}

/// Groups the mentions of persons. Appends the titles around each mention to
/// `around_each`.
pub(super) fn groups(
    text: &str,
    mentions: &[Mention],
    around_each: &mut Vec<(u32, Around)>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_words: HashMap<(&str, Offices), usize> = HashMap::new();
    let mut same: HashMap<(Vec<String>, Option<String>, Offices), usize> = HashMap::new();
    for (number, mention) in mentions.iter().enumerate() {
        if mention.label != Label::Per {
            continue;
        }
        let around = around(text, mentions, number);
        around_each.push((number as u32, around));
        let surface = &text[mention.span.range()];
        let key = (surface, around.offices.telling());
        let at = *by_words.entry(key).or_insert_with(|| {
            let spoken = Spoken::new(surface);
            let offices = around.offices.and(spoken.offices);
            let key = (spoken.words.clone(), spoken.suffix.clone(), offices.telling());
            *same.entry(key).or_insert_with(|| {
                let plural = !spoken.is_full() && is_plural(text, mention.span);
                groups.push(Group { spoken, offices, mentions: Vec::new(), plural });
                groups.len() - 1
            })
        });
        groups[at].mentions.push(number as u32);
        groups[at].offices = groups[at].offices.and(around.offices);
    }
    groups.retain(|group| !group.spoken.words.is_empty());
    groups
}

/// Whether "the" precedes a name that ends like a plural.
fn is_plural(text: &str, span: TextSpan) -> bool {
    let name = &text[span.range()];
    let before = text[..span.start as usize].trim_end();
    let (_, word) = before.rsplit_once(char::is_whitespace).unwrap_or(("", before));
    name.ends_with(['s', 'S']) && word.eq_ignore_ascii_case("the")
}

/// Returns the possible singulars of a normalised plural: "kennedys", "joneses".
pub(super) fn singulars(plural: &str) -> impl Iterator<Item = &str> {
    ["s", "es"].into_iter().filter_map(|ending| plural.strip_suffix(ending))
}
