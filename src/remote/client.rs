// SPDX-License-Identifier: Apache-2.0

//! One request of a source: from the replayed record, the cache, or the service; and into the record.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use serde_json::Value;

use super::http::{Answer, Ask, Sender};
use super::store::{Kept, Store};
use super::{Remarks, Seen, Service, Settings};

/// A reply of a service: 200 with JSON, or 404.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Where it came from, and when.
    pub seen: Seen,
    /// Its JSON; null when a 404 has none.
    pub body: Value,
}

impl Reply {
    /// Whether the service says that there is no such thing.
    pub fn is_absent(&self) -> bool {
        self.seen.status == 404
    }
}

/// A reply of this run, or why there is none; whoever comes second waits for it.
type Told = Arc<OnceLock<Result<Reply, String>>>;

/// Asks the services, or what stands for them.
pub(super) struct Client {
    settings: Settings,
    sender: Sender,
    remarks: Mutex<Remarks>,
    /// Replies of this run: nothing is asked twice.
    told: Mutex<HashMap<String, Told>>,
}

impl Client {
    pub(super) fn new(settings: Settings) -> Self {
        Client {
            settings,
            sender: Sender::new(),
            remarks: Mutex::default(),
            told: Mutex::default(),
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn remarks(&self) -> Remarks {
        let mut remarks = self.lock().clone();
        remarks.requests = self.sender.count();
        remarks
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remarks> {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// GETs `path` (with its query) of `service`.
    ///
    /// # Errors
    /// In words, when it is unknown what the service would say.
    pub(super) fn get(&self, service: Service, path: &str) -> Result<Reply, String> {
        self.ask(service, path, None)
    }

    /// POSTs JSON to `path` of `service`: a question, nothing that changes anything.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(super) fn post(&self, service: Service, path: &str, body: &Value) -> Result<Reply, String> {
        self.ask(service, path, Some(body))
    }

    /// Whether replies may show a private repository: with a token, or as one saw it in an earlier run.
    pub(super) fn may_see_private(&self) -> bool {
        let settings = &self.settings;
        settings.token.is_some() || settings.replay.is_some() || settings.offline
    }

    /// Whether `path` may be asked of a server other than the service's own; a record says so by holding it.
    pub(super) fn is_elsewhere(&self, service: Service, path: &str) -> bool {
        match &self.settings.replay {
            Some(dir) => Store::new(dir.clone()).read(service.name(), path).is_some(),
            None => {
                self.settings
                    .bases
                    .of(service)
                    .as_str()
                    .trim_end_matches('/')
                    != service.base()
            }
        }
    }

    fn ask(&self, service: Service, path: &str, post: Option<&Value>) -> Result<Reply, String> {
        let key = format!("{} {}", service.name(), question(path, post));
        let slot = {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(told.entry(key).or_default())
        };
        slot.get_or_init(|| self.ask_once(service, path, post))
            .clone()
    }

    fn ask_once(
        &self,
        service: Service,
        path: &str,
        post: Option<&Value>,
    ) -> Result<Reply, String> {
        let base = self.settings.bases.of(service);
        let text = format!("{}{path}", base.as_str().trim_end_matches('/'));
        let url = Url::parse(&text).map_err(|_| format!("{text} is no address"))?;
        let question = question(path, post);
        if let Some(dir) = &self.settings.replay {
            let store = Store::new(dir.clone());
            return match store.read(service.name(), &question) {
                Some(Kept {
                    failed: Some(why), ..
                }) => Err(why),
                Some(kept) => Ok(kept.reply()),
                None => Err(format!(
                    "the record holds no answer to {} {path}",
                    service.name()
                )),
            };
        }
        let told = self.kept_or_asked(service, &url, post);
        if let Some(dir) = &self.settings.record {
            let kept = match &told {
                Ok(kept) => kept.clone(),
                Err(why) => Kept::failed(url.as_str(), why),
            };
            if let Err(why) = Store::new(dir.clone()).write(service.name(), &question, &kept) {
                self.lock().unwritten.push(why);
            }
        }
        told.map(|kept| kept.reply())
    }

    /// From the cache while it is fresh, else from the service.
    fn kept_or_asked(
        &self,
        service: Service,
        url: &Url,
        post: Option<&Value>,
    ) -> Result<Kept, String> {
        let question = question(url.as_str(), post);
        let folder = folder(url);
        let store = self.settings.cache.clone().map(Store::new);
        let kept = store
            .as_ref()
            .and_then(|store| store.read(&folder, &question))
            .filter(|kept| kept.url == url.as_str() && kept.failed.is_none());
        let now = Timestamp::now();
        let fresh = kept
            .as_ref()
            .filter(|kept| self.settings.offline || kept.age(now) <= self.settings.max_age);
        if let Some(kept) = fresh {
            self.used(&kept.retrieved);
            return Ok(kept.clone());
        }
        if self.settings.offline {
            return Err("offline, and the cache holds no answer; run without --offline, or pass --replay DIR".into());
        }
        let ask = Ask {
            service,
            url,
            post,
            etag: kept.as_ref().and_then(|kept| kept.etag.as_deref()),
        };
        let answer = self
            .sender
            .send(&self.settings, &ask)
            .map_err(|why| match &kept {
                Some(kept) => format!(
                    "{why}; a reply of {} is in the cache: --offline takes it",
                    kept.retrieved
                ),
                None => why,
            })?;
        let retrieved = second(now);
        let kept = match (answer, kept) {
            (Answer::Unchanged, Some(kept)) => Kept { retrieved, ..kept },
            (Answer::Unchanged, None) => return Err("sent an empty answer (304)".into()),
            (Answer::Fresh { status, etag, body }, _) => Kept {
                url: url.to_string(),
                status,
                retrieved,
                etag,
                failed: None,
                body,
            },
        };
        if let Some(store) = store {
            // A cache that cannot be written costs time, not truth.
            let _ = store.write(&folder, &question, &kept);
        }
        Ok(kept)
    }

    fn used(&self, retrieved: &str) {
        let mut remarks = self.lock();
        remarks.cached += 1;
        if remarks
            .oldest
            .as_deref()
            .is_none_or(|oldest| retrieved < oldest)
        {
            remarks.oldest = Some(retrieved.to_owned());
        }
    }
}

/// What a reply is kept under.
fn question(path: &str, post: Option<&Value>) -> String {
    match post {
        Some(body) => format!("{path} {body}"),
        None => path.to_owned(),
    }
}

/// The host as a folder of the cache.
fn folder(url: &Url) -> String {
    let host = url.host_str().unwrap_or("host");
    match url.port() {
        Some(port) => format!("{host}_{port}"),
        None => host.to_owned(),
    }
}

/// A moment to the second.
fn second(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.to_string()
}

impl Kept {
    fn reply(&self) -> Reply {
        Reply {
            seen: Seen {
                url: self.url.clone(),
                retrieved: self.retrieved.clone(),
                status: self.status,
            },
            body: self.body.clone(),
        }
    }

    /// How old it is; what comes from the future is new.
    fn age(&self, now: Timestamp) -> Duration {
        let Ok(then) = self.retrieved.parse::<Timestamp>() else {
            return Duration::MAX;
        };
        Duration::from_secs(u64::try_from(now.as_second() - then.as_second()).unwrap_or(0))
    }
}
