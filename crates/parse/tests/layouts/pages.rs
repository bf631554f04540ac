//! Page lines, stamps and pages of web sites: what they state, and that they are no text.

use super::{check, parse_one};

#[test]
fn stamps_and_page_marks_are_no_text() {
    let stamps = [
        "UNCLASSIFIED U.S. Department of State Case No. F-2015-04841 Doc No. C05770001 Date: 08/31/2015",
        "Approved For Release 2002/08/21 : CIA-RDP80B01676R003100300099-2",
        "HW 50955 DocId:32205111 Page 3",
        "dodis.ch/4722",
        "## Page 3",
        "Page 1 of 2",
        "RELEASE IN PART B6",
        "STATE DEPT. - PRODUCED TO HOUSE SELECT TARLENHEIM COMM.",
    ];
    for stamp in stamps {
        let text = format!(
            "{stamp}\n\nThe harbour master of Lakeside said that the ferry would be\nlate, and \
             that the crew of it had gone to\n\n{stamp}\n\nthe fair of Roseau on Monday.\n\n{stamp}\n"
        );
        let (document, _) = parse_one(text.as_bytes());
        let expected = "The harbour master of Lakeside said that the ferry would be late, and that \
             the crew of it had gone to the fair of Roseau on Monday.";
        assert_eq!(document.text.as_str(), expected, "{stamp}");
        assert_eq!(document.page_lines.len(), 3, "{stamp}");
    }
}

#[test]
fn sentences_like_stamps_stay() {
    for line in [
        "Approved for release by the minister, he left.",
        "Page 1 of the report says so.",
        "The release in full was asked for.",
    ] {
        let text = format!("{line}\n\nThe ferry was late.\n");
        let (document, _) = parse_one(text.as_bytes());
        assert!(document.text.as_str().starts_with(line), "{line}");
    }
}

#[test]
fn page_lines_name_the_post_if_nothing_else_does() {
    let cases = [
        (
            "PAGE 01        LA PAZ  03608  221935Z\n\n1. THE MINISTER LEFT.\n",
            "post: LA PAZ\norigins: page line: post\n| 1. THE MINISTER LEFT.",
        ),
        (
            "PAGE 01        LA PAZ  03608  221935Z\nR 221845Z JUN 73\nFM AMEMBASSY LA PAZ\nTO SECSTATE WASHDC\n\n1. HE LEFT.\n",
            "id: 73LAPAZ3608\npost: LA PAZ\nserial: 3608\ndate: 1973-06-22 18:45\nfrom: AMEMBASSY LA PAZ\nto: SECSTATE WASHDC\norigins: page line: id, post\n| 1. HE LEFT.",
        ),
        // Page lines of two telegrams name none.
        (
            "PAGE 01        LA PAZ  03608  221935Z\n\n1. HE LEFT.\n\nPAGE 01        ROSEAU  00012  231935Z\n\n2. HE CAME.\n",
            "| 1. HE LEFT.\n| 2. HE CAME.",
        ),
        // The text wins.
        (
            "PAGE 01        LA PAZ  03608  221935Z\nR 221845Z JUN 73\nFM AMEMBASSY ROSEAU\nTO SECSTATE WASHDC\n\nCONFIDENTIAL ROSEAU 012\n\n1. HE LEFT.\n",
            "id: 73ROSEAU12\npost: ROSEAU\nserial: 012\ndate: 1973-06-22 18:45\nlevel: confidential\nfrom: AMEMBASSY ROSEAU\nto: SECSTATE WASHDC\n| 1. HE LEFT.",
        ),
    ];
    for (text, expected) in cases {
        check(text, expected);
    }
}

const PAGE_WITH_KEYS: &str = "<html><head><title>x</title></head><body><table id='synopsis'><tr>\
    <td><div class='s_key'>Date:</div><div class='s_val'>1976 January 23, 18:00 (Friday)</div></td>\
    <td><div class='s_key'>Canonical ID:</div><div class='s_val'>1976ROSEAU01234_b</div></td>\
    <td><div class='s_key'>Original Classification:</div><div class='s_val'>CONFIDENTIAL</div></td>\
    <td><div class='s_key'>TAGS:</div><div class='s_val'>EFIS - Fisheries | DO - Dominica</div></td>\
    <td><div class='s_key'>From:</div><div class='s_val'><a href='/x'>Dominica Roseau</a></div></td>\
    <td><div class='s_key'>To:</div><div class='s_val'>Department of State | Secretary of State</div></td>\
    <td><div class='s_key'>Markings:</div><div class='s_val'>-- N/A or Blank --</div></td>\
    </tr></table>";

#[test]
fn pages_with_keys_and_values_state_fields() {
    let expected = "id: 76ROSEAU1234\npost: ROSEAU\nserial: 1234\ndate: 1976-01-23 18:00\nlevel: confidential\n\
        from: Dominica Roseau\nto: Department of State; Secretary of State\ntags: EFIS DO\n\
        origins: page table: id, date, post, classification, sender, addressee, TAGS\n\
        | 1. THE MINISTER COUNTED NINE TRAWLERS.";
    let pre =
        format!("{PAGE_WITH_KEYS}<pre>1. THE MINISTER COUNTED NINE TRAWLERS.</pre></body></html>");
    check(&pre, expected);
    let plain = format!(
        "{PAGE_WITH_KEYS}<div><p>1. THE MINISTER COUNTED NINE TRAWLERS.</p></div></body></html>"
    );
    check(&plain, expected);
    // The text wins over the table.
    let text = "R 231800Z JAN 76\nFM AMEMBASSY ROSEAU\nTO SECSTATE WASHDC 12\n\nS E C R E T ROSEAU \
        1234\n\nTAGS: PINT\nSUBJ: TRAWLERS\n\n1. HE LEFT.";
    let (document, _) =
        parse_one(format!("{PAGE_WITH_KEYS}<pre>{text}</pre></body></html>").as_bytes());
    let header = &document.header;
    assert_eq!(header.from.as_ref().unwrap().value.name, "AMEMBASSY ROSEAU");
    assert_eq!(header.classification.as_ref().unwrap().value.as_str(), "secret");
    assert_eq!(header.tags[0].value.name, "PINT");
}

/// The number of each page and the words with which it begins.
fn starts_of_pages(document: &chancery_model::Document) -> Vec<(u32, &str)> {
    let text = document.text.as_str();
    let start = |page: &chancery_model::Page| {
        let words = &text[page.offset as usize..];
        (page.number, words.split_whitespace().next().unwrap_or_default())
    };
    document.pages.iter().map(start).collect()
}

/// The columns of the table below.
type PageCase = (&'static str, &'static [(u32, &'static str)], &'static str);

#[test]
fn form_feeds_end_pages() {
    let cases: [PageCase; 6] = [
        ("The ferry left.\n", &[], "The ferry left."),
        ("The ferry left.\n\u{c}", &[(1, "The")], "The ferry left."),
        (
            "The ferry left.\n\u{c}\n\u{c}Nine came.\n\u{c}",
            &[(1, "The"), (3, "Nine")],
            "The ferry left.\n\nNine came.",
        ),
        // A sentence goes on over the end of a page, a word too.
        (
            "The harbour master of Lakeside said that the\n\u{c}ferry would be late.\n\u{c}",
            &[(1, "The"), (2, "ferry")],
            "The harbour master of Lakeside said that the ferry would be late.",
        ),
        (
            "The harbour master of Lakeside said that the gov-\n\u{c}ernment would pay.\nHe left.\n",
            &[(1, "The"), (2, "would")],
            "The harbour master of Lakeside said that the government would pay.\nHe left.",
        ),
        (
            "Approved For Release 2002/08/21 : CIA-RDP80B01676R003100300099-2\n\u{c}The end.\n",
            &[(2, "The")],
            "The end.",
        ),
    ];
    for (raw, pages, expected) in cases {
        let (document, _) = parse_one(raw.as_bytes());
        assert_eq!(starts_of_pages(&document), pages, "{raw:?}");
        assert_eq!(document.text.as_str(), expected, "{raw:?}");
    }
}

#[test]
fn pages_count_through_the_telegrams_of_a_file() {
    let telegram = |serial: &str| {
        format!(
            "R 161305Z JUN 09\nFM AMEMBASSY ROSEAU\nTO SECSTATE WASHDC 4471\n\
             C O N F I D E N T I A L ROSEAU {serial}\n\n1. (C) He left.\n"
        )
    };
    let raw =
        format!("{}\u{c}2. (C) He came.\n\u{c}{}\u{c}", telegram("000214"), telegram("000215"));
    let parsed = chancery_parse::parse_file(raw.as_bytes()).expect("text");
    let pages: Vec<Vec<(u32, &str)>> = parsed.documents.iter().map(starts_of_pages).collect();
    assert_eq!(pages, [vec![(1, "R"), (2, "2.")], vec![(3, "R")]]);
}

#[test]
fn titles_of_pages_are_text_once() {
    let page =
        |number: u32| format!("FERRIES OF ROSEAU\n\nBoat {number} left.\n\n- {number} -\n\u{c}");
    let raw: String = (1..=5).map(page).collect();
    let (document, _) = parse_one(raw.as_bytes());
    let expected = "FERRIES OF ROSEAU\n\nBoat 1 left.\n\nBoat 2 left.\n\nBoat 3 left.\n\n\
        Boat 4 left.\n\nBoat 5 left.";
    assert_eq!(document.text.as_str().replace("\n\n", "\n"), expected.replace("\n\n", "\n"));
    assert_eq!(document.page_lines.len(), 9);
    assert_eq!(document.pages.len(), 5);
}

#[test]
fn a_badly_recognised_text_says_so() {
    let good = "The Minister told the Ambassador that he would challenge the inquiry before the \
        end of the month. He asked for the support of the Embassy. ";
    let bad = "Thc M!nist.r t0ld tbe Arn~assad0r tl1at hc w0uld chal1engc thc inqu|ry bcf0re tbc \
        cnd 0f thc m0ntl1. Hc askcd f0r tbc supp0rt 0f thc Ernba5sy. ";
    let (document, _) = parse_one(good.repeat(3).as_bytes());
    assert_eq!(document.pages, []);
    let (document, _) = parse_one(bad.repeat(3).as_bytes());
    let [page] = &document.pages[..] else { panic!("{:?}", document.pages) };
    assert!(page.is_doubtful() && page.number == 1 && page.reader.is_none(), "{page:?}");
    let both = format!("{}\u{c}{}", good.repeat(3), bad.repeat(3));
    let (document, _) = parse_one(both.as_bytes());
    let doubtful: Vec<bool> =
        document.pages.iter().map(chancery_model::Page::is_doubtful).collect();
    assert_eq!(doubtful, [false, true]);
}
