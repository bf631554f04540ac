//! What documents state of a person: offices held, and whom the person met, each with its
//! passage. Short lists for the page of the person.
//!
//! What the program finds of acts is often wrong. So an office is listed only where the
//! words are an office and nothing else, and a meeting only with parties that are known.

use std::collections::HashSet;

use chancery_model::{
    Act, ActKind, ActStatus, Attribution, Certainty, DocumentEntities, Label, Party, TextSpan,
};
use chancery_resolve::name::split_leading_titles;
use chancery_resolve::normalise::normalise_words;
use chancery_resolve::offices::office_by_name;
use chancery_store::{
    EntityNumber, LEAST_STATEMENT_SCORE, Query, SearchRequest, SortOrder, StoredDocument,
};

use crate::error::ViewError;
use crate::passages::PassageParagraph;
use crate::search_response::DocumentSummary;
use crate::session::ReadSession;
use crate::statements::StatementParty;

/// Maximum number of documents that are read: the oldest.
const MAX_DOCUMENTS: usize = 200;

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
    let members: HashSet<EntityNumber> = entities.with_id(id)?.into_iter().collect();
    let request = SearchRequest {
        query: Query::entity(id),
        sort: SortOrder::Oldest,
        offset: 0,
        limit: MAX_DOCUMENTS,
        facets: false,
    };
    let found = session.current_searcher()?.rank_matches(session.archive, &request)?;
    let mut acts = EntityActs { documents_read: found.ranked.len(), ..EntityActs::default() };
    for (number, _) in found.ranked {
        let stored = documents.stored(number)?;
        let mut named = entities.of_document(&stored)?;
        let Attribution { acts: stated, .. } = entities.attribution_of(&stored, &mut named)?;
        if stated.is_empty() {
            continue;
        }
        let row = documents.row(number)?;
        let own = ActsOfDocument::new(&stored, &named, &members);
        for act in stated.iter().filter(|act| act.score >= LEAST_STATEMENT_SCORE) {
            let summary = || DocumentSummary::from(&row);
            match act.kind {
                ActKind::Met => acts.meetings.extend(own.meeting(act, summary)),
                ActKind::Member | ActKind::Appointed => {
                    if let Some((title, passage)) = own.office(act, summary) {
                        acts.add_office(title, Certainty::from_score(act.score), passage);
                    }
                }
                _ => {}
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

/// The acts of a document that concern the person.
struct ActsOfDocument<'a> {
    stored: &'a StoredDocument,
    named: &'a DocumentEntities,
    /// Indexes of the person in `named`.
    own: HashSet<u32>,
    /// Mentions of the person, in order.
    mentions: Vec<TextSpan>,
}

impl<'a> ActsOfDocument<'a> {
    fn new(
        stored: &'a StoredDocument,
        named: &'a DocumentEntities,
        members: &HashSet<EntityNumber>,
    ) -> Self {
        let mut own = HashSet::new();
        let mut mentions = Vec::new();
        for (at, mention) in stored.mentions.iter().enumerate() {
            if mention.entity().is_some_and(|entity| members.contains(&entity)) {
                mentions.push(mention.mention.span);
                own.extend(named.link_of_mention(at).map(|link| link.entity));
            }
        }
        Self { stored, named, own, mentions }
    }

    fn is_own(&self, party: &Party) -> bool {
        matches!(party, Party::Entity(at) if self.own.contains(at))
    }

    /// The passage of an act. None if the person is not named in its paragraph.
    fn passage(&self, act: &Act, document: DocumentSummary) -> Option<ActPassage> {
        let blocks = &self.stored.annotated.document.blocks;
        let block = blocks.iter().find(|block| block.span.contains(&act.cue))?;
        let inside = self.mentions.iter().enumerate();
        let inside = inside.filter(|(_, mention)| block.span.contains(mention));
        let (at, _) = inside.min_by_key(|(_, mention)| mention.start.abs_diff(act.cue.start))?;
        let place = PassageParagraph::at(&self.stored.annotated.document, act.cue.start).cited();
        Some(ActPassage { document, hit: at + 1, place })
    }

    /// The office that an act gives the person.
    fn office(
        &self,
        act: &Act,
        document: impl FnOnce() -> DocumentSummary,
    ) -> Option<(String, ActPassage)> {
        if act.status != ActStatus::Did || !act.who.iter().any(|party| self.is_own(party)) {
            return None;
        }
        let text = &self.stored.annotated.document.text;
        let title = office_in_words(&text[act.what?])?;
        let title = match act.kind {
            ActKind::Appointed => format!("{} {title}", text[act.cue].to_lowercase()),
            _ => title,
        };
        Some((title, self.passage(act, document())?))
    }

    /// The meeting of an act, if the person takes part and others are known.
    fn meeting(&self, act: &Act, document: impl FnOnce() -> DocumentSummary) -> Option<Meeting> {
        let parties = || act.who.iter().chain(&act.whom);
        if !parties().any(|party| self.is_own(party)) {
            return None;
        }
        let mut others: Vec<StatementParty> = Vec::new();
        for other in parties().filter(|party| !self.is_own(party)).filter_map(|one| self.known(one))
        {
            if !others.contains(&other) {
                others.push(other);
            }
        }
        if others.is_empty() {
            return None;
        }
        let place = act.place.and_then(|at| self.named.entity_of_mention(at as usize));
        Some(Meeting {
            others,
            place: place
                .map(|one| StatementParty { name: one.name.clone(), entity: Some(one.id.clone()) }),
            day: act.date.map(|day| day.to_string()),
            status: act.status,
            certainty: Certainty::from_score(act.score),
            passage: self.passage(act, document())?,
        })
    }

    /// The author of the telegram, or a person or organisation that the archive knows.
    fn known(&self, party: &Party) -> Option<StatementParty> {
        match party {
            Party::Post => Some(StatementParty { name: "post".to_owned(), entity: None }),
            Party::Words(_) => None,
            Party::Entity(at) => {
                let entity = self.named.entities.get(*at as usize)?;
                let is_party = matches!(entity.label, Label::Per | Label::Org);
                is_party.then(|| StatementParty {
                    name: chancery_store::shown_name(&entity.id, entity.label, &entity.name),
                    entity: Some(entity.id.clone()),
                })
            }
        }
    }
}

/// Words before the name of an office that say when or how it is held.
const MODIFIERS: [&str; 20] = [
    "former",
    "ex",
    "late",
    "current",
    "new",
    "then",
    "acting",
    "interim",
    "first",
    "second",
    "third",
    "deputy",
    "vice",
    "senior",
    "assistant",
    "incoming",
    "outgoing",
    "federal",
    "party",
    "chief",
];

/// Words between a sentence and the name of an office.
const BEFORE_OFFICE: [&str; 6] = ["of", "the", "and", "a", "an", "as"];

/// Returns the office that words name, and nothing else: "Foreign Minister" for ". FM".
fn office_in_words(words: &str) -> Option<String> {
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    if words.chars().any(|c| !(c.is_alphanumeric() || c.is_whitespace() || "'’-".contains(c))) {
        return None;
    }
    let folded = normalise_words(words);
    let mut words: Vec<&str> = folded.split(' ').collect();
    while words.first().is_some_and(|word| BEFORE_OFFICE.contains(word)) {
        words.remove(0);
    }
    for before in 0..words.len() {
        let (modifiers, office) = words.split_at(before);
        if !modifiers.iter().all(|word| MODIFIERS.contains(word)) {
            return None;
        }
        let office = office.join(" ");
        let known = office_by_name(&office).map(|known| known.name.to_owned());
        // The last word is taken for a name.
        let is_title = split_leading_titles(&format!("{office} x")).1 == "x";
        if let Some(name) = known.or_else(|| is_title.then_some(office)) {
            let all = modifiers.iter().copied().chain([name.as_str()]);
            return Some(capitalise(&all.collect::<Vec<_>>().join(" ")));
        }
    }
    None
}

/// Writes words with capitals, as a title stands before a name.
fn capitalise(words: &str) -> String {
    let word = |word: &str| match word {
        "of" | "for" | "and" | "the" | "in" | "to" => word.to_owned(),
        word => {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect::<String>()
            })
        }
    };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_are_an_office_are_one() {
        for (words, office) in [
            ("Foreign Minister", Some("Foreign Minister")),
            (". FM", Some("Foreign Minister")),
            ("of President", Some("President")),
            ("PRIME MINISTER", Some("Prime Minister")),
            ("former President", Some("Former President")),
            ("Mayor", Some("Mayor")),
            ("told the Ambassador", None),
            ("Ambassador challenged Prime Minister", None),
            (") (Foreign Minister", Some("Foreign Minister")),
            ("General (Deputy FM)", None),
            ("his wife", None),
            ("", None),
        ] {
            assert_eq!(office_in_words(words).as_deref(), office, "{words}");
        }
    }
}
