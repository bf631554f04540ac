//! A document in another language is kept, searched and shown, and every command says
//! that names were not looked for in it.

use crate::{Folder, printed};

const FRENCH: &str = "L'ambassadeur Ravi Dubois s'est entretenu hier avec le ministre des affaires \
    étrangères à Port Louis au sujet de la pêche dans les eaux de l'île. Le ministre Jean Ramgoolam \
    a déclaré que son gouvernement ne pouvait pas accepter les conditions de la compagnie, et il a \
    demandé que les licences soient vérifiées avant la fin du mois.\n";
const ENGLISH: &str = "Ambassador Ravi Dubois met the foreign minister in Port Louis yesterday.\n";
const SAID: &str = "1 document in French: names were not looked for (only English is supported)";

fn folder() -> Folder {
    Folder::of(&[("lettre.txt", FRENCH.as_bytes()), ("letter.txt", ENGLISH.as_bytes())])
}

#[test]
fn a_foreign_document_is_kept_and_found_without_names() {
    let folder = folder();
    let add = folder.chancery(["add", "x", "lettre.txt", "letter.txt", "--engine", "fast"]);
    let output = add.output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.contains(SAID), "{stderr}");
    assert_eq!(printed(folder.chancery(["problems", "x"])), "");
    let hits = printed(folder.chancery(["search", "x", "pêche", "--json"]));
    assert!(hits.contains("lettre.txt"), "{hits}");
    let exported = printed(folder.chancery(["export", "x"]));
    let documents: Vec<serde_json::Value> =
        exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |source: &str| {
        documents.iter().find(|document| document["source"] == source).expect("a document")
    };
    assert_eq!(of("lettre.txt")["language"], "fr");
    assert_eq!(of("lettre.txt")["mentions"].as_array().map(Vec::len), Some(0));
    assert!(of("letter.txt").get("language").is_none());
    assert!(of("letter.txt")["mentions"].as_array().is_some_and(|mentions| !mentions.is_empty()));
}

#[test]
fn commands_over_files_say_which_documents_are_foreign() {
    let folder = folder();
    for command in ["annotate", "entities"] {
        let run = folder.chancery([command, "lettre.txt", "letter.txt", "--engine", "fast"]);
        let stderr = String::from_utf8(run.output().expect("it runs").stderr).expect("UTF-8");
        assert!(stderr.contains(SAID), "{command}: {stderr}");
    }
    let card = printed(folder.chancery(["read", "lettre.txt"]));
    assert!(card.contains("Language        French (names are found only in English)"), "{card}");
    let card = printed(folder.chancery(["read", "letter.txt"]));
    assert!(!card.contains("Language"), "{card}");
    let json = printed(folder.chancery(["read", "lettre.txt", "--json"]));
    assert!(json.contains("\"language\": \"fr\""), "{json}");
}
