// SPDX-License-Identifier: Apache-2.0

//! The licence inventory: for every file what holds for it and where that was read. Types and serde only.
//!
//! The shape is a contract (`provost-licenses/1`, see `docs/licenses.schema.json`). Words are SPDX's and REUSE's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Evidence, Fault, SubjectInfo, Tool};

/// The value of `schema` in every inventory this version writes.
pub const SCHEMA: &str = "provost-licenses/1";

/// What kind of work a file is: foundations ask other licences of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Source, scripts, build files that are programs.
    Code,
    /// Prose for people.
    Documentation,
    /// Data sets and models.
    Data,
    /// The text of a specification.
    Specification,
    /// Settings, lock files and other files of tools.
    Configuration,
    /// Pictures, archives, and what is not known.
    Other,
}

impl Class {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Code => "code",
            Class::Documentation => "documentation",
            Class::Data => "data",
            Class::Specification => "specification",
            Class::Configuration => "configuration",
            Class::Other => "other",
        }
    }
}

/// Where the licence of a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A tag in the file.
    Line,
    /// A licence notice in words in the file.
    Notice,
    /// Its `.license` neighbour.
    Sidecar,
    /// A `REUSE.toml`.
    ReuseToml,
    /// `.reuse/dep5`.
    Dep5,
    /// The licence text of its folder, or of one above it.
    Directory,
    /// The project's licence: nothing nearer says anything.
    Declared,
    /// Nowhere: nothing says anything.
    Nothing,
}

impl Origin {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Line => "line",
            Origin::Notice => "notice",
            Origin::Sidecar => "sidecar",
            Origin::ReuseToml => "reuse-toml",
            Origin::Dep5 => "dep5",
            Origin::Directory => "directory",
            Origin::Declared => "declared",
            Origin::Nothing => "nothing",
        }
    }

    /// Whether something speaks of this very file.
    pub fn is_stated(self) -> bool {
        !matches!(self, Origin::Directory | Origin::Declared | Origin::Nothing)
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct File {
    /// Path in the repository.
    pub path: String,
    /// Kind of work.
    pub class: Class,
    /// Whether it is a copy of another project's file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vendored: bool,
    /// SPDX expression that holds for it; several statements are joined by AND.
    pub license: Option<String>,
    /// Where that was read.
    pub origin: Origin,
    /// The file it was read in.
    pub source: Option<String>,
    /// Line there, from 1.
    pub line: Option<u64>,
    /// Copyright notices.
    pub copyrights: Vec<String>,
    /// What is wrong with what it says, or why it was not read whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Git's id of its content, where git knows one: the same id needs no second look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// SHA-1 of its content, where a format asks for it.
    #[serde(skip)]
    pub sha1: Option<String>,
}

/// A difference between a text and the licence that comes nearest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Difference {
    /// Line of the text, from 1.
    pub line: u64,
    /// Words that the licence has and the text lacks.
    pub missing: String,
    /// Words that the text has in their place.
    pub added: String,
}

/// A file that holds, or should hold, a licence text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Text {
    /// Path in the repository.
    pub path: String,
    /// SPDX expression of the texts in it; none when no known text is there in full.
    pub license: Option<String>,
    /// Licence whose text comes nearest, when none is there in full.
    pub nearest: Option<String>,
    /// Share of the words in common with the licence or the nearest one, 0 to 1.
    pub score: Option<f64>,
    /// Differences in substance from the nearest one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// Files under it, by what they say or by the folder they lie in.
    pub files: usize,
    /// What was found, in words.
    pub note: String,
}

/// Counts of files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counts {
    /// All of them.
    pub files: usize,
    /// Those of which something speaks.
    pub stated: usize,
    /// Those that rest on the licence of their folder or of the project.
    pub by_default: usize,
    /// Those with a copyright notice.
    pub with_copyright: usize,
    /// Files by expression.
    pub licenses: BTreeMap<String, usize>,
}

/// Counts over the inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// All files.
    #[serde(flatten)]
    pub all: Counts,
    /// By kind of work.
    pub classes: BTreeMap<Class, Counts>,
    /// Files that need no licence information, by reason.
    pub skipped: BTreeMap<String, usize>,
}

impl Summary {
    /// Counts `files`.
    pub fn of(files: &[File], skipped: BTreeMap<String, usize>) -> Self {
        let mut summary = Summary {
            skipped,
            ..Summary::default()
        };
        for file in files {
            summary.all.add(file);
            summary.classes.entry(file.class).or_default().add(file);
        }
        summary
    }
}

impl Counts {
    fn add(&mut self, file: &File) {
        self.files += 1;
        self.stated += usize::from(file.origin.is_stated());
        self.by_default += usize::from(matches!(file.origin, Origin::Directory | Origin::Declared));
        self.with_copyright += usize::from(!file.copyrights.is_empty());
        if let Some(license) = &file.license {
            *self.licenses.entry(license.clone()).or_default() += 1;
        }
    }
}

/// Something wrong with what a file says about licences.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Flaw {
    /// Path in the repository.
    pub path: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// What, and what to do.
    pub message: String,
}

/// What became of a finding of an earlier licence scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The scan did not have it.
    New,
    /// It is where it was.
    StillThere,
    /// It is in another place now.
    Moved,
    /// The file changed and nothing in it was recognised: a person has to look.
    Unsure,
    /// It is gone.
    Fixed,
}

impl Fate {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Fate::New => "new",
            Fate::StillThere => "still there",
            Fate::Moved => "moved",
            Fate::Unsure => "unsure",
            Fate::Fixed => "fixed",
        }
    }
}

/// A finding of the scan: a file with another licence than the project's, or with none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Compared {
    /// What became of it.
    pub fate: Fate,
    /// Path in the scan; for a new one, in the repository.
    pub path: String,
    /// Where it is now, when it moved.
    pub moved_to: Option<String>,
    /// The licence that was found; none when the scan found no licence.
    pub license: Option<String>,
    /// The licence now.
    pub now: Option<String>,
    /// How it is known.
    pub why: String,
}

/// An earlier licence scan against the repository as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Comparison {
    /// Name of the scan's document.
    pub document: String,
    /// When the scan was made, as it says.
    pub created: Option<String>,
    /// Files in the scan, and those of them that are here under the same path.
    pub files: usize,
    /// Files of the scan that are here under the same path.
    pub matched: usize,
    /// Folder that stands before every path of the scan.
    pub prefix: String,
    /// Findings, by fate and path.
    pub findings: Vec<Compared>,
}

/// The inventory of a tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Licenses {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Which provost wrote it.
    pub tool: Tool,
    /// What was inspected.
    pub subject: SubjectInfo,
    /// SPDX expression of the whole.
    pub declared: Option<String>,
    /// Where that stands.
    pub evidence: Vec<Evidence>,
    /// Counts.
    pub summary: Summary,
    /// Licence texts, sorted by path.
    pub texts: Vec<Text>,
    /// What is wrong, sorted by path.
    pub flaws: Vec<Flaw>,
    /// An earlier scan against this tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Files that need licence information, sorted by path.
    pub files: Vec<File>,
    /// What broke; not empty means exit 2.
    pub faults: Vec<Fault>,
    /// Texts of the project's own licences, by `LicenseRef-` id, where a format asks for them.
    #[serde(skip)]
    pub references: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/licenses.schema.json");
        let schema = schemars::schema_for!(Licenses);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap_or_default(),
            text,
            "run `SNAPSHOTS=overwrite cargo test` and commit docs/licenses.schema.json"
        );
    }
}
