"""L2Normalize: y = x / max(‖x‖, eps), along one axis.

PyTorch's F.normalize. Within each slice along `axis`, with n = max(‖x‖, eps), and s = 1 if ‖x‖ > eps, 0 if ‖x‖ < eps,
at_eps if they are equal:

    y          = x / n                                                             (1)
    L^x[i, j]  = −s y[i] y[j] / n                  i ≠ j in one slice, else 0      (2)
    L^x[i, i]  = (1 − s + s Σ y[j]²) / n           over j ≠ i: no digits are lost  (3)
    L^x        = (I − s y yᵀ) / n                  from the output; loses its digits once one y is near ±1   (4)

at_eps is a convention: 1 takes the derivative of ‖x‖ (PyTorch), 0 that of eps, 0.5 the mean of both (JAX's maximum).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Matrix, entries
from ..mistake import Mistake
from ..point import Point


class L2Normalize(Layer):
    axis: int = -1
    eps: float = 1e-12
    at_eps: float = 1.0

    conventions = {"at_eps": (1.0, 0.0, 0.5)}

    def forward(self, x: Any) -> Any:
        return x / self._norm(x)[0]  # (1)

    def L_x(self, x: Any) -> Matrix:
        n, s = self._norm(x)
        same, y = self._slices(x / n)
        n, s = n.reshape(-1, 1, 1), s.reshape(-1, 1, 1)
        others = np.where(same, 0.0, y[:, None, :] * y[:, None, :]).sum(axis=2, keepdims=True)
        yy = y[:, :, None] * y[:, None, :]
        return self._matrix(np.where(same, (1.0 - s) + s * others, -s * yy) / n, x)  # (3) (2)

    def L_x_from_output(self, y: Any, x: Any) -> Matrix:
        n, s = (v.reshape(-1, 1, 1) for v in self._norm(x))
        same, y = self._slices(y)
        return self._matrix((np.where(same, 1.0, 0.0) - s * (y[:, :, None] * y[:, None, :])) / n, x)  # (4)

    def _norm(self, x: Any) -> tuple[Any, Any]:
        """n and s of every slice, with the axis kept."""
        squares = (x * x).sum(axis=self.axis, keepdims=True)
        limit = self.eps * self.eps
        s = np.where(squares > limit, 1.0, np.where(squares < limit, 0.0, self.at_eps))
        return np.maximum(np.sqrt(squares), self.eps), s

    def _slices(self, a: Any) -> tuple[np.ndarray, Any]:
        """Where i = j, and the slices of `a` along the axis, one a row, in the order of the other axes."""
        a = np.moveaxis(a, self.axis, -1)
        return np.eye(a.shape[-1], dtype=bool), a.reshape(-1, a.shape[-1])

    def _matrix(self, blocks: Any, x: Any) -> Matrix:
        """One block a slice, at the rows and columns of that slice's entries."""
        if len(blocks) == 1:
            return blocks[0]
        _, places = self._slices(np.arange(x.size).reshape(x.shape))
        rows, cols = np.broadcast_arrays(places[:, :, None], places[:, None, :])
        return entries(rows, cols, blocks, (x.size, x.size))

    def mistakes(self, a: str, /, x: Any) -> Iterator[Mistake]:
        n, s = self._norm(x)
        same, y = self._slices(x / n)
        n, s = n.reshape(-1, 1, 1), s.reshape(-1, 1, 1)
        unit, yy = np.where(same, 1.0, 0.0), s * y[:, :, None] * y[:, None, :]
        text = "the norm is held fixed: the term − y (g · y) is missing"
        yield Mistake("norm-held-fixed", text, self._matrix(unit / n + 0 * yy, x))
        other = (1.0 - s) * y[:, :, None] * y[:, None, :]
        text = "the branches are exchanged: the term − y (g · y) is there below eps, and missing above"
        yield Mistake("branches-exchanged", text, self._matrix((unit - other) / n, x))
        text = "the term y (g · y) has x in place of y: it lacks its division by the squared norm"
        yield Mistake("second-term-unscaled", text, self._matrix((unit - n * n * yy) / n, x))
        text = "the division by the norm is missing: it is g − y (g · y)"
        yield Mistake("not-divided", text, self._matrix(unit - yy, x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        yield Point(cls(), {"x": rng.standard_normal((3, n))}, "typical")
        yield Point(cls(), {"x": rng.standard_normal(n + 1)}, "one slice")
        yield Point(cls(axis=0), {"x": rng.standard_normal((n, 2))}, "over rows")
        yield Point(cls(axis=-2), {"x": rng.standard_normal((2, 3, 2))}, "over a middle axis")
        yield Point(cls(), {"x": np.array([[100.0, -0.25, 0.5], [0.125, -1e-3, 70.0]])}, "saturated")
        yield Point(cls(), {"x": rng.standard_normal((2, 4)) * np.array([[1e6], [1e-6]])}, "large and tiny")
        yield Point(cls(eps=100.0), {"x": rng.standard_normal(4)}, "below eps")
        yield Point(cls(), {"x": rng.standard_normal((3, 1))}, "slices of one entry")
        whole = np.array([[0.0, 3.0, -4.0], [0.0, 0.0, 0.0], [2.0, -1.0, 2.0], [6.0, 0.0, -8.0]])
        yield Point(cls(eps=5.0), {"x": whole}, "whole numbers, at eps, below and above")
