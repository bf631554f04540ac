//! A request that failed, as a page.

use axum::response::Html;
use maud::html;

use super::{Place, clean, frame};
use crate::error::ApiError;

/// The page.
pub(crate) fn page(failure: &ApiError) -> Html<String> {
    let title = match failure.status {
        401 => "Enter the token",
        403 => "Refused",
        404 => "Not found",
        400..=499 => "That cannot be done",
        503 => "Not now",
        _ => "Something failed",
    };
    let body = html! {
        article.narrow {
            h1 { (title) }
            p.lead { (clean(&failure.error)) }
            @if !failure.remedy.is_empty() { p { (failure.remedy) } }
            @if failure.status == 401 {
                form.enter method="post" action="/enter" {
                    label for="token" { "Token" }
                    input #token name="password" type="password" required autocomplete="current-password";
                    button type="submit" { "Enter" }
                }
            } @else {
                p { a href="/" { "To the search page" } }
            }
        }
    };
    frame(title, Place::Elsewhere, "", &body)
}
