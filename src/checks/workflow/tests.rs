// SPDX-License-Identifier: Apache-2.0

//! What the rules of this check say on workflows as projects write them.

use crate::checks::Answer;
use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::memory::MemoryTree;

fn tree() -> MemoryTree {
    MemoryTree::new().file("main.go", "package main\n")
}

fn on_push(steps: &str) -> String {
    format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}")
}

fn on_tag(steps: &str) -> String {
    format!("on:\n  push:\n    tags: ['v*']\njobs:\n  a:\n    steps:\n{steps}")
}

fn run(tree: MemoryTree, rule: &str) -> Answer {
    Case::new(tree).run(rule)
}

fn kind(tree: MemoryTree, rule: &str) -> Kind {
    run(tree, rule).kind()
}

fn ci(steps: &str) -> MemoryTree {
    tree().file(".github/workflows/ci.yml", on_push(steps))
}

fn release(steps: &str) -> MemoryTree {
    tree().file(".github/workflows/publish.yml", on_tag(steps))
}

#[test]
fn codeql_passes_with_its_line_and_an_upload_alone_does_not() {
    let answer = run(ci("    - uses: github/codeql-action/analyze@v3\n"), "sast");
    assert_eq!(answer.kind(), Kind::Pass);
    assert!(
        answer.message().contains(".github/workflows/ci.yml:6"),
        "{}",
        answer.message()
    );
    assert_eq!(
        kind(
            ci("    - uses: github/codeql-action/upload-sarif@v3\n"),
            "sast"
        ),
        Kind::Fail
    );
}

#[test]
fn a_tool_counts_where_it_runs_not_where_it_is_named() {
    for steps in [
        "    - run: rustup component add clippy\n",
        "    - run: |\n        # golangci-lint run\n        echo run clippy\n",
        "    # - uses: github/codeql-action/analyze@v3\n    - run: make build\n",
        "    - if: false\n      run: cargo clippy\n",
    ] {
        assert_eq!(kind(ci(steps), "sast"), Kind::Fail, "{steps}");
    }
    for steps in [
        "    - run: cargo clippy -- -D warnings\n",
        "    - run: |\n        pip install bandit && bandit -r src\n",
        "    - run: docker run -v x golangci/golangci-lint:v1 golangci-lint -v run ./...\n",
    ] {
        assert_eq!(kind(ci(steps), "sast"), Kind::Pass, "{steps}");
    }
}

#[test]
fn a_make_target_counts_only_when_a_workflow_calls_it() {
    let makefile = "all:\n\tgo build\nlint: tools\n\t./hack/lint.sh\ntools:\n\tgo install x\n";
    let script = "#!/bin/sh\nset -e\nOUT=\"$(staticcheck ./... || true)\"\n";
    let with = |steps| {
        ci(steps)
            .file("Makefile", makefile)
            .file("hack/lint.sh", script)
    };
    let answer = run(with("    - run: make lint\n"), "sast");
    assert_eq!(answer.kind(), Kind::Pass);
    assert!(
        answer.message().contains("hack/lint.sh:3"),
        "{}",
        answer.message()
    );
    assert_eq!(kind(with("    - run: make all\n"), "sast"), Kind::Fail);
    assert_eq!(
        kind(with("    - run: shellcheck hack/lint.sh\n"), "sast"),
        Kind::Review
    );
}

#[test]
fn tox_environments_and_zuul_templates_are_followed() {
    let tox = "[tox]\nenvlist = py3\n[testenv]\ncommands =\n  stestr run\n[testenv:pep8]\ncommands =\n  {[testenv:types]commands}\n[testenv:types]\ncommands =\n  mypy\n[testenv:bandit]\ncommands = bandit -r x\n";
    let zuul = "- project:\n    templates:\n      - openstack-python3-jobs\n";
    let code = MemoryTree::new().file("a.py", "x").file("tox.ini", tox);
    let answer = run(code.clone().file(".zuul.yaml", zuul), "sast");
    assert_eq!(answer.kind(), Kind::Pass);
    assert!(
        answer.message().contains("tox.ini:11"),
        "{}",
        answer.message()
    );
    assert_eq!(
        kind(code.clone().file(".zuul.yaml", zuul), "ci-tests"),
        Kind::Pass
    );
    let matrix = "on: push\njobs:\n  a:\n    strategy:\n      matrix:\n        env: [py, bandit]\n    steps:\n    - run: tox -e ${{ matrix.env }}\n";
    let answer = run(code.file(".github/workflows/t.yml", matrix), "sast");
    assert!(
        answer.message().contains("tox.ini:13"),
        "{}",
        answer.message()
    );
}

#[test]
fn a_reusable_workflow_elsewhere_is_a_question_with_its_address() {
    let text =
        "on: push\njobs:\n  scan:\n    uses: org/shared/.github/workflows/code-scan.yml@v1\n";
    let answer = run(tree().file(".github/workflows/s.yml", text), "sast");
    assert_eq!(answer.kind(), Kind::Review);
    let (_, _, _, evidence, _) = answer.into_parts();
    let url = evidence[0].url.as_deref();
    assert_eq!(
        url,
        Some("https://github.com/org/shared/blob/v1/.github/workflows/code-scan.yml")
    );
}

#[test]
fn workflows_that_nothing_calls_or_that_lie_elsewhere_are_no_evidence() {
    let text = "on: workflow_call\njobs:\n  a:\n    steps:\n    - run: go test ./...\n";
    assert_eq!(
        kind(tree().file(".github/workflows/t.yml", text), "ci-tests"),
        Kind::Fail
    );
    let called = "on: push\njobs:\n  b:\n    uses: ./.github/workflows/t.yml\n";
    let both = tree()
        .file(".github/workflows/t.yml", text)
        .file(".github/workflows/ci.yml", called);
    assert_eq!(kind(both, "ci-tests"), Kind::Pass);
    let nested = tree().file(
        "tests/repo/.github/workflows/ci.yml",
        on_push("    - run: go test\n"),
    );
    assert_eq!(kind(nested, "ci-tests"), Kind::Fail);
}

#[test]
fn tests_are_known_in_every_pipeline() {
    for (path, text) in [
        (
            ".gitlab-ci.yml",
            "unit:\n  stage: test\n  script:\n    - meson test -C build\n",
        ),
        (
            ".circleci/config.yml",
            "jobs:\n  a:\n    steps:\n      - run:\n          name: x\n          command: go test -v ./...\n",
        ),
        (".travis.yml", "script: make check\n"),
        (
            "azure-pipelines.yml",
            "steps:\n- bash: ctest\n  displayName: y\n",
        ),
        (
            "Jenkinsfile",
            "stage('t') {\n  // sh 'nothing'\n  sh '''\n    python3 -m pytest -v\n  '''\n}\n",
        ),
        (".cirrus.yml", "task:\n  test_script: cargo test --all\n"),
    ] {
        assert_eq!(
            kind(tree().file(path, text), "ci-tests"),
            Kind::Pass,
            "{path}"
        );
    }
    let linted = tree().file(".gitlab-ci.yml", "test:\n  script: [make lint]\n");
    assert_eq!(kind(linted, "ci-tests"), Kind::Fail);
    assert_eq!(
        kind(ci("    - run: make latest check-format\n"), "ci-tests"),
        Kind::Fail
    );
}

#[test]
fn a_repository_of_documents_has_nothing_to_test() {
    let documents = MemoryTree::new().file("README.md", "# Group\n");
    assert_eq!(kind(documents.clone(), "ci-tests"), Kind::NotApplicable);
    assert_eq!(kind(documents, "release-sbom"), Kind::NotApplicable);
}

#[test]
fn scorecard_by_action_by_shared_workflow_or_by_badge() {
    assert_eq!(
        kind(
            ci("    - uses: ossf/scorecard-action@abc\n"),
            "scorecard-workflow"
        ),
        Kind::Pass
    );
    let shared =
        "on: push\njobs:\n  a:\n    uses: org/x/.github/workflows/reusable-scorecard.yml@main\n";
    assert_eq!(
        kind(
            tree().file(".github/workflows/a.yml", shared),
            "scorecard-workflow"
        ),
        Kind::Pass
    );
    assert_eq!(kind(tree(), "scorecard-workflow"), Kind::Fail);
}

#[test]
fn sign_off_checks_go_by_many_names() {
    assert_eq!(
        kind(
            tree().file(".github/dco.yml", "require:\n  members: false\n"),
            "dco-enforced"
        ),
        Kind::Pass
    );
    assert_eq!(
        kind(ci("    - uses: tim-actions/dco@v1\n"), "dco-enforced"),
        Kind::Pass
    );
    assert_eq!(
        kind(
            ci("    - run: ${GITHUB_WORKSPACE}/scripts/check-signed-off.sh a..b\n"),
            "dco-enforced"
        ),
        Kind::Pass
    );
    let hidden = "name: .dco\non: workflow_call\njobs:\n  a:\n    steps:\n    - run: ./x\n";
    let caller = "on: pull_request\njobs:\n  v:\n    uses: ./.github/workflows/.dco.yml\n";
    let both = tree()
        .file(".github/workflows/.dco.yml", hidden)
        .file(".github/workflows/ci.yml", caller);
    assert_eq!(kind(both, "dco-enforced"), Kind::Pass);
    let said = tree().file("CONTRIBUTING.md", "Commits must pass the DCO check.\n");
    assert_eq!(kind(said, "dco-enforced"), Kind::Review);
    let asked = tree().file("CONTRIBUTING.md", "Sign off your commits.\n");
    assert_eq!(kind(asked, "dco-enforced"), Kind::Fail);
}

#[test]
fn signing_counts_in_a_release_only() {
    let cosign = "    - run: cosign sign --yes \"$IMAGE\"\n";
    assert_eq!(kind(release(cosign), "release-signing"), Kind::Pass);
    assert_eq!(kind(ci(cosign), "release-signing"), Kind::Fail);
    let keys = "    - run: curl https://x/key | sudo gpg --yes --dearmor -o /usr/share/k.gpg\n";
    assert_eq!(kind(release(keys), "release-signing"), Kind::Fail);
    let tested =
        release("    - run: ./test/e2e.sh\n").file("test/e2e.sh", "#!/bin/sh\ncosign sign x\n");
    assert_eq!(kind(tested, "release-signing"), Kind::Fail);
    let notes =
        "    - run: |\n        cat <<EOF > notes.md\n        cosign sign was used\n        EOF\n";
    assert_eq!(kind(release(notes), "release-signing"), Kind::Fail);
}

#[test]
fn publishing_pages_is_no_release() {
    let text = on_push("    - run: cosign sign x\n");
    let pages = tree().file(".github/workflows/publish-docs.yml", &text);
    assert_eq!(kind(pages, "release-signing"), Kind::Fail);
    let images = tree().file(".github/workflows/publish-images.yml", text);
    assert_eq!(kind(images, "release-signing"), Kind::Pass);
}

#[test]
fn signing_by_goreleaser_makefile_script_or_called_workflow() {
    assert_eq!(
        kind(
            tree().file(".goreleaser.yml", "signs:\n  - cmd: cosign\n"),
            "release-signing"
        ),
        Kind::Pass
    );
    assert_eq!(
        kind(
            tree().file(".goreleaser.yml", "#signs:\n#  - cmd: cosign\nbuilds: []\n"),
            "release-signing"
        ),
        Kind::Fail
    );
    let make = "sign:\n\tfor f in x; do gpg --armor --detach-sign $$f; done\n";
    assert_eq!(
        kind(tree().file("Makefile", make), "release-signing"),
        Kind::Pass
    );
    let script = "#!/bin/bash\ngit tag --sign -m \"$V\" \"$V\"\n";
    assert_eq!(
        kind(
            tree().file("scripts/release_mod.sh", script),
            "release-signing"
        ),
        Kind::Pass
    );
    let build = "on: workflow_call\njobs:\n  a:\n    steps:\n    - uses: actions/attest-build-provenance@v2\n";
    let caller = "name: Cut Release\non: workflow_dispatch\njobs:\n  b:\n    uses: ./.github/workflows/build.yaml\n";
    let both = tree()
        .file(".github/workflows/build.yaml", build)
        .file(".github/workflows/cut.yaml", caller);
    assert_eq!(kind(both.clone(), "release-signing"), Kind::Pass);
    assert_eq!(kind(both, "release-provenance"), Kind::Pass);
}

#[test]
fn composite_actions_of_the_tree_are_read() {
    let action = "runs:\n  using: composite\n  steps:\n  - uses: CycloneDX/gh-gomod-generate-sbom@v2\n  - run: cosign attach sbom --sbom x\n    shell: bash\n";
    let with = release("    - uses: ./.github/actions/image\n")
        .file(".github/actions/image/action.yaml", action);
    let answer = run(with, "release-sbom");
    assert_eq!(answer.kind(), Kind::Pass);
    assert!(
        answer
            .message()
            .contains(".github/actions/image/action.yaml:4"),
        "{}",
        answer.message()
    );
}

#[test]
fn an_sbom_switched_off_is_named() {
    let answer = run(
        release("    - run: ko publish --bare --sbom=none ./cmd\n"),
        "release-sbom",
    );
    assert_eq!(answer.kind(), Kind::Fail);
    assert!(
        answer.message().contains("switched off"),
        "{}",
        answer.message()
    );
    assert_eq!(answer.findings()[0].line, Some(7));
    let list = tree()
        .file("bill-of-materials.json", "[]")
        .file("tool_bom.sh", "#!/bin/sh\n");
    assert_eq!(kind(list, "release-sbom"), Kind::Fail);
    let set = "    - uses: docker/build-push-action@v6\n      with:\n        sbom: true\n        provenance: mode=max\n";
    assert_eq!(kind(release(set), "release-sbom"), Kind::Pass);
    assert_eq!(kind(release(set), "release-provenance"), Kind::Pass);
}

#[test]
fn secrets_not_scanned_here_may_be_scanned_by_the_forge() {
    assert_eq!(kind(tree(), "secret-scanning"), Kind::Open);
    let hook = "repos:\n- repo: https://github.com/gitleaks/gitleaks\n  hooks:\n  - id: gitleaks\n";
    assert_eq!(
        kind(
            tree().file(".pre-commit-config.yaml", hook),
            "secret-scanning"
        ),
        Kind::Pass
    );
}

#[test]
fn update_bots_need_something_to_update() {
    let of = |path: &str, text: &str| kind(tree().file(path, text), "dependency-updates");
    let dependabot = "version: 2\nupdates:\n  - package-ecosystem: gomod\n    directory: /\n";
    assert_eq!(of(".github/dependabot.yml", dependabot), Kind::Pass);
    assert_eq!(of("scripts/dependabot.yml", dependabot), Kind::Fail);
    assert_eq!(
        of(".github/dependabot.yml", "version: 2\nupdates: []\n"),
        Kind::Fail
    );
    assert_eq!(
        of(
            "renovate.json",
            "{\n  \"$schema\": \"https://docs.renovatebot.com/renovate-schema.json\"\n}\n"
        ),
        Kind::Fail
    );
    assert_eq!(
        of(
            "renovate.json",
            "{\"$schema\": \"https://x\", \"extends\": [\"config:base\"]}"
        ),
        Kind::Pass
    );
    assert_eq!(
        of(
            ".github/renovate.json5",
            "{\n  // note\n  extends: ['config:recommended'],\n}\n"
        ),
        Kind::Pass
    );
    assert_eq!(
        of(
            "renovate.json",
            "{\n  \"extends\": [],\n  \"enabled\": false\n}\n"
        ),
        Kind::Fail
    );
    assert_eq!(of("package.json", "{\"name\": \"x\"}"), Kind::Fail);
    assert_eq!(
        of("package.json", "{\"renovate\": {\"extends\": [\"a\"]}}"),
        Kind::Pass
    );
}

#[test]
fn permissions_are_stated_once_at_the_top_or_by_every_job() {
    let of = |text: &str| {
        run(
            tree().file(".github/workflows/a.yml", text),
            "workflow-permissions",
        )
    };
    assert_eq!(
        of("on: push\npermissions: {}\njobs:\n  a: {steps: []}\n").kind(),
        Kind::Pass
    );
    assert_eq!(
        of("on: push\njobs:\n  a:\n    permissions: read-all\n").kind(),
        Kind::Pass
    );
    let answer = of("on: push\njobs:\n  a:\n    permissions: read-all\n  b:\n    steps: []\n");
    assert_eq!(answer.kind(), Kind::Fail);
    assert_eq!(answer.findings()[0].line, Some(5));
    let answer = of("on: push\npermissions: write-all\njobs:\n  a:\n    steps: []\n");
    assert_eq!(answer.findings()[0].line, Some(2));
    assert_eq!(kind(tree(), "workflow-permissions"), Kind::NotApplicable);
}

#[test]
fn a_strangers_text_in_a_script_is_found_on_its_line() {
    let answer = run(
        ci(
            "    - run: |\n        echo start\n        echo \"${{ github.event.pull_request.title }}\"\n    - env:\n        T: ${{ github.event.pull_request.title }}\n      run: echo \"$T\"\n",
        ),
        "workflow-untrusted-input",
    );
    assert_eq!(answer.kind(), Kind::Fail);
    assert_eq!(answer.findings().len(), 1);
    assert_eq!(answer.findings()[0].line, Some(8));
    let safe = "    - run: echo ${{ github.event.pull_request.number }} ${{ github.sha }}\n";
    assert_eq!(kind(ci(safe), "workflow-untrusted-input"), Kind::Pass);
    let script = "    - uses: actions/github-script@v7\n      with:\n        script: |\n          console.log('${{ github.head_ref }}')\n";
    assert_eq!(kind(ci(script), "workflow-untrusted-input"), Kind::Fail);
}

#[test]
fn a_privileged_workflow_must_not_check_out_the_head() {
    let of = |event: &str, reference: &str| {
        let text = format!(
            "on: {event}\njobs:\n  a:\n    steps:\n    - uses: actions/checkout@v4\n      with:\n        ref: {reference}\n"
        );
        kind(
            tree().file(".github/workflows/a.yml", text),
            "workflow-untrusted-input",
        )
    };
    assert_eq!(
        of(
            "pull_request_target",
            "${{ github.event.pull_request.head.sha }}"
        ),
        Kind::Fail
    );
    assert_eq!(of("pull_request_target", "main"), Kind::Pass);
    assert_eq!(
        of("pull_request", "${{ github.event.pull_request.head.sha }}"),
        Kind::Pass
    );
}

#[test]
fn tags_are_not_pins() {
    let answer = run(
        ci(
            "    - uses: actions/checkout@v4\n    - uses: ./.github/actions/x\n    - uses: a/b@0123456789012345678901234567890123456789\n",
        ),
        "dependencies-pinned",
    );
    assert_eq!(answer.kind(), Kind::Fail);
    assert_eq!(answer.findings().len(), 1);
    assert_eq!(answer.findings()[0].line, Some(6));
}

#[test]
fn hostile_workflows_are_named_and_harm_nothing() {
    let deep = tree().file(
        ".github/workflows/a.yml",
        "on: push\njobs: ".to_owned() + &"[".repeat(5000),
    );
    let answer = run(deep, "ci-tests");
    assert_eq!(answer.kind(), Kind::Fail);
    assert!(
        answer.message().contains("nested deeper"),
        "{}",
        answer.message()
    );
    let makefile = "a: b\n\t$(MAKE) a\nb: a\n\tmake b\n";
    let circle = ci("    - run: make a && ./x.sh\n")
        .file("Makefile", makefile)
        .file("x.sh", "#!/bin/sh\n./x.sh\n");
    assert_eq!(kind(circle, "ci-tests"), Kind::Fail);
}
