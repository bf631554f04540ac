//! Tables as comma-separated values (RFC 4180): the one writer of all tables.
//!
//! A row is a list of [`Cell`]s, so that the writer knows numbers from words that look
//! like numbers. Lines end with CRLF. A cell that a spreadsheet could interpret as a
//! formula is escaped: see [`escape_formula`].
//!
//! A file in [`TableDialect::Excel`] opens by a double click: it begins with a byte order
//! mark, without which Excel garbles accents, and words that Excel would turn into a
//! number or a date ("000214", "4e16", "17 November") stay words.

use std::borrow::Cow;
use std::io::{self, Write};

use chancery_model::MONTH_NAMES;

/// The byte order mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableDialect {
    /// For programs.
    #[default]
    Plain,
    /// For Excel.
    Excel,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Words, ids and dates.
    Text(Cow<'a, str>),
    /// A number, as it is written.
    Number(String),
}

impl<'a> Cell<'a> {
    /// A cell with words.
    pub fn text(words: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(words.into())
    }

    /// A cell with a number.
    #[allow(clippy::needless_pass_by_value, reason = "numbers are copied")]
    pub fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }

    /// A cell with a number, or an empty one.
    pub fn optional_number(number: Option<impl ToString>) -> Self {
        Self::Number(number.map(|number| number.to_string()).unwrap_or_default())
    }

    /// Returns the cell as the file has it, before quotes.
    fn written(&self, dialect: TableDialect) -> Cow<'_, str> {
        match self {
            Self::Number(number) => Cow::Borrowed(number),
            Self::Text(words) if dialect == TableDialect::Excel && looks_like_a_value(words) => {
                // A formula whose value is these words.
                Cow::Owned(format!("=\"{words}\""))
            }
            Self::Text(words) => escape_formula(words),
        }
    }
}

/// Escapes a cell that a spreadsheet could interpret as a formula.
///
/// A cell that starts with `=`, `+`, `-`, `@`, a tab or a line end gets an
/// apostrophe in front. So does one that starts with an apostrophe, so that
/// removing one apostrophe restores the original.
pub fn escape_formula(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Whether Excel would turn words into a number, a date or a truth value. Whole dates
/// such as 1962-05-31 may become dates.
fn looks_like_a_value(words: &str) -> bool {
    let trimmed = words.trim();
    if trimmed.eq_ignore_ascii_case("true") || trimmed.eq_ignore_ascii_case("false") {
        return true;
    }
    let has_digit = trimmed.bytes().any(|byte| byte.is_ascii_digit());
    let is_of_number = |c: char| c.is_ascii_alphanumeric() || " .,:/-%$+()".contains(c);
    if !has_digit || is_whole_date(trimmed) || !trimmed.chars().all(is_of_number) {
        return false;
    }
    let mut letters =
        trimmed.split(|c: char| !c.is_ascii_alphabetic()).filter(|part| !part.is_empty());
    letters.all(is_word_of_value)
}

/// A day as ISO 8601 has it.
fn is_whole_date(words: &str) -> bool {
    let bytes = words.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Whether letters can be a part of a number, time or date: the exponent, a month.
fn is_word_of_value(letters: &str) -> bool {
    let is_month = |month: &&str| {
        let short = &month[..3];
        letters.eq_ignore_ascii_case(month) || letters.eq_ignore_ascii_case(short)
    };
    ["e", "am", "pm", "a", "p"].iter().any(|word| letters.eq_ignore_ascii_case(word))
        || MONTH_NAMES.iter().any(|month| is_month(&month))
}

/// Writes a table, one row at a time.
pub struct TableWriter<W: Write> {
    table: csv::Writer<W>,
    dialect: TableDialect,
}

impl<W: Write> TableWriter<W> {
    /// Creates a writer to `out` and writes the names of the columns.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start(mut out: W, dialect: TableDialect, columns: &[&str]) -> io::Result<Self> {
        if dialect == TableDialect::Excel {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        let terminator = csv::Terminator::CRLF;
        let mut table = csv::WriterBuilder::new().terminator(terminator).from_writer(out);
        table.write_record(columns).map_err(unwrap_io_error)?;
        Ok(Self { table, dialect })
    }

    /// Writes a row.
    pub fn write_row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> io::Result<()> {
        for cell in cells {
            let written = cell.written(self.dialect);
            self.table.write_field(written.as_bytes()).map_err(unwrap_io_error)?;
        }
        self.table.write_record(None::<&[u8]>).map_err(unwrap_io_error)
    }

    /// Finishes the table and returns the output.
    pub fn finish(self) -> io::Result<W> {
        self.table.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// Returns the I/O error behind an error of the CSV writer. The writer wraps it
/// without a source, so a caller could not see that a pipe is closed or a disk
/// is full.
fn unwrap_io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_escaped() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("-", "'-"),
            ("@sum", "'@sum"),
            ("+44", "'+44"),
            ("'s", "''s"),
            ("Ama", "Ama"),
            ("", ""),
        ] {
            assert_eq!(escape_formula(cell), shown);
        }
    }

    #[test]
    fn excel_gets_a_mark_and_words_stay_words() {
        let write = |dialect| {
            let mut table =
                TableWriter::start(Vec::new(), dialect, &["id", "documents"]).expect("memory");
            let id = |id| [Cell::text(id), Cell::number(12)];
            for words in ["000214", "Ama \"A.\" Osei", "a\nb", "=1+1"] {
                table.write_row(id(words)).expect("memory");
            }
            String::from_utf8(table.finish().expect("memory")).expect("UTF-8")
        };
        let rest = "\"Ama \"\"A.\"\" Osei\",12\r\n\"a\nb\",12\r\n'=1+1,12\r\n";
        let plain = format!("id,documents\r\n000214,12\r\n{rest}");
        assert_eq!(write(TableDialect::Plain), plain);
        let excel = format!("\u{feff}id,documents\r\n\"=\"\"000214\"\"\",12\r\n{rest}");
        assert_eq!(write(TableDialect::Excel), excel);
    }

    #[test]
    fn what_excel_would_change_is_recognised() {
        for words in [
            "000214",
            "4e16",
            "1E10",
            "1-2",
            "3/4",
            "17 November",
            "Mar-1",
            "May 1962",
            "12:30 pm",
            "1962-05",
            "1962",
            "50%",
            "$12",
            "(12)",
            "TRUE",
        ] {
            assert!(looks_like_a_value(words), "{words}");
        }
        for words in [
            "",
            "09LOME1",
            "1962-05-31",
            "Group of 77",
            "9f86d081a",
            "May",
            "d199",
            "G-77",
            "people:1",
            "‘12’",
            "n-12@*",
            "May Day 1962",
        ] {
            assert!(!looks_like_a_value(words), "{words}");
        }
    }
}
