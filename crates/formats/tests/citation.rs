//! What citations say, for documents of every kind.

use chancery_formats::citation::{Citation, CitationFormat, CitationKind};
use chancery_model::{
    Block, BlockKind, CableId, Classification, Correspondent, Date, DateTimeGroup, Document,
    DocumentId, EnvelopeField, EnvelopeKind, FieldOrigin, Paragraph, RawSpan, RunKind,
    SourceFormat, Spanned, Text, TextSpan, VolumePlace,
};

/// A document whose first block has this kind.
fn document(text: &str, kind: BlockKind) -> Document {
    let mut read = Text::default();
    read.push_run(text, 0..text.len(), RunKind::Copied);
    let span = read.whole_span();
    let mut document =
        Document::from_paragraphs(DocumentId([7; 32]), RawSpan::new(0, 0), read, [span]);
    document.blocks = vec![Block { span, kind }];
    document
}

#[expect(clippy::unnecessary_wraps, reason = "fields of a header are optional")]
fn field<T>(value: T) -> Option<Spanned<T>> {
    Some(Spanned { value, span: TextSpan::new(0, 0) })
}

fn party(name: &str) -> Option<Spanned<Correspondent>> {
    field(Correspondent { name: name.to_owned(), ..Correspondent::default() })
}

fn date(year: u16, month: u8, day: u8) -> Date {
    Date { year, month, day }
}

fn telegram() -> Document {
    let mut document = document("REPORT", BlockKind::Header);
    document.format = SourceFormat::WebPage;
    let header = &mut document.header;
    header.cable_id = field(CableId("09PORTLOUIS214".to_owned()));
    header.post = field("PORT LOUIS".to_owned());
    header.serial = field("000214".to_owned());
    header.from = party("AMEMBASSY PORT LOUIS");
    header.to = party("SECSTATE WASHDC").into_iter().collect();
    header.subject = field("PIRACY: 50% MORE & \"NO END\"?".to_owned());
    header.classification = field(Classification::Confidential);
    header.date_time = field(DateTimeGroup { date: date(2009, 4, 3), hour: 10, minute: 0 });
    document
}

fn of_volume(volume: Option<VolumePlace>) -> Document {
    let mut document = document("129. Telegram From the Embassy in Iran", BlockKind::Heading);
    document.format = SourceFormat::Frus;
    document.header.cable_id = field(CableId("frus1969-76ve04/d129".to_owned()));
    document.header.date = field(date(1971, 6, 1));
    document.volume = volume;
    document
}

#[expect(clippy::unnecessary_wraps, reason = "documents have a volume or none")]
fn volume(editors: &[&str]) -> Option<VolumePlace> {
    Some(VolumePlace {
        title: "Foreign Relations of the United States, 1969–1976, Volume E–4, Documents on Iran \
                and Iraq, 1969–1972"
            .to_owned(),
        editors: editors.iter().map(|&name| name.to_owned()).collect(),
        publisher: Some("United States Government Printing Office".to_owned()),
        place: Some("Washington".to_owned()),
        year: Some(2006),
        chapters: vec!["Iran".to_owned()],
        document_id: None,
    })
}

#[test]
fn a_telegram_says_post_number_date_classification_and_archive() {
    let plain =
        |document: &Document, path: &str| Citation::new(document, path).write(CitationFormat::Text);
    let mut cable = telegram();
    assert_eq!(
        plain(&cable, "pages/09PORTLOUIS214.html"),
        "Embassy Port Louis to Department of State, “PIRACY: 50% MORE & \"NO END\"?” telegram 214, \
         April 3, 2009, Confidential, 09PORTLOUIS214."
    );
    assert!(plain(&cable, "all/rows.csv!/12").ends_with(", 09PORTLOUIS214, rows.csv!/12."));
    cable.header.origins =
        vec![FieldOrigin { field: EnvelopeField::Date, envelope: EnvelopeKind::MessageAttributes }];
    assert!(
        plain(&cable, "a.txt")
            .ends_with("09PORTLOUIS214, Central Foreign Policy Files, RG 59, National Archives.")
    );
    cable.header.from = None;
    cable.header.to = ["SECSTATE WASHDC", "AMEMBASSY PARIS", "CTF 150", "LAGOS"]
        .iter()
        .filter_map(|name| party(name))
        .collect();
    assert!(plain(&cable, "a.txt").starts_with("Port Louis to Department of State and others, “"));
}

#[test]
fn a_volume_is_cited_as_its_editors_recommend() {
    let plain = |volume| Citation::new(&of_volume(volume), "x.xml").write(CitationFormat::Text);
    let title = "Foreign Relations of the United States, 1969–1976, Volume E–4, Documents on Iran \
                 and Iraq, 1969–1972";
    let imprint = "(Washington: Government Printing Office, 2006), Document 129, \
                   https://history.state.gov/historicaldocuments/frus1969-76ve04/d129.";
    for (editors, named) in [
        (&[][..], ""),
        (&["Monica Belmonte"], ", ed. Monica Belmonte"),
        (&["A. Roe", "B. Doe"], ", eds. A. Roe and B. Doe"),
        (&["A. Roe", "B. Doe", "C. Poe, Jr."], ", eds. A. Roe, B. Doe, and C. Poe, Jr."),
    ] {
        assert_eq!(plain(volume(editors)), format!("{title}{named} {imprint}"));
    }
    assert_eq!(
        plain(None),
        "Foreign Relations of the United States, 1969–1976, Volume E–4, Document 129, \
         https://history.state.gov/historicaldocuments/frus1969-76ve04/d129."
    );
}

#[test]
fn memoranda_letters_and_files_are_cited_by_what_they_state() {
    let mut memorandum = document("MEMORANDUM FOR THE RECORD", BlockKind::Heading);
    memorandum.header.from = party("Ama Osei");
    memorandum.header.date = field(date(1963, 5, 0));
    let mut letter =
        document("Dear Ama, the nets have come.", BlockKind::Paragraph(Paragraph::default()));
    letter.header.subject = field("Nets".to_owned());
    let mut mail = document("The nets have come.", BlockKind::Paragraph(Paragraph::default()));
    mail.header.from = party("Zoë Ünal <z@example.org>");
    mail.header.origins =
        vec![FieldOrigin { field: EnvelopeField::From, envelope: EnvelopeKind::MailHeader }];
    let file = document("Nothing", BlockKind::Paragraph(Paragraph::default()));
    for (document, path, kind, expected) in [
        (
            &memorandum,
            "a/memo.txt",
            CitationKind::Memorandum,
            "Ama Osei, “MEMORANDUM FOR THE RECORD,” memorandum, May 1963, memo.txt.",
        ),
        (&letter, "l.txt", CitationKind::Letter, "“Nets,” letter, l.txt."),
        (&mail, "m.eml", CitationKind::Letter, "Zoë Ünal <z@example.org>, “m.eml,” letter."),
        (&file, "b\\scan.pdf", CitationKind::File, "“scan.pdf.”"),
    ] {
        let citation = Citation::new(document, path);
        assert_eq!(citation.kind, kind, "{path}");
        assert_eq!(citation.write(CitationFormat::Text), expected);
    }
}

#[test]
fn ris_has_one_tag_per_line() {
    let record = Citation::new(&telegram(), "x.html").write(CitationFormat::Ris);
    let lines: Vec<&str> = record.lines().collect();
    assert_eq!(
        lines,
        [
            "TY  - PCOMM",
            "ID  - 09PORTLOUIS214",
            "TI  - PIRACY: 50% MORE & \"NO END\"?",
            "AU  - Embassy Port Louis",
            "A2  - Department of State",
            "PY  - 2009",
            "M3  - telegram",
            "DA  - 2009/04/03/",
            "M1  - 214",
            "C1  - Confidential",
            "CN  - 09PORTLOUIS214",
            "AV  - x.html",
            "ER  - ",
        ]
    );
    let record = Citation::new(&of_volume(volume(&["Ilana M. Stern", "C. Poe, Jr."])), "x.xml");
    let record = record.write(CitationFormat::Ris);
    for line in ["TY  - CHAP", "A2  - Stern, Ilana M.", "A2  - Poe, C., Jr.", "PY  - 2006"] {
        assert!(record.lines().any(|one| one == line), "{line} in {record}");
    }
}

#[test]
fn bibtex_escapes_what_tex_reads() {
    let entry = Citation::new(&telegram(), "x.html").write(CitationFormat::Bibtex);
    assert!(entry.starts_with("@misc{09PORTLOUIS214,\n"), "{entry}");
    assert!(entry.contains("title = {PIRACY: 50\\% MORE \\& \"NO END\"?},"), "{entry}");
    assert!(entry.contains("author = {{Embassy Port Louis}},"), "{entry}");
    let entry =
        Citation::new(&of_volume(volume(&["A. Roe", "B. Doe"])), "x").write(CitationFormat::Bibtex);
    assert!(entry.starts_with("@incollection{frus1969-76ve04-d129,\n"), "{entry}");
    assert!(entry.contains("editor = {Roe, A. and Doe, B.},"), "{entry}");
}

#[test]
fn csl_json_has_the_parts_that_styles_print() {
    let item = Citation::new(&of_volume(volume(&["Monica Belmonte"])), "x").csl_item();
    assert_eq!(item["type"], "chapter");
    assert_eq!(item["title"], "Document 129. Telegram From the Embassy in Iran");
    assert_eq!(item["editor"][0]["family"], "Belmonte");
    assert_eq!(item["issued"]["date-parts"][0][0], 2006);
    let item = Citation::new(&telegram(), "x.html").csl_item();
    assert_eq!(item["genre"], "telegram 214");
    assert_eq!(item["issued"]["date-parts"][0][2], 3);
}

#[test]
fn hostile_words_stay_on_one_line() {
    let mut cable = telegram();
    cable.header.subject = field("A\r\nTY  - BOOK\n\u{202e}B }, @misc{x ".repeat(40));
    let citation = Citation::new(&cable, "x");
    let ris = citation.write(CitationFormat::Ris);
    assert_eq!(ris.lines().filter(|line| line.starts_with("TY")).count(), 1);
    let bibtex = citation.write(CitationFormat::Bibtex);
    assert_eq!(bibtex.lines().filter(|line| line.starts_with('@')).count(), 1);
    assert!(!citation.title.contains('\u{202e}') && citation.title.len() < 400);
    for format in CitationFormat::ALL {
        assert_eq!(format.name().parse(), Ok(format));
        assert!(!citation.write(format).is_empty());
    }
}
