//! The index of documents: a table by date.

use chancery_views::document_index::{DOCUMENTS_PER_PAGE, DocumentIndex, DocumentIndexParameters};
use chancery_views::formatting::group_digits;
use chancery_views::search_response::ResultOrder;
use chancery_views::urls::{document_url, percent_encode};
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{classification_name, pager_links, without_controls};
use crate::listing::{document_title, shown_date};

/// Renders the page.
pub fn render_page(parameters: &DocumentIndexParameters, index: &DocumentIndex) -> Markup {
    let order = parameters.order();
    let body = html! {
        article.index-page {
            header.page-head {
                h1 { "Documents " span.count { (group_digits(index.total as u64)) } }
                form.filter method="get" action="/documents" {
                    label for="within" { "Only documents with" }
                    div.row {
                        input #within name="q" type="search" value=(parameters.q) maxlength="2000"
                            autocomplete="off" spellcheck="false" placeholder="any words or query";
                        input type="hidden" name="sort" value=(order.url_name());
                        button type="submit" { "Filter" }
                    }
                }
            }
            @if let Some(problem) = &index.reading.problem { p.notice { (without_controls(problem)) } }
            @if index.documents.is_empty() {
                p.nothing { "No documents. " a href="/documents" { "Show all" } }
            } @else { (table(parameters, index)) }
            (pager_links(index.total, parameters.offset, DOCUMENTS_PER_PAGE, &|offset| {
                address(parameters, order, offset)
            }))
        }
    };
    render_frame("Documents", NavigationItem::Documents, "", &body)
}

fn address(parameters: &DocumentIndexParameters, order: ResultOrder, offset: usize) -> String {
    let mut address = format!("/documents?sort={}", order.url_name());
    if !parameters.q.trim().is_empty() {
        address += &format!("&q={}", percent_encode(&parameters.q));
    }
    if offset > 0 {
        address += &format!("&offset={offset}");
    }
    address
}

fn table(parameters: &DocumentIndexParameters, index: &DocumentIndex) -> Markup {
    let order = parameters.order();
    let (other, sorted) = match order {
        ResultOrder::Oldest => (ResultOrder::Newest, "ascending"),
        _ => (ResultOrder::Oldest, "descending"),
    };
    html! {
        table.index {
            caption.unseen { "Documents" }
            thead { tr {
                th.year scope="col" aria-sort=(sorted) { a href=(address(parameters, other, 0)) { "Date" } }
                th.name scope="col" { "Title" }
                th.extra scope="col" { "Number" }
                th.extra scope="col" { "From" }
                th.extra scope="col" { "Classification" }
            } }
            tbody {
                @for document in &index.documents {
                    tr {
                        td.year { @if let Some(date) = &document.date { time datetime=(date) { (shown_date(date)) } } }
                        th.name scope="row" {
                            a href=(document_url(&document.id)) { (document_title(document)) }
                        }
                        td.extra { (without_controls(document.cable_id.as_deref().unwrap_or(document.file_name()))) }
                        td.extra { (without_controls(document.post.as_deref().unwrap_or_default())) }
                        td.extra { @if let Some(level) = document.classification { span.level { (classification_name(level)) } } }
                    }
                }
            }
        }
    }
}
