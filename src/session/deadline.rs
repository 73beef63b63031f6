// SPDX-License-Identifier: Apache-2.0

//! Waiting for the scan no longer than the deadline, with progress on a terminal.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cli::Common;
use crate::scan::Progress;

/// How often progress is redrawn.
const TICK: Duration = Duration::from_millis(120);

/// Waits for the outcome of the scan; past `deadline` seconds that is a fault, and what is done stands.
pub(super) fn wait(
    done: &Receiver<Result<()>>,
    deadline: u64,
    progress: &Progress,
    common: &Common,
) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(deadline);
    let bar = spinner(common);
    loop {
        match done.recv_timeout(TICK.min(end.saturating_duration_since(Instant::now()))) {
            Ok(outcome) => {
                bar.finish_and_clear();
                return outcome;
            }
            Err(RecvTimeoutError::Disconnected) => bail!("the scan stopped without a result"),
            Err(RecvTimeoutError::Timeout) if Instant::now() >= end => {
                bar.finish_and_clear();
                let message = format!(
                    "stopped after {deadline} seconds; the report holds what was judged until then; \
                     raise --deadline or name fewer rules"
                );
                progress.fault("deadline", message);
                return Ok(());
            }
            Err(RecvTimeoutError::Timeout) => {
                let (ran, asked) = progress.count();
                if asked > 0 {
                    bar.set_message(format!("{ran} of {asked} rules"));
                }
                bar.tick();
            }
        }
    }
}

fn spinner(common: &Common) -> indicatif::ProgressBar {
    if common.quiet || !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    indicatif::ProgressBar::new_spinner().with_message("reading the repository")
}
