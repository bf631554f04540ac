//! The notes of users as rows: keywords, notes and highlights, each with its document,
//! passage, citation, author and date. They come from the log of decisions; what was
//! undone, and what is about nothing in the archive, is left out.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use chancery_formats::table::{Cell, TableDialect, TableWriter};
use chancery_store::{
    CurationAction, DocumentNumber, EntityReference, LoggedDecision, RemarkTarget, SearchRequest,
};
use serde::Serialize;

use crate::citation::document_citation;
use crate::document_card::shortened;
use crate::error::ViewError;
use crate::limits::parse_limited_query;
use crate::session::ReadSession;

const COLUMNS: [&str; 13] = [
    "decision", "kind", "text", "keyword", "passage", "color", "document", "address", "entity",
    "name", "citation", "author", "date",
];

/// A keyword, note or highlight. What does not apply is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NoteRow {
    /// Number of the decision that made it.
    pub decision: i64,
    /// "keyword", "note" or "highlight".
    pub kind: &'static str,
    /// The words of the note.
    pub text: String,
    /// The keyword.
    pub keyword: String,
    /// The passage of a highlight.
    pub passage: String,
    /// Its first code point, and the one after its last.
    pub span: Option<[u32; 2]>,
    /// Its colour.
    pub color: &'static str,
    /// Id of the document.
    pub document: String,
    /// Readable address of the document.
    pub address: String,
    /// Id of the entity, if it is about one.
    pub entity: String,
    /// Name of the entity.
    pub name: String,
    /// How to cite the document.
    pub citation: String,
    /// The author.
    pub author: String,
    /// The time, ISO 8601.
    pub date: String,
}

/// Reads the notes on the documents of a query, oldest first; without a query also those
/// on entities.
///
/// # Errors
/// If the query is not valid, or the archive cannot be read.
pub fn list_notes(
    session: &ReadSession<'_>,
    query: Option<&str>,
) -> Result<Vec<NoteRow>, ViewError> {
    let wanted = query.map(|query| matching_documents(session, query)).transpose()?;
    let mut reader = NoteReader { session, wanted, documents: HashMap::new() };
    let mut logged = session.archive.decisions().page(0, usize::MAX)?;
    logged.reverse();
    let mut rows = Vec::new();
    for decision in logged.iter().filter(|one| !one.undone && one.conflict.is_none()) {
        rows.extend(reader.row(decision)?);
    }
    Ok(rows)
}

fn matching_documents(
    session: &ReadSession<'_>,
    query: &str,
) -> Result<HashSet<DocumentNumber>, ViewError> {
    let query = parse_limited_query(query)?;
    let request = SearchRequest { limit: usize::MAX, ..SearchRequest::new(query) };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    Ok(found.ranked.into_iter().map(|(number, _)| number).collect())
}

/// Makes rows of decisions. A document with many notes is read once.
struct NoteReader<'a, 's> {
    session: &'a ReadSession<'s>,
    wanted: Option<HashSet<DocumentNumber>>,
    /// Address and citation by id; `None` for a document that is not wanted.
    documents: HashMap<String, Option<(String, String)>>,
}

impl NoteReader<'_, '_> {
    /// Returns the row of a decision, if it is one of a wanted document or entity.
    fn row(&mut self, decision: &LoggedDecision) -> Result<Option<NoteRow>, ViewError> {
        let entry = &decision.entry;
        let row = NoteRow {
            decision: entry.number.0,
            kind: entry.action.kind().as_str(),
            author: entry.author.clone(),
            date: entry.time.clone(),
            ..NoteRow::default()
        };
        match &entry.action {
            CurationAction::Keyword { on, words } => {
                self.about(on, NoteRow { keyword: words.clone(), ..row })
            }
            CurationAction::Note { on, words } => {
                self.about(on, NoteRow { text: words.clone(), ..row })
            }
            CurationAction::Highlight { passage, color, keyword, words } => {
                let row = NoteRow {
                    text: words.clone(),
                    keyword: keyword.clone().unwrap_or_default(),
                    passage: passage.text.clone(),
                    span: Some([passage.start, passage.end]),
                    color: color.as_str(),
                    ..row
                };
                self.in_document(&passage.document, row)
            }
            _ => Ok(None),
        }
    }

    fn about(&mut self, on: &RemarkTarget, row: NoteRow) -> Result<Option<NoteRow>, ViewError> {
        match on {
            RemarkTarget::Document(id) => self.in_document(id, row),
            RemarkTarget::Entity(_) if self.wanted.is_some() => Ok(None),
            RemarkTarget::Entity(EntityReference { id, .. }) => {
                let entities = self.session.archive.entities();
                let found = entities.find(id).and_then(|number| entities.get(number));
                Ok(found.ok().map(|found| NoteRow { entity: found.id, name: found.name, ..row }))
            }
        }
    }

    fn in_document(&mut self, id: &str, row: NoteRow) -> Result<Option<NoteRow>, ViewError> {
        if !self.documents.contains_key(id) {
            let read = self.read_document(id)?;
            self.documents.insert(id.to_owned(), read);
        }
        let Some(Some((address, citation))) = self.documents.get(id) else { return Ok(None) };
        let (address, citation) = (address.clone(), citation.clone());
        Ok(Some(NoteRow { document: id.to_owned(), address, citation, ..row }))
    }

    /// Reads address and citation of a document, if the archive has it and it is wanted.
    fn read_document(&self, id: &str) -> Result<Option<(String, String)>, ViewError> {
        let documents = self.session.archive.documents();
        let Ok(number) = documents.find(id) else { return Ok(None) };
        if self.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&number)) {
            return Ok(None);
        }
        let citation = document_citation(self.session.archive, number)?;
        let address = documents.address(number)?.unwrap_or_else(|| id.to_owned());
        let words = citation.write(chancery_formats::citation::CitationFormat::Text);
        Ok(Some((address, words)))
    }
}

/// Writes the rows as comma-separated values.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_csv<W: Write>(rows: &[NoteRow], dialect: TableDialect, out: W) -> io::Result<W> {
    let mut table = TableWriter::start(out, dialect, &COLUMNS)?;
    for row in rows {
        let words = [
            row.kind,
            &row.text,
            &row.keyword,
            &row.passage,
            row.color,
            &row.document,
            &row.address,
            &row.entity,
            &row.name,
            &row.citation,
            &row.author,
            &row.date,
        ];
        let number = std::iter::once(Cell::number(row.decision));
        table.write_row(number.chain(words.into_iter().map(Cell::text)))?;
    }
    table.finish()
}

/// Writes the rows for people.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_text(rows: &[NoteRow], out: &mut impl Write) -> io::Result<()> {
    for row in rows {
        let about = if row.name.is_empty() { &row.address } else { &row.name };
        let day = row.date.get(..10).unwrap_or(&row.date);
        let place = [about.as_str(), day, &row.author, row.kind];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let mut parts = Vec::new();
        if !row.passage.is_empty() {
            parts.push(format!("“{}”", shortened(&row.passage)));
        }
        if !row.keyword.is_empty() {
            parts.push(format!("[{}]", row.keyword));
        }
        parts.push(row.text.clone());
        let words = parts.join(" ").replace(char::is_control, " ");
        writeln!(out, "{}\n   {}", place.join("  "), words.trim())?;
        if !row.citation.is_empty() {
            writeln!(out, "   {}", row.citation)?;
        }
    }
    Ok(())
}
