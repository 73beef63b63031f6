// SPDX-License-Identifier: Apache-2.0

//! Shell text as commands: comments, here-documents, messages and installations are no evidence that a tool
//! runs. A recogniser for CI scripts, not a shell: it never evaluates anything.

use std::sync::LazyLock;

use regex::Regex;

/// Most bytes of one joined command line.
const LINE_LIMIT: usize = 8 << 10;

/// One command and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// Line of the file, from 1.
    pub(super) line: u64,
    /// Its text, continuation lines joined.
    pub(super) text: String,
}

static HERE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"<<-?\s*\\?["']?([A-Za-z_][A-Za-z0-9_]*)["']?"#).ok());

static QUIET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(sudo\s+)?(-E\s+)?([A-Z_]+=\S*\s+)*(
            echo\b | printf\b | print\b | which\b | command\s+-v\b | type\s
          | (apt(-get)?|dnf|yum|microdnf|apk|brew|choco|snap|zypper|gem|pipx?|pip3|(python3?\s+-m\s+pip)|go|cargo|npm|rustup|tdnf)\s+(-\S+\s+)*(install|add|get|component\s+add|toolchain\s+install)\b
          | git\s+(commit|clone|log|grep)\b | grep\b | sed\b | curl\b | wget\b | rm\b | mkdir\b | chmod\b | ls\b | export\b
        )",
    )
    .ok()
});

/// The commands of a script, comments and here-documents left out.
pub(super) fn commands<'t>(lines: impl Iterator<Item = (u64, &'t str)>) -> Vec<Command> {
    let mut found = Vec::new();
    let mut joined: Option<Command> = None;
    let mut until: Option<String> = None;
    for (number, raw) in lines {
        if let Some(word) = &until {
            if raw.trim() == word {
                until = None;
            }
            continue;
        }
        let line = uncommented(raw);
        let (text, goes_on) = match line.trim_end().strip_suffix('\\') {
            Some(head) => (head, true),
            None => (line.as_str(), false),
        };
        let command = joined.get_or_insert_with(|| Command {
            line: number,
            text: String::new(),
        });
        if command.text.len() + text.len() < LINE_LIMIT {
            if !command.text.is_empty() {
                command.text.push(' ');
            }
            command.text.push_str(text.trim());
        }
        if goes_on {
            continue;
        }
        if let Some(command) = joined.take().filter(|c| !c.text.is_empty()) {
            until = here_document(&command.text);
            found.push(command);
        }
    }
    found.extend(joined.filter(|c| !c.text.is_empty()));
    found
}

/// The word that ends a here-document begun on this line. One fed to a shell is commands, so it goes on.
fn here_document(text: &str) -> Option<String> {
    let word = HERE.as_ref()?.captures(text)?.get(1)?;
    let fed = ["bash", "sh", "ssh"];
    let first = text.split_whitespace().next().unwrap_or_default();
    (!fed.contains(&first) && !text.contains("<<<")).then(|| word.as_str().to_owned())
}

/// The line without its comment. A `#` inside quotes or a word is not one.
fn uncommented(line: &str) -> String {
    let mut quote: Option<char> = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open && before != '\\' => quote = None,
            (None, '"' | '\'' | '`') if before != '\\' => quote = Some(c),
            (None, '#') if before.is_whitespace() => return line[..at].to_owned(),
            _ => {}
        }
        before = c;
    }
    // An apostrophe in prose opens a quote that never closes: a comment is still one at the start.
    if line.trim_start().starts_with('#') {
        return String::new();
    }
    line.to_owned()
}

/// The parts of a command line that run something: messages and installations dropped.
pub(super) fn running(text: &str) -> impl Iterator<Item = &str> {
    let message = text.starts_with("echo ") && !text.contains('|');
    let whole = if message { "" } else { text };
    whole
        .split("&&")
        .flat_map(|part| part.split("||"))
        .flat_map(|part| part.split(';'))
        .map(|part| {
            part.trim()
                .trim_start_matches(['@', '-', '+', '(', '{', '!', ' '])
                .trim_start()
        })
        .filter(|part| !part.is_empty())
        .filter(|part| !QUIET.as_ref().is_some_and(|quiet| quiet.is_match(part)))
}

/// Words of a command, quotes dropped.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ';' | '&' | '|' | '(' | ')')
    })
    .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<String> {
        let lines = script.lines().enumerate().map(|(i, l)| (i as u64 + 1, l));
        commands(lines).into_iter().map(|c| c.text).collect()
    }

    #[test]
    fn comments_and_here_documents_are_no_commands() {
        let script = "# cosign sign\nmake x # gpg\necho 'a # b'\ncat <<EOF > notes\ncosign sign me\nEOF\ndone\nbash <<EOF\nmake y\nEOF\n";
        assert_eq!(
            texts(script),
            [
                "make x",
                "echo 'a # b'",
                "cat <<EOF > notes",
                "done",
                "bash <<EOF",
                "make y",
                "EOF"
            ]
        );
    }

    #[test]
    fn continued_lines_are_one_command() {
        assert_eq!(
            texts("docker run \\\n  image \\\n  golangci-lint run\nnext"),
            ["docker run image golangci-lint run", "next"]
        );
    }

    #[test]
    fn messages_and_installations_do_not_run_the_tool() {
        let parts = |t| running(t).map(str::to_owned).collect::<Vec<_>>();
        assert!(parts("echo run cosign sign; now").is_empty());
        assert!(parts("sudo apt-get install -y gpg").is_empty());
        assert_eq!(parts("pip install bandit && bandit -r x"), ["bandit -r x"]);
        assert_eq!(parts("@go install x; ./bin/x run"), ["./bin/x run"]);
    }
}
