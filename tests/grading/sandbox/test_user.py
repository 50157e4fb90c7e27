"""The sandbox of somebody who is not root: everything but a user of its own, on the same kernel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jacobians.grading.sandbox import Sandbox
from jacobians.grading.sandbox.zygote import NoSandbox

NOBODY = 65534
ROOT = Path(__file__).parents[3]
SCRIPT = """
import os, sys
import numpy as np
from jacobians.grading.sandbox import Limits, Sandbox
from jacobians.verify.door import Broken

with Sandbox(Limits(cpu=0.5, idle=0.5, memory=96 << 20), require="user") as sandbox:
    assert os.getuid() == {uid}, os.getuid()
    assert sandbox.level == "user", sandbox.protections
    assert [p.name for p in sandbox.protections if not p.active] == ["own user"]
    with sandbox.open(b"import os, signal\\ndef double(x): return 2 * x\\n"
                      b"def kill(pid): os.kill(pid, signal.SIGKILL)\\n"
                      b"def loop():\\n    while True: pass\\n"
                      b"def memory(pid): return open(f'/proc/{{pid}}/mem', 'rb').read(1)", "a.py") as worker:
        assert np.array_equal(worker.call("double", np.ones((2, 3))), np.full((2, 3), 2.0))
        me, zygote = os.getpid(), sandbox._zygote.process.pid
        for attack in (("kill", me), ("kill", zygote), ("memory", me), ("loop",)):
            try:
                worker.call(*attack)
            except Broken as broken:
                print(broken.text)
            else:
                raise SystemExit(f"{{attack}} worked")
        assert np.array_equal(worker.call("double", np.ones((2, 3))), np.full((2, 3), 2.0))
    folder = sandbox._zygote.folder
assert not os.path.exists(folder)
print("all held")
"""


def closed_to_others() -> Path | None:
    """The folder above this Python that others may not enter: root's home, say; None: everybody may."""
    above = [*Path(sys.base_prefix).resolve().parents][::-1]
    return next((p for p in above if not p.stat().st_mode & 0o001), None)


def everybodys_python(folder: Path | None) -> list[str]:
    """The command that starts this Python as a plain user; if need be, in a view of the files with that folder open."""
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", sys.executable]
    if folder is None:
        return drop
    inner = Path(sys.base_prefix).resolve().relative_to(folder).parts[0]
    view = f"""
        set -e
        mount --bind {folder / inner} /mnt
        mount -t tmpfs -o mode=755 none {folder}
        mkdir {folder / inner}
        mount --bind /mnt {folder / inner}
        exec "$@"
    """
    return ["unshare", "--mount", "sh", "-c", view, "sh", *drop]


@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests run as a plain user already")
def test_a_plain_user_has_all_but_a_user_of_its_own() -> None:
    command = everybodys_python(closed_to_others())
    if subprocess.run([*command, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"no plain user can be given a Python here: {sys.executable} lies in {closed_to_others()}")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    script = SCRIPT.format(uid=NOBODY)
    ran = subprocess.run([*command, "-c", script], capture_output=True, text=True, env=env, cwd="/", timeout=60)
    assert ran.stdout.endswith("all held\n"), ran.stdout + ran.stderr
    said = ran.stdout.splitlines()
    assert "Operation not permitted" in said[0]
    assert "Operation not permitted" in said[1]
    assert "Permission denied" in said[2]
    assert "processor time" in said[3]


def test_a_python_that_cannot_be_started_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unreadable = tmp_path / "python"
    unreadable.touch(0o600)
    monkeypatch.setattr(sys, "executable", str(unreadable))
    with pytest.raises(NoSandbox, match=f"cannot start {unreadable}: Permission denied; .* install one that everybody"):
        Sandbox()


def test_a_python_without_its_library_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho 'no library here' >&2\nexit 3\n")
    other.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(other))
    with pytest.raises(NoSandbox, match="first process has ended: no library here"):
        Sandbox()
