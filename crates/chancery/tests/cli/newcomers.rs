//! What newcomers stumbled over, where no other test has it: posts under two names,
//! metadata of bare bodies and of printed volumes, folders with pairs of another export.

use crate::{Folder, printed};

const VOLUME: &str = r#"<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="frus1961-63v05"><teiHeader/><text><body>
<div type="document" n="1" xml:id="d1"><head>1. Telegram From the Embassy in the Soviet Union to the Department of State<note n="1" xml:id="d1fn1" type="source">Source: Department of State, Central Files, 762.00/5-3162. Confidential; Limit Distribution. Drafted by Ravi Osei.</note></head>
<opener><dateline><placeName>Moscow</placeName>, <date when="1962-05-31">May 31, 1962</date>, 7 p.m.</dateline></opener>
<p>3102. Karim Benhaddou called on the Ambassador about Berlin.</p></div>
<div type="document" n="2" xml:id="d2"><head>2. Telegram From the Ambassador to Iran (Marlowe) to the Department of State</head>
<opener><dateline>Tehran, <date when="1962-06-02">June 2, 1962</date>.</dateline></opener>
<p>12. Osei left for Isfahan.</p></div>
<div type="document" n="3" xml:id="d3"><head>3. Telegram From [place not declassified] to the Agency</head>
<opener><dateline>[place not declassified], <date when="1962-06-03">June 3, 1962</date>.</dateline></opener>
<p>13. Osei is still there.</p></div>
</body></text></TEI>
"#;

fn folder() -> Folder {
    let body = "1. (C) SUMMARY: The Foreign Ministry told us that Boga Lines had asked for \
        landing rights. END SUMMARY.\n\n2. (C) COMMENT: Post will follow up.\n";
    let moscow = "R 031200Z MAR 09\nFM AMEMBASSY MOSCOW\nTO SECSTATE WASHDC\n\nUNCLAS MOSCOW \
        000090\n\nSIPDIS\n\nE.O. 12958: N/A\nTAGS: PREL\nSUBJECT: ICE\n\n1. (U) Ice is late.\n";
    let folder = Folder::of(&[
        ("in/frus1961-63v05.xml", VOLUME.as_bytes()),
        ("in/09PARIS1007.txt", body.as_bytes()),
        ("in/moscow.txt", moscow.as_bytes()),
    ]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    folder
}

/// The cable ids of the documents that a query finds.
fn found(folder: &Folder, query: &str) -> Vec<String> {
    let rows = printed(folder.chancery(["search", "a", "--csv", query]));
    let id = |row: &str| row.split(',').nth(1).map(str::to_owned);
    let mut ids: Vec<String> = rows.lines().skip(1).filter_map(id).collect();
    ids.sort();
    ids
}

#[test]
fn a_post_is_found_by_its_town_and_its_country() {
    let folder = folder();
    let both = ["09MOSCOW90", "frus1961-63v05/d1"];
    for query in ["post:moscow", "post:\"soviet union\"", "post:Russia"] {
        assert_eq!(found(&folder, query), both, "{query}");
    }
    for query in ["post:iran", "post:tehran"] {
        assert_eq!(found(&folder, query), ["frus1961-63v05/d2"], "{query}");
    }
    // A part of a name, and a misspelt one, find nothing and say what would.
    for (query, other) in [("post:soviet", "post:\"SOVIET UNION\""), ("post:parris", "post:PARIS")]
    {
        let text = printed(folder.chancery(["search", "a", query]));
        assert!(text.contains(&format!("did you mean: {other} (")), "{query}: {text}");
    }
    // Officers and withheld places are no posts.
    let stats = printed(folder.chancery(["stats", "a", "--json"]));
    let stats: serde_json::Value = serde_json::from_str(&stats).expect("JSON");
    let mut posts: Vec<&String> = stats["posts"].as_object().expect("posts").keys().collect();
    posts.sort();
    assert_eq!(posts, ["", "IRAN", "MOSCOW", "PARIS", "SOVIET UNION"]);
}

#[test]
fn bodies_and_volumes_have_their_metadata() {
    let folder = folder();
    for query in ["post:paris", "date:2009 landing", "references:09PARIS1007"] {
        assert_eq!(found(&folder, query), ["09PARIS1007"], "{query}");
    }
    let shown = printed(folder.chancery(["show", "a", "09PARIS1007"]));
    assert!(shown.contains("landing rights"), "{shown}");
    let volume = "classification:confidential date:1962-05-31";
    assert_eq!(found(&folder, volume), ["frus1961-63v05/d1"]);
    assert_eq!(found(&folder, "footnote:drafted"), ["frus1961-63v05/d1"]);
}

#[test]
fn letters_of_lists_are_no_initials() {
    let list = "Following persons called on the Ambassador:\n\nA. Karim Benhaddou, of the port \
        of Riga.\n\nB. Ama Kyprianou, of the port of Odessa.\n\nC. Seekford, a lawyer.\n";
    let folder = Folder::of(&[("list.txt", list.as_bytes())]);
    let command = ["annotate", "list.txt", "--engine", "fast", "--format", "jsonl"];
    let line = printed(folder.chancery(command));
    let document: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let names = document["mentions"].as_array().expect("mentions").iter();
    let names: Vec<&str> = names.map(|one| one["text"].as_str().expect("a text")).collect();
    for letter in ["A.", "B.", "C."] {
        assert!(names.iter().all(|name| !name.starts_with(letter)), "{names:?}");
    }
    assert!(names.contains(&"Karim Benhaddou") && names.contains(&"Seekford"), "{names:?}");
}

#[test]
fn pairs_of_two_exports_are_not_mixed() {
    let folder = folder();
    let export = |query: &str| {
        folder.chancery(["export", "a", "--format", "brat", "-o", "pairs", "--query", query])
    };
    export("post:paris").assert().success();
    let files = || std::fs::read_dir(folder.path("pairs")).expect("a folder").count();
    let before = files();
    let output = export("post:moscow").output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("pairs: has files") && !output.status.success(), "{errors}");
    assert_eq!(files(), before);
}

#[test]
fn names_are_exported_as_excel_wants_them() {
    let folder = folder();
    let export = |options: &[&str]| {
        let all = ["export", "a", "--format"].into_iter().chain(options.iter().copied());
        printed(folder.chancery(all))
    };
    let (plain, excel) = (export(&["csv"]), export(&["csv", "--excel"]));
    assert!(plain.starts_with("document,source,"), "{plain}");
    assert!(excel.starts_with("\u{feff}document,source,"), "{excel}");
    assert_eq!(excel.lines().count(), plain.lines().count());
    // The marker of a footnote stays words.
    assert!(plain.contains(",1\r\n") && excel.contains(",\"=\"\"1\"\"\"\r\n"), "{excel}");
    let output = folder.chancery(["export", "a", "--format", "tei", "--excel"]).output();
    let errors = String::from_utf8(output.expect("it runs").stderr).expect("UTF-8");
    assert!(errors.contains("--excel is for tables"), "{errors}");
}
