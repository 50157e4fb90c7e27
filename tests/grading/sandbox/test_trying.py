import os

import pytest

from jacobians.grading.sandbox import Limits, Sandbox
from jacobians.grading.sandbox.inside.trying import why_not
from jacobians.verify.door import Broken


def refused() -> None:
    raise PermissionError(1, "no")


def nonsense() -> None:
    raise ValueError


def test_what_the_kernel_refuses_is_told_in_its_words() -> None:
    assert why_not(lambda: None) == ""
    assert why_not(refused) == "Operation not permitted"
    assert why_not(lambda: os.kill(os.getpid(), 9)) == "it ended by signal 9"
    assert why_not(nonsense) != ""


def test_where_the_system_tells_no_processor_time_the_wall_is_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a Mac: its sandbox says that it is basic, and still ends what does not end."""
    monkeypatch.setattr("jacobians.grading.sandbox.clock.LINUX", False)
    monkeypatch.setattr("jacobians.grading.sandbox.sandbox.LINUX", False)
    with Sandbox(Limits(cpu=0.2, wall=0.5), without=("user", "landlock", "seccomp")) as sandbox:
        assert sandbox.level == "basic"
        assert {"time", "waiting"} <= {p.name for p in sandbox.protections if not p.active}
        with sandbox.open(b"def f():\n    while True:\n        pass\n\ndef g(): return 1", "a.py") as w:
            with pytest.raises(Broken, match="f took more than 0.5 s and was stopped"):
                w.call("f")
            assert w.spent >= 0.5
            assert w.call("g") == 1
