//! The words of a line: its normal form, its label, and whether it is of an archive.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chancery_fields::is_header_label;

/// Maximum length of a line of an archive in bytes.
const MAX_LINE_BYTES: usize = 200;

/// Maximum length of the label of an attribute in bytes, and in words.
const MAX_LABEL_BYTES: usize = 40;
const MAX_LABEL_WORDS: usize = 5;

/// Starts of words in labels whose values are people or posts.
const PEOPLE: [&str; 17] = [
    "approv",
    "attend",
    "author",
    "clear",
    "contact",
    "draft",
    "from",
    "info",
    "name",
    "particip",
    "recipient",
    "sender",
    "sign",
    "subject",
    "submit",
    "to",
    "title",
];

static RECORD_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    include_str!("../../data/record_words.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// The form in which lines are compared: lower case, one space between words, and 0 for
/// each number.
pub(super) fn normal_form(line: &str) -> String {
    let mut form = String::with_capacity(line.len());
    for c in line.chars() {
        if c.is_ascii_digit() {
            if !form.ends_with('0') {
                form.push('0');
            }
        } else if c.is_whitespace() {
            if !form.ends_with(' ') {
                form.push(' ');
            }
        } else {
            form.extend(c.to_lowercase());
        }
    }
    form
}

/// Whether a line may be one of an archive: it is not long and has a word of archives.
pub(super) fn is_of_archive(line: &str) -> bool {
    let words = || line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    line.len() <= MAX_LINE_BYTES
        && words().count() > 1
        && words().any(|word| RECORD_WORDS.contains(word.to_lowercase().as_str()))
}

/// The label of a line of attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AttributeLabel<'a> {
    /// As printed, without the colon.
    pub words: &'a str,
    /// Whether it is the label of a header field, or of people: such a line is text.
    pub is_of_message: bool,
}

/// Reads the label of a line of attributes, such as "Retention: 0"; `None` if it is no
/// such line.
pub(super) fn attribute_label(line: &str) -> Option<AttributeLabel<'_>> {
    let (label, value) = line.split_once(':')?;
    let words = label.trim_end();
    let is_parted = value.is_empty() || value.starts_with(char::is_whitespace);
    let is_label = is_parted
        && line.len() <= MAX_LINE_BYTES
        && words.len() <= MAX_LABEL_BYTES
        && words.starts_with(char::is_uppercase)
        && words.split_whitespace().count() <= MAX_LABEL_WORDS
        && words.chars().all(|c| c.is_alphanumeric() || " /.'-&()".contains(c));
    let of_people = || {
        let lower = words.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.any(|word| PEOPLE.iter().any(|start| word.starts_with(start)))
    };
    let is_of_message = is_label && (is_header_label(words) || of_people());
    is_label.then_some(AttributeLabel { words, is_of_message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_archives_have_a_word_of_archives() {
        let cases = [
            ("RELEASED BY THE HARTWELL TRUST 12 MAY 2014", true),
            ("The Hartwell Papers, box 12", true),
            ("AMEMBASSY PORT MORROW", false),
            ("Embassy of Ruritania, Port Morrow", false),
            ("HARTWELL", false),
            ("John Hartwell, Ambassador", false),
            ("PAPERS", false),
            ("", false),
        ];
        for (line, expected) in cases {
            assert_eq!(is_of_archive(line), expected, "{line}");
        }
    }

    #[test]
    fn labels_of_messages_and_people_are_known() {
        let cases = [
            ("Retention: 0", Some(("Retention", false))),
            ("Review History:", Some(("Review History", false))),
            ("Film Number:  D770123", Some(("Film Number", false))),
            ("From: HARTWELL", Some(("From", true))),
            ("Drafting officer: Hartwell", Some(("Drafting officer", true))),
            ("Approved by: Hartwell", Some(("Approved by", true))),
            ("Name: HINDS", Some(("Name", true))),
            ("at 12:30 he left", None),
            ("12:30", None),
            ("NOTE:see below", None),
            ("The minister, who was there, said this at once: no", None),
        ];
        for (line, expected) in cases {
            let found = attribute_label(line).map(|label| (label.words, label.is_of_message));
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn numbers_and_case_do_not_count() {
        assert_eq!(normal_form("Box 12,  Folder 3A"), normal_form("BOX 7, FOLDER 45a"));
        assert_ne!(normal_form("Box 12"), normal_form("Boxes 12"));
    }
}
