//! How many people: from what was recorded to how many were affected, with an interval on every
//! number. The statistics come first, one method a file, as plain functions of numbers:
//!
//! - of a share: [`clopper_pearson`], [`wilson`], [`hypergeometric`], [`design_effect`], [`share`];
//! - of records that were lost: [`person_sampling`], [`request_series`], [`request_bounds`],
//!   [`two_sensors`], [`chao1`];
//! - of what is put together: [`rate`], [`meld`], [`join`];
//! - underneath: [`beta`], [`normal`], [`random`], [`rounding`].
//!
//! Above them the command: [`learn`] reads the proof, [`traffic`] the logs, [`observed`] the people
//! of the ledger; [`join_rows`] and [`population`] make rows ([`row`], [`words`], [`period`],
//! [`groups`], [`sampling`], `evidence`, `assumptions`); [`command`] runs it all.
//!
//! `docs/estimation.md` derives each of them and says what its numbers must not be used for.

mod assumptions;
pub mod beta;
pub mod chao1;
pub mod clopper_pearson;
pub mod command;
pub mod design_effect;
mod evidence;
pub mod groups;
pub mod hypergeometric;
pub mod join;
pub mod join_rows;
pub mod learn;
pub mod meld;
pub mod normal;
pub mod observed;
pub mod period;
pub mod person_sampling;
pub mod population;
pub mod random;
pub mod rate;
pub mod request_bounds;
pub mod request_series;
pub mod rounding;
pub mod row;
pub mod sampling;
pub mod share;
pub mod traffic;
pub mod two_sensors;
pub mod wilson;
pub mod words;
