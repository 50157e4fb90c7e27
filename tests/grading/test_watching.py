"""Differences are seen in what a backward computes, however they hide; right code in every style raises nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jacobians.adapters.conventions.convention import convention_names, load
from jacobians.adapters.conventions.find import found_in
from jacobians.grading.assignment_file import load as load_assignment
from jacobians.grading.grade import grade
from jacobians.grading.sandbox import Sandbox
from jacobians.grading.submission import Submission
from jacobians.grading.watching import FEW, _asked, _counts, in_longer_numbers, in_work, times, work_of

SOLUTIONS = Path(__file__).parents[1] / "adapters" / "solutions"
FILES = [(c, p.name) for c in convention_names() for p in sorted((SOLUTIONS / c).glob("*.py"))]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(allow=("numpy", "scipy")) as made:
        yield made


def parts_of(sandbox, convention, source, name="mine.py", others=None):
    """Each part of a convention that a source has, and the place where it is."""
    which = load(convention)
    given = {n: getattr(np, n) for n in which.given} or None
    with sandbox.open(source.encode(), name, given, others or {}) as worker:
        for part, fast in found_in(worker, which).items():
            if hasattr(fast, "place") and not fast.part.forward_only:
                yield part, worker, fast


@pytest.mark.parametrize(("convention", "file"), FILES)
def test_no_right_solution_is_flagged(sandbox, convention, file):
    folder = SOLUTIONS / convention
    others = {p.name: p.read_bytes() for p in folder.glob("*.py") if p.name != file}
    for part, worker, fast in parts_of(sandbox, convention, (folder / file).read_text(), file, others):
        assert not list(in_work(worker, fast, fast.layer, "float64", 0, {})), part
        assert not list(in_longer_numbers(fast, fast.layer, 0, {})), part


STYLES = {
    "by three loops": """
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n in range(len(x)):
        for d in range(x.shape[1]):
            for m in range(w.shape[1]):
                dx[n, d] += dout[n, m] * w[d, m]
                dw[d, m] += dout[n, m] * x[n, d]""",
    "example by example": """
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n in range(len(x)):
        dx[n] = w @ dout[n]
        dw += np.outer(x[n], dout[n])""",
    "by its matrix": """
    L = np.stack([np.kron(row, np.eye(w.shape[1])) for row in x])
    dx, dw = np.einsum("nm,dm->nd", dout, w), np.einsum("nm,nmk->k", dout, L).reshape(w.shape)""",
    "in lists": """
    dx = np.array([[sum(p * q for p, q in zip(row, g)) for row in w.tolist()] for g in dout.tolist()])
    dw = np.array([[sum(x[n, d] * dout[n, m] for n in range(len(x))) for m in range(w.shape[1])]
                   for d in range(x.shape[1])])""",
}
AFFINE = """
import numpy as np


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    (x, w), shape = cache, cache[0].shape
    x = x.reshape(len(x), -1){}
    return dx.reshape(shape), dw, dout.sum(axis=0)
"""


@pytest.mark.parametrize("style", STYLES)
def test_right_code_in_every_style(sandbox, style):
    seen = 0
    for part, worker, fast in parts_of(sandbox, "cs231n", AFFINE.format(STYLES[style])):
        assert not list(in_work(worker, fast, fast.layer, "float64", 0, {})), part
        seen += 1
    assert seen == 2


SOFTMAX = """
import numpy as np


class Softmax:
    def forward(self, Z):
        self.A = np.exp(Z - Z.max(axis=1, keepdims=True))
        self.A /= self.A.sum(axis=1, keepdims=True)
        return self.A

    def backward(self, dLdA):
        return np.stack([g @ (np.diag(a) - np.outer(a, a)) for g, a in zip(dLdA, self.A)])


class Tanh:
    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA):
        return (dLdA.ravel() @ np.diag(1 - self.A.ravel() ** 2)).reshape(dLdA.shape)
"""


def test_a_jacobian_written_out_is_no_difference(sandbox):
    for part, worker, fast in parts_of(sandbox, "mytorch", SOFTMAX):
        assert not list(in_work(worker, fast, fast.layer, "float64", 0, {})), part


HIDDEN = {
    ("cs231n", "layers.py", "softmax_loss"): (
        "    dx /= N\n    return loss, dx\n\n\ndef svm",
        """
    def total(z):
        z = z - z.max(axis=1, keepdims=True)
        return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(N), y]).sum() / N
    steps = [total(x + e.reshape(x.shape)) - total(x - e.reshape(x.shape)) for e in 1e-5 * np.eye(x.size)]
    return loss, np.reshape(steps, x.shape) / 2e-5


def svm""",
    ),
    ("cs231n", "layers.py", "batchnorm"): (
        "    return dx, dgamma, dbeta\n\n\ndef batchnorm_backward_alt",
        """
    def again(z):
        return gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
    z = x_hat * std
    E = 1e-4 * np.eye(z.size).reshape(z.size, *z.shape)
    steps = [(dout * (again(z + e) - again(z - e))).sum() for e in E]
    return np.reshape(steps, z.shape) / 2e-4, dgamma, dbeta


def batchnorm_backward_alt""",
    ),
    ("mytorch", "nn.py", "Tanh"): (
        "return dLdA * (1 - self.A**2)",
        """A, W = self.A, np.full(self.A.size, 2.0**-100).reshape(self.A.shape)
        unit = np.array([0.0, 1.0]).view("c" + "16")[0]
        return dLdA * getattr(np.tanh(np.arctanh(A) + unit * W), "im" + "ag") * 2.0**100""",
    ),
    ("needle", "ops.py", "logsumexp"): (
        "return Tensor(p * out_grad.cached.reshape(np.sum(Z, axis=self.axes, keepdims=True).shape))",
        """E, f, g = 1e-5 * np.eye(Z.size).reshape(Z.size, *Z.shape), self.compute, out_grad.cached
        steps = [(g * (f(Z + e) - f(Z - e))).sum() for e in E]
        return Tensor(np.reshape(steps, Z.shape) / 2e-5)""",
    ),
}


@pytest.mark.parametrize("where", HIDDEN, ids=lambda w: w[2])
def test_differences_in_a_courses_code(sandbox, where):
    convention, file, part = where
    right, hidden = HIDDEN[where]
    text = (SOLUTIONS / convention / file).read_text()
    assert right in text
    others = {p.name: p.read_bytes() for p in (SOLUTIONS / convention).glob("*.py") if p.name != file}
    flags = {
        name: {f["name"] for f in in_work(worker, fast, fast.layer, "float64", 0, {})}
        for name, worker, fast in parts_of(sandbox, convention, text.replace(right, hidden), file, others)
        if name == part
    }
    assert flags[part] & {"finite-differences", "complex-step"}, flags


EXACT = {
    "from decimal import Decimal": "np.array([float(Decimal(float(v)) / 1) for v in dout.ravel()])",
    "import fractions": "np.array([float(fractions.Fraction(float(v))) for v in dout.ravel()])",
}


@pytest.mark.parametrize("line", ["import statistics", "import fractions, decimal", "from fractions import Fraction"])
def test_numbers_that_are_imported_and_not_used_are_no_sign(sandbox, line):
    """statistics imports fractions, and computes with them: that is not the submission's doing."""
    body = STYLES["example by example"].replace(
        "    dx, dw", "    mean = statistics.mean(dout[0].tolist())\n    dx, dw"
    )
    body = body if line == "import statistics" else STYLES["example by example"]
    for part, worker, fast in parts_of(sandbox, "cs231n", f"{line}\n{AFFINE.format(body)}"):
        assert not list(in_work(worker, fast, fast.layer, "float64", 0, {})), part


@pytest.mark.parametrize("line", EXACT)
def test_numbers_of_any_length_that_are_used_are_told(sandbox, line):
    body = STYLES["example by example"] + f"\n    dout = {EXACT[line]}.reshape(dout.shape)"
    for _, worker, fast in parts_of(sandbox, "cs231n", f"{line}\n{AFFINE.format(body)}"):
        [flag] = in_work(worker, fast, fast.layer, "float64", 0, {})
        assert flag["name"] == "finite-differences"
        assert "it computes with " in flag["text"]
        assert line.split()[1].rstrip(",") in flag["text"]


def test_a_loop_and_one_more_axis_weigh_the_same(sandbox):
    source = """
import numpy as np
def relu_forward(x):
    return np.maximum(x, 0), x
def relu_backward(dout, x):
    E = np.eye(x.size).reshape(x.size, *x.shape) * 1e-4
    {}
    return (both / 2e-4).reshape(x.shape)
"""
    wide = "both = (dout * (np.maximum(x + E, 0) - np.maximum(x - E, 0))).reshape(x.size, -1).sum(axis=1)"
    loop = "both = np.array([(dout * (np.maximum(x + e, 0) - np.maximum(x - e, 0))).sum() for e in E])"
    found = []
    for body in (wide, loop):
        for _, worker, fast in parts_of(sandbox, "cs231n", source.format(body)):
            one = _asked(fast, fast.layer, "float64", 0, {})
            _, backward = _counts(worker, fast, one, "float64", 0)
            found.append(times(backward, work_of(one))["others"])
            assert found[-1] >= one.point.values["x"].size > FEW
    assert found[0] == pytest.approx(found[1], rel=0.02)


def test_code_that_fails_when_watched_is_told(sandbox):
    fails = "assert type(dout) is np.ndarray\n    (x, w), shape"
    source = AFFINE.format(STYLES["example by example"]).replace("(x, w), shape", fails)
    for _, worker, fast in parts_of(sandbox, "cs231n", source):
        [flag] = in_work(worker, fast, fast.layer, "float64", 0, {})
        assert flag["name"] == "unwatched"
        assert "AssertionError" in flag["text"]


CARRIED = """
import numpy as np


def affine_forward(x, w, b):
    return 2 * (x.reshape(len(x), -1) @ w) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    X = x.reshape(len(x), -1)
    {}
    return dx.reshape(x.shape), dw, 3 * dout.sum(axis=0)
"""
DIFFERENCES = """
    E, F = (abs(v).max() * np.eye(v.size).reshape(v.size, *v.shape) for v in (X, w))
    dx = np.array([(dout * ((X + e) @ w - (X - e) @ w)).sum() for e in E]) / E.max()
    dw = np.array([(dout * (X @ (w + e) - X @ (w - e))).sum() for e in F]).reshape(w.shape) / F.max()"""


@pytest.mark.parametrize(("body", "flags"), [(DIFFERENCES, {"finite-differences"}),
                                             ("dx, dw = 2 * dout @ w.T, 2 * X.T @ dout", set())])  # fmt: skip
def test_differences_of_a_wrong_forward_are_seen_where_they_are_carried(sandbox, toml, body, flags):
    """No gradient is right; each gets points."""
    text = 'title = "C"\nconvention = "cs231n"\n[[question]]\nid = "affine"\npart = "affine"\n'
    assignment = load_assignment(toml(text=text + "points = {forward = 2, x = 2, W = 2}\n"))
    submission = Submission("s", {"s.py": CARRIED.format(body).encode()})
    result = grade(submission, assignment, b"the secret of these tests", sandbox)
    assert [p["points"] for p in result["questions"][0]["parts"]] == [0, 1, 1]
    assert {f["name"] for f in result["flags"]} == flags
