//! Evaluation: gold standards, and scores against them.
//!
//! - [`gold`]: texts with known mentions; [`annotated_files`] reads them in every
//!   format that can be read back.
//! - [`mention_score`]: precision, recall and F1 of mentions, as `conlleval` counts them;
//!   [`mistakes`] lists missed and wrong mentions in context.
//! - [`person_entities`]: entities against the persons that editors marked in
//!   FRUS, by [`cluster_scores`] (B-cubed, CEAF) and [`entity_score`];
//!   [`archived_persons`]: the same for the entities of an archive.
//!
//! These modules compute and format results; the programs print them.

pub mod annotated_files;
pub mod archived_persons;
pub mod cluster_scores;
pub mod entity_score;
mod error;
pub mod footnote_choice;
pub mod gold;
mod link_judge;
pub mod mention_score;
pub mod mistakes;
pub mod person_entities;
pub mod reliability;

pub use error::EvaluationError;
