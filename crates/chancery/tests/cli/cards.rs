//! `show`, `notes`, `cite`, `related`, and the exports that describe an archive.

use serde_json::Value;

use crate::name_tables::demo_archive;
use crate::test_server::TestServer;
use crate::{Folder, printed};

fn curate(folder: &Folder, arguments: &[&str]) {
    let start = ["curate", "a", "--author", "ana"];
    folder.chancery(start.iter().chain(arguments).copied()).assert().success();
}

fn show(folder: &Folder, what: &str) -> String {
    printed(folder.chancery(["show", "a", what, "--color", "never"]))
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Adds a keyword, a note and a highlight to 09PORTLOUIS198.
fn add_notes(folder: &Folder) {
    let noted = ["--author", "ben", "highlight", "09PORTLOUIS198", "Compagnie Sakalava", "1"];
    curate(folder, &["keyword", "09PORTLOUIS198", "incomplete"]);
    curate(folder, &["--reason", "microfilm", "note", "09PORTLOUIS198", "page 2 is missing"]);
    let noted = noted.into_iter().chain(["Who pays?", "--keyword", "owner", "--color", "blue"]);
    let noted = folder.chancery(["curate", "a"].into_iter().chain(noted));
    assert_eq!(printed(noted), "decision 3: note “Who pays?” on “Compagnie Sakalava”\n");
}

#[test]
fn a_document_is_shown_with_what_users_added() {
    let folder = demo_archive();
    let before = show(&folder, "09PORTLOUIS198");
    assert!(!before.contains("Note"), "{before}");
    add_notes(&folder);
    let shown = show(&folder, "09PORTLOUIS198");
    for line in [
        "Cable ID        09PORTLOUIS198\n",
        "Classification  UNCLASSIFIED\n",
        "Keywords        incomplete\n",
        "Note            page 2 is missing (ana, ",
        "Highlight       “Compagnie Sakalava” [owner] Who pays? (ben, ",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let cited = printed(folder.chancery(["cite", "a", "path:09PORTLOUIS198"]));
    let citation = cited.trim_end();
    let joined = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains(&format!("Cite {citation}")), "{shown}");
    let json = printed(folder.chancery(["show", "a", "09PORTLOUIS198", "--json"]));
    let document: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(document["citation"], citation);
    assert_eq!(document["address"], "09PORTLOUIS198");
    assert_eq!(document["remarks"][1]["words"], "page 2 is missing");
    assert_eq!(document["highlights"][0]["note"], "Who pays?");
    assert_eq!(document["decisions"].as_array().map(Vec::len), Some(3));
    assert!(document["mentions"].is_array() && document["header"]["cable_id"].is_object());
    // What is undone is shown no more.
    curate(&folder, &["undo", "1"]);
    assert!(!show(&folder, "09PORTLOUIS198").contains("Keywords"));
}

#[test]
fn an_entity_is_shown_by_id_and_by_name() {
    let folder = demo_archive();
    let card = show(&folder, "person:\"vikash peerbaye\"");
    for line in [
        "Name            Peerbaye, Vikash\n",
        "Named           6 mentions in 3 documents, 2009-",
        "\n09PORTLOUIS231  2009-06-30  PORT LOUIS  ",
        "[Peerbaye]",
    ] {
        assert!(card.contains(line), "{line}: {card}");
    }
    let id = card.lines().find_map(|line| line.strip_prefix("Id ")).expect("an id");
    let id = id.trim().split(',').next().expect("an id");
    assert_eq!(show(&folder, id), card);
    let json = printed(folder.chancery(["show", "a", id, "--json"]));
    let entity: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&entity["id"], &entity["documents"]), (&id.into(), &3.into()));
    assert_eq!(entity["passages"].as_array().map(Vec::len), Some(3));
    curate(&folder, &["note", id, "ask the ministry"]);
    assert!(show(&folder, id).contains("Note            ask the ministry (ana, "));
    // A known place has its country, and a surname its doubt.
    let place = show(&folder, "place:mombasa");
    assert!(
        place.contains("Country         Kenya\n") && place.contains("Source          GeoNames\n")
    );
    let surnames = printed(folder.chancery(["people", "a", "--doubts", "--json"]));
    let group = json_lines(&surnames)[0]["id"].as_str().expect("an id").to_owned();
    assert!(show(&folder, &group).contains("\nDoubt           not identified: 2 documents"));
    for (what, said) in [
        ("tremont", "give the id of one"),
        ("person:mombasa", "not found in the archive (`chancery search` and"),
        ("n-000000000000", "not found in the archive"),
    ] {
        let output = folder.chancery(["show", "a", what]).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(said) && output.status.code() == Some(1), "{what}: {errors}");
    }
}

#[test]
fn a_document_of_a_volume_is_found_by_its_number() {
    let volume = |name: &str, numbers: &[u32]| {
        let documents: Vec<String> = numbers
            .iter()
            .map(|number| {
                format!(
                    "<div type=\"document\" n=\"{number}\" xml:id=\"d{number}\"><head>{number}. Memorandum</head><p>Ama Osei wrote from {name} in the year {number}.</p></div>"
                )
            })
            .collect();
        format!(
            "<TEI xmlns=\"http://www.tei-c.org/ns/1.0\" xml:id=\"{name}\"><teiHeader/><text><body>{}</body></text></TEI>",
            documents.concat()
        )
    };
    let (one, two) = (volume("frus1961-63v05", &[1, 199]), volume("frus1961-63v06", &[1, 2]));
    let folder = Folder::of(&[
        ("in/frus1961-63v05.xml", one.as_bytes()),
        ("in/frus1961-63v06.xml", two.as_bytes()),
    ]);
    folder.chancery(["add", "a", "in", "-q", "--engine", "fast"]).assert().success();
    for what in ["frus1961-63v05/d199", "d199", "D199", "FRUS1961-63V05/D199"] {
        assert!(show(&folder, what).contains("frus1961-63v05 in the year 199"), "{what}");
    }
    let output = folder.chancery(["show", "a", "d1"]).output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let expected = "d1: 2 volumes have this number: give the volume too \
                    (frus1961-63v05/d1, frus1961-63v06/d1)";
    assert!(errors.contains(expected), "{errors}");
    folder.chancery(["show", "a", "d3"]).assert().failure();
}

#[test]
fn notes_are_listed_with_their_sources() {
    let folder = demo_archive();
    assert_eq!(printed(folder.chancery(["notes", "a"])), "");
    add_notes(&folder);
    curate(&folder, &["note", "09PARIS1207", "=1+1"]);
    let rows = json_lines(&printed(folder.chancery(["notes", "a", "--json"])));
    let of = |key: &str| -> Vec<String> {
        rows.iter().map(|row| row[key].as_str().expect("words").to_owned()).collect()
    };
    assert_eq!(of("kind"), ["keyword", "note", "highlight", "note"]);
    assert_eq!(of("author"), ["ana", "ana", "ben", "ana"]);
    assert_eq!(of("address")[2..], ["09PORTLOUIS198", "09PARIS1207"]);
    assert_eq!(rows[2]["passage"], "Compagnie Sakalava");
    let cited = printed(folder.chancery(["cite", "a", "path:09PORTLOUIS198"]));
    assert_eq!(of("citation")[1], cited.trim_end());
    let csv = printed(folder.chancery(["notes", "a", "--csv"]));
    assert!(
        csv.starts_with("decision,kind,text,keyword,passage,color,document,")
            && csv.contains(",'=1+1,")
    );
    let some = printed(folder.chancery(["notes", "a", "--query", "post:paris", "--json"]));
    assert_eq!(json_lines(&some).len(), 1);
    let text = printed(folder.chancery(["notes", "a", "--query", "keyword:incomplete"]));
    assert!(
        text.contains("“Compagnie Sakalava” [owner] Who pays?\n")
            && text.contains(cited.trim_end())
    );
}

#[test]
fn passages_are_given_by_their_words() {
    let folder = demo_archive();
    let add = |nth: &str| {
        let passage = ["09PORTLOUIS266", "invoices", nth, "MISC"];
        folder.chancery(["curate", "a", "add"].into_iter().chain(passage))
    };
    let added = printed(add("1"));
    assert_eq!(added, "decision 1: “invoices” is a name: other\n");
    assert!(show(&folder, "09PORTLOUIS266").contains("seen [MISC invoices] for watermarked"));
    let output = add("2").output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let expected = "\"invoices\" occurs 1 time in the text of 09PORTLOUIS266";
    assert!(errors.contains(expected) && output.status.code() == Some(1), "{errors}");
    let rejected = ["curate", "a", "reject", "09PORTLOUIS266", "invoices", "1"];
    assert_eq!(printed(folder.chancery(rejected)), "decision 2: “invoices” is not a name\n");
    assert!(!show(&folder, "09PORTLOUIS266").contains("[MISC invoices]"));
}

#[test]
fn citations_are_those_of_the_reading_room() {
    let folder = demo_archive();
    let server = TestServer::open(&folder, "a", &[]);
    for (id, path) in [("09PORTLOUIS266", "09PORTLOUIS266"), ("74STATE91352", "1974STATE091352")] {
        for (style, format) in
            [("chicago", "text"), ("ris", "ris"), ("bibtex", "bibtex"), ("csl-json", "csl-json")]
        {
            let query = format!("path:{path}");
            let cited = printed(folder.chancery(["cite", "a", &query, "--style", style]));
            let room = server.get(&format!("/doc/{id}/cite/{format}")).body;
            assert_eq!(cited.trim_end(), room.trim_end(), "{id} {style}");
        }
    }
    drop(server);
    // Several documents are one file, in order of date, each with its own key.
    let query = "references:09PORTLOUIS198";
    let found = json_lines(&printed(folder.chancery(["search", "a", query, "--json"])));
    let total = found[0]["total"].as_u64().expect("a number") as usize;
    let csl = printed(folder.chancery(["cite", "a", query, "--style", "csl-json"]));
    let items: Vec<Value> = serde_json::from_str(&csl).expect("one array");
    let days: Vec<String> = items.iter().map(|item| item["issued"].to_string()).collect();
    assert!(total > 2 && items.len() == total && days[0] < days[total - 1], "{csl}");
    let ris = printed(folder.chancery(["cite", "a", query, "--style", "ris"]));
    assert_eq!(ris.matches("TY  - ").count(), total);
    assert_eq!(printed(folder.chancery(["cite", "a", "xyzzy", "--style", "csl-json"])), "[]\n");
    folder.chancery(["cite", "a", "xyzzy:1"]).assert().failure();
}

#[test]
fn related_documents_have_their_reasons() {
    let folder = demo_archive();
    // 09PORTLOUIS266 cites 198 and 540; 540 and 352 name the shipowner too.
    let related =
        json_lines(&printed(folder.chancery(["related", "a", "09PORTLOUIS266", "--json"])));
    let of = |id: &str| related.iter().find(|one| one["cable_id"] == id).expect(id).clone();
    let kinds = |id: &str| -> Vec<String> {
        let reasons = of(id)["reasons"].as_array().expect("reasons").clone();
        reasons.iter().map(|one| one["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    assert!(kinds("09ANTANANARIVO540").contains(&"cited".to_owned()));
    assert!(kinds("09PORTLOUIS198").contains(&"cited".to_owned()));
    let shared = of("09ANTANANARIVO540")["reasons"].to_string();
    assert!(shared.contains("Zafimahova-Brandt, Laurent"), "{shared}");
    let scores: Vec<f64> =
        related.iter().map(|one| one["score"].as_f64().expect("a number")).collect();
    assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
    assert!(related.iter().all(|one| one["cable_id"] != "09PORTLOUIS266"));
    let text = printed(folder.chancery(["related", "a", "09PORTLOUIS266", "--limit", "2"]));
    let head = ". 09ANTANANARIVO540  2009-07-20  ANTANANARIVO  score ";
    let reason = "   cited in it; both name Zafimahova-Brandt, Laurent (2); ";
    assert!(text.contains(head) && text.contains(reason), "{text}");
    folder.chancery(["related", "a", "none"]).assert().failure();
}

#[test]
fn an_archive_is_described() {
    let folder = demo_archive();
    let index = printed(folder.chancery(["export", "a", "--format", "index"]));
    let shipowner = "Zafimahova-Brandt, Laurent, 09ANTANANARIVO540, 09PORTLOUIS266";
    assert!(index.contains("\nZ\n\n") && index.contains(shipowner), "{index}");
    folder.chancery(["export", "a", "--format", "ead", "-o", "aid.xml"]).assert().success();
    let aid = folder.read("aid.xml");
    for part in [
        "<ead xmlns=\"http://ead3.archivists.org/schema/\">",
        "<unittitle>PORT LOUIS</unittitle>",
        ">09PORTLOUIS266</unitid>\n<unittitle>WHO OWNS COMPAGNIE SAKALAVA DE PECHE?</unittitle>\n<unitdate normal=\"2009-07-28\">28 July 2009</unitdate>",
        "<part>Tremont, Corwin J.</part>",
        "<didnote>Classification: Secret</didnote>",
    ] {
        assert!(aid.contains(part), "{part}");
    }
    assert_eq!(aid.matches("<c level=\"item\">").count(), 17);
    let part = printed(folder.chancery(["export", "a", "--query", "date:1974", "--format", "ead"]));
    assert_eq!(part.matches("<c level=\"item\">").count(), 3);
    for (arguments, said) in [
        (
            &["export", "telegrams", "--format", "index"][..],
            "telegrams: not an archive; --format index needs one",
        ),
        (&["export", "a", "--format", "ead", "--statements"], "ead cannot hold statements"),
        (&["export", "a", "--format", "ead", "--set", "x"], "--set is for formats with names"),
    ] {
        let output = folder.chancery(arguments.iter().copied()).output().expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(said) && !output.status.success(), "{arguments:?}: {errors}");
    }
}

/// A reader that goes away ends each command quietly.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = demo_archive();
    for command in [
        "people a --csv",
        "show a 09PORTLOUIS266",
        "cite a",
        "related a 09PORTLOUIS266",
        "notes a",
        "export a --format index",
        "export a --format ead",
        "show a place:mombasa",
    ] {
        let program = env!("CARGO_BIN_EXE_chancery");
        let script = format!("(sleep 0.2; {program} {command}) | true");
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path(""))
            .output()
            .expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command}");
    }
}
