//! Finds statements and acts in annotated telegrams: who says what to whom, and what
//! people did.

mod acts;
mod candidates;
mod content;
mod conversations;
mod dates;
mod grammar;
mod named_party;
mod parties;
mod people;
mod phrase;
mod sentence;
mod statements;
mod subject;
mod training;
mod weights;

use chancery_model::{Annotated, Attribution};

pub use training::{MarkedAct, MarkedDocument, MarkedStatement, learn_weights};
pub use weights::Weights;

use parties::{PartyReader, choose_hearers};
use sentence::sentence_views;
use statements::read_statements;

/// Finds the statements and acts of a document.
pub fn attribute(annotated: &Annotated, weights: &Weights) -> Attribution {
    let views = sentence_views(annotated);
    let mut parties = PartyReader::new(annotated, &views);
    let mut reported = read_statements(&views, &mut parties, weights);
    choose_hearers(&mut reported, &parties, weights);
    let statements = reported.into_iter().map(|one| one.statement).collect();
    let acts = acts::find_acts(annotated, &views, &parties, weights);
    Attribution { statements, acts }
}
