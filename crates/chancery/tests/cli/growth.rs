//! The work of a page grows with the archive and not faster: each shape is an archive of
//! n, 4n and 16n pieces. The processor time of the server is measured, so that other work
//! of the machine does not count.

use std::fmt::Write as _;
use std::fs;

use crate::Folder;
use crate::test_server::TestServer;

/// How many times a page is asked for.
const TIMES: u64 = 5;

/// Ticks of 10 ms for all requests below which a page is fast enough.
const FEW_TICKS: u64 = 40;

/// The pages that are asked for, of the document with this address.
const PAGES: [&str; 9] = [
    "/",
    "/?q=short",
    "/?q=short+osei",
    "/documents",
    "/people",
    "/network",
    "/timeline",
    "/api/v1/search?q=short",
    "/doc/{document}",
];

/// Makes the piece with a number.
type Piece = fn(usize) -> String;

/// A shape: its name, the pieces of the smallest archive, and what makes a piece. Pieces
/// of the shape `files` are a file each, those of the others make one text.
const SHAPES: [(&str, usize, Piece); 5] = [
    ("paragraphs", 2_000, |_| "Short paragraph here.\n\n".to_owned()),
    ("lines", 2_000, |n| format!("{n} short tons were landed\n")),
    ("persons", 300, |n| format!("Minister Ama{n} Osei gave a short talk.\n\n")),
    ("statements", 300, |n| format!("Ravi Osei said that the day was short, and {n} left.\n\n")),
    ("files", 40, |n| format!("{n}. (C) Minister Ravi Osei gave a short talk in Lusaka.\n")),
];

/// An archive of `count` pieces.
fn archive(shape: &str, count: usize, piece: Piece) -> Folder {
    let folder = Folder::of(&[]);
    fs::create_dir(folder.path("in")).expect("a folder");
    let head = |n: usize| format!("UNCLAS LUSAKA {n:06}\n\nSUBJECT: THE PORT\n\n");
    if shape == "files" {
        for n in 0..count {
            let path = folder.path(&format!("in/{n}.txt"));
            fs::write(path, head(n) + &piece(n)).expect("a file");
        }
    } else {
        let mut text = head(1);
        for n in 0..count {
            write!(text, "{}", piece(n)).expect("memory");
        }
        fs::write(folder.path("in/0.txt"), text).expect("a file");
    }
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    folder
}

/// The ticks of each page.
fn ticks_of_pages(folder: &Folder) -> Vec<u64> {
    let server = TestServer::open(folder, "a", &[]);
    let hits = server.get("/api/v1/search?q=short").json();
    let id = hits["hits"][0]["id"].as_str().expect("a hit");
    let redirect = server.get(&format!("/doc/{id}"));
    let address = redirect.header("Location").expect("the readable address").to_owned();
    let pages = PAGES.iter().map(|page| page.replace("/doc/{document}", &address));
    pages
        .map(|page| {
            let before = server.processor_ticks();
            for _ in 0..TIMES {
                let answer = server.get(&page);
                assert!(answer.status == 200, "{page}: {}", answer.status);
            }
            server.processor_ticks() - before
        })
        .collect()
}

#[test]
#[cfg(target_os = "linux")]
fn the_work_of_pages_grows_with_the_archive() {
    let mut faults = Vec::new();
    for (shape, count, piece) in SHAPES {
        let ticks = [1, 4, 16].map(|factor| ticks_of_pages(&archive(shape, count * factor, piece)));
        for (at, page) in PAGES.iter().enumerate() {
            let [one, four, sixteen] = [ticks[0][at], ticks[1][at], ticks[2][at]];
            eprintln!("{shape:12} {page:26} {one:5} {four:5} {sixteen:5}");
            if sixteen > FEW_TICKS && sixteen > 10 * four.max(1) {
                faults.push(format!("{shape} {page}: {one} {four} {sixteen}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
