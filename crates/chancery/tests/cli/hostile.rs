//! Containers and office files, honest and hostile: each hostile one is a
//! listed problem, and the honest ones beside it are read.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;

use crate::{Folder, printed};

/// A zip of these files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(*name, SimpleFileOptions::default()).expect("a member");
        out.write_all(bytes).expect("its bytes");
    }
    out.finish().expect("a zip").into_inner()
}

/// A tar of one file, a link to a file outside and a device.
fn tar() -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    let mut put = |name: &str, kind: tar::EntryType, bytes: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_entry_type(kind);
        header.set_mode(0o644);
        if kind != tar::EntryType::Regular {
            header.set_link_name("/etc/passwd").expect("a link");
        }
        header.set_path(name).expect("a name");
        header.set_cksum();
        out.append(&header, bytes).expect("a member");
    };
    put("inside.txt", tar::EntryType::Regular, b"Ambassador Ines Okafor left Lusaka.\n");
    put("link.txt", tar::EntryType::Symlink, b"");
    put("hard.txt", tar::EntryType::Link, b"");
    put("device", tar::EntryType::Char, b"");
    out.into_inner().expect("a tar")
}

/// The head of a tar of a link that says it has so many bytes, and blanks.
fn tar_of_link(bytes: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.resize(1 << 20, b' ');
    out
}

/// A tar of three files: what GNU tar calls the first is `long` letters long,
/// a header by POSIX names the second.
fn tar_of_long_names(long: usize) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(5);
    header.set_mode(0o644);
    let name = "n".repeat(long) + ".txt";
    out.append_data(&mut header, name, &b"gnu.\n"[..]).expect("a member");
    out.append_pax_extensions([("path", &b"by-posix.txt"[..])]).expect("a header");
    for name in ["short.txt", "own.txt"] {
        header.set_path(name).expect("a name");
        header.set_cksum();
        out.append(&header, format!("{name:.4}\n").as_bytes()).expect("a member");
    }
    out.into_inner().expect("a tar")
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    // The deflate stream of a zip member is that of a gzip: stored blocks do.
    let mut out = b"\x1F\x8B\x08\0\0\0\0\0\0\xFF".to_vec();
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let blocks = bytes.chunks(65_535);
    let last = blocks.len();
    for (number, block) in blocks.enumerate() {
        let size = block.len() as u16;
        out.push(u8::from(number + 1 == last));
        out.extend(size.to_le_bytes());
        out.extend((!size).to_le_bytes());
        out.extend(block);
    }
    out.extend((!crc).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

fn docx(paragraphs: &str) -> Vec<u8> {
    let xml = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\
         <w:document><w:body>{paragraphs}</w:body></w:document>"
    );
    zip(&[("word/document.xml", xml.as_bytes())])
}

/// A PDF of one page with these drawing commands.
fn pdf(commands: &str) -> Vec<u8> {
    pdf_of_pages(&[commands])
}

/// A PDF with these drawing commands on its pages. `/Im Do` draws a picture of a page.
pub(crate) fn pdf_of_pages(pages: &[&str]) -> Vec<u8> {
    let first = 5;
    let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", first + 2 * at)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
        "<< /Type /XObject /Subtype /Image /Width 850 /Height 1100 /ColorSpace /DeviceGray \
         /BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream"
            .to_owned(),
    ];
    for (at, commands) in pages.iter().enumerate() {
        let drawn = if commands.contains("/Im Do") { "/XObject << /Im 4 0 R >>" } else { "" };
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> {drawn} >> >>",
            first + 2 * at + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{commands}\nendstream", commands.len()));
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
    }
    let table = out.len();
    let count = objects.len() + 1;
    out.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let trailer = format!("<< /Size {count} /Root 1 0 R >>");
    out.extend(format!("trailer {trailer}\nstartxref\n{table}\n%%EOF\n").bytes());
    out
}

/// A PDF whose tree of pages contains itself.
fn pdf_with_pages_in_a_circle() -> Vec<u8> {
    let pdf = pdf_of_pages(&["BT ET"]);
    let text = String::from_utf8(pdf).expect("ASCII");
    text.replace("/Kids [5 0 R]", "/Kids [2 0 R]").into_bytes()
}

fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(b"deep inside\n".to_vec(), |inner, level| {
        let name = if level == 0 { "a.txt" } else { "a.zip" };
        zip(&[(name, &inner)])
    })
}

/// A folder `bin` of the shell and these scripts, to stand for all programs
/// that are installed.
#[cfg(unix)]
pub(crate) fn install(folder: &Folder, scripts: &[(&str, &str)]) {
    use std::os::unix::fs::PermissionsExt;
    let bin = folder.path("bin");
    fs::create_dir(&bin).expect("a folder");
    for program in ["sh", "cat", "yes"] {
        let at = ["/bin", "/usr/bin"].map(|folder| Path::new(folder).join(program));
        let at = at.iter().find(|path| path.exists()).expect("a program of every system");
        std::os::unix::fs::symlink(at, bin.join(program)).expect("a link");
    }
    for (name, script) in scripts {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may run");
    }
}

#[cfg(unix)]
#[test]
fn images_are_read_if_ocr_is_installed() {
    let scan = pdf_of_pages(&["0 0 m 10 10 l S"; 2]);
    let words = pdf("BT /F1 24 Tf 72 700 Td (A page of words) Tj ET");
    let png = b"\x89PNG\r\n\x1a\n a picture".as_slice();
    let folder = Folder::of(&[("scan.pdf", &scan), ("a.png", png), ("words.pdf", &words)]);
    install(&folder, &[]);
    let add = |retry: &str| {
        let bin = folder.path("bin");
        let command = folder.chancery(["add", "x", "scan.pdf", "a.png", "words.pdf", retry]);
        command.env("PATH", bin).assert()
    };
    let problems = || printed(folder.chancery(["problems", "x"]));
    add("--quiet").code(1);
    assert_eq!(problems().matches("needs OCR").count(), 2, "{}", problems());

    // Two pages, of which each says its number, and any picture says itself.
    fs::remove_dir_all(folder.path("bin")).expect("removed");
    let pages = "[ $6 -le 2 ] || exit 99; cat >/dev/null; echo Page $6 of Lusaka";
    let reads = r#"[ "$1" = --version ] && exit
printf 'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n'
for word in Recognised: $(cat); do printf '5\t1\t1\t1\t1\t1\t9\t9\t9\t9\t90\t%s\n' "$word"; done"#;
    install(&folder, &[("pdftoppm", pages), ("tesseract", reads)]);
    add("--quiet").success();
    assert_eq!(problems(), "");
    let exported = printed(folder.chancery(["export", "x"]));
    for words in ["Recognised: Page 1 of Lusaka", "Recognised: Page 2 of Lusaka", "a picture"] {
        assert!(exported.contains(words), "{words} is not in\n{exported}");
    }
    assert!(exported.contains("A page of words"));
    folder.chancery(["verify", "x"]).assert().success();
}

#[cfg(unix)]
#[test]
fn runaway_programs_are_stopped() {
    let scan = pdf_of_pages(&["0 0 m 10 10 l S"; 2]);
    let cases = [
        // What the two programs do, and what is listed.
        ("yes page", "cat", "unpacks to more than"),
        ("echo page", "yes word", "unpacks to more than"),
        ("echo page", "exit 1", "the file is broken"),
        ("exit 1", "cat", "the file is broken"),
        ("echo page; [ $6 = 1 ] || exit 1", "cat", "page 2 is an image and not recognised"),
        ("echo page", "echo ...", "has no text"),
    ];
    for (draws, reads, expected) in cases {
        let folder = Folder::of(&[("scan.pdf", &scan)]);
        install(&folder, &[("pdftoppm", draws), ("tesseract", reads)]);
        let bin = folder.path("bin");
        folder.chancery(["add", "x", "scan.pdf", "-q"]).env("PATH", bin).assert().code(1);
        let problems = printed(folder.chancery(["problems", "x"]));
        assert!(problems.contains(expected), "{draws}, {reads}: {problems}");
    }
}

const LETTER: &[u8] = b"From: Ana Prela <ana@example.org>\r\nTo: desk@example.org\r\n\
    Subject: =?utf-8?Q?caf=C3=A9_in_Oslo?=\r\nDate: Tue, 3 Mar 2009 12:00:00 +0000\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\
    Content-Type: text/plain\r\n\r\nPlease see Ambassador Ingrid Solheim.\r\n--x\r\n\
    Content-Type: text/plain\r\nContent-Disposition: attachment; filename=\"note.txt\"\r\n\r\n\
    The attached words.\r\n--x--\r\n";

#[test]
fn containers_and_office_files_are_read() {
    let long = format!("i.tar!/{}.txt", "n".repeat(120));
    let files: [(&str, Vec<u8>); 9] = [
        ("a.zip", zip(&[("x/one.txt", b"one in a zip\n"), ("two.rtf", b"{\\rtf1 two in \\b a\\b0  zip}")])),
        ("b.tar", tar()),
        ("c.tar.gz", gzip(&tar())),
        ("d.txt.gz", gzip(b"alone in a gzip\n")),
        ("e.docx", docx("<w:p><w:r><w:t>Caf&#233; &amp; bar</w:t></w:r></w:p><w:p><w:r><w:t>next</w:t></w:r></w:p>")),
        ("f.odt", zip(&[("content.xml", b"<office:document-content><office:body><text:p>An open<text:s/>text</text:p></office:body></office:document-content>")])),
        ("g.eml", LETTER.to_vec()),
        ("h.pdf", pdf("BT /F1 24 Tf 72 700 Td (A page of words) Tj ET")),
        ("i.tar", tar_of_long_names(120)),
    ];
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let folder = Folder::of(&files);
    let output = folder.chancery(["add", "x", "."]).output().expect("the program runs");
    let problems = printed(folder.chancery(["problems", "x"]));
    assert!(output.status.success(), "{problems}{}", String::from_utf8_lossy(&output.stderr));
    let exported = printed(folder.chancery(["export", "x"]));
    let mut found: Vec<(String, String)> = exported
        .lines()
        .map(|line| {
            let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let text = |key: &str| document[key].as_str().expect("a string").trim().to_owned();
            (text("source"), text("text"))
        })
        .collect();
    found.sort();
    let expected = [
        ("a.zip!/two.rtf", "two in a zip"),
        ("a.zip!/x/one.txt", "one in a zip"),
        ("b.tar!/inside.txt", "Ambassador Ines Okafor left Lusaka."),
        ("d.txt.gz!/d.txt", "alone in a gzip"),
        ("e.docx", "Café & bar\n\nnext"),
        ("f.odt", "An open text"),
        (
            "g.eml",
            "From: Ana Prela <ana@example.org>\n\nTo: desk@example.org\n\n\
             Date: Tue, 3 Mar 2009 12:00:00 +0000\n\nSubject: café in Oslo\n\n\
             Please see Ambassador Ingrid Solheim.",
        ),
        ("g.eml!/note.txt", "The attached words."),
        ("h.pdf", "A page of words"),
        ("i.tar!/by-posix.txt", "shor"),
        (long.as_str(), "gnu."),
        ("i.tar!/own.txt", "own."),
    ];
    let expected: Vec<(String, String)> =
        expected.iter().map(|(source, text)| ((*source).to_owned(), (*text).to_owned())).collect();
    assert_eq!(found, expected);
    let shown = printed(folder.chancery(["search", "x", "Okafor"]));
    assert!(shown.contains("1 document"), "{shown}");
    folder.chancery(["verify", "x"]).assert().success();
    let again = folder.chancery(["add", "x", "."]).output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(stderr.starts_with("nothing new"), "{stderr}");
}

/// Letters and office files, and what is listed of each.
fn hostile_letters_and_office_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let open_document = |body: &str| {
        let xml = format!(
            "<office:document-content><office:body>{body}</office:body></office:document-content>"
        );
        zip(&[("content.xml", xml.as_bytes())])
    };
    let slide = format!("<p:sld><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>", "a".repeat(2 << 20));
    let mut letter_of_outlook = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    letter_of_outlook.resize(2000, 0xFF);
    vec![
        (
            "bomb.odt",
            open_document(&format!("<text:p>{}</text:p>", "a".repeat(2 << 20))),
            "bomb.odt: unpacks to more than 1 MB",
        ),
        (
            "bomb.pptx",
            zip(&[("ppt/slides/slide1.xml", slide.as_bytes())]),
            "bomb.pptx: unpacks to more than 1 MB",
        ),
        ("deep.rtf", format!("{{\\rtf1 {}", "{".repeat(2000)).into_bytes(), "nested too deeply"),
        ("cut.msg", letter_of_outlook, "cut.msg: damaged office file"),
        (
            "deep.eml",
            (0..100)
                .flat_map(|at| {
                    let head = "From: a@x\nContent-Type: multipart/mixed; boundary=b";
                    format!("{head}{at}\n\n--b{at}\n").into_bytes()
                })
                .collect(),
            "its parts are nested more than",
        ),
    ]
}

#[test]
fn hostile_files_are_listed_problems() {
    let mib = |count: usize| vec![b'a'; count << 20];
    let bomb = "<!DOCTYPE TEI [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\
        <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><TEI><text><body><div type=\"document\"><p>&c;</p>\
        </div></body></text></TEI>";
    let mut cut = zip(&[("a.txt", &mib(1)[..]), ("b.txt", b"b\n")]);
    cut.truncate(cut.len() / 2);
    let mut damaged =
        zip(&[("a.txt", b"some words that are long enough to be deflated".as_slice())]);
    damaged[45] ^= 0x55;
    let cases: [(&str, Vec<u8>, &str); 16] = [
        ("bomb.zip", zip(&[("big.txt", &mib(8))]), "bomb.zip!/big.txt: unpacks to more than 1 MB"),
        ("bomb.gz", gzip(&mib(2)), "bomb.gz!/bomb: unpacks to more than 1 MB"),
        (
            "bomb.docx",
            docx(&format!("<w:p><w:t>{}</w:t></w:p>", "a".repeat(2 << 20))),
            "bomb.docx: unpacks to more than 1 MB",
        ),
        ("deep.zip", nested(6), "too many containers in containers"),
        ("cut.zip", cut, "cut.zip: is cut off after 0 whole files"),
        ("damaged.zip", damaged, "damaged.zip!/a.txt: damaged container"),
        ("cut.tar", tar()[..700].to_vec(), ""),
        ("names.tar", tar_of_long_names(100_000), "names.tar: a name is longer"),
        ("links.tar.gz", gzip(&tar_of_link(200 << 20)), "links.tar.gz: unpacks to more than"),
        ("line.txt", mib(2), "line.txt: larger than 1 MB and not read"),
        (
            "broken.pdf",
            b"%PDF-1.4\n1 0 obj << /Length 99999999999 >> stream".to_vec(),
            "broken.pdf: ",
        ),
        (
            "locked.pdf",
            b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R \
              /Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P 1 >> >>"
                .to_vec(),
            "locked.pdf: ",
        ),
        ("pages.pdf", pdf_with_pages_in_a_circle(), "pages.pdf: "),
        (
            "stamps.xml",
            b"<?xml version='1.0'?><alto><Page>".to_vec(),
            "stamps.xml: byte 0: has no text",
        ),
        ("broken.docx", b"PK\x03\x04not a zip at all".to_vec(), "broken.docx: damaged office file"),
        ("binary.eml", vec![0; 400], "binary.eml: "),
    ];
    let cases: Vec<_> = cases.into_iter().chain(hostile_letters_and_office_files()).collect();
    let mut files: Vec<(&str, &[u8])> =
        cases.iter().map(|(name, bytes, _)| (*name, bytes.as_slice())).collect();
    let paths = zip(&[
        ("../../up.txt", b"up and away\n".as_slice()),
        ("/tmp/chancery-absolute.txt", b"absolutely\n"),
        ("C:\\windows.txt", b"windows\n"),
    ]);
    files.push(("paths.zip", &paths));
    files.push(("entities.xml", bomb.as_bytes()));
    files.push(("honest.txt", b"An honest line.\n"));
    let folder = Folder::of(&[]);
    fs::create_dir_all(folder.path("in/deep")).expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path("in/deep").join(name), bytes).expect("a file");
    }
    folder.chancery(["add", "x", "in", "--largest", "1"]).assert().code(1);
    let problems = printed(folder.chancery(["problems", "x"]));
    for (name, _, expected) in &cases {
        let listed =
            problems.lines().any(|line| line.contains(expected) && line.starts_with("in/deep/"));
        assert!(listed, "{name}: {expected:?} is not in\n{problems}");
    }
    let exported = printed(folder.chancery(["export", "x"]));
    for expected in
        ["An honest line.", "up and away", "absolutely", "windows", "paths.zip!/../../up.txt"]
    {
        assert!(exported.contains(expected), "{expected}");
    }
    assert!(exported.len() < 100_000, "an entity has grown: {} bytes", exported.len());
    assert!(!folder.path("up.txt").exists() && !folder.path("in/up.txt").exists());
    assert!(!Path::new("/tmp/chancery-absolute.txt").exists());
    folder.chancery(["verify", "x"]).assert().success();
}
