//! BibTeX. Characters with a meaning in TeX are escaped; other letters stay as they are,
//! which every current BibTeX program reads.

use std::fmt::Write;

use super::{Citation, CitationKind, classification_name, plain, ris};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Writes the entry.
pub(super) fn write(citation: &Citation) -> String {
    let kind = if citation.kind == CitationKind::Volume { "incollection" } else { "misc" };
    let mut out = format!("@{kind}{{{},\n", entry_key(&citation.key));
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "  {name} = {{{}}},", escape(value));
        }
    };
    field("title", &ris::titled(citation));
    let mut date = citation.date.map(|date| (date.year, date.month));
    if let Some(volume) = &citation.volume {
        field("booktitle", &volume.title);
        let editors: Vec<String> =
            volume.editors.iter().map(|one| ris::last_name_first(one)).collect();
        field("editor", &editors.join(" and "));
        field("publisher", plain::publisher(volume).unwrap_or_default());
        field("address", volume.place.as_deref().unwrap_or_default());
        date = volume.year.map(|year| (year, 0));
    } else {
        field("howpublished", &citation.kind_with_number());
    }
    field("note", &note(citation));
    field("url", citation.url.as_deref().unwrap_or_default());
    // A second pair of braces keeps the name of an office whole.
    if let Some(sender) = citation.sender.as_deref().filter(|_| citation.volume.is_none()) {
        let _ = writeln!(out, "  author = {{{{{}}}}},", escape(sender));
    }
    if let Some((year, month)) = date {
        let _ = writeln!(out, "  year = {{{year}}},");
        if let Some(month) = usize::from(month).checked_sub(1).and_then(|month| MONTHS.get(month)) {
            let _ = writeln!(out, "  month = {month},");
        }
    }
    out.push_str("}\n");
    out
}

/// Classification, id and archive.
fn note(citation: &Citation) -> String {
    let classification = citation.classification.map(classification_name);
    let parts = [classification, citation.shown_id(), citation.archive.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A key may not have blanks, commas and braces.
fn entry_key(key: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "-_:.".contains(c) { c } else { '-' };
    key.chars().map(allowed).collect()
}

fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(letter);
            }
            '{' => out.push_str("\\{"),
            '}' => out.push_str("\\}"),
            '\\' => out.push_str("\\textbackslash "),
            '~' => out.push_str("\\textasciitilde "),
            '^' => out.push_str("\\textasciicircum "),
            _ => out.push(letter),
        }
    }
    out
}
