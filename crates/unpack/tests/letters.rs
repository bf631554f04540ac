//! Letters in every form that mail programs give them: what is read of each.

use chancery_model::EnvelopeField;
use chancery_unpack::{
    ExtractedText, FileKind, UnpackLimits, email_attachments, email_envelope, extract_text,
};

const LIMITS: UnpackLimits =
    UnpackLimits { member_bytes: 1 << 20, total_bytes: 1 << 20, member_count: 100 };

fn read(letter: &[u8]) -> ExtractedText {
    extract_text(FileKind::Email, letter, &LIMITS).expect("a letter").expect("text")
}

/// The text of a letter without its header lines.
fn body(letter: &[u8]) -> String {
    let text = read(letter).text;
    let is_header = |part: &&str| {
        ["From:", "To:", "Cc:", "Reply-To:", "Date:", "Subject:"]
            .iter()
            .any(|key| part.starts_with(key))
    };
    let parts: Vec<&str> = text.split("\n\n").skip_while(is_header).collect();
    parts.join("\n\n").trim().replace("\r\n", "\n")
}

fn fields(letter: &[u8], field: EnvelopeField) -> Vec<String> {
    let envelope = email_envelope(letter).map(|envelope| envelope.fields).unwrap_or_default();
    envelope.into_iter().filter(|(known, _)| *known == field).map(|(_, value)| value).collect()
}

#[test]
fn names_are_decoded_in_every_encoding() {
    let cases = [
        ("=?utf-8?B?SWxsw6lzIERhcsOzY3pp?= <i@x.example>", "Illés Daróczi"),
        ("\"=?utf-8?Q?Ill=C3=A9s_Dar=C3=B3czi?=\" <i@x.example>", "Illés Daróczi"),
        ("=?ISO-8859-1?Q?Ill=E9s?= =?ISO-8859-1?Q?_Dar=F3czi?= <i@x.example>", "Illés Daróczi"),
        ("=?utf-8?Q?Ill=C3?=\r\n =?utf-8?Q?=A9s_Dar=C3=B3czi?= <i@x.example>", "Illés Daróczi"),
        ("=?utf-8?Q?Dar=C3=B3czi=2C_Ill=C3=A9s?= <i@x.example>", "Daróczi, Illés"),
        ("Illés Daróczi <i@x.example>", "Illés Daróczi"),
        ("\"Darczi, Illes\" <i@x.example>", "Darczi, Illes"),
        ("i@x.example (Illes Darczi)", "Illes Darczi"),
        ("<i@x.example>", "i@x.example"),
        ("\"i@x.example\" <i@x.example>", "i@x.example"),
        ("'Illes Darczi' <i@x.example>", "Illes Darczi"),
    ];
    for (value, expected) in cases {
        for (key, field) in [("From", EnvelopeField::From), ("Cc", EnvelopeField::Info)] {
            let letter = format!("{key}: {value}\r\nSubject: x\r\n\r\nText.\r\n");
            assert_eq!(fields(letter.as_bytes(), field), [expected], "{value}");
        }
    }
    let to = "To: Ana Prela <a@x.example>, =?utf-8?Q?Zo=C3=AB?=\r\n <z@x.example>, b@x.example\r\n\r\nText";
    let names = fields(to.as_bytes(), EnvelopeField::To);
    assert_eq!(names, ["Ana Prela", "Zoë", "b@x.example"]);
    let text = read(to.as_bytes()).text;
    assert!(
        text.starts_with("To: Ana Prela <a@x.example>; Zoë <z@x.example>; b@x.example\n"),
        "{text}"
    );
    let group = b"To: The desk: Ana Prela <a@x.example>, b@x.example;\n\nText";
    assert_eq!(fields(group, EnvelopeField::To), ["Ana Prela", "b@x.example"]);
    let latin = b"From: Jos\xE9 <j@x.example>\n\nText";
    assert_eq!(fields(latin, EnvelopeField::From), ["José"]);
}

#[test]
fn dates_are_read_in_every_form() {
    let cases = [
        ("Tue, 16 Jun 2009 13:05:00 +0400", "2009-06-16T09:05:00Z"),
        ("Tue, 16 Jun 2009 23:05:00 -0700", "2009-06-17T06:05:00Z"),
        ("16 Jun 2009 13:05 +0400", "2009-06-16T09:05:00Z"),
        ("Tue, 16 Jun 2009 13:05:00 Z", "2009-06-16T13:05:00Z"),
        ("Tue, 16 Jun 2009 13:05:00 UT", "2009-06-16T13:05:00Z"),
        ("Tue, 16 Jun 2009 13:05:00 +0000 (GMT)", "2009-06-16T13:05:00Z"),
        ("Tue, 16 Jun 2009 13:05:00 EST", "2009-06-16T18:05:00Z"),
        ("Tue, 16 Jun 09 13:05:00 +0000", "2009-06-16T13:05:00Z"),
        ("Fri, 16 Jun 95 13:05:00 +0000", "1995-06-16T13:05:00Z"),
        // No date of the standard: as it is written, for the reader of dates.
        ("2009-06-16", "2009-06-16"),
        ("yesterday", "yesterday"),
    ];
    for (value, expected) in cases {
        let letter = format!("From: a@x.example\nDate: {value}\n\nText");
        assert_eq!(fields(letter.as_bytes(), EnvelopeField::Date), [expected], "{value}");
    }
}

#[test]
fn threads_are_fields() {
    let letter =
        b"From: a@x\nMessage-ID: <3@x>\nReferences: <1@x>\n <2@x>\nIn-Reply-To: <2@x>\n\nText";
    assert_eq!(fields(letter, EnvelopeField::CableId), ["3@x"]);
    assert_eq!(fields(letter, EnvelopeField::References), ["1@x 2@x"]);
    let letter = b"From: a@x\nIn-Reply-To: Your letter of <1@x> of June\n\nText";
    assert_eq!(fields(letter, EnvelopeField::References), ["1@x"]);
    let first = b"From: a@x\nMessage-ID: <1@x>\n\nText";
    assert_eq!(fields(first, EnvelopeField::References), [""; 0]);
}

#[test]
fn bodies_are_read_in_every_form() {
    let mixed = "From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n";
    let alternative = "From: a@x\nContent-Type: multipart/alternative; boundary=\"b 1\"\n\n";
    let html = "--b 1\nContent-Type: text/html\n\n<p>Minister Illés Daróczi called.</p>\n--b 1--\n";
    let cases: Vec<(&str, String, &str)> = vec![
        ("plain", "From: a@x\n\nText.\n".into(), "Text."),
        ("an empty subject", "From: a@x\nSubject: \n\nText.\n".into(), "Text."),
        ("a byte-order mark", "\u{FEFF}From: a@x\n\nText.\n".into(), "Text."),
        ("carriage returns", "From: a@x\r\rOne.\rTwo.\r".into(), "One.\nTwo."),
        ("Apple Mail", "17\nFrom: a@x\n\nText.\n\n<plist/>".into(), "Text."),
        ("no blank line", "From: a@x\nDear Ana,\nText.\n".into(), "Dear Ana,\nText."),
        ("a plain form of the whole", format!("{alternative}--b 1\n\nMinister Illés Daróczi called.\n{html}"), "Minister Illés Daróczi called."),
        ("an empty plain form", format!("{alternative}--b 1\n\n\n{html}"), "Minister Illés Daróczi called."),
        ("a stub of a plain form", format!("{alternative}--b 1\n\nYour program does not show it.\n{html}"), "Minister Illés Daróczi called."),
        ("HTML alone", "From: a@x\nContent-Type: text/html\n\n<div>One.</div><div>Two.</div>".into(), "One.\nTwo."),
        ("a footer", format!("{mixed}--b\n\nText.\n--b\n\nA list of letters.\n--b--\n"), "Text.\n\nA list of letters."),
        ("cut off", format!("{mixed}--b\n\nText and"), "Text and"),
        ("no boundary", format!("{mixed}Text.\n"), "Text."),
        ("an empty boundary", "From: a@x\nContent-Type: multipart/mixed; boundary=\"\"\n\nText.\n".into(), "Text."),
        ("a signed letter", "From: a@x\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nText.\n--b\nContent-Type: application/pgp-signature\n\nqqq\n--b--".into(), "Text."),
        ("base64", "From: a@x\nContent-Transfer-Encoding: base64\n\nVGV4dC4=\n".into(), "Text."),
        ("quoted-printable", "From: a@x\nContent-Transfer-Encoding: Quoted-Printable\n\nJos=E9 =\ncame.\n".into(), "José came."),
        ("an unknown encoding", "From: a@x\nContent-Transfer-Encoding: x-none\n\nText.\n".into(), "Text."),
    ];
    for (name, letter, expected) in cases {
        assert_eq!(body(letter.as_bytes()), expected, "{name}");
        assert_eq!(read(letter.as_bytes()).remarks, [], "{name}");
        let windows = letter.replace('\n', "\r\n");
        if !letter.contains('\r') && !name.starts_with("Apple") {
            assert_eq!(body(windows.as_bytes()), expected, "{name} with Windows line ends");
        }
    }
}

#[test]
fn character_sets_may_be_wrong() {
    let letter = |charset: &str, text: &[u8]| {
        let kind = if charset.is_empty() {
            String::new()
        } else {
            format!("Content-Type: text/plain; charset={charset}\n")
        };
        [format!("From: a@x\n{kind}\n").as_bytes(), text].concat()
    };
    let cases: [(&str, &[u8], &str, bool); 10] = [
        ("", b"Jos\xE9 N\xFA\xF1ez", "José Núñez", false),
        ("x-unknown-8bit", b"Jos\xE9", "José", false),
        ("x-frob", b"Jos\xE9", "José", true),
        ("x-frob", b"Jose", "Jose", false),
        ("utf-8", b"Jos\xE9 N\xC3\xBA\xC3\xB1ez", "José Núñez", false),
        ("iso-8859-1", "José".as_bytes(), "José", false),
        ("windows-874", b"Somchai \xCA\xC1\xAA\xD2\xC2", "Somchai สมชาย", false),
        ("gb2312", b"\xB1\xB1\xBE\xA9", "北京", false),
        ("iso-2022-jp", b"\x1B$BEl5~\x1B(B", "東京", false),
        ("utf-7", b"Jos+AOk-", "José", false),
    ];
    for (charset, text, expected, is_said) in cases {
        let letter = letter(charset, text);
        assert_eq!(body(&letter), expected, "{charset}");
        let said = read(&letter).remarks.iter().any(|remark| remark.to_string().contains("x-frob"));
        assert_eq!(said, is_said, "{charset}");
    }
    let meta =
        b"From: a@x\nContent-Type: text/html\n\n<meta charset=koi8-r><p>\xEB\xCF\xDB\xCB\xC1";
    assert_eq!(body(meta), "Кошка");
}

#[test]
fn damage_is_said() {
    let letter =
        b"From: a@x\nContent-Transfer-Encoding: base64\n\nT21hciBjYW1lLg!==\n-- \na footer\n";
    let read = read(letter);
    assert!(read.text.contains("Omar came.") && read.text.contains("a footer"), "{}", read.text);
    assert_eq!(read.remarks.len(), 1);
    assert!(read.remarks[0].to_string().contains("damaged in its base64"), "{}", read.remarks[0]);
    assert!(extract_text(FileKind::Email, b"\n\nno header", &LIMITS).is_err());
}

#[test]
fn attachments_are_documents() {
    let letter = b"From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\n\nThe text.\n\
        --b\nContent-Disposition: attachment; filename=note.txt\n\nOne.\n\
        --b\nContent-Type: text/plain; charset=koi8-r; name=\"note.txt\"\n\n\xEB\xCF\xDB\xCB\xC1\n\
        --b\nContent-Disposition: attachment; filename*0*=utf-8''Z%C3%BC; filename*1*=rich.txt\n\nThree.\n\
        --b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nRm91ci4=\n\
        --b\nContent-Type: message/rfc822\n\n\
        From: c@x\nSubject: Inner\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nInner text.\n--c--\n\
        --b\n\n\n--b--\nan epilogue\n";
    assert_eq!(body(letter), "The text.");
    let found: Vec<(String, String, bool)> = email_attachments(letter)
        .into_iter()
        .map(|one| (one.name, String::from_utf8(one.bytes).expect("text"), one.is_letter))
        .collect();
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned(), false);
    let inner = "From: c@x\nSubject: Inner\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nInner text.\n--c--";
    let expected = [
        file("note.txt", "One."),
        file("note.txt (2)", "Кошка"),
        file("Zürich.txt", "Three."),
        file("4", "Four."),
        ("5".to_owned(), inner.to_owned(), true),
    ];
    assert_eq!(found, expected);
    assert_eq!(body(inner.as_bytes()), "Inner text.");
}

#[test]
fn the_time_is_linear() {
    let repeated = |head: &str, part: &str| head.to_owned() + &part.repeat((4 << 20) / part.len());
    let mixed = "From: a@x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n";
    let cases = [
        ("open multiparts", repeated(mixed, "Content-Type: multipart/mixed; boundary=y\n\n--x\n")),
        (
            "multiparts in multiparts",
            repeated(mixed, "Content-Type: multipart/mixed; boundary=x\n\n--x\n"),
        ),
        (
            "parameters",
            format!("From: a@x\nContent-Type: text/plain{}\n\nText", "; a*1=b".repeat(500_000)),
        ),
        ("encoded words", format!("From: a@x\nSubject: {}\n\nText", "=?xx?q?".repeat(500_000))),
        ("addresses", format!("From: a@x\nTo: {}\n\nText", "\"=?a\" <".repeat(500_000))),
        ("brackets", format!("From: a@x\nMessage-ID: {}\n\nText", "<".repeat(4 << 20))),
        ("tags", repeated("From: a@x\nContent-Type: text/html\n\n", "<a b=\"")),
        ("comments", repeated("From: a@x\nContent-Type: text/html\n\n", "<!-- ")),
        ("styles", repeated("From: a@x\nContent-Type: text/html\n\n", "<style><head><script>")),
        ("letters", repeated("From: a@x\n", "Content-Type: message/rfc822\n\n")),
    ];
    for (name, letter) in cases {
        let started = std::time::Instant::now();
        let limits = UnpackLimits { member_bytes: 64 << 20, ..LIMITS };
        let _ = extract_text(FileKind::Email, letter.as_bytes(), &limits);
        let _ = email_envelope(letter.as_bytes());
        let _ = email_attachments(letter.as_bytes());
        let seconds = started.elapsed().as_secs_f64();
        assert!(seconds < 30.0, "{name}: {seconds} s");
    }
}
