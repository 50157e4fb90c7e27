"""Limits: what passes one is stopped, in words, and the next call has a fresh process."""

import time
from dataclasses import replace

import numpy as np
import pytest

from jacobians.adapters.place import Handle
from jacobians.errors import BadFile
from jacobians.grading.sandbox import Limits, Meter, Sandbox
from jacobians.verify.door import Broken

SOURCE = b"""
import os, sys, time
import numpy as np
seen = []

def good(x):
    seen.append(1)
    return x + 1

def count():
    return len(seen)

def keep():
    return object()

def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return "done"

def wait(seconds):
    time.sleep(seconds)
    return "done"

def leave(status):
    os._exit(status)

def say(n):
    print("a line\\x1b[2J" + "x" * n)
    print("to stderr", file=sys.stderr)

def giant(n):
    return np.zeros(n)

def nothing(array):
    return None

def draw():
    return float(np.random.rand()), hash("name")
"""


def test_one_slow_call_costs_itself_only(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        made = w.call("keep", keep=True)
        w.call("good", np.ones((2, 3)))
        assert w.call("count") == 1
        with pytest.raises(Broken, match="^spin used more than 0.5 s of processor time and was stopped$"):
            w.call("spin", 60)
        with pytest.raises(Broken, match="gone with the process"):
            w.call("nothing", made)
        with pytest.raises(Broken, match="gone"):
            w.get(made, "x")
        assert w.call("count") == 0  # a fresh process
        assert w.restarts == 1
        np.testing.assert_array_equal(w.call("good", np.ones((2, 3))), np.full((2, 3), 2.0))
        w.drop(made)


def test_the_processor_time_of_a_call_is_told(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        w.call("spin", 0.2)
        assert 0.15 < w.last < 0.5
        w.call("good", 1)
        assert w.last < 0.1
        assert w.spent > 0.2


def test_waiting_is_counted_apart(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        assert w.call("wait", 0.1) == "done"
        begun = time.monotonic()
        with pytest.raises(Broken, match="^wait waited for more than 0.5 s without computing and was stopped$"):
            w.call("wait", 60)
        assert time.monotonic() - begun < 5


def test_a_grader_that_is_kept_waiting_blames_nobody(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine so busy that the grader itself does not get to run, an answer that is there counts."""
    with sandbox.open(SOURCE, "a.py") as w:
        assert w._process
        send = w._process._send

        def late(frame: bytes, watch: object) -> None:
            send(frame, watch)  # type: ignore[arg-type]
            time.sleep(0.8)

        monkeypatch.setattr(w._process, "_send", late)
        assert w.call("good", 1) == 2
        assert w.spent < 0.3


def test_all_calls_together_have_a_limit_too(sandbox: Sandbox) -> None:
    with sandbox._open(replace(sandbox.limits, total=0.5), SOURCE, "a.py") as w:
        told = []
        for _ in range(10):
            try:
                w.call("spin", 0.15)
            except Broken as broken:
                told.append(broken.text)
        assert 6 <= len(told) <= 8
        assert set(told) == {"spin comes too late: this submission has used its 0.5 s in all"}
        assert not w.alive


def test_what_a_submission_used_in_one_worker_it_has_no_more_in_the_next(sandbox: Sandbox) -> None:
    meter = Meter()
    with sandbox.open(SOURCE, "a.py", meter=meter) as w:
        assert w.call("good", 1) == 2
        before = meter.seconds
    with sandbox.open(SOURCE, "a.py", meter=meter) as w:
        w.call("spin", 0.1)
        assert w.spent == meter.seconds > before + 0.09
        meter.seconds = sandbox.limits.total + 1
        with pytest.raises(Broken, match=r"good comes too late: this submission has used its 2.5 s in all"):
            w.call("good", 1)
    with pytest.raises(BadFile, match=r"a.py comes too late: this submission has used its 2.5 s in all"):
        sandbox.open(SOURCE, "a.py", meter=meter)


def test_a_function_that_is_always_stopped_is_soon_called_no_more(sandbox: Sandbox) -> None:
    def told(*call: object) -> str:
        try:
            w.call(*call)  # type: ignore[arg-type]
        except Broken as broken:
            return broken.text
        return "done"

    with sandbox._open(replace(sandbox.limits, cpu=0.1, stops=2), SOURCE, "a.py") as w:
        loops, ends = ("spin", 60), ("spin", 0.01)
        said = [told(*call) for call in (loops, ends, loops, loops, loops, ends)]
        assert ["stopped" in s for s in said] == [True, False, True, True, True, True]
        assert said[4:] == ["spin had to be stopped 2 times in a row and is called no more"] * 2
        assert told("good", 1) == "done"


def test_the_wall_is_the_last_resort(sandbox: Sandbox) -> None:
    limits = replace(sandbox.limits, cpu=60, idle=60, wall=0.3)
    with sandbox._open(limits, SOURCE, "a.py") as w, pytest.raises(Broken, match="took more than 0.3 s"):
        w.call("spin", 5)


@pytest.mark.parametrize("status", [0, 3, 97])
def test_an_end_is_told_with_its_status(sandbox: Sandbox, status: int) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        with pytest.raises(Broken, match=f"^leave ended its process \\(exit status {status}\\)$"):
            w.call("leave", status)
        np.testing.assert_array_equal(w.call("good", 1), 2)


def test_what_it_prints_is_kept_up_to_the_limit(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        w.call("say", 3)
        w.call("say", 100_000)
        assert w.output.startswith("a line [2Jxxx\nto stderr\na line")
        assert len(w.output) <= 1000
        assert w._process
        assert len(w._process.printed) <= 1000


def test_memory_and_the_size_of_an_answer(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        with pytest.raises(Broken, match="giant raised .*Unable to allocate"):
            w.call("giant", 20_000_000)  # 160 MB of 96
        with pytest.raises(Broken, match=r"giant sent an answer of [\d,]+ bytes \(the limit is 4,194,304\)"):
            w.call("giant", 1_000_000)
        assert w.call("giant", 500_000).shape == (500_000,)


def test_a_large_question_is_put_too(sandbox: Sandbox, rng: np.random.Generator) -> None:
    x = rng.standard_normal((400, 501))
    with sandbox.open(SOURCE, "a.py") as w:
        np.testing.assert_array_equal(w.call("good", x), x + 1)


def test_a_limit_passed_while_loading(sandbox: Sandbox) -> None:
    with pytest.raises(BadFile, match="^a.py used more than 0.5 s of processor time and was stopped$"):
        sandbox.open(b"while True: pass", "a.py")
    with pytest.raises(BadFile, match=r"^a.py ended its process \(exit status 5\)$"):
        sandbox.open(b"import os; os._exit(5)", "a.py")


def test_the_same_code_gets_the_same_numbers_tomorrow(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        first = w.call("draw")
    with Sandbox(Limits(memory=96 << 20)) as other, other.open(SOURCE, "b.py") as w:
        assert w.call("draw") == first


def test_a_handle_of_another_place_is_refused(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w, pytest.raises(Broken, match="gone"):
        w.call("nothing", Handle(12345, "an object"))


def test_a_value_that_cannot_be_sent_is_said_so(sandbox: Sandbox) -> None:
    with sandbox.open(SOURCE, "a.py") as w:
        with pytest.raises(Broken, match="cannot be sent"):
            w.call("nothing", object())
        assert w.call("good", 1) == 2
        assert w.restarts == 0
