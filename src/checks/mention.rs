//! The project's documents say what a rule asks for: in a sentence, a section, a link, a command, or as a
//! file of its own. Each part a rule asks for is looked for on its own; the first place is the evidence.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::{Link, Paragraph};

use super::readme::{self, Search, Searched, glob_set, quote};
use super::target::{self, Target};
use super::words::{self, Pattern, Phrase};
use super::{Answer, Context, Document, Draft, vendored};

/// Most places that are named for one part.
const PLACES: usize = 3;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Which documents are looked into.
    search: Search,
    /// What has to be said.
    parts: Vec<Part>,
    /// Whether every part is needed, or any of them.
    #[serde(default)]
    need: Need,
    /// Verdict when it is said.
    #[serde(default = "pass")]
    found: Verdict,
    /// Verdict when only some of the parts are there.
    #[serde(default = "fail")]
    partial: Verdict,
    /// Verdict when no part is there.
    #[serde(default = "fail")]
    absent: Verdict,
    /// Verdict when there is no document to look into.
    #[serde(default = "fail")]
    no_documents: Verdict,
    /// Addresses or texts of links to a place outside that may say it: a person has to read there.
    #[serde(default)]
    elsewhere: Vec<Pattern>,
    /// Whether such a link counts in the README, too, and not in the guides only.
    #[serde(default = "yes")]
    elsewhere_in_readme: bool,
    /// Sentences that name the thing without saying enough: a person has to judge.
    #[serde(default)]
    hints: Vec<Pattern>,
    /// Sentences that only seem to.
    #[serde(default)]
    hints_unless: Vec<Pattern>,
    /// Whether the rule is about software: a repository of documents alone is out of its reach.
    #[serde(default)]
    software_only: bool,
    /// Sentences that contradict the rule.
    #[serde(default)]
    against: Vec<Pattern>,
    /// Sentences that only seem to.
    #[serde(default)]
    against_unless: Vec<Pattern>,
    /// What such a sentence means.
    #[serde(default)]
    against_is: Against,
    /// Documents that the forge takes from the organisation's `.github` when the repository has none.
    #[serde(default)]
    inherited: Vec<Phrase>,
    /// Property that lists the names of the parts found.
    #[serde(default)]
    property: Option<String>,
    /// Where it belongs when it is absent: the path a finding is anchored on.
    #[serde(default)]
    home: Option<String>,
}

/// How many of the parts are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Need {
    #[default]
    All,
    Any,
}

/// A verdict as a rule names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Verdict {
    Pass,
    Fail,
    Review,
    Open,
    NotApplicable,
}

fn yes() -> bool {
    true
}

fn pass() -> Verdict {
    Verdict::Pass
}

fn fail() -> Verdict {
    Verdict::Fail
}

/// What a contradicting sentence means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Against {
    #[default]
    Ignored,
    Review,
    Fail,
}

/// One thing that has to be said. Any of its ways will do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Part {
    /// In a few words; it completes "found" and "not found".
    name: String,
    /// A file that is the thing itself.
    #[serde(default)]
    files: Vec<String>,
    /// A section with words below it.
    #[serde(default)]
    headings: Vec<Phrase>,
    /// A sentence.
    #[serde(default)]
    patterns: Vec<Pattern>,
    /// A sentence of the README, where the same words may be about something else; else `patterns`.
    #[serde(default)]
    readme_patterns: Vec<Pattern>,
    /// No sentence that matches one of these.
    #[serde(default)]
    unless: Vec<Pattern>,
    /// A link, by its address.
    #[serde(default)]
    links: Vec<Pattern>,
    /// A link, by its words.
    #[serde(default)]
    link_texts: Vec<Pattern>,
    /// A line of a code block.
    #[serde(default)]
    commands: Vec<Pattern>,
    /// Whether comments count: templates of pull requests instruct in them.
    #[serde(default)]
    comments: bool,
}

/// A place where a part was found.
struct Place {
    path: String,
    line: Option<u64>,
    words: String,
}

impl Place {
    fn evidence(&self, name: &str) -> Evidence {
        let evidence = match self.line {
            Some(line) => Evidence::line(&self.path, line),
            None => Evidence::file(&self.path),
        };
        match self.words.is_empty() {
            true => evidence.note(name),
            false => evidence.note(format!("{name}: {}", self.words)),
        }
    }

    fn shown(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path),
            None => self.path.clone(),
        }
    }
}

/// Looks for each part in each document, and decides.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    if params.software_only && !readme::has_software(&cx.files) {
        return Ok(Answer::not_applicable(
            "the repository holds documents, no software",
        ));
    }
    let searched = params.search.read(cx.shared)?;
    let mut found: Vec<(&Part, Vec<Place>)> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    for part in &params.parts {
        let places = part.places(cx, &searched)?;
        match places.is_empty() {
            true => missing.push(&part.name),
            false => found.push((part, places)),
        }
    }
    let against = match params.against_is {
        Against::Ignored => None,
        _ => first_sentence(&searched, &params.against, &params.against_unless, false),
    };
    let enough = match params.need {
        Need::All => missing.is_empty(),
        Need::Any => !found.is_empty(),
    };
    let names: Vec<&str> = found.iter().map(|(part, _)| part.name.as_str()).collect();
    let evidence: Vec<Evidence> = found
        .iter()
        .flat_map(|(part, places)| places.iter().map(|p| p.evidence(&part.name)))
        .collect();
    let answer = if let (Some(place), true) = (&against, params.found == Verdict::Pass || !enough) {
        contradicted(cx, params, place)
    } else if enough {
        decided(cx, params, &found)
    } else {
        lacking(cx, params, &searched, &names, &missing)
    };
    let answer = answer.all_evidence(evidence);
    Ok(match &params.property {
        Some(key) => answer.property(key, names),
        None => answer,
    })
}

fn contradicted(cx: &Context<'_>, params: &Params, place: &Place) -> Answer {
    let message = format!(
        "{} says \u{201c}{}\u{201d}; expected: {}. {}",
        place.shown(),
        place.words,
        cx.rule.title,
        cx.rule.fix.trim()
    );
    let evidence = place.evidence("to be judged");
    match params.against_is {
        Against::Fail => Answer::fail(message, draft(place, "contradiction")).evidence(evidence),
        _ => Answer::review(message, evidence),
    }
}

fn draft(place: &Place, key: &str) -> Draft {
    let draft = Draft::new(format!("\u{201c}{}\u{201d}", place.words))
        .path(&place.path)
        .key(key);
    match place.line {
        Some(line) => draft.line(line),
        None => draft,
    }
}

fn decided(cx: &Context<'_>, params: &Params, found: &[(&Part, Vec<Place>)]) -> Answer {
    let told: Vec<String> = found
        .iter()
        .filter_map(|(part, places)| Some(format!("{} ({})", part.name, places.first()?.shown())))
        .collect();
    let told = told.join("; ");
    if params.found == Verdict::Fail {
        let message = format!(
            "found: {told}; expected: {}. {}",
            cx.rule.title,
            cx.rule.fix.trim()
        );
        let drafts = found
            .iter()
            .flat_map(|(part, places)| places.iter().map(|p| draft(p, &part.name)))
            .collect();
        // `enough` parts were found, and each has a place.
        return Answer::fail_all(message.clone(), drafts).unwrap_or_else(|| Answer::open(message));
    }
    let message = format!("found: {told}");
    match params.found {
        Verdict::Review => Answer::review(message, Evidence::words("to be read by a person")),
        _ => Answer::pass(
            message,
            Evidence::words(format!("looked for: {}", parts_named(params))),
        ),
    }
}

fn parts_named(params: &Params) -> String {
    let names: Vec<&str> = params.parts.iter().map(|p| p.name.as_str()).collect();
    names.join(", ")
}

fn lacking(
    cx: &Context<'_>,
    params: &Params,
    searched: &Searched,
    found: &[&str],
    missing: &[&str],
) -> Answer {
    let mut looked: Vec<&str> = searched.documents.iter().map(|d| d.path.as_str()).collect();
    let count = looked.len();
    looked.truncate(6);
    let looked = match count {
        0 => "there is no document to look into".to_owned(),
        n if n > looked.len() => format!(
            "looked into {} and {} more",
            looked.join(", "),
            n - looked.len()
        ),
        _ => format!("looked into {}", looked.join(", ")),
    };
    let unread = match searched.unread.as_slice() {
        [] => String::new(),
        some => format!("; not judged: {}", some.join(", ")),
    };
    let wanted = missing.join(if params.need == Need::Any {
        " or "
    } else {
        ", "
    });
    let message = format!(
        "not found: {wanted} ({looked}{unread}). {}",
        cx.rule.fix.trim()
    );
    if let Some((place, url)) = elsewhere(cx, params, searched) {
        let question = format!(
            "not found in this repository: {wanted}; {} links {url}: does it stand there?",
            place.shown()
        );
        return Answer::review(question, place.evidence("link")).evidence(Evidence::url(url));
    }
    if let Some(place) = first_sentence(searched, &params.hints, &params.hints_unless, false) {
        let question = format!(
            "not found: {wanted}; {} only says \u{201c}{}\u{201d}. {}",
            place.shown(),
            place.words,
            cx.rule.fix.trim()
        );
        return Answer::review(question, place.evidence("hint"));
    }
    let verdict = if !found.is_empty() {
        params.partial
    } else if count == 0 {
        params.no_documents
    } else {
        params.absent
    };
    let evidence = Evidence::words(format!("{looked}{unread}"));
    match verdict {
        Verdict::Pass => Answer::pass(format!("not found, as it should be: {wanted} ({looked})"), evidence),
        Verdict::Review => Answer::review(message, evidence),
        Verdict::Open => Answer::open(message).evidence(evidence),
        Verdict::NotApplicable => Answer::not_applicable(message).evidence(evidence),
        Verdict::Fail if not_consulted(cx, params, searched) => Answer::open(format!(
            "not found in this repository: {wanted}; the organisation's .github repository may hold it: pass --org-files DIR (a clone of it) or run online"
        ))
        .evidence(evidence),
        Verdict::Fail => {
            let first = searched.documents.first().map_or("README.md", |d| d.path.as_str());
            let home = params.home.as_deref().unwrap_or(first);
            let draft = Draft::new(format!("not found: {wanted}")).path(home).key(wanted.clone());
            Answer::fail(message, draft).evidence(evidence)
        }
    }
}

/// Whether the forge may show a document of the organisation in place of one the repository lacks, and
/// this run has not seen it.
fn not_consulted(cx: &Context<'_>, params: &Params, searched: &Searched) -> bool {
    let remote = cx.subject.remote.as_deref().unwrap_or_default();
    let github = remote
        .split("://")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .is_some_and(|host| host.eq_ignore_ascii_case("github.com"));
    let own = searched.documents.iter().any(|d| {
        let (folder, name) = d.path.rsplit_once('/').unwrap_or(("", &d.path));
        let stem = name.split('.').next().unwrap_or(name);
        matches!(folder, "" | ".github" | "docs") && words::any_is(&params.inherited, stem)
    });
    github && cx.organisation.is_none() && !own && !params.inherited.is_empty()
}

/// A link of a document to a place outside where it may stand.
fn elsewhere(cx: &Context<'_>, params: &Params, searched: &Searched) -> Option<(Place, String)> {
    let readme_too = |d: &&Arc<Document>| params.elsewhere_in_readme || !readme::is_readme(&d.path);
    searched
        .documents
        .iter()
        .filter(readme_too)
        .find_map(|document| {
            document
                .parsed()
                .links
                .iter()
                .filter(|l| !l.image)
                .find_map(|link| {
                    let named = params
                        .elsewhere
                        .iter()
                        .any(|p| p.is_match(&link.target) || p.is_match(&link.text));
                    let outside = named && leads_outside(cx, document, link);
                    outside.then(|| (place_of(document, link), link.target.clone()))
                })
        })
}

fn leads_outside(cx: &Context<'_>, document: &Document, link: &Link) -> bool {
    let target = target::resolve(cx.shared, &cx.files, &document.path, &link.target);
    matches!(target, Target::Outside(_))
}

fn place_of(document: &Document, link: &Link) -> Place {
    let words = match link.text.is_empty() {
        true => quote(&link.target),
        false => quote(&format!("{} <{}>", link.text, link.target)),
    };
    Place {
        path: document.path.clone(),
        line: Some(link.line),
        words,
    }
}

/// The first sentence that matches one of `patterns` and none of `unless`.
fn first_sentence(
    searched: &Searched,
    patterns: &[Pattern],
    unless: &[Pattern],
    comments: bool,
) -> Option<Place> {
    searched
        .documents
        .iter()
        .find_map(|document| sentence(document, patterns, unless, comments))
}

fn sentence(
    document: &Arc<Document>,
    patterns: &[Pattern],
    unless: &[Pattern],
    comments: bool,
) -> Option<Place> {
    if patterns.is_empty() {
        return None;
    }
    let text = document.parsed();
    let mut paragraphs = text.paragraphs();
    if comments {
        paragraphs.extend(text.comment_paragraphs());
    }
    paragraphs
        .iter()
        .find_map(|paragraph| in_paragraph(document, paragraph, patterns, unless))
}

fn in_paragraph(
    document: &Document,
    paragraph: &Paragraph,
    patterns: &[Pattern],
    unless: &[Pattern],
) -> Option<Place> {
    if !patterns.iter().any(|p| p.is_match(&paragraph.text)) {
        return None;
    }
    paragraph
        .sentences()
        .into_iter()
        .find_map(|(offset, sentence)| {
            let hit = patterns
                .iter()
                .filter_map(|p| p.find(sentence))
                .map(|m| m.start())
                .min()?;
            if unless.iter().any(|p| p.is_match(sentence)) {
                return None;
            }
            Some(Place {
                path: document.path.clone(),
                line: Some(paragraph.line_at(offset + hit)),
                words: quote(sentence),
            })
        })
}

impl Part {
    /// Where it is found: files first, then document by document.
    fn places(&self, cx: &Context<'_>, searched: &Searched) -> Result<Vec<Place>> {
        let mut places = self.as_file(cx)?;
        for document in &searched.documents {
            if places.len() >= PLACES {
                break;
            }
            let place = self
                .as_heading(document)
                .or_else(|| {
                    sentence(
                        document,
                        self.patterns(document),
                        &self.unless,
                        self.comments,
                    )
                })
                .or_else(|| self.as_link(cx, document))
                .or_else(|| self.as_command(document));
            places.extend(place);
        }
        places.truncate(PLACES);
        Ok(places)
    }

    fn patterns(&self, document: &Document) -> &[Pattern] {
        match readme::is_readme(&document.path) && !self.readme_patterns.is_empty() {
            true => &self.readme_patterns,
            false => &self.patterns,
        }
    }

    fn as_file(&self, cx: &Context<'_>) -> Result<Vec<Place>> {
        if self.files.is_empty() {
            return Ok(Vec::new());
        }
        let globs = glob_set(&self.files)?;
        let mut found: Vec<&str> = cx
            .files
            .entries()
            .iter()
            .filter(|e| e.counts() && globs.is_match(&e.path) && !vendored::not_ours(&e.path))
            .filter(|e| target::real(&cx.files, e).is_some_and(|real| !is_empty(cx, real)))
            .map(|e| e.path.as_str())
            .take(200)
            .collect();
        found.sort_by_key(|path| (path.matches('/').count(), *path));
        let place = |path: &str| Place {
            path: path.to_owned(),
            line: None,
            words: String::new(),
        };
        Ok(found.into_iter().take(PLACES).map(place).collect())
    }

    /// A section of such a name with something below its heading.
    fn as_heading(&self, document: &Document) -> Option<Place> {
        if self.headings.is_empty() {
            return None;
        }
        let text = document.parsed();
        text.sections().find_map(|section| {
            if !words::any_is(&self.headings, &section.heading.text) {
                return None;
            }
            let inside = |line: u64| line > section.heading.line && line <= section.end;
            let filled = section.prose().next().is_some()
                || section.links().next().is_some()
                || text.code.iter().any(|c| inside(c.line));
            filled.then(|| Place {
                path: document.path.clone(),
                line: Some(section.heading.line),
                words: format!("section {}", quote(&section.heading.text)),
            })
        })
    }

    /// A link, by its address or its words; one that leads nowhere in this tree does not count.
    fn as_link(&self, cx: &Context<'_>, document: &Document) -> Option<Place> {
        let links = document.parsed().links.iter().filter(|l| !l.image);
        let mut hits = links.filter(|link| {
            self.links.iter().any(|p| p.is_match(&link.target))
                || self.link_texts.iter().any(|p| p.is_match(&link.text))
        });
        hits.find(|link| {
            if self.unless.iter().any(|p| p.is_match(&link.target)) {
                return false;
            }
            let target = target::resolve(cx.shared, &cx.files, &document.path, &link.target);
            !matches!(target, Target::Absent(_))
        })
        .map(|link| place_of(document, link))
    }

    fn as_command(&self, document: &Document) -> Option<Place> {
        if self.commands.is_empty() {
            return None;
        }
        let line = document
            .parsed()
            .code
            .iter()
            .find(|line| self.commands.iter().any(|p| p.is_match(&line.text)))?;
        Some(Place {
            path: document.path.clone(),
            line: Some(line.line),
            words: quote(&line.text),
        })
    }
}

fn is_empty(cx: &Context<'_>, entry: &crate::subject::Entry) -> bool {
    cx.files
        .tree
        .read(entry, 4096)
        .is_ok_and(|content| content.bytes.iter().all(u8::is_ascii_whitespace))
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn kind(rule: &str, path: &str, text: &str) -> Kind {
        let tree = MemoryTree::new()
            .file("README.md", "# Thing\n")
            .file(path, text);
        Case::new(tree).run(rule).kind()
    }

    #[test]
    fn a_sign_off_is_asked_for_in_many_words() {
        for (path, text) in [
            (
                "CONTRIBUTING.md",
                "Every patch carries a `Signed-off-by:` line.",
            ),
            (
                "CONTRIBUTING.rst",
                "Sign your work\n==============\n\nUse::\n\n   git commit -s\n",
            ),
            (
                "doc/guides/contributing/patches.rst",
                "Patches need a Signed-off-by line.\n",
            ),
            ("DCO", "Developer Certificate of Origin\nVersion 1.1\n"),
            (
                ".github/PULL_REQUEST_TEMPLATE.md",
                "<!-- include a DCO on every commit -->\n",
            ),
            (
                "docs/GOVERNANCE.md",
                "Commits must be signed off by their author.\n",
            ),
            (
                "README.md",
                "By contributing you agree to the\nDeveloper Certificate of Origin.",
            ),
        ] {
            assert_eq!(kind("dco-documented", path, text), Kind::Pass, "{path}");
        }
    }

    #[test]
    fn approvals_gpg_and_licence_agreements_are_no_sign_off() {
        for text in [
            "We need sign-off from a maintainer before merging.",
            "Please use signed commits (`git commit -S`).",
            "Sign the Contributor License Agreement first.",
            "We do not require a DCO.",
            "```\n[DCO](x)\n```",
        ] {
            assert_eq!(
                kind("dco-documented", "CONTRIBUTING.md", text),
                Kind::Fail,
                "{text}"
            );
        }
        let vendored = "Signed-off-by is required.";
        assert_eq!(
            kind("dco-documented", "vendor/x/CONTRIBUTING.md", vendored),
            Kind::Fail
        );
    }

    #[test]
    fn a_guide_that_lies_elsewhere_is_a_question() {
        let text = "See [the general guide](https://example.org/contributing).";
        assert_eq!(
            kind("dco-documented", "CONTRIBUTING.md", text),
            Kind::Review
        );
    }

    #[test]
    fn a_default_of_the_organisation_leaves_it_open() {
        let tree = MemoryTree::new().file("README.md", "# Thing\n");
        assert_eq!(
            Case::new(tree).slug("o/r").run("dco-documented").kind(),
            Kind::Open
        );
        let own = MemoryTree::new()
            .file("README.md", "")
            .file("CONTRIBUTING.md", "Be kind.");
        assert_eq!(
            Case::new(own).slug("o/r").run("dco-documented").kind(),
            Kind::Fail
        );
    }

    #[test]
    fn an_assignment_fails_a_licence_agreement_is_a_question() {
        let rule = "no-copyright-assignment";
        let path = "CONTRIBUTING.md";
        assert_eq!(
            kind(rule, path, "You assign the copyright in your work to Us."),
            Kind::Fail
        );
        assert_eq!(kind(rule, path, "You must sign our CLA."), Kind::Review);
        assert_eq!(
            kind(rule, path, "There is no CLA and no copyright assignment."),
            Kind::Pass
        );
        assert_eq!(kind(rule, path, "Send patches."), Kind::Pass);
    }

    #[test]
    fn a_policy_may_refuse_a_licence_agreement() {
        let tree = || {
            MemoryTree::new().file(
                "CONTRIBUTING.rst",
                "Use ``git commit -s``.\n\nYou must sign the CLA.\n",
            )
        };
        let answer = Case::new(tree()).run_with("dco-documented", "against-is = \"fail\"");
        assert_eq!(answer.kind(), Kind::Fail);
        assert_eq!(answer.findings()[0].line, Some(3));
        assert_eq!(Case::new(tree()).run("dco-documented").kind(), Kind::Pass);
    }

    #[test]
    fn channels_are_named_by_kind_and_private_addresses_are_none() {
        let tree = MemoryTree::new().file(
            "README.adoc",
            "= T\n:url-chat: https://chat.example.org\n\nJoin {url-chat}[us], write to dev@lists.example.org.\n",
        );
        let answer = Case::new(tree).run("communication-channels");
        assert_eq!(answer.kind(), Kind::Pass);
        let (.., properties) = answer.into_parts();
        assert_eq!(
            properties["channels"],
            serde_json::json!(["chat", "mailing list"])
        );
        let private = "Report to security@lists.example.org.";
        assert_eq!(
            kind("communication-channels", "SECURITY.md", private),
            Kind::Fail
        );
        assert_eq!(
            kind(
                "communication-channels",
                "README.md",
                "![Slack](https://img.example/slack.svg)"
            ),
            Kind::Fail
        );
    }

    #[test]
    fn a_form_or_a_sentence_tells_how_to_report() {
        let rule = "issue-reporting";
        assert_eq!(
            kind(rule, ".github/ISSUE_TEMPLATE/bug.yml", "name: Bug"),
            Kind::Pass
        );
        assert_eq!(
            kind(
                rule,
                ".github/ISSUE_TEMPLATE/config.yml",
                "blank_issues_enabled: false"
            ),
            Kind::Fail
        );
        assert_eq!(
            kind(rule, "README.md", "Please open an issue when it breaks."),
            Kind::Pass
        );
        assert_eq!(
            kind(rule, "README.md", "Report a security issue to us by mail."),
            Kind::Fail
        );
    }

    #[test]
    fn an_empty_section_says_nothing() {
        let code = MemoryTree::new().file("a.c", "");
        let run = |text: &str| {
            Case::new(code.clone().file("README.md", text))
                .run("docs-build")
                .kind()
        };
        assert_eq!(run("# T\n\n## Building\n"), Kind::Fail);
        assert_eq!(run("# T\n\n## Building\n\n```\nmake\n```\n"), Kind::Pass);
        let papers = MemoryTree::new().file("README.md", "# T\n");
        assert_eq!(
            Case::new(papers).run("docs-build").kind(),
            Kind::NotApplicable
        );
    }

    #[test]
    fn an_emeritus_notice_has_two_parts_and_no_other_stage() {
        let judged = |text: &str, with: &str| {
            let tree = MemoryTree::new().file("README.md", text);
            Case::new(tree).run_with("emeritus-notice", with).kind()
        };
        let stage = "absent = 'fail'\npartial = 'fail'\n";
        let both = "This project has reached the Emeritus stage and is no longer maintained.";
        assert_eq!(judged(both, ""), Kind::Pass);
        assert_eq!(
            judged("This project is in the Emeritus stage.", stage),
            Kind::Fail
        );
        let torn = format!("{both}\n\nIt is an incubation stage project of the consortium.");
        assert_eq!(judged(&torn, ""), Kind::Fail);
        let people = "Emeritus maintainers: A. It is no longer small.";
        assert_eq!(judged(people, stage), Kind::Fail);
        assert_eq!(judged(people, ""), Kind::NotApplicable);
    }

    #[test]
    fn quotes_point_at_the_line_where_the_words_are() {
        let tree = MemoryTree::new().file(
            "CONTRIBUTING.md",
            "# How\n\nFirst.\nThen add a\nSigned-off-by line.\n",
        );
        let answer = Case::new(tree).run("dco-documented");
        assert!(
            answer.message().contains("CONTRIBUTING.md:5"),
            "{}",
            answer.message()
        );
    }
}
