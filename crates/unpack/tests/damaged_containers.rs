//! Zips with a password, with other methods of compression, and cut off; crawls and
//! compressed files that are cut off: what is whole is read, and the rest is said.

use std::io::{Cursor, Write};

use chancery_unpack::{
    Compression, UnpackBudget, UnpackError, UnpackLimits, decompress, visit_zip_members,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const LIMITS: UnpackLimits =
    UnpackLimits { member_bytes: 1 << 20, total_bytes: 8 << 20, member_count: 100 };

/// A zip of two invented texts.
fn zip_of(method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, text) in [("a.txt", "The envoy left.\n"), ("b.txt", "The consul stayed.\n")] {
        writer.start_file(name, options).expect("a member");
        writer.write_all(text.repeat(20).as_bytes()).expect("its content");
    }
    writer.finish().expect("a zip").into_inner()
}

/// Sets the flag of a password in all headers.
fn with_password(mut zip: Vec<u8>) -> Vec<u8> {
    for (magic, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let found: Vec<usize> = zip
            .windows(4)
            .enumerate()
            .filter(|(_, window)| *window == &magic[..])
            .map(|(at, _)| at)
            .collect();
        for at in found {
            zip[at + flags] |= 1;
        }
    }
    zip
}

/// The members that are read, each with its first word or its error; and the error of
/// the zip.
fn members_of(zip: &[u8]) -> (Vec<String>, Option<UnpackError>) {
    let mut found = Vec::new();
    let read =
        visit_zip_members(Cursor::new(zip), &UnpackBudget::new(LIMITS), &mut |name, member| {
            let said = match member {
                Ok(member) => {
                    let mut text = String::new();
                    match member.read_to_string(&mut text) {
                        Ok(_) => text.split(' ').nth(1).unwrap_or_default().to_owned(),
                        Err(_) => "damaged".to_owned(),
                    }
                }
                Err(error) => error.to_string(),
            };
            found.push(format!("{name}: {said}"));
            true
        });
    (found, read.err())
}

/// The columns of the table below.
type ContainerCase = (&'static str, Vec<u8>, Vec<String>, Option<UnpackError>);

#[test]
fn zips_are_read_as_far_as_they_are_whole() {
    let stored = zip_of(CompressionMethod::Stored);
    let second = stored.windows(4).rposition(|window| window == b"PK\x03\x04").expect("a header");
    let cut = |whole| Some(UnpackError::CutContainer { whole });
    let password = "has a password (unpack it with the password, and add the folder)";
    let cases: [ContainerCase; 6] = [
        ("whole", stored.clone(), vec!["a.txt: envoy".into(), "b.txt: consul".into()], None),
        (
            "bzip2",
            zip_of(CompressionMethod::Bzip2),
            vec!["a.txt: envoy".into(), "b.txt: consul".into()],
            None,
        ),
        (
            "password",
            with_password(stored.clone()),
            vec![format!("a.txt: {password}"), format!("b.txt: {password}")],
            None,
        ),
        (
            "cut in the second",
            stored[..second + 60].to_vec(),
            vec!["a.txt: envoy".into(), "b.txt: damaged".into()],
            cut(1),
        ),
        ("cut in the first", stored[..50].to_vec(), vec!["a.txt: damaged".into()], cut(0)),
        (
            "cut before its list",
            stored[..stored.len() - 30].to_vec(),
            vec!["a.txt: envoy".into(), "b.txt: consul".into()],
            cut(2),
        ),
    ];
    for (name, zip, expected, error) in cases {
        assert_eq!(members_of(&zip), (expected, error), "{name}");
    }
}

#[test]
fn a_cut_compressed_file_gives_what_comes_before() {
    let text = "The envoy of Markenroy left the harbour at noon. ".repeat(2000);
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text.as_bytes()).expect("written");
    let whole = writer.finish().expect("a gzip");
    let budget = UnpackBudget::new(LIMITS);
    let read = |bytes: &[u8]| {
        let mut source = decompress(Compression::Gzip, Cursor::new(bytes.to_vec()), &budget);
        budget.read_part(&mut source).expect("within the limits")
    };
    assert_eq!(read(&whole), (text.clone().into_bytes(), None));
    let (bytes, error) = read(&whole[..whole.len() * 2 / 3]);
    assert!(!bytes.is_empty() && text.as_bytes().starts_with(&bytes), "{}", bytes.len());
    assert!(matches!(error, Some(UnpackError::DamagedContainer(_))), "{error:?}");
}
