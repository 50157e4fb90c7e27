"""Correct code in each course's style passes, every part; with a mistake it is refused, and the mistake named."""

import functools
import shutil
import tomllib
from pathlib import Path

import pytest

from jacobians.adapters.conventions.convention import ANY, convention_names, load
from jacobians.adapters.conventions.find import found_in
from jacobians.adapters.local import Local
from jacobians.verify.door import Broken, parameters, taking
from jacobians.verify.results import Verdict

from .conftest import SOLUTIONS, Trial, checked

PARTS = [(c, p) for c in convention_names() for p, part in load(c).parts.items() if part.layer not in ANY]
CHAPTER = ["linear", "relu", "softmax", "squared_error"]


@functools.cache
def solutions(convention: str) -> dict:
    """Every part that a file of the convention's solutions has."""
    import numpy as np

    which = load(convention)
    given = {n: getattr(np, n) for n in which.given}
    found: dict = {}
    for path in sorted((SOLUTIONS / convention).glob("*.py")):
        found |= {k: v for k, v in found_in(Local(path, given), which).items() if k not in found or hasattr(v, "place")}
    return found


@pytest.mark.parametrize(("convention", "part"), [*PARTS, *(("chapter", name) for name in CHAPTER)])
def test_a_correct_solution_passes(convention, part):
    report = checked(solutions(convention)[part], most=2)
    assert report.verdict is Verdict.PASS, [r.text for r in report.failures]
    claims = {r.claim for r in report.results if r.claim == "forward" or r.entries}
    assert claims == ({"forward"} if solutions(convention)[part].part.forward_only else {"forward", "gradient"})


class Twice:
    """Code whose every gradient is twice what it should be; where none is asked for, its y is."""

    def __init__(self, fast):
        self.fast, self.part, self.layer, self.takes = fast, fast.part, fast.layer, fast.takes
        only = fast.part.forward_only
        self.forward = taking(parameters(fast.forward), self._forward) if only else fast.forward

    def _forward(self, **values):
        y, saved = self.fast.forward(**values)
        return 2 * y, saved

    def backward(self, g, saved):
        return {a: v if isinstance(v, Broken) else 2 * v for a, v in self.fast.backward(g, saved).items()}


@pytest.mark.parametrize(("convention", "part"), PARTS)
def test_twice_the_gradient_is_refused_and_named_in_every_part(convention, part):
    report = checked(Twice(solutions(convention)[part]), most=1, until_failure=True)
    assert report.verdict is Verdict.FAIL
    asked = solutions(convention)[part].part
    wanted = {"y"} if asked.forward_only else set(asked.given_gradients)
    assert {r.argument for r in report.failures if r.entries or r.claim == "forward"} == wanted
    names = [r.diagnosis and r.diagnosis.name for r in report.failures if r.claim == "gradient"]
    assert set(names) <= {"factor:2"}, names


def test_a_solution_passes_at_every_point_and_in_float32():
    fast = solutions("cs231n")["affine"]
    assert checked(fast, most=99, formats=("float64", "float32")).verdict is Verdict.PASS


PLANTED = tomllib.loads((Path(__file__).parent / "planted.toml").read_text(encoding="utf-8"))


def mistaken(planted: dict, trial: Trial) -> str:
    """The solution with the mistake, and beside it the files that it imports from."""
    path = SOLUTIONS / planted["file"]
    for beside in path.parent.glob("*.py"):
        shutil.copy(beside, trial.folder)
    text = path.read_text(encoding="utf-8")
    assert planted["right"] in text
    return text.replace(planted["right"], planted["wrong"])


@pytest.mark.parametrize(
    "planted", PLANTED["number"], ids=lambda p: f"{p['file']}-{p['part']}-{p['argument']}-{p['name'] or 'unnamed'}"
)
def test_a_planted_mistake_is_refused_and_named(planted, trial: Trial):
    convention, part = planted["file"].partition("/")[0], planted["part"]
    report = trial.checked(mistaken(planted, trial), convention, part, most=3, until_failure=True)
    assert report.verdict is Verdict.FAIL
    rows = [r for r in report.failures if r.argument == planted["argument"]]
    assert rows, [r.text for r in report.failures]
    if planted["name"]:
        assert planted["name"] in {r.diagnosis.name for r in rows if r.diagnosis}, [r.text for r in rows]


@pytest.mark.parametrize("planted", PLANTED["sentence"], ids=lambda p: f"{p['file']}-{p['part']}-{p['said'][:24]}")
def test_what_is_no_wrong_number_is_said_in_the_courses_words(planted, trial: Trial):
    convention, part = planted["file"].partition("/")[0], planted["part"]
    report = trial.checked(mistaken(planted, trial), convention, part, most=1)
    assert any(planted["said"] in r.text for r in report.failures), [r.text for r in report.failures]


@pytest.mark.parametrize("wrong", ["0 * dout", "dout + np.nan", "np.ones_like(dout)", "dout.astype(complex)", "[1, 2]"])
def test_what_nobody_would_accept(wrong, trial: Trial):
    text = (
        (SOLUTIONS / "cs231n" / "layers.py")
        .read_text(encoding="utf-8")
        .replace("return dout * (x > 0)", f"return {wrong}")
    )
    assert trial.checked(text, "cs231n", "relu", most=1).verdict is Verdict.FAIL
