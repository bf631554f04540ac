//! The log of decisions, latest first, with a button to undo each.

use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{decision_button, pager_links, without_controls};
use crate::listing::shown_date;
use crate::merge::question_list;
use chancery_views::decisions::DecisionEntry;
use chancery_views::merging::Question;

/// Decisions per page.
pub const DECISIONS_PER_PAGE: usize = 50;

/// The day and the minute of a decision, such as "3 May 2026, 11:02".
fn decision_time(time: &str) -> Markup {
    let (day, clock) = time.split_once('T').unwrap_or((time, ""));
    html! {
        time datetime=(time) {
            (shown_date(day))
            @if let Some(minute) = clock.get(..5) { ", " (minute) }
        }
    }
}

/// Renders the page.
pub fn render_page(
    total: usize,
    offset: usize,
    entries: &[DecisionEntry],
    questions: &[Question],
) -> Markup {
    let body = html! {
        article.wide data-swap {
            h1 { "Decisions" }
            p.lead {
                "A decision applies to the documents that the archive had then, unless its author \
                 included later ones. Decisions override what the program finds, now and in every \
                 later run. Nothing is deleted from this log: undoing a decision adds an entry."
            }
            p { a href="/doubts" { "Go through the doubts" } ": names that may be one." }
            (question_list(questions, "/recent"))
            @if entries.is_empty() {
                p.notice { "No decisions yet. Click a name in a document to start." }
            } @else {
                div.scroll tabindex="0" role="region" aria-label="Decisions" {
                    table.records.decisions {
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
                                    td { (decision_time(&entry.time)) }
                                    td { (without_controls(&entry.author)) }
                                    td {
                                        @match &entry.about {
                                            Some(address) => { a href=(address) { (without_controls(&entry.message)) } }
                                            None => { (without_controls(&entry.message)) }
                                        }
                                        @if !entry.reason.is_empty() { " " span.quiet { "because " (without_controls(&entry.reason)) } }
                                        @if let Some(conflict) = &entry.conflict {
                                            " " span.warning { "has no effect: " (without_controls(conflict)) }
                                        }
                                        @if entry.undone { " " span.quiet { "undone" } }
                                    }
                                    td {
                                        @if !entry.undone {
                                            (decision_button("Undo", "/recent", &[
                                                ("action", "undo"), ("decision", &entry.number.to_string()),
                                            ]))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            (pager_links(total, offset, DECISIONS_PER_PAGE, &|offset| format!("/recent?offset={offset}")))
        }
    };
    render_frame("Decisions", NavigationItem::Decisions, "", &body)
}
