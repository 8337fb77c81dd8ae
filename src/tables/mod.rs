//! Tables: the cells of a run, named, sorted and written. What a column shows is decided in one
//! place, [`row::Row::cell`], by the column's name, so that a column means the same in every table.

pub mod gaps;
pub mod inputs;
pub mod people;
pub mod row;
pub mod write;
