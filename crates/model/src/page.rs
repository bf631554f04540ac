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

/// Maximum number of pages that a summary lists one by one.
const MAX_LISTED_PAGES: usize = 20;

/// What the pages of a document are, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageSummary {
    /// The first and the last page: "1-4"; `None` for a text of one page.
    pub numbers: Option<String>,
    /// What read them: "pdftotext (page 1), tesseract (pages 2-4)".
    pub readers: Option<String>,
    /// Those that are hard to read: "page 2 (62 %)".
    pub doubtful: Option<String>,
}

impl PageSummary {
    /// The summary of the pages of a document.
    pub fn new(pages: &[Page]) -> Self {
        let (Some(first), Some(last)) = (pages.first(), pages.last()) else {
            return Self::default();
        };
        let numbers = match (first.number, last.number) {
            (1, 1) => None,
            (first, last) if first == last => Some(first.to_string()),
            (first, last) => Some(format!("{first}-{last}")),
        };
        let mut readers: Vec<PageReader> = pages.iter().filter_map(|page| page.reader).collect();
        readers.sort_unstable();
        readers.dedup();
        let describe = |reader: &PageReader| {
            let of_reader = pages.iter().filter(|page| page.reader == Some(*reader));
            let numbers: Vec<u32> = of_reader.map(|page| page.number).collect();
            match &numbers[..] {
                _ if readers.len() == 1 => reader.name().to_owned(),
                [one] => format!("{} (page {one})", reader.name()),
                several => format!("{} (pages {})", reader.name(), page_ranges(several)),
            }
        };
        let parts: Vec<String> = readers.iter().map(describe).collect();
        let mut doubtful: Vec<String> = Vec::new();
        let mut more = 0;
        for page in pages.iter().filter(|page| page.is_doubtful()) {
            match page.quality {
                Some(quality) if doubtful.len() < MAX_LISTED_PAGES => {
                    doubtful.push(format!("page {} ({quality} %)", page.number));
                }
                _ => more += 1,
            }
        }
        if more > 0 {
            doubtful.push(format!("{more} more"));
        }
        let joined = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join(", "));
        Self { numbers, readers: joined(parts), doubtful: joined(doubtful) }
    }

    /// One sentence: "Pages 1-4; read by tesseract; hard to read: page 2 (62 %)".
    pub fn sentence(&self) -> Option<String> {
        let parts = [
            self.numbers.as_ref().map(|numbers| {
                format!("{} {numbers}", if numbers.contains('-') { "Pages" } else { "Page" })
            }),
            self.readers.as_ref().map(|readers| format!("read by {readers}")),
            self.doubtful.as_ref().map(|pages| format!("hard to read: {pages}")),
        ];
        let mut sentence = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let first = sentence.get_mut(..1)?;
        first.make_ascii_uppercase();
        Some(sentence)
    }
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

    #[test]
    fn summaries_say_what_read_the_pages_and_how_well() {
        let page = |number, reader, quality| Page { number, offset: 0, reader, quality };
        let (text, scan) = (Some(PageReader::Pdftotext), Some(PageReader::Tesseract));
        let sentence = |pages: &[Page]| PageSummary::new(pages).sentence();
        assert_eq!(sentence(&[]), None);
        assert_eq!(sentence(&[page(1, None, None)]), None);
        assert_eq!(
            sentence(&[page(1, None, Some(60))]).as_deref(),
            Some("Hard to read: page 1 (60 %)")
        );
        assert_eq!(sentence(&[page(3, text, None)]).as_deref(), Some("Page 3; read by pdftotext"));
        let mixed = [page(1, text, None), page(2, scan, Some(96)), page(4, scan, Some(70))];
        let expected = "Pages 1-4; read by pdftotext (page 1), tesseract (pages 2, 4); \
            hard to read: page 4 (70 %)";
        assert_eq!(sentence(&mixed).as_deref(), Some(expected));
        let bad: Vec<Page> = (1..=25).map(|number| page(number, scan, Some(50))).collect();
        assert!(sentence(&bad).is_some_and(|words| words.ends_with("page 20 (50 %), 5 more")));
    }
}
