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
