// SPDX-License-Identifier: Apache-2.0

//! `.provost.toml`: profiles, levels, parameters, places of documents, waivers, attestations.
//!
//! Unknown keys are refused with file, line and the allowed keys: a typo must not switch a rule off.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::report::Level;
use crate::rules::{Attestation, LoadError, Waiver, line_of};

mod foreign;

pub use foreign::{CLOMONITOR, exemptions};

/// Largest configuration file that is read, in bytes.
pub const LIMIT: usize = 1 << 20;
/// Where the configuration is looked for, in this order.
pub const PLACES: [&str; 2] = [".provost.toml", ".github/provost.toml"];

/// The configuration, as written.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Profiles to judge against.
    pub profiles: Vec<String>,
    /// Level and parameters by rule id.
    pub rules: BTreeMap<String, RuleConfig>,
    /// Where documents really live, by rule id: paths or https addresses.
    pub documents: BTreeMap<String, Vec<String>>,
    /// Globs of paths that per-file rules leave out.
    pub exclude: Vec<String>,
    /// The remote to take as the repository's own.
    pub remote: Option<String>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
    /// Attestations.
    pub attestations: Vec<Attestation>,
    /// What `provost fix` writes into notices and templates.
    pub fix: FixConfig,
    /// Day of the last review.
    pub last_review: Option<Date>,
    /// File it was read from.
    pub source: Option<String>,
}

/// `[fix]`: facts that notices and templates need and no scan can know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FixConfig {
    /// SPDX expression for notices and licence texts.
    pub license: Option<String>,
    /// Copyright holder.
    pub holder: Option<String>,
    /// A year, `first` for that of the first commit, or `none`.
    pub year: Option<String>,
    /// The project's name.
    pub project: Option<String>,
    /// Address for reports about conduct.
    pub contact: Option<String>,
    /// Address for reports of vulnerabilities.
    pub security_contact: Option<String>,
}

/// What the configuration says of one rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// Level of a failure; `none` switches the rule off.
    pub level: Option<Level>,
    /// Parameters laid over the profile's.
    #[serde(default)]
    pub with: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    profiles: Vec<String>,
    #[serde(default)]
    rules: BTreeMap<String, RuleConfig>,
    #[serde(default)]
    documents: BTreeMap<String, Places>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    subject: SubjectFile,
    #[serde(default)]
    review: Option<ReviewFile>,
    #[serde(default)]
    waiver: Vec<Spanned<WaiverFile>>,
    #[serde(default)]
    attestation: Vec<Spanned<AttestationFile>>,
    #[serde(default)]
    fix: FixConfig,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Places {
    One(String),
    Many(Vec<String>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectFile {
    remote: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewFile {
    last: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaiverFile {
    rule: String,
    path: Option<String>,
    fingerprint: Option<String>,
    reason: String,
    approver: Option<String>,
    approval: Option<String>,
    expires: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestationFile {
    rule: Option<String>,
    clause: Option<String>,
    statement: String,
    by: String,
    date: String,
    link: Option<String>,
    expires: Option<String>,
}

impl Config {
    /// Reads the text of the configuration file `file`.
    ///
    /// # Errors
    /// With the line and the allowed keys.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let read: File = toml::from_str(text).map_err(|e| LoadError::from_toml(file, text, &e))?;
        let documents = read
            .documents
            .into_iter()
            .map(|(rule, places)| match places {
                Places::One(place) => (rule, vec![place]),
                Places::Many(places) => (rule, places),
            });
        let mut config = Config {
            profiles: read.profiles,
            rules: read.rules,
            documents: documents.collect(),
            exclude: read.exclude,
            remote: read.subject.remote,
            fix: read.fix,
            source: Some(file.to_owned()),
            ..Config::default()
        };
        if let Some(last) = read.review.and_then(|review| review.last) {
            let day = date(&last).map_err(|message| LoadError {
                file: file.to_owned(),
                line: None,
                message,
            })?;
            config.last_review = Some(day);
        }
        for waiver in read.waiver {
            let line = line_of(text, waiver.span().start);
            config
                .waivers
                .push(waived(file, line, waiver.into_inner())?);
        }
        for attestation in read.attestation {
            let line = line_of(text, attestation.span().start);
            config
                .attestations
                .push(attested(file, line, attestation.into_inner())?);
        }
        Ok(config)
    }
}

fn waived(file: &str, line: usize, read: WaiverFile) -> Result<Waiver, LoadError> {
    let at = |message: String| LoadError {
        file: file.to_owned(),
        line: Some(line),
        message,
    };
    if read.reason.trim().is_empty() {
        return Err(at(
            "a waiver needs a `reason`: say why the failure is accepted".into(),
        ));
    }
    let expires = read.expires.as_deref().map(date).transpose().map_err(at)?;
    Ok(Waiver {
        rule: read.rule,
        path: read.path,
        fingerprint: read.fingerprint,
        reason: read.reason,
        approver: read.approver,
        approval: read.approval,
        expires,
        foreign: false,
        source: format!("{file}:{line}"),
    })
}

fn attested(file: &str, line: usize, read: AttestationFile) -> Result<Attestation, LoadError> {
    let at = |message: String| LoadError {
        file: file.to_owned(),
        line: Some(line),
        message,
    };
    if read.rule.is_none() && read.clause.is_none() {
        return Err(at(
            "an attestation needs a `rule` or a `clause` that it answers".into(),
        ));
    }
    if read.statement.trim().is_empty() || read.by.trim().is_empty() {
        return Err(at(
            "an attestation needs a `statement` and `by` whom it is made".into(),
        ));
    }
    let made = date(&read.date).map_err(at)?;
    let expires = match &read.expires {
        Some(day) => date(day).map_err(at)?,
        None => made
            .checked_add(1.year())
            .map_err(|e| at(format!("`date`: {e}")))?,
    };
    Ok(Attestation {
        rule: read.rule,
        clause: read.clause,
        statement: read.statement,
        by: read.by,
        date: made,
        link: read.link,
        expires,
        source: format!("{file}:{line}"),
    })
}

fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a date; write YYYY-MM-DD, e.g. 2026-11-20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_allowed_ones() {
        let error = Config::parse(".provost.toml", "profiles = []\n\nprofile = 'x'\n").unwrap_err();
        assert_eq!(error.line, Some(3));
        assert!(error.message.contains("`profile`") && error.message.contains("`profiles`"));
    }

    #[test]
    fn an_attestation_holds_one_year_unless_it_says_otherwise() {
        let text = "[[attestation]]\nclause='x'\nstatement='held'\nby='A'\ndate='2026-02-28'\n";
        let config = Config::parse("c", text).unwrap();
        assert_eq!(config.attestations[0].expires.to_string(), "2027-02-28");
        assert_eq!(config.attestations[0].source, "c:1");
    }

    #[test]
    fn a_date_that_is_none_names_the_line_of_its_entry() {
        let text = "\n[[waiver]]\nrule='x'\nreason='y'\nexpires='next year'\n";
        let error = Config::parse("c", text).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("c:2: `next year` is not a date"),
            "{error}"
        );
    }
}
