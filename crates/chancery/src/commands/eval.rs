//! `chancery eval`: scores an engine against a gold standard.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chancery_engine::FileLists;
use chancery_engine::inputs::collect_inputs;
use chancery_evaluation::EvaluationError;
use chancery_evaluation::archived_persons::ArchivedPersonScore;
use chancery_evaluation::entity_score;
use chancery_evaluation::footnote_choice::FootnoteChoice;
use chancery_evaluation::gold::{self, GoldText, TextEdit};
use chancery_evaluation::mention_score::{MatchCounts, MentionScore, write_mention_table};
use chancery_evaluation::mistakes::score_predictions;
use chancery_evaluation::person_entities::{self, EntityEvaluation};
use chancery_model::{Label, Mention};
use chancery_resolve::Resolver;
use chancery_store::{Archive, StoreError};
use clap::Args;
use serde_json::{Value, json};

use super::{CommandOutcome, OutputReader, WRITE_FAILED, open_output};
use crate::annotation_sets::load_annotation_set;
use crate::archive_access::open_archive;
use crate::arguments::{EngineArguments, parse_label};

const EXAMPLES: &str = "\
A gold standard with tokens is BIO columns (.tsv, .conll, .bio, .iob: token
first, tag last, -DOCSTART- between documents) or brackets (.brackets.txt); the
engine runs on its tokens. A gold standard without tokens is a pair (NAME.txt
with NAME.json or NAME.ann), .jsonl, .jsonld, .tei.xml, .spacy.jsonl, .parquet
or .arrow; the engine runs on the raw bytes of its text. A folder may hold
several. With --set, GOLD is an archive, and the names of the archive are scored
against an annotation set. Counts are those of conlleval. Tags are read as
strict IOB2: an I- tag that does not continue a name counts as O.

Examples:
  chancery eval test.tsv
  chancery eval dev/ --errors
  chancery eval test.tsv --pred mine.tsv --json
  chancery eval test.tsv --capitals
  chancery eval dev.tsv --ignore MISC        leave out a label
  chancery eval archive --entities           who is who in an archive of FRUS volumes
  chancery eval volume.xml --entities --footnotes with
  chancery eval archive --set ana --errors
  chancery eval archive --set ana --pred-set bob";

/// Measure how well names are found
///
/// Runs an engine on a gold standard, or reads predictions, and prints
/// precision, recall and F1 for each label and overall, in percent.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Gold standards: files or folders
    #[arg(value_name = "GOLD", required = true)]
    gold: Vec<PathBuf>,
    #[command(flatten)]
    engine: EngineArguments,
    /// Score these predictions (in a format of GOLD) instead of running an engine
    #[arg(long, value_name = "FILE", conflicts_with = "engine")]
    pred: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// List the mistakes in context
    #[arg(long, conflicts_with = "json")]
    errors: bool,
    /// Convert the text of the gold standard to upper case first
    #[arg(long, conflicts_with = "pred")]
    capitals: bool,
    /// Score entities against the persons that the editors of FRUS marked; GOLD is
    /// volumes, or an archive of them
    #[arg(long, conflicts_with_all = ["pred", "capitals", "ignore"])]
    entities: bool,
    /// Resolve the mentions that the editors marked, not those that the engine finds
    #[arg(long, requires = "entities")]
    gold_mentions: bool,
    /// Resolve without the volume's own list of persons
    #[arg(long, requires = "entities")]
    without_lists: bool,
    /// Score an archive (GOLD) against this annotation set
    #[arg(long, value_name = "SET", conflicts_with_all = ["pred", "capitals", "entities", "engine"])]
    set: Option<String>,
    /// Score this annotation set instead of the names of the archive
    #[arg(long, value_name = "SET", requires = "set")]
    pred_set: Option<String>,
    /// Ignore the ids of marks that are known to name the wrong person
    #[arg(long, requires = "entities")]
    corrected: bool,
    /// Names in footnotes: `without` leaves them out, `with` counts them too, `only`
    /// counts nothing else
    #[arg(long, value_name = "CHOICE", default_value = "without", requires = "entities")]
    footnotes: FootnoteChoice,
    /// Leave a label out, in the gold standard and in the predictions
    #[arg(long, value_name = "LABEL", value_parser = parse_label)]
    ignore: Vec<Label>,
}

/// Computes and prints the score.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    if arguments.entities {
        return match &arguments.gold[..] {
            [folder] if Archive::exists_in(folder) => score_archive(arguments, folder),
            _ => score_entities(arguments),
        };
    }
    if let Some(set) = &arguments.set {
        let (cases, found) =
            load_annotation_set(&arguments.gold, set, arguments.pred_set.as_deref())?;
        return print_score(arguments, &cases, found);
    }
    let edit = if arguments.capitals { TextEdit::Capitals } else { TextEdit::None };
    let gold = gold::load_gold_standard(&arguments.gold, edit).map_err(with_hint)?;
    gold.warnings.iter().for_each(|warning| eprintln!("chancery: {warning}"));
    let cases = gold.texts;
    let found = match &arguments.pred {
        Some(path) => {
            let predictions = gold::load_predictions(path, &cases).map_err(with_hint)?;
            predictions.warnings.iter().for_each(|warning| eprintln!("chancery: {warning}"));
            predictions.mentions
        }
        None => {
            let mut tagger = arguments.engine.load_tagger()?;
            cases.iter().map(|case| case.find_mentions(&mut tagger)).collect::<Result<_, _>>()?
        }
    };
    print_score(arguments, &cases, found)
}

/// Refers to the help of this command, if it helps.
fn with_hint(error: EvaluationError) -> anyhow::Error {
    let about_forms =
        matches!(error, EvaluationError::NoGold(_) | EvaluationError::UnknownFormat(_));
    match about_forms {
        true => anyhow::anyhow!("{error} (`chancery eval --help` lists the formats)"),
        false => error.into(),
    }
}

/// Scores entities in FRUS volumes.
fn score_entities(arguments: &Arguments) -> anyhow::Result<CommandOutcome> {
    let question = EntityEvaluation {
        mentions: match arguments.gold_mentions {
            true => person_entities::MentionChoice::Marked,
            false => person_entities::MentionChoice::Found,
        },
        use_volume_list: !arguments.without_lists,
        corrected: arguments.corrected,
        footnotes: arguments.footnotes,
    };
    let mut tagger = arguments.engine.load_tagger()?;
    let mut resolver = Resolver::with_embedded_knowledge();
    let mut out = open_output(None, OutputReader::of_data(arguments.json))?;
    let mut total = entity_score::EntityScore::default();
    let mut volumes = Vec::new();
    for input in collect_inputs(&arguments.gold) {
        let volume = person_entities::score_volume(question, &input?, &mut tagger, &mut resolver)?;
        if arguments.errors {
            let mut lines = volume.errors.iter();
            lines.try_for_each(|line| writeln!(out, "{line}")).context(WRITE_FAILED)?;
        }
        total.add_volume(&volume.score);
        volumes.push((volume.volume, volume.score));
    }
    if arguments.json {
        let mut all = total.to_json();
        all["footnotes"] = arguments.footnotes.as_str().into();
        all["volumes"] =
            volumes.iter().map(|(name, score)| (name.clone(), score.to_json())).collect();
        writeln!(out, "{all}").context(WRITE_FAILED)?;
    } else {
        entity_score::write_entity_table(&mut out, &volumes, &total).context(WRITE_FAILED)?;
        writeln!(out, "{}", arguments.footnotes.description()).context(WRITE_FAILED)?;
    }
    out.flush().context(WRITE_FAILED)?;
    Ok(CommandOutcome::Success)
}

/// Scores the persons of an archive against the marks of its volumes.
fn score_archive(arguments: &Arguments, folder: &Path) -> anyhow::Result<CommandOutcome> {
    let archive = open_archive(folder)?;
    let mut score = ArchivedPersonScore::new(arguments.footnotes);
    for number in archive.documents().numbers_by_id()? {
        let Some(lists) = archive.documents().file_lists(number)? else { continue };
        let lists: FileLists = serde_json::from_str(&lists).context("the archive is damaged")?;
        let stored = archive.documents().stored(number)?;
        let mentions = stored.mentions.iter().map(|one| {
            let entity = one.entity().map(|number| archive.entities().get(number));
            Ok((one.mention.span, entity.transpose()?.map(|entity| entity.id)))
        });
        let mentions: Vec<_> = mentions.collect::<Result<_, StoreError>>()?;
        score.add_document(&lists, &stored.annotated.document, &mentions);
    }
    if score.is_empty() {
        bail!(
            "{}: no document has persons that editors marked (add a volume of FRUS)",
            folder.display()
        );
    }
    let mut out = open_output(None, OutputReader::of_data(arguments.json))?;
    match arguments.json {
        true => writeln!(out, "{}", score.to_json()),
        false => score.write_table(&mut out),
    }
    .and_then(|()| out.flush())
    .context(WRITE_FAILED)?;
    Ok(CommandOutcome::Success)
}

/// Prints the score of the found names against those of `cases`.
fn print_score(
    arguments: &Arguments,
    cases: &[GoldText],
    found: Vec<Vec<Mention>>,
) -> anyhow::Result<CommandOutcome> {
    let (score, listing) = score_predictions(cases, found, &arguments.ignore);
    let mut output = open_output(None, OutputReader::of_data(arguments.json))?;
    let written = if arguments.json {
        writeln!(output, "{}", score_to_json(&score))
    } else {
        let listed = if arguments.errors { listing.write_by_kind(&mut output) } else { Ok(()) };
        listed.and_then(|()| write_mention_table(&mut output, &score))
    };
    written.and_then(|()| output.flush()).context(WRITE_FAILED)?;
    Ok(CommandOutcome::Success)
}

/// Formats `{"overall": {"precision", "recall", "f1"}, "PER": {…}, …}` in
/// percent, with the numbers under "counts".
fn score_to_json(score: &MentionScore) -> Value {
    let mut all = serde_json::Map::new();
    all.insert("overall".into(), measures_to_json(score.overall_counts()));
    for (label, &counts) in &score.by_label {
        all.insert(label.to_string(), measures_to_json(counts));
    }
    let mut numbers = serde_json::Map::new();
    numbers.insert("overall".into(), counts_to_json(score.overall_counts()));
    for (label, &counts) in &score.by_label {
        numbers.insert(label.to_string(), counts_to_json(counts));
    }
    all.insert("counts".into(), Value::Object(numbers));
    Value::Object(all)
}

fn measures_to_json(counts: MatchCounts) -> Value {
    let rounded = |percent: f64| (percent * 1e4).round() / 1e4;
    json!({
        "precision": rounded(counts.precision()),
        "recall": rounded(counts.recall()),
        "f1": rounded(counts.f1_score()),
    })
}

fn counts_to_json(counts: MatchCounts) -> Value {
    json!({ "gold": counts.gold, "found": counts.found, "correct": counts.correct })
}
