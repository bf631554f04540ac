//! The header of a document as a list of fields.

use chancery_model::{
    Classification, Correspondent, EnvelopeField, Header, Officer, OfficerRole, Spanned,
};
use chancery_store::Query;
use chancery_views::document::DocumentView;
use chancery_views::references::ResolvedReference;
use chancery_views::search_response::DocumentSummary;
use chancery_views::urls::{percent_encode, short_document_id};
use maud::{Markup, html};

use crate::html::without_controls;
use crate::listing::{document_title, shown_date};

/// The fields that the header states.
pub(super) fn header_fields(header: &Header, view: &DocumentView) -> Markup {
    let level = |level: Classification| match level {
        Classification::Unclassified => "Unclassified",
        Classification::Sensitive => "Sensitive but unclassified",
        Classification::LimitedOfficialUse => "Limited official use",
        Classification::Restricted => "Restricted",
        Classification::Confidential => "Confidential",
        Classification::Secret => "Secret",
        Classification::TopSecret => "Top secret",
    };
    let row = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    let words = |value: &str| html! { (without_controls(value)) };
    let joined = |all: &[Spanned<String>]| {
        let all: Vec<&str> = all.iter().map(|field| field.value.as_str()).collect();
        words(&all.join(", "))
    };
    html! {
        dl.fields {
            @if let Some(level_of) = &header.classification {
                (row("Classification", html! { span.level { (level(level_of.value)) } }))
            }
            @if !header.captions.is_empty() { (row("Captions", joined(&header.captions))) }
            @if let Some(time) = &header.date_time {
                // The date stands above, unless that is another one.
                @let date = time.value.date.to_string();
                (row("Sent", html! {
                    @if view.summary.date.as_deref() != Some(&*date) { (shown_date(&date)) ", " }
                    (format!("{:02}:{:02}", time.value.hour, time.value.minute)) " Z"
                }))
            }
            @if let Some(from) = &header.from { (row("From", addressee_name(&from.value))) }
            @if !header.to.is_empty() { (row("To", addressee_list(&header.to))) }
            @if !header.info.is_empty() { (row("Info", addressee_list(&header.info))) }
            @if let Some(by) = &header.classified_by {
                (row("Classified by", html! {
                    (without_controls(&by.value.name))
                    @if let Some(title) = &by.value.title { ", " (without_controls(title)) }
                }))
            }
            @if let Some(until) = &header.declassify_on { (row("Declassify on", html! { (shown_date(&until.value.to_string())) })) }
            @if !header.reasons.is_empty() { (row("Reasons", joined(&header.reasons))) }
            @if !header.tags.is_empty() {
                (row("TAGS", html! {
                    @for tag in &header.tags {
                        a.tag href={ "/?q=" (percent_encode(&Query::words(chancery_store::QueryField::Tag, &tag.value.name).to_string())) } {
                            (without_controls(&tag.value.name))
                        } " "
                    }
                }))
            }
            @if !header.references.is_empty() {
                (row("References", html! {
                    ul.plain {
                        @for reference in &header.references { li { (reference_link(view, &reference.value)) } }
                    }
                }))
            }
            @if !header.signatures.is_empty() { (row("Signature", joined(&header.signatures))) }
            @for role in OfficerRole::ALL {
                @let names = officer_names(header, role);
                @if !names.is_empty() { (row(role.name(), words(&names))) }
            }
            // The id stands above, and every document of a volume has it from the mark-up.
            @if header.origins.iter().any(|origin| origin.field != EnvelopeField::CableId) {
                @if let Some(origins) = header.describe_origins() { (row("Not in the text", words(&origins))) }
            }
        }
    }
}

/// "Judith A. Marchetti (POL), Karin B. Lindqvist".
fn officer_names(header: &Header, role: OfficerRole) -> String {
    let of_role = header.officers.iter().filter(|officer| officer.value.role == role);
    let names: Vec<String> = of_role
        .map(|Spanned { value: Officer { name, office, .. }, .. }| match office {
            Some(office) => format!("{name} ({office})"),
            None => name.clone(),
        })
        .collect();
    names.join(", ")
}

fn reference_link(view: &DocumentView, reference: &chancery_model::Reference) -> Markup {
    html! {
        @if let Some(bullet) = &reference.bullet { (without_controls(bullet)) ". " }
        @let same = |one: &&ResolvedReference| one.is_in_header && one.reference.value == reference.value;
        @match view.references.iter().find(same).and_then(|one| one.document.as_ref().ok()) {
            Some(document) => {
                @let listed = DocumentSummary::from(document);
                a href={ "/doc/" (short_document_id(&listed.id)) } title=(document_title(&listed)) {
                    (without_controls(&reference.value))
                }
            }
            None => { (without_controls(&reference.value)) }
        }
    }
}

fn addressee_name(recipient: &Correspondent) -> Markup {
    html! {
        (without_controls(&recipient.name))
        @if let Some(precedence) = recipient.precedence {
            " " span.quiet { (precedence.as_str().to_lowercase()) }
        }
    }
}

/// A list of addressees, with those after the first few collapsed.
fn addressee_list(all: &[Spanned<Correspondent>]) -> Markup {
    const ADDRESSEES_SHOWN: usize = 3;
    let list = |some: &[Spanned<Correspondent>]| {
        html! {
            ul.plain { @for one in some { li { (addressee_name(&one.value)) } } }
        }
    };
    html! {
        @if all.len() <= ADDRESSEES_SHOWN + 1 { (list(all)) } @else {
            (list(&all[..ADDRESSEES_SHOWN]))
            details { summary { (all.len() - ADDRESSEES_SHOWN) " more" } (list(&all[ADDRESSEES_SHOWN..])) }
        }
    }
}
