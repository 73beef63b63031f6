//! wip
mod compare;
mod identify;
mod judge;
mod texts;
mod words;
