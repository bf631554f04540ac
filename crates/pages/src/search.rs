//! The results of a search: who is meant, hits, facets, and what to do with the result.

use chancery_model::Label;
use chancery_store::{Query, QueryField, SearchHit};
use chancery_views::formatting::{format_count, group_digits};
use chancery_views::limits::DEFAULT_HITS;
use chancery_views::results::TermLeftOut;
use chancery_views::search::{ResultsPage, SearchParameters};
use chancery_views::search_response::{DocumentSummary, ResultOrder};
use chancery_views::urls::{document_url, percent_encode, search_url};
use maud::{Markup, html};

use crate::charts::histogram::render_histogram;
use crate::charts::plot::{SearchView, view_links};
use crate::frame::{NavigationItem, render_frame};
use crate::html::{
    classification_name, label_css_class, pager_links, plural_label_name, without_controls,
};
use crate::icon::{Icon, icon};
use crate::listed_entities::entity_card;
use crate::listing::{document_metadata, document_title, snippet_words};
use crate::search_tools::search_tools;

/// Values of a facet shown at first; the others are collapsed.
const FACET_VALUES_SHOWN: usize = 7;

/// Renders the page.
pub fn render_page(page: &ResultsPage) -> Markup {
    let ResultsPage { parameters, reading, results, .. } = page;
    let query = &reading.query;
    let limit = parameters.limit.unwrap_or(DEFAULT_HITS);
    let body = html! {
        div.search-page {
            section.results aria-labelledby="found" {
                p.printed { "Search in Chancery: " (without_controls(&parameters.q)) }
                (result_heading(page))
                (notices(page))
                (chips(page))
                (near_duplicates(page))
                @if !page.meant.is_empty() {
                    div.meant { @for entity in &page.meant { (entity_card(entity)) } }
                }
                (view_links(query, Some(SearchView::List)))
                (search_tools(page, &results_address(&parameters.q, parameters.sort, 0)))
                @if results.batches_behind > 0 {
                    p.notice { "Documents are being added. The newest cannot be found yet." }
                }
                ol.hits start=(parameters.offset + 1) {
                    @for (place, hit) in results.hits.iter().enumerate() {
                        (render_hit(parameters, hit, parameters.offset + place + 1))
                    }
                }
                @if results.total == 0 { (no_results(page)) }
                (pager_links(results.total, parameters.offset, limit, &|offset| {
                    let address = results_address(&parameters.q, parameters.sort, offset);
                    if limit == DEFAULT_HITS { address } else { format!("{address}&limit={limit}") }
                }))
            }
            aside.facets.drawer #facets aria-label="Narrow the search" {
                a.button.plain.drawer-close href="#found" { (icon(Icon::Close)) "Close" }
                (facet_panel(page))
            }
        }
    };
    let title = match parameters.q.trim() {
        "" => "All documents".to_owned(),
        _ if reading.problem.is_some() => parameters.q.clone(),
        _ => page.names.describe(query),
    };
    render_frame(&title, NavigationItem::Search, &parameters.q, &body)
}

/// The address of the results of `query` from `offset` on.
fn results_address(query: &str, sort: ResultOrder, offset: usize) -> String {
    let mut address = search_url(query);
    if sort != ResultOrder::Relevance {
        address += &format!("&sort={}", sort.url_name());
    }
    if offset > 0 {
        address += &format!("&offset={offset}");
    }
    address
}

fn result_heading(page: &ResultsPage) -> Markup {
    let ResultsPage { parameters, results, documents, .. } = page;
    html! {
        div.bar {
            h1 #found {
                @if parameters.q.trim().is_empty() {
                    (format_count(*documents as u64, "document")) " in the archive"
                } @else {
                    (format_count(results.total as u64, "document"))
                }
            }
            @if results.total > 0 {
                a.button.to-facets href="#facets" { (icon(Icon::Filter)) "Narrow" }
            }
            nav.sorts aria-label="Order" {
                @for &order in ResultOrder::ALL.iter() {
                    a href=(results_address(&parameters.q, order, 0))
                        aria-current=[(order == parameters.sort).then_some("true")] { (order.display_name()) }
                }
            }
        }
    }
}

/// Why the text is no query, and what may have been meant.
fn notices(page: &ResultsPage) -> Markup {
    let ResultsPage { parameters, reading, .. } = page;
    html! {
        @if let Some(problem) = &reading.problem {
            p.notice role="status" { (without_controls(problem)) }
        }
        @for hint in &reading.hints {
            p.notice.hint-of-query {
                (without_controls(&hint.message)) " "
                a href=(results_address(&hint.query, parameters.sort, 0)) { (without_controls(&hint.query)) }
            }
        }
    }
}

/// How many of the hits are near-duplicates of others, with a link that counts them once.
fn near_duplicates(page: &ResultsPage) -> Markup {
    let ResultsPage { parameters, reading, results, .. } = page;
    html! {
        @if results.near_duplicates > 0 {
            @let once = reading.query.clone().with_copies_once().to_string();
            p.quiet {
                a href=(results_address(&once, parameters.sort, 0)) {
                    (format_count((results.total - results.near_duplicates) as u64, "document"))
                    " if near-duplicates count once"
                }
            }
        }
    }
}

/// The parts of the query, each with a link that takes it out.
fn chips(page: &ResultsPage) -> Markup {
    let ResultsPage { parameters, reading, names, .. } = page;
    let terms = reading.query.terms();
    let has_filter = terms.iter().any(|term| !matches!(term, Query::Leaf(QueryField::Text, _)));
    html! {
        @if reading.problem.is_none() && (terms.len() > 1 || has_filter) {
            ul.chips aria-label="Parts of the query" {
                @for (number, term) in terms.iter().enumerate() {
                    @let rest = reading.query.clone().without_term(number);
                    @let words = names.describe(term);
                    li {
                        a.chip.excluded[matches!(term, Query::Not(_))]
                            href=(results_address(&rest.to_string(), parameters.sort, 0))
                            aria-label={ "Without " (without_controls(&words)) } {
                            (without_controls(&words)) (icon(Icon::Close))
                        }
                    }
                }
            }
        }
    }
}

fn render_hit(parameters: &SearchParameters, hit: &SearchHit, number: usize) -> Markup {
    let listed = DocumentSummary::from(&hit.document);
    let mut address = format!("{}?q={}", document_url(&listed.id), percent_encode(&parameters.q));
    if parameters.sort != ResultOrder::Relevance {
        address += &format!("&sort={}", parameters.sort.url_name());
    }
    address += &format!("&at={number}");
    if !hit.spans.is_empty() {
        address += "#hit1";
    }
    html! {
        li.hit {
            h2 { a.subject href=(address) { (document_title(&listed)) } }
            p.facts { (document_metadata(&listed)) }
            @for snippet in &hit.snippets {
                p.snippet { (snippet_words(snippet)) }
            }
            @if !hit.near_duplicates.is_empty() {
                p.facts {
                    "and " (format_count(hit.near_duplicates.len() as u64, "near-duplicate")) ":"
                    @for other in hit.near_duplicates.iter().map(DocumentSummary::from) {
                        " " a href=(document_url(&other.id)) { (document_title(&other)) }
                    }
                }
            }
        }
    }
}

fn no_results(page: &ResultsPage) -> Markup {
    let ResultsPage { parameters, results, names, left_out, reading, .. } = page;
    let link = |query: &str, words: &str, documents: usize| {
        html! {
            a href=(results_address(query, parameters.sort, 0)) { (without_controls(words)) }
            " " span.count { (format_count(documents as u64, "document")) }
        }
    };
    html! {
        div.nothing {
            p.lead { "No results." }
            @if !results.suggestions.is_empty() {
                p.suggestions { "Did you mean:" }
                ul.suggestions {
                    @for suggestion in &results.suggestions {
                        li { (link(
                            &suggestion.query.to_string(), &names.describe(&suggestion.query),
                            suggestion.documents
                        )) }
                    }
                }
            }
            @if !left_out.is_empty() {
                @if left_out.iter().any(|one| one.is_nowhere) {
                    p { "No document has a part of the search. Leave it out:" }
                } @else { p { "Each part is found, but not together. Leave one out:" } }
                ul.left-out { @for one in left_out { li { (left_out_term(page, one)) } } }
            }
            @if reading.problem.is_none() && left_out.is_empty() && results.suggestions.is_empty() {
                p {
                    "No document has this. Type the beginning of a name to see the names that are \
                     here, or look through "
                    a href="/people" { "people" } ", " a href="/places" { "places" } ", "
                    a href="/organisations" { "organisations" } " and "
                    a href="/documents" { "documents" } "."
                }
            }
        }
    }
}

fn left_out_term(page: &ResultsPage, one: &TermLeftOut) -> Markup {
    let term = chancery_views::limits::parse_limited_query(&one.term);
    let words = term.map_or_else(|_| one.term.clone(), |term| page.names.describe(&term));
    html! {
        "Without "
        a href=(results_address(&one.query, page.parameters.sort, 0)) { (without_controls(&words)) }
        ": " span.count { (format_count(one.documents as u64, "document")) }
    }
}

/// A value of a facet: what it adds to the query, its name, and its count.
struct FacetValue {
    term: Query,
    name: String,
    count: u64,
}

fn facet_panel(page: &ResultsPage) -> Markup {
    let ResultsPage { results, reading, .. } = page;
    let facet = |name: &str| {
        let entry = results.facets.iter().find(|(entry, _)| *entry == name);
        entry.map(|(_, counts)| counts.as_slice()).unwrap_or_default()
    };
    let values = |title: &str, field: QueryField, name: &str, shown: &dyn Fn(&str) -> String| {
        let value = |(value, count): &(String, u64)| FacetValue {
            term: Query::words(field, value),
            name: shown(value),
            count: *count,
        };
        facet_list(page, title, "", &facet(name).iter().map(value).collect::<Vec<_>>())
    };
    let upper = |value: &str| value.to_uppercase();
    html! {
        @if !results.months.is_empty() {
            details.facet open {
                summary { h2 { "Dates" } }
                (render_histogram(&results.months, &reading.query, "/"))
            }
        }
        @for (label, entities) in &results.entities {
            @if *label != Label::Misc {
                (facet_list(page, plural_label_name(*label), label_css_class(*label),
                    &entities.iter().map(|(entity, count)| FacetValue {
                        term: Query::entity(&entity.id), name: entity.shown_name(), count: *count,
                    }).collect::<Vec<_>>()))
            }
        }
        (values("Posts", QueryField::Post, "post", &upper))
        (values("Classification", QueryField::Classification, "classification", &|value| classification_name(value)))
        (values("TAGS", QueryField::Tag, "tag", &upper))
        (values("Keywords", QueryField::Keyword, "keyword", &str::to_owned))
    }
}

fn facet_list(page: &ResultsPage, title: &str, style: &str, values: &[FacetValue]) -> Markup {
    let narrow = |term: Query| {
        let query = page.reading.query.clone().and(term).to_string();
        results_address(&query, page.parameters.sort, 0)
    };
    let row = |value: &FacetValue| {
        let name = without_controls(&value.name);
        html! {
            li {
                a.include href=(narrow(value.term.clone())) { (name) } " "
                span.count { (group_digits(value.count)) }
                a.exclude href=(narrow(Query::Not(Box::new(value.term.clone()))))
                    aria-label={ "Without " (name) } title={ "Without " (name) } { (icon(Icon::Exclude)) }
            }
        }
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
