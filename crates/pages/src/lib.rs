//! How a view of an archive looks in a browser. One module per page has `render_page`,
//! a function from a view ([`chancery_views`]) to markup. The parts that pages share
//! ([`frame`], [`html`], [`icon`], [`listing`], [`remarks`]) import no page. No page knows HTTP.
//!
//! Pages are complete without scripts: what a script adds, such as keys and
//! pop-up cards, is also a link or a form.

pub mod add;
pub mod assets;
pub mod charts;
pub mod citation;
pub mod decisions;
pub mod document;
pub mod document_index;
mod dossier;
pub mod doubts;
pub mod entity;
mod entity_acts;
pub mod entity_index;
pub mod error;
pub mod frame;
pub mod help;
pub mod home;
pub mod html;
pub mod icon;
pub mod listed_entities;
pub mod listing;
pub mod mention_card;
pub mod merge;
pub mod passages;
pub mod remarks;
pub mod result_trail;
pub mod search;
pub mod search_box;
pub mod search_tools;
pub mod sides;
pub mod statements;
pub mod styles;
pub mod text;
