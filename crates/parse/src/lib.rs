//! What is in these bytes?
//!
//! [`read`] turns the bytes of a file into documents.

pub mod field;

use chancery_model::Document;

/// What a file holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Its documents, in the order of the file.
    pub documents: Vec<Document>,
    /// The volume's own reference lists; empty for single documents.
    pub lists: Lists,
    /// What could not be read: the rest was.
    pub problems: Vec<Problem>,
}

/// Persons and terms lists of a FRUS volume.
#[derive(Debug, Default)]
pub struct Lists {
    /// The persons list.
    pub persons: Vec<Listed>,
    /// The list of abbreviations and terms.
    pub terms: Vec<Listed>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The id that marks refer to ("p_NRM1").
    pub id: String,
    /// The name as listed ("Nixon, Richard M.").
    pub name: String,
    /// What the list says of it.
    pub remark: String,
}

/// Something that could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte of the file.
    pub at: u64,
    /// What is wrong and what was done about it.
    pub what: String,
}

/// Reads `raw`.
///
/// # Errors
/// When nothing of the file can be read as text.
pub fn read(raw: &[u8]) -> Result<Contents, Problem> {
    let _ = raw;
    Ok(Contents::default())
}
