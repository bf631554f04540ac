//! Pages of a source, as places in the text of a document.

use serde::{Deserialize, Serialize};

/// Where a page of the file begins in the text, and how its text was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its number in the file, from 1. Pages without text are left out.
    pub number: u32,
    /// The offset in the text at which it begins.
    pub offset: u32,
    /// What read its text, if the file is no plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<PageReader>,
    /// How well its text was recognised, in percent: the confidence of the program that
    /// recognised it. Without one, the share of words that look like words, if it is below
    /// [`Page::DOUBTFUL`]. Otherwise `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
}

impl Page {
    /// The quality below which a text is too bad to rely on, in percent. docs/FORMS.md says
    /// how it was found.
    pub const DOUBTFUL: u8 = 80;

    /// Whether the text of the page has too many faults to rely on it.
    pub fn is_doubtful(&self) -> bool {
        self.quality.is_some_and(|quality| quality < Self::DOUBTFUL)
    }
}

/// What read the text of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageReader {
    /// poppler's pdftotext.
    Pdftotext,
    /// The crate pdf-extract, which is part of the program.
    PdfExtract,
    /// tesseract recognised a picture of the page.
    Tesseract,
    /// The file has recognised text (ALTO, hOCR, PAGE XML).
    Recognised,
}

impl PageReader {
    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdftotext => "pdftotext",
            Self::PdfExtract => "pdf-extract",
            Self::Tesseract => "tesseract",
            Self::Recognised => "text recognised before",
        }
    }
}

/// Pages in words, for people: "1, 4-9".
pub fn page_ranges(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let words = ranges.into_iter().map(|(first, last)| match last {
        _ if last == first => first.to_string(),
        last => format!("{first}-{last}"),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_in_a_row_are_a_range() {
        let cases: [(&[u32], &str); 5] = [
            (&[], ""),
            (&[3], "3"),
            (&[1, 2], "1-2"),
            (&[1, 4, 5, 6, 9], "1, 4-6, 9"),
            (&[u32::MAX, u32::MAX], "4294967295, 4294967295"),
        ];
        for (numbers, expected) in cases {
            assert_eq!(page_ranges(numbers), expected);
        }
    }
}
