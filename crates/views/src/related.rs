//! Documents that belong to another one: copies, those that it cites or that cite it, and
//! those that name the same people, places and organisations.
//!
//! The score is plain: a shared name weighs ln(N / n), where n of the N documents have
//! it, so that a rare name weighs more than a common one; a place weighs half of that,
//! because telegrams list the places of their addressees. A citation weighs as much as a
//! name that only two documents have; a copy weighs twice that. Every reason is given.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use chancery_model::Label;
use chancery_store::{DocumentNumber, DocumentRow, StoredEntity};
use serde::Serialize;

use crate::document::{DocumentView, HighlightSelection};
use crate::entity_index::index_name;
use crate::error::ViewError;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;

/// A name in more than one in so many documents says nothing.
const COMMON_SHARE: usize = 4;

/// Names in fewer documents are never common.
const NEVER_COMMON: usize = 20;

/// Names that a line on a terminal shows.
const SHOWN_NAMES: usize = 6;

/// Why a document is related.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelationReason {
    /// It has nearly the same words.
    NearDuplicate {
        /// 0 to 1.
        similarity: f64,
    },
    /// It is another section of the telegram.
    Section,
    /// The document cites it.
    Cited,
    /// It cites the document.
    Cites,
    /// Both name this entity.
    SharedName {
        /// Id of the entity.
        id: String,
        /// Label: PER, LOC or ORG.
        label: Label,
        /// Its name.
        name: String,
        /// Number of documents that name it.
        documents: usize,
    },
}

/// A related document.
#[derive(Serialize)]
pub struct RelatedDocument {
    /// The document.
    #[serde(flatten)]
    pub document: DocumentSummary,
    /// Sum of the weights of the reasons.
    pub score: f64,
    /// Why, the weightiest first.
    pub reasons: Vec<RelationReason>,
}

/// Reads the `limit` documents that are closest to the one with this name.
///
/// # Errors
/// If there is no such document, or the archive cannot be read.
pub fn related_documents(
    session: &ReadSession<'_>,
    name: &str,
    limit: usize,
) -> Result<Vec<RelatedDocument>, ViewError> {
    let view = DocumentView::read_document(session, name, &HighlightSelection::default())?;
    let all = usize::try_from(session.archive.documents().count()?).unwrap_or(usize::MAX);
    let mut found = Relations::new(all);
    found.add_known(&view);
    found.add_shared_names(session, &view)?;
    let mut related: Vec<(DocumentNumber, Vec<(f64, RelationReason)>)> =
        found.reasons.into_iter().collect();
    let score =
        |reasons: &[(f64, RelationReason)]| reasons.iter().map(|(weight, _)| weight).sum::<f64>();
    related
        .sort_by(|one, other| score(&other.1).total_cmp(&score(&one.1)).then(one.0.cmp(&other.0)));
    let documents = session.archive.documents();
    let related = related.into_iter().take(limit).map(|(number, mut reasons)| {
        reasons.sort_by(|one, other| other.0.total_cmp(&one.0));
        let score = (score(&reasons) * 100.0).round() / 100.0;
        Ok(RelatedDocument {
            document: (&documents.row(number)?).into(),
            score,
            reasons: reasons.into_iter().map(|(_, reason)| reason).collect(),
        })
    });
    related.collect()
}

/// The reasons that were found, by document, each with its weight.
struct Relations {
    documents: usize,
    reasons: HashMap<DocumentNumber, Vec<(f64, RelationReason)>>,
}

impl Relations {
    fn new(documents: usize) -> Self {
        Self { documents, reasons: HashMap::new() }
    }

    /// The weight of a name that `named` documents have.
    fn weight(&self, named: usize) -> f64 {
        (self.documents.max(2) as f64 / named.max(1) as f64).ln()
    }

    fn add(&mut self, number: DocumentNumber, weight: f64, reason: RelationReason) {
        self.reasons.entry(number).or_default().push((weight, reason));
    }

    /// Adds sections, copies and citations.
    fn add_known(&mut self, view: &DocumentView) {
        let own = view.stored.number;
        let rare = self.weight(2).max(1.0);
        for (row, similarity) in &view.near_duplicates {
            let reason = RelationReason::NearDuplicate { similarity: *similarity };
            self.add(row.number, 2.0 * rare * similarity, reason);
        }
        let mut seen = HashSet::from([own]);
        let mut add_each = |rows: &mut dyn Iterator<Item = &DocumentRow>,
                            reason: &RelationReason| {
            seen.clear();
            for row in rows.filter(|row| row.number != own) {
                if seen.insert(row.number) {
                    self.add(row.number, rare, reason.clone());
                }
            }
        };
        add_each(&mut view.sections.iter(), &RelationReason::Section);
        let mut cited = view.references.iter().filter_map(|one| one.document.as_ref().ok());
        add_each(&mut cited, &RelationReason::Cited);
        add_each(&mut view.cited_by.iter(), &RelationReason::Cites);
    }

    /// Adds the persons, places and organisations that both name.
    fn add_shared_names(
        &mut self,
        session: &ReadSession<'_>,
        view: &DocumentView,
    ) -> Result<(), ViewError> {
        let most = (self.documents / COMMON_SHARE).max(NEVER_COMMON);
        let shared = session.archive.documents().documents_by_entity(view.stored.number, most)?;
        for (entity, others) in shared {
            let entity = session.archive.entities().get(entity)?;
            if entity.label == Label::Misc {
                continue;
            }
            let documents = others.len() + 1;
            // Telegrams list the places of their addressees.
            let share = if entity.label == Label::Loc { 0.5 } else { 1.0 };
            let weight = share * self.weight(documents);
            for other in others {
                self.add(other, weight, shared_name(&entity, documents));
            }
        }
        Ok(())
    }
}

fn shared_name(entity: &StoredEntity, documents: usize) -> RelationReason {
    RelationReason::SharedName {
        id: entity.id.clone(),
        label: entity.label,
        name: index_name(&entity.id, entity.label, &entity.name),
        documents,
    }
}

/// Writes related documents for people: score, address, date, title, then the reasons.
///
/// # Errors
/// Returns the errors of `out`.
pub fn write_text(related: &[RelatedDocument], out: &mut impl Write) -> io::Result<()> {
    for (rank, one) in related.iter().enumerate() {
        let document = &one.document;
        let id = document.cable_id.clone().unwrap_or_else(|| document.id[..12].to_owned());
        let parts = [
            Some(id),
            document.date.clone(),
            document.post.clone(),
            Some(format!("score {:.1}", one.score)),
        ];
        let head: Vec<String> = parts.into_iter().flatten().collect();
        writeln!(out, "{}. {}", rank + 1, head.join("  "))?;
        if let Some(subject) = &document.subject {
            writeln!(out, "   {}", subject.replace(char::is_control, " "))?;
        }
        writeln!(out, "   {}", reasons_in_words(&one.reasons).replace(char::is_control, " "))?;
    }
    Ok(())
}

/// "cites it; both name Osei, Ama (3 documents) and Oslo (5 documents), and 2 others".
fn reasons_in_words(reasons: &[RelationReason]) -> String {
    let mut parts = Vec::new();
    let mut names = Vec::new();
    for reason in reasons {
        match reason {
            RelationReason::NearDuplicate { similarity } => {
                parts.push(format!("nearly the same words ({:.0} %)", similarity * 100.0));
            }
            RelationReason::Section => parts.push("another section".to_owned()),
            RelationReason::Cited => parts.push("cited in it".to_owned()),
            RelationReason::Cites => parts.push("cites it".to_owned()),
            RelationReason::SharedName { name, documents, .. } => {
                names.push(format!("{name} ({documents})"));
            }
        }
    }
    let rest = names.len().saturating_sub(SHOWN_NAMES);
    names.truncate(SHOWN_NAMES);
    if !names.is_empty() {
        let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
        parts.push(format!("both name {}{more}", names.join("; ")));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_names_weigh_more() {
        let relations = Relations::new(1000);
        assert!(relations.weight(2) > relations.weight(20));
        assert!(relations.weight(1000).abs() < 1e-9);
        assert!(Relations::new(0).weight(0).is_finite());
    }

    #[test]
    fn reasons_are_said_in_words() {
        let name = |name: &str, documents| RelationReason::SharedName {
            id: "n-1".into(),
            label: Label::Per,
            name: name.into(),
            documents,
        };
        let mut reasons = vec![
            RelationReason::NearDuplicate { similarity: 0.984 },
            RelationReason::Cites,
            name("Osei, Ama", 3),
            name("Oslo", 5),
        ];
        let words = "nearly the same words (98 %); cites it; both name Osei, Ama (3); Oslo (5)";
        assert_eq!(reasons_in_words(&reasons), words);
        reasons.extend((0..6).map(|number| name(&format!("N{number}"), 7)));
        assert!(reasons_in_words(&reasons).ends_with("N3 (7); and 2 more"));
        assert_eq!(reasons_in_words(&reasons[1..2]), "cites it");
    }
}
