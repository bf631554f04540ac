//! Tables of every form give the same documents.

use chancery_model::EnvelopeField;
use chancery_unpack::{
    FileKind, NamedColumns, RowDocument, RowPurpose, TableForm, TableItem, TableSource,
    UnpackError, detect_kind, visit_rows,
};

const LARGEST: u64 = 1 << 20;

/// The rows of a table in memory, whose form is detected, and its problems.
fn read_table(name: &str, bytes: &[u8], named: &str) -> (Vec<RowDocument>, Vec<String>) {
    let FileKind::Table(form) = detect_kind(bytes, name) else {
        panic!("{name} is {:?}", detect_kind(bytes, name))
    };
    let named: NamedColumns =
        if named.is_empty() { NamedColumns::default() } else { named.parse().expect("columns") };
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let read = visit_rows(
        RowPurpose::Documents,
        form,
        TableSource::Bytes(bytes.to_vec()),
        LARGEST,
        &named,
        &mut |item| {
            match item {
                TableItem::Row(row) => rows.push(row),
                TableItem::BadRow(name, error) => problems.push(format!("{name}: {error}")),
                TableItem::Problem(name, error) => problems.push(format!("table {name}: {error}")),
            }
            true
        },
    );
    problems.extend(read.err().map(|error| error.to_string()));
    (rows, problems)
}

fn field(row: &RowDocument, wanted: EnvelopeField) -> &str {
    let found = row.envelope.fields.iter().find(|(field, _)| *field == wanted);
    found.map_or("", |(_, value)| value)
}

const CABLES_CSV: &str = r#""1","9/16/2009 13:30","09PORTLOUIS314","Embassy Port Louis","CONFIDENTIAL","09PORTLOUIS298|09LUSAKA540","P 161330Z SEP 09
FM AMEMBASSY PORT LOUIS","E.O. 12958: DECL: 09/16/2019
SUBJECT: WHO OWNS THE \"BLUE NETS\"?

1. (C) Minister Ravi Dubois called the \"blue\" company a letter box."
"2","9/17/2009 9:05","09LUSAKA611","Embassy Lusaka","UNCLASSIFIED","09PORTLOUIS314","","1. The harbour master, Ama Osei, showed EconOff the licences of all boats, one by one."
"#;

const JSON_LINES: &str = r#"{"id": 1, "date": "9/16/2009 13:30", "refid": "09PORTLOUIS314", "origin": "Embassy Port Louis", "classification": "CONFIDENTIAL", "references": ["09PORTLOUIS298|09LUSAKA540"], "header": "P 161330Z SEP 09\nFM AMEMBASSY PORT LOUIS", "body": "E.O. 12958: DECL: 09/16/2019\nSUBJECT: WHO OWNS THE \"BLUE NETS\"?\n\n1. (C) Minister Ravi Dubois called the \"blue\" company a letter box."}
{"id": 2, "date": "9/17/2009 9:05", "refid": "09LUSAKA611", "origin": "Embassy Lusaka", "classification": "UNCLASSIFIED", "references": ["09PORTLOUIS314"], "header": "", "body": "1. The harbour master, Ama Osei, showed EconOff the licences of all boats, one by one."}
"#;

/// The two rows with headings, doubled quotes and another delimiter.
fn with_headings(delimiter: char) -> String {
    let mut lines = String::from("id;date;refid;origin;classification;references;header;body\r\n");
    for line in JSON_LINES.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let cell = |key: &str| match &row[key] {
            serde_json::Value::Array(values) => values[0].as_str().expect("text").to_owned(),
            serde_json::Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        let keys =
            ["id", "date", "refid", "origin", "classification", "references", "header", "body"];
        let cells = keys.map(|key| format!("\"{}\"", cell(key).replace('"', "\"\"")));
        lines += &(cells.join(";") + "\r\n");
    }
    lines.replace("\";\"", &format!("\"{delimiter}\"")).replacen(';', &delimiter.to_string(), 7)
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn all_forms_give_the_same_rows() {
    let array = format!("[\n{}\n]", JSON_LINES.trim().replace("}\n{", "},\n{"));
    let sql_text = |text: &str| text.replace('\'', "''");
    let rows = |quote: &dyn Fn(&str) -> String| -> String {
        let tuples = JSON_LINES.lines().map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let references = row["references"][0].as_str().expect("text");
            let cells = ["date", "refid", "origin", "classification", "header", "body"]
                .map(|key| quote(row[key].as_str().expect("text")));
            format!("({}, {}, {})", row["id"], quote(references), cells.join(", "))
        });
        tuples.collect::<Vec<_>>().join(",\n")
    };
    let standard = format!(
        "-- a dump\nCREATE TABLE public.cables (id integer PRIMARY KEY, \"references\" text, date \
         varchar(20), refid text, origin text, classification text, header text, body text, \
         UNIQUE (refid));\nINSERT INTO cables VALUES {};\n",
        rows(&|text| format!("'{}'", sql_text(text)))
    );
    let mysql = format!(
        "-- MySQL dump 10\n/*!40101 SET NAMES utf8 */;\nINSERT INTO `cables` (`id`, `references`, \
         `date`, `refid`, `origin`, `classification`, `header`, `body`) VALUES {};\n",
        rows(&|text| {
            format!("'{}'", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
        })
    );
    let copy = {
        let lines = JSON_LINES.lines().map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let cells = ["date", "refid", "origin", "classification", "header", "body"]
                .map(|key| row[key].as_str().expect("text").replace('\n', "\\n"));
            let references = row["references"][0].as_str().expect("text");
            format!("{}\t{references}\t{}", row["id"], cells.join("\t"))
        });
        format!(
            "--\n-- PostgreSQL database dump\n--\nSET x = 1;\nCOPY public.cables (id, \"references\", \
             date, refid, origin, classification, header, body) FROM stdin;\n{}\n\\.\n\nSELECT 1;\n",
            lines.collect::<Vec<_>>().join("\n")
        )
    };
    let cases: [(&str, Vec<u8>); 12] = [
        ("cables.csv", CABLES_CSV.into()),
        ("cables", CABLES_CSV.into()),
        ("comma.csv", with_headings(',').into()),
        ("semicolon.csv", with_headings(';').into()),
        ("tab.tsv", with_headings('\t').into()),
        ("mark.csv", format!("\u{FEFF}{}", with_headings(',')).into()),
        ("wide.csv", utf16(&with_headings(','))),
        ("lines.jsonl", JSON_LINES.into()),
        ("array.json", array.clone().into()),
        ("wrapped.json", format!("{{\"count\": 2, \"cables\": {array}}}").into()),
        ("mysql.sql", mysql.into()),
        ("copy.sql", copy.into()),
    ];
    let mut cases = Vec::from(cases);
    cases.push(("standard.sql", standard.into()));
    for (name, bytes) in cases {
        let (rows, problems) = read_table(name, &bytes, "");
        assert_eq!(problems, [""; 0], "{name}");
        let numbers: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(numbers, ["1", "2"], "{name}");
        let texts: Vec<String> = rows
            .iter()
            .map(|row| String::from_utf8(row.text.clone()).expect("text").replace("\r\n", "\n"))
            .collect();
        assert_eq!(
            texts[0],
            "P 161330Z SEP 09\nFM AMEMBASSY PORT LOUIS\n\nE.O. 12958: DECL: 09/16/2019\nSUBJECT: \
             WHO OWNS THE \"BLUE NETS\"?\n\n1. (C) Minister Ravi Dubois called the \"blue\" company \
             a letter box.",
            "{name}"
        );
        assert!(texts[1].starts_with("1. The harbour master"), "{name}: {}", texts[1]);
        let expected = [
            (EnvelopeField::CableId, "09LUSAKA611"),
            (EnvelopeField::Date, "9/17/2009 9:05"),
            (EnvelopeField::Post, "Embassy Lusaka"),
            (EnvelopeField::Classification, "UNCLASSIFIED"),
            (EnvelopeField::References, "09PORTLOUIS314"),
        ];
        for (wanted, value) in expected {
            assert_eq!(field(&rows[1], wanted), value, "{name}: {wanted:?}");
        }
    }
}

#[test]
fn a_row_that_cannot_be_read_is_a_problem_and_the_others_are_read() {
    let text = "a text that is long enough to be one, of more than six words";
    let many = |count: usize, line: &str| line.repeat(count);
    let cases: [(&str, String, &[&str], &[&str]); 9] = [
        (
            "short.csv",
            format!("id,date,text\n1,x,{text}\n2,x\n3,x,{text}\n"),
            &["1", "3"],
            &["2: has 2 of 3 columns, and no text"],
        ),
        (
            "open.csv",
            format!("id,date,text\n1,x,{text}\n2,x,\"{text}\n3,x,{text}\n"),
            &["1", "3"],
            &["2: a quote is not closed: its first line was skipped"],
        ),
        (
            "large.csv",
            format!("id,text\n1,{text}\n2,\"{}\"\n3,{text}\n", many(90_000, "too large to\n")),
            &["1", "3"],
            &["2: a row of more than 1 MB was not read"],
        ),
        (
            "empty.csv",
            format!("id,text\n1,{text}\n2,\n3,{text}\n4, \n"),
            &["1", "3"],
            &["table : 2 rows have no text, the first is row 2"],
        ),
        (
            "bad.jsonl",
            format!("{{\"text\": \"{text}\"}}\n{{\"text\": \n[1]\n{{\"text\": \"{text}\"}}\n"),
            &["1", "4"],
            &[
                "2: malformed row: EOF while parsing a value at line 1 column 9",
                "table : 1 value is not an object, the first is value 3: no text was found there",
            ],
        ),
        (
            "bad.json",
            format!("[{{\"text\": \"{text}\"}}, 7, {{\"text\" x}}, {{\"text\": \"{text}\"}}, {{"),
            &["1", "4"],
            &[
                "3: malformed row: expected `:` at line 1 column 9",
                "5: malformed row: it is cut off",
                "table : 1 value is not an object, the first is value 2: no text was found there",
            ],
        ),
        (
            "bad.sql",
            format!(
                "INSERT INTO t (id, text) VALUES (1, '{text}'), oops; INSERT INTO t (id, text) VALUES (3, '{text}');"
            ),
            &["1", "3"],
            &["2: malformed row: the rest of its statement was not read"],
        ),
        (
            "metadata.csv",
            "id,title,pages\n1,Nets,3\n2,Boats,4\n".to_owned(),
            &[],
            &["table : a table without a column of text; its columns are id, title, pages"],
        ),
        ("none.csv", String::new(), &[], &[]),
    ];
    for (name, table, expected, expected_problems) in cases {
        let (rows, problems) = read_table(name, table.as_bytes(), "");
        let numbers: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(numbers, expected, "{name}: {problems:?}");
        assert_eq!(problems, expected_problems, "{name}");
    }
}

#[test]
fn columns_are_those_that_the_user_names() {
    let table = "a,b,c\nx,09LUSAKA611,short words\n";
    let (rows, _) = read_table("t.csv", table.as_bytes(), "text=c,id=b");
    assert_eq!(rows[0].text, b"short words");
    assert_eq!(field(&rows[0], EnvelopeField::CableId), "09LUSAKA611");
    let (rows, _) = read_table("t.csv", b"x,09LUSAKA611,short words\n", "text=3,id=2");
    assert_eq!(rows.iter().map(|row| row.text.as_slice()).collect::<Vec<_>>(), [b"short words"]);
}

#[test]
fn rows_of_several_tables_say_which() {
    let dump = "CREATE TABLE a (id int, body text);\nINSERT INTO a VALUES (1, 'one');\n\
        CREATE TABLE b (id int, body text);\nINSERT INTO b VALUES (1, 'two');INSERT INTO b VALUES (2, 'three');\n";
    let (rows, problems) = read_table("x.sql", dump.as_bytes(), "");
    let found: Vec<(&str, &[u8])> =
        rows.iter().map(|row| (row.name.as_str(), row.text.as_slice())).collect();
    let expected: [(&str, &[u8]); 3] = [("1", b"one"), ("b/1", b"two"), ("b/2", b"three")];
    assert_eq!(found, expected, "{problems:?}");
}

#[test]
fn reading_stops_when_asked() {
    let mut seen = 0;
    let source = TableSource::Bytes(CABLES_CSV.as_bytes().to_vec());
    let read = visit_rows(
        RowPurpose::Documents,
        TableForm::Delimited,
        source,
        LARGEST,
        &NamedColumns::default(),
        &mut |_| {
            seen += 1;
            false
        },
    );
    assert_eq!((read, seen), (Ok::<bool, UnpackError>(false), 1));
}

/// Python's module csv writes tables and reads them; Chancery reads the same cells.
#[test]
fn cells_are_those_of_python() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("quoted-tables");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/quoted_tables.py");
    let made = std::process::Command::new("python3").arg(script).arg(&folder).status();
    let Ok(status) = made else { return };
    assert!(status.success());
    let files = std::fs::read_dir(&folder).expect("a folder").flatten();
    let tables = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    let kinds: Vec<String> =
        tables.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    assert_eq!(kinds.len(), 84);
    for kind in &kinds {
        let read =
            |ending: &str| std::fs::read(folder.join(format!("{kind}.{ending}"))).expect("a file");
        let expected: Vec<[String; 3]> = serde_json::from_slice(&read("json")).expect("JSON");
        assert_eq!(expected.len(), 1000, "{kind}");
        let (rows, problems) = read_table("t.csv", &read("csv"), "");
        assert_eq!((rows.len(), problems.as_slice()), (1000, &[][..]), "{kind}");
        for (row, [_, subject, text]) in rows.iter().zip(&expected) {
            assert_eq!(row.text, text.trim_end().as_bytes(), "{kind}, row {}", row.name);
            assert_eq!(
                field(row, EnvelopeField::Subject),
                subject.trim(),
                "{kind}, row {}",
                row.name
            );
        }
    }
}

/// The columns of the table below.
type ArrayCase = (&'static str, String, &'static [(&'static str, u32)]);

#[test]
fn all_objects_of_a_file_are_rows_wherever_they_lie() {
    let text =
        |number: u32| format!("The envoy of Markenroy left the harbour for the {number}th time.");
    let object = |number: u32| format!("{{\"subject\": \"Nets\", \"text\": \"{}\"}}", text(number));
    let cases: [ArrayCase; 8] = [
        (
            "two arrays",
            format!("{{\"cables\": [{}, {}], \"memos\": [{}]}}", object(1), object(2), object(3)),
            &[("1", 1), ("2", 2), ("memos/1", 3)],
        ),
        (
            "keyed",
            format!("{{\"a1\": {}, \"a2\": {}, \"a3\": {}}}", object(1), object(2), object(3)),
            &[("1", 1), ("2", 2), ("3", 3)],
        ),
        (
            "keyed, by lines",
            format!("{{\n\"09LISBON961\": {},\n\"09LISBON962\": {}\n}}\n", object(1), object(2)),
            &[("1", 1), ("2", 2)],
        ),
        (
            "nested",
            format!(
                "{{\"meta\": {{\"count\": 2}}, \"results\": {{\"hits\": [{{\"_source\": {{\"doc\": {}}}}}, {{\"_source\": {{\"doc\": {}}}}}]}}}}",
                object(1),
                object(2)
            ),
            &[("1", 1), ("2", 2)],
        ),
        ("strings", format!("[\"{}\", \"{}\"]", text(1), text(2)), &[("1", 1), ("2", 2)]),
        // Sisters: one document with lists, before and after its text.
        (
            "a list before",
            format!("{{\"persons\": [{{\"name\": \"x\"}}], \"text\": \"{}\"}}", text(1)),
            &[("1", 1)],
        ),
        (
            "a list after",
            format!("{{\"text\": \"{}\", \"persons\": [{{\"name\": \"x\"}}]}}", text(1)),
            &[("1", 1)],
        ),
        ("one", format!("{{\"id\": 1, \"cable\": {}}}", object(1)), &[("1", 1)]),
    ];
    for (name, table, expected) in cases {
        let (rows, problems) = read_table("t.json", table.as_bytes(), "");
        let found: Vec<(&str, String)> = rows
            .iter()
            .map(|row| (row.name.as_str(), String::from_utf8_lossy(&row.text).into_owned()))
            .collect();
        let expected: Vec<(&str, String)> =
            expected.iter().map(|(row, number)| (*row, text(*number))).collect();
        assert_eq!(found, expected, "{name}: {problems:?}");
        assert!(problems.is_empty(), "{name}: {problems:?}");
    }
    let keyed = format!("{{\"09LISBON961\": {}, \"09LISBON962\": {}}}", object(1), object(2));
    let (rows, _) = read_table("t.json", keyed.as_bytes(), "");
    assert_eq!(field(&rows[1], EnvelopeField::CableId), "09LISBON962");
}

#[test]
fn lines_above_the_heading_are_said_and_no_rows() {
    let row = "09LISBON1,2009-06-10,Nets,\"The envoy of Markenroy, who fished, left.\"";
    let cases = [
        (
            "Register of telegrams\n\n",
            Some("a line above the heading, not read as a row: \"Register of telegrams\""),
        ),
        (
            "Register,of telegrams\n",
            Some("a line above the heading, not read as a row: \"Register of telegrams\""),
        ),
        (
            "Made in 1974\nby the archive\n",
            Some("2 lines above the heading, not read as rows, the first: \"Made in 1974\""),
        ),
        (",,,\n", None),
        ("", None),
    ];
    for (above, expected) in cases {
        let table = format!("{above}id,date,subject,text\n{row}\n{row}\n");
        let (rows, problems) = read_table("t.csv", table.as_bytes(), "");
        assert_eq!(rows.len(), 2, "{above:?}: {problems:?}");
        assert_eq!(field(&rows[0], EnvelopeField::CableId), "09LISBON1", "{above:?}");
        let expected: Vec<String> = expected.iter().map(|said| format!("table : {said}")).collect();
        assert_eq!(problems, expected, "{above:?}");
    }
    // A heading that is narrower than its rows.
    let (rows, problems) = read_table(
        "t.csv",
        b"id,subject\n09LISBON1,Nets,\"The envoy of Markenroy, who fished for years, left the harbour.\"\n",
        "",
    );
    assert_eq!(rows.len(), 1, "{problems:?}");
}

#[test]
fn a_table_in_another_encoding_is_read_and_the_guess_is_said() {
    // "Посол встретился с министром в порту" in Windows-1251.
    let words = b"\xCF\xEE\xF1\xEE\xEB \xE2\xF1\xF2\xF0\xE5\xF2\xE8\xEB\xF1\xFF \xF1 \xEC\xE8\xED\xE8\xF1\xF2\xF0\xEE\xEC \xE2 \xEF\xEE\xF0\xF2\xF3";
    let row = |number: u8| [&[b'0' + number, b','][..], &words.repeat(3), b"\n"].concat();
    let table = [b"id,text\n".to_vec(), row(1), row(2)].concat();
    let (rows, problems) = read_table("t.csv", &table, "");
    assert_eq!(rows.len(), 2, "{problems:?}");
    assert!(rows[0].text.starts_with("Посол встретился".as_bytes()));
    let said = "table : its encoding is not stated: read as windows-1251, a guess from its letters \
                (save it as UTF-8 if it reads wrong)";
    assert_eq!(problems, [said]);
}
