//! The list of the forms that are read, for people.

const TABLE: &str = include_str!("../data/forms.tsv");

/// Whether this program was built with the feature that reads Parquet.
pub const READS_PARQUET: bool = cfg!(feature = "columns");

/// A form of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadableForm {
    /// Its name.
    pub name: &'static str,
    /// The name of a file of the form.
    pub example: &'static str,
    /// What of it becomes a document.
    pub documents: &'static str,
}

/// The forms that are read.
pub fn readable_forms() -> impl Iterator<Item = ReadableForm> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        Some(ReadableForm { name: cells.next()?, example: cells.next()?, documents: cells.next()? })
    })
}
