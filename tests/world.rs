// SPDX-License-Identifier: Apache-2.0

//! What a run does to the world: it starts no program, opens nothing outside, writes nothing, connects nowhere
//! with `--offline`; and what the world does to a run: nothing, the same repository gives the same bytes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/program.rs"]
mod program;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{err, provost};
use support::{Repo, git};

/// A repository that asks to run programs and to be left.
fn repo() -> Repo {
    let repo = Repo::new()
        .file("README.md", "# Example\n\nSee [CONTRIBUTING](CONTRIBUTING.md), [x](../outside/secret).\n")
        .file("CONTRIBUTING.md", "# Contributing\n\nSign off your commits (DCO).\n")
        .file(".gitattributes", "* filter=evil diff=evil merge=evil\n")
        .file(".gitmodules", "[submodule \"s\"]\n\tpath = s\n\turl = ext::sh -c touch% pwned\n\tupdate = !touch pwned\n")
        .file(".gitignore", "*.log\n")
        .file("src/a.c", "/* SPDX-License-Identifier: MIT */\nint a;\n")
        .file("src/b.c", "int b;\n")
        .file(".github/workflows/ci.yml", "on: push\njobs: {t: {runs-on: x, steps: [{run: make test}]}}\n")
        .file("Makefile", "test:\n\ttouch pwned\n")
        .link("SECURITY.md", "../outside/secret")
        .link("docs", "../outside")
        .commit("One")
        .signed_off()
        .file("src/c.c", "int c;\n")
        .commit("Two")
        .remote("origin", "https://github.com/o/n.git");
    fs::write(repo.outside().join("secret"), "outside\n").unwrap();
    let evil = "touch pwned";
    let config = repo.path().join(".git/config");
    let text = fs::read_to_string(&config).unwrap()
        + &format!(
            "[core]\n\tfsmonitor = {evil}\n\thooksPath = hooks\n\tpager = {evil}\n\tsshCommand = {evil}\n[filter \"evil\"]\n\tclean = {evil}\n\tsmudge = {evil}\n\tprocess = {evil}\n\trequired = true\n[diff \"evil\"]\n\ttextconv = {evil}\n[include]\n\tpath = {}\n[credential]\n\thelper = !{evil}\n",
            repo.outside().join("secret").display()
        );
    fs::write(config, text).unwrap();
    let repo = repo.in_git("objects/info/alternates", "../../../outside/objects\n");
    let hook = repo.path().join(".git/hooks/post-checkout");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\ntouch pwned\n").unwrap();
    repo
}

/// Every path with its content, links as links.
fn snapshot(folder: &Path, into: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let about = fs::symlink_metadata(&path).unwrap();
        let modified = about.modified().unwrap();
        let content = if about.is_dir() {
            snapshot(&path, into);
            String::new()
        } else if about.is_symlink() {
            format!("{:?}", fs::read_link(&path).unwrap())
        } else {
            String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()
        };
        into.insert(path, format!("{modified:?} {content}"));
    }
}

/// One traced system call that succeeded: its name and its arguments.
struct Call<'t> {
    name: &'t str,
    arguments: &'t str,
}

/// A call that another thread interrupts is two lines, the second of which has the outcome.
fn calls(trace: &str) -> Vec<Call<'_>> {
    let line = |line: &'_ str| -> Option<(usize, usize)> {
        match line.find(" resumed>") {
            Some(end) => Some((line.find("<... ")? + 5, end)),
            None => {
                let start = line.find(|c: char| !c.is_ascii_digit() && c != ' ')?;
                Some((start, line.find('(')?))
            }
        }
    };
    let done = trace.lines().filter(|line| !line.contains(" = -1 "));
    done.filter_map(|text| {
        let (start, end) = line(text)?;
        Some(Call {
            name: &text[start..end],
            arguments: &text[end + 1..],
        })
    })
    .collect()
}

/// What the dynamic loader, the allocator and the thread pool look at.
const SYSTEM: [&str; 8] = [
    "/lib",
    "/usr/lib",
    "/usr/local/lib",
    "/etc/ld.so",
    "/etc/localtime",
    "/proc/",
    "/sys/",
    "/dev/",
];

#[test]
fn a_run_starts_nothing_opens_nothing_outside_and_writes_nothing() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: strace is not installed");
        return;
    }
    let repo = repo();
    let log = repo.outside().parent().unwrap().join("trace");
    let mut before = BTreeMap::new();
    snapshot(&repo.path(), &mut before);
    for args in [&[][..], &["--at", "HEAD"]] {
        let traced = "execve,execveat,open,openat,openat2,creat,socket,connect,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,truncate,ftruncate,fork,vfork";
        let output = Command::new("strace")
            .args([
                "-f",
                "-y",
                "-qq",
                "-s",
                "4096",
                "-e",
                &format!("trace={traced}"),
                "-o",
            ])
            .arg(&log)
            .arg(env!("CARGO_BIN_EXE_provost"))
            .args(["check", ".", "--offline", "--profile", "all"])
            .args(args)
            .current_dir(repo.path())
            .output()
            .unwrap();
        let trace = fs::read_to_string(&log).unwrap_or_default();
        if !trace.contains("execve(") {
            eprintln!("skipped: strace may not trace here: {}", err(&output));
            return;
        }
        let calls = calls(&trace);
        let inside = format!("{}/", repo.path().canonicalize().unwrap().display());
        let ours = inside.trim_end_matches('/');
        let mut started = 0;
        for Call { name, arguments } in &calls {
            let unfinished = arguments.ends_with("<unfinished ...>");
            match *name {
                "execve" | "execveat" => started += usize::from(!unfinished),
                "open" | "openat" | "openat2" => {
                    let writing = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
                    let device = arguments.contains("\"/dev/");
                    assert!(
                        device || !writing.iter().any(|flag| arguments.contains(flag)),
                        "{name}({arguments}"
                    );
                    // The descriptor that came of it, resolved by strace: `= 7</tmp/…/repo/README.md>`.
                    let opened = arguments
                        .rsplit_once("= ")
                        .and_then(|(_, fd)| fd.split_once('<'));
                    let opened = opened.map_or("", |(_, path)| path.trim_end_matches('>'));
                    let fine = unfinished
                        || opened == ours
                        || opened.starts_with(&inside)
                        || SYSTEM.iter().any(|p| opened.starts_with(p));
                    assert!(fine, "opened outside: {opened}: {name}({arguments}");
                }
                _ => panic!("{name}({arguments}"),
            }
        }
        assert_eq!(started, 1, "only the program itself");
        assert!(calls.len() > 20, "the trace holds the run");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &err(&output);
        assert!(
            said.contains("alternates"),
            "what was refused is said: {said}"
        );
    }
    let mut after = BTreeMap::new();
    snapshot(&repo.path(), &mut after);
    assert_eq!(before, after);
}

#[test]
fn threads_and_surroundings_change_no_byte_of_any_format() {
    let mut repo = repo();
    fs::remove_file(repo.path().join(".git/objects/info/alternates")).unwrap();
    for n in 0..40 {
        repo = repo
            .file(
                &format!("src/f{n}.rs"),
                if n % 3 == 0 {
                    "// SPDX-License-Identifier: MIT\n"
                } else {
                    "fn main() {}\n"
                },
            )
            .commit_as(
                &format!("Person {}", n % 7),
                &format!("p{}@example.org", n % 5),
                &format!("Change {n}"),
            );
    }
    symlink("README.md", repo.path().join("untracked")).unwrap();
    git(&repo.path(), &["tag", "v1.0.0"]);
    let formats = <provost::output::Format as clap::ValueEnum>::value_variants();
    let names: Vec<String> = formats
        .iter()
        .map(|f| {
            clap::ValueEnum::to_possible_value(f)
                .unwrap()
                .get_name()
                .to_owned()
        })
        .collect();
    let mut first: Option<Vec<Vec<u8>>> = None;
    for (threads, actions) in [
        ("1", false),
        ("8", false),
        ("1", true),
        ("8", true),
        ("8", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = provost();
        command
            .current_dir(repo.path())
            .args([
                "check",
                ".",
                "--offline",
                "--profile",
                "all",
                "--now",
                "2026-11-20T12:00:00Z",
            ])
            .env("RAYON_NUM_THREADS", threads);
        for name in &names {
            let file = folder.path().join(name);
            command
                .arg("--report")
                .arg(format!("{name}={}", file.display()));
        }
        if actions {
            command
                .env("GITHUB_ACTIONS", "true")
                .env("CI", "true")
                .env("TERM", "xterm-256color");
        }
        let output = command.output().unwrap();
        let mut written = vec![output.stdout.clone(), output.stderr.clone()];
        written.extend(
            names
                .iter()
                .map(|name| fs::read(folder.path().join(name)).unwrap()),
        );
        match &first {
            None => first = Some(written),
            Some(first) => {
                for (n, (a, b)) in first.iter().zip(&written).enumerate() {
                    assert!(
                        a == b,
                        "output {n} differs with {threads} threads, Actions {actions}"
                    );
                }
            }
        }
    }
}
