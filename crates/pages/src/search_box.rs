//! The search box of every page. It shows what a user typed. Terms with ids of
//! entities, which only programs can read, are sent along unseen.

use chancery_views::limits::parse_limited_query;
use chancery_views::query_words::part_entities;
use maud::{Markup, html};

use crate::icon::{Icon, icon};

/// What a search box holds.
pub struct BoxContent {
    /// What a user reads and changes.
    pub shown: String,
    /// Terms with ids; empty if there are none.
    pub hidden: String,
}

impl BoxContent {
    /// Parts what was typed.
    pub fn from_query(typed: &str) -> Self {
        let parted = parse_limited_query(typed).map(|query| part_entities(&query));
        match parted {
            Ok((shown, hidden)) if !hidden.terms().is_empty() => {
                Self { shown: shown.to_string(), hidden: hidden.to_string() }
            }
            _ => Self { shown: typed.to_owned(), hidden: String::new() },
        }
    }
}

/// Renders a search box with the id `id`, which holds the query `typed`.
pub fn search_box(id: &str, label: &str, typed: &str) -> Markup {
    let BoxContent { shown, hidden } = BoxContent::from_query(typed);
    let list = format!("{id}-list");
    html! {
        form.search-box role="search" action="/" method="get" data-suggest {
            label.unseen for=(id) { (label) }
            span.search-field {
                (icon(Icon::Search))
                input #(id) name="q" type="search" value=(shown) maxlength="2000" autocomplete="off"
                    spellcheck="false" placeholder="Names, words, posts, dates" data-list=(list);
            }
            @if !hidden.is_empty() { input type="hidden" name="with" value=(hidden); }
            button.primary type="submit" { "Search" }
        }
    }
}
