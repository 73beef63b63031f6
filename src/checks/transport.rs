// SPDX-License-Identifier: Apache-2.0

//! Addresses of the project's own channels use an encrypted scheme. Whose a channel is shows in its host, in
//! the repository it names, or in the words of the link; other people's addresses are theirs to mend.

use std::sync::LazyLock;

use anyhow::Result;
use regex::Regex;
use serde::Deserialize;

use crate::report::Evidence;

use super::readme::{self, Search, quote};
use super::words::Pattern;
use super::{Answer, Context, Document, Draft};

/// Most addresses that are reported.
const FINDING_CAP: usize = 100;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Which files give addresses.
    search: Search,
    /// Schemes without encryption.
    schemes: Vec<String>,
    /// Words of a link to a channel of the project.
    channels: Vec<Pattern>,
    /// Hosts that need no encryption.
    #[serde(default)]
    exempt: Vec<Pattern>,
    /// Hosts that are never the project's own.
    #[serde(default)]
    third: Vec<Pattern>,
}

/// An address in a file.
struct Address {
    url: String,
    line: u64,
    /// Words of the link.
    words: String,
}

static URL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\b[a-z][a-z+]{1,9}://[^\s<>"'`)\]|,;]+"#).ok());

/// Fails with one finding an address.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let searched = params.search.read(cx.shared)?;
    if searched.documents.is_empty() {
        return Ok(Answer::not_applicable(
            "there is no README and no manifest that gives an address",
        ));
    }
    let names = own_names(cx);
    let mut looked_at = 0_usize;
    let mut drafts = Vec::new();
    for document in &searched.documents {
        for address in addresses(document) {
            looked_at += 1;
            if drafts.len() < FINDING_CAP
                && params.is_bare(&address)
                && params.is_own(cx, &names, &address)
            {
                let message = format!("{} is not encrypted", quote(&address.url));
                drafts.push(
                    Draft::new(message)
                        .path(&document.path)
                        .line(address.line)
                        .key(address.url),
                );
            }
        }
    }
    let files = searched.documents.len();
    let evidence = searched
        .documents
        .iter()
        .take(8)
        .map(|d| Evidence::file(&d.path).note("addresses were read"));
    let message = format!(
        "{} of {looked_at} addresses in {files} files lead to a channel of the project without encryption. {}",
        drafts.len(),
        cx.rule.fix.trim()
    );
    match Answer::fail_all(message, drafts) {
        Some(answer) => Ok(answer.all_evidence(evidence)),
        None => {
            let found = format!(
                "none of {looked_at} addresses in {files} files leads to a channel of the project without encryption"
            );
            Ok(
                Answer::pass(found, Evidence::words("redirects were not followed"))
                    .all_evidence(evidence),
            )
        }
    }
}

/// Addresses of a document's links and commands, or of a manifest's lines.
fn addresses(document: &Document) -> Vec<Address> {
    let text = document.parsed();
    let mut found: Vec<Address> = text
        .links
        .iter()
        .filter(|link| !link.image)
        .map(|link| Address {
            url: link.target.clone(),
            line: link.line,
            words: link.text.clone(),
        })
        .collect();
    if let Some(url) = URL.as_ref() {
        for code in &text.code {
            found.extend(url.find_iter(&code.text).map(|hit| Address {
                url: hit.as_str().to_owned(),
                line: code.line,
                words: String::new(),
            }));
        }
    }
    found
}

/// Names that mark a host as the project's own: owner and repository, where they are telling.
fn own_names(cx: &Context<'_>) -> Vec<String> {
    let slug = cx
        .subject
        .slug
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let mut names: Vec<String> = slug
        .split('/')
        .map(|part| part.replace(['_', '.'], "-"))
        .collect();
    let title = readme::document(cx.shared)
        .and_then(|d| d.parsed().headings.first().map(|h| h.text.to_lowercase()));
    names.extend(title.and_then(|t| t.split_whitespace().next().map(str::to_owned)));
    names.retain(|name| {
        name.len() >= 4
            && !matches!(
                name.as_str(),
                "project" | "docs" | "community" | "readme" | "welcome" | "github" | "core"
            )
    });
    names
}

impl Params {
    fn is_bare(&self, address: &Address) -> bool {
        let scheme = address.url.split("://").next().unwrap_or_default();
        address.url.contains("://") && self.schemes.iter().any(|s| s.eq_ignore_ascii_case(scheme))
    }

    fn is_own(&self, cx: &Context<'_>, names: &[String], address: &Address) -> bool {
        let lower = address.url.to_lowercase();
        let rest = lower.split("://").nth(1).unwrap_or_default();
        let (host, path) = rest.split_once(['/', '?', '#']).unwrap_or((rest, ""));
        let host = host
            .rsplit('@')
            .next()
            .unwrap_or(host)
            .split(':')
            .next()
            .unwrap_or(host);
        if self
            .exempt
            .iter()
            .chain(&self.third)
            .any(|p| p.is_match(host))
        {
            return false;
        }
        let slug = cx
            .subject
            .slug
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        let owner = slug.split('/').next().unwrap_or_default();
        let hosted = !owner.is_empty() && path.starts_with(&format!("{owner}/"));
        let labelled = names
            .iter()
            .any(|name| host.split('.').any(|label| label.contains(name.as_str())));
        let worded = self.channels.iter().any(|p| p.is_match(&address.words));
        hosted || labelled || worded || lower.starts_with("irc:")
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn findings(path: &str, text: &str) -> (Kind, Vec<Option<u64>>) {
        let tree = MemoryTree::new()
            .file("README.md", "# Thing\n")
            .file(path, text);
        let answer = Case::new(tree)
            .slug("thing-org/thing")
            .run("encrypted-channels");
        (
            answer.kind(),
            answer.findings().iter().map(|f| f.line).collect(),
        )
    }

    #[test]
    fn own_channels_in_the_clear_are_named_line_by_line() {
        let text = "# Thing\n\nSee http://www.thing.io/x and the [mailing list](http://lists.other.org/t).\n\n    git clone git://github.com/thing-org/thing.git\n";
        assert_eq!(
            findings("README.md", text),
            (Kind::Fail, vec![Some(3), Some(3), Some(5)])
        );
        assert_eq!(
            findings("package.json", "{\n\"homepage\": \"http://thing.io\"\n}").1,
            [Some(2)]
        );
    }

    #[test]
    fn encrypted_local_and_foreign_addresses_pass() {
        for text in [
            "https://thing.io",
            "http://localhost:8080/thing and http://thing.example.com",
            "Licence: http://www.apache.org/licenses/LICENSE-2.0",
            "A [paper](http://someone.edu/paper.pdf)",
        ] {
            assert_eq!(findings("README.md", text).0, Kind::Pass, "{text}");
        }
    }
}
