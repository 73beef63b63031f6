// SPDX-License-Identifier: Apache-2.0

//! What `REUSE.toml` files and `.reuse/dep5` say about other files.

use regex::Regex;
use serde::Deserialize;

/// How an annotation goes together with what the file itself says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Precedence {
    /// For what the file itself lacks.
    #[default]
    Closest,
    /// Added to it.
    Aggregate,
    /// In place of it.
    Override,
}

/// One or several words in TOML.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
enum Many {
    One(String),
    List(Vec<String>),
}

impl Many {
    fn list(self) -> Vec<String> {
        match self {
            Many::One(one) => vec![one],
            Many::List(list) => list,
        }
    }
}

#[derive(Deserialize)]
struct File {
    #[allow(
        dead_code,
        reason = "required by the specification; only version 1 exists"
    )]
    version: i64,
    #[serde(default)]
    annotations: Vec<Table>,
}

#[derive(Deserialize)]
struct Table {
    path: Many,
    #[serde(default)]
    precedence: Precedence,
    #[serde(rename = "SPDX-FileCopyrightText")]
    copyright: Option<Many>,
    #[serde(rename = "SPDX-License-Identifier")]
    license: Option<Many>,
}

/// One table: paths and what holds for them.
#[derive(Clone, Debug)]
pub(super) struct Annotation {
    paths: Vec<Regex>,
    /// How it goes together with the file's own words.
    pub(super) precedence: Precedence,
    /// Copyright notices.
    pub(super) copyrights: Vec<String>,
    /// Expressions.
    pub(super) expressions: Vec<String>,
}

/// Why a file with annotations cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Line, from 1, when one is at fault.
    pub(super) line: Option<u64>,
    /// What is wrong, in one line.
    pub(super) why: String,
}

impl From<String> for Wrong {
    fn from(why: String) -> Self {
        Wrong { line: None, why }
    }
}

impl From<&str> for Wrong {
    fn from(why: &str) -> Self {
        why.to_owned().into()
    }
}

/// One file with annotations.
#[derive(Clone, Debug)]
pub(super) struct Annotations {
    /// Its path.
    pub(super) path: String,
    /// The folder it speaks for, `""` for the root.
    pub(super) folder: String,
    tables: Vec<Annotation>,
}

impl Annotations {
    /// Reads a `REUSE.toml`.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub(super) fn toml(path: &str, text: &str) -> Result<Self, Wrong> {
        let file: File = toml::from_str(text).map_err(|e| Wrong {
            line: e.span().map(|span| line_of(text.as_bytes(), span.start)),
            why: e.message().replace('\n', " "),
        })?;
        let mut tables = Vec::new();
        for table in file.annotations {
            let paths = table.path.list();
            if paths.is_empty() {
                return Err("an annotation has an empty list of paths".into());
            }
            let paths = paths
                .iter()
                .map(|p| glob(p))
                .collect::<Result<_, String>>()?;
            let list = |many: Option<Many>| many.map(Many::list).unwrap_or_default();
            let (copyrights, expressions) = (list(table.copyright), list(table.license));
            tables.push(Annotation {
                paths,
                precedence: table.precedence,
                copyrights,
                expressions,
            });
        }
        let folder = path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        Ok(Annotations {
            path: path.to_owned(),
            folder,
            tables,
        })
    }

    /// Reads a `.reuse/dep5` (Debian copyright format 1.0).
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub(super) fn dep5(path: &str, text: &str) -> Result<Self, Wrong> {
        let paragraphs = paragraphs(text)?;
        let head = paragraphs.first().ok_or("it is empty")?;
        if head.field("Format").is_none() {
            return Err(head.wrong("the first paragraph has no Format field"));
        }
        let mut tables = Vec::new();
        for paragraph in &paragraphs {
            let Some(files) = paragraph.field("Files") else {
                continue;
            };
            let needed = |name: &str| {
                let lacking = || paragraph.wrong(&format!("a Files paragraph has no {name} field"));
                paragraph.field(name).ok_or_else(lacking)
            };
            let (license, copyright) = (needed("License")?, needed("Copyright")?);
            let paths = files
                .split_whitespace()
                .map(dep5_glob)
                .collect::<Result<_, String>>()?;
            let lines = |text: &str| {
                text.lines()
                    .map(str::trim)
                    .filter(|l| !l.is_empty())
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            let expressions = license
                .lines()
                .next()
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect();
            tables.push(Annotation {
                paths,
                precedence: Precedence::Aggregate,
                copyrights: lines(copyright),
                expressions,
            });
        }
        Ok(Annotations {
            path: path.to_owned(),
            folder: String::new(),
            tables,
        })
    }

    /// The table that holds for a path, relative to the folder: the last one that matches.
    pub(super) fn of(&self, relative: &str) -> Option<&Annotation> {
        self.tables
            .iter()
            .rev()
            .find(|table| table.paths.iter().any(|p| p.is_match(relative)))
    }
}

/// A path of `REUSE.toml` as a pattern: `*` stays in a folder, `**` does not, `\` takes a sign literally.
fn glob(path: &str) -> Result<Regex, String> {
    let mut pattern = String::from("(?s)^");
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                if let Some(next) = chars.next() {
                    pattern.push_str(&regex::escape(next.encode_utf8(&mut [0; 4])));
                }
            }
            '*' if chars.peek() == Some(&'*') => {
                while chars.peek() == Some(&'*') {
                    chars.next();
                }
                // "**/" also stands for no folder at all.
                if chars.peek() == Some(&'/') {
                    chars.next();
                }
                pattern.push_str(".*");
            }
            '*' => pattern.push_str("[^/]*"),
            c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    compile(pattern, path)
}

fn dep5_glob(path: &str) -> Result<Regex, String> {
    let mut pattern = String::from("(?s)^");
    for c in path.chars() {
        match c {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    compile(pattern, path)
}

fn compile(mut pattern: String, path: &str) -> Result<Regex, String> {
    pattern.push('$');
    regex::RegexBuilder::new(&pattern)
        .size_limit(1 << 20)
        .build()
        .map_err(|_| format!("the path {path:?} is too long"))
}

/// The line of a place, from 1.
pub(super) fn line_of(text: &[u8], at: usize) -> u64 {
    let before = &text[..at.min(text.len())];
    memchr::memchr_iter(b'\n', before).count() as u64 + 1
}

/// Fields between two empty lines.
struct Paragraph {
    line: u64,
    fields: Vec<(String, String)>,
}

impl Paragraph {
    fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn wrong(&self, why: &str) -> Wrong {
        Wrong {
            line: Some(self.line),
            why: why.to_owned(),
        }
    }
}

/// Paragraphs of fields; a line that starts with a blank goes on.
fn paragraphs(text: &str) -> Result<Vec<Paragraph>, Wrong> {
    let mut all: Vec<Paragraph> = Vec::new();
    let mut open = false;
    for (number, line) in (1_u64..).zip(text.lines()) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        if !open {
            all.push(Paragraph {
                line: number,
                fields: Vec::new(),
            });
            open = true;
        }
        let Some(current) = all.last_mut() else {
            continue;
        };
        let wrong = |why: &str| Wrong {
            line: Some(number),
            why: why.to_owned(),
        };
        if line.starts_with([' ', '\t']) {
            let Some((_, value)) = current.fields.last_mut() else {
                return Err(wrong("a line goes on where no field has begun"));
            };
            value.push('\n');
            value.push_str(line.trim());
        } else {
            let Some((name, value)) = line.split_once(':') else {
                return Err(wrong("a line is neither a field nor goes on with one"));
            };
            let field = (name.trim().to_owned(), value.trim().to_owned());
            current.fields.push(field);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        glob(pattern).unwrap().is_match(path)
    }

    #[test]
    fn globs_of_the_specification() {
        assert!(matches("*.c", "a.c") && !matches("*.c", "b/a.c"));
        assert!(matches("**/*.c", "a.c") && matches("**/*.c", "x/y/a.c"));
        assert!(matches("src/**", "src/a/b") && !matches("src", "src/a"));
        assert!(matches("a?.[c]", "a?.[c]") && !matches("a?.c", "ab.c"));
        assert!(matches("\\*.c", "*.c") && !matches("\\*.c", "a.c"));
    }

    #[test]
    fn the_last_table_that_matches_holds() {
        let text = "version = 1\n[[annotations]]\npath = \"**\"\nSPDX-License-Identifier = \"MIT\"\n[[annotations]]\npath = [\"a\", \"b\"]\nSPDX-FileCopyrightText = \"X\"\n";
        let file = Annotations::toml("REUSE.toml", text).unwrap();
        assert_eq!(file.of("c").unwrap().expressions, ["MIT"]);
        assert!(file.of("a").unwrap().expressions.is_empty());
    }

    #[test]
    fn broken_files_are_errors() {
        for text in [
            "",
            "version = \"x\"",
            "version = 1\n[[annotations]]\nprecedence = \"closest\"",
            "version = 1\n[[annotations]]\npath = \"a\"\nprecedence = \"no\"",
            "=",
        ] {
            assert!(Annotations::toml("REUSE.toml", text).is_err(), "{text}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        let toml = |text: &str| Annotations::toml("REUSE.toml", text).unwrap_err().line;
        assert_eq!(
            toml("version = 1\n[[annotations]]\npath = \"a\"\nprecedence = \"no\"\n"),
            Some(4)
        );
        let dep5 = |text: &str| Annotations::dep5(".reuse/dep5", text).unwrap_err().line;
        assert_eq!(dep5("Format: x\n\nFiles: *\nLicense: MIT\n"), Some(3));
        assert_eq!(dep5("Format: x\n\nFiles: *\nnonsense\n"), Some(4));
        assert_eq!(dep5("Files: *\nCopyright: X\nLicense: MIT\n"), Some(1));
    }

    #[test]
    fn debian_paragraphs() {
        let text = "Format: x\n\nFiles: *\nCopyright: 2020 X\n 2021 Y\nLicense: MIT\n\nFiles: a/* b?\nCopyright: Z\nLicense: ISC\n text\n";
        let file = Annotations::dep5(".reuse/dep5", text).unwrap();
        assert_eq!(file.of("x/y").unwrap().copyrights, ["2020 X", "2021 Y"]);
        assert_eq!(file.of("a/b/c").unwrap().expressions, ["ISC"]);
    }
}
