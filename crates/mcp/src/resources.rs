//! Documents as resources: `chancery://document/ID`.
//!
//! A resource is JSON, not plain text: what a document says stays in one string, beside
//! the notice that it is data.

use std::num::ParseIntError;

use chancery_store::{Query, SearchRequest, SortOrder};
use chancery_views::citation::{cite_document, cite_row};
use chancery_views::document::{DocumentDetails, DocumentView, HighlightSelection};
use chancery_views::limits::{check_name_length, check_offset};
use chancery_views::session::ReadSession;
use rmcp::model::{
    ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate,
};
use serde::Serialize;

use crate::answer::{Answer, ToolError};

/// How the address of a document begins.
const DOCUMENT_PREFIX: &str = "chancery://document/";

/// Documents on a page of the list.
const PER_PAGE: usize = 100;

/// Maximum length of a resource, in bytes. Longer documents are read in parts.
const MAX_RESOURCE_BYTES: usize = 4 << 20;

/// A document as a resource.
#[derive(Serialize)]
struct DocumentResource {
    citation: String,
    document: DocumentDetails,
}

/// Lists one page of the documents, oldest first.
pub(crate) fn list(
    session: &ReadSession<'_>,
    cursor: Option<&str>,
) -> Result<ListResourcesResult, ToolError> {
    let offset: usize = match cursor {
        None => 0,
        Some(cursor) => {
            let wrong =
                |_: ParseIntError| ToolError::Arguments("no such page of resources".to_owned());
            cursor.parse().map_err(wrong)?
        }
    };
    check_offset(offset)?;
    let sort = SortOrder::Oldest;
    let request = SearchRequest { offset, limit: PER_PAGE, sort, ..SearchRequest::new(Query::All) };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let mut resources = Vec::with_capacity(found.ranked.len());
    for (number, _) in &found.ranked {
        let row = session.archive.documents().row(*number)?;
        let resource = Resource::new(format!("{DOCUMENT_PREFIX}{}", row.id), row.id.to_string());
        let title = cite_row(session.archive, &row)?;
        resources.push(resource.with_title(title).with_mime_type("application/json"));
    }
    let next = offset + found.ranked.len();
    let mut page = ListResourcesResult::with_all_items(resources);
    page.next_cursor = (next < found.total).then(|| next.to_string());
    Ok(page)
}

/// The template of the addresses.
pub(crate) fn templates() -> ListResourceTemplatesResult {
    let template = ResourceTemplate::new(format!("{DOCUMENT_PREFIX}{{id}}"), "document")
        .with_title("A document of the archive")
        .with_description(
            "Text, paragraphs, names and citation, as JSON. The id is that of a tool's answer, \
             or a cable id.",
        )
        .with_mime_type("application/json");
    ListResourceTemplatesResult::with_all_items(vec![template])
}

/// Reads a document.
pub(crate) fn read(
    session: &ReadSession<'_>,
    address: &str,
) -> Result<ReadResourceResult, ToolError> {
    let unknown = || ToolError::Arguments(format!("there is no such resource: {address}"));
    let name = address.strip_prefix(DOCUMENT_PREFIX).ok_or_else(unknown)?;
    check_name_length(name)?;
    let view = DocumentView::read_document(session, name, &HighlightSelection::default())?;
    let resource = DocumentResource {
        citation: cite_document(&view.stored.annotated.document, &view.summary.path),
        document: DocumentDetails::from(&view),
    };
    let json = serde_json::to_string(&Answer::new(resource, false));
    let json = json.map_err(|_| ToolError::Internal)?;
    if json.len() > MAX_RESOURCE_BYTES {
        return Err(ToolError::TooLong);
    }
    let contents = ResourceContents::text(json, address).with_mime_type("application/json");
    Ok(ReadResourceResult::new(vec![contents]))
}
