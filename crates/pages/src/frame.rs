//! The frame of every page: head, navigation and footer.

use maud::{DOCTYPE, Markup, html};

use crate::assets;
use crate::html::without_controls;

/// An item of the main navigation; a page passes its own, to be set off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NavigationItem {
    /// The search page.
    Search,
    /// The log of decisions.
    Decisions,
    /// Adding documents.
    Add,
    /// Help.
    Help,
    /// A page that is not in the navigation.
    Unlisted,
}

const NAVIGATION: [(NavigationItem, &str, &str); 4] = [
    (NavigationItem::Search, "/", "Search"),
    (NavigationItem::Decisions, "/recent", "Decisions"),
    (NavigationItem::Add, "/add", "Add"),
    (NavigationItem::Help, "/help", "Help"),
];

/// Renders a whole page: `body` in the frame that all pages share, with the item
/// `current` of the navigation set off. The search box at the top holds `query`.
pub fn render_frame(title: &str, current: NavigationItem, query: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (without_controls(title)) " · Chancery" }
                link rel="stylesheet" href=(assets::asset_url("style.css"));
                link rel="icon" href=(assets::asset_url("icon.svg"));
                script type="module" src=(assets::asset_url("room.js")) {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.home href="/" { "Chancery" }
                    @if current != NavigationItem::Search {
                        form.find role="search" action="/" method="get" {
                            label.unseen for="q-top" { "Search the archive" }
                            input #q-top name="q" type="search" value=(query) maxlength="2000"
                                autocomplete="off" spellcheck="false" placeholder="Search";
                            button type="submit" { "Search" }
                        }
                    }
                    nav aria-label="Main" {
                        @for (item, address, name) in NAVIGATION {
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
    }
}
