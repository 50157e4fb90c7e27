"""The program itself: version and help, Ctrl-C, a closed pipe, a terminal without our signs."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import jacobians
from jacobians.__main__ import main

from .code import LINEAR

ROOT = Path(__file__).resolve().parents[2]


# Whoever starts the tests in the background has them ignore Ctrl-C, and what they start, too.
_AS_FROM_A_TERMINAL = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("jacobians", run_name="__main__", alter_sys=True)
"""


def program(*args: str, **kwargs) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", _AS_FROM_A_TERMINAL, *args]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **kwargs
    )


def test_ctrl_c_keeps_what_was_done_and_says_so(typed, monkeypatch, tmp_path):
    from jacobians import checking

    right = checking.check

    def interrupted(fast, layer, *args, **kwargs):
        if layer.__name__ == "Shift":
            raise KeyboardInterrupt
        return right(fast, layer, *args, **kwargs)

    monkeypatch.setattr(checking, "check", interrupted)
    monkeypatch.setattr(checking, "layer_names", lambda: ["identity", "relu", "shift", "tanh"])
    status, out, err = typed("check", "--dtype", "float64", "--json", str(tmp_path / "out.json"))
    assert status == 130
    assert [line.split()[0] for line in out.splitlines()] == ["layer", "identity", "relu", "2", "interrupted:"]
    assert out.splitlines()[-1] == "interrupted: 2 of 4 layers were checked to the end"
    data = json.loads((tmp_path / "out.json").read_text())
    assert data["interrupted"] is True
    assert data["verdict"] == "INCONCLUSIVE", "what was not checked has not passed"
    assert {r["layer"] for r in data["results"]} == {"identity", "relu"}


def test_ctrl_c_in_the_code_on_trial_and_while_it_is_loaded(file, typed):
    inside = file(LINEAR.replace("    x, W = saved", "    raise KeyboardInterrupt"))
    status, out, _ = typed("check", inside, "--layer", "linear")
    assert status == 130
    assert "interrupted after 0 of" in out
    assert "interrupted: 0 of 1 layers were checked to the end" in out
    status, _, err = typed("check", file("raise KeyboardInterrupt"), "--layer", "linear")
    assert (status, err) == (130, "jacobians: interrupted\n")


AFTER_A_WHILE = """
right, asked = backward, []
def backward(g, saved):
    asked.append(g)
    if len(asked) > 100:
        raise KeyboardInterrupt
    return right(g, saved)
"""


def test_ctrl_c_in_one_file_keeps_what_was_compared(file, typed, tmp_path):
    """Every number so far, and no PASS: not all was asked. A failure that was seen is one."""
    path = str(tmp_path / "out.json")
    status, out, _ = typed("check", file(LINEAR + AFTER_A_WHILE), "--layer", "linear", "--json", path)
    found = json.loads((tmp_path / "out.json").read_text())
    assert (status, found["interrupted"], found["verdict"]) == (130, True, "INCONCLUSIVE")
    assert {r["argument"]: r["verdict"] for r in found["results"]} == dict.fromkeys("yxWb", "INCONCLUSIVE")
    assert all(r["entries"] > 0 and r["ratio"] <= 1 for r in found["results"] if r["claim"] == "gradient")
    wrong = file((LINEAR + AFTER_A_WHILE).replace("g.sum(axis=0)", "g.mean(axis=0)"))
    status, out, _ = typed("check", wrong, "--layer", "linear", "--json", path)
    found = json.loads((tmp_path / "out.json").read_text())
    assert (status, found["verdict"]) == (130, "FAIL")
    assert [r["diagnosis"]["name"] for r in found["results"] if r["verdict"] == "FAIL"] == ["mean-for-sum"]
    assert "to the end" in out.splitlines()[-1]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_by_signal(file, tmp_path):
    ready = tmp_path / "ready"
    path = file(LINEAR + f"\nopen({str(ready)!r}, 'w').close()\nimport time\nright = backward\n"
                "def backward(g, saved):\n    time.sleep(0.2)\n    return right(g, saved)\n")  # fmt: skip
    process = program("check", path, "--layer", "linear")
    for _ in range(600):
        if ready.exists():
            break
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in out + err
    assert "interrupted" in out


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_closed_pipe(tmp_path):
    """As `jacobians check | head -1`: nothing is said, and it is no success."""
    process = program("check", "--layer", "identity")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert err == ""


def test_the_program_itself(file, tmp_path):
    process = program(
        "check", file(LINEAR.replace("g.sum(", "g.mean(")), "--layer", "linear", "--dtype", "float64", cwd=tmp_path
    )
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    assert "divided by the batch size" in out


def test_a_terminal_without_our_signs(file, monkeypatch, capsysbinary):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["check", file(LINEAR.replace("g.sum(", "2 * g.sum(")), "--layer", "linear", "--dtype", "float64"]) == 1
    out.flush()
    assert b"1 FAIL" in out.buffer.getvalue()


def test_version_and_help(typed):
    assert typed("--version") == (0, f"jacobians {jacobians.__version__}\n", "")
    status, out, _ = typed("--help")
    assert status == 0
    assert "check" in out
    status, out, _ = typed("check", "--help")
    assert status == 0
    for option in ("--layer", "--convention", "--dtype", "--setting", "--seed", "--json", "--quiet"):
        assert option in out
    assert "3 undecided" in " ".join(out.split())


def test_a_file_that_is_not_the_output_is_named(refused, monkeypatch):
    def page(*args):
        raise PermissionError(13, "Permission denied", "a.npy")

    monkeypatch.setattr("jacobians.show.command.page", page)
    assert refused("show", "relu").strip() == "'a.npy' could not be used (Permission denied)"


def test_what_is_no_command(refused):
    assert "--help" in refused()
    assert "invalid choice: 'chek'" in refused("chek")
    assert "unrecognized arguments: --fast" in refused("check", "--layer", "relu", "--fast")


def test_without_docstrings_a_layer_is_still_found():
    command = [sys.executable, "-OO", "-m", "jacobians", "check", "--layer", "relu", "--dtype", "float64", "-q"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 PASS")
