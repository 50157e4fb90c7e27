"""CrossEntropy: J = Σ −w[c] log softmax(x)[c] / Σ w[c], c the label of each row, over the batch.

x holds the logits, [N × C] or [N × C × …] with the classes along axis 1; labels are whole numbers, [N] or [N × …]: each
is one row r. Conventions are those of PyTorch's cross_entropy (CS231n's softmax loss is the default): rows labelled
`ignore_index` count nowhere; `weight` has a number w for each class (None: all 1); ε = `label_smoothing`; the mean
divides by the weights of the labels, not by their number. With p = softmax(x) over the classes:

    t[r, j]    = (1 − ε) w[c] (1 if j = c, else 0) + ε w[j]/C      0 in rows ignored        (1)
    J[r]       = −Σⱼ t[r, j] log p[r, j]                           with "none": [N × …]      (2)
    J          = Σ J[r], for "sum"; for "mean" divided by Σ w[c]   over rows not ignored     (3)
    ∂J[r]/∂x[r, j] = p[r, j] Σ t[r, k] − t[r, j] Σ p[r, k]         both Σ over k ≠ j         (4)
    ∂J[r]/∂x[r, j] = p[r, j] Σ t[r, k] − t[r, j]                   p = exp(log p), Σ over all k  (5)

(4) keeps all digits; (5), which without smoothing is p − (1 at the label), is what most code computes, and loses them
once p is near 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..along_axis import others
from ..layer import Layer
from ..matrix import Array, Matrix
from ..mistake import Mistake
from ..moving import numbered
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced
from .log_softmax import LogSoftmax
from .softmax import Softmax


class CrossEntropy(Layer):
    reduction: str = "mean"
    weight: tuple[float, ...] | None = None
    ignore_index: int = -100
    label_smoothing: float = 0.0

    constant = ("labels",)
    interacts = True

    def forward(self, x: Any, labels: Any) -> Any:
        t = self._targets(x, labels)
        terms = (t * -LogSoftmax(axis=1).forward(x)).sum(axis=1)  # (2)
        return reduced(terms, self.reduction, self._count(x, labels))  # (3)

    def L_x(self, x: Any, labels: Any) -> Matrix:
        t, p = self._targets(x, labels), Softmax(axis=1).forward(x)
        return self._reduced(p * other_classes(t) - t * other_classes(p), x, labels)  # (4)

    def L_x_from_output(self, y: Any, x: Any, labels: Any) -> Matrix:
        t, p = self._targets(x, labels), np.exp(LogSoftmax(axis=1).forward(x))
        return self._reduced(p * t.sum(axis=1, keepdims=True) - t, x, labels)  # (5)

    def _weight(self, x: Any) -> np.ndarray:
        """w, in the type of x."""
        dtype = getattr(x, "dtype", np.float64)
        return np.ones(int(x.shape[1]), dtype) if self.weight is None else np.asarray(self.weight, dtype)

    def _targets(self, x: Any, labels: Any) -> np.ndarray:
        """t, in the shape and type of x."""
        w, kept = self._weight(x), labels != self.ignore_index
        label = labels[..., None] == np.arange(len(w))
        t = (1.0 - self.label_smoothing) * w * label + self.label_smoothing / len(w) * w  # (1)
        return np.moveaxis(t * kept[..., None], -1, 1)

    def _count(self, x: Any, labels: Any) -> float:
        """What the mean divides by."""
        kept = labels != self.ignore_index
        return float((self._weight(x)[np.where(kept, labels, 0)] * kept).sum())

    def _reduced(self, d: Any, x: Any, labels: Any, count: float | None = None) -> Matrix:
        """The rows of L, or their sum or mean, from ∂J[r]/∂x[r, j] in the shape of x."""
        count = self._count(x, labels) if count is None else count
        return L_reduced(d, self.reduction, count, np.expand_dims(numbered(labels.shape), 1))

    def mistakes(self, a: str, /, x: Any, labels: Any) -> Iterator[Mistake]:
        t, p, count = self._targets(x, labels), Softmax(axis=1).forward(x), self._count(x, labels)
        d = p * t.sum(axis=1, keepdims=True) - t
        text = "it is the softmax alone: the 1 at the label is never subtracted"
        yield Mistake("missing-one-hot", text, self._reduced(d + t, x, labels))
        yield from mean_mistakes(self._reduced(d, x, labels), self.reduction, count, 1)
        if self.weight is not None:
            yield Mistake(
                "missing-weight", "it is without the class weights", replace(self, weight=None).L_x(x, labels)
            )
        if self.label_smoothing:
            yield from self._smoothing_mistakes(x, labels, t, p)
        kept = labels != self.ignore_index
        if not kept.all():
            text = "rows labelled ignore_index keep a gradient: the softmax, without a 1 subtracted"
            yield Mistake("ignored-not-zeroed", text, self._reduced(np.where(kept[:, None], d, p), x, labels))
        if self.reduction == "mean" and count != kept.sum():
            text = "divided by the number of rows, not by the weights of their labels"
            yield Mistake("mean-over-rows", text, self._reduced(d, x, labels, kept.sum()))
        if self.reduction == "mean" and len(x) > 1:
            text = "each half of the batch is divided by its own weights, and the mean of the two halves is taken"
            yield Mistake("mean-of-means", text, self._reduced(d * self._share_of_half(x, labels) * count, x, labels))
        if self.reduction == "mean" and not kept.all():
            text = "divided by the number of all rows, those to be ignored included"
            yield Mistake("mean-over-ignored", text, self._reduced(d, x, labels, labels.size))

    def _share_of_half(self, x: Any, labels: Any) -> Array:
        """½ over what the mean of its half of the batch divides by, for each example, in a shape that broadcasts."""
        halves = np.array_split(np.arange(len(x)), 2)
        counts = np.concatenate([np.full(len(rows), self._count(x[rows], labels[rows])) for rows in halves])
        return (0.5 / np.where(counts > 0, counts, 1.0)).reshape(-1, *(1,) * (x.ndim - 1))

    def _smoothing_mistakes(self, x: Any, labels: Any, t: Array, p: Array) -> Iterator[Mistake]:
        sharp, C, e = replace(self, label_smoothing=0.0), x.shape[1], self.label_smoothing
        yield Mistake("missing-smoothing", "it is without label smoothing", sharp.L_x(x, labels))
        label = sharp._targets(x, labels)
        weighed = self._weight(x).reshape(-1, *(1,) * (x.ndim - 2)) * (labels != self.ignore_index)[:, None]
        spread = np.where(label > 0, (1 - e) * label, e / (C - 1) * weighed)
        text = "the smoothing is shared among the other C − 1 classes, not among all C"
        d = p * spread.sum(axis=1, keepdims=True) - spread
        yield Mistake("smoothing-among-others", text, self._reduced(d, x, labels))
        rows = float((labels != self.ignore_index).sum())
        if self.reduction == "mean" and rows != (count := self._count(x, labels)):
            smooth = t - (1 - e) * label
            scaled = (1 - e) * label + smooth * (count / rows)
            text = "the smoothing term is divided by the number of rows, not by the weights of their labels"
            d = p * scaled.sum(axis=1, keepdims=True) - scaled
            yield Mistake("smoothing-not-renormalised", text, self._reduced(d, x, labels))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, x: Any, ignored: int = 0, **settings: Any) -> Point:
            labels = rng.integers(0, x.shape[1], (len(x), *x.shape[2:]))
            layer = cls(**settings)
            labels = np.where(numbered(labels.shape) % 3 < ignored, layer.ignore_index, labels)
            return Point(layer, {"x": x, "labels": labels}, name)

        # where rows are not reduced no p is near 1: code that loses the digits of a J[r] near 0 is not at fault for it
        w = (0.5, 2.0, 1.25, 0.75)
        yield point("typical", rng.standard_normal((n + 1, n)))
        yield point("not reduced, smoothed", rng.uniform(-1, 1, (3, n + 1)), reduction="none", label_smoothing=0.25)
        yield point("summed, some ignored", rng.standard_normal((n, 3)), 1, reduction="sum")
        yield point("weights", rng.standard_normal((n + 1, 4)), weight=w)
        everything: dict[str, Any] = {"weight": w, "label_smoothing": 0.1, "ignore_index": 2}
        yield point("weights, smoothed, some ignored", rng.standard_normal((4, 4, 2)), 1, **everything)
        yield point("rows in two axes", rng.uniform(-1, 1, (2, 3, 4)), reduction="none")
        saturated = np.array([[40.0, -40.0, 0.5], [-27.25, 18.0, -16.75], [-1000.0, 1000.0, 3.0], [2.0, 0.5, 1.5]])
        yield Point(cls(), {"x": saturated, "labels": np.array([0, 1, 0, 2])}, "saturated, one label wrong")
        yield point("far from zero", 100.0 + 30.0 * rng.standard_normal((4, 5)))
        whole = rng.integers(-1, 2, (1, 3)).astype(float)
        yield point("one example, whole numbers", whole, reduction="none")


def other_classes(p: Array) -> Array:
    """For each class, along axis 1, the sum of p over all other classes."""
    return np.moveaxis(others(np.moveaxis(p, 1, -1)), -1, 1)
