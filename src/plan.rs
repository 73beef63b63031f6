// SPDX-License-Identifier: Apache-2.0

//! Command line + configuration + catalogue → the exact rules, levels and parameters of a run.
//!
//! Every name is resolved here; what is left afterwards can be run without asking anything again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::Timestamp;

use crate::cli::{FailOn, Out, SarifKind, What};
use crate::config::{Config, RuleConfig};
use crate::output::Format;
use crate::report::{Kind, Level};
use crate::rules::{Ask, Attestation, Catalogue, LoadError, Profile, Rule, Waiver, unite, unknown};

/// Profile of a run that names none.
pub const DEFAULT_PROFILE: &str = "minimal";
/// Most globs that a configuration may hold; more are refused (`docs/security.md`).
const GLOB_LIMIT: usize = 10_000;

/// A run, resolved.
pub struct Plan<'a> {
    /// Profiles, as typed or configured.
    pub profiles: Vec<String>,
    /// Rules to run.
    pub asks: Vec<Ask<'a>>,
    /// Rules that the configuration switched off, with the profiles that asked for them.
    pub off: Vec<Ask<'a>>,
    /// Places of documents by rule id.
    pub documents: BTreeMap<String, Vec<String>>,
    /// Paths that per-file rules leave out.
    pub exclude: GlobSet,
    /// Waivers of the configuration and of other tools' files.
    pub waivers: Vec<Waiver>,
    /// Attestations.
    pub attestations: Vec<Attestation>,
    /// The configuration's file, if there was one.
    pub source: Option<String>,
    /// Day of the last review.
    pub last_review: Option<jiff::civil::Date>,
}

impl<'a> Plan<'a> {
    /// Resolves what was typed against what is configured and what is known.
    ///
    /// # Errors
    /// On a name that leads nowhere (with the nearest one), parameters of the wrong shape, a bad glob.
    pub fn new(
        what: &What,
        config: Config,
        catalogue: &'a Catalogue,
        validate: Validate,
    ) -> Result<Self> {
        verify_names(&config, catalogue)?;
        for (id, settings) in &config.rules {
            let rule = known_rule(catalogue, id)?;
            checked(rule, rule.with.clone(), settings, &config, validate)?;
        }
        let profiles = chosen_profiles(what, &config);
        let mut asks = Vec::new();
        for id in &profiles {
            let profile = known_profile(catalogue, id)?;
            asks.extend(catalogue.resolve(profile));
        }
        for id in &what.rule {
            let rule = known_rule(catalogue, id)?;
            asks.push(catalogue.ask_alone(rule));
        }
        let mut off = Vec::new();
        let mut kept = Vec::new();
        for mut ask in unite(asks) {
            match config.rules.get(&ask.rule.id) {
                Some(settings) => {
                    ask.level = settings.level.unwrap_or(ask.level);
                    ask.with = checked(ask.rule, ask.with, settings, &config, validate)?;
                    if ask.level == Level::None {
                        off.push(ask)
                    } else {
                        kept.push(ask)
                    }
                }
                None => {
                    // A rule's own parameters were validated with it, a profile's are only now complete.
                    if ask.with != ask.rule.with {
                        let validated = validate(ask.rule, &ask.with);
                        validated.map_err(|m| anyhow!("a profile on {}: {m}", ask.rule.id))?;
                    }
                    kept.push(ask);
                }
            }
        }
        Ok(Plan {
            profiles,
            asks: kept,
            off,
            documents: config.documents,
            exclude: globs(&config.exclude, config.source.as_deref())?,
            waivers: config.waivers,
            attestations: config.attestations,
            source: config.source,
            last_review: config.last_review,
        })
    }
}

/// Checks parameters of a rule; given by the layer that knows the checks.
pub type Validate = fn(&Rule, &toml::Table) -> Result<(), String>;

fn chosen_profiles(what: &What, config: &Config) -> Vec<String> {
    let mut profiles = what.profile.clone();
    if profiles.is_empty() && what.rule.is_empty() {
        profiles.clone_from(&config.profiles);
        if profiles.is_empty() {
            profiles.push(DEFAULT_PROFILE.to_owned());
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    profiles.retain(|id| seen.insert(id.clone()));
    profiles
}

fn known_profile<'a>(catalogue: &'a Catalogue, id: &str) -> Result<&'a Profile> {
    let known = || unknown("profile", id, catalogue.profiles().map(|p| p.id.as_str()));
    catalogue.profile(id).ok_or_else(|| anyhow!(known()))
}

fn known_rule<'a>(catalogue: &'a Catalogue, id: &str) -> Result<&'a Rule> {
    catalogue.rule(id).ok_or_else(|| {
        anyhow!(unknown(
            "rule",
            id,
            catalogue.rules().map(|r| r.id.as_str())
        ))
    })
}

fn verify_names(config: &Config, catalogue: &Catalogue) -> Result<()> {
    let file = config.source.as_deref().unwrap_or_default();
    for id in &config.profiles {
        known_profile(catalogue, id).with_context(|| format!("in {file}"))?;
    }
    for id in config.rules.keys().chain(config.documents.keys()) {
        known_rule(catalogue, id).with_context(|| format!("in {file}"))?;
    }
    for waiver in &config.waivers {
        known_rule(catalogue, &waiver.rule).with_context(|| waiver.source.clone())?;
        if let Some(pattern) = &waiver.path {
            pattern_of(pattern).with_context(|| format!("{}: `path`", waiver.source))?;
        }
    }
    for attestation in &config.attestations {
        if let Some(rule) = &attestation.rule {
            known_rule(catalogue, rule).with_context(|| attestation.source.clone())?;
        }
        if let Some(id) = attestation
            .clause
            .as_ref()
            .filter(|id| catalogue.clause(id).is_none())
        {
            let known = catalogue
                .policies()
                .flat_map(|p| &p.clauses)
                .map(|c| c.id.as_str());
            bail!("{}: {}", attestation.source, unknown("clause", id, known));
        }
    }
    Ok(())
}

/// Parameters laid over a rule's own, refused if the check does not take them.
fn checked(
    rule: &Rule,
    mut with: toml::Table,
    settings: &RuleConfig,
    config: &Config,
    validate: Validate,
) -> Result<toml::Table> {
    with.extend(settings.with.clone());
    validate(rule, &with).map_err(|message| {
        let file = config.source.clone().unwrap_or_default();
        let message = format!("[rules.{}]: {message}", rule.id);
        anyhow!(LoadError {
            file,
            line: None,
            message
        })
    })?;
    Ok(with)
}

/// A path pattern as people know it from ignore files: `*` stays within a folder, `**` does not.
///
/// # Errors
/// When it is no pattern.
pub fn pattern_of(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

fn globs(patterns: &[String], source: Option<&str>) -> Result<GlobSet> {
    let file = source.unwrap_or(".provost.toml");
    if patterns.len() > GLOB_LIMIT {
        bail!("{file}: `exclude` holds more than {GLOB_LIMIT} patterns; use fewer, wider ones");
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(pattern_of(pattern).with_context(|| format!("{file}: `exclude`"))?);
    }
    set.build().with_context(|| format!("{file}: `exclude`"))
}

/// What comes out of a run, and when it fails.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// Format on standard output.
    pub format: Format,
    /// Formats and files besides.
    pub files: Vec<(Format, PathBuf)>,
    /// Every rule with its evidence.
    pub verbose: bool,
    /// Kinds that SARIF lists besides failures.
    pub sarif_kinds: Vec<Kind>,
    /// Lowest level that fails the run.
    pub fail_on: FailOn,
}

impl Outputs {
    /// Resolves `--format`, `--report` and their fellows.
    ///
    /// # Errors
    /// On a report that is not FORMAT=FILE, an unknown format, two reports to one file.
    pub fn new(out: &Out) -> Result<Self> {
        let mut files: Vec<(Format, PathBuf)> = Vec::new();
        for report in &out.report {
            let Some((format, file)) = report.split_once('=') else {
                bail!("--report {report}: write FORMAT=FILE, e.g. --report sarif=provost.sarif");
            };
            let format = Format::named(format)
                .map_err(|known| anyhow!("--report {report}: the formats are {known}"))?;
            if file.is_empty() {
                bail!("--report {report}: name a file after the equals sign");
            }
            if files.iter().any(|(_, other)| other == Path::new(file)) {
                bail!("--report {report}: two reports go to {file}; give each its own file");
            }
            files.push((format, PathBuf::from(file)));
        }
        let kinds = out.sarif_kinds.iter().map(|kind| match kind {
            SarifKind::Pass => Kind::Pass,
            SarifKind::Open => Kind::Open,
            SarifKind::Review => Kind::Review,
            SarifKind::NotApplicable => Kind::NotApplicable,
        });
        Ok(Outputs {
            format: out.format,
            files,
            verbose: out.verbose,
            sarif_kinds: kinds.collect(),
            fail_on: out.fail_on,
        })
    }
}

/// The moment that counts as now.
///
/// # Errors
/// When `--now` is neither an RFC 3339 time nor a date.
pub fn now(given: Option<&str>) -> Result<Timestamp> {
    let Some(text) = given else {
        return Ok(Timestamp::now());
    };
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        return Ok(date.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp());
    }
    text.parse()
        .with_context(|| format!("--now {text}: write RFC 3339, e.g. 2026-11-20T00:00:00Z"))
}
