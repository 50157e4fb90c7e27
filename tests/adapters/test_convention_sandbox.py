"""The same words, through the sandbox: a convention asks of its place no more than every place can do."""

import numpy as np
import pytest

from jacobians.adapters.conventions.convention import load
from jacobians.adapters.conventions.find import found_in
from jacobians.grading.sandbox import Sandbox
from jacobians.verify.results import Verdict

from .conftest import SOLUTIONS, checked

CASES = [
    ("cs231n", "layers.py", "batchnorm", "- dx_hat.sum(axis=0) -", "-", "missing-mean"),
    ("chapter", "listing.py", "linear", "dJdb = J_out", "dJdb = 2 * J_out", "factor:2"),
    ("mytorch-2018", "hw1.py", "Linear", ".dot(delta) / batch", ".dot(delta)", "sum-for-mean"),
    ("mytorch", "optim.py", "SGD", "self.l[i].b -= self.lr", "self.l[i].b += self.lr", ""),
]


@pytest.mark.parametrize(("convention", "file", "part", "right", "wrong", "name"), CASES)
def test_right_code_passes_and_a_mistake_is_named(convention, file, part, right, wrong, name):
    which = load(convention)
    text = (SOLUTIONS / convention / file).read_text(encoding="utf-8")
    given = {n: getattr(np, n) for n in which.given} or None
    assert right in text
    with Sandbox() as sandbox:
        for source, verdict in ((text, Verdict.PASS), (text.replace(right, wrong), Verdict.FAIL)):
            with sandbox.open(source.encode(), file, given) as place:
                report = checked(found_in(place, which, part)[part], most=1)
            assert report.verdict is verdict, [r.text for r in report.failures]
    assert name in {r.diagnosis.name if r.diagnosis else "" for r in report.failures}
