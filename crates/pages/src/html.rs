//! Parts of HTML that the pages share: safe text, the words for labels, links
//! between pages of results, and buttons.

use std::borrow::Cow;
use std::fmt::Write;

use chancery_model::Label;
use maud::{Escaper, Markup, html};

use crate::icon::{Icon, icon};
use chancery_views::formatting::group_digits;

/// Replaces control characters, and those that change the direction of text,
/// so that text of a document can be shown. Each is replaced by one character,
/// so offsets in code points stay the same.
pub fn without_controls(words: &str) -> Cow<'_, str> {
    if words.chars().any(is_control_or_bidi) {
        Cow::Owned(
            words.chars().map(|c| if is_control_or_bidi(c) { '\u{fffd}' } else { c }).collect(),
        )
    } else {
        Cow::Borrowed(words)
    }
}

fn is_control_or_bidi(c: char) -> bool {
    chancery_model::steers_terminal(c) && c != '\n' && c != '\t'
}

/// Appends text to HTML, with its mark-up characters escaped. In an attribute, it must
/// be between double quotes.
pub fn append_escaped(out: &mut String, words: &str) {
    let escaped = Escaper::new(out).write_str(&without_controls(words));
    escaped.expect("writing to a string cannot fail");
}

/// The CSS class of a label.
pub const fn label_css_class(label: Label) -> &'static str {
    match label {
        Label::Per => "per",
        Label::Loc => "loc",
        Label::Org => "org",
        Label::Misc => "misc",
    }
}

/// A label in words: "person".
pub const fn label_name(label: Label) -> &'static str {
    match label {
        Label::Per => "person",
        Label::Loc => "place",
        Label::Org => "organisation",
        Label::Misc => "other",
    }
}

/// The options of a form's field for a label.
pub fn label_options(chosen: Option<Label>) -> Markup {
    html! {
        @for label in Label::ALL {
            option value=(label) selected[Some(label) == chosen] { (label_name(label)) }
        }
    }
}

/// A label in words, in the plural: "People".
pub const fn plural_label_name(label: Label) -> &'static str {
    match label {
        Label::Per => "People",
        Label::Loc => "Places",
        Label::Org => "Organisations",
        Label::Misc => "Other names",
    }
}

/// A classification as people write it: "top secret".
pub fn classification_name(classification: &str) -> String {
    classification.replace('_', " ")
}

/// Pages on each side of the current one that have a link.
const PAGES_AROUND: usize = 2;

/// Links to the pages of a list by number, where it has several.
///
/// `address` makes the address of the page that starts at an offset.
pub fn pager_links(
    total: usize,
    offset: usize,
    size: usize,
    address: &dyn Fn(usize) -> String,
) -> Markup {
    let size = size.max(1);
    let (last, current) = (total.saturating_sub(1) / size, offset / size);
    let is_shown =
        |page: usize| page == 0 || page == last || page.abs_diff(current.min(last)) <= PAGES_AROUND;
    let shown: Vec<usize> = (0..=last).filter(|page| is_shown(*page)).collect();
    html! {
        @if total > size {
            nav.pages aria-label="Pages" {
                @if current > 0 {
                    a.button rel="prev" href=(address(offset.saturating_sub(size).min(last * size))) {
                        (icon(Icon::Previous)) "Previous"
                    }
                }
                @for (place, page) in shown.iter().copied().enumerate() {
                    @if place > 0 && shown[place - 1] + 1 < page { span.gap { "…" } }
                    a.page href=(address(page * size)) aria-current=[(page == current).then_some("page")] {
                        span.unseen { "Page " } (group_digits(page as u64 + 1))
                    }
                }
                @if current < last {
                    a.button rel="next" href=(address(offset + size)) { "Next" (icon(Icon::Next)) }
                }
                span.quiet {
                    @if offset < total {
                        (group_digits(offset as u64 + 1)) "–" (group_digits((offset + size).min(total) as u64))
                        " of " (group_digits(total as u64))
                    } @else { "This page is past the last one." }
                }
            }
        }
    }
}

/// A button that makes a decision: a form with hidden fields, which returns to
/// the address `back`. With scripts, the reader stays where the page is.
pub fn decision_button(words: &str, back: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form.one method="post" action="/decide" data-stay {
            input type="hidden" name="back" value=(back);
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button type="submit" { (words) }
        }
    }
}
