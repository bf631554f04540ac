//! What an archive holds, and what is open in it: the first page that a reader sees.

use chancery_model::Label;
use chancery_store::{ListedEntity, Query, RankedMatches, SearchRequest};

use crate::decisions::{DecisionEntry, recent_decisions};
use crate::doubts::count_doubts;
use crate::error::ViewError;
use crate::merging::{Question, open_questions};
use crate::saved_searches::{CountedSearch, counted_searches};
use crate::session::ReadSession;

/// Entities of each label.
const MAX_ENTITIES: usize = 10;

/// Surnames in doubt, questions and decisions.
const MAX_OPEN: usize = 5;

/// Maximum number of saved searches that are counted.
const MAX_SEARCHES: usize = 20;

/// What an archive holds.
#[derive(Debug)]
pub struct ArchiveHome {
    /// Number of documents.
    pub documents: usize,
    /// Number of documents per month: 200910 is October 2009.
    pub months: Vec<(u32, u64)>,
    /// Posts with their numbers of documents, the largest first.
    pub posts: Vec<(String, u64)>,
    /// Classifications with their numbers of documents.
    pub classifications: Vec<(String, u64)>,
    /// The entities of each label that most documents name.
    pub most_named: Vec<MostNamed>,
    /// Saved searches with their numbers of documents, all and new.
    pub searches: Vec<CountedSearch>,
    /// Surnames that nothing decided, those of most documents first.
    pub surnames: Vec<ListedEntity>,
    /// Number of pairs of names that may be one.
    pub doubts: usize,
    /// Number of such surnames.
    pub surname_count: usize,
    /// Questions that later documents raise.
    pub questions: Vec<Question>,
    /// The last decisions.
    pub decisions: Vec<DecisionEntry>,
    /// Number of files that could not be read.
    pub problems: usize,
}

/// The entities of a label that most documents name.
#[derive(Debug)]
pub struct MostNamed {
    /// The label.
    pub label: Label,
    /// Number of entities of the label.
    pub total: usize,
    /// The first of them.
    pub entities: Vec<ListedEntity>,
}

/// Reads what an archive holds.
pub fn archive_home(session: &ReadSession<'_>) -> Result<ArchiveHome, ViewError> {
    let archive = session.archive;
    let searcher = session.current_searcher()?;
    let request = SearchRequest { limit: 0, facets: true, ..SearchRequest::new(Query::All) };
    let RankedMatches { total, facets, months, .. } = searcher.rank_matches(archive, &request)?;
    let facet = |name: &str| {
        let found = facets.iter().find(|(facet, _)| *facet == name);
        found.map(|(_, counts)| counts.clone()).unwrap_or_default()
    };
    let list = searcher.entity_list(archive, &Query::All)?;
    let most_named = [Label::Per, Label::Loc, Label::Org].map(|label| {
        let all = || list.entities.iter().filter(move |entity| entity.label == label);
        let entities = all().filter(|entity| !entity.is_group).take(MAX_ENTITIES);
        MostNamed { label, total: all().count(), entities: entities.cloned().collect() }
    });
    let surnames = || list.entities.iter().filter(|entity| entity.is_group);
    let mut questions = open_questions(session)?;
    questions.truncate(MAX_OPEN);
    Ok(ArchiveHome {
        documents: total,
        posts: facet("post"),
        classifications: facet("classification"),
        months,
        most_named: most_named.into(),
        searches: counted_searches(session, MAX_SEARCHES)?,
        doubts: count_doubts(session)?,
        surname_count: surnames().count(),
        surnames: surnames().take(MAX_OPEN).cloned().collect(),
        questions,
        decisions: recent_decisions(session, 0, MAX_OPEN)?.1,
        problems: archive.files().problems()?.len(),
    })
}
