//! The first page: search in front, then what the archive holds and what is open.

use chancery_store::{Query, QueryField};
use chancery_views::formatting::{format_count, group_digits};
use chancery_views::home::{ArchiveHome, MostNamed};
use chancery_views::saved_searches::CountedSearch;
use chancery_views::urls::{entity_url, search_url};
use maud::{Markup, html};

use crate::charts::histogram::render_histogram;
use crate::entity_index::index_path;
use crate::frame::{NavigationItem, render_frame};
use crate::html::{classification_name, label_css_class, plural_label_name, without_controls};
use crate::icon::{Icon, icon};
use crate::listed_entities::{entity_name, label_icon};
use crate::merge::question_list;
use crate::search_box::search_box;

/// Posts shown.
const POSTS_SHOWN: usize = 10;

/// Renders the page of an archive with documents.
pub fn render_page(name: &str, home: &ArchiveHome) -> Markup {
    let body = html! {
        div.home-page {
            section.hero aria-labelledby="home-title" {
                h1 #home-title { (archive_title(name)) }
                p.lead { (span_of(home)) }
                (search_box("q", "What are you looking for?", ""))
                p.hint {
                    "A name, words, or " code { "\"a phrase\"" } ". "
                    a href="/help#ask" { "How to search" }
                }
            }
            section.tile.wide #go-on aria-labelledby="go-on-title" hidden {
                h2 #go-on-title { (icon(Icon::Recent)) "Continue reading" }
                ul.lines {}
            }
            (holdings(home))
            @for named in &home.most_named { (most_named(named)) }
            (saved_searches(&home.searches))
            (to_settle(home))
            (decisions(home))
        }
    };
    render_frame("Home", NavigationItem::Home, "", &body)
}

/// The name of the archive, unless it says no more than that it is one.
fn archive_title(name: &str) -> String {
    match name.eq_ignore_ascii_case("archive") {
        true => "Your archive".to_owned(),
        false => without_controls(name).into_owned(),
    }
}

/// "1,295 documents, 1952 to 2010".
fn span_of(home: &ArchiveHome) -> String {
    let documents = format_count(home.documents as u64, "document");
    match (home.months.first(), home.months.last()) {
        (Some((first, _)), Some((last, _))) if first / 100 == last / 100 => {
            format!("{documents} of {}", first / 100)
        }
        (Some((first, _)), Some((last, _))) => {
            format!("{documents}, {} to {}", first / 100, last / 100)
        }
        _ => documents,
    }
}

fn holdings(home: &ArchiveHome) -> Markup {
    let row = |address: String, name: String, count: u64| {
        html! { li { a href=(address) { (without_controls(&name)) } " " span.count { (group_digits(count)) } } }
    };
    let of = |field: QueryField, value: &str| search_url(&Query::words(field, value).to_string());
    html! {
        section.tile aria-labelledby="dates-title" {
            h2 #dates-title { (icon(Icon::Document)) "Documents" }
            @if !home.months.is_empty() { (render_histogram(&home.months, &Query::All, "/")) }
            p.more { a href="/documents" { "All documents" } " · " a href="/timeline" { "Timeline" } }
        }
        @if !home.posts.is_empty() {
            section.tile aria-labelledby="posts-title" {
                h2 #posts-title { "Posts" }
                ul.counts {
                    @for (post, count) in home.posts.iter().take(POSTS_SHOWN) {
                        (row(of(QueryField::Post, post), post.to_uppercase(), *count))
                    }
                }
                p.more { a href="/map" { "On a map" } }
            }
        }
        @if !home.classifications.is_empty() {
            section.tile aria-labelledby="levels-title" {
                h2 #levels-title { "Classification" }
                ul.counts {
                    @for (level, count) in &home.classifications {
                        (row(of(QueryField::Classification, level), classification_name(level), *count))
                    }
                }
            }
        }
    }
}

fn most_named(named: &MostNamed) -> Markup {
    let title = plural_label_name(named.label);
    html! {
        @if !named.entities.is_empty() {
            section.tile aria-labelledby={ "named-" (title) } {
                h2 #{ "named-" (title) } {
                    span.badge.(label_css_class(named.label)) { (icon(label_icon(named.label))) }
                    (title)
                }
                ul.counts {
                    @for entity in &named.entities {
                        li {
                            a href=(entity_url(&entity.id)) { (entity_name(entity)) } " "
                            span.count { (group_digits(u64::from(entity.documents))) }
                        }
                    }
                }
                p.more {
                    a href=(index_path(named.label)) {
                        "All " (group_digits(named.total as u64)) " " (title.to_lowercase())
                    }
                }
            }
        }
    }
}

fn saved_searches(searches: &[CountedSearch]) -> Markup {
    html! {
        section.tile aria-labelledby="saved-title" {
            h2 #saved-title { (icon(Icon::Saved)) "Saved searches" }
            @if searches.is_empty() {
                p.quiet { "None yet. To keep a search here, choose “Save” above its results." }
            }
            ul.counts {
                @for search in searches {
                    li data-saved=(search.name) {
                        a href=(search_url(&search.query)) title=(without_controls(&search.description)) {
                            (without_controls(&search.name))
                        }
                        " " span.count {
                            @match search.documents {
                                Some(documents) => (group_digits(documents as u64)),
                                None => "cannot be read",
                            }
                        }
                        @if let Some(new) = search.new.filter(|new| *new > 0) {
                            " " span.new { (group_digits(new as u64)) " new" }
                            form.one method="post" action="/searches" {
                                input type="hidden" name="back" value="/";
                                button name="seen" value=(search.name) { "Seen" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn to_settle(home: &ArchiveHome) -> Markup {
    let is_clear = home.doubts == 0
        && home.surnames.is_empty()
        && home.questions.is_empty()
        && home.problems == 0;
    html! {
        section.tile aria-labelledby="settle-title" {
            h2 #settle-title { (icon(Icon::Doubt)) "To settle" }
            @if is_clear { p.quiet { "Nothing to settle." } }
            @if home.doubts > 0 {
                p.more {
                    a href="/doubts" { (format_count(home.doubts as u64, "doubt")) }
                    ": names that may be one"
                }
            }
            @if !home.questions.is_empty() { (question_list(&home.questions, "/")) }
            @if !home.surnames.is_empty() {
                p { "Surnames that may be several people:" }
                ul.counts {
                    @for group in &home.surnames {
                        li {
                            a href=(entity_url(&group.id)) { (without_controls(&group.name)) } " "
                            span.count { (group_digits(u64::from(group.documents))) }
                        }
                    }
                }
                p.more {
                    a href="/people?doubts=true" { "All " (group_digits(home.surname_count as u64)) " surnames" }
                }
            }
            @if home.problems > 0 {
                p.more {
                    a href="/add#problems" { (format_count(home.problems as u64, "file")) " could not be read" }
                }
            }
        }
    }
}

fn decisions(home: &ArchiveHome) -> Markup {
    html! {
        section.tile aria-labelledby="decided-title" {
            h2 #decided-title { "Recent decisions" }
            @if home.decisions.is_empty() {
                p.quiet { "None yet. Click a name in a document to correct it." }
            }
            ul.lines {
                @for entry in &home.decisions {
                    li.undone[entry.undone] {
                        @match &entry.about {
                            Some(path) => a href=(path) { (without_controls(&entry.message)) },
                            None => (without_controls(&entry.message)),
                        }
                        " " span.facts { (without_controls(&entry.author)) }
                    }
                }
            }
            @if !home.decisions.is_empty() { p.more { a href="/recent" { "All decisions" } } }
        }
    }
}
