// SPDX-License-Identifier: Apache-2.0

//! Reading rules, policies and profiles from TOML, and checking that they fit together.
//!
//! Every error names file and line, what is allowed, and the nearest known name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::report::Level;

use super::profile::{ALL, Profile, Requirement};
use super::{Clause, Mend, Mode, Need, Policy, Rule, Strength, Template, embedded, mend};

/// Largest rule file that is read, in bytes.
const FILE_LIMIT: u64 = 1 << 20;

/// A rule, policy or profile file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// File as given.
    pub file: String,
    /// Line, from 1, when known.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for LoadError {}

impl LoadError {
    pub(super) fn new(file: &str, message: impl Into<String>) -> Self {
        LoadError {
            file: file.to_owned(),
            line: None,
            message: message.into(),
        }
    }

    /// From TOML's own error, with the line its span begins on.
    pub fn from_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| line_of(text, span.start));
        LoadError {
            file: file.to_owned(),
            line,
            message: error.message().replace('\n', "; "),
        }
    }
}

/// The line, from 1, that the byte at `offset` is on.
pub fn line_of(text: &str, offset: usize) -> usize {
    let head = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    head.iter().filter(|b| **b == b'\n').count() + 1
}

/// The line, from 1, on which `word` stands in quotation marks or as a key.
pub(super) fn line_with(text: &str, word: &str) -> Option<usize> {
    let (double, single) = (format!("\"{word}\""), format!("'{word}'"));
    let here = |line: &str| {
        let key = line.trim_start().strip_prefix(word);
        line.contains(&double)
            || line.contains(&single)
            || key.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text.lines().position(here).map(|at| at + 1)
}

/// `name` is not in `known`: says so, with the nearest name.
pub fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let nearest = known
        .map(|k| (strsim::jaro_winkler(k, name), k))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((_, near)) => format!("there is no {what} `{name}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{name}`; `provost list {what}s` names them all"),
    }
}

/// All rules, policies and profiles of a run.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) policies: BTreeMap<String, Policy>,
    pub(super) profiles: BTreeMap<String, Profile>,
    templates: BTreeMap<String, Template>,
    /// Texts of the files laid on top, by name, so that an error can name a line.
    pub(super) laid: BTreeMap<String, String>,
}

/// Whether a rule's check exists and accepts its parameters; given by the layer above, which knows the checks.
pub type Validator<'a> = &'a dyn Fn(&RuleText<'_>) -> Result<(), LoadError>;

/// A rule with the text it was read from, for validation of its parameters.
pub struct RuleText<'a> {
    /// The rule as read.
    pub rule: &'a Rule,
    /// Its file's text.
    pub text: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleFile {
    title: String,
    why: String,
    fix: String,
    check: String,
    level: Level,
    #[serde(default)]
    needs: Vec<Need>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    security_severity: Option<String>,
    #[serde(default)]
    with: toml::Table,
    #[serde(default)]
    mend: Option<Mend>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    title: String,
    foundation: String,
    #[serde(default)]
    clause: Vec<ClauseFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ClauseFile {
    id: String,
    document: String,
    section: String,
    url: String,
    read: String,
    strength: Strength,
    #[serde(default = "project")]
    binds: String,
    text: String,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default)]
    mode: Option<ModeWord>,
}

fn project() -> String {
    "project".to_owned()
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ModeWord {
    Attest,
    Human,
    NotRepository,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    title: String,
    #[serde(default)]
    parents: Vec<String>,
    #[serde(default)]
    clauses: Vec<String>,
    #[serde(default)]
    without: BTreeSet<String>,
    #[serde(default)]
    rules: BTreeMap<String, RequirementFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequirementFile {
    #[serde(default)]
    level: Option<Level>,
    #[serde(default)]
    with: toml::Table,
}

impl Catalogue {
    /// What is compiled in.
    ///
    /// # Errors
    /// Only if a shipped file is at fault, which a test rules out.
    pub fn embedded(validate: Validator<'_>) -> Result<Self, LoadError> {
        let mut catalogue = Catalogue::default();
        for (id, text) in embedded::RULES {
            catalogue.add_rule(id, &format!("rules/{id}.toml"), text, validate)?;
        }
        for (id, text) in embedded::POLICIES {
            catalogue.add_policy(id, &format!("rules/policies/{id}.toml"), text)?;
        }
        for (id, text) in embedded::PROFILES {
            catalogue.add_profile(id, &format!("rules/profiles/{id}.toml"), text)?;
        }
        for (name, text) in embedded::TEMPLATES {
            catalogue.add_template(name, text);
        }
        Ok(catalogue)
    }

    /// Lays the files of `dir` on top: `*.toml` are rules, `policies/*.toml`, `profiles/**/*.toml`.
    /// A file with a known id replaces the shipped one.
    ///
    /// # Errors
    /// When the folder or a file cannot be read or does not fit.
    pub fn overlay(&mut self, dir: &Path, validate: Validator<'_>) -> Result<(), LoadError> {
        match self.overlay_all(dir, validate)?.into_iter().next() {
            Some(first) => Err(first),
            None => Ok(()),
        }
    }

    /// The same, without stopping at the first file that does not fit.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn overlay_all(
        &mut self,
        dir: &Path,
        validate: Validator<'_>,
    ) -> Result<Vec<LoadError>, LoadError> {
        let mut wrong = Vec::new();
        for (id, file, text) in toml_files(dir, "", 0)? {
            let added = if let Some(id) = id.strip_prefix("policies/") {
                self.add_policy(id, &file, &text)
            } else if let Some(id) = id.strip_prefix("profiles/") {
                self.add_profile(id, &file, &text)
            } else {
                self.add_rule(&id, &file, &text, validate)
            };
            wrong.extend(added.err());
            self.laid.insert(file, text);
        }
        for (name, text) in mend::templates_in(dir)? {
            self.add_template(&name, &text);
        }
        Ok(wrong)
    }

    /// Files laid on top of what is shipped, by name.
    pub fn laid(&self) -> impl Iterator<Item = &str> {
        self.laid.keys().map(String::as_str)
    }

    fn add_template(&mut self, name: &str, text: &str) {
        let template = Template {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        self.templates.insert(name.to_owned(), template);
    }

    /// The template called `name`: the foundation's own when it has one, else the one for all.
    pub fn template(&self, foundation: Option<&str>, name: &str) -> Option<&Template> {
        let own = foundation.map(|foundation| format!("{foundation}/{name}"));
        own.and_then(|own| self.templates.get(&own))
            .or_else(|| self.templates.get(name))
    }

    /// Every template, sorted by name.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    fn add_rule(
        &mut self,
        id: &str,
        file: &str,
        text: &str,
        validate: Validator<'_>,
    ) -> Result<(), LoadError> {
        let read: RuleFile =
            toml::from_str(text).map_err(|e| LoadError::from_toml(file, text, &e))?;
        let rule = Rule {
            id: id.to_owned(),
            title: read.title,
            why: read.why.trim().to_owned(),
            fix: read.fix.trim().to_owned(),
            check: read.check,
            level: read.level,
            needs: read.needs,
            tags: read.tags,
            security_severity: read.security_severity,
            with: read.with,
            mend: read.mend,
            source: file.to_owned(),
        };
        if rule.level == Level::None {
            return Err(LoadError {
                line: text
                    .lines()
                    .position(|l| l.starts_with("level"))
                    .map(|at| at + 1),
                ..LoadError::new(file, "`level` must be one of error, warning, note")
            });
        }
        validate(&RuleText { rule: &rule, text })?;
        self.rules.insert(id.to_owned(), rule);
        Ok(())
    }

    fn add_policy(&mut self, id: &str, file: &str, text: &str) -> Result<(), LoadError> {
        let read: PolicyFile =
            toml::from_str(text).map_err(|e| LoadError::from_toml(file, text, &e))?;
        let mut clauses = Vec::with_capacity(read.clause.len());
        for clause in read.clause {
            let mode = clause_mode(file, text, &clause)?;
            clauses.push(Clause {
                id: clause.id,
                policy: id.to_owned(),
                document: clause.document,
                section: clause.section,
                url: clause.url,
                read: clause.read,
                strength: clause.strength,
                binds: clause.binds,
                text: clause.text.trim().to_owned(),
                mode,
            });
        }
        let policy = Policy {
            id: id.to_owned(),
            title: read.title,
            foundation: read.foundation,
            clauses,
            source: file.to_owned(),
        };
        self.policies.insert(id.to_owned(), policy);
        Ok(())
    }

    fn add_profile(&mut self, id: &str, file: &str, text: &str) -> Result<(), LoadError> {
        let read: ProfileFile =
            toml::from_str(text).map_err(|e| LoadError::from_toml(file, text, &e))?;
        let rules = read.rules.into_iter().map(|(id, r)| {
            (
                id,
                Requirement {
                    level: r.level,
                    with: r.with,
                },
            )
        });
        let profile = Profile {
            id: id.to_owned(),
            title: read.title,
            parents: read.parents,
            clauses: read.clauses,
            rules: rules.collect(),
            without: read.without,
            source: file.to_owned(),
        };
        self.profiles.insert(id.to_owned(), profile);
        Ok(())
    }

    /// Rules, sorted by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// Policies, sorted by id.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values()
    }

    /// Profiles, sorted by id.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values()
    }

    /// A rule.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// A profile.
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.get(id)
    }

    /// A policy.
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.get(id)
    }

    /// A clause of any policy.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.policies()
            .flat_map(|policy| &policy.clauses)
            .find(|clause| clause.id == id)
    }

    /// Whether `id` is the profile of every rule.
    pub fn is_all(id: &str) -> bool {
        id == ALL
    }
}

fn clause_mode(file: &str, text: &str, clause: &ClauseFile) -> Result<Mode, LoadError> {
    match (clause.rules.is_empty(), clause.mode) {
        (false, None) => Ok(Mode::Rules(clause.rules.clone())),
        (true, Some(ModeWord::Attest)) => Ok(Mode::Attest),
        (true, Some(ModeWord::Human)) => Ok(Mode::Human),
        (true, Some(ModeWord::NotRepository)) => Ok(Mode::NotRepository),
        _ => {
            let message = format!(
                "clause `{}` needs either `rules = [...]` or `mode = \"attest|human|not-repository\"`",
                clause.id
            );
            Err(LoadError {
                line: line_with(text, &clause.id),
                ..LoadError::new(file, message)
            })
        }
    }
}

/// Every `*.toml` under `dir`: id (path without extension), file as named, text. Sorted; three folders deep.
fn toml_files(
    dir: &Path,
    prefix: &str,
    depth: usize,
) -> Result<Vec<(String, String, String)>, LoadError> {
    let shown = dir.display().to_string();
    let read = std::fs::read_dir(dir)
        .map_err(|e| LoadError::new(&shown, format!("cannot be listed: {e}")))?;
    let mut files = Vec::new();
    for entry in read {
        let entry = entry.map_err(|e| LoadError::new(&shown, format!("cannot be listed: {e}")))?;
        let (path, name) = (
            entry.path(),
            entry.file_name().to_string_lossy().into_owned(),
        );
        let meta = entry.metadata().map_err(|e| {
            LoadError::new(&path.display().to_string(), format!("cannot be read: {e}"))
        })?;
        if meta.is_dir() && depth < 3 {
            files.extend(toml_files(&path, &format!("{prefix}{name}/"), depth + 1)?);
        } else if let Some(stem) = name.strip_suffix(".toml").filter(|_| meta.is_file()) {
            let shown = path.display().to_string();
            if meta.len() > FILE_LIMIT {
                return Err(LoadError::new(&shown, "larger than 1 MiB: not a rule file"));
            }
            let text = std::fs::read_to_string(&path)
                .map_err(|e| LoadError::new(&shown, format!("cannot be read: {e}")))?;
            files.push((format!("{prefix}{stem}"), shown, text));
        }
    }
    files.sort();
    Ok(files)
}
