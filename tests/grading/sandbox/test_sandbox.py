"""Levels, failing closed, many at once, and nothing left behind."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from jacobians.errors import UnknownName
from jacobians.grading.sandbox import Limits, Sandbox
from jacobians.grading.sandbox.protection import Protection, TooOpen, demand, level
from jacobians.grading.sandbox.zygote import _THREADS, NoSandbox
from jacobians.verify.door import Broken

SMALL = Limits(cpu=0.5, idle=0.5, memory=96 << 20)
SOURCE = b"""
import os

def pid():
    return os.getpid(), os.getuid(), os.getcwd()

def double(x):
    return 2 * x
"""
ROOT = Path(__file__).parents[3]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(*pids: int) -> bool:
    deadline = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(alive, pids))


def test_the_level_is_what_really_was_refused() -> None:
    yes, no = Protection("files", True, ""), Protection("files", False, "reading worked")
    own, shared = Protection("own user", True, ""), Protection("own user", False, "shared")
    assert level([yes, own]) == "full"
    assert level([yes, shared]) == "user"
    assert level([no, own]) == "basic"
    with pytest.raises(TooOpen, match="is 'basic', 'user' was required .files: reading worked"):
        demand([no, own], "user")
    with pytest.raises(TooOpen, match="there is no level 'ful'"):
        demand([yes, own], "ful")  # type: ignore[arg-type]
    demand([yes, shared], "user")


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        (("landlock",), {"files", "folders"}),
        (("seccomp", "RLIMIT_NPROC"), {"network", "processes"}),
        (("RLIMIT_AS",), {"memory"}),
    ],
    ids=lambda v: " ".join(sorted(v)),
)
def test_a_layer_left_out_is_noticed(left_out: tuple[str, ...], missing: set[str]) -> None:
    """The probes can fail: each layer is the one that holds what it is there for."""
    with Sandbox(SMALL, without=left_out) as sandbox:
        got = {p.name for p in sandbox.protections if not p.active}
        assert missing <= got
        assert sandbox.level == "basic"
        shared = set() if os.geteuid() == 0 else {"own user", "memory of others"}  # a user shared has these less
        assert got - shared - {"signals"} == missing  # signals: before Linux 6.12 seccomp alone holds them
    with pytest.raises(TooOpen, match=sorted(missing)[0]):
        Sandbox(SMALL, require="user", without=left_out)


def test_without_a_user_of_its_own_the_rest_holds() -> None:
    with Sandbox(SMALL, require="user", without=("user",)) as sandbox:
        assert sandbox.level == "user"
        assert [p.name for p in sandbox.protections if not p.active] == ["own user"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has any to give up")
def test_root_that_stays_root_has_no_powers_left() -> None:
    source = b"""
import ctypes, struct

def powers():
    here = ctypes.create_string_buffer(24)
    ctypes.CDLL(None).capget(struct.pack("=Ii", 0x20080522, 0), here)
    return [*struct.unpack("=6I", here.raw)]
"""
    with Sandbox(SMALL, without=("user", "seccomp")) as sandbox, sandbox.open(source, "a.py") as w:
        assert w.call("powers") == [0] * 6


def test_the_answers_cannot_be_allowed() -> None:
    with pytest.raises(UnknownName, match="holds the answers"):
        Sandbox(allow=("numpy", "reference"))
    with pytest.raises(UnknownName, match="there is no package 'scpy'"):
        Sandbox(allow=("scpy",))


def test_a_sandbox_that_nobody_closes_ends_with_its_owner() -> None:
    sandbox = Sandbox(SMALL)
    worker = sandbox.open(SOURCE, "a.py")
    pid, zygote, folder = worker.call("pid")[0], sandbox._zygote.process.pid, sandbox._zygote.folder
    del sandbox, worker
    gc.collect()
    assert wait_until_gone(pid, zygote)
    assert not os.path.exists(folder)


def test_when_the_first_process_is_killed_it_is_not_the_students_fault() -> None:
    """A worker that would wait for ever goes with it; the grader hears of a sandbox that is gone, not of a mark."""
    with Sandbox(SMALL) as sandbox:
        worker = sandbox.open(b"import os, time\n\npid = os.getpid\n\ndef f(): return pid()", "a.py")
        pid = worker.call("f")
        os.kill(sandbox._zygote.process.pid, signal.SIGKILL)
        assert wait_until_gone(pid)
        with pytest.raises(NoSandbox, match="has ended"):
            worker.call("f")
        with pytest.raises(NoSandbox, match="has ended"):
            sandbox.open(SOURCE, "b.py")
    assert not os.path.exists(sandbox._zygote.folder)


def test_a_fork_of_the_grader_has_no_part_in_its_sandbox() -> None:
    script = """
import os
from jacobians.grading.sandbox import Sandbox
with Sandbox() as sandbox:
    if not os.fork():
        try:
            sandbox.open(b"", "a.py")
        except Exception as error:
            print(error, flush=True)
        sandbox.close()
        os._exit(0)
    os.wait()
    with sandbox.open(b"def f(): return 1", "a.py") as worker:
        print(worker.call("f"))
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, timeout=60)
    assert ran.stdout.splitlines() == [
        "a sandbox belongs to the process that made it: make one in each process",
        "1",
    ], ran.stderr


def test_a_question_that_ctrl_c_interrupted_does_not_confuse_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(SMALL) as sandbox:
        worker = sandbox.open(SOURCE, "a.py")
        pid = worker.call("pid")[0]

        def interrupt() -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(sandbox._zygote, "_line", interrupt)
            with pytest.raises(KeyboardInterrupt):
                worker.close()
        with sandbox.open(SOURCE, "b.py") as other:
            assert other.call("pid")[0] not in (pid, None)
        assert wait_until_gone(pid)


def test_what_is_closed_says_so() -> None:
    sandbox = Sandbox(SMALL)
    worker = sandbox.open(SOURCE, "a.py")
    worker.close()
    with pytest.raises(Broken, match="double: this submission's worker was closed"):
        worker.call("double", 1)
    sandbox.close()
    sandbox.close()
    with pytest.raises(NoSandbox, match="ended"):
        sandbox.open(SOURCE, "a.py")


def test_no_folder_for_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(NoSandbox, match="needs a folder for temporary files: .*/nowhere"):
        Sandbox()


def test_nothing_of_the_graders_surroundings_gets_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable, no folder on a path, no file beside it: what lies there is never run, and no secret is seen."""
    ran = tmp_path / "ran"
    for name in ("sitecustomize", "usercustomize", "numpy", "json", "colorsys", "struct"):
        (tmp_path / f"{name}.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    monkeypatch.setenv("COURSE_SECRET", "s3cret")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONHOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    source = b"""
import os, sys
import colorsys

def look():
    return dict(os.environ), sys.path, sys.argv, colorsys.rgb_to_hsv(0, 0, 1)
"""
    with Sandbox(SMALL) as sandbox, sandbox.open(source, "a.py") as w:
        environment, path, argv, _ = w.call("look")
    assert set(environment) <= {*(f"{n}_NUM_THREADS" for n in _THREADS), "PYTHONHASHSEED", "LC_CTYPE"}
    assert str(tmp_path) not in path
    assert argv == ["a.py"]
    assert not ran.exists()


def test_scipy_where_it_is_allowed(rng: np.random.Generator) -> None:
    source = b"def f(x):\n    from scipy.special import erf\n    return erf(x)\n"
    with Sandbox(Limits(memory=512 << 20), allow=("numpy", "scipy")) as sandbox, sandbox.open(source, "a.py") as w:
        from scipy.special import erf

        x = rng.standard_normal((2, 3))
        np.testing.assert_array_equal(w.call("f", x), erf(x))


def test_many_at_once_do_not_disturb_each_other() -> None:
    """Several sandboxes, each with several workers, in threads: each its own process, user, folder and numbers."""
    seen: list[tuple[int, int, str]] = []
    wrong: list[object] = []

    def grade(k: int) -> None:
        with Sandbox(SMALL) as sandbox:
            workers = [sandbox.open(SOURCE, f"{k}.py") for _ in range(3)]
            for j, w in enumerate(workers):
                seen.append(w.call("pid"))
                x = np.arange(6.0).reshape(2, 3) + 10 * k + j
                if not np.array_equal(w.call("double", x), 2 * x):
                    wrong.append((k, j))

    threads = [threading.Thread(target=grade, args=(k,)) for k in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong
    pids, uids, folders = zip(*seen, strict=True)
    assert len(set(pids)) == len(set(folders)) == 9
    if os.geteuid() == 0:
        assert len(set(uids)) == 9
    assert wait_until_gone(*pids)
    assert not any(map(os.path.exists, folders))


def test_what_a_submission_starts_ends_with_it(rng: np.random.Generator) -> None:
    """Even where processes are allowed: a daemon in a session of its own, which nobody is the parent of."""
    source = b"""
import os, signal, time

def daemon():
    here, there = os.pipe()
    if not os.fork():
        os.setsid() if hasattr(os, "setsid") else None
        if not os.fork():
            for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(n, signal.SIG_IGN)
            os.write(there, str(os.getpid()).encode())
            while True:
                time.sleep(1000)
        os._exit(0)
    return int(os.read(here, 20))
"""
    limits = Limits(cpu=0.5, idle=0.5, memory=96 << 20, processes=4)
    for left_out in ((), ("user",)):
        with Sandbox(limits, without=("seccomp", *left_out)) as sandbox:  # with it there is no setsid
            with sandbox.open(source, "daemon.py") as worker:
                daemon = worker.call("daemon")
                assert alive(daemon)
            assert not alive(daemon)
    with Sandbox(limits) as sandbox, sandbox.open(source, "daemon.py") as worker, pytest.raises(Broken):
        worker.call("daemon")  # the filter lets no process have a session of its own


SCRIPT = """
import os, signal, time
from jacobians.grading.sandbox import Limits, Sandbox
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored, where the tests run in the background
sandbox = Sandbox(Limits(cpu=60, idle=60, memory=96 << 20))
worker = sandbox.open(b"import os, time\\npid = lambda: os.getpid()\\nwait = lambda: time.sleep(60)", "a.py")
print(worker.call("pid"), sandbox._zygote.process.pid, sandbox._zygote.folder, flush=True)
{then}
"""


@pytest.mark.parametrize(
    ("then", "number"),
    [
        ("with sandbox: worker.call('wait')", signal.SIGINT),
        ("worker.call('wait')", signal.SIGKILL),
        ("time.sleep(60)", signal.SIGTERM),
        ("os._exit(0)", None),
    ],
    ids=["Ctrl-C", "killed", "terminated", "gone without a word"],
)
def test_nothing_outlives_the_grader(then: str, number: int | None) -> None:
    script = textwrap.dedent(SCRIPT).format(then=then)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as grader:
        assert grader.stdout
        line = grader.stdout.readline().split()
        assert line, grader.stderr and grader.stderr.read()
        worker, zygote, folder = int(line[0]), int(line[1]), line[2]
        if number is not None:
            time.sleep(0.2)
            grader.send_signal(signal.SIGINT if number == signal.SIGINT else number)
        grader.wait(20)
    assert wait_until_gone(worker, zygote)
    assert not os.path.exists(folder)


def test_a_closed_sandbox_leaves_no_process_no_file_and_no_descriptor() -> None:
    before = len(os.listdir("/proc/self/fd"))
    with Sandbox(SMALL) as sandbox:
        worker = sandbox.open(SOURCE, "a.py")
        sandbox.open(SOURCE, "b.py").close()
        pid, _, folder = worker.call("pid")
        assert os.path.exists(folder)
    assert len(os.listdir("/proc/self/fd")) == before
    assert wait_until_gone(pid, sandbox._zygote.process.pid)
    assert not os.path.exists(sandbox._zygote.folder)


def test_a_busy_machine_does_not_keep_the_sandbox_from_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tries whether endless code is stopped is brief; loading what tries it takes as long as it takes."""
    monkeypatch.setattr("jacobians.grading.sandbox.sandbox.BRIEF", 1e-9)
    with Sandbox(SMALL) as sandbox:
        assert next(p for p in sandbox.protections if p.name == "time").active
