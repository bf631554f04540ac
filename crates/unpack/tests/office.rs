//! Office files with all that people put into them: what is read, and what is said to be
//! left out. Each case has a sister that differs in one thing.

use std::io::{Cursor, Write};

use chancery_unpack::{FileKind, UnpackLimits, extract_text};
use zip::write::SimpleFileOptions;

const LIMITS: UnpackLimits =
    UnpackLimits { member_bytes: 1 << 20, total_bytes: 1 << 20, member_count: 100 };

fn zip_of(files: &[(&str, String)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        out.start_file(*name, SimpleFileOptions::default()).expect("a member");
        out.write_all(text.as_bytes()).expect("its bytes");
    }
    out.finish().expect("a zip").into_inner()
}

/// The lines of the text that are not empty, and the remarks.
fn read(kind: FileKind, files: &[(&str, String)]) -> (Vec<String>, String) {
    let text = extract_text(kind, &zip_of(files), &LIMITS).expect("readable").expect("text");
    let lines = text.text.lines().map(str::to_owned).filter(|line| !line.is_empty());
    let remarks = text.remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    (lines.collect(), remarks)
}

/// A part of a document of Word.
fn part(root: &str, content: &str) -> String {
    format!("<w:{root} xmlns:w=\"w\">{content}</w:{root}>")
}

fn paragraph(content: &str) -> String {
    format!("<w:p>{content}</w:p>")
}

fn run(words: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{words}</w:t></w:r>")
}

fn document(body: &str) -> Vec<(&'static str, String)> {
    vec![("word/document.xml", part("document", &format!("<w:body>{body}</w:body>")))]
}

/// The body of a document, the lines of its text, and the remarks.
type WordCase = (&'static str, String, &'static [&'static str], &'static str);

fn check_word(cases: Vec<WordCase>) {
    for (name, body, lines, remarks) in cases {
        let (found, said) = read(FileKind::Docx, &document(&body));
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!((found, &*said), (lines.to_vec(), remarks), "{name}");
    }
}

fn paragraph_of(words: &str) -> String {
    paragraph(&run(words))
}

#[test]
fn paragraphs_of_word_are_read_once() {
    let text = paragraph_of;
    let boxed = format!("<w:txbxContent>{}</w:txbxContent>", text("Box of Ana Prela."));
    let both = format!(
        "<mc:AlternateContent><mc:Choice>{boxed}</mc:Choice><mc:Fallback>{boxed}</mc:Fallback></mc:AlternateContent>"
    );
    let only =
        format!("<mc:AlternateContent><mc:Fallback>{boxed}</mc:Fallback></mc:AlternateContent>");
    let cell = |words: &str| format!("<w:tc>{}</w:tc>", text(words));
    let row = |cells: &[&str]| {
        format!("<w:tr>{}</w:tr>", cells.iter().map(|words| cell(words)).collect::<String>())
    };
    let grid = format!("<w:tbl>{}{}</w:tbl>", row(&["Name", "Place"]), row(&["Ana", "Lusaka"]));
    let layout = format!("<w:tbl>{}</w:tbl>", row(&["A letter in a table of one cell."]));
    check_word(vec![
        ("runs", paragraph(&(run("Ana Pre") + &run("la came."))), &["Ana Prela came."], ""),
        ("two paragraphs", text("One.") + &text("Two."), &["One.", "Two."], ""),
        ("characters", text("caf&#233; &amp; &lt;x&gt;"), &["café & <x>"], ""),
        (
            "a text box",
            paragraph(&(run("Before.") + &format!("<w:r>{both}</w:r>"))) + &text("After."),
            &["Before.", "Box of Ana Prela.", "After."],
            "",
        ),
        (
            "a box in the old form alone",
            paragraph(&format!("<w:r>{only}</w:r>")),
            &["Box of Ana Prela."],
            "",
        ),
        (
            "a table",
            text("One.") + &grid + &text("Two."),
            &["One.", "Name\tPlace", "Ana\tLusaka", "Two."],
            "",
        ),
        ("a table of one cell", layout, &["A letter in a table of one cell."], ""),
    ]);
}

#[test]
fn signs_of_word_are_read() {
    let in_run = |content: &str| paragraph(&format!("<w:r>{content}</w:r>"));
    check_word(vec![
        (
            "a hyphen",
            in_run("<w:t>Port</w:t><w:noBreakHyphen/><w:t>Louis</w:t>"),
            &["Port-Louis"],
            "",
        ),
        (
            "a soft hyphen",
            in_run("<w:t>Port</w:t><w:softHyphen/><w:t>land</w:t>"),
            &["Portland"],
            "",
        ),
        (
            "a line break",
            in_run("<w:t>One</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t>"),
            &["One", "two\tthree"],
            "",
        ),
        (
            "tab stops",
            paragraph(&format!("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{}", run("One."))),
            &["One."],
            "",
        ),
        (
            "a symbol and an ornament",
            in_run(
                "<w:sym w:font=\"Symbol\" w:char=\"F061\"/><w:sym w:font=\"Wingdings\" w:char=\"F061\"/>",
            ),
            &["α"],
            "",
        ),
        (
            "a field",
            paragraph(&format!("<w:r><w:instrText>PAGE</w:instrText></w:r>{}", run("3"))),
            &["3"],
            "",
        ),
    ]);
}

#[test]
fn what_is_deleted_or_hidden_is_left_out() {
    let deleted = "<w:del><w:r><w:delText>Omar </w:delText></w:r></w:del>";
    let moved = format!("<w:moveFrom>{0}</w:moveFrom><w:moveTo>{0}</w:moveTo>", run("Moved."));
    let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>";
    let shown = "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>shown</w:t></w:r>";
    let end = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>";
    let merged = paragraph(&(end.to_owned() + &run("One "))) + &paragraph_of("line.");
    check_word(vec![
        (
            "a deletion",
            paragraph(&(run("The envoy ") + deleted + &run("left."))),
            &["The envoy left."],
            "a passage was deleted with tracked changes and left out",
        ),
        (
            "an insertion",
            paragraph(&(run("The envoy ") + &format!("<w:ins>{}</w:ins>", run("left.")))),
            &["The envoy left."],
            "",
        ),
        ("moved text", paragraph(&moved), &["Moved."], ""),
        ("a deleted end of a paragraph", merged, &["One line."], ""),
        (
            "hidden text",
            paragraph(&(run("Seen.") + hidden)),
            &["Seen."],
            "a passage is hidden and left out",
        ),
        ("text that is no longer hidden", paragraph(shown), &["shown"], ""),
    ]);
}

#[test]
fn notes_comments_and_running_lines_of_word_are_read() {
    let mark = |kind: &str, id: u32| format!("<w:r><w:{kind}Reference w:id=\"{id}\"/></w:r>");
    let body = paragraph(
        &(run("One")
            + &mark("footnote", 3)
            + &run(" two")
            + &mark("footnote", 2)
            + &mark("endnote", 2)),
    );
    let note = |kind: &str, id: u32, words: &str| {
        format!("<w:{kind} w:id=\"{id}\">{}</w:{kind}>", paragraph(&run(words)))
    };
    let line = "<w:footnote w:id=\"0\" w:type=\"separator\"><w:p/></w:footnote>";
    let mut files = document(&body);
    files.extend([
        (
            "word/footnotes.xml",
            part(
                "footnotes",
                &(line.to_owned()
                    + &note("footnote", 2, "Second.")
                    + &note("footnote", 3, "First.")),
            ),
        ),
        ("word/endnotes.xml", part("endnotes", &note("endnote", 2, "At the end."))),
        (
            "word/comments.xml",
            part(
                "comments",
                &format!(
                    "<w:comment w:id=\"1\" w:author=\"Ana\">{}</w:comment>",
                    paragraph(&run("Doubtful."))
                ),
            ),
        ),
        ("word/header1.xml", part("hdr", &paragraph(&run("On each page")))),
        ("word/header2.xml", part("hdr", &paragraph(&run("On each page")))),
        ("word/footer1.xml", part("ftr", &paragraph(&run("Below")))),
        ("word/embeddings/sheet.xlsx", String::new()),
    ]);
    let expected = [
        "On each page",
        "One[1] two[2][e1]",
        "[1] First.",
        "[2] Second.",
        "[e1] At the end.",
        "Comment by Ana: Doubtful.",
        "Below",
    ];
    let (lines, remarks) = read(FileKind::Docx, &files);
    assert_eq!(lines, expected);
    assert!(remarks.contains("an embedded file was not read"), "{remarks}");
    // The parts are found by references, whatever their names are.
    let moved: Vec<(String, String)> = files
        .iter()
        .filter(|(name, _)| !name.contains("embeddings"))
        .map(|(name, text)| {
            (name.replace("word/", "other/").replace(".xml", "X.xml"), text.clone())
        })
        .collect();
    let reference = |kind: &str, target: &str| {
        format!("<Relationship Id=\"{target}\" Type=\"http://x/{kind}\" Target=\"{target}\"/>")
    };
    let kinds = ["footnotes", "endnotes", "comments", "header1", "header2", "footer1"];
    let references: String = kinds
        .iter()
        .map(|name| {
            reference(name.trim_end_matches(|c: char| c.is_ascii_digit()), &format!("{name}X.xml"))
        })
        .collect();
    let main = reference("officeDocument", "/other/documentX.xml");
    let mut files: Vec<(&str, String)> =
        moved.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    files.push(("_rels/.rels", format!("<Relationships>{main}</Relationships>")));
    files.push((
        "other/_rels/documentX.xml.rels",
        format!("<Relationships>{references}</Relationships>"),
    ));
    assert_eq!(read(FileKind::Docx, &files), (expected.map(str::to_owned).to_vec(), String::new()));
}

#[test]
fn the_strict_form_and_other_prefixes_are_read() {
    let xml = "<n:document xmlns:n=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><n:body><n:p><n:r><n:t>Ana came.</n:t></n:r></n:p></n:body></n:document>";
    let files = [("word/document.xml", xml.to_owned())];
    assert_eq!(read(FileKind::Docx, &files), (vec!["Ana came.".to_owned()], String::new()));
}

#[test]
fn slides_are_read_in_their_order_with_their_notes() {
    let slide = |words: &str| {
        format!("<p:sld><p:sp><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:sp></p:sld>")
    };
    let number = "<a:fld type=\"slidenum\"><a:t>7</a:t></a:fld>";
    let notes =
        format!("<p:notes><a:p><a:r><a:t>Ask Ana.</a:t></a:r></a:p><a:p>{number}</a:p></p:notes>");
    let reference = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"x/{kind}\" Target=\"{target}\"/>")
    };
    let files = [
        ("ppt/presentation.xml", "<p:presentation><p:sldIdLst><p:sldId id=\"256\" r:id=\"b\"/><p:sldId id=\"257\" r:id=\"a\"/></p:sldIdLst></p:presentation>".to_owned()),
        ("ppt/_rels/presentation.xml.rels", format!("<Relationships>{}{}</Relationships>", reference("a", "slide", "slides/slide1.xml"), reference("b", "slide", "slides/slide2.xml"))),
        ("ppt/slides/slide1.xml", slide("Shown second.")),
        ("ppt/slides/slide2.xml", slide("Shown first.")),
        ("ppt/slides/_rels/slide2.xml.rels", format!("<Relationships>{}</Relationships>", reference("n", "notesSlide", "../notesSlides/notesSlide1.xml"))),
        ("ppt/notesSlides/notesSlide1.xml", notes),
    ];
    assert_eq!(read(FileKind::Pptx, &files).0, ["Shown first.", "Ask Ana.", "Shown second."]);
    // Without references, in the order of their numbers.
    let files =
        [("ppt/slides/slide1.xml", slide("One.")), ("ppt/slides/slide2.xml", slide("Two."))];
    assert_eq!(read(FileKind::Pptx, &files).0, ["One.", "Two."]);
}

#[test]
fn open_documents_are_read_whole() {
    let deletion = "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>Gil</dc:creator></office:change-info><text:p>Omar</text:p></text:deletion></text:changed-region></text:tracked-changes>";
    let note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note>";
    let comment = "<office:annotation><dc:creator>Ana</dc:creator><dc:date>2009</dc:date><text:p>Doubtful.</text:p></office:annotation>";
    let cell =
        |words: &str| format!("<table:table-cell><text:p>{words}</text:p></table:table-cell>");
    let cases: Vec<(&str, String, &[&str], &str)> = vec![
        ("blanks", "<text:p>One<text:s text:c=\"2\"/>two<text:tab/>three<text:line-break/>four</text:p>".into(), &["One  two\tthree", "four"], ""),
        ("a page break", "<text:p>in<text:soft-page-break/> Lusaka</text:p>".into(), &["in Lusaka"], ""),
        ("a span", "<text:p>Ana <text:span>Pre</text:span>la</text:p>".into(), &["Ana Prela"], ""),
        ("a note", format!("<text:p>One{note}, two.</text:p><text:p>Three.</text:p>"), &["One[1], two.", "Three.", "[1] A note."], ""),
        ("a comment", format!("<text:p>One{comment}.</text:p>"), &["One.", "Comment by Ana: Doubtful."], ""),
        ("a deletion", format!("{deletion}<text:p>One.</text:p>"), &["One."], "a passage was deleted with tracked changes and left out"),
        ("a box in a paragraph", "<text:p>One<draw:frame><svg:title>no</svg:title><draw:text-box><text:p>Box</text:p></draw:text-box></draw:frame>.</text:p>".into(), &["One.", "Box"], ""),
        ("a list", "<text:list><text:list-item><text:p>One</text:p></text:list-item><text:list-item><text:p>Two</text:p></text:list-item></text:list>".into(), &["One", "Two"], ""),
        ("a table", format!("<table:table><table:table-row>{}{}</table:table-row></table:table>", cell("Ana"), cell("Lusaka")), &["Ana\tLusaka"], ""),
    ];
    for (name, body, lines, remarks) in cases {
        let content = format!(
            "<office:document-content><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        );
        let (found, said) = read(FileKind::Odt, &[("content.xml", content)]);
        assert_eq!(
            (found.iter().map(String::as_str).collect::<Vec<_>>(), &*said),
            (lines.to_vec(), remarks),
            "{name}"
        );
    }
    let content = "<office:document-content><office:body><text:p>One.</text:p></office:body></office:document-content>";
    let styles = "<office:document-styles><office:styles><text:p>no text</text:p></office:styles><office:master-styles>\
        <style:master-page><style:header><text:p>Above</text:p></style:header><style:footer><text:p>Below</text:p></style:footer></style:master-page>\
        <style:master-page><style:header><text:p>Above</text:p></style:header></style:master-page></office:master-styles></office:document-styles>";
    let files = [("content.xml", content.to_owned()), ("styles.xml", styles.to_owned())];
    assert_eq!(read(FileKind::Odt, &files).0, ["Above", "One.", "Below"]);
}
