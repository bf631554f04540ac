//! Loads the models and runs the whole pipeline over files: raw bytes →
//! contents → words → mentions → entities.
//!
//! This crate is the only place where the stages are combined. The command
//! line, the archive, the server and the Python module all use it, so they find
//! the same names and entities in the same bytes.
//!
//! - [`stages`]: the functions that connect the stages, over one file.
//! - [`loading`]: the engines `fast` and `accurate`, loaded once and cloned
//!   for each worker, and the guard that turns a panic into an error.
//! - [`inputs`]: files, folders and standard input, read within bounds.
//! - [`opening`]: the documents in containers, tables and office files.
//! - [`ordered`]: parallel work with results in the order of the inputs.
//! - [`joined_entities`]: the entities of many documents, each once.
//! - [`name_list`]: the user's list of names.
//! - [`learned_lines`]: page lines that many documents show.
//!
//! ```
//! use chancery_engine::{Engine, EngineKind, ListChoice};
//!
//! let mut engine = Engine::load_shipped(EngineKind::Fast);
//! let raw = b"The Ambassador met Nelson Mandela in Pretoria.";
//! let (mut documents, problems) =
//!     engine.resolve_file(raw, "telegram.txt", ListChoice::default()).unwrap();
//! let annotated = documents.next().unwrap().annotated;
//! let names: Vec<&str> =
//!     annotated.mentions.iter().map(|mention| &annotated.document.text[mention.span]).collect();
//! assert_eq!(names, ["Nelson Mandela", "Pretoria"]);
//! assert!(problems.is_empty());
//! ```

mod file_lists;
pub mod input_error;
pub mod inputs;
pub mod joined_entities;
mod language_counts;
pub mod learned_lines;
pub mod loading;
pub mod name_list;
pub mod opening;
pub mod ordered;
mod signatures;
pub mod stages;

pub use chancery_ner::Tagger;
pub use chancery_parse::ParseProblem;
pub use chancery_segment::detect_language;
pub use file_lists::{FileLists, NameLists};
pub use input_error::InputError;
pub use language_counts::LanguageCounts;
pub use loading::{Engine, EngineError, EngineKind, ModelChoice};
pub use name_list::UserList;
pub use stages::{FileDocuments, LinkedDocument, ListChoice};

/// The examples of the page for programmers are tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/CRATES.md")]
struct Page;
