//! How a passage of a document is cited: what the document is, and the paragraph.

use chancery_store::DocumentRow;

use crate::passages::PassageParagraph;

/// Returns the words by which a document is cited: its number, sender, date and title,
/// as far as they are known, and the path where the archive has it.
pub fn cite_document(row: &DocumentRow) -> String {
    let title = row.subject.as_ref().map(|subject| format!("“{}”", one_line(subject)));
    let parts = [row.cable_id.clone(), row.post.clone(), row.date.clone(), title];
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.push(one_line(&row.path));
    parts.join(", ")
}

/// Returns the words by which a passage of a document is cited.
pub fn cite_passage(row: &DocumentRow, paragraph: &PassageParagraph) -> String {
    let place = match (&paragraph.footnote, &paragraph.number) {
        (Some(marker), _) => format!("footnote {}", marker.trim()),
        (None, Some(number)) => format!("paragraph {number}"),
        (None, None) => format!("{} (block {})", paragraph.kind, paragraph.position),
    };
    format!("{}, {place}", cite_document(row))
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
