// SPDX-License-Identifier: Apache-2.0

//! Each bound of `docs/security.md` that a repository can reach: it holds, and the report or the complaint
//! names it. Bounds inside a reader (deltas, entries of a tree, nesting) have their unit tests there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/program.rs"]
mod program;
mod support;

use program::{check, err, out};
use support::Repo;

const MIB: usize = 1 << 20;

fn repo() -> Repo {
    Repo::new()
        .file("README.md", "# Example\n\nA program.\n")
        .file("src/a.c", "int a;\n")
        .commit("Start")
        .signed_off()
}

/// Everything that a run says.
fn said(repo: &Repo, args: &[&str]) -> String {
    let mut all = vec!["--verbose"];
    all.extend(if args.is_empty() {
        &["--profile", "all"]
    } else {
        args
    });
    let output = check(repo.path(), &all);
    let text = out(&output) + &err(&output);
    assert!(!text.contains("panicked"), "{text}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn names(text: &str, words: &[&str]) {
    for word in words {
        let about: Vec<String> = text
            .match_indices(words[0])
            .take(4)
            .map(|(at, _)| text[at..].chars().take(160).collect())
            .collect();
        assert!(text.contains(word), "no {word:?} in {about:#?}");
    }
}

#[test]
fn a_document_is_read_to_8_mib() {
    let mut text = "# Security policy\n\nReport to security@example.org.\n".to_owned();
    text.push_str(&"word word word word\n".repeat(9 * MIB / 20));
    let repo = repo()
        .file("SECURITY.md", &text)
        .commit("Policy")
        .signed_off();
    names(
        &said(&repo, &["--rule", "security-policy"]),
        &["SECURITY.md", "8 MiB"],
    );
}

#[test]
fn a_header_is_looked_for_in_64_kib() {
    let text = "// words\n".repeat(8 << 10) + "// SPDX-License-Identifier: MIT\n";
    let repo = repo().file("src/late.c", &text).commit("Late").signed_off();
    let output = check(repo.path(), &["--rule", "spdx-header", "--format", "json"]);
    names(&out(&output), &["src/late.c", "64 KiB"]);
}

#[test]
fn a_licence_text_is_compared_to_1_mib() {
    let own = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/LICENSE")).unwrap();
    let text = own + &"And one more thing.\n".repeat(MIB / 18);
    let repo = repo().file("LICENSE", &text).commit("Licence").signed_off();
    names(
        &said(&repo, &["--rule", "license-file"]),
        &["LICENSE", "1048576 bytes"],
    );
}

#[test]
fn yaml_is_read_to_1_mib_64_levels_and_100_000_nodes() {
    let large = "on: push\n".to_owned() + &"# words\n".repeat(MIB / 8);
    let deep = "on: ".to_owned() + &"[".repeat(80) + &"]".repeat(80) + "\n";
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &('b'..='g')
            .map(|c| {
                format!(
                    "{c}: &{c} [{}]\n",
                    vec![format!("*{}", char::from(c as u8 - 1)); 10].join(",")
                )
            })
            .collect::<String>();
    for (text, bound) in [
        (large, "1 MiB"),
        (deep, "64 levels"),
        (bomb, "100000 values"),
    ] {
        let repo = repo()
            .file(".github/workflows/ci.yml", &text)
            .commit("CI")
            .signed_off();
        names(&said(&repo, &[]), &["ci.yml", bound]);
    }
}

#[test]
fn markup_is_read_to_20_000_links() {
    let text = "# Example\n\n".to_owned() + &"[a](b.md)\n".repeat(20_100);
    let repo = repo().file("README.md", &text).commit("Links").signed_off();
    names(&said(&repo, &[]), &["README.md", "20000 links"]);
}

#[test]
fn a_commit_is_read_to_1_mib_and_4_096_sign_offs() {
    let repo = repo().commit(&format!(
        "Long\n\n{}\n\nSigned-off-by: Ada Lovelace <ada@example.org>\n",
        "word ".repeat(MIB / 4)
    ));
    names(&said(&repo, &[]), &["1 MiB"]);
    let many: String = (0..4_200)
        .map(|n| format!("Signed-off-by: A <a{n}@example.org>\n"))
        .collect();
    let repo = repo.commit(&format!("Many\n\n{many}"));
    names(&said(&repo, &[]), &["4096 sign-off"]);
}

#[test]
fn an_ignore_file_is_obeyed_to_1_mib_and_4_096_patterns() {
    let large = "# note\n".repeat(MIB / 6);
    names(
        &said(&repo().untracked(".gitignore", large), &[]),
        &[".gitignore", "1048576 bytes"],
    );
    let many: String = (0..4_200).map(|n| format!("/never/{n}\n")).collect();
    names(
        &said(&repo().untracked(".gitignore", many), &[]),
        &[".gitignore", "4096 patterns"],
    );
}

#[test]
fn gits_configuration_is_read_to_1_mib() {
    let repo = repo();
    let config = repo.path().join(".git/config");
    let text = std::fs::read_to_string(&config).unwrap() + &"# note\n".repeat(MIB / 6);
    std::fs::write(config, text).unwrap();
    names(&said(&repo, &[]), &["config", "1048576 bytes"]);
}

#[test]
fn a_revision_has_1_024_bytes() {
    let output = check(repo().path(), &["--at", &"a".repeat(1_025)]);
    assert_eq!(output.status.code(), Some(2));
    names(&err(&output), &["1024 bytes"]);
}

#[test]
fn exclusions_are_10_000() {
    let patterns = (0..10_001)
        .map(|n| format!("\"a{n}\""))
        .collect::<Vec<_>>()
        .join(",");
    let repo = repo().file(".provost.toml", format!("exclude = [{patterns}]\n"));
    let output = check(repo.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    names(&err(&output), &["exclude", "10000 patterns"]);
}

#[test]
fn a_rule_file_has_1_mib() {
    let repo = repo();
    let dir = repo.outside();
    std::fs::write(dir.join("large.toml"), "#".repeat(MIB + 1)).unwrap();
    let output = check(repo.path(), &["--rules", dir.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    names(&err(&output), &["large.toml", "1 MiB"]);
}

#[test]
fn a_saved_report_has_256_mib() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    std::fs::File::create(&path)
        .unwrap()
        .set_len((256 << 20) + 1)
        .unwrap();
    let mut command = program::provost();
    let output = command
        .arg("render")
        .arg(&path)
        .args(["--format", "sarif"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    names(&err(&output), &["report.json", "256 MiB"]);
}

#[cfg(unix)]
#[test]
fn a_chain_of_links_has_40_steps() {
    let policy = "# Security policy\n\nReport to security@example.org within 90 days.\n";
    for (links, followed) in [(30, true), (45, false)] {
        let mut repo = repo().file("real.md", policy);
        let mut target = "real.md".to_owned();
        for n in 0..links {
            let name = format!("l{n}");
            repo = repo.link(&name, &target);
            target = name;
        }
        let repo = repo
            .link("SECURITY.md", &target)
            .commit("Links")
            .signed_off();
        let output = check(
            repo.path(),
            &["--rule", "security-policy", "--format", "json"],
        );
        let lost = out(&output).contains("link to something that is not in this tree");
        assert_eq!(lost, !followed, "{links}");
    }
}
