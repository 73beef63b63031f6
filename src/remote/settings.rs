// SPDX-License-Identifier: Apache-2.0

//! Where and how the services are asked: addresses, time, cache, record, token.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use super::Service;
use crate::net::is_loopback;

/// How the services are asked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are.
    pub bases: Bases,
    /// Time for all of the remote work together.
    pub timeout: Duration,
    /// Folder of replies of earlier runs.
    pub cache: Option<PathBuf>,
    /// Age up to which a reply of the cache is taken without asking.
    pub max_age: Duration,
    /// Folder that gets every reply used.
    pub record: Option<PathBuf>,
    /// Folder of a record that stands for the services.
    pub replay: Option<PathBuf>,
    /// Whether nothing may be asked.
    pub offline: bool,
    /// Token for the forge.
    pub token: Option<Token>,
    /// The unit of waiting before another try: 1, 4, and 15 of it.
    pub pause: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            bases: Bases::default(),
            timeout: Duration::from_secs(20),
            cache: None,
            max_age: Duration::from_secs(3600),
            record: None,
            replay: None,
            offline: false,
            token: None,
            pause: Duration::from_secs(1),
        }
    }
}

/// Addresses of the services, checked.
#[derive(Clone, Debug)]
pub struct Bases {
    badge: Url,
    scorecard: Url,
    pub(super) github: Url,
    osv: Url,
}

impl Default for Bases {
    fn default() -> Self {
        let url = |service: Service| {
            Url::parse(service.base()).expect("the services' own addresses parse")
        };
        Bases {
            badge: url(Service::Badge),
            scorecard: url(Service::Scorecard),
            github: url(Service::GitHub),
            osv: url(Service::Osv),
        }
    }
}

impl Bases {
    /// Where `service` is.
    pub fn of(&self, service: Service) -> &Url {
        match service {
            Service::Badge => &self.badge,
            Service::Scorecard => &self.scorecard,
            Service::GitHub => &self.github,
            Service::Osv => &self.osv,
        }
    }

    /// Asks `service` at another address: https, or http on this machine; no user, query or fragment.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn set(&mut self, service: Service, address: &str) -> Result<(), SettingsError> {
        let refuse = |why| SettingsError(format!("not usable as an address: {why}"));
        let url = Url::parse(address).map_err(|_| {
            refuse("write it whole, e.g. https://host/path, or http://127.0.0.1:8080")
        })?;
        let here = url.host_str().is_some_and(is_loopback);
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(refuse("only https is asked (http on this machine only)"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(refuse("it names no host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("it holds a user or a password; leave them out"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it holds a query; give the address before it"));
        }
        *match service {
            Service::Badge => &mut self.badge,
            Service::Scorecard => &mut self.scorecard,
            Service::GitHub => &mut self.github,
            Service::Osv => &mut self.osv,
        } = url;
        Ok(())
    }
}

/// A setting that cannot be used, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError(String);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}

/// A secret that is sent to its own host and shown to nobody.
#[derive(Clone)]
pub struct Token(HeaderValue);

impl Token {
    /// From the environment's text; white space around it does not count.
    ///
    /// # Errors
    /// When it holds what no token holds. The text is not repeated.
    pub fn new(text: &str) -> Result<Token, SettingsError> {
        let wrong = || SettingsError("holds characters that no token has; set it anew".into());
        let text = text.trim();
        if text.is_empty() || text.len() > 4096 || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(wrong());
        }
        let mut value = HeaderValue::from_str(&format!("Bearer {text}")).map_err(|_| wrong())?;
        value.set_sensitive(true);
        Ok(Token(value))
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_are_safe_to_ask_are_taken() {
        let mut bases = Bases::default();
        for good in [
            "https://h.example/x/",
            "http://127.0.0.1:1/bp",
            "http://localhost:1",
            "http://[::1]:1/",
        ] {
            assert!(bases.set(Service::Badge, good).is_ok(), "{good}");
        }
        for bad in [
            "foo",
            "",
            "http://h.example",
            "ftp://h.example",
            "file:///etc",
            "https://u:secret@h.example",
            "https://h.example/?a=b",
            "https://h.example/#b",
            "http://127.0.0.1.example.org",
        ] {
            let error = bases.set(Service::Osv, bad).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        assert_eq!(bases.of(Service::Osv).as_str(), "https://api.osv.dev/");
    }

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new(" ghp_secret\n").unwrap();
        let settings = Settings {
            token: Some(token),
            ..Settings::default()
        };
        assert!(!format!("{settings:?} {:?}", settings.token).contains("secret"));
        for bad in ["", " ", "a b", "a\nb", "a\u{e9}"] {
            let error = Token::new(bad).unwrap_err().to_string();
            assert!(!error.contains("a b"));
        }
    }
}
