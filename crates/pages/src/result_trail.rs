//! The way through a result, on the page of a document: back to the results, the next
//! result, and the hits one by one, each with its words around.

use chancery_views::formatting::group_digits;
use chancery_views::results::ResultTrail;
use chancery_views::search_response::{DocumentSummary, ResultOrder};
use chancery_views::urls::{document_url, percent_encode, search_url};
use maud::{Markup, html};

use crate::html::without_controls;
use crate::icon::{Icon, icon};
use crate::listing::{document_title, mention_in_line};

/// The query string that keeps the result.
fn trail_query(trail: &ResultTrail, at: Option<usize>) -> String {
    let mut query = match trail.entity.is_empty() {
        true => format!("q={}", percent_encode(&trail.typed)),
        false => format!("entity={}", percent_encode(&trail.entity)),
    };
    if trail.order != ResultOrder::Relevance {
        query += &format!("&sort={}", trail.order.url_name());
    }
    if let Some(at) = at {
        query += &format!("&at={at}");
    }
    query
}

/// What keeps the result in the query string of another address of the document: "&q=…",
/// or nothing.
pub fn kept_query(trail: &ResultTrail) -> String {
    if trail.typed.trim().is_empty() && trail.entity.is_empty() {
        return String::new();
    }
    let at = trail.position.as_ref().map(|position| position.number);
    format!("&{}", trail_query(trail, at))
}

/// Links to the results, and to the results before and after this one.
pub fn result_links(trail: &ResultTrail) -> Markup {
    let Some(position) = &trail.position else { return html! {} };
    let step = |row: &chancery_store::DocumentRow, at: usize, words: &str, shown: Markup| {
        let listed = DocumentSummary::from(row);
        let address = format!("{}?{}#hit1", document_url(&listed.id), trail_query(trail, Some(at)));
        let title = document_title(&listed);
        html! { a.button.(words.to_lowercase().replace(' ', "-")) href=(address) title=(title) aria-label={ (words) ": " (title) } { (shown) } }
    };
    let mut back = search_url(&trail.typed);
    if trail.order != ResultOrder::Relevance {
        back += &format!("&sort={}", trail.order.url_name());
    }
    let offset = (position.number - 1) / chancery_views::limits::DEFAULT_HITS
        * chancery_views::limits::DEFAULT_HITS;
    if offset > 0 {
        back += &format!("&offset={offset}");
    }
    html! {
        nav.trail aria-label="Results" {
            a.button href=(back) { (icon(Icon::Previous)) "Back to results" }
            span.trail-of { (without_controls(&trail.description)) }
            span.stepper {
                @if let Some(before) = &position.before {
                    (step(before, position.number - 1, "Previous result", icon(Icon::Previous)))
                }
                span.place { (group_digits(position.number as u64)) " of " (group_digits(position.total as u64)) }
                @if let Some(after) = &position.after {
                    (step(after, position.number + 1, "Next result", html! { "Next" (icon(Icon::Next)) }))
                }
            }
        }
    }
}

/// The bar of the hits: which one this is, the words around it, and the one before and
/// after it. A script moves without loading the page again.
pub fn hit_bar(trail: &ResultTrail, address: &str) -> Markup {
    if trail.typed.trim().is_empty() && trail.entity.is_empty() {
        return html! {};
    }
    let (hits, number) = (trail.hits, trail.hit);
    let keep = trail_query(trail, trail.position.as_ref().map(|position| position.number));
    let to = |hit: usize| format!("{address}?{keep}&hit={hit}#hit{hit}");
    html! {
        div.found role="status" {
            span.stepper data-hits=(hits) data-hit=(number) {
                @if hits > 0 {
                    a.button.previous-hit rel="nofollow" href=(to(number.saturating_sub(1).max(1)))
                        aria-label="Previous hit" { (icon(Icon::Previous)) }
                    span.place {
                        b.hit-number { (number) } " of " (hits) @if hits == 1 { " hit" } @else { " hits" }
                    }
                    a.button.next-hit rel="nofollow" href=(to((number + 1).min(hits)))
                        aria-label="Next hit" { (icon(Icon::Next)) }
                } @else { span.place { "0 hits" } }
            }
            span.hit-words {
                @match &trail.excerpt {
                    Some(excerpt) => (mention_in_line(excerpt)),
                    None => { "for " q { (without_controls(&trail.description)) } }
                }
            }
            a.quiet href=(address) { "Clear" }
        }
    }
}
