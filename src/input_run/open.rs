//! Opening an input: what it is, and whether some of it was read before.

use super::{InputKind, InputOutcome, InputRun, Progress};
use crate::archive_run::ArchiveRun;
use crate::board::Opened;
use crate::checkpoint::Stamp;
use crate::partial::Partial;
use crate::run::Run;
use crate::source::Input;
use crate::source::batches::Totals;
use crate::source::open::{self, Source};
use crate::source::queue::Queue;
use crate::source::recognise::{Choice, Recognised, recognise};
use anyhow::Result;
use std::io;
use std::sync::{Mutex, OnceLock};

/// Opens an input and recognises what it is. A file has a stamp.
///
/// # Errors
/// When a file that is to be continued is not what it was.
pub fn open(run: &Run<'_>, input: Input, stamp: Option<Stamp>, source: io::Result<Source>) -> Result<Opened> {
    let plan = run.plan;
    let opened = source.and_then(|source| source.open(&input, plan.sha256.wants(input.size), &run.work));
    let recognised = match opened {
        Ok(open::Opened::Archive(archive)) => return Ok(Opened::Archive(Box::new(ArchiveRun::new(input, archive)))),
        Ok(open::Opened::Stream(open)) => {
            recognise(open, Choice { only: plan.format, first: &plan.described }, plan.max_record)
        }
        Err(err) => Err(err),
    };
    let trouble = match recognised {
        Ok(Recognised::Format(mut reader)) => {
            reader.set_batch_bytes(plan.batch_bytes);
            reader.set_pool(&run.pool);
            let place = input.order.first().copied().unwrap_or_default();
            let kept = stamp.map(|stamp| Partial::of(run, stamp, place, &mut reader)).transpose()?;
            let (partial, observed) = kept.flatten().unzip();
            let progress = Progress { observed: observed.unwrap_or_default(), ..Progress::default() };
            return Ok(Opened::Running(Box::new(InputRun {
                role: plan.role.unwrap_or_else(|| reader.role()),
                input,
                queue: Queue::new(reader, plan.jobs),
                partial,
                progress: Mutex::new(progress),
                resolved: OnceLock::new(),
            })));
        }
        Ok(Recognised::Empty) if input.is_named => "the file is empty".to_owned(),
        Ok(Recognised::Unknown) if input.is_named => "not in a known format".to_owned(),
        Ok(Recognised::Empty | Recognised::Unknown) => String::new(),
        Err(err) => in_words(&err),
    };
    let kind = if trouble.is_empty() { InputKind::NoTraffic } else { InputKind::Unread };
    let totals = Totals { stored_bytes: input.size.unwrap_or(0), ..Totals::default() };
    Ok(Opened::Dismissed(input, Box::new(InputOutcome { kind, totals, trouble, ..InputOutcome::default() })))
}

/// An error without the number that the system adds.
fn in_words(err: &io::Error) -> String {
    let text = err.to_string();
    text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words).to_owned()
}
