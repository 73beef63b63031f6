// SPDX-License-Identifier: Apache-2.0

//! SPDX 2.3 as tag-value. Text of the repository keeps to its line or its `<text>`, whatever it holds.

use std::io::{self, Write};

use crate::output::clean;

use super::spdx::{Document, Extracted, Package, Relationship, SpdxFile};

/// Writes it.
pub(super) fn write(document: &Document, sink: &mut dyn Write) -> io::Result<()> {
    let mut tags = Tags { sink };
    tags.line("SPDXVersion", document.spdx_version)?;
    tags.line("DataLicense", document.data_license)?;
    tags.line("SPDXID", document.id)?;
    tags.line("DocumentName", &document.name)?;
    tags.line("DocumentNamespace", &document.document_namespace)?;
    for creator in &document.creation_info.creators {
        tags.line("Creator", creator)?;
    }
    tags.line("Created", &document.creation_info.created)?;
    for package in &document.packages {
        tags.package(package)?;
    }
    for file in &document.files {
        tags.file(file)?;
    }
    for extracted in &document.has_extracted_licensing_infos {
        tags.extracted(extracted)?;
    }
    writeln!(tags.sink)?;
    // Files below a package are its own; only what describes the document has to be said.
    let described = document.relationships.iter();
    for relation in described.filter(|r| r.relationship_type == "DESCRIBES") {
        tags.relationship(relation)?;
    }
    Ok(())
}

struct Tags<'a> {
    sink: &'a mut dyn Write,
}

impl Tags<'_> {
    fn line(&mut self, tag: &str, value: &str) -> io::Result<()> {
        // A value must not open a text that goes on over lines.
        let value = clean::line(value).replace("<text>", "<text >");
        writeln!(self.sink, "{tag}: {value}")
    }

    fn text(&mut self, tag: &str, value: &str) -> io::Result<()> {
        if value == "NONE" || value == "NOASSERTION" {
            return self.line(tag, value);
        }
        let lines: Vec<String> = value.lines().map(clean::line).collect();
        let inside = lines.join("\n").replace("</text>", "</text >");
        writeln!(self.sink, "{tag}: <text>{inside}</text>")
    }

    fn package(&mut self, package: &Package) -> io::Result<()> {
        writeln!(self.sink)?;
        self.line("PackageName", &package.name)?;
        self.line("SPDXID", package.id)?;
        if let Some(version) = &package.version_info {
            self.line("PackageVersion", version)?;
        }
        self.line("PackageDownloadLocation", &package.download_location)?;
        self.line("FilesAnalyzed", "true")?;
        let code = &package.package_verification_code;
        let mut value = code.package_verification_code_value.clone();
        if !code.package_verification_code_excluded_files.is_empty() {
            let paths = code.package_verification_code_excluded_files.join(", ");
            value.push_str(&format!(" (excludes: {paths})"));
        }
        self.line("PackageVerificationCode", &value)?;
        self.line("PackageLicenseConcluded", &package.license_concluded)?;
        for id in &package.license_info_from_files {
            self.line("PackageLicenseInfoFromFiles", id)?;
        }
        self.line("PackageLicenseDeclared", &package.license_declared)?;
        self.text("PackageCopyrightText", &package.copyright_text)
    }

    fn file(&mut self, file: &SpdxFile) -> io::Result<()> {
        writeln!(self.sink)?;
        self.line("FileName", &file.file_name)?;
        self.line("SPDXID", &file.id)?;
        for kind in &file.file_types {
            self.line("FileType", kind)?;
        }
        for sum in &file.checksums {
            let value = format!("{}: {}", sum.algorithm, sum.checksum_value);
            self.line("FileChecksum", &value)?;
        }
        self.line("LicenseConcluded", &file.license_concluded)?;
        for id in &file.license_info_in_files {
            self.line("LicenseInfoInFile", id)?;
        }
        if let Some(comments) = &file.license_comments {
            self.text("LicenseComments", comments)?;
        }
        self.text("FileCopyrightText", &file.copyright_text)
    }

    fn extracted(&mut self, extracted: &Extracted) -> io::Result<()> {
        writeln!(self.sink)?;
        self.line("LicenseID", &extracted.license_id)?;
        self.text("ExtractedText", &extracted.extracted_text)?;
        self.line("LicenseName", &extracted.name)
    }

    fn relationship(&mut self, relation: &Relationship) -> io::Result<()> {
        let value = format!(
            "{} {} {}",
            relation.spdx_element_id, relation.relationship_type, relation.related_spdx_element
        );
        self.line("Relationship", &value)
    }
}
