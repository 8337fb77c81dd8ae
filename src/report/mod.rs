//! The output side: tables that any spreadsheet opens safely, and a ledger folder that is either
//! the old one or the new one, never a mixture.

pub mod beside;
pub mod cell;
pub mod counts;
pub mod csv_table;
pub mod escape;
pub mod hashing;
pub mod ledger_state;
pub mod lock;
pub mod manifest;
pub mod opened;
pub mod parquet;
pub mod publish;
pub mod row_encoder;
pub mod schema;
pub mod spreadsheet;
pub mod staging;
pub mod table;
