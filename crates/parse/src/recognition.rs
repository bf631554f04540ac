//! What recognised pages (ALTO, hOCR, PAGE XML) say of their words: confidences, and the
//! attributes that they stand in.

use std::ops::Range;

use memchr::{memchr, memmem};

/// The confidences of the words of each page, in percent.
#[derive(Debug, Default)]
pub(crate) struct PageConfidences {
    /// The sum and number of the confidences of each page.
    pages: Vec<(f64, u32)>,
}

impl PageConfidences {
    /// Begins the next page.
    pub(crate) fn start_page(&mut self) {
        self.pages.push((0.0, 0));
    }

    /// Adds the confidence of a word of the current page. Values out of range count as the
    /// nearest one in it.
    pub(crate) fn add(&mut self, percent: f64) {
        if self.pages.is_empty() {
            self.start_page();
        }
        if let Some((sum, count)) = self.pages.last_mut() {
            *sum += percent.clamp(0.0, 100.0);
            *count += 1;
        }
    }

    /// Whether no page has begun.
    pub(crate) fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The mean confidence of the page of this number, from 1.
    pub(crate) fn of_page(&self, number: u32) -> Option<u8> {
        let (sum, count) = *self.pages.get((number as usize).checked_sub(1)?)?;
        (count > 0).then(|| (sum / f64::from(count)).round() as u8)
    }
}

/// The range of the value of an attribute within a tag.
pub(crate) fn attribute(tag: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let found = memmem::find_iter(tag, name).find_map(|at| {
        let before = tag.get(at.checked_sub(1)?)?;
        let after = at + name.len();
        let rest = tag[after..].trim_ascii_start();
        let is_name = before.is_ascii_whitespace() && rest.first() == Some(&b'=');
        let value = rest.get(1..)?.trim_ascii_start();
        is_name.then_some(tag.len() - value.len())
    })?;
    let quote = *tag.get(found).filter(|quote| b"'\"".contains(quote))?;
    let length = memchr(quote, &tag[found + 1..])?;
    Some(found + 1..found + 1 + length)
}

/// The number at the start of `bytes`.
pub(crate) fn read_number(bytes: &[u8]) -> Option<f64> {
    let is_part = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = bytes.iter().take(20).take_while(is_part).count();
    std::str::from_utf8(&bytes[..length]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_their_whole_name() {
        let cases: [(&str, &str, Option<&str>); 7] = [
            ("<String CONTENT=\"a\"/>", "CONTENT", Some("a")),
            ("<String SUBS_CONTENT=\"ab\" CONTENT='a'/>", "CONTENT", Some("a")),
            ("<String CONTENT = \"a b\"/>", "CONTENT", Some("a b")),
            ("<String CONTENT=a/>", "CONTENT", None),
            ("<String CONTENT=\"a/>", "CONTENT", None),
            ("<String/>", "CONTENT", None),
            ("CONTENT=\"a\"", "CONTENT", None),
        ];
        for (tag, name, expected) in cases {
            let found = attribute(tag.as_bytes(), name.as_bytes()).map(|range| &tag[range]);
            assert_eq!(found, expected, "{tag}");
        }
    }

    #[test]
    fn confidences_are_means_of_pages() {
        let mut confidences = PageConfidences::default();
        for percent in [90.0, 80.0] {
            confidences.add(percent);
        }
        confidences.start_page();
        confidences.start_page();
        confidences.add(999.0);
        let found = [0, 1, 2, 3, 4].map(|number| confidences.of_page(number));
        assert_eq!(found, [None, Some(85), None, Some(100), None]);
    }
}
