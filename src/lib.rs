//! leakledger finds which personal data a website sent to which company in recorded web traffic,
//! and counts the people affected.
//!
//! The map of the program, in the order in which a byte meets it:
//!
//! - [`source`]: paths become inputs, inputs become batches of whole records;
//! - [`format`](mod@format): how records of each format are cut and understood; [`record`] is the result;
//! - [`observe`]: the first phase, one record at a time: recipient ([`knowledge`]), nested values
//!   ([`peel`]), personal data ([`detect`], [`patterns`], [`sensitive`]), person key; [`observation`] is the result;
//! - [`matching`]: what digests hide, by values that are known from elsewhere;
//! - [`resolve`]: the second phase, once per input: page and site, third party or not;
//! - [`people`]: who is counted, by which key, at any size;
//! - [`exposure`]: what adds up; [`tables`] and [`findings`] name it, [`report`] writes it, [`pages`]
//!   makes the workbook and the report from the tables;
//! - [`pipeline`], [`board`], [`input_run`] and [`archive_run`] move the work, [`stages`], [`checkpoint`]
//!   and [`partial`] let it be continued; [`scan`] is the command around it;
//! - later commands open a finished ledger ([`report::opened`]): [`merge`] and [`notify`] put
//!   ledgers together and list the people, [`compare`] tells what stopped, and [`estimate`] counts
//!   people in logs, which it reads by the same stages, with [`visitors`] told from robots.

pub mod aggregate;
pub mod archive_run;
pub mod board;
pub mod checkpoint;
pub mod class;
pub mod cli;
pub mod commands;
pub mod compare;
pub mod config;
pub mod detect;
pub mod docs;
pub mod entries;
pub mod estimate;
pub mod explain;
pub mod exposure;
pub mod find;
pub mod findings;
pub mod format;
pub mod gate;
pub mod input_run;
pub mod interrupt;
pub mod knowledge;
pub mod ledger;
pub mod lists;
pub mod load_rows;
pub mod log;
pub mod lookup;
pub mod matching;
mod memo;
pub mod merge;
pub mod notify;
pub mod observation;
pub mod observe;
pub mod observed;
pub mod options;
pub mod outcome;
pub mod pages;
pub mod partial;
pub mod patterns;
pub mod peel;
pub mod people;
pub mod pipeline;
pub mod place;
pub mod plan;
pub mod progress;
pub mod record;
pub mod report;
pub mod resolve;
pub mod run;
pub mod scan;
pub mod secret;
pub mod sensitive;
pub mod shared_text;
pub mod size;
pub mod sorter;
pub mod source;
pub mod spill;
pub mod stages;
pub mod suffix;
pub mod summary;
pub mod symbols;
pub mod tables;
pub mod texts;
pub mod time;
pub mod verify;
pub mod visitors;
