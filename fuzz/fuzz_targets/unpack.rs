//! Any bytes as a container, office file or e-mail; the first byte selects the
//! kind. The file is rejected or unpacked within the limits. (PDFs are read in
//! a separate process, because their reader may panic.)

#![no_main]

use std::io::Cursor;

use chancery_unpack::{Kind, Limits, attachments, layer, members};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { member: 4 << 10, all: 16 << 10, members: 20 };

const KINDS: [Kind; 7] =
    [Kind::Zip, Kind::Tar, Kind::Gzip, Kind::Docx, Kind::Odt, Kind::Rtf, Kind::Mail];

fuzz_target!(|input: &[u8]| {
    let Some((&kind, file)) = input.split_first() else { return };
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    match kind {
        Kind::Zip | Kind::Tar | Kind::Gzip => {
            let (mut bytes, mut count) = (0, 0);
            let _ = members(kind, Cursor::new(file), &LIMITS, &mut |_, member| {
                let size = member.map_or(0, |member| member.bytes.len() as u64);
                assert!(size <= LIMITS.member);
                (bytes, count) = (bytes + size, count + 1);
                true
            });
            assert!(bytes <= LIMITS.all, "{bytes} bytes");
            // Members that cannot be opened are reported but not counted.
            assert!(count <= LIMITS.members + file.len() as u64 / 30, "{count} members");
        }
        Kind::Docx | Kind::Odt => {
            let text = layer(kind, file, &LIMITS).ok().flatten().unwrap_or_default();
            assert!(text.len() as u64 <= LIMITS.member);
        }
        _ => {
            let text = layer(kind, file, &LIMITS).ok().flatten().unwrap_or_default();
            assert!(text.len() <= 4 * file.len() + 64, "{} of {}", text.len(), file.len());
            for attached in attachments(file) {
                assert!(attached.bytes.len() <= 4 * file.len());
            }
        }
    }
});
