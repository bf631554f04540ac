//! `chancery-train`: makes the model of `fast` and the knowledge base. It is for
//! the developers of Chancery; users do not need it.
//!
//! [`training_material`] holds everything that the trainer reads.
//! [`tagged_sentences`] turns texts with known mentions into tagged sentences,
//! [`volumes`] does the same with the mark-up of the FRUS editors, and
//! [`reference_lists`] compiles the reference lists. [`training_columns`] writes
//! all of it for the recipe of `accurate`. The trainer itself is
//! `chancery_ner::train`.

mod json_lines;
mod knowledge_base;
mod reference_lists;
mod tagged_sentences;
mod train_names;
mod train_statements;
mod training_columns;
mod training_material;
mod volumes;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Make the models and the knowledge base that are built into Chancery
#[derive(Parser)]
#[command(name = "chancery-train", version)]
struct Arguments {
    #[command(subcommand)]
    command: TrainCommand,
}

#[derive(Subcommand)]
enum TrainCommand {
    Names(train_names::Arguments),
    Statements(train_statements::Arguments),
    KnowledgeBase(knowledge_base::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        TrainCommand::Names(arguments) => train_names::run(&arguments),
        TrainCommand::Statements(arguments) => train_statements::run(&arguments),
        TrainCommand::KnowledgeBase(arguments) => knowledge_base::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chancery-train: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
        for line in ["names --cross-validate 5", "knowledge-base --output mine.bin"] {
            let words = std::iter::once("chancery-train").chain(line.split(' '));
            assert!(Arguments::try_parse_from(words).is_ok(), "{line}");
        }
    }
}
