// SPDX-License-Identifier: Apache-2.0

//! Services that stand in a folder: replies of a test's own making.

use serde_json::Value;
use tempfile::TempDir;

use super::store::{Kept, Store};
use super::{Place, Remote, Service, Settings};

/// A record of `rows` (service, path, status, body) as the services of `place`. The folder vanishes when dropped.
pub(crate) fn replayed(
    place: Option<Place>,
    rows: &[(Service, String, u16, Value)],
) -> (TempDir, Remote) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().to_owned());
    for (service, path, status, body) in rows {
        let kept = Kept {
            url: format!("{}{path}", service.base()),
            status: *status,
            retrieved: "2026-11-20T11:00:00Z".into(),
            etag: None,
            failed: None,
            body: body.clone(),
        };
        store.write(service.name(), path, &kept).unwrap();
    }
    let settings = Settings {
        replay: Some(folder.path().to_owned()),
        ..Settings::default()
    };
    (folder, Remote::new(settings, place))
}
