//! Any bytes as a container, office file or e-mail; the first byte selects the
//! kind. The file is rejected or unpacked within the limits. (PDFs are read in
//! a separate process, because their reader may panic.)

#![no_main]

use std::io::Cursor;

use chancery_unpack::{FileKind, UnpackLimits, email_attachments, extract_text, visit_members};
use libfuzzer_sys::fuzz_target;

const LIMITS: UnpackLimits =
    UnpackLimits { member_bytes: 4 << 10, total_bytes: 16 << 10, member_count: 20 };

const KINDS: [FileKind; 7] = [
    FileKind::Zip,
    FileKind::Tar,
    FileKind::Gzip,
    FileKind::Docx,
    FileKind::Odt,
    FileKind::Rtf,
    FileKind::Email,
];

fuzz_target!(|input: &[u8]| {
    let Some((&kind, file)) = input.split_first() else { return };
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    match kind {
        FileKind::Zip | FileKind::Tar | FileKind::Gzip => {
            let (mut bytes, mut count) = (0, 0);
            let _ = visit_members(kind, Cursor::new(file), &LIMITS, &mut |_, member| {
                let size = member.map_or(0, |member| member.bytes.len() as u64);
                assert!(size <= LIMITS.member_bytes);
                (bytes, count) = (bytes + size, count + 1);
                true
            });
            assert!(bytes <= LIMITS.total_bytes, "{bytes} bytes");
            // Members that cannot be opened are reported but not counted.
            assert!(count <= LIMITS.member_count + file.len() as u64 / 30, "{count} members");
        }
        FileKind::Docx | FileKind::Odt => {
            let text = extract_text(kind, file, &LIMITS).ok().flatten().unwrap_or_default();
            assert!(text.len() as u64 <= LIMITS.member_bytes);
        }
        _ => {
            let text = extract_text(kind, file, &LIMITS).ok().flatten().unwrap_or_default();
            assert!(text.len() <= 4 * file.len() + 64, "{} of {}", text.len(), file.len());
            for attached in email_attachments(file) {
                assert!(attached.bytes.len() <= 4 * file.len());
            }
        }
    }
});
