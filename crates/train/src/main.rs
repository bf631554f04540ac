//! `chancery-train`: makes the model of `fast` and the knowledge base. It is for
//! the developers of Chancery; users do not need it.
//!
//! [`material`] holds everything that the trainer reads. [`marked`] turns texts
//! with known mentions into tagged sentences, [`volumes`] does the same with
//! the mark-up of the FRUS editors, and [`lists`] compiles the reference lists.
//! [`columns`] writes all of it for the recipe of `accurate`. The trainer
//! itself is `chancery_ner::train`.

mod columns;
mod json_lines;
mod knowledge_base;
mod lists;
mod marked;
mod material;
mod names;
mod volumes;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Make the models and the knowledge base that are built into Chancery
#[derive(Parser)]
#[command(name = "chancery-train", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Names(names::Arguments),
    KnowledgeBase(knowledge_base::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Names(arguments) => names::run(&arguments),
        Command::KnowledgeBase(arguments) => knowledge_base::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chancery-train: {error:#}");
            ExitCode::FAILURE
        }
    }
}
