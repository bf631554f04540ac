//! How good is it? Gold standards, and scores over them.
//!
//! - [`gold`]: texts whose mentions are known; [`annotated_files`] reads them
//!   in every format that can be read back.
//! - [`score`]: precision, recall and F1 of mentions, as `conlleval` counts;
//!   [`mistakes`] lists what was missed and found wrongly, in context.
//! - [`who`]: entities against the persons that editors marked in FRUS, by
//!   [`clusters`] (B-cubed, CEAF) and by [`links`].
//!
//! All are functions of what they are given; the programs print.

pub mod annotated_files;
pub mod clusters;
mod error;
pub mod gold;
mod judge;
pub mod links;
pub mod mistakes;
pub mod score;
pub mod who;

pub use error::EvaluationError;
