"""A matched filter for a wrong scale, where the bound of single entries is too wide to see it.

For code that gives ĝ where t = g·L is right, on D fresh draws of the typical point,

    c_d = ⟨ĝ − t, t⟩ / ⟨t, t⟩              0 for right code, 0.01 for code that is 1.01 times too large     (1)

The draws are independent, so the mean of c_d is known to its own standard error s, with no model of rounding inside a
draw. A bias is impossible for correct code when |mean| > z s, with z = 8, and also exceeds 2u, what a rounded constant
or two can do in every draw alike:

    least bias seen = max(8 s, 2 u)                                                                        (2)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..batch import batch_of
from ..layer import Layer
from .examine import Trial
from .formats import Format
from .trial import SIZE, rounded

DRAWS = 24
_Z = 8.0


@dataclass(frozen=True)
class Bias:
    """The mean relative scale error over all draws, and the least one that would have been told from rounding."""

    mean: float
    least_seen: float

    @property
    def impossible(self) -> bool:
        """Whether no correct code could show it."""
        return abs(self.mean) > self.least_seen


def scale_bias(
    fast: Any, layer: type[Layer], a: str, format: Format, settings: dict[str, Any], seed: int, jvp: bool = False
) -> Bias | None:
    """The bias of the gradient of `a` (or of its jvp) at fresh draws of the layer's typical point.

    None where it cannot be measured.
    """
    ratios: list[float] = []
    for draw in range(DRAWS):
        rngs = [np.random.default_rng([seed, 1000 + draw, k]) for k in range(3)]
        points = [next(p for p in layer.points(rng, SIZE) if a in p.map.args) for rng in rngs]
        point = rounded(points[0] if layer.interacts else batch_of(points), format)
        if point is None:
            return None
        L = point.L(a).T if jvp else point.L(a)
        shape = np.shape(point.values[a] if jvp else point.forward())
        g = format.round(rngs[0].standard_normal(shape))
        got = Trial(fast, layer, point, format, settings, seed).answer("jvp" if jvp else "gradient", a, g, format)
        want = g.ravel() @ L
        if got is None or not want.any():
            return None
        got = got.ravel()
        ratios.append(float(((got - want) * want).sum() / (want * want).sum()))  # (1)
    error = float(np.std(ratios, ddof=1) / np.sqrt(DRAWS))
    return Bias(float(np.mean(ratios)), max(_Z * error, 2 * format.u))  # (2)
