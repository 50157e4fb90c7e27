"""The checker tests itself: a bound so wide, or probes so poor, that wrong answers pass may not say PASS."""

import numpy as np
import pytest

from jacobians.verify.bound import BoundedJacobian, Judged
from jacobians.verify.results import Verdict
from jacobians.verify.selftest import SelfTest

from .trials import row, tried, twin

WRONG = ["0", "last entry dropped", "transposed", "×1.01", "×2", "×−1"]


def seen(want, tolerance, lead=1) -> SelfTest:
    test = SelfTest()
    test.see(want, np.broadcast_to(tolerance, want.shape), lead)
    return test


def test_a_tight_bound_catches_every_wrong_answer(rng):
    want = rng.standard_normal((4, 3, 3))
    assert seen(want, 1e-12).let_through == []
    assert seen(want, 1e-12).caught == set(WRONG)


def test_a_vacuous_bound_catches_none(rng):
    assert seen(rng.standard_normal((4, 3, 3)), np.inf).let_through == sorted(WRONG)


def test_a_bound_of_some_percent_lets_a_small_factor_through(rng):
    want = rng.uniform(1, 2, (4, 3, 2))
    assert seen(want, 0.05 * want).let_through == ["×1.01"]


def test_probes_that_show_nothing_are_no_evidence():
    nothing = seen(np.zeros((3, 2, 2)), 0.0)
    assert nothing.caught == set()
    assert nothing.let_through == []


def test_the_transpose_of_a_symmetric_answer_is_no_mistake(rng):
    a = rng.standard_normal((4, 3, 3))
    assert seen(a + np.swapaxes(a, 1, 2), 1e-12).let_through == []
    assert "transposed" not in seen(a[..., :2], 1e-12).caught


def test_what_one_point_lets_through_another_may_catch(rng):
    test = SelfTest()
    want = rng.standard_normal((2, 5))
    test.see(want, np.full(want.shape, np.inf), 1)
    test.see(want, np.zeros(want.shape), 1)
    assert test.let_through == []


@pytest.mark.parametrize("factor", [1e20, np.inf])
def test_under_a_vacuous_bound_right_code_is_inconclusive(factor, monkeypatch):
    judge = BoundedJacobian.judge

    def vacuous(self, G):
        j = judge(self, G)
        return Judged(j.want, factor * (1e-12 + j.tolerance))

    assert row(tried(twin("linear"), "linear"), "W").verdict is Verdict.PASS
    monkeypatch.setattr(BoundedJacobian, "judge", vacuous)
    found = row(tried(twin("linear"), "linear"), "W")
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "too wide to tell" in found.text
    assert "×2" in found.text
    assert (
        row(
            tried(twin("linear", backward=lambda right, g, s: {a: 0 * v for a, v in right(g, s).items()}), "linear"),
            "W",
        ).verdict
        is not Verdict.PASS
    )
