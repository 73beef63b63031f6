// SPDX-License-Identifier: Apache-2.0

//! The inventory as a document of SPDX 2.3: one package, its files, the project's own licences.
//!
//! Field names are those of the JSON schema of SPDX 2.3; the tag-value writer reads the same structure. Nothing
//! but `created` depends on the moment: the namespace is a checksum of the rest.

use std::collections::BTreeSet;

use serde::Serialize;
use sha1_smol::Sha1;
use spdx::{Expression, ParseMode};

use crate::report::licenses::{Class, File, Licenses};

const UNKNOWN: &str = "NOASSERTION";
const ABSENT: &str = "NONE";
const PACKAGE: &str = "SPDXRef-Package";

/// Expressions that SPDX knows in full; deprecated ids are in the list, too.
const MODE: ParseMode = ParseMode {
    allow_slash_as_or_operator: false,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// A document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(rename = "SPDXID")]
    pub(super) id: &'static str,
    pub(super) spdx_version: &'static str,
    pub(super) creation_info: CreationInfo,
    pub(super) name: String,
    pub(super) data_license: &'static str,
    pub(super) document_namespace: String,
    pub(super) has_extracted_licensing_infos: Vec<Extracted>,
    pub(super) packages: Vec<Package>,
    pub(super) files: Vec<SpdxFile>,
    pub(super) relationships: Vec<Relationship>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreationInfo {
    pub(super) created: String,
    pub(super) creators: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Extracted {
    pub(super) license_id: String,
    pub(super) extracted_text: String,
    pub(super) name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package {
    #[serde(rename = "SPDXID")]
    pub(super) id: &'static str,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version_info: Option<String>,
    pub(super) download_location: String,
    pub(super) files_analyzed: bool,
    pub(super) package_verification_code: VerificationCode,
    pub(super) license_concluded: String,
    pub(super) license_info_from_files: Vec<String>,
    pub(super) license_declared: String,
    pub(super) copyright_text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerificationCode {
    pub(super) package_verification_code_value: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) package_verification_code_excluded_files: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpdxFile {
    #[serde(rename = "SPDXID")]
    pub(super) id: String,
    pub(super) file_name: String,
    pub(super) file_types: Vec<&'static str>,
    pub(super) checksums: Vec<Checksum>,
    pub(super) license_concluded: String,
    pub(super) license_info_in_files: Vec<String>,
    pub(super) copyright_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) license_comments: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checksum {
    pub(super) algorithm: &'static str,
    pub(super) checksum_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship {
    pub(super) spdx_element_id: String,
    pub(super) relationship_type: &'static str,
    pub(super) related_spdx_element: String,
}

impl Document {
    /// From the inventory; files without a checksum are left out and named.
    pub(super) fn of(licenses: &Licenses, created: &str) -> Document {
        let files: Vec<SpdxFile> = licenses.files.iter().filter_map(file).collect();
        let left_out = licenses.files.iter().filter(|f| f.sha1.is_none());
        let name = name(licenses);
        let mut document = Document {
            id: "SPDXRef-DOCUMENT",
            spdx_version: "SPDX-2.3",
            creation_info: CreationInfo {
                created: created.to_owned(),
                creators: vec![format!("Tool: provost-{}", licenses.tool.version)],
            },
            data_license: "CC0-1.0",
            document_namespace: String::new(),
            has_extracted_licensing_infos: Vec::new(),
            relationships: relationships(&files),
            packages: vec![Package {
                id: PACKAGE,
                name: name.clone(),
                version_info: commit(licenses).map(str::to_owned),
                download_location: download(licenses),
                files_analyzed: true,
                package_verification_code: VerificationCode {
                    package_verification_code_value: verification(&files),
                    package_verification_code_excluded_files: left_out
                        .map(|f| format!("./{}", f.path))
                        .collect(),
                },
                license_concluded: UNKNOWN.to_owned(),
                license_info_from_files: from_files(&files),
                license_declared: expression(licenses.declared.as_deref()),
                copyright_text: UNKNOWN.to_owned(),
            }],
            files,
            name,
        };
        document.has_extracted_licensing_infos = document.own_licenses(licenses);
        document.document_namespace = document.namespace();
        document
    }

    /// Every `LicenseRef-` in use with its text.
    fn own_licenses(&self, licenses: &Licenses) -> Vec<Extracted> {
        let concluded = self.files.iter().map(|f| &f.license_concluded);
        let declared = self.packages.iter().map(|p| &p.license_declared);
        let ids: BTreeSet<String> = concluded
            .chain(declared)
            .flat_map(|e| ids(e))
            .filter(|id| id.starts_with("LicenseRef-"))
            .collect();
        let own = |id: String| Extracted {
            extracted_text: match licenses.references.get(&id) {
                Some(text) => text.clone(),
                None => format!("The text of {id} is not in the repository."),
            },
            name: id.clone(),
            license_id: id,
        };
        ids.into_iter().map(own).collect()
    }

    /// An address that no other content has.
    fn namespace(&self) -> String {
        let mut hash = Sha1::new();
        let content = (
            &self.packages,
            &self.files,
            &self.has_extracted_licensing_infos,
        );
        hash.update(
            serde_json::to_string(&content)
                .unwrap_or_default()
                .as_bytes(),
        );
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = self.name.chars().map(plain).collect();
        format!("https://spdx.org/spdxdocs/{name}-{}", hash.digest())
    }
}

fn commit(licenses: &Licenses) -> Option<&str> {
    let subject = &licenses.subject;
    subject.at.as_deref().or(subject.head.as_deref())
}

fn name(licenses: &Licenses) -> String {
    let subject = &licenses.subject;
    let whole = subject.slug.as_deref().unwrap_or(&subject.path);
    let last = whole.trim_end_matches('/').rsplit('/').next();
    match last {
        Some(name) if !name.trim_matches('.').is_empty() => name.to_owned(),
        _ => "repository".to_owned(),
    }
}

fn download(licenses: &Licenses) -> String {
    let remote = licenses.subject.remote.as_deref();
    match (
        remote.filter(|r| r.starts_with("https://")),
        commit(licenses),
    ) {
        (Some(remote), Some(commit)) => format!("git+{remote}@{commit}"),
        (Some(remote), None) => format!("git+{remote}"),
        _ => UNKNOWN.to_owned(),
    }
}

/// As SPDX may write it, or that nothing is asserted.
fn expression(text: Option<&str>) -> String {
    match text {
        Some(text) if Expression::parse_mode(text, MODE).is_ok() => text.to_owned(),
        _ => UNKNOWN.to_owned(),
    }
}

/// Ids of an expression, exceptions left out.
pub(super) fn ids(text: &str) -> Vec<String> {
    let Ok(parsed) = Expression::parse_mode(text, MODE) else {
        return Vec::new();
    };
    let mut ids: Vec<String> = parsed
        .requirements()
        .map(|r| r.req.license.to_string())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn file(file: &File) -> Option<SpdxFile> {
    let concluded = expression(file.license.as_deref());
    let found = match (file.origin.is_stated(), &file.problem) {
        (true, _) => ids(&concluded),
        (false, None) => vec![ABSENT.to_owned()],
        (false, Some(_)) => Vec::new(),
    };
    let or_unknown = |list: Vec<String>| {
        if list.is_empty() {
            vec![UNKNOWN.to_owned()]
        } else {
            list
        }
    };
    let raw = file.license.as_deref().filter(|_| concluded == UNKNOWN);
    let raw =
        raw.map(|raw| format!("the file says {raw}, which names ids that SPDX does not list"));
    Some(SpdxFile {
        id: format!(
            "SPDXRef-File-{}",
            &Sha1::from(&file.path).digest().to_string()[..20]
        ),
        file_name: format!("./{}", file.path),
        file_types: vec![file_type(file.class)],
        checksums: vec![Checksum {
            algorithm: "SHA1",
            checksum_value: file.sha1.clone()?,
        }],
        license_info_in_files: or_unknown(found),
        license_concluded: concluded,
        copyright_text: if file.copyrights.is_empty() {
            ABSENT.to_owned()
        } else {
            file.copyrights.join("\n")
        },
        license_comments: raw.or_else(|| file.problem.clone()),
    })
}

fn file_type(class: Class) -> &'static str {
    match class {
        Class::Code => "SOURCE",
        Class::Documentation | Class::Specification => "DOCUMENTATION",
        Class::Data | Class::Configuration => "TEXT",
        Class::Other => "OTHER",
    }
}

fn from_files(files: &[SpdxFile]) -> Vec<String> {
    let all = files.iter().flat_map(|f| &f.license_info_in_files);
    let known: BTreeSet<&String> = all.filter(|id| *id != ABSENT && *id != UNKNOWN).collect();
    if known.is_empty() {
        return vec![UNKNOWN.to_owned()];
    }
    known.into_iter().cloned().collect()
}

/// SHA-1 over the sorted checksums (SPDX 2.3 §7.9).
fn verification(files: &[SpdxFile]) -> String {
    let mut sums: Vec<&str> = files
        .iter()
        .flat_map(|f| f.checksums.iter().map(|c| c.checksum_value.as_str()))
        .collect();
    sums.sort_unstable();
    Sha1::from(sums.concat()).digest().to_string()
}

fn relationships(files: &[SpdxFile]) -> Vec<Relationship> {
    let relation = |from: &str, kind, to: &str| Relationship {
        spdx_element_id: from.to_owned(),
        relationship_type: kind,
        related_spdx_element: to.to_owned(),
    };
    let mut all = vec![relation("SPDXRef-DOCUMENT", "DESCRIBES", PACKAGE)];
    all.extend(files.iter().map(|f| relation(PACKAGE, "CONTAINS", &f.id)));
    all
}
