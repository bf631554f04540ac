//! The page for adding documents. It is also the first page of an empty archive.

use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::without_controls;
use chancery_views::formatting::format_count;
use chancery_views::upload::{Upload, UploadState};

/// Maximum number of problems listed.
const MAX_PROBLEMS: usize = 100;

/// A problem with a file: path, byte offset, message.
pub type ListedProblem = (String, Option<u64>, String);

/// Renders the page. `empty` says that the archive has no documents.
pub fn render_page(empty: bool, uploads: &[Upload], problems: &[ListedProblem]) -> Markup {
    let title = if empty { "Welcome" } else { "Add documents" };
    let body = html! {
        article.narrow.add-page {
            h1 { (title) }
            @if empty {
                p.lead.when-empty {
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
            div #uploads aria-live="polite" { (upload_progress(uploads)) }
            @if empty { (other_ways_to_add()) }
            @if !problems.is_empty() {
                section aria-labelledby="problems" {
                    h2 #problems { "Files that could not be read" }
                    ul.lines {
                        @for (path, at, what) in problems.iter().take(MAX_PROBLEMS) {
                            li {
                                strong { (without_controls(path)) }
                                @if let Some(at) = at { " at byte " (at) }
                                ": " (without_controls(what))
                            }
                        }
                    }
                    @if problems.len() > MAX_PROBLEMS {
                        p { "and " (problems.len() - MAX_PROBLEMS) " more." }
                    }
                }
            }
        }
    };
    render_frame(title, if empty { NavigationItem::Home } else { NavigationItem::Add }, "", &body)
}

/// The progress of the uploads.
pub fn upload_progress(uploads: &[Upload]) -> Markup {
    html! {
        @for upload in uploads {
            div.upload data-over=(upload.state.is_finished()) {
                p {
                    strong { (format_count(upload.files, "file")) } ": "
                    @match upload.state {
                        UploadState::Waiting => "waiting",
                        UploadState::Reading => "reading",
                        UploadState::Done => "done",
                        UploadState::Failed => "failed",
                    }
                    ", " (format_count(upload.documents, "document"))
                    ", " (format_count(upload.words, "word"))
                    @if upload.failed > 0 { ", " (format_count(upload.failed, "file")) " with problems" }
                }
                @if let Some(error) = &upload.error { p.warning { (without_controls(error)) } }
                @if !upload.state.is_finished() {
                    progress max=(upload.bytes.max(1)) value=(upload.read.min(upload.bytes))
                        aria-label="Bytes read" {}
                    p { a href="/add" { "Refresh" } }
                }
            }
        }
        @if uploads.iter().any(|upload| upload.documents > 0) {
            p { a href="/documents" { "Show the documents" } }
        }
    }
}

fn other_ways_to_add() -> Markup {
    html! {
        section aria-labelledby="ways" {
            h2 #ways { "Whole folders" }
            p {
                "The command line adds folders with very many files faster: see "
                a href="/help#folders" { "how" } ". It also has a small invented archive to try out."
            }
        }
    }
}
