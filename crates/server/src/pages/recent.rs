//! What people decided, latest first, each to be undone.

use axum::response::Html;
use maud::html;

use super::{Place, button, clean, frame, pages};
use crate::queries::decisions::LogRow;

/// Records of a page.
pub(crate) const PAGE: usize = 50;

/// The page.
pub(crate) fn page(total: usize, offset: usize, made: &[LogRow]) -> Html<String> {
    let body = html! {
        article.wide {
            h1 { "Decisions" }
            p.lead {
                "What people decided stands over what the machine finds, now and after every \
                 later run. Nothing is ever taken out of this log; what is undone is undone by \
                 another record."
            }
            @if made.is_empty() {
                p.notice { "Nobody has decided anything yet. Click a name in a document to begin." }
            } @else {
                div.scroll tabindex="0" role="region" aria-label="Decisions" {
                    table.records {
                        thead {
                            tr {
                                th scope="col" { "No" } th scope="col" { "When" }
                                th scope="col" { "Who" } th scope="col" { "What" }
                                th scope="col" { "" span.unseen { "Undo" } }
                            }
                        }
                        tbody {
                            @for one in made {
                                tr.undone[one.undone] {
                                    td { (one.number) }
                                    td { time datetime=(one.when) { (one.when.replace('T', " ").trim_end_matches('Z')) } }
                                    td { (clean(&one.who)) }
                                    td {
                                        strong { (one.action) } " "
                                        @match &one.about {
                                            Some(address) => { a href=(address) { (clean(&one.told)) } }
                                            None => { (clean(&one.told)) }
                                        }
                                        @if !one.why.is_empty() { " " span.quiet { "because " (clean(&one.why)) } }
                                        @if let Some(conflict) = &one.conflict {
                                            " " span.warning { "finds nothing to act on: " (clean(conflict)) }
                                        }
                                        @if one.undone { " " span.quiet { "undone" } }
                                    }
                                    td {
                                        @if !one.undone {
                                            (button("Undo", "/recent", &[
                                                ("action", "undo"), ("record", &one.number.to_string()),
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
