// SPDX-License-Identifier: Apache-2.0

//! README's first screen is real: each line it shows of the run on this repository is a line of such a run.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fs;
use std::process::Command;

/// Commit ids and counts change with each commit; the rest does not.
fn steady(line: &str) -> String {
    let words = line.split_whitespace().map(|word| {
        let id = word.len() == 10 && word.chars().all(|c| c.is_ascii_hexdigit());
        if id {
            "ID".to_owned()
        } else {
            word.chars()
                .map(|c| if c.is_ascii_digit() { 'N' } else { c })
                .collect()
        }
    });
    words
        .collect::<Vec<String>>()
        .join(" ")
        .replace("NN", "N")
        .replace("NN", "N")
}

#[test]
fn the_first_screen_shows_a_real_run() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = fs::read_to_string(format!("{root}/README.md")).unwrap();
    assert!(readme.contains("$ cargo run --release -- check ."));
    assert!(readme.contains("$ cargo test\n"));
    let shown = readme
        .split("```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_provost"))
        // What the services say of a clone's remote is not for a test to ask.
        .args(["check", ".", "--offline"])
        .current_dir(root)
        .env_clear()
        .output()
        .unwrap();
    let real: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(steady)
        .collect();
    let missing: Vec<&str> = shown
        .lines()
        // The first line also names the remote of the clone.
        .filter(|line| !line.starts_with("provost . · at "))
        .filter(|line| !real.contains(&steady(line)))
        .collect();
    assert!(
        missing.is_empty(),
        "README shows what provost no longer says:\n{}",
        missing.join("\n")
    );
    assert!(shown.lines().count() > 15);
}
