// SPDX-License-Identifier: Apache-2.0

//! One run of the program: each command in its file, and what they share.
//!
//! The only place, besides `output`, that prints.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::{Cli, Command, Listing};
use crate::output::clean;
use crate::rules::{Catalogue, LoadError, Rule};
use crate::{CLEAN, checks, describe};

mod base;
mod check;
mod check_rules;
mod dco;
mod deadline;
mod dossier;
mod entries;
mod fix;
mod init;
mod licenses;
mod opening;
mod range;
mod review;
mod services;
mod statements;
mod write;

/// Runs the command.
///
/// # Errors
/// Usage, configuration, or something that broke before a report could be made: exit status 2.
pub fn run(cli: &Cli) -> Result<u8> {
    match &cli.command {
        Command::Check(args) => check::run(args, &cli.common),
        Command::Review(args) => review::run(args, &cli.common),
        Command::Dossier(args) => dossier::run(args, &cli.common),
        Command::Dco(args) => dco::run(args, &cli.common),
        Command::Licenses(args) => licenses::run(args, &cli.common),
        Command::Explain(args) => {
            let catalogue = catalogue(args.rules.as_deref())?;
            let text = describe::explain(&catalogue, &args.id)?;
            print(text.as_bytes())
        }
        Command::List(args) if args.what == Listing::Statements => {
            statements::run(args, &cli.common)
        }
        Command::CheckRules(args) => check_rules::run(args),
        Command::List(args) => {
            let catalogue = catalogue(args.rules.as_deref())?;
            print(describe::list(&catalogue, args.what).as_bytes())
        }
        Command::Fix(args) => fix::run(args, &cli.common),
        Command::Init(args) => init::run(args, &cli.common),
        Command::Waive(args) => entries::waive(args),
        Command::Attest(args) => entries::attest(args),
        Command::Render(args) => write::render(args, &catalogue(None)?, &cli.common),
    }
}

/// Says what went wrong, on standard error.
pub fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "provost: {}", clean::line(message));
}

/// Says what is wrong with the command line, in colour where nothing that was typed could steer a terminal.
pub fn refuse(error: &clap::Error) {
    let text = error.render().to_string();
    let shown: Vec<String> = text.lines().map(clean::line).collect();
    if shown.iter().map(String::as_str).eq(text.lines()) {
        let _ = error.print();
    } else {
        let _ = writeln!(io::stderr(), "{}", shown.join("\n"));
    }
}

fn print(bytes: &[u8]) -> Result<u8> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("writing to standard output")
        }
        _ => Ok(CLEAN),
    }
}

fn catalogue(overlay: Option<&Path>) -> Result<Catalogue, LoadError> {
    // A test validates what is compiled in; doing so in every run would compile each pattern of each rule.
    let mut catalogue = Catalogue::embedded(&|_| Ok(()))?;
    if let Some(dir) = overlay {
        catalogue.overlay(dir, &checks::validate)?;
    }
    catalogue.verify(&accepts)?;
    Ok(catalogue)
}

/// Whether the check of `rule` takes the parameters `with`.
fn accepts(rule: &Rule, with: &toml::Table) -> Result<(), String> {
    match checks::find(&rule.check) {
        Some(check) => (check.validate)(with),
        None => Err(format!("there is no check `{}`", rule.check)),
    }
}
