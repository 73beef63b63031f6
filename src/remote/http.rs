// SPDX-License-Identifier: Apache-2.0

//! Sending: redirects within an allow-list, tries within the deadline, a token to its own host only.
//!
//! Redirects are followed here and not by the client, because each hop decides whether it is allowed and
//! whether the token goes along.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{self, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::body::{self, Unusable};
use super::{Service, Settings};
use crate::net;

/// Most redirects of one request.
const REDIRECTS: usize = 5;
/// Most tries of one request.
const TRIES: u32 = 3;
/// Longest wait that a server may ask for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Who is asking, and where to complain.
const USER_AGENT: &str = concat!(
    "provost/",
    env!("CARGO_PKG_VERSION"),
    " (+",
    env!("CARGO_PKG_REPOSITORY"),
    ")"
);

/// What is sent.
pub(super) struct Ask<'a> {
    pub(super) service: Service,
    pub(super) url: &'a Url,
    /// JSON to post; without it, a GET.
    pub(super) post: Option<&'a Value>,
    /// Tag of the reply that is known already.
    pub(super) etag: Option<&'a str>,
}

/// A reply that can be used.
pub(super) enum Answer {
    /// What is known already still holds.
    Unchanged,
    /// 200, or 404 with whatever its body holds.
    Fresh {
        status: u16,
        etag: Option<String>,
        body: Value,
    },
}

/// Why one try came to nothing.
struct Trouble {
    why: String,
    /// Tries that this kind of trouble deserves in all.
    tries: u32,
    /// How long the server asks to wait.
    wait: Option<Duration>,
}

impl Trouble {
    fn new(tries: u32, why: impl Into<String>) -> Self {
        Trouble {
            why: why.into(),
            tries,
            wait: None,
        }
    }
}

impl From<Unusable> for Trouble {
    fn from(unusable: Unusable) -> Self {
        Trouble::new(unusable.tries, unusable.why)
    }
}

/// The connections of a run.
pub(super) struct Sender {
    here: OnceLock<Result<Client, String>>,
    elsewhere: OnceLock<Result<Client, String>>,
    /// When remote work has to end; set by the first request.
    deadline: OnceLock<Instant>,
    /// Hosts that cannot be reached, and why: they are not tried again.
    dead: Mutex<BTreeMap<String, String>>,
    requests: Mutex<usize>,
}

impl Sender {
    pub(super) fn new() -> Self {
        Sender {
            here: OnceLock::new(),
            elsewhere: OnceLock::new(),
            deadline: OnceLock::new(),
            dead: Mutex::default(),
            requests: Mutex::default(),
        }
    }

    /// Requests sent so far.
    pub(super) fn count(&self) -> usize {
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks, as often as the trouble deserves and the time allows. `Err` says in words why there is no answer.
    pub(super) fn send(&self, settings: &Settings, ask: &Ask<'_>) -> Result<Answer, String> {
        let deadline = *self
            .deadline
            .get_or_init(|| Instant::now() + settings.timeout);
        let host = origin(ask.url);
        if let Some(why) = self.lock().get(&host) {
            return Err(why.clone());
        }
        let mut run = Run {
            sender: self,
            settings,
            ask,
            deadline,
            gzip: true,
            token: ask.service == Service::GitHub,
        };
        let mut tries = 0;
        loop {
            if Instant::now() >= deadline {
                return Err(late(&host, settings));
            }
            tries += 1;
            let trouble = match run.once() {
                Ok(answer) => {
                    self.lock().remove(&host);
                    return Ok(answer);
                }
                Err(trouble) => trouble,
            };
            let wait = trouble.wait.unwrap_or(match tries {
                1 => settings.pause,
                _ => settings.pause * 4,
            });
            let over = Instant::now() + wait >= deadline;
            if tries >= trouble.tries || over || wait > PATIENCE {
                return Err(said(&host, &trouble, tries, over && tries < trouble.tries));
            }
            std::thread::sleep(wait);
        }
    }

    fn client(&self, url: &Url) -> Result<&Client, String> {
        let loopback = url.host_str().is_some_and(net::is_loopback);
        let slot = if loopback {
            &self.here
        } else {
            &self.elsewhere
        };
        let built = slot.get_or_init(|| {
            net::builder(loopback)?
                .redirect(Policy::none())
                .connect_timeout(CONNECT)
                .timeout(None)
                .user_agent(USER_AGENT)
                .build()
                .map_err(|_| "the https client cannot be set up".into())
        });
        built.as_ref().map_err(Clone::clone)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unreachable(&self, url: &Url, why: &str) {
        self.lock()
            .insert(origin(url), format!("{} {why}", origin(url)));
    }
}

/// One request, with what its tries have taught.
struct Run<'a> {
    sender: &'a Sender,
    settings: &'a Settings,
    ask: &'a Ask<'a>,
    deadline: Instant,
    gzip: bool,
    token: bool,
}

impl Run<'_> {
    /// One try, with its redirects.
    fn once(&mut self) -> Result<Answer, Trouble> {
        let mut url = self.ask.url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.hop(&url)?;
            let status = response.status();
            if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
                return self.settle(response);
            }
            let place = response.headers().get(header::LOCATION);
            let place = place.and_then(|v| v.to_str().ok()).unwrap_or_default();
            let next = match url.join(place) {
                Ok(next) if !place.is_empty() => next,
                _ => return Err(Trouble::new(1, "redirects to nowhere")),
            };
            if !self.allowed(&next) {
                let to = next.host_str().filter(|_| next.has_host());
                let to = to.map_or_else(|| format!("{}:", next.scheme()), |_| origin(&next));
                let why = format!(
                    "redirects to {to}, which is not asked: it is not its own host or not https"
                );
                return Err(Trouble::new(1, why));
            }
            url = next;
        }
        let why = format!(
            "redirects more than {REDIRECTS} times (a loop?), at last to {}",
            url.path()
        );
        Err(Trouble::new(1, why))
    }

    fn allowed(&self, url: &Url) -> bool {
        let base = self.settings.bases.of(self.ask.service);
        let known = url.scheme() == "https"
            && url.port().is_none()
            && url.username().is_empty()
            && base.scheme() == "https"
            && base.as_str().trim_end_matches('/') == self.ask.service.base()
            && self
                .ask
                .service
                .hosts()
                .iter()
                .any(|h| url.host_str() == Some(h));
        (url.username().is_empty() && url.origin() == base.origin()) || known
    }

    fn hop(&mut self, url: &Url) -> Result<Response, Trouble> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Trouble::new(1, "does not answer in time"));
        }
        let client = self
            .sender
            .client(url)
            .map_err(|why| Trouble::new(1, format!("is not asked: {why}")))?;
        let request = self.request(client, url).timeout(left);
        *self
            .sender
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += 1;
        request.send().map_err(|e| self.broken(url, &e))
    }

    fn request(&self, client: &Client, url: &Url) -> RequestBuilder {
        let mut request = match self.ask.post {
            Some(body) => client
                .post(url.clone())
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.to_string()),
            None => client.get(url.clone()),
        };
        let coding = if self.gzip { "gzip" } else { "identity" };
        request = request.header(header::ACCEPT_ENCODING, coding);
        if let Some(etag) = self.ask.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if self.ask.service == Service::GitHub {
            request = request
                .header(header::ACCEPT, "application/vnd.github+json")
                .header("x-github-api-version", "2022-11-28");
        } else {
            request = request.header(header::ACCEPT, "application/json");
        }
        let base = self.settings.bases.of(self.ask.service);
        match &self.settings.token {
            Some(token) if self.token && url.origin() == base.origin() => {
                request.header(header::AUTHORIZATION, token.header())
            }
            _ => request,
        }
    }

    /// What a reply's status means.
    fn settle(&mut self, response: Response) -> Result<Answer, Trouble> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        match status {
            304 if self.ask.etag.is_some() => Ok(Answer::Unchanged),
            200 => {
                let body = body::parse(&self.bytes(response, &headers)?)?;
                let etag = headers.get(header::ETAG).and_then(|v| v.to_str().ok());
                Ok(Answer::Fresh {
                    status,
                    etag: etag.map(str::to_owned),
                    body,
                })
            }
            404 => {
                let bytes = self.bytes(response, &headers)?;
                Ok(Answer::Fresh {
                    status,
                    etag: None,
                    // Scorecard's "not scanned" is empty on purpose, and others send a page.
                    body: body::parse(&bytes).unwrap_or(Value::Null),
                })
            }
            201..=399 => Err(Trouble::new(1, format!("sent an empty answer ({status})"))),
            _ => Err(self.refused(status, &headers)),
        }
    }

    fn bytes(&mut self, response: Response, headers: &HeaderMap) -> Result<Vec<u8>, Trouble> {
        let bytes = body::read(response, self.deadline)?;
        let coding = headers.get(header::CONTENT_ENCODING);
        if !coding.is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"gzip")) {
            return Ok(bytes);
        }
        body::inflate(&bytes).map_err(|unusable| {
            // Another try without compression: the broken part may be a proxy between.
            let tries = if self.gzip { unusable.tries } else { 1 };
            self.gzip = false;
            Trouble::new(tries, unusable.why)
        })
    }

    fn refused(&mut self, status: u16, headers: &HeaderMap) -> Trouble {
        let number = |name: &str| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok()?.trim().parse::<i64>().ok())
        };
        let wait = retry_after(headers);
        match status {
            401 if self.token && self.settings.token.is_some() => {
                self.token = false;
                let mut trouble = Trouble::new(
                    2,
                    "does not accept the token of GITHUB_TOKEN (401): renew or unset it",
                );
                trouble.wait = Some(Duration::ZERO);
                trouble
            }
            403 | 429 if number("x-ratelimit-remaining") == Some(0) => {
                let reset =
                    number("x-ratelimit-reset").and_then(|s| Timestamp::from_second(s).ok());
                let until = reset.map_or(String::new(), |at| format!(" until {at}"));
                Trouble::new(
                    1,
                    format!(
                        "allows no more requests{until} ({status}): wait, or set GITHUB_TOKEN for a higher limit"
                    ),
                )
            }
            429 => {
                let mut trouble =
                    Trouble::new(TRIES, "asks to come back later (429, too many requests)");
                // The badge site says no number; its window is 15 seconds.
                trouble.wait = wait.or(Some(self.settings.pause * 15));
                trouble
            }
            502..=504 => {
                let mut trouble = Trouble::new(TRIES, format!("is out of order ({status})"));
                trouble.wait = wait;
                trouble
            }
            500 => Trouble::new(2, "is out of order (500)"),
            451 => Trouble::new(1, "withholds it for legal reasons (451)"),
            401 | 403 => Trouble::new(1, format!("refuses to answer ({status})")),
            _ => Trouble::new(1, format!("answers {status}, which is not expected here")),
        }
    }

    /// A request that came to no reply at all.
    fn broken(&self, url: &Url, error: &reqwest::Error) -> Trouble {
        let causes = causes(error);
        let has = |words: &[&str]| words.iter().any(|w| causes.contains(w));
        if has(&["certificate", "TLS", "tls", "handshake"]) && error.is_connect() {
            let cause = causes.rsplit(": ").next().unwrap_or_default();
            let why = format!(
                "shows a certificate that is not accepted ({}): check the clock and the certificates (SSL_CERT_FILE, PROVOST_CA_FILE)",
                body::excerpt(cause)
            );
            self.sender.unreachable(url, &why);
            return Trouble::new(1, why);
        }
        if Instant::now() >= self.deadline {
            let why = format!(
                "does not answer within {} s",
                self.settings.timeout.as_secs_f32()
            );
            return Trouble::new(1, why);
        }
        if error.is_connect() {
            let (why, tries) = if has(&["dns error", "lookup", "resolve"]) {
                (
                    "is not found (no address for its name): check the network",
                    1,
                )
            } else if error.is_timeout() {
                (
                    "cannot be connected to in time: check the network and the proxy settings",
                    2,
                )
            } else {
                (
                    "refuses the connection: check the network and the proxy settings",
                    2,
                )
            };
            self.sender.unreachable(url, why);
            return Trouble::new(tries, why);
        }
        Trouble::new(TRIES, "closed the connection without an answer")
    }
}

/// `Retry-After`, in seconds or as a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let seconds = date.as_second() - Timestamp::now().as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// Host and port, as messages name a service.
fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the address");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn late(host: &str, settings: &Settings) -> String {
    format!(
        "{host} was not asked any more: the {} s for remote work were over; raise --remote-timeout",
        settings.timeout.as_secs_f32()
    )
}

fn said(host: &str, trouble: &Trouble, tries: u32, over: bool) -> String {
    let tried = match tries {
        1 => String::new(),
        _ => format!(" (tried {tries} times)"),
    };
    let over = if over {
        "; another try would not fit into --remote-timeout"
    } else {
        ""
    };
    format!("{host} {}{tried}{over}", trouble.why)
}

/// The chain of causes as one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut line = String::new();
    let mut at = error.source();
    while let Some(cause) = at {
        line.push_str(&cause.to_string());
        line.push_str(": ");
        at = cause.source();
    }
    line.trim_end_matches(": ").to_owned()
}
