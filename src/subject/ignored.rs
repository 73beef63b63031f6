// SPDX-License-Identifier: Apache-2.0

//! Which untracked files git would ignore: `.gitignore` files and `.git/info/exclude`.
//!
//! Patterns are parsed only when an untracked file asks, so a clean checkout pays nothing. Files are read
//! within a bound and only when regular (a FIFO named `.gitignore` stops other tools for good). As git has it:
//! no link is followed, no `.ignore` file is read; the user's own exclude file is not part of the repository.

use std::cell::OnceCell;
use std::rc::Rc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::disk::{Root, SmallError, native};
use super::{Notice, escape};

/// Largest ignore file, in bytes.
pub(super) const IGNORE_LIMIT: usize = 1 << 20;
/// Most patterns of one ignore file; beyond that compiling them costs hundreds of megabytes.
const PATTERN_LIMIT: usize = 4096;

/// The patterns of one folder, and of those above it.
pub(super) struct Rules {
    /// Folder they apply to, with `/` at the end; empty for the root.
    folder: Vec<u8>,
    file: Vec<u8>,
    /// Text that was read elsewhere: `info/exclude`.
    given: Option<Vec<u8>>,
    compiled: OnceCell<Option<Gitignore>>,
    above: Option<Rc<Rules>>,
}

impl Rules {
    /// Those of the `.gitignore` in `folder`, laid over `above`.
    pub(super) fn of_folder(folder: &[u8], above: Option<Rc<Rules>>) -> Rc<Rules> {
        Rc::new(Rules {
            folder: folder.to_vec(),
            file: [folder, b".gitignore"].concat(),
            given: None,
            compiled: OnceCell::new(),
            above,
        })
    }

    /// Those of `info/exclude`.
    pub(super) fn of_clone(text: Vec<u8>) -> Rc<Rules> {
        Rc::new(Rules {
            folder: Vec::new(),
            file: b".git/info/exclude".to_vec(),
            given: Some(text),
            compiled: OnceCell::new(),
            above: None,
        })
    }

    /// Whether git would ignore `path`; the nearest file that says anything decides.
    pub(super) fn ignores(
        &self,
        root: &Root,
        path: &[u8],
        is_folder: bool,
        notices: &mut Vec<Notice>,
    ) -> bool {
        let mut rules = Some(self);
        while let Some(at) = rules {
            let compiled = at.compiled.get_or_init(|| at.compile(root, notices));
            if let (Some(patterns), Some(path)) = (compiled, path.strip_prefix(&at.folder[..])) {
                let matched = patterns.matched(native(path), is_folder);
                if !matched.is_none() {
                    return matched.is_ignore();
                }
            }
            rules = at.above.as_deref();
        }
        false
    }

    fn compile(&self, root: &Root, notices: &mut Vec<Notice>) -> Option<Gitignore> {
        let mut refuse = |why: String| {
            let message = format!(
                "its ignore patterns are not used, because {why}; files they would hide are listed as untracked"
            );
            notices.push(Notice::left_out(&escape(&self.file), message));
            None
        };
        let text = match &self.given {
            Some(text) => text.clone(),
            None => match root.small(&self.file, IGNORE_LIMIT) {
                Ok(text) => text,
                Err(SmallError::Absent) => return None,
                Err(SmallError::Refused(why)) => return refuse(why),
            },
        };
        let text = String::from_utf8_lossy(&text);
        if text.lines().count() > PATTERN_LIMIT {
            return refuse(format!("there are more than {PATTERN_LIMIT} patterns"));
        }
        let mut builder = GitignoreBuilder::new("");
        for line in text.trim_start_matches('\u{feff}').lines() {
            // Git passes over a pattern that makes no sense.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(patterns) => Some(patterns),
            Err(_) => refuse("they cannot be compiled within bounds".into()),
        }
    }
}
