//! The way through a long document, which its page shows by parts.

use chancery_views::document::DocumentView;
use chancery_views::formatting::{format_count, group_digits};
use chancery_views::results::ResultTrail;
use chancery_views::urls::percent_encode;
use maud::{Markup, html};

use crate::html::without_controls;
use crate::icon::{Icon, icon};

/// Bytes of a megabyte, as people count.
const MEGABYTE: f64 = 1e6;

/// Links to the other parts, and to the whole document for a printer. `name` tells the
/// two places of the links apart.
pub(super) fn part_links(view: &DocumentView, trail: &ResultTrail, name: &str) -> Markup {
    let parts = &view.parts;
    let Some(shown) = parts.shown else { return html! {} };
    let keep = kept_query(trail);
    let to = |part: usize| format!("{}?{keep}part={}#text", view.page_path(), part + 1);
    html! {
        nav.pages.parts aria-label=(name) data-parts=(parts.count()) data-part=(shown + 1) {
            @if shown > 0 {
                a.button.previous-part href=(to(shown - 1)) { (icon(Icon::Previous)) "Previous part" }
            }
            span.place {
                "Part " (group_digits(shown as u64 + 1)) " of " (group_digits(parts.count() as u64))
            }
            @if shown + 1 < parts.count() {
                a.button.next-part href=(to(shown + 1)) { "Next part" (icon(Icon::Next)) }
            }
            a.whole href={ (view.page_path()) "?part=all" } rel="nofollow" {
                "Whole document, to print: " (format!("{:.1} MB", parts.bytes as f64 / MEGABYTE))
                ", about " (format_count(parts.printed_pages() as u64, "page"))
            }
        }
    }
}

/// The query string of a result that links within its document keep, with its end.
fn kept_query(trail: &ResultTrail) -> String {
    if !trail.entity.is_empty() {
        return format!("entity={}&", percent_encode(&trail.entity));
    }
    match trail.typed.trim() {
        "" => String::new(),
        typed => format!("q={}&", percent_encode(typed)),
    }
}

/// Forms that find words in all parts of a long document, and lead to a paragraph.
pub(super) fn find_in_document(view: &DocumentView, trail: &ResultTrail) -> Markup {
    if view.parts.shown.is_none() {
        return html! {};
    }
    let address = view.page_path();
    html! {
        div.row.find-in-document #text {
            form.row method="get" action=(address) role="search" aria-label="Find in this document" {
                label for="find-words" { "Find in all parts" }
                input #find-words type="search" name="q" value=(without_controls(&trail.typed))
                    maxlength="2000" autocomplete="off" spellcheck="false";
                button type="submit" { "Find" }
            }
            form.row method="get" action=(address) aria-label="Go to a paragraph" {
                label for="to-paragraph" { "Paragraph" }
                input #to-paragraph name="paragraph" inputmode="numeric" maxlength="12" required;
                button type="submit" { "Go" }
            }
        }
    }
}
