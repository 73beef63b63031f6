// SPDX-License-Identifier: Apache-2.0

//! A scan in JSON: SPDX 2 (`fileName`, `licenseInfoInFiles`), or what ScanCode writes (`path`,
//! `detected_license_expression_spdx`). Keys that are not used are skipped unread.

use serde::Deserialize;

use super::{FILES, Scan, ScanFile};

#[derive(Deserialize)]
struct Document {
    name: Option<String>,
    #[serde(rename = "creationInfo")]
    creation: Option<Creation>,
    headers: Option<Vec<Header>>,
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Deserialize)]
struct Creation {
    created: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    tool_name: Option<String>,
    end_timestamp: Option<String>,
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "fileName", alias = "path")]
    path: String,
    /// ScanCode lists folders, too.
    #[serde(rename = "type")]
    kind: Option<String>,
    sha1: Option<String>,
    #[serde(default)]
    checksums: Vec<Checksum>,
    #[serde(rename = "licenseConcluded")]
    concluded: Option<String>,
    #[serde(rename = "licenseInfoInFiles", alias = "licenseInfoInFile", default)]
    found: Vec<String>,
    #[serde(rename = "detected_license_expression_spdx")]
    detected: Option<String>,
}

#[derive(Deserialize)]
struct Checksum {
    algorithm: String,
    #[serde(rename = "checksumValue", alias = "value")]
    value: String,
}

/// Reads it.
pub(super) fn read(text: &str) -> Result<Scan, String> {
    let document: Document = serde_json::from_str(text).map_err(|e| {
        format!(
            "line {}, column {}: it is no scan in JSON: {e}",
            e.line(),
            e.column()
        )
    })?;
    if document.files.len() > FILES {
        return Err(format!(
            "it lists more than {FILES} files; compare a part of it"
        ));
    }
    let header = document.headers.unwrap_or_default().into_iter().next();
    let (tool, ended) = header.map_or((None, None), |h| (h.tool_name, h.end_timestamp));
    let files = document.files.into_iter();
    let files = files.filter(|f| f.kind.as_deref() != Some("directory"));
    Ok(Scan {
        name: document
            .name
            .or(tool)
            .unwrap_or_else(|| "a scan".to_owned()),
        created: document.creation.and_then(|c| c.created).or(ended),
        files: files.map(file).collect(),
    })
}

fn file(file: File) -> ScanFile {
    let mut scanned = ScanFile::at(&file.path);
    if let Some(sha1) = &file.sha1 {
        scanned.checksum("SHA1", sha1);
    }
    for sum in &file.checksums {
        scanned.checksum(&sum.algorithm, &sum.value);
    }
    if let Some(concluded) = &file.concluded {
        scanned.conclude(concluded);
    }
    for found in file.found.iter().chain(&file.detected) {
        scanned.find(found);
    }
    scanned
}
