//! Statements and acts as rows: who says what to whom, and who met whom, for tables and
//! people.
//!
//! ```text
//! document,source,cable_id,date,type,status,speaker,speaker_id,hearer,hearer_id,cue,content,…
//! 9f86…,cables/09LOME1.txt,09LOME1,2009-06-16,say,,Ama Osei,pocom:osei-ama,post,post,said,…
//! ```
//!
//! Offsets count code points of the reading text; `raw_start` and `raw_end` bytes of the
//! file. A cell that a spreadsheet could interpret as a formula is escaped.

use std::io::{self, Write};

use chancery_model::{Annotated, CodePoints, Party, TextSpan};
use serde::Serialize;

use crate::rounding::round_score;
use crate::statement_record::AttributionWriter;
use crate::table::{Cell, TableDialect, TableWriter};

const COLUMNS: [&str; 21] = [
    "document",
    "source",
    "cable_id",
    "date",
    "type",
    "status",
    "speaker",
    "speaker_id",
    "hearer",
    "hearer_id",
    "cue",
    "content",
    "place",
    "act_date",
    "score",
    "cue_start",
    "cue_end",
    "content_start",
    "content_end",
    "raw_start",
    "raw_end",
];

/// A statement or an act. Who acts is its speaker, and whom they meet its hearer;
/// several are parted by "; ".
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatementRow {
    /// The id of the document.
    pub document: String,
    /// The path of its file.
    pub source: String,
    /// Its cable id, or nothing.
    pub cable_id: String,
    /// Its date as ISO 8601, or nothing.
    pub date: String,
    /// The kind of statement or act: "say", "met".
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether an act took place: "did", "will", "refused". Nothing for a statement.
    pub status: &'static str,
    /// Who says it or acts: the name of the entity, or the words of the text.
    pub speaker: String,
    /// The id of the entity; "post" is the telegram's own voice.
    pub speaker_id: String,
    /// Who hears it.
    pub hearer: String,
    /// The id of the entity.
    pub hearer_id: String,
    /// The word of saying or acting.
    pub cue: String,
    /// What is said, or the office, event or paper of an act.
    pub content: String,
    /// Where an act takes place.
    pub place: String,
    /// The day of an act, as exact as the text.
    pub act_date: String,
    /// Probability, 0 to 1.
    pub score: f32,
    /// First code point of the cue.
    pub cue_start: u32,
    /// Behind its last.
    pub cue_end: u32,
    /// First code point of the content.
    pub content_start: Option<u32>,
    /// Behind its last.
    pub content_end: Option<u32>,
    /// First byte of the cue in the file.
    pub raw_start: u32,
    /// Behind its last.
    pub raw_end: u32,
}

/// The statements of a document, or its acts and roles, in the order of the text.
/// `source` says where the document came from.
pub fn statement_rows(annotated: &Annotated, source: &str, acts: bool) -> Vec<StatementRow> {
    let points = CodePoints::new(annotated.document.text.as_str());
    let rows = RowWriter {
        annotated,
        source,
        points: &points,
        parties: AttributionWriter::new(annotated, &points),
    };
    if acts { rows.acts() } else { rows.statements() }
}

struct RowWriter<'a, 'p> {
    annotated: &'a Annotated,
    source: &'a str,
    points: &'p CodePoints<'a>,
    parties: AttributionWriter<'a, 'p>,
}

impl<'a> RowWriter<'a, '_> {
    fn statements(&self) -> Vec<StatementRow> {
        let statements = self.annotated.attribution.statements.iter();
        let row = |one: &'a chancery_model::Statement| {
            let mut row = self.row(one.kind.as_str(), one.cue, Some(one.content), one.score);
            (row.speaker, row.speaker_id) = self.names(one.speaker.as_slice(), one.source);
            (row.hearer, row.hearer_id) = self.names(one.hearer.as_slice(), one.addressee);
            row
        };
        statements.map(row).collect()
    }

    fn acts(&self) -> Vec<StatementRow> {
        let place = |at: u32| self.annotated.mentions.get(at as usize);
        let row = |act: &'a chancery_model::Act| {
            let mut row = self.row(act.kind.as_str(), act.cue, act.what, act.score);
            row.status = act.status.as_str();
            (row.speaker, row.speaker_id) = self.names(&act.who, None);
            (row.hearer, row.hearer_id) = self.names(&act.whom, None);
            let place = act.place.and_then(place).map(|mention| self.words(mention.span));
            row.place = place.unwrap_or_default();
            row.act_date = act.date.map(|day| day.to_string()).unwrap_or_default();
            row
        };
        self.annotated.attribution.acts.iter().map(row).collect()
    }

    fn row(
        &self,
        kind: &'static str,
        cue: TextSpan,
        content: Option<TextSpan>,
        score: f32,
    ) -> StatementRow {
        let document = &self.annotated.document;
        let header = &document.header;
        let raw = document.text.to_raw_span(cue);
        let point = |at: u32| self.points.code_point_offset(at);
        StatementRow {
            document: document.id.to_string(),
            source: self.source.to_owned(),
            cable_id: header.cable_id.as_ref().map(|id| id.value.0.clone()).unwrap_or_default(),
            date: header.document_date().map(|day| day.to_string()).unwrap_or_default(),
            kind,
            status: "",
            speaker: String::new(),
            speaker_id: String::new(),
            hearer: String::new(),
            hearer_id: String::new(),
            cue: self.words(cue),
            content: content.map(|span| self.words(span)).unwrap_or_default(),
            place: String::new(),
            act_date: String::new(),
            score: round_score(score),
            cue_start: point(cue.start),
            cue_end: point(cue.end),
            content_start: content.map(|span| point(span.start)),
            content_end: content.map(|span| point(span.end)),
            raw_start: raw.start,
            raw_end: raw.end,
        }
    }

    /// The words of a span on one line.
    fn words(&self, span: TextSpan) -> String {
        let words = self.annotated.document.text[span].split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    fn names(&self, parties: &'a [Party], words: Option<TextSpan>) -> (String, String) {
        let (mut names, mut ids) = (Vec::new(), Vec::new());
        for party in parties {
            let (id, name) = self.parties.id_and_name(party, words);
            names.push(name.or_else(|| id.clone()).unwrap_or_default());
            ids.extend(id);
        }
        (names.join("; "), ids.join("; "))
    }
}

/// Which rows a user wants.
pub struct RowFilter {
    said: Option<String>,
    told: Option<String>,
    about: Option<String>,
    least: f32,
}

impl RowFilter {
    /// Rows with these words in the names of their speaker and hearer and in what is
    /// said, without regard to case, and at least this certain.
    pub fn new(said: Option<&str>, told: Option<&str>, about: Option<&str>, least: f32) -> Self {
        let folded = |words: Option<&str>| words.map(fold);
        Self { said: folded(said), told: folded(told), about: folded(about), least }
    }

    /// Whether a row is wanted.
    pub fn keeps(&self, row: &StatementRow) -> bool {
        let fits = |wanted: &Option<String>, places: &[&str]| {
            wanted.as_ref().is_none_or(|wanted| {
                places.iter().any(|place| fold(place).contains(wanted.as_str()))
            })
        };
        row.score >= self.least
            && fits(&self.said, &[&row.speaker, &row.speaker_id])
            && fits(&self.told, &[&row.hearer, &row.hearer_id])
            && fits(&self.about, &[&row.content])
    }
}

/// Words in lower case, each between blanks, so that "oil" is not in "soil".
fn fold(words: &str) -> String {
    let lower = words.to_lowercase();
    let mut folded = String::from(" ");
    let parts = lower.split(|letter: char| !letter.is_alphanumeric());
    for word in parts.filter(|word| !word.is_empty()) {
        folded.push_str(word);
        folded.push(' ');
    }
    folded
}

/// A table of rows as comma-separated values (RFC 4180).
pub struct StatementCsv<W: Write> {
    table: TableWriter<W>,
}

impl<W: Write> StatementCsv<W> {
    /// Writes the header row to `out`.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn start(out: W, dialect: TableDialect) -> io::Result<Self> {
        Ok(Self { table: TableWriter::start(out, dialect, &COLUMNS)? })
    }

    /// Writes a row.
    pub fn write_row(&mut self, row: &StatementRow) -> io::Result<()> {
        let words: [&str; 14] = [
            &row.document,
            &row.source,
            &row.cable_id,
            &row.date,
            row.kind,
            row.status,
            &row.speaker,
            &row.speaker_id,
            &row.hearer,
            &row.hearer_id,
            &row.cue,
            &row.content,
            &row.place,
            &row.act_date,
        ];
        let numbers = [
            Cell::number(row.score),
            Cell::number(row.cue_start),
            Cell::number(row.cue_end),
            Cell::optional_number(row.content_start),
            Cell::optional_number(row.content_end),
            Cell::number(row.raw_start),
            Cell::number(row.raw_end),
        ];
        self.table.write_row(words.into_iter().map(Cell::text).chain(numbers))
    }

    /// Ends the table and returns the output.
    pub fn finish(self) -> io::Result<W> {
        self.table.finish()
    }
}

/// The letters of what is said that a line on a terminal shows.
const SHOWN_LETTERS: usize = 120;

/// Writes a row as a line for people: "09LOME1 2009-06-16  Ama Osei → post  said: it
/// rained". What is said is cut, but not in a wide line.
pub fn write_text_row(row: &StatementRow, is_wide: bool, out: &mut impl Write) -> io::Result<()> {
    let place = if row.cable_id.is_empty() { &row.source } else { &row.cable_id };
    let hearer = if row.hearer.is_empty() { String::new() } else { format!(" → {}", row.hearer) };
    let speaker = if row.speaker.is_empty() { "?" } else { &row.speaker };
    write!(out, "{place} {}  {speaker}{hearer}  [{}", row.date, row.kind)?;
    if !row.status.is_empty() && row.status != "did" {
        write!(out, ", {}", row.status)?;
    }
    write!(out, " {:.2}] {}", row.score, row.cue)?;
    let mut letters = row.content.chars();
    let most = if is_wide { usize::MAX } else { SHOWN_LETTERS };
    let shown: String = letters.by_ref().take(most).collect();
    if !shown.is_empty() {
        write!(out, ": {shown}{}", if letters.next().is_some() { "…" } else { "" })?;
    }
    for (name, value) in [("in", &row.place), ("on", &row.act_date)] {
        if !value.is_empty() {
            write!(out, " {name} {value}")?;
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> StatementRow {
        StatementRow {
            document: "9f86".into(),
            source: "a.txt".into(),
            cable_id: "09LOME1".into(),
            date: "2009-06-16".into(),
            kind: "say",
            status: "",
            speaker: "Ama Osei".into(),
            speaker_id: "per:ama-osei".into(),
            hearer: "post".into(),
            hearer_id: "post".into(),
            cue: "said".into(),
            content: "the soil is dry".into(),
            place: String::new(),
            act_date: String::new(),
            score: 0.7,
            cue_start: 9,
            cue_end: 13,
            content_start: Some(14),
            content_end: Some(29),
            raw_start: 9,
            raw_end: 13,
        }
    }

    #[test]
    fn filters_compare_whole_words() {
        let keeps =
            |said, told, about, least| RowFilter::new(said, told, about, least).keeps(&row());
        assert!(keeps(None, None, None, 0.7));
        assert!(!keeps(None, None, None, 0.71));
        assert!(keeps(Some("OSEI"), Some("post"), Some("soil is"), 0.0));
        assert!(!keeps(Some("ose"), None, None, 0.0));
        assert!(!keeps(None, None, Some("oil"), 0.0));
        assert!(!keeps(None, Some("osei"), None, 0.0));
    }

    #[test]
    fn a_line_says_who_and_what() {
        let mut out = Vec::new();
        write_text_row(&row(), false, &mut out).expect("memory");
        let line = String::from_utf8(out).expect("UTF-8");
        assert_eq!(line, "09LOME1 2009-06-16  Ama Osei → post  [say 0.70] said: the soil is dry\n");
    }
}
