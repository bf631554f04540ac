//! Evaluation of entities against the persons that editors marked.
//!
//! The editors of FRUS marked persons in the text with ids of the volume's
//! list. The marks are removed, Chancery runs, and its entities are compared
//! with these ids. A mark without an id does not identify the person: it counts
//! for mentions, but not for clusters and links.

use std::collections::BTreeMap;

use chancery_engine::inputs::Input;
use chancery_engine::{InputError, Tagger, scope, stages};
use chancery_model::{
    Annotated, Document, Entities, Entity, Label, Mark, MarkKind, Mention, Source, Tie,
};
use chancery_parse::{Contents, read};
use chancery_resolve::facts::Facts;
use chancery_resolve::{Archive, Resolved, Resolver, Roster};
use chancery_segment::segment;

use crate::EvaluationError;
use crate::clusters::Clustering;
use crate::judge::Judge;
use crate::links::Score;

/// The mentions to cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mentions {
    /// The mentions that the engine finds.
    Found,
    /// The mentions that the editors marked.
    Marked,
}

/// Options of the evaluation.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The mentions to cluster.
    pub mentions: Mentions,
    /// Whether to resolve with the volume's own list.
    pub lists: bool,
    /// Whether to ignore the targets of marks that are known to be wrong.
    pub corrected: bool,
}

/// A marked person, and the entity of the same mention.
struct Pair {
    truth: String,
    entity: Entity,
    signs: bool,
    place: String,
}

/// The result of one volume.
pub struct VolumeScore {
    /// The name of the volume: the prefix of its ids.
    pub volume: String,
    /// The score.
    pub score: Score,
    /// Mentions linked to the wrong person, and mentions outside the largest
    /// cluster of their person, one line each.
    pub errors: Vec<String>,
}

/// Scores one volume.
///
/// # Errors
/// If it cannot be read.
pub fn score_volume(
    question: &Question,
    input: &Input,
    tagger: &mut Tagger<'static>,
    resolver: &mut Resolver,
) -> Result<VolumeScore, EvaluationError> {
    let scope = scope(&input.to_string());
    let (score, errors) = volume(question, input, &scope, tagger, resolver)?;
    Ok(VolumeScore { volume: scope, score, errors })
}

fn volume(
    question: &Question,
    input: &Input,
    scope: &str,
    tagger: &mut Tagger<'static>,
    resolver: &mut Resolver,
) -> Result<(Score, Vec<String>), EvaluationError> {
    let raw = input.read()?;
    let contents =
        read(&raw).map_err(|problem| InputError::from_problem(input.to_string(), problem))?;
    let Contents { documents, lists, .. } = contents;
    let facts = Facts::shipped();
    let listed = lists.persons.iter().map(|person| (person.id.as_str(), person.name.as_str()));
    let judge = Judge::new(scope, listed, facts);
    let roster = match question.lists {
        true => stages::roster(&lists, scope, &Roster::default()),
        false => Roster::default(),
    };
    let mut archive = Archive::default();
    let mut resolved: Vec<(Annotated, Resolved, Vec<Mark>)> = Vec::new();
    for (number, mut document) in documents.into_iter().enumerate() {
        let mut marks = persons(&mut document);
        if question.corrected {
            let text = document.text.as_str();
            marks.iter_mut().filter(|mark| is_mistaken(scope, mark, text)).for_each(|mark| {
                mark.target = None;
            });
        }
        let annotated = annotate(document, &marks, question.mentions, tagger);
        let entities = resolver.resolve(&annotated, &roster);
        archive.add((annotated.document.id, number as u32), &entities.entities, &entities, scope);
        resolved.push((annotated, entities, marks));
    }
    let identities = archive.identities();
    let mut score = Score::default();
    let mut pairs = Vec::new();
    for (number, (annotated, entities, marks)) in resolved.iter_mut().enumerate() {
        identities.apply((annotated.document.id, number as u32), &mut entities.entities);
        align(annotated, entities, marks, number, &mut score, &mut pairs);
    }
    let clusters: Vec<(&str, &str)> =
        pairs.iter().map(|pair| (pair.truth.as_str(), pair.entity.id.as_str())).collect();
    score.clusters = Clustering::of(&clusters);
    let mut errors = Vec::new();
    for pair in &pairs {
        count(pair, scope, &judge, facts, &mut score, &mut errors);
    }
    errors.extend(
        apart(&pairs).map(|place| format!("{scope}, outside the largest cluster: {place}")),
    );
    Ok((score, errors))
}

/// Removes all marks; returns those of persons that do not overlap an earlier
/// one.
fn persons(document: &mut Document) -> Vec<Mark> {
    let mut persons: Vec<Mark> = Vec::new();
    for mark in std::mem::take(&mut document.marks) {
        let inside = persons.last().is_some_and(|before| before.span.overlaps(&mark.span));
        if mark.kind == MarkKind::Person && !mark.span.is_empty() && !inside {
            persons.push(mark);
        }
    }
    persons
}

/// Whether mismarked.tsv lists the mark: it names the wrong person.
fn is_mistaken(scope: &str, mark: &Mark, text: &str) -> bool {
    let rows = include_str!("mismarked.tsv").lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| row.split('\t')).any(|mut row| {
        row.next() == Some(scope)
            && row.next() == mark.target.as_deref()
            && row.next().is_some_and(|name| text[mark.span.range()].eq_ignore_ascii_case(name))
    })
}

fn annotate(
    document: Document,
    marks: &[Mark],
    which: Mentions,
    tagger: &mut Tagger<'static>,
) -> Annotated {
    let words = segment(&document);
    let mut mentions = tagger.mentions(document.text.as_str(), &words);
    if which == Mentions::Marked {
        mentions.retain(|mention| {
            mention.label != Label::Per
                && !marks.iter().any(|mark| mark.span.overlaps(&mention.span))
        });
        mentions.extend(marks.iter().map(|mark| Mention {
            span: mark.span,
            label: Label::Per,
            score: 1.0,
            source: Source::Given,
        }));
        mentions.sort_by_key(|mention| mention.span.start);
    }
    Annotated { document, words, mentions, entities: Entities::default() }
}

/// Pairs each mark with the person mention that overlaps it.
fn align(
    annotated: &Annotated,
    resolved: &Resolved,
    marks: &[Mark],
    number: usize,
    score: &mut Score,
    pairs: &mut Vec<Pair>,
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
        let (Some(target), Some(link)) = (&mark.target, resolved.entities.of(first + at)) else {
            continue;
        };
        let entity = &resolved.entities.entities[link.entity as usize];
        pairs.push(Pair {
            truth: target.clone(),
            entity: entity.clone(),
            signs: link.tie == Tie::Signature
                || annotated
                    .document
                    .header
                    .signatures
                    .iter()
                    .any(|field| field.span.overlaps(&name.span)),
            place: format!(
                "document {}: {:?} is {target}, linked to {}{}{} ({}; {}; {})",
                number + 1,
                &text[name.span],
                entity.id,
                if entity.same_as.is_some() { " = " } else { "" },
                entity.same_as.as_deref().unwrap_or(""),
                entity.name,
                link.tie.as_str(),
                entity.reason,
            ),
        });
    }
}

/// Describes the mentions outside the largest cluster of their person.
fn apart(pairs: &[Pair]) -> impl Iterator<Item = &str> {
    let mut sizes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for pair in pairs {
        *sizes.entry(&pair.truth).or_default().entry(&pair.entity.id).or_default() += 1;
    }
    let most = |sizes: &BTreeMap<&str, usize>| sizes.values().copied().max().unwrap_or(0);
    let few = move |pair: &&Pair| {
        let sizes = &sizes[pair.truth.as_str()];
        sizes[pair.entity.id.as_str()] < most(sizes)
    };
    pairs.iter().filter(few).map(|pair| pair.place.as_str())
}

/// Counts the links of a mention: to the volume's list and to the knowledge
/// base.
fn count(
    pair: &Pair,
    scope: &str,
    judge: &Judge,
    facts: Facts<'static>,
    score: &mut Score,
    errors: &mut Vec<String>,
) {
    let verdict = judge.judge(&pair.truth, &pair.entity, facts);
    for (counts, right) in [(&mut score.links, verdict.list), (&mut score.facts, verdict.facts)] {
        counts.gold += 1;
        counts.found += u64::from(right.is_some());
        counts.correct += u64::from(right == Some(true));
    }
    if pair.signs {
        let right = verdict.facts.or(verdict.list);
        let signatures = &mut score.signatures;
        signatures.all.gold += 1;
        signatures.all.found += u64::from(right.is_some());
        signatures.all.correct += u64::from(right == Some(true));
        if judge.knows_office(&pair.truth, facts) {
            signatures.in_facts += 1;
            signatures.found_in_facts += u64::from(right.is_some());
        }
    }
    if [verdict.list, verdict.facts].contains(&Some(false)) {
        errors.push(format!("{scope}, {}", pair.place));
    }
}
