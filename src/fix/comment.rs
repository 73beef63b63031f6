// SPDX-License-Identifier: Apache-2.0

//! How a comment is written in each kind of file. One table by extension, one by whole name.
//!
//! A kind that is not here gets no comment: a wrong mark breaks a build, a `.license` file beside it does not.
//! Kinds in which a comment cannot stand at all (JSON, CSV, pictures) are absent on purpose.

/// The marks of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marks {
    /// To the end of the line, after these characters.
    Line(&'static str),
    /// Between an opening and a closing mark.
    Block(&'static str, &'static str),
}

use Marks::{Block, Line};

const C: Marks = Block("/*", "*/");
const SLASHES: Marks = Line("//");
const HASH: Marks = Line("#");
const DASHES: Marks = Line("--");
const SEMICOLONS: Marks = Line(";;");
const MARKUP: Marks = Block("<!--", "-->");

/// By extension, in lower case; sorted.
const EXTENSIONS: &[(&str, Marks)] = &[
    ("1", Line(".\\\"")),
    ("5", Line(".\\\"")),
    ("7", Line(".\\\"")),
    ("8", Line(".\\\"")),
    ("ada", DASHES),
    ("adb", DASHES),
    ("adoc", SLASHES),
    ("ads", DASHES),
    ("asciidoc", SLASHES),
    ("asl", C),
    ("asm", Line(";")),
    ("awk", HASH),
    ("bash", HASH),
    ("bat", Line("@REM")),
    ("bpf", C),
    ("bzl", HASH),
    ("c", C),
    ("c++", SLASHES),
    ("cc", SLASHES),
    ("cjs", SLASHES),
    ("cl", SLASHES),
    ("clj", SEMICOLONS),
    ("cljs", SEMICOLONS),
    ("cmake", HASH),
    ("cmd", Line("@REM")),
    ("conf", HASH),
    ("cpp", SLASHES),
    ("cppm", SLASHES),
    ("cs", SLASHES),
    ("csh", HASH),
    ("css", C),
    ("cts", SLASHES),
    ("cu", SLASHES),
    ("cue", SLASHES),
    ("cuh", SLASHES),
    ("cxx", SLASHES),
    ("d", SLASHES),
    ("dart", SLASHES),
    ("dts", C),
    ("dtsi", C),
    ("dtso", C),
    ("el", SEMICOLONS),
    ("erl", Line("%")),
    ("ex", HASH),
    ("exs", HASH),
    ("f90", Line("!")),
    ("fbs", SLASHES),
    ("fish", HASH),
    ("fs", SLASHES),
    ("fsx", SLASHES),
    ("glsl", C),
    ("go", SLASHES),
    ("gradle", SLASHES),
    ("graphql", HASH),
    ("groovy", SLASHES),
    ("h", C),
    ("h++", SLASHES),
    ("hcl", HASH),
    ("hh", SLASHES),
    ("hlsl", C),
    ("hpp", SLASHES),
    ("hrl", Line("%")),
    ("hs", DASHES),
    ("htm", MARKUP),
    ("html", MARKUP),
    ("hxx", SLASHES),
    ("inl", C),
    ("ino", SLASHES),
    ("ipp", SLASHES),
    ("java", SLASHES),
    ("jl", HASH),
    ("js", SLASHES),
    ("jsonnet", SLASHES),
    ("jsx", SLASHES),
    ("kt", SLASHES),
    ("kts", SLASHES),
    ("ld", C),
    ("lds", C),
    ("less", C),
    ("lisp", SEMICOLONS),
    ("lua", DASHES),
    ("md", MARKUP),
    ("mjs", SLASHES),
    ("mk", HASH),
    ("ml", Block("(*", "*)")),
    ("mli", Block("(*", "*)")),
    ("mm", SLASHES),
    ("mod", SLASHES),
    ("move", SLASHES),
    ("mts", SLASHES),
    ("nim", HASH),
    ("nix", HASH),
    ("pas", SLASHES),
    ("php", SLASHES),
    ("pl", HASH),
    ("pm", HASH),
    ("properties", HASH),
    ("proto", SLASHES),
    ("ps1", HASH),
    ("psm1", HASH),
    ("pxd", HASH),
    ("py", HASH),
    ("pyi", HASH),
    ("pyx", HASH),
    ("r", HASH),
    ("rake", HASH),
    ("rb", HASH),
    ("rego", HASH),
    ("rs", SLASHES),
    ("rst", Line("..")),
    ("s", C),
    ("sass", SLASHES),
    ("scala", SLASHES),
    ("scm", SEMICOLONS),
    ("scss", C),
    ("sh", HASH),
    ("sol", SLASHES),
    ("sql", DASHES),
    ("star", HASH),
    ("sv", SLASHES),
    ("svelte", MARKUP),
    ("svg", MARKUP),
    ("svh", SLASHES),
    ("swift", SLASHES),
    ("tcl", HASH),
    ("tex", Line("%")),
    ("tf", HASH),
    ("thrift", SLASHES),
    ("toml", HASH),
    ("ts", SLASHES),
    ("tsx", SLASHES),
    ("v", SLASHES),
    ("vala", SLASHES),
    ("vb", Line("'")),
    ("vbs", Line("'")),
    ("vhd", DASHES),
    ("vhdl", DASHES),
    ("vim", Line("\"")),
    ("vue", MARKUP),
    ("wgsl", SLASHES),
    ("wit", SLASHES),
    ("xml", MARKUP),
    ("xsd", MARKUP),
    ("yaml", HASH),
    ("yml", HASH),
    ("zig", SLASHES),
    ("zsh", HASH),
];

/// By whole name, in lower case, for files whose extension says nothing or something else; sorted.
const NAMES: &[(&str, Marks)] = &[
    ("build", HASH),
    ("build.bazel", HASH),
    ("cmakelists.txt", HASH),
    ("codeowners", HASH),
    ("configure.ac", Line("dnl")),
    ("containerfile", HASH),
    ("dockerfile", HASH),
    ("gemfile", HASH),
    ("gnumakefile", HASH),
    ("jenkinsfile", SLASHES),
    ("justfile", HASH),
    ("kbuild", HASH),
    ("kconfig", HASH),
    ("makefile", HASH),
    ("makefile.am", HASH),
    ("makefile.in", HASH),
    ("meson.build", HASH),
    ("meson_options.txt", HASH),
    ("rakefile", HASH),
    ("requirements.txt", HASH),
    ("sconscript", HASH),
    ("sconstruct", HASH),
    ("snakefile", HASH),
    ("tiltfile", HASH),
    ("vagrantfile", HASH),
    ("workspace", HASH),
    ("wscript", HASH),
];

/// Interpreters of scripts without an extension, as they end the first line, and their marks.
const INTERPRETERS: &[(&str, Marks)] = &[
    ("ash", HASH),
    ("awk", HASH),
    ("bash", HASH),
    ("dash", HASH),
    ("fish", HASH),
    ("ksh", HASH),
    ("lua", DASHES),
    ("make", HASH),
    ("node", SLASHES),
    ("nodejs", SLASHES),
    ("perl", HASH),
    ("php", SLASHES),
    ("pypy", HASH),
    ("python", HASH),
    ("ruby", HASH),
    ("sed", HASH),
    ("sh", HASH),
    ("tclsh", HASH),
    ("zsh", HASH),
];

/// How a comment is written in a file of this name that begins like this; `None` when nothing is sure.
pub(crate) fn marks(name: &str, head: &[u8]) -> Option<Marks> {
    let name = name.to_ascii_lowercase();
    let whole = |key: &str| {
        NAMES
            .binary_search_by(|(known, _)| (*known).cmp(key))
            .ok()
            .map(|i| NAMES[i].1)
    };
    if let Some(marks) = whole(&name) {
        return Some(marks);
    }
    for prefix in ["dockerfile.", "makefile.", "kconfig."] {
        if name.starts_with(prefix) {
            return whole(&prefix[..prefix.len() - 1]);
        }
    }
    let stem = name.strip_suffix(".in").unwrap_or(&name);
    if let Some((_, extension)) = stem.rsplit_once('.') {
        if extension == "m" {
            return objective_c(head).then_some(SLASHES);
        }
        if let Ok(i) = EXTENSIONS.binary_search_by(|(known, _)| (*known).cmp(extension)) {
            return Some(EXTENSIONS[i].1);
        }
    }
    interpreter(head)
}

/// `.m` is Objective-C or MATLAB; only the first has these words.
fn objective_c(head: &[u8]) -> bool {
    let words = [
        b"#import".as_slice(),
        b"#include",
        b"@interface",
        b"@implementation",
    ];
    words
        .iter()
        .any(|word| memchr::memmem::find(head, word).is_some())
}

fn interpreter(head: &[u8]) -> Option<Marks> {
    let line = head.strip_prefix(b"#!")?;
    let line = line.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line
        .split_whitespace()
        .map(|w| w.rsplit('/').next().unwrap_or(w));
    let first = words.next()?;
    let program = if first == "env" {
        words.find(|w| !w.starts_with('-') && !w.contains('='))?
    } else {
        first
    };
    let bare = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    INTERPRETERS
        .iter()
        .find(|(known, _)| *known == bare)
        .map(|(_, marks)| *marks)
}

#[cfg(test)]
pub(crate) fn every_name() -> impl Iterator<Item = String> {
    let extensions = EXTENSIONS.iter().map(|(e, _)| format!("file.{e}"));
    extensions.chain(NAMES.iter().map(|(name, _)| (*name).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_so_that_the_search_finds_every_entry() {
        assert!(EXTENSIONS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn marks_by_name_extension_and_first_line() {
        assert_eq!(marks("main.rs", b""), Some(SLASHES));
        assert_eq!(marks("Makefile", b""), Some(HASH));
        assert_eq!(marks("Dockerfile.dev", b""), Some(HASH));
        assert_eq!(marks("config.h.in", b""), Some(C));
        assert_eq!(
            marks("run", b"#!/usr/bin/env -S python3.11 -u\n"),
            Some(HASH)
        );
        assert_eq!(marks("run", b"#!/usr/bin/node\n"), Some(SLASHES));
        assert_eq!(
            marks("view.m", b"#import <Foundation/Foundation.h>\n"),
            Some(SLASHES)
        );
    }

    #[test]
    fn nothing_is_guessed() {
        for name in ["data.json", "logo.png", "solve.m", "README", "x.f", "run"] {
            assert_eq!(marks(name, b"#!/opt/strange\n"), None, "{name}");
        }
    }
}
