//! Offices and meetings of a person, as documents state them: short lists on the page of
//! the person, each line with its passage.

use chancery_model::{ActStatus, Certainty};
use chancery_views::dossier::Dossier;
use chancery_views::entity_acts::{ActPassage, EntityActs, Meeting, StatedOffice};
use chancery_views::formatting::format_count;
use maud::{Markup, html};

use crate::dossier::passage_address;
use crate::html::without_controls;
use crate::listing::shown_date;
use crate::statements::party_link;

/// Lines of a list shown at first; the others are collapsed.
const LINES_SHOWN: usize = 8;

/// Maximum number of lines of a list.
const MAX_LINES: usize = 100;

/// The two lists. Nothing if documents state neither.
pub(crate) fn act_sections(dossier: &Dossier) -> Markup {
    let (acts, entity) = (&dossier.acts, &dossier.entity);
    let offices: Vec<Markup> =
        acts.offices.iter().take(MAX_LINES).map(|one| office_line(one, &entity.id)).collect();
    let meetings: Vec<Markup> =
        acts.meetings.iter().take(MAX_LINES).map(|one| meeting_line(one, &entity.id)).collect();
    html! {
        @if !offices.is_empty() || !meetings.is_empty() {
            section.acts aria-labelledby="acts" {
                h2 #acts { "In the documents" }
                div.columns-of-acts {
                    (list("Offices", &offices, acts.offices.len()))
                    (list("Met", &meetings, acts.meetings.len()))
                }
                (remark(acts, entity.documents))
            }
        }
    }
}

/// What a reader has to know of the lists.
fn remark(acts: &EntityActs, documents: u64) -> Markup {
    html! {
        p.quiet {
            "Found by the program: some are missing, and some are wrong. Read the passage before you quote."
            @if (acts.documents_read as u64) < documents {
                " From the oldest " (acts.documents_read) " of " (format_count(documents, "document")) "."
            }
        }
    }
}

fn list(title: &str, lines: &[Markup], total: usize) -> Markup {
    let (first, others) = lines.split_at(LINES_SHOWN.min(lines.len()));
    html! {
        @if !lines.is_empty() {
            div {
                h3 { (title) }
                ul.plain.acts-list { @for line in first { (line) } }
                @if !others.is_empty() {
                    details {
                        summary { (others.len()) " more" }
                        ul.plain.acts-list { @for line in others { (line) } }
                        @if total > lines.len() { p.quiet { (total - lines.len()) " more are not listed." } }
                    }
                }
            }
        }
    }
}

/// The day of a passage, as a link to it: "3 May 2005 ¶5".
fn passage_link(passage: &ActPassage, entity: &str, words: &str) -> Markup {
    let document = &passage.document;
    let title = document.title();
    let place = passage.place.as_deref().map(|place| format!(", {place}")).unwrap_or_default();
    html! {
        a.to-passage href=(passage_address(&document.id, entity, passage.hit))
            title={ (without_controls(title)) (without_controls(&place)) } { (words) }
    }
}

/// The day of a document in words.
fn day_of(passage: &ActPassage) -> String {
    match &passage.document.date {
        Some(date) => shown_date(date),
        None => "undated".to_owned(),
    }
}

/// A word for what is less than sure.
fn doubt(certainty: Certainty) -> Markup {
    html! { @if certainty != Certainty::Sure { " " span.certainty { (certainty) } } }
}

fn office_line(office: &StatedOffice, entity: &str) -> Markup {
    let passages = &office.passages;
    let link = |passage: &ActPassage| passage_link(passage, entity, &day_of(passage));
    let ends = passages.first().zip(passages.last());
    let is_span = ends.is_some_and(|(first, last)| day_of(first) != day_of(last));
    html! {
        li {
            b { (without_controls(&office.title)) } (doubt(office.certainty)) " · "
            @if let Some((first, last)) = ends {
                (link(first))
                @if is_span { " to " (link(last)) }
            }
            @if passages.len() > if is_span { 2 } else { 1 } {
                " "
                details {
                    summary { (format_count(passages.len() as u64, "document")) }
                    p { @for (at, passage) in passages.iter().enumerate() {
                        @if at > 0 { ", " }
                        (link(passage))
                    } }
                }
            }
        }
    }
}

fn meeting_line(meeting: &Meeting, entity: &str) -> Markup {
    let passage = &meeting.passage;
    let day = match &meeting.day {
        Some(day) => shown_date(day),
        None => format!("reported {}", day_of(passage)),
    };
    let status = match meeting.status {
        ActStatus::Did => None,
        ActStatus::Will => Some("planned"),
        ActStatus::Refused => Some("did not take place"),
    };
    html! {
        li {
            @for (at, other) in meeting.others.iter().enumerate() {
                @if at > 0 { ", " }
                (party_link(Some(other)))
            }
            @if let Some(place) = &meeting.place { " in " (party_link(Some(place))) }
            @if let Some(status) = status { " (" (status) ")" }
            (doubt(meeting.certainty)) " · " (passage_link(passage, entity, &day))
        }
    }
}
