// SPDX-License-Identifier: Apache-2.0

//! Rules and policies as SARIF knows them: every rule of the report, sorted by id, so that `ruleIndex` is
//! stable and a rule without results is seen to have been judged.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor,
    ReportingDescriptorReference, ReportingDescriptorRelationship, ToolComponent,
};

use crate::report::{ClauseRef, Kind, Level, Report};
use crate::rules::{Catalogue, Rule};

use super::super::{clean, markup};
use super::{component, position};

/// Longest description that code scanning takes, in characters.
const DESCRIPTION: usize = 1024;
/// Most tags; it shows ten.
const TAGS: usize = 8;
/// Fewest tags, and what fills them.
const FILL: [&str; 3] = ["compliance", "open-source", "governance"];

/// The rules of a run, and the clauses they answer.
pub(super) struct Listed<'a> {
    catalogue: &'a Catalogue,
    /// Rule id, and the level and clauses that the report gives it.
    rules: BTreeMap<&'a str, Cited<'a>>,
    /// Policy id, and its clauses.
    policies: BTreeMap<&'a str, BTreeSet<&'a ClauseRef>>,
}

#[derive(Default)]
struct Cited<'a> {
    level: Level,
    clauses: BTreeSet<&'a ClauseRef>,
}

impl<'a> Listed<'a> {
    pub(super) fn new(report: &'a Report, catalogue: &'a Catalogue) -> Self {
        let mut rules = BTreeMap::<&str, Cited<'_>>::new();
        let mut policies = BTreeMap::<&str, BTreeSet<_>>::new();
        for check in &report.checks {
            let cited = rules.entry(&check.rule).or_default();
            if check.kind == Kind::Fail {
                cited.level = cited.level.max(check.level);
            }
            for clause in &check.clauses {
                cited.clauses.insert(clause);
                policies.entry(&clause.policy).or_default().insert(clause);
            }
        }
        // A rule whose check broke is one of the run, too.
        for fault in &report.faults {
            if catalogue.rule(&fault.r#where).is_some() {
                rules.entry(&fault.r#where).or_default();
            }
        }
        Listed {
            catalogue,
            rules,
            policies,
        }
    }

    /// Position of a rule in the driver's list.
    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.rules.keys().position(|listed| *listed == id)
    }

    /// Positions of all rules.
    pub(super) fn indices(&self) -> BTreeMap<&'a str, usize> {
        self.rules
            .keys()
            .enumerate()
            .map(|(i, id)| (*id, i))
            .collect()
    }

    /// The level a rule has by itself; what a waived failure would have.
    pub(super) fn level(&self, id: &str) -> Level {
        let known = self.catalogue.rule(id).map(|rule| rule.level);
        let given = self.rules.get(id).map(|cited| cited.level);
        [known, given]
            .into_iter()
            .flatten()
            .find(|level| *level != Level::None)
            .unwrap_or(Level::Warning)
    }

    pub(super) fn descriptors(&self) -> Vec<ReportingDescriptor> {
        self.rules
            .iter()
            .map(|(id, cited)| self.descriptor(id, cited))
            .collect()
    }

    fn descriptor(&self, id: &str, cited: &Cited<'_>) -> ReportingDescriptor {
        let rule = self.catalogue.rule(id);
        let title = rule.map_or_else(|| format!("Rule {id}"), |rule| rule.title.clone());
        let why = rule.map_or("This version of provost does not know the rule.", |r| {
            &r.why
        });
        let mut made = ReportingDescriptor::builder().id(clean::line(id)).build();
        // A name that only repeats the id says nothing (multitool SARIF1001).
        made.name = Some(pascal(id)).filter(|name| !name.eq_ignore_ascii_case(id));
        made.short_description = Some(words(&title));
        made.full_description = Some(words(&format!("{title}. {why}")));
        made.help = Some(help(rule, &title, why, cited));
        made.help_uri = self.help_uri(id, cited);
        let level = ReportingConfiguration::builder()
            .level(json!(self.level(id).as_str()))
            .build();
        made.default_configuration = Some(level);
        made.properties = Some(self.properties(id, rule, cited));
        made.relationships = self.relationships(cited);
        made
    }

    /// Where the rule is written down: the first clause it answers, else its page in this project.
    fn help_uri(&self, id: &str, cited: &Cited<'_>) -> Option<String> {
        let here = cited
            .clauses
            .iter()
            .find_map(|clause| markup::https(&clause.url));
        let known = || {
            self.catalogue
                .clauses_of(id)
                .find_map(|c| markup::https(&c.url))
        };
        let page = || home().filter(|_| self.catalogue.rule(id).is_some());
        here.or_else(known).or_else(page)
    }

    fn properties(&self, id: &str, rule: Option<&Rule>, cited: &Cited<'_>) -> PropertyBag {
        let mut tags: Vec<String> = Vec::new();
        let mut add = |tag: String| {
            if !tags.contains(&tag) && tags.len() < TAGS {
                tags.push(tag);
            }
        };
        let severity = rule.and_then(|r| r.security_severity.clone());
        if severity.is_some() {
            add("security".into());
        }
        rule.iter()
            .flat_map(|r| &r.tags)
            .for_each(|t| add(clean::line(t)));
        cited
            .clauses
            .iter()
            .for_each(|c| add(clean::line(&c.policy)));
        for fill in FILL {
            if tags.len() < FILL.len() && !tags.iter().any(|tag| tag == fill) {
                tags.push(fill.to_owned());
            }
        }
        let problem = match self.level(id) {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note | Level::None => "recommendation",
        };
        let mut bag = super::bag([
            ("precision", json!("high")),
            ("problem.severity", json!(problem)),
        ]);
        if let Some(severity) = severity {
            bag.additional_properties
                .insert("security-severity".into(), json!(severity));
        }
        bag.tags = Some(tags);
        bag
    }

    fn relationships(&self, cited: &Cited<'_>) -> Option<Vec<ReportingDescriptorRelationship>> {
        let made = cited.clauses.iter().filter_map(|clause| {
            let (at, (policy, clauses)) = self
                .policies
                .iter()
                .enumerate()
                .find(|(_, (policy, _))| **policy == clause.policy)?;
            let index = clauses.iter().position(|c| c == clause)?;
            let target = ReportingDescriptorReference::builder()
                .id(clean::line(&clause.id))
                .index(position(index))
                .tool_component(component(&clean::line(policy), at))
                .build();
            let relationship = ReportingDescriptorRelationship::builder()
                .target(target)
                .kinds(vec!["relevant".to_owned()])
                .build();
            Some(relationship)
        });
        let made: Vec<_> = made.collect();
        (!made.is_empty()).then_some(made)
    }

    /// The policies cited, with the clauses cited.
    pub(super) fn taxonomies(&self) -> Vec<ToolComponent> {
        let made = self.policies.iter().map(|(id, clauses)| {
            let mut taxonomy = ToolComponent::builder().name(clean::line(id)).build();
            if let Some(policy) = self.catalogue.policy(id) {
                taxonomy.organization = Some(clean::line(&policy.foundation));
                taxonomy.short_description = Some(words(&policy.title));
            }
            taxonomy.information_uri = clauses.iter().find_map(|c| markup::https(&c.url));
            taxonomy.taxa = Some(clauses.iter().map(|clause| self.taxon(clause)).collect());
            taxonomy
        });
        made.collect()
    }

    fn taxon(&self, clause: &ClauseRef) -> ReportingDescriptor {
        let mut taxon = ReportingDescriptor::builder()
            .id(clean::line(&clause.id))
            .build();
        taxon.short_description = Some(words(&clause.section));
        let text = self.catalogue.clause(&clause.id).map(|c| words(&c.text));
        taxon.full_description = text;
        taxon.help_uri = markup::https(&clause.url);
        taxon
    }
}

/// Address of this project, when the package names one.
pub(super) fn home() -> Option<String> {
    let named = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")];
    named.into_iter().find_map(markup::https)
}

fn words(text: &str) -> MultiformatMessageString {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = clean::line(&flat);
    let cut = if shown.chars().count() > DESCRIPTION {
        shown.chars().take(DESCRIPTION - 1).chain(['…']).collect()
    } else {
        shown
    };
    MultiformatMessageString::builder().text(cut).build()
}

fn help(
    rule: Option<&Rule>,
    title: &str,
    why: &str,
    cited: &Cited<'_>,
) -> MultiformatMessageString {
    let flat = |text: &str| clean::line(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let fix = rule.map_or(
        "Update provost, or read the rule where it came from.",
        |r| &r.fix,
    );
    let (title, why, fix) = (flat(title), flat(why), flat(fix));
    let mut plain = format!("{title}.\n\nWhy: {why}\n\nWhat to do: {fix}");
    let mut marked = format!(
        "**{}**\n\n{}\n\n**What to do:** {}",
        markup::text(&title),
        markup::text(&why),
        markup::text(&fix)
    );
    if !cited.clauses.is_empty() {
        plain.push_str("\n\nAsked by:");
        marked.push_str("\n\n**Asked by:**\n");
    }
    for clause in &cited.clauses {
        let name = format!("{}, {}", clause.policy, clause.section);
        plain.push_str(&format!(
            "\n- {} {}",
            clean::line(&name),
            clean::line(&clause.url)
        ));
        let link = markup::link(&markup::text(&name), &clause.url);
        marked.push_str(&format!("\n- {link}"));
    }
    let mut made = MultiformatMessageString::builder().text(plain).build();
    made.markdown = Some(marked);
    made
}

/// `dco-sign-off` as `DcoSignOff`, the form that SARIF recommends for names.
fn pascal(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    let mut upper = true;
    for c in id.chars().filter(char::is_ascii).take(255) {
        if !c.is_ascii_alphanumeric() {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.push(c.to_ascii_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}
