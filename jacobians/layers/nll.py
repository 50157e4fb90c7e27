"""NLL: J = Σ −w[c] x[r, c] / Σ w[c], c the label of each row r, over the batch.

The negative log-likelihood: x holds log-probabilities (of log_softmax), [N × C] or [N × C × …] with the classes along
axis 1; labels are whole numbers, [N] or [N × …]. Conventions are those of PyTorch's nll_loss: rows labelled
`ignore_index` count nowhere; `weight` has a number w for each class (None: all 1); the mean divides by the weights of
the labels, not by their number.

    J[r]           = −w[c] x[r, c]                 0 in rows ignored; with "none": [N × …]           (1)
    J              = Σ J[r], for "sum"; for "mean" divided by Σ w[c] over rows not ignored           (2)
    ∂J[r]/∂x[r, c] = −w[c]                         0 everywhere else: rows are not normalised here   (3)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, entries, picks
from ..mistake import Mistake
from ..moving import numbered
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced


class NLL(Layer):
    reduction: str = "mean"
    weight: tuple[float, ...] | None = None
    ignore_index: int = -100

    constant = ("labels",)
    interacts = True

    def forward(self, x: Any, labels: Any) -> Any:
        kept = labels != self.ignore_index
        c = np.where(kept, labels, 0)
        w = self._weight(x)[c] * kept
        terms = -w * np.take_along_axis(x, c[:, None], 1)[:, 0]  # (1)
        return reduced(terms, self.reduction, w.sum())  # (2)

    def L_x(self, x: Any, labels: Any) -> Matrix:
        kept = labels != self.ignore_index
        c = np.where(kept, labels, 0)
        w = self._weight(x)[c[kept]]
        place = np.take_along_axis(numbered(x.shape), c[:, None], 1)[:, 0][kept]
        if self.reduction == "none" and kept.all():
            return picks(place, x.size, -w)
        if self.reduction == "none":
            return entries(np.flatnonzero(kept), place, -w, (labels.size, x.size))
        return entries(0 * place, place, -w / (w.sum() if self.reduction == "mean" else 1.0), (1, x.size))  # (3)

    def _weight(self, x: Any) -> np.ndarray:
        """w, in the type of x."""
        dtype = getattr(x, "dtype", np.float64)
        return np.ones(int(x.shape[1]), dtype) if self.weight is None else np.asarray(self.weight, dtype)

    def mistakes(self, a: str, /, x: Any, labels: Any) -> Iterator[Mistake]:
        L, kept = self.L_x(x, labels), labels != self.ignore_index
        count, rows = float(self._weight(x)[labels[kept]].sum()), float(kept.sum())
        w = np.broadcast_to((self._weight(x)[np.where(kept, labels, 0)] * kept)[:, None], x.shape)
        softmax = L_reduced(np.exp(x) * w, self.reduction, count, self._rows(labels))
        text = "it is exp(x) less 1 at the label: the gradient of log_softmax and this loss together"
        yield Mistake("softmax-folded-in", text, softmax + L.toarray())
        if self.weight is not None:
            yield Mistake("weight-twice", "the class weight is there twice", L.toarray() * w.ravel())
            yield Mistake(
                "missing-weight", "it is without the class weights", replace(self, weight=None).L_x(x, labels)
            )
        yield from mean_mistakes(L, self.reduction, count, 1)
        if self.reduction == "mean" and count != rows:
            text = "divided by the number of rows, not by the weights of their labels"
            yield Mistake("mean-over-rows", text, L * (count / rows))
        if self.reduction == "mean" and not kept.all():
            text = "divided by the number of all rows, those to be ignored included"
            yield Mistake("mean-over-ignored", text, L * (count / labels.size))
        if not kept.all():
            every = replace(self, ignore_index=-1).L_x(x, np.where(kept, labels, 0))
            text = "rows labelled ignore_index keep a gradient, as if labelled 0"
            yield Mistake("ignored-not-zeroed", text, every)

    def _rows(self, labels: Any) -> np.ndarray:
        """The number of each row, in a shape that broadcasts to x's."""
        return np.expand_dims(numbered(labels.shape), 1)

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def point(name: str, shape: tuple[int, ...], ignored: int = 0, **settings: Any) -> Point:
            x = rng.standard_normal(shape)
            x = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
            layer, labels = cls(**settings), rng.integers(0, shape[1], (shape[0], *shape[2:]))
            labels = np.where(numbered(labels.shape) % 3 < ignored, layer.ignore_index, labels)
            return Point(layer, {"x": x, "labels": labels}, name)

        w = (0.5, 2.0, 1.25, 0.75)
        yield point("typical", (n + 1, n))
        yield point("not reduced", (3, n + 1), reduction="none")
        yield point("summed, some ignored", (n, 3), 1, reduction="sum")
        yield point("weights", (n + 1, 4), weight=w)
        yield point("weights, some ignored", (4, 4, 2), 1, weight=w, ignore_index=2)
        yield point("not reduced, weights, some ignored", (4, 4), 1, weight=w, reduction="none")
        yield point("rows in two axes", (2, 3, 4), reduction="none")
        yield point("one example", (1, 3))
        whole = {"x": rng.integers(-2, 3, (4, 3)).astype(float), "labels": np.array([2, 0, 0, 1])}
        yield Point(cls(), whole, "whole numbers")
