//! `chancery-train statements`: learns the weights of statements, or cross-validates.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chancery_attribution::{
    MarkedAct, MarkedDocument, MarkedStatement, Weights, attribute, learn_weights,
};
use chancery_engine::{Engine, EngineKind, ListChoice};
use chancery_model::{ActKind, Annotated, RawSpan};
use serde_json::Value;

/// Learn the weights that decide about statements
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folders of NAME.txt and NAME.statements.json
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Report F1 of finding over this many parts of the first folder instead of writing
    /// weights; the other folders are learnt from each time
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

/// A telegram that was marked by hand, as read by the engine.
struct ReadDocument {
    name: String,
    raw: Vec<u8>,
    annotated: Annotated,
    marked: MarkedDocument,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut engine = Engine::load_shipped(EngineKind::Fast);
    let (first, others) = arguments.folders.split_first().context("a folder")?;
    let documents = read_documents(first, &mut engine)?;
    let mut others_read = Vec::new();
    for folder in others {
        others_read.extend(read_documents(folder, &mut engine)?);
    }
    let pairs = |skip: Option<(usize, usize)>| {
        let kept = documents
            .iter()
            .enumerate()
            .filter(move |(at, _)| skip.is_none_or(|(part, parts)| at % parts != part));
        let all = kept.map(|(_, one)| one).chain(&others_read);
        learn_weights(all.map(|one| (&one.annotated, &one.marked)))
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

/// A statement that was found, in bytes of the file.
struct Found {
    cue: RawSpan,
    content: RawSpan,
    score: f32,
}

impl Counts {
    fn add(&mut self, one: &ReadDocument, weights: &Weights, threshold: f32, mistakes: bool) {
        let found = find_statements(one, weights, threshold);
        let pairs = pair_statements(one, &found);
        self.right += pairs.len();
        self.found += found.len();
        self.marked += one.marked.statements.len();
        if mistakes {
            print_missed(one, &found, &pairs);
            print_false(one, &found, &pairs);
        }
    }

    fn report(&self) -> String {
        let share = |a: usize, b: usize| 100.0 * a as f64 / b.max(1) as f64;
        let (p, r) = (share(self.right, self.found), share(self.right, self.marked));
        format!("precision {p:.1} recall {r:.1} F1 {:.1}", 2.0 * p * r / (p + r).max(1e-9))
    }
}

fn find_statements(one: &ReadDocument, weights: &Weights, threshold: f32) -> Vec<Found> {
    let text = &one.annotated.document.text;
    let statements = attribute(&one.annotated, weights).statements;
    let likely = statements.iter().filter(|statement| statement.score >= threshold);
    likely
        .map(|statement| Found {
            cue: text.to_raw_span(statement.cue),
            content: text.to_raw_span(statement.content),
            score: statement.score,
        })
        .collect()
}

/// The marked statements that were found, each with the found one: those that share most
/// come first, and each is used once.
fn pair_statements(one: &ReadDocument, found: &[Found]) -> Vec<(usize, usize)> {
    let starts = word_starts(&one.raw);
    let mut options: Vec<(f32, usize, usize)> = Vec::new();
    for (i, marked) in one.marked.statements.iter().enumerate() {
        for (j, Found { cue, content, .. }) in found.iter().enumerate() {
            let share = marked.content.map_or(0.0, |gold| jaccard(&starts, gold, *content));
            let near = touch(marked.cue, *cue);
            if share >= 0.5 || (near && marked.content.is_none()) {
                options.push((share + f32::from(u8::from(near)), i, j));
            }
        }
    }
    options.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, i, j) in options {
        if pairs.iter().all(|&(other_i, other_j)| other_i != i && other_j != j) {
            pairs.push((i, j));
        }
    }
    pairs
}

fn touch(a: RawSpan, b: RawSpan) -> bool {
    a.start < b.end && b.start < a.end
}

fn print_missed(one: &ReadDocument, found: &[Found], pairs: &[(usize, usize)]) {
    for (i, marked) in one.marked.statements.iter().enumerate() {
        if pairs.iter().any(|&(hit, _)| hit == i) {
            continue;
        }
        let near = found.iter().enumerate().find(|(_, found)| touch(marked.cue, found.cue));
        let near = near.map_or(String::new(), |(j, near)| {
            let mark = if pairs.iter().any(|&(_, used)| used == j) { "*" } else { "" };
            format!(" FOUND{mark} [{}]", one.words(near.content))
        });
        println!(
            "MISS {} {i} {} GOLD [{}]{near}",
            one.name,
            one.surroundings(marked.cue),
            marked.content.map(|content| one.words(content)).unwrap_or_default()
        );
    }
}

fn print_false(one: &ReadDocument, found: &[Found], pairs: &[(usize, usize)]) {
    for (j, Found { cue, content, score }) in found.iter().enumerate() {
        if pairs.iter().all(|&(_, used)| used != j) {
            let (cue, content) = (one.surroundings(*cue), one.words(*content));
            println!("FALSE {} {j} {score:.2} {cue} [{content}]", one.name);
        }
    }
}

impl ReadDocument {
    fn part(&self, from: usize, to: usize) -> String {
        let part = String::from_utf8_lossy(&self.raw[from..to]).into_owned();
        part.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The words of a span on one line.
    fn words(&self, span: RawSpan) -> String {
        self.part(span.start as usize, span.end as usize)
    }

    /// A span in its sentence, on one line.
    fn surroundings(&self, span: RawSpan) -> String {
        let (start, end) = (span.start as usize, span.end as usize);
        let before = self.part(start.saturating_sub(90), start);
        let after = self.part(end, (end + 160).min(self.raw.len()));
        format!("{before} <<{}>> {after}", self.words(span))
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

fn read_documents(folder: &Path, engine: &mut Engine) -> Result<Vec<ReadDocument>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    paths.sort();
    paths.iter().map(|path| read_document(path, engine)).collect()
}

fn read_document(path: &Path, engine: &mut Engine) -> Result<ReadDocument> {
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
    let statements = gold["statements"].as_array().context("statements")?.iter();
    let statements = statements
        .filter_map(|one| {
            let content = span(&one["content"]);
            let cue = span(&one["cue"]).or(content)?;
            let hearer = one["hearer"].as_str().map(str::to_owned);
            Some(MarkedStatement { cue, content, hearer })
        })
        .collect();
    let acts = gold["acts"].as_array().context("acts")?.iter();
    let acts = acts
        .filter_map(|one| {
            // "?met" is a meeting that is planned or was refused.
            let kind = one["type"].as_str()?.trim_start_matches('?');
            let kind = ActKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
            Some(MarkedAct { kind, cue: span(&one["cue"])? })
        })
        .collect();
    let marked = MarkedDocument { statements, acts };
    let (mut documents, _) = engine
        .resolve_file(&raw, &name, ListChoice::default())
        .map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    let annotated = documents.next().context("a document")?.annotated;
    Ok(ReadDocument { name, raw: raw.clone(), annotated, marked })
}
