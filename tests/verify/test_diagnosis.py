"""The name of the mistake: each known one is named, and no other; and where none is known, none is invented."""

import numpy as np
import pytest

from jacobians.layers import find
from jacobians.point import differentiable
from jacobians.verify.diagnosis import Asked, diagnose
from jacobians.verify.own import wrong_jacobians
from jacobians.verify.results import Verdict

from .trials import from_jacobians, gradients, row, tried, twin

U = 2.0**-24
BATCH = 3


def asked(rng, got, shape=(4, 6, 6), tolerance=1e-9, own=None, g=None, batch=BATCH) -> Asked:
    """Four questions about one argument; got is a function of the right answers."""
    want = rng.standard_normal(shape)
    return Asked(
        g=rng.standard_normal((4, 7)) if g is None else g(want),
        want=want, got=got(want), tolerance=np.full(shape, tolerance), batch=batch, u=U, lead=1,
        own={} if own is None else {name: (text, f(want), np.zeros(shape)) for name, (text, f) in own.items()},
    )  # fmt: skip


CATALOGUE = {
    "zero": lambda v: 0 * v,
    "negated": lambda v: -v,
    "transposed": lambda v: np.swapaxes(v, 1, 2),
    "mean-for-sum": lambda v: v / BATCH,
    "factor:2": lambda v: 2 * v,
    "factor:1/2": lambda v: v / 2,
    "factor:-2": lambda v: -2 * v,
    "factor:-1/2": lambda v: -v / 2,
    "factor:3": lambda v: 3 * v,
    "factor:4": lambda v: 4 * v,
    "factor:1/4": lambda v: v / 4,
    "factor:1.7": lambda v: 1.7 * v,
    "factor:1.01": lambda v: 1.01 * v,
    "factor:-0.3": lambda v: -0.3 * v,
}


@pytest.mark.parametrize("name", CATALOGUE)
def test_each_mistake_has_its_name(name, rng):
    found = diagnose([asked(rng, CATALOGUE[name]) for _ in range(3)])
    assert found is not None
    assert found.name == name
    assert found.text


@pytest.mark.parametrize("name", CATALOGUE)
def test_it_must_explain_every_answer(name, rng):
    """The same mistake at two of three points, and right at the third: then it is not this mistake."""
    wrong, right = CATALOGUE[name], lambda v: v
    assert diagnose([asked(rng, wrong), asked(rng, wrong), asked(rng, right)]) is None
    assert diagnose([asked(rng, wrong), asked(rng, lambda v: wrong(v) + 0.1 * rng.standard_normal(v.shape))]) is None


@pytest.mark.parametrize("name", CATALOGUE)
def test_rounding_does_not_hide_it(name, rng):
    def rounded(v):
        return CATALOGUE[name](v).astype(np.float32).astype(float)

    found = diagnose([asked(rng, rounded, tolerance=1e-6)])
    assert found is not None
    assert found.name == (name if "." not in name else found.name)
    if "." in name:
        assert float(found.name.removeprefix("factor:")) == pytest.approx(float(name.removeprefix("factor:")), rel=1e-5)


def test_identity(rng):
    found = diagnose([asked(rng, lambda v: v + 1, g=lambda v: v + 1)])
    assert found is not None
    assert found.name == "identity"


def test_gate_from_g(rng):
    found = diagnose([asked(rng, lambda v: np.maximum(v + 1, 0), g=lambda v: v + 1)])
    assert found is not None
    assert found.name == "gate-from-g"


def test_sum_for_mean(rng):
    """Told from a factor where batches differ in size."""
    found = diagnose([asked(rng, lambda v: 5 * v, batch=5), asked(rng, lambda v: v, batch=1)])
    assert found is not None
    assert found.name == "sum-for-mean"


def test_a_mistake_of_the_layers_own_comes_first(rng):
    own = {"missing-mean": ("the mean is missing", lambda v: v + 3)}
    found = diagnose([asked(rng, lambda v: v + 3, own=own), asked(rng, lambda v: v)])
    assert found is not None, "at a point that does not have the mistake the answer is right"
    assert (found.name, found.text) == ("missing-mean", "the mean is missing")
    assert diagnose([asked(rng, lambda v: v + 4, own=own)]) is None


def test_right_answers_have_no_diagnosis(rng):
    assert diagnose([asked(rng, lambda v: v) for _ in range(3)]) is None
    assert diagnose([asked(rng, lambda v: v + 1e-10 * rng.standard_normal(v.shape))]) is None


def test_nothing_is_invented_for_noise(rng):
    """Errors of any size and shape that are nobody's formula."""
    for size in 10.0 ** np.arange(-6, 4):
        for noise in (
            lambda v, size=size: v + size * rng.standard_normal(v.shape),
            lambda v, size=size: v * (1 + size * rng.standard_normal(v.shape)),
            lambda v, size=size: v + size * (rng.random(v.shape) < 0.05),
            lambda v, size=size: size * rng.standard_normal(v.shape),
            lambda v: rng.permuted(v, axis=None),
        ):
            assert diagnose([asked(rng, noise) for _ in range(2)]) is None


def test_transposes_of_what_is_not_square_and_means_of_what_is_not_shared_are_not_thought_of(rng):
    def scrambled(v):
        return np.swapaxes(v, 1, 2).reshape(v.shape)

    assert diagnose([asked(rng, scrambled, shape=(4, 5, 6))]) is None
    found = diagnose([asked(rng, lambda v: v / BATCH, batch=None)])
    assert found is not None
    assert found.name == "factor:0.333333"


# -- in a whole check -------------------------------------------------------------------------------------------------

OF_LINEAR = {
    "zero": ("W", lambda v: 0 * v),
    "negated": ("x", lambda v: -v),
    "factor:2": ("b", lambda v: 2 * v),
    "factor:1.01": ("W", lambda v: v * v.dtype.type(1.01)),
}


@pytest.mark.parametrize("name", OF_LINEAR)
def test_planted_in_the_linear_twin(name):
    a, wrong = OF_LINEAR[name]
    report = tried(gradients("linear", lambda d: d | {a: wrong(d[a])}), "linear", formats=("float64", "float32"))
    for r in report.results:
        if r.argument != a:
            assert r.verdict is Verdict.PASS
            assert r.diagnosis is None
        else:
            assert r.verdict is Verdict.FAIL
            assert r.diagnosis is not None
            assert r.diagnosis.name == name
            assert r.diagnosis.text in r.text


def test_mean_for_sum_is_told_from_a_factor():
    """At a batch of one it is right; only a batch of more shows it."""
    mean = twin(
        "linear", backward=lambda right, g, s: {a: v / len(g) if a in "Wb" else v for a, v in right(g, s).items()}
    )
    report = tried(mean, "linear")
    assert [row(report, a).diagnosis.name for a in "Wb"] == ["mean-for-sum"] * 2
    assert row(report, "x").verdict is Verdict.PASS


def test_transposed_where_it_is_square():
    square = twin("linear", backward=lambda right, g, s: (d := right(g, s)) | {"W": d["W"].T.reshape(d["W"].shape)})
    report = tried(square, "linear")
    assert row(report, "W").verdict is Verdict.FAIL
    assert row(report, "W").diagnosis is None, "W is not square here: the entries are scrambled, which has no name"


@pytest.mark.parametrize("layer", ["relu", "sigmoid", "tanh"])
def test_the_gate_forgotten(layer):
    report = tried(twin(layer, backward=lambda right, g, s: {"x": g.copy()}), layer)
    assert row(report, "x").diagnosis.name == "identity"


def test_noise_in_a_whole_check_has_no_name(rng):
    noisy = gradients("linear", lambda d: {a: v + rng.standard_normal(v.shape) for a, v in d.items()})
    for r in tried(noisy, "linear").results:
        assert r.diagnosis is None
        assert (r.verdict is Verdict.FAIL) == (r.argument != "y")


@pytest.mark.parametrize("layer", ["softmax", "mean_squared_error", "broadcast", "huber"])
def test_a_layers_own_mistakes_are_found_out_and_named(layer, rng):
    """Code that makes exactly one of them, wherever it can be made, fails under its name."""
    point = next(iter(find(layer).points(rng, 5)))
    mistakes = [(a, m.name) for a in differentiable(point.map) for m in wrong_jacobians(point, a)]
    assert mistakes
    for a, name in mistakes:

        def wrong(point, argument, g, a=a, name=name):
            same = [m for m in wrong_jacobians(point, argument) if argument == a and m.name == name]
            return g @ (same[0].L if same else point.L(argument))

        found = row(tried(from_jacobians(layer, wrong), layer), a)
        assert found.verdict is Verdict.FAIL
        assert found.diagnosis is not None
        assert found.diagnosis.name == name
