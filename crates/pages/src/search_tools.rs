//! What can be done with a result: save the search, export it, and run many searches.

use chancery_views::export_format::ExportFormat;
use chancery_views::search::ResultsPage;
use chancery_views::urls::{percent_encode, search_url};
use maud::{Markup, html};

use crate::help;
use crate::html::without_controls;
use crate::icon::{Icon, icon};

/// Renders the tools of a result; `back` is its address.
pub fn search_tools(page: &ResultsPage, back: &str) -> Markup {
    html! {
        div.tools {
            (save_form(page, back))
            (export_list(page))
            details { summary { "How to search" } (help::query_examples()) }
            details {
                summary { "Many searches at once" }
                form method="post" action="/batch" enctype="multipart/form-data" {
                    label for="batch" { "A text file with one search per line" }
                    input #batch type="file" name="queries" accept=".txt,text/plain" required;
                    button type="submit" { "Run" }
                    p.hint { "The result is a table with up to ten hits per search." }
                }
            }
        }
    }
}

fn save_form(page: &ResultsPage, back: &str) -> Markup {
    let saved = &page.saved;
    html! {
        details {
            summary { (icon(Icon::Saved)) "Saved searches" @if !saved.is_empty() { " (" (saved.len()) ")" } }
            form.row method="post" action="/searches" {
                input type="hidden" name="query" value=(page.parameters.q);
                input type="hidden" name="back" value=(back);
                label for="save-as" { "Save this search as" }
                input #save-as name="name" required maxlength="200";
                button type="submit" { "Save" }
            }
            ul.plain {
                @for search in saved {
                    li {
                        a href=(search_url(&search.query)) { (without_controls(&search.name)) } " "
                        form.one method="post" action="/searches" {
                            input type="hidden" name="forget" value=(search.name);
                            input type="hidden" name="back" value=(back);
                            button type="submit" aria-label={ "Delete " (without_controls(&search.name)) } { "Delete" }
                        }
                    }
                }
            }
        }
    }
}

fn export_list(page: &ResultsPage) -> Markup {
    let address = |form: ExportFormat| {
        let (query, sort) = (percent_encode(&page.parameters.q), page.parameters.sort.url_name());
        let excel = if form.is_table() { "&excel=true" } else { "" };
        format!("/export?format={}&q={query}&sort={sort}{excel}", form.url_name())
    };
    let line = |form: ExportFormat| {
        html! {
            li {
                a download href=(address(form)) { (form.purpose()) }
                " " span.quiet { (form.description()) }
                @if form.holds_statements() {
                    " " a download href={ (address(form)) "&statements=true" }
                        aria-label={ (form.purpose()) ", with statements" } { "with statements" }
                }
            }
        }
    };
    html! {
        details {
            summary { (icon(Icon::Export)) "Export" }
            p { "All documents of this result, in this order:" }
            ul.plain.formats { @for form in ExportFormat::COMMON { (line(form)) } }
            details {
                summary { "More forms" }
                ul.plain.formats { @for form in ExportFormat::more_formats() { (line(form)) } }
            }
        }
    }
}
