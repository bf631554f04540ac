//! Reads what tesseract prints of a picture: a table (TSV) of words with their places and
//! confidences.
//!
//! Lines stay lines. Tesseract parts labels from their values ("Subject:" and "Mauritius")
//! if they stand in two columns, so a column of labels and the column beside it are joined
//! again, row by row.

/// Maximum number of lines of a page that are compared for columns.
const MAX_COMPARED_LINES: usize = 500;

/// The recognised text of a picture, page by page.
#[derive(Debug, Default, PartialEq)]
pub(super) struct RecognisedText {
    /// The pages. A picture may have several (TIFF).
    pub(super) pages: Vec<RecognisedPage>,
}

/// The recognised text of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RecognisedPage {
    /// Its lines.
    pub(super) text: String,
    /// The mean confidence of its letters in percent.
    pub(super) quality: Option<u8>,
}

/// A line of a page.
struct Line {
    block: u32,
    paragraph: (u32, u32),
    words: String,
    left: i64,
    right: i64,
    top: i64,
    bottom: i64,
}

/// The columns of the table; the last is the word.
const COLUMNS: usize = 12;

/// Reads a table. Text that is no table is one page without confidence.
pub(super) fn read_table(printed: &str) -> RecognisedText {
    if !printed.starts_with("level\t") {
        let page = RecognisedPage { text: printed.replace('\x0C', "\n"), quality: None };
        return RecognisedText { pages: vec![page] };
    }
    let mut pages: Vec<PageDraft> = Vec::new();
    for row in printed.lines().skip(1) {
        let cells: Vec<&str> = row.splitn(COLUMNS, '\t').collect();
        let number = |at: usize| cells.get(at).and_then(|cell| cell.parse::<i64>().ok());
        let Some(page) = number(1).and_then(|page| u32::try_from(page).ok()) else { continue };
        if pages.last().is_none_or(|last| last.number != page) {
            pages.push(PageDraft { number: page, ..PageDraft::default() });
        }
        let (Some(5), Some(draft)) = (number(0), pages.last_mut()) else { continue };
        let confidence = cells.get(10).and_then(|cell| cell.parse::<f64>().ok());
        if let (Some(&word), Some(confidence)) = (cells.get(11), confidence) {
            draft.add_word(
                word.trim(),
                confidence,
                [2, 3, 4, 6, 7, 8, 9].map(|at| number(at).unwrap_or(0)),
            );
        }
    }
    RecognisedText { pages: pages.into_iter().map(PageDraft::into_page).collect() }
}

#[derive(Default)]
struct PageDraft {
    number: u32,
    lines: Vec<Line>,
    line: i64,
    /// The sum of the confidences of all letters, and their number.
    confidence: (f64, f64),
}

impl PageDraft {
    fn add_word(&mut self, word: &str, confidence: f64, place: [i64; 7]) {
        let [block, paragraph, line, left, top, width, height] = place;
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count() as f64;
        if word.is_empty() {
            return;
        }
        if confidence >= 0.0 {
            self.confidence.0 += confidence.min(100.0) * letters;
            self.confidence.1 += letters;
        }
        let block = u32::try_from(block).unwrap_or(0);
        let paragraph = (block, u32::try_from(paragraph).unwrap_or(0));
        let right = left.saturating_add(width);
        let bottom = top.saturating_add(height);
        match self.lines.last_mut() {
            Some(last) if last.paragraph == paragraph && self.line == line => {
                last.words.push(' ');
                last.words.push_str(word);
                last.right = last.right.max(right);
                last.top = last.top.min(top);
                last.bottom = last.bottom.max(bottom);
            }
            _ => {
                let words = word.to_owned();
                self.lines.push(Line { block, paragraph, words, left, right, top, bottom });
            }
        }
        self.line = line;
    }

    fn into_page(mut self) -> RecognisedPage {
        self.join_labels();
        let mut text = String::new();
        let mut before = None;
        for line in &self.lines {
            if before.is_some_and(|before| before != line.paragraph) {
                text.push('\n');
            }
            before = Some(line.paragraph);
            text.push_str(&line.words);
            text.push('\n');
        }
        let (sum, letters) = self.confidence;
        let quality = (letters > 0.0).then(|| (sum / letters).round() as u8);
        RecognisedPage { text, quality }
    }

    /// Joins a block of labels with the block beside it.
    fn join_labels(&mut self) {
        if self.lines.len() > MAX_COMPARED_LINES {
            return;
        }
        let mut blocks: Vec<u32> = self.lines.iter().map(|line| line.block).collect();
        blocks.dedup();
        for &labels in &blocks {
            let of_block = |block: u32| self.lines.iter().filter(move |line| line.block == block);
            let count = of_block(labels).count();
            let ended = of_block(labels).filter(|line| line.words.ends_with(':')).count();
            let (Some(right), Some(top), Some(bottom)) = (
                of_block(labels).map(|line| line.right).max(),
                of_block(labels).map(|line| line.top).min(),
                of_block(labels).map(|line| line.bottom).max(),
            ) else {
                continue;
            };
            if count < 2 || ended * 2 < count {
                continue;
            }
            let beside = blocks.iter().copied().find(|&block| {
                block != labels
                    && of_block(block).all(|line| line.left >= right)
                    && of_block(block).any(|line| line.top < bottom && line.bottom > top)
            });
            if let Some(values) = beside {
                self.join_rows(labels, values);
            }
        }
    }

    /// Puts the lines of two blocks in the order of the page, and joins those of one row.
    fn join_rows(&mut self, labels: u32, values: u32) {
        let is_part = |line: &Line| line.block == labels || line.block == values;
        let at = self.lines.iter().position(is_part).unwrap_or(0);
        let (mut part, others): (Vec<Line>, Vec<Line>) =
            std::mem::take(&mut self.lines).into_iter().partition(is_part);
        part.sort_by_key(|line| (line.top.saturating_add(line.bottom), line.left));
        let mut rows: Vec<Line> = Vec::new();
        for mut line in part {
            (line.block, line.paragraph) = (labels, (labels, 0));
            match rows.last_mut() {
                Some(row) if is_in_row(row, &line) => {
                    let (first, second) = match line.left < row.left {
                        true => (&line.words, &row.words),
                        false => (&row.words, &line.words),
                    };
                    row.words = format!("{first}  {second}");
                    (row.left, row.right) = (row.left.min(line.left), row.right.max(line.right));
                }
                _ => rows.push(line),
            }
        }
        self.lines = others;
        self.lines.splice(at..at, rows);
    }
}

/// Whether the middle of a line is within the height of a row.
fn is_in_row(row: &Line, line: &Line) -> bool {
    let middle = line.top.saturating_add(line.bottom) / 2;
    row.top < middle && middle < row.bottom && (line.left >= row.right || line.right <= row.left)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of a word: block, paragraph, line, left, top, confidence.
    fn table(words: &[(u32, u32, u32, i64, i64, f32, &str)]) -> String {
        let mut out = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\
            \theight\tconf\ttext\n1\t1\t0\t0\t0\t0\t0\t0\t900\t900\t-1\t\n"
            .to_owned();
        for (block, paragraph, line, left, top, confidence, word) in words {
            out += &format!(
                "5\t1\t{block}\t{paragraph}\t{line}\t1\t{left}\t{top}\t40\t10\t{confidence}\t{word}\n"
            );
        }
        out
    }

    #[test]
    fn lines_and_paragraphs_are_kept() {
        let printed = table(&[
            (1, 1, 1, 0, 0, 90.0, "FM"),
            (1, 1, 1, 50, 0, 80.0, "AMEMBASSY"),
            (1, 1, 2, 0, 20, 90.0, "TO"),
            (1, 2, 1, 0, 60, 96.0, "1."),
        ]);
        let page =
            RecognisedPage { text: "FM AMEMBASSY\nTO\n\n1.\n".to_owned(), quality: Some(84) };
        assert_eq!(read_table(&printed).pages, [page]);
    }

    #[test]
    fn labels_stand_beside_their_values() {
        let printed = table(&[
            (1, 1, 1, 0, 0, 90.0, "From:"),
            (1, 1, 2, 0, 20, 90.0, "Subject:"),
            (2, 1, 1, 100, 0, 90.0, "PORT"),
            (2, 1, 2, 100, 21, 90.0, "Trawlers"),
            (2, 1, 3, 100, 40, 90.0, "again"),
        ]);
        let text = &read_table(&printed).pages[0].text;
        assert_eq!(text, "From:  PORT\nSubject:  Trawlers\nagain\n");
        let columns = table(&[
            (1, 1, 1, 0, 0, 90.0, "He"),
            (1, 1, 2, 0, 20, 90.0, "left."),
            (2, 1, 1, 100, 0, 90.0, "She"),
            (2, 1, 2, 100, 21, 90.0, "came."),
        ]);
        let text = &read_table(&columns).pages[0].text;
        assert_eq!(text, "He\nleft.\n\nShe\ncame.\n", "columns of prose are read one by one");
    }

    #[test]
    fn damaged_tables_are_read_as_far_as_possible() {
        for (printed, expected) in [
            ("", ""),
            ("Plain words\n", "Plain words\n"),
            ("level\tpage_num\n5\t1\n5\tx\t\t\n", ""),
            (
                "level\t\n5\t1\t1\t1\t1\t1\t9223372036854775807\t9223372036854775807\t9\t9\t50\tword\n",
                "word\n",
            ),
        ] {
            let text: String =
                read_table(printed).pages.into_iter().map(|page| page.text).collect();
            assert_eq!(text, expected, "{printed:?}");
        }
    }
}
