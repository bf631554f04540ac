//! Side tables: which columns name documents, and which are fields.

use chancery_model::{EnvelopeField, EnvelopeKind};
use chancery_unpack::{
    FileKind, NamedColumns, RowDocument, RowPurpose, TableItem, TableSource, detect_kind,
    visit_rows,
};

/// The rows of a side table in memory, and its problems.
fn read(name: &str, bytes: &str, named: &str) -> (Vec<RowDocument>, Vec<String>) {
    let FileKind::Table(form) = detect_kind(bytes.as_bytes(), name) else { panic!("{name}") };
    let named = match named {
        "" => NamedColumns::default(),
        named => named.parse().expect("columns"),
    };
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let source = TableSource::Bytes(bytes.as_bytes().to_vec());
    let read = visit_rows(RowPurpose::Descriptions, form, source, 1 << 20, &named, &mut |item| {
        match item {
            TableItem::Row(row) => rows.push(row),
            TableItem::BadRow(row, error) => problems.push(format!("{row}: {error}")),
            TableItem::Problem(_, error) => problems.push(error.to_string()),
        }
        true
    });
    problems.extend(read.err().map(|error| error.to_string()));
    (rows, problems)
}

/// The path, id and fields of a row.
type Described<'a> = (Option<&'a str>, Option<&'a str>, Vec<(EnvelopeField, &'a str)>);

fn described(row: &RowDocument) -> Described<'_> {
    let fields = row.envelope.fields.iter().map(|(field, value)| (*field, value.as_str()));
    (row.path.as_deref(), row.id.as_deref(), fields.collect())
}

#[test]
fn columns_name_documents_and_give_fields() {
    use EnvelopeField::{CableId, Date, From, Subject};
    let long = "The minister said that the company was a letter box, and that it had no boats.";
    let summaries = format!("file,summary\na.txt,{long}\nb.txt,{long}\n");
    let cases: [(&str, &str, &str, Vec<Described<'_>>); 6] = [
        (
            "t.csv",
            "filename,date,title\na.txt,1974-05-03,Nets\nb.txt,,Boats\n",
            "",
            vec![
                (Some("a.txt"), None, vec![(Date, "1974-05-03"), (Subject, "Nets")]),
                (Some("b.txt"), None, vec![(Subject, "Boats")]),
            ],
        ),
        // An id of a cable is a field too; a mere number only names the document.
        (
            "t.csv",
            "id,sender\n09PARIS1,AMEMBASSY PARIS\n09PARIS2,\n",
            "",
            vec![
                (None, Some("09PARIS1"), vec![(CableId, "09PARIS1"), (From, "AMEMBASSY PARIS")]),
                (None, Some("09PARIS2"), vec![(CableId, "09PARIS2")]),
            ],
        ),
        (
            "t.csv",
            "id,date\n17,1974-05-03\n18,1974-05-04\n",
            "",
            vec![
                (None, Some("17"), vec![(Date, "1974-05-03")]),
                (None, Some("18"), vec![(Date, "1974-05-04")]),
            ],
        ),
        // A long column is no text here.
        (
            "t.csv",
            &summaries,
            "",
            vec![(Some("a.txt"), None, vec![]), (Some("b.txt"), None, vec![])],
        ),
        (
            "t.tsv",
            "x\ty\na.txt\t1974-05-03\n",
            "path=x,date=y",
            vec![(Some("a.txt"), None, vec![(Date, "1974-05-03")])],
        ),
        (
            "t.jsonl",
            "{\"path\": \"a.txt\", \"date\": \"1974-05-03\"}\n{\"path\": \"b.txt\"}\n",
            "",
            vec![(Some("a.txt"), None, vec![(Date, "1974-05-03")]), (Some("b.txt"), None, vec![])],
        ),
    ];
    for (name, table, named, expected) in cases {
        let (rows, problems) = read(name, table, named);
        assert_eq!(rows.iter().map(described).collect::<Vec<_>>(), expected, "{table}");
        assert_eq!(problems, [""; 0], "{table}");
        let numbers = rows.iter().map(|row| row.envelope.kind);
        assert!(numbers.eq((1..).take(rows.len()).map(EnvelopeKind::SideTable)), "{table}");
    }
}

#[test]
fn rows_that_name_nothing_are_told() {
    let (rows, problems) = read("t.csv", "file,date\n,1974-05-03\na.txt,\n,1974\n", "");
    assert_eq!(rows.len(), 1);
    assert_eq!(problems, ["2 rows have no path and no id, the first is row 1"]);
    let (rows, problems) = read("t.csv", "colour,size\nred,1\n", "");
    assert_eq!(rows.len(), 0);
    let expected =
        "a table of metadata without a column of paths or ids; its columns are colour, size";
    assert_eq!(problems, [expected]);
}
