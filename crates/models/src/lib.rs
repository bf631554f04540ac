//! The model files and the knowledge base, embedded once.
//!
//! The crates that read these files depend on this one, so that neither they
//! nor their tests embed 40 MB again. The linker drops files that a program
//! does not use. `docs/DATA.md` says how each file is made, from which sources
//! and under which terms.

/// The linear model of `fast`, made by `chancery-train names`.
pub static FAST_MODEL: &[u8] = include_bytes!("../data/fast.model");

/// The encoder of `accurate`, made by `training/accurate/recipe.py`.
pub static ACCURATE_MODEL: &[u8] = include_bytes!("../data/accurate.model");

/// Clusters of word vectors, made by `training/clusters.py`.
pub static WORD_CLUSTERS: &[u8] = include_bytes!("../data/clusters.bin");

/// The knowledge base of persons, positions and places, made by
/// `chancery-train knowledge-base`.
pub static KNOWLEDGE_BASE: &[u8] = include_bytes!("../data/knowledge_base.bin");

/// The weights that decide about statements, made by `chancery-train statements`.
pub static STATEMENT_WEIGHTS: &str = include_str!("../data/statements.tsv");

/// Given names of women, normalised, one a line.
pub static WOMENS_NAMES: &str = include_str!("../data/women.txt");

/// Given names of men, normalised, one a line.
pub static MENS_NAMES: &str = include_str!("../data/men.txt");
