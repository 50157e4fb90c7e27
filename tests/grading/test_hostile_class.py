"""A class with attackers in it, in the real sandbox: they get no mark, and nobody else's changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jacobians.grading.assignment_file import load
from jacobians.grading.classroom import grade_class, submissions_in
from jacobians.grading.store import Store
from jacobians.grading.work import Terms
from tests.grading.homework import RIGHT, SECRET, SHORT
from tests.grading.test_classroom import Here

ATTACKS = Path(__file__).parent / "hostile" / "submissions"
TRIED = (
    "kill_grader",
    "exit_in_call",
    "forged_write",
    "answer_twice",
    "answer_to_another",
    "loop_for_ever",
    "list_submissions",
)


@pytest.fixture
def room(toml, tmp_path):
    """Each attack as a submission whose forward carries it out, between two honest ones."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "a_first.py").write_text(RIGHT)
    (folder / "z_last.py").write_text(RIGHT + "# last\n")
    bait = f"{{'victim': {os.getpid()}, 'folder': {str(folder)!r}}}"
    forward = (
        f"\n\ndef relu_forward(x):\n    return attack({bait}), x\n\n\ndef relu_backward(g, x):\n    return {{'x': g}}\n"
    )
    for name in TRIED:
        (folder / f"{name}.py").write_text((ATTACKS / f"{name}.py").read_text() + forward)
    return load(toml(text=SHORT + "[limits]\ncpu = 0.2\ntotal = 2\n")), folder


def test_attackers_get_nothing_and_their_neighbours_all(room, tmp_path):
    assignment, folder = room
    graded = grade_class(submissions_in([folder]), Terms(assignment, SECRET), Store(tmp_path / "o"), executor=Here())
    points = {name: result["points"] for name, result in graded}
    assert points == {"a_first": 2, "z_last": 2, **dict.fromkeys(TRIED, 0)}
    assert sorted(p.name for p in folder.iterdir()) == sorted(f"{n}.py" for n in points)
