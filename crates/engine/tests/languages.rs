//! Real documents in English are never taken for another language, and no names are
//! marked in a document that is.

#[path = "../../../tests/shared_data.rs"]
mod shared_data;

use std::path::PathBuf;

use chancery_engine::inputs::{Input, collect_inputs};
use chancery_engine::opening::{NamedColumns, Opener, OpeningSettings, Remedies};
use chancery_engine::{Engine, EngineKind, ListChoice, detect_language};
use chancery_model::Language;
use shared_data::shared_data;

/// The documents of these files and folders in `../shared` that are not in English:
/// their paths and languages, and the number of all documents.
fn foreign_documents(paths: &[PathBuf]) -> (Vec<(String, Language)>, usize) {
    let remedies = Remedies { raise_limit: "", retry: "", name_columns: "" };
    let opener = Opener::new(OpeningSettings {
        largest: 64 << 20,
        named_columns: NamedColumns::default(),
        pdf_reader: None,
        kept_pages: None,
        keep_empty: false,
        remedies,
    });
    let (mut foreign, mut count) = (Vec::new(), 0);
    for input in collect_inputs(paths) {
        let input = input.expect("a file");
        let visited = opener.visit_documents(&input, Input::read_bytes, &mut |opened| {
            // The annotations beside the texts are no documents.
            let Ok(opened) = opened else { return };
            let parsed = chancery_parse::parse_file(opened.text_bytes());
            for document in parsed.into_iter().flat_map(|file| file.documents) {
                count += 1;
                let language = detect_language(&document);
                if language != Language::ENGLISH {
                    foreign.push((opened.member.path.clone(), language));
                }
            }
        });
        visited.expect("readable");
    }
    (foreign, count)
}

#[test]
fn no_real_document_is_taken_for_foreign() {
    let cases = [
        ("data/cables/cable-pages.zip", 1136),
        ("data/annotation/dev", 19),
        ("data/annotation/train", 800),
        ("data/frus-volumes", 2000),
    ];
    for (name, least) in cases {
        let Some(path) = shared_data(name) else { return };
        let (foreign, count) = foreign_documents(&[path]);
        assert_eq!(foreign, [], "{name}");
        assert!(count >= least, "{name}: {count} documents");
    }
}

#[test]
fn no_names_are_marked_in_a_foreign_document() {
    let french = "L'ambassadeur Ravi Dubois s'est entretenu hier avec le ministre des affaires \
        étrangères à Port Louis au sujet de la pêche dans les eaux de l'île. Le ministre Jean \
        Ramgoolam a déclaré que son gouvernement ne pouvait pas accepter les conditions de la \
        compagnie, et il a demandé que les licences soient vérifiées avant la fin du mois.";
    let english = "Ambassador Ravi Dubois met the foreign minister in Port Louis yesterday to talk \
        about fishing in the waters of the island.";
    let mut engine = Engine::load_shipped(EngineKind::Fast);
    for (text, code, has_names) in [(french, "fr", false), (english, "en", true)] {
        let (mut documents, problems) =
            engine.resolve_file(text.as_bytes(), "a.txt", ListChoice::default()).expect("a text");
        let annotated = documents.next().expect("a document").annotated;
        assert!(problems.is_empty());
        assert_eq!(annotated.words.language.code(), code);
        assert_eq!(!annotated.mentions.is_empty(), has_names, "{code}");
        assert_eq!(!annotated.entities.entities.is_empty(), has_names, "{code}");
        assert_eq!(annotated.document.text.as_str(), text);
    }
}
