// SPDX-License-Identifier: Apache-2.0

//! Ways to reach people that a document names: mail addresses however they are written, advisory pages, forms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::passage::Passage;
use super::words::Pattern;

/// Most contacts taken from one passage.
const CONTACTS: usize = 200;

/// The channel of mail addresses, always known.
pub(crate) const EMAIL: &str = "email";

/// A way to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Contact {
    /// Line, from 1.
    pub(crate) line: u64,
    /// `email`, or the name a rule gives it.
    pub(crate) channel: String,
    /// The address, readable: `security@example.net` for `security [at] example [dot] net`.
    pub(crate) value: String,
}

/// Plain, or hidden from harvesters: `name @ host . org`, `name [at] host [dot] org`, `name at host dot org`.
static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    let at = r"(?:\s?@\s?|\s*[\[({<]\s*(?i:at)\s*[\])}>]\s*)";
    let dot = r"(?:\.|\s\.\s|\s*[\[({<]\s*(?i:dot)\s*[\])}>]\s*|\s(?i:dot)\s)";
    let pattern = format!(
        r"([A-Za-z0-9][\w.+-]*){at}([A-Za-z0-9-]+(?:{dot}[A-Za-z0-9-]+)+)|([A-Za-z0-9][\w.+-]*)\s(?i:at)\s([A-Za-z0-9-]+(?:\s(?i:dot)\s[A-Za-z0-9-]+)+)"
    );
    Regex::new(&pattern).expect("the pattern is fixed and valid")
});

static DOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*[\[({<]\s*(?i:dot)\s*[\])}>]\s*|\s(?i:dot)\s|\s\.\s")
        .expect("the pattern is fixed and valid")
});

/// Mail addresses of `text` with their byte offsets. `git@host` is no person.
pub(crate) fn mails(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for hit in MAIL.captures_iter(text).take(CONTACTS) {
        let pair = |a, b| Some((hit.get(a)?, hit.get(b)?));
        let Some((name, host)) = pair(1, 2).or_else(|| pair(3, 4)) else {
            continue;
        };
        let host = DOT.replace_all(host.as_str(), ".");
        let top = host.rsplit('.').next().unwrap_or_default();
        let real = top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic());
        if real && name.as_str() != "git" {
            let address = format!("{}@{host}", name.as_str().trim_end_matches('.'));
            found.push((name.start(), address));
        }
    }
    found
}

/// Contacts that `passage` names, in order. `channels` are kinds beside mail: patterns over its words and
/// the addresses of its links; what matches `never` is only an example.
pub(crate) fn contacts(
    passage: &Passage,
    channels: &BTreeMap<String, Vec<Pattern>>,
    never: &[Pattern],
) -> Vec<Contact> {
    let mut found = BTreeSet::new();
    let mut add = |line: u64, channel: &str, value: String| {
        if !never.iter().any(|p| p.is_match(&value)) && found.len() < CONTACTS {
            found.insert(Contact {
                line,
                channel: channel.to_owned(),
                value,
            });
        }
    };
    for (offset, address) in mails(passage.text()) {
        add(passage.line_at(offset), EMAIL, address);
    }
    for line in passage.code() {
        for (_, address) in mails(&line.text) {
            add(line.line, EMAIL, address);
        }
    }
    for link in passage.links().filter(|l| !l.image) {
        let mail = link.target.strip_prefix("mailto:").unwrap_or_default();
        for (_, address) in mails(mail) {
            add(link.line, EMAIL, address);
        }
        for (channel, patterns) in channels {
            if patterns.iter().any(|p| p.is_match(&link.target)) {
                add(link.line, channel, link.target.clone());
            }
        }
    }
    for (channel, patterns) in channels {
        for hit in patterns.iter().filter_map(|p| p.find(passage.text())) {
            let words = hit.as_str().split_whitespace().collect::<Vec<_>>();
            add(passage.line_at(hit.start()), channel, words.join(" "));
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<String> {
        mails(text).into_iter().map(|(_, a)| a).collect()
    }

    #[test]
    fn an_address_is_read_however_it_is_written() {
        for text in [
            "write to security@example.org.",
            "<security@example.org>",
            "security @ example . org",
            "security @ example.org",
            "security [at] example [dot] org",
            "security(at)example.org",
            "security at example dot org",
        ] {
            assert_eq!(addresses(text), ["security@example.org"], "{text}");
        }
    }

    #[test]
    fn code_words_and_handles_are_no_address() {
        for text in [
            "git@github.com:o/r.git",
            "@example/team",
            "look at example.org",
            "pkg@1.2.3",
            "actions/checkout@v4.1",
        ] {
            assert!(addresses(text).is_empty(), "{text}: {:?}", addresses(text));
        }
    }
}
