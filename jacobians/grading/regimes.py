"""The regimes of a question: where its layer is examined, each by its name.

A regime is a point of the layer: "typical", "kernel as large as the input", "one tap, stride 2". Each is asked with a
batch of several, the typical one with a batch of 1 as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..batch import batch_of
from ..errors import BadFile, UnknownName
from ..layer import Layer
from ..point import Point
from ..verify.formats import Format
from ..verify.trial import BATCHES, SIZE, rounded, settings_for, trial_points
from .assignment import Question, Regime
from .code import judged_by

BATCH_OF_ONE = "batch of 1"
_AGAIN = " (again)"  # after a name that is taken
_IN_BATCH = ", batch of "


@dataclass(frozen=True)
class Asked:
    """A regime that this code can be asked in.

    Attributes:
        point: its values are numbers of the format.
        settings: those that its forward is called with.
    """

    name: str
    point: Point
    settings: dict[str, Any]


def regimes(
    fast: Any, layer: type[Layer], format: Format, seed: int, settings: dict[str, Any], own: Iterable[Regime],
    notes: list[str],
) -> list[Asked]:  # fmt: skip
    """The regimes in the order they are asked, the typical one first.

    That is the instructor's first; else the layer's own typical point; else the first that the convention adds for the
    shapes and settings that its course has; else the layer's first that has a form there.
    """
    drawn = [point for regime in own for point in _drawn(layer, regime, seed, settings)]
    own_layer: type[Layer] = layer.__mro__[_base(layer)]
    usual = {p.name for p in own_layer.points(np.random.default_rng(0), SIZE)}
    found: list[tuple[int, str, bool, Asked]] = []
    for k, point in enumerate((*drawn, *trial_points(layer, seed, settings))):
        base, _, size = point.name.rpartition(_IN_BATCH)
        name = base or point.name
        rank = 0 if k < len(drawn) else 1 if name == "typical" else 2 if name not in usual else 3
        passed, at = settings_for(fast, point, layer, notes), rounded(point, format)
        if passed is not None and at is not None:
            found.append((rank, name, bool(base) and size == "1", Asked(name, at, passed)))
    found.sort(key=lambda f: f[0])
    several = [one for *_, alone, one in found if not alone]
    typical = next(iter(several), None)
    single = [one for *_, alone, one in found if alone and typical and one.name == typical.name]
    return [*_distinct(several), *(replace(one, name=BATCH_OF_ONE) for one in single[:1])]


def regime_names(convention: str, questions: Iterable[Question]) -> set[str]:
    """The names of the regimes of some questions, whether or not all code can be asked in them."""
    known = {BATCH_OF_ONE}
    for question in questions:
        known |= {regime.name for regime in question.regimes}
        with suppress(UnknownName):  # its settings fit none of the layer's own
            points = trial_points(judged_by(convention, question), 0, question.settings)
            known |= {p.name.rpartition(_IN_BATCH)[0] or p.name for p in points}
    return known


def is_regime(name: str, known: set[str]) -> bool:
    """Whether a name is one of these, or one of these again."""
    return name.replace(_AGAIN, "") in known


def _base(layer: type[Layer]) -> int:
    """Where in its ancestry a layer is the package's own: a convention subclasses it to ask at more points."""
    return 1 if layer.__module__.startswith("convention.") else 0


def _distinct(several: list[Asked]) -> Iterator[Asked]:
    taken: set[str] = set()
    for one in several:
        name = one.name
        while name in taken:
            name += _AGAIN
        taken.add(name)
        yield replace(one, name=name)


def _drawn(layer: type[Layer], regime: Regime, seed: int, settings: dict[str, Any]) -> list[Point]:
    """A regime of the instructor's, every entry standard normal: in a batch, and alone."""
    rng = np.random.default_rng([seed, *regime.name.encode()])
    try:
        map = layer(**(settings | regime.settings))
        draw = [{a: rng.standard_normal(s) for a, s in regime.shapes.items()} for _ in range(max(BATCHES))]
        points = [Point(map, values, regime.name) for values in draw]
        drawn = points[:1] if layer.interacts else [batch_of(points), batch_of(points[:1])]
        for point in drawn:
            point.forward()
        return drawn
    except Exception as error:
        raise BadFile(f"regime {regime.name!r}: {layer.__name__} cannot have it ({error})") from None
