//! Recognised pages and other XML: words and lines, and never a tag.

use chancery_model::{PageReader, TextSpan};
use chancery_parse::{invariants, parse_file};
use proptest::prelude::*;

const ALTO: &str = r#"<?xml version="1.0"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><fileName>7.tif</fileName></Description>
<Layout><Page ID="P1"><PrintSpace><TextBlock ID="B1">
<TextLine HPOS="200"><String CONTENT="SUBJECT:"/><SP/><String CONTENT="FERRIES &amp; TUGS"/></TextLine></TextBlock>
<TextBlock ID="B2"><TextLine><String CONTENT="1."/><SP/><String HPOS="3" CONTENT='Minister'/><SP/>
<String CONTENT="Cor" SUBS_TYPE="HypPart1" SUBS_CONTENT="Corvel"/><HYP CONTENT="-"/></TextLine>
<TextLine><String CONTENT="vel" SUBS_TYPE="HypPart2" SUBS_CONTENT="Corvel"/><SP/><String CONTENT="left."/></TextLine>
</TextBlock></PrintSpace></Page></Layout></alto>"#;

const PAGE: &str = r#"<?xml version="1.0"?><PcGts xmlns="http://schema.primaresearch.org/PAGE"><Metadata><Creator>x</Creator></Metadata>
<Page imageFilename="7.tif"><TextRegion id="r1"><TextLine id="l1"><Word><TextEquiv><Unicode>SUBJECT:</Unicode></TextEquiv></Word>
<TextEquiv conf="1"><Unicode>SUBJECT: FERRIES &amp; TUGS</Unicode></TextEquiv></TextLine>
<TextEquiv><Unicode>SUBJECT: FERRIES &amp; TUGS</Unicode></TextEquiv></TextRegion>
<TextRegion id="r2"><TextLine><TextEquiv><Unicode>1. Minister Cor-</Unicode></TextEquiv></TextLine>
<TextLine><TextEquiv><Unicode>vel left.</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>"#;

const HOCR: &str = r#"<?xml version="1.0"?><html><body><div class='ocr_page'><div class='ocr_carea'><p class='ocr_par'>
<span class='ocr_line' title="bbox 1"><span class='ocrx_word'>SUBJECT:</span> <span class='ocrx_word'>FERRIES</span> &amp; TUGS</span>
</p><p><span class='ocr_line'>1. Minister Cor-</span>
<span class='ocr_line'>vel left.</span></p></div></div></body></html>"#;

const OTHER: &str = r#"<?xml version="1.0"?><!-- no word --><letters year="1979"><letter><head>SUBJECT: FERRIES &amp; TUGS</head>
<para>1. Minister <b>Cor</b>vel left.</para></letter></letters>"#;

#[test]
fn words_are_read_and_tags_are_not() {
    let mets = ALTO
        .replace(
            "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v3#\">",
            "<mets xmlns=\"m\"><alto>",
        )
        .replace("</alto>", "</alto></mets>");
    let unknown =
        "byte 0: XML of an unknown kind (root <letters>): its text was read without mark-up";
    let cases: [(&str, &[&str]); 5] =
        [(ALTO, &[]), (&mets, &[]), (PAGE, &[]), (HOCR, &[]), (OTHER, &[unknown])];
    for (raw, expected) in cases {
        let parsed = parse_file(raw.as_bytes()).expect("text");
        let problems: Vec<String> = parsed.problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems, expected, "{raw}");
        let document = &parsed.documents[0];
        invariants::check_document(raw.as_bytes(), document).expect("the invariants");
        let words: Vec<&str> = document.text.as_str().split_whitespace().collect();
        let expected = "SUBJECT: FERRIES & TUGS 1. Minister Corvel left.";
        assert_eq!(words.join(" "), expected, "{raw}");
        let subject = document.header.subject.as_ref().map(|subject| subject.value.as_str());
        assert_eq!(subject, Some("FERRIES & TUGS"), "{raw}");
        let start = document.text.as_str().find("Minister").expect("a word");
        let bytes = document.text.to_raw_span(TextSpan::from_range(start..start + 8)).byte_range();
        assert_eq!(&raw[bytes], "Minister");
    }
}

/// The columns of the table below.
type PageCase = (String, &'static str, &'static [(u32, Option<u8>)]);

#[test]
fn confidences_are_those_of_pages() {
    let alto =
        |pages: &str| format!("<?xml version=\"1.0\"?><alto><Layout>{pages}</Layout></alto>");
    let page = |word: &str, confidence: &str| {
        format!(
            "<Page><TextLine><String CONTENT=\"{word}\" WC=\"{confidence}\"/></TextLine></Page>"
        )
    };
    let hocr = "<html><body><div class='ocr_page'><span class='ocrx_word' title='bbox 1 2; x_wconf 90'>One</span>\
        </div><div class='ocr_page'></div><div class='ocr_page'><span class='ocrx_word' title='x_wconf 40'>three</span></div></body></html>";
    let equiv = |conf: &str, words: &str| {
        format!("<TextEquiv conf='{conf}'><Unicode>{words}</Unicode></TextEquiv>")
    };
    let page_xml = format!(
        "<?xml version='1.0'?><PcGts><Page><TextRegion><TextLine>{}{}</TextLine><TextLine>{}</TextLine>\
         </TextRegion></Page></PcGts>",
        equiv("0.9", "One"),
        equiv("0.1", "Onc"),
        equiv("0.7", "two"),
    );
    let blank = "<Page></Page>";
    let cases: [PageCase; 6] = [
        (
            alto(&(page("One", "0.96") + &page("two", "0.5"))),
            "One two",
            &[(1, Some(96)), (2, Some(50))],
        ),
        (
            alto(&(blank.to_owned() + &page("One", "7") + blank + &page("two", "x"))),
            "One two",
            &[(2, Some(100)), (4, None)],
        ),
        (alto("<Page><String CONTENT=\"One\"/></Page>"), "One", &[(1, None)]),
        (
            alto("<Page><String SUBS_CONTENT=\"Oneself\" CONTENT=\"One\"/></Page>"),
            "One",
            &[(1, None)],
        ),
        (hocr.to_owned(), "One three", &[(1, Some(90)), (3, Some(40))]),
        (page_xml, "One two", &[(1, Some(80))]),
    ];
    for (raw, words, expected) in cases {
        let parsed = parse_file(raw.as_bytes()).expect("text");
        let document = &parsed.documents[0];
        invariants::check_document(raw.as_bytes(), document).expect("the invariants");
        let found: Vec<&str> = document.text.as_str().split_whitespace().collect();
        assert_eq!(found.join(" "), words, "{raw}");
        let pages: Vec<(u32, Option<u8>)> =
            document.pages.iter().map(|page| (page.number, page.quality)).collect();
        assert_eq!(pages, expected, "{raw}");
        assert!(document.pages.iter().all(|page| page.reader == Some(PageReader::Recognised)));
    }
}

#[test]
fn hostile_pages_take_linear_time() {
    let start = "<?xml version=\"1.0\"?>";
    let cases = [
        format!("{start}<alto>{}</alto>", "<Page/>".repeat(300_000)),
        format!("{start}<alto><Page>{}", "<String CONTENT=\"".repeat(120_000)),
        format!("{start}<alto><Page><String {}CONTENT=\"x\"/>", "CONTENT ".repeat(250_000)),
        format!("{start}<PcGts>{}", "<TextLine>".repeat(200_000)),
        format!("{start}<PcGts>{}", "<TextLine><TextEquiv conf='0.5'><Unicode>x".repeat(50_000)),
        format!("<html><body>{}", "<div class='ocr_page'>".repeat(100_000)),
        format!("<html>{}", "<span class='ocrx_word' title='x_wconf ".repeat(50_000)),
        format!("<html><span class='ocrx_word' title='x_wconf 1{}'>x", "9".repeat(2_000_000)),
        "x\u{c}".repeat(500_000),
        "\u{c}".repeat(2_000_000),
        "- 1 -\n\u{c}".repeat(200_000),
    ];
    for raw in cases {
        let started = std::time::Instant::now();
        let parsed = parse_file(raw.as_bytes()).expect("text");
        let took = started.elapsed();
        let head: String = raw.chars().take(80).collect();
        assert!(took.as_secs() < 30, "{head}: {took:?}");
        for document in &parsed.documents {
            invariants::check_document(raw.as_bytes(), document).expect("the invariants");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_xml_keeps_the_invariants(
        which in 0usize..5,
        cut in any::<prop::sample::Index>(),
        length in 0usize..200,
        inserted in proptest::sample::select(vec!["", "<", "<![CDATA[", "]]>", "<!--", "&#x1;", "'", "\"", "é", "</TextLine>", "& x&nbsp;y "]),
    ) {
        let start = "<?xml version=\"1.0\"?>";
        let raw = [ALTO, PAGE, HOCR, OTHER, "<?xml ?><a>x<b/>y<![CDATA[<z> & w]]></a>"][which];
        let mut raw = raw.to_owned();
        let at = start.len().min(raw.len()) + cut.index(raw.len() - start.len().min(raw.len()) + 1);
        let end = (at + length).min(raw.len());
        if raw.is_char_boundary(at) && raw.is_char_boundary(end) {
            raw.replace_range(at..end, inserted);
        }
        let parsed = parse_file(raw.as_bytes()).expect("text");
        for document in &parsed.documents {
            invariants::check_document(raw.as_bytes(), document).map_err(TestCaseError::fail)?;
        }
    }
}

#[test]
fn tei_without_documents_of_a_volume_gives_its_texts() {
    let tei = |body: &str| {
        format!(
            "<TEI xmlns=\"http://www.tei-c.org/ns/1.0\"><teiHeader><fileDesc><titleStmt><title>Letters</title>\
             </titleStmt><publicationStmt><p>Not this.</p></publicationStmt></fileDesc></teiHeader>\
             <text><body>{body}</body></text></TEI>"
        )
    };
    let (one, two) = (
        tei("<p>The envoy left.</p>"),
        tei("<div type=\"letter\"><p>He <hi>stayed</hi>.</p></div>"),
    );
    let cases: [(String, &[&str]); 6] = [
        (one.clone(), &["Letters The envoy left."]),
        (two.clone(), &["Letters He stayed."]),
        (format!("<?xml version=\"1.0\"?>\n{one}"), &["Letters The envoy left."]),
        (
            format!("<?xml version=\"1.0\"?><teiCorpus><teiHeader/>{one}{two}</teiCorpus>"),
            &["Letters The envoy left.", "Letters He stayed."],
        ),
        (
            tei("<div type=\"chapter\"><head>I</head><p>One.</p></div><div><p>Two.</p></div>"),
            &["Letters I One. Two."],
        ),
        // Not closed.
        ("<TEI><text><body><p>The envoy left.</body>".to_owned(), &["The envoy left."]),
    ];
    for (raw, expected) in cases {
        let parsed = parse_file(raw.as_bytes()).expect("text");
        let found: Vec<String> = parsed
            .documents
            .iter()
            .map(|document| document.text.as_str().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(found, expected, "{raw}");
        for document in &parsed.documents {
            invariants::check_document(raw.as_bytes(), document).expect("the invariants");
        }
    }
    // A volume keeps its documents; the words outside of them are counted.
    let volume = "<TEI><text><front><div><p>A preface of five words.</p></div></front><body>\
                  <div type=\"document\" xml:id=\"d1\"><p>The envoy left.</p></div></body></text></TEI>";
    let parsed = parse_file(volume.as_bytes()).expect("text");
    assert_eq!((parsed.documents.len(), parsed.words_outside), (1, 5));
}

#[test]
fn parts_of_pages_and_plain_xml_lose_their_tags() {
    let words = "The envoy left.";
    let cases = [
        format!("<p>{words}</p>"),
        format!("<div><b>{words}</b></div>"),
        format!("<!DOCTYPE html><body>{words}</body>"),
        format!("<BODY>{words}<BR></BODY>"),
        format!("<cable>{words}</cable>"),
        format!("<cables><cable id=\"1\">{words}</cable>\n</cables >\n"),
    ];
    for raw in cases {
        let parsed = parse_file(raw.as_bytes()).expect("text");
        let text = parsed.documents[0].text.as_str().trim();
        assert_eq!(text, words, "{raw}");
    }
    // Sisters: marks that are no tags.
    for raw in ["<envoy@example.org> wrote.", "<<REDACTED>> left.", "<3 men left.", "< p > left."] {
        let parsed = parse_file(raw.as_bytes()).expect("text");
        assert_eq!(parsed.documents[0].text.as_str().trim(), raw);
    }
    // Entities that a file defines are left out, so that none can grow.
    let bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><l>&b;</l>";
    let parsed = parse_file(bomb.as_bytes()).expect("text");
    assert_eq!(parsed.documents[0].text.as_str().trim(), "");
}
