//! From the files that the project learns from to what the trainer takes.
//!
//! [`marked`] turns texts with known names into tagged sentences, [`volumes`]
//! does so with the editors' marks of FRUS, and [`lists`] compiles the
//! reference lists. The trainer itself is `chancery_ner::train`.

pub(crate) mod lists;
pub(crate) mod marked;
pub(crate) mod volumes;
