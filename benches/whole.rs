// SPDX-License-Identifier: Apache-2.0

//! Whole processes side by side on one repository, run in turn, so that their ratios mean something.
//!
//! ```console
//! cargo bench --bench whole -- PATH [ROUNDS]
//! ```
//!
//! PATH is a working tree with git history. Needs `git` and GNU `time`; `rg` and `reuse` are shown when they
//! are installed. Prints the table of `docs/performance.md`. Without PATH (as under `cargo test --benches`)
//! it does nothing.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::process::{Command, Stdio};

/// One process to measure: what it is called, what runs, whether it is much dearer than the rest.
struct Job {
    name: &'static str,
    line: Vec<String>,
    dear: bool,
}

/// Wall and CPU seconds, peak memory in MiB.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
    memory: f64,
}

fn main() {
    let mut given = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"));
    let Some(path) = given.next() else { return };
    let rounds: usize = given.next().and_then(|n| n.parse().ok()).unwrap_or(5);
    let jobs: Vec<Job> = jobs(&path)
        .into_iter()
        .filter(|job| runs(&job.line[0]))
        .collect();
    let mut costs: Vec<Vec<Cost>> = vec![Vec::new(); jobs.len()];
    for round in 0..rounds {
        for (job, costs) in jobs.iter().zip(&mut costs) {
            if job.dear && round > 0 {
                continue;
            }
            costs.extend(measure(&job.line, &path));
        }
    }
    println!("| process | wall s | CPU s | peak MiB |\n|---|--:|--:|--:|");
    for (job, costs) in jobs.iter().zip(&costs) {
        if let Some(cost) = median(costs) {
            println!(
                "| {} | {:.3} | {:.3} | {:.0} |",
                job.name, cost.wall, cost.cpu, cost.memory
            );
        }
    }
}

fn jobs(path: &str) -> Vec<Job> {
    let provost = env!("CARGO_BIN_EXE_provost");
    let own = |arguments: &[&str]| {
        let mut line = vec![
            provost,
            "check",
            path,
            "--offline",
            "--quiet",
            "--format",
            "json",
        ];
        line.extend(["--fail-on", "never"]);
        line.extend(arguments);
        line.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let other = |line: &[&str]| line.iter().map(|&part| part.to_owned()).collect::<Vec<_>>();
    let trailers = "--format=%H %ae %ce %(trailers:key=Signed-off-by)";
    let job = |name, line| Job {
        name,
        line,
        dear: false,
    };
    vec![
        job("`provost check --profile all`", own(&["--profile", "all"])),
        job(
            "`provost check --profile minimal`",
            own(&["--profile", "minimal"]),
        ),
        job(
            "`provost check --rule spdx-header`",
            own(&["--rule", "spdx-header"]),
        ),
        job(
            "`provost check --rule dco-sign-off`",
            own(&["--rule", "dco-sign-off"]),
        ),
        job("`rg --files-without-match SPDX-License-Identifier`", {
            other(&[
                "rg",
                "--files-without-match",
                "SPDX-License-Identifier",
                path,
            ])
        }),
        job(
            "`git log` with sign-off trailers",
            other(&["git", "-C", path, "log", "--no-merges", trailers]),
        ),
        Job {
            name: "`reuse lint`",
            line: other(&["reuse", "--root", path, "lint", "-q"]),
            dear: true,
        },
        job("`provost --version`", other(&[provost, "--version"])),
        job("`rg --version`", other(&["rg", "--version"])),
    ]
}

fn runs(program: &str) -> bool {
    let mut probe = Command::new(program);
    probe
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    probe.status().is_ok()
}

fn measure(line: &[String], path: &str) -> Option<Cost> {
    let output = Command::new("time")
        .args(["-f", "\n%e %U %S %M", "--quiet"])
        .args(line)
        .current_dir(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last: Vec<f64> = text
        .lines()
        .last()?
        .split_whitespace()
        .filter_map(|n| n.parse().ok())
        .collect();
    let [wall, user, system, memory] = last[..] else {
        return None;
    };
    Some(Cost {
        wall,
        cpu: user + system,
        memory: memory / 1024.0,
    })
}

fn median(costs: &[Cost]) -> Option<Cost> {
    let middle = |pick: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some(Cost {
        wall: middle(|c| c.wall)?,
        cpu: middle(|c| c.cpu)?,
        memory: middle(|c| c.memory)?,
    })
}
