"""A setting that a person says the value of is asked of code that has it written in."""

import numpy as np
import pytest

from jacobians.errors import UnknownName
from jacobians.layers import Stack
from jacobians.verify.results import Verdict
from jacobians.verify.trial import long_points, trial_points

from .trials import tried

EPS = 0.25


class WrittenIn:
    """RMS norm with its own eps, which nobody can give it."""

    @staticmethod
    def forward(x, gamma):
        rstd = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPS)
        return x * rstd * gamma, (x, gamma, rstd)

    @staticmethod
    def backward(g, saved):
        x, gamma, rstd = saved
        xhat, gx = x * rstd, g * gamma
        dx = rstd * (gx - xhat * (gx * xhat).mean(axis=-1, keepdims=True))
        return {"x": dx, "gamma": (g * xhat).reshape(-1, gamma.size).sum(axis=0).reshape(gamma.shape)}


@pytest.mark.parametrize(("eps", "verdict"), [(EPS, Verdict.PASS), (0.5, Verdict.FAIL)])
def test_a_setting_that_is_held_need_not_be_taken(eps, verdict):
    report = tried(WrittenIn, "rms_norm", settings={"eps": eps})
    assert report.verdict is verdict
    assert all(r.ratio is not None for r in report.results)
    assert not [note for note in report.notes if "left out" in note]


@pytest.mark.parametrize("n", [2, 3, 4])
def test_points_of_another_number_of_arguments_than_is_held_are_left_out(n):
    settings = {"n": n}
    points = [*trial_points(Stack, 0, settings), *long_points(Stack, 0, settings)]
    assert {len(p.values) for p in points} == {n}
    with pytest.raises(UnknownName, match="n=9: Stack can have that at none of its points"):
        list(trial_points(Stack, 0, {"n": 9}))
    assert list(long_points(Stack, 0, {"n": 9})) == []
