// SPDX-License-Identifier: Apache-2.0

//! Whether an e-mail address has the form of one.
//!
//! The two apps differ (`docs/dco.md`): one tests the author's address and wants ASCII and a domain with a
//! dot, the other tests author and committer by the standards (RFC 5321 §4.1.2, RFC 6531). A commit passes
//! here when it passes there and there.

/// GitHub's automata; the brackets are outside the standards.
const BOT: &str = "[bot]@users.noreply.github.com";

/// Whether `email` can be reached from anywhere: ASCII, and a domain whose last label is a name.
pub(super) fn is_public(email: &str) -> bool {
    if email.ends_with(BOT) {
        return true;
    }
    let Some((local, domain)) = email.split_once('@') else {
        return false;
    };
    let Some((rest, top)) = domain.rsplit_once('.') else {
        return false;
    };
    email.is_ascii()
        && email.len() <= 254
        && local.len() <= 64
        && is_dotted(local, is_atom)
        && is_dotted(rest, is_label)
        && is_label(top)
        && top.len() >= 2
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Whether `email` is an address by the standards.
pub(super) fn is_valid(email: &str) -> bool {
    if email.ends_with(BOT) {
        return true;
    }
    let Some((local, domain)) = email.rsplit_once('@') else {
        return false;
    };
    (1..=64).contains(&local.len())
        && email.len() <= 320
        && (is_dotted(local, is_atom) || is_quoted(local))
        && (is_literal(domain) || domain.len() <= 254 && is_dotted(domain, is_label))
}

fn is_dotted(text: &str, part: fn(&str) -> bool) -> bool {
    text.split('.').all(part)
}

fn is_atom(text: &str) -> bool {
    const SYMBOLS: &str = "!#$%&'*+-/=?^_`{|}~";
    let allowed = |c: char| c.is_ascii_alphanumeric() || SYMBOLS.contains(c) || is_foreign(c);
    !text.is_empty() && text.chars().all(allowed)
}

fn is_quoted(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let Some(inner) = inner else {
        return false;
    };
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            _ if c.is_control() => return false,
            '"' | '\\' if !escaped => {
                if c == '"' {
                    return false;
                }
                escaped = true;
            }
            _ => escaped = false,
        }
    }
    !escaped
}

fn is_label(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || is_foreign(c);
    (1..=63).contains(&text.len())
        && text.chars().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_literal(domain: &str) -> bool {
    let inner = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']'));
    inner.is_some_and(|text| {
        let address = text.strip_prefix("IPv6:").unwrap_or(text);
        address.parse::<std::net::IpAddr>().is_ok()
    })
}

fn is_foreign(c: char) -> bool {
    !c.is_ascii() && !c.is_control() && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::{is_public, is_valid};

    #[test]
    fn addresses_of_the_standard() {
        for email in [
            "ana@example.org",
            "ana+tag@a-b.example.org",
            "ana@localhost",
            "\"ana lund\"@example.org",
            "\"a\\\"b\"@example.org",
            "ana@[192.0.2.1]",
            "ana@[IPv6:2001:db8::1]",
            "änä@exämple.org",
            "1+x[bot]@users.noreply.github.com",
        ] {
            assert!(is_valid(email), "{email}");
        }
    }

    #[test]
    fn what_is_no_address() {
        let long = format!("{}@x.org", "a".repeat(65));
        for email in [
            "",
            "ana",
            "@x.org",
            "ana@",
            "ana@x..org",
            ".ana@x.org",
            "ana lund@x.org",
            "a@b@x.org",
            "root@(none)",
            "ana@-x.org",
            "ana@x.org ",
            "\"a\"b\"@x.org",
            "ana@[x]",
            &long,
            "a\u{0}b@x.org",
        ] {
            assert!(!is_valid(email) && !is_public(email), "{email}");
        }
    }

    #[test]
    fn public_addresses_have_a_named_domain() {
        for email in [
            "ana@example.org",
            "a.b+c@x-y.example.org",
            "ana@mail.b2b",
            "1+x[bot]@users.noreply.github.com",
        ] {
            assert!(is_public(email), "{email}");
        }
        for email in [
            "ana@localhost",
            "ana@192.0.2.1",
            "ana@x.o",
            "änä@x.org",
            "ana@[192.0.2.1]",
            "\"a b\"@x.org",
        ] {
            assert!(!is_public(email), "{email}");
        }
    }
}
