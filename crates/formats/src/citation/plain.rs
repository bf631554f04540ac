//! A citation as plain text, in the style of notes of the Chicago Manual of Style.

use chancery_model::{Date, MONTH_NAMES, VolumePlace};

use super::{Citation, CitationKind, classification_name};

/// Writes the citation; it ends with a period.
pub(super) fn write(citation: &Citation) -> String {
    let mut parts: Vec<String> = Vec::new();
    match (&citation.volume, &citation.number) {
        (Some(volume), Some(number)) => {
            parts.push(volume_title(volume));
            parts.push(format!("Document {number}"));
            parts.extend(citation.url.clone());
        }
        _ => {
            parts.extend(correspondents(citation));
            if !citation.title.is_empty() {
                parts.push(format!("“{}”", citation.title));
            }
            if citation.kind != CitationKind::File {
                parts.push(citation.kind_with_number());
            }
            parts.extend(citation.date.map(shown_date));
            parts
                .extend(citation.classification.map(|level| classification_name(level).to_owned()));
            parts.extend(citation.shown_id().map(str::to_owned));
            parts.extend(citation.archive.clone());
        }
    }
    join_parts(&parts)
}

/// Joins the parts by commas. In American style a comma or the period at the end stands
/// before a closing quotation mark.
fn join_parts(parts: &[String]) -> String {
    let mut out = String::new();
    for (number, part) in parts.iter().enumerate() {
        let mark = if number + 1 < parts.len() { ',' } else { '.' };
        match part.strip_suffix('”') {
            Some(words) => {
                out.push_str(words);
                if !words.ends_with(['.', '?', '!', '…']) {
                    out.push(mark);
                }
                out.push('”');
            }
            None => {
                out.push_str(part.trim_end_matches('.'));
                out.push(mark);
            }
        }
        if mark == ',' {
            out.push(' ');
        }
    }
    out
}

/// "Embassy Port Louis to Department of State".
fn correspondents(citation: &Citation) -> Option<String> {
    let sender = citation.sender.as_deref()?;
    Some(match &citation.addressees[..] {
        [] => sender.to_owned(),
        [first] => format!("{sender} to {first}"),
        [first, others @ ..] if others.len() <= 2 => {
            format!("{sender} to {first} and {}", others.join(" and "))
        }
        [first, ..] => format!("{sender} to {first} and others"),
    })
}

/// Title, editors and imprint of a volume, as the Office of the Historian recommends.
fn volume_title(volume: &VolumePlace) -> String {
    let mut title = volume.title.clone();
    match &volume.editors[..] {
        [] => {}
        [editor] => title.push_str(&format!(", ed. {editor}")),
        editors => title.push_str(&format!(", eds. {}", name_list(editors))),
    }
    let imprint = match (&volume.place, publisher(volume)) {
        (Some(place), Some(publisher)) => Some(format!("{place}: {publisher}")),
        (place, publisher) => place.clone().or_else(|| publisher.map(str::to_owned)),
    };
    let year = volume.year.map(|year| year.to_string());
    let imprint: Vec<String> = [imprint, year].into_iter().flatten().collect();
    if !imprint.is_empty() {
        title.push_str(&format!(" ({})", imprint.join(", ")));
    }
    title
}

/// The publisher by the name that citations use.
pub(super) fn publisher(volume: &VolumePlace) -> Option<&str> {
    let publisher = volume.publisher.as_deref()?;
    Some(publisher.strip_prefix("United States ").unwrap_or(publisher))
}

/// "A", "A and B", "A, B, and C".
fn name_list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// A date as American citations write it: "April 3, 2009", "April 2009", "2009".
fn shown_date(date: Date) -> String {
    let month = usize::from(date.month).checked_sub(1).and_then(|month| MONTH_NAMES.get(month));
    match (month, date.day) {
        (Some(month), 0) => format!("{month} {}", date.year),
        (Some(month), day) => format!("{month} {day}, {}", date.year),
        (None, _) => date.year.to_string(),
    }
}
