//! provost inspects a repository against the rules that open-source foundations set.
//!
//! The flow: [`cli`] says what was typed; [`plan`] resolves it with [`config`] and [`rules`]; [`scan`] opens
//! the [`subject`], runs the [`checks`] and builds a [`report`]; [`output`] writes it.
//! Imports point downwards (`tests/layers.rs`).

pub mod checks;
pub mod report;
pub mod rules;
pub mod subject;
pub mod text;
