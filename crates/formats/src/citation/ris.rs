//! RIS: one tag per line, two letters, two blanks, a hyphen.
//! <https://en.wikipedia.org/wiki/RIS_(file_format)> lists the tags.

use std::fmt::Write;

use super::{Citation, CitationKind, classification_name, plain};

/// Writes the record.
pub(super) fn write(citation: &Citation) -> String {
    let mut out = String::new();
    let mut tag = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = write!(out, "{name}  - {value}\r\n");
        }
    };
    tag(
        "TY",
        match citation.kind {
            CitationKind::Volume => "CHAP",
            CitationKind::Telegram | CitationKind::Memorandum | CitationKind::Letter => "PCOMM",
            CitationKind::File => "GEN",
        },
    );
    tag("ID", &citation.key);
    tag("TI", &titled(citation));
    if let Some(volume) = &citation.volume {
        tag("T2", &volume.title);
        volume.editors.iter().for_each(|editor| tag("A2", &last_name_first(editor)));
        tag("PB", plain::publisher(volume).unwrap_or_default());
        tag("CY", volume.place.as_deref().unwrap_or_default());
        tag("PY", &volume.year.map(|year| year.to_string()).unwrap_or_default());
    } else {
        tag("AU", citation.sender.as_deref().unwrap_or_default());
        citation.addressees.iter().for_each(|one| tag("A2", one));
        tag("PY", &citation.date.map(|date| date.year.to_string()).unwrap_or_default());
        tag("M3", citation.kind.name());
    }
    if let Some(date) = citation.date {
        let part = |part: u8| if part == 0 { String::new() } else { format!("{part:02}") };
        tag("DA", &format!("{:04}/{}/{}/", date.year, part(date.month), part(date.day)));
    }
    tag("M1", citation.number.as_deref().unwrap_or_default());
    tag("C1", citation.classification.map(classification_name).unwrap_or_default());
    tag("CN", citation.shown_id().unwrap_or_default());
    tag("AV", citation.archive.as_deref().unwrap_or_default());
    tag("UR", citation.url.as_deref().unwrap_or_default());
    out.push_str("ER  - \r\n");
    out
}

/// The title; for a document of a volume with its number.
pub(super) fn titled(citation: &Citation) -> String {
    match (&citation.volume, &citation.number) {
        (Some(_), Some(number)) if citation.title.is_empty() => format!("Document {number}"),
        (Some(_), Some(number)) => format!("Document {number}. {}", citation.title),
        _ => citation.title.clone(),
    }
}

/// "Monica Belmonte" is "Belmonte, Monica"; "Rose, Jr." stays behind the given names.
pub(super) fn last_name_first(name: &str) -> String {
    let (name, suffix) = split_suffix(name);
    match name.rsplit_once(' ') {
        Some((given, last)) if suffix.is_empty() => format!("{last}, {given}"),
        Some((given, last)) => format!("{last}, {given}, {suffix}"),
        None => name.to_owned(),
    }
}

/// A name, and "Jr." or "III" behind it.
pub(super) fn split_suffix(name: &str) -> (&str, &str) {
    for suffix in ["Jr.", "Sr.", "II", "III", "IV"] {
        if let Some(rest) = name.strip_suffix(suffix)
            && rest.ends_with([' ', ','])
        {
            return (rest.trim_end_matches([' ', ',']), suffix);
        }
    }
    (name, "")
}
