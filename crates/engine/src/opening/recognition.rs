//! Recognises the text of pictures with tesseract: pages of a PDF in parallel, each in a
//! process with limits.
//!
//! Pages that were recognised are kept in a folder until the run ends, so that a run that
//! was interrupted does not recognise them again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::process::{ProcessError, run_limited_process};
use super::programs::Program;
use super::tesseract_lines::{RecognisedPage, RecognisedText, read_table};

/// Time limit for the pages of one PDF.
const MAX_FILE_TIME: Duration = Duration::from_mins(30);

/// Pixels on the longer side of a rendered page: 300 dpi on A4. It also bounds
/// the page sizes of hostile files.
const PAGE_IMAGE_PIXELS: &str = "3500";

/// Maximum size of a page image, in bytes: one per pixel, and the header.
const MAX_PAGE_IMAGE_BYTES: u64 = 3500 * 3500 + 1000;

/// Maximum size of the table of the words of a picture, in bytes.
const MAX_TABLE_BYTES: u64 = 16 << 20;

/// Why a page was not recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PageFault {
    /// The programs failed.
    Failed(String),
    /// The time for the file was over.
    NoTime,
}

/// Recognises pictures.
pub(super) struct Recogniser {
    pub(super) tesseract: Program,
    /// Renders pages of PDFs.
    pub(super) pdftoppm: Option<Program>,
    slots: Slots,
    kept: Option<KeptPages>,
    /// Whether pages were left for another run.
    has_pages_left: AtomicBool,
}

impl Recogniser {
    /// The recogniser, if tesseract is installed. `kept` is the folder for recognised pages.
    pub(super) fn find(kept: Option<&Path>) -> Option<Self> {
        Some(Self {
            tesseract: Program::find("tesseract", "--version")?,
            pdftoppm: Program::find("pdftoppm", "-v"),
            slots: Slots::new(thread::available_parallelism().map_or(1, usize::from)),
            kept: kept.map(|folder| KeptPages { folder: folder.to_owned() }),
            has_pages_left: AtomicBool::new(false),
        })
    }

    /// Whether pages were left for another run, because their file took too long.
    pub(super) fn has_pages_left(&self) -> bool {
        self.has_pages_left.load(Ordering::Relaxed)
    }

    /// Recognises a picture, which may have several pages.
    pub(super) fn recognise_image(&self, bytes: &[u8]) -> Result<RecognisedText, ProcessError> {
        let _slot = self.slots.take();
        Ok(read_table(&self.run_tesseract(bytes)?))
    }

    /// Recognises pages of a PDF, given by their numbers from 1. The result has one entry
    /// for each.
    pub(super) fn recognise_pages(
        &self,
        pdf: &[u8],
        numbers: &[u32],
    ) -> Vec<Result<RecognisedPage, PageFault>> {
        let digest = blake3::hash(pdf).to_hex();
        let started = Instant::now();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(&number) = numbers.get(at) else { return done };
                let page = self.recognise_page(pdf, &digest, number, started);
                done.push((at, page));
            }
        };
        let workers = self.slots.count.min(numbers.len());
        let mut pages = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_default());
            joined.flatten().collect::<Vec<_>>()
        });
        pages.sort_by_key(|(at, _)| *at);
        if pages.iter().any(|(_, page)| *page == Err(PageFault::NoTime)) {
            self.has_pages_left.store(true, Ordering::Relaxed);
        }
        pages.into_iter().map(|(_, page)| page).collect()
    }

    fn recognise_page(
        &self,
        pdf: &[u8],
        digest: &str,
        number: u32,
        started: Instant,
    ) -> Result<RecognisedPage, PageFault> {
        let name = format!("{digest}-{number}");
        if let Some(kept) = self.kept.as_ref().and_then(|kept| kept.read(&name)) {
            return Ok(only_page(&kept));
        }
        let _slot = self.slots.take();
        if started.elapsed() > MAX_FILE_TIME {
            return Err(PageFault::NoTime);
        }
        let printed = self.render_and_read(pdf, number);
        let printed = printed.map_err(|failed| PageFault::Failed(failed.to_string()))?;
        self.kept.iter().for_each(|kept| kept.write(&name, &printed));
        Ok(only_page(&printed))
    }

    fn render_and_read(&self, pdf: &[u8], number: u32) -> Result<String, ProcessError> {
        let Some(pdftoppm) = &self.pdftoppm else { return Ok(String::new()) };
        let number = number.to_string();
        let arguments =
            ["-q", "-gray", "-scale-to", PAGE_IMAGE_PIXELS, "-f", &number, "-l", &number, "-"];
        let picture = run_limited_process(pdftoppm.path(), &arguments, pdf, MAX_PAGE_IMAGE_BYTES)?;
        pdftoppm.record_use();
        self.run_tesseract(&picture)
    }

    fn run_tesseract(&self, picture: &[u8]) -> Result<String, ProcessError> {
        let arguments = ["stdin", "stdout", "-c", "tessedit_create_tsv=1"];
        let path = self.tesseract.path();
        let printed = run_limited_process(path, &arguments, picture, MAX_TABLE_BYTES)?;
        self.tesseract.record_use();
        Ok(String::from_utf8_lossy(&printed).into_owned())
    }
}

/// The page of a picture that has one.
fn only_page(printed: &str) -> RecognisedPage {
    read_table(printed).pages.into_iter().next().unwrap_or_default()
}

/// Bounds the number of processes over all files.
struct Slots {
    count: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

impl Slots {
    fn new(count: usize) -> Self {
        Self { count, free: Mutex::new(count), freed: Condvar::new() }
    }

    /// Waits for a slot.
    fn take(&self) -> Slot<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.freed.wait_while(free, |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Slot(self)
    }
}

struct Slot<'a>(&'a Slots);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

/// The folder of the pages that were recognised in this run, one file each.
struct KeptPages {
    folder: PathBuf,
}

impl KeptPages {
    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(name)).ok()
    }

    /// Keeps a page. Without space for it, an interrupted run recognises it again.
    fn write(&self, name: &str, printed: &str) {
        let unfinished = self.folder.join(format!("{name}.part"));
        let created = fs::create_dir_all(&self.folder);
        let written = created.and_then(|()| fs::write(&unfinished, printed));
        let _ = written.and_then(|()| fs::rename(&unfinished, self.folder.join(name)));
    }
}
