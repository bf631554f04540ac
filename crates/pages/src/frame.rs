//! The frame of every page: head, top bar with search and navigation, and footer.

use maud::{DOCTYPE, Markup, html};

use crate::assets;
use crate::html::without_controls;
use crate::icon::{Icon, icon};
use crate::search_box::search_box;

/// An item of the main navigation; a page passes its own, to be set off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NavigationItem {
    /// The first page.
    Home,
    /// The results of a search.
    Search,
    /// The index of documents.
    Documents,
    /// The index of people.
    People,
    /// The index of places.
    Places,
    /// The index of organisations.
    Organisations,
    /// The log of decisions.
    Decisions,
    /// Adding documents.
    Add,
    /// Help.
    Help,
    /// A page that is not in the navigation.
    Unlisted,
}

const NAVIGATION: [(NavigationItem, &str, &str); 7] = [
    (NavigationItem::Documents, "/documents", "Documents"),
    (NavigationItem::People, "/people", "People"),
    (NavigationItem::Places, "/places", "Places"),
    (NavigationItem::Organisations, "/organisations", "Organisations"),
    (NavigationItem::Decisions, "/recent", "Decisions"),
    (NavigationItem::Add, "/add", "Add"),
    (NavigationItem::Help, "/help", "Help"),
];

fn navigation(current: NavigationItem) -> Markup {
    html! {
        @for (item, address, name) in NAVIGATION {
            a href=(address) aria-current=[(item == current).then_some("page")] { (name) }
        }
    }
}

/// Renders a whole page: `body` in the frame that all pages share, with the item
/// `current` of the navigation set off. The search box at the top holds `query`.
pub fn render_frame(title: &str, current: NavigationItem, query: &str, body: &Markup) -> Markup {
    render_frame_with_head(title, current, query, &html! {}, body)
}

/// Renders a whole page as [`render_frame`] does, with more elements in its head.
pub fn render_frame_with_head(
    title: &str,
    current: NavigationItem,
    query: &str,
    head: &Markup,
    body: &Markup,
) -> Markup {
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
                (head)
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    div.top-row {
                        a.home href="/" aria-current=[(current == NavigationItem::Home).then_some("page")] {
                            span { "Chancery" }
                        }
                        @if current != NavigationItem::Home {
                            (search_box("q-top", "Search the archive", query))
                        }
                        nav.wide-only aria-label="Main" { (navigation(current)) }
                        a.button.plain.menu-open href="#menu" aria-label="Menu" { (icon(Icon::Menu)) }
                    }
                }
                nav.drawer #menu aria-label="Menu" {
                    a.button.plain.drawer-close href="#main" { (icon(Icon::Close)) "Close" }
                    a href="/" aria-current=[(current == NavigationItem::Home).then_some("page")] { "Home" }
                    (navigation(current))
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
