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


class _Along:
    """A map as a function of how far one argument goes along some directions: t = 1 is where it stands."""

    def __init__(self, map: Any, values: dict[str, np.ndarray], a: str, directions: np.ndarray):
        self.map, self.values, self.a, self.directions = map, values, a, directions
        self.args, self.theta, self.constant = ("t",), (), ()
        self.settings: dict[str, Any] = {}

    def forward(self, **values: Any) -> np.ndarray:
        moved = self.values[self.a] + np.tensordot(values["t"] - 1, self.directions, 1)
        return np.asarray(self.map.forward(**self.values | {self.a: moved}))

    def L(self, a: str, /, **values: Any) -> Any:
        raise NotImplementedError("only forward is known")


def consistent(trial: Trial) -> set[str]:
    """The arguments whose gradient is that of the code's own forward and not the layer's, as the quotient tells."""
    return {a for a, other in own_gradients(trial).items() if other}


def own_gradients(trial: Trial, directions: int = 0) -> dict[str, bool]:
    """The arguments whose gradient is that of the code's own forward, and not 0: whether it is not the layer's.

    Where the quotient of the layer's own formula is not its gradient (at numbers of many scales), it tells nothing of
    the code's either: then every gradient is taken for its own, and for no other than the layer's.

    Args:
        directions: along how many random directions to ask; 0: every entry singly, in many more calls of forward.
    """
    values = {k: v.astype(np.float64) if v.dtype.kind == "f" else v for k, v in trial.point.values.items()}
    point, layers = Point(_OwnForward(trial), values), Point(trial.point.map, values)
    try:
        shape = np.shape(point.forward())
        rng = np.random.default_rng([trial.seed, 2])
        g = rng.standard_normal(shape)
        answer = trial.ask(g, shape, get_format("float64"))
        right = trial.point.backward(g)
        found: dict[str, bool] = {}
        for a, got in answer.gradients.items():
            V = _directions(rng, values[a], directions) if directions else None
            if not got.any():
                continue
            told, want, allowed = _as_told(point, a, g, got, V)
            if V is not None and not _as_told(layers, a, g, right[a], V)[0]:
                found[a] = False
            elif told:  # where it is the layer's, too, it is the same function, but for rounding
                found[a] = bool((np.abs(_along(right[a], V) - want) > allowed).any())
        return found
    except Broken:
        return {}


def _as_told(
    point: Point, a: str, g: np.ndarray, got: np.ndarray, V: np.ndarray | None
) -> tuple[bool, np.ndarray, np.ndarray]:
    """Whether a gradient is what the quotient tells (along V, where there is one); that, and how far it may be off."""
    L, error = quotient(point, a) if V is None else quotient(_moving(point, a, V), "t")
    rounding = (g.size + 8) * 2.0**-53 * np.abs(L)
    want, allowed = g.ravel() @ L, np.abs(g.ravel()) @ (2 * error + rounding)
    told = np.isfinite(allowed).all() and (np.abs(_along(got, V) - want) <= allowed).all()
    return bool(told), want, allowed


def _along(gradient: np.ndarray, V: np.ndarray | None) -> np.ndarray:
    return gradient.ravel() if V is None else V @ gradient.ravel()


def _directions(rng: np.random.Generator, x: np.ndarray, count: int) -> np.ndarray:
    """Random directions, one a row: each entry small beside its own of x, so that steps along them stay near."""
    size = np.abs(x.ravel())
    size = np.where(size > 0, size, min(size[size > 0], default=1.0))
    return rng.standard_normal((count, x.size)) * size / 8


def _moving(point: Point, a: str, V: np.ndarray) -> Point:
    values = dict(point.values)
    map: Any = _Along(point.map, values, a, V.reshape(-1, *values[a].shape))
    return Point(map, {"t": np.ones(len(V))})
