// SPDX-License-Identifier: Apache-2.0

//! What GitHub's runner takes for a command in a job's log (`ActionCommand.cs`, `OutputManager.cs`), standard
//! output and standard error alike.
#![allow(dead_code, reason = "each test uses its part")]

/// Commands that the runner registers; others are only text.
const REGISTERED: [&str; 15] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// A command as the runner reads it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// Written `##[name …]data`, anywhere in a line.
    pub(crate) old: bool,
    /// In lower case.
    pub(crate) name: String,
    /// Unescaped.
    pub(crate) properties: Vec<(String, String)>,
    /// Unescaped.
    pub(crate) data: String,
}

/// The commands in a log. The runner cuts lines at CR, LF and CRLF.
pub(crate) fn commands(log: &str) -> Vec<Command> {
    log.split(['\n', '\r'])
        .filter_map(|line| new(line).or_else(|| old(line)))
        .filter(|command| REGISTERED.contains(&command.name.as_str()))
        .collect()
}

/// `::name k=v,k=v::data` at the start of a line, white space aside.
fn new(line: &str) -> Option<Command> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, data) = rest.split_once("::")?;
    Some(parsed(false, head, data, ','))
}

/// `##[name k=v;k=v]data` anywhere in a line.
fn old(line: &str) -> Option<Command> {
    let rest = &line[line.find("##[")? + 3..];
    let (head, data) = rest.split_once(']')?;
    Some(parsed(true, head, data, ';'))
}

fn parsed(old: bool, head: &str, data: &str, between: char) -> Command {
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let properties = properties.split(between).filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        Some((key.to_owned(), unescape(value)))
    });
    Command {
        old,
        name: name.to_ascii_lowercase(),
        properties: properties.collect(),
        data: unescape(data),
    }
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (code, c) in [
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%3B", ";"),
        ("%5D", "]"),
        ("%25", "%"),
    ] {
        text = text.replace(code, c);
    }
    text
}

#[test]
fn both_grammars_are_known() {
    let log =
        "  ::error file=a%2Cb,line=1::x%0Ay\nsrc/a##[Warning k=v;l=w]z\n::unknown::x\n:: error::";
    let found = commands(log);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        (found[0].data.as_str(), found[0].properties[0].1.as_str()),
        ("x\ny", "a,b")
    );
    assert!(found[1].old && found[1].name == "warning" && found[1].properties.len() == 2);
}
