"""Every assignment to start from gives full marks to the right code of its course, written as students write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jacobians.grading.assignment_file import load
from jacobians.grading.command_assignment import STARTERS, starter_names
from jacobians.grading.grade import grade
from jacobians.grading.submission import read_submission
from tests.grading.fakes import NoSandbox
from tests.grading.homework import SECRET

SOLUTIONS = Path(__file__).resolve().parents[1] / "adapters" / "solutions"


@pytest.mark.parametrize("name", starter_names())
def test_a_right_solution_gets_all_points(name):
    assignment = load(STARTERS / f"{name}.toml")
    result = grade(read_submission(SOLUTIONS / assignment.convention), assignment, SECRET, NoSandbox())
    lost = {
        f"{q['id']}.{p['id']}": p["text"]
        for q in result["questions"]
        for p in q["parts"]
        if p["points"] < p["max_points"]
    }
    assert not lost
    assert all(len(p["regimes"]) > 1 for q in result["questions"] for p in q["parts"] if p["regimes"])
    assert result["flags"] == []
