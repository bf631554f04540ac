//! Statements and acts of whole telegrams, through the engine: a table of cases, and
//! the invariants of every span.

use chancery_engine::stages::add_attribution;
use chancery_engine::{Engine, EngineKind, ListChoice};
use chancery_model::{ActKind, Annotated, Attribution, Party, StatementKind, TextSpan};
use proptest::prelude::*;

/// A telegram with this paragraph.
fn telegram(paragraph: &str) -> String {
    format!(
        "UNCLAS VALLETTA 000001\n\nSUBJECT: THE PORT\n\n1. (U) {paragraph}\n\n2. (U) End of report.\n"
    )
}

fn attributed(text: &str) -> Annotated {
    let mut engine = Engine::load_shipped(EngineKind::Fast);
    let (mut documents, _) = engine
        .resolve_file(text.as_bytes(), "09VALLETTA1.txt", ListChoice::default())
        .expect("text");
    let mut annotated = documents.next().expect("a document").annotated;
    add_attribution(&mut annotated);
    annotated
}

/// The name of a party as the text has it.
fn party_name(annotated: &Annotated, party: Option<&Party>) -> String {
    match party {
        None => "-".to_owned(),
        Some(Party::Post) => "post".to_owned(),
        Some(Party::Words(words)) => words.clone(),
        Some(Party::Entity(number)) => annotated.entities.entities[*number as usize].name.clone(),
    }
}

/// A sentence, and what is found in it: kind, cue, speaker, hearer, content.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str, &'static str, &'static str, &'static str)],
);

const CASES: [Case; 27] = [
    (
        "The Ambassador called on Minister Karim Benhaddou. Benhaddou told the Ambassador that the port \
         would open in May.",
        &[("say", "told", "Karim Benhaddou", "-", "the port would open in May")],
    ),
    (
        "Ines Okafor, director of the fund, said that the nets were sold.",
        &[("say", "said", "Ines Okafor", "-", "the nets were sold")],
    ),
    (
        "According to Ravi Osei, the fleet stays in port.",
        &[("say", "According to", "Ravi Osei", "-", "the fleet stays in port")],
    ),
    (
        "According to Ravi Osei, chairman of the fund, the nets were sold.",
        &[("say", "According to", "Ravi Osei", "-", "the nets were sold")],
    ),
    (
        "According to Ravi Osei, the chairman will sell the nets, the boats and the port.",
        &[(
            "say",
            "According to",
            "Ravi Osei",
            "-",
            "the chairman will sell the nets, the boats and the port",
        )],
    ),
    (
        "Ravi Osei arrived late. He denied that the fleet had sailed.",
        &[("deny", "denied", "Ravi Osei", "-", "the fleet had sailed")],
    ),
    (
        "We believe that the vote will fail.",
        &[("judge", "believe", "post", "-", "the vote will fail")],
    ),
    ("The harbour opened on Monday. Boats came and went.", &[]),
    // "She" is the woman, "he" the man.
    (
        "Minister Karim Benhaddou and Margaret Okafor arrived. Okafor said that the nets were sold. \
         Benhaddou said that the port was closed. She added that the fund had no money.",
        &[
            ("say", "said", "Margaret Okafor", "-", "the nets were sold"),
            ("say", "said", "Karim Benhaddou", "-", "the port was closed"),
            ("say", "added", "Margaret Okafor", "-", "the fund had no money"),
        ],
    ),
    // Whoever is named in the words does not say them.
    (
        "Ines Okafor said that the nets were sold. Karim Benhaddou arrived late. He noted that \
         Benhaddou had no money.",
        &[
            ("say", "said", "Ines Okafor", "-", "the nets were sold"),
            ("say", "noted", "Ines Okafor", "-", "Benhaddou had no money"),
        ],
    ),
    (
        "Ravi Osei, a senior official said that the fleet had sailed.",
        &[("say", "said", "Ravi Osei", "-", "the fleet had sailed")],
    ),
    (
        "Deputy Secretary Ravi Osei arrived. The DepSec said that the fleet had sailed.",
        &[("say", "said", "Ravi Osei", "-", "the fleet had sailed")],
    ),
    // The subject stands before the relative clause.
    (
        "A student who had taken part in the protests said that the police had closed the road.",
        &[("say", "said", "student", "-", "the police had closed the road")],
    ),
    (
        "An officer who had served in the port told us that the nets were sold.",
        &[("say", "told", "officer", "-", "the nets were sold")],
    ),
    (
        "The trader who had been seen in the port said that the fund had no money.",
        &[("say", "said", "trader", "-", "the fund had no money")],
    ),
    (
        "Ines Okafor met a student who had taken part in the protests. The fund said that the nets \
         were sold.",
        &[("say", "said", "fund", "-", "the nets were sold")],
    ),
    (
        "The students who took part in the march said that the road was closed.",
        &[("say", "said", "students", "-", "the road was closed")],
    ),
    // Initials stand for the person whose name has them.
    (
        "Ravi Kofi Osei (RKO) opened the meeting. Ines Okafor arrived late. RKO said that the fleet \
         had sailed.",
        &[("say", "said", "Kofi Osei", "-", "the fleet had sailed")],
    ),
    (
        "Hamad Jassim Thani (HJT) opened the meeting. Ines Okafor arrived late. HJT said that the \
         fleet had sailed.",
        &[("say", "said", "Hamad Jassim Thani", "-", "the fleet had sailed")],
    ),
    (
        "Sheikh Hamad bin Jassim (HbJ) Al Thani opened the meeting. Ines Okafor arrived late. HbJ \
         said that the fleet had sailed.",
        &[("say", "said", "Hamad bin Jassim", "-", "the fleet had sailed")],
    ),
    // The short form of an office stands for the person behind it.
    (
        "Deputy Chief of Staff (DCOS) Lieutenant General Ravi Osei opened the meeting. Ines Okafor \
         arrived late. The DCOS said that the fleet had sailed.",
        &[("say", "said", "Ravi Osei", "-", "the fleet had sailed")],
    ),
    // "Jean" is a man here.
    (
        "Jean-Pierre Moreau arrived late. He said that the fleet had sailed.",
        &[("say", "said", "Jean-Pierre Moreau", "-", "the fleet had sailed")],
    ),
    // An office is not the last person with a part of its title.
    (
        "Assistant Secretary Ravi Osei arrived late. The Foreign Secretary said that the fleet had \
         sailed.",
        &[("say", "said", "Foreign Secretary of Malta", "-", "the fleet had sailed")],
    ),
    (
        "Ravi Osei took particular note and said that the fleet had sailed.",
        &[("say", "said", "Ravi Osei", "-", "the fleet had sailed")],
    ),
    (
        "An officer told the Oslo poloff that the nets were sold.",
        &[("say", "told", "officer", "-", "the nets were sold")],
    ),
    // These letters are not those of the name.
    (
        "Ravi Kofi Osei (QVB) opened the meeting. QVB said that the fleet had sailed.",
        &[("say", "said", "QVB", "-", "the fleet had sailed")],
    ),
    (
        "Senior officials in recent weeks have said that the port would open.",
        &[("say", "said", "Senior officials", "-", "the port would open")],
    ),
];

#[test]
fn statements_are_found_with_their_speakers() {
    for (text, expected) in CASES {
        let annotated = attributed(&telegram(text));
        let words = |span: TextSpan| annotated.document.text[span].to_owned();
        let found: Vec<[String; 4]> = (annotated.attribution.statements.iter())
            .filter(|statement| statement.score >= 0.5)
            .map(|statement| {
                [
                    statement.kind.as_str().to_owned(),
                    words(statement.cue),
                    party_name(&annotated, statement.speaker.as_ref()),
                    words(statement.content),
                ]
            })
            .collect();
        let expected: Vec<[String; 4]> = (expected.iter())
            .map(|(kind, cue, speaker, _, content)| {
                [*kind, *cue, *speaker, *content].map(str::to_owned)
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

/// A memorandum of conversation: a paragraph for each turn.
const CONVERSATION: &str = "MEMORANDUM OF CONVERSATION\n\nSUBJECT: The port\n\nThe President: It \
    is late.\n\nOsei: I told Benhaddou that the port was closed.\n\nThe President: What did he \
    say?\n\nOsei: He was not pleased.\n";

#[test]
fn turns_of_a_conversation_are_statements() {
    let annotated = attributed(CONVERSATION);
    let words = |span: TextSpan| annotated.document.text[span].to_owned();
    let found: Vec<(String, String, String)> = (annotated.attribution.statements.iter())
        .map(|one| {
            let speaker = party_name(&annotated, one.speaker.as_ref());
            (words(one.cue), speaker, words(one.content))
        })
        .collect();
    let expected = [
        (":", "President", "It is late"),
        (":", "Osei", "I told Benhaddou that the port was closed"),
        ("told", "Osei", "the port was closed"),
        (":", "President", "What did he say?"),
        (":", "Osei", "He was not pleased"),
    ];
    let expected = expected
        .map(|(cue, speaker, content)| (cue.to_owned(), speaker.to_owned(), content.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn headings_are_no_turns() {
    let annotated = attributed(
        "SUBJECT: The port\n\nBackground: The port is old.\n\nEconomy: Prices rose.\n\nOutlook: \
         Rain.\n\nSecurity: All is calm.\n",
    );
    assert_eq!(annotated.attribution.statements, []);
}

#[test]
fn a_hearer_is_known_from_the_sentence_before() {
    let annotated = attributed(&telegram(
        "Minister Karim Benhaddou told Ines Okafor that the port would open. Okafor replied \
         that the fund had no money.",
    ));
    let hearers: Vec<String> = (annotated.attribution.statements.iter())
        .filter(|statement| statement.kind == StatementKind::Say)
        .map(|statement| party_name(&annotated, statement.hearer.as_ref()))
        .collect();
    assert_eq!(hearers, ["Ines Okafor", "Karim Benhaddou"]);
}

#[test]
fn equal_telegrams_have_equal_hearers() {
    // Several parties were met equally often, and the speaker met none of them.
    let text = telegram(
        "Karim Benhaddou met Ines Okafor. Ravi Osei met Kofi Mensah. Ana Prela met Clara Sorel. Tariq \
         Novak said that the port would open. Olu Tremont said that it would not.",
    );
    let first = attributed(&text).attribution;
    assert!(first.statements.len() >= 2);
    for _ in 0..8 {
        assert_eq!(attributed(&text).attribution, first);
    }
}

#[test]
fn roles_and_meetings_are_acts() {
    let annotated = attributed(&telegram(
        "Foreign Minister Karim Benhaddou met with Ines Okafor on July 25, 2009. Ravi Osei, \
         chairman of the fund, was not there.",
    ));
    let acts: Vec<(ActKind, String, Option<String>)> = (annotated.attribution.acts.iter())
        .map(|act| {
            let who = party_name(&annotated, act.who.first());
            (act.kind, who, act.date.map(|date| date.to_string()))
        })
        .collect();
    assert!(acts.contains(&(ActKind::Member, "Karim Benhaddou".to_owned(), None)), "{acts:?}");
    assert!(acts.contains(&(ActKind::Member, "Ravi Osei".to_owned(), None)), "{acts:?}");
    let text = annotated.document.text.as_str();
    let minister = annotated.attribution.acts.iter().find(|act| act.kind == ActKind::Member);
    let role = minister.map(|act| &text[act.cue.byte_range()]);
    assert_eq!(role, Some("Foreign Minister"), "without the portion marking");
    let day = Some("2009-07-25".to_owned());
    assert!(acts.contains(&(ActKind::Met, "Karim Benhaddou".to_owned(), day)), "{acts:?}");
}

/// The hearers of the likely statements of a telegram, with their words of saying.
fn hearers(text: &str) -> Vec<(String, String)> {
    let annotated = attributed(text);
    (annotated.attribution.statements.iter())
        .filter(|statement| statement.score >= 0.5)
        .map(|statement| {
            let cue = annotated.document.text[statement.cue].to_owned();
            (cue, party_name(&annotated, statement.hearer.as_ref()))
        })
        .collect()
}

#[test]
fn the_senders_side_hears_what_a_summary_says() {
    let classified = "CONFIDENTIAL VALLETTA 000001\n\nSUBJECT: THE PORT\n\nClassified By: \
        Economic Counselor Ines Okafor, reasons 1.4 (b) and (d).\n\n1. (C) SUMMARY. Minister Karim \
        Benhaddou said that Ravi Osei opposed discussions on the port. END SUMMARY.\n\n2. (C) On \
        April 20, Econcouns met with Minister Karim Benhaddou.\n";
    let found = hearers(classified);
    assert!(found.contains(&("said".to_owned(), "Ines Okafor".to_owned())), "{found:?}");
}

#[test]
fn a_speaker_is_not_the_hearer() {
    let annotated = attributed(&telegram(
        "Karim Benhaddou met Ravi Osei on Monday. Benhaddou said that the port was closed. He told \
         Osei that the nets were sold.",
    ));
    let speakers: Vec<String> = (annotated.attribution.statements.iter())
        .map(|statement| party_name(&annotated, statement.speaker.as_ref()))
        .collect();
    assert_eq!(speakers, ["Karim Benhaddou", "Karim Benhaddou"]);
}

#[test]
fn roles_stand_beside_names() {
    let cases = [
        (
            "The Ambassador met Chairman of the Harbour Council Admiral Karim Benhaddou.",
            "Chairman of the Harbour Council",
        ),
        ("Ines Okafor met his sister, Ana Prela, in Rome.", "sister"),
        ("Karim Benhaddou, chairman of the fund, left.", "chairman"),
        ("Karim Benhaddou was the director of the fund.", "director"),
    ];
    for (text, role) in cases {
        let annotated = attributed(&telegram(text));
        let text = annotated.document.text.as_str();
        let roles: Vec<&str> = (annotated.attribution.acts.iter())
            .filter(|act| act.kind == ActKind::Member)
            .map(|act| &text[act.cue.byte_range()])
            .collect();
        assert!(roles.contains(&role), "{role}: {roles:?}");
    }
}

#[test]
fn an_act_has_the_day_of_its_clause() {
    let cases = [
        (
            "On August 12, 2009, Ines Okafor met Karim Benhaddou after talks that ended on August 11.",
            "2009-08-12",
        ),
        ("Ines Okafor met Karim Benhaddou on 3 March 2009.", "2009-03-03"),
    ];
    for (text, day) in cases {
        let annotated = attributed(&telegram(text));
        let met = annotated.attribution.acts.iter().find(|act| act.kind == ActKind::Met);
        let found = met.and_then(|act| act.date).map(|date| date.to_string());
        assert_eq!(found.as_deref(), Some(day), "{text}");
    }
}

/// Spans lie inside the text and on its boundaries, in order of their cues; entities exist.
fn check(annotated: &Annotated) {
    let text = annotated.document.text.as_str();
    let Attribution { statements, acts } = &annotated.attribution;
    let inside =
        |span: TextSpan| text.get(span.byte_range()).is_some_and(|words| !words.is_empty());
    let known = |party: &Party| match party {
        Party::Entity(number) => (*number as usize) < annotated.entities.entities.len(),
        _ => true,
    };
    for one in statements {
        let spans = [Some(one.cue), Some(one.content), one.source, one.addressee];
        assert!(spans.into_iter().flatten().all(inside), "{one:?}");
        assert!((0.0..=0.99).contains(&one.score), "{one:?}");
        assert!(one.speaker.iter().chain(&one.hearer).all(known), "{one:?}");
    }
    assert!(statements.is_sorted_by_key(|one| one.cue.start));
    for one in acts {
        assert!(inside(one.cue) && one.what.is_none_or(inside), "{one:?}");
        assert!((0.0..=0.99).contains(&one.score), "{one:?}");
        assert!(one.place.is_none_or(|at| (at as usize) < annotated.mentions.len()), "{one:?}");
        assert!(one.who.iter().chain(&one.whom).all(known), "{one:?}");
    }
    assert!(acts.is_sorted_by_key(|one| one.cue.start));
}

/// Words that make clauses of speech, so that random texts reach the rules.
fn telegraphese() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "said",
        "told",
        "that",
        "he",
        "Ravi",
        "Osei",
        "the",
        "Minister",
        ",",
        ".",
        "\"",
        "who",
        "and",
        "but",
        "adding",
        "according",
        "to",
        "we",
        "believe",
        "met",
        "with",
        "on",
        "July",
        "25",
        "(",
        ")",
        "asked",
        "whether",
        "was",
        "by",
        "his",
        "view",
        "Embassy",
        "they",
        "'s",
        "--",
        "XXXXXXXXXXXX",
        ":",
        "\n\n",
        "\u{201c}",
        "\u{201d}",
        "not",
        "would",
        "visit",
        "Lusaka",
        "1.",
        "(C)",
        "\n",
        "é",
    ]);
    prop::collection::vec(words, 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_inside_the_text(text in telegraphese()) {
        let annotated = attributed(&text);
        check(&annotated);
        prop_assert_eq!(&annotated.attribution, &attributed(&text).attribution);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        check(&attributed(&format!("a {text}")));
    }
}
