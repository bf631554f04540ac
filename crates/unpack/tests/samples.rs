//! Files that the formats' own Python libraries made (`scripts/make_samples.py`).

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use chancery_unpack::{
    FileKind, NamedColumns, RowPurpose, TableForm, TableItem, TableSource, UnpackBudget,
    UnpackError, UnpackLimits, decompress, detect_kind, extract_text, visit_chapters, visit_pages,
    visit_rows,
};

const LIMITS: UnpackLimits =
    UnpackLimits { member_bytes: 1 << 20, total_bytes: 4 << 20, member_count: 100 };

fn sample(name: &str) -> (PathBuf, Vec<u8>, FileKind) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let bytes = fs::read(&path).expect("a sample");
    let kind = detect_kind(&bytes, name);
    (path, bytes, kind)
}

#[test]
fn workbooks_and_databases_have_rows() {
    let parquet = ["none", "snappy", "gzip", "zstd", "lz4", "brotli"];
    let parquet = parquet.map(|codec| format!("rows.{codec}.parquet"));
    let others = ["rows.xlsx", "rows.xls", "rows.ods", "rows.sqlite"];
    for name in others.into_iter().chain(parquet.iter().map(String::as_str)) {
        let (path, bytes, kind) = sample(name);
        let FileKind::Table(form) = kind else { panic!("{name} is {kind:?}") };
        assert_eq!(detect_kind(&bytes, "no-name"), kind, "{name} without its name");
        for source in [TableSource::File(&path), TableSource::Bytes(bytes.clone())] {
            let (mut rows, mut problems) = (Vec::new(), Vec::new());
            let named = NamedColumns::default();
            let read = visit_rows(
                RowPurpose::Documents,
                form,
                source,
                LIMITS.member_bytes,
                &named,
                &mut |item| {
                    match item {
                        TableItem::Row(row) => rows.push(row),
                        other => problems.push(other),
                    }
                    true
                },
            );
            assert_eq!(read, Ok(true), "{name}");
            let found: Vec<(&str, usize)> =
                rows.iter().map(|row| (row.name.as_str(), row.envelope.fields.len())).collect();
            assert_eq!(found, [("1", 3), ("2", 3)], "{name}: {problems:?}");
            assert!(rows[1].text.starts_with(b"The harbour master"), "{name}");
            // The sheet of notes has no text.
            assert_eq!(problems.len(), usize::from(name == "rows.xlsx"), "{name}: {problems:?}");
        }
        // Damage is an error and no panic.
        for cut in [bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            let source = TableSource::Bytes(bytes[..cut].to_vec());
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                visit_rows(
                    RowPurpose::Documents,
                    form,
                    source,
                    1 << 20,
                    &NamedColumns::default(),
                    &mut |_| true,
                )
            }));
        }
    }
}

#[test]
fn streams_of_a_workbook_that_do_not_end_are_damage() {
    let (_, whole, _) = sample("rows.xls");
    let number = |bytes: &[u8], at: usize| {
        u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
    };
    let sector = |number: u32| (number as usize + 1) * 512;
    let (allocation, directory) = (sector(number(&whole, 76)), number(&whole, 48));
    let entries = sector(directory)..sector(directory) + 512;
    let name: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entry = entries.step_by(128).find(|&at| whole[at..].starts_with(&name));
    let entry = entry.expect("the stream of the workbook");
    let start = number(&whole, entry + 116);
    let circle = |sector: u32| (allocation + 4 * sector as usize, sector.to_le_bytes());
    let longer = (entry + 120, (u32::MAX / 2).to_le_bytes());
    for (what, changes) in [
        ("a circle of the directory", vec![circle(directory)]),
        ("a circle of the workbook", vec![circle(start)]),
        ("a long workbook", vec![longer]),
        ("a long circle of the workbook", vec![circle(start), longer]),
    ] {
        let mut bytes = whole.clone();
        for (at, value) in changes {
            bytes[at..at + 4].copy_from_slice(&value);
        }
        let read = visit_rows(
            RowPurpose::Documents,
            TableForm::Spreadsheet,
            TableSource::Bytes(bytes),
            LIMITS.member_bytes,
            &NamedColumns::default(),
            &mut |_| true,
        );
        assert!(matches!(read, Err(UnpackError::DamagedOfficeFile(_))), "{what}: {read:?}");
    }
}

#[test]
fn columns_of_parquet_are_cells_whatever_their_type() {
    let (_, bytes, kind) = sample("typed.parquet");
    let FileKind::Table(form) = kind else { panic!("{kind:?}") };
    let mut rows = Vec::new();
    let named = "header=mail.from,subject=seen,signature=pages".parse().expect("columns");
    let read = visit_rows(
        RowPurpose::Documents,
        form,
        TableSource::Bytes(bytes),
        1 << 20,
        &named,
        &mut |item| {
            match item {
                TableItem::Row(row) => rows.push(row),
                other => panic!("{other:?}"),
            }
            true
        },
    );
    assert_eq!(read, Ok(true));
    let fields = |number: usize| -> Vec<(&str, &str)> {
        let fields = &rows[number - 1].envelope.fields;
        fields.iter().map(|(field, value)| (field.name(), value.as_str())).collect()
    };
    assert_eq!(
        fields(1),
        [
            ("id", "09PORTLOUIS314"),
            ("date", "2009-09-16"),
            ("post", "Embassy Port Louis"),
            ("references", "09PORTLOUIS298; 09LUSAKA540"),
            ("signature", "3"),
            ("subject", "2010-02-03 04:05:00"),
        ]
    );
    assert_eq!(fields(2)[3..], [("signature", "-4")]);
    assert_eq!(fields(3), []);
    let texts: Vec<&[u8]> = rows.iter().map(|row| row.text.as_slice()).collect();
    assert_eq!(texts[0], b"Ana\n\nMinister Ravi Dubois called the company a letter box.");
    assert!(texts[1].starts_with(b"The harbour master"));
    assert!(texts[2].starts_with(b"A row of which"));
}

#[test]
fn compressed_files_are_decompressed() {
    for name in ["alone.txt.bz2", "alone.txt.xz", "alone.txt.zst"] {
        let (path, bytes, kind) = sample(name);
        let FileKind::Compressed(compression) = kind else { panic!("{name} is {kind:?}") };
        let budget = UnpackBudget::new(LIMITS);
        let mut text = String::new();
        let file = BufReader::new(File::open(path).expect("a sample"));
        decompress(compression, file, &budget).read_to_string(&mut text).expect("text");
        assert_eq!(text, "alone in a compressed file\n", "{name}");
        let cut = &bytes[..bytes.len() - 6];
        assert!(
            decompress(compression, cut, &budget).read_to_end(&mut Vec::new()).is_err(),
            "{name}"
        );
        let spent = UnpackBudget::new(UnpackLimits { total_bytes: 10, ..LIMITS });
        let read = decompress(compression, &bytes[..], &spent).read_to_end(&mut Vec::new());
        assert!(read.is_err(), "{name}: the budget is 10 bytes");
    }
    let (.., kind) = sample("alone.7z");
    let FileKind::Unreadable(form) = kind else { panic!("{kind:?}") };
    assert_eq!(form.what, "a 7-Zip archive");
}

#[test]
fn books_are_read_in_the_order_of_their_spine() {
    let (path, _, kind) = sample("book.epub");
    assert_eq!(kind, FileKind::Epub);
    let file = File::open(path).expect("a sample");
    let mut chapters = Vec::new();
    let read = visit_chapters(file, &UnpackBudget::new(LIMITS), &mut |name, chapter| {
        let chapter = String::from_utf8(chapter.expect("a chapter")).expect("text");
        chapters.push((name.to_owned(), chapter.contains("arrived")));
        true
    });
    assert_eq!(read, Ok(true));
    let expected = [("EPUB/1.xhtml".to_owned(), true), ("EPUB/0.xhtml".to_owned(), false)];
    assert_eq!(chapters, expected);
}

#[test]
fn pages_of_a_crawl_are_read() {
    let (_, bytes, kind) = sample("crawl.warc.gz");
    let FileKind::Compressed(compression) = kind else { panic!("{kind:?}") };
    let budget = UnpackBudget::new(LIMITS);
    let mut pages = Vec::new();
    let crawl = BufReader::new(decompress(compression, &bytes[..], &budget));
    let skipped = visit_pages(crawl, &budget, &mut |address, page| {
        pages.push((address.to_owned(), page));
        true
    });
    let skipped = skipped.expect("readable").expect("read to the end");
    assert_eq!(skipped.media.values().sum::<u64>() + skipped.errors, 1, "{skipped}");
    let page = |name: &str, text: &str| -> (String, Result<Vec<u8>, UnpackError>) {
        (format!("http://archive.example/{name}"), Ok(text.into()))
    };
    assert_eq!(pages, [page("1.html", "<p>one"), page("2.html", "<p>two")]);
}

#[test]
fn slides_are_read_in_order() {
    let (_, bytes, kind) = sample("talk.pptx");
    assert_eq!(kind, FileKind::Pptx);
    assert_eq!(detect_kind(&bytes, "no-name"), kind);
    let text = extract_text(kind, &bytes, &LIMITS).expect("readable").expect("text");
    assert_eq!(text.text.trim(), "Talks with the Minister\n\nNext steps");
}
