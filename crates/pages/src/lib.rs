//! How a view of an archive looks in a browser. One module per page has `render_page`,
//! a function from a view ([`chancery_views`]) to markup. The parts that pages share
//! ([`frame`], [`html`], [`listing`], [`remarks`]) import no page. No page knows HTTP.
//!
//! Pages are complete without scripts: what a script adds, such as keys and
//! pop-up cards, is also a link or a form.

pub mod add;
pub mod assets;
pub mod charts;
pub mod decisions;
pub mod document;
pub mod entity;
pub mod error;
pub mod frame;
pub mod help;
pub mod html;
pub mod listing;
pub mod mention_card;
pub mod merge;
pub mod remarks;
pub mod search;
pub mod text;
