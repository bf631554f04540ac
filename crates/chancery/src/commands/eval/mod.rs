//! `chancery eval`: how well an engine finds the names of a gold standard.

mod archive;
mod entities;
mod judge;
mod mistakes;
mod people;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use chancery_model::{Label, Mention};
use clap::Args;
use serde_json::{Value, json};

use super::{Outcome, UNWRITABLE, output};
use crate::gold::{self, Case, Edit};
use crate::pipeline::Engine;
use crate::score::{Counts, Score, drop_optional};
use mistakes::Listing;

const EXAMPLES: &str = "\
Gold standards are BIO columns (.tsv, .conll, .bio, .iob: token first, tag last,
documents parted by -DOCSTART-) and brackets (.brackets.txt), on whose tokens
the engine runs; pairs (NAME.txt with NAME.json or NAME.ann), .jsonl, .jsonld,
.tei.xml, .spacy.jsonl, .parquet and .arrow, on whose text the engine runs from
the raw bytes on; or folders of them. With --given, GOLD is an archive: the
names of an imported set against those that the archive holds. Counting is that
of conlleval; tags are read as strict IOB2: an I- that continues no name is no
part of one.

Examples:
  chancery eval test.tsv
  chancery eval dev/ --errors
  chancery eval test.tsv --pred mine.tsv --json
  chancery eval test.tsv --capitals
  chancery eval dev.tsv --ignore MISC        gold without a MISC layer
  chancery eval archive --given ana --errors
  chancery eval archive --given ana --found bob";

/// Measure how well names are found
///
/// Runs an engine over a gold standard, or takes given predictions, and
/// prints precision, recall and F1 for each class and overall, in percent.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Gold standards: files or folders
    #[arg(value_name = "GOLD", required = true)]
    gold: Vec<PathBuf>,
    /// What finds the names
    #[arg(long, value_enum, default_value_t = Engine::Accurate)]
    engine: Engine,
    /// Use this model instead of the shipped one (see `chancery train`)
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Score these predictions (in the form of GOLD) and run no engine
    #[arg(long, value_name = "FILE", conflicts_with = "engine")]
    pred: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// List the mistakes with their context
    #[arg(long, conflicts_with = "json")]
    errors: bool,
    /// Put the gold standard's text in capitals first
    #[arg(long, conflicts_with = "pred")]
    capitals: bool,
    /// Score who is who: GOLD are FRUS volumes, whose marks of persons are
    /// taken off and compared with
    #[arg(long, conflicts_with_all = ["pred", "capitals", "ignore"])]
    entities: bool,
    /// Cluster the persons that the editors marked, and not those found
    #[arg(long, requires = "entities")]
    gold_mentions: bool,
    /// Resolve without the volume's own list of persons
    #[arg(long, requires = "entities")]
    without_lists: bool,
    /// GOLD is an archive, and the names of this imported set are right
    #[arg(long, value_name = "SET", conflicts_with_all = ["pred", "capitals", "entities", "engine"])]
    given: Option<String>,
    /// Score this imported set, and not the names of the archive
    #[arg(long, value_name = "SET", requires = "given")]
    found: Option<String>,
    /// Leave out the marks that are known to name the wrong person
    #[arg(long, requires = "entities")]
    corrected: bool,
    /// Leave a class out, in the gold standard and in what is found
    #[arg(long, value_name = "CLASS", value_parser = label)]
    ignore: Vec<Label>,
}

pub(crate) fn label(name: &str) -> Result<Label, String> {
    name.parse().map_err(|()| {
        let names: Vec<&str> = Label::ALL.iter().map(|label| label.as_str()).collect();
        format!("no such class; the classes are {}", names.join(", "))
    })
}

/// Scores, and prints the score.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.entities {
        let question = entities::Question {
            volumes: &arguments.gold,
            mentions: match arguments.gold_mentions {
                true => entities::Mentions::Marked,
                false => entities::Mentions::Found,
            },
            lists: !arguments.without_lists,
            corrected: arguments.corrected,
            json: arguments.json,
            errors: arguments.errors,
        };
        let mut tagger = arguments.engine.load(arguments.model.as_deref())?;
        entities::run(&question, &mut tagger)?;
        return Ok(Outcome::Fine);
    }
    if let Some(set) = &arguments.given {
        let (cases, found) = archive::load(&arguments.gold, set, arguments.found.as_deref())?;
        return print(arguments, &cases, found);
    }
    let edit = if arguments.capitals { Edit::Capitals } else { Edit::None };
    let cases = gold::load(&arguments.gold, edit)?;
    let found = match &arguments.pred {
        Some(path) => gold::predictions(path, &cases)?,
        None => {
            let mut tagger = arguments.engine.load(arguments.model.as_deref())?;
            cases.iter().map(|case| case.find(&mut tagger)).collect::<anyhow::Result<_>>()?
        }
    };
    print(arguments, &cases, found)
}

/// Prints how the names that were found compare with those of `cases`.
fn print(
    arguments: &Arguments,
    cases: &[Case],
    found: Vec<Vec<Mention>>,
) -> anyhow::Result<Outcome> {
    let (score, listing) = compare(cases, found, &arguments.ignore);
    let mut output = output(None)?;
    let written = if arguments.json {
        writeln!(output, "{}", as_json(&score))
    } else {
        let listed = if arguments.errors { listing.write(&mut output) } else { Ok(()) };
        listed.and_then(|()| write_table(&mut output, &score))
    };
    written.and_then(|()| output.flush()).context(UNWRITABLE)?;
    Ok(Outcome::Fine)
}

/// The score over all cases, and the mistakes behind it.
fn compare<'a>(
    cases: &'a [Case],
    found: Vec<Vec<Mention>>,
    ignored: &[Label],
) -> (Score, Listing<'a>) {
    let counts = |name: &Mention| !ignored.contains(&name.label);
    let mut score = Score::default();
    let mut listing = Listing::default();
    for (case, mut found) in cases.iter().zip(found) {
        let gold: Vec<Mention> = case.names.iter().copied().filter(counts).collect();
        found.retain(counts);
        drop_optional(&mut found, &case.optional);
        score.count(&gold, &found);
        listing.add(case, &gold, &found);
    }
    (score, listing)
}

/// `{"overall": {"precision", "recall", "f1"}, "PER": {…}, …}` in percent,
/// and under "counts" the numbers behind it.
fn as_json(score: &Score) -> Value {
    let mut all = serde_json::Map::new();
    all.insert("overall".into(), measures(score.overall()));
    for (label, &counts) in &score.classes {
        all.insert(label.to_string(), measures(counts));
    }
    let mut numbers = serde_json::Map::new();
    numbers.insert("overall".into(), count(score.overall()));
    for (label, &counts) in &score.classes {
        numbers.insert(label.to_string(), count(counts));
    }
    all.insert("counts".into(), Value::Object(numbers));
    Value::Object(all)
}

fn measures(counts: Counts) -> Value {
    let rounded = |percent: f64| (percent * 1e4).round() / 1e4;
    json!({
        "precision": rounded(counts.precision()),
        "recall": rounded(counts.recall()),
        "f1": rounded(counts.f1()),
    })
}

fn count(counts: Counts) -> Value {
    json!({ "gold": counts.gold, "found": counts.found, "correct": counts.correct })
}

pub(super) fn write_table(out: &mut impl Write, score: &Score) -> std::io::Result<()> {
    writeln!(
        out,
        "{:8}{:>10}{:>8}{:>8}{:>8}{:>8}{:>9}",
        "", "precision", "recall", "F1", "gold", "found", "correct"
    )?;
    let mut line = |name: &str, counts: Counts| {
        let Counts { gold, found, correct } = counts;
        let (precision, recall, f1) = (counts.precision(), counts.recall(), counts.f1());
        writeln!(out, "{name:8}{precision:10.2}{recall:8.2}{f1:8.2}{gold:8}{found:8}{correct:9}")
    };
    for (label, &counts) in &score.classes {
        line(label.as_str(), counts)?;
    }
    line("overall", score.overall())
}
