"""Is it the function that is wrong? Backward against the difference quotient of the code's *own* forward.

A forward that computes another function (a logarithm in base 2, groups taken as instances) with a backward that is
right for that function is one mistake, not two, and it is not in backward.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..point import Point
from .differences import quotient
from .door import Broken
from .formats import get_format
from .host import fetched

if TYPE_CHECKING:
    from .examine import Trial


class _OwnForward:
    """The code's forward as a map, in float64."""

    def __init__(self, trial: Trial):
        self.trial = trial
        point = trial.point
        self.args, self.theta, self.constant = point.map.args, point.map.theta, point.map.constant
        self.settings: dict[str, Any] = {}
        self.shape = np.shape(point.forward())

    def forward(self, **values: Any) -> np.ndarray:
        door = self.trial.door(get_format("float64"))
        y = np.asarray(fetched(door.run_forward(door.given(values), self.trial.settings)[0]))
        if y.shape != self.shape or y.dtype.kind != "f":
            raise Broken("forward", "forward returns another kind of y for other values")
        return y.astype(np.float64)

    def L(self, a: str, /, **values: Any) -> Any:
        raise NotImplementedError("only forward is known")


def consistent(trial: Trial) -> set[str]:
    """The arguments whose gradient is that of the code's own forward and not the layer's, as the quotient tells."""
    point = Point(_OwnForward(trial), trial.point.values, trial.point.name)
    try:
        shape = np.shape(point.forward())
        g = np.random.default_rng([trial.seed, 2]).standard_normal(shape)
        answer = trial.ask(g, shape, get_format("float64"))
        right = trial.point.backward(g)
        found = set()
        for a, got in answer.gradients.items():
            L, error = quotient(point, a)
            rounding = (g.size + 8) * 2.0**-53 * np.abs(L)
            want, allowed = g.ravel() @ L, np.abs(g.ravel()) @ (2 * error + rounding)
            # else it is the layer's function, but for rounding
            other = (np.abs(right[a].ravel() - want) > allowed).any()
            if other and np.isfinite(allowed).all() and (np.abs(got.ravel() - want) <= allowed).all() and got.any():
                found.add(a)
        return found
    except Broken:
        return set()
