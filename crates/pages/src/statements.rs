//! Statements: in the margin of a document, where they can be corrected, and the page of
//! what an entity says and hears.

use chancery_model::{CodePoints, StatementKind, TextSpan};
use chancery_store::shown_name;
use chancery_views::document::DocumentView;
use chancery_views::dossier::Dossier;
use chancery_views::entity_statements::{
    DOCUMENTS_PER_PAGE, EntityStatementParameters, EntityStatements, MAX_GROUPED_DOCUMENTS,
    PartyStatements, StatementOrder,
};
use chancery_views::formatting::format_count;
use chancery_views::results::ResultTrail;
use chancery_views::search_response::DocumentSummary;
use chancery_views::statements::{StatementCard, StatementDetails, StatementParty, StatementRole};
use chancery_views::urls::{document_url, entity_url, percent_encode, short_document_id};
use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};
use crate::html::{decision_button, pager_links, without_controls};
use crate::listing::{document_line, document_metadata, document_title};
use crate::result_trail::kept_query;

/// Maximum number of characters of what is said, in margins and lists.
const MAX_SHOWN_CHARACTERS: usize = 400;

/// The link that shows the statements of a document in its margin, or hides them. The
/// result that the reader comes from is kept. It has a row to itself, so that buttons of
/// scripts beside the others do not move the text.
pub fn statements_toggle(view: &DocumentView, trail: &ResultTrail, is_beside: bool) -> Markup {
    let mut kept = kept_query(trail);
    if is_beside {
        kept.push_str("&beside=raw");
    }
    let address = view.page_path();
    html! {
        @if view.statements.is_some() {
            @let query = kept.replacen('&', "?", 1);
            div.row.card-actions { a.button rel="nofollow" href={ (address) (query) } { "Hide statements" } }
        } @else if view.statement_count > 0 {
            div.row.card-actions {
                a.button rel="nofollow" href={ (address) "?statements=shown" (kept) } { "Show statements" }
            }
        }
    }
}

/// Says what is shown in the margin.
pub fn statements_notice(view: &DocumentView) -> Markup {
    let Some(shown) = &view.statements else { return html! {} };
    html! {
        p.notice.statements-notice role="status" {
            (format_count(shown.statements.len() as u64, "statement"))
            " in the margin, found by the program. Read the passage before you quote: some are \
             missing, and some have the wrong speaker. "
            a href="/help#statements" { "What is a statement?" }
        }
    }
}

/// The statements whose word of saying stands in `block`, for the margin.
pub fn margin_statements(view: &DocumentView, points: &CodePoints<'_>, block: TextSpan) -> String {
    let Some(shown) = &view.statements else { return String::new() };
    let (start, end) = (points.code_point_offset(block.start), points.code_point_offset(block.end));
    let is_here = |at: u32| start <= at && at < end;
    let notes = shown.statements.iter().filter(|one| is_here(one.cue_start));
    let rejected = shown.rejected.iter().filter(|(_, at, _)| is_here(*at));
    let mut margin = String::new();
    for one in notes {
        margin.push_str(&margin_statement(view, one).into_string());
    }
    for (decision, at, cue) in rejected {
        let (number, back) = (decision.to_string(), statement_address(view, *at));
        let note = html! {
            aside.margin-note.statement.rejected #{ "said" (at) } data-extra aria-label="Rejected statement" {
                "“" (without_controls(cue)) "” is not a statement (decided by a person). "
                (decision_button("Undo", &back, &[("action", "undo"), ("decision", &number)]))
            }
        };
        margin.push_str(&note.into_string());
    }
    margin
}

fn statement_address(view: &DocumentView, at: u32) -> String {
    format!("{}?statements=shown#said{at}", view.page_path())
}

fn margin_statement(view: &DocumentView, one: &StatementDetails) -> Markup {
    html! {
        aside.margin-note.statement #{ "said" (one.cue_start) } data-extra aria-label="Statement" {
            p { (who_says(one)) }
            p.said { (kind_in_words(one)) (shown_words(&one.content)) }
            a.quiet href={ "/doc/" (view.url_id()) "/said/" (one.cue_start) } { "Correct this" }
        }
    }
}

/// Says of a denial and of a question that it is one: their words alone look like a claim.
fn kind_in_words(one: &StatementDetails) -> Markup {
    let words = match one.kind {
        StatementKind::Deny if one.content.starts_with("that ") => "denies ",
        StatementKind::Deny if is_after_that(one) => "denies that ",
        StatementKind::Deny => "denies: ",
        StatementKind::Ask => "asks: ",
        _ => return html! {},
    };
    html! { b.kind { (words) } }
}

/// Whether "that" stands between the word of saying and what is said.
fn is_after_that(one: &StatementDetails) -> bool {
    let Some(between) = one.content_start.checked_sub(one.cue_end) else { return false };
    let before = one.cue_end.saturating_sub(one.passage.start);
    let letters = one.passage.quotation.chars().skip(before as usize);
    let words: String = letters.take(between as usize).collect();
    words.split_whitespace().any(|word| word.eq_ignore_ascii_case("that"))
}

/// Who says it to whom, in which words, and how certain that is.
fn who_says(one: &StatementDetails) -> Markup {
    html! {
        b.speaker { (party_link(one.speaker.as_ref())) }
        @if one.hearer.is_some() {
            @if one.is_hearer_named { " to " } @else { ", perhaps to " }
            span.hearer { (party_link(one.hearer.as_ref())) }
        }
        span.quiet {
            ", “" (without_controls(&one.cue)) "” · "
            @if one.decision.is_some() { "speaker decided by a person" }
            @else { span.certainty { (one.certainty) } }
        }
    }
}

pub(crate) fn party_link(party: Option<&StatementParty>) -> Markup {
    html! {
        @match party {
            None => { "unknown speaker" }
            Some(StatementParty { name, entity: Some(id) }) => { a href=(entity_url(id)) { (without_controls(name)) } }
            Some(StatementParty { name, entity: None }) if name == "post" => { "the post" }
            Some(StatementParty { name, entity: None }) => { (without_controls(name)) }
        }
    }
}

/// Words on one line, the first of them if they are many.
fn shown_words(words: &str) -> Markup {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = words.char_indices().nth(MAX_SHOWN_CHARACTERS).map(|(end, _)| end);
    html! { (without_controls(&words[..end.unwrap_or(words.len())])) @if end.is_some() { "…" } }
}

/// Renders the page on which a statement is corrected.
pub fn render_card(card: &StatementCard) -> Markup {
    let (one, document) = (&card.statement, short_document_id(&card.document.id));
    let back = format!("/doc/{document}?statements=shown#said{}", one.cue_start);
    let (start, end) = (one.cue_start.to_string(), one.cue_end.to_string());
    let at = [("document", document), ("start", start.as_str()), ("end", end.as_str())];
    let speaker = one.speaker.as_ref().and_then(|party| party.entity.as_deref());
    let rejection: Vec<(&str, &str)> =
        std::iter::once(("action", "no_statement")).chain(at).collect();
    let body = html! {
        article.narrow.card-page {
            p { a href=(back) { "← " (document_title(&card.document)) } }
            h1 { "Who says this?" }
            p { (who_says(one)) }
            blockquote.said { (without_controls(&one.passage.quotation)) }
            form.row method="post" action="/decide" {
                input type="hidden" name="back" value=(back);
                input type="hidden" name="action" value="speaker";
                @for (name, value) in at { input type="hidden" name=(name) value=(value); }
                label for="speaker" { "The speaker is" }
                select #speaker name="entity" {
                    @for entity in &card.entities {
                        option value=(entity.id) selected[Some(entity.id.as_str()) == speaker] {
                            (without_controls(&entity.name))
                        }
                    }
                }
                button type="submit" { "Change" }
            }
            (decision_button("No statement", &back, &rejection))
            @if let Some(decision) = one.decision {
                @let number = decision.to_string();
                (decision_button("Undo the speaker", &back, &[("action", "undo"), ("decision", &number)]))
            }
        }
    };
    render_frame("Who says this?", NavigationItem::Unlisted, "", &body)
}

/// The address of what an entity says or hears.
fn statements_url(id: &str, parameters: &EntityStatementParameters) -> String {
    let EntityStatementParameters { role, by, q, offset } = parameters;
    let mut address =
        format!("{}/statements?role={}&by={}", entity_url(id), role.as_str(), by.as_str());
    if !q.trim().is_empty() {
        address.push_str(&format!("&q={}", percent_encode(q)));
    }
    if *offset > 0 {
        address.push_str(&format!("&offset={offset}"));
    }
    address
}

/// What an entity says and hears, and what others say about it: links of its dossier.
pub fn statement_links(dossier: &Dossier) -> Markup {
    let (entity, [said, told, about]) = (&dossier.entity, dossier.statements);
    let address = |role, by| {
        let q = dossier.reading.query.to_string();
        statements_url(&entity.id, &EntityStatementParameters { role, by, q, offset: 0 })
    };
    let name = shown_name(&entity.id, entity.label, &entity.name);
    html! {
        @if said + told + about > 0 { section.statement-links aria-labelledby="said" {
            h2 #said { "Statements" }
            ul.plain {
                @for (role, words, count) in [(StatementRole::Said, "Says", said), (StatementRole::Told, "Hears", told)] {
                    @if count > 0 {
                        li {
                            (words) " something in " (format_count(count as u64, "document")) ": "
                            a href=(address(role, StatementOrder::Date)) { "by date" } ", "
                            a href=(address(role, StatementOrder::Party)) {
                                @if role == StatementRole::Said { "by hearer" } @else { "by speaker" }
                            }
                        }
                    }
                }
                @if about > 0 {
                    li {
                        a href=(address(StatementRole::About, StatementOrder::Date)) {
                            "Who says what about " (without_controls(&name))
                        }
                        " in " (format_count(about as u64, "document"))
                    }
                }
            }
        } }
    }
}

/// Renders the page of what an entity says, or hears.
pub fn render_page(found: &EntityStatements) -> Markup {
    let (entity, parameters) = (&found.entity, &found.parameters);
    let name = shown_name(&entity.id, entity.label, &entity.name);
    let title = match parameters.role {
        StatementRole::Told => format!("What {name} hears"),
        StatementRole::About => format!("Who says what about {name}"),
        StatementRole::Said | StatementRole::Any => format!("What {name} says"),
    };
    let page = |offset: usize| {
        statements_url(&entity.id, &EntityStatementParameters { offset, ..parameters.clone() })
    };
    let body = html! {
        article.statements-page {
            p { a href=(entity_url(&entity.id)) { "← " (without_controls(&name)) } }
            h1 { (without_controls(&title)) }
            (choices(found))
            p.facts {
                (format_count(found.total as u64, "document")) ", oldest first. Found by the \
                 program: some statements are missing, and some have the wrong speaker or hearer."
            }
            @match parameters.by {
                StatementOrder::Date => {
                    ol.hits start=(parameters.offset + 1) {
                        @for document in &found.documents {
                            li.hit {
                                h3 { a.subject href=(document_url(&document.document.id)) { (document_title(&document.document)) } }
                                p.facts { (document_metadata(&document.document)) }
                                @for one in &document.statements { (listed_statement(one, &document.document)) }
                                @if document.statements.is_empty() {
                                    p.quiet { "Changed since it was indexed." }
                                }
                            }
                        }
                    }
                    (pager_links(found.total, parameters.offset, DOCUMENTS_PER_PAGE, &page))
                }
                StatementOrder::Party => {
                    @if found.total > MAX_GROUPED_DOCUMENTS {
                        p.notice { "Only the oldest " (MAX_GROUPED_DOCUMENTS) " documents are grouped." }
                    }
                    @for group in &found.parties { (party_group(found, group)) }
                }
            }
            @if found.total == 0 { p.nothing { "No statement was found." } }
        }
    };
    render_frame(&title, NavigationItem::Unlisted, "", &body)
}

/// What is shown, in which order, and of which documents.
fn choices(found: &EntityStatements) -> Markup {
    let (id, shown) = (&found.entity.id, &found.parameters);
    let choice = |words: &str, role: StatementRole, by: StatementOrder| {
        let is_current = role == shown.role && by == shown.by;
        let to = EntityStatementParameters { role, by, q: shown.q.clone(), offset: 0 };
        html! { a.button href=(statements_url(id, &to)) aria-current=[is_current.then_some("page")] { (words) } }
    };
    let other = if shown.role == StatementRole::Said { "By hearer" } else { "By speaker" };
    html! {
        nav.row aria-label="Which statements" {
            (choice("Says", StatementRole::Said, shown.by))
            (choice("Hears", StatementRole::Told, shown.by))
            (choice("What others say", StatementRole::About, shown.by))
            span.gap { " " }
            (choice("By date", shown.role, StatementOrder::Date))
            (choice(other, shown.role, StatementOrder::Party))
        }
        form.row method="get" action={ (entity_url(id)) "/statements" } role="search" aria-label="Narrow the documents" {
            input type="hidden" name="role" value=(shown.role.as_str());
            input type="hidden" name="by" value=(shown.by.as_str());
            label for="within" { "Only in documents with" }
            input #within name="q" type="search" value=(shown.q) maxlength="2000" autocomplete="off"
                spellcheck="false" placeholder="words, date:1957..1959, about:port";
            button type="submit" { "Filter" }
        }
    }
}

/// The address of a statement in the margin of its document.
fn margin_address(one: &StatementDetails, document: &DocumentSummary) -> String {
    format!("{}?statements=shown#said{}", document_url(&document.id), one.cue_start)
}

fn listed_statement(one: &StatementDetails, document: &DocumentSummary) -> Markup {
    html! {
        p.snippet.listed-statement {
            (who_says(one)) ": " (kind_in_words(one))
            a.to-passage href=(margin_address(one, document)) { (shown_words(&one.content)) }
        }
    }
}

fn party_group(found: &EntityStatements, group: &PartyStatements) -> Markup {
    let is_by_speaker = found.parameters.role != StatementRole::Said;
    html! {
        section.party-group {
            h2 {
                @match &group.other {
                    Some(other) => {
                        @if is_by_speaker { "By " } @else { "To " }
                        (party_link(Some(other)))
                    }
                    None => { @if is_by_speaker { "Speaker not known" } @else { "Hearer not known" } }
                }
                " " span.count { (group.statements.len()) }
            }
            ol.plain {
                @for (at, one) in &group.statements {
                    @let document = &found.documents[*at].document;
                    li {
                        p.facts { (document_line(document)) }
                        (listed_statement(one, document))
                    }
                }
            }
        }
    }
}
