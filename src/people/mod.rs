//! People: who is counted, by which key, and how many there are at any size.
//!
//! A record shows a person by its strongest key; [`links`] says which keys stand for the same
//! human; [`set`] counts the people of one cell, exactly while there are few and by a [`sketch`]
//! beyond that; [`sample`] keeps a fair draw of people with their visits; [`counts`] counts the visits of each.

pub mod counts;
pub mod links;
pub mod sample;
pub mod set;
pub mod sketch;
