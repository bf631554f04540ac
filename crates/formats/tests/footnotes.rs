//! Footnotes survive the formats that carry them, and every export that can say so tells
//! the names of footnotes from those of the body.

use chancery_formats::{
    ExportOptions, Exporter, Format, SourcedDocument, brat, jsonl, standoff, tei,
};
use chancery_model::{
    Annotated, Block, BlockKind, Document, DocumentEntities, DocumentId, Footnote, Label, Mention,
    MentionSource, Paragraph, RawSpan, Text, TextSpan, Words,
};

const BODY: &str = "Zo\u{eb} Quill left Lome.\nHentzau stayed.";

/// Marker, text, and the word that precedes the marker in the body.
const NOTES: [(&str, &str, &str); 3] = [
    ("1", "Source: Strelsau Archives.\nSecret.", "Quill"),
    ("*", "Sapt saw it.", "Lome."),
    ("", "Not sent.", "stayed."),
];

/// A document whose names are Quill, Lome and Hentzau, and in footnotes Strelsau and Sapt.
fn document() -> Annotated {
    let mut text = BODY.to_owned();
    let paragraph = |span| Block { span, kind: BlockKind::Paragraph(Paragraph::default()) };
    let second = BODY.find("Hentzau").expect("a paragraph");
    let mut blocks = vec![
        paragraph(TextSpan::from_range(0..second - 1)),
        paragraph(TextSpan::from_range(second..BODY.len())),
    ];
    for (marker, words, before) in NOTES {
        let anchor = (BODY.find(before).expect("a word") + before.len()) as u32;
        text.push('\n');
        let span = TextSpan::from_range(text.len()..text.len() + words.len());
        text += words;
        blocks.push(Block {
            span,
            kind: BlockKind::Footnote(Footnote { marker: marker.into(), anchor }),
        });
    }
    let names = [("Quill", Label::Per), ("Lome", Label::Loc), ("Hentzau", Label::Per)];
    let names = names.into_iter().chain([("Strelsau", Label::Loc), ("Sapt", Label::Per)]);
    let mention = |(name, label): (&str, Label)| {
        let start = text.find(name).expect("a name");
        let span = TextSpan::from_range(start..start + name.len());
        Mention { span, label, score: 0.5, source: MentionSource::Imported }
    };
    let mentions = names.map(mention).collect();
    let raw = RawSpan::new(0, text.len() as u32);
    let plain = Document::from_paragraphs(DocumentId([7; 32]), raw, Text::from_verbatim(&text), []);
    let document = Document { blocks, ..plain };
    Annotated {
        document,
        words: Words::default(),
        mentions,
        entities: DocumentEntities::default(),
        attribution: chancery_model::Attribution::default(),
    }
}

struct Sink<'a>(&'a std::sync::Mutex<Vec<u8>>);
impl std::io::Write for Sink<'_> {
    fn write(&mut self, more: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(more);
        Ok(more.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn exported(format: Format) -> String {
    let bytes = std::sync::Mutex::new(Vec::new());
    let nowhere = |_: &str| None;
    let open = |_: &str| Ok(Sink(&bytes));
    let options = ExportOptions { offsets: true, ..ExportOptions::default() };
    let mut exporter = Exporter::start_export(format, options, &nowhere, open).expect("memory");
    exporter.write_document(&document(), "a/b").expect("memory");
    drop(exporter.finish_export().expect("memory"));
    String::from_utf8(bytes.into_inner().expect("one thread")).expect("UTF-8")
}

/// The footnotes of a document: marker, text, and the word before the anchor.
fn footnotes(document: &Document) -> Vec<(String, String, String)> {
    let note = |(span, note): (TextSpan, &Footnote)| {
        let before = &document.text.as_str()[..note.anchor as usize];
        let word = before.rsplit([' ', '\n']).next().unwrap_or_default();
        (note.marker.clone(), document.text[span].to_owned(), word.to_owned())
    };
    document.footnotes().map(note).collect()
}

fn assert_same_footnotes(read: &[SourcedDocument], format: &str) {
    let [read] = read else { panic!("{format}: one document") };
    let (one, other) = (document().document, &read.annotated.document);
    assert_eq!(one.text.as_str(), other.text.as_str(), "{format}");
    assert_eq!(footnotes(&one), footnotes(other), "{format}");
    assert!(other.blocks.iter().take(1).all(|block| matches!(block.kind, BlockKind::Paragraph(_))));
}

#[test]
fn footnotes_are_read_back() {
    let written = document();
    let lines = exported(Format::Jsonl);
    assert_same_footnotes(&jsonl::read_documents(lines.as_bytes()).expect("our file"), "jsonl");
    let xml = exported(Format::Tei);
    assert_same_footnotes(&tei::read_documents(xml.as_bytes()).expect("our file"), "tei");
    let mut json = Vec::new();
    standoff::write_annotations(&written, &[], &mut json).expect("memory");
    let pair = standoff::read_pair(written.document.text.as_str().as_bytes(), &json);
    let annotated = pair.expect("our pair").annotated;
    assert_same_footnotes(&[SourcedDocument { source: String::new(), annotated }], "standoff");
}

#[cfg(feature = "columns")]
#[test]
fn columns_have_footnotes() {
    use chancery_formats::columns;
    let mut builder = columns::ColumnBuilder::default();
    builder.push_document(&document(), "a/b").expect("memory");
    let read = columns::batch_documents(&builder.finish_batch()).expect("our batch");
    assert_same_footnotes(&read, "columns");
}

#[test]
fn exports_tell_names_in_footnotes_apart() {
    let counted = |text: &str, words: &str| text.matches(words).count();
    assert_eq!(counted(&exported(Format::Jsonl), r#""footnote":"1""#), 1);
    assert_eq!(counted(&exported(Format::Jsonl), r#""footnote":"#), 2);
    assert_eq!(counted(&exported(Format::Spacy), r#""footnote":"#), 2);
    assert_eq!(counted(&exported(Format::W3c), r#""value":"footnote "#), 2);
    let table = exported(Format::Csv);
    let last: Vec<&str> = table.lines().map(|row| row.rsplit(',').next().unwrap_or("")).collect();
    assert_eq!(last, ["footnote", "", "", "", "1", "*"]);
    let mut ann = Vec::new();
    brat::write_annotations(&document(), &mut ann).expect("memory");
    let ann = String::from_utf8(ann).expect("UTF-8");
    assert!(
        ann.ends_with("#4\tAnnotatorNotes T4\tfootnote 1\n#5\tAnnotatorNotes T5\tfootnote *\n")
    );
    let xml = exported(Format::Tei);
    assert_eq!(counted(&xml, "<anchor xml:id=\"d1.a"), 3);
    assert_eq!(counted(&xml, "<note xml:space=\"preserve\" place=\"foot\""), 3);
}

#[test]
fn misplaced_footnotes_are_refused() {
    let file = |notes: &str| {
        format!(r#"{{"text":"One. Two. Three.","mentions":[],"footnotes":[{notes}]}}"#)
    };
    for (notes, is_read) in [
        (r#"{"marker":"1","anchor":2,"start":5,"end":9}"#, true),
        (r#"{"anchor":5,"start":5,"end":9},{"anchor":0,"start":10,"end":16}"#, true),
        (r#"{"marker":"1","anchor":6,"start":5,"end":9}"#, false),
        (r#"{"marker":"1","anchor":0,"start":5,"end":5}"#, false),
        (r#"{"anchor":0,"start":5,"end":11},{"anchor":0,"start":10,"end":16}"#, false),
        (r#"{"anchor":0,"start":5,"end":99}"#, false),
    ] {
        assert_eq!(jsonl::read_documents(file(notes).as_bytes()).is_ok(), is_read, "{notes}");
    }
}
