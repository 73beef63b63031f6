// SPDX-License-Identifier: Apache-2.0

//! Clones an https address into a temporary folder: git's smart protocol, reading only.
//!
//! No `git` runs, no configuration or credential of the user is touched, no hook, no checkout. The result is
//! a bare repository that vanishes with the subject. Bytes, time, redirects and references are bounded.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::Url;
use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;
use tempfile::TempDir;

use super::OpenError;
use crate::net::{self, is_loopback};

mod pkt;
mod refs;

use pkt::Pack;
use refs::Advertised;

/// Most bytes of a pack.
const PACK_LIMIT: u64 = 2 << 30;
/// Most bytes of the list of references.
const REFS_LIMIT: u64 = 64 << 20;
/// Most time for a whole clone.
const DEADLINE: Duration = Duration::from_secs(300);
/// Most time without a byte.
const SILENCE: Duration = Duration::from_secs(30);
/// Most redirects, all of them within the same host.
const REDIRECTS: usize = 5;

/// Whether PATH is an address and not a folder.
pub(super) fn is_address(path: &str) -> bool {
    path.contains("://")
        || (path.contains('@')
            && super::remote::normalise(path).is_some()
            && !Path::new(path).exists())
}

/// Clones `path` into a folder that is removed when dropped.
pub(super) fn clone(path: &str) -> Result<TempDir, OpenError> {
    let url = address(path)?;
    let shown = url.to_string();
    let fail = |why: String| OpenError::Clone(shown.clone(), why);
    let deadline = Instant::now() + DEADLINE;
    let client = client(&url).map_err(fail)?;
    let (base, advertised) = advertised(&client, &url).map_err(fail)?;
    if advertised.is_empty() {
        return Err(OpenError::NoCommit(shown));
    }
    let folder = TempDir::with_prefix("provost-").map_err(|e| fail(local(&e)))?;
    lay_out(folder.path(), &shown, &advertised).map_err(|e| fail(local(&e)))?;
    let reply = ask(&client, &base, &advertised).map_err(fail)?;
    let packs = folder.path().join("objects/pack");
    receive(reply, &packs, advertised.side_band, deadline).map_err(fail)?;
    Ok(folder)
}

/// Checks an address: https (http for this machine only), no user, no token.
fn address(path: &str) -> Result<Url, OpenError> {
    let bare = |url: &Url| {
        // What is wrong with it may be a secret in it: only scheme, host and path are shown.
        let host = url.host_str().unwrap_or("");
        format!("{}://{host}{}", url.scheme(), url.path())
    };
    let only_https = "only https addresses are cloned; clone it with git and give the folder, or give https://host/owner/name";
    let Ok(mut url) = Url::parse(path) else {
        let shown = super::remote::normalise(path)
            .map_or_else(|| "the address".into(), |(address, _)| address);
        return Err(OpenError::Clone(shown, only_https.into()));
    };
    let shown = bare(&url);
    let http = url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
    if url.scheme() != "https" && !http {
        return Err(OpenError::Clone(shown, only_https.into()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let why = "the address holds a user name or token; leave it out (only public repositories are cloned), or clone it with git and give the folder";
        return Err(OpenError::Clone(shown, why.into()));
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn client(url: &Url) -> Result<Client, String> {
    let origin = url.clone();
    let policy = Policy::custom(move |attempt| {
        let same = same_host(attempt.url(), &origin);
        match attempt.previous().len() {
            0..=REDIRECTS if same => attempt.follow(),
            _ => attempt.stop(),
        }
    });
    let builder = net::builder(url.host_str().is_some_and(is_loopback))?
        .redirect(policy)
        .timeout(SILENCE)
        .connect_timeout(SILENCE)
        .user_agent(concat!("git/2.0 (provost ", env!("CARGO_PKG_VERSION"), ")"));
    builder
        .build()
        .map_err(|_| "the https client cannot be set up".to_owned())
}

fn same_host(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host_str() == b.host_str()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// Asks for the references; also gives the address that redirects led to.
fn advertised(client: &Client, url: &Url) -> Result<(String, Advertised), String> {
    let asked = format!("{url}/info/refs?service=git-upload-pack");
    let reply = checked(client.get(asked).send())?;
    let kind = reply
        .headers()
        .get("content-type")
        .and_then(|v| v.to_str().ok());
    if kind != Some("application/x-git-upload-pack-advertisement") {
        return Err("what is there is not a git repository (or its server speaks only git's oldest protocol)".into());
    }
    let mut there = reply.url().clone();
    if !same_host(&there, url) {
        return Err(
            "the server sends elsewhere, to another host; give that address if you trust it".into(),
        );
    }
    there.set_query(None);
    let base = there
        .as_str()
        .strip_suffix("/info/refs")
        .ok_or("the server sends elsewhere, to something that is not a repository")?
        .to_owned();
    let mut body = Vec::new();
    let read = reply.take(REFS_LIMIT + 1).read_to_end(&mut body);
    read.map_err(|e| network(&e))?;
    if body.len() as u64 > REFS_LIMIT {
        return Err(format!(
            "its list of references is larger than the bound of {REFS_LIMIT} bytes"
        ));
    }
    Ok((base, Advertised::parse(&body)?))
}

/// Asks for everything that the references lead to.
fn ask(client: &Client, base: &str, advertised: &Advertised) -> Result<Response, String> {
    let request = client
        .post(format!("{base}/git-upload-pack"))
        .header("content-type", "application/x-git-upload-pack-request")
        .header("accept", "application/x-git-upload-pack-result")
        .body(advertised.request());
    let reply = checked(request.send())?;
    let kind = reply
        .headers()
        .get("content-type")
        .and_then(|v| v.to_str().ok());
    match kind {
        Some("application/x-git-upload-pack-result") => Ok(reply),
        _ => Err("the server does not hand out the repository's objects".into()),
    }
}

fn checked(reply: reqwest::Result<Response>) -> Result<Response, String> {
    let reply = reply.map_err(|e| request_error(&e))?;
    match reply.status().as_u16() {
        200 => Ok(reply),
        300..=399 => Err(
            "the server sends elsewhere, to another host; give that address if you trust it".into(),
        ),
        401 | 403 | 404 => Err(format!(
            "the server answers {}: there is no such repository, or it is not public; clone it with git and give the folder",
            reply.status().as_u16()
        )),
        status => Err(format!("the server answers {status}; try again later")),
    }
}

/// An error of the client without its address, which may be long and is shown already.
fn request_error(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "the server does not answer in time".into()
    } else if error.is_connect() {
        "there is no connection to the server; check the address and the network".into()
    } else {
        "the connection to the server broke; try again".into()
    }
}

fn network(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => "the server does not answer in time".into(),
        _ => "the connection to the server broke; try again".into(),
    }
}

fn local(error: &io::Error) -> String {
    format!(
        "the temporary folder cannot be written: {}",
        super::disk::words(error)
    )
}

/// Writes what makes a folder a bare repository.
fn lay_out(folder: &Path, url: &str, advertised: &Advertised) -> io::Result<()> {
    for sub in ["objects/pack", "refs"] {
        fs::create_dir_all(folder.join(sub))?;
    }
    fs::write(folder.join("HEAD"), advertised.head())?;
    fs::write(folder.join("packed-refs"), advertised.packed_refs())?;
    let quoted = url.replace('\\', "\\\\").replace('"', "\\\"");
    let config = format!("[core]\n\tbare = true\n[remote \"origin\"]\n\turl = \"{quoted}\"\n");
    fs::write(folder.join("config"), config)
}

/// Writes the pack as it arrives, and its index.
fn receive(
    reply: Response,
    packs: &Path,
    side_band: bool,
    deadline: Instant,
) -> Result<(), String> {
    let unusable = |e: &git2::Error| {
        format!(
            "the server's pack cannot be used: {}",
            e.message().to_lowercase()
        )
    };
    let late = || {
        format!(
            "it takes longer than the bound of {} seconds",
            DEADLINE.as_secs()
        )
    };
    let mut indexer = git2::Indexer::new(None, packs, 0o600, false).map_err(|e| unusable(&e))?;
    indexer.progress(move |_| Instant::now() < deadline);
    let mut pack = Pack::begin(io::BufReader::with_capacity(128 << 10, reply), side_band)?;
    let mut total = 0;
    while let Some(bytes) = pack.next()? {
        total += bytes.len() as u64;
        if total > PACK_LIMIT {
            return Err(format!(
                "it is larger than the bound of {PACK_LIMIT} bytes; clone it with git and give the folder"
            ));
        }
        if Instant::now() > deadline {
            return Err(late());
        }
        indexer.write_all(bytes).map_err(|e| {
            format!(
                "the server's pack cannot be used: {}",
                e.to_string().to_lowercase()
            )
        })?;
    }
    if total == 0 {
        return Err("the server sent no objects".into());
    }
    indexer
        .commit()
        .map(drop)
        .map_err(|e| match Instant::now() > deadline {
            true => late(),
            false => unusable(&e),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_addresses_are_cloned() {
        for good in [
            "https://h.example/a/b.git",
            "http://127.0.0.1:8080/a",
            "http://localhost/a",
            "http://[::1]:1/a",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://h.example/a",
            "ssh://git@h.example/a",
            "git://h.example/a",
            "file:///srv/a",
            "ext::sh://x",
            "https://user@h.example/a",
            "https://u:secret@h.example/a",
            "git@h.example:a/b",
            "https://",
        ] {
            let error = address(bad).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        assert_eq!(
            address("https://h/a/?token=x#y").unwrap().as_str(),
            "https://h/a"
        );
    }

    #[test]
    fn folders_are_no_addresses() {
        assert!(!is_address("."));
        assert!(!is_address("C:\\x"));
        assert!(!is_address("name@2.0"));
        assert!(is_address("git@github.com:owner/name"));
        assert!(is_address("https://github.com/owner/name"));
    }
}
