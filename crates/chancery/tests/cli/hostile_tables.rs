//! Tables and containers of documents that are damaged, endless or made to fill the
//! memory: each is a listed problem, in bounded memory.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::hostile::zip;
use crate::{Folder, printed};

/// What the program may use with `--largest 1`, in MB. Half of it are models, and the
/// names that were seen.
const MOST_MEMORY: u64 = 400;

/// How long it may take, in seconds, on a machine that does much else.
const MOST_SECONDS: u64 = 300;

/// So many bytes of blanks, which is what most hostile files unpack to.
fn blanks(megabytes: usize) -> Vec<u8> {
    vec![b' '; megabytes << 20]
}

/// A workbook whose sheet is this.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    let book = b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
    let relations = b"<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/></Relationships>";
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// The XML of a sheet of two rows, with these cells between those of the second.
fn sheet(cells: &str) -> String {
    let cell = |at: &str, words: &str| {
        format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{words}</t></is></c>")
    };
    format!(
        "<worksheet><sheetData><row r=\"1\">{}{}</row><row r=\"2\">{}{cells}{}</row></sheetData></worksheet>",
        cell("A1", "id"),
        cell("B1", "text"),
        cell("A2", "1"),
        cell("B2", "The harbour master counted all boats, one by one.")
    )
}

/// An `OpenDocument` workbook with this content.
fn open_document(content: &str) -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

/// A book of one chapter.
fn book(chapter: &[u8]) -> Vec<u8> {
    let container =
        b"<container><rootfiles><rootfile full-path=\"a.opf\"/></rootfiles></container>";
    let package = b"<package><manifest><item id=\"c\" href=\"c.xhtml\" \
        media-type=\"application/xhtml+xml\"/></manifest><spine><itemref idref=\"c\"/></spine></package>";
    zip(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container),
        ("a.opf", package),
        ("c.xhtml", chapter),
    ])
}

/// A record of a crawl that says that it has so many bytes.
fn record(length: &str, page: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n\
         Content-Type: application/http\r\nContent-Length: {length}\r\n\r\n\
         HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}\r\n\r\n"
    )
}

/// A zip of twenty zips of twenty zips of twenty texts of a megabyte: eight gigabytes.
fn nested() -> Vec<u8> {
    let names: Vec<String> = (0..20).map(|number| format!("{number}.zip")).collect();
    let of_twenty =
        |inner: &[u8]| zip(&names.iter().map(|name| (name.as_str(), inner)).collect::<Vec<_>>());
    // Its members are zips by their content, and texts where that is no zip.
    (0..3).fold(blanks(1), |inner, _| of_twenty(&inner))
}

/// A file of the tests of `unpack`, which Python made.
fn sample(name: &str) -> Vec<u8> {
    let path = crate::root().join("crates/unpack/tests/data").join(name);
    std::fs::read(path).expect("a sample")
}

/// A database whose second page, of its only table, is overwritten.
fn damaged_database() -> Vec<u8> {
    let mut database = sample("rows.sqlite");
    database[512..600].fill(0xA5);
    database
}

/// Hostile files, and what is listed about each. What follows "+" is the path of a
/// document that is read.
fn hostile_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = |text: String| text.into_bytes();
    let open_quote = [b"id,text\n1,\"".to_vec(), b"never closed\n".repeat(9 << 20)].concat();
    let wide = "<c/>".repeat(1_000_000);
    let far_apart = "<table:table-cell table:number-columns-repeated=\"1000000\"/>";
    let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
    let words = |words: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{words}</text:p></table:table-cell>"
        )
    };
    let sheet_of = |rows: &str| {
        format!(
            "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"A\">\
             {rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        )
    };
    let repeated = row(&(words("id") + &words("text")))
        + &row(&(words("1")
            + &words("All boats were counted, one by one, in the harbour.")
            + far_apart))
        + "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell/></table:table-row>";
    vec![
        ("open.csv", open_quote, "open.csv!/1: a row of more than 1 MB"),
        ("cell.csv", [b"id,text\n1,".to_vec(), blanks(100)].concat(), "cell.csv!/1: a row of more"),
        ("cells.csv", text(format!("id,text\n{}\n", ",".repeat(1 << 19))), "cells.csv"),
        (
            "deep.json",
            text(format!("[{}", "{\"text\":[".repeat(20_000))),
            "deep.json!/1: malformed",
        ),
        ("long.json", [b"[{\"text\": \"".to_vec(), blanks(40)].concat(), "long.json!/1: "),
        ("cut.sql", text("INSERT INTO t (id, text) VALUES (1, 'cut".to_owned()), "cut.sql!/1: "),
        (
            "long.sql",
            [b"INSERT INTO t (id, text) VALUES (1, '".to_vec(), blanks(40)].concat(),
            "long.sql",
        ),
        ("page.sqlite", damaged_database(), "page.sqlite"),
        ("wide.xlsx", workbook(sheet(&wide).as_bytes()), "wide.xlsx: unpacks to more than"),
        (
            "cell.xlsx",
            workbook(sheet(&"a".repeat(100 << 20)).as_bytes()),
            "cell.xlsx: unpacks to more",
        ),
        ("bomb.ods", open_document(&"a".repeat(64 << 20)), "bomb.ods: unpacks to more than"),
        ("wide.ods", open_document(&sheet_of(&repeated)), "+wide.ods!/1"),
        ("bomb.epub", book(&blanks(64)), "bomb.epub!/c.xhtml: unpacks to more than"),
        ("page.parquet", sample("page-bomb.parquet"), "page.parquet: unpacks to more than"),
        ("rows.parquet", sample("row-bomb.parquet"), "rows.parquet: unpacks to more than"),
        ("cut.parquet", sample("rows.zstd.parquet")[..900].to_vec(), "cut.parquet: damaged table"),
        (
            "endless.mbox",
            text(format!(
                "From a@b Mon Sep 16 09:50:00 2013\nSubject: x\n\n{}",
                "on and on\n".repeat(4 << 20)
            )),
            "endless.mbox!/1: unpacks to more",
        ),
        (
            "line.mbox",
            [b"From a@b Mon Sep 16 09:50:00 2013\nSubject: ".to_vec(), blanks(40)].concat(),
            "line.mbox!/1: unpacks to more",
        ),
        (
            "long.warc",
            text(record("99999999999", "<p>too short")),
            "long.warc: damaged container: a record is cut off",
        ),
        (
            "short.warc",
            text(record("60", "<p>longer than its length says")),
            "short.warc: damaged container",
        ),
        (
            "none.warc",
            text(record("-1", "<p>a page")),
            "none.warc: damaged container: a record has no length",
        ),
        ("large.warc", text(record("41943040", &" ".repeat(40 << 20))), "large.warc"),
        ("nested.zip", nested(), "unpacks to more than"),
    ]
}

/// Runs the program, and returns the most memory that it used, in MB.
fn peak_memory(folder: &Folder, arguments: &[&str]) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(arguments).current_dir(folder.path("")).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program runs");
    let (started, mut peak) = (Instant::now(), 0);
    while child.try_wait().expect("a child").is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0));
        if started.elapsed() > Duration::from_secs(MOST_SECONDS) {
            child.kill().expect("a child");
            panic!("it did not end within {MOST_SECONDS} s");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    peak >> 10
}

#[test]
fn hostile_tables_and_containers_are_listed_problems() {
    for (name, bytes, expected) in hostile_files() {
        let folder = Folder::of(&[(name, &bytes)]);
        drop(bytes);
        let add = ["add", "x", name, "--largest", "1", "--engine", "fast", "--jobs", "1", "-q"];
        // Where there is no /proc, the memory is not measured.
        let peak = peak_memory(&folder, &add);
        assert!(peak < MOST_MEMORY, "{name}: {peak} MB");
        let problems = printed(folder.chancery(["problems", "x"]));
        let is_as_expected = match expected.strip_prefix('+') {
            Some(path) => printed(folder.chancery(["export", "x"])).contains(path),
            None => problems.lines().any(|line| line.starts_with(name) && line.contains(expected)),
        };
        assert!(is_as_expected, "{name}: {expected:?} is not in\n{problems}");
        folder.chancery(["verify", "x"]).assert().success();
    }
}
