//! The pages, one file each, and the parts that they share: [`frame`], [`html`],
//! [`listing`] and [`remarks`], which import no page.
//!
//! Pages are complete without scripts: what a script adds, such as keys and
//! pop-up cards, is also a link or a form.

pub(crate) mod add;
pub(crate) mod charts;
pub(crate) mod decisions;
pub(crate) mod document;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod frame;
pub(crate) mod help;
pub(crate) mod html;
pub(crate) mod listing;
pub(crate) mod mention_card;
pub(crate) mod merge;
pub(crate) mod remarks;
pub(crate) mod search;
pub(crate) mod text;
