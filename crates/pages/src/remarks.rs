//! Keywords and notes on a document or an entity.

use chancery_store::{Query, QueryField, RemarkKind};
use maud::{Markup, html};

use crate::html::{decision_button, without_controls};
use chancery_views::remarks::RemarkDetails;
use chancery_views::urls::percent_encode;

/// The section of keywords and notes on the document or entity `on`, with forms to
/// add more. Forms return to the address `back`.
pub fn remarks_section(remarks: &[RemarkDetails], on: &str, back: &str) -> Markup {
    html! {
        section.remarks aria-labelledby="remarks" {
            h2 #remarks { "Keywords and notes" }
            ul.plain {
                @for remark in remarks.iter().filter(|remark| remark.kind != RemarkKind::Apart) {
                    li {
                        @if remark.kind == RemarkKind::Keyword {
                            a.tag href={ "/?q=" (percent_encode(&Query::words(QueryField::Keyword, &remark.words).to_string())) } {
                                (without_controls(&remark.words))
                            }
                        } @else {
                            span.note { (without_controls(&remark.words)) }
                        }
                        " "
                        (decision_button("Undo", back,
                            &[("action", "undo"), ("decision", &remark.decision.to_string())]))
                    }
                }
            }
            @for (kind, name, rows) in [("keyword", "Keyword", 1), ("note", "Note", 3)] {
                form.remark method="post" action="/decide" data-stay {
                    input type="hidden" name="back" value=(back);
                    input type="hidden" name="action" value=(kind);
                    input type="hidden" name="on" value=(on);
                    label for={ "new-" (kind) } { (name) }
                    @if rows == 1 {
                        input #{ "new-" (kind) } name="words" required maxlength="200"
                            list=[(kind == "keyword").then_some("keywords")] autocomplete="off";
                    } @else {
                        textarea #{ "new-" (kind) } name="words" rows=(rows) required
                            maxlength="10000" {}
                    }
                    button type="submit" { "Add" }
                }
            }
        }
    }
}
