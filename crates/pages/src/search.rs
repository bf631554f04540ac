//! The search page: query box, facets and hits.

use chancery_model::TextSpan;
use chancery_store::{Query, QueryField, SearchHit, SearchResults, Snippet};
use maud::{Markup, html};

use crate::charts::histogram::render_histogram;
use crate::charts::plot::{SearchView, view_links};
use crate::frame::{NavigationItem, render_frame};
use crate::help;
use crate::html::{
    classification_name, label_css_class, pager_links, plural_label_name, without_controls,
};
use crate::listing::{document_metadata, document_title};
use chancery_views::export_format::ExportFormat;
use chancery_views::formatting::format_count;
use chancery_views::limits::DEFAULT_HITS;
use chancery_views::search::{SavedSearch, SearchParameters};
use chancery_views::search_response::{DocumentSummary, ResultOrder};
use chancery_views::urls::{percent_encode, short_document_id};

/// Values of a facet shown at first; the others are collapsed.
const FACET_VALUES_SHOWN: usize = 7;

/// Renders the page for `parameters`, whose query is `query`. `documents` counts those of the whole
/// archive.
pub fn render_page(
    parameters: &SearchParameters,
    query: &Query,
    results: &SearchResults,
    saved: &[SavedSearch],
    documents: i64,
) -> Markup {
    let body = html! {
        div.search-page {
            section.query aria-label="Query" { (query_form(parameters, query, saved)) }
            section.results aria-labelledby="found" {
                (view_links(query, Some(SearchView::List)))
                (result_summary(parameters, results, documents))
                @if results.batches_behind > 0 {
                    p.notice { "Documents are being added. The newest cannot be found yet." }
                }
                ol.hits start=(parameters.offset + 1) {
                    @for hit in &results.hits { (render_hit(parameters, hit)) }
                }
                @if results.total == 0 { (no_results(parameters, results)) }
                @let limit = parameters.limit.unwrap_or(DEFAULT_HITS);
                (pager_links(results.total, parameters.offset, limit, &|offset| {
                    let address = results_address(&parameters.q, parameters.sort, offset);
                    if limit == DEFAULT_HITS { address } else { format!("{address}&limit={limit}") }
                }))
            }
            aside.facets #facets aria-label="Narrow the search" { (facet_panel(parameters, query, results)) }
        }
    };
    let title = if parameters.q.is_empty() { "Search" } else { &parameters.q };
    render_frame(title, NavigationItem::Search, &parameters.q, &body)
}

/// The address of the results of `query` from `offset` on.
fn results_address(query: &str, sort: ResultOrder, offset: usize) -> String {
    let mut address = format!("/?q={}", percent_encode(query));
    if sort != ResultOrder::Relevance {
        address += &format!("&sort={}", sort.url_name());
    }
    if offset > 0 {
        address += &format!("&offset={offset}");
    }
    address
}

fn query_form(parameters: &SearchParameters, query: &Query, saved: &[SavedSearch]) -> Markup {
    let terms = query.terms();
    html! {
        form.big-search role="search" action="/" method="get" {
            label for="q" { "What are you looking for?" }
            div.row {
                input #q name="q" type="search" value=(parameters.q) maxlength="2000" autocomplete="off"
                    spellcheck="false" aria-describedby="q-help";
                button type="submit" { "Search" }
            }
            @if parameters.sort != ResultOrder::Relevance {
                input type="hidden" name="sort" value=(parameters.sort.url_name());
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
                        a href=(results_address(&rest.to_string(), parameters.sort, 0))
                            aria-label={ "Without " (without_controls(&term)) } {
                            (without_controls(&term)) span aria-hidden="true" { " ×" }
                        }
                    }
                }
            }
        }
        div.tools {
            details { summary { "How to search" } (help::query_examples()) }
            details {
                summary { "Saved searches" @if !saved.is_empty() { " (" (saved.len()) ")" } }
                ul.plain {
                    @for search in saved {
                        li {
                            a href=(results_address(&search.query, ResultOrder::Relevance, 0)) {
                                (without_controls(&search.name))
                            }
                            " " code { (without_controls(&search.query)) } " "
                            form.one method="post" action="/searches" {
                                input type="hidden" name="forget" value=(search.name);
                                input type="hidden" name="back" value=(results_address(&parameters.q, parameters.sort, 0));
                                button type="submit" aria-label={ "Delete " (without_controls(&search.name)) } { "Delete" }
                            }
                        }
                    }
                }
                form.row method="post" action="/searches" {
                    input type="hidden" name="query" value=(parameters.q);
                    input type="hidden" name="back" value=(results_address(&parameters.q, parameters.sort, 0));
                    label for="save-as" { "Save this search as" }
                    input #save-as name="name" required maxlength="200";
                    button type="submit" { "Save" }
                }
            }
            details {
                summary { "Export" }
                p { "All documents of this result, in this order:" }
                ul.plain.formats {
                    @for form in ExportFormat::all_formats() {
                        li {
                            a download href={
                                "/export?format=" (form.url_name()) "&q=" (percent_encode(&parameters.q))
                                "&sort=" (parameters.sort.url_name())
                            } { (form.url_name()) }
                            " " span.quiet { (form.description()) }
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

fn result_summary(
    parameters: &SearchParameters,
    results: &SearchResults,
    documents: i64,
) -> Markup {
    html! {
        div.bar {
            h1 #found {
                @if parameters.q.trim().is_empty() {
                    (format_count(documents as u64, "document")) " in the archive"
                } @else {
                    (format_count(results.total as u64, "document"))
                }
            }
            @if results.total > 0 { a.to-facets href="#facets" { "Narrow ↓" } }
            nav.sorts aria-label="Order" {
                @for &order in ResultOrder::ALL.iter() {
                    a href=(results_address(&parameters.q, order, 0))
                        aria-current=[(order == parameters.sort).then_some("true")] { (order.display_name()) }
                }
            }
        }
    }
}

fn render_hit(parameters: &SearchParameters, hit: &SearchHit) -> Markup {
    let listed = DocumentSummary::from(&hit.document);
    let mut address = format!("/doc/{}", short_document_id(&listed.id));
    if !parameters.q.trim().is_empty() {
        address += &format!("?q={}", percent_encode(&parameters.q));
        if !hit.spans.is_empty() {
            address += "#hit1";
        }
    }
    html! {
        li.hit {
            h2 { a.subject href=(address) { (document_title(&listed)) } }
            p.facts { (document_metadata(&listed)) }
            @for snippet in &hit.snippets { p.snippet { (highlighted_snippet(snippet)) } }
        }
    }
}

/// A snippet with the words that match highlighted.
fn highlighted_snippet(snippet: &Snippet) -> Markup {
    let slice = |from: u32, to: u32| {
        let own = TextSpan::new(from - snippet.span.start, to - snippet.span.start);
        without_controls(&snippet.text[own.byte_range()]).into_owned()
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

fn no_results(parameters: &SearchParameters, results: &SearchResults) -> Markup {
    html! {
        div.nothing {
            p { "No results." }
            @if !results.suggestions.is_empty() {
                p.suggestions { "Did you mean:" }
                ul.suggestions {
                    @for suggestion in &results.suggestions {
                        @let query = suggestion.query.to_string();
                        li {
                            a href=(results_address(&query, parameters.sort, 0)) { (without_controls(&query)) }
                            " " span.count { (format_count(suggestion.documents as u64, "document")) }
                        }
                    }
                }
            }
            ul {
                @if parameters.q.split_whitespace().count() > 1 {
                    li { "All words must occur. Try fewer words, or " code { "OR" } " between them." }
                }
                li { "For other spellings: " code { "kadafi~1" } " also finds Qadafi." }
                li { "For the beginning of a word: " code { "missil*" } "." }
            }
        }
    }
}

fn facet_panel(parameters: &SearchParameters, query: &Query, results: &SearchResults) -> Markup {
    let narrow =
        |term: Query| results_address(&query.clone().and(term).to_string(), parameters.sort, 0);
    let facet = |name: &str| {
        let entry = results.facets.iter().find(|(entry, _)| *entry == name);
        entry.map(|(_, counts)| counts.as_slice()).unwrap_or_default()
    };
    let values = |title: &str, field: QueryField, name: &str, shown: &dyn Fn(&str) -> String| {
        let link = |(value, count): &(String, u64)| {
            (narrow(Query::words(field, value)), shown(value), *count)
        };
        facet_list(title, "", &facet(name).iter().map(link).collect::<Vec<_>>())
    };
    let upper = |value: &str| value.to_uppercase();
    html! {
        @if !results.months.is_empty() {
            details.facet open {
                summary { h2 { "Dates" } }
                (render_histogram(&results.months, query))
            }
        }
        (values("Posts", QueryField::Post, "post", &upper))
        (values("Classification", QueryField::Classification, "classification", &|value| classification_name(value)))
        (values("TAGS", QueryField::Tag, "tag", &upper))
        (values("Keywords", QueryField::Keyword, "keyword", &str::to_owned))
        @for (label, entities) in &results.entities {
            @if *label != chancery_model::Label::Misc {
                (facet_list(plural_label_name(*label), label_css_class(*label), &entities.iter().map(|(entity, count)| {
                    (narrow(Query::entity(&entity.id)), entity.shown_name(), *count)
                }).collect::<Vec<_>>()))
            }
        }
    }
}

fn facet_list(title: &str, style: &str, values: &[(String, String, u64)]) -> Markup {
    let row = |(address, name, count): &(String, String, u64)| {
        html! { li { a href=(address) { (without_controls(name)) } " " span.count { (count) } } }
    };
    html! {
        @if !values.is_empty() {
            details.facet open {
                summary { h2.(style) { (title) } }
                ul.counts { @for value in values.iter().take(FACET_VALUES_SHOWN) { (row(value)) } }
                @if values.len() > FACET_VALUES_SHOWN {
                    details {
                        summary { (values.len() - FACET_VALUES_SHOWN) " more" }
                        ul.counts { @for value in values.iter().skip(FACET_VALUES_SHOWN) { (row(value)) } }
                    }
                }
            }
        }
    }
}
