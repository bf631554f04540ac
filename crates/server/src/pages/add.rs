//! The page for adding documents. It is also the first page of an empty archive.

use axum::response::Html;
use maud::{Markup, html};

use super::frame::{Place, frame};
use super::html::clean;
use crate::formatting::counted;
use crate::writer::{State, Upload};

/// Maximum number of problems listed.
const PROBLEMS: usize = 100;

/// A problem with a file: path, byte offset, message.
pub(crate) type Problem = (String, Option<u64>, String);

/// Renders the page. `empty` says that the archive has no documents.
pub(crate) fn page(
    empty: bool,
    folder: &str,
    uploads: &[Upload],
    problems: &[Problem],
) -> Html<String> {
    let title = if empty { "Welcome" } else { "Add documents" };
    let body = html! {
        article.narrow.add-page {
            h1 { (title) }
            @if empty {
                p.lead {
                    "This archive is empty. Add documents: Chancery finds the names in them, works \
                     out who and what they are, and makes everything searchable."
                }
            }
            form.drop #drop method="post" action="/add" enctype="multipart/form-data" {
                label for="files" { "Choose files" span.with-script { ", or drop them here" } }
                input #files type="file" name="files" multiple required;
                button type="submit" { "Add" }
                p.hint {
                    "Cable web pages, telegrams as text, FRUS volumes, letters, office files, PDFs, \
                     and zip or tar files of them."
                }
            }
            div #uploads aria-live="polite" { (progress(uploads)) }
            @if empty { (ways(folder)) }
            @if !problems.is_empty() {
                section aria-labelledby="problems" {
                    h2 #problems { "Files that could not be read" }
                    ul.lines {
                        @for (path, at, what) in problems.iter().take(PROBLEMS) {
                            li {
                                strong { (clean(path)) }
                                @if let Some(at) = at { " at byte " (at) }
                                ": " (clean(what))
                            }
                        }
                    }
                    @if problems.len() > PROBLEMS {
                        p {
                            "and " (problems.len() - PROBLEMS) " more; "
                            code { "chancery problems" } " lists them all."
                        }
                    }
                }
            }
        }
    };
    frame(title, if empty { Place::Search } else { Place::Add }, "", &body)
}

/// The progress of the uploads.
pub(crate) fn progress(uploads: &[Upload]) -> Markup {
    html! {
        @for upload in uploads {
            div.upload data-over=(upload.state.is_over()) {
                p {
                    strong { (counted(upload.files, "file")) } ": "
                    @match upload.state {
                        State::Waiting => "waiting",
                        State::Reading => "reading",
                        State::Done => "done",
                        State::Failed => "failed",
                    }
                    ", " (counted(upload.documents, "document"))
                    ", " (counted(upload.words, "word"))
                    @if upload.failed > 0 { ", " (counted(upload.failed, "file")) " with problems" }
                }
                @if let Some(error) = &upload.error { p.warning { (clean(error)) } }
                @if !upload.state.is_over() {
                    progress max=(upload.bytes.max(1)) value=(upload.read.min(upload.bytes))
                        aria-label="Bytes read" {}
                    p { a href="/add" { "Refresh" } }
                }
            }
        }
        @if uploads.iter().any(|upload| upload.documents > 0) {
            p { a href="/" { "Show the documents" } }
        }
    }
}

fn ways(folder: &str) -> Markup {
    html! {
        section aria-labelledby="ways" {
            h2 #ways { "Other ways" }
            p { "For whole folders the command line is faster. It also works while this page is open:" }
            pre tabindex="0" { "chancery add " (folder) " PATH…" }
            p { "To look around first, open the demo, a small invented archive:" }
            pre tabindex="0" { "chancery demo" }
        }
    }
}
