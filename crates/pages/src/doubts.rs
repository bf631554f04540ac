//! The queue of doubts: pairs of names that may be one, one pair at a time, with buttons
//! and keys to answer.

use chancery_store::DecisionNumber;
use chancery_views::changes::Change;
use chancery_views::doubts::{Doubt, DoubtQueue};
use chancery_views::formatting::{format_count, group_digits};
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::without_controls;
use crate::sides::side_column;

/// Renders the page. A script replaces the element with `data-swap` and leaves the rest.
pub fn render_page(queue: &DoubtQueue) -> Markup {
    let back = path(queue.skipped);
    let body = html! {
        article.wide.doubts-page data-swap {
            h1 { "Doubts" }
            p.progress-line role="status" {
                b.open-doubts { (group_digits(queue.open as u64)) } " open · "
                b.settled-doubts { (group_digits(queue.settled as u64)) } " settled"
                @if queue.skipped > 0 {
                    " · " (group_digits(queue.skipped as u64)) " skipped, "
                    a href="/doubts" { "from the start" }
                }
            }
            div.change-line { @if let Some(change) = &queue.change { (last_change(change, &back)) } }
            @match &queue.doubt {
                Some(doubt) => (doubt_section(doubt, queue.skipped, &back)),
                None => p.notice { "No more doubts." @if queue.open > 0 { " " a href="/doubts" { "Back to those that you skipped" } } },
            }
        }
    };
    render_frame("Doubts", NavigationItem::Decisions, "", &body)
}

fn path(skipped: usize) -> String {
    match skipped {
        0 => "/doubts".to_owned(),
        skipped => format!("/doubts?skip={skipped}"),
    }
}

/// The decision that was made last, with a button that takes it back.
fn last_change(change: &Change, back: &str) -> Markup {
    html! {
        div.changed #changed {
            @if change.is_undo { "Undone: " }
            (without_controls(&change.message)) " "
            (answer_form("Undo", "u", back, &undo_fields(change.decision)))
        }
    }
}

fn undo_fields(decision: DecisionNumber) -> [(&'static str, String); 2] {
    [("action", "undo".to_owned()), ("decision", decision.to_string())]
}

fn doubt_section(doubt: &Doubt, skipped: usize, back: &str) -> Markup {
    let Doubt { kept, moved, documents, evidence } = doubt;
    let (one, other) = (kept.id.clone(), moved.id.clone());
    let same = [("action", "merge".to_owned()), ("from", other.clone()), ("into", one.clone())];
    let different = [("action", "apart".to_owned()), ("entity", one), ("from", other)];
    html! {
        section.doubt aria-labelledby="doubt-question" data-pair={ (kept.id) " " (moved.id) } {
            div.answers {
                (answer_form("Same", "s", back, &same))
                (answer_form("Different", "d", back, &different))
                a.button href=(path(skipped + 1)) data-stay data-key="n" aria-keyshortcuts="n" { "Skip" (key("n")) }
            }
            h2 #doubt-question {
                "Is " q { (without_controls(&moved.name)) } " the same as " q { (without_controls(&kept.name)) } "?"
            }
            p.facts {
                "The answer is about " (format_count(u64::from(*documents), "document")) ". "
                (without_controls(&evidence.join(" ")))
            }
            div.sides { (side_column("Remains if they are the same", kept)) (side_column("Moves to it", moved)) }
        }
    }
}

fn key(letter: &str) -> Markup {
    html! { kbd aria-hidden="true" { (letter) } }
}

/// A button that makes a decision, also by a key.
fn answer_form(words: &str, letter: &str, back: &str, fields: &[(&'static str, String)]) -> Markup {
    html! {
        form.one method="post" action="/decide" data-stay {
            input type="hidden" name="back" value=(back);
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button type="submit" data-key=(letter) aria-keyshortcuts=(letter) { (words) (key(letter)) }
        }
    }
}
