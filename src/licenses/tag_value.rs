// SPDX-License-Identifier: Apache-2.0

//! A scan in SPDX's tag-value form, as FOSSology and ScanCode write it. Tags that are not used are skipped.

use super::{FILES, Scan, ScanFile};

/// Reads it.
pub(super) fn read(text: &str) -> Result<Scan, String> {
    let mut scan = Scan {
        name: "a scan".to_owned(),
        ..Scan::default()
    };
    let mut is_spdx = false;
    let mut in_text = false;
    let mut in_file = false;
    for (number, line) in (1_usize..).zip(text.lines()) {
        if in_text {
            in_text = !line.contains("</text>");
            continue;
        }
        let Some((tag, value)) = tag(line) else {
            continue;
        };
        in_text = value.contains("<text>") && !value.contains("</text>");
        match tag {
            "SPDXVersion" => is_spdx = true,
            "DocumentName" => value.clone_into(&mut scan.name),
            "Created" => scan.created = Some(value.to_owned()),
            "FileName" => {
                if scan.files.len() == FILES {
                    return Err(format!(
                        "line {number}: it lists more than {FILES} files; compare a part of it"
                    ));
                }
                in_file = true;
                scan.files.push(ScanFile::at(value));
            }
            // What follows is no longer about the file.
            "PackageName" | "LicenseID" | "SnippetSPDXID" => in_file = false,
            _ => {}
        }
        let Some(file) = scan.files.last_mut().filter(|_| in_file) else {
            continue;
        };
        match tag {
            "LicenseConcluded" => file.conclude(value),
            "LicenseInfoInFile" => file.find(value),
            "FileChecksum" => {
                let (algorithm, sum) = value.split_once(':').unwrap_or(("", value));
                file.checksum(algorithm, sum);
            }
            _ => {}
        }
    }
    if !is_spdx {
        return Err(
            "it is neither JSON nor SPDX tag-value: no line starts with SPDXVersion:".to_owned(),
        );
    }
    if in_text {
        return Err("a <text> is not closed at its end; is the file whole?".to_owned());
    }
    Ok(scan)
}

/// `Tag: value`; comments and everything else are no tags.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.split_once(':')?;
    let tag = tag.trim();
    let is_tag = !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    is_tag.then(|| (tag, value.trim()))
}
