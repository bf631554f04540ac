//! What the lines of a text are: headings, lists, page lines, sections, signatures. Each
//! kind was found in real pages, and has sisters that stay as they were. All people and
//! posts are invented.

use chancery_model::{BlockKind, Document, Paragraph};

const HEAD: &str = "R 161305Z JUN 09\nFM AMEMBASSY PORT MORROW\nTO SECSTATE WASHDC 0214\n\
    C O N F I D E N T I A L PORT MORROW 000214\n\nE.O. 12958: N/A\nTAGS: PREL, XX\n\
    SUBJECT: TALKS\n\n";

fn parse(text: &str) -> Document {
    chancery_parse::parse_file(text.as_bytes()).expect("text").documents.remove(0)
}

/// The blocks below the header: the kind or the number, and the text.
fn blocks(document: &Document) -> Vec<String> {
    let blocks = document.blocks.iter().filter(|block| block.kind != BlockKind::Header);
    blocks
        .map(|block| {
            let text = &document.text[block.span];
            match &block.kind {
                BlockKind::Heading => format!("heading|{text}"),
                BlockKind::Signature => format!("signature|{text}"),
                BlockKind::Table => format!("table|{text}"),
                BlockKind::Paragraph(paragraph) => match &paragraph.number {
                    Some(number) => format!("{}|{text}", number.value),
                    None => format!("-|{text}"),
                },
                _ => format!("other|{text}"),
            }
        })
        .collect()
}

/// A telegram with wrapped lines, with this end.
fn wrapped(end: &str) -> String {
    let prose: Vec<String> = (1..6)
        .map(|n| {
            format!(
                "{n}. (C) The envoy of Ruritania came to the ministry on day {n} and\nasked \
                 whether the price of the ships could be paid in crowns;\nthe minister said \
                 that he would ask the king and the bank {n}.\n\n"
            )
        })
        .collect();
    format!("{HEAD}{}{end}", prose.concat())
}

/// A telegram with one paragraph per line, with this end.
fn unwrapped(end: &str) -> String {
    let prose: Vec<String> = (1..6)
        .map(|n| {
            format!(
                "\u{b6}{n}. (C) The envoy of Ruritania came to the ministry on day {n} and asked \
                 whether the price of the ships could be paid in crowns; the minister said that \
                 he would ask the king and the bank {n}.\n\n"
            )
        })
        .collect();
    format!("{HEAD}{}{end}", prose.concat())
}

fn last(document: &Document, count: usize) -> Vec<String> {
    let blocks = blocks(document);
    blocks[blocks.len() - count..].to_vec()
}

#[test]
fn a_row_over_a_heading_belongs_to_the_heading() {
    let cases: [(&str, &str, &[&str]); 5] = [
        (
            "rows over and under it",
            "6. (C) He left.\n-------------\nThe new ferry\n-------------\n7. (C) It sails.\n",
            &[
                "6|6. (C) He left.",
                "heading|-------------\nThe new ferry\n-------------",
                "7|7. (C) It sails.",
            ],
        ),
        (
            "a row under it",
            "6. (C) He left.\n\nThe new ferry\n-------------\n7. (C) It sails.\n",
            &["6|6. (C) He left.", "heading|The new ferry\n-------------", "7|7. (C) It sails."],
        ),
        (
            "a row below a blank line",
            "6. (C) He left.\n\nThe new ferry\n\n-------------\n\n7. (C) It sails.\n",
            &["6|6. (C) He left.", "heading|The new ferry\n\n-------------", "7|7. (C) It sails."],
        ),
        (
            "a row that underlines nothing",
            "6. (C) He left.\n\nThe new ferry is late.\n\n-----------------------------\n\n7. (C) It sails.\n",
            &[
                "-|The new ferry is late.",
                "heading|-----------------------------",
                "7|7. (C) It sails.",
            ],
        ),
        (
            "headings below each other",
            "Ferries\n-------\nThe new ferry\n-------------\n6. (C) It sails.\n",
            &[
                "heading|Ferries\n-------",
                "heading|The new ferry\n-------------",
                "6|6. (C) It sails.",
            ],
        ),
    ];
    for (case, end, expected) in cases {
        assert_eq!(last(&parse(&wrapped(end)), 3)[3 - expected.len()..], *expected, "{case}");
    }
}

#[test]
fn sentences_are_whole_where_a_line_end_is_damage() {
    let one = |end: &str| last(&parse(&unwrapped(end)), 1).remove(0);
    let start = "\u{b6}6. (C) The Ambassador met in the capital with Vice President Francisco";
    let cases = [
        (format!("{start}\nAlmeida and left.\n"), format!("6|{start} Almeida and left.")),
        (format!("{start}\n\nalso called him.\n"), format!("6|{start}  also called him.")),
        (format!("{start}.\nAlmeida left.\n"), "-|Almeida left.".to_owned()),
        (format!("{start}\n\nAlmeida left.\n"), "-|Almeida left.".to_owned()),
        (
            format!(
                "{start}:\nHelen Mott, Minister of Ships and of the Harbours\nJohn Stone, King of the ships and crowns\n"
            ),
            "-|John Stone, King of the ships and crowns".to_owned(),
        ),
        (
            "Helen Mott, Minister of Ships and of the Harbours of the King\nJohn Stone, King of the ships and crowns\n"
                .to_owned(),
            "-|John Stone, King of the ships and crowns".to_owned(),
        ),
    ];
    for (end, expected) in cases {
        assert_eq!(one(&end), expected, "{end}");
    }
}

#[test]
fn a_list_goes_on_below_a_blank_line() {
    let list = "6. (C) Ruritania:\nSenator John Stone (A-XX)\n\nSenator Helen Mott (B-XX)\n\
        Senator Anna Ash (A-YY)\nMr. Karl Trevelyan, PSM\n";
    let expected = [
        "6|6. (C) Ruritania:\nSenator John Stone (A-XX)",
        "-|Senator Helen Mott (B-XX)\nSenator Anna Ash (A-YY)\nMr. Karl Trevelyan, PSM",
    ];
    assert_eq!(last(&parse(&wrapped(list)), 2), expected);
    let prose = "6. (C) Ruritania:\nSenator John Stone (A-XX)\n\nThe senator came to the ministry \
        and asked whether the\nprice was right.\n";
    let expected = "-|The senator came to the ministry and asked whether the price was right.";
    assert_eq!(last(&parse(&wrapped(prose)), 1), [expected]);
}

#[test]
fn page_lines_in_small_letters_are_no_text() {
    let cases = [
        ("Port morrow 00000214 002 of 003", true),
        ("Port Morrow 00000214  002.2 of 003", true),
        ("PORT MORROW 00000214  002 OF 003", true),
        ("He bought 214 ships of 300", false),
        ("He paid the sum of 00000214 002 of 003", false),
    ];
    for (line, is_page_line) in cases {
        let text = wrapped(&format!(
            "6. (C) The minister said that he would sail on a\n\n{line}\n\nship of the king.\n"
        ));
        let document = parse(&text);
        assert_eq!(!document.text.as_str().contains(line), is_page_line, "{line}");
        if is_page_line {
            let whole = "6|6. (C) The minister said that he would sail on a ship of the king.";
            assert_eq!(last(&document, 1), [whole], "{line}");
        }
    }
}

#[test]
fn a_document_with_all_sections_is_no_section() {
    let head = HEAD.replace("PORT MORROW 000214", "SECTION 01 OF 03 PORT MORROW 000214");
    let text = |pages: &str| wrapped(pages).replace(HEAD, &head);
    let section =
        |text: String| parse(&text).header.section.map(|section| section.value.to_string());
    let cases = [
        (
            "PORT MORROW 00000214  002 OF 003\n\n6. (C) So.\n\nPORT MORROW 00000214  003 OF 003\n\n7. (C) So.\n",
            "all 3",
        ),
        ("6. (C) So.\n\nPORT MORROW 00000214  001.2 OF 003\n\n7. (C) So.\n", "1 of 3"),
        ("6. (C) So.\n", "1 of 3"),
    ];
    for (pages, expected) in cases {
        assert_eq!(section(text(pages)).as_deref(), Some(expected), "{pages}");
    }
    assert_eq!(section(wrapped("6. (C) So.\n")), None);
}

#[test]
fn a_surname_in_small_letters_signs() {
    let cases = [
        ("6. (C) He left.\n\nTrevelyan\n", Some("Trevelyan")),
        ("6. (C) He left.\n\nLu\n", Some("Lu")),
        ("6. (C) He left.\n\nTREVELYAN\n", Some("TREVELYAN")),
        ("6. (C) He left.\n\nUnclassified\n", None),
        ("6. (C) He left.\n\nThe End\n", None),
        ("6. (C) He left with\n\nTrevelyan\n", None),
        ("6. (C) He left.\nTrevelyan\n", Some("Trevelyan")),
        ("6. (C) He left with the envoy and\nTrevelyan\n", None),
        ("6. (C) He left. End comment. TREVELYAN\n", Some("TREVELYAN")),
        ("6. (C) He left. End comment. NNN\n", None),
    ];
    for (end, expected) in cases {
        let document = parse(&wrapped(end));
        let found = document.header.signatures.first().map(|field| field.value.as_str());
        assert_eq!(found, expected, "{end}");
        let is_block = last(&document, 1)[0].starts_with("signature|");
        assert_eq!(is_block, expected.is_some() && !end.contains("comment"), "{end}");
    }
}

#[test]
fn letters_are_no_paragraph_numbers() {
    let text = unwrapped(
        "\u{b6}6. (C) We said:\n\n\u{b6}A. (C) The price is right.\n\n\u{b6}B. (SBU) The \
         ship is new.\n\n\u{b6}7. (C) They came with\n\u{b6}R. Nicholas Stone.\n",
    );
    let document = parse(&text);
    let expected = [
        "6|\u{b6}6. (C) We said:",
        "-|\u{b6}A. (C) The price is right.",
        "-|\u{b6}B. (SBU) The ship is new.",
        "7|\u{b6}7. (C) They came with \u{b6}R. Nicholas Stone.",
    ];
    assert_eq!(last(&document, 4), expected);
    let has_portion = document.blocks.iter().any(|block| match &block.kind {
        BlockKind::Paragraph(Paragraph { portion: Some(portion), .. }) => {
            portion.value.marking == "SBU"
        }
        _ => false,
    });
    assert!(has_portion, "the portion marking of an item is read");
    assert!(document.text.as_str().contains("R. Nicholas"));
    let marked =
        |words: &str| document.markings.iter().any(|span| document.text[*span].contains(words));
    assert!(marked("\u{b6}B.") && !marked("R."), "an initial is part of a name");
}

#[test]
fn two_straight_columns_are_a_table() {
    let cases = [
        ("Helen Mott     Minister of Ships\nJohn Stone     King\nAnna Ash       Queen", true),
        ("Helen Mott     Minister of Ships\nJohn Stone     King", false),
        ("Helen Mott     Minister of Ships\nJohn Stone   King\nAnna Ash    Queen", false),
        (
            "He came to the ministry.   He asked whether the price of\nthe ships was right.   \
             The minister said that it was; the bank\nof Ruritania would pay.   He left.",
            false,
        ),
    ];
    for (lines, is_table) in cases {
        let document = parse(&wrapped(&format!("6. (C) They are here.\n\n{lines}\n")));
        let found = last(&document, 1).remove(0);
        assert_eq!(found == format!("table|{lines}"), is_table, "{found}");
    }
}

#[test]
fn a_number_within_a_sentence_is_no_paragraph() {
    let cases: [(&str, &str, &[&str]); 4] = [
        (
            "a day, marked by an old formatter",
            "¶6. (C) He said that the bank would pay the crowns to the king by March\n¶9.\n\n\
             ¶7. (U) He left.\n",
            &[
                "6|¶6. (C) He said that the bank would pay the crowns to the king by March ¶9.",
                "7|¶7. (U) He left.",
            ],
        ),
        (
            "an amount",
            "¶6. (C) He said that the bank would pay the crowns to the king and keep\n¶12. of them.\n",
            &[
                "6|¶6. (C) He said that the bank would pay the crowns to the king and keep ¶12. of them.",
            ],
        ),
        (
            "the next number, below a line that is cut",
            "¶6. (C) He said that the bank would pay the crowns to the king by March\n\
             ¶7. (U) He left.\n",
            &[
                "6|¶6. (C) He said that the bank would pay the crowns to the king by March",
                "7|¶7. (U) He left.",
            ],
        ),
        (
            "a number is missing, below the end of a sentence",
            "¶6. (C) He said that the bank would pay the crowns.\n¶8. (U) He left.\n",
            &["6|¶6. (C) He said that the bank would pay the crowns.", "8|¶8. (U) He left."],
        ),
    ];
    for (case, end, expected) in cases {
        assert_eq!(last(&parse(&wrapped(end)), expected.len()), *expected, "{case}");
    }
}
