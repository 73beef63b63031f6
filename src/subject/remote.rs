// SPDX-License-Identifier: Apache-2.0

//! The remote's address as it may be shown and compared: https, no user information, no `.git`.

use std::net::IpAddr;

use crate::net::is_loopback;

/// Longest address that is taken, in bytes.
const ADDRESS_LIMIT: usize = 2048;

/// Address and slug of a remote, from any of git's spellings; `None` for a local path or nonsense.
///
/// User information, query and fragment are dropped before anything is stored: they may hold a token.
pub(super) fn normalise(url: &str) -> Option<(String, String)> {
    let url = url.trim();
    if url.len() > ADDRESS_LIMIT || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest.to_owned()),
        None => ("ssh".to_owned(), scp(url)?),
    };
    let (authority, path) = rest.split_once('/')?;
    let host_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host_port = host_port.to_ascii_lowercase();
    let (host, port) = split_port(&host_port)?;
    let (scheme, authority) = match scheme.as_str() {
        "http" if is_loopback(host) => ("http", host_port.clone()),
        "https" | "git+https" if port != Some("443") => ("https", host_port.clone()),
        // A port of another protocol says nothing about https.
        "https" | "http" | "ssh" | "git" | "git+ssh" | "ssh+git" | "git+http" | "git+https" => {
            ("https", host.to_owned())
        }
        _ => return None,
    };
    let path = path.split(['?', '#']).next().unwrap_or("");
    let path = path.trim_matches('/');
    let path = path
        .strip_suffix(".git")
        .unwrap_or(path)
        .trim_end_matches('/');
    let parts = || path.split('/');
    let odd = |c: char| "\"'<>\\^`{}|".contains(c);
    if path.is_empty() || parts().any(|p| matches!(p, "" | "." | "..")) || path.contains(odd) {
        return None;
    }
    Some((format!("{scheme}://{authority}/{path}"), path.to_owned()))
}

/// `user@host:path` as `user@host/path`; a local path, also `C:\x`, is `None`.
fn scp(url: &str) -> Option<String> {
    let (host, path) = url.split_once(':')?;
    let bare = host.rsplit_once('@').map_or(host, |(_, host)| host);
    // `https:user:token@host/path`, a slip of the pen, is no host named `https`: the token would be shown.
    let mistyped = path.contains('@');
    if host.contains('/') || bare.len() < 2 || path.is_empty() || mistyped {
        return None;
    }
    Some(format!("{host}/{}", path.trim_start_matches('/')))
}

/// A host name or address and its port, checked character by character.
fn split_port(text: &str) -> Option<(&str, Option<&str>)> {
    let (host, port) = if let Some(end) = text.find(']') {
        let (host, rest) = text.split_at(end + 1);
        host.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<IpAddr>()
            .ok()?;
        (host, rest.strip_prefix(':'))
    } else {
        let (host, port) = text
            .split_once(':')
            .map_or((text, None), |(h, p)| (h, Some(p)));
        let fine = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if host.is_empty() || !host.chars().all(fine) {
            return None;
        }
        (host, port)
    };
    if port.is_some_and(|p| p.parse::<u16>().is_err()) {
        return None;
    }
    Some((host, port))
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn every_spelling_is_one_address() {
        for url in [
            "https://github.com/owner/name",
            "https://github.com/owner/name.git",
            "https://x-access-token:secret@github.com/owner/name.git/?a=b#c",
            "http://github.com:80/owner/name",
            "HTTPS://GitHub.com:443/owner/name",
            "git@github.com:owner/name.git",
            "github.com:/owner/name",
            "ssh://git@github.com:22/owner/name.git",
            "git://github.com/owner/name.git",
            "git+ssh://git@github.com/owner/name",
        ] {
            let (address, slug) = normalise(url).unwrap();
            assert_eq!(address, "https://github.com/owner/name", "{url}");
            assert_eq!(slug, "owner/name", "{url}");
        }
        assert_eq!(normalise("git@gitlab.com:a/b/c.git").unwrap().1, "a/b/c");
        assert_eq!(
            normalise("https://u@h.example:8443/x.git").unwrap().0,
            "https://h.example:8443/x"
        );
        assert_eq!(
            normalise("http://127.0.0.1:99/a/b").unwrap().0,
            "http://127.0.0.1:99/a/b"
        );
    }

    #[test]
    fn local_paths_and_nonsense_are_no_remote() {
        for url in [
            "/srv/git/x.git",
            "../x",
            "./x",
            "C:\\x",
            "c:/x",
            "file:///srv/x",
            "https://h",
            "https:///x",
            "https://h/../x",
            "https://h/a b",
            "https://h/a\u{1b}[0m",
            "https://h\u{202e}/x",
            "",
            "x",
            "ext::sh -c whoami",
            "https://h:port/x",
            "https://h/<x>",
            "-oProxyCommand=x:y/z",
            "https://[x]/y",
            "https:x-access-token:secret@github.com/o/n",
        ] {
            assert_eq!(normalise(url), None, "{url}");
        }
    }
}
