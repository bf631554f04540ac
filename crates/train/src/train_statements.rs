//! `chancery-train statements`: learns the weights of statements, or cross-validates.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chancery_attribution::{MarkedStatement, Weights, attribute, learn_weights};
use chancery_engine::{Engine, EngineKind, ListChoice};
use chancery_model::{Annotated, RawSpan};
use serde_json::Value;

/// Learn the weights that decide about statements
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of NAME.txt and NAME.statements.json
    folder: PathBuf,
    /// Report F1 of finding over this many parts instead of writing weights
    #[arg(long)]
    cross_validate: Option<usize>,
    /// Where to write the weights
    #[arg(long, default_value = "crates/models/data/statements.tsv")]
    output: PathBuf,
    /// Print what was found and missed at this threshold
    #[arg(long, default_value_t = 0.5)]
    threshold: f32,
    /// Write the statements that were found to this file, as JSON lines
    #[arg(long)]
    predictions: Option<PathBuf>,
    /// Print the mistakes
    #[arg(long)]
    mistakes: bool,
}

struct MarkedDocument {
    name: String,
    raw: Vec<u8>,
    annotated: Annotated,
    marked: Vec<MarkedStatement>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let documents = read_documents(&arguments.folder)?;
    let pairs = |skip: Option<(usize, usize)>| {
        let kept = documents
            .iter()
            .enumerate()
            .filter(move |(at, _)| skip.is_none_or(|(part, parts)| at % parts != part));
        learn_weights(kept.map(|(_, one)| (&one.annotated, one.marked.as_slice())))
    };
    let Some(parts) = arguments.cross_validate else {
        fs::write(&arguments.output, pairs(None).to_table())?;
        return Ok(());
    };
    let mut counts = Counts::default();
    let mut predictions = Vec::new();
    for part in 0..parts {
        let weights = pairs(Some((part, parts)));
        for one in documents.iter().enumerate().filter(|(at, _)| at % parts == part) {
            counts.add(one.1, &weights, arguments.threshold, arguments.mistakes);
            if arguments.predictions.is_some() {
                let mut annotated = one.1.annotated.clone();
                annotated.attribution = attribute(&annotated, &weights);
                chancery_formats::jsonl::write_line(
                    &annotated,
                    &format!("{}.txt", one.1.name),
                    &mut predictions,
                )?;
            }
        }
    }
    if let Some(path) = &arguments.predictions {
        fs::write(path, predictions)?;
    }
    println!("{}", counts.report());
    Ok(())
}

#[derive(Default)]
struct Counts {
    right: usize,
    found: usize,
    marked: usize,
}

impl Counts {
    fn add(&mut self, one: &MarkedDocument, weights: &Weights, threshold: f32, mistakes: bool) {
        let text = &one.annotated.document.text;
        let statements = attribute(&one.annotated, weights).statements;
        let found: Vec<(RawSpan, RawSpan, String)> = (statements.iter())
            .filter(|statement| statement.score >= threshold)
            .map(|statement| {
                let cue = text.to_raw_span(statement.cue);
                (cue, text.to_raw_span(statement.content), format!("{:.2}", statement.score))
            })
            .collect();
        let mut used = vec![false; found.len()];
        let starts: Vec<usize> = word_starts(&one.raw);
        let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
        for (i, marked) in one.marked.iter().enumerate() {
            for (j, (cue, content, _)) in found.iter().enumerate() {
                let share = marked.content.map_or(0.0, |gold| jaccard(&starts, gold, *content));
                let near = marked.cue.start < cue.end && cue.start < marked.cue.end;
                if share >= 0.5 || (near && marked.content.is_none()) {
                    pairs.push((share + f32::from(u8::from(near)), i, j));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut hit = vec![false; one.marked.len()];
        for (_, i, j) in pairs {
            if !hit[i] && !used[j] {
                (hit[i], used[j]) = (true, true);
                self.right += 1;
            }
        }
        self.found += found.len();
        self.marked += one.marked.len();
        if mistakes {
            let show = |span: RawSpan| {
                let from = span.start.saturating_sub(90) as usize;
                let to = (span.end as usize + 160).min(one.raw.len());
                let part =
                    |a: usize, b: usize| String::from_utf8_lossy(&one.raw[a..b]).into_owned();
                let text = format!(
                    "{}<<{}>>{}",
                    part(from, span.start as usize),
                    part(span.start as usize, span.end as usize),
                    part(span.end as usize, to)
                );
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            let piece = |span: RawSpan| {
                let all = String::from_utf8_lossy(&one.raw[span.start as usize..span.end as usize])
                    .into_owned();
                all.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            for (i, marked) in one.marked.iter().enumerate().filter(|(i, _)| !hit[*i]) {
                let near = found.iter().enumerate().find(|(_, (cue, ..))| {
                    marked.cue.start < cue.end && cue.start < marked.cue.end
                });
                let near = near.map_or(String::new(), |(j, (_, content, _))| {
                    format!(" FOUND{} [{}]", if used[j] { "*" } else { "" }, piece(*content))
                });
                println!(
                    "MISS {} {i} {} GOLD [{}]{near}",
                    one.name,
                    show(marked.cue),
                    marked.content.map(piece).unwrap_or_default()
                );
            }
            for (j, (cue, content, score)) in found.iter().enumerate().filter(|(j, _)| !used[*j]) {
                println!("FALSE {} {j} {score} {} [{}]", one.name, show(*cue), piece(*content));
            }
        }
    }

    fn report(&self) -> String {
        let share = |a: usize, b: usize| 100.0 * a as f64 / b.max(1) as f64;
        let (p, r) = (share(self.right, self.found), share(self.right, self.marked));
        format!("precision {p:.1} recall {r:.1} F1 {:.1}", 2.0 * p * r / (p + r).max(1e-9))
    }
}

fn word_starts(raw: &[u8]) -> Vec<usize> {
    let text = String::from_utf8_lossy(raw);
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut before = ' ';
    let mut starts = Vec::new();
    for (at, letter) in text.char_indices() {
        if is_word(letter) && !is_word(before) {
            starts.push(at);
        }
        before = letter;
    }
    starts
}

fn jaccard(starts: &[usize], a: RawSpan, b: RawSpan) -> f32 {
    let count = |from: u32, to: u32| {
        let at = |place: u32| starts.partition_point(|&start| start < place as usize);
        at(to).saturating_sub(at(from)) as f32
    };
    let shared = count(a.start.max(b.start), a.end.min(b.end));
    shared / (count(a.start, a.end) + count(b.start, b.end) - shared).max(1.0)
}

fn read_documents(folder: &Path) -> Result<Vec<MarkedDocument>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    paths.sort();
    let mut engine = Engine::load_shipped(EngineKind::Fast);
    paths.iter().map(|path| read_document(path, &mut engine)).collect()
}

fn read_document(path: &Path, engine: &mut Engine) -> Result<MarkedDocument> {
    let raw = fs::read(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let gold: Value = serde_json::from_slice(&fs::read(path.with_extension("statements.json"))?)?;
    let text = String::from_utf8(raw.clone())?;
    let mut offsets: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
    offsets.push(text.len() as u32);
    let span = |value: &Value| {
        let at = |index: usize| offsets.get(value[index].as_u64()? as usize).copied();
        Some(RawSpan::new(at(0)?, at(1)?))
    };
    let marked = gold["statements"].as_array().context("statements")?.iter();
    let marked = marked
        .filter_map(|one| {
            let content = span(&one["content"]);
            let cue = span(&one["cue"]).or(content)?;
            Some(MarkedStatement { cue, content })
        })
        .collect();
    let (mut documents, _) = engine
        .resolve_file(&raw, &name, ListChoice::default())
        .map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    let annotated = documents.next().context("a document")?.annotated;
    Ok(MarkedDocument { name, raw: raw.clone(), annotated, marked })
}
