//! The log of decisions, latest first, with a button to undo each.

use axum::response::Html;
use maud::html;

use super::frame::{Place, frame};
use super::html::{button, clean, pages};
use crate::queries::decisions::LogRow;

/// Decisions per page.
pub(crate) const PAGE: usize = 50;

/// Renders the page.
pub(crate) fn page(total: usize, offset: usize, entries: &[LogRow]) -> Html<String> {
    let body = html! {
        article.wide {
            h1 { "Decisions" }
            p.lead {
                "Decisions of people override what the program finds, now and after every later \
                 run. Nothing is ever deleted from this log: undoing a decision adds an entry."
            }
            @if entries.is_empty() {
                p.notice { "No decisions yet. Click a name in a document to start." }
            } @else {
                div.scroll tabindex="0" role="region" aria-label="Decisions" {
                    table.records {
                        thead {
                            tr {
                                th scope="col" { "No." } th scope="col" { "When" }
                                th scope="col" { "Who" } th scope="col" { "What" }
                                th scope="col" { "" span.unseen { "Undo" } }
                            }
                        }
                        tbody {
                            @for entry in entries {
                                tr.undone[entry.undone] {
                                    td { (entry.number) }
                                    td { time datetime=(entry.when) { (entry.when.replace('T', " ").trim_end_matches('Z')) } }
                                    td { (clean(&entry.who)) }
                                    td {
                                        strong { (entry.action) } " "
                                        @match &entry.about {
                                            Some(address) => { a href=(address) { (clean(&entry.told)) } }
                                            None => { (clean(&entry.told)) }
                                        }
                                        @if !entry.why.is_empty() { " " span.quiet { "because " (clean(&entry.why)) } }
                                        @if let Some(conflict) = &entry.conflict {
                                            " " span.warning { "has no effect: " (clean(conflict)) }
                                        }
                                        @if entry.undone { " " span.quiet { "undone" } }
                                    }
                                    td {
                                        @if !entry.undone {
                                            (button("Undo", "/recent", &[
                                                ("action", "undo"), ("record", &entry.number.to_string()),
                                            ]))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            (pages(total, offset, PAGE, &|offset| format!("/recent?offset={offset}")))
        }
    };
    frame("Decisions", Place::Recent, "", &body)
}
