"""Code in a course's words: what goes there, what comes back, and what of it is not let pass."""

import numpy as np
import pytest

from jacobians import Point
from jacobians.adapters.conventions.convention import Convention, load, read
from jacobians.adapters.conventions.truth import EXACT_BATCHES, truth
from jacobians.batch import Batch
from jacobians.layers import find
from jacobians.verify.results import Verdict

from .conftest import checked

RELU = """
import numpy as np
def f(x):
    return np.maximum(x, 0), x
def b(dout, cache):
    return dout * (cache > 0)
"""


def mine(**keys) -> Convention:
    part = {"layer": "relu", "forward": "out, cache = f(x)", "backward": "dx = b(dout, cache)"}
    return read({"parts": {"it": {**part, **keys}}}, "mine")


def failures(trial, text: str, convention: Convention | str, part: str = "it", **options) -> list[str]:
    return [r.text for r in trial.checked(text, convention, part, most=1, **options).failures]


# -- contracts --------------------------------------------------------------------------------------------------------


def test_writing_into_an_argument_is_a_fault(trial):
    text = RELU.replace("return np.maximum(x, 0), x", "x[x < 0] = 0\n    return x * 1, x * 1")
    assert any("the code wrote into its input x" in said for said in failures(trial, text, mine()))


def test_writing_into_the_upstream_gradient_is_a_fault(trial):
    text = RELU.replace("return dout * (cache > 0)", "dout[cache <= 0] = 0\n    return dout")
    assert any("backward wrote into the upstream gradient g" in said for said in failures(trial, text, mine()))


def test_what_may_be_written_into_is_a_copy(trial):
    text = "def f(w, dw):\n    w -= 0.5 * dw\n    return w\n"
    keys = {
        "layer": None, "graph": "s = scale(dw, by=-0.5)\nout = add(w, s)", "forward": "out = f(w, dw)",
        "backward": "", "forward_only": True, "points": [{"w": [3], "dw": [3]}],
    }  # fmt: skip
    keys = {k: v for k, v in keys.items() if v is not None}
    strict, lax = (read({"parts": {"it": {**keys, **more}}}, "mine") for more in ({}, {"may_write": ["w"]}))
    assert failures(trial, text, lax) == []
    assert any("the code wrote into its input w" in said for said in failures(trial, text, strict))


def test_float64_inside_is_let_pass_unless_the_course_says_otherwise(trial):
    text = RELU.replace("return np.maximum(x, 0), x", "return np.maximum(x, 0).astype(float), x")
    options = {"formats": ("float32",)}
    assert failures(trial, text, mine(), **options) == []
    [said] = failures(trial, text, mine(keeps_dtype=True), **options)
    assert "is float64, expected float32" in said


def test_a_wrong_shape_leaves_the_other_gradients_to_be_judged(trial):
    text = (
        "def affine_forward(x, w, b):\n    return x @ w + b, (x, w)\n"
        "def affine_backward(dout, cache):\n    x, w = cache\n    return 2 * dout @ w.T, x.T @ dout, dout\n"
    )
    report = trial.checked(text, "cs231n", "affine", most=2)
    rows = {(r.claim, r.argument): r for r in report.results}
    assert rows["shape", "b"].verdict is Verdict.FAIL
    assert rows["gradient", "x"].diagnosis.name == "factor:2"
    assert rows["gradient", "W"].verdict is Verdict.PASS


def test_a_loss_may_be_a_matrix_of_one_number(trial):
    text = "def f(p, t):\n    d = p - t\n    return (d * d).sum(keepdims=True) / d.size, 2 * d / d.size\n"
    keys = {"layer": "mean_squared_error", "forward": "out, dyhat = f(yhat, target)", "backward": ""}
    assert failures(trial, text, mine(**keys)) == []


def test_an_upstream_gradient_that_is_not_taken_is_multiplied_by(trial):
    """g is no 1 anywhere: a loss's own gradient is right for every g only if g is applied."""
    text = "def f(p, t):\n    d = p - t\n    return (d * d).mean(), 2 * d / d.size\n"
    keys = {"layer": "mean_squared_error", "forward": "out, dyhat = f(yhat, target)", "backward": ""}
    fast = trial.found(text, mine(**keys))["it"]
    values = {"yhat": np.array([[1.0, 2.0]]), "target": np.zeros((1, 2))}
    y, saved = fast.forward(**values)
    assert y == 2.5
    assert fast.backward(np.array(3.0), saved)["yhat"].tolist() == [[3.0, 6.0]]


# -- what is asked ----------------------------------------------------------------------------------------------------


def test_a_setting_for_each_axis_is_asked_only_where_the_lines_have_one(trial):
    text = "def conv_forward_naive(x, w, b, p): pass\ndef conv_backward_naive(dout, cache): pass\n"
    fast = trial.found(text, "cs231n", "conv")["conv"]
    values = {"x": np.ones((1, 1, 4, 4)), "W": np.ones((1, 1, 2, 2)), "b": np.ones(1)}
    layer = fast.layer
    assert fast.takes(Point(Batch(layer(stride=2)), values))
    assert fast.takes(Point(Batch(layer(stride=(2, 2))), values))
    assert not fast.takes(Point(Batch(layer(stride=(2, 1))), values))


def test_what_the_course_assumes_is_not_asked_against(trial):
    text = "def max_pool_forward_naive(x, p): pass\ndef max_pool_backward_naive(dout, cache): pass\n"
    fast = trial.found(text, "cs231n", "max_pool")["max_pool"]
    even, odd = np.ones((1, 1, 4, 4)), np.ones((1, 1, 5, 4))
    assert fast.takes(Point(Batch(fast.layer(kernel=2, stride=2)), {"x": even}))
    assert not fast.takes(Point(Batch(fast.layer(kernel=2, stride=2)), {"x": odd}))
    assert fast.takes(Point(Batch(fast.layer(kernel=(3, 2), stride=2)), {"x": odd}))


def test_means_are_asked_in_batches_for_which_they_are_exact():
    assert truth(load("deeplearning.ai").parts["linear"]).batches == EXACT_BATCHES
    assert not hasattr(truth(load("cs231n").parts["affine"]), "batches")


def test_a_choice_at_a_kink_is_preferred_or_held(trial):
    text = RELU.replace("cache > 0", "cache >= 0")
    other = trial.checked(text, mine(prefer={"at_zero": 0.0}), "it", most=9)
    assert other.verdict is Verdict.PASS
    assert any("convention: at_zero = 1.0" in note for note in other.notes)
    held = trial.checked(text, mine(hold={"at_zero": 0.0}), "it", most=9)
    assert held.verdict is Verdict.FAIL


def test_marked_labels_are_asked_only_where_that_is_a_setting(rng):
    for part in ("softmax_loss", "temporal_softmax_loss"):
        for point in truth(load("cs231n").parts[part]).points(rng, 5):
            assert (point.values["labels"] >= 0).all()
    assert any((p.values["labels"] < 0).any() for p in find("cross_entropy").points(rng, 5))


# -- what is said -----------------------------------------------------------------------------------------------------


def test_the_courses_name_layout_and_scale_are_noted_where_a_gradient_is_wrong(trial):
    text = (
        "import numpy as np\n"
        "def linear_forward(A, W, b):\n    return W @ A + b, (A, W)\n"
        "def linear_backward(dZ, cache):\n    A, W = cache\n    m = A.shape[1]\n"
        "    return W.T @ dZ, dZ @ A.T / m / m, dZ.sum(axis=1, keepdims=True) / m\n"
    )
    fast = trial.found(text, "deeplearning.ai", "linear")["linear"]
    report = fast.told(checked(fast, most=2))
    assert "linear: the gradient of W is dW there, times 1/m" in report.notes
    [row] = [r for r in report.failures if r.argument == "W"]
    assert row.diagnosis is not None
    assert row.diagnosis.name == "mean-for-sum"
    assert "once more than this convention asks" in row.diagnosis.text
    assert "once more than this convention asks" in row.text


@pytest.mark.parametrize(
    ("convention", "part", "entry", "shown"),
    [("cs231n", "affine", (0, 2), "dw[2, 0]"), ("scratch", "Affine", (1, 0), "dW[0, 1]")],
)
def test_the_wrong_entry_is_shown_where_the_course_has_it(convention, part, entry, shown, trial):
    text = "class Affine: pass\ndef affine_forward(x, w, b): pass\ndef affine_backward(dout, cache): pass\n"
    fast = trial.found(text, convention, part)[part]
    values = {"x": np.ones((1, 3)), "W": np.ones((2, 3)), "b": np.ones(2)}
    said = fast.example(values, {}, np.ones((1, 2)), "W", entry)
    assert said.splitlines()[-1] == f"print({shown})"
