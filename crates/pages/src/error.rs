//! The error page.

use chancery_views::formatting::capitalised;
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::without_controls;

/// What went wrong with a request.
#[derive(Clone, Copy)]
pub struct ErrorMessage<'a> {
    /// HTTP status code.
    pub status: u16,
    /// What failed.
    pub error: &'a str,
    /// How to fix it; empty if unknown.
    pub remedy: &'a str,
}

/// Renders the page of an error.
pub fn render_page(error: &ErrorMessage<'_>) -> Markup {
    let title = match error.status {
        401 => "Enter the password",
        403 => "Refused",
        429 => "Too many wrong passwords",
        404 => "Not found",
        400..=499 => "Invalid request",
        503 => "Busy",
        _ => "Internal error",
    };
    let body = html! {
        article.narrow {
            h1 { (title) }
            p.lead { (sentence(&without_controls(error.error))) }
            @if !error.remedy.is_empty() { p { (sentence(error.remedy)) } }
            @if matches!(error.status, 401 | 429) {
                form.enter method="post" action="/enter" {
                    label for="password" { "Password" }
                    input #password name="password" type="password" required autocomplete="current-password";
                    button type="submit" { "Enter" }
                }
            } @else {
                p { a href="/" { "Go to the start page" } }
            }
        }
    };
    render_frame(title, NavigationItem::Unlisted, "", &body)
}

/// Words with a capital letter in front and a full stop behind, as pages have them.
fn sentence(words: &str) -> String {
    let stop = if words.ends_with(['.', '?', '!', ')', '"', '”']) { "" } else { "." };
    format!("{}{stop}", capitalised(words))
}
