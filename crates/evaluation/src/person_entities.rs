//! Evaluation of entities against the persons that editors marked.
//!
//! The editors of FRUS marked persons in the text with ids of the volume's
//! list. The marks are removed, Chancery runs, and its entities are compared
//! with these ids. A mark without an id does not identify the person: it counts
//! for mentions, but not for clusters and links.

use std::collections::BTreeMap;

use chancery_engine::inputs::Input;
use chancery_engine::{FileLists, InputError, NameLists, Tagger, UserList, stages};
use chancery_model::{
    Annotated, Document, EditorialMark, EditorialMarkKind, Entity, Label, LinkKind, Mention,
    MentionSource,
};
use chancery_parse::{ParsedFile, parse_file};
use chancery_resolve::knowledge_base::KnowledgeBase;
use chancery_resolve::{
    AuthorityList, CrossDocumentLinker, PersonsInDocument, ResolvedDocument, Resolver,
};

use crate::EvaluationError;
use crate::cluster_scores::ClusterScores;
use crate::entity_score::EntityScore;
use crate::footnote_choice::FootnoteChoice;
use crate::link_judge::LinkJudge;

/// The mentions to cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MentionChoice {
    /// The mentions that the engine finds.
    Found,
    /// The mentions that the editors marked.
    Marked,
}

/// Options of the evaluation.
#[derive(Clone, Copy, Debug)]
pub struct EntityEvaluation {
    /// The mentions to cluster.
    pub mentions: MentionChoice,
    /// Whether to resolve with the volume's list.
    pub use_volume_list: bool,
    /// Whether to ignore the targets of marks that are known to be wrong.
    pub corrected: bool,
    /// Whether marks in footnotes count.
    pub footnotes: FootnoteChoice,
}

/// A marked person, and the entity of the same mention.
struct MarkedPerson {
    truth: String,
    entity: Entity,
    is_signature: bool,
    description: String,
}

/// The result of one volume.
pub struct VolumeScore {
    /// The name of the volume: the prefix of its ids.
    pub volume: String,
    /// The score.
    pub score: EntityScore,
    /// Mentions linked to the wrong person, and mentions outside the largest
    /// cluster of their person, one line each.
    pub errors: Vec<String>,
}

/// Scores one volume.
///
/// # Errors
/// If it cannot be read.
pub fn score_volume(
    options: EntityEvaluation,
    input: &Input,
    tagger: &mut Tagger<'static>,
    resolver: &mut Resolver,
) -> Result<VolumeScore, EvaluationError> {
    let (volume, score, errors) = resolve_and_score(options, input, tagger, resolver)?;
    Ok(VolumeScore { volume, score, errors })
}

fn resolve_and_score(
    options: EntityEvaluation,
    input: &Input,
    tagger: &mut Tagger<'static>,
    resolver: &mut Resolver,
) -> Result<(String, EntityScore, Vec<String>), EvaluationError> {
    let raw = input.read_bytes()?;
    let contents =
        parse_file(&raw).map_err(|problem| InputError::from_problem(input.to_string(), problem))?;
    let ParsedFile { documents, lists, .. } = contents;
    let knowledge_base = KnowledgeBase::load_embedded();
    let file_lists = FileLists::new(lists.clone(), &input.to_string());
    let volume_lists = NameLists::new(&file_lists, &UserList::default());
    let scope = file_lists.source();
    let listed = lists.persons.iter().map(|person| (person.id.as_str(), person.name.as_str()));
    let judge = LinkJudge::new(scope, listed, knowledge_base);
    let no_list = AuthorityList::default();
    let authority_list = match options.use_volume_list {
        true => volume_lists.authority_list(),
        false => &no_list,
    };
    let mut linker = CrossDocumentLinker::default();
    let mut resolved: Vec<(Annotated, ResolvedDocument, Vec<EditorialMark>)> = Vec::new();
    for (number, mut document) in documents.into_iter().enumerate() {
        let mut marks = take_person_marks(&mut document);
        if options.corrected {
            let text = document.text.as_str();
            marks.iter_mut().filter(|mark| is_known_wrong_mark(scope, mark, text)).for_each(
                |mark| {
                    mark.target = None;
                },
            );
        }
        let annotated = annotate_document(document, &marks, options.mentions, tagger);
        let entities = resolver.resolve_document(&annotated, authority_list);
        linker.add_document(
            (annotated.document.id, number as u32),
            PersonsInDocument::new(&entities.entities, &entities, scope),
        );
        resolved.push((annotated, entities, marks));
    }
    let identities = linker.resolve_identities();
    let mut score = EntityScore::default();
    let mut pairs = Vec::new();
    for (number, (annotated, entities, marks)) in resolved.iter_mut().enumerate() {
        identities
            .apply_to_entities((annotated.document.id, number as u32), &mut entities.entities);
        marks.retain(|mark| options.footnotes.counts(&annotated.document, mark.span));
        align_marks(annotated, entities, marks, number, &mut score, &mut pairs);
    }
    let clusters: Vec<(&str, &str)> =
        pairs.iter().map(|pair| (pair.truth.as_str(), pair.entity.id.as_str())).collect();
    score.clusters = ClusterScores::from_cluster_pairs(&clusters);
    let mut errors = Vec::new();
    for pair in &pairs {
        count_links(pair, scope, &judge, knowledge_base, &mut score, &mut errors);
    }
    errors.extend(
        outside_largest_cluster(&pairs)
            .map(|mention| format!("{scope}, outside the largest cluster: {mention}")),
    );
    Ok((scope.to_owned(), score, errors))
}

/// Removes all marks; returns those of persons that do not overlap an earlier
/// one.
fn take_person_marks(document: &mut Document) -> Vec<EditorialMark> {
    let mut persons: Vec<EditorialMark> = Vec::new();
    for mark in std::mem::take(&mut document.marks) {
        let inside = persons.last().is_some_and(|before| before.span.overlaps(&mark.span));
        if mark.kind == EditorialMarkKind::Person && !mark.span.is_empty() && !inside {
            persons.push(mark);
        }
    }
    persons
}

/// Whether mismarked.tsv lists the mark: it names the wrong person.
fn is_known_wrong_mark(scope: &str, mark: &EditorialMark, text: &str) -> bool {
    let rows = include_str!("mismarked.tsv").lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| row.split('\t')).any(|mut row| {
        row.next() == Some(scope)
            && row.next() == mark.target.as_deref()
            && row
                .next()
                .is_some_and(|name| text[mark.span.byte_range()].eq_ignore_ascii_case(name))
    })
}

fn annotate_document(
    document: Document,
    marks: &[EditorialMark],
    which: MentionChoice,
    tagger: &mut Tagger<'static>,
) -> Annotated {
    let mut annotated = stages::annotate_document(document, tagger);
    if which == MentionChoice::Marked {
        let mentions = &mut annotated.mentions;
        mentions.retain(|mention| {
            mention.label != Label::Per
                && !marks.iter().any(|mark| mark.span.overlaps(&mention.span))
        });
        mentions.extend(marks.iter().map(|mark| Mention {
            span: mark.span,
            label: Label::Per,
            score: 1.0,
            source: MentionSource::Imported,
        }));
        mentions.sort_by_key(|mention| mention.span.start);
    }
    annotated
}

/// Pairs each mark with the person mention that overlaps it.
fn align_marks(
    annotated: &Annotated,
    resolved: &ResolvedDocument,
    marks: &[EditorialMark],
    number: usize,
    score: &mut EntityScore,
    pairs: &mut Vec<MarkedPerson>,
) {
    let text = &annotated.document.text;
    for mark in marks {
        score.marked += 1;
        let first = annotated.mentions.partition_point(|name| name.span.end <= mark.span.start);
        let touching = annotated.mentions[first..].iter().enumerate();
        let touching = touching.take_while(|(_, name)| name.span.start < mark.span.end);
        let nested = |name: &Mention| {
            name.label == Label::Per
                && (name.span.contains(&mark.span) || mark.span.contains(&name.span))
        };
        let persons = touching.filter(|(_, name)| nested(name));
        let Some((at, name)) = persons.last() else { continue };
        score.found += 1;
        score.exact += u64::from(name.span == mark.span);
        let (Some(target), Some(link)) =
            (&mark.target, resolved.entities.link_of_mention(first + at))
        else {
            continue;
        };
        let entity = &resolved.entities.entities[link.entity as usize];
        pairs.push(MarkedPerson {
            truth: target.clone(),
            entity: entity.clone(),
            is_signature: link.kind == LinkKind::Signature
                || annotated
                    .document
                    .header
                    .signatures
                    .iter()
                    .any(|field| field.span.overlaps(&name.span)),
            description: format!(
                "document {}: {:?} is {target}, linked to {}{}{} ({}; {}; {})",
                number + 1,
                &text[name.span],
                entity.id,
                if entity.same_as.is_some() { " = " } else { "" },
                entity.same_as.as_deref().unwrap_or(""),
                entity.name,
                link.kind.as_str(),
                entity.reason(),
            ),
        });
    }
}

/// Describes the mentions outside the largest cluster of their person.
fn outside_largest_cluster(pairs: &[MarkedPerson]) -> impl Iterator<Item = &str> {
    let mut sizes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for pair in pairs {
        *sizes.entry(&pair.truth).or_default().entry(&pair.entity.id).or_default() += 1;
    }
    let most = |sizes: &BTreeMap<&str, usize>| sizes.values().copied().max().unwrap_or(0);
    let few = move |pair: &&MarkedPerson| {
        let sizes = &sizes[pair.truth.as_str()];
        sizes[pair.entity.id.as_str()] < most(sizes)
    };
    pairs.iter().filter(few).map(|pair| pair.description.as_str())
}

/// Counts the links of a mention: to the volume's list and to the knowledge
/// base.
fn count_links(
    pair: &MarkedPerson,
    scope: &str,
    judge: &LinkJudge,
    knowledge_base: KnowledgeBase<'static>,
    score: &mut EntityScore,
    errors: &mut Vec<String>,
) {
    let verdict = judge.judge_links(&pair.truth, &pair.entity, knowledge_base);
    for (counts, right) in [
        (&mut score.list_links, verdict.list),
        (&mut score.knowledge_base_links, verdict.knowledge_base),
    ] {
        counts.gold += 1;
        counts.found += u64::from(right.is_some());
        counts.correct += u64::from(right == Some(true));
    }
    // The score is that of the id. A person of the volume's list has that id.
    if let Some(right) = verdict.list.or(verdict.knowledge_base) {
        score.reliability.count_link(pair.entity.score, right);
    }
    if pair.is_signature {
        let right = verdict.knowledge_base.or(verdict.list);
        let signatures = &mut score.signatures;
        signatures.all.gold += 1;
        signatures.all.found += u64::from(right.is_some());
        signatures.all.correct += u64::from(right == Some(true));
        if judge.has_appointment(&pair.truth, knowledge_base) {
            signatures.in_knowledge_base += 1;
            signatures.found_in_knowledge_base += u64::from(right.is_some());
        }
    }
    if [verdict.list, verdict.knowledge_base].contains(&Some(false)) {
        errors.push(format!("{scope}, {}", pair.description));
    }
}
