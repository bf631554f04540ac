//! What documents state of a person: offices held, and whom the person met, each with its
//! passage. Short lists for the page of the person.
//!
//! What the program finds of acts is often wrong. So an office is listed only where the
//! words are an office and nothing else, and a meeting only with parties that are known.

use std::collections::BTreeSet;

use chancery_model::{ActKind, ActStatus, Certainty, Document, Label, TextSpan};
use chancery_resolve::offices::office_in_words;
use chancery_store::{
    ActParty, DocumentRow, EntityAct, EntityNumber, LEAST_STATEMENT_SCORE, Query, SearchRequest,
    SortOrder, StoredMention,
};

use crate::error::ViewError;
use crate::passages::PassageParagraph;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;
use crate::statements::StatementParty;

/// Maximum number of documents that are read: the oldest.
const MAX_DOCUMENTS: usize = 200;

/// Words before the word of an appointment that happens to the person.
const PASSIVE: [&str; 7] = ["was", "were", "is", "be", "been", "being", "newly"];

/// What documents state of a person.
#[derive(Default)]
pub struct EntityActs {
    /// Offices, those that most documents state first.
    pub offices: Vec<StatedOffice>,
    /// Meetings, in the order of their documents.
    pub meetings: Vec<Meeting>,
    /// Number of documents that were read.
    pub documents_read: usize,
}

/// An office that documents give a person.
pub struct StatedOffice {
    /// "Foreign Minister", "elected President".
    pub title: String,
    /// How certain the best of the passages is.
    pub certainty: Certainty,
    /// A passage of each document that states it, oldest first.
    pub passages: Vec<ActPassage>,
}

/// A meeting of the person with others.
pub struct Meeting {
    /// The others; "post" is the author of the telegram.
    pub others: Vec<StatementParty>,
    /// Where they met.
    pub place: Option<StatementParty>,
    /// The day, as exact as the text states it.
    pub day: Option<String>,
    /// Whether it took place.
    pub status: ActStatus,
    /// How certain it is.
    pub certainty: Certainty,
    /// The passage that says it.
    pub passage: ActPassage,
}

/// Where a document states an act.
pub struct ActPassage {
    /// The document.
    pub document: DocumentSummary,
    /// The number of the mention of the person nearest to the words, from 1.
    pub hit: usize,
    /// Where it stands: "para. 5". None if the document prints no number for it.
    pub place: Option<String>,
}

/// Reads what documents state of a person.
///
/// # Errors
/// If there is no such entity, or the archive cannot be read.
pub fn read_acts(session: &ReadSession<'_>, id: &str) -> Result<EntityActs, ViewError> {
    let (entities, documents) = (session.archive.entities(), session.archive.documents());
    let members: BTreeSet<EntityNumber> = entities.with_id(id)?.into_iter().collect();
    let request = SearchRequest {
        query: Query::entity(id),
        sort: SortOrder::Oldest,
        offset: 0,
        limit: MAX_DOCUMENTS,
        facets: false,
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let mut acts = EntityActs { documents_read: found.ranked.len(), ..EntityActs::default() };
    let rows = documents.rows(&found.numbers())?;
    for ((number, _), row) in found.ranked.into_iter().zip(rows) {
        let (document, mentions) = documents.with_mentions(number)?;
        let stated = documents.acts(number, &mentions)?;
        let own = DocumentOfPerson {
            session,
            document: &document,
            members: &members,
            mentions: StoredMention::spans_of(&mentions, &members),
        };
        for act in stated.iter().filter(|act| act.score >= LEAST_STATEMENT_SCORE) {
            let certainty = Certainty::from_score(act.score);
            if let ActKind::Member | ActKind::Appointed = act.kind {
                let stated = own.office(act).zip(own.passage(act, &row));
                if let Some((title, passage)) = stated {
                    acts.add_office(title, certainty, passage);
                }
            } else if act.kind == ActKind::Met {
                let others = own.others(act)?;
                let passage = own.passage(act, &row).filter(|_| !others.is_empty());
                let Some(passage) = passage else { continue };
                let place = act.place.map(|place| own.party(place, &[Label::Loc])).transpose()?;
                acts.meetings.push(Meeting {
                    others,
                    place: place.flatten(),
                    day: act.date.map(|day| day.to_string()),
                    status: act.status,
                    certainty,
                    passage,
                });
            }
        }
    }
    acts.offices.sort_by_key(|office| std::cmp::Reverse(office.passages.len()));
    Ok(acts)
}

impl EntityActs {
    /// Adds a passage that states an office; one per document.
    fn add_office(&mut self, title: String, certainty: Certainty, passage: ActPassage) {
        let known = self.offices.iter_mut().find(|office| office.title == title);
        let Some(office) = known else {
            self.offices.push(StatedOffice { title, certainty, passages: vec![passage] });
            return;
        };
        office.certainty = office.certainty.max(certainty);
        if office.passages.last().is_none_or(|last| last.document.id != passage.document.id) {
            office.passages.push(passage);
        }
    }
}

/// A document that names the person.
struct DocumentOfPerson<'a> {
    session: &'a ReadSession<'a>,
    document: &'a Document,
    members: &'a BTreeSet<EntityNumber>,
    /// Mentions of the person, in order.
    mentions: Vec<TextSpan>,
}

impl DocumentOfPerson<'_> {
    fn is_own(&self, party: &ActParty) -> bool {
        matches!(party, ActParty::Entity(one) if self.members.contains(one))
    }

    /// The passage of an act. None if the person is not named in its paragraph.
    fn passage(&self, act: &EntityAct, row: &DocumentRow) -> Option<ActPassage> {
        let block = self.document.blocks.iter().find(|block| block.span.contains(&act.cue))?;
        let inside = self.mentions.iter().enumerate();
        let inside = inside.filter(|(_, mention)| block.span.contains(mention));
        let (at, _) = inside.min_by_key(|(_, mention)| mention.start.abs_diff(act.cue.start))?;
        let place = PassageParagraph::at(self.document, act.cue.start).cited();
        Some(ActPassage { document: row.into(), hit: at + 1, place })
    }

    /// The office that an act gives the person.
    fn office(&self, act: &EntityAct) -> Option<String> {
        if act.status != ActStatus::Did || !act.who.iter().any(|party| self.is_own(party)) {
            return None;
        }
        let text = &self.document.text;
        let title = office_in_words(&text[act.what?])?;
        if act.kind == ActKind::Member {
            return Some(title);
        }
        // "Karzai appointed a mayor" gives him no office, "he was appointed mayor" does.
        let cue = text[act.cue].to_lowercase();
        let mut before = text.as_str()[..act.cue.start as usize].split_whitespace().rev().take(2);
        let is_passive = cue.ends_with("elected") || before.any(|word| PASSIVE.contains(&word));
        is_passive.then(|| format!("{cue} {title}"))
    }

    /// Those whom the person meets in an act, as far as they are known.
    fn others(&self, act: &EntityAct) -> Result<Vec<StatementParty>, ViewError> {
        let parties = || act.who.iter().chain(&act.whom);
        let mut others: Vec<StatementParty> = Vec::new();
        if parties().any(|party| self.is_own(party)) {
            for party in parties().filter(|party| !self.is_own(party)) {
                let other = match party {
                    ActParty::Post => Some(StatementParty { name: "post".into(), entity: None }),
                    ActParty::Entity(one) => self.party(*one, &[Label::Per, Label::Org])?,
                    ActParty::Words => None,
                };
                others.extend(other.filter(|other| !others.contains(other)));
            }
        }
        Ok(others)
    }

    /// An entity, if it has one of these labels.
    fn party(
        &self,
        entity: EntityNumber,
        labels: &[Label],
    ) -> Result<Option<StatementParty>, ViewError> {
        let entity = self.session.archive.entities().get(entity)?;
        Ok(labels
            .contains(&entity.label)
            .then(|| StatementParty { name: entity.shown_name(), entity: Some(entity.id) }))
    }
}
