"""What of a convention a file has, and what is said of a file that has not all, or nothing."""

import numpy as np
import pytest

from jacobians.adapters.conventions.convention import load
from jacobians.adapters.conventions.find import Incomplete, found_in
from jacobians.errors import BadFile, UnknownName
from jacobians.verify.results import Verdict

from .conftest import checked

PAIR = """
import numpy as np
def relu_forward(x):
    return np.maximum(x, 0), x
def relu_backward(dout, cache):
    return dout * (cache > 0)
"""
HALF = PAIR + "def affine_forward(x, w, b):\n    return x @ w + b, (x, w)\ndef afine_backward(dout, cache):\n    pass\n"


def test_by_name(trial):
    assert list(trial.found(PAIR, "cs231n")) == ["relu"]
    assert list(trial.found(PAIR, "cs231n", "relu")) == ["relu"]


def test_half_a_pair_fails_with_what_is_missing(trial):
    found = trial.found(HALF, "cs231n", "affine")
    assert isinstance(found["affine"], Incomplete)
    with pytest.raises(Exception, match="has affine_forward, but no affine_backward: did you mean 'afine_backward'?"):
        found["affine"].forward(x=np.ones((1, 1)), W=np.ones((1, 1)), b=np.ones(1))


def test_half_a_pair_has_its_forward_alone(trial):
    alone = trial.found(HALF, "cs231n", "affine")["affine"].alone
    report = checked(alone, most=1)
    assert report.verdict is Verdict.PASS
    assert {r.argument for r in report.results} == {"y"}
    wrong = trial.found(HALF.replace("+ b", "- b"), "cs231n", "affine")["affine"].alone
    assert checked(wrong, most=1).verdict is Verdict.FAIL


def test_backward_alone_has_no_forward_alone(trial):
    text = "def affine_backward(dout, cache): pass\n"
    assert trial.found(text, "cs231n", "affine")["affine"].alone is None


def test_half_of_what_a_whole_part_has_is_not_half_a_part(trial):
    """batchnorm-alt shares its forward with batchnorm: without its backward it is simply not there."""
    text = "def batchnorm_forward(x, gamma, beta, p): pass\ndef batchnorm_backward(dout, cache): pass\n"
    assert [n for n in trial.found(text, "cs231n") if n not in ("batchnorm-test", "batchnorm-running")] == ["batchnorm"]


def test_other_names_of_ones_own(trial):
    text = PAIR.replace("relu_", "my_")
    place, own = trial.place(text), {"relu_forward": "my_forward", "relu_backward": "my_backward"}
    fast = found_in(place, load("cs231n"), "relu", own)["relu"]
    assert checked(fast, most=1).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "defines no function and no class; convention cs231n looks for affine_forward, affine_backward"),
        ("def relu_foward(x): pass", "defines relu_foward; convention cs231n looks for"),
        ("def relu_foward(x): pass", "Did you mean 'relu_foward'?"),
        ("from numpy import tanh as relu_forward", "defines no function and no class"),
    ],
)
def test_nothing_of_it(text, said, trial):
    with pytest.raises(BadFile) as caught:
        trial.found(text, "cs231n")
    assert said in str(caught.value)


def test_a_part_that_is_none(trial):
    with pytest.raises(UnknownName, match="convention cs231n has no 'relus'"):
        trial.found(PAIR, "cs231n", "relus")
