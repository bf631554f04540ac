//! `chancery eval`: the figures were counted by hand, except those of entities,
//! whose measures have separate tests.

use serde_json::{Value, json};
use snapbox::str;

use crate::{Folder, chancery, printed};

const GOLD: &str = "\
-DOCSTART-\tO\n\n\
Ama\tB-PER\nOsei\tI-PER\nmet\tO\nGhanaian\tB-MISC\nofficials\tO\nin\tO\nAccra\tB-LOC\n.\tO\n\n\
-DOCSTART-\tO\n\n\
The\tO\nMinistry\tB-ORG\nof\tI-ORG\nFisheries\tI-ORG\nthanked\tO\nOsei\tB-PER\n.\tO\n\n";

/// The span of "Ama Osei" is wrong, "Ghanaian" is missed, "Accra" has a wrong
/// label, "thanked" is spurious; the ministry and the second Osei are correct.
const FOUND: &str = "\
-DOCSTART-\tO\n\n\
Ama\tO\nOsei\tB-PER\nmet\tO\nGhanaian\tO\nofficials\tO\nin\tO\nAccra\tB-ORG\n.\tO\n\n\
-DOCSTART-\tO\n\n\
The\tO\nMinistry\tB-ORG\nof\tI-ORG\nFisheries\tI-ORG\nthanked\tB-MISC\nOsei\tB-PER\n.\tO\n\n";

fn files() -> Folder {
    Folder::of(&[("gold.tsv", GOLD.as_bytes()), ("found.tsv", FOUND.as_bytes())])
}

/// The score that `eval --json` prints.
fn score<'a>(folder: &Folder, arguments: impl IntoIterator<Item = &'a str>) -> Value {
    let printed = printed(folder.chancery(["eval", "--json"].into_iter().chain(arguments)));
    serde_json::from_str(&printed).expect("JSON")
}

#[test]
fn table() {
    files().chancery(["eval", "gold.tsv", "--pred", "found.tsv"]).assert().success().stdout_eq(
        str![[r#"
         precision  recall      F1    gold   found  correct
PER          50.00   50.00   50.00       2       2        1
LOC           0.00    0.00    0.00       1       0        0
ORG          50.00  100.00   66.67       1       2        1
MISC          0.00    0.00    0.00       1       1        0
overall      40.00   40.00   40.00       5       5        2

"#]],
    );
}

#[test]
fn json() {
    files()
        .chancery(["eval", "--json", "gold.tsv", "--pred", "found.tsv"])
        .assert()
        .success()
        .stdout_eq(str![[r#"
{"LOC":{"f1":0.0,"precision":0.0,"recall":0.0},"MISC":{"f1":0.0,"precision":0.0,"recall":0.0},"ORG":{"f1":66.6667,"precision":50.0,"recall":100.0},"PER":{"f1":50.0,"precision":50.0,"recall":50.0},"counts":{"LOC":{"correct":0,"found":0,"gold":1},"MISC":{"correct":0,"found":1,"gold":1},"ORG":{"correct":1,"found":2,"gold":1},"PER":{"correct":1,"found":2,"gold":2},"overall":{"correct":2,"found":5,"gold":5}},"overall":{"f1":40.0,"precision":40.0,"recall":40.0}}

"#]]);
}

#[test]
fn mistakes_are_listed_by_kind() {
    files()
        .chancery(["eval", "--errors", "gold.tsv", "--pred", "found.tsv"])
        .assert()
        .success()
        .stdout_eq(str![[r#"
missed (1)
  gold.tsv, document 1: MISC Ghanaian: Ama Osei met [Ghanaian] officials in Accra .

spurious (1)
  gold.tsv, document 2: MISC thanked: The Ministry of Fisheries [thanked] Osei .

wrong label (1)
  gold.tsv, document 1: gold LOC Accra, found ORG: Ama Osei met Ghanaian officials in [Accra] .

wrong span (1)
  gold.tsv, document 1: gold PER Ama Osei, found PER Osei: [Ama Osei] met Ghanaian officials in Accra .

         precision  recall      F1    gold   found  correct
PER          50.00   50.00   50.00       2       2        1
LOC           0.00    0.00    0.00       1       0        0
ORG          50.00  100.00   66.67       1       2        1
MISC          0.00    0.00    0.00       1       1        0
overall      40.00   40.00   40.00       5       5        2

"#]]);
}

#[test]
fn a_label_can_be_ignored() {
    let score = score(&files(), ["--ignore", "MISC", "gold.tsv", "--pred", "found.tsv"]);
    assert_eq!(score.get("MISC"), None);
    assert_eq!(score["counts"]["overall"]["gold"], 4);
    assert_eq!(score["counts"]["overall"]["found"], 4);
}

#[test]
fn stray_tags_are_ignored() {
    let folder = Folder::of(&[
        ("gold.tsv", b"Ama\tB-PER\nOsei\tI-PER\n.\tO\n"),
        ("found.tsv", b"Ama\tO\nOsei\tI-PER\n.\tI-LOC\n"),
    ]);
    folder
        .chancery(["eval", "gold.tsv", "--pred", "found.tsv"])
        .assert()
        .success()
        .stdout_eq(str![[r#"
         precision  recall      F1    gold   found  correct
PER           0.00    0.00    0.00       1       0        0
overall       0.00    0.00    0.00       1       0        0

"#]])
        .stderr_eq(str![[r#"
chancery: found.tsv: 2 I- tags do not continue a name and are ignored

"#]]);
}

#[test]
fn gold_against_itself_is_perfect() {
    let text = "Ama Osei’s boat left Tema.\n\nLater Osei came to Lomé.\n";
    let names = r#"{"mentions": [[0, 8, "PER"], [21, 25, "LOC"], [34, 38, "PER"],
        [47, 51, "LOC"]], "optional": [[11, 15]]}"#;
    let folder = Folder::of(&[
        ("gold.tsv", GOLD.as_bytes()),
        ("pair.txt", text.as_bytes()),
        ("pair.json", names.as_bytes()),
    ]);
    for (gold, number) in [("gold.tsv", 5), ("pair.txt", 4), ("pair.json", 4), (".", 9)] {
        let score = score(&folder, [gold, "--pred", gold]);
        assert_eq!(score["overall"]["f1"], 100.0, "{gold}");
        assert_eq!(score["counts"]["overall"]["correct"], number, "{gold}");
    }
}

#[test]
fn the_engine_runs_on_tokens_and_on_text() {
    let folder = Folder::of(&[
        ("gold.tsv", GOLD.as_bytes()),
        ("pair.txt", b"Ama Osei left Tema.\n"),
        ("pair.json", br#"{"mentions": [[0, 8, "PER"], [14, 18, "LOC"]]}"#),
    ]);
    for edit in [None, Some("--capitals")] {
        let score = score(&folder, ["--engine", "fast", "."].into_iter().chain(edit));
        assert_eq!(score["counts"]["overall"]["gold"], 7);
    }
}

#[test]
fn files_that_do_not_fit_are_refused() {
    let folder = Folder::of(&[
        ("gold.tsv", GOLD.as_bytes()),
        ("other.tsv", b"Kofi\tB-PER\n"),
        ("short.tsv", b"-DOCSTART-\tO\n\nAma\tO\n\n-DOCSTART-\tO\n\nThe\tO\n\n"),
        ("date.tsv", b"Monday\tB-DATE\n"),
    ]);
    let refused = |arguments: &[&str]| {
        let command = folder.chancery(["eval"].into_iter().chain(arguments.iter().copied()));
        command.assert().code(1).stdout_eq("")
    };
    refused(&["gold.tsv", "--pred", "other.tsv"]).stderr_eq(str![[r#"
chancery: other.tsv: does not fit the gold standard: 1 instead of 2 documents

"#]]);
    refused(&["gold.tsv", "--pred", "short.tsv"]).stderr_eq(str![[r#"
chancery: short.tsv, document 1: its text is not the text of gold.tsv, document 1: they differ at byte 3

"#]]);
    refused(&["date.tsv"]).stderr_eq(str![[r#"
chancery: date.tsv: line 1, column 1: "B-DATE" is not a tag of this format

"#]]);
    refused(&["none.tsv"]).stderr_eq(str![[r#"
chancery: none.tsv: no such file (check the path)

"#]]);
}

/// An invented volume of FRUS.
const VOLUME: &str = "crates/parse/tests/fixtures/volume.xml";

#[test]
fn entities_are_scored() {
    let arguments = ["eval", "--entities", "--engine", "fast", VOLUME];
    chancery(arguments).assert().success().stdout_eq(str![[r#"
F1                  marked  found %   B-cubed     pairs   to list     to KB
volume                   7   100.00    100.00    100.00    100.00      0.00

all                                precision  recall      F1
clusters of persons, B-cubed          100.00  100.00  100.00
clusters of persons, pairs            100.00  100.00  100.00
clusters of persons, CEAF-e           100.00  100.00  100.00
clusters of persons, MUC              100.00  100.00  100.00
links to the volume's list            100.00  100.00  100.00
links to the knowledge base             0.00    0.00    0.00

score of a link              links   right %
0.85 to 0.90, likely             3    100.00
0.90 to 0.95, sure               2    100.00
0.95 to 1.00, sure               2    100.00
sure                             4    100.00
likely                           3    100.00

100.00 % of 7 marked names are found, 85.71 % with the same span
2 signatures: 100.00 % linked, 100.00 % of these correctly; of 0 whose person has an appointment in the knowledge base, 0.00 % linked
names in footnotes are not counted

"#]]);
    let json = chancery(arguments.into_iter().chain(["--json"]));
    let scores: Value = serde_json::from_str(&printed(json)).expect("JSON");
    let volume = &scores["volumes"]["volume"];
    assert_eq!(volume["bcubed"], scores["bcubed"]);
    assert_eq!(scores["links"]["precision"], 100.0);
    let bin = &scores["reliability"][0];
    assert_eq!((&bin["from"], &bin["to"]), (&json!(0.85), &json!(0.9)));
    assert_eq!((&bin["certainty"], &bin["right"]), (&json!("likely"), &json!(3)));
}
