//! The preview of a merge: which entity remains, what moves to it, and for which
//! documents.

use chancery_store::{EntityFrequency, shown_name};
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{label_name, without_controls};
use crate::sides::side_column;
use chancery_views::formatting::format_count;
use chancery_views::merging::{MergePreviewResponse, Question};
use chancery_views::urls::{entity_url, short_document_id};

/// Renders the page. `back` is the address to return to.
pub fn render_page(preview: &MergePreviewResponse, back: &str) -> Markup {
    let MergePreviewResponse { kept, moved } = preview;
    let name = without_controls(&moved.name);
    let body = html! {
        article.wide {
            h1 { "Merge" }
            p { a href=(back) { "← Back" } }
            div.sides {
                (side_column("Remains", kept))
                (side_column("Moves to it", moved))
            }
            h2 { "What changes" }
            ul {
                li {
                    (format_count(moved.mentions, "mention")) " of " (name) " in "
                    (format_count(moved.documents, "document")) " will belong to "
                    (without_controls(&kept.name)) "."
                }
                li {
                    (without_controls(&kept.name))
                    " remains, with its name and facts: the archive knows more about it."
                }
                li { "You can undo the merge with one click." }
            }
            form method="post" action="/decide" {
                input type="hidden" name="back" value=(entity_url(&kept.id));
                input type="hidden" name="action" value="merge";
                input type="hidden" name="from" value=(moved.id);
                input type="hidden" name="into" value=(kept.id);
                fieldset {
                    legend { "For which documents?" }
                    p {
                        label {
                            input type="radio" name="also_future" value="no" checked;
                            " The " (format_count(moved.documents, "document")) " that I see now. Later \
                             documents that say " (name) " raise a question."
                        }
                    }
                    p {
                        label {
                            input type="radio" name="also_future" value="yes";
                            " Also all documents that are added later."
                        }
                    }
                }
                p {
                    label for="merge-reason" { "Reason " }
                    input #merge-reason name="reason" maxlength="200" autocomplete="off";
                }
                button type="submit" { "Merge" }
            }
        }
    };
    render_frame("Merge", NavigationItem::Unlisted, "", &body)
}

/// Renders the page on which a user chooses the entity that another one is the same as.
pub fn render_choice(from: &str, words: &str, back: &str, found: &[EntityFrequency]) -> Markup {
    let body = html! {
        article.narrow {
            h1 { "Which one is it?" }
            p { a href=(back) { "← Back" } }
            @if found.is_empty() {
                p { "Nothing in the archive has the name " q { (without_controls(words)) } "." }
            }
            ul.lines {
                @for row in found {
                    li {
                        a href=(entity_url(&row.id)) { (without_controls(&shown_name(&row.id, row.label, &row.name))) } " "
                        span.facts {
                            (label_name(row.label)) " · " (format_count(row.documents as u64, "document"))
                        } " "
                        (preview_button(from, &row.id, back))
                    }
                }
            }
        }
    };
    render_frame("Which one is it?", NavigationItem::Unlisted, "", &body)
}

/// A button that opens the preview of a merge.
pub fn preview_button(from: &str, into: &str, back: &str) -> Markup {
    html! {
        form.one method="get" action="/merge" {
            input type="hidden" name="from" value=(from);
            input type="hidden" name="into" value=(into);
            input type="hidden" name="back" value=(back);
            button type="submit" { "Merge" }
        }
    }
}

/// The open questions, with buttons to answer them.
pub fn question_list(questions: &[Question], back: &str) -> Markup {
    html! {
        @if !questions.is_empty() {
            section.doubts aria-labelledby="questions" {
                h2 #questions { "Questions" }
                ul.plain {
                    @for question in questions {
                        li {
                            p { (without_controls(&question.message)) }
                            p.facts {
                                @for (place, document) in question.documents.iter().enumerate() {
                                    @if place > 0 { ", " }
                                    @let name = document.cable_id.as_deref().or(document.subject.as_deref());
                                    a href={ "/doc/" (short_document_id(&document.id)) } {
                                        (without_controls(name.unwrap_or("a document")))
                                    }
                                }
                                @if question.total > question.documents.len() { " and others" }
                            }
                            div.choice {
                                (answer_button("Yes, the same", question, "yes", back))
                                (answer_button("No", question, "no", back))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn answer_button(words: &str, question: &Question, same: &str, back: &str) -> Markup {
    crate::html::decision_button(
        words,
        back,
        &[("action", "answer"), ("question", &question.question.to_string()), ("same", same)],
    )
}
