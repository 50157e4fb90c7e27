"""SoftCrossEntropy: J = −Σ t log softmax(x) / N, for targets t that are probabilities.

x holds the logits, [N × C] or [N × C × …] with the classes along axis 1; t has its shape. Conventions are those of
PyTorch's cross_entropy with such targets: the mean is over the rows r, N of them (N times the other axes). The
targets of a row are not taken to add up to 1. With p = softmax(x) over the classes:

    J[r]           = −Σⱼ t[r, j] log p[r, j]                           with "none": [N × …]       (1)
    ∂J[r]/∂x[r, j] = p[r, j] Σ t[r, k] − t[r, j] Σ p[r, k]             both Σ over k ≠ j          (2)
    ∂J[r]/∂t[r, j] = −log p[r, j]                                      most code leaves it out    (3)
    ∂J[r]/∂x[r, j] = p[r, j] − t[r, j]       where Σ t = 1; p = exp(log p)                        (4)
    ∂J[r]/∂t[r, j] = log Σ exp z[r, k] − z[r, j]                       z = x − max x              (5)

(2) and (3) keep all digits; (4) and (5) are what most code computes, and lose them once p is near 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..kinds import below
from ..layer import Layer
from ..matrix import Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced
from .cross_entropy import other_classes
from .log_softmax import LogSoftmax
from .softmax import Softmax


class SoftCrossEntropy(Layer):
    reduction: str = "mean"

    optional = ("target",)
    interacts = True

    def forward(self, x: Any, target: Any) -> Any:
        return reduced((target * -LogSoftmax(axis=1).forward(x)).sum(axis=1), self.reduction)  # (1)

    def L_x(self, x: Any, target: Any) -> Matrix:
        p = Softmax(axis=1).forward(x)
        return self._reduced(p * other_classes(target) - target * other_classes(p))  # (2)

    def L_target(self, x: Any, target: Any) -> Matrix:
        return self._reduced(-LogSoftmax(axis=1).forward(x))  # (3)

    def L_x_from_output(self, y: Any, x: Any, target: Any) -> Matrix:
        return self._reduced(np.exp(LogSoftmax(axis=1).forward(x)) - target)  # (4)

    def L_target_from_output(self, y: Any, x: Any, target: Any) -> Matrix:
        z = x - x.max(axis=1, keepdims=True)
        return self._reduced(np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)  # (5)

    def _reduced(self, d: Any) -> Matrix:
        """The rows of L, or their sum or mean, from ∂J[r]/∂x[r, j] in the shape of x."""
        rows = d.shape[0], 1, *d.shape[2:]
        count = d.size // d.shape[1]
        return L_reduced(d, self.reduction, count, below(count).reshape(rows))

    def mistakes(self, a: str, /, x: Any, target: Any) -> Iterator[Mistake]:
        p = Softmax(axis=1).forward(x)
        if a == "x":
            text = "it is the softmax alone: the target is never subtracted"
            yield Mistake("missing-target", text, self._reduced(p))
            sharp = np.argmax(target, axis=1, keepdims=True) == below(x.shape[1]).reshape(-1, *(1,) * (x.ndim - 2))
            text = "the most probable class is taken for a label: a 1 is subtracted there, not the target"
            yield Mistake("target-taken-for-label", text, self._reduced(p - sharp))
        else:
            yield Mistake("missing-logarithm", "it is −p, and should be −log p", self._reduced(-p))
        yield from mean_mistakes(self.L(a, x=x, target=target), self.reduction, x.size // x.shape[1], 1)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: Any, reduction: str = "mean", scale: float = 1.0) -> Point:
            e = np.exp(scale * rng.standard_normal(tuple(x.shape)))
            return Point(cls(reduction), {"x": x, "target": e / e.sum(axis=1, keepdims=True)}, name)

        yield point("typical", rng.standard_normal((n + 1, n)))
        yield point("not reduced", rng.standard_normal((3, n + 1)), "none")
        yield point("summed", rng.standard_normal((n, 3)), "sum", 4.0)
        yield point("rows in two axes", rng.standard_normal((2, 3, 4)))
        saturated = np.array([[40.0, -40.0, 0.5], [-27.25, 18.0, -16.75], [-1000.0, 1000.0, 3.0]])
        label = np.eye(3)[[0, 1, 0]]
        yield Point(cls(), {"x": saturated, "target": label}, "saturated, targets of 0 and 1")
        x = rng.standard_normal((3, 4))
        p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
        yield Point(cls("sum"), {"x": x, "target": p}, "the target met")
        yield point("far from zero", 100.0 + 30.0 * rng.standard_normal((4, 5)))
        yield point("one example", rng.integers(-2, 3, (1, 3)).astype(float), "none")
