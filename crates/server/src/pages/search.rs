//! The search page: query box, facets and hits.

use axum::response::Html;
use chancery_model::TextSpan;
use chancery_store::{Field, Hit, Known, Query, Results, Snippet};
use maud::{Markup, html};

use super::charts::histogram::histogram;
use super::charts::plot::{View, views};
use super::frame::{Place, frame};
use super::help;
use super::html::{class_names, clean, level, pages, style};
use super::listing::{facts, title_of};
use crate::export::Form;
use crate::formatting::counted;
use crate::limits::USUAL_HITS;
use crate::queries::search::{Ask, Saved};
use crate::search_response::{Listed, Order};
use crate::urls::{encode_component, short_id};

/// Values of a facet shown at first; the others are folded.
const AT_ONCE: usize = 7;

/// Renders the page for `ask`, whose query is `query`. `documents` counts those of the whole archive.
pub(crate) fn page(
    ask: &Ask,
    query: &Query,
    results: &Results,
    saved: &[Saved],
    documents: i64,
) -> Html<String> {
    let body = html! {
        div.search-page {
            section.query aria-label="Query" { (boxed(ask, query, saved)) }
            section.results aria-labelledby="found" {
                (views(query, Some(View::List)))
                (bar(ask, results, documents))
                @if results.behind > 0 {
                    p.notice { "Documents are being added. The newest cannot be found yet." }
                }
                ol.hits start=(ask.offset + 1) {
                    @for hit in &results.hits { (one(ask, hit)) }
                }
                @if results.total == 0 { (nothing(ask)) }
                @let limit = ask.limit.unwrap_or(USUAL_HITS);
                (pages(results.total, ask.offset, limit, &|offset| {
                    let address = address(&ask.q, ask.sort, offset);
                    if limit == USUAL_HITS { address } else { format!("{address}&limit={limit}") }
                }))
            }
            aside.facets #facets aria-label="Narrow the search" { (sides(ask, query, results)) }
        }
    };
    let title = if ask.q.is_empty() { "Search" } else { &ask.q };
    frame(title, Place::Search, &ask.q, &body)
}

/// The address of the results of `query` from `offset` on.
fn address(query: &str, sort: Order, offset: usize) -> String {
    let mut address = format!("/?q={}", encode_component(query));
    if sort != Order::Relevance {
        address += &format!("&sort={}", sort.word());
    }
    if offset > 0 {
        address += &format!("&offset={offset}");
    }
    address
}

fn boxed(ask: &Ask, query: &Query, saved: &[Saved]) -> Markup {
    let terms = query.terms();
    html! {
        form.big-search role="search" action="/" method="get" {
            label for="q" { "What are you looking for?" }
            div.row {
                input #q name="q" type="search" value=(ask.q) maxlength="2000" autocomplete="off"
                    spellcheck="false" aria-describedby="q-help";
                button type="submit" { "Search" }
            }
            @if ask.sort != Order::Relevance {
                input type="hidden" name="sort" value=(ask.sort.word());
            }
            p #q-help.hint {
                "All words must occur. "
                code { "\"a phrase\"" } " " code { "missil*" } " " code { "person:huddleston" } " "
                code { "date:1957..1959" } " " code { "NOT" } " " code { "OR" }
            }
        }
        @if terms.len() > 1 {
            ul.chips aria-label="Parts of the query" {
                @for (number, term) in terms.iter().enumerate() {
                    @let rest = query.clone().without_term(number);
                    @let term = term.to_string();
                    li {
                        a href=(address(&rest.to_string(), ask.sort, 0))
                            aria-label={ "Without " (clean(&term)) } {
                            (clean(&term)) span aria-hidden="true" { " ×" }
                        }
                    }
                }
            }
        }
        div.tools {
            details { summary { "How to search" } (help::queries()) }
            details {
                summary { "Saved searches" @if !saved.is_empty() { " (" (saved.len()) ")" } }
                ul.plain {
                    @for search in saved {
                        li {
                            a href=(address(&search.query, Order::Relevance, 0)) {
                                (clean(&search.name))
                            }
                            " " code { (clean(&search.query)) } " "
                            form.one method="post" action="/searches" {
                                input type="hidden" name="forget" value=(search.name);
                                input type="hidden" name="back" value=(address(&ask.q, ask.sort, 0));
                                button type="submit" aria-label={ "Delete " (clean(&search.name)) } { "Delete" }
                            }
                        }
                    }
                }
                form.row method="post" action="/searches" {
                    input type="hidden" name="query" value=(ask.q);
                    input type="hidden" name="back" value=(address(&ask.q, ask.sort, 0));
                    label for="save-as" { "Save this search as" }
                    input #save-as name="name" required maxlength="200";
                    button type="submit" { "Save" }
                }
            }
            details {
                summary { "Export" }
                p { "All documents of this result, in this order:" }
                ul.plain.formats {
                    @for form in Form::all() {
                        li {
                            a download href={
                                "/export?format=" (form.name()) "&q=" (encode_component(&ask.q))
                                "&sort=" (ask.sort.word())
                            } { (form.name()) }
                            " " span.quiet { (form.about()) }
                        }
                    }
                }
            }
            details {
                summary { "Many searches at once" }
                form method="post" action="/batch" enctype="multipart/form-data" {
                    label for="batch" { "A file with one query per line" }
                    input #batch type="file" name="queries" accept=".txt,text/plain" required;
                    button type="submit" { "Run" }
                    p.hint { "The result is a table with up to ten hits per query." }
                }
            }
        }
    }
}

fn bar(ask: &Ask, results: &Results, documents: i64) -> Markup {
    html! {
        div.bar {
            h1 #found {
                @if ask.q.trim().is_empty() {
                    (counted(documents as u64, "document")) " in the archive"
                } @else {
                    (counted(results.total as u64, "document"))
                }
            }
            @if results.total > 0 { a.to-facets href="#facets" { "Narrow ↓" } }
            nav.sorts aria-label="Order" {
                @for &order in Order::ALL.iter() {
                    a href=(address(&ask.q, order, 0))
                        aria-current=[(order == ask.sort).then_some("true")] { (order.name()) }
                }
            }
        }
    }
}

fn one(ask: &Ask, hit: &Hit) -> Markup {
    let listed = Listed::from(&hit.summary);
    let mut address = format!("/doc/{}", short_id(&listed.id));
    if !ask.q.trim().is_empty() {
        address += &format!("?q={}", encode_component(&ask.q));
        if !hit.places.is_empty() {
            address += "#hit1";
        }
    }
    html! {
        li.hit {
            h2 { a.subject href=(address) { (title_of(&listed)) } }
            p.facts { (facts(&listed)) }
            @for snippet in &hit.snippets { p.snippet { (marked(snippet)) } }
        }
    }
}

/// A snippet with the words that match highlighted.
fn marked(snippet: &Snippet) -> Markup {
    let slice = |from: u32, to: u32| {
        let own = TextSpan::new(from - snippet.span.start, to - snippet.span.start);
        clean(&snippet.text[own.range()]).into_owned()
    };
    let mut at = snippet.span.start;
    html! {
        @for hit in &snippet.hits {
            (slice(at, hit.start)) mark { (slice(hit.start, hit.end)) }
            @let () = at = hit.end;
        }
        (slice(at, snippet.span.end))
    }
}

fn nothing(ask: &Ask) -> Markup {
    html! {
        div.nothing {
            p { "No results." }
            ul {
                @if ask.q.split_whitespace().count() > 1 {
                    li { "All words must occur. Try fewer words, or " code { "OR" } " between them." }
                }
                li { "For other spellings: " code { "kadafi~1" } " also finds Qadafi." }
                li { "For the beginning of a word: " code { "missil*" } "." }
            }
        }
    }
}

fn sides(ask: &Ask, query: &Query, results: &Results) -> Markup {
    let narrow = |term: Query| address(&query.clone().and(term).to_string(), ask.sort, 0);
    let facet = |name: &str| {
        let known = results.facets.iter().find(|(known, _)| *known == name);
        known.map(|(_, counts)| counts.as_slice()).unwrap_or_default()
    };
    let values = |title: &str, field: Field, name: &str, shown: &dyn Fn(&str) -> String| {
        let link = |(value, count): &(String, u64)| {
            (narrow(Query::words(field, value)), shown(value), *count)
        };
        list(title, "", &facet(name).iter().map(link).collect::<Vec<_>>())
    };
    let upper = |value: &str| value.to_uppercase();
    html! {
        @if !results.months.is_empty() {
            details.facet open {
                summary { h2 { "Dates" } }
                (histogram(&results.months, query))
            }
        }
        (values("Posts", Field::Post, "post", &upper))
        (values("Classification", Field::Class, "class", &|value| level(value)))
        (values("TAGS", Field::Tag, "tag", &upper))
        @for (label, entities) in &results.entities {
            @if *label != chancery_model::Label::Misc {
                (list(class_names(*label), style(*label), &entities.iter().map(|(known, count)| {
                    let Known { id, name, .. } = known;
                    (narrow(Query::entity(id)), name.clone(), *count)
                }).collect::<Vec<_>>()))
            }
        }
    }
}

fn list(title: &str, style: &str, values: &[(String, String, u64)]) -> Markup {
    let row = |(address, name, count): &(String, String, u64)| {
        html! { li { a href=(address) { (clean(name)) } " " span.count { (count) } } }
    };
    html! {
        @if !values.is_empty() {
            details.facet open {
                summary { h2.(style) { (title) } }
                ul.counts { @for value in values.iter().take(AT_ONCE) { (row(value)) } }
                @if values.len() > AT_ONCE {
                    details {
                        summary { (values.len() - AT_ONCE) " more" }
                        ul.counts { @for value in values.iter().skip(AT_ONCE) { (row(value)) } }
                    }
                }
            }
        }
    }
}
