//! The summary of a run, which is printed on standard error.

use std::time::Duration;

use chancery_engine::LanguageCounts;
use chancery_model::Annotated;
pub(crate) use chancery_views::formatting::{format_count, group_digits};

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunCounts {
    /// Inputs that were read.
    pub(crate) files: u64,
    /// Inputs that could not be read.
    pub(crate) failed: u64,
    /// Documents in the inputs.
    pub(crate) documents: u64,
    /// Words and numbers in the documents.
    pub(crate) words: u64,
    /// Mentions in the documents.
    pub(crate) mentions: u64,
    /// Documents in which no names were marked because they are not in English.
    pub(crate) languages: LanguageCounts,
}

impl RunCounts {
    /// Counts a document.
    pub(crate) fn count_document(&mut self, annotated: &Annotated) {
        self.documents += 1;
        self.words += annotated.words.count_words();
        self.mentions += annotated.mentions.len() as u64;
        self.languages.count(annotated.words.language, 1);
    }

    /// Adds the counts of another part of the run.
    pub(crate) fn add_counts(&mut self, other: &Self) {
        self.files += other.files;
        self.failed += other.failed;
        self.documents += other.documents;
        self.words += other.words;
        self.mentions += other.mentions;
        self.languages.add(&other.languages);
    }

    /// Formats the summary, one line.
    pub(crate) fn summary_line(&self, took: Duration) -> String {
        let Self { files, failed, documents, words, mentions, languages: _ } = *self;
        let mut line = format!(
            "{}, {}, {}, {} in {:.1} s",
            format_count(files, "file"),
            format_count(documents, "document"),
            format_count(words, "word"),
            format_count(mentions, "name"),
            took.as_secs_f64(),
        );
        if failed > 0 {
            line += &format!("; {} could not be read", format_count(failed, "file"));
        }
        line
    }
}

/// Prints the numbers of documents in other languages, whose names were not marked.
pub(crate) fn report_languages(languages: &LanguageCounts, is_quiet: bool) {
    let counted = languages.counted();
    let parts: Vec<String> = counted
        .iter()
        .map(|(language, count)| format!("{} in {language}", format_count(*count, "document")))
        .collect();
    if !is_quiet && !parts.is_empty() {
        let parts = parts.join(", ");
        eprintln!("{parts}: names were not looked for (only English is supported)");
    }
}

/// Prints which programs of others read PDFs and images.
pub(crate) fn report_programs(programs: &[String], is_quiet: bool) {
    if !is_quiet && !programs.is_empty() {
        eprintln!("files were read by {}", programs.join(" and "));
    }
}
