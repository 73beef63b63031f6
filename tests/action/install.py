#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs action/install.sh against releases of our own making in a folder: what is installed, and what is refused.

No network: curl reads file:// only, and cargo and gh are stand-ins. Usage: install.py
"""
import hashlib, os, platform, shutil, subprocess, tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BINARY = "#!/bin/sh\necho provost 9.9.9\n"


def program(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755)


class World:
    """A copy of the action with a table of hashes, a release, and a runner's folders."""

    def __init__(self, temp, table, asset):
        self.temp = temp
        shutil.copytree(os.path.join(TOP, "action"), os.path.join(temp, "at", "action"))
        with open(os.path.join(temp, "at", "action", "checksums.txt"), "w", encoding="utf-8") as file:
            file.write(table)
        self.release = os.path.join(temp, "releases", "v9.9.9")
        if asset is not None:
            program(os.path.join(self.release, name()), asset)

    def install(self, version="", **more):
        """Status, outputs, what was printed."""
        outputs = os.path.join(self.temp, "outputs")
        open(outputs, "w").close()
        env = {"PATH": os.path.join(self.temp, "bin") + os.pathsep + os.environ["PATH"], "HOME": self.temp,
               "RUNNER_TEMP": self.temp, "RUNNER_TOOL_CACHE": os.path.join(self.temp, "cache"), "GITHUB_OUTPUT": outputs,
               "INPUT_VERSION": version, "PROVOST_PROTOCOLS": "=file",
               "PROVOST_DOWNLOADS": "file://" + os.path.join(self.temp, "releases"), **more}
        done = subprocess.run(["bash", "--noprofile", "--norc", os.path.join(self.temp, "at", "action", "install.sh")],
                              env=env, capture_output=True, text=True)
        with open(outputs, encoding="utf-8") as file:
            found = dict(line.rstrip("\n").split("=", 1) for line in file)
        return done.returncode, found, done.stdout + done.stderr

    def cached(self):
        return [name for _, _, names in os.walk(os.path.join(self.temp, "cache")) for name in names]


def name():
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
    system = {"Linux": "unknown-linux-musl", "Darwin": "apple-darwin"}[platform.system()]
    return f"provost-9.9.9-{machine}-{system}"


def table(text=BINARY, asset=None):
    return f"# version: 9.9.9\n{hashlib.sha256(text.encode()).hexdigest()}  {asset or name()}\n"


def refused(world, said, **given):
    status, found, log = world.install(**given)
    assert status == 2 and "binary" not in found, (status, found, log)
    assert said in log and "::error title=provost::" in log, log
    assert world.cached() == [], world.cached()


def main():
    def world(*given):
        return World(tempfile.mkdtemp(dir=top), *given)

    with tempfile.TemporaryDirectory() as top:
        right = world(table(), BINARY)
        for version in ("", "9.9.9"):
            status, found, log = right.install(version)
            assert status == 0 and os.access(found["binary"], os.X_OK), log
            assert "provost 9.9.9" in log and "provenance was not asked for" in log, log
        assert right.cached() == ["provost"], right.cached()
        # The one in the cache is used while it has its hash, and only then.
        os.remove(os.path.join(right.release, name()))
        assert right.install()[0] == 0
        with open(found["binary"], "a", encoding="utf-8") as file:
            file.write("echo changed\n")
        status, found, log = right.install()
        assert status == 2 and "changed" not in log and "binary" not in found, log

        refused(world(table(), BINARY + "echo pwned\n"), "is not what was released")
        refused(world(table(), None), "cannot be downloaded")
        refused(world(table(asset="provost-9.9.9-other"), BINARY), "does not name")
        refused(world(f"# version: 9.9.9\nx  {name()}\n", BINARY), "does not name")
        refused(world("# none\n", BINARY), "has no release yet")
        refused(world(table(), BINARY), "knows the hashes of release 9.9.9 only", version="9.9.8")
        for version in ("latest", "9.9", "../9.9.9", "9.9.9;id"):
            refused(world(table(), BINARY), "neither X.Y.Z nor source", version=version)

        # Who built it is asked where it can be; no answer is a warning beside the hash, not a pass of its own.
        for answer, said in ((0, "its build provenance is attested"), (1, "::warning title=provost::the build provenance")):
            asked = world(table(), BINARY)
            program(os.path.join(asked.temp, "bin", "gh"), f'#!/bin/sh\n[ "$2" = --help ] || exit {answer}\n')
            status, found, log = asked.install(GH_TOKEN="t")
            assert status == 0 and said in log, log

        # From source: what is built is the revision the action is at, whatever the table says.
        source = world("# none\n", None)
        program(os.path.join(source.temp, "bin", "cargo"), """#!/bin/sh
echo "cargo $*"
while [ $# -gt 0 ]; do [ "$1" != --root ] || root=$2; [ "$1" != --path ] || [ -d "$2/action" ] || exit 9; shift; done
mkdir -p "$root/bin" && printf '#!/bin/sh\\necho built\\n' > "$root/bin/provost" && chmod 755 "$root/bin/provost"
""")
        status, found, log = source.install("source")
        assert status == 0 and "built" in log and "cargo install --quiet --locked" in log, log
        assert os.access(found["binary"], os.X_OK) and source.cached() == [], found
    print("the action installs what it should")


if __name__ == "__main__":
    main()
