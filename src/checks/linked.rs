// SPDX-License-Identifier: Apache-2.0

//! The README links a document of the project, or the foundation's published text of it. A mention without
//! a link, and a link that leads nowhere, do not count.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::subject::Entry;
use crate::text::Link;

use super::readme::{self, Search, quote};
use super::target::{self, Target};
use super::words::{self, Pattern, Phrase};
use super::{Answer, Context, Document, Draft, vendored};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// The document, in words.
    what: String,
    /// Names of the document.
    names: Vec<Phrase>,
    /// Words of a link, or of its address, that mean the document.
    words: Vec<Pattern>,
    /// Other documents that may link it, or hold it as a section.
    search: Search,
    /// Addresses of published texts that are as good as the project's own.
    #[serde(default)]
    known: Vec<Pattern>,
}

/// Longest document, in bytes, that may only refer to another.
const STUB: usize = 2_000;

/// What a link of the README is to the document.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lead {
    /// It leads there.
    There(String),
    /// It means the document and leads outside, where nothing was read.
    Outside,
    /// It means the document and leads nowhere.
    Nowhere(String),
}

/// Passes when the README links the document.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let own = params.own(cx);
    let what = &params.what;
    let Some(document) = readme::document(cx.shared) else {
        return Ok(match own.first() {
            Some(entry) => {
                let message = format!(
                    "there is no README that could link {}. {}",
                    entry.path,
                    cx.rule.fix.trim()
                );
                Answer::fail(
                    message.clone(),
                    Draft::new(message).path("README.md").key("link"),
                )
                .evidence(Evidence::file(&entry.path))
            }
            None => Answer::not_applicable(format!("there is neither a {what} nor a README")),
        });
    };
    let leads = params.leads(cx, &document);
    let place = |link: &Link| {
        Evidence::line(&document.path, link.line)
            .note(quote(&format!("{} <{}>", link.text, link.target)))
    };
    let said = |link: &Link| {
        format!(
            "{}:{} links {}",
            document.path,
            link.line,
            quote(&link.target)
        )
    };
    if let Some((link, Lead::There(path))) = leads
        .iter()
        .find(|(_, lead)| matches!(lead, Lead::There(_)))
    {
        let evidence = (!path.is_empty()).then(|| Evidence::file(path));
        return Ok(Answer::pass(said(link), place(link)).all_evidence(evidence));
    }
    if let Some((link, Lead::Nowhere(path))) = leads
        .iter()
        .find(|(_, lead)| matches!(lead, Lead::Nowhere(_)))
    {
        let message = format!(
            "{}, and {path} is not in this repository; put the {what} there or mend the link",
            said(link)
        );
        return Ok(Answer::fail(
            message.clone(),
            Draft::new(message)
                .path(&document.path)
                .line(link.line)
                .key("broken"),
        )
        .evidence(place(link)));
    }
    if let Some((link, _)) = leads.first() {
        let beside = own
            .first()
            .map(|e| format!(", not {}", e.path))
            .unwrap_or_default();
        let question = format!(
            "{}{beside}: is that the {what} of this project? Link a text in this tree or the foundation's",
            said(link)
        );
        return Ok(Answer::review(question, place(link)));
    }
    let elsewhere = params.elsewhere(cx)?;
    if own.is_empty() && elsewhere.is_empty() {
        let message = format!("there is no {what} in this repository and no document links one");
        return Ok(Answer::not_applicable(message).evidence(Evidence::file(&document.path)));
    }
    Ok(params.unlinked(cx, &document, &own, elsewhere))
}

impl Params {
    fn names_it(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, ext) = name.rsplit_once('.').unwrap_or((name, ""));
        let text = matches!(
            ext.to_ascii_lowercase().as_str(),
            "" | "md" | "markdown" | "rst" | "adoc" | "asciidoc" | "txt" | "pdf" | "html"
        );
        text && words::any_is(&self.names, stem)
    }

    fn leads<'d>(&self, cx: &Context<'_>, document: &'d Document) -> Vec<(&'d Link, Lead)> {
        let links = document.parsed().links.iter().filter(|link| !link.image);
        links
            .filter_map(|link| Some((link, self.lead(cx, document, link)?)))
            .take(50)
            .collect()
    }

    fn lead(&self, cx: &Context<'_>, document: &Document, link: &Link) -> Option<Lead> {
        let meant = self
            .words
            .iter()
            .any(|p| p.is_match(&link.text) || p.is_match(&link.target));
        match target::resolve(cx.shared, &cx.files, &document.path, &link.target) {
            Target::File(entry, _)
                if self.names_it(&entry.path) || self.names_it(&link.target) || meant =>
            {
                Some(Lead::There(entry.path.clone()))
            }
            Target::Outside(url) if self.known.iter().any(|p| p.is_match(&url)) => {
                Some(Lead::There(String::new()))
            }
            Target::Outside(url) if self.is_owners(cx, &url) || self.is_stub(cx, &url) => {
                Some(Lead::There(String::new()))
            }
            Target::Outside(_) if meant => Some(Lead::Outside),
            Target::Absent(path) if meant => Some(Lead::Nowhere(path)),
            _ => None,
        }
    }

    /// Whether an address is that of such a document in another repository of the same owner.
    fn is_owners(&self, cx: &Context<'_>, url: &str) -> bool {
        let slug = cx.subject.slug.as_deref().unwrap_or_default();
        let remote = cx.subject.remote.as_deref().unwrap_or_default();
        let Some(base) = remote
            .strip_suffix(slug)
            .filter(|_| !slug.is_empty())
            .map(|host| format!("{host}{}/", slug.split('/').next().unwrap_or_default()))
        else {
            return false;
        };
        let path = url.split(['#', '?']).next().unwrap_or_default();
        let ours = path
            .get(..base.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(&base));
        ours && path.contains('.') && self.names_it(path)
    }

    /// Whether the project's own document refers to that address, too.
    fn is_stub(&self, cx: &Context<'_>, url: &str) -> bool {
        let bare = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
        let wanted = bare(url);
        self.own(cx).into_iter().any(|entry| {
            cx.files.document(entry).is_ok_and(|document| {
                let links = &document.parsed().links;
                document.text().len() < STUB && links.iter().any(|l| bare(&l.target) == wanted)
            })
        })
    }

    /// Files of the tree that are the document.
    fn own<'a>(&self, cx: &Context<'a>) -> Vec<&'a Entry> {
        let entries = cx.files.entries().iter();
        entries
            .filter(|e| {
                e.counts()
                    && !vendored::not_ours(&e.path)
                    && !readme::about_others(&e.path)
                    && self.names_it(&e.path)
            })
            .collect()
    }

    /// Other documents that link it or hold it.
    fn elsewhere(&self, cx: &Context<'_>) -> Result<Vec<Evidence>> {
        let searched = self.search.read(cx.shared)?;
        let found = searched
            .documents
            .iter()
            .filter(|d| !readme::is_readme(&d.path))
            .filter_map(|other| {
                let link = self
                    .leads(cx, other)
                    .into_iter()
                    .find(|(_, lead)| !matches!(lead, Lead::Nowhere(_)));
                if let Some((link, _)) = link {
                    return Some(Evidence::line(&other.path, link.line).note("links it"));
                }
                let headings = &other.parsed().headings;
                let section = headings
                    .iter()
                    .find(|h| self.words.iter().any(|w| w.is_match(&h.text)))?;
                Some(Evidence::line(&other.path, section.line).note("a section of such a name"))
            });
        Ok(found.take(10).collect())
    }

    /// It is there, and the README does not link it: where else is it linked, is it at least mentioned?
    fn unlinked(
        &self,
        cx: &Context<'_>,
        document: &Document,
        own: &[&Entry],
        elsewhere: Vec<Evidence>,
    ) -> Answer {
        let also = match elsewhere.as_slice() {
            [] => String::new(),
            some => {
                let paths: Vec<&str> = some.iter().filter_map(|e| e.path.as_deref()).collect();
                format!(" (only {} does)", paths.join(", "))
            }
        };
        let mention = document
            .parsed()
            .prose
            .iter()
            .find(|p| self.words.iter().any(|w| w.is_match(&p.text)));
        let path = own.first().map_or(self.what.as_str(), |e| e.path.as_str());
        let message = match mention {
            Some(prose) => format!(
                "{}:{} mentions the {} without a link to {path}{also}. {}",
                document.path,
                prose.line,
                self.what,
                cx.rule.fix.trim()
            ),
            None => format!(
                "{} does not link {path}{also}. {}",
                document.path,
                cx.rule.fix.trim()
            ),
        };
        let draft = Draft::new(format!("no link to {path}"))
            .path(&document.path)
            .key("link");
        let draft = match mention {
            Some(prose) => draft.line(prose.line),
            None => draft,
        };
        let own = own.first().map(|e| Evidence::file(&e.path));
        Answer::fail(message, draft)
            .all_evidence(own)
            .all_evidence(elsewhere)
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn kind(readme: &str, own: bool) -> Kind {
        let tree = MemoryTree::new().file("README.md", readme);
        let tree = if own {
            tree.file("docs/code-of-conduct.md", "Be kind.")
        } else {
            tree
        };
        Case::new(tree)
            .slug("o/r")
            .run("code-of-conduct-linked")
            .kind()
    }

    #[test]
    fn a_link_to_the_text_or_the_foundation_s_counts() {
        for readme in [
            "[conduct](docs/code-of-conduct.md)",
            "[Code of Conduct](https://github.com/o/r/blob/main/docs/code-of-conduct.md#top)",
            "[coc]\n\n[coc]: /docs/code-of-conduct.md",
            "<a href=\"docs/code-of-conduct.md\">here</a>",
        ] {
            assert_eq!(kind(readme, true), Kind::Pass, "{readme}");
        }
        let known = "See the [CNCF code](https://github.com/cncf/foundation/blob/master/code-of-conduct.md).";
        assert_eq!(kind(known, false), Kind::Pass);
    }

    #[test]
    fn a_mention_a_broken_link_and_silence_fail() {
        for readme in [
            "We have a code of conduct.",
            "[Code of Conduct](CODE_OF_CONDUCT.md)",
            "# T",
            "`docs/code-of-conduct.md`",
        ] {
            assert_eq!(kind(readme, true), Kind::Fail, "{readme}");
        }
    }

    #[test]
    fn a_text_elsewhere_is_a_question_and_none_at_all_does_not_apply() {
        assert_eq!(
            kind("[Code of Conduct](https://wiki.example/conduct)", true),
            Kind::Review
        );
        assert_eq!(kind("# T", false), Kind::NotApplicable);
    }
}
