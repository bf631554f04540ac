//! Highlights and notes on passages: in the text, in its margin, beside it, and the list
//! of all.

use chancery_model::TextSpan;
use chancery_store::{Highlight, HighlightColor, Query, QueryField};
use chancery_views::document::DocumentView;
use chancery_views::highlights::{HIGHLIGHTS_PER_PAGE, HighlightParameters, ListedHighlight};
use chancery_views::urls::{percent_encode, search_url};
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{decision_button, pager_links, without_controls};
use crate::listing::document_line;

/// Maximum number of characters of a passage in the list beside the text.
const MAX_LISTED_CHARACTERS: usize = 80;

/// A piece of the text that has one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColoredPiece {
    /// The piece.
    pub span: TextSpan,
    /// Its colour: that of the latest highlight over it.
    pub color: HighlightColor,
}

/// Cuts highlights that overlap into pieces of one colour, in the order of the text.
pub fn colored_pieces(highlights: &[Highlight]) -> Vec<ColoredPiece> {
    let mut borders: Vec<u32> =
        highlights.iter().flat_map(|one| [one.span.start, one.span.end]).collect();
    borders.sort_unstable();
    borders.dedup();
    let piece = |ends: &[u32]| {
        let span = TextSpan::new(ends[0], ends[1]);
        let over = highlights.iter().filter(|one| one.span.overlaps(&span));
        let latest = over.max_by_key(|one| one.decision)?;
        Some(ColoredPiece { span, color: latest.color })
    };
    borders.windows(2).filter_map(piece).collect()
}

/// The notes whose passages end in `block`, for the margin.
pub fn margin_notes(view: &DocumentView, block: TextSpan) -> String {
    let ends_here = |one: &&Highlight| one.span.end > block.start && one.span.end <= block.end;
    let back = view.page_path();
    let notes = view.highlights.iter().filter(ends_here).map(|highlight| {
        html! {
            aside.margin-note.(highlight.color.as_str()) #{ "note" (highlight.decision) }
                data-extra aria-label="Note on the passage" {
                @if let Some(keyword) = &highlight.keyword { (keyword_link(keyword)) " " }
                @if !highlight.note.is_empty() { span.note { (without_controls(&highlight.note)) } " " }
                (undo_button(highlight, &back))
            }
        }
        .into_string()
    });
    notes.collect()
}

fn undo_button(highlight: &Highlight, back: &str) -> Markup {
    let number = highlight.decision.to_string();
    decision_button("Undo", back, &[("action", "undo"), ("decision", &number)])
}

fn keyword_link(keyword: &str) -> Markup {
    let query = Query::words(QueryField::Keyword, keyword).to_string();
    html! { a.tag href=(search_url(&query)) { (without_controls(keyword)) } }
}

/// The highlights of a document, for the panel beside its text.
pub fn passage_section(view: &DocumentView) -> Markup {
    let text = &view.stored.annotated.document.text;
    let words = |highlight: &Highlight| {
        let words = text[highlight.span].split_whitespace().collect::<Vec<_>>().join(" ");
        match words.char_indices().nth(MAX_LISTED_CHARACTERS) {
            Some((end, _)) => format!("{}…", &words[..end]),
            None => words,
        }
    };
    html! {
        @if !view.highlights.is_empty() {
            section.passages aria-labelledby="passages" {
                h2 #passages { "Highlights and notes" }
                ul.plain {
                    @for highlight in &view.highlights {
                        li.(highlight.color.as_str()) {
                            a href={ "#note" (highlight.decision) } { "“" (without_controls(&words(highlight))) "”" }
                            @if let Some(keyword) = &highlight.keyword { " " (keyword_link(keyword)) }
                            @if !highlight.note.is_empty() { " " span.note { (without_controls(&highlight.note)) } }
                        }
                    }
                }
                p { a href="/highlights" { "All highlights" } }
            }
        }
    }
}

/// The choice of a colour, as radio buttons.
fn color_choice() -> Markup {
    html! {
        fieldset.colors {
            legend { "Colour" }
            @for color in HighlightColor::ALL {
                label.(color.as_str()) {
                    input type="radio" name="color" value=(color.as_str())
                        checked[color == HighlightColor::default()];
                    (color.as_str())
                }
            }
        }
    }
}

/// The fields of a note: words, colour, keyword.
fn note_fields(prefix: &str) -> Markup {
    html! {
        label for={ (prefix) "-note" } { "Note" }
        textarea #{ (prefix) "-note" } name="words" rows="2" maxlength="10000" {}
        label for={ (prefix) "-keyword" } { "Keyword" }
        input #{ (prefix) "-keyword" } name="keyword" list="keywords" maxlength="200" autocomplete="off";
        (color_choice())
    }
}

/// What the scripts of the page show when words are selected, and the keywords that are
/// offered.
pub fn selection_templates(view: &DocumentView) -> Markup {
    html! {
        datalist #keywords { @for keyword in &view.keywords { option value=(without_controls(keyword)) {} } }
        template #note-form {
            form.note-form method="post" action="/decide" data-stay {
                input type="hidden" name="back" value=(view.page_path());
                input type="hidden" name="action" value="highlight";
                input type="hidden" name="document" value=(view.summary.id);
                (note_fields("here"))
                button.primary type="submit" { "Save note" }
            }
        }
    }
}

/// A form for a note on a passage, for browsers without scripts.
pub fn passage_form(base: &str) -> Markup {
    html! {
        details.mark-a-name #note-a-passage {
            summary { "Add a note on a passage" }
            form method="post" action={ (base) "/passages" } {
                label for="passage-exact" { "Passage, exactly as in the text" }
                textarea #passage-exact name="passage" rows="2" required {}
                label for="passage-nth" { "Which occurrence" }
                input #passage-nth name="nth" type="number" min="1" value="1";
                (note_fields("passage"))
                button type="submit" { "Save note" }
            }
        }
    }
}

/// Renders the page of all highlights.
pub fn render_page(
    parameters: &HighlightParameters,
    total: usize,
    listed: &[ListedHighlight],
) -> Markup {
    let query = percent_encode(&parameters.q).to_string();
    let body = html! {
        article.wide.highlights-page {
            div.page-head {
                h1 { "Highlights and notes" }
                form.filter method="get" action="/highlights" {
                    label for="highlight-words" { "In notes and keywords" }
                    div.row {
                        input #highlight-words type="search" name="q" value=(without_controls(&parameters.q));
                        button type="submit" { "Find" }
                    }
                }
            }
            @if listed.is_empty() {
                p.notice {
                    @if parameters.q.is_empty() { "No passage is highlighted yet. Select words in a document and choose “Note”." }
                    @else { "No note and no keyword has these words." }
                }
            } @else {
                p { a href={ "/highlights/export?q=" (query) } download { "Export as W3C Web Annotations" } }
                ul.plain {
                    @for one in listed {
                        li.passage-item.(one.color.as_str()) {
                            blockquote { (without_controls(&one.passage)) }
                            @if !one.note.is_empty() { p.note { (without_controls(&one.note)) } }
                            p.facts {
                                @if let Some(keyword) = &one.keyword { (keyword_link(keyword)) " " }
                                (document_line(&one.document)) " "
                                a href={ (chancery_views::urls::document_url(&one.document.id)) "#note" (one.decision) } { "In the text" } " "
                                (decision_button("Undo", "/highlights", &[("action", "undo"), ("decision", &one.decision.to_string())]))
                            }
                        }
                    }
                }
            }
            (pager_links(total, parameters.offset, HIGHLIGHTS_PER_PAGE,
                &|offset| format!("/highlights?q={query}&offset={offset}")))
        }
    };
    render_frame("Highlights and notes", NavigationItem::Unlisted, "", &body)
}

#[cfg(test)]
mod tests {
    use chancery_model::DocumentId;
    use chancery_store::DecisionNumber;

    use super::*;

    #[test]
    fn highlights_that_overlap_are_cut() {
        use HighlightColor::{Blue, Green, Yellow};
        let highlight = |decision, start, end, color| Highlight {
            decision: DecisionNumber(decision),
            document: DocumentId([0; 32]),
            span: TextSpan::new(start, end),
            color,
            keyword: None,
            note: String::new(),
        };
        let all =
            [highlight(1, 0, 10, Yellow), highlight(3, 4, 6, Green), highlight(2, 5, 12, Blue)];
        let pieces: Vec<_> = colored_pieces(&all)
            .iter()
            .map(|one| (one.span.start, one.span.end, one.color))
            .collect();
        assert_eq!(
            pieces,
            [(0, 4, Yellow), (4, 5, Green), (5, 6, Green), (6, 10, Blue), (10, 12, Blue)]
        );
        let apart = [highlight(1, 0, 2, Yellow), highlight(2, 5, 6, Blue)];
        assert_eq!(colored_pieces(&apart).len(), 2);
        assert_eq!(colored_pieces(&[]), []);
    }
}
