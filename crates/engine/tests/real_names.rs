//! Kinds of names that were read wrongly, with both engines: double surnames,
//! lists of people, words that a line end divides, signatures. All names are
//! invented but those of the summit.

use chancery_engine::{Engine, EngineKind, ListChoice};
use chancery_model::Label;

/// The mentions of a text with `label`, in order.
fn names(engine: &mut Engine, raw: &str, label: Label) -> Vec<String> {
    let (documents, _) =
        engine.resolve_file(raw.as_bytes(), "telegram.txt", ListChoice::default()).expect("text");
    let mut names = Vec::new();
    for document in documents {
        let annotated = document.annotated;
        let mentions = annotated.mentions.iter().filter(|mention| mention.label == label);
        let words = |words: &str| words.split_whitespace().collect::<Vec<_>>().join(" ");
        names.extend(mentions.map(|mention| words(&annotated.document.text[mention.span])));
    }
    names
}

/// Checks the names of each text with both engines. Prints all that differ.
fn check(label: Label, cases: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for kind in EngineKind::ALL {
        let mut engine = Engine::load_shipped(kind);
        for (raw, expected) in cases {
            let found = names(&mut engine, raw, label);
            if found != *expected {
                wrong.push(format!("{}: {raw:?}\n    {found:?}", kind.engine_name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), 2 * cases.len(), wrong.join("\n"));
}

/// A telegram with this text.
fn telegram(body: &str) -> String {
    format!(
        "R 161305Z JUN 09\nFM AMEMBASSY PORT LOUIS\nTO SECSTATE WASHDC 4471\nC O N F I D E N T I A L \
         PORT LOUIS 000214\n\nSIPDIS\n\nE.O. 12958: DECL: 06/15/2019\nTAGS: PREL, MP\nSUBJECT: A \
         TEST OF DAYS\n\n{body}\n"
    )
}

#[test]
fn double_surnames_are_one_person() {
    let people = [
        ("Sunita Rajcoomar-Leclezio", "Rajcoomar-Leclezio"),
        ("Anna Smith-Jones", "Smith-Jones"),
        ("Mary Lloyd-Gainsford", "Lloyd-Gainsford"),
        ("Ellen Johnson-Talbert", "Johnson-Talbert"),
        ("Carla Gomes-Pereira", "Gomes-Pereira"),
        ("Dominique Straus-Keller", "Straus-Keller"),
        ("Bashir Al-Hamdan", "Al-Hamdan"),
        ("Samuel Okonjo-Bell", "Okonjo-Bell"),
        ("Laurent Zafimahova-Brandt", "Zafimahova-Brandt"),
        ("Gerard Mootoosamy-Vance", "Mootoosamy-Vance"),
        ("Peter Ahlmark-Nilsson", "Ahlmark-Nilsson"),
        ("Ibrahim Ould-Daddah", "Ould-Daddah"),
        ("Marie Dupont-Aubert", "Dupont-Aubert"),
        ("George Vasquez-Moreno", "Vasquez-Moreno"),
        ("Ines Halvord-Pike", "Halvord-Pike"),
        ("Thomas Grayson-Dorn", "Grayson-Dorn"),
        ("Noelline Abadie-Roche", "Abadie-Roche"),
    ];
    let texts: Vec<(String, [&str; 3])> = people
        .iter()
        .map(|(full, surname)| {
            let text = format!(
                "1. (C) Minister {full} called on the Ambassador on June 12. {surname} said that the \
                 talks with France would go on.\n\n2. (C) Ambassador met {full} again.\n"
            );
            (text, [*full, *surname, *full])
        })
        .collect();
    let cases: Vec<(&str, &[&str])> =
        texts.iter().map(|(text, names)| (text.as_str(), names.as_slice())).collect();
    check(Label::Per, &cases);
}

#[test]
fn names_of_two_people_stay_two() {
    check(
        Label::Per,
        &[(
            "1. (C) The Nixon-Brezhnev summit went well, the Minister said. Nixon was tired, and \
             Brezhnev was not.\n",
            &["Nixon", "Brezhnev", "Nixon", "Brezhnev"],
        )],
    );
}

#[test]
fn lines_of_a_list_are_names_by_themselves() {
    let texts = [
        telegram(
            "1. (C) Participants:\nAmbassador Corwin Halvord\nMinister Armand Veloutier\nDev \
             Harrysing\nNoelline Abadie (notetaker)\n\n2. (C) End.",
        ),
        telegram(
            "1. (C) Visa lookout names:\n    Armand Veloutier\n    Dev Harrysing\n    Noelline Abadie",
        ),
        "The following attended the meeting:\nKhalid Haddad\nRami Nasser\nOmar Tesfaye\n"
            .to_owned(),
        telegram("1. (C) The Ministry sent:\nSunita Rajcoomar\nGerard Mootoosamy\nAna Petrova"),
    ];
    check(
        Label::Per,
        &[
            (
                &texts[0],
                &["Corwin Halvord", "Armand Veloutier", "Dev Harrysing", "Noelline Abadie"],
            ),
            (&texts[1], &["Armand Veloutier", "Dev Harrysing", "Noelline Abadie"]),
            (&texts[2], &["Khalid Haddad", "Rami Nasser", "Omar Tesfaye"]),
            (&texts[3], &["Sunita Rajcoomar", "Gerard Mootoosamy", "Ana Petrova"]),
        ],
    );
    let ports = telegram("1. (C) Ports visited:\nPort Louis\nVictoria\nAntananarivo\nTulear");
    let found = names(&mut Engine::load_shipped(EngineKind::Fast), &ports, Label::Loc);
    assert!(
        found.ends_with(&["Victoria", "Antananarivo", "Tulear"].map(String::from)),
        "{found:?}"
    );
}

#[test]
fn divided_names_are_whole() {
    check(
        Label::Per,
        &[
            (
                "The Ambassador met Minister Armand Velou-\ntier in Antana-\nnarivo on Monday. \
                 Veloutier said no.\n",
                &["Armand Veloutier", "Veloutier"],
            ),
            (
                "The Ambassador met Minister Armand Velou\u{ad}\ntier in Antana\u{ad}\nnarivo on \
                 Monday. Veloutier said no.\n",
                &["Armand Veloutier", "Veloutier"],
            ),
            (
                "The Ambassador thanked Minister Sunita Rajcoo-\nmar on Monday. Minister Rajcoomar \
                 said no.\n",
                &["Sunita Rajcoomar", "Rajcoomar"],
            ),
        ],
    );
}

#[test]
fn signatures_are_people() {
    let texts = ["TREMONT", "HALVORD", "ABADIE", "PIKE"].map(|name| {
        let body = format!("1. (C) Comment: The talks with Gerard Mootoosamy went on.\n{name}");
        (name, telegram(&body))
    });
    let expected = texts.each_ref().map(|(name, _)| ["Gerard Mootoosamy", *name]);
    let cases: Vec<(&str, &[&str])> = std::iter::zip(&texts, &expected)
        .map(|((_, text), names)| (text.as_str(), names.as_slice()))
        .collect();
    check(Label::Per, &cases);
}
