// SPDX-License-Identifier: Apache-2.0

//! The plan as a patch that `git apply` takes.
//!
//! Only whole lines are ever put in, so a hunk is known without comparing: no file is read again. No line of
//! the repository is shown (it could steer a terminal): hunks carry no context, and `git apply
//! --unidiff-zero` takes them. Names that are not plain are quoted as git quotes them.

use std::fmt::Write as _;

use super::{Change, Edit};

/// The changes as one patch.
pub fn patch(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let (old, new) = (quoted("a/", &change.path), quoted("b/", &change.path));
        let _ = writeln!(out, "diff --git {old} {new}");
        match &change.edit {
            Edit::Create {
                content,
                executable,
            } => {
                let mode = if *executable { "100755" } else { "100644" };
                let _ = write!(out, "new file mode {mode}\n--- /dev/null\n+++ {new}\n");
                hunk(&mut out, "-0,0", 1, content);
            }
            Edit::Replace { .. } => {
                out.truncate(out.len() - format!("diff --git {old} {new}\n").len());
                let path = quoted("", &change.path);
                let _ = writeln!(
                    out,
                    "# {path}: written over; a patch would have to show what it held"
                );
            }
            Edit::Insert { at, head, .. } if *at > 0 && head[*at - 1] != b'\n' => {
                // After a byte order mark, or after a last line without an end: a patch would have to repeat
                // the line as it stands.
                out.truncate(out.len() - format!("diff --git {old} {new}\n").len());
                let path = quoted("", &change.path);
                let _ = writeln!(
                    out,
                    "# {path}: changed within a line; --write does it, a patch cannot"
                );
            }
            Edit::Insert { at, text, head } => {
                let before = memchr::memchr_iter(b'\n', &head[..*at]).count();
                let _ = write!(out, "--- {old}\n+++ {new}\n");
                hunk(&mut out, &format!("-{before},0"), before + 1, text);
            }
        }
    }
    out
}

fn hunk(out: &mut String, old: &str, start: usize, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let count = text.split_inclusive('\n').count();
    let _ = writeln!(out, "@@ {old} +{start},{count} @@");
    for line in text.split_inclusive('\n') {
        out.push('+');
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// A path as git writes it (`core.quotePath`): in quotes with octal escapes when it is not plain ASCII.
fn quoted(side: &str, path: &str) -> String {
    let plain = |b: u8| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\';
    if path.bytes().all(plain) {
        return format!("{side}{path}");
    }
    let mut out = format!("\"{side}");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            byte if plain(byte) => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(at: usize, text: &str, head: &str) -> Change {
        Change {
            rules: Vec::new(),
            path: "a.sh".into(),
            edit: Edit::Insert {
                at,
                text: text.into(),
                head: head.into(),
            },
            blanks: Vec::new(),
        }
    }

    #[test]
    fn an_insertion_is_a_hunk_without_context() {
        let want = "diff --git a/a.sh b/a.sh\n--- a/a.sh\n+++ b/a.sh\n@@ -1,0 +2,2 @@\n+# x\n+\n";
        assert_eq!(patch(&[insert(10, "# x\n\n", "#!/bin/sh\necho\n")]), want);
    }

    #[test]
    fn what_a_patch_cannot_say_is_said_in_words() {
        let told = patch(&[insert(3, "# x\n", "\u{feff}echo\n")]);
        assert_eq!(
            told,
            "# a.sh: changed within a line; --write does it, a patch cannot\n"
        );
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(quoted("a/", "x y.rs"), "a/x y.rs");
        assert_eq!(quoted("a/", "\u{e9}\n.rs"), "\"a/\\303\\251\\012.rs\"");
    }
}
