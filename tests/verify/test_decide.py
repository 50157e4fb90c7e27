"""From numbers to a verdict: the tightest reading that explains them, and what is said where only a looser one does."""

import numpy as np
import pytest

from jacobians.verify.claim import Claim
from jacobians.verify.decide import decide
from jacobians.verify.formats import FORMATS
from jacobians.verify.results import Verdict

from .trials import broken, gradients, row, tried, twin

F16 = ("float16",)


def in_float32_inside(layer: str):
    """float16 code as hardware does it: computed in float32, stored once."""

    def up(v):
        return v.astype(np.float32) if v.dtype.kind == "f" else v

    def forward(right, **given):
        y, _ = right(**{a: up(v) if isinstance(v, np.ndarray) else v for a, v in given.items()})
        return y.astype(np.float16), given

    def backward(right, g, given):
        _, saved = own.forward(**{a: up(v) if isinstance(v, np.ndarray) else v for a, v in given.items()})
        return {a: v.astype(np.float16) for a, v in right(up(g), saved).items()}

    own = twin(layer)
    return twin(layer, forward=forward, backward=backward)


LAYERS = ["multiply", "linear", "softmax", "center"]


@pytest.mark.parametrize("layer", LAYERS)
def test_float32_inside_passes_in_the_tightest_reading(layer):
    for r in tried(in_float32_inside(layer), layer, formats=F16).results:
        assert r.verdict is Verdict.PASS
        assert not [n for n in r.notes if n.startswith("explained only by")]


@pytest.mark.parametrize("layer", ["multiply", "center", "tanh"])
def test_float16_throughout_passes_in_a_looser_reading_only_and_says_so(layer):
    points = ("each broadcast over the other", "typical", "b broadcast over rows") if layer == "multiply" else ()
    report = tried(twin(layer), layer, *points, formats=F16)
    assert report.verdict is Verdict.PASS
    said = [n for r in report.results for n in r.notes if n.startswith("explained only by float16 for every")]
    assert said
    for r in tried(twin(layer), layer, *points, formats=("float32",)).results:
        assert not [n for n in r.notes if n.startswith("explained only by")], "float32 has one reading"


def test_wrong_code_fails_in_every_reading_and_is_still_named():
    for c, name in ((2.0, "factor:2"), (-1.0, "negated"), (0.0, "zero")):
        wrong = gradients("linear", lambda d, c=c: {a: v * v.dtype.type(c) for a, v in d.items()})
        for r in tried(wrong, "linear", formats=F16).results:
            assert (r.verdict is Verdict.FAIL) == (r.argument != "y")
            if r.argument != "y":
                assert r.diagnosis.name == name


# -- a right formula that loses its digits ----------------------------------------------------------------------------


def test_a_mean_taken_of_squares_one_pass():
    """Var = E[x²] − E[x]² in float32, far from zero: as a formula right, as an algorithm not."""

    def forward(right, x, **settings):
        offset = x.dtype.type(4096)
        return ((x + offset) - (x + offset).mean(axis=0)).astype(x.dtype), None

    report = tried(twin("center", forward=forward), "center", formats=("float32",))
    found = row(report, "y", "forward")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis.name == "loses-digits"
    assert "the formula is right" in found.text
    assert "loses the digits of float32" in found.text
    assert row(report, "x").verdict is Verdict.PASS


def test_a_gradient_that_cancels():
    def backward(right, g, s):
        big = g.dtype.type(2.0**12)
        return {"x": (right(g, s)["x"] + big * g) - big * g}

    found = row(tried(twin("tanh", backward=backward), "tanh", formats=("float32",)), "x")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis.name == "loses-digits"
    assert "in float64 the same code is right at these numbers" in found.diagnosis.text


def test_a_wrong_formula_does_not_lose_digits():
    wrong = gradients("tanh", lambda d: {"x": d["x"] * d["x"].dtype.type(1.001) + d["x"].dtype.type(0.001)})
    found = row(tried(wrong, "tanh", formats=("float32",)), "x")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis is None


def test_in_float64_there_is_no_more_precise_arithmetic_to_ask():
    def backward(right, g, s):
        return {"x": (right(g, s)["x"] + 4096 * g) - 4096 * g}

    found = row(tried(twin("tanh", backward=backward), "tanh"), "x")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis is None


# -- what is said besides ---------------------------------------------------------------------------------------------


def test_digits_that_only_the_stored_output_explains_are_counted():
    found = row(tried(twin("tanh"), "tanh", "saturated"), "x")
    assert found.verdict is Verdict.PASS
    [note] = found.notes
    assert "answers keep only the digits that" in note
    assert int(note.split()[0]) > 0
    assert row(tried(twin("tanh"), "tanh", "tiny"), "x").notes == ()


def test_nothing_compared_is_undecided():
    found = decide([Claim("x", FORMATS["float32"])], "relu")
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.text == "nothing could be compared"
    assert found.ratio is None
    assert found.where is None


def test_every_verdict_of_a_gradient_states_what_it_has_seen():
    for r in tried(twin("linear"), "linear", formats=("float64", "float32")).results:
        if r.claim == "gradient":
            assert r.entries > 0
            assert 0 < r.detectable <= 8 * FORMATS[r.dtype].u
    assert broken(tried(twin("linear"), "linear")) == set()
