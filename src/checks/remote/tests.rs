// SPDX-License-Identifier: Apache-2.0

//! Rules on replies of our own making: what is found, what is absent, and what cannot be known.

use serde_json::{Value, json};

use crate::checks::Answer;
use crate::checks::testing::Case;
use crate::remote::Service::{self, Badge, GitHub, Scorecard};
use crate::report::Kind::{self, Fail, NotApplicable, Open, Pass, Review};
use crate::subject::memory::MemoryTree;

/// A reply: service, path, status, body.
type Row = (Service, String, u16, Value);

const ENTRY: &str = "best-practices-badge";
const SHOWN: &str = "best-practices-badge-displayed";
const MILL: &str = "https://github.com/mill-org/mill";

fn url(address: &str) -> String {
    let encoded = address.replace(':', "%3A").replace('/', "%2F");
    format!("/projects.json?url={encoded}")
}

fn prefix(address: &str) -> String {
    url(address).replace("url=", "pq=")
}

/// Nothing is listed under the mill's address.
fn unlisted() -> Vec<Row> {
    [
        url(MILL),
        prefix(MILL),
        prefix("http://github.com/mill-org/mill"),
    ]
    .map(|path| (Badge, path, 200, json!([])))
    .to_vec()
}

fn listed(entries: Value) -> Vec<Row> {
    vec![(Badge, url(MILL), 200, entries)]
}

fn entry(id: u64, address: &str, level: &str, tiered: u64) -> Value {
    json!({
        "id": id, "name": "Mill", "repo_url": address, "homepage_url": "https://mill.example.org",
        "badge_level": level, "tiered_percentage": tiered, "badge_percentage_0": tiered.min(100),
        "badge_percentage_1": tiered.saturating_sub(100).min(100), "badge_percentage_2": tiered.saturating_sub(200),
        "achieved_passing_at": "2026-03-01T08:00:00.000Z", "updated_at": "2026-06-01T08:00:00.000Z",
        "crypto_published_status": "Met", "governance_status": "Unmet", "dco_status": "?"
    })
}

fn forge(archived: bool, private: bool) -> Row {
    let body = json!({"full_name": "mill-org/mill", "archived": archived, "private": private, "default_branch": "main"});
    (GitHub, "/repos/mill-org/mill".into(), 200, body)
}

fn case(replies: Vec<Row>) -> Case {
    with_readme("# Mill\n", replies)
}

fn with_readme(readme: &str, replies: Vec<Row>) -> Case {
    let tree = MemoryTree::new().file("README.md", readme);
    Case::new(tree).slug("mill-org/mill").replies(&replies)
}

#[track_caller]
fn expect(answer: Answer, kind: Kind, words: &[&str]) -> Answer {
    let message = answer.message().to_owned();
    assert_eq!(answer.kind(), kind, "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    answer
}

#[test]
fn an_entry_holds_its_level_or_does_not() {
    let held = |level| listed(json!([entry(7, MILL, level, 149)]));
    let answer = expect(
        case(held("passing")).run(ENTRY),
        Pass,
        &["entry 7 (Mill) holds passing"],
    );
    let (_, _, _, evidence, properties) = answer.into_parts();
    assert_eq!(properties["id"], 7);
    assert_eq!(properties["level"], "passing");
    assert_eq!(properties["percentages"]["silver"], 49);
    assert_eq!(properties["achieved"]["passing"], "2026-03-01");
    assert_eq!(properties["unmet"], json!(["dco", "governance"]));
    let asked = evidence.iter().find(|e| e.retrieved.is_some()).unwrap();
    assert!(
        asked
            .url
            .as_deref()
            .unwrap()
            .starts_with("https://www.bestpractices.dev/projects.json?url=")
    );
    assert_eq!(asked.retrieved.as_deref(), Some("2026-11-20T11:00:00Z"));

    let silver = case(held("passing")).run_with(ENTRY, "level = \"silver\"");
    expect(
        silver,
        Fail,
        &[
            "holds passing, expected silver (49 % of silver)",
            "dco, governance",
            "/projects/7/silver",
        ],
    );
    let any =
        case(listed(json!([entry(7, MILL, "in_progress", 9)]))).run_with(ENTRY, "level = \"any\"");
    expect(any, Pass, &["in progress (9 %)"]);
    expect(case(held("platinum")).run(ENTRY), Review, &["platinum"]);
    let one = listed(entry(7, MILL, "gold", 300));
    expect(case(one).run(ENTRY), Pass, &["gold"]);
}

#[test]
fn the_baseline_is_judged_by_its_own_percentages() {
    let mut found = entry(7, MILL, "in_progress", 0);
    found["badge_percentage_baseline_1"] = json!(100);
    found["badge_percentage_baseline_2"] = json!(60);
    let run =
        |level: &str| case(listed(json!([found]))).run_with(ENTRY, &format!("level = \"{level}\""));
    expect(run("baseline-1"), Pass, &["baseline-1"]);
    expect(run("baseline-2"), Fail, &["60 % of baseline-2"]);
    expect(run("baseline-3"), Fail, &[]);
}

#[test]
fn several_entries_decide_together_unless_one_names_the_repository() {
    let home = |id, level: &str, tiered| {
        let mut found = entry(id, "", level, tiered);
        found["homepage_url"] = MILL.into();
        found
    };
    let run = |entries: Value| case(listed(entries)).run(ENTRY);
    expect(
        run(json!([
            home(1, "in_progress", 9),
            entry(2, MILL, "passing", 120)
        ])),
        Pass,
        &["entry 2"],
    );
    expect(
        run(json!([home(1, "passing", 120), home(2, "gold", 300)])),
        Pass,
        &["2 entries"],
    );
    expect(
        run(json!([
            home(1, "in_progress", 9),
            home(2, "in_progress", 80)
        ])),
        Fail,
        &["none meets"],
    );
    expect(
        run(json!([home(1, "in_progress", 9), home(2, "gold", 300)])),
        Review,
        &["Which"],
    );
}

#[test]
fn other_spellings_are_found_and_only_emptiness_is_absence() {
    for (address, at) in [
        ("https://github.com/Mill-Org/Mill.git", prefix(MILL)),
        (
            "http://github.com/mill-org/mill/",
            prefix("http://github.com/mill-org/mill"),
        ),
    ] {
        let mut replies = unlisted();
        let other = entry(8, "https://github.com/mill-org/mill-tools", "gold", 300);
        replies.push((
            Badge,
            at,
            200,
            json!([other, entry(7, address, "passing", 120)]),
        ));
        expect(case(replies).run(ENTRY), Pass, &["entry 7"]);
    }
    let mut renamed = unlisted();
    renamed.push((
        GitHub,
        "/repos/mill-org/mill".into(),
        200,
        json!({"full_name": "new-org/mill"}),
    ));
    renamed.push((
        Badge,
        url("https://github.com/new-org/mill"),
        200,
        json!([entry(7, "https://github.com/new-org/mill", "passing", 120)]),
    ));
    expect(case(renamed).run(ENTRY), Pass, &["entry 7"]);
    let mut gone = unlisted();
    gone.push((GitHub, "/repos/mill-org/mill".into(), 404, json!(null)));
    expect(case(gone.clone()).run(ENTRY), Fail, &["no entry", MILL]);
    // Whatever is missing of the look-up, nobody knows.
    for missing in 0..3 {
        let mut part = gone.clone();
        part.remove(missing);
        expect(case(part).run(ENTRY), Open, &["could not be determined"]);
    }
    for odd in [
        json!(null),
        json!("ok"),
        json!({}),
        json!([1]),
        json!([{"id": "x"}]),
    ] {
        expect(case(listed(odd)).run(ENTRY), Open, &["another shape"]);
    }
    expect(Case::new(MemoryTree::new()).run(ENTRY), Open, &["offline"]);
    let nowhere = Case::new(MemoryTree::new()).replies(&[]).run(ENTRY);
    expect(nowhere, Open, &["names no remote"]);
}

#[test]
fn answers_in_the_repository_are_for_a_person() {
    let run = |with: &str| {
        let tree = MemoryTree::new().file(".bestpractices.json", "{\"dco_status\": \"Met\"}");
        Case::new(tree)
            .slug("mill-org/mill")
            .replies(&unlisted())
            .run_with(ENTRY, with)
    };
    expect(
        run("accept-writeup = true"),
        Review,
        &[".bestpractices.json"],
    );
    let answer = expect(run(""), Fail, &["no entry"]);
    let (_, _, _, evidence, _) = answer.into_parts();
    assert!(
        evidence
            .iter()
            .any(|e| e.path.as_deref() == Some(".bestpractices.json"))
    );
}

const BADGE: &str = "[![b](https://www.bestpractices.dev/projects/7/badge)](https://www.bestpractices.dev/projects/7)\n";

fn shown(status: u16, body: Value) -> Vec<Row> {
    let mut replies = unlisted();
    replies.push((Badge, "/projects/7.json".into(), status, body));
    replies
}

#[test]
fn the_entry_that_readme_shows_is_looked_at() {
    let run = |replies: Vec<Row>, rule: &str| with_readme(BADGE, replies).run(rule);
    // Ours, found by the number alone.
    let ours = || {
        shown(
            200,
            entry(7, "http://github.com/mill-org/mill.git", "passing", 110),
        )
    };
    expect(run(ours(), ENTRY), Pass, &["entry 7"]);
    expect(run(ours(), SHOWN), Pass, &["entry 7 names this repository"]);
    // Somebody else's.
    let theirs = || shown(200, entry(7, "https://github.com/other/thing", "gold", 300));
    expect(run(theirs(), ENTRY), Fail, &["no entry"]);
    expect(
        run(theirs(), SHOWN),
        Fail,
        &["belongs to https://github.com/other/thing"],
    );
    let mut both = theirs();
    both[0] = (
        Badge,
        url(MILL),
        200,
        json!([entry(9, MILL, "passing", 110)]),
    );
    expect(run(both, SHOWN), Fail, &["this repository's own is 9"]);
    // Nobody's, and none at all.
    let nobodys = || shown(200, entry(7, "", "passing", 110));
    expect(run(nobodys(), ENTRY), Review, &["names no repository"]);
    expect(run(nobodys(), SHOWN), Review, &["names no repository"]);
    expect(
        run(shown(404, json!({"status": 404})), SHOWN),
        Fail,
        &["does not exist"],
    );
    // Under its former name, which the forge leads on.
    let mut moved = shown(
        200,
        entry(7, "https://github.com/old-org/mill", "passing", 110),
    );
    moved.push((
        GitHub,
        "/repos/old-org/mill".into(),
        200,
        json!({"full_name": "Mill-Org/mill"}),
    ));
    expect(run(moved.clone(), ENTRY), Pass, &["entry 7"]);
    expect(run(moved, SHOWN), Pass, &["enter the new address"]);
    // Not known: the display passes, the level is open.
    expect(
        run(unlisted(), SHOWN),
        Pass,
        &["entry not verified: the record"],
    );
    expect(
        run(unlisted(), ENTRY),
        Open,
        &["entry 7, which README shows"],
    );
    expect(
        with_readme(BADGE, Vec::new()).run(SHOWN),
        Pass,
        &["not verified"],
    );
}

#[test]
fn progress_is_what_happened_since_the_review() {
    let rule = "best-practices-badge-progress";
    let run = |change: fn(&mut Value)| {
        let mut found = entry(7, MILL, "passing", 149);
        change(&mut found);
        case(listed(json!([found]))).run(rule)
    };
    expect(
        run(|_| ()),
        Pass,
        &["passing on 2026-03-01", "2025-11-20 (assumed"],
    );
    expect(
        run(|e| e["achieved_passing_at"] = "2024-01-01T00:00:00Z".into()),
        Review,
        &["no level was achieved or lost"],
    );
    expect(
        run(|e| {
            e["badge_level"] = "in_progress".into();
            e["lost_passing_at"] = "2026-08-01T00:00:00Z".into();
        }),
        Fail,
        &["passing was lost on 2026-08-01 (achieved on 2026-03-01)"],
    );
    expect(
        run(|e| {
            e["badge_level"] = "gold".into();
            e["achieved_passing_at"] = "2020-01-01T00:00:00Z".into();
        }),
        Pass,
        &["no level above"],
    );
    expect(case(unlisted()).run(rule), Review, &["no entry"]);
    expect(case(Vec::new()).run(rule), Open, &[]);
}

#[test]
fn scores_are_compared_only_where_they_can_be() {
    let rule = "scorecard-score";
    let path = "/projects/github.com/mill-org/mill";
    let result = |score: Value| {
        json!({"date": "2026-11-01", "score": score, "repo": {"name": "github.com/mill-org/mill", "commit": "abc"},
            "scorecard": {"version": "v5"}, "checks": [{"name": "SAST", "score": 3, "reason": "none"}, {"name": "Maintained", "score": -1}]})
    };
    let run = |status, body: Value, with: &str| {
        case(vec![(Scorecard, path.into(), status, body)]).run_with(rule, with)
    };
    let answer = expect(
        run(200, result(json!(7)), ""),
        Pass,
        &["score 7", "2 checks"],
    );
    let (_, _, _, evidence, properties) = answer.into_parts();
    assert_eq!(
        (&properties["score"], &properties["checks"]["SAST"]),
        (&json!(7.0), &json!(3.0))
    );
    assert_eq!(properties["checks"]["Maintained"], Value::Null);
    assert!(evidence[0].retrieved.is_some());
    expect(
        run(200, result(json!(4.9)), ""),
        Fail,
        &["score 4.9, expected at least 5"],
    );
    expect(
        run(200, result(json!(7)), "checks = { SAST = 5.0 }"),
        Fail,
        &["SAST 3, expected at least 5"],
    );
    expect(
        run(
            200,
            result(json!(7)),
            "checks = { Maintained = 5.0, Fuzzing = 1.0 }",
        ),
        Open,
        &["Fuzzing, Maintained"],
    );
    expect(run(200, result(json!(-1)), ""), Open, &["no conclusion"]);
    expect(run(404, json!(null), ""), Open, &["publish_results"]);
    expect(
        run(404, json!({"code": 404}), ""),
        Open,
        &["does not know this path"],
    );
    expect(run(200, json!([]), ""), Open, &["another shape"]);
    let mut old = result(json!(9));
    old["date"] = "2026-01-01".into();
    expect(run(200, old, ""), Review, &["days old"]);
    let mut other = result(json!(9));
    other["repo"]["name"] = "github.com/else/where".into();
    expect(run(200, other, ""), Review, &["else/where"]);
    expect(
        case(Vec::new()).run(rule),
        Open,
        &["could not be determined"],
    );
}

#[test]
fn the_forge_says_whether_it_is_public_and_at_rest() {
    let run = |rule: &str, row: Option<Row>, with: &str| {
        case(row.into_iter().collect()).run_with(rule, with)
    };
    expect(
        run("public-repository", Some(forge(false, false)), ""),
        Pass,
        &["mill-org/mill is public"],
    );
    expect(
        run("public-repository", Some(forge(false, true)), ""),
        Fail,
        &["is private"],
    );
    expect(
        run("repository-archived", Some(forge(false, false)), ""),
        NotApplicable,
        &[],
    );
    expect(
        run("repository-archived", Some(forge(true, false)), ""),
        Fail,
        &["is archived"],
    );
    expect(
        run(
            "repository-archived",
            Some(forge(true, false)),
            "is = \"archived\"",
        ),
        Pass,
        &[],
    );
    expect(
        run(
            "repository-archived",
            Some(forge(false, false)),
            "is = \"archived\"",
        ),
        Fail,
        &["not archived"],
    );
    let gone = (GitHub, "/repos/mill-org/mill".to_owned(), 404, json!(null));
    expect(
        run("public-repository", Some(gone.clone()), ""),
        Open,
        &["no such repository"],
    );
    expect(run("repository-archived", Some(gone), ""), Open, &[]);
    expect(
        run("repository-archived", None, ""),
        Open,
        &["could not be determined"],
    );
}

#[test]
fn what_is_private_is_named_to_nobody_else() {
    let mut replies = listed(json!([entry(7, MILL, "gold", 300)]));
    replies.push(forge(false, true));
    replies.push((
        Scorecard,
        "/projects/github.com/mill-org/mill".into(),
        200,
        json!({"score": 9, "checks": []}),
    ));
    expect(case(replies.clone()).run(ENTRY), Open, &["is private"]);
    expect(case(replies).run("scorecard-score"), Open, &["is private"]);
}

#[test]
fn a_branch_is_protected_as_far_as_can_be_seen() {
    let rule = "branch-protection";
    let rules = |list: Value| {
        (
            GitHub,
            "/repos/mill-org/mill/rules/branches/main".to_owned(),
            200,
            list,
        )
    };
    let classic = |status, body: Value| {
        (
            GitHub,
            "/repos/mill-org/mill/branches/main/protection".to_owned(),
            status,
            body,
        )
    };
    let whole = json!([{"type": "deletion"}, {"type": "non_fast_forward"}, {"type": "required_status_checks"},
        {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}]);
    let part = json!([{"type": "deletion"}]);
    let run = |rows: Vec<Row>| {
        let mut all = vec![forge(false, false)];
        all.extend(rows);
        case(all).run(rule)
    };
    expect(run(vec![rules(whole)]), Pass, &["main is protected"]);
    expect(
        run(vec![rules(part.clone())]),
        Open,
        &["administrators only", "holds: it cannot be deleted"],
    );
    let none = classic(404, json!({"message": "Branch not protected"}));
    expect(
        run(vec![rules(part.clone()), none]),
        Fail,
        &["lacks: it cannot be force-pushed"],
    );
    let hidden = classic(404, json!({"message": "Not Found"}));
    expect(run(vec![rules(part), hidden]), Open, &[]);
    expect(run(Vec::new()), Open, &["could not be determined"]);
}

#[test]
fn without_a_release_there_is_nothing_to_ask_about() {
    expect(
        case(Vec::new()).run("known-vulnerabilities"),
        Open,
        &["no tag of a release"],
    );
}

#[test]
fn releases_are_built_with_provenance() {
    let rule = "build-hardening";
    let flow = |step: &str| {
        let text = format!(
            "on:\n  release:\n    types: [published]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {step}\n"
        );
        let tree = MemoryTree::new()
            .file(".github/workflows/release.yml", text)
            .file("src/main.rs", "fn main() {}\n");
        Case::new(tree).run(rule)
    };
    expect(flow("actions/attest-build-provenance@v3"), Pass, &[]);
    expect(flow("actions/checkout@v5"), Fail, &[]);
}

fn document(text: &str) -> Value {
    use base64::Engine;
    let content = base64::engine::general_purpose::STANDARD.encode(text);
    json!({"type": "file", "encoding": "base64", "content": content})
}

#[test]
fn the_organisations_documents_are_read_where_the_repository_has_none() {
    let rule = "security-policy";
    let base = "/repos/mill-org/.github";
    let list = |status, paths: &[&str]| {
        let tree: Vec<Value> = paths
            .iter()
            .map(|p| json!({"path": p, "type": "blob", "mode": "100644"}))
            .collect();
        (
            GitHub,
            format!("{base}/git/trees/HEAD?recursive=1"),
            status,
            json!({"tree": tree}),
        )
    };
    let file =
        |path: &str, status, body: Value| (GitHub, format!("{base}/contents/{path}"), status, body);
    let policy = "# Security policy\n\nReport a vulnerability to security@mill.example.org, never in a public issue. We answer within three working days and publish an advisory.\n";
    let found = vec![
        list(200, &[".github/SECURITY.md"]),
        file(".github/SECURITY.md", 200, document(policy)),
    ];
    let answer = expect(
        case(found.clone()).run(rule),
        Pass,
        &["the organisation's default"],
    );
    let (_, _, _, evidence, _) = answer.into_parts();
    let asked = evidence.iter().find(|e| e.retrieved.is_some()).unwrap();
    assert!(
        asked
            .url
            .as_deref()
            .unwrap()
            .ends_with("/contents/.github/SECURITY.md")
            && asked.path.is_none()
    );
    // An organisation without it, one without any, a file that cannot be read, and no answer.
    expect(
        case(vec![list(200, &["LICENSE", "profile/README.md"])]).run(rule),
        Fail,
        &["none found"],
    );
    let none = vec![
        list(404, &[]),
        file("SECURITY.md", 404, json!(null)),
        file("CODE_OF_CONDUCT.md", 404, json!(null)),
    ];
    expect(case(none).run(rule), Fail, &["none found"]);
    expect(
        case(vec![list(200, &["SECURITY.md"])]).run(rule),
        Open,
        &["could not be read"],
    );
    expect(
        case(Vec::new()).run(rule),
        Open,
        &["mill-org/.github may supply", "--org-files"],
    );
    // Its own file, even an empty one, hides the default; a licence is never inherited.
    let tree = MemoryTree::new().file("SECURITY.md", "");
    expect(
        Case::new(tree)
            .slug("mill-org/mill")
            .replies(&found)
            .run(rule),
        Fail,
        &["empty"],
    );
    let licence = vec![
        list(200, &["LICENSE"]),
        file("LICENSE", 200, document("MIT")),
    ];
    expect(case(licence).run("license-file"), Fail, &[]);
}
