// SPDX-License-Identifier: Apache-2.0

//! What every connection shares: proxies, certificates, no redirects of its own accord.
//!
//! The certificates are those of the system; `PROVOST_CA_FILE` adds more, `SSL_CERT_FILE` and `SSL_CERT_DIR`
//! replace them. There is no way to accept a certificate that does not verify.

use std::net::IpAddr;
use std::path::PathBuf;

use reqwest::Certificate;
use reqwest::blocking::{Client, ClientBuilder};

/// Variable that names a file with certificates (PEM) to trust besides the system's.
const CA_VARIABLE: &str = "PROVOST_CA_FILE";
/// Largest file of certificates, in bytes.
const CA_LIMIT: u64 = 4 << 20;

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether the certificates that the environment names can be used.
///
/// # Errors
/// In words, when `PROVOST_CA_FILE` cannot be used.
pub(crate) fn verify() -> Result<(), String> {
    builder(false).map(drop)
}

/// A client to be set up further. This machine is asked directly, by http too; everything else by https, through
/// the proxy that the environment names.
///
/// # Errors
/// In words, when `PROVOST_CA_FILE` cannot be used.
pub(crate) fn builder(loopback: bool) -> Result<ClientBuilder, String> {
    let mut builder = Client::builder().referer(false);
    if let Some(path) = std::env::var_os(CA_VARIABLE).filter(|path| !path.is_empty()) {
        builder = builder.tls_certs_merge(authorities(&PathBuf::from(path))?);
    }
    Ok(match loopback {
        true => builder.no_proxy(),
        false => builder.https_only(true),
    })
}

fn authorities(path: &std::path::Path) -> Result<Vec<Certificate>, String> {
    use std::io::Read;
    let named = |why: String| format!("{CA_VARIABLE}={}: {why}", path.display());
    let mut pem = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(CA_LIMIT).read_to_end(&mut pem))
        .map_err(|e| named(format!("cannot be read: {e}")))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(named(
            "holds no certificates; give a file in PEM form, or unset it".into(),
        )),
    }
}
