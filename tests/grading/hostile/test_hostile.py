"""Every submission in submissions/ is put to a real sandbox, and nothing comes of it.

Its docstring says what it tries, and then one of
    Refused: …           the call fails, and this is in the sentence (or that, after a |)
    Harmless: …          the call may succeed: nothing secret comes back
and, where that is cheap to show,
    Works without: …     the attack is a real one: with these layers left out it succeeds
    Held also without: … another layer holds when this one is missing
After each, a neighbour that was there before and one that comes after compute the right numbers, and nothing is left.
"""

from __future__ import annotations

import ast
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jacobians.errors import BadFile
from jacobians.grading.sandbox import Limits, Sandbox
from jacobians.verify.door import Broken

from .baits import MARKER, Baits

FILES = sorted((Path(__file__).parent / "submissions").glob("*.py"))
LIMITS = Limits(cpu=0.3, idle=0.3, wall=20, total=3, memory=96 << 20, reply=16 << 20, output=10_000)
HONEST = b"""
import numpy as np

def double(x):
    assert np.allclose(x, x) and not np.allclose(x, x + 1)
    return np.matmul(2 * np.eye(len(x)), x)
"""


def told(path: Path, word: str) -> str | None:
    found = re.search(rf"^{word}: (.*)$", ast.get_docstring(ast.parse(path.read_text())) or "", re.MULTILINE)
    return found and found[1].rstrip(".")


def without(path: Path, word: str) -> tuple[str, ...]:
    return tuple(sorted((told(path, word) or "").split()))


class Room:
    """Sandboxes with layers left out, each started once, and the baits."""

    def __init__(self) -> None:
        self.baits = Baits()
        self.open: dict[tuple[str, ...], Sandbox] = {}

    def sandbox(self, layers: tuple[str, ...] = ()) -> Sandbox:
        if layers not in self.open:
            self.open[layers] = Sandbox(LIMITS, without=layers)
        return self.open[layers]

    def attempt(self, sandbox: Sandbox, path: Path, neighbour: int) -> tuple[object, str]:
        """What the submission got, and what refused it."""
        try:
            with sandbox.open(path.read_bytes(), path.name) as worker:
                try:
                    got = worker.call("attack", self.baits.told(neighbour))
                    worker.call("attack", self.baits.told(neighbour))  # a forged answer shows at the next question
                except Broken as broken:
                    return None, broken.text
                finally:
                    self.printed = worker.output
        except BadFile as error:
            return None, str(error)
        return got, ""


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    room = Room()
    yield room
    for sandbox in room.open.values():
        sandbox.close()
    room.baits.close()


def processes_of(uid: int | None) -> list[str]:
    """The processes of a user, the dead that nobody waited for included."""
    there = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if f"\nUid:\t{uid}\t" in Path(f"/proc/{name}/status").read_text():
                there.append(name)
        except OSError:
            continue
    return there


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_nothing_comes_of_it(room: Room, path: Path, rng: np.random.Generator) -> None:
    sandbox, x = room.sandbox(), rng.standard_normal((5, 3))
    if sandbox.level == "basic":
        pytest.skip(f"no sandbox to test on this kernel: {sandbox.protections}")
    descriptors = len(os.listdir("/proc/self/fd"))
    with sandbox.open(HONEST, "before.py") as before:
        assert before._process
        got, refused = room.attempt(sandbox, path, before._process.pid)
        assert room.baits.now() == room.baits.before
        if expected := told(path, "Refused"):
            assert any(e in refused for e in expected.split(" | ")), (got, refused)
        else:
            assert told(path, "Harmless")
            assert not refused
            assert f"{MARKER}-" not in repr(got)
        assert refused == "".join(c for c in refused if c.isprintable())
        assert len(refused) < 2500
        assert len(room.printed) <= LIMITS.output
        with sandbox.open(HONEST, "after.py") as after:
            np.testing.assert_array_equal(after.call("double", x), 2 * x)
        np.testing.assert_array_equal(before.call("double", x), 2 * x)
        assert len(os.listdir(sandbox._zygote.folder)) == 1  # the one who was there before
        assert before.restarts == 0
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert before._process.uid is None or not processes_of(before._process.uid)


@pytest.mark.parametrize("path", [p for p in FILES if without(p, "Works without")], ids=lambda p: p.stem)
def test_the_attack_is_real(room: Room, path: Path) -> None:
    """With the layers left out that hold it, it succeeds: so it is they that hold it."""
    sandbox = room.sandbox(without(path, "Works without"))
    with sandbox.open(HONEST, "before.py") as before:
        assert before._process
        got, refused = room.attempt(sandbox, path, before._process.pid)
    victim = room.baits.victim
    if "killed" in repr(got) or "No such process" in refused:  # the second time it was gone
        time.sleep(0.1)
        assert victim.poll() is not None
    else:
        assert got, refused
    room.baits.close()
    room.baits = Baits()


@pytest.mark.parametrize("path", [p for p in FILES if without(p, "Held also without")], ids=lambda p: p.stem)
def test_another_layer_holds(room: Room, path: Path) -> None:
    sandbox = room.sandbox(without(path, "Held also without"))
    with sandbox.open(HONEST, "before.py") as before:
        assert before._process
        got, refused = room.attempt(sandbox, path, before._process.pid)
    assert refused, got
    assert f"{MARKER}-" not in repr(got)
    assert room.baits.now() == room.baits.before
