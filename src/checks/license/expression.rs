// SPDX-License-Identifier: Apache-2.0

//! SPDX expressions: read strictly but for deprecated ids, written in today's ids, judged against a list.

use spdx::expression::{ExprNode, Operator};
use spdx::{Expression, LicenseReq, ParseMode};

/// The grammar of the specification; deprecated ids are read, unknown ones refused.
const MODE: ParseMode = ParseMode {
    allow_slash_as_or_operator: false,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// Longest expression that is read; the longest real one seen has 300 bytes.
const LIMIT: usize = 2_000;

/// Reads an expression.
///
/// # Errors
/// With the column, in characters from 1, and the reason in words.
pub(crate) fn parse(text: &str) -> Result<Expression, String> {
    if text.len() > LIMIT {
        return Err(format!("longer than {LIMIT} bytes"));
    }
    // The parser recurses on no input, but unbalanced depth costs memory only.
    Expression::parse_mode(text, MODE).map_err(|e| {
        let before = text.get(..e.span.start).unwrap_or(text);
        format!("column {}: {}", before.chars().count() + 1, e.reason)
    })
}

/// The expression in today's ids (`GPL-2.0+` becomes `GPL-2.0-or-later`); as it stands when it has none.
pub(crate) fn canonical(text: &str) -> String {
    match parse(text) {
        Ok(_) => Expression::canonicalize(text)
            .ok()
            .flatten()
            .unwrap_or_else(|| text.to_owned()),
        Err(_) => text.to_owned(),
    }
}

/// Reads what a package manifest says: also `MIT/Apache-2.0`, as registries once allowed.
pub(crate) fn of_manifest(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LIMIT {
        return None;
    }
    let mode = ParseMode {
        allow_slash_as_or_operator: true,
        ..MODE
    };
    Expression::parse_mode(text, mode).ok()?;
    Some(
        Expression::canonicalize(text)
            .ok()
            .flatten()
            .unwrap_or_else(|| text.to_owned()),
    )
}

/// The ids of an expression, exceptions left out.
pub(crate) fn ids(text: &str) -> Vec<String> {
    let Ok(expression) = parse(text) else {
        return Vec::new();
    };
    expression
        .requirements()
        .map(|r| canonical(&r.req.license.to_string()))
        .collect()
}

/// Joins expressions by an operator; parts with the other operator get parentheses.
pub(crate) fn join(parts: &[String], operator: &str) -> String {
    if let [one] = parts {
        return one.clone();
    }
    let other = if operator == "AND" { " OR " } else { " AND " };
    let wrapped = parts.iter().map(|p| {
        if p.contains(other) {
            format!("({p})")
        } else {
            p.clone()
        }
    });
    wrapped.collect::<Vec<_>>().join(&format!(" {operator} "))
}

/// Which licences a rule accepts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed {
    requirements: Vec<LicenseReq>,
    whole: Vec<String>,
    osi: bool,
}

impl Allowed {
    /// From the expressions of a rule; `osi` accepts every licence that the OSI approved.
    ///
    /// # Errors
    /// Naming the entry that is no expression.
    pub(crate) fn new(list: &[String], osi: bool) -> Result<Self, String> {
        let mut allowed = Allowed {
            osi,
            ..Allowed::default()
        };
        for entry in list {
            let expression = parse(entry)
                .map_err(|why| format!("allow: {entry:?} is no SPDX expression: {why}"))?;
            let nodes: Vec<_> = expression.iter().collect();
            match nodes.as_slice() {
                [ExprNode::Req(one)] => allowed.requirements.push(one.req.clone()),
                _ => allowed.whole.push(canonical(entry)),
            }
        }
        Ok(allowed)
    }

    fn accepts(&self, requirement: &LicenseReq) -> bool {
        let name = canonical(&requirement.to_string());
        let listed = self
            .requirements
            .iter()
            .any(|r| canonical(&r.to_string()) == name);
        // An exception only adds permissions: the licence without it is allowed, so is the licence with it.
        let bare = LicenseReq {
            license: requirement.license.clone(),
            addition: None,
        };
        let bare_name = canonical(&bare.to_string());
        let with = requirement.addition.is_some()
            && self
                .requirements
                .iter()
                .any(|r| canonical(&r.to_string()) == bare_name);
        // "Or later" includes the version itself; the licensee chooses.
        let later = bare_name
            .strip_suffix("-or-later")
            .map(|stem| format!("{stem}-only"))
            .or_else(|| bare_name.strip_suffix('+').map(str::to_owned));
        let later = later.is_some_and(|only| {
            self.requirements
                .iter()
                .any(|r| canonical(&r.to_string()) == only)
        });
        let osi = self.osi
            && requirement
                .license
                .id()
                .is_some_and(|id| id.is_osi_approved());
        listed || with || later || osi
    }

    /// Judges an expression: a choice (`OR`) needs one allowed branch, `AND` all of them.
    ///
    /// # Errors
    /// The parts that are not allowed.
    pub(crate) fn judge(&self, text: &str) -> Result<(), Vec<String>> {
        let Ok(expression) = parse(text) else {
            return Err(vec![text.to_owned()]);
        };
        if self.whole.iter().any(|w| *w == canonical(text)) {
            return Ok(());
        }
        // Postfix: each node leaves what it lacks; a choice lacks nothing when one side lacks nothing.
        let mut stack: Vec<Vec<String>> = Vec::new();
        for node in expression.iter() {
            match node {
                ExprNode::Req(one) => {
                    let ok = self.accepts(&one.req);
                    stack.push(if ok {
                        Vec::new()
                    } else {
                        vec![canonical(&one.req.to_string())]
                    });
                }
                ExprNode::Op(operator) => {
                    let (right, left) = (
                        stack.pop().unwrap_or_default(),
                        stack.pop().unwrap_or_default(),
                    );
                    let choice = *operator == Operator::Or;
                    let met = choice && (left.is_empty() || right.is_empty());
                    stack.push(if met {
                        Vec::new()
                    } else {
                        [left, right].concat()
                    });
                }
            }
        }
        let mut lacking = stack.pop().unwrap_or_default();
        lacking.sort();
        lacking.dedup();
        if lacking.is_empty() {
            Ok(())
        } else {
            Err(lacking)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(allow: &[&str], text: &str) -> Vec<String> {
        let list: Vec<String> = allow.iter().map(|s| (*s).to_owned()).collect();
        Allowed::new(&list, false)
            .unwrap()
            .judge(text)
            .err()
            .unwrap_or_default()
    }

    #[test]
    fn a_choice_needs_one_branch_and_a_conjunction_all() {
        assert!(lacking(&["Apache-2.0"], "MIT OR Apache-2.0").is_empty());
        assert_eq!(lacking(&["Apache-2.0"], "MIT AND Apache-2.0"), ["MIT"]);
        assert_eq!(
            lacking(&["Apache-2.0"], "(MIT OR GPL-2.0) AND Apache-2.0"),
            ["GPL-2.0-only", "MIT"]
        );
        assert!(lacking(&["Apache-2.0", "MIT"], "(MIT OR GPL-2.0) AND Apache-2.0").is_empty());
    }

    #[test]
    fn exceptions_or_later_and_references() {
        assert!(lacking(&["Apache-2.0"], "Apache-2.0 WITH LLVM-exception").is_empty());
        assert_eq!(
            lacking(&["Apache-2.0 WITH LLVM-exception"], "Apache-2.0"),
            ["Apache-2.0"]
        );
        assert!(lacking(&["GPL-2.0-only"], "GPL-2.0+").is_empty());
        assert!(lacking(&["GPL-2.0"], "GPL-2.0-only").is_empty());
        assert_eq!(
            lacking(&["GPL-2.0-or-later"], "GPL-2.0-only"),
            ["GPL-2.0-only"]
        );
        assert!(lacking(&["LicenseRef-Ours"], "LicenseRef-Ours").is_empty());
    }

    #[test]
    fn the_osi_list_is_known() {
        let osi = Allowed::new(&[], true).unwrap();
        assert!(osi.judge("EPL-2.0 OR MIT").is_ok());
        assert_eq!(osi.judge("BUSL-1.1").unwrap_err(), ["BUSL-1.1"]);
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for bad in [
            "MIT, Apache-2.0",
            "MIT/Apache-2.0",
            "Proprietary",
            "MIT Apache-2.0",
            "",
            "(MIT",
            "mit",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        for (text, column) in [("MIT, ISC", 4), ("MIT OR Propriety", 8)] {
            let why = parse(text).unwrap_err();
            assert!(
                why.starts_with(&format!("column {column}: ")),
                "{text}: {why}"
            );
        }
        assert_eq!(of_manifest("Unlicense/MIT").unwrap(), "Unlicense OR MIT");
        assert_eq!(
            canonical("GPL-2.0+ OR LGPL-2.1"),
            "GPL-2.0-or-later OR LGPL-2.1-only"
        );
    }
}
