//! Adding documents: the first page of an empty archive, and later a page of
//! its own.

use axum::response::Html;
use maud::{Markup, html};

use super::{Place, clean, frame};
use crate::formatting::counted;
use crate::writer::{State, Upload};

/// Problems that are listed.
const PROBLEMS: usize = 100;

/// What could not be read: path, byte, what is wrong.
pub(crate) type Problem = (String, Option<u64>, String);

/// The page. `empty` is said where the archive has no document.
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
                    "This archive is empty. Add telegrams and Chancery reads them, marks the names \
                     in them and keeps them here, to be searched and read."
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
                    h2 #problems { "What could not be read" }
                    ul.lines {
                        @for (path, at, what) in problems.iter().take(PROBLEMS) {
                            li {
                                strong { (clean(path)) }
                                @if let Some(at) = at { " byte " (at) }
                                ": " (clean(what))
                            }
                        }
                    }
                    @if problems.len() > PROBLEMS {
                        p { "and " (problems.len() - PROBLEMS) " more: " code { "chancery problems" } }
                    }
                }
            }
        }
    };
    frame(title, if empty { Place::Search } else { Place::Add }, "", &body)
}

/// How far the uploads are.
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
                    p { a href="/add" { "Look again" } }
                }
            }
        }
        @if uploads.iter().any(|upload| upload.documents > 0) {
            p { a href="/" { "To the documents" } }
        }
    }
}

fn ways(folder: &str) -> Markup {
    html! {
        section aria-labelledby="ways" {
            h2 #ways { "Other ways" }
            p { "Whole folders are quicker added by command, also while this page is open:" }
            pre tabindex="0" { "chancery add " (folder) " PATH…" }
            p { "To look around first, there is a small invented archive:" }
            pre tabindex="0" { "chancery demo" }
        }
    }
}
