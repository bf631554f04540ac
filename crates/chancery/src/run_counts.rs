//! The summary of a run, which is printed on standard error.

use std::time::Duration;

use chancery_model::Annotated;

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunCounts {
    /// Inputs that were read.
    pub(crate) files: u64,
    /// Inputs that could not be read.
    pub(crate) failed: u64,
    /// Documents in the inputs.
    pub(crate) documents: u64,
    /// Words and numbers in the documents.
    pub(crate) words: u64,
    /// Names in the documents.
    pub(crate) names: u64,
}

impl RunCounts {
    /// Counts a document.
    pub(crate) fn count_document(&mut self, annotated: &Annotated) {
        self.documents += 1;
        self.words += annotated.words.count_words();
        self.names += annotated.mentions.len() as u64;
    }

    /// Adds the counts of another part of the run.
    pub(crate) fn add_counts(&mut self, other: Self) {
        self.files += other.files;
        self.failed += other.failed;
        self.documents += other.documents;
        self.words += other.words;
        self.names += other.names;
    }

    /// Formats the summary, one line.
    pub(crate) fn summary_line(&self, took: Duration) -> String {
        let Self { files, failed, documents, words, names } = *self;
        let mut line = format!(
            "{}, {}, {}, {} in {:.1} s",
            format_count(files, "file"),
            format_count(documents, "document"),
            format_count(words, "word"),
            format_count(names, "name"),
            took.as_secs_f64(),
        );
        if failed > 0 {
            line += &format!("; {} could not be read", format_count(failed, "file"));
        }
        line
    }
}

/// Formats a count: "1 file", "1,234 files".
pub(crate) fn format_count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", group_digits(number))
}

/// Formats a number with digits in groups of three: "1,234,567".
pub(crate) fn group_digits(number: u64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, expected) in cases {
            assert_eq!(group_digits(number), expected);
        }
    }
}
