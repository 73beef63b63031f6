// SPDX-License-Identifier: Apache-2.0

//! Addresses of files and commits on the forge, pinned to a commit. Only https, every byte of a path that is not
//! plain percent-encoded.

use super::markup::https;
use super::uri;

/// Where the forge shows a file of a commit.
pub(super) fn file(
    remote: Option<&str>,
    commit: &str,
    path: &str,
    line: Option<u64>,
) -> Option<String> {
    let (base, kind) = base(remote?)?;
    let folder = match kind {
        Forge::GitHub => "blob",
        Forge::GitLab => "-/blob",
        Forge::Gitea => "src/commit",
    };
    let anchor = line.map_or(String::new(), |line| format!("#L{line}"));
    https(&format!(
        "{base}/{folder}/{}/{}{anchor}",
        hexadecimal(commit)?,
        uri::path(path)
    ))
}

/// Where the forge shows a commit.
pub(super) fn commit(remote: Option<&str>, commit: &str) -> Option<String> {
    let (base, kind) = base(remote?)?;
    let folder = match kind {
        Forge::GitHub | Forge::Gitea => "commit",
        Forge::GitLab => "-/commit",
    };
    https(&format!("{base}/{folder}/{}", hexadecimal(commit)?))
}

/// Where the forge shows a tag.
pub(super) fn tag(remote: Option<&str>, name: &str) -> Option<String> {
    let (base, kind) = base(remote?)?;
    let folder = match kind {
        Forge::GitHub => "tree",
        Forge::GitLab => "-/tags",
        Forge::Gitea => "src/tag",
    };
    https(&format!("{base}/{folder}/{}", uri::path(name)))
}

#[derive(Clone, Copy)]
enum Forge {
    GitHub,
    GitLab,
    Gitea,
}

fn base(remote: &str) -> Option<(&str, Forge)> {
    let base = remote.trim_end_matches('/').trim_end_matches(".git");
    let host = base.strip_prefix("https://")?.split('/').next()?;
    let kind = match host {
        "github.com" => Forge::GitHub,
        "codeberg.org" => Forge::Gitea,
        _ if host.contains("gitlab") => Forge::GitLab,
        _ if host.contains("gitea") || host.contains("forgejo") => Forge::Gitea,
        _ if host.contains("github") => Forge::GitHub,
        _ => return None,
    };
    Some((base, kind))
}

fn hexadecimal(id: &str) -> Option<&str> {
    (id.len() >= 7 && id.bytes().all(|b| b.is_ascii_hexdigit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_pinned_and_escaped() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let url = file(Some("https://github.com/o/r"), id, "a b/#x?.md", Some(3)).unwrap();
        assert_eq!(
            url,
            format!("https://github.com/o/r/blob/{id}/a%20b/%23x%3F.md#L3")
        );
        assert!(
            commit(Some("https://gitlab.com/o/r"), id)
                .unwrap()
                .contains("/-/commit/")
        );
        assert_eq!(commit(Some("https://example.net/o/r"), id), None);
        assert_eq!(commit(Some("http://github.com/o/r"), id), None);
        assert_eq!(commit(Some("https://github.com/o/r"), "HEAD"), None);
        assert_eq!(commit(None, id), None);
    }
}
