//! The card of a person, place or organisation for people: what it is, its offices and
//! their source, spellings, companions, what is open, and passages that name it.

use std::io::{self, Write};

use chancery_formats::document_card::write_row;
use chancery_model::Label;
use chancery_store::{QuotedDocument, is_surname_group};
use serde::Serialize;

use crate::decisions::{DecisionEntry, decisions_about};
use crate::document_card::{write_decisions, write_remarks};
use crate::dossier::{Dossier, DossierParameters, read_dossier};
use crate::entity::{EntityDetails, MentioningDocument, RelatedEntity};
use crate::entity_facts::{KnowledgeBaseEntry, office_in_words, without_repetition};
use crate::entity_index::index_name;
use crate::error::ViewError;
use crate::formatting::format_count;
use crate::search_response::highlight_snippet;
use crate::session::ReadSession;

/// Companions of each label that a card names.
const MAX_COMPANIONS: usize = 8;

/// Passages of a document that a card quotes.
const SHOWN_PASSAGES: usize = 4;

/// Spellings that a card names.
const MAX_SPELLINGS: usize = 12;

/// An entity with the first of its passages.
pub struct ShownEntity {
    dossier: Dossier,
    decisions: Vec<DecisionEntry>,
}

/// The card as JSON.
#[derive(Serialize)]
struct CardRecord<'a> {
    #[serde(flatten)]
    entity: &'a EntityDetails,
    decisions: &'a [DecisionEntry],
    passages: Vec<MentioningDocument>,
}

impl ShownEntity {
    /// Reads the card of an entity, or of a group of surnames.
    ///
    /// # Errors
    /// If there is no such entity, or the archive cannot be read.
    pub fn read(session: &ReadSession<'_>, id: &str) -> Result<Self, ViewError> {
        let dossier = read_dossier(session, id, &DossierParameters::default())?;
        let decisions = decisions_about(session, &dossier.entity.id)?;
        Ok(Self { dossier, decisions })
    }

    /// Writes the card as one JSON object.
    ///
    /// # Errors
    /// This and the other methods return the errors of `out`.
    pub fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        let passages = self
            .dossier
            .documents
            .iter()
            .map(|one| MentioningDocument::from(&one.quoted))
            .collect();
        let record =
            CardRecord { entity: &self.dossier.entity, decisions: &self.decisions, passages };
        serde_json::to_writer(&mut *out, &record)?;
        writeln!(out)
    }

    /// Writes the card for people.
    pub fn write_text(&self, colours: bool, out: &mut impl Write) -> io::Result<()> {
        let entity = &self.dossier.entity;
        let name = index_name(&entity.id, entity.label, &entity.name);
        let what = if is_surname_group(&entity.id) { "surname" } else { label_name(entity.label) };
        write_row("Name", &name, out)?;
        write_row("Id", &format!("{}, {what}", entity.id), out)?;
        write_row("Named", &self.appearance_in_words(), out)?;
        if let Some(entry) = &entity.knowledge_base {
            write_entry(entity, entry, out)?;
        }
        let spellings: Vec<String> = entity
            .spellings
            .iter()
            .take(MAX_SPELLINGS)
            .map(|one| format!("{} ({})", one.text, one.count))
            .collect();
        if !spellings.is_empty() {
            write_row("Spelled", &spellings.join("; "), out)?;
        }
        for (title, label) in
            [("With", Label::Per), ("Places", Label::Loc), ("Organisations", Label::Org)]
        {
            write_companions(title, &entity.related, label, out)?;
        }
        self.write_doubts(out)?;
        write_remarks(&entity.remarks, &self.decisions, out)?;
        write_decisions(&self.decisions, out)?;
        for quoted in &self.dossier.documents {
            write_passages(&quoted.quoted, colours, out)?;
        }
        let rest = self.dossier.total - self.dossier.documents.len();
        if rest > 0 {
            writeln!(out, "\nand {} more", format_count(rest as u64, "document"))?;
        }
        Ok(())
    }

    /// "9 mentions in 5 documents, 2009-07-20 to 2009-11-02".
    fn appearance_in_words(&self) -> String {
        let entity = &self.dossier.entity;
        let counts = format!(
            "{} in {}",
            format_count(entity.mentions, "mention"),
            format_count(entity.documents, "document")
        );
        let seen = self.dossier.seen.as_ref();
        let dates =
            seen.and_then(|[first, last]| Some((first.date.as_ref()?, last.date.as_ref()?)));
        match dates {
            Some((first, last)) if first == last => format!("{counts}, {first}"),
            Some((first, last)) => format!("{counts}, {first} to {last}"),
            None => counts,
        }
    }

    /// Writes what is open: candidates for a surname, possible duplicates, questions.
    fn write_doubts(&self, out: &mut impl Write) -> io::Result<()> {
        let entity = &self.dossier.entity;
        let in_documents = |name: &str, id: &str, documents: u64| {
            format!("{name}, {id} ({})", format_count(documents, "document"))
        };
        if let Some(surname) = &entity.surname {
            let told = match surname.is_group {
                true => format!(
                    "not identified: {} may mean several persons",
                    format_count(surname.documents as u64, "document")
                ),
                false => "the document has only the surname".to_owned(),
            };
            write_row("Doubt", &told, out)?;
            for one in &surname.candidates {
                let words = in_documents(&one.name, &one.id, one.documents);
                let evidence: Vec<String> =
                    one.evidence.iter().map(|words| format!("; {words}")).collect();
                write_row("Candidate", &format!("{words}{}", evidence.concat()), out)?;
            }
        }
        for one in &entity.possible_duplicates {
            write_row("Perhaps also", &in_documents(&one.name, &one.id, one.documents), out)?;
        }
        entity.questions.iter().try_for_each(|one| write_row("Question", &one.message, out))
    }
}

fn write_entry(
    entity: &EntityDetails,
    entry: &KnowledgeBaseEntry,
    out: &mut impl Write,
) -> io::Result<()> {
    if !entry.description.is_empty() {
        write_row("Description", &without_repetition(&entry.description), out)?;
    }
    for (title, words) in [("Years", &entry.years), ("Country", &entry.country)] {
        if !words.is_empty() {
            write_row(title, words, out)?;
        }
    }
    let others = entry.other_names_of(&entity.id, entity.label, &entity.name);
    if !others.is_empty() {
        write_row("Other names", &others.join("; "), out)?;
    }
    let titles = std::iter::once("Offices").chain(std::iter::repeat(""));
    for (office, title) in entry.offices.iter().zip(titles) {
        write_row(title, &office_in_words(office), out)?;
    }
    if let Some([north, east]) = entry.coordinates {
        write_row("Coordinates", &format!("{north:.2}, {east:.2}"), out)?;
    }
    write_row("Source", &entry.source, out)
}

fn write_companions(
    title: &str,
    related: &[RelatedEntity],
    label: Label,
    out: &mut impl Write,
) -> io::Result<()> {
    let of_label = related.iter().filter(|one| one.label == label).take(MAX_COMPANIONS);
    let named: Vec<String> =
        of_label.map(|one| format!("{} ({})", one.name, one.documents)).collect();
    if named.is_empty() { Ok(()) } else { write_row(title, &named.join("; "), out) }
}

/// Writes a document with all passages that name the entity.
fn write_passages(quoted: &QuotedDocument, colours: bool, out: &mut impl Write) -> io::Result<()> {
    let summary = &quoted.summary;
    let id = summary.cable_id.clone().unwrap_or_else(|| format!("{:.12}", summary.id.to_string()));
    let parts = [Some(id), summary.date.clone(), summary.post.clone(), summary.subject.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    writeln!(out, "\n{}", parts.join("  ").replace(char::is_control, " "))?;
    for passage in quoted.passages.iter().take(SHOWN_PASSAGES) {
        writeln!(out, "   … {}", highlight_snippet(passage, colours))?;
    }
    match quoted.passages.len().saturating_sub(SHOWN_PASSAGES) {
        0 => Ok(()),
        rest => writeln!(out, "   and {}", format_count(rest as u64, "passage")),
    }
}

fn label_name(label: Label) -> &'static str {
    match label {
        Label::Per => "person",
        Label::Loc => "place",
        Label::Org => "organisation",
        Label::Misc => "other name",
    }
}
