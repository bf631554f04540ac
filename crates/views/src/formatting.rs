//! Formatting of numbers for people.

use chancery_store::OpenQuestion;

/// Formats a number with its noun: "1 file", "1,234 files".
pub fn format_count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", group_digits(number))
}

/// Formats a number with its digits in groups of three: "1,234,567".
pub fn group_digits(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Returns a question in words: "3 new documents say Osei: the same as Ama Osei?"
pub fn question_in_words(question: &OpenQuestion) -> String {
    let total = question.documents.len();
    let (says, count) = (if total == 1 { "says" } else { "say" }, total as u64);
    let (name, target) = (&question.name, question.target.shown_name());
    format!("{} {says} {name}: the same as {target}?", format_count(count, "new document"))
}

/// Writes the first letter of words as a capital.
pub fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, expected) in cases {
            assert_eq!(group_digits(number), expected);
        }
        assert_eq!(format_count(1, "file"), "1 file");
        assert_eq!(format_count(0, "file"), "0 files");
    }
}
