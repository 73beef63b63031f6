// SPDX-License-Identifier: Apache-2.0

//! One entry of the Best Practices badge, read leniently: unknown keys are ignored, numbers may be text.

use jiff::Timestamp;
use serde_json::Value;

use super::place::same_form;

/// The metal levels, lowest first; the index is their rank.
pub const METALS: [&str; 4] = ["in_progress", "passing", "silver", "gold"];
/// Longest text that is taken from an entry, in characters.
const TEXT: usize = 200;

/// An entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// Number.
    pub id: u64,
    /// Name, as its owner wrote it.
    pub name: String,
    /// Home page; may be empty.
    pub homepage: String,
    /// Repository; may be empty.
    pub repository: String,
    raw: Value,
}

impl Project {
    /// From the service's JSON; `None` when it is no entry.
    pub fn of(raw: &Value) -> Option<Project> {
        let text = |key: &str| -> String {
            let text = raw.get(key).and_then(Value::as_str).unwrap_or_default();
            text.chars().take(TEXT).collect()
        };
        Some(Project {
            id: number(raw.get("id")?)?,
            name: text("name"),
            homepage: text("homepage_url"),
            repository: text("repo_url"),
            raw: raw.clone(),
        })
    }

    /// The metal level that the service names, whatever it is; derived from the percentages when it names none.
    /// `None` when neither is there.
    pub fn level(&self) -> Option<String> {
        match self.raw.get("badge_level").and_then(Value::as_str) {
            Some(level) => Some(level.chars().take(TEXT).collect()),
            None => self.rank().map(|rank| METALS[rank].to_owned()),
        }
    }

    /// The rank of the metal level held now, 0 (in progress) to 3 (gold). A level that is not known counts by its
    /// percentage; `None` when that says nothing either.
    pub fn rank(&self) -> Option<usize> {
        let named = self.raw.get("badge_level").and_then(Value::as_str);
        if let Some(rank) = named.and_then(|l| METALS.iter().position(|m| *m == l)) {
            return Some(rank);
        }
        let tiered = self.percentage("tiered_percentage");
        if named.is_some() {
            return tiered.filter(|t| *t >= 300).map(|_| 3);
        }
        if let Some(tiered) = tiered {
            return Some(usize::try_from(tiered / 100).unwrap_or(0).min(3));
        }
        let full = |n: usize| {
            self.percentage(&format!("badge_percentage_{n}"))
                .map(|p| p >= 100)
        };
        let mut rank = None;
        for n in 0..3 {
            match full(n) {
                Some(true) => rank = Some(n + 1),
                Some(false) => return Some(rank.unwrap_or(0)),
                None => return rank,
            }
        }
        rank
    }

    /// The highest baseline level held now: 0 for none, `None` when the entry says nothing of the baseline. Each
    /// level stands for itself, as the site has it.
    pub fn baseline(&self) -> Option<usize> {
        let held = |n: &usize| self.baseline_percentage(*n) == Some(100);
        let known = (1..=3).any(|n| self.baseline_percentage(n).is_some());
        known.then(|| (1..=3).rev().find(held).unwrap_or(0))
    }

    /// Per cent of a baseline level.
    pub fn baseline_percentage(&self, level: usize) -> Option<u64> {
        self.percentage(&format!("badge_percentage_baseline_{level}"))
    }

    /// A percentage by its key.
    pub fn percentage(&self, key: &str) -> Option<u64> {
        self.raw.get(key).and_then(number)
    }

    /// A moment: `what` is `achieved`, `first_achieved` or `lost`; `level` as in the keys, `baseline_1`.
    pub fn moment(&self, what: &str, level: &str) -> Option<Timestamp> {
        let text = self.raw.get(format!("{what}_{level}_at"))?.as_str()?;
        text.parse().ok()
    }

    /// The day on which a change of the criteria will cost the badge.
    pub fn warned(&self) -> Option<String> {
        let text = self.raw.get("badge_warning_effective_date")?.as_str()?;
        text.get(..10).map(str::to_owned)
    }

    /// When it was last edited.
    pub fn updated(&self) -> Option<Timestamp> {
        self.raw.get("updated_at")?.as_str()?.parse().ok()
    }

    /// Criteria of `names` that are not met, or not answered.
    pub fn unmet<'n>(&self, names: &'n [String]) -> Vec<&'n str> {
        let open = |name: &&String| {
            let status = self
                .raw
                .get(format!("{name}_status"))
                .and_then(Value::as_str);
            matches!(status, Some("Unmet" | "?"))
        };
        names.iter().filter(open).map(String::as_str).collect()
    }

    /// Whether one of its addresses is `address`, as people compare them.
    pub fn names(&self, address: &str) -> bool {
        let wanted = same_form(address);
        same_form(&self.repository) == wanted || same_form(&self.homepage) == wanted
    }

    /// Whether it names a repository at all.
    pub fn names_any(&self) -> bool {
        !self.repository.trim().is_empty()
    }
}

/// A number, also one written as text.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().trim_end_matches('%').parse().ok(),
        other => other.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn project(value: Value) -> Project {
        let mut whole = json!({"id": 1});
        whole
            .as_object_mut()
            .unwrap()
            .extend(value.as_object().unwrap().clone());
        Project::of(&whole).unwrap()
    }

    #[test]
    fn levels_are_held_by_name_or_by_percentage() {
        for (value, rank) in [
            (json!({"badge_level": "gold"}), Some(3)),
            (
                json!({"badge_level": "in_progress", "tiered_percentage": 96}),
                Some(0),
            ),
            (
                json!({"badge_level": "platinum", "tiered_percentage": 300}),
                Some(3),
            ),
            (
                json!({"badge_level": "platinum", "tiered_percentage": 120}),
                None,
            ),
            (
                json!({"badge_level": null, "tiered_percentage": 149}),
                Some(1),
            ),
            (json!({"tiered_percentage": "278"}), Some(2)),
            (
                json!({"badge_percentage_0": 100, "badge_percentage_1": "40"}),
                Some(1),
            ),
            (
                json!({"badge_percentage_0": 100, "badge_percentage_1": 100, "badge_percentage_2": 100}),
                Some(3),
            ),
            (
                json!({"badge_percentage_0": 99, "badge_percentage_1": 100}),
                Some(0),
            ),
            (json!({}), None),
        ] {
            assert_eq!(project(value.clone()).rank(), rank, "{value}");
        }
    }

    #[test]
    fn the_baseline_is_its_own_series() {
        assert_eq!(project(json!({"badge_level": "gold"})).baseline(), None);
        let three = json!({"badge_percentage_baseline_1": 90, "badge_percentage_baseline_3": 100});
        assert_eq!(project(three).baseline(), Some(3));
        let none = json!({"badge_percentage_baseline_1": 90, "badge_percentage_baseline_2": null});
        assert_eq!(project(none).baseline(), Some(0));
    }

    #[test]
    fn what_is_no_entry_is_none() {
        for value in [
            json!(null),
            json!("x"),
            json!({}),
            json!({"id": "x"}),
            json!({"id": -1}),
        ] {
            assert_eq!(Project::of(&value), None);
        }
    }
}
