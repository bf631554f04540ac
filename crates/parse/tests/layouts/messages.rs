//! Cables since 2009, memoranda, airgrams, letters, e-mails, British telegrams, FRUS.

use super::{check, parse_one};

const SMART: &str = "                                UNCLASSIFIED
                                    SBU

MRN:              13 LAKESIDE 1544
Date/DTG:         Sep 16, 2013 / 160950Z SEP 13
From:             AMEMBASSY LAKESIDE
Action:           WASHDC, SECSTATE ROUTINE
E.O.:             13526
TAGS:             PGOV, PREL, DO
Captions:         SENSITIVE
Reference:        A) 13 LISBON 1468
                  B) 13 PORT LOUIS 166
Subject:          Dominica: The Ferry Inquiry

1. (SBU) Former Fisheries Minister Bastien Okoro told Poloff on September 12
that he would challenge the inquiry.

Signature:        QUILL

                                UNCLASSIFIED
                                 Page 1 of 2
                                UNCLASSIFIED
                                    SBU

Drafted By:       POL:Varga, Lise M
Cleared By:       DCM:Penhallow, Rufus B
                  ECON:de Witt, Ada
Approved By:      AMB:Quill, Tamsin J
Released By:      LAKESIDE:Penhallow, Rufus B
Info:             AMEMBASSY ROSEAU ROUTINE; AMEMBASSY PARIS PRIORITY

Dissemination Rule:   Archive Copy

                                UNCLASSIFIED
                                 Page 2 of 2
";

const SMART_TABLE: &str = "id: 13LAKESIDE1544
post: LAKESIDE
serial: 1544
date: 2013-09-16 09:50
level: unclassified
captions: SENSITIVE SBU
from: AMEMBASSY LAKESIDE
to: SECSTATE WASHDC (ROUTINE)
info: AMEMBASSY ROSEAU (ROUTINE); AMEMBASSY PARIS (PRIORITY)
order: 13526
tags: PGOV PREL DO
subject: Dominica: The Ferry Inquiry
references: 13LISBON1468 13PORTLOUIS166
signature: QUILL
officers: Drafted Lise M. Varga (POL); Cleared Rufus B. Penhallow (DCM); Cleared Ada de Witt (ECON); \
    Approved Tamsin J. Quill (AMB); Released Rufus B. Penhallow (LAKESIDE)
| 1. (SBU) Former Fisheries Minister Bastien Okoro told Poloff on September 12 that he would challenge the inquiry.";

#[test]
fn cables_since_2009() {
    check(SMART, SMART_TABLE);
    // Sisters: another post of two words, and carriage returns.
    let other = |text: &str| text.replace("LAKESIDE", "PORT BELLO").replace("Okoro", "Marchetti");
    check(&other(SMART), &other(SMART_TABLE).replace("13PORT BELLO", "13PORTBELLO"));
    check(&SMART.replace('\n', "\r\n"), SMART_TABLE);
}

#[test]
fn cables_since_2009_in_markdown() {
    let bold = "# UNCLASSIFIED\n\n**MRN:** 23 ROSEAU 2544  \n**Date/DTG:** Sep 16, 2023 / 160150Z SEP 23  \n\
        **From:** AMEMBASSY ROSEAU  \n**Action:** WASHDC, SECSTATE *ROUTINE*  \n**TAGS:** PGOV, DO  \n\
        **Subject:** (U) Dominica: Weekly Notes\n\n1. (U) Mayor Ines Tolliver opened the pier.\n\n\
        **Signature:** Quill\n\n**Drafted By:** POL:Varga, Lise M\n";
    let expected = "id: 23ROSEAU2544\npost: ROSEAU\nserial: 2544\ndate: 2023-09-16 01:50\n\
        level: unclassified\nfrom: AMEMBASSY ROSEAU\nto: SECSTATE WASHDC (ROUTINE)\ntags: PGOV DO\n\
        subject: Dominica: Weekly Notes\nsignature: Quill\nofficers: Drafted Lise M. Varga (POL)\n\
        | 1. (U) Mayor Ines Tolliver opened the pier.";
    check(bold, expected);
    let rows = bold.replace("**  \n", "\n").replace(":** ", ":** | ").replace("  \n", " |\n");
    let rows = rows.replace("\n**", "\n| **").replace("*ROUTINE*", "ROUTINE");
    check(&rows.replace("Weekly Notes\n", "Weekly Notes |\n"), expected);
    check(&bold.replace("**", ""), expected);
}

#[test]
fn a_forwarded_cable_keeps_its_header() {
    let mail = "From: SMART Core\nSent: Tuesday, August 03, 2010 10:08 AM\nTo: Varga, Lise M\n\
        Subject: Ferry\n\n";
    let (document, _) = parse_one(format!("{mail}{SMART}").as_bytes());
    assert_eq!(document.header.cable_id.unwrap().value.0, "13LAKESIDE1544");
}

#[test]
fn memoranda() {
    check(
        "Approved For Release 2002/08/21 : CIA-RDP80B01676R003100300099-2\n\n14 March 1961\n\n\
         MEMORANDUM FOR: Director of Central Intelligence\n\nSUBJECT : (a) Handling of Letters -- \n\n\
         Congressional \n\n(b) Staff Meeting\n\n1. In response to your memorandum, I have \
         investigated the handling of the\nletter from Congressman Tolliver by the Execu-\ntive \
         Registry.\n\n                              Lyman B. Penhallow\n                              \
         Inspector General\n\nApproved For Release 2002/08/21 : CIA-RDP80B01676R003100300099-2\n",
        "id: CIA-RDP80B01676R003100300099-2\ndate: 1961-03-14\nto: Director of Central Intelligence\n\
         subject: (a) Handling of Letters -- Congressional (b) Staff Meeting\n\
         signature: Lyman B. Penhallow\norigins: release stamp: id\n\
         | 1. In response to your memorandum, I have investigated the handling of the letter from \
         Congressman Tolliver by the Executive Registry.\nSignature | Lyman B. Penhallow / Inspector General",
    );
    check(
        "SECRET\n\nMEMORANDUM FOR THE PRESIDENT\n\nFROM: Tamsin Quill\n\nSUBJECT: The Ferry of Lakeside\n\n\
         DATE: March 3, 1972\n\nThe ferry ran again on Monday, and Mayor Tolliver was on board of it.\n\nSECRET\n",
        "date: 1972-03-03\nlevel: secret\nfrom: Tamsin Quill\nto: THE PRESIDENT\n\
         subject: The Ferry of Lakeside\n| The ferry ran again on Monday, and Mayor Tolliver was on board of it.",
    );
    check(
        "TO:      D - Mr. Penhallow\nFROM:    EUR - Lise Varga\nDATE:    7/4/1981\nSUBJECT: Your Visit \
         to Roseau\n\nI think that you should take the mail boat and not the ferry.\n",
        "date: 1981-07-04\nfrom: EUR - Lise Varga\nto: D - Mr. Penhallow\nsubject: Your Visit to Roseau\n\
         | I think that you should take the mail boat and not the ferry.",
    );
    // The date stands beside the classification.
    check(
        "THE BAY OFFICE\nROSEAU\n\nSECRET                              March 3, 1972\n\n\
         MEMORANDUM FOR:   DR. INES TOLLIVER\n\nFROM:             TAMSIN QUILL\n\n\
         SUBJECT:          The Ferry of Lakeside\n\nThe ferry ran again on Monday, and nobody was on board.\n",
        "date: 1972-03-03\nlevel: secret\nfrom: TAMSIN QUILL\nto: DR. INES TOLLIVER\n\
         subject: The Ferry of Lakeside\n| The ferry ran again on Monday, and nobody was on board.",
    );
    // A sentence that starts like a label is no header.
    check("To: be or not.\n\nHe left.\n", "| To: be or not.\n| He left.");
}

#[test]
fn airgrams() {
    check(
        "AIRGRAM\n\nA-123\n\nTO     : Department of State\n\nFROM   : Amembassy ROSEAU\n\nDATE: March 3, 1965\n\n\
         SUBJECT: Trawlers in the Outer Bay\n\nREF    : Lisbon 55\n\nThe harbour master counted nine trawlers.\n",
        "post: ROSEAU\nserial: A-123\ndate: 1965-03-03\nfrom: Amembassy ROSEAU\nto: Department of State\n\
         subject: Trawlers in the Outer Bay\nreferences: 65LISBON55\n| The harbour master counted nine trawlers.",
    );
    // Two labels on a line.
    check(
        "AIRGRAM\n\nA-123\n\nTO     : Department of State\n\
         FROM   : Amembassy ROSEAU                   DATE: March 3, 1965\n\
         SUBJECT: Trawlers in the Outer Bay\nREF    : Lisbon 55\n\nThe harbour master counted nine trawlers.\n",
        "post: ROSEAU\nserial: A-123\ndate: 1965-03-03\nfrom: Amembassy ROSEAU\nto: Department of State\n\
         subject: Trawlers in the Outer Bay\nreferences: 65LISBON55\n| The harbour master counted nine trawlers.",
    );
}

#[test]
fn letters() {
    check(
        "Lakeside, March 3, 1975\n\nThe Honorable\nBastien Okoro,\nMinister of Fisheries,\nRoseau.\n\n\
         Dear Mr. Minister:\n\nThank you for the nine trawlers that you have sent to us.\n\nSincerely yours,\n\n\
         Tamsin Quill\nAmbassador\n",
        "date: 1975-03-03\nfrom: Tamsin Quill\nto: Bastien Okoro\nsignature: Tamsin Quill\n\
         | Dear Mr. Minister:\n| Thank you for the nine trawlers that you have sent to us.\n\
         | Sincerely yours,\nSignature | Tamsin Quill / Ambassador",
    );
    check(
        "3 May 1948\n\nMrs. Ines Tolliver\nRoseau\n\nDear Ines,\n\nThe ferry was late again on Monday.\n\n\
         Yours truly,\nRufus Penhallow\n",
        "date: 1948-05-03\nfrom: Rufus Penhallow\nto: Mrs. Ines Tolliver\nsignature: Rufus Penhallow\n\
         | Dear Ines,\n| The ferry was late again on Monday.\n| Yours truly,\nSignature | Rufus Penhallow",
    );
}

#[test]
fn printed_emails() {
    check(
        "      UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05765001 Date: 08/31/2015\n\n\n\
         RELEASE IN PART B5\n\n\nFrom:                             Varga, Lise M <VargaLM@state.gov>\n\
         Sent:                             Friday, December 4, 2009 3:31 AM\nTo:                               \
         H; Penhallow, Rufus B; Quill, Tamsin\nCc:                               Okoro, Bastien\n\
         Subject                          FW: Ferry\nAttachments:                      Plan.doc; Seal.gif\n\n\n\n\
         The mayor meets the crew on Monday, and we hope for a good outcome of it.\n\n\
      UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05765001 Date: 08/31/2015\n",
        "id: C05765001\ndate: 2009-12-04\nfrom: Varga, Lise M\nto: H; Penhallow, Rufus B; Quill, Tamsin\n\
         info: Okoro, Bastien\nsubject: FW: Ferry\norigins: release stamp: id\n\
         | The mayor meets the crew on Monday, and we hope for a good outcome of it.",
    );
    check(
        "From: Ines Tolliver <ines@example.org>\nDate: 16 Sep 2009\nTo: \"Rufus Penhallow\" <rufus@example.org>\n\
         Subject: Fair\n\nCome to the fair.\n",
        "date: 2009-09-16\nfrom: Ines Tolliver\nto: Rufus Penhallow\nsubject: Fair\n| Come to the fair.",
    );
    check(
        "From:    Lindqvist, Karin\nSent:    Tuesday, August 3, 2010 10:52 AM\nTo:\nSubject: Thanks!\n\nThank you.\n",
        "date: 2010-08-03\nfrom: Lindqvist, Karin\nsubject: Thanks!\n| Thank you.",
    );
}

#[test]
fn british_telegrams() {
    check(
        "RESTRICTED\nFM ROSEAU 121530Z MAR 79\nTO IMMEDIATE FCO\nTELNO 123\nOF 121530Z MARCH 79\n\
         INFO PRIORITY PARIS, WASHINGTON\nINFO ROUTINE LISBON\n\nTRAWLERS IN THE OUTER BAY\n\n\
         1. MR OKORO COUNTED NINE TRAWLERS.\n\nQUILL\n",
        "post: ROSEAU\nserial: 123\ndate: 1979-03-12 15:30\nlevel: restricted\nfrom: ROSEAU\n\
         to: FCO (IMMEDIATE)\ninfo: PARIS (PRIORITY); WASHINGTON (PRIORITY); LISBON (ROUTINE)\n\
         subject: TRAWLERS IN THE OUTER BAY\nsignature: QUILL\n| 1. MR OKORO COUNTED NINE TRAWLERS.\nSignature | QUILL",
    );
    check(
        "CONFIDENTIAL\n\nFM PORT BELLO\nTO PRIORITY FCO\nTELNO 45 OF 021200Z MAY 81\nAND TO ROUTINE LAKESIDE\n\n\
         YOUR TELNO 12: FERRY\n\n1. THE FERRY WAS LATE.\n\nVARGA\n",
        "post: PORT BELLO\nserial: 45\ndate: 1981-05-02 12:00\nlevel: confidential\nfrom: PORT BELLO\n\
         to: FCO (PRIORITY); LAKESIDE (ROUTINE)\nsignature: VARGA\nHeading | YOUR TELNO 12: FERRY\n\
         | 1. THE FERRY WAS LATE.\nSignature | VARGA",
    );
}

#[test]
fn the_whole_text_has_one_marking() {
    for marking in ["(C-entire text)", "(C - ENTIRE TEXT)", "(C - entire text)", "(C)"] {
        let text = format!(
            "CONFIDENTIAL ROSEAU 0012\n\nTAGS: PINT\nSUBJECT: FERRY\n\n1. {marking} He left.\n"
        );
        let (document, _) = parse_one(text.as_bytes());
        let last = document.blocks.last().unwrap();
        let chancery_model::BlockKind::Paragraph(paragraph) = &last.kind else {
            panic!("{marking}: {last:?}")
        };
        assert_eq!(paragraph.portion.as_ref().unwrap().value.level.as_str(), "confidential");
    }
    let text = "CONFIDENTIAL ROSEAU 0012\n\nTAGS: PINT\n\n1. (Come to think of it) he left.\n";
    let (document, _) = parse_one(text.as_bytes());
    assert!(document.text.as_str().ends_with("(Come to think of it) he left."));
}

#[test]
fn documents_of_frus_in_print() {
    check(
        "123. Telegram From the Embassy in Dominica to the Department of State1\n\n\
         Roseau, March 3, 1975, 1430Z.\n\n212. Saw Fisheries Minister Okoro tonight and gave him our views on \
         the ferry and on the nine trawlers.\n\nQuill\n\n1 Source: National Archives, RG 59, POL 7. Secret; \
         Immediate; Nodis. Repeated to Lisbon.\n",
        "post: Dominica\nserial: 212\ndate: 1975-03-03 14:30\nlevel: secret\ncaptions: NODIS\n\
         from: Embassy in Dominica\nto: Department of State\n\
         Heading | 123. Telegram From the Embassy in Dominica to the Department of State1\n\
         Dateline | Roseau, March 3, 1975, 1430Z.\n\
         | 212. Saw Fisheries Minister Okoro tonight and gave him our views on the ferry and on the nine trawlers.\n\
         | Quill\n\
         | 1 Source: National Archives, RG 59, POL 7. Secret; Immediate; Nodis. Repeated to Lisbon.",
    );
    check(
        "7. Memorandum From Lise Varga of the National Security\nCouncil Staff to Secretary of State\nPenhallow\n\n\
         Washington, undated.\n\nThe mail boat was late.\n",
        "from: Lise Varga of the National Security Council Staff\nto: Secretary of State Penhallow\n\
         Heading | 7. Memorandum From Lise Varga of the National Security Council Staff to Secretary of State Penhallow\n\
         | Washington, undated.\n| The mail boat was late.",
    );
    // A numbered paragraph is no heading.
    check(
        "1. He left on March 3, 1975.\n\n2. He came.\n",
        "| 1. He left on March 3, 1975.\n| 2. He came.",
    );
}
