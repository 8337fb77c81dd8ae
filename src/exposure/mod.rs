//! Exposure: what adds up. Cells count requests, captures and people per combination of site,
//! page, day, vendor, data class and so on, and merge in any order.

pub mod cells;
pub mod counts;
pub mod measure;
pub mod sets;
pub mod sorted;
