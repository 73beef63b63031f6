// SPDX-License-Identifier: Apache-2.0

//! The repository as services know it, and addresses compared as people mean them.

use reqwest::Url;

/// A repository on a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Host, with a port if it has one of its own.
    pub host: String,
    /// Path on the host, `owner/name`, without `.git`.
    pub slug: String,
    /// `https://host/slug`.
    pub address: String,
}

impl Place {
    /// From an address as the subject keeps it: https, no user, no `.git`.
    pub fn of(address: &str) -> Option<Place> {
        let (_, rest) = address.split_once("://")?;
        let (host, slug) = rest.split_once('/')?;
        if host.is_empty() || slug.is_empty() {
            return None;
        }
        Some(Place {
            host: host.to_owned(),
            slug: slug.to_owned(),
            address: address.to_owned(),
        })
    }

    /// Owner and name, when the path has just these two parts.
    pub fn owner_and_name(&self) -> Option<(&str, &str)> {
        let (owner, name) = self.slug.split_once('/')?;
        (!name.contains('/')).then_some((owner, name))
    }

    /// Whether GitHub's interface at `base` speaks for it: github.com, or the host of an installation of its own.
    pub(super) fn is_github(&self, base: &Url) -> bool {
        let own = base.host_str().is_some_and(|host| {
            !crate::net::is_loopback(host)
                && (host == self.host || host.strip_prefix("api.") == Some(&self.host))
        });
        (self.host == "github.com" || own) && self.owner_and_name().is_some()
    }
}

/// An address as people mean it: without scheme, user, `www.`, `.git`, slashes at the end; in small letters.
pub fn same_form(address: &str) -> String {
    let lower = address.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(&*lower, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.strip_prefix("www.").unwrap_or(host);
    let host = host
        .strip_suffix(":443")
        .or(host.strip_suffix(":80"))
        .unwrap_or(host);
    let path = path.trim_matches('/');
    let path = path
        .strip_suffix(".git")
        .unwrap_or(path)
        .trim_end_matches('/');
    format!("{host}/{path}")
}

/// A value for a query or one part of a path: everything but letters, digits and `-._~` encoded, in capitals, as
/// the badge site insists on.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_take_for_one_compare_equal() {
        for other in [
            "https://github.com/Owner/Name",
            "http://github.com/owner/name/",
            "https://www.github.com/owner/name.git",
            "https://user:x@github.com:443/owner/name.git/?a#b",
            " github.com/owner/name ",
        ] {
            assert_eq!(same_form(other), "github.com/owner/name", "{other}");
        }
        for other in [
            "https://github.com/owner/name-plugins",
            "https://gitlab.com/owner/name",
            "",
            "https://github.com/owner",
        ] {
            assert_ne!(same_form(other), "github.com/owner/name", "{other}");
        }
    }

    #[test]
    fn queries_are_encoded_as_the_badge_site_insists() {
        assert_eq!(
            encode("https://github.com/o/r.x_y~ é"),
            "https%3A%2F%2Fgithub.com%2Fo%2Fr.x_y~%20%C3%A9"
        );
    }

    #[test]
    fn a_forge_is_told_by_its_host() {
        let api = Url::parse("https://api.github.com").unwrap();
        let own = Url::parse("https://git.example.org/api/v3").unwrap();
        let here = Url::parse("http://127.0.0.1:9/gh").unwrap();
        let place = |address| Place::of(address).unwrap();
        assert!(place("https://github.com/o/r").is_github(&api));
        assert!(place("https://github.com/o/r").is_github(&here));
        assert!(place("https://git.example.org/o/r").is_github(&own));
        for other in [
            "https://gitlab.com/g/s/p",
            "https://gitlab.com/g/p",
            "https://github.com/o",
            "https://127.0.0.1/o/r",
        ] {
            assert!(!place(other).is_github(&api), "{other}");
            assert!(!place(other).is_github(&here), "{other}");
        }
        assert!(Place::of("https://h").is_none());
    }
}
