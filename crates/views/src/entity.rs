//! Everything that the page of an entity shows.

use std::collections::BTreeMap;

use chancery_model::{CodePoints, Label};
use chancery_store::{
    EntitiesOfLabel, Query, QuotedDocument, RankedMatches, SearchRequest, Searcher, SortOrder,
    SurnameCandidate, SurnameGroup,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::entity_facts::{KnowledgeBaseEntry, VolumePersons, knowledge_base_entry};
use crate::error::ViewError;
use crate::merging::{Question, questions_about};
use crate::remarks::RemarkDetails;
use crate::search_response::{DocumentSummary, HitSnippet};
use crate::session::ReadSession;

/// Number of documents sampled for spellings.
const SPELLING_SAMPLE: usize = 60;

/// Maximum number of spellings.
const MAX_SPELLINGS: usize = 40;

/// Maximum number of possible duplicates.
const MAX_DUPLICATES: usize = 8;

/// Maximum number of candidates for a surname.
const MAX_CANDIDATES: usize = 8;

/// An entity with everything that its page shows.
#[derive(Serialize, ToSchema)]
pub struct EntityDetails {
    /// Id of the entity.
    pub id: String,
    /// Name of the entity.
    pub name: String,
    /// Label: PER, LOC, ORG or MISC.
    pub label: Label,
    /// Number of documents that name it.
    pub documents: u64,
    /// Number of its mentions.
    pub mentions: u64,
    /// Spellings of its mentions.
    pub spellings: Vec<Spelling>,
    /// Number of documents sampled for the spellings.
    pub documents_sampled: usize,
    /// Its entry in the knowledge base, or in the list of persons of a volume.
    pub knowledge_base: Option<KnowledgeBaseEntry>,
    /// Number of documents by month.
    pub months: Vec<MonthCount>,
    /// Entities most often named in the same documents.
    pub related: Vec<RelatedEntity>,
    /// Other entities that may be the same.
    pub possible_duplicates: Vec<PossibleDuplicate>,
    /// Keywords and notes.
    pub remarks: Vec<RemarkDetails>,
    /// What is open, if it is a surname that nothing decided.
    pub surname: Option<OpenSurname>,
    /// Questions about it that later documents raise.
    pub questions: Vec<Question>,
}

/// A surname that nothing decided: each document may speak of another person.
#[derive(Serialize, ToSchema)]
pub struct OpenSurname {
    /// Id of all entities of the surname together.
    pub group: String,
    /// Number of documents with this surname that nothing decided.
    pub documents: usize,
    /// Whether this is the entity of all of them, not of one.
    pub is_group: bool,
    /// Persons of this family name that the archive knows by more.
    pub candidates: Vec<CandidateDetails>,
}

/// A person that a surname may stand for.
#[derive(Serialize, ToSchema)]
pub struct CandidateDetails {
    /// Id of the person.
    pub id: String,
    /// Name of the person.
    pub name: String,
    /// Number of documents that name the person.
    pub documents: u64,
    /// What speaks for the person.
    pub evidence: Vec<String>,
}

/// A spelling of a name.
#[derive(Serialize, ToSchema)]
pub struct Spelling {
    /// The spelling.
    pub text: String,
    /// Number of mentions.
    pub count: u64,
    /// Evidence for the first of its links.
    pub reason: String,
}

/// Number of documents in a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MonthCount {
    /// "2009-10".
    pub month: String,
    /// Number of documents.
    pub count: u64,
}

/// An entity that is named in the same documents.
#[derive(Serialize, ToSchema)]
pub struct RelatedEntity {
    /// Id of the entity.
    pub id: String,
    /// Name of the entity.
    pub name: String,
    /// Label: PER, LOC, ORG or MISC.
    pub label: Label,
    /// Number of documents that name both.
    pub documents: u64,
}

/// An entity that may be the same.
#[derive(Serialize, ToSchema)]
pub struct PossibleDuplicate {
    /// Id of the entity.
    pub id: String,
    /// Name of the entity.
    pub name: String,
    /// Number of documents that name it.
    pub documents: u64,
}

/// A document that names an entity, with the passages that do.
#[derive(Serialize, ToSchema)]
pub struct MentioningDocument {
    /// The document.
    pub document: DocumentSummary,
    /// Number of mentions in the document.
    pub count: usize,
    /// All passages that name the entity, in order: sentences, short ones with their
    /// neighbours.
    pub passages: Vec<HitSnippet>,
}

impl From<&QuotedDocument> for MentioningDocument {
    fn from(quoted: &QuotedDocument) -> Self {
        let points = CodePoints::new(quoted.stored.annotated.document.text.as_str());
        Self {
            document: (&quoted.summary).into(),
            count: quoted.passages.iter().map(|passage| passage.hits.len()).sum(),
            passages: quoted.passages.iter().map(|one| HitSnippet::new(one, &points)).collect(),
        }
    }
}

/// Counts the documents that name an entity.
fn count_documents(session: &ReadSession<'_>, id: &str) -> Result<RankedMatches, ViewError> {
    let request = SearchRequest {
        limit: 0,
        facets: true,
        sort: SortOrder::Oldest,
        ..SearchRequest::new(Query::entity(id))
    };
    count_companions(session, &request)
}

/// Searches, and counts entities without the documents that they only sign.
pub(crate) fn count_companions(
    session: &ReadSession<'_>,
    request: &SearchRequest,
) -> Result<RankedMatches, ViewError> {
    let searcher: &Searcher = &*session.current_searcher()?;
    let mut found = searcher.rank_matches(session.archive, request)?;
    let all = searcher.aggregate_query(session.archive, &request.query)?;
    found.entities = all.without_signers(found.entities)?;
    Ok(found)
}

/// Reads an entity, or the surnames of a group, without the list of its mentions.
pub fn entity_details(session: &ReadSession<'_>, id: &str) -> Result<EntityDetails, ViewError> {
    let counts = count_documents(session, id)?;
    counted_details(session, id, &counts)
}

/// Reads an entity whose documents are counted already. `counts` gives months and
/// entities named in the same documents.
pub(crate) fn counted_details(
    session: &ReadSession<'_>,
    id: &str,
    counts: &RankedMatches,
) -> Result<EntityDetails, ViewError> {
    match session.archive.entities().surname_group(id)? {
        Some(group) => surname_details(session, group, counts),
        None => single_entity_details(session, id, counts),
    }
}

fn surname_details(
    session: &ReadSession<'_>,
    group: SurnameGroup,
    counts: &RankedMatches,
) -> Result<EntityDetails, ViewError> {
    let entities = session.archive.entities();
    let mut forms: BTreeMap<String, Spelling> = BTreeMap::new();
    for member in group.members.iter().take(SPELLING_SAMPLE) {
        for (text, count, reason) in entities.spellings(*member, 1)?.forms {
            let form = Spelling { text: text.clone(), count: 0, reason };
            forms.entry(text).or_insert(form).count += count;
        }
    }
    Ok(EntityDetails {
        surname: Some(open_surname(session, &group, true)?),
        questions: questions_about(session, &group.id)?,
        knowledge_base: None,
        label: Label::Per,
        documents: group.members.len() as u64,
        mentions: group.mentions,
        spellings: forms.into_values().take(MAX_SPELLINGS).collect(),
        documents_sampled: group.members.len().min(SPELLING_SAMPLE),
        months: counts.months.iter().map(month_count).collect(),
        related: related_entities(&counts.entities, &[&group.id]),
        possible_duplicates: Vec::new(),
        remarks: Vec::new(),
        id: group.id,
        name: group.name,
    })
}

fn open_surname(
    session: &ReadSession<'_>,
    group: &SurnameGroup,
    is_group: bool,
) -> Result<OpenSurname, ViewError> {
    let candidates = session.archive.entities().surname_candidates(group, MAX_CANDIDATES)?;
    Ok(OpenSurname {
        group: group.id.clone(),
        documents: group.members.len(),
        is_group,
        candidates: candidates.into_iter().map(candidate_details).collect(),
    })
}

fn candidate_details(candidate: SurnameCandidate) -> CandidateDetails {
    let SurnameCandidate { entity, documents, dates, shared } = candidate;
    let mut evidence = Vec::new();
    if let Some((first, last)) = dates {
        let (first, last) = (first.get(..4).unwrap_or(&first), last.get(..4).unwrap_or(&last));
        evidence.push(match first == last {
            true => format!("named in documents of {first}"),
            false => format!("named in documents of {first} to {last}"),
        });
    }
    if !shared.is_empty() {
        evidence.push(format!("both are named with {}", shared.join(", ")));
    }
    let known = knowledge_base_entry(&entity.id, &entity.name);
    evidence.extend(known.map(|entry| entry.description).filter(|words| !words.is_empty()));
    CandidateDetails { name: entity.shown_name(), id: entity.id, documents, evidence }
}

/// Returns the entities of a result without those that it is about.
pub(crate) fn related_entities(counted: &[EntitiesOfLabel], own: &[&String]) -> Vec<RelatedEntity> {
    let mut related = Vec::new();
    for (label, entities) in counted {
        for (other, documents) in entities.iter().filter(|(other, _)| !own.contains(&&other.id)) {
            related.push(RelatedEntity {
                id: other.id.clone(),
                name: other.shown_name(),
                label: *label,
                documents: *documents,
            });
        }
    }
    related
}

fn single_entity_details(
    session: &ReadSession<'_>,
    id: &str,
    counts: &RankedMatches,
) -> Result<EntityDetails, ViewError> {
    let archive = session.archive;
    let entity = archive.entities().get(archive.entities().find(id)?)?;
    let group = archive.entities().group_of_surname(entity.number)?;
    let (documents, mentions) = archive.entities().appearance_counts(entity.number)?;
    let spellings = archive.entities().spellings(entity.number, SPELLING_SAMPLE)?;
    let group_id = group.as_ref().map_or(&entity.id, |group| &group.id);
    let related = related_entities(&counts.entities, &[group_id, &entity.id]);
    let surname = group.as_ref().map(|group| open_surname(session, group, false)).transpose()?;
    let duplicates =
        archive.entities().possible_duplicates(entity.number, MAX_DUPLICATES)?.into_iter();
    let forms = spellings.forms.into_iter().take(MAX_SPELLINGS);
    let known = match knowledge_base_entry(&entity.id, &entity.name) {
        // Persons of the list of a volume have its name before the colon.
        None if entity.id.contains(':') => {
            VolumePersons::read(archive)?.entry(&entity.id, &entity.name)
        }
        known => known,
    };
    Ok(EntityDetails {
        surname,
        questions: questions_about(session, &entity.id)?,
        knowledge_base: known,
        label: entity.label,
        documents,
        mentions,
        spellings: forms.map(|(text, count, reason)| Spelling { text, count, reason }).collect(),
        documents_sampled: spellings.sampled,
        months: counts.months.iter().map(month_count).collect(),
        related,
        possible_duplicates: duplicates
            .map(|(other, documents)| PossibleDuplicate {
                name: other.shown_name(),
                id: other.id,
                documents,
            })
            .collect(),
        remarks: archive.entities().remarks(&entity.id)?.iter().map(RemarkDetails::from).collect(),
        id: entity.id,
        name: entity.name,
    })
}

/// Converts a month (200910) and its count.
pub fn month_count(&(month, count): &(u32, u64)) -> MonthCount {
    MonthCount { month: format!("{:04}-{:02}", month / 100, month % 100), count }
}
