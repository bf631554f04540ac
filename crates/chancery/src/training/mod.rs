//! From the files that the project learns from to what the trainer takes.
//!
//! [`material`] is all of it; [`marked`] turns texts with known names into tagged sentences, [`volumes`]
//! does so with the editors' marks of FRUS, and [`lists`] compiles the
//! reference lists; [`columns`] writes it all for the encoder's recipe. The
//! trainer of the engine `fast` itself is `chancery_ner::train`.

pub(crate) mod columns;
pub(crate) mod lists;
pub(crate) mod marked;
pub(crate) mod material;
pub(crate) mod volumes;
