// SPDX-License-Identifier: Apache-2.0

//! Readers of text that stand alone, and what is written again from what was read.

use provost::config::{self, Config};
use provost::output::{self, Format, Style, clean};
use provost::report::{Kind, Report};
use provost::subject::event;
use provost::subject::history::{Range, shallow_ids, sign_offs_in};
use provost::text::{self, Markup, Text, yaml};

use super::mutate::fuzz;
use super::rules::catalogue;
use super::runner;

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn configuration() {
    let seed = b"profiles = [\"minimal\"]\nexclude = [\"a/**\"]\n[rules.changelog]\nlevel = \"note\"\nwith = {a = 1}\n[documents]\ngovernance-document = \"docs/g.md\"\n[subject]\nremote = \"https://a.example/o/n\"\n[review]\nlast = \"2025-11-20\"\n[[waiver]]\nrule = \"changelog\"\nreason = \"later\"\nexpires = \"2027-01-01\"\n[[attestation]]\nrule = \"x\"\nstatement = \"s\"\nby = \"A\"\ndate = \"2026-01-01\"\n";
    fuzz(400, &[seed], |bytes| {
        let text = lossy(bytes);
        let lines = text.matches('\n').count() + 1;
        match Config::parse(".provost.toml", &text) {
            Ok(config) => assert!(config.waivers.iter().all(|w| !w.reason.trim().is_empty())),
            Err(error) => {
                assert!(
                    error.line.is_none_or(|line| (1..=lines).contains(&line)),
                    "{error}"
                );
                assert!(!error.message.is_empty() && !error.message.contains('\n'));
            }
        }
    });
}

#[test]
fn exemptions_of_other_tools() {
    let seed = b"exemptions:\n  - check: artifacthub_badge\n    reason: \"none\"\n  - check: license\n    reason: >\n      x\nlicenseScanning:\n  url: https://a.example\n";
    fuzz(300, &[seed], |bytes| {
        let text = lossy(bytes);
        if let Ok(waivers) = config::exemptions(".clomonitor.yml", &text) {
            assert!(waivers.iter().all(|waiver| waiver.foreign));
        }
    });
}

fn nodes(node: &yaml::Node, depth: usize, lines: u64, count: &mut usize) {
    *count += 1;
    assert!(
        depth <= yaml::DEPTH_LIMIT + 1 && node.line <= lines,
        "line {} of {lines}",
        node.line
    );
    for item in node.items() {
        nodes(item, depth + 1, lines, count);
    }
    for (_, item) in node.entries() {
        nodes(item, depth + 1, lines, count);
    }
}

#[test]
fn yaml() {
    let seeds: [&[u8]; 3] = [
        b"a: &x {b: [1, 2, *x]}\nc: |\n  t\n  u\nd: >-\n  v\n? e\n: f\n<<: *x\n---\n- g\n- !!str h\n...\n",
        b"a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: &d [*c, *c, *c, *c]\ne: [*d, *d, *d, *d]\n",
        b"{a: {b: {c: [[[[{}]]]]}}}\n",
    ];
    fuzz(400, &seeds, |bytes| {
        let text = lossy(bytes);
        let lines = text
            .split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
            .count() as u64;
        let Ok(documents) = yaml::parse(&text) else {
            return;
        };
        let mut count = 0;
        for document in &documents {
            nodes(document, 0, lines, &mut count);
        }
        assert!(count <= yaml::NODE_LIMIT + documents.len(), "{count}");
    });
}

#[test]
fn markup() {
    let seeds: [&[u8]; 3] = [
        b"# A\n\n[b](c \"d\") ![e](f) <g@h.example> https://i.example\n\n> - x\n>   1. y\n\n| a | b |\n|--|--|\n| `c` | d |\n\n<details><a href=x>y</a></details>\n\n[^1]: n\n",
        b"A\n=\n\n.. image:: b\n   :target: c\n\n`d <e>`__ f_ |g|\n\n.. _f: h\n\n::\n\n  i\n\n+---+\n| a |\n+---+\n",
        b"= A\n\n== B\n\nlink:c[d] image::e[f] <<g>> {h}\n:h: i\n\n****\nx\n****\n",
    ];
    fuzz(200, &seeds, |bytes| {
        let source = text::decode(bytes);
        for markup in [
            Markup::Markdown,
            Markup::Rst,
            Markup::AsciiDoc,
            Markup::Plain,
        ] {
            let text = Text::parse(&source, markup);
            let top = text.lines.max(1);
            let headings = text.headings.iter().map(|h| h.line);
            for line in headings
                .chain(text.links.iter().map(|l| l.line))
                .chain(text.prose.iter().map(|p| p.line))
            {
                assert!((1..=top).contains(&line), "{markup:?}: {line} of {top}");
            }
            assert!(text.links.len() <= 20_000 && text.headings.len() <= 5_000);
        }
    });
}

#[test]
fn commit_messages() {
    let seed = b"Subject\n\nBody\n\nSigned-off-by: Ada Lovelace <ada@b.example>\nSigned-off-by : B <b@c>\n signed-off-by: x\nOn behalf of A <a@b>, I, B <b@c>, hereby add my Signed-off-by to this commit: 0123\n";
    fuzz(500, &[seed], |bytes| {
        let found = sign_offs_in(bytes);
        assert!(found.len() <= 4096 && found.len() <= bytes.split(|b| *b == b'\n').count());
        assert_eq!(found, sign_offs_in(bytes));
    });
}

#[test]
fn ranges_and_shallow_files() {
    fuzz(
        400,
        &[
            b"main..topic",
            b"a...b",
            b"0123456789abcdef0123456789abcdef01234567\n",
        ],
        |bytes| {
            let text = lossy(bytes);
            let id = git2::Oid::ZERO_SHA1;
            if let Err(message) = Range::parse(&text, |name| (!name.contains("..")).then_some(id)) {
                assert!(!message.is_empty());
            }
            assert!(shallow_ids(bytes).len() <= bytes.len() / 40);
        },
    );
}

#[test]
fn events_of_a_forge() {
    let seed = br#"{"action": "opened", "before": "0000000000000000000000000000000000000000", "after": "0123456789abcdef0123456789abcdef01234567", "deleted": false, "pull_request": {"base": {"sha": "0123456789abcdef0123456789abcdef01234567", "ref": "main"}, "head": {"sha": "0123456789abcdef0123456789abcdef01234568"}}, "merge_group": {"base_sha": "x", "head_sha": "y"}}"#;
    fuzz(300, &[seed], |bytes| {
        let Ok(payload) = serde_json::from_slice::<serde_json::Value>(bytes) else {
            return;
        };
        for name in [
            "push",
            "pull_request",
            "pull_request_target",
            "merge_group",
            "schedule",
            "x",
        ] {
            if let Ok(event::Asked::Range { bases, head, .. }) = event::github(name, &payload) {
                let plain = |r: &String| {
                    !r.is_empty() && !r.starts_with('-') && !r.contains(['\n', ' ', '\0'])
                };
                assert!(bases.iter().chain([&head]).all(plain), "{bases:?} {head}");
            }
        }
    });
}

#[test]
fn the_neutraliser() {
    let seeds: [&[u8]; 2] = [
        "a\x1b[31m \u{202e}::error::x ##[group]y \u{e0041}\u{9b}\r\n::stop-commands::z".as_bytes(),
        br#"{"a##[b": "\u202e \"x\" \\ c"}"#,
    ];
    fuzz(1_000, &seeds, |bytes| {
        let text = lossy(bytes);
        let line = clean::line(&text);
        assert!(!line.chars().any(clean::is_hostile), "{line:?}");
        assert_eq!(runner::commands(&line), []);
        assert_eq!(clean::line(&line), line, "clean text stays as it is");
        let log = clean::log(&text.replace(clean::is_hostile, "\n"));
        assert_eq!(runner::commands(&log), [], "{log:?}");
        let value = serde_json::Value::String(text);
        let json = clean::json(&value.to_string());
        assert!(!json.chars().any(clean::is_hostile) && runner::commands(&json).is_empty());
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&json).unwrap(),
            value
        );
    });
}

/// A saved report is a stranger's: it renders in every format to something whole, or is refused.
#[test]
fn saved_reports() {
    let sample = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/outputs/report.json"
    ))
    .unwrap();
    let style = Style {
        verbose: true,
        sarif_kinds: vec![Kind::Pass, Kind::Open, Kind::Review, Kind::NotApplicable],
        ..Style::default()
    };
    fuzz(120, &[&sample], |bytes| {
        let Ok(report) = serde_json::from_slice::<Report>(bytes) else {
            return;
        };
        let write = |format| {
            let mut bytes = Vec::new();
            output::write(&report, catalogue(), format, &style, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        for format in <Format as clap::ValueEnum>::value_variants() {
            let text = write(*format);
            assert!(
                !text.chars().any(|c| c != '\n' && clean::is_hostile(c)),
                "{format:?}"
            );
        }
        assert_eq!(
            serde_json::from_str::<Report>(&write(Format::Json)).unwrap(),
            report
        );
        serde_json::from_str::<serde_json::Value>(&write(Format::Sarif)).unwrap();
        let mut reader = quick_xml::Reader::from_str("");
        let junit = write(Format::Junit);
        reader.clone_from(&quick_xml::Reader::from_str(&junit));
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        let ours = ["error", "warning", "notice"];
        let commands = runner::commands(&write(Format::Github));
        assert!(
            commands
                .iter()
                .all(|c| ours.contains(&c.name.as_str()) && !c.old)
        );
    });
}
