//! Resolve: the second phase, once per input. What one record could not tell is decided here with
//! its neighbours: on which page and site a request was made, whether its recipient is a third
//! party, which person keys are one human. Batches of observations are resolved in any order and
//! in parallel; only the small summaries of the batches are merged first, in batch order.

pub mod context;
pub mod documents;
pub mod enter;
pub mod finding;
pub mod groups;
pub mod loads;
pub mod pages;
pub mod party;
pub mod resolver;
pub mod sibling;
pub mod summary;
pub mod unmask;
pub mod vote;
