//! The frame of every page: head, navigation and footer.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use super::html::clean;
use crate::assets;

/// An item of the main navigation; a page passes its own, to be set off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The search page.
    Search,
    /// The log of decisions.
    Recent,
    /// Adding documents.
    Add,
    /// Help.
    Help,
    /// A page that is not in the navigation.
    Elsewhere,
}

const ROW: [(Place, &str, &str); 4] = [
    (Place::Search, "/", "Search"),
    (Place::Recent, "/recent", "Decisions"),
    (Place::Add, "/add", "Add"),
    (Place::Help, "/help", "Help"),
];

/// Renders a whole page: `body` in the frame that all pages share, with the item
/// `current` of the navigation set off. The search box at the top holds `query`.
pub(crate) fn frame(title: &str, current: Place, query: &str, body: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (clean(title)) " · Chancery" }
                link rel="stylesheet" href=(assets::address("style.css"));
                link rel="icon" href=(assets::address("icon.svg"));
                script type="module" src=(assets::address("room.js")) {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.home href="/" { "Chancery" }
                    @if current != Place::Search {
                        form.find role="search" action="/" method="get" {
                            label.unseen for="q-top" { "Search the archive" }
                            input #q-top name="q" type="search" value=(query) maxlength="2000"
                                autocomplete="off" spellcheck="false" placeholder="Search";
                            button type="submit" { "Search" }
                        }
                    }
                    nav aria-label="Main" {
                        @for (item, address, name) in ROW {
                            a href=(address) aria-current=[(item == current).then_some("page")] {
                                (name)
                            }
                        }
                    }
                }
                main #main tabindex="-1" { (body) }
                footer.bottom {
                    p {
                        "Everything here stays on this machine. "
                        a href="/help#keys" { "Keyboard shortcuts" } " · "
                        a href="/api/v1/openapi.json" { "API" }
                    }
                }
            }
        }
    };
    Html(page.into_string())
}
