//! Words that a line end divides are whole in the reading text, and lines after
//! a colon are items.

use chancery_parse::{invariants, parse_file};

/// The reading text of `raw`, after the invariants are checked.
fn read(raw: &str) -> String {
    let parsed = parse_file(raw.as_bytes()).expect("text");
    let document = &parsed.documents[0];
    invariants::check_document(raw.as_bytes(), document).expect("the invariants hold");
    document.text.as_str().to_owned()
}

/// Text around the divided word, so that the lines are wrapped.
fn wrapped(lines: &str) -> String {
    format!(
        "The Embassy reports that the talks on the ferry between both islands went\n\
         on for most of Monday, and that the Minister was patient throughout, as\n{lines}\n"
    )
}

#[test]
fn divided_words_are_whole() {
    let cases = [
        // A soft hyphen always divides.
        (
            "Armand Velou\u{ad}\ntier said in Antana\u{ad}\nnarivo.",
            "Armand Veloutier said in Antananarivo.",
        ),
        ("Cargados Cara\u{ad}\njos is far.", "Cargados Carajos is far."),
        // No part is a word.
        (
            "met Armand Velou-\ntier in Antana-\nnarivo on Monday.",
            "met Armand Veloutier in Antananarivo on Monday.",
        ),
        ("the Rodri-\nguais were glad.", "the Rodriguais were glad."),
        // The whole is a common word.
        ("the govern-\nment of the day", "the government of the day"),
        ("an agree-\nment, in writ-\ning, was made", "an agreement, in writing, was made"),
        // The hyphen is the word's own.
        ("of Guinea-\nBissau and others", "of Guinea-Bissau and others"),
        ("a long-\nterm plan and a follow-\nup", "a long-term plan and a follow-up"),
        ("the Pune-\nbased firm", "the Pune-based firm"),
        ("the anti-\nterror law", "the anti-terror law"),
        ("some M-\n48 tanks", "some M-48 tanks"),
        ("in 1969\u{2013}\n1976 and then", "in 1969\u{2013}1976 and then"),
        ("U.S.-\nSOVIET TALKS AND", "U.S.-SOVIET TALKS AND"),
        // The document writes the word elsewhere.
        ("Ines Bellar-\nmine and Bellarmine", "Ines Bellarmine and Bellarmine"),
        ("the zug-\nzwang and a zug-zwang", "the zug-zwang and a zug-zwang"),
        // Not divided at all.
        ("pre-\nand post-war talks", "pre- and post-war talks"),
        ("he left --\nand came back", "he left -- and came back"),
        ("it ended \u{2014}\nwe think", "it ended \u{2014} we think"),
    ];
    for (lines, expected) in cases {
        let text = read(&wrapped(lines));
        assert!(text.contains(expected), "{lines:?}: {text:?}");
    }
}

#[test]
fn divided_words_keep_their_bytes() {
    let raw = wrapped("Armand Velou-\r\ntier said no.");
    let parsed = parse_file(raw.as_bytes()).expect("text");
    let document = &parsed.documents[0];
    let start = document.text.as_str().find("Veloutier").expect("whole") as u32;
    let span = chancery_model::TextSpan::new(start, start + "Veloutier".len() as u32);
    assert_eq!(&raw[document.text.to_raw_span(span).byte_range()], "Velou-\r\ntier");
}

#[test]
fn lines_after_a_colon_are_items() {
    let head = "FM AMEMBASSY PORT LOUIS\nTO SECSTATE WASHDC 4471\nC O N F I D E N T I A L PORT LOUIS 000214\n\nSUBJECT: A TEST\n\n";
    let cases: [(&str, &[&str]); 8] = [
        (
            "1. (C) Participants:\nAmbassador Corwin Tremont\nMinister Armand Veloutier\nDev Harrysing\nNoelline Abadie (notetaker)\n\n2. (C) The Minister opened.",
            &[
                "Participants:\nAmbassador Corwin Tremont\nMinister Armand Veloutier\nDev Harrysing\nNoelline",
            ],
        ),
        (
            "1. (C) Cleared by:\nAF/E:JHALVORD\nOES/OMC:PGRAYSON\nArmand Veloutier, Minister of Fisheries\nDev Harrysing, Permanent Secretary\n\n2. (C) End.",
            &["OES/OMC:PGRAYSON\nArmand Veloutier, Minister of Fisheries\nDev"],
        ),
        (
            "1. (C) Names:\n    Armand Veloutier\n    Dev Harrysing\n\n2. (C) End.",
            &["Veloutier\nDev"],
        ),
        (
            "1. (C) Ports visited:\nPort Louis\nVictoria\nTulear\n\n2. (C) End.",
            &["Port Louis\nVictoria\nTulear"],
        ),
        (
            "The following attended:\nKhalid Haddad\nRami Nasser\nOmar Tesfaye\n",
            &["attended:\nKhalid Haddad\nRami Nasser\nOmar"],
        ),
        (
            "1. (C) Present were:\nIvo Brandt,\nhead of the ferry office\nAna Dorn\n\n",
            &["Brandt, head of the ferry office\nAna Dorn"],
        ),
        // Prose after a colon is wrapped as before.
        (
            "1. (C) The Minister made three points that he wanted us to report:\nthe ferry must sail before the storms of March, the harbour must be\ndredged, and the crew must be paid.\n\n2. (C) End.",
            &[
                "report: the ferry must sail before the storms of March, the harbour must be dredged",
            ],
        ),
        (
            "1. (C) He added a remark on the budget of the fisheries department:\nThe Government has no money for a second ferry, he said, and will not\nask the islands for any before the elections.\n\n2. (C) End.",
            &[
                "department: The Government has no money for a second ferry, he said, and will not ask",
            ],
        ),
    ];
    for (body, expected) in cases {
        let text = read(&format!("{head}{body}"));
        for words in expected {
            assert!(text.contains(words), "{body:?}: {text:?}");
        }
    }
}
