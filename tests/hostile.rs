// SPDX-License-Identifier: Apache-2.0

//! A repository in which everything that a stranger may choose attacks the reader of the report: each format
//! and standard error are judged by the runner's own grammar, a CommonMark parser, an XML parser, a JSON
//! parser, and Unicode's own categories.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/program.rs"]
mod program;
#[path = "support/runner.rs"]
mod runner;
mod support;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Output;
use std::sync::LazyLock;

use clap::ValueEnum;
use program::{err, out, provost};
use provost::output::Format;
use pulldown_cmark::{Event, Options, Parser, Tag};
use regex::Regex;
use support::{Repo, git};

/// Names of files, any bytes but `/` and NUL.
const NAMES: &[&[u8]] = &[
    b"x\n::error file=README.md,line=1::pwned.rs",
    b"::add-mask::x.rs",
    b"a##[error]p.rs",
    b"a##[stop-commands]x.rs",
    b"#",
    b"esc\x1b[2K\x1b[1A.rs",
    b"osc\x1b]8;;https:evil.example\x07.rs",
    b"osc\x1b]52;c;ZXZpbA==\x1b\\.rs",
    b"cr\rover.rs",
    b"del\x7f.rs",
    b"c1\xc2\x9b31m.rs",
    b"[click](javascript:alert(1)).rs",
    b"![p](https:evil.example).rs",
    b"<img src=x onerror=alert(1)>.rs",
    b"<!-- a.rs",
    b"a|b`c`.rs",
    b"``` @team #12 GH-4.rs",
    b"~~~.rs",
    b"rtl\xe2\x80\xaegnp.rs",
    b"zero\xe2\x80\x8bwidth\xef\xbb\xbf.rs",
    b"line\xe2\x80\xa8sep\xe2\x80\xa9.rs",
    b"tag\xf3\xa0\x81\x81.rs",
    b"inv\xff\xfe.rs",
    b"lone\xed\xa0\x80.rs",
    b"c%0A::error::.rs",
    b"col:on,comma.rs",
    b"sp ace#frag?q.rs",
    b" lead.rs",
    b"-rf",
    b"--config=x.rs",
    b"=cmd().rs",
    b"$(touch pwned).rs",
    b"]]>&amp;&#x1b;.rs",
    b"\"quote'.rs",
    b"back\\slash.rs",
    b"C:\\con.rs",
    b"LICEN\xd0\xa1E",
];

/// The same as words, for texts, authors, subjects, values.
fn words() -> Vec<String> {
    let name = |bytes: &&[u8]| String::from_utf8_lossy(bytes).into_owned();
    let more = [
        "https://evil.example/?a=b",
        "[x](https://evil.example) @everyone",
        "</details></summary><h1>x",
        "<script>alert(1)</script>",
        "{{ evil }} ${{ github.token }}",
    ];
    NAMES
        .iter()
        .map(name)
        .chain(more.map(str::to_owned))
        .collect()
}

const SECRET: &str = "s3cr3t-t0ken";

#[allow(clippy::too_many_lines, reason = "one repository")]
fn hostile() -> Repo {
    let words = words();
    let all = words.join("\n- ");
    let quoted = |word: &str| toml::Value::String(word.to_owned()).to_string();
    let mut config = String::from("profiles = [\"all\"]\nexclude = [\"nothing##[error]x\"]\n");
    for (n, word) in words.iter().enumerate() {
        // An address that is given as an approval is linked by design.
        let link = word.starts_with("https:");
        let approval = quoted(if link {
            "https://approvals.example/"
        } else {
            word
        });
        let (word, rule) = (quoted(word), ["spdx-header", "changelog"][n % 2]);
        config.push_str(&format!(
            "[[waiver]]\nrule = \"{rule}\"\npath = \"never/{n}\"\nreason = {word}\napprover = {word}\napproval = {approval}\n"
        ));
    }
    config.push_str(&format!(
        "[[waiver]]\nrule = \"changelog\"\nreason = {0}\n[[attestation]]\nrule = \"governance-active\"\nstatement = {0}\nby = {0}\ndate = \"2026-11-01\"\nlink = \"https://approvals.example/##[error]\"\n",
        quoted(&all)
    ));
    let steps: String = words
        .iter()
        .map(|word| {
            let word = serde_json::to_string(word).unwrap();
            format!("      - name: {word}\n        uses: {word}\n      - run: {word}\n")
        })
        .collect();
    let workflow = format!(
        "name: {0}\non: [pull_request_target]\njobs:\n  {0}:\n    runs-on: ubuntu-latest\n    steps:\n{steps}",
        serde_json::to_string(&words[0]).unwrap()
    );
    let badges: String = words
        .iter()
        .map(|word| {
            format!("![b](https://www.bestpractices.dev/projects/{word}/badge) [{word}]({word})\n")
        })
        .collect();
    let mut repo = Repo::new()
        .file("README.md", format!("# {}\n\n- {all}\n\n{badges}\n", words[5]))
        .file(".provost.toml", config)
        .file(".github/workflows/##[error]x.yml", &workflow)
        .file(".github/workflows/release.yml", &workflow)
        .file("LICENSE", format!("{all}\nPermission is hereby granted, free of charge"))
        .file("CODEOWNERS", format!("* @a##[error]b\n{all}\n"))
        .file("MAINTAINERS.md", format!("# Maintainers\n\n| Name | Handle | Company |\n|--|--|--|\n{}\n",
            words.iter().map(|w| format!("| {w} | @x{w} | {w} |\n")).collect::<String>()))
        .file("ADOPTERS.md", format!("# Adopters\n\n- {all}\n"))
        .file("SECURITY.md", format!("# Security policy\n\nReport to {all} by e-mail evil@evil.example.\n"))
        .file("CODE_OF_CONDUCT.md", format!("# Code of Conduct\n\n{all}\n\nReport to [INSERT {}]\n", words[2]))
        .file("GOVERNANCE.md", format!("# Governance\n\nTODO {all}\n"))
        .file("REUSE.toml", format!("version = 1\n[[annotations]]\npath = {0}\nSPDX-License-Identifier = {0}\n", quoted(&words[2])))
        .file("package.json", serde_json::json!({"license": words[2], "name": words[5]}).to_string())
        .file(".mailmap", format!("{all} <a@b> <c@d>\n"))
        .link("SUPPORT.md", "../../../../etc/##[error]passwd")
        .remote("origin", &format!("https://x-access-token:{SECRET}@evil.example/ow##[error]ner/na\u{202e}me.git?k={SECRET}"));
    for (n, name) in NAMES.iter().enumerate() {
        let text = format!(
            "// SPDX-License-Identifier: {}\n// Copyright {}\n",
            words[n], words[n]
        );
        for folder in ["src", "docs"] {
            let at = repo.path().join(folder);
            fs::create_dir_all(&at).unwrap();
            fs::write(
                at.join(OsStr::from_bytes(name)),
                if n % 2 == 0 { &text } else { "fn main() {}\n" },
            )
            .unwrap();
        }
    }
    fs::write(repo.path().join("n".repeat(255)), "fn main() {}\n").unwrap();
    let deep = repo.path().join("d##[error]/".repeat(200));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("a.rs"), "fn main() {}\n").unwrap();
    git(&repo.path(), &["add", "-A", "-f"]);
    git(&repo.path(), &["update-index", "--index-version", "2"]);
    repo.git().index().unwrap().read(true).unwrap();
    for word in &words {
        let name: String = word
            .chars()
            .filter(|c| !matches!(c, '<' | '>' | '\n' | '\0'))
            .collect();
        let name = if name.trim().is_empty() {
            "x".to_owned()
        } else {
            name
        };
        repo = repo.commit_for((&name, &format!("{name}@evil.example")), ("A", "a@b"), word);
        repo = repo.commit(&format!("{word}\n\nSigned-off-by: {word} <{word}>"));
    }
    // Names that git itself would not make.
    let refs: String = words
        .iter()
        .filter(|word| !word.contains(['\n', ' ']))
        .flat_map(|word| {
            ["heads", "tags"].map(|kind| format!("{} refs/{kind}/{word}\n", repo.head()))
        })
        .collect();
    repo.in_git("packed-refs", refs)
}

/// Every character that steers a terminal, a log or an eye: control, format, line and paragraph separators.
static STEERING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\t]]").unwrap());

fn judge(text: &str, what: &str) {
    if let Some(found) = STEERING.find(text) {
        panic!(
            "{what}: {:?} in {:?}",
            found.as_str(),
            around(text, found.start())
        );
    }
    if let Some(at) = text.find(SECRET) {
        panic!("{what}: the secret, in {:?}", around(text, at));
    }
}

fn around(text: &str, at: usize) -> String {
    text.lines()
        .scan(0, |start, line| {
            let from = *start;
            *start += line.len() + 1;
            Some((from, line))
        })
        .filter(|(from, line)| *from <= at && at <= from + line.len())
        .map(|(_, line)| line.chars().take(300).collect::<String>())
        .collect()
}

fn markdown(text: &str) {
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://"), "{dest_url}");
                let foreign = dest_url.contains("evil.example")
                    && !dest_url.starts_with("https://evil.example/ow");
                assert!(!foreign, "a link that the repository wrote: {dest_url}");
            }
            Event::Start(Tag::Image { dest_url, .. }) => panic!("an image: {dest_url}"),
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = |line: &str| {
                    matches!(line, "" | "<details>" | "</details>")
                        || (line.starts_with("<summary>") && line.matches('<').count() <= 2)
                };
                assert!(html.lines().all(ours), "{html}");
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                panic!("{event:?}")
            }
            Event::Text(text) => {
                for word in text.split_whitespace() {
                    assert!(!word.starts_with('@') && !word.contains("://"), "{word}");
                }
            }
            _ => {}
        }
    }
}

/// Elements and attributes of an HTML page must be of the kinds that a report has, and load nothing.
fn html(text: &str) {
    let tag =
        Regex::new(r#"<(/?)([A-Za-z!][A-Za-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>"#).unwrap();
    let rest = tag.replace_all(text, "");
    assert!(
        !rest.contains('<'),
        "{:?}",
        around(&rest, rest.find('<').unwrap_or(0))
    );
    for found in tag.captures_iter(text) {
        let (name, attributes) = (found[2].to_ascii_lowercase(), found[3].to_ascii_lowercase());
        let bad = [
            "img", "iframe", "object", "embed", "form", "base", "link", "video",
        ];
        assert!(!bad.contains(&name.as_str()), "{name}");
        for part in [
            " onerror=",
            " onload=",
            " onclick=",
            " src=",
            "\"javascript:",
        ] {
            assert!(!attributes.contains(part), "<{name}{attributes}>");
        }
    }
    assert!(!text.contains("<script>alert"));
}

fn xml(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
            }
            _ => {}
        }
    }
}

fn run(repo: &Repo, args: &[&str], actions: bool) -> Output {
    let mut command = provost();
    command.current_dir(repo.path()).args(args);
    if actions {
        command.env("GITHUB_ACTIONS", "true").env("CI", "true");
    }
    command.output().unwrap()
}

#[test]
fn no_format_passes_an_attack_on() {
    let repo = hostile();
    for format in Format::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        for at in [&[][..], &["--at", "HEAD"]] {
            let mut args = vec!["check", ".", "--offline", "--now", "2026-11-20T12:00:00Z"];
            args.extend(["--profile", "all", "--format", &name, "--verbose"]);
            args.extend(at);
            if name == "sarif" {
                args.extend(["--sarif-kinds", "pass,open,review,notApplicable"]);
            }
            let output = run(&repo, &args, true);
            let (report, log) = (out(&output), err(&output));
            assert!(!report.is_empty(), "{name}: {log}");
            assert!(
                !log.contains("panicked") && !report.contains("panicked"),
                "{name}"
            );
            judge(&report, &name);
            judge(&log, "standard error");
            for command in runner::commands(&report) {
                let ours = ["error", "warning", "notice"].contains(&command.name.as_str());
                assert!(
                    name == "github" && ours && !command.old,
                    "{name}: {command:?}"
                );
                let known = ["file", "line", "title"];
                assert!(
                    command
                        .properties
                        .iter()
                        .all(|(key, _)| known.contains(&key.as_str())),
                    "{command:?}"
                );
                assert!(!command.data.contains(['\n', '\r']), "{command:?}");
            }
            assert_eq!(runner::commands(&log), [], "standard error");
            match name.as_str() {
                "json" => drop(serde_json::from_str::<serde_json::Value>(&report).unwrap()),
                "sarif" => sarif(&report),
                "markdown" => markdown(&report),
                "html" => html(&report),
                "junit" => xml(&report),
                _ => {}
            }
        }
    }
}

/// A viewer decodes the strings and shows them: these must be clean as well.
fn sarif(text: &str) {
    fn walk(value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) => judge(text, "sarif"),
            serde_json::Value::Array(items) => items.iter().for_each(walk),
            serde_json::Value::Object(map) => map.iter().for_each(|(key, item)| {
                judge(key, "sarif");
                walk(item);
            }),
            _ => {}
        }
    }
    let log: serde_json::Value = serde_json::from_str(text).unwrap();
    walk(&log);
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().unwrap();
        assert!(
            !uri.is_empty() && !uri.starts_with('/') && !uri.contains(':'),
            "{uri}"
        );
        assert!(uri.split('/').all(|part| part != ".."), "{uri}");
        assert!(
            uri.is_ascii() && !uri.contains(|c: char| c == ' ' || "<>[]\"`|\\^{}#?".contains(c)),
            "{uri}"
        );
    }
}

#[test]
fn complaints_pass_no_attack_on() {
    let repo = hostile();
    fs::remove_file(repo.path().join(".provost.toml")).unwrap();
    for word in words() {
        if word.contains('\0') {
            continue;
        }
        let key = toml::Value::String(word.clone()).to_string();
        let config = repo.outside().join("c.toml");
        fs::write(&config, format!("{key} = 1\n")).unwrap();
        let config = config.to_str().unwrap();
        let cases: [&[&str]; 10] = [
            &["check", ".", "--offline", "--rule", &word],
            &["check", ".", "--offline", "--profile", &word],
            &["check", ".", "--offline", "--at", &word],
            &[
                "check",
                ".",
                "--offline",
                "--rule",
                "dco-sign-off",
                "--commits",
                &word,
            ],
            &["check", "--offline", &word],
            &["check", ".", "--offline", "--config", config],
            &["check", ".", "--offline", "--now", &word],
            &["check", ".", "--format", &word],
            &["explain", &word],
            &[&word],
        ];
        for args in cases {
            let output = run(&repo, args, true);
            let log = err(&output);
            judge(&log, &format!("{args:?}"));
            assert_eq!(runner::commands(&log), [], "{args:?}");
            assert_eq!(runner::commands(&out(&output)), [], "{args:?}");
        }
    }
}
