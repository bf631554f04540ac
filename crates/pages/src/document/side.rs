//! What stands beside the text of a document: its names, references, related documents,
//! and its file.

use chancery_model::file_name_of_text;
use chancery_store::StoredEntity;
use chancery_views::document::{DocumentView, count_entities_by_label};
use chancery_views::formatting::format_count;
use chancery_views::references::ResolvedReference;
use chancery_views::search_response::DocumentSummary;
use chancery_views::urls::percent_encode;
use maud::{Markup, html};

use crate::html::{label_css_class, plural_label_name, without_controls};
use crate::listing::document_line;

/// Entities of a label shown at first; the others are collapsed.
const ENTITIES_SHOWN: usize = 12;

/// The names of the whole document, each with a link to its mentions.
pub(super) fn names_by_label(view: &DocumentView, address: &str) -> Markup {
    let row = |entity: &StoredEntity, count: usize| {
        html! {
            li {
                a href={ (address) "?entity=" (percent_encode(&entity.id)) "#hit1" } {
                    (without_controls(&entity.shown_name()))
                }
                " " span.count { (count) }
            }
        }
    };
    html! {
        section.cast aria-labelledby="names" {
            h2 #names { "Names in this document" }
            @for (label, all) in count_entities_by_label(view) {
                details open[label != chancery_model::Label::Misc] {
                    summary { span.n.(label_css_class(label)) { (plural_label_name(label)) } " " span.count { (all.len()) } }
                    ul.counts { @for (entity, count) in all.iter().take(ENTITIES_SHOWN) { (row(entity, *count)) } }
                    @if all.len() > ENTITIES_SHOWN {
                        details {
                            summary { (all.len() - ENTITIES_SHOWN) " more" }
                            ul.counts {
                                @for (entity, count) in all.iter().skip(ENTITIES_SHOWN) { (row(entity, *count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Documents that cite it, and near-duplicates.
pub(super) fn related_documents(view: &DocumentView) -> Markup {
    html! {
        @if !view.cited_by.is_empty() {
            section aria-labelledby="cited" {
                h2 #cited { "Cited by" }
                ul.lines {
                    @for other in &view.cited_by { li { (document_line(&DocumentSummary::from(other))) } }
                }
            }
        }
        @if !view.near_duplicates.is_empty() {
            section aria-labelledby="copies" {
                h2 #copies { "Near-duplicates" }
                ul.lines {
                    @for (other, likeness) in &view.near_duplicates {
                        li {
                            (document_line(&DocumentSummary::from(other)))
                            " " span.quiet { (format!("{:.0} % similar", likeness * 100.0)) }
                        }
                    }
                }
            }
        }
    }
}

/// The file that the document is from.
pub(super) fn source_file_section(
    view: &DocumentView,
    address: &str,
    base: &str,
    beside: bool,
) -> Markup {
    html! {
        section aria-labelledby="file" {
            h2 #file { "Source file" }
            ul.paths { @for path in &view.stored.paths { li { (without_controls(file_name_of_text(path))) } } }
            p {
                @if beside { a href=(address) { "Hide source" } } @else {
                    a href={ (address) "?beside=raw#raw0" } { "Show source beside the text" }
                }
                " · " a href={ (base) "/raw" } { "Show source only" }
            }
        }
    }
}

/// The references in the text: the documents that they mean, or why there is none.
pub(super) fn text_references(view: &DocumentView) -> Markup {
    let references = view.references.iter().filter(|one| !one.is_in_header);
    let (found, open): (Vec<_>, Vec<_>) = references.partition(|one| one.document.is_ok());
    let words = |one: &ResolvedReference| {
        without_controls(&view.stored.annotated.document.text[one.reference.span]).into_owned()
    };
    html! {
        @if !found.is_empty() || !open.is_empty() {
            section aria-labelledby="text-references" {
                h2 #text-references { "References in the text" }
                ul.plain {
                    @for one in &found {
                        @if let Ok(document) = &one.document {
                            @let listed = DocumentSummary::from(document);
                            li { (words(one)) ": " (document_line(&listed)) }
                        }
                    }
                }
                @if !open.is_empty() {
                    details {
                        summary { (format_count(open.len() as u64, "reference")) " without a document" }
                        ul.plain {
                            @for one in &open {
                                li {
                                    (words(one)) " (" (without_controls(&one.reference.value)) "): "
                                    (one.document.as_ref().err().map_or("", String::as_str))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
