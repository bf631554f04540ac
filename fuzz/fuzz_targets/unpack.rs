//! Any bytes as a container, office file or e-mail; the first byte selects the
//! kind. The file is rejected or unpacked within the limits. (PDFs are read in
//! a separate process, because their reader may panic.)
//!
//! Changes to a zip file seldom get past its checksums. Bytes that are no zip file
//! are therefore the parts of an office file, with a NUL between two parts.

#![no_main]

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};

use chancery_unpack::{
    Compression, FileKind, UnpackBudget, UnpackLimits, decode_foreign_text, decompress,
    email_attachments, email_envelope, extract_text, visit_chapters, visit_letters, visit_pages,
    visit_tar_members, visit_zip_members,
};
use libfuzzer_sys::fuzz_target;
use zip::write::{SimpleFileOptions, ZipWriter};

const LIMITS: UnpackLimits =
    UnpackLimits { member_bytes: 4 << 10, total_bytes: 16 << 10, member_count: 20 };

const KINDS: [FileKind; 15] = [
    FileKind::Zip,
    FileKind::Tar,
    FileKind::Epub,
    FileKind::Mailbox,
    FileKind::WebArchive,
    FileKind::Compressed(Compression::Gzip),
    FileKind::Compressed(Compression::Bzip2),
    FileKind::Compressed(Compression::Xz),
    FileKind::Compressed(Compression::Zstandard),
    FileKind::Docx,
    FileKind::Pptx,
    FileKind::Odt,
    FileKind::Rtf,
    FileKind::Email,
    FileKind::Odp,
];

/// The parts of an office file, in the order in which the input has them.
const fn part_names(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::Docx => &[
            "word/document.xml",
            "word/_rels/document.xml.rels",
            "word/footnotes.xml",
            "word/comments.xml",
            "word/header1.xml",
        ],
        FileKind::Pptx => &[
            "ppt/slides/slide1.xml",
            "ppt/presentation.xml",
            "ppt/_rels/presentation.xml.rels",
            "ppt/slides/_rels/slide1.xml.rels",
            "ppt/notesSlides/notesSlide1.xml",
        ],
        _ => &["content.xml", "styles.xml"],
    }
}

fn package(kind: FileKind, input: &[u8]) -> Cow<'_, [u8]> {
    if input.starts_with(b"PK") {
        return Cow::Borrowed(input);
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in part_names(kind).iter().zip(input.split(|&byte| byte == 0)) {
        zip.start_file(*name, SimpleFileOptions::default()).expect("memory");
        zip.write_all(part).expect("memory");
    }
    Cow::Owned(zip.finish().expect("memory").into_inner())
}

fuzz_target!(|input: &[u8]| {
    let Some((&kind, file)) = input.split_first() else { return };
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    let budget = UnpackBudget::new(LIMITS);
    let (mut bytes, mut count) = (0, 0);
    let mut add = |size: usize| {
        assert!(size as u64 <= LIMITS.member_bytes);
        (bytes, count) = (bytes + size as u64, count + 1);
        true
    };
    let mut member = |_: &str, source: Result<&mut dyn Read, _>| {
        let read = source.and_then(|source| budget.read_member(source));
        add(read.map_or(0, |bytes| bytes.len()))
    };
    match kind {
        FileKind::Zip => drop(visit_zip_members(Cursor::new(file), &budget, &mut member)),
        FileKind::Tar => drop(visit_tar_members(file, &budget, &mut member)),
        FileKind::Compressed(compression) => {
            let _ = budget.read_member(decompress(compression, file, &budget));
        }
        FileKind::Epub => {
            let mut page =
                |_: &str, read: Result<Vec<u8>, _>| add(read.map_or(0, |read| read.len()));
            let _ = visit_chapters(Cursor::new(file), &budget, &mut page);
        }
        FileKind::WebArchive => {
            let _ = visit_pages(file, &budget, &mut |_, _| true);
        }
        FileKind::Mailbox => {
            let _ = visit_letters(file, &budget, &mut |_| true);
        }
        FileKind::Docx | FileKind::Odt | FileKind::Odp | FileKind::Pptx => {
            let file = package(kind, file);
            let text = extract_text(kind, &file, &LIMITS).ok().flatten().unwrap_or_default().text;
            assert!(text.len() as u64 <= LIMITS.member_bytes);
        }
        _ => {
            let text = extract_text(kind, file, &LIMITS).ok().flatten().unwrap_or_default().text;
            assert!(text.len() <= 4 * file.len() + 64, "{} of {}", text.len(), file.len());
            let foreign = decode_foreign_text(file).map_or(0, |found| found.text.len());
            assert!(foreign <= 4 * file.len() + 64, "{foreign} of {}", file.len());
            let _ = email_envelope(file);
            for attached in email_attachments(file) {
                assert!(attached.bytes.len() <= 4 * file.len());
            }
        }
    }
    assert!(bytes <= LIMITS.total_bytes, "{bytes} bytes");
    // Members that cannot be opened are reported but not counted.
    assert!(count <= LIMITS.member_count + file.len() as u64 / 30, "{count} members");
});
