// SPDX-License-Identifier: Apache-2.0

//! Damaged input for every reader: nothing panics or hangs, and what is read is sound: lines lie in their
//! file, bounds hold, the same input gives the same answer, what is written can be read back.
//!
//! A short run belongs to `cargo test`; `PROVOST_FUZZ_CASES=100 cargo test --release --test fuzz` is a long one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(clippy::print_stderr, reason = "a failing input has to be seen")]

#[path = "fuzz/disk.rs"]
mod disk;
#[path = "fuzz/mutate.rs"]
mod mutate;
#[path = "fuzz/rules.rs"]
mod rules;
#[path = "support/runner.rs"]
mod runner;
mod support;
#[path = "fuzz/texts.rs"]
mod texts;
