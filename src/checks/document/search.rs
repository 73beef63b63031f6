// SPDX-License-Identifier: Apache-2.0

//! What a rule says about a document: how it is called, where it may lie, what makes it the right one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::checks::words::{Pattern, Phrase, validated};
use crate::rules;

/// Extensions of text that a person reads in a repository.
pub(crate) const TEXT: &[&str] = &[
    "", "md", "markdown", "mdx", "rst", "adoc", "asciidoc", "txt", "org", "html",
];
/// Extensions whose content is not read: evidence that the document exists, no more.
pub(crate) const BINARY: &[&str] = &["pdf", "docx", "doc", "odt"];

/// Folders in which forges and projects keep such documents, in the order of preference.
/// The first three are those that the forges read.
const PLACES: &[&str] = &[
    "",
    ".github",
    "docs",
    ".gitlab",
    ".forgejo",
    ".gitea",
    "doc",
    "documentation",
    "governance",
    "community",
    "project",
    "legal",
    "security",
    "policies",
    "policy",
    "process",
    "meta",
    "contributing",
    "development",
    "reference",
    ".project",
    "code-of-conduct",
    "docs/community",
    "docs/governance",
    "docs/project",
    "docs/security",
    "docs/source",
    "docs/legal",
    "docs/about",
    "docs/contributing",
    "docs/contributor",
    "docs/developer",
    "docs/development",
    "docs/maintainers",
    "website/docs/development",
    "aswf",
    "doc/source",
    "documentation/docs",
];

/// First folders below which documentation lies at any depth.
const SHELVES: &[&str] = &[
    ".github",
    "aswf",
    "community",
    "content",
    "development-docs",
    "doc",
    "doc-site",
    "docs",
    "docs-site",
    "documentation",
    "governance",
    "project",
    "process",
    "reference",
    "security",
    "site",
    "userdocs",
    "website",
];

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|&s| s.to_owned()).collect()
}

fn text_extensions() -> Vec<String> {
    strings(TEXT)
}

fn places() -> Vec<String> {
    strings(PLACES)
}

fn shelves() -> Vec<String> {
    strings(SHELVES)
}

fn section_files() -> Vec<Phrase> {
    ["readme", "contributing"]
        .map(|s| Phrase::from(s.to_owned()))
        .to_vec()
}

fn link_files() -> Vec<Phrase> {
    [
        "readme",
        "contributing",
        "governance",
        "security",
        "support",
    ]
    .map(|s| Phrase::from(s.to_owned()))
    .to_vec()
}

/// How to find a document, `[with.find]` of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Search {
    /// What it is, in words, for messages: `code of conduct`.
    pub(crate) what: String,
    /// The conventional path, named when it is absent.
    pub(crate) path: String,
    /// File names without extension; case and separators do not matter, `*` stands for any words.
    pub(crate) names: Vec<Phrase>,
    /// Extensions of text, `""` for none.
    #[serde(default = "text_extensions")]
    pub(crate) extensions: Vec<String>,
    /// What a PDF or a word processor's file is worth: its content is not read.
    #[serde(default)]
    pub(crate) binary: Binary,
    /// Folders, `""` for the root, in order of preference.
    #[serde(default = "places")]
    pub(crate) places: Vec<String>,
    /// Names that are telling enough to count at any depth below `shelves`.
    #[serde(default)]
    pub(crate) anywhere: Vec<Phrase>,
    /// First folders of documentation trees.
    #[serde(default = "shelves")]
    pub(crate) shelves: Vec<String>,
    /// Paths of files whose folder is the document: `CHANGELOG/CHANGELOG-1.2.md`, `releasenotes/notes/x.yaml`.
    #[serde(default)]
    pub(crate) folders: Vec<Pattern>,
    /// Names that tell so surely what the file is that its words need not.
    #[serde(default)]
    pub(crate) sure: Vec<Phrase>,
    /// Names that only look right: never taken.
    #[serde(default)]
    pub(crate) never: Vec<Phrase>,
    /// The text must speak of one of these, else the file is another thing under the same name.
    #[serde(default)]
    pub(crate) about: Vec<Pattern>,
    /// A text with one of these has substance however short it is.
    #[serde(default)]
    pub(crate) enough: Vec<Pattern>,
    /// Fewest words of a text with substance.
    #[serde(default = "minimum_words")]
    pub(crate) minimum_words: usize,
    /// Most words of a text that is only a pointer to another.
    #[serde(default = "pointer_words")]
    pub(crate) pointer_words: usize,
    /// Addresses of texts known to be the foundation's: a link to one is as good as the text.
    #[serde(default)]
    pub(crate) known: Vec<Pattern>,
    /// Headings whose section stands for the document.
    #[serde(default)]
    pub(crate) sections: Vec<Phrase>,
    /// Files in which such a section counts.
    #[serde(default = "section_files")]
    pub(crate) section_files: Vec<Phrase>,
    /// Paths of other documents in which such a section counts.
    #[serde(default)]
    pub(crate) section_pages: Vec<Pattern>,
    /// Sentences that stand for the document wherever they are in those files.
    #[serde(default)]
    pub(crate) says: Vec<Pattern>,
    /// A section must speak of one of these; without any, `about` holds for sections too.
    #[serde(default)]
    pub(crate) section_about: Vec<Pattern>,
    /// Words of a link that lead to the document.
    #[serde(default)]
    pub(crate) links: Vec<Phrase>,
    /// Whether a link counts by the name of its target, whatever its words.
    #[serde(default = "yes")]
    pub(crate) link_targets: bool,
    /// Files whose links count.
    #[serde(default = "link_files")]
    pub(crate) link_files: Vec<Phrase>,
    /// Whether the forge lets an organisation supply it for all of its repositories.
    #[serde(default)]
    pub(crate) inherited: bool,
    /// What may stand in for it on the forge, where a clone cannot see it.
    #[serde(default)]
    pub(crate) on_forge: Option<String>,
}

/// What a file is worth whose content is not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Binary {
    /// Nothing.
    #[default]
    Never,
    /// It shows that the document exists.
    Exists,
    /// A person has to read it.
    Ask,
}

fn yes() -> bool {
    true
}

fn minimum_words() -> usize {
    8
}

fn pointer_words() -> usize {
    60
}

impl Search {
    /// `code of conduct` as the start of a sentence.
    pub(crate) fn title(&self) -> String {
        let mut letters = self.what.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + letters.as_str()
        })
    }
}

/// The part of a rule file that says how to find its document.
#[derive(Deserialize)]
struct Holder {
    with: Option<Found>,
}

#[derive(Deserialize)]
struct Found {
    find: Option<Search>,
}

/// The searches of all shipped rules, by rule id: several rules judge one document, one says how to find it.
static SHIPPED: LazyLock<BTreeMap<&'static str, Search>> = LazyLock::new(|| {
    rules::shipped()
        .filter_map(|(id, text)| {
            // A file that does not parse is reported when the catalogue is loaded.
            let holder: Holder = validated(|| toml::from_str(text)).ok()?;
            Some((id, holder.with?.find?))
        })
        .collect()
});

/// The document of another rule: `document = "security-policy"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct DocumentOf {
    /// The rule that says how to find it.
    pub(crate) rule: String,
    /// How.
    pub(crate) search: &'static Search,
}

impl TryFrom<String> for DocumentOf {
    type Error = String;

    fn try_from(rule: String) -> Result<Self, String> {
        let search = SHIPPED.get(rule.as_str()).ok_or_else(|| {
            let known: Vec<_> = SHIPPED.keys().copied().collect();
            format!(
                "no shipped rule `{rule}` finds a document; those that do: {}",
                known.join(", ")
            )
        })?;
        Ok(DocumentOf { rule, search })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_document_is_refused_with_those_there_are() {
        let error = DocumentOf::try_from("securty-policy".to_owned()).unwrap_err();
        assert!(error.contains("security-policy"), "{error}");
    }
}
