//! `chancery convert`.

use std::fs;
use std::path::Path;

use snapbox::str;

use crate::{TELEGRAM, at, chancery, folder, printed, root};

const MARKED: &[u8] = b"\
[PER Ama Osei  ] met [MISC Ghanaian  ] officials in [LOC Accra  ] . \n\
She works for the [ORG Ministry of Fisheries  ] . \n";

#[test]
fn brackets_to_each_format() {
    let folder = folder(&[("a.marked", MARKED)]);
    let file = at(&folder, "a.marked");
    let to = |format| chancery(["convert", "--from", "brackets", "--to", format, &file]).assert();
    to("brackets").success().stdout_eq(String::from_utf8_lossy(MARKED).into_owned());
    to("conll").success().stdout_eq(str![[r#""#]]);
    to("text").success().stdout_eq(str![[r#""#]]);
    to("jsonl").success().stdout_eq(str![[r#""#]]);
}

/// There and back again by way of every format that can be read.
#[test]
fn nothing_is_lost_on_the_way() {
    let folder = folder(&[]);
    let start = printed(["annotate", "--format", "brackets", TELEGRAM]);
    let marked = at(&folder, "start");
    fs::write(&marked, &start).expect("it can be written");
    for format in ["brackets", "conll", "jsonl"] {
        let there = at(&folder, format);
        printed(["convert", "--from", "brackets", "--to", format, "-o", &there, &marked]);
        let back = printed(["convert", "--from", format, "--to", "brackets", &there]);
        assert_eq!(back, start, "by way of {format}");
    }
}

#[test]
fn the_seed_comes_back_byte_for_byte() {
    let seed = root().join("../shared/seed/000_8afbb85f51071bc5.txt");
    if !Path::new(&seed).exists() {
        println!("skipped: {} is not there", seed.display());
        return;
    }
    let path = seed.to_str().expect("the path is UTF-8");
    let printed = printed(["convert", "--from", "brackets", "--to", "brackets", path]);
    assert_eq!(printed, fs::read_to_string(&seed).expect("the seed"));
}

#[test]
fn damaged_input_is_refused_with_its_place() {
    let folder = folder(&[("a.marked", b"All is well . \n[PER Ama Osei left . \n")]);
    chancery(["convert", "--from", "brackets", "--to", "conll", &at(&folder, "a.marked")])
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(str![[r#""#]]);
}
