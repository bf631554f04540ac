//! The rules by example. Blanks separate tokens, bars separate sentences.

mod document;

fn segment_to_string(text: &str) -> String {
    let words = chancery_segment::segment_document(&document::single_paragraph(text));
    let sentence = |sentence: &chancery_model::Sentence| {
        let tokens = words.tokens[sentence.token_range()].iter();
        tokens.map(|token| &text[token.span.byte_range()]).collect::<Vec<_>>().join(" ")
    };
    words.sentences.iter().map(sentence).collect::<Vec<_>>().join(" | ")
}

fn check_cases(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(segment_to_string(text), *expected, "{text:?}");
    }
}

#[test]
fn apostrophes() {
    check_cases(&[
        ("Algeria’s Algeria's ALGERIA’S", "Algeria ’s Algeria 's ALGERIA ’S"),
        ("the Okafors' house", "the Okafors ' house"),
        ("don't didn’t CAN'T ain't", "do n't did n’t CA N'T ai n't"),
        ("we'll I'd she’s they've", "we 'll I 'd she ’s they 've"),
        ("Sa'd, Gov't and d'Ivoire", "Sa'd , Gov't and d'Ivoire"),
        ("al-Qa'ida Al-Qa’ida O'Brien", "al-Qa'ida Al-Qa’ida O'Brien"),
        ("al-‘Adl as-'Aziz", "al-‘Adl as-'Aziz"),
        ("Israel,s view, Cote d,Ivoire, al-Qa,ida", "Israel ,s view , Cote d,Ivoire , al-Qa,ida"),
        ("the U.S.'s CPI(M)'s", "the U.S. 's CPI ( M ) 's"),
        ("Ama 's , did n't , we 'll", "Ama 's , did n't , we 'll"),
        ("'quoted' ‘quoted’", "' quoted ' ‘ quoted ’"),
    ]);
}

#[test]
fn hyphens_and_slashes() {
    check_cases(&[
        ("(C/NF) S/NF a/s and/or", "( C/NF ) S/NF a/s and/or"),
        ("US-Soviet India-Pakistan", "US - Soviet India - Pakistan"),
        ("Osei–Lindqvist U.S.–PRC Libyan-U.S.", "Osei – Lindqvist U.S. – PRC Libyan - U.S."),
        ("anti-American Pune-based long-term", "anti - American Pune - based long-term"),
        ("Zia-ul-Haq Lashkar-e-Taiba F-16 C–130s", "Zia-ul-Haq Lashkar-e-Taiba F-16 C–130s"),
        ("LONG-TERM AND/OR US-SOVIET ANTI-SHAH", "LONG-TERM AND/OR US - SOVIET ANTI - SHAH"),
        ("NEA/ARN BJP/NDA 1/2", "NEA/ARN BJP / NDA 1/2"),
        ("Mali-- its word--word —and", "Mali -- its word -- word — and"),
    ]);
}

#[test]
fn periods_and_numbers() {
    check_cases(&[
        ("34,000 2.3 1.4(b) 10/20/2029 10:30 $5.2", "34,000 2.3 1.4 ( b ) 10/20/2029 10:30 $ 5.2"),
        ("5% of .45 or 5,6 or +233", "5 % of .45 or 5 , 6 or +233"),
        ("well... yes… no", "well ... yes … no"),
        ("p.m. i.e. Ph.D. U.S.A.", "p.m. i.e. Ph.D. U.S.A."),
        ("&aggression8 J&K AT&T", "& aggression8 J&K AT&T"),
        (
            "(jane.roe@example.gov), http://example.org/a?b=1.",
            "( jane.roe@example.gov ) , http://example.org/a?b=1 .",
        ),
        ("\"'s@example.gov", "\" ' s@example.gov"),
        ("-------- ***", "-------- ***"),
        ("cable.The end", "cable . | The end"),
    ]);
}

#[test]
fn sentence_ends() {
    check_cases(&[
        ("He left. She stayed.", "He left . | She stayed ."),
        ("“We wait.” Then he left.", "“ We wait . ” | Then he left ."),
        ("\"We wait.\" Then he left.", "\" We wait . \" | Then he left ."),
        ("organization. “These are", "organization . | “ These are"),
        ("\"Why?\" he asked. (End note.) Yes!", "\" Why ? \" he asked . | ( End note . ) | Yes !"),
        ("Gen. Osei met Amb. R. B. Lind. He", "Gen. Osei met Amb. R. B. Lind . | He"),
        ("In the U.S. Embassy", "In the U.S. Embassy"),
        ("In the U.S. He said", "In the U.S. | He said"),
        ("IN THE U.S. IN MAY", "IN THE U.S. IN MAY"),
        ("IN THE U.S. HE SAID", "IN THE U.S. | HE SAID"),
        ("SAID NO. OSEI LEFT. SEE NO. 5.", "SAID NO . | OSEI LEFT . | SEE NO. 5 ."),
        ("On Nov. 5 at Acme Corp. the", "On Nov. 5 at Acme Corp. the"),
        (
            "See reftel. Lome asked, e.g. Togo, etc. Ghana",
            "See reftel . | Lome asked , e.g. Togo , etc. | Ghana",
        ),
        ("It said: A. The aim. B. A plan.", "It said : A. The aim . | B. A plan ."),
        ("by Acme Corp.  Lome said", "by Acme Corp. | Lome said"),
        ("1. He came.\na. He saw.", "1 . He came . | a . He saw ."),
        ("He left.\n” She", "He left . | ” She"),
        ("one line\nand the next", "one line | and the next"),
        ("", ""),
    ]);
}
