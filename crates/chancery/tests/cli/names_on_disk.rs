//! Names of files: that are not UTF-8, that collide, that are the archive's own.

use std::fs;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::{Folder, printed};

/// What `add` prints at its end.
fn added(folder: &Folder, arguments: &[&str]) -> (i32, String) {
    let all = ["add"].iter().chain(arguments).chain(&["--engine", "fast"]);
    let output = folder.chancery(all.copied()).output().expect("it runs");
    let code = output.status.code().expect("an exit code");
    (code, String::from_utf8(output.stderr).expect("UTF-8"))
}

fn paths_of(folder: &Folder, query: &str) -> Vec<String> {
    let json = printed(folder.chancery(["search", "x", query, "--json"]));
    let found: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let hits = found["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["path"].as_str().expect("a path").to_owned()).collect()
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_stay_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::of(&[("in/café.txt", b"The third harbour is at Mpulungu.\n")]);
    let write = |name: &[u8], text: &str| {
        fs::write(folder.path("in").join(OsStr::from_bytes(name)), text).expect("a file");
    };
    write(b"caf\xE9.txt", "The first harbour is at Mbala.\n");
    let (code, summary) = added(&folder, &["x", "in", "--link-files"]);
    assert_eq!(code, 0, "{summary}");
    assert!(summary.starts_with("2 documents new"), "{summary}");
    write(b"caf\xE8.txt", "The other harbour is at Kasama.\n");
    let (_, summary) = added(&folder, &["x", "in", "--link-files"]);
    assert!(summary.starts_with("1 document new"), "{summary}");
    for (query, path) in
        [("mbala", r"in/caf\xE9.txt"), ("kasama", r"in/caf\xE8.txt"), ("mpulungu", "in/café.txt")]
    {
        assert_eq!(paths_of(&folder, query), [path], "{query}");
    }
    // The linked files are found again.
    folder.chancery(["verify", "x"]).assert().success();
    write(b"caf\xE8.txt", "Another text.\n");
    folder.chancery(["verify", "x"]).assert().code(1);
}

#[cfg(unix)]
#[test]
fn line_ends_in_names_are_written_in_digits() {
    let folder = Folder::of(&[
        ("in/good\nname.txt", b"The first harbour is at Mbala.\n"),
        ("in/bad\nname.bin", b"\0\x01\x02x"),
        ("in/red\x1b[31m\rname.txt", b"The second harbour is at Kasama.\n"),
    ]);
    added(&folder, &["x", "in"]);
    // One line for one problem, one row for one document.
    let problems = printed(folder.chancery(["problems", "x"]));
    assert!(problems.starts_with(r"in/bad\x0Aname.bin: "), "{problems}");
    assert_eq!(problems.lines().count(), 1, "{problems}");
    let rows = printed(folder.chancery(["list", "x", "--csv"]));
    assert_eq!(rows.lines().count(), 3, "{rows}");
    assert_eq!(paths_of(&folder, "mbala"), [r"in/good\x0Aname.txt"]);
    assert_eq!(paths_of(&folder, "kasama"), [r"in/red\x1B[31m\x0Dname.txt"]);
    // The digits are a part of the name of the file, not a folder.
    let cited = printed(folder.chancery(["cite", "x", "mbala"]));
    assert_eq!(cited, "“good\\x0Aname.txt.”\n");
    folder.chancery(["export", "x", "--format", "brat", "-o", "pairs"]).assert().success();
    let pairs = fs::read_dir(folder.path("pairs")).expect("a folder");
    let pairs = pairs.map(|file| file.expect("a file").file_name().into_string().expect("UTF-8"));
    let begins = |pair: &&String| pair.starts_with("good-x0Aname-") || pair.starts_with("red-x1B");
    let pairs: Vec<String> = pairs.collect();
    assert_eq!(pairs.iter().filter(begins).count(), 4, "{pairs:?}");
    // Errors name the file on one line, too.
    let output = folder.chancery(["annotate", "in/no\nsuch.txt"]).output().expect("it runs");
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(errors, "chancery: in/no\\x0Asuch.txt: no such file (check the path)\n");
}

#[cfg(unix)]
#[test]
fn links_out_of_a_folder_are_not_followed_unless_named() {
    let folder = Folder::of(&[
        ("in/a.txt", b"The first harbour is at Mbala.\n"),
        ("in/sub/b.txt", b"The second harbour is at Kasama.\n"),
        ("private/key.txt", b"The key is at Mpulungu.\n"),
        ("private/deep/more.txt", b"More is at Nsama.\n"),
    ]);
    let link = |target: &str, path: &str| {
        std::os::unix::fs::symlink(target, folder.path(path)).expect("a link");
    };
    link("../private/key.txt", "in/key.txt");
    link("../../private", "in/sub/private");
    link("/proc/self/environ", "in/environ.txt");
    link("sub/b.txt", "in/inside.txt");
    link("/nowhere/at/all", "in/nowhere.txt");
    let (code, summary) = added(&folder, &["x", "in"]);
    assert_eq!(code, 1, "{summary}");
    assert!(summary.contains("2 documents new"), "{summary}");
    let problems = printed(folder.chancery(["problems", "x"]));
    for path in ["in/key.txt", "in/sub/private", "in/environ.txt"] {
        let line = problems.lines().find(|line| line.starts_with(&format!("{path}:")));
        let line = line.unwrap_or_else(|| panic!("{path}: {problems}"));
        assert!(line.contains("a link to a place outside of the folder"), "{line}");
    }
    assert_eq!(problems.lines().count(), 4, "{problems}");
    for (query, paths) in [("kasama", 1), ("mpulungu", 0), ("nsama", 0)] {
        assert_eq!(paths_of(&folder, query).len(), paths, "{query}");
    }
    // A link that the user names is meant.
    let (_, summary) = added(&folder, &["x", "in/sub/private"]);
    assert!(summary.contains("2 documents new"), "{summary}");
}

#[test]
fn names_that_collide_stay_apart() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"The second harbour is at Mbala.\n").expect("bytes");
    let folder = Folder::of(&[
        ("in/a.txt", b"The first harbour is at Mpulungu.\n"),
        ("in/a.txt.gz", &packed.finish().expect("a file")),
    ]);
    let (code, summary) = added(&folder, &["x", "in"]);
    assert_eq!(code, 0, "{summary}");
    assert_eq!(paths_of(&folder, "mpulungu"), ["in/a.txt"]);
    assert_eq!(paths_of(&folder, "mbala"), ["in/a.txt.gz!/a.txt"]);
    assert_eq!(paths_of(&folder, "path:a.txt.gz"), ["in/a.txt.gz!/a.txt"]);
}

/// A zip whose members all have the name "a.txt".
fn zip_of_one_name(texts: &[&str]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (number, text) in texts.iter().enumerate() {
        out.start_file(format!("{number}.txt"), SimpleFileOptions::default()).expect("a member");
        out.write_all(text.as_bytes()).expect("its bytes");
    }
    let mut bytes = out.finish().expect("a zip").into_inner();
    for number in 0..texts.len() {
        let name = format!("{number}.txt");
        for at in 0..bytes.len() - name.len() {
            if bytes[at..].starts_with(name.as_bytes()) {
                bytes[at..at + name.len()].copy_from_slice(b"a.txt");
            }
        }
    }
    bytes
}

#[test]
fn members_of_one_name_are_all_read() {
    let three = [
        "The first harbour is at Mpulungu.",
        "The second harbour is at Mbala.",
        "The third harbour is at Kasama.",
    ];
    let folder = Folder::of(&[
        ("in/three.zip", &zip_of_one_name(&three)),
        ("in/one.zip", &zip_of_one_name(&["The other harbour is at Nsumbu."])),
    ]);
    let (code, summary) = added(&folder, &["x", "in"]);
    assert_eq!(code, 1, "it is reported: {summary}");
    assert!(summary.starts_with("4 documents new"), "{summary}");
    let found = |query| paths_of(&folder, query).remove(0);
    let mut paths = ["mpulungu", "mbala", "kasama"].map(found);
    paths.sort();
    let expected = ["in/three.zip!/a.txt", "in/three.zip!/a.txt (2)", "in/three.zip!/a.txt (3)"];
    assert_eq!(paths, expected);
    let reported = printed(folder.chancery(["problems", "x"]));
    let expected = "in/three.zip: 2 files have the names of others, first \"a.txt\": the others \
                    were read under names with numbers, a.txt (2)\n";
    assert_eq!(reported, expected);
    folder.chancery(["verify", "x"]).assert().success();
}

#[test]
fn the_folder_of_the_archive_is_left_out() {
    let folder = Folder::of(&[("a.txt", b"The first harbour is at Mpulungu.\n")]);
    let (code, summary) = added(&folder, &["x", "."]);
    assert_eq!(code, 0, "{summary}");
    assert!(summary.starts_with("1 document new"), "{summary}");
    // A file beside those of the archive is reported, and not read.
    fs::write(folder.path("x/notes.txt"), "The other harbour is at Mbala.\n").expect("a file");
    let (code, summary) = added(&folder, &["x", "."]);
    assert_eq!(code, 1, "{summary}");
    assert!(summary.contains("of the archive itself left out"), "{summary}");
    let reported = printed(folder.chancery(["problems", "x"]));
    let expected = "x/notes.txt: is in the folder of the archive, and was not read (move it to \
                    another folder)\n";
    assert_eq!(reported, expected);
    assert_eq!(paths_of(&folder, "mbala"), [""; 0]);
}

#[test]
fn a_mets_file_says_where_its_texts_are() {
    let folder = Folder::of(&[(
        "work.xml",
        br#"<?xml version="1.0"?><mets:mets xmlns:mets="http://www.loc.gov/METS/">
          <mets:fileSec><mets:fileGrp USE="FULLTEXT">
          <mets:file><mets:FLocat xlink:href="alto/p1.xml"/></mets:file>
          <mets:file><mets:FLocat xlink:href="alto/p2.xml"/></mets:file>
          </mets:fileGrp></mets:fileSec><mets:structMap><mets:div LABEL="A letter">A letter
          </mets:div></mets:structMap></mets:mets>"#,
    )]);
    added(&folder, &["x", "work.xml"]);
    let reported = printed(folder.chancery(["problems", "x"]));
    let expected = "work.xml: byte 0: a METS file, which lists the pages of a work and has no \
                    text: its texts are in 2 files, alto/p1.xml to alto/p2.xml (add these files)\n";
    assert_eq!(reported, expected);
}
