//! `chancery-train`: makes the model of `fast` and the knowledge base. It is for
//! the developers of Chancery; users do not need it.
//!
//! [`material`] holds everything that the trainer reads. [`marked`] turns texts
//! with known mentions into tagged sentences, [`volumes`] does the same with
//! the mark-up of the FRUS editors, and [`lists`] compiles the reference lists.
//! [`columns`] writes all of it for the recipe of `accurate`. The trainer
//! itself is `chancery_ner::train`.

mod json_lines;
mod knowledge_base;
mod reference_lists;
mod tagged_sentences;
mod train_names;
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
    KnowledgeBase(knowledge_base::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        TrainCommand::Names(arguments) => train_names::run(&arguments),
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
