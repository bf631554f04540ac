//! Who or what is each name?
pub mod countries;
pub mod facts;
pub mod fold;
pub mod name;
