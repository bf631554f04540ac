//! The references of a document and the documents that cite it.

use chancery_model::{Document, Reference, ReferenceKind, Spanned, TextReference};
use chancery_store::{
    Archive, DocumentNumber, DocumentRow, Query, QueryField, ReferenceOutcome, SearchRequest,
    SortOrder,
};

use crate::error::ViewError;
use crate::session::ReadSession;
use crate::summaries::{MAX_LISTED, read_summaries};

/// A reference and the document that it means.
pub struct ResolvedReference {
    /// The reference.
    pub reference: TextReference,
    /// Whether it is one of the header.
    pub is_in_header: bool,
    /// The document, or why there is none.
    pub document: Result<DocumentRow, String>,
}

/// Resolves the references of a document: those of its header, then those of its text.
pub(crate) fn resolve_references(
    archive: &Archive,
    document: &Document,
) -> Result<Vec<ResolvedReference>, ViewError> {
    let of_header = document.header.references.iter().map(|field| {
        let Spanned { value: Reference { value, kind, .. }, span } = field;
        let reference = TextReference { span: *span, value: value.clone(), to: None, date: None };
        (reference, true, *kind == ReferenceKind::Cable)
    });
    let of_text = document.references.iter().map(|reference| (reference.clone(), false, true));
    let mut resolved = Vec::new();
    for (reference, is_in_header, may_be_here) in of_header.chain(of_text) {
        let outcome = match may_be_here {
            true => archive.documents().resolve_reference(document, &reference)?,
            false => ReferenceOutcome::Absent,
        };
        let row = outcome.document().map(|number| archive.documents().row(number)).transpose()?;
        let document = row.ok_or_else(|| outcome.reason().unwrap_or_default());
        resolved.push(ResolvedReference { reference, is_in_header, document });
    }
    Ok(resolved)
}

/// Returns the documents that cite this one.
pub(crate) fn citing_documents(
    session: &ReadSession<'_>,
    summary: &DocumentRow,
    document: &Document,
) -> Result<Vec<DocumentRow>, ViewError> {
    let telegram = document.telegram.as_ref().map(|telegram| telegram.id.0.clone());
    let ids = summary.cable_id.clone().into_iter().chain(telegram);
    let ids = ids.map(|id| Query::words(QueryField::Reference, id.as_str()));
    let query = Query::Or(ids.collect());
    if query == Query::Or(Vec::new()) {
        return Ok(Vec::new());
    }
    let request =
        SearchRequest { sort: SortOrder::Oldest, limit: MAX_LISTED, ..SearchRequest::new(query) };
    let found = session.searcher_of_documents()?.rank_matches(session.archive, &request)?;
    let mut citing = Vec::new();
    for (number, _) in found.ranked.into_iter().filter(|(number, _)| *number != summary.number) {
        // Several telegrams of the Department may have one number.
        if cites(session, number, summary)? {
            citing.push(number);
        }
    }
    let mut citing = read_summaries(session, citing)?;
    citing.retain(|other| other.cable_id.is_none() || other.cable_id != summary.cable_id);
    Ok(citing)
}

/// Whether a reference in a document means another one, or another part of it.
fn cites(
    session: &ReadSession<'_>,
    citing: DocumentNumber,
    cited: &DocumentRow,
) -> Result<bool, ViewError> {
    let document = session.archive.documents().parsed(citing)?;
    let resolved = resolve_references(session.archive, &document)?;
    Ok(resolved.iter().filter_map(|one| one.document.as_ref().ok()).any(|row| {
        row.number == cited.number || row.cable_id.is_some() && row.cable_id == cited.cable_id
    }))
}
