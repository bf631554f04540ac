//! What a reader sees of an archive: queries on a store, and the types of their
//! results, which pages render and the API serializes.
//!
//! A view is a function from a [`session::ReadSession`] and the parameters of a request
//! to a type of its module, as [`entity::entity_details`]. Views know no HTTP and no
//! markup. [`limits`] bounds what can be asked for; [`urls`] and [`formatting`] say
//! where a thing is found and how numbers are written.

pub mod archive_reader;
pub mod changes;
pub mod citation;
pub mod coordinates;
pub mod decisions;
pub mod document;
pub mod document_card;
pub mod document_index;
pub mod document_list;
pub mod document_parts;
pub mod dossier;
pub mod doubts;
pub mod entity;
pub mod entity_acts;
pub mod entity_card;
pub mod entity_facts;
pub mod entity_index;
pub mod entity_list;
pub mod entity_statements;
pub mod entity_table;
pub mod error;
pub mod excerpts;
pub mod export_format;
pub mod exported_document;
pub mod finding_aid;
pub mod formatting;
pub mod highlights;
pub mod holes;
pub mod home;
pub mod limits;
pub mod map;
pub mod mention_card;
pub mod mentioned_days;
pub mod merging;
pub mod name_index;
pub mod near_entity;
pub mod network;
pub mod notes;
pub mod paragraph_anchors;
pub mod passages;
pub mod query_reading;
pub mod query_words;
pub mod quotations;
pub mod references;
pub mod related;
pub mod remarks;
pub mod results;
pub mod saved_searches;
pub mod search;
pub mod search_response;
pub mod serial_series;
pub mod session;
pub mod shown;
pub mod sides;
pub mod statements;
pub mod suggest;
mod summaries;
mod text_query;
pub mod timeline;
pub mod upload;
pub mod urls;
