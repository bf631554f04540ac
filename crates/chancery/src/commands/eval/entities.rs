//! `chancery eval --entities`: who is who, against what editors marked.
//!
//! The editors of FRUS marked persons in the text with ids of the volume's
//! list. The marks are taken off, Chancery runs, and its entities are compared
//! with the ids. A mark without an id says that a person is named but not who:
//! it counts for finding, not for clusters and links.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use chancery_model::{Annotated, Document, Entities, Label, Mark, MarkKind, Mention, Source, Tie};
use chancery_ner::Tagger;
use chancery_parse::{Contents, read};
use chancery_resolve::name::{Fit, Listed, Spoken};
use chancery_resolve::{Archive, Resolved, Resolver, Roster};
use chancery_segment::segment;
use serde_json::{Value, json};

use super::super::{UNWRITABLE, output};
use crate::clusters::{Clustering, Measure};
use crate::inputs::{Input, collect};
use crate::pipeline;
use crate::score::Counts;

/// Which mentions are clustered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mentions {
    /// Those that the engine finds.
    Found,
    /// Those that the editors marked.
    Marked,
}

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) volumes: &'a [PathBuf],
    pub(super) mentions: Mentions,
    /// Whether the volume's own list may be used.
    pub(super) lists: bool,
    pub(super) json: bool,
    pub(super) errors: bool,
}

/// The score of one volume, or of several.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    clusters: Clustering,
    links: Counts,
    facts: Counts,
    signatures: Counts,
    /// Marked, found, found with the same borders.
    marked: u64,
    found: u64,
    exact: u64,
}

/// A marked person, and the entity that the same words got.
struct Pair {
    truth: String,
    entity: String,
    name: String,
    signs: bool,
    place: String,
}

pub(super) fn run(question: &Question<'_>, tagger: &mut Tagger<'static>) -> anyhow::Result<()> {
    let mut out = output(None)?;
    let mut total = Score::default();
    let mut volumes = serde_json::Map::new();
    let mut resolver = Resolver::shipped();
    for input in collect(question.volumes) {
        let input = input?;
        let scope = pipeline::scope(&input.to_string());
        let (score, errors) = volume(question, &input, &scope, tagger, &mut resolver)?;
        if question.errors {
            errors.iter().try_for_each(|line| writeln!(out, "{line}")).context(UNWRITABLE)?;
        }
        volumes.insert(scope, as_json(&score));
        total.add(&score);
    }
    let mut all = as_json(&total);
    if question.json {
        all["volumes"] = Value::Object(volumes);
        writeln!(out, "{all}").context(UNWRITABLE)?;
    } else {
        for (name, value) in volumes.iter().chain([(&"all".to_owned(), &all)]) {
            writeln!(out, "{name}: {value:#}").context(UNWRITABLE)?;
        }
    }
    out.flush().context(UNWRITABLE)?;
    Ok(())
}

fn volume(
    question: &Question<'_>,
    input: &Input,
    scope: &str,
    tagger: &mut Tagger<'static>,
    resolver: &mut Resolver,
) -> anyhow::Result<(Score, Vec<String>)> {
    let raw = input.read()?;
    let contents = read(&raw).map_err(|problem| anyhow::anyhow!("{input}: {}", problem.what))?;
    let Contents { documents, lists, .. } = contents;
    let listed: BTreeMap<&str, &str> =
        lists.persons.iter().map(|person| (person.id.as_str(), person.name.as_str())).collect();
    let roster = match question.lists {
        true => pipeline::roster(&lists, scope, &Roster::default()),
        false => Roster::default(),
    };
    let mut archive = Archive::default();
    let mut resolved: Vec<(Annotated, Resolved, Vec<Mark>)> = Vec::new();
    for (number, mut document) in documents.into_iter().enumerate() {
        let marks = persons(&mut document);
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
        pairs.iter().map(|pair| (pair.truth.as_str(), pair.entity.as_str())).collect();
    score.clusters = Clustering::of(&clusters);
    let mut errors = Vec::new();
    for pair in &pairs {
        count(pair, scope, &listed, &mut score, &mut errors);
    }
    errors.extend(apart(&pairs).map(|place| format!("{scope}, apart: {place}")));
    Ok((score, errors))
}

/// Takes the marks off; gives those of persons, without those inside others.
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

/// Pairs each mark with the person that shares its words.
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
            entity: entity.id.clone(),
            name: entity.name.clone(),
            signs: link.tie == Tie::Signature
                || annotated
                    .document
                    .header
                    .signatures
                    .iter()
                    .any(|field| field.span.overlaps(&name.span)),
            place: format!(
                "document {}: {:?} is {target}, linked to {} ({}; {}; {})",
                number + 1,
                &text[name.span],
                entity.id,
                entity.name,
                link.tie.as_str(),
                entity.reason,
            ),
        });
    }
}

/// Mentions that are apart from most of the same person.
fn apart(pairs: &[Pair]) -> impl Iterator<Item = &str> {
    let mut sizes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for pair in pairs {
        *sizes.entry(&pair.truth).or_default().entry(&pair.entity).or_default() += 1;
    }
    let most = |sizes: &BTreeMap<&str, usize>| sizes.values().copied().max().unwrap_or(0);
    let few = move |pair: &&Pair| {
        let sizes = &sizes[pair.truth.as_str()];
        sizes[pair.entity.as_str()] < most(sizes)
    };
    pairs.iter().filter(few).map(|pair| pair.place.as_str())
}

/// Counts the link of a mention: to the volume's list by id, to the fact
/// table by name.
fn count(
    pair: &Pair,
    scope: &str,
    listed: &BTreeMap<&str, &str>,
    score: &mut Score,
    errors: &mut Vec<String>,
) {
    score.links.gold += 1;
    score.facts.gold += 1;
    let (source, id) = pair.entity.split_once(':').unwrap_or(("", ""));
    let right = match source {
        "per" => None,
        _ if source == scope => {
            score.links.found += 1;
            score.links.correct += u64::from(id == pair.truth);
            Some(id == pair.truth)
        }
        _ => {
            let name = listed.get(pair.truth.as_str()).copied().unwrap_or("");
            let right = same_person(name, &pair.name);
            score.facts.found += 1;
            score.facts.correct += u64::from(right);
            Some(right)
        }
    };
    if pair.signs {
        score.signatures.gold += 1;
        score.signatures.found += u64::from(right.is_some());
        score.signatures.correct += u64::from(right == Some(true));
    }
    if right == Some(false) {
        errors.push(format!("{scope}, {}", pair.place));
    }
}

/// Whether two listed names may be one person's.
fn same_person(a: &str, b: &str) -> bool {
    let (one, other) = (Listed::new(a), Listed::new(b));
    let fits = |listed: &Listed, spoken: &Listed| {
        let fit = listed.fit(&Spoken::new(&spoken.spoken()));
        let bare = one.forms.iter().chain(&other.forms).all(|form| form.given.is_empty());
        matches!(fit, Fit::Full(_)) || (bare && fit == Fit::Family)
    };
    fits(&one, &other) || fits(&other, &one)
}

impl Score {
    fn add(&mut self, other: &Self) {
        self.clusters.add(other.clusters);
        for (sum, part) in [
            (&mut self.links, other.links),
            (&mut self.facts, other.facts),
            (&mut self.signatures, other.signatures),
        ] {
            sum.gold += part.gold;
            sum.found += part.found;
            sum.correct += part.correct;
        }
        self.marked += other.marked;
        self.found += other.found;
        self.exact += other.exact;
    }
}

fn as_json(score: &Score) -> Value {
    let rounded = |percent: f64| (percent * 1e2).round() / 1e2;
    let measure = |m: Measure| json!({"precision": rounded(m.precision()), "recall": rounded(m.recall()), "f1": rounded(m.f1())});
    let links = |c: Counts| json!({"precision": rounded(c.precision()), "recall": rounded(c.recall()), "found": c.found});
    let share = |part: u64| rounded(100.0 * part as f64 / score.marked.max(1) as f64);
    json!({
        "bcubed": measure(score.clusters.bcubed),
        "pairwise": measure(score.clusters.pairwise),
        "ceafe": measure(score.clusters.ceafe),
        "muc": measure(score.clusters.muc),
        "links": links(score.links),
        "facts": links(score.facts),
        "signatures": {
            "precision": rounded(score.signatures.precision()),
            "resolved": rounded(100.0 * score.signatures.found as f64 / score.signatures.gold.max(1) as f64),
            "signed": score.signatures.gold,
        },
        "mention_recall": share(score.found),
        "mention_recall_exact": share(score.exact),
        "mentions": score.links.gold,
    })
}
