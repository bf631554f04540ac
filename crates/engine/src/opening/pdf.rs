//! Reads PDFs page by page.
//!
//! Poppler's `pdftotext -layout` reads the text if it is installed: it keeps labels beside
//! their values, and reads nearly every file. Otherwise a crate reads it, in a process
//! of this program. A page without text, or with only the stamp of its release over a
//! picture, is a scan: its picture is recognised. A stamp stays in the text of the page, so
//! that it becomes a page line, and its document number is kept.

use std::collections::HashSet;
use std::ffi::OsStr;

use chancery_model::{PageReader, page_ranges};
use chancery_parse::count_words_of_page;
use chancery_unpack::ExtractedText;

use super::process::{ProcessError, run_limited_process};
use super::recognition::PageFault;
use super::tesseract_lines::RecognisedPage;
use super::text_extractor::{FileText, NoTextError, ReadPage, TextExtractor};

/// Number of words, beside stamps and page marks, up to which a page may be a scan.
const MAX_SCAN_WORDS: usize = 15;

/// The share of a page from which on its pictures are the page.
const MIN_PICTURE_SHARE: f64 = 0.5;

/// Maximum size of the list of pictures or pages, in bytes.
const MAX_LIST_BYTES: u64 = 64 << 20;

/// A page as the reader gives it.
#[derive(Debug, Default)]
struct PdfPage {
    text: String,
    fault: Option<String>,
    has_picture: bool,
}

/// Pages that were not recognised, and why.
type MissingPages = (Missing, Vec<u32>);

impl TextExtractor {
    /// The text of a PDF.
    pub(super) fn read_pdf(&self, bytes: &[u8]) -> Result<FileText, NoTextError> {
        let (reader, pages) = self.read_pdf_pages(bytes)?;
        let scans = find_scans(&pages);
        let (mut recognised, missing) = self.recognise_scans(bytes, &scans);
        let mut extracted = FileText::default();
        let mut text = String::new();
        for (number, page) in (1..).zip(&pages) {
            let found = recognised.iter_mut().find(|(scan, _)| *scan == number);
            let (read_by, quality) = match found {
                Some((_, found)) => {
                    push_line(&mut text, &page.text);
                    text += &without_stamp(&found.text, &page.text);
                    (PageReader::Tesseract, found.quality)
                }
                None => {
                    text += &page.text;
                    (reader, None)
                }
            };
            text.push('\x0C');
            extracted.pages.push(ReadPage { reader: read_by, quality });
        }
        let unread = missing.iter().map(|(_, numbers)| numbers.len()).sum::<usize>();
        let all_unread = unread > 0 && unread == scans.len() && scans.len() == pages.len();
        for (kind, numbers) in missing {
            extracted.problems.push(self.missing_pages(&kind, &numbers, all_unread));
        }
        if all_unread || text.trim_matches(['\x0C', '\n', ' ']).is_empty() {
            let first = extracted.problems.drain(..).next();
            return Err(first.unwrap_or_else(|| "has no text".into()));
        }
        if text.len() as u64 > self.limits.member_bytes {
            return Err(ProcessError::OutputTooLarge(self.limits.member_bytes).to_string().into());
        }
        let faults =
            (1..).zip(&pages).filter_map(|(number, page)| Some((number, page.fault.as_ref()?)));
        for (number, fault) in faults {
            let message = format!("page {number}: its text cannot be extracted: {fault}");
            extracted.problems.push(message.into());
        }
        extracted.text = Some(ExtractedText::whole(text));
        Ok(extracted)
    }

    /// The pages of a PDF without recognition, and what read them.
    fn read_pdf_pages(&self, bytes: &[u8]) -> Result<(PageReader, Vec<PdfPage>), NoTextError> {
        let most = self.limits.member_bytes;
        let reader = self.pdf_reader.as_ref();
        let read = match (&self.pdftotext, reader) {
            (Some(program), _) => {
                let arguments = ["-q", "-layout", "-enc", "UTF-8", "-", "-"];
                run_limited_process(program.path(), &arguments, bytes, most).map(|printed| {
                    program.record_use();
                    let mut pages = split_pages(&String::from_utf8_lossy(&printed));
                    Self::find_pictures(bytes, &mut pages);
                    (PageReader::Pdftotext, pages)
                })
            }
            (None, Some((program, command))) => {
                run_limited_process(program.as_os_str(), &[command], bytes, most)
                    .map(|printed| (PageReader::PdfExtract, read_page_lines(&printed)))
            }
            (None, None) => {
                return Err("a PDF; its text cannot be extracted here (install poppler)".into());
            }
        };
        match read {
            Ok(read) => Ok(read),
            Err(ProcessError::ExitedWith(_)) if is_encrypted(bytes) => {
                Err("an encrypted PDF, which needs a password (save it without one, for example \
                     with qpdf --decrypt --password=PASSWORD in.pdf out.pdf)"
                    .into())
            }
            Err(failed) => Err(failed.to_string().into()),
        }
    }

    /// Finds the pages with a picture of most of the page, if one of them has few words.
    fn find_pictures(bytes: &[u8], pages: &mut [PdfPage]) {
        if pages.iter().all(|page| count_words_of_page(&page.text) > MAX_SCAN_WORDS) {
            return;
        }
        let list = |name: &str, arguments: &[&str]| {
            let printed = run_limited_process(OsStr::new(name), arguments, bytes, MAX_LIST_BYTES);
            String::from_utf8_lossy(&printed.unwrap_or_default()).into_owned()
        };
        let last = pages.len().to_string();
        let sizes = list("pdfinfo", &["-f", "1", "-l", &last, "-"]);
        let pictures = list("pdfimages", &["-list", "-"]);
        let shares = picture_shares(&sizes, &pictures, pages.len());
        for (page, share) in pages.iter_mut().zip(shares) {
            page.has_picture = share >= MIN_PICTURE_SHARE;
        }
    }

    /// Recognises scans. Returns them, and the numbers of those that were not recognised,
    /// by what was missing.
    fn recognise_scans(
        &self,
        bytes: &[u8],
        scans: &[u32],
    ) -> (Vec<(u32, RecognisedPage)>, Vec<MissingPages>) {
        if scans.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let recogniser = self.recogniser.as_ref().filter(|found| found.pdftoppm.is_some());
        let Some(recogniser) = recogniser else {
            return (Vec::new(), vec![(Missing::Programs, scans.to_vec())]);
        };
        let (mut found, mut missing) = (Vec::new(), Vec::<MissingPages>::new());
        for (&number, page) in scans.iter().zip(recogniser.recognise_pages(bytes, scans)) {
            let kind = match page {
                Ok(page) => {
                    found.push((number, page));
                    continue;
                }
                Err(PageFault::NoTime) => Missing::Time,
                Err(PageFault::Failed(message)) => Missing::Failed(message),
            };
            match missing.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, numbers)) => numbers.push(number),
                None => missing.push((kind, vec![number])),
            }
        }
        (found, missing)
    }

    /// The problem of pages that were not recognised. `all` is true if these are all pages.
    fn missing_pages(&self, kind: &Missing, numbers: &[u32], all: bool) -> NoTextError {
        let retry = self.remedies.retry;
        let which = match numbers {
            _ if all => "its pages are images".to_owned(),
            [one] => format!("page {one} is an image"),
            several => format!("pages {} are images", page_ranges(several)),
        };
        let message = match kind {
            Missing::Programs => format!(
                "needs OCR: {which} (install tesseract and poppler's pdftoppm, then {retry})"
            ),
            Missing::Time => format!(
                "needs OCR: {which}, and recognising the file took more than half an hour \
                 ({retry} to go on)"
            ),
            Missing::Failed(message) => format!("{which} and not recognised: {message}"),
        };
        let needs_ocr = !matches!(kind, Missing::Failed(_));
        let unread_pages = if needs_ocr { numbers.len() as u64 } else { 0 };
        NoTextError { message, needs_ocr, unread_pages }
    }
}

/// What is missing to recognise pages.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Missing {
    Programs,
    Time,
    Failed(String),
}

/// The numbers of the pages that are scans: those with few words over a picture. If no page
/// has words, all are.
fn find_scans(pages: &[PdfPage]) -> Vec<u32> {
    let has_letters = |page: &PdfPage| page.text.contains(char::is_alphanumeric);
    let all = !pages.iter().any(has_letters) && pages.iter().all(|page| page.fault.is_none());
    let is_scan =
        |page: &PdfPage| page.has_picture && count_words_of_page(&page.text) <= MAX_SCAN_WORDS;
    let scans = (1..).zip(pages).filter(|(_, page)| all || is_scan(page));
    scans.map(|(number, _)| number).collect()
}

/// Splits what pdftotext prints: a form feed ends each page.
fn split_pages(printed: &str) -> Vec<PdfPage> {
    let printed = printed.strip_suffix('\x0C').unwrap_or(printed);
    let page = |text: &str| PdfPage { text: text.to_owned(), ..PdfPage::default() };
    printed.split('\x0C').map(page).collect()
}

/// Reads what the process of this program prints: an object of JSON for each page.
fn read_page_lines(printed: &[u8]) -> Vec<PdfPage> {
    let lines = printed.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let page = |line: &[u8]| {
        let value: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        PdfPage {
            text: text("text").unwrap_or_default(),
            fault: text("fault"),
            has_picture: value["picture"].as_bool().unwrap_or(false),
        }
    };
    lines.map(page).collect()
}

/// The share of each page that its pictures cover, from what `pdfinfo` says of the sizes of
/// pages and `pdfimages -list` of the pictures on them.
fn picture_shares(sizes: &str, pictures: &str, count: usize) -> Vec<f64> {
    let mut areas = vec![0.0; count];
    for row in pictures.lines() {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let number = |at: usize| cells.get(at).and_then(|cell| cell.parse::<f64>().ok());
        let kind = cells.get(2).copied().unwrap_or_default();
        let is_picture = matches!(kind, "image" | "stencil");
        let values = (number(0), number(3), number(4), number(12), number(13));
        if let (Some(page), Some(width), Some(height), Some(x), Some(y)) = values
            && is_picture
            && x > 0.0
            && y > 0.0
            && let Some(area) = areas.get_mut((page as usize).wrapping_sub(1))
        {
            *area += width / x * (height / y);
        }
    }
    let mut shares = vec![0.0; count];
    for line in sizes.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        if let ["Page", page, "size:", width, "x", height, ..] = cells[..]
            && let (Ok(page), Ok(width), Ok(height)) =
                (page.parse::<usize>(), width.parse::<f64>(), height.parse::<f64>())
            && let Some(area) = areas.get(page.wrapping_sub(1))
        {
            let inches = width / 72.0 * (height / 72.0);
            shares[page - 1] = if inches > 0.0 { area / inches } else { 0.0 };
        }
    }
    shares
}

/// Whether a PDF says that it is encrypted.
fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.windows(b"/Encrypt".len()).any(|window| window == b"/Encrypt")
}

fn push_line(text: &mut String, line: &str) {
    let line = line.trim_matches(['\n', '\r', '\x0C']);
    if !line.trim().is_empty() {
        *text += line;
        text.push('\n');
    }
}

/// The recognised lines of a page, without those that repeat the stamp, which is text of
/// the PDF: of a line that repeats it, more than half of the words are words of the stamp.
fn without_stamp(recognised: &str, stamp: &str) -> String {
    let stamped: HashSet<&str> = stamp.split_whitespace().collect();
    let repeats = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let known = words.iter().filter(|word| stamped.contains(**word)).count();
        known >= 2 && known * 2 > words.len()
    };
    let lines = recognised.split_inclusive('\n').filter(|line| !repeats(line));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_cover_pages() {
        let sizes = "Pages: 3\nPage    1 size:  612 x 504 pts\nPage    2 size:  612 x 792 pts (letter)\n\
            Page    3 size:  0 x 0 pts\n";
        let pictures = "page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio\n\
            ------\n\
            1 0 image 850 700 rgb 3 8 image no 3 0 100 100 10.0K 0.6%\n\
            2 1 image 100 100 rgb 3 8 image no 4 0 100 100 10.0K 0.6%\n\
            2 2 smask 850 1100 gray 1 8 image no 4 0 100 100 10.0K 0.6%\n\
            3 3 image 850 1100 gray 1 8 image no 4 0 0 0 10.0K 0.6%\n\
            9 4 image 850 1100 gray 1 8 image no 4 0 100 100 10.0K 0.6%\n";
        let shares = picture_shares(sizes, pictures, 3);
        assert!((shares[0] - 1.0).abs() < 0.01, "{shares:?}");
        assert!(shares[1] > 0.0 && shares[1] < 0.05, "{shares:?}");
        assert_eq!(shares[2], 0.0);
    }

    #[test]
    fn a_page_with_only_a_stamp_over_a_picture_is_a_scan() {
        let page =
            |text: &str, has_picture| PdfPage { text: text.to_owned(), fault: None, has_picture };
        let stamp = "UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05760001 \
            Date: 05/13/2015\n";
        let words = "He said that he would leave. ".repeat(6);
        let cases: [(&str, Vec<PdfPage>, &[u32]); 6] = [
            ("stamp", vec![page(stamp, true)], &[1]),
            ("stamp on an empty page", vec![page(stamp, false)], &[]),
            ("text over a picture", vec![page(&words, true)], &[]),
            ("mixed", vec![page(&words, false), page("", true), page("", false)], &[2]),
            ("no text at all", vec![page("", false), page("", false)], &[1, 2]),
            ("short text", vec![page("Telegram 4 of the Embassy", false)], &[]),
        ];
        for (name, pages, expected) in cases {
            assert_eq!(find_scans(&pages), expected, "{name}");
        }
    }

    #[test]
    fn stamps_are_not_repeated() {
        let stamp = "UNCLASSIFIED Case No. F-2014 Doc No. C0576 Date: 05/13/2015";
        let recognised = "UNCLASSIFIED Case No. F-2Ol4 Doc No. C0576\nUNCLASSIFIED\nHe left.\n";
        assert_eq!(without_stamp(recognised, stamp), "UNCLASSIFIED\nHe left.\n");
    }
}
