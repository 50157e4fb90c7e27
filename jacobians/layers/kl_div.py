"""KLDiv: J = Σ t (log t − x)/K, where x are log-probabilities and t the target's probabilities.

The divergence of exp(x) from t, as PyTorch's kl_div: with `log_target`, `target` holds ℓ = log t. `reduction` "mean"
divides by the number K of all entries, "batchmean" by the number of examples, which is the divergence's mean; "sum"
divides by nothing, "none" leaves out the Σ as well. The formulas of L are divided as J is.

    J[k]    = t (log t − x)            0 where t = 0                               (1)
    J[k]    = exp(ℓ) (ℓ − x)           with log_target                             (2)
    L^x     = −t, or −exp(ℓ)           in column k; with "none", on the diagonal   (3)
    L^t     = log t + 1 − x            likewise; most code leaves it out           (4)
    L^ℓ     = exp(ℓ) (ℓ + 1 − x)       with log_target                             (5)
    L^ℓ     = exp(ℓ) (ℓ − x) + exp(ℓ)  the product rule; loses its digits where x is near ℓ + 1   (6)

Where t = 0 the derivative by t is −∞; L has 0 there: such a target is data and not to be moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..layer import Layer
from ..matrix import Array, Matrix
from ..mistake import Mistake
from ..point import Point
from ..reduction import L_reduced, mean_mistakes, reduced


class KLDiv(Layer):
    reduction: str = "mean"
    log_target: bool = False

    optional = ("target",)
    interacts = True

    def forward(self, x: Any, target: Any) -> Any:
        if self.log_target:
            terms = np.exp(target) * (target - x)  # (2)
        else:
            positive = target > 0
            terms = np.where(positive, target * (np.log(np.where(positive, target, 1.0)) - x), 0.0)  # (1)
        return reduced(terms, *self._mean(x))

    def L_x(self, x: Any, target: Any) -> Matrix:
        return self._reduced(-np.exp(target) if self.log_target else -target)  # (3)

    def L_target(self, x: Any, target: Any) -> Matrix:
        if self.log_target:
            return self._reduced(np.exp(target) * (target + 1.0 - x))  # (5)
        positive = target > 0
        return self._reduced(np.where(positive, np.log(np.where(positive, target, 1.0)) + 1.0 - x, 0.0))  # (4)

    def L_target_from_output(self, y: Any, x: Any, target: Any) -> Matrix | None:
        return self._reduced(np.exp(target) * (target - x) + np.exp(target)) if self.log_target else None  # (6)

    def _mean(self, x: Any) -> tuple[str, int]:
        """The reduction, and what the mean divides by."""
        return ("mean", len(x)) if self.reduction == "batchmean" else (self.reduction, x.size)

    def _reduced(self, d: Array) -> Matrix:
        return L_reduced(d, *self._mean(d))

    def mistakes(self, a: str, /, x: Any, target: Any) -> Iterator[Mistake]:
        t = np.exp(target) if self.log_target else target
        if a == "x":
            text = "it is exp(x) − t: the gradient of log_softmax and this loss together"
            yield Mistake("softmax-folded-in", text, self._reduced(np.exp(x) - t))
            if self.log_target:
                text = "it is minus the logarithm of the target, and should be minus the target"
                yield Mistake("missing-exp", text, self._reduced(-target))
        else:
            text = "the term that comes from log t is missing"
            yield Mistake("missing-entropy", text, self._reduced(-t * x if self.log_target else -x))
        yield from mean_mistakes(self.L(a, x=x, target=target), *self._mean(x), len(x))

    @classmethod
    def points(cls, rng: np.random.Generator, n: int) -> Iterator[Point]:
        def log_p(*shape: int) -> np.ndarray:
            x = rng.standard_normal(shape)
            return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))

        def point(name: str, shape: tuple[int, ...], **settings: Any) -> Point:
            target = log_p(*shape)
            logs = settings.get("log_target", False)
            return Point(cls(**settings), {"x": log_p(*shape), "target": target if logs else np.exp(target)}, name)

        yield point("typical", (n + 1, n))
        yield point("mean over the examples", (3, n + 1), reduction="batchmean")
        yield point("not reduced", (3, n), reduction="none")
        yield point("summed", (2, 2, n), reduction="sum")
        yield point("target in logarithms", (n, 3), log_target=True)
        yield point("target in logarithms, not reduced", (4, 2), log_target=True, reduction="none")
        yield point("target in logarithms, mean over the examples", (2, 5), log_target=True, reduction="batchmean")
        zeros = {"x": log_p(2, 4), "target": np.array([[0.0, 0.25, 0.5, 0.25], [0.0, 1.0, 0.0, 0.0]])}
        yield Point(cls("batchmean"), zeros, "targets of 0")
        yield point("one example", (1, 3), reduction="none")
