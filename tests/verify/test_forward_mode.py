"""Forward mode: code that gives L · v is judged as backward is, entry by entry, and its mistakes have names."""

import numpy as np
import pytest
from scipy import sparse

from jacobians.verify.bound import BoundedJacobian
from jacobians.verify.formats import get_format
from jacobians.verify.results import Verdict

from .trials import row, tried, twin


def linear_jvp(tangents, x, W, b):
    """The tangent of y = W x + b, batched, for tangents of any of its arguments."""
    total = np.zeros((len(x), len(b)), x.dtype)
    if "x" in tangents:
        total = total + tangents["x"] @ W.T
    if "W" in tangents:
        total = total + x @ tangents["W"].T
    if "b" in tangents:
        total = total + tangents["b"]
    return total


def with_jvp(jvp):
    fast = twin("linear")
    fast.jvp = jvp
    return fast


def test_right_code_passes_and_every_entry_is_exposed():
    report = tried(with_jvp(linear_jvp), "linear", formats=("float64", "float32"))
    assert report.verdict is Verdict.PASS
    for a in ("x", "W", "b"):
        jvp, gradient = ([r for r in report.results if (r.claim, r.argument) == (c, a)] for c in ("jvp", "gradient"))
        assert [r.verdict for r in jvp] == [Verdict.PASS, Verdict.PASS]
        assert [r.entries for r in jvp] == [r.entries for r in gradient]
        assert all(0 < r.detectable < 1e-6 for r in jvp)


def test_code_without_a_forward_mode_is_not_asked():
    assert not [r for r in tried(twin("linear"), "linear").results if r.claim == "jvp"]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (lambda t: -t, "negated"),
        (lambda t: 2 * t, "factor:2"),
        (lambda t: np.zeros_like(t), "zero"),
        (lambda t: t * 1.25, "factor:1.25"),
    ],
)
def test_a_mistake_in_one_argument_is_found_and_named(wrong, name):
    def jvp(tangents, **values):
        right = linear_jvp(tangents, **values)
        return wrong(right) if "W" in tangents else right

    report = tried(with_jvp(jvp), "linear")
    assert {(r.claim, r.argument) for r in report.failures} == {("jvp", "W")}
    found = row(report, "W", "jvp")
    assert found.diagnosis is not None
    assert found.diagnosis.name == name
    assert "g·L" not in found.text
    assert found.example.startswith("import numpy as np\ntangent = jvp(\n    {'W': ")


def test_a_layers_own_mistake_is_named_in_forward_mode_too():
    """Softmax without its mean term: dy = y ⊙ dx, Lᵀ's row for row what backward's mistake is."""
    fast = twin("softmax")

    def jvp(tangents, **values):
        return fast.forward(**values)[0] * tangents["x"]

    fast.jvp = jvp
    found = row(tried(fast, "softmax"), "x", "jvp")
    assert found.verdict is Verdict.FAIL
    assert found.diagnosis is not None


def test_one_wrong_entry_is_seen():
    def jvp(tangents, **values):
        found = linear_jvp(tangents, **values)
        if "W" in tangents:
            found[-1, -1] -= 1e-9 * values["x"][-1, -1] * tangents["W"][-1, -1]
        return found

    assert {(r.claim, r.argument) for r in tried(with_jvp(jvp), "linear").failures} == {("jvp", "W")}


@pytest.mark.parametrize(
    ("jvp", "claim", "said"),
    [
        (lambda tangents, **values: None, "dtype", "the tangent that jvp returned is None"),
        (lambda tangents, **values: linear_jvp(tangents, **values)[:, :-1], "shape", "has shape"),
        (lambda tangents, **values: linear_jvp(tangents, **values) * np.nan, "finite", "not finite"),
        (lambda tangents, **values: 1 / 0, "exception", "jvp raised ZeroDivisionError"),
    ],
)
def test_what_is_no_tangent_is_told(jvp, claim, said):
    report = tried(with_jvp(jvp), "linear")
    assert said in row(report, "y", claim).text


def test_a_tangent_written_to_is_told():
    def jvp(tangents, **values):
        found = linear_jvp(tangents, **values)
        next(iter(tangents.values()))[...] = 0
        return found

    assert "jvp wrote into the tangent of W" in row(tried(with_jvp(jvp), "linear"), "W", "unchanged").text


@pytest.mark.parametrize("rows", [400, 401])
def test_the_bound_of_a_large_sparse_L_is_that_of_its_transpose(rows, rng):
    L = sparse.csr_array(rng.standard_normal((rows, 401)) * (rng.random((rows, 401)) < 0.02))
    known = BoundedJacobian(L, abs(L) * 1e-9, get_format("float64"))
    V = rng.standard_normal((3, 401))
    sums, dense = known.transposed.sums(V), L.toarray()
    np.testing.assert_allclose(sums.want, V @ dense.T, 1e-12, 1e-14)
    np.testing.assert_allclose(sums.size, np.abs(V) @ np.abs(dense).T, 1e-12)
    assert np.array_equal(sums.terms, (V != 0).astype(int) @ (dense != 0).T)
    one = known.transposed.sums(V[:1])
    np.testing.assert_allclose(one.lost, 1e-9 * one.size, 1e-12)


def test_a_forward_mode_is_asked_at_long_points_too():
    report = tried(with_jvp(linear_jvp), "linear", lengths=(65,))
    assert report.verdict is Verdict.PASS
