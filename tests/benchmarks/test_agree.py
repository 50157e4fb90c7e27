"""Which numbers agree: those of another order of summation, not those of another formula."""

import numpy as np
import pytest
from scipy import sparse

from benchmarks.agree import differing, wrong


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_rounding_agrees_and_more_does_not(form, rng):
    J = rng.standard_normal((5, 7))
    assert wrong(form(J * (1 + 2.0**-45)), form(J)) == ""
    assert wrong(form(J.T), form(J)) == "its shape is (7, 5), ours is (5, 7)"
    assert "an entry is off by" in wrong(form(J * (1 + 2.0**-35)), form(J))
    assert "an entry is off by" in wrong(form(J * np.nan), form(J))
    assert wrong(form(J[:0]), form(J[:0])) == ""


def test_the_first_that_differs_is_told(rng):
    want = {"x": rng.standard_normal((2, 3)), "W": rng.standard_normal(4)}
    assert differing(want | {"more": 1}, want) == ""
    assert differing({"x": want["x"].ravel(), "W": want["W"]}, want) == "", "a shape without its axis of one"
    assert differing({"x": want["x"]}, want) == "W is missing"
    assert differing(want | {"W": want["W"][:3]}, want) == "W has 3 entries, 4 are wanted"
    assert differing(want | {"W": 2 * want["W"]}, want).startswith("W: an entry is off by")
