//! How lists show a document: its title, its metadata, and passages of it.

use chancery_model::Section;
use maud::{Markup, html};

use super::html::{classification_name, without_controls};
use crate::queries::entity::TextExcerpt;
use crate::search_response::DocumentSummary;
use crate::urls::short_document_id;

/// A document in one line: its title, linked, and its metadata.
pub(crate) fn document_line(document: &DocumentSummary) -> Markup {
    html! {
        a.subject href={ "/doc/" (short_document_id(&document.id)) } { (document_title(document)) }
        " " span.facts { (document_metadata(document)) }
    }
}

/// A document's title: its subject, else its cable id, else its path.
pub(crate) fn document_title(document: &DocumentSummary) -> String {
    let title = document.subject.as_deref().or(document.cable_id.as_deref());
    without_controls(title.unwrap_or(&document.path)).into_owned()
}

/// A document's metadata: cable id, date, post, classification, section.
pub(crate) fn document_metadata(document: &DocumentSummary) -> Markup {
    html! {
        @if let Some(cable_id) = &document.cable_id { span.fact { (without_controls(cable_id)) } " " }
        @if let Some(date) = &document.date { time.fact datetime=(date) { (date) } " " }
        @if let Some(post) = &document.post { span.fact { (without_controls(post)) } " " }
        @if let Some(level) = document.classification { span.fact.level { (classification_name(level)) } " " }
        @if let Some(section) = &document.section {
            @if section.number == Section::ALL {
                span.fact { "all " (section.of) " sections" }
            } @else {
                span.fact { "section " (section.number) " of " (section.of) }
            }
        }
    }
}

/// A mention with the words around it.
pub(crate) fn mention_in_context(excerpt: &TextExcerpt) -> Markup {
    html! { "… " (without_controls(&excerpt.before)) mark { (without_controls(&excerpt.text)) } (without_controls(&excerpt.after)) " …" }
}
