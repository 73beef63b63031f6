#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the steps of action.yml as a runner would, over events and clones of our own making, without a network.

Reads action.yml line by line (its steps have one shape), resolves inputs and outputs of steps, gives each script the
files of the runner, and reads what is printed by the runner's grammar. Usage: runner.py PROVOST
"""
import json, os, re, subprocess, sys, tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
COMMAND = re.compile(r"^\s*::([a-z-]+)( [^:]*)?::")
OLD = re.compile(r"##\[")


def steps():
    """(id, if, env, script) of each step with a script; defaults of the inputs."""
    text = open(os.path.join(TOP, "action.yml"), encoding="utf-8").read()
    head, body = text.split("\nruns:\n")
    inputs = {}
    for name, rest in re.findall(r"^  ([a-z-]+):\n((?:    .*\n)+)", head.split("\noutputs:\n")[0] + "\n", re.M):
        inputs[name] = re.search(r"default: (.*)", rest).group(1).strip("'")
    found = []
    for part in body.split("    - id: ")[1:]:
        script = re.search(r"GITHUB_ACTION_PATH/(action/[a-z]+\.sh)", part)
        when = re.search(r"^      if: (.*)$", part, re.M)
        env = dict(re.findall(r"^        ([A-Z_]+): (.*)$", part, re.M))
        if script:
            found.append((part.split("\n")[0], when and when.group(1), env, script.group(1)))
    return inputs, found


def value(text, inputs, outputs):
    def one(match):
        path = match.group(1).strip().split(".")
        if path[0] == "inputs":
            return inputs[path[1]]
        if path[0] == "steps":
            return outputs.get(path[1], {}).get(path[3], "") if path[2] == "outputs" else ""
        return ""
    return re.sub(r"\$\{\{(.*?)\}\}", one, text)


def act(provost, clone, event, payload, given=(), token=""):
    """Outputs by step, exit status, printed lines, summary."""
    inputs, found = steps()
    inputs.update(given, token=token)
    outputs, log, failed, summary = {}, [], 0, ""
    with tempfile.TemporaryDirectory() as temp:
        payload_file = os.path.join(temp, "event.json")
        with open(payload_file, "w", encoding="utf-8") as file:
            file.write(payload if isinstance(payload, str) else json.dumps(payload))
        for name, when, env, script in found:
            if failed:
                break
            if when:
                left, sign, right = re.match(r"(\S+) (==|!=) '(.*)'", when).groups()
                is_same = value("${{ %s }}" % left, inputs, outputs) == right
                if is_same != (sign == "=="):
                    continue
            if name == "install":  # The binary under test stands for the one that would be installed.
                outputs[name] = {"binary": provost}
                continue
            files = {key: os.path.join(temp, f"{name}-{key}") for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
            for path in files.values():
                open(path, "w").close()
            environment = {"PATH": os.environ["PATH"], "HOME": temp, "RUNNER_TEMP": temp, "GITHUB_ACTIONS": "true",
                           "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": payload_file, "GITHUB_REPOSITORY": "o/r",
                           "GITHUB_ACTION_PATH": TOP, "PROVOST_FILE_PROTOCOL": "always", **files}
            environment.update({k: value(v, inputs, outputs) for k, v in env.items()})
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", os.path.join(TOP, script)],
                                  cwd=clone, env=environment, capture_output=True)
            log += (done.stdout + done.stderr).decode("utf-8", "replace").split("\n")
            with open(files["GITHUB_OUTPUT"], encoding="utf-8") as file:
                outputs[name] = dict(line.rstrip("\n").split("=", 1) for line in file)
            with open(files["GITHUB_STEP_SUMMARY"], encoding="utf-8") as file:
                summary += file.read()
            failed = done.returncode
    return outputs, failed, log, summary


def commands(log):
    """Kinds of the commands that a runner would obey."""
    kinds, seal = [], None
    for line in log:
        match = COMMAND.match(line)
        if seal:
            seal = None if match and match.group(1) == seal else seal
            seal = None if line.strip() == f"::{seal}::" else seal
            continue
        assert not OLD.search(line), f"an old command in {line!r}"
        if match and match.group(1) == "stop-commands":
            seal = line.split("::")[2]
        elif match:
            kinds.append(match.group(1))
    return kinds


def git(where, *args):
    return subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *args], cwd=where, check=True,
                          capture_output=True, text=True).stdout.strip()


def write(where, name, text):
    with open(os.path.join(where, name), "w", encoding="utf-8") as file:
        file.write(text)
    git(where, "add", "-A")


def main(provost):
    provost = os.path.abspath(provost)
    with tempfile.TemporaryDirectory() as temp:
        up, clone = os.path.join(temp, "up"), os.path.join(temp, "clone")
        git(temp, "init", "-q", "-b", "main", up)
        git(up, "config", "uploadpack.allowAnySHA1InWant", "true")
        write(up, "README.md", "# Example\n")
        git(up, "commit", "-qsm", "one")
        base = git(up, "rev-parse", "HEAD")
        git(up, "checkout", "-qb", "topic")
        for name in ("x\n::error file=README.md::pwned.rs", "a##[add-mask]e.rs", "b.rs"):
            write(up, name, "fn f() {}\n")
            git(up, "commit", "-qsm", "##[stop-commands]x " + name)
        head = git(up, "rev-parse", "HEAD")
        git(temp, "clone", "-q", "--depth=1", "--no-single-branch", "--branch=topic", "file://" + up, clone)

        def pull(source="o/r"):
            return {"pull_request": {"base": {"ref": "main", "sha": base}, "repo": {},
                                     "head": {"sha": head, "repo": {"full_name": source}}},
                    "repository": {"default_branch": "main"}}
        rule = {"fail-on": "warning"}
        out, status, log, summary = act(provost, clone, "pull_request", pull(), rule)
        kinds = commands(log)
        assert status == 1 and out["run"]["exit-code"] == "1", log
        assert out["run"]["warnings"] != "0" and out["upload"]["allowed"] == "false", out
        assert all(kinds.count(kind) <= 11 for kind in set(kinds)), kinds
        assert set(kinds) <= {"error", "warning", "notice"}, kinds
        assert 0 < len(summary.encode()) < 900 * 1024
        out, status, log, _ = act(provost, clone, "pull_request", pull("f/r"), rule, token="t")
        assert out["upload"]["allowed"] == "false" and any("fork" in line for line in log), log
        out, status, log, _ = act(provost, clone, "pull_request", pull(), {"fail-on": "never"}, token="t")
        assert (out["upload"]["allowed"], status) == ("true", 0), log
        for event, payload in (
            ("push", {"ref": "refs/heads/topic", "before": base, "after": head, "repository": {"default_branch": "main"}}),
            ("merge_group", {"merge_group": {"base_sha": base, "head_sha": head}}),
        ):
            out, status, log, _ = act(provost, clone, event, payload, rule)
            assert status == 1, (event, log)
        for event in ("schedule", "workflow_dispatch", "release"):
            out, status, log, _ = act(provost, clone, event, {}, {"fail-on": "never"})
            assert status == 0 and out["run"]["exit-code"] == "0", (event, log)
        out, status, log, _ = act(provost, clone, "push", {"deleted": True})
        assert status == 0 and "run" not in out, log
        # Never green when nothing was assessed: a payload that is none, a profile that is none, no repository.
        for payload, given in (("{", {}), (pull(), {"profile": "no/such"}), (pull(), {"path": "gone"})):
            _, status, log, _ = act(provost, clone, "pull_request", payload, given)
            assert status != 0, log
            commands(log)
    print("the action runs as it should")


if __name__ == "__main__":
    main(sys.argv[1])
